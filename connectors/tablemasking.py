"""Identifiers in tables: a column's header or a row's label says what thirteen digits are; halves stand in two cells.

Amounts fill tables, so what a label does not name is masked only where figures could hardly come out so.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from schemas.elements import Cell, Grid
from schemas.masking import (
    has_valid_checksum,
    identifier_spans,
    is_amount_label,
    is_birth_date,
    is_identifier_label,
    mask_spans,
)

_DIGITS = 13
_DATE_DIGITS = 6
_MAX_LABEL = 40
_MAX_LABEL_ROWS = 200
_HEADER_ROWS = 5
_LETTER = re.compile(r"[가-힣A-Za-z]")
_PIECE = re.compile(r"\s*[-–—]?\s*\d{1,12}\s*[-–—]?\s*|\s*[-–—]\s*")
_YEAR = re.compile(r"['’(]?(?:19|20)?\d{2}(?:\.0)?\)?")
_COLUMN_OF_FIGURES = re.compile(r"\d{4}|년|코드|code", re.IGNORECASE)
_DATE_HALF = re.compile(r"\s*\d{6}\s*[-–—]?\s*")
_PURE_LABEL = re.compile(
    r"[^가-힣]*(?:[가-힣]{2,5}[^가-힣]*)?(?:주민(?:등록)?번호|외국인(?:등록)?번호|등록번호)[^가-힣]*(?:\(.*\))?[^가-힣]*"
)
_LABEL_FOR_EVIDENCE = "주민등록번호"
_MIN_EVIDENCE_ROWS = 3
_CHECKSUM_SHARE = 0.6
_TOKEN = re.compile(r"\d+")
# wider than what masking takes for digits, which is asked again
_MANY_DIGITS = re.compile(r"(?:[^\d²³¹⁰-₉①-⓿❶-❿]*+[\d²³¹⁰-₉①-⓿❶-❿]){13}")
_MAYBE_DATE = re.compile(r"\s*\d{6}")
_COLUMN = attrgetter("col")
_TAIL = re.compile(r"[1-8]\d{6}")


@dataclass(frozen=True, slots=True)
class _Table:
    """A grid with its rows in order, the labels over its columns, and the label cells that reach into each row."""

    rows: dict[int, list[Cell]]
    headers: dict[int, str]
    labels: dict[int, list[Cell]]


def mask_grid(grid: Grid) -> tuple[Grid, int]:
    """Mask the registration numbers in the cells of a table, and in halves that stand in two cells of a row or column.

    Returns:
        The grid (the same one if nothing was masked) and the count of numbers masked.
    """
    rows = _rows_of(grid)
    is_long = any([len(cell.text) >= _DIGITS and _MANY_DIGITS.match(cell.text) is not None for cell in grid.cells])
    sequences = [(row, pieces) for row, cells in rows.items() for pieces in _sequences(cells) if _may_cross(pieces)]
    halves = _halves_upright(rows)
    # Labels cost more than all the rest, and there is seldom anything that they could be a label of.
    if not is_long and not sequences and not halves:
        return grid, 0
    table = _read_table(grid, rows)
    spans: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    n_masked = _mask_long(table, spans) if is_long else 0
    if sequences:
        split_columns = _columns_of_halves(table)
        for row, pieces in sequences:
            n_masked += _mask_sequence(table, row, pieces, split_columns, spans)
    n_masked += _mask_upright(table, halves, spans)
    if not n_masked:
        return grid, 0
    return grid.model_copy(update={"cells": [_masked(cell, spans) for cell in grid.cells]}), n_masked


def _rows_of(grid: Grid) -> dict[int, list[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        if cell.row in rows:
            rows[cell.row].append(cell)
        else:
            rows[cell.row] = [cell]
    for cells in rows.values():
        cells.sort(key=_COLUMN)
    return dict(sorted(rows.items()))


def _mask_long(table: _Table, spans: dict[tuple[int, int], list[tuple[int, int]]]) -> int:
    """Numbers that stand in one cell."""
    n_masked = 0
    full_columns = _columns_of_identifiers(table)
    for row, cells in table.rows.items():
        for cell in cells:
            if len(cell.text) < _DIGITS or _n_digits(cell.text) < _DIGITS:
                continue
            context = _LABEL_FOR_EVIDENCE if cell.col in full_columns else _context(table, row, cell.col)
            found = identifier_spans(cell.text, context=context)
            spans[cell.row, cell.col].extend(found)
            n_masked += len(found)
    return n_masked


def _read_table(grid: Grid, rows: dict[int, list[Cell]]) -> _Table:
    labels: dict[int, list[Cell]] = defaultdict(list)
    for cell in grid.cells:
        if _is_label(cell.text):
            for row in range(cell.row, cell.row + min(cell.row_span, _MAX_LABEL_ROWS)):
                labels[row].append(cell)
    for cells in labels.values():
        cells.sort(key=_COLUMN)
    return _Table(rows, _headers(rows, grid.n_cols), labels)


def _headers(rows: dict[int, list[Cell]], n_cols: int) -> dict[int, str]:
    headers: dict[int, list[str]] = defaultdict(list)
    for row in sorted(rows)[:_HEADER_ROWS]:
        if any(_is_figure(cell.text) for cell in rows[row]):
            break
        for cell in rows[row]:
            # a title over the whole table is no header of a column
            if cell.text.strip() and len(cell.text) <= _MAX_LABEL and not cell.col_span >= n_cols > 1:
                for col in range(cell.col, cell.col + cell.col_span):
                    headers[col].append(cell.text)
    return {col: " ".join(texts) for col, texts in headers.items()}


def _context(table: _Table, row: int, col: int) -> str:
    left = next((cell.text for cell in reversed(table.labels.get(row, [])) if cell.col < col), "")
    above = next((cell.text for cell in table.labels.get(row - 1, []) if cell.col == col), "")
    for label in (left, above):
        if _PURE_LABEL.fullmatch("".join(label.split())):
            return label
    header = table.headers.get(col, "")
    if is_identifier_label(header):
        return header
    return "" if is_amount_label(header) else f"{header} {above} {left}"


def _sequences(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Stretches of neighbouring cells that hold a few digits each."""
    if not _MANY_DIGITS.match("\t".join([cell.text for cell in cells])):
        return
    is_piece = [_PIECE.fullmatch(cell.text) is not None for cell in cells]
    start = 0
    while start < len(cells):
        end = start
        while end < len(cells) and is_piece[end]:
            end += 1
        if end - start >= 2:
            yield list(cells[start:end])
        start = end + 1


def _may_cross(pieces: Sequence[Cell]) -> bool:
    """Whether figures of neighbouring cells come to thirteen digits that begin with a date, whatever their label."""
    joined = "\t".join([cell.text for cell in pieces])
    tokens = _TOKEN.findall(joined)
    for first in range(len(tokens)):
        digits = ""
        for token in tokens[first:]:
            digits += token
            if len(digits) >= _DIGITS:
                break
        if len(digits) < _DIGITS:
            return False
        # What other scripts' digits come to is for the masking to say.
        if len(digits) == _DIGITS and (not digits.isascii() or is_birth_date(digits[:6])):
            return True
    return False


def _mask_sequence(
    table: _Table,
    row: int,
    pieces: list[Cell],
    split_columns: set[int],
    spans: dict[tuple[int, int], list[tuple[int, int]]],
) -> int:
    label = _context(table, row, pieces[0].col)
    if not is_identifier_label(label) and not any(_DATE_HALF.fullmatch(cell.text) for cell in pieces):
        return 0
    found = _crossing(pieces, label)
    if not found:
        # without a label, only a date half and a tail half side by side
        for first, second in pairwise(pieces):
            if _are_halves_by_evidence(table, first, second, split_columns):
                found.extend(_crossing([first, second], _LABEL_FOR_EVIDENCE))
    for cell, span in (part for parts in found for part in parts):
        spans[cell.row, cell.col].append(span)
    return len(found)


def _crossing(pieces: Sequence[Cell], context: str) -> list[list[tuple[Cell, tuple[int, int]]]]:
    """Numbers that run over several cells, each as the cells' parts."""
    joined = "\t".join(cell.text for cell in pieces)
    numbers: list[list[tuple[Cell, tuple[int, int]]]] = []
    for start, end in identifier_spans(joined, context=context):
        parts: list[tuple[Cell, tuple[int, int]]] = []
        offset = 0
        for cell in pieces:
            low, high = max(start, offset), min(end, offset + len(cell.text))
            if low < high:
                parts.append((cell, (low - offset, high - offset)))
            offset += len(cell.text) + 1
        if len(parts) > 1:
            numbers.append(parts)
    return numbers


def _are_halves_by_evidence(table: _Table, first: Cell, second: Cell, split_columns: set[int]) -> bool:
    date, tail = first.text.strip(), second.text.strip()
    if not (is_birth_date(date) and _TAIL.fullmatch(tail)):
        return False
    if first.col in split_columns:
        return True
    headers = f"{table.headers.get(first.col, '')} {table.headers.get(second.col, '')}"
    if is_amount_label(headers) or _COLUMN_OF_FIGURES.search(headers) or not has_valid_checksum(date + tail):
        return False
    return sum(_has_digit(cell.text) for cell in table.rows[first.row]) == 2


def _columns_of_halves(table: _Table) -> set[int]:
    """Columns whose every figure is a date half beside a tail half, with more valid checksums than chance gives."""
    pairs: dict[int, list[bool | None]] = defaultdict(list)
    for cells in table.rows.values():
        for first, second in pairwise(cells):
            date, tail = first.text.strip(), second.text.strip()
            if not date.isdigit():
                continue
            is_pair = is_birth_date(date) and _TAIL.fullmatch(tail)
            pairs[first.col].append(has_valid_checksum(date + tail) if is_pair else None)
    return {col for col, checks in pairs.items() if _is_beyond_chance(checks)}


def _columns_of_identifiers(table: _Table) -> set[int]:
    """Columns whose every figure is thirteen digits like a registration number, most with a valid checksum."""
    columns: dict[int, list[bool | None]] = defaultdict(list)
    for cells in table.rows.values():
        for cell in cells:
            text = cell.text.strip()
            if not text.isdigit():
                continue
            is_number = len(text) == 13 and text.isascii() and is_birth_date(text[:6])
            columns[cell.col].append(has_valid_checksum(text) if is_number else None)
    return {
        col
        for col, checks in columns.items()
        if _is_beyond_chance(checks) and not is_amount_label(table.headers.get(col, ""))
    }


def _is_beyond_chance(checks: Sequence[bool | None]) -> bool:
    if len(checks) < _MIN_EVIDENCE_ROWS or None in checks:
        return False
    return sum(bool(check) for check in checks) >= _CHECKSUM_SHARE * len(checks)


def _halves_upright(rows: dict[int, list[Cell]]) -> list[tuple[Cell, Cell]]:
    """Cells with a date half, each with the cell below it if that holds a piece."""
    halves: list[tuple[Cell, Cell]] = []
    if not any([_MAYBE_DATE.match(cell.text) is not None for cells in rows.values() for cell in cells]):
        return halves
    above: dict[int, Cell] = {}
    for cells in rows.values():
        for cell in cells:
            first = above.get(cell.col)
            above[cell.col] = cell
            if first is None or len(first.text) < _DATE_DIGITS or not cell.text:
                continue
            if is_birth_date(first.text.strip().rstrip("-–—").strip()) and _PIECE.fullmatch(cell.text):
                halves.append((first, cell))
    return halves


def _mask_upright(
    table: _Table, halves: Sequence[tuple[Cell, Cell]], spans: dict[tuple[int, int], list[tuple[int, int]]]
) -> int:
    """Halves one above the other, under a label only."""
    count = 0
    for first, cell in halves:
        if spans.get((cell.row, cell.col)):
            continue
        crossing = _crossing([first, cell], _LABEL_FOR_EVIDENCE)
        if crossing and any(is_identifier_label(_context(table, at.row, at.col)) for at in (first, cell)):
            for parts in crossing:
                count += 1
                for part, span in parts:
                    spans[part.row, part.col].append(span)
    return count


def _masked(cell: Cell, spans: dict[tuple[int, int], list[tuple[int, int]]]) -> Cell:
    found = spans.get((cell.row, cell.col))
    return cell.model_copy(update={"text": mask_spans(cell.text, sorted(found))}) if found else cell


def _is_label(text: str) -> bool:
    return 0 < len(text.strip()) <= _MAX_LABEL and _LETTER.search(text) is not None


def _is_figure(text: str) -> bool:
    return _has_digit(text) and not _LETTER.search(text) and not _YEAR.fullmatch(text.strip())


def _n_digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)
