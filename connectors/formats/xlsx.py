"""XLSX and XLSM: every block of every sheet as an exact grid, with its range; dates by openpyxl's number formats."""

import datetime
import math
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from connectors import grids, opc, spreadsheetml
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.spreadsheetml import RawCell, Rectangle, Sheet, Workbook
from schemas.elements import Cell, ElementKind
from schemas.outcome import Failed

MAX_TABLE_ROWS = 2_000
MAX_BLOCK_POSITIONS = 500_000
MAX_MERGE_BEYOND_TEXT = 100

# Built-in formats that are dates in the East Asian editions and have no code in the file.
_EAST_ASIAN_DATE_IDS = frozenset({*range(27, 37), *range(50, 59)})
_WORKBOOK_PART = re.compile(r"xl/workbook\d*\.xml", re.IGNORECASE)

Rows = dict[int, dict[int, str]]
Merges = dict[tuple[int, int], Rectangle]


class Xlsx:
    """Excel workbooks in Office Open XML, with macros or without. Values are the ones that Excel last computed."""

    name = "xlsx"
    label = "엑셀 통합 문서"
    distributions = ("openpyxl", "lxml")
    version = 2
    preload = ("openpyxl.styles.numbers", "openpyxl.utils.datetime", "lxml.etree")

    def sniff(self, blob: Blob) -> float:
        """Certain by the workbook part, wherever the file claims to come from."""
        return 1.0 if any(map(_WORKBOOK_PART.fullmatch, opc.member_names(blob.content))) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob; hidden sheets too.

        Raises:
            Failed: `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        composer = Composer()
        with opc.open_package(blob.content) as package:
            workbook = spreadsheetml.open_workbook(package)
            display = _Display(workbook)
            for sheet in workbook.sheets:
                _add_sheet(composer, sheet, display)
        if not composer.has_text():
            raise Failed("no_text")
        reader = f"openpyxl {version('openpyxl')}, lxml {version('lxml')}"
        return Document(reader=reader, elements=composer.elements)


class _Display:
    """How a stored value reads as text: whole numbers without a fraction, dates in ISO 8601, all else as stored."""

    def __init__(self, workbook: Workbook) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        self._from_excel = from_excel
        self._epoch = MAC_EPOCH if workbook.is_1904 else WINDOWS_EPOCH
        self._durations: set[int] = set()
        self._dates: set[int] = set()
        for style, format_id in enumerate(workbook.format_ids):
            code = workbook.format_codes.get(format_id) or BUILTIN_FORMATS.get(format_id)
            if code is not None and is_timedelta_format(code):
                self._durations.add(style)
            elif is_date_format(code) if code is not None else format_id in _EAST_ASIAN_DATE_IDS:
                self._dates.add(style)

    def text(self, cell: RawCell) -> str:
        """The cell's value as text."""
        if cell.kind == "b":
            return "TRUE" if cell.text == "1" else "FALSE"
        if cell.kind != "n":
            return cell.text
        try:
            number = float(cell.text)
        except ValueError:
            return cell.text
        if cell.style in self._dates or cell.style in self._durations:
            return self._moment(number, is_duration=cell.style in self._durations) or _number_text(cell.text, number)
        return _number_text(cell.text, number)

    def _moment(self, number: float, *, is_duration: bool) -> str | None:
        try:
            moment = self._from_excel(number, self._epoch, timedelta=is_duration)
        except (OverflowError, ValueError):
            return None
        if isinstance(moment, datetime.timedelta):
            seconds = round(moment.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if isinstance(moment, datetime.datetime) and moment.time() == datetime.time():
            return moment.date().isoformat()
        return moment.isoformat() if isinstance(moment, datetime.datetime | datetime.time) else None


def _number_text(stored: str, number: float) -> str:
    if stored.lstrip("-").isdecimal():
        return stored
    return str(int(number)) if math.isfinite(number) and number.is_integer() else repr(number)


def _add_sheet(composer: Composer, sheet: Sheet, display: _Display) -> None:
    composer.sheet = sheet.name
    composer.leave_sections()
    for lines, kind in ((sheet.headers, ElementKind.HEADER), (sheet.footers, ElementKind.FOOTER)):
        for line in dict.fromkeys(lines):
            composer.add_element(kind, line)
    rows: Rows = {}
    for cell in sheet.cells:
        text = display.text(cell)
        if text.strip():
            rows.setdefault(cell.row, {})[cell.col] = text
    sheet.cells.clear()
    for merge in sheet.merges:
        _drop_covered(rows, merge)
    merges = _merges_with_text(sheet.merges, rows)
    for block in _blocks(rows, merges):
        _add_block(composer, _below_unit_line(composer, block, rows, merges), rows, merges)
    for row, col, text in sheet.comments:
        composer.add_paragraph(text, cells=grids.cell_range(row, col, row, col))
    composer.sheet = None


def _drop_covered(rows: Rows, merge: Rectangle) -> None:
    """Forget what stands under a merged cell: Excel keeps it in the file and shows it to nobody."""
    tall = merge.bottom - merge.top >= len(rows)
    for row in list(rows) if tall else range(merge.top, merge.bottom + 1):
        if merge.top <= row <= merge.bottom and row in rows:
            for col in [col for col in rows[row] if merge.left <= col <= merge.right]:
                if (row, col) != (merge.top, merge.left):
                    del rows[row][col]
            if not rows[row]:
                del rows[row]


def _merges_with_text(merges: Iterable[Rectangle], rows: Rows) -> Merges:
    """Merged ranges by their corner; one that holds no text merges nothing that anybody reads.

    A range that runs far beyond all text, as a title merged across a whole row does, ends where the text ends.
    """
    last_row = max(rows, default=0)
    last_col = max((max(row) for row in rows.values()), default=0)
    kept: Merges = {}
    for merge in merges:
        if merge.left in rows.get(merge.top, {}):
            bottom = merge.bottom if merge.bottom <= last_row + MAX_MERGE_BEYOND_TEXT else last_row
            right = merge.right if merge.right <= last_col + MAX_MERGE_BEYOND_TEXT else last_col
            kept[merge.top, merge.left] = Rectangle(merge.top, merge.left, bottom, right)
    return kept


def _blocks(rows: Rows, merges: Merges) -> Iterator[Rectangle]:
    """Rectangles of rows with text, parted by empty rows, and by empty columns too where one is hugely sparse."""
    reach: dict[int, set[int]] = {}
    for row, texts in rows.items():
        reach.setdefault(row, set()).update(texts)
    for merge in merges.values():
        for row in range(merge.top, merge.bottom + 1):
            reach.setdefault(row, set()).update((merge.left, merge.right))
    for top, bottom in _runs(sorted(reach)):
        for first in range(top, bottom + 1, MAX_TABLE_ROWS):
            last = min(first + MAX_TABLE_ROWS - 1, bottom)
            cols = sorted(set().union(*(reach[row] for row in range(first, last + 1))))
            block = Rectangle(first, cols[0], last, cols[-1])
            if _positions(block) <= MAX_BLOCK_POSITIONS:
                yield block
            else:
                yield from (Rectangle(first, left, last, right) for left, right in _runs(cols))


def _positions(block: Rectangle) -> int:
    return (block.bottom - block.top + 1) * (block.right - block.left + 1)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for number in numbers:
        if start is None or previous is None:
            start = number
        elif number != previous + 1:
            yield start, previous
            start = number
        previous = number
    if start is not None and previous is not None:
        yield start, previous


def _below_unit_line(composer: Composer, block: Rectangle, rows: Rows, merges: Merges) -> Rectangle:
    """The block without a first row that only says the unit, which becomes a line of its own above the table."""
    first = {col: text for col, text in rows.get(block.top, {}).items() if block.left <= col <= block.right}
    if block.bottom == block.top or len(first) != 1:
        return block
    ((col, text),) = first.items()
    if (block.top, col) in merges or grids.find_unit(text, is_alone=True) is None:
        return block
    composer.add_paragraph(text, cells=grids.cell_range(block.top, col, block.top, col))
    return Rectangle(block.top + 1, block.left, block.bottom, block.right)


def _add_block(composer: Composer, block: Rectangle, rows: Rows, merges: Merges) -> None:
    cells: list[Cell] = []
    for row in range(block.top, block.bottom + 1):
        for col, text in rows.get(row, {}).items():
            if not block.left <= col <= block.right:
                continue
            merge = merges.get((row, col), Rectangle(row, col, row, col))
            cells.append(
                Cell(
                    row=row - block.top + 1,
                    col=col - block.left + 1,
                    row_span=min(merge.bottom, block.bottom) - row + 1,
                    col_span=min(merge.right, block.right) - col + 1,
                    text=text,
                )
            )
    place = grids.cell_range(block.top, block.left, block.bottom, block.right)
    if len(cells) == 1:
        composer.add_paragraph(cells[0].text, cells=place)
    elif cells:
        grid = grids.build_grid(cells, block.bottom - block.top + 1, block.right - block.left + 1)
        composer.add_table(grid, cells=place)


FORMAT = Xlsx()
