"""A binary Word document to elements without LibreOffice: text and tables from the file's own structures."""

import re
import struct
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise

from connectors import ole
from connectors.composition import Composer
from connectors.contract import Document
from connectors.olesummary import read_summary
from connectors.word.doc_file import DocFile, open_doc
from connectors.word.doc_flow import Attachment, Flow, Paragraph, RowShape, compose, flow_text
from connectors.word.doc_formatting import Formatting, read_formatting
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

_NOTE_PARTS = (
    # part of the text, table of references, bytes of a reference, table of the notes' places, kind
    ("footnotes", 2, 2, 3, ElementKind.FOOTNOTE),
    ("endnotes", 46, 2, 47, ElementKind.ENDNOTE),
    ("annotations", 4, 30, 5, ElementKind.NARRATIVE_TEXT),
)
_HEADER_PLACES = 11
_SEPARATORS, _STORIES_OF_SECTION = 6, 6
_HEADER_STORIES = frozenset({0, 1, 4})
_UNIT = re.compile("[\x13\x14\x15\r\x07\x0c]|[^\x13\x14\x15\r\x07\x0c]+")
_CONTROLS = {
    0x0B: "\n",
    0x1E: "-",
    0x1F: None,
    0x0E: "\n",
    **dict.fromkeys((*range(9), 0x0F, *range(0x10, 0x1D)), None),
}
_HYPERLINK = re.compile(r'HYPERLINK\s+(?:"([^"]{1,2000})"|(?!\\)(\S{1,2000}))', re.IGNORECASE)
_MAX_INSTRUCTION = 4_000


@dataclass(slots=True)
class _Field:
    instruction: list[str] = field(default_factory=list)
    is_result: bool = False


class _Reader:
    """Reads parts of the text into flows."""

    def __init__(self, document: DocFile, formatting: Formatting) -> None:
        self.document = document
        self.formatting = formatting
        self.flags: list[Flag] = []
        self.attached: dict[int, list[Attachment]] = {}
        self._attached_at: list[int] = []
        self._run_starts = [start for start, _, _ in formatting.runs]
        self._is_paired = self._fields_with_ends()

    def _fields_with_ends(self) -> set[int]:
        """Positions of the marks of whole fields; a lone mark must not swallow the text behind it."""
        paired: set[int] = set()
        for start, end in self.document.parts.values():
            open_marks: list[list[int]] = []
            for match in re.finditer("[\x13\x14\x15]", self.document.text[start:end]):
                at = start + match.start()
                if match[0] == "\x13":
                    open_marks.append([at])
                elif open_marks:
                    open_marks[-1].append(at)
                    if match[0] == "\x15":
                        paired.update(open_marks.pop())
        return paired

    def attach(self, position: int, attachment: Attachment) -> None:
        """Hang a note on the paragraph round a position."""
        self.attached.setdefault(position, []).append(attachment)
        self._attached_at = sorted(self.attached)

    def note(self, flag: Flag) -> None:
        """Flag the document."""
        if flag not in self.flags:
            self.flags.append(flag)

    def read_flow(self, start: int, end: int) -> Flow:
        """The flow of a stretch of the text."""
        flow = Flow()
        fields: list[_Field] = []
        runs: list[str] = []
        links: list[str] = []
        flags: list[Flag] = []
        began = start
        for match in _UNIT.finditer(self.document.text, start, end):
            at, unit = match.start(), match[0]
            if unit in ("\x13", "\x14", "\x15"):
                if at in self._is_paired:
                    self._turn_field(unit, fields, links)
                continue
            if unit in ("\r", "\x07", "\x0c"):
                self._end_paragraph(flow, self._paragraph(runs, links, flags, began, at), unit, at)
                runs, links, flags, began = [], [], [], at + 1
                continue
            if fields and not all(one.is_result for one in fields):
                fields[-1].instruction.append(unit[:_MAX_INSTRUCTION])
            else:
                runs.append(self._visible(unit, at, flags))
        rest = self._paragraph(runs, links, flags, began, end)
        if rest.text.strip() or rest.attachments:
            flow.end_paragraph(rest, 0)
        flow.finish()
        return flow

    def _turn_field(self, mark: str, fields: list[_Field], links: list[str]) -> None:
        if mark == "\x13":
            fields.append(_Field())
        elif fields and mark == "\x14":
            fields[-1].is_result = True
            found = _HYPERLINK.search("".join(fields[-1].instruction)[:_MAX_INSTRUCTION])
            if found:
                links.append(found[1] or found[2])
        elif fields:
            fields.pop()

    def _visible(self, text: str, at: int, flags: list[Flag]) -> str:
        """The text without what a tracked change has deleted."""
        if not self.formatting.runs:
            return text
        out: list[str] = []
        for offset, length, deleted in self._stretches(at, len(text), flags):
            if not deleted:
                out.append(text[offset : offset + length])
        return "".join(out)

    def _stretches(self, at: int, length: int, flags: list[Flag]) -> list[tuple[int, int, bool]]:
        stretches: list[tuple[int, int, bool]] = []
        offset = 0
        while offset < length:
            piece = self.document.piece_at(at + offset)
            size = max(min(piece.end - at - offset, length - offset), 1)
            place = piece.offset + (at + offset - piece.start) * piece.width
            stretches.extend(self._marked(offset, size, place, piece.width, flags))
            offset += size
        return stretches

    def _marked(self, offset: int, size: int, place: int, width: int, flags: list[Flag]) -> list[tuple[int, int, bool]]:
        found: list[tuple[int, int, bool]] = []
        done, last = 0, place + size * width
        index = max(bisect_left(self._run_starts, place) - 1, 0)
        while index < len(self.formatting.runs) and self.formatting.runs[index][0] < last:
            start, end, note = self.formatting.runs[index]
            index += 1
            first, final = (max(start, place) - place) // width, (min(end, last) - place) // width
            if final <= max(first, done):
                continue
            first = max(first, done)
            for is_so, flag in (
                (note.is_deleted or note.is_inserted, Flag.TRACKED_CHANGE),
                (note.is_hidden and not note.is_deleted, Flag.HIDDEN_TEXT),
            ):
                if is_so:
                    self.note(flag)
                    if not note.is_deleted and flag not in flags:
                        flags.append(flag)
            found.append((offset + done, first - done, False))
            found.append((offset + first, final - first, note.is_deleted))
            done = final
        found.append((offset + done, size - done, False))
        return found

    def _paragraph(self, runs: list[str], links: list[str], flags: list[Flag], start: int, end: int) -> Paragraph:
        first = bisect_left(self._attached_at, start)
        attachments: list[Attachment] = []
        while first < len(self._attached_at) and self._attached_at[first] <= end:
            attachments.extend(self.attached.pop(self._attached_at[first], []))
            first += 1
        return Paragraph(self._printed("".join(runs)), links=links, flags=flags, attachments=attachments)

    def _printed(self, units: str) -> str:
        text = units.translate(_CONTROLS)
        if self.document.narrow_codec:
            text = text.encode("latin-1", "replace").decode(self.document.narrow_codec, "replace")
        elif not text.isascii():
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text

    def _end_paragraph(self, flow: Flow, paragraph: Paragraph, mark: str, at: int) -> None:
        if not self.formatting.has_paragraphs:
            self._end_unformatted(flow, paragraph, mark, at)
            return
        note = self.formatting.paragraph_at(self.document.place_of(at))
        paragraph.level, paragraph.is_item = note.level, note.is_item
        depth = max(note.depth, 1) if mark == "\x07" else note.depth
        if note.is_row_end and depth:
            flow.end_row(note.shape or RowShape(), depth)
        elif mark == "\x07" or (note.is_cell_end and depth > 1):
            flow.end_cell(paragraph, depth)
        else:
            flow.end_paragraph(paragraph, depth)

    def _end_unformatted(self, flow: Flow, paragraph: Paragraph, mark: str, at: int) -> None:
        """Without notes, a row's end shows by an empty cell; paragraphs inside a cell cannot be told."""
        is_after_cell = at > 0 and self.document.text[at - 1] == "\x07"
        if mark != "\x07":
            flow.end_paragraph(paragraph, 0)
        elif is_after_cell and not paragraph.text.strip():
            flow.end_row(RowShape(), 1)
        else:
            flow.end_cell(paragraph, 1)


def read_doc_text(content: bytes) -> Document:
    """Read a document of Word 6 to 2003.

    Raises:
        Failed: `password_ooxml`, `corrupt`, `no_text`, `too_many_elements`.
    """
    with ole.open_compound(content) as compound:
        document = open_doc(compound)
        properties, title = read_summary(compound)
    reader = _Reader(document, read_formatting(document))
    loose = _read_notes(reader, document)
    body = reader.read_flow(*document.parts["main"])
    composer = Composer()
    headers, footers = _running(reader, document)
    for text in headers:
        composer.add_element(ElementKind.HEADER, text)
    compose(composer, body)
    for part in ("boxes", "header_boxes"):
        compose(composer, reader.read_flow(*document.parts[part]), (Flag.TEXT_BOX,))
    for kind, flow, flags in [
        *loose,
        *((one.kind, one.flow, one.flags) for left in reader.attached.values() for one in left),
    ]:
        composer.add_element(kind, "" if flow is None else flow_text(flow).strip(), flags=flags)
    for text in footers:
        composer.add_element(ElementKind.FOOTER, text)
    if not composer.has_text():
        raise Failed("no_text")
    return Document(
        reader="gotgan doc 1",
        elements=composer.elements,
        title=title or composer.opening_title(),
        flags=reader.flags,
        properties=properties,
    )


def _places(raw: bytes, entry_bytes: int, length: int, *, is_open: bool = False) -> list[int]:
    """The positions that a table of places begins with, in order and inside its part; without the last if it is open."""
    n_entries = max((len(raw) - 4) // (4 + entry_bytes), 0)
    places = struct.unpack_from(f"<{n_entries + 1}I", raw, 0) if len(raw) >= 4 else ()
    kept: list[int] = []
    for place in places[:-1] if is_open else places:
        if place > length or (kept and place < kept[-1]):
            break
        kept.append(place)
    return kept


def _read_notes(reader: _Reader, document: DocFile) -> list[tuple[ElementKind, Flow | None, tuple[Flag, ...]]]:
    """Hang footnotes, endnotes and memos on the paragraphs that refer to them; returns those that nothing refers to."""
    loose: list[tuple[ElementKind, Flow | None, tuple[Flag, ...]]] = []
    main_start, main_end = document.parts["main"]
    for part, references, reference_bytes, places, kind in _NOTE_PARTS:
        start, end = document.parts[part]
        if start >= end:
            continue
        flags = (Flag.MEMO,) if part == "annotations" else ()
        for flag in flags:
            reader.note(flag)
        marks = _places(document.table_part(references), reference_bytes, main_end - main_start, is_open=True)
        bounds = _places(document.table_part(places), 0, end - start)
        if len(bounds) < 2:
            loose.append((kind, reader.read_flow(start, end), flags))
            continue
        for number, (first, last) in enumerate(pairwise(bounds)):
            flow = reader.read_flow(start + first, start + last)
            if number < len(marks):
                reader.attach(main_start + marks[number], Attachment(kind, flow, flags=flags))
            else:
                loose.append((kind, flow, flags))
        if start + bounds[-1] < end:
            loose.append((kind, reader.read_flow(start + bounds[-1], end), flags))
    return loose


def _running(reader: _Reader, document: DocFile) -> tuple[list[str], list[str]]:
    start, end = document.parts["headers"]
    headers: dict[str, None] = {}
    footers: dict[str, None] = {}
    bounds = _places(document.table_part(_HEADER_PLACES), 0, end - start)
    if start < end and len(bounds) < 2:
        bounds = [0, *([0] * _SEPARATORS), end - start]
    for number, (first, last) in enumerate(pairwise(bounds)):
        if number < _SEPARATORS or first >= last:
            continue
        text = flow_text(reader.read_flow(start + first, start + last)).strip()
        is_header = (number - _SEPARATORS) % _STORIES_OF_SECTION in _HEADER_STORIES
        if text:
            (headers if is_header else footers).setdefault(text)
    return list(headers), list(footers)
