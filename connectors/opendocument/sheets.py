"""The sheets of an OpenDocument spreadsheet, read row by row; a repetition is taken at its word only within limits."""

import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.opc import forget, local_name, read_part, read_xml, stream_xml
from connectors.opendocument.number_formats import format_codes
from connectors.sheets.cellvalues import number_text
from connectors.sheets.sheetblocks import LINES_ACROSS, LINES_DOWN, MAX_COL, MAX_ROW, Rectangle
from connectors.sheets.worksheets import Sheet
from schemas.elements import Property
from schemas.outcome import Failed

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STREAMED = [
    *(f"{_TABLE}{name}" for name in ("table", "table-row", "table-column", "shapes")),
    f"{_OFFICE}automatic-styles",
]
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_HIDDEN = ("collapse", "filter")
_DURATION = re.compile(r"-?P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_FIELDS = ("page-number", "page-count", "sheet-name", "date", "time", "file-name", "title")
_MAX_REPEATED_BLANKS = 10_000
_MAX_SPACES = 1_000
_MAX_STYLE_DEPTH = 10
_META = {
    "initial-creator": "author", "creator": "last_modified_by", "creation-date": "created_at", "date": "modified_at",
    "subject": "subject", "keyword": "keywords", "title": "title", "generator": "application",
}  # fmt: skip


@dataclass
class _Looks:
    """What styles say: number formats and lines by cell style, hidden sheets and running lines by table style."""

    codes: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    hidden_tables: set[str] = field(default_factory=set)
    pages: dict[str, str] = field(default_factory=dict)
    running: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)


def read_sheets(package: zipfile.ZipFile) -> Iterator[Sheet]:
    """Read the sheets one by one; the caller lets go of one before it asks for the next.

    Raises:
        Failed: `corrupt`, `password_odf`, `too_many_elements`.
    """
    manifest = read_part(package, "META-INF/manifest.xml")
    if manifest and b"encryption-data" in manifest:
        raise Failed("password_odf")
    content = read_part(package, "content.xml")
    if content is None:
        raise Failed("corrupt", "no content.xml")
    common = read_xml(package, "styles.xml")
    looks = _Looks()
    reader: _SheetReader | None = None
    for event, element in stream_xml(content, _STREAMED, ("start", "end")):
        name = local_name(element)
        if name == "automatic-styles":
            if event == "end":
                looks = _looks(*(root for root in (common, element) if root is not None))
        elif name == "table":
            if event == "start" and reader is None and _is_sheet(element):
                reader = _SheetReader(element, looks)
            elif event == "end" and reader is not None and element is reader.table:
                yield reader.sheet
                reader = None
        elif event == "end" and reader is not None:
            reader.read(element, name)
        if event == "end" and element.tag in (f"{_TABLE}table-row", f"{_TABLE}table"):
            forget(element)


def _is_sheet(table: etree._Element) -> bool:
    parent = table.getparent()
    return parent is not None and local_name(parent) == "spreadsheet"


def _looks(*roots: etree._Element) -> _Looks:
    looks = _Looks()
    formats = format_codes(*roots)
    styles = {
        style.get(f"{_STYLE}name", ""): style
        for root in roots
        for style in root.iter(f"{_STYLE}style")
        if style.get(f"{_STYLE}family") in ("table-cell", "table")
    }
    for name, style in styles.items():
        if style.get(f"{_STYLE}family") == "table":
            properties = style.find(f"{_STYLE}table-properties")
            if properties is not None and properties.get(f"{_TABLE}display") == "false":
                looks.hidden_tables.add(name)
            looks.pages[name] = style.get(f"{_STYLE}master-page-name", "")
            continue
        is_lined = False
        ancestor: etree._Element | None = style
        for _ in range(_MAX_STYLE_DEPTH):
            if ancestor is None:
                break
            code = formats.get(ancestor.get(f"{_STYLE}data-style-name", ""))
            if code and name not in looks.codes:
                looks.codes[name] = code
            properties = ancestor.find(f"{_STYLE}table-cell-properties")
            if not is_lined and properties is not None:
                looks.lines[name] = _lines_of(properties)
                is_lined = bool(looks.lines[name])
            ancestor = styles.get(ancestor.get(f"{_STYLE}parent-style-name", ""))
    for page in (page for root in roots for page in root.iter(f"{_STYLE}master-page")):
        looks.running[page.get(f"{_STYLE}name", "")] = _running(page, "header"), _running(page, "footer")
    return looks


def _lines_of(properties: etree._Element) -> int:
    def is_drawn(*sides: str) -> bool:
        return any(properties.get(f"{_FO}border{side}", "none") != "none" for side in ("", *sides))

    return (LINES_DOWN if is_drawn("-left", "-right") else 0) | (LINES_ACROSS if is_drawn("-top", "-bottom") else 0)


def _running(page: etree._Element, kind: str) -> list[str]:
    lines: list[str] = []
    for part in page.iterchildren(f"{_STYLE}{kind}", f"{_STYLE}{kind}-left", f"{_STYLE}{kind}-first"):
        if part.get(f"{_STYLE}display") != "false":
            lines.extend(_flat_text(paragraph, without=_FIELDS).strip() for paragraph in part.iter(f"{_TEXT}p"))
    return lines


class _SheetReader:
    def __init__(self, table: etree._Element, looks: _Looks) -> None:
        self.table = table
        style = table.get(f"{_TABLE}style-name", "")
        self.sheet = Sheet(table.get(f"{_TABLE}name", ""), is_hidden=style in looks.hidden_tables)
        headers, footers = looks.running.get(looks.pages.get(style, ""), ([], []))
        self.sheet.headers.extend(headers)
        self.sheet.footers.extend(footers)
        self._looks = looks
        self._row = 0
        self._col = 0
        self._col_starts: list[int] = []
        self._col_styles: list[str] = []

    def read(self, element: etree._Element, name: str) -> None:
        """Read a part of the sheet that is complete."""
        if name == "table-column":
            n_repeated = _repeated(element, "columns", MAX_COL)
            self._col_starts.append(self._col + 1)
            self._col_styles.append(element.get(f"{_TABLE}default-cell-style-name", ""))
            if self._is_hidden(element) and self._col < MAX_COL:
                self.sheet.hidden_cols.append((self._col + 1, min(self._col + n_repeated, MAX_COL)))
            self._col += n_repeated
        elif name == "table-row":
            if next(element.iterancestors(f"{_TABLE}table")) is self.table:
                self._read_row(element)
        elif name == "shapes":
            self.sheet.text_boxes.extend(_box_texts(element))

    def _is_hidden(self, element: etree._Element) -> bool:
        groups = element.iterancestors(f"{_TABLE}table-row-group", f"{_TABLE}table-column-group")
        is_folded = any(group.get(f"{_TABLE}display") == "false" for group in groups)
        return is_folded or element.get(f"{_TABLE}visibility") in _HIDDEN

    def _read_row(self, row: etree._Element) -> None:
        first = self._row + 1
        n_rows = _repeated(row, "rows", MAX_ROW)
        self._row += n_rows
        last = min(self._row, MAX_ROW)
        col = 1
        has_content = False
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            n_cols = _repeated(cell, "columns", MAX_COL)
            end = min(col + n_cols - 1, MAX_COL)
            if col <= MAX_COL and first <= MAX_ROW:
                has_content |= self._read_cell(cell, row, Rectangle(first, col, last, end))
            col += n_cols
        if has_content and self._is_hidden(row):
            self.sheet.hidden_rows.update(range(first, last + 1))

    def _style_of(self, cell: etree._Element, row: etree._Element, col: int) -> str:
        own = cell.get(f"{_TABLE}style-name") or row.get(f"{_TABLE}default-cell-style-name")
        if own:
            return own
        index = bisect_right(self._col_starts, col) - 1
        return self._col_styles[index] if index >= 0 else ""

    def _read_cell(self, cell: etree._Element, row: etree._Element, place: Rectangle) -> bool:
        sheet = self.sheet
        style = self._style_of(cell, row, place.left)
        text = _value(cell)
        is_formula = cell.get(f"{_TABLE}formula") is not None
        is_empty_formula = is_formula and not text and cell.get(f"{_OFFICE}value-type") is None
        for note in cell.iterchildren(f"{_OFFICE}annotation"):
            written = "\n".join(_flat_text(paragraph) for paragraph in note.iter(f"{_TEXT}p")).strip()
            if written:
                sheet.comments.append((place.top, place.left, written))
        for child in cell:
            if isinstance(child.tag, str) and child.tag.startswith(_DRAW):
                sheet.text_boxes.extend(_box_texts(child))
        self._add_merges(cell, place)
        if text.strip() or is_empty_formula:
            sheet.is_uncomputed |= is_empty_formula
            code = self._looks.codes.get(style)
            for link in cell.iter(f"{_TEXT}a"):
                address = link.get(f"{_XLINK}href", "")
                if address and not address.startswith("#"):
                    sheet.links.append((place.top, place.left, address))
            for top in range(place.top, place.bottom + 1):
                for col in range(place.left, place.right + 1):
                    sheet.add_cell(top, col, text, code, is_formula=is_formula)
            return True
        lines = self._looks.lines.get(style, 0)
        if lines and place.positions <= _MAX_REPEATED_BLANKS:
            for top in range(place.top, place.bottom + 1):
                for col in range(place.left, place.right + 1):
                    sheet.add_lines(top, col, lines)
        return False

    def _add_merges(self, cell: etree._Element, place: Rectangle) -> None:
        height = _count(cell.get(f"{_TABLE}number-rows-spanned"), MAX_ROW)
        width = _count(cell.get(f"{_TABLE}number-columns-spanned"), MAX_COL)
        if height * width > 1 and place.positions <= _MAX_REPEATED_BLANKS:
            for top in range(place.top, place.bottom + 1):
                for left in range(place.left, place.right + 1):
                    bottom, right = min(top + height - 1, MAX_ROW), min(left + width - 1, MAX_COL)
                    self.sheet.merges.append(Rectangle(top, left, bottom, right))


def _count(text: str | None, limit: int) -> int:
    return min(max(int(text), 1), limit) if text and text.isdecimal() and len(text) < 10 else 1


def _repeated(element: etree._Element, what: str, limit: int) -> int:
    return _count(element.get(f"{_TABLE}number-{what}-repeated"), limit)


def _value(cell: etree._Element) -> str:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in ("float", "percentage", "currency"):
        stored = cell.get(f"{_OFFICE}value", "")
        if stored.lstrip("-").isdecimal():
            return stored
        try:
            return number_text(float(stored))
        except ValueError:
            pass
    elif kind == "date" and (moment := cell.get(f"{_OFFICE}date-value")):
        return moment.removesuffix("T00:00:00")
    elif kind == "time" and (match := _DURATION.fullmatch(cell.get(f"{_OFFICE}time-value", ""))):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return f"{days * 24 + hours:02}:{minutes:02}:{seconds:02}"
    elif kind == "boolean":
        return "TRUE" if cell.get(f"{_OFFICE}boolean-value") == "true" else "FALSE"
    return "\n".join(_flat_text(paragraph) for paragraph in cell.iterchildren(f"{_TEXT}p", f"{_TEXT}h"))


def _flat_text(paragraph: etree._Element, without: tuple[str, ...] = ()) -> str:
    pieces = [paragraph.text or ""]
    for child in paragraph:
        name = local_name(child)
        if name == "s":
            pieces.append(" " * _count(child.get(f"{_TEXT}c"), _MAX_SPACES))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name not in ("annotation", "annotation-end", *without) and name:
            pieces.append(_flat_text(child, without))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _box_texts(shape: etree._Element) -> list[str]:
    return [text for paragraph in shape.iter(f"{_TEXT}p") if (text := _flat_text(paragraph).strip())]


def document_properties(package: zipfile.ZipFile) -> list[Property]:
    """What `meta.xml` says of the document."""
    root = read_xml(package, "meta.xml")
    meta = None if root is None else root.find(f"{_OFFICE}meta")
    found: list[Property] = []
    for entry in () if meta is None else meta:
        name, value = _META.get(local_name(entry)), (entry.text or "").strip()
        if name and value:
            found.append(Property(name=name, value=value))
    return found
