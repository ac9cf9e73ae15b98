"""Fiscal Data Packages: a table whose headings are the fields of the descriptor beside it, which says what they mean."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.forms.contract import Around, Found
from connectors.jsonrows.descriptors import descriptor_of, field_names, resources_of
from connectors.jsonrows.fiscal_model import FiscalModel, Measure, model_for, month_of, year_of_period
from connectors.tables.rowwise import Headings, Money, amount_in, body_rows, find_headings, subject_of
from connectors.tables.view import TableView
from connectors.tables.years import only_year, year_in
from schemas.budget import FoundAmount, Subject
from schemas.fiscal import Basis, Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, parse_unit

_DIGIT = re.compile("[0-9]")
OWN_TYPES = "gotgan"
"""Beginning of the column types that the export adds: what the taxonomy of budgets has no type for."""

_PHASES = {
    "proposed": Stage.GOV_PROPOSAL,
    "approved": Stage.ENACTED,
    "adjusted": Stage.CURRENT,
    "executed": Stage.EXEC_YTD,
    **{stage.value.lower(): stage for stage in Stage},
}
_BUDGET_WORDS = ("budget", "예산")
_SPENT_WORDS = ("spending", "expenditure", "execution", "집행", "지출")
_REVENUE_WORDS = ("revenue", "income", "세입")


def is_descriptor(text: str) -> bool:
    """Whether a text is the descriptor of a Data Package that names the fields of its tables. Never raises."""
    return descriptor_of(text) is not None


def fields_of(text: str) -> list[list[str]]:
    """The field names of each resource of a descriptor, in order; none for anything else. Never raises."""
    descriptor = descriptor_of(text)
    return (
        []
        if descriptor is None
        else [names for resource in resources_of(descriptor) if (names := field_names(resource))]
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row says for all its amounts; None where it says nothing."""

    subject: Subject
    year: int | None
    period: str | None
    phase: str | None
    direction: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class _FiscalPackage:
    name: str = "fiscal_package"
    label: str = "재정 데이터 패키지"
    version: int = 1

    def recognises(self, view: TableView, around: Around) -> float:
        """Certain where the headings are exactly the fields of a resource in which the descriptor names money."""
        found = _model_of(view, around)
        return 1.0 if found is not None and found[1].measures else 0.0

    def read(self, view: TableView, around: Around) -> Found:
        """An amount a row and measure, with currency, factor, phase and direction as the descriptor says."""
        known = _model_of(view, around)
        if known is None:
            return Found(reason="header_unknown")
        headings, model = known
        found = Found()
        whys: dict[str, str] = {}
        for row in body_rows(view, headings):
            said = _row(view, row, headings, model, around)
            for measure in model.measures:
                amount = self._amount(view, row, headings, model, measure, said, around)
                if isinstance(amount, FoundAmount):
                    found.amounts.append(amount)
                elif _DIGIT.search(view.own(row, headings.column(measure.source) or 0)):
                    found.n_left += 1
                    whys.setdefault(amount, f"{row}행 {headings.column(measure.source)}열: {measure.source}")
        if not found.amounts and whys:
            reason, detail = next(iter(whys.items()))
            is_question = reason != "year_unknown" or model.period is None
            return Found(reason=reason, detail=detail, is_question=is_question, n_left=found.n_left)
        return found

    def _amount(
        self,
        view: TableView,
        row: int,
        headings: Headings,
        model: FiscalModel,
        measure: Measure,
        said: _Row,
        around: Around,
    ) -> FoundAmount | str:
        """The amount, or a code of the reason for which it cannot be trusted."""
        col = headings.column(measure.source) or 0
        if view.origin(row, col) != (row, col):
            return "unreadable_amount"
        year = year_in(measure.year) if measure.year else None
        year = year or said.year or year_of_period(model) or _said_year(around)
        if year is None:
            return "year_unknown"
        if _is_misread(view.own(row, col), measure):
            return "unreadable_amount"
        unit, unit_from = _unit(measure, said, model, around)
        if unit is None:
            return "unit_unknown"
        stage, stage_from = _stage(measure, said, model, around)
        if stage is None:
            return "stage_unknown"
        direction = measure.direction or said.direction or model.constants.get("direction") or ""
        money = Money(
            col,
            unit,
            unit_from,
            stage,
            stage_from,
            is_revenue=any(word in direction.lower() for word in _REVENUE_WORDS),
        )
        found = amount_in(view, row, money, year, said.subject, self.name, period=said.period)
        return "unreadable_amount" if found is None else _with_own(found, view, row, headings, model)


_descriptor = functools.lru_cache(maxsize=4)(descriptor_of)


def _model_of(view: TableView, around: Around) -> tuple[Headings, FiscalModel] | None:
    descriptor = _descriptor(around.descriptor) if around.descriptor else None
    if descriptor is None:
        return None
    described = [field_names(resource) for resource in resources_of(descriptor)]

    def is_heading(names: Sequence[str]) -> bool:
        return any(_as_headings(fields) == list(names) for fields in described if fields)

    headings = find_headings(view, around, is_heading)
    if headings is None:
        return None
    names = next(fields for fields in described if fields and _as_headings(fields) == list(headings.names))
    model = model_for(descriptor, names)
    return None if model is None else (replace(headings, names=tuple(names)), model)


def _as_headings(names: Sequence[str]) -> list[str]:
    return [" ".join(name.split()) for name in names]


def _row(view: TableView, row: int, headings: Headings, model: FiscalModel, around: Around) -> _Row:
    def text(name: str) -> str:
        col = headings.column(name)
        return view.text(row, col).strip() if col is not None else ""

    def special(kind: str) -> str | None:
        name = model.special.get(kind)
        return (text(name) if name is not None else model.constants.get(kind)) or None

    names = {level: found for level, name in model.labels if (found := text(name))}
    codes = {level: found for level, name in model.codes if (found := text(name))}
    # a label that is no label of a code of its own is the code's last word: the deepest of a level counts
    otherwise = " · ".join(found for name in model.others if (found := text(name)))
    subject = subject_of(names, codes, otherwise)
    year = next((found for name in model.years if (found := only_year(text(name)) or year_in(text(name)))), None)
    year = year or only_year(model.constants.get("date:fiscal-year", ""))
    months = {found for name in model.dates if (found := month_of(text(name)))}
    period = None
    if len(months) == 1 and len(model.dates) == 1:
        (month,) = months
        period = f"{month[0]}{month[1]:02}"
        year = year or month[0]
    phase = special("phase:id") or special("phase:label")
    return _Row(subject, year, period, phase, special("direction"), special("value-currency:code"))


def _said_year(around: Around) -> int | None:
    said = around.answers.get("fiscal_year")
    return only_year(said) if said else around.declared.fiscal_year


def _is_misread(raw: str, measure: Measure) -> bool:
    """Whether the number has marks that mean something else elsewhere: 1.234,56 must not be read as 1.234."""
    is_usual = measure.decimal == "." and measure.group in (",", " ")
    return not is_usual and any(mark in raw for mark in (".", ",", measure.decimal, measure.group))


def _unit(measure: Measure, said: _Row, model: FiscalModel, around: Around) -> tuple[Unit | None, TakenFrom]:
    if said.currency is not None and not measure.currency:
        return measure.unit(
            said.currency.upper()
        ), TakenFrom.CELL if "value-currency:code" in model.special else TakenFrom.FORM
    if measure.currency:
        return measure.unit(measure.currency.upper()), TakenFrom.FORM
    told = around.answers.get("unit") or around.declared.unit
    return (parse_unit(told) if told else None), TakenFrom.SOURCE


def _stage(measure: Measure, said: _Row, model: FiscalModel, around: Around) -> tuple[Stage | None, TakenFrom]:
    if measure.phase and (stage := _PHASES.get(measure.phase.lower())):
        return stage, TakenFrom.FORM
    if said.phase and (stage := _PHASES.get(said.phase.lower())):
        return stage, TakenFrom.CELL
    told = around.answers.get("stage") or around.declared.stage
    if told in set(Stage):
        return Stage(told), TakenFrom.SOURCE
    if model.granularity == "transactional":
        return Stage.EXEC_MONTH, TakenFrom.FORM
    title = model.title.lower()
    if any(word in title for word in _BUDGET_WORDS):
        return Stage.BUDGET, TakenFrom.TEXT
    if any(word in title for word in _SPENT_WORDS):
        return Stage.EXEC_YTD, TakenFrom.TEXT
    return None, TakenFrom.FORM


def _with_own(found: FoundAmount, view: TableView, row: int, headings: Headings, model: FiscalModel) -> FoundAmount:
    """The amount with what only this project's own export says: state of a blank, basis, month and so on."""

    def own(kind: str) -> str:
        name = model.special.get(f"{OWN_TYPES}:{kind}")
        col = headings.column(name) if name is not None else None
        return view.text(row, col).strip() if col is not None else ""

    if f"{OWN_TYPES}:level" not in model.special:
        return found
    state, level, basis, number = own("value-state"), own("level"), own("basis"), own("stage-no")
    is_stated = found.value_state is ValueState.BLANK and state in set(ValueState)
    subject = found.subject
    if level in set(Level):
        known = Level(level)
        name = own("subject") or subject.name
        subject = replace(subject, level=known, name=name, code=subject.codes.get(known))
    return replace(
        found,
        value_state=ValueState(state) if is_stated else found.value_state,
        subject=subject,
        basis=Basis(basis) if basis in set(Basis) else None,
        stage_no=int(number) if number.isdecimal() and number.isascii() and len(number) < 4 else 0,
        period=own("period") or None,
        is_total=own("is-total") == "true",
        compared=own("compared") or None,
    )


FORM = _FiscalPackage()
