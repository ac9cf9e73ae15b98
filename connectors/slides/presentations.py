"""Reading presentations slide by slide: title, paragraphs, exact tables, diagrams and notes, by python-pptx.

Old binary presentations come here too, once LibreOffice has converted them.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from io import BytesIO
from typing import Any

from connectors import drawingml, grids, opc
from connectors.composition import Composer
from connectors.contract import Document
from connectors.embedded import embedded_members
from connectors.inflation import new_member
from connectors.officeproperties import read_properties
from connectors.oleobjects import unwrap_object
from connectors.opc import local_name
from connectors.word import officemath
from schemas.elements import Cell, ElementKind, Flag
from schemas.outcome import Failed

_TYPES = "[Content_Types].xml"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(officeDocument|drawingml|presentationml)/(\w+)")
_MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_OTHER_MAIN_TYPES = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.presentationml\.(?:slideshow|template)\.main"
    rb"|ms-powerpoint\.(?:slideshow|template)\.macroEnabled\.main)\+xml"
)
_MEMBER_FOLDERS = ("ppt/media/", "ppt/embeddings/")
_UNREADABLE = (
    ".mp3",
    ".mp4",
    ".m4a",
    ".m4v",
    ".wav",
    ".wma",
    ".wmv",
    ".avi",
    ".mov",
    ".mpg",
    ".mpeg",
    ".aac",
    ".fntdata",
)


def read_pptx(content: bytes) -> Document:
    """Read a presentation in Office Open XML.

    Raises:
        Failed: `corrupt`, `no_text`, `ocr_unavailable`, `archive_bomb`, `too_many_elements`.
    """
    from pptx import Presentation

    with opc.open_package(content) as package:
        presentation = Presentation(BytesIO(_familiar(content, package)))
        members, is_left_out = embedded_members(_embedded(package))
        properties, title = read_properties(package)
    composer = Composer()
    for number, slide in enumerate(presentation.slides, start=1):
        composer.page = number
        composer.flags = [Flag.HIDDEN_SLIDE] if slide.element.get("show") in ("0", "false") else []
        composer.leave_sections()
        _add_slide(composer, slide)
    if not composer.has_text() and not members:
        # Pictures of a size to be read are all that there is, and there is nothing to read them with.
        raise Failed("ocr_unavailable" if is_left_out else "no_text")
    flags = [flag for flag in Flag if any(flag in element.flags for element in composer.elements)]
    return Document(
        reader=f"python-pptx {version('python-pptx')}",
        elements=composer.elements,
        members=members,
        title=composer.opening_title() or title,
        flags=[*flags, Flag.PICTURES_NOT_READ] if is_left_out else flags,
        properties=properties,
    )


def _familiar(content: bytes, package: zipfile.ZipFile) -> bytes:
    """The presentation as python-pptx knows it: transitional names for strict ones, no slide show and no template."""
    types = opc.read_part(package, _TYPES) or b""
    is_strict = _STRICT.search(opc.read_part(package, "_rels/.rels") or b"") is not None
    if not is_strict and not _OTHER_MAIN_TYPES.search(types):
        return content
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as familiar:
        for name in dict.fromkeys(package.namelist()):
            part = opc.read_part(package, name) or b""
            if name == _TYPES:
                part = _OTHER_MAIN_TYPES.sub(_MAIN_TYPE, part)
            if is_strict and name.endswith((".xml", ".rels")):
                part = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", part)
            familiar.writestr(new_member(name, zipfile.ZIP_STORED), part)
    return target.getvalue()


def _embedded(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    drawn = drawingml.chart_workbooks(package)
    for name in package.namelist():
        is_file = not name.endswith("/") and not name.lower().endswith(_UNREADABLE)
        if name.startswith(_MEMBER_FOLDERS) and is_file and name not in drawn:
            yield unwrap_object(name, opc.read_part(package, name) or b"")


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
            for text in drawingml.diagram_texts(relation.target_part.blob):
                composer.add_element(ElementKind.NARRATIVE_TEXT, text, flags=[Flag.MEMO])


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
        _add_table(composer, shape.table, part)
    elif shape.has_text_frame:
        role = shape.placeholder_format.type.name if _has_role(shape) else ""
        if role in ("FOOTER", "DATE", "SLIDE_NUMBER"):
            composer.add_element(ElementKind.FOOTER, _text(shape.text_frame.text))
        elif role in ("TITLE", "CENTER_TITLE", "VERTICAL_TITLE"):
            links = _links(shape.element, part)
            composer.add_paragraph(_text(shape.text_frame.text), level=1, is_styled=True, links=links)
        else:
            # An address of the whole shape stands outside its paragraphs.
            links = _links(shape.element.find("./{*}nvSpPr"), part)
            for paragraph in shape.text_frame.paragraphs:
                found = [*links, *_links(paragraph._p, part)]
                composer.add_paragraph(_text(paragraph.text), is_item=paragraph.level > 0, links=found)
                for math in paragraph._p.iter("{*}oMath"):
                    composer.add_element(ElementKind.FORMULA, officemath.linear(math))
    else:
        _add_drawing(composer, shape, part)


def _has_role(shape: Any) -> bool:
    return shape.is_placeholder and shape.placeholder_format.type is not None


def _text(text: str) -> str:
    return text.replace("\v", "\n")


def _links(element: Any, part: Any) -> list[str]:
    """The addresses that an element's text points to."""
    found: list[str] = []
    for link in () if element is None else element.iter("{*}hlinkClick"):
        relation = next((value for name, value in link.attrib.items() if str(name).endswith("}id")), None)
        if relation in part.rels and part.rels[relation].is_external:
            found.append(part.rels[relation].target_ref)
    return found


def _add_table(composer: Composer, table: Any, part: Any) -> None:
    """Add a table as its markup has it: each cell says what it spans, and which cells it has taken the place of."""
    cells: list[Cell] = []
    rows = table._tbl.tr_lst
    for row, entries in enumerate(rows, start=1):
        for col, cell in enumerate(entries.tc_lst, start=1):
            text = _text(_cell_text(cell))
            if cell.hMerge or cell.vMerge:
                # PowerPoint shows no text of a cell that another covers.
                continue
            cells.append(Cell(row=row, col=col, row_span=cell.rowSpan, col_span=cell.gridSpan, text=text))
    if cells:
        composer.add_table(grids.build_grid(cells, len(rows), len(table.columns)), links=_links(table._tbl, part))


def _cell_text(cell: Any) -> str:
    body = cell.txBody
    if body is None:
        return ""
    return "\n".join(_paragraph(paragraph) for paragraph in body.p_lst)


def _paragraph(paragraph: Any) -> str:
    return "".join("\n" if local_name(child) == "br" else _run(child) for child in paragraph)


def _run(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter("{*}t")) if local_name(element) in ("r", "fld") else ""


def _add_drawing(composer: Composer, shape: Any, part: Any) -> None:
    """Add the words of a SmartArt diagram, or the numbers of a chart, which stand in parts of their own."""
    for reference in shape.element.iter("{*}relIds", "{*}chart"):
        is_chart = local_name(reference) == "chart"
        wanted = "}id" if is_chart else "}dm"
        relation = next((value for name, value in reference.attrib.items() if str(name).endswith(wanted)), None)
        if relation not in part.rels or part.rels[relation].is_external:
            continue
        content = part.related_part(relation).blob
        if is_chart:
            title, grid = drawingml.read_chart(content)
            composer.add_element(ElementKind.FIGURE_CAPTION, title)
            if grid is not None:
                composer.add_table(grid)
        else:
            for text in drawingml.diagram_texts(content):
                composer.add_paragraph(text)
