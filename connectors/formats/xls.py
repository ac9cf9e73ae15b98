"""XLS: the workbooks of Excel 5 to 2003, by xlrd, with what xlrd leaves out from our own walk through the records."""

import io
import struct
from importlib.metadata import version
from itertools import islice
from typing import Any

from connectors import ole, oleobjects
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.olesummary import read_summary
from connectors.sheets import biff, spreadsheetml
from connectors.sheets.cellvalues import CellStyle, ValuePrinter
from connectors.sheets.sheetblocks import LINES_ACROSS, LINES_DOWN, MAX_COL, Rectangle
from connectors.sheets.worksheets import Sheet, SheetComposer
from schemas.elements import Flag, Property
from schemas.outcome import Failed

_STREAMS = ("Workbook", "Book")
_BARE_HEADS = (
    b"\x09\x08\x10\x00\x00\x06", b"\x09\x08\x08\x00\x00\x05", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)  # fmt: skip
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5
_MAX_OBJECTS = 1_000


class Xls:
    """Excel workbooks in the binary formats of 1993 to 2003."""

    name = "xls"
    label = "엑셀 97-2003 통합 문서"
    distributions = ("xlrd", "olefile", "openpyxl")
    version = 1
    preload = ("xlrd", "openpyxl.styles.numbers", "openpyxl.utils.datetime")
    keeps = (
        "셀 값(계산된 값)", "병합 셀", "셀 주소", "표시 형식", "숨긴 시트·행·열 표시", "메모", "머리글·바닥글",
        "하이퍼링크", "글상자", "그림", "포장된 개체",
    )  # fmt: skip
    loses = ("수식", "차트", "글꼴·색", "매크로", "옛 워드·파워포인트 개체")

    def sniff(self, blob: Blob) -> float:
        """Certain by the workbook's stream in a compound file, or by the first record of a workbook without one."""
        if blob.content.startswith(_BARE_HEADS):
            return 0.9
        if not blob.content.startswith(ole.SIGNATURE):
            return 0.0
        if any(ole.stream_head(blob.content, name, 1) is not None for name in _STREAMS):
            return 1.0
        # One whose directory is broken should say so, and not that its format is unknown.
        return 0.15 if _STREAMS[0].encode("utf-16-le") in blob.content else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob; hidden sheets too.

        Raises:
            Failed: `corrupt`, `no_text`, `password_ooxml`, `too_many_elements`.
        """
        import xlrd
        from xlrd.biffh import XLRDError

        stream, objects, properties = _parts(blob.content)
        records = biff.walk(stream)
        composer = Composer()
        sheets = SheetComposer(composer)
        try:
            book = xlrd.open_workbook(
                # A stream that is whole by olefile's measure is not refused for its compound file's faults.
                file_contents=stream,
                formatting_info=records.version >= 0x500,
                encoding_override=biff.encoding_of(records) if records.version < 0x600 else None,
                logfile=io.StringIO(),
                # Ragged, because a lone cell in the far corner would be padded to sixteen million.
                ragged_rows=True,
                on_demand=True,
            )
            printer = ValuePrinter(_styles(book), is_1904=book.datemode == 1)
            for index in range(book.nsheets):
                sheets.add_sheet(_read_sheet(book, index, printer, records))
                book.unload_sheet(index)
        except (XLRDError, LookupError, AssertionError, ArithmeticError, ValueError, TypeError, struct.error) as error:
            # xlrd trusts what it reads, and says of broken records whatever Python says.
            raise Failed("corrupt", f"xlrd: {type(error).__name__}: {error}") from error
        members, is_left_out = embedded_members(
            [*objects, *islice(biff.pictures(bytes(records.drawings)), _MAX_OBJECTS)]
        )
        if not composer.has_text() and not members:
            raise Failed("no_text")
        return Document(
            reader=f"xlrd {version('xlrd')}",
            elements=composer.elements,
            members=members,
            flags=[*sheets.flags, *([Flag.PICTURES_NOT_READ] if is_left_out else [])],
            properties=properties,
        )


def _parts(content: bytes) -> tuple[bytes, list[tuple[str, bytes]], list[Property]]:
    """The workbook's stream, the objects beside it, and what the file says of itself."""
    if not content.startswith(ole.SIGNATURE):
        return content, [], []
    with ole.open_compound(content) as compound:
        stream = next((found for name in _STREAMS if (found := ole.read_stream(compound, name)) is not None), None)
        if stream is None:
            raise Failed("corrupt", "no workbook stream")
        folders = {path[0] for path in compound.listdir() if len(path) > 1 and path[0].startswith("MBD")}
        objects: list[tuple[str, bytes]] = []
        for folder in sorted(folders)[:_MAX_OBJECTS]:
            found = oleobjects.file_in_storage(compound, folder)
            if found:
                objects.append(found)
        return stream, objects, _properties(compound)


def _properties(compound: Any) -> list[Property]:
    properties, title = read_summary(compound)
    return [*properties, *([Property(name="title", value=title)] if title else [])]


def _styles(book: Any) -> list[CellStyle]:
    styles: list[CellStyle] = []
    for style in book.xf_list:
        shown = book.format_map.get(style.format_key)
        border = style.border
        is_down = border.left_line_style or border.right_line_style
        is_across = border.top_line_style or border.bottom_line_style
        lines = (LINES_DOWN if is_down else 0) | (LINES_ACROSS if is_across else 0)
        styles.append(CellStyle(style.format_key, shown.format_str if shown else None, lines))
    return styles


def _read_sheet(book: Any, index: int, printer: ValuePrinter, records: biff.BookRecords) -> Sheet:
    from xlrd.biffh import error_text_from_code

    source = book.sheet_by_index(index)
    sheet = Sheet(source.name, is_hidden=bool(source.visibility))
    # Records by sheet are found by where it begins, which charts and macros in between do not shift.
    offset = book._sh_abs_posn[index] if index < len(book._sh_abs_posn) else -1
    extra = records.sheets.get(offset) or biff.SheetRecords()
    n_styles = len(printer.codes)
    for row in range(source.nrows):
        kinds, values = source.row_types(row), source.row_values(row)
        for col, kind in enumerate(kinds):
            style = source.cell_xf_index(row, col) if n_styles and kind != 0 else n_styles
            if kind == _TEXT:
                text = values[col].replace("\r\n", "\n").replace("\r", "\n")
            elif kind in (_NUMBER, _DATE):
                text = printer.print_float(values[col], style)
            elif kind == _BOOLEAN:
                text = "TRUE" if values[col] else "FALSE"
            elif kind == _ERROR:
                text = error_text_from_code.get(values[col], "#ERROR!")
            else:
                text = ""
            if text.strip():
                code = printer.codes[style] if style < n_styles else None
                sheet.add_cell(row + 1, col + 1, text, code, is_formula=(row + 1, col + 1) in extra.formulas)
            elif style < n_styles and printer.lines[style]:
                sheet.add_lines(row + 1, col + 1, printer.lines[style])
    # xlrd's ranges end behind their last row and column.
    sheet.merges = [Rectangle(t + 1, le + 1, b, r) for t, b, le, r in source.merged_cells if t < b and le < r]
    sheet.hidden_rows = {row + 1 for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_cols = [(c + 1, c + 1) for c, info in source.colinfo_map.items() if info.hidden and c < MAX_COL]
    for (row, col), note in sorted(source.cell_note_map.items()):
        if note.text.strip():
            sheet.comments.append((row + 1, col + 1, note.text.strip()))
    for link in source.hyperlink_list:
        if link.url_or_path and link.type in ("url", b"url"):
            address = link.url_or_path
            address = address.decode("cp949", "replace") if isinstance(address, bytes) else address
            sheet.links.append((link.frowx + 1, link.fcolx + 1, address))
    sheet.headers = [spreadsheetml.running_line(line) for line in extra.headers]
    sheet.footers = [spreadsheetml.running_line(line) for line in extra.footers]
    sheet.text_boxes = [text.replace("\r", "\n").strip() for text in extra.text_boxes]
    return sheet


FORMAT = Xls()
