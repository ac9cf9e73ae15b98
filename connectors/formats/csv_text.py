"""Separated values: one table with its exact grid, long ones in parts that name their rows."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from connectors import grids
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.decoding import decode_with_encoding, text_head
from schemas.elements import Cell, Grid
from schemas.outcome import Failed

_SEPARATORS = (",", "\t", ";", "|")
_EXTENSIONS = {"csv": None, "tsv": "\t", "tab": "\t"}
_ROWS_PER_TABLE = 2_000
_MAX_FIELD = 10 << 20
_MAX_COLUMNS = 16_384
_SAMPLE_ROWS = 50
_SAMPLE_CHARACTERS = 1 << 16
_MAX_CELLS = 2_000_000
_MAX_LINES_ABOVE = 5
_NAMED, _LOOKS_LIKE, _DOUBTFUL = 0.8, 0.45, 0.15
_PROSE = re.compile(r"[가-힣]{2,}다\.|[.!?]\s")


@dataclass(frozen=True, slots=True)
class _CsvText:
    name: str = "csv"
    label: str = "CSV 표"
    distributions: tuple[str, ...] = ()
    version: int = 3
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("칸의 글", "행·열 주소", "제목·단위 줄")
    loses: tuple[str, ...] = ()

    def sniff(self, blob: Blob) -> float:
        """By the extension if the content is text; without one, by rows of equal width."""
        head = text_head(blob.content)
        if head is None or not head.strip("\ufeff \r\n\t"):
            return 0.0
        start = head.lstrip("\ufeff \r\n")[:1]
        if blob.extension in _EXTENSIONS:
            return _NAMED if start not in ("<", "{") else _DOUBTFUL
        return _LOOKS_LIKE if blob.extension in ("", "dat") and _is_regular(head) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the rows; ragged ones are padded at their end.

        Raises:
            schemas.outcome.Failed: `undecodable_text`, `too_many_elements` for more cells than a document has.
        """
        text, encoding = decode_with_encoding(blob.content)
        separator = _EXTENSIONS.get(blob.extension) or find_separator(text)
        rows = _rows(text, separator)
        width = max((len(row) for row in rows), default=0)
        if width > _MAX_COLUMNS or len(rows) * width > _MAX_CELLS:
            raise Failed("too_many_elements", f"{len(rows):,}행 {width:,}열")
        composer = Composer()
        n_above = _lines_above(rows, width)
        units = [unit for row in rows[:n_above] if (unit := grids.find_unit(_only_field(row)))]
        for number, row in enumerate(rows[:n_above], start=1):
            col = next((col for col, field in enumerate(row, start=1) if field.strip()), 1)
            composer.add_paragraph(_only_field(row), cells=grids.cell_range(number, col, number, col))
        for start in range(n_above, len(rows), _ROWS_PER_TABLE):
            part = rows[start : start + _ROWS_PER_TABLE]
            cells = grids.cell_range(start + 1, 1, start + len(part), width)
            composer.add_table(_grid(part, width, units[-1] if units else None), cells=cells)
        return Document(reader=f"csv ({encoding}, {separator!r})", elements=composer.elements, coverage=1.0)


def find_separator(text: str) -> str:
    """The separator that cuts the first rows most regularly and the header likewise; a comma if none does."""
    best, best_score = ",", (0.0, False, 0)
    for separator in _SEPARATORS:
        rows = _rows(text[:_SAMPLE_CHARACTERS], separator, _SAMPLE_ROWS)
        widths = [len(row) for row in rows if any(field.strip() for field in row)]
        if not widths:
            continue
        usual, count = Counter(widths).most_common(1)[0]
        # a decimal comma cuts rows as regularly as a semicolon does, but not the header
        score = (round(count / len(widths), 1), widths[0] == usual, usual) if usual > 1 else (0.0, False, 0)
        if score > best_score:
            best, best_score = separator, score
    return best


def _rows(text: str, separator: str, limit: int | None = None) -> list[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    rows: list[list[str]] = []
    # a NUL cannot be here: decoding takes it for binary
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            rows.append(row)
            if limit and len(rows) >= limit:
                break
    except csv.Error as error:
        raise Failed("too_many_elements", f"{len(rows) + 1:,}번째 행: {error}") from error
    while rows and not any(field.strip() for field in rows[-1]):
        rows.pop()
    return rows


def _is_regular(head: str) -> bool:
    separator = find_separator(head)
    widths = [len(row) for row in _rows(head, separator, _SAMPLE_ROWS)][:-1]
    if len(widths) < 3 or _PROSE.search(head[:2_000]):
        return False
    return min(widths) == max(widths) >= 2


def _lines_above(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many rows stand above the table: titles and units in a field of their own, and the empty rows among them."""
    if width < 2:
        return 0
    first = next((index for index, row in enumerate(rows) if sum(bool(field.strip()) for field in row) > 1), 0)
    lines = [_only_field(row) for row in rows[:first]]
    if first > _MAX_LINES_ABOVE or not any(lines):
        return 0
    # A figure alone is a ragged row of the table's own.
    return 0 if any(re.fullmatch(r"[\d\s.,%-]+", line) for line in lines if line) else first


def _only_field(row: Sequence[str]) -> str:
    return next((field.strip() for field in row if field.strip()), "")


def _grid(rows: Sequence[Sequence[str]], width: int, unit: str | None) -> Grid:
    cells: list[Cell] = []
    for number, row in enumerate(rows, start=1):
        cells += [Cell(row=number, col=col, text=text) for col, text in enumerate(row, start=1)]
        cells += [Cell(row=number, col=col) for col in range(len(row) + 1, width + 1)]
    return Grid(n_rows=len(rows), n_cols=width, unit=unit, cells=cells)


FORMAT = _CsvText()
