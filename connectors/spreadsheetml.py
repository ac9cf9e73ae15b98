"""The parts of an Excel workbook as they stand in the package: sheets, cells that exist, merges, comments.

Read as a stream and cell by cell, so that a cell at the far corner costs no more than one beside it, and so that broken
styles, rules or drawings, which keep other readers from opening a workbook at all, keep nobody from its cells.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import lxml.etree as etree

from connectors.opc import local_name, main_part, parse_xml, read_part, read_xml, relations
from schemas.outcome import Failed

MAX_CELLS = 1_000_000
MAX_ROW = 1_048_576
MAX_COL = 16_384

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Za-z])')


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as stored: its type (`n`, `s` for any text, `b`, `e`, `d`), its text and its style's index."""

    row: int
    col: int
    kind: str
    text: str
    style: int


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A range, its corners included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """A worksheet: cells with a value in the order of the file, merged ranges, comments by cell, running lines."""

    name: str
    cells: list[RawCell] = field(default_factory=list)
    merges: list[Rectangle] = field(default_factory=list)
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)


@dataclass
class Workbook:
    """A workbook: whether dates count from 1904, the number format of each style, and its sheets, read one by one."""

    is_1904: bool
    format_ids: list[int]
    format_codes: dict[int, str]
    sheets: Iterator[Sheet]


def open_workbook(package: zipfile.ZipFile) -> Workbook:
    """Read what the sheets need in common; the sheets themselves are read when their turn comes.

    Raises:
        Failed: `corrupt` without a workbook part, and whatever the parts raise.
    """
    path = main_part(package) or "xl/workbook.xml"
    book = read_xml(package, path)
    if book is None:
        raise Failed("corrupt", f"no {path}")
    related = relations(package, path)
    properties = book.find("{*}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    format_ids, format_codes = _styles(package, _of_type(related, "styles"))
    return Workbook(is_1904, format_ids, format_codes, _sheets(package, book, related))


def _of_type(related: dict[str, tuple[str, str]], wanted: str) -> str | None:
    return next((target for kind, target in related.values() if kind == wanted), None)


def _styles(package: zipfile.ZipFile, path: str | None) -> tuple[list[int], dict[int, str]]:
    root = read_xml(package, path) if path else None
    if root is None:
        return [], {}
    formats = root.iterfind("{*}numFmts/{*}numFmt")
    codes = {_number(entry.get("numFmtId"), -1): entry.get("formatCode", "") for entry in formats}
    return [_number(style.get("numFmtId"), 0) for style in root.iterfind("{*}cellXfs/{*}xf")], codes


def _sheets(package: zipfile.ZipFile, book: etree._Element, related: dict[str, tuple[str, str]]) -> Iterator[Sheet]:
    strings_path = _of_type(related, "sharedStrings")
    strings = list(_shared_strings(package, strings_path)) if strings_path else []
    left = MAX_CELLS
    for entry in book.iterfind("{*}sheets/{*}sheet"):
        relation = next((value for name, value in entry.attrib.items() if str(name).endswith("}id")), "")
        kind, path = related.get(str(relation), ("", ""))
        content = read_part(package, path) if kind == "worksheet" else None
        if content is None:
            continue
        sheet = Sheet(entry.get("name", ""))
        _read_sheet(sheet, content, strings, left)
        # Counted now, because whoever takes the sheet lets go of its cells.
        left -= len(sheet.cells)
        comments = _of_type(relations(package, path), "comments")
        if comments:
            sheet.comments.extend(_comments(package, comments))
        yield sheet


def _stream(content: bytes, *tags: str) -> Iterator[etree._Element]:
    """Yield each element of the given names when it is complete, and forget it afterwards."""
    events = etree.iterparse(
        BytesIO(content),
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, element in events:
            if element.getroottree().docinfo.doctype:
                raise Failed("corrupt", "XML with a document type")
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Failed("corrupt", f"XML: {error}") from error


def _shared_strings(package: zipfile.ZipFile, path: str) -> Iterator[str]:
    content = read_part(package, path)
    for item in _stream(content, "si") if content else ():
        yield _rich_text(item)


def _rich_text(item: etree._Element) -> str:
    """Text of a string item: its own and its runs', without the phonetic guides."""
    texts = [child.text or "" for child in item.iterchildren("{*}t")]
    texts += [text.text or "" for text in item.iterfind("{*}r/{*}t")]
    return _unescaped("".join(texts))


def _unescaped(text: str) -> str:
    """Text with its `_x000D_` escapes undone, which stand for what XML cannot hold; half a surrogate pair is nothing."""
    characters = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    return characters.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n")


def _read_sheet(sheet: Sheet, content: bytes, strings: list[str], limit: int) -> None:
    row_number = 0
    for element in _stream(content, "row", "mergeCell", "headerFooter"):
        name = local_name(element)
        if name == "row":
            row_number = _number(element.get("r"), row_number + 1)
            sheet.cells.extend(_row_cells(element, row_number, strings))
            if len(sheet.cells) > limit:
                raise Failed("too_many_elements", f"more than {MAX_CELLS:,} cells")
        elif name == "mergeCell":
            if rectangle := parse_range(element.get("ref", "")):
                sheet.merges.append(rectangle)
        else:
            for line in element:
                lines = sheet.headers if local_name(line).endswith("Header") else sheet.footers
                lines.append(" ".join(_HEADER_CODE.sub(" ", line.text or "").replace("&&", "&").split()))


def _row_cells(row: etree._Element, row_number: int, strings: list[str]) -> Iterator[RawCell]:
    col = 0
    for cell in row.iterchildren("{*}c"):
        corner = _REFERENCE.fullmatch(cell.get("r", ""))
        col = column_number(corner.group(1)) if corner else col + 1
        top = int(corner.group(2)) if corner else row_number
        kind = cell.get("t", "n")
        value = cell.findtext("{*}v")
        if kind == "inlineStr":
            item = cell.find("{*}is")
            kind, value = "s", None if item is None else _rich_text(item)
        elif kind == "s" and value is not None:
            index = _number(value, -1)
            value = strings[index] if 0 <= index < len(strings) else ""
        elif kind == "str":
            kind, value = "s", _unescaped(value or "")
        if value and 1 <= top <= MAX_ROW and 1 <= col <= MAX_COL:
            yield RawCell(top, col, kind, value, _number(cell.get("s"), 0))


def _number(text: str | None, default: int) -> int:
    try:
        return default if text is None else int(float(text))
    except (ValueError, OverflowError):
        return default


def _comments(package: zipfile.ZipFile, path: str) -> Iterator[tuple[int, int, str]]:
    content = read_part(package, path)
    root = parse_xml(content) if content else None
    for comment in () if root is None else root.iter("{*}comment"):
        place, item = parse_range(comment.get("ref", "")), comment.find("{*}text")
        if place and item is not None and (text := _rich_text(item).strip()):
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
