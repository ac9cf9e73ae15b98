"""A binary PowerPoint file to elements without LibreOffice: slide by slide the shapes' text, tables and notes."""

import struct
from dataclasses import dataclass, field
from itertools import pairwise

from connectors import ole
from connectors.composition import Composer
from connectors.contract import Document
from connectors.grids import build_grid
from connectors.olesummary import read_summary
from connectors.slides.ppt_file import (
    MAX_DEPTH,
    NOTE_PAGES,
    NOTES,
    SLIDE,
    SLIDES,
    STRING,
    TEXT_BYTES,
    TEXT_CHARACTERS,
    TEXT_HEADER,
    PptFile,
    Record,
    SlidePlace,
    open_ppt,
)
from schemas.elements import Cell, ElementKind, Flag
from schemas.outcome import Failed

_DRAWING = 1036
_GROUP, _SHAPE, _SHAPE_HEAD = 0xF003, 0xF004, 0xF00A
_PROPERTIES, _MORE_PROPERTIES = 0xF00B, 0xF122
_TEXT_BOX, _CHILD_ANCHOR, _CLIENT_DATA = 0xF00D, 0xF00F, 0xF011
_OUTLINE_TEXT, _PLACEHOLDER = 3998, 3011
_SLIDE_SHOW, _NOTES_ATOM = 1017, 1009
_COMMENT = 12000
_HIDDEN = 0x04
_TABLE_PROPERTY = 0x039F
_TITLES = frozenset({0, 6})
_TITLE_PLACES = frozenset({1, 3, 13, 15, 17})
_RUNNING_PLACES = frozenset({7, 8, 9, 10})
_NOTES_TEXT_TYPE = 2
_NOTES_BODY_PLACES = frozenset({6, 12})
_CONTROLS = {0x0B: "\n", 0x0D: "\n", **dict.fromkeys((*range(9), 0x0C, *range(0x0E, 0x20)), None)}
_TOLERANCE = 8
_COMMENT_TEXT = 1


@dataclass(slots=True)
class _Text:
    """A shape's text: its paragraphs, and whether it is a title, running text or a table's cell."""

    text: str
    kind: int = -1
    place: int = -1
    anchor: tuple[int, int, int, int] | None = None


@dataclass(slots=True)
class _Table:
    cells: list[_Text] = field(default_factory=list)


def read_ppt_text(content: bytes) -> Document:
    """Read a presentation of PowerPoint 97 to 2003.

    Raises:
        Failed: `password_ooxml`, `corrupt`, `no_text`, `too_many_elements`.
    """
    with ole.open_compound(content) as compound:
        presentation, document = open_ppt(compound)
        properties, title = read_summary(compound)
    composer = Composer()
    flags: list[Flag] = []
    slides = _slides(presentation, document)
    notes = {} if document is None else _notes(presentation, document)
    for number, (place, slide) in enumerate(slides, start=1):
        composer.page = number
        composer.flags = []
        if slide is not None and _is_hidden(presentation, slide):
            composer.flags = [Flag.HIDDEN_SLIDE]
            flags.append(Flag.HIDDEN_SLIDE)
        composer.leave_sections()
        flags.extend(_add_slide(composer, presentation, place, slide, notes))
    composer.page, composer.flags = None, []
    if all(slide is None for _, slide in slides) and not composer.has_text():
        _add_all_text(composer, presentation)
    if not composer.has_text():
        raise Failed("no_text")
    return Document(
        reader="gotgan ppt 1",
        elements=composer.elements,
        title=composer.opening_title() or title,
        flags=list(dict.fromkeys(flags)),
        properties=properties,
    )


def _slides(presentation: PptFile, document: Record | None) -> list[tuple[SlidePlace, Record | None]]:
    """The slides in the order of the show; in that of the file if the document names none."""
    places = [] if document is None else presentation.slide_list(document, SLIDES)
    found = [(place, presentation.persisted(place.persist, SLIDE)) for place in places]
    if found:
        return found
    records = presentation.records(0, len(presentation.stream))
    return [(SlidePlace(0, 0), record) for record in records if record.kind == SLIDE]


def _notes(presentation: PptFile, document: Record) -> dict[int, Record]:
    """The notes pages by the id of the slide that each belongs to."""
    found: dict[int, Record] = {}
    for place in presentation.slide_list(document, NOTE_PAGES):
        page = presentation.persisted(place.persist, NOTES)
        atom = presentation.first(page, _NOTES_ATOM) if page is not None else None
        if page is not None and atom is not None and atom.end - atom.start >= 4:
            found[struct.unpack_from("<I", presentation.stream, atom.start)[0]] = page
    return found


def _is_hidden(presentation: PptFile, slide: Record) -> bool:
    show = presentation.first(slide, _SLIDE_SHOW)
    return show is not None and show.end - show.start >= 12 and bool(presentation.stream[show.start + 10] & _HIDDEN)


def _add_slide(
    composer: Composer, presentation: PptFile, place: SlidePlace, slide: Record | None, notes: dict[int, Record]
) -> list[Flag]:
    outline = _outline_texts(presentation, place.texts)
    shapes = _shapes(presentation, slide, outline) if slide is not None else list(outline)
    shown = {shape.text for shape in shapes if isinstance(shape, _Text)}
    # Some programs leave a placeholder's text to the outline and do not refer to it.
    shapes.extend(text for text in outline if text.text not in shown)
    titles = [shape for shape in shapes if isinstance(shape, _Text) and _is_title(shape)]
    for shape in titles[:1]:
        composer.add_paragraph(shape.text.strip("\n"), level=1, is_styled=True)
    for shape in shapes:
        if isinstance(shape, _Table):
            _add_table(composer, shape)
        elif shape.place in _RUNNING_PLACES:
            composer.add_element(ElementKind.FOOTER, shape.text)
        elif not titles or shape is not titles[0]:
            _add_paragraphs(composer, shape.text)
    page = notes.get(place.identity)
    if page is not None:
        for shape in _shapes(presentation, page, []):
            if isinstance(shape, _Text) and (shape.kind == _NOTES_TEXT_TYPE or shape.place in _NOTES_BODY_PLACES):
                _add_paragraphs(composer, shape.text)
    return _add_comments(composer, presentation, slide)


def _is_title(shape: _Text) -> bool:
    return shape.kind in _TITLES or shape.place in _TITLE_PLACES


def _add_comments(composer: Composer, presentation: PptFile, slide: Record | None) -> list[Flag]:
    flags: list[Flag] = []
    for comment in () if slide is None else presentation.find_all(slide, _COMMENT):
        for record in presentation.children(comment):
            if record.kind == STRING and record.instance == _COMMENT_TEXT:
                flags.append(Flag.MEMO)
                text = presentation.text(record).translate(_CONTROLS)
                composer.add_element(ElementKind.NARRATIVE_TEXT, text, flags=[Flag.MEMO])
    return flags


def _add_paragraphs(composer: Composer, text: str) -> None:
    for paragraph in text.split("\r"):
        composer.add_paragraph(paragraph.translate(_CONTROLS))


def _outline_texts(presentation: PptFile, records: list[Record]) -> list[_Text]:
    texts: list[_Text] = []
    for record in records:
        if record.kind == TEXT_HEADER:
            texts.append(_Text("", kind=int.from_bytes(presentation.data(record)[:4], "little")))
        elif texts:
            texts[-1].text += presentation.text(record)
    return texts


def _shapes(presentation: PptFile, slide: Record, outline: list[_Text]) -> list[_Text | _Table]:
    shapes: list[_Text | _Table] = []
    for drawing in presentation.children(slide):
        if drawing.kind == _DRAWING:
            for group in presentation.find_all(drawing, _GROUP):
                shapes.extend(_group(presentation, group, outline, 0))
            break
    return shapes


def _group(presentation: PptFile, group: Record, outline: list[_Text], depth: int) -> list[_Text | _Table]:
    found: list[_Text | _Table] = []
    is_table = False
    for child in presentation.children(group):
        if child.kind == _GROUP and depth < MAX_DEPTH:
            found.extend(_group(presentation, child, outline, depth + 1))
        elif child.kind == _SHAPE:
            is_table = is_table or _is_table_head(presentation, child)
            shape = _shape(presentation, child, outline)
            if shape is not None:
                found.append(shape)
    if not is_table:
        return [shape for shape in found if isinstance(shape, _Table) or shape.text.strip()]
    cells = [shape for shape in found if isinstance(shape, _Text) and shape.anchor is not None]
    return [_Table(cells)] if any(cell.text.strip() for cell in cells) else []


def _is_table_head(presentation: PptFile, shape: Record) -> bool:
    for record in presentation.children(shape):
        if record.kind in (_PROPERTIES, _MORE_PROPERTIES):
            for index in range(min(record.instance, (record.end - record.start) // 6)):
                code, value = struct.unpack_from("<HI", presentation.stream, record.start + index * 6)
                if code & 0x3FFF == _TABLE_PROPERTY and value & 1:
                    return True
    return False


def _shape(presentation: PptFile, shape: Record, outline: list[_Text]) -> _Text | None:
    found: _Text | None = None
    anchor: tuple[int, int, int, int] | None = None
    place = -1
    is_line = False
    for record in presentation.children(shape):
        size = record.end - record.start
        if record.kind == _CHILD_ANCHOR and size >= 16:
            anchor = struct.unpack_from("<iiii", presentation.stream, record.start)
        elif record.kind == _SHAPE_HEAD:
            is_line = record.instance == 20
        elif record.kind == _CLIENT_DATA:
            atom = presentation.first(record, _PLACEHOLDER)
            if atom is not None and atom.end - atom.start >= 5:
                place = presentation.stream[atom.start + 4]
        elif record.kind == _TEXT_BOX:
            found = _box_text(presentation, record, outline)
    if found is None:
        # A cell without text is a cell; the lines round it are none.
        return _Text("", anchor=anchor) if anchor is not None and not is_line else None
    found.anchor, found.place = anchor, place
    return found


def _box_text(presentation: PptFile, box: Record, outline: list[_Text]) -> _Text:
    text = _Text("")
    for record in presentation.children(box):
        if record.kind == TEXT_HEADER:
            text.kind = int.from_bytes(presentation.data(record)[:4], "little")
        elif record.kind in (TEXT_CHARACTERS, TEXT_BYTES):
            text.text += presentation.text(record)
        elif record.kind == _OUTLINE_TEXT:
            index = int.from_bytes(presentation.data(record)[:4], "little")
            if index < len(outline):
                text.kind, text.text = outline[index].kind, outline[index].text
    return text


def _add_table(composer: Composer, table: _Table) -> None:
    """Lay cells out by the edges that they share."""
    boxes = [(cell, cell.anchor) for cell in table.cells if cell.anchor is not None]
    boxes = [(cell, box) for cell, box in boxes if box[2] - box[0] > _TOLERANCE and box[3] - box[1] > _TOLERANCE]
    columns = _lines({edge for _, box in boxes for edge in (box[0], box[2])})
    rows = _lines({edge for _, box in boxes for edge in (box[1], box[3])})
    cells = [
        Cell(
            row=rows[top] + 1,
            col=columns[left] + 1,
            row_span=max(rows[bottom] - rows[top], 1),
            col_span=max(columns[right] - columns[left], 1),
            text="\n".join(part.translate(_CONTROLS) for part in cell.text.split("\r")).strip("\n"),
        )
        for cell, (left, top, right, bottom) in boxes
    ]
    if cells:
        composer.add_table(build_grid(cells))


def _lines(edges: set[int]) -> dict[int, int]:
    ordered = sorted(edges)
    numbers = dict.fromkeys(ordered[:1], 0)
    for before, edge in pairwise(ordered):
        numbers[edge] = numbers[before] + (edge - before > _TOLERANCE)
    return numbers


def _add_all_text(composer: Composer, presentation: PptFile) -> None:
    """Every text in the order of the file, for one whose slides cannot be told."""
    whole = Record(0, 0, 0, len(presentation.stream), True)
    for record in presentation.find_all(whole, TEXT_CHARACTERS, TEXT_BYTES):
        _add_paragraphs(composer, presentation.text(record))
