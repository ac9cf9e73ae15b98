"""Separated values: one table with its exact grid, long ones in parts that name their rows."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.contract import Blob, Document
from connectors.decoding import decode_with_encoding, text_head
from schemas.elements import Cell, Element, ElementKind, Grid, grid_text
from schemas.outcome import Failed
from schemas.provenance import Locator

_SEPARATORS = (",", "\t", ";", "|")
_EXTENSIONS = {"csv": None, "tsv": "\t", "tab": "\t"}
_ROWS_PER_TABLE = 2_000
_MAX_FIELD = 10 << 20
_MAX_COLUMNS = 16_384
_SAMPLE_ROWS = 50
_SAMPLE_CHARACTERS = 1 << 16
_MAX_CELLS = 2_000_000
_NAMED, _LOOKS_LIKE, _DOUBTFUL = 0.8, 0.45, 0.15
_PROSE = re.compile(r"[가-힣]{2,}다\.|[.!?]\s")


@dataclass(frozen=True, slots=True)
class _CsvText:
    name: str = "csv"
    label: str = "CSV 표"
    distributions: tuple[str, ...] = ()
    version: int = 1
    preload: tuple[str, ...] = ()

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
        elements = [
            _table(rows[start : start + _ROWS_PER_TABLE], start + 1, width)
            for start in range(0, len(rows), _ROWS_PER_TABLE)
        ]
        return Document(reader=f"csv ({encoding}, {separator!r})", elements=elements, coverage=1.0)


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


def column_name(number: int) -> str:
    """Letters of a column counted from 1, as spreadsheets write them."""
    letters = ""
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def _rows(text: str, separator: str, limit: int | None = None) -> list[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    rows: list[list[str]] = []
    # a NUL cannot be here: decoding takes it for binary
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for row in reader:
        rows.append(row)
        if limit and len(rows) >= limit:
            break
    while rows and not any(field.strip() for field in rows[-1]):
        rows.pop()
    return rows


def _is_regular(head: str) -> bool:
    separator = find_separator(head)
    widths = [len(row) for row in _rows(head, separator, _SAMPLE_ROWS)][:-1]
    if len(widths) < 3 or _PROSE.search(head[:2_000]):
        return False
    return min(widths) == max(widths) >= 2


def _table(rows: Sequence[Sequence[str]], first_row: int, width: int) -> Element:
    cells = [
        Cell(row=number, col=col, text=rows[number - 1][col - 1] if col <= len(rows[number - 1]) else "")
        for number in range(1, len(rows) + 1)
        for col in range(1, width + 1)
    ]
    grid = Grid(n_rows=len(rows), n_cols=width, cells=cells)
    cell_range = f"A{first_row}:{column_name(width)}{first_row + len(rows) - 1}"
    return Element(kind=ElementKind.TABLE, text=grid_text(grid), table=grid, locator=Locator(cells=cell_range))


FORMAT = _CsvText()
