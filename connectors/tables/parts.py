"""Several tables in one grid: a sheet where another table's headings follow the rows of one, or stand beside its own."""

from collections.abc import Sequence

from connectors.tables import words, years
from connectors.tables.columns import Column, Role
from connectors.tables.headings import Headings, is_stack, is_value
from connectors.tables.view import TableView

_MAX_PARTS = 200
_MAX_HEADING = 40
_LEAST_HEADS = 2


def divided(view: TableView, headings: Headings, columns: Sequence[Column]) -> list[TableView]:
    """The tables that a grid holds one below the other or side by side; the view itself where it holds but one."""
    beside = _side_by_side(view, columns)
    if len(beside) > 1:
        return beside
    money = [column for column in columns if column.role is Role.MONEY]
    starts = [1]
    row = headings.first_body + 1
    while money and row <= view.n_rows:
        if _is_heading(view, row, money):
            starts.append(_first_title(view, row, headings.first_body))
            if len(starts) > _MAX_PARTS:
                return [view]
            row += 1
            while row <= view.n_rows and not _has_values(view, row):
                row += 1
        row += 1
    if len(starts) == 1:
        return [view]
    ends = [start - 1 for start in starts[1:]] + [view.n_rows]
    return [view.part(start, end) for start, end in zip(starts, ends, strict=True)]


def _side_by_side(view: TableView, columns: Sequence[Column]) -> list[TableView]:
    """Tables beside each other: behind money the heading of the first column of labels stands once more (과목, 과목)."""
    first = columns[0] if columns else None
    if first is None or first.role is not Role.LABEL or not first.path:
        return [view]
    name = words.folded(first.path[-1])
    roles = [column.role for column in columns]
    starts = [1]
    for column in columns[1:]:
        is_again = column.role is Role.LABEL and bool(column.path) and words.folded(column.path[-1]) == name
        between = roles[starts[-1] - 1 : column.number - 1]
        if name and is_again and Role.MONEY in between and Role.MONEY in roles[column.number :]:
            starts.append(column.number)
    if len(starts) == 1 or len(starts) > _MAX_PARTS:
        return [view]
    ends = [start - 1 for start in starts[1:]] + [view.n_cols]
    return [view.part(1, view.n_rows, start, end) for start, end in zip(starts, ends, strict=True)]


def _is_heading(view: TableView, row: int, money: Sequence[Column]) -> bool:
    texts = [(column, view.own(row, column.number).strip()) for column in money]
    texts = [(column, text) for column, text in texts if text]
    if not texts:
        return False
    if len(texts) == 1 and len(money) == 1:
        column, text = texts[0]
        return bool(column.path) and words.folded(text) == words.folded(column.path[-1]) and not is_value(text)
    found = [years.only_year(text) for _, text in texts]
    if len(texts) >= _LEAST_HEADS and all(year is not None for year in found):
        return len(set(found)) == len(found) and (
            found == sorted(found, key=int_of) or found[::-1] == sorted(found, key=int_of)
        )
    if any(is_value(text) and years.only_year(text) is None for _, text in texts):
        return False
    heads = sum(_names_column(text) for _, text in texts)
    return heads >= _LEAST_HEADS and 2 * heads >= len(money)


def int_of(year: int | None) -> int:
    """A year as a number to sort by."""
    return year or 0


def _names_column(text: str) -> bool:
    if len(text) > _MAX_HEADING:
        return False
    return words.stage_of(text) is not None or years.year_in(text) is not None or words.is_plain_money(text)


def _first_title(view: TableView, row: int, above: int) -> int:
    """The first of the rows of one text, or none, that stand right above headings."""
    first = row
    while first - 1 > above and sum(bool(text.strip()) for text in view.own_row(first - 1)) <= 1:
        first -= 1
    return first


def _has_values(view: TableView, row: int) -> bool:
    return any(
        (is_value(text) or is_stack(text)) and years.only_year(text) is None for text in view.own_row(row)[1:] if text
    )
