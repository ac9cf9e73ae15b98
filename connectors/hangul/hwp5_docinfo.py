"""The DocInfo stream of HWP 5: what paragraphs refer to by number, as far as it says what their text is."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

MAX_RECORDS = 1_500_000
LONG_RECORD = 0xFFF

_DOCUMENT_PROPERTIES, _BIN_DATA, _CHAR_SHAPE, _PARA_SHAPE, _STYLE, _TRACK_CHANGE = 16, 18, 21, 25, 26, 96
_EMBEDDED, _STORED = 1, 2
_COMPRESSED, _PLAIN = 1, 2

_OUTLINE_NAME = re.compile(r"(?:개요|outline|heading)\s*(\d{1,2})")
_TITLE_NAME = re.compile(r"(?:제목|title)\s*([1-9])\b")
_PLAIN_TITLE_NAME = re.compile(r"title\b|(?:[가-힣a-z][^\d.]*)?제목")
_TITLE_NAMES = ((("부제목", "중제목", "중간 제목", "subtitle"), 2), (("소제목", "작은 제목", "작은제목"), 3))
_NO_HEADING_NAME = re.compile(
    r"(?<![별대])표\s*제목|통계표|도표|표안|그림|캡션|caption|(?:차례|목차|toc)\D{0,6}\d|(?:차례|목차)\s*\("
)


class ParaHead(IntEnum):
    """What Hancom sets before a paragraph."""

    NONE = 0
    OUTLINE = 1
    NUMBER = 2
    BULLET = 3


@dataclass(frozen=True, slots=True)
class ParaShape:
    """What a paragraph begins with, and at which depth, 1 the highest."""

    head: ParaHead = ParaHead.NONE
    level: int = 0


@dataclass(frozen=True, slots=True)
class Style:
    """A named style: the depth that its name gives a heading, 0 if none, and the shapes that it stands for."""

    name: str
    level: int
    para_shape: int = -1


@dataclass(slots=True)
class DocInfo:
    """What the reader needs of DocInfo.

    `compression` tells by number of an embedded part whether it is compressed, where the document's flag does not hold;
    `changes` gives the kind of each tracked change, by the number that text refers to it with.
    """

    n_sections: int = 0
    char_sizes: list[int] = field(default_factory=list)
    para_shapes: list[ParaShape] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    compression: dict[int, bool] = field(default_factory=dict)
    changes: dict[int, int] = field(default_factory=dict)


def parse_doc_info(stream: bytes) -> DocInfo:
    """Read a DocInfo stream as far as it goes; a record that is too short keeps its number and says nothing."""
    info = DocInfo()
    n_changes = 0
    for tag, at, end in _records(stream):
        size = end - at
        if tag == _CHAR_SHAPE:
            info.char_sizes.append(struct.unpack_from("<i", stream, at + 42)[0] if size >= 46 else 0)
        elif tag == _PARA_SHAPE:
            info.para_shapes.append(_para_shape(stream, at) if size >= 4 else ParaShape())
        elif tag == _STYLE:
            info.styles.append(_style(stream[at:end]))
        elif tag == _BIN_DATA and size >= 4:
            kind, number = struct.unpack_from("<HH", stream, at)
            compression = kind >> 4 & 3
            if kind & 0xF in (_EMBEDDED, _STORED) and compression in (_COMPRESSED, _PLAIN):
                info.compression[number] = compression == _COMPRESSED
        elif tag == _TRACK_CHANGE:
            n_changes += 1
            if size >= 4:
                (info.changes[n_changes],) = struct.unpack_from("<I", stream, at)
        elif tag == _DOCUMENT_PROPERTIES and size >= 2:
            (info.n_sections,) = struct.unpack_from("<H", stream, at)
    return info


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    at, n_records = 0, 0
    while at + 4 <= len(stream) and n_records < MAX_RECORDS:
        n_records += 1
        (word,) = struct.unpack_from("<I", stream, at)
        size = word >> 20
        at += 4
        if size == LONG_RECORD:
            if at + 4 > len(stream):
                return
            (size,) = struct.unpack_from("<I", stream, at)
            at += 4
        if at + size > len(stream):
            return
        yield word & 0x3FF, at, at + size
        at += size


def _para_shape(stream: bytes, at: int) -> ParaShape:
    (bits,) = struct.unpack_from("<I", stream, at)
    return ParaShape(ParaHead(bits >> 23 & 3), (bits >> 25 & 7) + 1)


def _style(record: bytes) -> Style:
    name, at = _counted_text(record, 0)
    _, at = _counted_text(record, at)
    para_shape = struct.unpack_from("<H", record, at + 4)[0] if at + 6 <= len(record) else -1
    return Style(name, heading_level_of_style(name), para_shape)


def _counted_text(record: bytes, at: int) -> tuple[str, int]:
    if at + 2 > len(record):
        return "", len(record)
    end = at + 2 + 2 * int.from_bytes(record[at : at + 2], "little")
    return record[at + 2 : end].decode("utf-16-le", "replace"), end


def heading_level_of_style(name: str) -> int:
    """The depth that a style's name gives its paragraphs as headings, 0 if it names none.

    `개요 3` is 3, `제목 2` and a style of subtitles 2. Captions of tables and lines of a table of contents have the word in
    their name as well and are none, and a name such as `1.1.제목` tells of numbers that the text itself begins with.
    """
    name = name.strip().lower()
    if _NO_HEADING_NAME.search(name):
        return 0
    numbered = _OUTLINE_NAME.match(name) or _TITLE_NAME.match(name)
    if numbered:
        return int(numbered[1])
    for words, level in _TITLE_NAMES:
        if any(word in name for word in words):
            return level
    return 1 if _PLAIN_TITLE_NAME.match(name) else 0
