"""Which columns are surely money of a budget, and no counts, prices, rates or other people's money."""

import re
from collections.abc import Sequence
from dataclasses import replace

from connectors.forms.contract import Around
from connectors.tables import words, years
from connectors.tables.columns import Column, Role
from connectors.tables.headings import Headings
from connectors.tables.reading import Terms
from connectors.tables.stacks import names_stages
from connectors.tables.surroundings import context_texts, has_budget_sign
from connectors.tables.view import TableView
from schemas.fiscal import CHANGE_STAGES, Stage
from schemas.money import looks_like_amount, parse_amount, parse_unit, units_in

_SPENT = frozenset(
    {
        Stage.EXEC_YTD,
        Stage.EXEC_MONTH,
        Stage.SETTLED,
        Stage.CURRENT,
        Stage.CARRYOVER_OUT,
        Stage.CARRYOVER_IN,
        Stage.LAPSED,
    }
)
_FLOWS = frozenset({"수입", "지출", "수입액"})
# What moves a stock from the end of one year to that of the next.
_MOVE = re.compile(r"^(?:수입|지출|증가|감소|증감|조성|사용|발생|소멸)액?$")
_RATE = re.compile(r"^(?:[%％]p?|％|퍼센트|배)$")


def trusted(
    columns: Sequence[Column], headings: Headings, view: TableView, around: Around, terms: Terms
) -> list[Column]:
    """The columns, those that are not surely money of a budget made to be something else."""
    is_staged = terms.stage is not None or (terms.year is not None and terms.year in terms.known)
    has_row_stages = _rows_name_stages(view, headings, columns)
    has_axis = has_row_stages or any(
        column.role is Role.YEAR
        or (column.role is Role.MONEY and (column.year or column.stage or (column.month and terms.is_execution)))
        for column in columns
    )
    is_budget = (
        has_budget_sign(around)
        or has_row_stages
        or is_staged
        or any(words.has_budget_sign(text) for text in headings.titles)
        or any(column.role is Role.MONEY and column.stage not in (None, Stage.CHANGE) for column in columns)
        or any(words.has_budget_sign(text) for column in columns for text in column.path)
    )
    is_price = any(
        words.is_price(text)
        or words.is_execution_plan(text)
        or (words.is_other_money(text) and not words.has_budget_sign(text))
        for text in (*headings.titles, *_captions(around))
    )
    others = _other_units(view)
    is_mixed = bool(others) and not all(_RATE.match(part) for part in others)
    has_stages = any(
        column.role is Role.MONEY and column.stage is not None and column.stage not in CHANGE_STAGES
        for column in columns
    )
    # what came in and went out beside what was there before is no budget of either
    is_flow = any(column.stage is Stage.CARRYOVER_IN for column in columns)
    is_stock = any(words.is_stock(column.path[-1]) for column in columns if column.path)
    has_row_units = _rows_name_units(view, headings, columns)
    axis = has_axis or has_row_units or is_staged
    has_funding = has_axis and _rows_name_funding(view, headings, columns)
    rates = _columns_of_rates(view, headings, columns)
    columns = _with_unit_beside(columns, view, headings, terms)
    # beside columns of money that say what they are of, nobody knows of one that says nothing
    has_headed = any(column.role is Role.MONEY and column.path for column in columns)
    # beside 예산액 and 집행액 a column 국비 may be of either
    is_spent = terms.stage is not None and terms.stage[0] in _SPENT
    result = []
    for column in columns:
        is_named = column.stage is not None or column.unit is not None
        says = words.folded(column.path[-1]) if column.path else ""
        if column.role is Role.MONEY and not column.path and has_headed:
            result.append(replace(column, role=Role.OTHER))
            continue
        if column.role is Role.MONEY and is_stock and (_MOVE.match(says) or words.is_stock(says)):
            result.append(replace(column, role=Role.OTHER))
            continue
        is_funding = words.is_funding(says) or has_funding
        is_beside = (
            has_stages
            and column.stage is None
            and not words.is_plain_money(column.path[-1] if column.path else "")
            and not (column.path and all(years.only_year(text) for text in column.path))
            and not (column.path and years.is_relative(words.folded(column.path[-1])))
            and not _is_of_time(column)
        )
        if column.role is not Role.MONEY or (is_named and is_budget and column.number not in rates):
            result.append(column)
        elif (
            is_budget
            and (axis or is_funding)
            and column.stage is None
            and not (is_price or is_beside)
            and not (is_mixed and not (column.path and words.is_amount(column.path[-1])))
            and not (is_spent and has_stages and not _is_of_time(column))
            and (terms.unit is not None or has_row_units or _cells_name_units(view, headings, column) or is_funding)
            and not (is_flow and says in _FLOWS)
        ):
            result.append(_with_stage(column, terms, has_row_stages) if axis else column)
        else:
            result.append(replace(column, role=Role.OTHER))
    return result


def untrusted_cells(before: Sequence[Column], after: Sequence[Column], view: TableView, headings: Headings) -> int:
    """Cells with figures in the columns that looked like money and are not trusted to be."""
    kept = {column.number for column in after if column.role is Role.MONEY}
    lost = [column.number for column in before if column.role is Role.MONEY and column.number not in kept]
    rows = range(headings.first_body, view.n_rows + 1)
    return sum(looks_like_amount(view.own(row, col)) for row in rows for col in lost)


def _with_unit_beside(columns: Sequence[Column], view: TableView, headings: Headings, terms: Terms) -> Sequence[Column]:
    """In a table without a unit `예산액(천원)` says it of 전년도 and 증감 too, which are there to be compared with it."""
    money = [column for column in columns if column.role is Role.MONEY]
    units = {column.unit for column in money if column.unit is not None}
    if terms.unit is not None or len(units) != 1:
        return columns
    has_decimals = any(_has_decimals(view, headings, column.number) for column in money if column.unit is not None)
    unit = units.pop()
    return [
        replace(column, unit=unit)
        if column.role is Role.MONEY
        and column.unit is None
        and (column.stage is Stage.CHANGE or (column.path and years.is_relative(words.folded(column.path[-1]))))
        and (has_decimals or not _has_decimals(view, headings, column.number))
        else column
        for column in columns
    ]


def _is_of_time(column: Column) -> bool:
    """Whether a column is of a month or a quarter, or of those so far."""
    is_so_far = bool(column.path) and re.search(r"누계|누적", words.folded(column.path[-1])) is not None
    return is_so_far or column.month is not None or column.quarter is not None


def _with_stage(column: Column, terms: Terms, has_row_stages: bool) -> Column:
    """Money by years whose stage nobody names is a budget of which no more is known."""
    if column.stage is None and terms.stage is None and not has_row_stages:
        return replace(column, stage=Stage.BUDGET)
    return column


def _rows_name_stages(view: TableView, headings: Headings, columns: Sequence[Column]) -> bool:
    labels = [column.number for column in columns if column.role is Role.LABEL][:2]
    last = min(view.n_rows, headings.first_body + 30)
    return any(
        names_stages(view.own(row, col))
        for row in range(headings.first_body, last + 1)
        for col in labels
        if view.own(row, col).strip()
    )


def _captions(around: Around) -> list[str]:
    """The nearest texts that are captions and no sentences."""
    return [text for text in context_texts(around) if len(text) <= 40 and not text.endswith(("다.", "다"))][:2]


def _other_units(view: TableView) -> list[str]:
    """What the table's unit names beside money, so that a column of which nothing else is known could be either."""
    parts = [part.strip() for part in re.split(r"[,/·、]|\s및\s", view.grid.unit or "") if part.strip()]
    return [part for part in parts if parse_unit(part) is None]


def prints_rates(view: TableView) -> bool:
    """Whether the table's unit names rates beside money: (단위: 조원, %)."""
    return any(_RATE.match(part) for part in _other_units(view))


def _columns_of_rates(view: TableView, headings: Headings, columns: Sequence[Column]) -> frozenset[int]:
    """Columns of differences that print rates: decimals, in a table that names `%` and has no decimals elsewhere."""
    if not prints_rates(view):
        return frozenset()
    money = [column for column in columns if column.role is Role.MONEY]
    if any(_has_decimals(view, headings, other.number) for other in money if other.stage is not Stage.CHANGE):
        return frozenset()
    changes = (column.number for column in money if column.stage is Stage.CHANGE)
    return frozenset(number for number in changes if _has_decimals(view, headings, number))


def _has_decimals(view: TableView, headings: Headings, col: int) -> bool:
    texts = (
        view.own(row, col).strip() for row in range(headings.first_body, min(view.n_rows, headings.first_body + 50) + 1)
    )
    return any(re.search(r"^[^(]*[0-9]\.[0-9]", text) for text in texts)


def _cells_name_units(view: TableView, headings: Headings, column: Column) -> bool:
    """Whether the cells of a column that is headed as money, or by a year, say their units themselves: 1,200,000원."""
    if not column.path or not (words.is_plain_money(column.path[-1]) or years.only_year(column.path[-1])):
        return False
    last = min(view.n_rows, headings.first_body + 50)
    texts = [view.own(row, column.number).strip() for row in range(headings.first_body, last + 1)]
    return any(texts) and all(parse_amount(text).is_unit_in_text or not looks_like_amount(text) for text in texts)


def _rows_name_funding(view: TableView, headings: Headings, columns: Sequence[Column]) -> bool:
    """Whether rows say who pays, so that the table is of money whether or not a unit is printed."""
    labels = [column.number for column in columns if column.role is Role.LABEL][:2]
    last = min(view.n_rows, headings.first_body + 30)
    return any(words.is_funding(view.own(row, col)) for row in range(headings.first_body, last + 1) for col in labels)


def _rows_name_units(view: TableView, headings: Headings, columns: Sequence[Column]) -> bool:
    labels = [column.number for column in columns if column.role is Role.LABEL][:2]
    last = min(view.n_rows, headings.first_body + 30)
    texts = (view.own(row, col).strip() for row in range(headings.first_body, last + 1) for col in labels)
    return any(text and (parse_unit(text) is not None or units_in(text)) for text in texts)
