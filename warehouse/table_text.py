"""A table as text that can be found: its header rows, the unit and one line a row, with the row's place in the sheet.

Cells stand between ` | ` under the header, which every part repeats: on tables of projects and years this found its row
as well as `머리: 값` pairs did, in half the passages. Pairs are kept for wide tables of text, whose header alone would
fill a passage, and for rows too long to stay whole.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from schemas.elements import Cell, Grid
from schemas.provenance import Locator

MAX_HEADER_ROWS = 5
_MAX_LABEL = 40
_MAX_TITLE = 120
_MAX_HEADER = 300
_LEAST_LETTERS = 0.12
_LEAST_LENGTH = 300

_NUMBER = re.compile(r"[△▲\-+(]?\s*\d[\d,.\s]*(?:%|원|천원|백만원|억원)?\s*\)?")
_YEAR = re.compile(r"(?:(?:19|20)\d\d|[‘'’]\d\d)\s*\.?\s*(?:년도?)?")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


class Row(NamedTuple):
    """A line of a table's text: the row it comes from (from 1), and its cells in their own lines, each with its label."""

    number: int
    text: str
    pairs: tuple[str, ...]


class TableText(NamedTuple):
    """A table ready to be cut: what every part repeats, and the rows in order."""

    preamble: str
    rows: list[Row]
    is_numeric: bool


def write_table(grid: Grid, caption: str | None = None) -> TableText:
    """The text of a table; empty rows are left out.

    Args:
        grid: the table.
        caption: a caption that stands above it, repeated in every part.
    """
    filled, printed, starting = _spread(grid)
    titles, headers = _find_header(filled, starting, grid)
    is_form = _is_form(starting, headers)
    if is_form:
        headers = []
    head = [*titles, *headers]
    body = [number for number in range(1, grid.n_rows + 1) if number not in head and any(filled[number - 1])]
    is_numeric = is_mostly_digits("".join(text for number in body for text in printed[number - 1]))
    lines = [caption or "", *(" ".join(" ".join(printed[number - 1]).split()) for number in titles)]
    if grid.unit and not any(grid.unit in line for line in lines):
        lines.append(f"(단위: {grid.unit})")
    labels = _labels(filled, headers, grid.n_cols)
    one_line = _bar(labels)
    rows = [_write_row(number, printed[number - 1], labels, is_form=is_form) for number in body]
    if len(one_line) <= _MAX_HEADER:
        lines.append(one_line)
    elif is_numeric or not body:
        lines += [_bar(printed[number - 1]) for number in headers]
    else:
        names = tuple(label for label in labels if label)
        paired = [Row(row.number, ", ".join(" ".join(pair.split()) for pair in row.pairs), row.pairs) for row in rows]
        rows = [Row(headers[0], " | ".join(names), names), *paired]
    return TableText("\n".join(line for line in lines if line), rows, is_numeric)


def is_mostly_digits(text: str) -> bool:
    """Whether a text is so long and so poor in letters that a dense vector of it would say nothing."""
    solid = "".join(text.split())
    letters = sum(character.isalpha() for character in solid)
    return len(solid) >= _LEAST_LENGTH and letters < _LEAST_LETTERS * len(solid)


def cell_lines(text: str) -> list[str]:
    """The lines of a cell that hold anything, with single spaces."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def rows_locator(locator: Locator, grid: Grid, first: int, last: int) -> Locator:
    """The place of rows `first` to `last`: their own cell range where the table has one that fits its grid."""
    found = _RANGE.fullmatch(locator.cells or "")
    if found is None or found[3] is None:
        return locator
    left, top, right, bottom = found[1], int(found[2]), found[3], int(found[4])
    if bottom - top + 1 != grid.n_rows:
        return locator
    return locator.model_copy(update={"cells": f"{left}{top + first - 1}:{right}{top + last - 1}"})


def _spread(grid: Grid) -> tuple[list[list[str]], list[list[str]], list[list[Cell]]]:
    """The grid thrice: merged cells wherever they reach, in their upper left only, and the cells by starting row."""
    filled = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    printed = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    starting: list[list[Cell]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        text, lines = " ".join(cell.text.split()), cell_lines(cell.text)
        starting[cell.row - 1].append(cell)
        for row in range(cell.row - 1, min(cell.row - 1 + cell.row_span, grid.n_rows)):
            # A label that spans rows belongs to each of them; text that spans columns is said once a row.
            printed[row][cell.col - 1] = "\n".join(lines)
            for col in range(cell.col - 1, min(cell.col - 1 + cell.col_span, grid.n_cols)):
                filled[row][col] = text
    return filled, printed, starting


def _find_header(filled: list[list[str]], starting: list[list[Cell]], grid: Grid) -> tuple[list[int], list[int]]:
    """Numbers of the title rows above a header (one cell each) and of the header's own; at least one row stays body.

    The first column tells how deep a header is: its cell spans the header's rows, or is blank below the first.
    """
    last = min(MAX_HEADER_ROWS, grid.n_rows - 1)
    titles: list[int] = []
    number = 1
    while number <= last and len(cells := _written(starting[number - 1])) < 2 and grid.n_cols > 1:
        if cells and (not _is_labels(cells, _MAX_TITLE) or (cells[0].col > 1 and _continues(number, filled, starting))):
            break
        titles += [number] if cells else []
        number += 1
    if number > last or not _is_labels(_written(starting[number - 1]), _MAX_LABEL):
        return titles, []
    corner = next((cell for cell in starting[number - 1] if cell.col == 1), None)
    deep = list(range(number, number + (corner.row_span if corner else 1)))
    if len(deep) > 1:
        is_header = deep[-1] <= last and all(_is_labels(starting[row - 1], _MAX_LABEL) for row in deep)
        return titles, deep if is_header else [number]
    while deep[-1] < last and _continues(deep[-1], filled, starting):
        deep.append(deep[-1] + 1)
    return titles, deep


def _continues(number: int, filled: list[list[str]], starting: list[list[Cell]]) -> bool:
    """Whether the row below header row `number` divides it further: blank in front, and labels where it has room."""
    below = _written(starting[number])
    if not below or filled[number][0] or not _is_labels(below, _MAX_LABEL):
        return False
    wide = {cell.col + step for cell in starting[number - 1] if cell.col_span > 1 for step in range(cell.col_span)}
    return any(cell.col in wide or not filled[number - 1][cell.col - 1] for cell in below)


def _is_form(starting: list[list[Cell]], headers: list[int]) -> bool:
    """Whether most rows are merged in their own way: labels beside fields, where no row is the header of the others."""
    spans = {(cell.col, cell.col_span) for number in headers for cell in starting[number - 1]}
    body = [cells for number, cells in enumerate(starting, start=1) if number not in headers and _written(cells)]
    odd = sum(any(cell.col_span > 1 and (cell.col, cell.col_span) not in spans for cell in cells) for cells in body)
    return odd * 2 > len(body)


def _written(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.text.strip()]


def _is_labels(cells: Sequence[Cell], longest: int) -> bool:
    texts = [" ".join(cell.text.split()) for cell in cells]
    numbers = [text for text in texts if _NUMBER.fullmatch(text) and not _YEAR.fullmatch(text)]
    return not numbers and all(len(text) <= longest for text in texts)


def _labels(filled: list[list[str]], headers: list[int], n_cols: int) -> list[str]:
    labels = []
    for col in range(n_cols):
        parts: list[str] = []
        for number in headers:
            text = filled[number - 1][col]
            if not text and number != headers[-1] and filled[headers[-1] - 1][col]:
                # A header cell that was merged on paper often comes with blanks to its right.
                text = next((filled[number - 1][left] for left in range(col, -1, -1) if filled[number - 1][left]), "")
            if text and text not in parts:
                parts.append(text)
        labels.append(" ".join(parts))
    return labels


def _write_row(number: int, printed: list[str], labels: list[str], *, is_form: bool) -> Row:
    pairs = [f"{label}: {value}" if label else value for label, value in zip(labels, printed, strict=True) if value]
    return Row(number, _bar(pairs if is_form else printed), tuple(pairs))


def _bar(cells: Sequence[str]) -> str:
    return " | ".join(" ".join(cell.split()) for cell in cells).rstrip(" |")
