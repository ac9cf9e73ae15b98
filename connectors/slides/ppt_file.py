"""PowerPoint's binary files: records in records, the slides in order, and the text that belongs to each."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import olefile

from connectors import ole
from schemas.outcome import Failed

MAX_DEPTH = 32
MAX_RECORDS = 2_000_000

DOCUMENT, SLIDE, NOTES = 1000, 1006, 1008
_USER_EDIT, _PERSIST_DIRECTORY = 4085, 6002
SLIDE_LIST, SLIDE_PLACE = 4080, 1011
_SLIDE_LIST_SLIDES, _SLIDE_LIST_NOTES = 0, 2
# What later versions added lies in records that say of themselves that they hold none.
_TAG_DATA = 5003
_ENCRYPTED_TOKEN = 0xF3D1C4DF
_CURRENT_USER = "Current User"
_MAX_EDITS = 1_000


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its type and instance, and where its data begins and ends in the stream."""

    kind: int
    instance: int
    start: int
    end: int
    is_container: bool


@dataclass(slots=True)
class SlidePlace:
    """A slide of a list of slides: the number of its own record, its id, and the text that the outline shows of it."""

    persist: int
    identity: int
    texts: list[Record] = field(default_factory=list)


class PptFile:
    """A presentation's stream and the records in it."""

    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.offsets: dict[int, int] = {}
        self._n_records = 0

    def record_at(self, offset: int, end: int | None = None) -> Record | None:
        """The record at an offset; None if there is none that fits."""
        limit = len(self.stream) if end is None else end
        if offset < 0 or offset + 8 > limit:
            return None
        head, kind, size = struct.unpack_from("<HHI", self.stream, offset)
        start = offset + 8
        is_container = (head & 0xF) == 0xF or kind == _TAG_DATA
        return Record(kind, head >> 4, start, min(start + size, limit), is_container)

    def children(self, record: Record) -> Iterator[Record]:
        """The records directly inside one."""
        yield from self.records(record.start, record.end)

    def records(self, start: int, end: int) -> Iterator[Record]:
        """The records of a stretch of the stream.

        Raises:
            Failed: `too_many_elements` beyond two millions.
        """
        while (record := self.record_at(start, end)) is not None:
            self._n_records += 1
            if self._n_records > MAX_RECORDS:
                raise Failed("too_many_elements", f"PPT: more than {MAX_RECORDS:,} records")
            yield record
            start = record.end

    def find_all(self, record: Record, *kinds: int) -> Iterator[Record]:
        """The records of some kinds anywhere inside one, in order."""
        stack: list[tuple[Record, int]] = [(child, 1) for child in reversed(list(self.children(record)))]
        while stack:
            current, depth = stack.pop()
            if current.kind in kinds:
                yield current
            elif current.is_container and depth < MAX_DEPTH:
                stack.extend((child, depth + 1) for child in reversed(list(self.children(current))))

    def first(self, record: Record, kind: int) -> Record | None:
        """The first record of a kind directly inside one."""
        return next((child for child in self.children(record) if child.kind == kind), None)

    def data(self, record: Record) -> bytes:
        """The bytes of a record."""
        return self.stream[record.start : record.end]

    def text(self, record: Record) -> str:
        """The text of a record of text, in two bytes a character or in one."""
        raw = self.data(record)
        if record.kind == TEXT_BYTES:
            return raw.decode("latin-1")
        return raw[: len(raw) & ~1].decode("utf-16-le", "replace")

    def persisted(self, number: int, *kinds: int) -> Record | None:
        """The record that is kept under a number, if it is of one of the kinds."""
        record = self.record_at(self.offsets.get(number, -1))
        return record if record is not None and record.kind in kinds else None

    def slide_list(self, document: Record, instance: int) -> list[SlidePlace]:
        """The slides or notes of a list of the document, in order."""
        places: list[SlidePlace] = []
        for listing in self.children(document):
            if listing.kind != SLIDE_LIST or listing.instance != instance:
                continue
            for record in self.children(listing):
                if record.kind == SLIDE_PLACE and record.end - record.start >= 16:
                    persist, _, _, identity = struct.unpack_from("<IIII", self.stream, record.start)
                    places.append(SlidePlace(persist, identity))
                elif places and record.kind in (TEXT_HEADER, TEXT_CHARACTERS, TEXT_BYTES):
                    places[-1].texts.append(record)
        return places


TEXT_HEADER, TEXT_CHARACTERS, TEXT_BYTES, STRING = 3999, 4000, 4008, 4026
SLIDES, NOTE_PAGES = _SLIDE_LIST_SLIDES, _SLIDE_LIST_NOTES


def open_ppt(compound: olefile.OleFileIO) -> tuple[PptFile, Record | None]:
    """Read a presentation's stream and find its document record, the newest that was saved.

    Raises:
        Failed: `password_ooxml` if it is encrypted, `corrupt`.
    """
    stream = ole.read_stream(compound, "PowerPoint Document")
    if stream is None or len(stream) < 8:
        raise Failed("corrupt", "PPT: no document")
    user = ole.read_stream(compound, _CURRENT_USER) or b""
    token = int.from_bytes(user[12:16], "little")
    if token == _ENCRYPTED_TOKEN or compound.exists("EncryptedSummary"):
        raise Failed("password_ooxml", "PPT")
    presentation = PptFile(stream)
    document = None
    if len(user) >= 20:
        document = _follow_edits(presentation, int.from_bytes(user[16:20], "little"))
    if document is None:
        last = max(stream.rfind(struct.pack("<HI", _USER_EDIT, 28)), stream.rfind(struct.pack("<HI", _USER_EDIT, 32)))
        document = _follow_edits(presentation, last - 2) if last >= 2 else None
    if document is None:
        document = next((one for one in presentation.records(0, len(stream)) if one.kind == DOCUMENT), None)
    return presentation, document


def _follow_edits(presentation: PptFile, offset: int) -> Record | None:
    """Go back through the saved edits; the newest place of a record holds."""
    seen: set[int] = set()
    document_number: int | None = None
    while offset and offset not in seen and len(seen) < _MAX_EDITS:
        seen.add(offset)
        edit = presentation.record_at(offset)
        if edit is None or edit.kind != _USER_EDIT or edit.end - edit.start < 20:
            break
        if edit.end - edit.start >= 32 and int.from_bytes(presentation.data(edit)[28:32], "little"):
            raise Failed("password_ooxml", "PPT")
        before, directory, number = struct.unpack_from("<III", presentation.stream, edit.start + 8)
        document_number = number if document_number is None else document_number
        _read_directory(presentation, directory)
        offset = before
    return None if document_number is None else presentation.persisted(document_number, DOCUMENT)


def _read_directory(presentation: PptFile, offset: int) -> None:
    directory = presentation.record_at(offset)
    if directory is None or directory.kind != _PERSIST_DIRECTORY:
        return
    at = directory.start
    while at + 4 <= directory.end:
        (head,) = struct.unpack_from("<I", presentation.stream, at)
        first, count = head & 0xFFFFF, head >> 20
        count = min(count, (directory.end - at - 4) // 4)
        for index, place in enumerate(struct.unpack_from(f"<{count}I", presentation.stream, at + 4)):
            presentation.offsets.setdefault(first + index, place)
        at += 4 + count * 4
