"""Tables of open data: one row of exact headings, and a row a fact."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from connectors.forms.contract import Around
from connectors.tables.view import TableView
from schemas.budget import FoundAmount, Subject
from schemas.fiscal import Basis, Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, parse_amount

_HEADING_ROWS = 10
_TOTAL = re.compile(r"(?:총|합|소|누)?계|총\s*합계|합\s*계|소\s*계|총\s*계|[Tt]otal|TOTAL")

LEVELS_DOWN = (
    Level.ORG,
    Level.ACCOUNT,
    Level.FIELD,
    Level.SECTOR,
    Level.PROGRAM,
    Level.ACTIVITY,
    Level.PROJECT,
    Level.SUBPROJECT,
    Level.MOK,
    Level.SEMOK,
)
"""Levels from the widest to the narrowest."""


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a table and the row, from 1, at which its facts begin."""

    names: tuple[str, ...]
    first: int

    def column(self, name: str) -> int | None:
        """The column of a heading, from 1; None if there is none."""
        return self.names.index(name) + 1 if name in self.names else None


@dataclass(frozen=True, slots=True)
class Money:
    """What a column of money says of each of its cells; fields as of `schemas.budget.FoundAmount`."""

    col: int
    unit: Unit
    unit_from: TakenFrom
    stage: Stage
    stage_from: TakenFrom
    stage_no: int = 0
    basis: Basis | None = None
    is_revenue: bool = False
    compared: str | None = None


def find_headings(view: TableView, around: Around, is_heading: Callable[[Sequence[str]], bool]) -> Headings | None:
    """The heading row among the first rows, or that of the table before, of which this one is a later part.

    Readers cut long tables into parts, of which only the first has the headings.

    Args:
        view: the table.
        around: with the part before, if there is one.
        is_heading: whether a row's texts, stripped, are the headings.
    """
    for row in range(1, min(_HEADING_ROWS, view.n_rows) + 1):
        names = _names(view, row)
        if is_heading(names):
            return Headings(names, row + 1)
    before = around.before
    if before is None or not around.is_part:
        return None
    for row in range(1, min(_HEADING_ROWS, before.n_rows) + 1):
        names = _names(before, row)
        if is_heading(names):
            return Headings(names, 1)
    return None


def body_rows(view: TableView, headings: Headings) -> Iterator[int]:
    """The rows with facts in them; blank ones are passed over."""
    for row in range(headings.first, view.n_rows + 1):
        if any(text.strip() for text in view.own_row(row)):
            yield row


def amount_in(
    view: TableView,
    row: int,
    money: Money,
    year: int,
    subject: Subject,
    form: str,
    *,
    period: str | None = None,
    is_undecided: bool = False,
) -> FoundAmount | None:
    """The amount of a cell, or None if its text is none, or if it is but covered by a merged one.

    Args:
        view: the table.
        row: the cell's row.
        money: the cell's column.
        year: fiscal year.
        subject: what it is an amount of.
        form: name of the form.
        period: yyyymm, for what is counted by months.
        is_undecided: whether a printed zero means that nothing was decided yet.
    """
    if view.origin(row, money.col) != (row, money.col):
        return None
    raw = view.own(row, money.col)
    printed = parse_amount(raw, money.unit)
    if printed.state is ValueState.PARSE_FAILED:
        return None
    unit, unit_from = money.unit, money.unit_from
    if printed.is_unit_in_text and printed.unit is not None:
        unit, unit_from = printed.unit, TakenFrom.CELL
    state = printed.state
    if is_undecided and state is ValueState.ZERO_PRINTED:
        state = ValueState.NOT_DECIDED
    has_amount = state in (ValueState.VALUE, ValueState.ZERO_PRINTED)
    return FoundAmount(
        place=view.place(row, money.col),
        raw_text=raw,
        amount_minor=printed.amount_minor if has_amount else None,
        currency=unit.currency,
        value_state=state,
        unit_raw=unit.raw,
        unit_multiplier=unit.multiplier,
        unit_from=unit_from,
        precision_minor=printed.precision_minor if has_amount else 0,
        fiscal_year=year,
        stage=money.stage,
        stage_no=money.stage_no,
        stage_from=money.stage_from,
        period=period,
        basis=money.basis,
        subject=subject,
        is_revenue=money.is_revenue,
        is_total=is_total(subject.name),
        compared=money.compared,
        form=form,
        confidence=1.0,
    )


def subject_of(names: dict[Level, str], codes: dict[Level, str], otherwise: str = "") -> Subject:
    """A subject of the narrowest level that is printed; of level OTHER with the name `otherwise` where none is."""
    printed = [level for level in LEVELS_DOWN if names.get(level) or codes.get(level)]
    if not printed:
        return Subject(Level.OTHER, otherwise)
    lowest = printed[-1]
    return Subject(lowest, names.get(lowest) or codes[lowest], codes.get(lowest), names, codes)


def is_total(name: str) -> bool:
    """Whether a name says that its row is a sum of other rows."""
    return _TOTAL.fullmatch(name.strip()) is not None


def _names(view: TableView, row: int) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in view.own_row(row))
