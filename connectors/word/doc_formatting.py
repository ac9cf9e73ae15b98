"""What a binary Word document notes of its paragraphs and characters: tables, headings, changes; by pages of properties."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.word.doc_file import DocFile
from connectors.word.doc_flow import CellEdge, RowShape
from connectors.word.doc_tables import MAX_CELLS

_PAGE = 512
_CHARACTER_PAGES, _PARAGRAPH_PAGES = 12, 13
_OPERAND_BYTES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_DEFINE_TABLE, _CHANGE_TABS = 0xD608, 0xC615
_IN_TABLE, _ROW_END, _DEPTH = 0x2416, 0x2417, 0x6649
_INNER_CELL, _INNER_ROW_END = 0x244B, 0x244C
_OUTLINE, _LIST = 0x2640, 0x460B
_DELETED, _INSERTED, _HIDDEN = 0x0800, 0x0801, 0x083C
_VERTICAL_MERGE, _MERGE_CELLS = 0xD62B, 0x5624
_HEADING_STYLES = range(1, 10)
_CELL_BYTES = 20


@dataclass(slots=True)
class ParagraphNote:
    """What is noted of a paragraph."""

    depth: int = 0
    is_row_end: bool = False
    is_cell_end: bool = False
    level: int | None = None
    is_item: bool = False
    shape: RowShape | None = None


@dataclass(slots=True)
class CharacterNote:
    """What is noted of a run of characters."""

    is_deleted: bool = False
    is_inserted: bool = False
    is_hidden: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to it."""
        return not (self.is_deleted or self.is_inserted or self.is_hidden)


@dataclass(slots=True)
class Formatting:
    """Paragraphs and marked runs by where they begin in the stream; `has_paragraphs` if there are such notes at all."""

    starts: list[int] = field(default_factory=list)
    paragraphs: list[tuple[int, bytes]] = field(default_factory=list)
    runs: list[tuple[int, int, CharacterNote]] = field(default_factory=list)

    @property
    def has_paragraphs(self) -> bool:
        """Whether paragraphs have notes."""
        return bool(self.starts)

    def paragraph_at(self, place: int) -> ParagraphNote:
        """What is noted of the paragraph whose end lies at a place of the stream."""
        index = bisect_right(self.starts, place) - 1
        if index < 0:
            return ParagraphNote()
        end, properties = self.paragraphs[index]
        return _paragraph_note(properties) if place < end else ParagraphNote()


def read_formatting(document: DocFile) -> Formatting:
    """Read the notes of a document of Word 97 or later; older ones have others, and give none."""
    formatting = Formatting()
    if document.narrow_codec:
        return formatting
    found: list[tuple[int, int, bytes]] = []
    for start, end, page, at in _entries(document, _PARAGRAPH_PAGES, 13):
        found.append((start, end, _paragraph_properties(page, at)))
    found.sort(key=lambda entry: entry[0])
    formatting.starts = [start for start, _, _ in found]
    formatting.paragraphs = [(end, properties) for _, end, properties in found]
    for start, end, page, at in _entries(document, _CHARACTER_PAGES, 1):
        note = _character_note(page[at + 1 : at + 1 + page[at]]) if at and at < _PAGE - 1 else CharacterNote()
        if not note.is_plain:
            formatting.runs.append((start, end, note))
    formatting.runs.sort(key=lambda run: run[0])
    return formatting


def _entries(document: DocFile, index: int, entry_bytes: int) -> Iterator[tuple[int, int, bytes, int]]:
    """Runs of a kind: where each begins and ends, its page, and where its properties are on it."""
    table = document.table_part(index)
    n_pages = max((len(table) - 4) // 8, 0)
    seen: set[int] = set()
    for number in range(n_pages):
        (page_number,) = struct.unpack_from("<I", table, (n_pages + 1) * 4 + number * 4)
        page_number &= 0x3FFFFF
        page = document.stream[page_number * _PAGE : (page_number + 1) * _PAGE]
        if len(page) < _PAGE or page_number in seen:
            continue
        seen.add(page_number)
        n_runs = page[_PAGE - 1]
        if (n_runs + 1) * 4 + n_runs * entry_bytes > _PAGE - 1:
            continue
        places = struct.unpack_from(f"<{n_runs + 1}I", page, 0)
        for run in range(n_runs):
            at = page[(n_runs + 1) * 4 + run * entry_bytes] * 2
            if places[run] < places[run + 1]:
                yield places[run], places[run + 1], page, at


def _paragraph_properties(page: bytes, at: int) -> bytes:
    if not at or at >= _PAGE - 2:
        return b""
    size = page[at] * 2 - 1
    if page[at] == 0:
        at, size = at + 1, page[at + 1] * 2
    return page[at + 1 : at + 1 + size]


def _sprms(properties: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(properties):
        (code,) = struct.unpack_from("<H", properties, at)
        at += 2
        kind = code >> 13
        if code == _DEFINE_TABLE:
            if at + 2 > len(properties):
                return
            size = 1 + struct.unpack_from("<H", properties, at)[0]
        elif kind == 6:
            if at >= len(properties):
                return
            size = 1 + properties[at]
            if code == _CHANGE_TABS and properties[at] == 0xFF:
                return
        else:
            size = _OPERAND_BYTES[kind]
        yield code, properties[at : at + size]
        at += size


def _paragraph_note(properties: bytes) -> ParagraphNote:
    note = ParagraphNote()
    if len(properties) < 2:
        return note
    (style,) = struct.unpack_from("<H", properties, 0)
    if style in _HEADING_STYLES:
        note.level = style
    is_inner_row_end = False
    for code, operand in _sprms(properties[2:]):
        value = int.from_bytes(operand[:4], "little")
        if code == _IN_TABLE and value:
            note.depth = max(note.depth, 1)
        elif code == _DEPTH:
            note.depth = min(value, 16)
        elif code == _ROW_END:
            note.is_row_end = bool(value)
        elif code == _INNER_ROW_END:
            is_inner_row_end = bool(value)
        elif code == _INNER_CELL:
            note.is_cell_end = bool(value)
        elif code == _OUTLINE:
            note.level = value + 1 if value < 9 else None
        elif code == _LIST:
            note.is_item = value not in (0, 0xF801)
        elif code == _DEFINE_TABLE:
            note.shape = _row_shape(operand)
        elif code == _VERTICAL_MERGE and note.shape is not None and len(operand) >= 3:
            if operand[1] < len(note.shape.cells):
                note.shape.cells[operand[1]].is_below = operand[2] == 1
        elif code == _MERGE_CELLS and note.shape is not None and len(operand) == 2:
            for cell in note.shape.cells[operand[0] + 1 : operand[1]]:
                cell.is_beside = True
    note.is_row_end = note.is_row_end or is_inner_row_end
    return note


def _row_shape(operand: bytes) -> RowShape | None:
    if len(operand) < 3:
        return None
    n_cells = min(operand[2], MAX_CELLS)
    if 3 + (n_cells + 1) * 2 > len(operand):
        return None
    edges = struct.unpack_from(f"<{n_cells + 1}h", operand, 3)
    shape = RowShape(left=edges[0])
    at = 3 + (n_cells + 1) * 2
    for index in range(n_cells):
        raw = operand[at + index * _CELL_BYTES : at + index * _CELL_BYTES + 2]
        flags = int.from_bytes(raw, "little")
        is_below = bool(flags & 0x20) and not flags & 0x40
        shape.cells.append(CellEdge(edges[index + 1], is_beside=bool(flags & 0x2), is_below=is_below))
    return shape


def _character_note(properties: bytes) -> CharacterNote:
    note = CharacterNote()
    for code, operand in _sprms(properties):
        is_on = bool(operand and operand[0] & 1)
        if code == _DELETED:
            note.is_deleted = is_on
        elif code == _INSERTED:
            note.is_inserted = is_on
        elif code == _HIDDEN:
            note.is_hidden = is_on
    return note
