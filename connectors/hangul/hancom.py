"""From what other readers of Hancom documents give (dochan's dictionary, unhwp's JSON) to elements.

`formats.hwp5` and `formats.hwpx` call the readers; the shapes that come back are the same for both.
"""

import re
from collections.abc import Iterator
from typing import Any

from connectors.composition import Composer
from connectors.grids import build_grid, find_unit, flow_rows
from schemas.elements import Cell, ElementKind, Grid, grid_text
from schemas.outcome import Failed

_BOOKMARK = re.compile(r"\[bookmark: [^\]\r\n]+\] ")
_NOTE_KINDS = {"footnote": ElementKind.FOOTNOTE, "endnote": ElementKind.ENDNOTE}
_RUNNING_KINDS = {"header": ElementKind.HEADER, "footer": ElementKind.FOOTER}

Block = dict[str, Any]


def compose_dochan(document: Block) -> Composer:
    """Elements from `to_dict()` of a dochan document."""
    composer = Composer()
    for section in document["sections"]:
        _add_blocks(composer, section["elements"])
    return composer


def _add_blocks(composer: Composer, blocks: list[Block], parent: tuple[int, int, int] | None = None) -> None:
    for block in _rejoined(blocks):
        kind = block["type"]
        if kind == "paragraph":
            if parent is None:
                composer.add_paragraph(_paragraph_text(block), level=block.get("heading_level"))
            _add_formulas(composer, block)
        elif kind == "table":
            _add_table(composer, block, parent)
        elif kind == "equation":
            composer.add_element(ElementKind.FORMULA, block.get("script") or block.get("latex") or "")
        elif kind in _RUNNING_KINDS:
            _add_running(composer, _RUNNING_KINDS[kind], block["elements"])
        elif kind in _NOTE_KINDS:
            _add_contained(composer, _NOTE_KINDS[kind], block["elements"])
        elif kind == "comment":
            _add_contained(composer, ElementKind.NARRATIVE_TEXT, block["elements"])
        elif kind == "image":
            _add_caption(composer, block)
        else:
            raise Failed("reader_failed", f"unknown block {kind!r}")


def _rejoined(blocks: list[Block]) -> list[Block]:
    """Put the parts of a paragraph that the reader cut at a table or drawing inside it together again."""
    joined: list[Block] = []
    begun: dict[int, Block] = {}
    for block in blocks:
        number = block.get("provenance", {}).get("paragraph") if block["type"] == "paragraph" else None
        if number is None:
            joined.append(block)
        elif number in begun:
            begun[number]["runs"].extend(block["runs"])
        else:
            begun[number] = {**block, "runs": list(block["runs"])}
            joined.append(begun[number])
    return joined


def _paragraph_text(block: Block) -> str:
    """The characters of a paragraph, without what the reader put between them for equations, notes and bookmarks."""
    return "".join(
        run["text"]
        for run in block["runs"]
        if not run.get("equation") and not run.get("note_ref") and not _BOOKMARK.fullmatch(run["text"])
    )


def _add_formulas(composer: Composer, block: Block) -> None:
    for run in block["runs"]:
        if equation := run.get("equation"):
            composer.add_element(ElementKind.FORMULA, equation.get("script") or equation.get("latex") or "")


def _add_table(composer: Composer, block: Block, parent: tuple[int, int, int] | None = None) -> None:
    caption = block.get("caption")
    if caption and caption["side"] in ("TOP", "LEFT"):
        _add_caption(composer, block)
    ordinal = composer.add_table(_grid(block, find_unit(caption["text"]) if caption else None), parent=parent)
    if caption and caption["side"] not in ("TOP", "LEFT"):
        _add_caption(composer, block)
    for row, col, cell in _anchors(block):
        _add_blocks(composer, cell["paragraphs"], parent=(ordinal, row, col))


def _grid(block: Block, unit: str | None = None) -> Grid:
    cells = [
        Cell(row=row, col=col, row_span=cell["row_span"], col_span=cell["col_span"], text=_cell_text(cell))
        for row, col, cell in _anchors(block)
    ]
    return build_grid(cells, block["row_count"], block["col_count"], unit)


def _anchors(block: Block) -> Iterator[tuple[int, int, Block]]:
    for row, cells in enumerate(block["rows"], start=1):
        for col, cell in enumerate(cells, start=1):
            if not cell.get("merged_away"):
                yield row, col, cell


def _cell_text(cell: Block) -> str:
    blocks = _rejoined(cell["paragraphs"])
    texts = (_paragraph_text(block) for block in blocks if block["type"] == "paragraph")
    return "\n".join(text for text in texts if text.strip())


def _add_caption(composer: Composer, block: Block) -> None:
    if caption := block.get("caption"):
        _add_contained(composer, ElementKind.FIGURE_CAPTION, caption["elements"])


def _add_contained(composer: Composer, kind: ElementKind, blocks: list[Block]) -> None:
    """A note or caption is one element; tables, equations and notes inside it follow as their own."""
    blocks = _rejoined(blocks)
    texts = [_paragraph_text(block) for block in blocks if block["type"] == "paragraph"]
    composer.add_element(kind, "\n".join(text for text in texts if text.strip()))
    for block in blocks:
        if block["type"] == "paragraph":
            _add_formulas(composer, block)
        else:
            _add_blocks(composer, [block])


def _add_running(composer: Composer, kind: ElementKind, blocks: list[Block]) -> None:
    """A header or footer, and each table that stands in it, is an element of that kind."""
    tables = [block for block in blocks if block["type"] == "table"]
    _add_contained(composer, kind, [block for block in blocks if block["type"] != "table"])
    for table in tables:
        grid = _grid(table)
        composer.add_element(kind, grid_text(grid), table=grid)
        for _, _, cell in _anchors(table):
            _add_running(composer, kind, [block for block in cell["paragraphs"] if block["type"] != "paragraph"])


def compose_unhwp(document: Block) -> Composer:
    """Elements from the JSON of an unhwp document. It keeps no notes apart from the text, and no nested tables."""
    composer = Composer()
    for section in document["sections"]:
        for place, kind in _RUNNING_KINDS.items():
            texts = [_unhwp_text(paragraph) for paragraph in section.get(place) or []]
            composer.add_element(ElementKind(kind), "\n".join(text for text in texts if text.strip()))
        for block in section["content"]:
            if "Table" in block:
                _add_unhwp_table(composer, block["Table"])
            elif "Paragraph" in block:
                paragraph = block["Paragraph"]
                composer.add_paragraph(_unhwp_text(paragraph), level=paragraph["style"]["heading_level"])
                for piece in paragraph["content"]:
                    if isinstance(piece, dict) and "Equation" in piece:
                        composer.add_element(ElementKind.FORMULA, piece["Equation"]["script"])
    return composer


def _unhwp_text(paragraph: Block) -> str:
    texts: list[str] = []
    for piece in paragraph["content"]:
        if piece == "LineBreak":
            texts.append("\n")
        elif isinstance(piece, dict) and "Text" in piece:
            texts.append(piece["Text"]["text"])
    return "".join(texts)


def _add_unhwp_table(composer: Composer, table: Block) -> None:
    rows = [
        [
            ("\n".join(filter(None, map(_unhwp_text, cell["content"]))), cell["rowspan"], cell["colspan"])
            for cell in row["cells"]
        ]
        for row in table["rows"]
    ]
    composer.add_table(build_grid(flow_rows(rows), len(rows)))
