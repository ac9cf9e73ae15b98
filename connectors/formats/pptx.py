"""PPTX: slide by slide its title, paragraphs, exact tables, diagrams and notes, read by python-pptx."""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from io import BytesIO
from typing import Any

from connectors import grids, opc
from connectors.composition import Composer
from connectors.contract import Blob, Document
from schemas.elements import Cell, ElementKind
from schemas.outcome import Failed


class Pptx:
    """PowerPoint presentations in Office Open XML, with macros or without; hidden slides too."""

    name = "pptx"
    label = "파워포인트 문서"
    distributions = ("python-pptx", "lxml")
    version = 1
    preload = ("pptx",)

    def sniff(self, blob: Blob) -> float:
        """Certain by the presentation part."""
        return 1.0 if "ppt/presentation.xml" in opc.member_names(blob.content) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        from pptx import Presentation

        with opc.open_package(blob.content):
            presentation = Presentation(BytesIO(blob.content))
        composer = Composer()
        for number, slide in enumerate(presentation.slides, start=1):
            composer.page = number
            composer.leave_sections()
            _add_slide(composer, slide)
        if not composer.has_text():
            raise Failed("no_text")
        title = (presentation.core_properties.title or "").strip()
        return Document(
            reader=f"python-pptx {version('python-pptx')}",
            elements=composer.elements,
            title=composer.opening_title() or title or None,
        )


def _add_slide(composer: Composer, slide: Any) -> None:
    _choose_alternatives(slide.element)
    title = slide.shapes.title
    if title is not None:
        _add_shape(composer, title, slide.part)
    for shape in _leaves(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _add_shape(composer, shape, slide.part)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            composer.add_paragraph(_text(paragraph.text))
    for relation in slide.part.rels.values():
        if relation.reltype.endswith("/comments") and not relation.is_external:
            for text in _paragraph_texts(relation.target_part.blob):
                composer.add_element(ElementKind.NARRATIVE_TEXT, text)


def _choose_alternatives(slide: Any) -> None:
    """Put the first alternative of a drawing in its place, as PowerPoint does; the reader passes over such drawings."""
    for alternate in list(slide.iter("{*}AlternateContent")):
        parent = alternate.getparent()
        if parent is not None and len(alternate):
            at = parent.index(alternate)
            parent[at : at + 1] = list(alternate[0])


def _leaves(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _leaves(shape.shapes)
        else:
            yield shape


def _add_shape(composer: Composer, shape: Any, part: Any) -> None:
    if getattr(shape, "has_table", False):
        _add_table(composer, shape.table)
    elif shape.has_text_frame:
        role = shape.placeholder_format.type.name if _has_role(shape) else ""
        if role in ("FOOTER", "DATE", "SLIDE_NUMBER"):
            composer.add_element(ElementKind.FOOTER, _text(shape.text_frame.text))
        elif role in ("TITLE", "CENTER_TITLE", "VERTICAL_TITLE"):
            composer.add_paragraph(_text(shape.text_frame.text), level=1, is_styled=True)
        else:
            for paragraph in shape.text_frame.paragraphs:
                composer.add_paragraph(_text(paragraph.text), is_item=paragraph.level > 0)
    else:
        for text in _diagram_texts(shape, part):
            composer.add_paragraph(text)


def _has_role(shape: Any) -> bool:
    return shape.is_placeholder and shape.placeholder_format.type is not None


def _text(text: str) -> str:
    return text.replace("\v", "\n")


def _add_table(composer: Composer, table: Any) -> None:
    cells = [
        Cell(
            row=row,
            col=col,
            row_span=cell.span_height if cell.is_merge_origin else 1,
            col_span=cell.span_width if cell.is_merge_origin else 1,
            text=_text(cell.text_frame.text),
        )
        for row, entries in enumerate(table.rows, start=1)
        for col, cell in enumerate(entries.cells, start=1)
        if not cell.is_spanned
    ]
    if cells:
        composer.add_table(grids.build_grid(cells, len(table.rows), len(table.columns)))


def _diagram_texts(shape: Any, part: Any) -> list[str]:
    """The texts of a SmartArt diagram, which stand in a part of their own."""
    texts: list[str] = []
    for reference in shape.element.iter("{*}relIds"):
        relation = next((value for name, value in reference.attrib.items() if str(name).endswith("}dm")), None)
        if relation in part.rels:
            texts.extend(_paragraph_texts(part.related_part(relation).blob))
    return texts


def _paragraph_texts(content: bytes) -> list[str]:
    paragraphs = opc.parse_xml(content).iter("{*}p", "{*}text")
    return ["".join(text.text or "" for text in (paragraph, *paragraph.iter("{*}t"))) for paragraph in paragraphs]


FORMAT = Pptx()
