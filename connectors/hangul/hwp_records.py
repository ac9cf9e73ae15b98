"""A small walk over the records of HWP 5, independent of the readers: what it finds, they must bring out."""

import re
import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import olefile

from connectors.expectation import Expected, TableSizes
from connectors.hangul.hwp_streams import (
    MAX_BODY_BYTES,
    FileHeader,
    inflate,
    parse_file_header,
    read_records,
    read_sections,
)
from connectors.ole import open_compound, read_stream
from schemas.outcome import Failed

_PARA_HEADER, _PARA_TEXT, _RANGE_TAG, _CONTROL, _LIST, _TABLE, _TEXT_ART = 66, 67, 70, 71, 72, 77, 90
_WANTED = frozenset({_PARA_HEADER, _PARA_TEXT, _RANGE_TAG, _CONTROL, _LIST, _TABLE, _TEXT_ART})
_TRACK_CHANGE = 96
_DELETED = 0x11
_BODY, _MEMO = b"", b"memo"
# Names are stored backwards.
_TABLE_NAME, _DRAWING, _EQUATION = b" lbt", b" osg", b"deqe"
_NOTES = (b"  nf", b"  ne")
_JOINED = frozenset({*_NOTES, b"daeh", b"toof", b"tmct", b"dces", _MEMO})
_MAX_DEPTH = 200

# Codes that stand for eight units, themselves among them; then those for one.
_CODE = re.compile("([\x01-\x09\x0b\x0c\x0e-\x17]).{0,7}|[\x00\x0a\x0d\x18-\x1f]", re.DOTALL)
_PRINTED = {"\t": "\t", "\n": "\n", "\x18": "-", "\x1e": " ", "\x1f": " "}
# Letters set over each other, small words above others, forms: how they are written out is left to the readers.
_INSERTIONS = (b"spct", b"tudt", b"mrof")


def expect(content: bytes) -> Expected:
    """What the document's body holds: cells, notes, headers and text boxes too, in reading order.

    Raises:
        Failed: `corrupt` if the container, a section's compression or its records are broken, `archive_bomb` if the
            body inflates beyond 500 MB.
    """
    with open_compound(content) as compound:
        header = parse_file_header(read_stream(compound, "FileHeader") or b"")
        # Elsewhere the text is stored with its changes accepted.
        deletions = _read_deletions(compound, header) if header.is_distribution else frozenset[int]()
        walk = _Walk(deletions)
        for section in read_sections(compound, header):
            walk.read(section)
    sizes = walk.sizes
    return Expected(tuple(walk.texts), sizes.n_tables, sizes.n_cells, sizes.n_merged, walk.n_notes)


def _read_deletions(compound: olefile.OleFileIO, header: FileHeader) -> frozenset[int]:
    stream = read_stream(compound, "DocInfo") or b""
    records = read_records(inflate(stream, MAX_BODY_BYTES) if header.is_compressed else stream)
    changes = [payload for tag, _, payload in records if tag == _TRACK_CHANGE]
    return frozenset(number for number, payload in enumerate(changes, start=1) if payload[:1] == bytes([_DELETED]))


@dataclass(slots=True)
class _Control:
    """A control that the walk is in. `own` and `after` take the text of the list that is open and what stands in it.

    Where they are one, a paragraph is followed by what is anchored in it at once.
    """

    name: bytes
    level: int
    own: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    body: tuple[list[str], list[str]] = field(init=False)
    cells: list[tuple[int, int, list[str], list[str]]] = field(default_factory=list)
    spans: list[tuple[int, int, int, int]] = field(default_factory=list)
    size: tuple[int, int] | None = None
    caption: tuple[list[str], list[str]] | None = None
    is_caption_before: bool = False

    def __post_init__(self) -> None:
        if self.name not in _JOINED and self.name != _TABLE_NAME:
            self.after = self.own
        self.body = self.own, self.after

    def open_list(self, level: int, payload: bytes) -> None:
        """Go on with a cell, a caption or a text box."""
        if self.name == _TABLE_NAME and self.size is not None:
            if len(payload) >= 16:
                col, row, col_span, row_span = struct.unpack_from("<4H", payload, 8)
            else:
                row, col = divmod(len(self.spans), max(self.size[1], 1))
                row_span = col_span = 1
            self.spans.append((row, col, row_span, col_span))
            self.own, self.after = [], []
            self.cells.append((row, col, self.own, self.after))
        elif level == self.level + 1 and self.name in (_TABLE_NAME, _DRAWING, _EQUATION):
            if self.caption is None:
                self.caption = [], []
                # on the left or at the top
                self.is_caption_before = len(payload) >= 12 and payload[8] & 3 in (0, 2)
            self.own, self.after = self.caption
        else:
            self.own, self.after = self.body

    def found(self) -> list[str]:
        """All its text in reading order."""
        own, after = self.body
        found = [*own, *(after if after is not own else ())]
        self.cells.sort(key=lambda cell: cell[:2])
        found += [text for _, _, texts, _ in self.cells for text in texts]
        found += [text for *_, texts in self.cells for text in texts]
        if self.caption:
            caption = [*self.caption[0], *self.caption[1]]
            found = caption + found if self.is_caption_before else found + caption
        return found


class _Walk:
    """Goes through the records of sections once."""

    def __init__(self, deletions: frozenset[int]) -> None:
        self.texts: list[str] = []
        self.sizes = TableSizes()
        self.n_notes = 0
        self._deletions = deletions
        self._open: list[_Control] = []

    def read(self, section: bytes) -> None:
        """Take the records of a section in."""
        self._open = [_Control(_BODY, -1, self.texts)]
        held: tuple[list[str], bytes] | None = None
        removals: list[tuple[int, int]] = []
        for tag, level, payload in read_records(section, _WANTED):
            if tag == _RANGE_TAG:
                removals = self._removals(payload) if self._deletions else []
                continue
            if held:
                held[0].extend(paragraph_pieces(held[1], removals))
                held, removals = None, []
            if tag == _PARA_TEXT:
                target = self._open[-1].own
                if self._deletions:
                    # the ranges that are struck out of it follow
                    held = target, payload
                else:
                    target.extend(paragraph_pieces(payload))
            elif tag == _TABLE:
                self._leave(tag, level)
                if self._open[-1].name == _TABLE_NAME and len(payload) >= 8:
                    self._open[-1].size = struct.unpack_from("<HH", payload, 4)
            elif tag == _TEXT_ART:
                self._open[-1].body[0].append(_counted(payload, 32).replace("\r", "\n"))
            else:
                self._structure(tag, level, payload)
        if held:
            held[0].extend(paragraph_pieces(held[1], removals))
        while len(self._open) > 1:
            self._close()

    def _structure(self, tag: int, level: int, payload: bytes) -> None:
        self._leave(tag, level)
        if tag == _CONTROL:
            if len(self._open) > _MAX_DEPTH:
                raise Failed("too_many_elements", f"글 속의 글이 {_MAX_DEPTH}단을 넘음")
            self._open.append(_Control(payload[:4], level))
        elif tag == _LIST:
            if len(self._open) == 1:
                # A memo stands beside its paragraph, and no control announces it.
                self._open.append(_Control(_MEMO, level - 1))
            else:
                self._open[-1].open_list(level, payload)

    def _leave(self, tag: int, level: int) -> None:
        """Close the controls that a record of this level does not belong to."""
        while len(self._open) > 1:
            top = self._open[-1]
            is_beside = top.name == _MEMO and tag != _PARA_HEADER and level <= top.level + 1
            if top.level < level and not is_beside:
                break
            self._close()

    def _close(self) -> None:
        control = self._open.pop()
        if control.name == _TABLE_NAME:
            self.sizes.add(control.spans, *(control.size or (0, 0)))
        elif control.name in _NOTES:
            self.n_notes += any(text.strip() for text in control.body[0])
        self._open[-1].after.extend(control.found())

    def _removals(self, payload: bytes) -> list[tuple[int, int]]:
        ranges = struct.iter_unpack("<III", payload[: len(payload) // 12 * 12])
        return [
            (first, beyond)
            for first, beyond, tag in ranges
            if tag >> 24 == _DELETED and tag & 0xFFFFFF in self._deletions
        ]


def paragraph_pieces(payload: bytes, removals: Sequence[tuple[int, int]] = ()) -> list[str]:
    """The characters of a PARA_TEXT record, without those that stand for tables, notes, fields and the like.

    Args:
        payload: the record.
        removals: ranges of units, from and up to, that a tracked change strikes out.

    Returns:
        Mostly one piece; more where something is printed between them that readers write out in ways of their own.
    """
    payload = payload[: len(payload) // 2 * 2]
    text = payload.decode("utf-16-le", "replace")
    if not removals:
        code = _CODE.search(text)
        if code is None or code[0] == "\r":
            return [text[: code.start()] if code else text]
    # one character for each unit, so that they can be counted
    text = array("I", array("H", payload)).tobytes().decode("utf-32-le", "surrogatepass")
    is_removed = bytearray(len(text))
    for first, beyond in removals:
        is_removed[first:beyond] = b"\1" * max(min(beyond, len(text)) - first, 0)
    pieces = [""]
    at = 0
    while True:
        code = _CODE.search(text, at)
        plain = text[at : code.start() if code else None]
        if removals:
            plain = "".join(char for index, char in enumerate(plain, at) if not is_removed[index])
        pieces[-1] += plain
        if code is None or code[0] == "\r":
            break
        at = code.end()
        if not is_removed[code.start()]:
            pieces[-1] += _PRINTED.get(code[0][0], "")
            if code[0][1:3].encode("utf-16-le") in _INSERTIONS:
                pieces.append("")
    return [piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") for piece in pieces]


def _counted(record: bytes, at: int) -> str:
    """A string with its length in units before it."""
    size = int.from_bytes(record[at : at + 2], "little")
    return record[at + 2 : at + 2 + 2 * size].decode("utf-16-le", "replace").rstrip("\0")
