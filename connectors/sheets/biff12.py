"""The binary parts of an XLSB workbook: sheets as in XLSX, but as records of a type, a length and fields."""

import struct
import zipfile
from collections.abc import Iterator

from connectors.opc import main_part, read_part, relations
from connectors.sheets import spreadsheetml, workbook_parts
from connectors.sheets.cellvalues import CellStyle, ValuePrinter
from connectors.sheets.sheetblocks import LINES_ACROSS, LINES_DOWN, MAX_COL, MAX_ROW, Rectangle
from connectors.sheets.worksheets import Sheet
from schemas.outcome import Failed

_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _STRING, _SHARED = 0, 1, 2, 3, 4, 5, 6, 7
_FORMULA_STRING, _FORMULA_REAL, _FORMULA_BOOL, _FORMULA_ERROR = 8, 9, 10, 11
_SHORT_FIRST, _SHORT_LAST = 12, 18
_SHARED_ITEM, _FORMAT, _BORDER, _STYLE, _COLUMN, _RICH_STRING = 19, 44, 46, 47, 60, 62
_BOOK_PROPERTIES, _SHEET, _MERGE, _RUNNING_LINES, _LINK = 153, 156, 176, 479, 494
_STYLES_BEGIN, _STYLES_END, _COMMENT, _COMMENT_TEXT = 617, 618, 635, 637
_NO_STRING = 0xFFFFFFFF
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip


def read_sheets(package: zipfile.ZipFile) -> Iterator[Sheet]:
    """Read the sheets one by one; the caller lets go of one before it asks for the next.

    Raises:
        Failed: `corrupt` without a workbook part or for records that are cut off, `too_many_elements`.
    """
    path = main_part(package) or "xl/workbook.bin"
    book = read_part(package, path)
    if book is None:
        raise Failed("corrupt", f"no {path}")
    related = relations(package, path)
    is_1904 = False
    entries: list[tuple[str, str, bool]] = []
    for kind, data in _records(book):
        if kind == _BOOK_PROPERTIES:
            is_1904 = bool(data[0] & 1)
        elif kind == _SHEET:
            (state,) = struct.unpack_from("<I", data)
            relation, offset = _string(data, 8)
            entries.append((relation, _string(data, offset)[0], state in (1, 2)))
    styles_path = spreadsheetml.part_of_kind(related, "styles")
    printer = ValuePrinter(_styles(package, styles_path) if styles_path else [], is_1904=is_1904)
    strings_path = spreadsheetml.part_of_kind(related, "sharedStrings")
    content = (read_part(package, strings_path) if strings_path else None) or b""
    strings = [_string(data, 1)[0] for kind, data in _records(content) if kind == _SHARED_ITEM]
    for relation, name, is_hidden in entries:
        kind, sheet_path = related.get(relation, ("", ""))
        content = read_part(package, sheet_path) if kind in ("worksheet", "chartsheet") else None
        if content is None:
            continue
        sheet = Sheet(name, is_hidden=is_hidden)
        _read_sheet(sheet, content, strings, printer, workbook_parts.external_links(package, sheet_path))
        spreadsheetml.add_surroundings(sheet, package, sheet_path)
        for other, target in relations(package, sheet_path).values():
            if other == "comments" and target.lower().endswith(".bin"):
                sheet.comments.extend(_comments(read_part(package, target) or b""))
        yield sheet


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and fields of each record; types have up to 14 bits and lengths up to 28, seven to a byte."""
    position, end = 0, len(content)
    while position < end:
        kind = content[position]
        position += 1
        if kind & 0x80:
            if position >= end:
                raise Failed("corrupt", "XLSB: cut off")
            kind = (kind & 0x7F) | (content[position] & 0x7F) << 7
            position += 1
        size = 0
        for shift in (0, 7, 14, 21):
            if position >= end:
                raise Failed("corrupt", "XLSB: cut off")
            byte = content[position]
            position += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if position + size > end:
            raise Failed("corrupt", "XLSB: cut off")
        yield kind, content[position : position + size]
        position += size


def _string(data: bytes, offset: int) -> tuple[str, int]:
    """A string with its length before it, and the offset behind it."""
    (size,) = struct.unpack_from("<I", data, offset)
    offset += 4
    if size == _NO_STRING:
        return "", offset
    if offset + 2 * size > len(data):
        raise Failed("corrupt", "XLSB: a string is cut off")
    text = data[offset : offset + 2 * size].decode("utf-16-le", "replace")
    return text.replace("\r\n", "\n"), offset + 2 * size


def _styles(package: zipfile.ZipFile, path: str) -> list[CellStyle]:
    codes: dict[int, str] = {}
    borders: list[int] = []
    styles: list[CellStyle] = []
    is_inside = False
    for kind, data in _records(read_part(package, path) or b""):
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _string(data, 2)[0]
        elif kind == _BORDER:
            top, bottom, left, right = (data[1 + 10 * side] for side in range(4))
            borders.append((LINES_DOWN if left or right else 0) | (LINES_ACROSS if top or bottom else 0))
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            is_inside = kind == _STYLES_BEGIN
        elif kind == _STYLE and is_inside:
            format_id, _, _, border = struct.unpack_from("<4H", data, 2)
            styles.append(CellStyle(format_id, codes.get(format_id), borders[border] if border < len(borders) else 0))
    return styles


def _read_sheet(sheet: Sheet, content: bytes, strings: list[str], printer: ValuePrinter, links: dict[str, str]) -> None:
    row, col = 0, 0
    for kind, data in _records(content):
        if kind == _ROW:
            row, col = struct.unpack_from("<I", data)[0] + 1, 0
            if row > MAX_ROW:
                raise Failed("corrupt", f"XLSB: row {row}")
            if data[11] & 0x10:
                sheet.hidden_rows.add(row)
        elif kind <= _SHORT_LAST or kind == _RICH_STRING:
            if _SHORT_FIRST <= kind <= _SHORT_LAST:
                # The column is the next one, and is not written.
                kind, col, data = kind - _SHORT_FIRST + _BLANK, col + 1, bytes(4) + data
            else:
                col = struct.unpack_from("<I", data)[0] + 1
            if row and col <= MAX_COL:
                _read_cell(sheet, (row, col), kind, data, strings, printer)
        elif kind == _COLUMN:
            first, last, _, _, flags = struct.unpack_from("<4IH", data)
            if flags & 1 and first <= last < MAX_COL:
                sheet.hidden_cols.append((first + 1, last + 1))
        elif kind == _MERGE:
            sheet.merges.extend(_rectangle(data, 0))
        elif kind == _LINK:
            address = links.get(_string(data, 16)[0])
            if address:
                sheet.links.extend((place.top, place.left, address) for place in _rectangle(data, 0))
        elif kind == _RUNNING_LINES:
            offset = 2
            for lines in (sheet.headers, sheet.footers) * 3:
                text, offset = _string(data, offset)
                lines.append(spreadsheetml.running_line(text))


def _read_cell(
    sheet: Sheet, place: tuple[int, int], kind: int, data: bytes, strings: list[str], printer: ValuePrinter
) -> None:
    style = int.from_bytes(data[4:7], "little")
    if kind == _SHARED:
        (index,) = struct.unpack_from("<I", data, 8)
        text = strings[index] if index < len(strings) else ""
        sheet.is_damaged = sheet.is_damaged or index >= len(strings)
    elif kind == _RK:
        text = printer.print_float(_rk_number(struct.unpack_from("<I", data, 8)[0]), style)
    elif kind in (_REAL, _FORMULA_REAL):
        text = printer.print_float(struct.unpack_from("<d", data, 8)[0], style)
    elif kind in (_STRING, _FORMULA_STRING):
        text = _string(data, 8)[0]
    elif kind == _RICH_STRING:
        text = _string(data, 9)[0]
    elif kind in (_BOOL, _FORMULA_BOOL):
        text = "TRUE" if data[8] else "FALSE"
    elif kind in (_ERROR, _FORMULA_ERROR):
        text = _ERRORS.get(data[8], "#ERROR!")
    else:
        text = ""
    is_known = style < len(printer.codes)
    if text.strip():
        code = printer.codes[style] if is_known else None
        sheet.add_cell(*place, text, code, is_formula=_FORMULA_STRING <= kind <= _FORMULA_ERROR)
    elif is_known and printer.lines[style]:
        sheet.add_lines(*place, printer.lines[style])


def _rk_number(stored: int) -> float:
    """A number in 30 bits: a whole one or the upper half of a binary one, and perhaps a hundredfold."""
    if stored & 2:
        number = float((stored >> 2) - (1 << 30 if stored & 0x80000000 else 0))
    else:
        (number,) = struct.unpack("<d", struct.pack("<II", 0, stored & 0xFFFFFFFC))
    return number / 100 if stored & 1 else number


def _rectangle(data: bytes, offset: int) -> list[Rectangle]:
    top, bottom, left, right = struct.unpack_from("<4I", data, offset)
    is_on_sheet = top <= bottom < MAX_ROW and left <= right < MAX_COL
    return [Rectangle(top + 1, left + 1, bottom + 1, right + 1)] if is_on_sheet else []


def _comments(content: bytes) -> Iterator[tuple[int, int, str]]:
    place: list[Rectangle] = []
    for kind, data in _records(content):
        if kind == _COMMENT:
            place = _rectangle(data, 4)
        elif kind == _COMMENT_TEXT and place and (text := _string(data, 1)[0].strip()):
            yield place[0].top, place[0].left, text
