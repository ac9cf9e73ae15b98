"""From rhwp's tree of an HWP 3.x document to elements in reading order."""

from collections.abc import Iterable, Iterator
from typing import Any

from connectors.composition import Composer
from connectors.grids import build_grid, find_unit
from schemas.elements import Cell, ElementKind, Flag, grid_text
from schemas.outcome import Failed

# What rhwp puts where a table, a picture or a number stands in a paragraph.
_PLACE_OF_OBJECT = "\ufffc"
_NOTES = {"footnote": ElementKind.FOOTNOTE, "endnote": ElementKind.ENDNOTE}
_MAX_DEPTH = 64

Parent = tuple[int, int, int] | None


def compose(tree: Any) -> Composer:
    """Elements of a document: headers first, footers last.

    Args:
        tree: what `to_ir` of an rhwp document gives.

    Raises:
        Failed: `too_many_elements`.
    """
    composer = Composer()
    _add_running(composer, ElementKind.HEADER, tree.furniture.page_headers)
    notes = sorted(
        [*tree.furniture.footnotes, *tree.furniture.endnotes], key=lambda note: _paragraph_number(note.marker_prov)
    )
    for blocks in _until(tree.body, notes):
        _add_blocks(composer, blocks, None, 0)
    _add_running(composer, ElementKind.FOOTER, tree.furniture.page_footers)
    return composer


def pictures(document: Any, tree: Any) -> Iterator[tuple[str, bytes]]:
    """Yield the name and bytes of each picture that is embedded in a document.

    Args:
        document: an rhwp document.
        tree: what its `to_ir` gave.
    """
    furniture = tree.furniture
    for number, block in enumerate(_find_pictures([*furniture.page_headers, *tree.body, *furniture.page_footers], 0)):
        if block.image is not None and block.image.uri.startswith("bin://"):
            extension = block.image.mime_type.rpartition("/")[2].replace("jpeg", "jpg")
            try:
                content = document.bytes_for_image(block)
            except (ValueError, KeyError):
                # the picture lies in a file of its own
                continue
            yield f"picture{number + 1}.{extension}", content


def _find_pictures(blocks: Iterable[Any], depth: int) -> Iterator[Any]:
    for block in blocks if depth < _MAX_DEPTH else ():
        if block.kind == "picture":
            yield block
        elif block.kind == "table":
            for cell in block.cells:
                yield from _find_pictures(cell.blocks, depth + 1)


def _until(body: Iterable[Any], notes: list[Any]) -> Iterator[list[Any]]:
    """Yield the blocks of each paragraph, and after them the notes whose marks stand in it."""
    waiting = list(reversed(notes))
    blocks: list[Any] = []
    at = (0, 0)
    for block in body:
        if (number := _paragraph_number(block.prov)) != at:
            yield blocks
            blocks = []
            while waiting and _paragraph_number(waiting[-1].marker_prov) <= at:
                yield [waiting.pop()]
            at = number
        blocks.append(block)
    yield [*blocks, *reversed(waiting)]


def _paragraph_number(place: Any) -> tuple[int, int]:
    return (place.section_idx, place.para_idx) if place is not None else (0, 0)


def _add_blocks(composer: Composer, blocks: Iterable[Any], parent: Parent, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise Failed("too_many_elements", f"글 속의 글이 {_MAX_DEPTH}단을 넘음")
    for block in blocks:
        if block.kind in ("paragraph", "list_item"):
            # the text of a cell stands in its grid
            if parent is None:
                composer.add_paragraph(_text(block), is_item=block.kind == "list_item")
        else:
            _add_object(composer, block, parent, depth)


def _add_object(composer: Composer, block: Any, parent: Parent, depth: int) -> None:
    if _is_text_box(block):
        outer, composer.flags = composer.flags, [*composer.flags, Flag.TEXT_BOX]
        _add_blocks(composer, block.cells[0].blocks, None, depth + 1)
        composer.flags = outer
        _add_joined(composer, ElementKind.FIGURE_CAPTION, block.caption_block.blocks, depth)
    elif block.kind == "table":
        caption = block.caption_block
        if caption and caption.direction in ("top", "left"):
            _add_joined(composer, ElementKind.FIGURE_CAPTION, caption.blocks, depth)
        unit = find_unit(_lines(caption.blocks)) if caption else None
        grid = build_grid(_cells(block), block.rows, block.cols, unit)
        ordinal = composer.add_table(grid, parent=parent)
        for cell in sorted(block.cells, key=lambda cell: (cell.row, cell.col)):
            _add_blocks(composer, cell.blocks, (ordinal, cell.row + 1, cell.col + 1), depth + 1)
        if caption and caption.direction not in ("top", "left"):
            _add_joined(composer, ElementKind.FIGURE_CAPTION, caption.blocks, depth)
    elif block.kind == "picture":
        if block.caption:
            _add_joined(composer, ElementKind.FIGURE_CAPTION, block.caption.blocks, depth)
    elif block.kind == "formula":
        composer.add_element(ElementKind.FORMULA, block.script)
    elif block.kind in _NOTES:
        _add_joined(composer, _NOTES[block.kind], block.blocks, depth)
    elif text := (getattr(block, "text", None) or getattr(block, "cached_value", None) or ""):
        composer.add_paragraph(text)


def _is_text_box(block: Any) -> bool:
    """Whether a table is a text box in truth, which `hwp3_records.examine` makes known by the side of its caption."""
    is_single = block.kind == "table" and len(block.cells) == 1
    return is_single and block.caption_block is not None and block.caption_block.direction == "right"


def _cells(block: Any) -> list[Cell]:
    return [
        Cell(
            row=cell.row + 1,
            col=cell.col + 1,
            row_span=max(cell.row_span, 1),
            col_span=max(cell.col_span, 1),
            text=_lines(cell.blocks),
        )
        for cell in block.cells
    ]


def _add_joined(composer: Composer, kind: ElementKind, blocks: Iterable[Any], depth: int) -> None:
    blocks = list(blocks)
    composer.add_element(kind, _lines(blocks))
    for block in blocks:
        if block.kind not in ("paragraph", "list_item"):
            _add_object(composer, block, None, depth + 1)


def _add_running(composer: Composer, kind: ElementKind, blocks: Iterable[Any]) -> None:
    for block in blocks:
        if _is_text_box(block):
            _add_running(composer, kind, block.cells[0].blocks)
        elif block.kind == "table":
            grid = build_grid(_cells(block), block.rows, block.cols)
            composer.add_element(kind, grid_text(grid), table=grid)
        else:
            composer.add_element(kind, _lines([block]))


def _lines(blocks: Iterable[Any]) -> str:
    texts = (_text(block) for block in blocks if block.kind in ("paragraph", "list_item"))
    return "\n".join(text for text in texts if text.strip())


def _text(block: Any) -> str:
    return block.text.replace(_PLACE_OF_OBJECT, "")
