"""Workbooks in the XML of Excel 2002 and 2003, one text file: sheets with rows and cells that may name their place or not."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.decoding import decode_declared
from connectors.opc import forget, local_name, stream_xml
from connectors.sheets.cellvalues import CellStyle, ValuePrinter
from connectors.sheets.sheetblocks import LINES_ACROSS, LINES_DOWN, MAX_COL, MAX_ROW, Rectangle
from connectors.sheets.spreadsheetml import running_line
from connectors.sheets.worksheets import Sheet
from schemas.elements import Property
from schemas.outcome import Failed

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""")
_HEAD_BYTES = 200
_PROPERTIES = {
    "Author": "author", "LastAuthor": "last_modified_by", "Created": "created_at", "LastSaved": "modified_at",
    "Subject": "subject", "Keywords": "keywords", "Title": "title", "Company": "company",
}  # fmt: skip
_NAMED_FORMATS = {
    "General Number": "General", "General Date": "m/d/yy h:mm", "Long Date": "d-mmm-yy", "Medium Date": "d-mmm-yy",
    "Short Date": "mm-dd-yy", "Long Time": "h:mm:ss", "Medium Time": "h:mm AM/PM", "Short Time": "h:mm",
    "Currency": '"$"#,##0.00', "Euro Currency": "[$€-2] #,##0.00", "Fixed": "0.00", "Standard": "#,##0.00",
    "Percent": "0.00%", "Scientific": "0.00E+00",
}  # fmt: skip
_DEFAULT = "Default"
_READ_TAGS = [
    *(f"{{{NAMESPACE}}}{name}" for name in ("Worksheet", "Table", "Style", "Row", "Column")),
    *(f"{{*}}{name}" for name in ("Date1904", "DocumentProperties", "Visible", "Header", "Footer")),
]
_HIDDEN = ("SheetHidden", "SheetVeryHidden")


@dataclass
class Book:
    """What has been read of a workbook besides its sheets, complete once they are."""

    properties: list[Property] = field(default_factory=list)


@dataclass
class _Styles:
    """Styles by their id, as the printer's index."""

    numbers: dict[str, int] = field(default_factory=dict)
    found: list[CellStyle] = field(default_factory=list)
    is_1904: bool = False

    def add(self, element: etree._Element) -> None:
        named = _attributes(element)
        # A style has what its parent has, but for what it says itself.
        parent = self.numbers.get(named.get("Parent", _DEFAULT))
        code = self.found[parent].format_code if parent is not None else None
        lines = self.found[parent].lines if parent is not None else 0
        for part in element:
            if local_name(part) == "NumberFormat":
                written = _attributes(part).get("Format", "General")
                code = _NAMED_FORMATS.get(written, written)
            elif local_name(part) == "Borders":
                sides = [_attributes(border) for border in part]
                drawn = {side.get("Position") for side in sides if side.get("LineStyle", "None") != "None"}
                lines = (LINES_DOWN if drawn & {"Left", "Right"} else 0) | (
                    LINES_ACROSS if drawn & {"Top", "Bottom"} else 0
                )
        self.numbers[named.get("ID", "")] = len(self.found)
        self.found.append(CellStyle(0, code, lines))


def read_sheets(content: bytes, book: Book) -> Iterator[Sheet]:
    """Read the sheets one by one; the caller lets go of one before it asks for the next.

    Args:
        content: the file, in UTF-8, UTF-16 or what it declares.
        book: takes what is not in the sheets.

    Raises:
        Failed: `corrupt` for broken XML, `undecodable_text`, `too_many_elements`.
    """
    styles = _Styles()
    reader: _SheetReader | None = None
    for event, element in stream_xml(_as_utf8(content), _READ_TAGS, ("start", "end")):
        name = local_name(element)
        if event == "start":
            if name == "Worksheet":
                named = _attributes(element)
                reader = _SheetReader(Sheet(named.get("Name", "")), styles)
            elif name == "Table" and reader:
                reader.style = _attributes(element).get("StyleID", _DEFAULT)
            continue
        if name == "Style":
            styles.add(element)
        elif name == "Date1904":
            styles.is_1904 = True
        elif name == "DocumentProperties":
            book.properties.extend(_properties(element))
        elif name == "Worksheet" and reader:
            yield reader.sheet
            reader = None
        elif reader:
            reader.read(name, element)
        if name in ("Row", "Column", "Worksheet"):
            forget(element)


def _as_utf8(content: bytes) -> bytes:
    declared = _ENCODING.search(content[:_HEAD_BYTES])
    text = decode_declared(content, declared[1].decode("ascii", "replace") if declared else None)
    # The declaration would say of the bytes what they no longer are.
    return _DECLARATION.sub("", text, count=1).lstrip("\ufeff \t\r\n").encode("utf-8", "replace")


class _SheetReader:
    def __init__(self, sheet: Sheet, styles: _Styles) -> None:
        self.sheet = sheet
        self.style = _DEFAULT
        self._numbers = styles.numbers
        self._printer = ValuePrinter(styles.found, is_1904=styles.is_1904)
        self._col_styles: dict[int, str] = {}
        self._row = self._col = 0
        self._covered: dict[int, int] = {}

    def read(self, name: str, element: etree._Element) -> None:
        if name == "Row":
            self._read_row(element)
        elif name == "Column":
            self._read_column(_attributes(element))
        elif name == "Visible":
            self.sheet.is_hidden = (element.text or "").strip() in _HIDDEN
        elif name in ("Header", "Footer"):
            lines = self.sheet.headers if name == "Header" else self.sheet.footers
            if text := running_line(_attributes(element).get("Data", "")):
                lines.append(text)

    def _read_column(self, named: dict[str, str]) -> None:
        first = _number(named.get("Index"), self._col + 1)
        last = min(first + _number(named.get("Span"), 0), MAX_COL)
        if not 1 <= first <= last:
            return
        self._col = last
        if named.get("Hidden") == "1":
            self.sheet.hidden_cols.append((first, last))
        if style := named.get("StyleID"):
            self._col_styles.update(dict.fromkeys(range(first, last + 1), style))

    def _read_row(self, row: etree._Element) -> None:
        named = _attributes(row)
        number = _number(named.get("Index"), self._row + 1)
        last = number + _number(named.get("Span"), 0)
        if not self._row < number <= last <= MAX_ROW:
            raise Failed("corrupt", f"row {number} after row {self._row}")
        self._row = last
        if named.get("Hidden") == "1":
            self.sheet.hidden_rows.update(range(number, last + 1))
        col = 0
        for cell in row:
            if local_name(cell) != "Cell":
                continue
            place = _attributes(cell)
            col += 1
            if "Index" in place:
                col = _number(place["Index"], col)
            else:
                while self._covered.get(col, 0) >= number:
                    col += 1
            if not 1 <= col <= MAX_COL:
                raise Failed("corrupt", f"column {col}")
            right = min(col + max(_number(place.get("MergeAcross"), 0), 0), MAX_COL)
            bottom = min(number + max(_number(place.get("MergeDown"), 0), 0), MAX_ROW)
            style = place.get("StyleID") or named.get("StyleID") or self._col_styles.get(col) or self.style
            self._read_cell(cell, (number, col), place, self._numbers.get(style, -1))
            if bottom > number:
                self._covered.update(dict.fromkeys(range(col, right + 1), bottom))
            if (bottom, right) != (number, col):
                self.sheet.merges.append(Rectangle(number, col, bottom, right))
            col = right

    def _read_cell(self, cell: etree._Element, place: tuple[int, int], named: dict[str, str], style: int) -> None:
        text = ""
        for part in cell:
            name = local_name(part)
            if name == "Data":
                text = self._shown(part, style)
            elif name == "Comment":
                note = "".join(part.itertext()).replace("\r\n", "\n").strip()
                if note:
                    self.sheet.comments.append((*place, note))
        if address := named.get("HRef"):
            self.sheet.links.append((*place, address))
        is_formula = "Formula" in named
        code = self._printer.codes[style] if style >= 0 else None
        if text.strip():
            self.sheet.add_cell(*place, text, code, is_formula=is_formula)
        elif is_formula and not any(local_name(part) == "Data" for part in cell):
            self.sheet.is_uncomputed = True
            self.sheet.add_cell(*place, "", code, is_formula=True)
        elif style >= 0 and self._printer.lines[style]:
            self.sheet.add_lines(*place, self._printer.lines[style])

    def _shown(self, data: etree._Element, style: int) -> str:
        kind = _attributes(data).get("Type", "String")
        text = "".join(data.itertext()).replace("\r\n", "\n").replace("\r", "\n")
        if kind == "Number":
            return self._printer.print_number(text.strip(), style)
        if kind == "Boolean":
            return "TRUE" if text.strip() == "1" else "FALSE"
        if kind == "DateTime":
            return self._moment(text.strip(), style)
        return text

    def _moment(self, text: str, style: int) -> str:
        try:
            moment = datetime.datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            return text
        days = (moment - self._printer.epoch) / datetime.timedelta(days=1)
        if self._printer.epoch.year == 1899 and days <= 60:
            # Excel has a 29 February 1900, and counts the days before it one less.
            days -= 1
        if days >= 0 and self._printer.is_moment(style):
            return self._printer.print_float(days, style)
        return moment.date().isoformat() if moment.time() == datetime.time() else moment.isoformat()


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name).rpartition("}")[2]: str(value) for name, value in element.attrib.items()}


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


def _properties(element: etree._Element) -> Iterator[Property]:
    for entry in element:
        name, value = _PROPERTIES.get(local_name(entry)), (entry.text or "").strip()
        if name and value:
            yield Property(name=name, value=value)
