"""What holds for a whole table where its cells say nothing: unit, year, stage, basis; and what a supplementary budget means."""

import re
from collections.abc import Sequence
from dataclasses import replace

from connectors.forms.contract import Around
from connectors.tables import words, years
from connectors.tables.columns import Column, Role
from connectors.tables.headings import Headings
from connectors.tables.reading import Terms
from connectors.tables.surroundings import captioned, context_texts
from connectors.tables.trust import prints_rates
from connectors.tables.view import TableView
from schemas.fiscal import CHANGE_STAGES, Level, Stage, TakenFrom
from schemas.money import Unit, parse_amount, parse_unit, units_in

_LABELLED_STAGE = re.compile(r"\((본예산|예산|요구안|정부안|추경|결산)\)\s*$")
_SURELY_ENACTED = re.compile(r"본\s*예산|당초|확정|성립|의결")
_SURELY_PLAN = re.compile(r"중기|운용계획|향후소요|연차별소요")
_KIND_STAGES = {"예산요구서": Stage.REQUEST, "결산": Stage.SETTLED}
_STATED_UNIT = re.compile(r"단\s*위\s*[:：]")
_MAX_TEXT = 80
_MAX_CAPTION = 60
_MOVED = re.compile(r"이[·․ㆍ・,]?(?:용[·․ㆍ・,]?)?전용|전용[·․ㆍ・,]?이체|(?:전용|이용|이체)(?:내역|현황|실적|조서)$")
_NOTE = re.compile(r"\s*(?:자료|출처|주\s*[0-9]?\s*\))")
_PLAIN_BUDGET = re.compile(
    r"^(?:(?:금회|금년도?|당해|경정)?(?:세출|세입)?예산(?:액|안|\(안\)|규모|총액)?|경정액?|금액)$"
)

# `추경액` beside 기정액 is the budget that is asked for; beside a sum of the two it is what is added.
_SUPPLEMENTARY = re.compile(r"^추경(?:예산)?(?:액|안|\(안\))?$")
_ONE = Unit("원", 1)
_SUM_OF_BOTH = re.compile(r"^(?:계|합계|총계|최종(?:예산)?액?|추경후|변경후|조정후)$")


def supplementary(headings: Headings, around: Around) -> tuple[Stage, int, int | None] | None:
    """(stage, number, year) of the supplementary budget whose papers these are; None where they are of none."""
    for text in (*headings.titles, *context_texts(around)):
        stage = words.stage_of(text)
        is_one = stage is Stage.SUPP_PROPOSAL or stage is Stage.SUPP_ENACTED
        if stage is not None and is_one and re.search(r"추경|추가경정", words.folded(text)):
            is_other = re.search(r"본예산|포함|대비|제외|최종", words.folded(text))
            return None if is_other else (stage, words.stage_number(text), years.year_in(text))
    return None


def supplemented(view: TableView, columns: list[Column], headings: Headings, around: Around) -> list[Column]:
    """In the papers of a supplementary budget `예산액` is its amount, and 기정액 that of the budget before it.

    In other papers `추경` is what was added, where it and the budget before it make the last one in every row.
    """
    told = supplementary(headings, around)
    money = [column for column in columns if column.role is Role.MONEY]
    before = {column.number for column in money if any("기정" in words.folded(text) for text in column.path)}
    names_one = any(
        column.stage in (Stage.SUPP_ENACTED, Stage.SUPP_PROPOSAL)
        and column.number not in before
        and not _PLAIN_BUDGET.match(_lowest(column))
        for column in money
    )
    if told is None:
        return _added(view, columns, headings)
    stage, number, year = told
    has_sum = any(_SUM_OF_BOTH.match(_lowest(column)) for column in money)
    result = []
    for column in columns:
        is_own_year = column.year is None or column.year == (year or around.fiscal_year)
        lowest = _lowest(column)
        if column.number in before and column.stage is Stage.SUPP_ENACTED and number:
            earlier = Stage.ENACTED if number == 1 else Stage.SUPP_ENACTED
            result.append(replace(column, stage=earlier, stage_no=number - 1))
        elif column.role is Role.MONEY and is_own_year and before and _SUPPLEMENTARY.match(lowest) and not has_sum:
            result.append(replace(column, stage=stage, stage_no=column.stage_no or number or 1))
        elif column.role is Role.MONEY and is_own_year and before and _PLAIN_BUDGET.match(lowest) and not names_one:
            result.append(replace(column, stage=Stage.BUDGET, stage_no=number or 1))
        else:
            result.append(column)
    return result


def _added(view: TableView, columns: list[Column], headings: Headings) -> list[Column]:
    """당초, 추경, 최종, where the second is what leads from the first to the third."""
    result = list(columns)
    for at, (first, second, third) in enumerate(zip(columns, columns[1:], columns[2:], strict=False), start=1):
        is_trio = first.stage is Stage.ENACTED and second.stage is Stage.SUPP_ENACTED and third.role is Role.MONEY
        if not is_trio or not _SUPPLEMENTARY.match(_lowest(second)) or not _SUM_OF_BOTH.match(_lowest(third)):
            continue
        rows = range(headings.first_body, view.n_rows + 1)
        own = [[_figure(view.own(row, column.number)) for column in (first, second, third)] for row in rows]
        told = [row for row in own if row[0] is not None and row[2] is not None]
        if told and all((before or 0) + (added or 0) == after for before, added, after in told):
            result[at] = replace(second, stage=Stage.SUPP_CHANGE)
    return result


def _figure(text: str) -> int | None:
    """A cell's figure, in whatever unit the table is."""
    return parse_amount(text, _ONE).amount_minor


def _lowest(column: Column) -> str:
    return years.without_year(words.folded(column.path[-1])) if column.path else ""


def table_year(view: TableView, headings: Headings, around: Around) -> int | None:
    """The year that holds for the table: of its titles, of what stands around it, of what a person answered."""
    own = [*headings.titles, *(text for row in headings.rows for text in view.own_row(row)[:1])]
    year = next((found for text in own if (found := years.year_in(text)) is not None), None)
    if year is None and around.fiscal_year is not None:
        return around.fiscal_year + _years_back(headings, around)
    if year is None and (answer := around.answers.get("year")) and answer.isdecimal():
        return int(answer)
    return year


def _years_back(headings: Headings, around: Around) -> int:
    """-1 where the nearest caption without a year speaks of 전년도 or 지난해, beside a document of this year; else 0."""
    for text in (*headings.titles, *around.lines):
        if len(text) > _MAX_CAPTION:
            continue
        if years.years_in(text):
            return 0
        if (back := years.years_back(text)) is not None:
            return back
    return 0


def table_unit(view: TableView, headings: Headings, around: Around) -> tuple[Unit, TakenFrom] | None:
    """The unit of money that holds for the table, and from where it was taken; None where nothing states one."""
    printed = view.grid.unit
    if printed and (found := units_in(f"(단위: {printed})")):
        inside = any(
            "단위" in view.own(row, col) for row in _first_rows(view, headings) for col in range(1, view.n_cols + 1)
        )
        return found[0], TakenFrom.CELL if inside else TakenFrom.TEXT
    for row in _first_rows(view, headings):
        for text in view.own_row(row):
            if "단위" in text and (found := units_in(text)):
                return found[0], TakenFrom.CELL
    corner = units_in(headings.path(1)[-1]) if headings.path(1) else []
    if corner and headings.path(1)[-1].rstrip().endswith((")", "]")):
        return corner[0], TakenFrom.CELL
    if around.unit and (unit := parse_unit(around.unit)):
        return unit, TakenFrom.TEXT
    declared = None if states_other_unit(view, headings, around) else around.declared.unit
    for stated in (around.answers.get("unit"), declared):
        if stated and (unit := parse_unit(stated)):
            return unit, TakenFrom.SOURCE
    return None


def states_other_unit(view: TableView, headings: Headings, around: Around) -> bool:
    """Whether the table or its caption states a unit, of a table in which none of money was found: (단위: 명)."""
    texts = [text for row in _first_rows(view, headings) for text in view.own_row(row) if len(text) <= _MAX_TEXT]
    return bool(view.grid.unit) or any(_STATED_UNIT.search(text) for text in (*texts, *around.lines[:3]))


def _first_rows(view: TableView, headings: Headings) -> range:
    return range(1, min(headings.first_body, view.n_rows) + 1)


def terms_of(view: TableView, headings: Headings, columns: Sequence[Column], around: Around, form: str) -> Terms:
    """What holds for the whole table where its cells and headings say nothing."""
    month = next(
        (found for text in (*headings.titles, *context_texts(around)) if (found := years.month_in(text))), None
    )
    basis = next(
        (found for text in (*headings.titles, *context_texts(around)) if (found := words.basis_of(text))), None
    )
    stated = _stated_stage(view, headings, columns, around)
    return Terms(
        form=form,
        unit=table_unit(view, headings, around),
        year=table_year(view, headings, around),
        stage=stated or _stage_of_document(around),
        known={} if stated else around.stages,
        basis=basis or around.declared.basis,
        month=month.number if month is not None and month.is_end else around.declared.month,
        is_revenue=_is_revenue(headings, around),
        level=_label_level(columns, around),
        caption=captioned(around),
        has_rates=prints_rates(view),
        is_execution=any(
            re.search(r"집행|지출|재정동향|월별", text) for text in (*headings.titles, *context_texts(around))
        ),
        plan_from=_plan_from(around),
        is_part_of_year=_is_part_of_year(headings, around),
    )


def _is_part_of_year(headings: Headings, around: Around) -> bool:
    """Whether the nearest caption that names a quarter or a half speaks of it alone: 2분기, and not 2분기 말 or 누계."""
    for text in (*reversed(headings.titles), *around.lines[:3]):
        if len(text) <= _MAX_CAPTION and words.is_part_of_year(text):
            return not re.search(r"말|기준|현재", text)
    return False


def _plan_from(around: Around) -> int | None:
    """First year of the plan over several years that the document is."""
    text = next((text for text in context_texts(around) if words.stage_of(text) is Stage.PLAN), None)
    return min(years.years_in(text), default=None) if text is not None else None


def _is_revenue(headings: Headings, around: Around) -> bool:
    """Whether the nearest text that speaks of one of the two speaks of 세입."""
    for text in (*reversed(headings.titles), *list(context_texts(around))[:2]):
        folded = words.folded(text)
        is_in = "세입" in folded or folded in ("수입", "수입계획")
        is_out = "세출" in folded or folded in ("지출", "지출계획")
        if is_in != is_out:
            return is_in
    return False


def _label_level(columns: Sequence[Column], around: Around) -> Level:
    if any(column.level is not None for column in columns if column.role in (Role.LABEL, Role.CODE)):
        return Level.OTHER
    return Level.SUBPROJECT if around.subject is not None and Level.PROJECT in around.subject.names else Level.OTHER


def _stage_of_document(around: Around) -> tuple[Stage, TakenFrom] | None:
    if around.declared.stage is not None:
        return around.declared.stage, TakenFrom.SOURCE
    by_kind = _KIND_STAGES.get(around.kind)
    return (by_kind, TakenFrom.TEXT) if by_kind is not None else None


def _stated_stage(
    view: TableView, headings: Headings, columns: Sequence[Column], around: Around
) -> tuple[Stage, TakenFrom] | None:
    """The stage of money whose headings name none: of labels like `사업(예산)`, of what a person answered, of captions."""
    labelled = {
        words.stage_of(match.group(1))
        for row in range(headings.first_body, min(view.n_rows, headings.first_body + 200) + 1)
        for text in view.own_row(row)[: max(1, len(columns) - 1)]
        if (match := _LABELLED_STAGE.search(text.strip()))
    }
    if len(labelled) == 1 and (only := labelled.pop()) is not None:
        return only, TakenFrom.CELL
    stated = around.answers.get("stage")
    if stated in Stage.__members__:
        return Stage(stated), TakenFrom.SOURCE
    corner = headings.path(1)
    if corner and columns[0].role is Role.LABEL and words.stage_of(corner[-1]) is Stage.PLAN:
        return Stage.PLAN, TakenFrom.CELL
    lines = (line for line in around.lines if len(line) <= _MAX_CAPTION and not _NOTE.match(line))
    titles = (text for text in headings.titles if words.folded(text) not in ("수입", "지출"))
    captions = [*titles, *lines]
    if any((month := years.month_in(text)) is not None and month.is_end for text in captions):
        return Stage.EXEC_YTD, TakenFrom.TEXT
    for text in captions:
        if _MOVED.search(words.folded(text)):
            return None  # what was moved within the budget is none
        stage = words.stage_of(text)
        is_plan = stage is Stage.PLAN and not _SURELY_PLAN.search(words.folded(text))
        if is_plan or (stage is Stage.ENACTED and not _SURELY_ENACTED.search(text)):
            # A caption that only speaks of a budget, or of investing, does not say of which.
            stage = Stage.BUDGET
        if stage is not None and stage not in CHANGE_STAGES:
            return stage, TakenFrom.TEXT
    for text in (*around.headings, around.title or ""):
        stage = words.stage_of(text)
        if stage is Stage.PLAN or stage is Stage.ALLOTMENT:
            return stage, TakenFrom.TEXT
    return None
