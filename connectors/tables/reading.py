"""Amounts out of a table whose columns are understood: the cells of money columns, one amount a cell or a line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.forms.contract import Around, Found
from connectors.tables import words
from connectors.tables.columns import Column, Role
from connectors.tables.headings import Headings, bracketed, is_value, stacked
from connectors.tables.labels import is_day, items_of
from connectors.tables.rows import Row, RowReader
from connectors.tables.stacks import names_stages, row_stage, stages_of_pair, unwrapped
from connectors.tables.subjects import NAMELESS, subject_of
from connectors.tables.view import TableView
from schemas.budget import FoundAmount, Subject
from schemas.fiscal import ADJUSTMENT_STAGES, CHANGE_STAGES, Basis, Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, looks_like_amount, parse_amount

_SHARE = re.compile(r"^\(\s*[0-9]{1,3}(?:\.[0-9]+)?\s*[%％]?\s*\)$")
# A share in brackets is printed to a decimal or with its sign; (50) in a column of differences is one that is negative.
_WHOLE = re.compile(r"^\(\s*[0-9]{1,3}\s*\)$")
_DECIMALS = re.compile(r"^[△▲−-]?[0-9]{1,3}\.[0-9]{1,2}$")
_LEAST_WITH_DECIMALS = 10**8
_BRACKET_HEADING = re.compile(r"\[\s*(.+?)\s*\]")
_STATES_WITHOUT_UNIT = frozenset({ValueState.BLANK, ValueState.DASH, ValueState.NOT_DECIDED, ValueState.MASKED})
_EXEC_STAGES = frozenset({Stage.EXEC_YTD, Stage.CURRENT, Stage.EXEC_MONTH, Stage.LAPSED, Stage.CARRYOVER_OUT})
_SPENDING = frozenset({Stage.EXEC_YTD, Stage.EXEC_MONTH, Stage.SETTLED})
_SPENT = _EXEC_STAGES | {Stage.SETTLED}
_SO_FAR = re.compile(r"누\s*계|누\s*적")
# A balance is negative as often as not, and in brackets where it is.
_BALANCE = re.compile(r"수지|적자|과부족|차감")
_PLANNED = re.compile(r"^(?:계획|목표|예정|전망)액?$")
_TAKEN_AWAY = re.compile(r"^감소?액?$")
_DOWN, _UP = re.compile(r"\s*[▼▽]\s*[0-9]"), re.compile(r"\s*[▲△]\s*[0-9]")
_DAY_OF_PAYMENT = re.compile(r"^(?:집행|사용|지출|결제|거래|지급|구매|승인)?(?:일자?|일시|날짜|년월일|연월일)$")
# Only of these a figure in brackets is surely negative: elsewhere brackets part 집행액 from 예산액, or 국비 from 계.
_SIGNED = CHANGE_STAGES | ADJUSTMENT_STAGES
_SUPPLEMENTARY = frozenset({Stage.SUPP_PROPOSAL, Stage.SUPP_ENACTED})
_PROPOSALS = frozenset({Stage.REQUEST, Stage.MOF_REVIEW, Stage.GOV_PROPOSAL, Stage.COMMITTEE, Stage.SUPP_PROPOSAL})


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a whole table where a cell and its headings say nothing.

    Args:
        form: name of the form.
        unit: unit of money and from where it was taken.
        year: fiscal year.
        stage: stage and from where it was taken.
        basis: basis.
        month: month to the end of which execution is counted.
        is_revenue: whether it is money that comes in.
        level: level of labels whose heading names none.
        confidence: 0 to 1.
        keeps_blank: whether a blank cell of a money column is an amount that is blank.
        caption: what the caption says that the table is about, for rows that name nothing.
        has_rates: whether the table prints rates among its money, so that `(46.1)` is one and no negative amount.
        is_execution: whether the texts around the table speak of spending, so that a month's column is what was spent.
        is_dated: whether rows say their years, so that a row without one is of none (a sum or a mean over the years).
        says_spent: whether a column of its own says what was spent, so that 사업비 beside it is not that.
        is_part_of_year: whether the caption speaks of a later quarter or half alone, which is not the year so far.
        known: year → stage that the tables before named for the year, where nothing nearer names one.
        plan_from: first year of the plan that `stage` was taken from; years before it are no plan.
    """

    form: str
    unit: tuple[Unit, TakenFrom] | None
    year: int | None
    stage: tuple[Stage, TakenFrom] | None
    basis: Basis | None = None
    month: int | None = None
    is_revenue: bool = False
    level: Level = Level.OTHER
    confidence: float = 0.9
    keeps_blank: bool = True
    caption: str | None = None
    has_rates: bool = False
    is_execution: bool = False
    is_dated: bool = False
    says_spent: bool = False
    is_part_of_year: bool = False
    known: Mapping[int, Stage] = field(default_factory=dict)
    plan_from: int | None = None


def report_left(found: Found, reason: str, cell: str) -> None:
    """Count a cell that looks like money and gave no amount; the first such cell is the table's reason."""
    found.n_left += 1
    if found.reason is None:
        found.reason, found.detail = reason, cell


@dataclass(slots=True)
class _Left:
    """Why cells gave no amount, with the first cell of each reason."""

    n: int = 0
    first: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, cell: str) -> None:
        self.n += 1
        self.first.setdefault(reason, cell)


def read_amounts(view: TableView, headings: Headings, columns: Sequence[Column], around: Around, terms: Terms) -> Found:
    """The amounts of a table. A cell of which unit, year or stage is not known gives none, and is counted as left."""
    found = Found()
    left = _Left()
    money = [column for column in columns if column.role is Role.MONEY]
    reader = RowReader(view, columns, headings.first_body, around.above)
    says_spent = any(column.stage in _SPENT for column in money)
    terms = replace(terms, is_dated=reader.is_dated, says_spent=says_spent)
    is_register = _is_register(view, headings, columns)
    has_months = False
    # where ▼ is less, ▲ is more and not the sign that it is elsewhere
    has_arrows = any(_DOWN.match(view.own(row, column.number)) for row in view.rows() for column in money)
    for number, row in reader.rows():
        has_months = has_months or row.quarter is not None or (row.month is not None and not row.month.is_end)
        own = [(column, view.own(number, column.number).strip()) for column in money]
        if not any(text for _, text in own) or (row.is_ratio and not _stacks_stages(view, number, row)):
            continue
        for column, text in own:
            if has_months and column.stage is Stage.ENACTED:
                continue  # what was to be spent in each month is no budget
            if is_register and column.stage in _SPENDING:
                if looks_like_amount(text):
                    left.add("stage_unknown", f"{view.place(number, 1).row}행 {column.number}열")
                continue
            if has_arrows and _UP.match(text):
                left.add("unreadable_amount", f"{view.place(number, 1).row}행 {column.number}열")
                continue
            if text or not view.spans(number, column.number):
                _read_cell(view, number, column, text, row, around, terms, found, left)
    found.n_left, found.above = left.n, reader.above
    for reason in ("unit_unknown", "year_unknown", "stage_unknown", "ragged_stack"):
        if reason in left.first and (reason == "ragged_stack" or not found.amounts):
            found.reason, found.detail = reason, left.first[reason]
            break
    return found


def _is_register(view: TableView, headings: Headings, columns: Sequence[Column]) -> bool:
    """Whether each row is one payment of a day, which is neither what was spent in a month nor so far."""
    for column in columns:
        if not column.path or not _DAY_OF_PAYMENT.search(words.folded(column.path[-1])):
            continue
        texts = [view.own(row, column.number) for row in range(headings.first_body, view.n_rows + 1)]
        filled = [text for text in texts if text.strip()]
        if filled and 2 * sum(map(is_day, filled)) >= len(filled):
            return True
    return False


def _read_cell(
    view: TableView,
    number: int,
    column: Column,
    text: str,
    row: Row,
    around: Around,
    terms: Terms,
    found: Found,
    left: _Left,
) -> None:
    lines = stacked(text)
    if terms.has_rates and _SHARE.match(text) and not (column.stage is Stage.CHANGE and _WHOLE.match(text)):
        return
    where = f"{view.place(number, 1).row}행 {column.number}열 「{' '.join(text.split())[:30]}」"
    if terms.has_rates and column.is_vague and _DECIMALS.match(text) and _counts_small(column, row, terms):
        left.add("unreadable_amount", where)
        return
    if row.is_other_money and (column.is_vague or column.stage is Stage.BUDGET):
        return
    items = _items(row)
    pair = stages_of_pair(column.path) if len(lines) == 2 else None
    if pair is not None and is_value(lines[0]) and (inner := unwrapped(lines[1])) is not None and is_value(inner):
        for line, (value, stage) in enumerate(zip((lines[0], inner), pair, strict=True), start=1):
            staged = replace(column, stage=stage, stage_no=0, is_vague=False)
            _add(view, number, staged, value, row, around, terms, found, left, where, line=line)
        return
    second = bracketed(lines[1]) if len(lines) == 2 else None
    if second is not None and is_value(lines[0]) and is_value(second):
        inner = _BRACKET_HEADING.search(" ".join(column.path[-1].split())) if column.path else None
        _add(view, number, column, lines[0], row, around, terms, found, left, where, line=1)
        if inner:
            beside = replace(column, rest=inner.group(1), is_vague=True)
            _add(view, number, beside, second, row, around, terms, found, left, where, line=2)
        else:
            left.add("unreadable_amount", where)
        return
    if len(lines) > 1 and all(is_value(line) for line in lines):
        if len(items) != len(lines):
            left.add("ragged_stack", f"{where}: 값 {len(lines)}개, 이름 {len(items)}개")
            return
        for line, (value, item) in enumerate(zip(lines, items, strict=True), start=1):
            if row_stage(item) is not None:
                own = _row_of_line(row, item)
                _add(view, number, column, value, own, around, terms, found, left, where, line=line)
            elif not words.is_ratio_row(item):
                _add(view, number, column, value, row, around, terms, found, left, where, line=line, item=item)
        return
    if row.is_ratio:
        return
    if len(items) > 1 and len(lines) == 1 and is_value(text) and _stacks_values(view, number):
        left.add("ragged_stack", f"{where}: 값 1개, 이름 {len(items)}개")
        return
    _add(view, number, column, text, row, around, terms, found, left, where)


def _counts_small(column: Column, row: Row, terms: Terms) -> bool:
    """Whether the unit is so small that money has no decimals in it, and `25.1` in a table of rates too is one of those."""
    unit, _ = _unit(column, row, terms)
    return unit is not None and unit.multiplier < _LEAST_WITH_DECIMALS


def _items(row: Row) -> list[str]:
    texts = [text for column, text in row.labels if column.role is Role.LABEL]
    return items_of(texts[-1]) if texts else []


def _row_of_line(row: Row, stage: str) -> Row:
    """The row of one line of a label that stacks the names of stages, which are no names of what the amounts are of."""
    lowest = next((column for column, _ in reversed(row.labels) if column.role is Role.LABEL), None)
    labels = tuple(pair for pair in row.labels if pair[0] is not lowest)
    return replace(row, labels=labels, stage_text=stage)


def _stacks_stages(view: TableView, number: int, row: Row) -> bool:
    """Whether a row that a rate is in stacks it below stages: 예산액, 집행액, 집행률."""
    return row.stage_text is not None and names_stages(row.stage_text) and _stacks_values(view, number)


def _stacks_values(view: TableView, number: int) -> bool:
    """Whether another cell of the row stacks values, so that one value beside several names is too few."""
    for text in view.own_row(number):
        lines = stacked(text)
        if len(lines) > 1 and all(is_value(line) for line in lines):
            return True
    return False


def _add(
    view: TableView,
    number: int,
    column: Column,
    text: str,
    row: Row,
    around: Around,
    terms: Terms,
    found: Found,
    left: _Left,
    where: str,
    line: int | None = None,
    item: str | None = None,
) -> None:
    unit, unit_from = _unit(column, row, terms)
    printed = parse_amount(text, unit)
    looks = looks_like_amount(text)
    if printed.state is ValueState.PARSE_FAILED:
        if looks and unit is None:
            left.add("unit_unknown", where)
        elif looks:
            left.add("unreadable_amount", where)
        return
    if printed.state is ValueState.BLANK and not (terms.keeps_blank and column.stage is not None):
        return
    if (
        printed.unit is None
        and printed.state not in _STATES_WITHOUT_UNIT
        and printed.state is not ValueState.NOT_APPLICABLE
    ):
        left.add("unit_unknown", where)
        return
    year = _year(column, row, terms)
    if year is None:
        left.add("year_unknown", where)
        return
    stage, stage_from = _stage(column, row, terms, year)
    if stage is None:
        left.add("stage_unknown", where)
        return
    lowest = column.path[-1] if column.path else ""
    if stage in CHANGE_STAGES and (printed.amount_minor or 0) > 0 and _TAKEN_AWAY.match(words.folded(lowest)):
        left.add("unreadable_amount", where)  # how much less, printed without the sign that a sum needs
        return
    is_signed = stage in _SIGNED or any(_BALANCE.search(said) for said in (row.stage_text or "", lowest))
    inner = unwrapped(text) if printed.amount_minor is not None and not is_signed else None
    if inner is not None:
        if unwrapped(item or row.stage_text or "") is None:
            left.add("unreadable_amount", where)
            return
        text, printed = inner, parse_amount(inner, unit)
    subject = _subject(column, row, around, terms, item)
    is_whole = subject.name == NAMELESS and bool(column.path) and words.is_total(column.path[-1])
    if is_whole:
        subject = Subject(Level.TOTAL, "합계", None, subject.names, subject.codes)
    found.amounts.append(
        FoundAmount(
            place=view.place(number, column.number, line),
            raw_text=text,
            amount_minor=printed.amount_minor,
            currency=printed.unit.currency if printed.unit else "KRW",
            value_state=printed.state,
            unit_raw=printed.unit.raw if printed.unit else None,
            unit_multiplier=printed.unit.multiplier if printed.unit else None,
            unit_from=TakenFrom.CELL if printed.is_unit_in_text else unit_from,
            precision_minor=printed.precision_minor,
            fiscal_year=year,
            stage=stage,
            stage_no=column.stage_no,
            stage_from=stage_from,
            period=_period(column, row, stage, year, terms),
            basis=column.basis or terms.basis,
            subject=subject,
            is_revenue=terms.is_revenue or column.is_revenue or row.is_revenue,
            is_total=is_whole or (row.is_total and (item is None or words.is_total(item))) or _is_total_item(item),
            compared=column.heading if stage in CHANGE_STAGES else None,
            form=terms.form,
            confidence=terms.confidence,
        )
    )


def _year(column: Column, row: Row, terms: Terms) -> int | None:
    """The year of a cell; 전년도 in a table whose rows say their years is the year before the row's."""
    said = row.year or (None if terms.is_dated or row.is_of_no_one_year else terms.year)
    if row.offset is not None and row.year is None and column.year is None and column.offset is None:
        return None if said is None else said + row.offset
    if column.offset is not None:
        return None if said is None else said + column.offset
    return column.year or said


def _is_total_item(item: str | None) -> bool:
    return item is not None and ("합계" in item or words.is_total(item))


def _unit(column: Column, row: Row, terms: Terms) -> tuple[Unit | None, TakenFrom | None]:
    if column.unit is not None or row.unit is not None:
        return column.unit or row.unit, TakenFrom.CELL
    return terms.unit if terms.unit is not None else (None, None)


def _stage(column: Column, row: Row, terms: Terms, year: int) -> tuple[Stage | None, TakenFrom]:
    """The stage of a cell; what was spent in one month is not what was spent so far, and a quarter is neither."""
    stage, stage_from = _stated_stage(column, row, terms, year)
    if stage is Stage.PLAN and stage_from is TakenFrom.TEXT and terms.plan_from is not None and year < terms.plan_from:
        return Stage.BUDGET, TakenFrom.CELL
    if (
        stage_from is TakenFrom.TEXT
        and terms.year is not None
        and ((year < terms.year and stage in _PROPOSALS) or (year > terms.year and stage in _SPENT))
    ):
        # the text speaks of the proposal of one year; the year before it is there to be compared
        return Stage.BUDGET, TakenFrom.CELL
    if stage is Stage.EXEC_YTD and terms.is_part_of_year and not any(_SO_FAR.search(text) for text in column.path):
        return None, stage_from
    if stage in _SPENDING and column.stage is None and _PLANNED.match(words.folded(row.stage_text or "")):
        return None, stage_from  # a row of plans in a table of what was spent
    month, quarter = column.month or row.month, column.quarter or row.quarter
    if stage in (None, Stage.BUDGET) and month is not None and terms.is_execution:
        return (Stage.EXEC_YTD if month.is_end else Stage.EXEC_MONTH), stage_from
    if stage in (None, Stage.BUDGET) and any(_SO_FAR.search(text) for text in column.path[-1:]):
        return (Stage.EXEC_YTD if terms.is_execution else None), stage_from
    if stage in (None, Stage.BUDGET) and (month is not None or quarter is not None):
        return None, stage_from  # of a month or a quarter, and nothing says what
    if stage is Stage.EXEC_MONTH and column.month is None and any(_SO_FAR.search(text) for text in column.path[-1:]):
        return Stage.EXEC_YTD, stage_from
    if stage is Stage.EXEC_YTD and month is not None and not month.is_end:
        return Stage.EXEC_MONTH, stage_from
    if stage is Stage.EXEC_YTD and month is None and quarter is not None and quarter > 1 and column.stage is None:
        return None, stage_from
    return stage, stage_from


def _stated_stage(column: Column, row: Row, terms: Terms, year: int) -> tuple[Stage | None, TakenFrom]:
    if column.stage is not None and column.stage is not Stage.BUDGET:
        return column.stage, TakenFrom.CELL
    own = row_stage(row.stage_text) if column.stage is None and row.stage_text is not None else None
    # `예산액` in the papers of a supplementary budget is that budget's
    is_of_papers = own is Stage.ENACTED and terms.stage is not None and terms.stage[0] in _SUPPLEMENTARY
    if own is not None and not is_of_papers:
        return own, TakenFrom.CELL
    if (known := terms.known.get(year)) is not None:
        return known, TakenFrom.TEXT
    spent = terms.stage is not None and terms.stage[0] in _SPENT
    if column.stage is Stage.BUDGET and spent and terms.says_spent:
        return column.stage, TakenFrom.CELL
    if terms.stage is not None:
        return terms.stage
    return column.stage, TakenFrom.CELL


def _subject(column: Column, row: Row, around: Around, terms: Terms, item: str | None) -> Subject:
    rest = None if column.stage in _SIGNED else column.rest
    said = ""
    if column.is_vague and row.stage_text is not None and row_stage(row.stage_text) is not None:
        said = words.folded(row.stage_text)
        labels = tuple(pair for pair in row.labels if pair[1] != row.stage_text)
        row = replace(row, labels=labels, is_repeated=False)
    subject = subject_of(row, around.subject, around.org, rest, terms.level, item, terms.caption)
    # all that comes in or goes out has no other name than its stage: 세입결산액
    is_all = subject.name == NAMELESS and said.startswith(("세입", "세출"))
    return replace(subject, level=Level.TOTAL, name=said) if is_all else subject


def _period(column: Column, row: Row, stage: Stage, year: int, terms: Terms) -> str | None:
    if month := column.month or (row.month if stage in _EXEC_STAGES else None):
        return f"{year}{month.number:02d}"
    if quarter := column.quarter or (row.quarter if stage in _EXEC_STAGES else None):
        return f"{year}{quarter * 3:02d}"
    if terms.month is not None and stage in _EXEC_STAGES:
        return f"{year}{terms.month:02d}"
    return None
