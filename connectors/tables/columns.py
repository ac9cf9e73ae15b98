"""What each column of a table means: labels, codes, a year, money of a stage and a year, or none of these."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from connectors.tables import words, years
from connectors.tables.contents import Counts, count_cells
from connectors.tables.headings import Headings
from connectors.tables.view import TableView
from schemas.fiscal import CHANGE_STAGES, Basis, Level, Stage
from schemas.money import Unit, units_in

_LEAST_SHARE = 0.5
_LEAST_YEARS = 0.6
_BUDGETS = frozenset(
    {
        Stage.REQUEST, Stage.MOF_REVIEW, Stage.GOV_PROPOSAL, Stage.COMMITTEE, Stage.SUPP_PROPOSAL, Stage.SUPP_ENACTED,
        Stage.BUDGET, Stage.PLAN,
    }
)  # fmt: skip
_SUPPLEMENTARY = frozenset({Stage.SUPP_PROPOSAL, Stage.SUPP_ENACTED, Stage.SUPP_CHANGE})
_INCOME = frozenset({"수입", "수입액", "수입계획", "세입", "수입예산"})
_YEAR_COLUMN = re.compile(r"[연년]도$")
# The year in which something began, was made or bought is not the year of the money beside it.
_OTHER_YEAR = re.compile(
    r"준공|착공|설립|설치|개설|개관|창립|취득|구입|구매|제작|도입|지정|조성|시작|종료|완공|완료|건립|건축|입사|졸업|출생|최초|목표|달성"
)
_ADDED = frozenset({"증", "감", "증액", "감액", "증감", "증감액", "순증", "순증감"})
# Versions of what stands in the heading above: a request and a proposal are first made and then amended.
_VERSIONS = frozenset({"당초", "당초안", "수정", "수정안", "최종", "최종안"})
_FIRST_VERSIONS = frozenset({"당초", "당초안"})
# What is left of a settlement is neither what came in nor what was spent.
_SURPLUS = re.compile(r"잉여금|반납금|교부차액")
_AGAINST = re.compile(r"대비(?:증감|증△감)?액?$")
_OPERANDS = re.compile(r"[(]?\s*([A-Z])\s*[-−–]\s*([A-Z])\s*[),/]?")
_LETTER = re.compile(r"\(?\b([A-Z])\)?\s*$|\(\s*([A-Z])\s*[),]")


class Role(StrEnum):
    """What a column holds."""

    LABEL = "label"
    CODE = "code"
    YEAR = "year"
    MONEY = "money"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, counted from 1.

    Args:
        number: its number.
        path: headings above it, from top to bottom.
        role: what it holds.
        level: of labels and codes, the level that the heading names.
        stage: of money, the stage that its headings name.
        stage_no: number of the supplementary budget.
        is_vague: the headings only say that there is money.
        year: fiscal year that its headings name.
        offset: how many years after that of the row or the document it is, where the headings say so: 전년도 is -1.
        unit: unit of money that its headings name.
        basis: basis that its headings name.
        month: month that its headings name.
        quarter: quarter that its headings name.
        rest: of a vague column, what its lowest heading says besides: 국비, 인건비…
    """

    number: int
    path: tuple[str, ...]
    role: Role
    level: Level | None = None
    stage: Stage | None = None
    stage_no: int = 0
    is_vague: bool = False
    year: int | None = None
    offset: int | None = None
    unit: Unit | None = None
    basis: Basis | None = None
    month: years.Month | None = None
    quarter: int | None = None
    rest: str | None = None

    @property
    def is_revenue(self) -> bool:
        """Whether the headings name money that comes in: 세입, 수납액."""
        joined = "".join(words.folded(text) for text in self.path)
        is_in = bool(self.path) and words.folded(self.path[0]) in _INCOME
        return (is_in or bool(re.search(r"세입|(?<!미)(?<!과)수납액|총수입", joined))) and "세출" not in joined

    @property
    def heading(self) -> str:
        """All its headings as one line."""
        return " / ".join(" ".join(text.split()) for text in self.path)


def read_columns(view: TableView, headings: Headings, document_year: int | None) -> list[Column]:
    """The meaning of every column, by its headings and by what stands in it."""
    counts = [count_cells(view, headings.first_body, col) for col in range(1, view.n_cols + 1)]
    headings = _unshifted(headings, counts)
    columns = [_column(headings, col, of, document_year) for col, of in enumerate(counts, start=1)]
    return _beside_each_other(_without_twins(view, headings, columns), headings)


def _unshifted(headings: Headings, counts: Sequence[Counts]) -> Headings:
    """The headings, where each stands in a blank column right beside the column of its values: | 2030 | | 2031 | |.

    That is how a page's columns come apart. Only where all of them are shifted to one side is it known which is whose.
    """
    bare = [at for at, path in enumerate(headings.paths) if not path and counts[at].values]
    lone = [at for at, path in enumerate(headings.paths) if path and not counts[at].filled]
    for shift in (-1, 1):
        if bare and [at + shift for at in bare] == lone:
            paths = list(headings.paths)
            for at in bare:
                paths[at], paths[at + shift] = paths[at + shift], ()
            return replace(headings, paths=tuple(paths))
    return headings


def _column(headings: Headings, col: int, counts: Counts, document_year: int | None) -> Column:
    path = tuple(text for text in headings.path(col) if not words.is_reference(text)) or headings.path(col)
    lowest = path[-1] if path else ""
    level = next((found for text in reversed(path) if (found := words.label_level(text))), None)
    is_dated = (counts.dated == counts.filled or col == 1) and counts.years >= _LEAST_YEARS * counts.filled
    if counts.filled and is_dated and not (_names_money(path) and not _YEAR_COLUMN.search(words.folded(lowest))):
        is_fiscal = not _OTHER_YEAR.search(words.folded(lowest))
        return Column(col, path, Role.YEAR if is_fiscal else Role.OTHER)
    if level is not None and counts.filled and counts.filled == counts.alike and not _is_money(path):
        return Column(col, path, Role.CODE, level)
    heading = words.folded(lowest)
    if "코드" in heading or (counts.filled and counts.codes >= _LEAST_SHARE * counts.filled):
        return Column(col, path, Role.CODE, level)
    is_thin = counts.values < _LEAST_SHARE * counts.filled
    if is_thin or (not counts.filled and not _names_money(path)):
        return Column(col, path, Role.LABEL, level)
    return _of_values(path, col, document_year)


def _names_money(path: Sequence[str]) -> bool:
    return any(words.stage_of(text) is not None or units_in(text) for text in path)


def _is_money(path: Sequence[str]) -> bool:
    return _names_money(path) or any(words.is_plain_money(text) for text in path)


def _of_values(path: tuple[str, ...], col: int, document_year: int | None) -> Column:
    unit = next((told for text in reversed(path) if (told := _unit_of(text))), None)
    nothing = Column(col, path, Role.OTHER)
    if any(words.is_of_no_one_year(text) or words.is_execution_plan(text) for text in path):
        return nothing
    if path and (words.is_price(path[-1]) or (words.is_not_money(path[-1]) and not _has_unit_in_brackets(path[-1]))):
        return nothing
    if any(words.is_not_money(text) and not units_in(text) and words.stage_of(text) is None for text in path[:-1]):
        return nothing
    stage = next((found for text in reversed(path) if (found := words.stage_of(text)) is not None), None)
    # `금액` under `증감(B-A)` is of the heading above it; a stage that is only `사업비` gives way to one above that says more.
    if stage is Stage.BUDGET:
        above = [found for text in path if (found := words.stage_of(text)) not in (None, Stage.BUDGET)]
        stage = above[-1] if above else stage
    if stage is Stage.ENACTED and _is_plain_budget(path):
        outer = [found for text in path[:-1] if (found := words.stage_of(text)) not in (None, Stage.ENACTED)]
        is_outer_level = bool(outer) and (outer[-1] in _BUDGETS or words.folded(path[-1]) == "금액")
        stage = outer[-1] if is_outer_level and outer[-1] not in CHANGE_STAGES else stage
    if path and words.folded(path[-1]) in _VERSIONS:
        stage = _stage_of_version(path) or stage
    if path and words.folded(path[-1]) in _ADDED:
        outer = [words.stage_of(text) for text in path[:-1]]
        if any(found in _SUPPLEMENTARY for found in outer):
            stage = Stage.SUPP_CHANGE
        elif Stage.COMMITTEE_CHANGE in outer:
            stage = Stage.COMMITTEE_CHANGE
    if path and words.is_formula_of_names(path[-1]):
        if not any(words.stage_of(text) is Stage.CHANGE for text in path[:-1]):
            return nothing
        stage = Stage.CHANGE
    if any(_AGAINST.search(words.folded(text)) for text in path[:-1]):
        stage = Stage.CHANGE  # `본예산` under 전년대비 is what the difference is to
    if stage is Stage.CARRYOVER_OUT and any(words.stage_of(text) is Stage.CURRENT for text in path[:-1]):
        stage = Stage.CARRYOVER_IN
    if path and stage in (Stage.SETTLED, Stage.CHANGE) and _SURPLUS.search(words.folded(path[-1])):
        return nothing
    if stage is None and path and words.is_difference(path[-1]):
        stage = Stage.CHANGE
    year = next((at for text in reversed(path) if (at := years.year_of_heading(text)) is not None), None)
    offset = None
    if year is None and stage not in (Stage.CARRYOVER_IN, Stage.CARRYOVER_OUT, *CHANGE_STAGES):
        relatives = (years.relative_year(words.folded(text), 0) for text in reversed(path))
        offset = next((at for at in relatives if at is not None), None)
        year = document_year + offset if document_year is not None and offset is not None else None
    if (
        year is None
        and offset is None
        and stage not in CHANGE_STAGES
        and any(years.names_several(text) for text in path)
    ):
        return nothing
    month = next((of for text in reversed(path) if (of := years.month_in(text)) is not None), None)
    quarter = next((nth for text in reversed(path) if (nth := years.quarter_in(text)) is not None), None)
    if stage is Stage.EXEC_YTD and any(words.is_part_of_year(text) for text in path):
        return nothing  # what was spent in a quarter is neither of a month nor of the year so far
    is_vague = stage is None
    return Column(
        col,
        path,
        Role.MONEY,
        stage=stage,
        stage_no=max((words.stage_number(text) for text in path), default=0),
        is_vague=is_vague,
        year=year,
        offset=offset,
        unit=unit,
        basis=next((found for text in reversed(path) if (found := words.basis_of(text))), None),
        month=month,
        quarter=quarter,
        rest=_rest(path, stage) if path else None,
    )


def _stage_of_version(path: Sequence[str]) -> Stage | None:
    """The stage of `당초` or `수정` below a request or a proposal, which is still of that."""
    for text in reversed(path[:-1]):
        stage = words.stage_of(text)
        if stage in (Stage.REQUEST, Stage.MOF_REVIEW) or (stage is Stage.GOV_PROPOSAL and "정부" in text):
            return stage
        if stage is not None:
            return stage if stage is Stage.GOV_PROPOSAL and words.folded(path[-1]) in _FIRST_VERSIONS else None
    return None


def _unit_of(heading: str) -> Unit | None:
    """The unit that a heading announces; `증 원` ends with no unit."""
    found = units_in(heading)
    if not found:
        return None
    squeezed = words.folded(heading)
    return None if found[0].raw == "원" and re.search(r"[가-힣]원$", squeezed) and "단위" not in heading else found[0]


def _has_unit_in_brackets(heading: str) -> bool:
    return bool(units_in(heading)) and heading.rstrip().endswith((")", "]"))


def _is_plain_budget(path: Sequence[str]) -> bool:
    return words.folded(path[-1]) in ("예산", "예산액", "금액")


def _rest(path: tuple[str, ...], stage: Stage | None) -> str | None:
    """What the headings say besides year and stage, such as 국비 or 인건비: it is part of what the amount is of."""
    if path and stage not in (None, Stage.BUDGET):
        return words.without_unit(path[-1]) if words.is_part(path[-1]) else None
    for text in reversed(path):
        folded = words.folded(text)
        bare = words.without_unit(text)
        if (
            not folded
            or years.only_year(folded)
            or years.is_relative(folded)
            or years.years_in(folded)
            or words.is_total(bare)
        ):
            continue
        if bare in ("금액", "액수"):
            continue
        if words.stage_of(text) is not None:
            return None if stage is not None else folded
        if years.quarter_in(folded) or years.month_in(folded):
            continue
        return " ".join(text.split())
    return None


def _without_twins(view: TableView, headings: Headings, columns: Sequence[Column]) -> list[Column]:
    """Two columns under one heading that says no more of either: the second is a rate or nothing, and is left."""
    result: list[Column] = []
    for column in columns:
        before = result[-1] if result else None
        if column.role is Role.MONEY and before is not None and before.path == column.path and column.path:
            texts = [view.own(row, column.number).strip() for row in range(headings.first_body, view.n_rows + 1)]
            has_decimals = any(_DECIMALS.match(text) for text in texts)
            if column.stage in CHANGE_STAGES or has_decimals or not any(texts):
                column = replace(column, role=Role.OTHER)
        result.append(column)
    return result


_DECIMALS = re.compile(r"^[△▲−(-]?[0-9]{1,3}\.[0-9]{1,2}\)?[%％]?$")


def _beside_each_other(columns: list[Column], headings: Headings) -> list[Column]:
    """What a column's headings mean beside the others': see the functions that are called."""
    money = [column for column in columns if column.role is Role.MONEY]
    proposed = {column.year for column in money if column.stage is Stage.GOV_PROPOSAL}
    is_settlement = any(column.stage in (Stage.CARRYOVER_IN, Stage.CURRENT) for column in money)
    has_income = any(words.folded(text) in _INCOME for column in money for text in column.path)
    has_request = any(column.stage is Stage.REQUEST for column in money)
    spans_years = len({column.year for column in money if column.year is not None}) > 1
    letters = {letter: column for column in money for letter in _letters(headings.path(column.number))}
    planned = {column.path[:-1] for column in money if column.stage is Stage.ENACTED and "계획" in column.path[-1]}
    has_kinds_of_cost = any(words.is_kind_of_cost(column.path[-1]) for column in columns if column.path)
    latest: Column | None = None
    has_undated = False
    result: list[Column] = []
    for old in columns:
        column = _in_settlement(old) if is_settlement else old
        if has_kinds_of_cost and column.stage is Stage.BUDGET and words.folded(column.path[-1]) == "사업비":
            column = replace(column, stage=None, is_vague=True, rest="사업비")
        if has_income and column.stage is Stage.EXEC_YTD and _is_outgoing(column):
            column = replace(column, stage=None, is_vague=True)
        if column.path and words.folded(column.path[-1]) in ("실적", "실적액") and column.path[:-1] in planned:
            column = replace(column, role=Role.MONEY, stage=Stage.EXEC_YTD)
        if column.role is not Role.MONEY:
            result.append(column)
            continue
        if (
            column.stage is Stage.SUPP_ENACTED
            and column.year in proposed
            and words.folded(column.path[-1]) in _LAST_WORD
        ):
            column = replace(column, stage=Stage.ENACTED)
        if column.stage is Stage.CEILING and words.folded(column.path[-1]) in ("한도", "한도액") and not has_request:
            column = replace(column, role=Role.OTHER)  # of a loan
        elif column.stage in CHANGE_STAGES and column.year is None:
            compared = _compared(headings.path(column.number), None if has_undated else latest, letters)
            column = column if compared is None else replace(column, year=compared.year, offset=compared.offset)
        elif column.stage not in CHANGE_STAGES:
            has_undated = has_undated or column.year is None
            latest = _later(latest, column)
            if spans_years and column.year is None and column.stage in (None, Stage.BUDGET) and _is_sum(column):
                column = replace(column, role=Role.OTHER)
        result.append(column)
    return result


_LAST_WORD = frozenset({"최종", "최종안", "수정", "수정안", "국회최종"})


def _is_outgoing(column: Column) -> bool:
    """Whether only the word 지출, which stands beside 수입 and means no execution, gave the column its stage."""
    return all(words.stage_of(text) is None or words.folded(text) == "지출" for text in column.path)


def _is_sum(column: Column) -> bool:
    """Whether the column adds up those beside it; over several years it is of none of them."""
    return all(words.is_total(text) or words.stage_of(text) is Stage.BUDGET for text in column.path)


def _letters(path: Sequence[str]) -> list[str]:
    return [match[1] or match[2] for text in path for match in _LETTER.finditer(text)]


def _later(latest: Column | None, column: Column) -> Column | None:
    """The column of the later year; what is planned for years to come is not what the last difference is of."""
    if latest is None or column.year is None:
        return latest if column.year is None else column
    is_plan, was_plan = column.stage is Stage.PLAN, latest.stage is Stage.PLAN
    if is_plan is not was_plan:
        return latest if is_plan else column
    return column if column.year >= (latest.year or 0) else latest


def _compared(path: Sequence[str], latest: Column | None, letters: Mapping[str, Column]) -> Column | None:
    """A difference is of the year of its first term, else of the latest year before it; None for the table's own year."""
    for text in reversed(path):
        found = _OPERANDS.search(text)
        if found and found[1] in letters and found[2] in letters:
            return letters[found[1]]
    return latest


_ADJUSTMENTS = {
    "예비비": Stage.ADJ_RESERVE,
    "예비비등": Stage.ADJ_RESERVE,
    "전용": Stage.ADJ_TRANSFER_TITLE,
    "전용등": Stage.ADJ_TRANSFER_TITLE,
    "이용": Stage.ADJ_TRANSFER_PROGRAM,
    "이체": Stage.ADJ_REORG,
    "이체등": Stage.ADJ_REORG,
}
_MIXED_ADJUSTMENT = re.compile(
    r"^(?:예산의)?(?:이[·․ㆍ・/,.]?전용|이[·․ㆍ・/,.]용|이용.{0,3}(?:이체.{0,2})?전용|이체.{0,2}전용|전용.?이체)|^세목조정등"
)


def _in_settlement(column: Column) -> Column:
    """Beside a carry-over or a current budget 예비비 and 전용 lead from one to the other, and are no kind of expense."""
    if not column.path or column.role not in (Role.MONEY, Role.OTHER):
        return column
    lowest = words.folded(column.path[-1])
    if _MIXED_ADJUSTMENT.search(lowest):
        return replace(column, role=Role.OTHER)
    stage = _ADJUSTMENTS.get(lowest)
    return (
        column
        if stage is None or column.role is not Role.MONEY
        else replace(column, stage=stage, is_vague=False, rest=None)
    )
