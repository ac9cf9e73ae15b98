"""A small walk over HWP 3.x: what it finds, the reader must bring out; and what that passes over is made legible to it.

The layout is described in Hancom's "HWP Document File Formats 3.0".
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.expectation import Expected, TableSizes
from schemas.elements import Property
from schemas.outcome import Failed

SIGNATURE = b"HWP Document File V3.00"
MAX_BODY_BYTES = 200 * 1024 * 1024

_HEAD_BYTES, _INFO_BYTES, _SUMMARY_BYTES = 30, 128, 1008
_PASSWORD_AT, _COMPRESSED_AT, _BLOCKS_AT = 96, 124, 126
_SUMMARY_LINE_BYTES = 112
_SUMMARY_NAMES = ("", "subject", "author", "", "keywords", "keywords")
_N_LANGUAGES, _FONT_BYTES, _STYLE_BYTES = 7, 40, 238
_CHAR_SHAPE_BYTES, _PARA_SHAPE_BYTES, _LINE_BYTES = 31, 187, 14
_PARAGRAPH_END, _TAB, _BOX, _PICTURE, _RULE = 13, 9, 10, 11, 14
_COMMENT, _RUNNING, _NOTE, _BLANKS = 15, 16, 17, (30, 31)
# Codes that announce their length, and units of those that stand for themselves alone, with what belongs to them.
_ANNOUNCED = frozenset({0, 1, 2, 3, 4, 5, 6, 12, 27, 29})
_UNITS = {7: 42, 8: 48, 9: 4, 18: 4, 19: 4, 20: 4, 21: 4, 22: 12, 23: 5, 24: 3, 25: 3, 26: 123, 28: 32, 30: 2, 31: 2}
_BEFORE_LIST = {_COMMENT: 8, _RUNNING: 10, _NOTE: 14}
_BOX_BYTES, _PICTURE_BYTES, _RULE_BYTES, _CELL_BYTES = 84, 348, 84, 27
_CAPTION_SIDE_AT, _KIND_AT = 70, 78
_TABLE, _TEXT_BOX, _EQUATION = 0, 1, 2
_BELOW, _RIGHT = 0, 3
_MAX_DEPTH = 64
_FIRST_HANGUL = 0x8000


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the text."""

    has_password: bool
    is_compressed: bool
    body_at: int
    properties: list[Property] = field(default_factory=list)


def parse_header(content: bytes) -> Header:
    """Read what stands before the text.

    Raises:
        Failed: `corrupt` if the file is too short.
    """
    if len(content) < _HEAD_BYTES + _INFO_BYTES + _SUMMARY_BYTES:
        raise Failed("corrupt", "HWP 3: shorter than its head")
    info = content[_HEAD_BYTES : _HEAD_BYTES + _INFO_BYTES]
    summary = content[_HEAD_BYTES + _INFO_BYTES :][:_SUMMARY_BYTES]
    values: dict[str, str] = {}
    for index, name in enumerate(_SUMMARY_NAMES):
        line = summary[index * _SUMMARY_LINE_BYTES :][:_SUMMARY_LINE_BYTES]
        units = struct.unpack(f"<{len(line) // 2}H", line)
        text = "".join(decode_unit(unit) or "\ufffd" for unit in units[: units.index(0) if 0 in units else None])
        if name and text.strip() and "\ufffd" not in text:
            values[name] = f"{values[name]} {text.strip()}" if name in values else text.strip()
    return Header(
        has_password=info[_PASSWORD_AT : _PASSWORD_AT + 2] != b"\0\0",
        is_compressed=info[_COMPRESSED_AT] != 0,
        body_at=_HEAD_BYTES + _INFO_BYTES + _SUMMARY_BYTES + struct.unpack_from("<H", info, _BLOCKS_AT)[0],
        properties=[Property(name=name, value=value) for name, value in values.items()],
    )


def decode_unit(unit: int) -> str | None:
    """The character of a unit; None for those of Hancom's own tables, Chinese characters and signs."""
    if unit < 0x80:
        return chr(unit)
    if unit < _FIRST_HANGUL:
        return None
    try:
        return unit.to_bytes(2, "big").decode("johab")
    except UnicodeDecodeError:
        return None


def examine(content: bytes) -> tuple[Expected, bytes]:
    """What the document's body holds: cells, notes, headers and text boxes too, in reading order.

    A paragraph with characters of Hancom's own tables comes as the pieces between them.

    Returns:
        That, and the document with its text boxes turned into tables of one cell with a caption on the right, because
        the reader passes text boxes over. A table whose caption is on the right has it below.

    Raises:
        Failed: `corrupt` if its compression or its paragraphs are broken, `archive_bomb` beyond 200 MB.
    """
    header = parse_header(content)
    body, rest = content[header.body_at :], b""
    if header.is_compressed:
        decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            body = decompressor.decompress(body, MAX_BODY_BYTES)
        except zlib.error as error:
            raise Failed("corrupt", f"HWP 3: {error}") from error
        if decompressor.unconsumed_tail:
            raise Failed("archive_bomb", f"HWP 3 inflates to more than {MAX_BODY_BYTES:,} bytes")
        rest = decompressor.unused_data
    walk = _Walk(body)
    try:
        walk.skip_fonts_and_styles()
        texts, _ = walk.read_list(is_flow=True)
    except (struct.error, IndexError) as error:
        raise Failed("corrupt", f"HWP 3: {error}") from error
    sizes = walk.sizes
    expected = Expected(tuple(texts), sizes.n_tables, sizes.n_cells, sizes.n_merged, walk.n_notes)
    if not walk.text_boxes:
        return expected, content
    head, opened = bytearray(content[: header.body_at]), bytearray(body)
    head[_HEAD_BYTES + _COMPRESSED_AT] = 0
    for at in walk.tables:
        if opened[at + _CAPTION_SIDE_AT] == _RIGHT:
            opened[at + _CAPTION_SIDE_AT] = _BELOW
    for at in walk.text_boxes:
        struct.pack_into("<H", opened, at + _KIND_AT, _TABLE)
        struct.pack_into("<H", opened, at + _CAPTION_SIDE_AT, _RIGHT)
    return expected, bytes(head + opened) + rest


class _Walk:
    """Goes through a body once."""

    def __init__(self, body: bytes) -> None:
        self.sizes = TableSizes()
        self.n_notes = 0
        self.tables: list[int] = []
        self.text_boxes: list[int] = []
        self._body = body
        self._at = 0
        self._depth = 0

    def skip_fonts_and_styles(self) -> None:
        """Go to where the paragraphs begin."""
        for _ in range(_N_LANGUAGES):
            self._at += 2 + _FONT_BYTES * self._number("<H")
        self._at += 2 + _STYLE_BYTES * self._number("<H")

    def read_list(self, *, is_flow: bool = False) -> tuple[list[str], list[str]]:
        """Paragraphs up to the empty one that ends them, and what stands in them; both in the first in a flow."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise Failed("too_many_elements", f"글 속의 글이 {_MAX_DEPTH}단을 넘음")
        own: list[str] = []
        after: list[str] = [] if not is_flow else own
        while True:
            pieces, anchored, is_last = self._paragraph()
            own += pieces
            after += anchored
            if is_last:
                break
        self._depth -= 1
        return own, [] if is_flow else after

    def _number(self, layout: str, offset: int = 0) -> int:
        return struct.unpack_from(layout, self._body, self._at + offset)[0]

    def _paragraph(self) -> tuple[list[str], list[str], bool]:
        is_reused, n_units, n_lines, has_shapes = struct.unpack_from("<BHHB", self._body, self._at)
        self._at += 12 + _CHAR_SHAPE_BYTES
        if n_units and not is_reused:
            self._at += _PARA_SHAPE_BYTES
        self._at += _LINE_BYTES * n_lines
        for _ in range(n_units if has_shapes else 0):
            self._at += 1 if self._body[self._at] else 1 + _CHAR_SHAPE_BYTES
        pieces = [""]
        anchored: list[str] = []
        end = self._at
        read = 0
        while read < n_units:
            unit = self._number("<H")
            if unit > 31 or unit == _PARAGRAPH_END:
                self._at += 2
                read += 1
                if unit == _PARAGRAPH_END:
                    break
                character = decode_unit(unit)
                if character is None:
                    pieces.append("")
                else:
                    pieces[-1] += character
            elif unit in _UNITS:
                pieces[-1] += "\t" if unit == _TAB else " " if unit in _BLANKS else ""
                if unit not in (_TAB, *_BLANKS):
                    # a number, a date, a hyphen, letters over each other: written out by the reader
                    pieces.append("")
                self._at += 2 * _UNITS[unit]
                read += _UNITS[unit]
            else:
                anchored += self._control(unit)
                read += 4
        if self._at < end:
            raise Failed("corrupt", "HWP 3: a paragraph runs backwards")
        return pieces, anchored, n_units == 0

    def _control(self, unit: int) -> list[str]:
        length = self._number("<I", 2)
        if self._number("<H", 6) != unit:
            raise Failed("corrupt", f"HWP 3: control {unit} without its end")
        self._at += 8
        if unit in _ANNOUNCED:
            self._at += length
            return []
        if unit == _BOX:
            return self._box()
        if unit == _PICTURE:
            self._at += _PICTURE_BYTES + self._number("<I")
            return [*self._joined()]
        if unit == _RULE:
            self._at += _RULE_BYTES
            return []
        if unit in _BEFORE_LIST:
            self._at += _BEFORE_LIST[unit]
            own, after = self.read_list()
            self.n_notes += unit == _NOTE and any(text.strip() for text in own)
            return own + after
        raise Failed("corrupt", f"HWP 3: control {unit}")

    def _joined(self) -> Iterator[str]:
        own, after = self.read_list()
        yield from own
        yield from after

    def _box(self) -> list[str]:
        kind, n_cells = struct.unpack_from("<HH", self._body, self._at + _KIND_AT)
        if kind == _TABLE:
            self.tables.append(self._at)
        elif kind == _TEXT_BOX and n_cells == 1:
            self.text_boxes.append(self._at)
        self._at += _BOX_BYTES
        cells = [struct.unpack_from("<4H", self._body, self._at + index * _CELL_BYTES + 4) for index in range(n_cells)]
        self._at += n_cells * _CELL_BYTES
        lists = [self.read_list(is_flow=kind != _TABLE) for _ in range(n_cells)]
        caption = list(self._joined())
        if kind == _EQUATION:
            return caption
        if kind == _TABLE:
            columns = sorted({edge for x, _, width, _ in cells for edge in (x, x + width)})
            rows = sorted({edge for _, y, _, height in cells for edge in (y, y + height)})
            spans = [
                (
                    rows.index(y),
                    columns.index(x),
                    rows.index(y + height) - rows.index(y),
                    columns.index(x + width) - columns.index(x),
                )
                for x, y, width, height in cells
            ]
            self.sizes.add(spans, len(rows) - 1, len(columns) - 1)
            lists = [found for _, found in sorted(zip(spans, lists, strict=True), key=lambda entry: entry[0][:2])]
        own = [text for texts, _ in lists for text in texts]
        return own + [text for _, texts in lists for text in texts] + caption
