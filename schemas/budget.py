"""What forms find in a document: amounts with their cells, adjustments, indicators, and tables that nobody understood.

Plain dataclasses, since a yearbook holds a hundred thousand of them; `schemas/records` says how they are kept.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas.elements import Element
from schemas.fiscal import AdjustmentKind, Basis, Level, Stage, TakenFrom, ValueState
from schemas.identity import make_id


@dataclass(frozen=True, slots=True)
class Subject:
    """What an amount is an amount of, as printed.

    `name` and `code` are those of the lowest level that is printed; `names` and `codes` have every level that the row, the
    column, the headings or the document's code block state.
    """

    level: Level
    name: str
    code: str | None = None
    names: Mapping[Level, str] = field(default_factory=dict)
    codes: Mapping[Level, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """The cell of an amount.

    Args:
        ordinal: the table's element in reading order, from 0.
        table: number of the table in its document, from 1.
        row: row of the grid, from 1; `col` likewise.
        line: which of several values stacked in the cell, from 1; None where it holds one.
        page: page, from 1, where the format has pages.
        sheet: sheet of a workbook.
        sheet_row: row in the sheet or file, where the table is a range of one; `sheet_col` likewise.
    """

    ordinal: int
    table: int
    row: int
    col: int
    line: int | None = None
    page: int | None = None
    sheet: str | None = None
    sheet_row: int | None = None
    sheet_col: int | None = None


@dataclass(frozen=True, slots=True)
class FoundAmount:
    """An amount as one cell (or one line of a cell) prints it, with what it says and from where that was taken.

    Args:
        place: the cell.
        raw_text: as printed, sign and unit included.
        amount_minor: in the currency's minor unit, exact (won for KRW); None unless `value_state` is VALUE or ZERO_PRINTED.
        currency: ISO 4217.
        value_state: what the cell says.
        unit_raw: the unit as printed or declared; None for a state without an amount in a table without a unit.
        unit_multiplier: minor units in one printed unit.
        unit_from: from where the unit was taken.
        precision_minor: half of the least printed step, in minor units.
        fiscal_year: the year that it is of.
        stage: at which point of the budget's life.
        stage_no: number of the supplementary budget or of the review, 0 where none is printed.
        stage_from: from where the stage was taken.
        period: yyyymm to the end of which (EXEC_YTD), or in which (EXEC_MONTH) it was counted; None for a whole year.
        basis: 총지출, 총계…; None where nothing says so.
        subject: what it is an amount of.
        is_revenue: whether it is money that comes in.
        is_total: whether the row or column is a sum of others of the same table.
        compared: what a CHANGE is a difference of, as printed.
        form: name of the form that found it.
        confidence: 0 to 1; 1 only where a form knows each column.
    """

    place: Place
    raw_text: str
    amount_minor: int | None
    currency: str
    value_state: ValueState
    unit_raw: str | None
    unit_multiplier: int | None
    unit_from: TakenFrom | None
    precision_minor: int
    fiscal_year: int
    stage: Stage
    stage_no: int
    stage_from: TakenFrom
    period: str | None
    basis: Basis | None
    subject: Subject
    is_revenue: bool
    is_total: bool
    compared: str | None
    form: str
    confidence: float


@dataclass(frozen=True, slots=True)
class FoundAdjustment:
    """A transfer of money within a budget: a row of an 이·전용 table. Its amount is among the amounts, at `place`.

    Args:
        place: the cell of the amount.
        kind: what kind of transfer it is; moving between 세목 is no 전용.
        kind_raw: the kind as printed.
        on: the day as ISO 8601, where it is printed.
        fiscal_year: the year.
        from_project: name and code of the project that gives; `to_project` of the one that takes.
        from_item: code of items (목-세목) that gives; `to_item` of the one that takes.
        reason: as printed.
    """

    place: Place
    kind: AdjustmentKind
    kind_raw: str
    on: str | None
    fiscal_year: int
    from_project: tuple[str | None, str | None]
    from_item: str | None
    to_project: tuple[str | None, str | None]
    to_item: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class FoundIndicator:
    """A performance indicator's target or result of a year, as one cell prints it.

    `measure` is `target`, `actual` or `rate` (달성률, %); `value` is the number as plain decimal text, None where the cell
    holds none.
    """

    place: Place
    raw_text: str
    value: str | None
    measure: str
    fiscal_year: int
    name: str
    unit: str | None
    method: str | None
    weight: str | None
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class TableVerdict:
    """What became of one table.

    Args:
        ordinal: its element.
        table: its number in the document, from 1.
        shape_id: id of its headings: tables of the same shape share the answers that people give.
        form: the form that read it; None where none did.
        outcome: `records`, `no_money` (nothing in it looks like money), `question` (a person can say what is missing) or
            `quarantined` (money that cannot be trusted).
        reason: a code of `TABLE_REASONS`, for a question or a quarantine.
        detail: what is missing, in Korean, with the cell that raised it; never more than a line.
        proposals: values that a person may choose from, such as `unit=백만원`; empty where nothing can be proposed.
        n_amounts: amounts found in it.
        n_left: cells that look like money and gave no amount.
    """

    ordinal: int
    table: int
    shape_id: str
    form: str | None
    outcome: str
    reason: str | None = None
    detail: str = ""
    proposals: tuple[str, ...] = ()
    n_amounts: int = 0
    n_left: int = 0


TABLE_REASONS: dict[str, str] = {
    "unit_unknown": "돈의 단위가 표에도 둘레의 글에도 적혀 있지 않음",
    "year_unknown": "회계연도를 알 수 없음",
    "stage_unknown": "어느 단계의 금액인지 알 수 없음",
    "ragged_stack": "한 칸에 쌓인 값의 수가 칸마다 다름",
    "header_unknown": "머리 행을 찾지 못함",
    "contradicting_units": "한 표에 서로 다른 단위가 적혀 있음",
    "form_failed": "양식이 표를 읽다가 실패함",
    "unreadable_amount": "금액 칸에 금액으로 읽히지 않는 글이 있음",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What is known of a file from outside it; None where nothing is.

    Unit, stage and basis are what `gotgan.toml` says of the source's tables that print them nowhere; the fiscal year and the
    month (1 to 12) are what every name of the file says: `집행 현황(5월 말).csv`.
    """

    unit: str | None = None
    stage: Stage | None = None
    basis: Basis | None = None
    fiscal_year: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class FormDocument:
    """A document as forms see it: elements in reading order, and what is known of it besides.

    `answers` are what people have said of shapes: shape id → {`unit`: `백만원`, `stage`: …}. `descriptor` is the text of the
    Fiscal Data Package descriptor that describes this file, where there is one beside it.
    """

    title: str | None
    format: str | None
    elements: Sequence[Element]
    declared: Declared = field(default_factory=Declared)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    descriptor: str | None = None


@dataclass(slots=True)
class Extraction:
    """Everything that forms found in a document."""

    amounts: list[FoundAmount] = field(default_factory=list)
    adjustments: list[FoundAdjustment] = field(default_factory=list)
    indicators: list[FoundIndicator] = field(default_factory=list)
    tables: list[TableVerdict] = field(default_factory=list)
    kind: str = "기타"
    """Kind of document: 예산요구서, 사업설명자료, 각목명세서, 결산…; `기타` where nothing says so."""
    org_name: str | None = None
    """The office or ministry whose document it is, as its title, heading or code block says."""
    fiscal_years: tuple[int, ...] = ()


_YEAR_IN_NAME = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
_MONTH_IN_NAME = re.compile(r"(?<![0-9])(1[0-2]|0?[1-9])\s*월\s*(?:말|까지|현재|누계)")


def name_hints(names: Sequence[str]) -> tuple[int | None, int | None]:
    """(fiscal year, month) that every one of a file's names says, each None where they say several or none.

    The same bytes may lie under many names; what only some of them say is not said.
    """
    years = {tuple(dict.fromkeys(_YEAR_IN_NAME.findall(name))) for name in names}
    months = {tuple(dict.fromkeys(_MONTH_IN_NAME.findall(name))) for name in names}
    return _only(years), _only(months)


def _only(found: set[tuple[str, ...]]) -> int | None:
    if len(found) != 1:
        return None
    values = next(iter(found))
    return int(values[0]) if len(values) == 1 else None


def amount_id(content_id: str, found: FoundAmount) -> str:
    """Id of an amount: the cell together with all that it is taken to say, so that another reading of it is another row."""
    place = found.place
    subject = found.subject
    levels = ";".join(f"{level}={subject.names.get(level, '')}/{subject.codes.get(level, '')}" for level in Level)
    return make_id(
        "amount",
        content_id,
        f"{place.ordinal}/{place.row}/{place.col}/{place.line}",
        f"{found.raw_text}|{found.amount_minor}|{found.currency}|{found.value_state}|{found.unit_raw}|{found.unit_from}",
        f"{found.fiscal_year}|{found.stage}|{found.stage_no}|{found.period}|{found.basis}",
        f"{subject.level}|{subject.name}|{subject.code}|{levels}|{found.is_revenue}|{found.is_total}|{found.compared}",
    )
