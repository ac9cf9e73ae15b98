"""The records of an old binary workbook (BIFF 2 to 8), walked for what its reader does not bring out.

That is: whether there is a password, which cells are formulas, headers and footers, the texts of text boxes, and pictures.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.outcome import Failed

_FORMULA, _HEADER, _FOOTER, _FILE_PASS, _CONTINUE, _CODE_PAGE = 0x06, 0x14, 0x15, 0x2F, 0x3C, 0x42
_OBJECT, _TEXT_OBJECT, _SHARED_FORMULA_BEFORE_8 = 0x5D, 0x1B6, 0x206
_OLD_FORMULAS = (_FORMULA, _SHARED_FORMULA_BEFORE_8, 0x406)
_BEGINNINGS = (0x09, 0x209, 0x409, 0x809)
_END = 0x0A
_NOTE_OBJECT = 0x19
_BIFF8 = 0x600
_DRAWINGS = 0xEB
_PICTURE_ENTRY, _PICTURE_FIELDS, _CONTAINER = 0xF007, 36, 0xF
_PICTURES = {
    0xF01D: ("jpg", (0x46B, 0x6E3)), 0xF02A: ("jpg", (0x46B, 0x6E3)), 0xF01E: ("png", (0x6E1,)),
}  # fmt: skip
"""Extension by record type, and the kinds of it that have a second hash of 16 bytes before the picture."""
_MAX_TEXT = 32_767


@dataclass
class SheetRecords:
    """What the walk found in one sheet; rows and columns count from 1."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    headers: list[str] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    text_boxes: list[str] = field(default_factory=list)


@dataclass
class BookRecords:
    """What the walk found in the workbook: its version, such as 0x600, its code page if it names one, and its sheets.

    `sheets` is by the offset at which a sheet begins, and `drawings` holds the pictures.
    """

    version: int = 0
    code_page: int | None = None
    sheets: dict[int, SheetRecords] = field(default_factory=dict)
    drawings: bytearray = field(default_factory=bytearray)


def walk(stream: bytes) -> BookRecords:
    """Walk through the records; one that is cut off ends the walk.

    Raises:
        Failed: `password_ooxml`, if the records are encrypted.
    """
    book = BookRecords()
    depth = 0
    sheet = SheetRecords()
    is_note = False
    text_pieces = last = 0
    for position, kind, data in _records(stream):
        if kind in _BEGINNINGS and len(data) >= 4:
            depth += 1
            if not book.version:
                book.version = struct.unpack_from("<H", data)[0] if kind == 0x809 else kind
            # A chart inside a sheet has a beginning and an end of its own, and belongs to the sheet around it.
            if depth == 1:
                sheet = book.sheets.setdefault(position, SheetRecords())
        elif kind == _END:
            depth = max(depth - 1, 0)
        elif kind == _FILE_PASS:
            raise Failed("password_ooxml", "XLS")
        elif kind == _CODE_PAGE and len(data) >= 2:
            book.code_page = struct.unpack_from("<H", data)[0]
        elif kind in _OLD_FORMULAS and len(data) >= 4:
            row, col = struct.unpack_from("<HH", data)
            sheet.formulas.add((row + 1, col + 1))
        elif kind in (_HEADER, _FOOTER) and data:
            lines = sheet.headers if kind == _HEADER else sheet.footers
            lines.append(_running_text(data, book))
        elif kind == _OBJECT and len(data) >= 6:
            is_note = struct.unpack_from("<H", data, 4)[0] == _NOTE_OBJECT
        elif kind == _TEXT_OBJECT and len(data) >= 12:
            text_pieces = 0 if is_note else min(struct.unpack_from("<H", data, 10)[0], _MAX_TEXT)
            if text_pieces:
                sheet.text_boxes.append("")
        elif kind == _DRAWINGS or (kind == _CONTINUE and last == _DRAWINGS):
            book.drawings += data
        elif kind == _CONTINUE and text_pieces and data:
            text = _flagged_text(data)[:text_pieces]
            sheet.text_boxes[-1] += text
            text_pieces -= len(text)
        last = last if kind == _CONTINUE else kind
    return book


def pictures(drawings: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each JPEG and PNG among the drawings' records, which lie in one another."""
    position = 0
    while position + 8 <= len(drawings):
        head, kind, size = struct.unpack_from("<HHI", drawings, position)
        position += 8
        if kind == _PICTURE_ENTRY:
            # The picture's own record follows the fixed fields and the name.
            position += _PICTURE_FIELDS + (drawings[position + 33] if position + 33 < len(drawings) else 0)
        elif kind in _PICTURES:
            extension, two_hashes = _PICTURES[kind]
            start = position + 17 + 16 * (head >> 4 in two_hashes)
            yield f"picture{position}.{extension}", drawings[start : position + size]
            position += size
        elif head & 0xF != _CONTAINER:
            position += size


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    position, end = 0, len(stream)
    while position + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, position)
        if position + 4 + size > end:
            return
        yield position, kind, stream[position + 4 : position + 4 + size]
        position += 4 + size


def _flagged_text(data: bytes) -> str:
    """Text after a byte that says whether its characters have one byte or two."""
    return data[1:].decode("utf-16-le", "replace") if data[0] & 1 else data[1:].decode("latin-1")


def _running_text(data: bytes, book: BookRecords) -> str:
    if book.version >= _BIFF8:
        if len(data) < 3:
            return ""
        (size,) = struct.unpack_from("<H", data)
        return _flagged_text(data[2:])[:size]
    return data[1 : 1 + data[0]].decode(encoding_of(book), "replace")


def encoding_of(book: BookRecords) -> str:
    """The codec of one-byte texts; a workbook of before 1997 that names none is taken for Korean."""
    code_page = book.code_page or 949
    return {949: "cp949", 1361: "johab", 10003: "cp949", 367: "ascii", 32769: "cp1252", 1200: "utf-16-le"}.get(
        code_page, f"cp{code_page}" if code_page in _KNOWN_PAGES else "cp949"
    )


_KNOWN_PAGES = frozenset({437, 850, 874, 932, 936, 950, *range(1250, 1259)})
