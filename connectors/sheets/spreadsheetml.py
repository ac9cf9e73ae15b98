"""The parts of an Excel workbook in XML as they stand in the package: sheets, cells that exist, merges, comments.

Read as a stream and cell by cell, so that a cell at the far corner costs no more than one beside it, and so that broken
styles, rules or drawings, which keep other readers from opening a workbook at all, keep nobody from its cells.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator

import lxml.etree as etree

from connectors.opc import local_name, main_part, read_part, read_xml, relations
from connectors.sheets import workbook_parts
from connectors.sheets.cellvalues import CellStyle, ValuePrinter
from connectors.sheets.partstreams import parse_rest, read_shared_strings, rich_text, stream_elements, unescape
from connectors.sheets.plainrows import (
    NotPlain,
    PlainCell,
    formula_text,
    plain_prefixes,
    plain_rows,
    resolved,
    split_part,
)
from connectors.sheets.sheetblocks import LINES_ACROSS, LINES_DOWN, MAX_COL, MAX_ROW, Rectangle
from connectors.sheets.worksheets import Sheet
from schemas.outcome import Failed

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Za-z])')
_LINK_FORMULA = re.compile(r'\s*HYPERLINK\(\s*"([^"]{1,2000})"', re.IGNORECASE)
_DIGITS = "0123456789"
_TRUE = ("1", "true")
_AROUND_ROWS = ("cols", "mergeCells", "headerFooter", "hyperlinks")
_AROUND_ROW_TAGS = [f"{{*}}{tag}" for tag in _AROUND_ROWS]
_HIDDEN_STATES = ("hidden", "veryHidden")


def read_sheets(package: zipfile.ZipFile) -> Iterator[Sheet]:
    """Read the sheets one by one; the caller lets go of one before it asks for the next.

    Raises:
        Failed: `corrupt` without a workbook part, `too_many_elements`, and whatever the parts raise.
    """
    path = main_part(package) or "xl/workbook.xml"
    book = read_xml(package, path)
    if book is None:
        raise Failed("corrupt", f"no {path}")
    related = relations(package, path)
    properties = book.find("{*}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in _TRUE
    printer = ValuePrinter(_styles(package, part_of_kind(related, "styles")), is_1904=is_1904)
    strings_path = part_of_kind(related, "sharedStrings")
    strings = read_shared_strings(package, strings_path) if strings_path else []
    for entry in book.iterfind("{*}sheets/{*}sheet"):
        relation = next((value for name, value in entry.attrib.items() if str(name).endswith("}id")), "")
        kind, sheet_path = related.get(str(relation), ("", ""))
        if kind not in ("worksheet", "chartsheet"):
            continue
        sheet = Sheet(entry.get("name", ""), is_hidden=entry.get("state") in _HIDDEN_STATES)
        content = read_part(package, sheet_path)
        if content is None:
            continue
        if kind == "worksheet":
            _SheetReader(sheet, strings, printer, workbook_parts.external_links(package, sheet_path)).read(content)
        add_surroundings(sheet, package, sheet_path)
        yield sheet


def part_of_kind(related: dict[str, tuple[str, str]], wanted: str) -> str | None:
    """Path of the first related part of that kind."""
    return next((target for kind, target in related.values() if kind == wanted), None)


def add_surroundings(sheet: Sheet, package: zipfile.ZipFile, path: str) -> None:
    """Add what stands in other XML parts: comments, and the texts of drawings."""
    for kind, target in relations(package, path).values():
        if kind == "comments" and target.lower().endswith(".xml"):
            sheet.comments.extend(_comments(package, target))
        elif kind == "drawing":
            sheet.text_boxes.extend(workbook_parts.drawing_texts(package, target))


def _styles(package: zipfile.ZipFile, path: str | None) -> list[CellStyle]:
    root = read_xml(package, path) if path else None
    if root is None:
        return []
    formats = root.iterfind("{*}numFmts/{*}numFmt")
    codes = {_number(entry.get("numFmtId"), -1): entry.get("formatCode", "") for entry in formats}
    borders = [_lines_of(border) for border in root.iterfind("{*}borders/{*}border")]
    styles: list[CellStyle] = []
    for style in root.iterfind("{*}cellXfs/{*}xf"):
        format_id, border = _number(style.get("numFmtId"), 0), _number(style.get("borderId"), -1)
        lines = borders[border] if 0 <= border < len(borders) else 0
        styles.append(CellStyle(format_id, codes.get(format_id), lines))
    return styles


def _lines_of(border: etree._Element) -> int:
    drawn = {local_name(side) for side in border if side.get("style", "none") != "none"}
    is_down, is_across = drawn & {"left", "right", "start", "end"}, drawn & {"top", "bottom"}
    return (LINES_DOWN if is_down else 0) | (LINES_ACROSS if is_across else 0)


class _SheetReader:
    def __init__(self, sheet: Sheet, strings: list[str], printer: ValuePrinter, links: dict[str, str]) -> None:
        self._sheet = sheet
        self._strings = strings
        self._printer = printer
        self._links = links
        self._columns: dict[str, int] = {}
        self._ruled_styles = {str(style): lines for style, lines in enumerate(printer.lines) if lines}

    def read(self, content: bytes) -> None:
        if not self._read_plain(content):
            self._read_around(stream_elements(content, "row", *_AROUND_ROWS))

    def _read_plain(self, content: bytes) -> bool:
        """Read a sheet in the form that programs write; if it is in another, nothing has been read."""
        parts = split_part(content, "sheetData")
        around = parse_rest(parts[0]) if parts else None
        if parts is None or around is None:
            return False
        elements = list(around.iter(*_AROUND_ROW_TAGS))
        if any(element.getparent() is not around for element in elements):
            return False
        sheet = self._sheet
        self._sheet = Sheet(sheet.name, is_hidden=sheet.is_hidden)
        try:
            self._read_plain_rows(parts[1], plain_prefixes(content))
            self._read_around(elements)
            vars(sheet).update(vars(self._sheet))
        except NotPlain:
            return False
        finally:
            self._sheet = sheet
        return True

    def _read_around(self, elements: Iterable[etree._Element]) -> None:
        row_number = 0
        for element in elements:
            name = local_name(element)
            if name == "row":
                row_number = _number(element.get("r"), row_number + 1)
                self._read_row(element, row_number)
            elif name == "cols":
                self._read_columns(element)
            elif name == "mergeCells" and self._sheet.rows:
                merges = (parse_range(merge.get("ref", "")) for merge in element.iterchildren("{*}mergeCell"))
                self._sheet.merges.extend(merge for merge in merges if merge)
            elif name == "hyperlinks":
                self._read_links(element)
            elif name == "headerFooter":
                for line in element:
                    lines = self._sheet.headers if local_name(line).endswith("Header") else self._sheet.footers
                    lines.append(running_line(line.text or ""))

    def _read_columns(self, element: etree._Element) -> None:
        for column in element.iterchildren("{*}col"):
            first, last = _number(column.get("min"), 0), _number(column.get("max"), 0)
            if column.get("hidden") in _TRUE and 1 <= first <= last <= MAX_COL:
                self._sheet.hidden_cols.append((first, last))

    def _read_links(self, element: etree._Element) -> None:
        for link in element.iterchildren("{*}hyperlink"):
            relation = next((value for name, value in link.attrib.items() if str(name).endswith("}id")), "")
            place, address = parse_range(link.get("ref", "")), self._links.get(str(relation))
            if place and address:
                self._sheet.links.append((place.top, place.left, address))

    def _column(self, letters: str) -> int:
        number = self._columns.get(letters)
        if number is None:
            number = column_number(letters) if letters.isascii() and letters.isupper() and len(letters) <= 3 else 0
            self._columns[letters] = number
        return number

    def _read_row(self, row: etree._Element, number: int) -> None:
        sheet = self._sheet
        codes, rules = self._printer.codes, self._printer.lines
        n_styles = len(codes)
        space = row.tag[:-3]
        value_tag, formula_tag, inline_tag = f"{space}v", f"{space}f", f"{space}is"
        if row.get("hidden") in _TRUE:
            sheet.hidden_rows.add(number)
        row_text = str(number)
        ruled_styles = self._ruled_styles
        col = n_passed = 0
        passed: etree._Element | None = None
        for cell in row:
            get = cell.get
            if not len(cell) and get("s") not in ruled_styles:
                # Most cells of a formatted sheet are blank; their place is only of use to one that names none.
                if get("r"):
                    passed, n_passed = cell, 0
                else:
                    n_passed += 1
                continue
            reference = get("r")
            top = number
            if not reference:
                if passed is not None:
                    col = self._column(passed.get("r", "").rstrip(_DIGITS)) or col
                col += n_passed
            passed, n_passed = None, 0
            col += 1
            if reference:
                letters = reference.rstrip(_DIGITS)
                if found := self._column(letters):
                    col = found
                    if (digits := reference[len(letters) :]) != row_text:
                        top = _number(digits, number)
            style = int(text) if (text := get("s")) and text.isdecimal() else 0
            if not 0 < top <= MAX_ROW or not 0 < col <= MAX_COL:
                sheet.is_damaged = True
                continue
            value = inline = formula = None
            for child in cell:
                tag = child.tag
                if tag == value_tag:
                    value = child.text
                elif tag == formula_tag:
                    formula = child
                elif tag == inline_tag:
                    inline = child
            kind = get("t")
            code = codes[style] if style < n_styles else None
            shown = self._shown(kind, value, style)
            if kind == "inlineStr":
                shown = "" if inline is None else rich_text(inline)
            if formula is not None:
                if formula.text and (match := _LINK_FORMULA.match(formula.text)):
                    sheet.links.append((top, col, match.group(1)))
                if not value and kind != "str":
                    sheet.is_uncomputed = True
                    sheet.add_cell(top, col, "", code, is_formula=True)
                    continue
            if shown and not shown.isspace():
                sheet.add_cell(top, col, shown, code, is_formula=formula is not None)
            elif style < n_styles and rules[style]:
                sheet.add_lines(top, col, rules[style])

    def _shown(self, kind: str | None, value: str | None, style: int) -> str:
        if not value:
            return ""
        if not kind or kind == "n":
            return self._printer.print_number(value, style)
        if kind == "s":
            index = int(value) if value.isdecimal() else -1
            if 0 <= index < len(self._strings):
                return self._strings[index]
            self._sheet.is_damaged = True
            return ""
        if kind == "str":
            return unescape(value)
        if kind == "b":
            return "TRUE" if value in _TRUE else "FALSE"
        return value

    def _read_plain_rows(self, text: str, prefixes: frozenset[str]) -> None:
        last = 0
        for number_text, state, cells in plain_rows(text, prefixes):
            number = int(number_text) if number_text else last + 1
            if not last < number <= MAX_ROW:
                raise NotPlain
            last = number
            if state in _TRUE:
                self._sheet.hidden_rows.add(number)
            if cells:
                self._read_plain_cells(cells, number)

    def _read_plain_cells(self, cells: Iterable[PlainCell], number: int) -> None:
        """Read the cells of a row; what `_read_row` makes of the same row, at less than half of its time."""
        sheet, strings, columns, ruled_styles = self._sheet, self._strings, self._columns, self._ruled_styles
        codes = self._printer.codes
        n_styles, n_strings = len(codes), len(strings)
        row_text = str(number)
        for letters, digits, style_text, kind, formula, value, inline, rest in cells:
            if rest or digits != row_text:
                raise NotPlain
            is_bare = not value and not formula and not inline
            if is_bare and style_text not in ruled_styles:
                continue
            col = columns.get(letters) or self._column(letters)
            if col > MAX_COL:
                continue
            if is_bare:
                sheet.add_lines(number, col, ruled_styles[style_text])
                continue
            style = int(style_text) if style_text else 0
            if kind == "s" and value.isdecimal():
                index = int(value)
                shown = strings[index] if index < n_strings else self._shown(kind, value, style)
            elif kind == "inlineStr":
                shown = unescape(resolved(inline))
            else:
                shown = self._shown(kind, resolved(value), style)
            if formula:
                written = formula_text(formula)
                if match := _LINK_FORMULA.match(written):
                    sheet.links.append((number, col, match.group(1)))
                if not value and kind != "str":
                    sheet.is_uncomputed = True
                    sheet.add_cell(number, col, "", codes[style] if style < n_styles else None, is_formula=True)
                    continue
            if shown and not shown.isspace():
                code = codes[style] if style < n_styles else None
                sheet.add_cell(number, col, shown, code, is_formula=bool(formula))
            elif style_text in ruled_styles:
                sheet.add_lines(number, col, ruled_styles[style_text])


def running_line(text: str) -> str:
    """A header or footer without the codes for fonts, page numbers and places."""
    return " ".join(_HEADER_CODE.sub(" ", text.replace("&&", "\0")).replace("\0", "&").split())


def _number(text: str | None, default: int) -> int:
    try:
        return default if text is None else int(float(text))
    except (ValueError, OverflowError):
        return default


def _comments(package: zipfile.ZipFile, path: str) -> Iterator[tuple[int, int, str]]:
    root = read_xml(package, path)
    for comment in () if root is None else root.iter("{*}comment"):
        place, item = parse_range(comment.get("ref", "")), comment.find("{*}text")
        if place and item is not None and (text := rich_text(item).strip()):
            yield place.top, place.left, text


def column_number(letters: str) -> int:
    """Number of a column by its letters, A being 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def parse_range(text: str) -> Rectangle | None:
    """The rectangle of an A1 range or cell, its corners in either order; None if it is neither, or off the sheet."""
    first, _, last = text.upper().partition(":")
    corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
    rows = sorted(int(corner.group(2)) for corner in corners if corner)
    cols = sorted(column_number(corner.group(1)) for corner in corners if corner)
    if len(rows) != 2 or rows[0] < 1 or rows[1] > MAX_ROW or cols[1] > MAX_COL:
        return None
    return Rectangle(rows[0], cols[0], rows[1], cols[1])
