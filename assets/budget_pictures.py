"""Pictures of the budget records: amounts by year and form, tables by verdict, checks by status, candidates, links."""

from collections.abc import Iterable

from assets.pictures import image, shown
from assets.plots import bars, stacked_bars
from schemas.budget import TABLE_REASONS
from schemas.fiscal import STAGE_LABELS, Stage
from schemas.identities import RULE_LABELS, VERDICT_LABELS, Rule, Verdict
from schemas.records.budget_amount import BudgetAmount
from schemas.records.form_table import FormTable
from schemas.records.link import Link
from schemas.records.org_unit import OrgUnit
from schemas.records.project import ProjectRecord
from schemas.records.reconciliation import Reconciliation
from schemas.records.succession import Succession
from warehouse.night import Night

_STATES = {"CANDIDATE": "후보", "CONFIRMED": "확정", "REJECTED": "물리침"}
_RELATIONS = {"EVIDENCES": "문서가 말함", "CONTRADICTS": "모순", "SAME_AS": "같음"}
_MAX_BARS = 12


@shown
def of_amounts(night: Night) -> Iterable[str]:
    """The amounts by year and stage and by form, and the tables from which none was taken, by reason."""
    years = night.figures.totals(BudgetAmount, "fiscal_year", measure=None)
    stages = night.figures.totals(BudgetAmount, "stage", measure=None)
    forms = night.figures.totals(BudgetAmount, "form", measure=None)
    reasons = night.figures.totals(FormTable, "reason", measure=None, where="reason IS NOT NULL")
    return [
        image(bars, "회계연도별 금액", [(year, parts[""]) for year, parts in sorted(years.items())][-_MAX_BARS:], "건"),
        image(bars, "단계별 금액", [(STAGE_LABELS[Stage(stage)], parts[""]) for stage, parts in stages.items()], "건"),
        image(bars, "서식별 금액", [(form, parts[""]) for form, parts in forms.items()], "건"),
        image(
            bars,
            "묻거나 격리한 표",
            [(TABLE_REASONS.get(code, code), parts[""]) for code, parts in reasons.items()],
            "개",
        ),
    ]


@shown
def of_projects(night: Night) -> Iterable[str]:
    """The projects by year and key, and the offices by kind."""
    years = night.figures.totals(ProjectRecord, "fiscal_year", measure=None, stack="keyed_by")
    kinds = night.figures.totals(OrgUnit, "kind", measure=None)
    names = {"code": "코드", "name_and_office": "이름과 소관"}
    rows = [(year, {names.get(key, key): n for key, n in parts.items()}) for year, parts in sorted(years.items())]
    return [
        image(stacked_bars, "회계연도별 사업 (열쇠별)", rows[-_MAX_BARS:], "개"),
        image(bars, "종류별 기관", [(kind, parts[""]) for kind, parts in kinds.items()], "개"),
    ]


@shown
def of_reconciliations(night: Night) -> Iterable[str]:
    """The checks of identities by rule and status."""
    rules = night.figures.totals(Reconciliation, "rule", measure=None, stack="status")
    rows = [
        (RULE_LABELS[Rule(rule)], {VERDICT_LABELS[Verdict(status)]: n for status, n in parts.items()})
        for rule, parts in rules.items()
    ]
    return [image(stacked_bars, "식마다 검산한 결과", rows, "건")]


@shown
def of_successions(night: Night) -> Iterable[str]:
    """The candidates by kind and state."""
    kinds = night.figures.totals(Succession, "kind", measure=None, stack="state")
    rows = [(kind, {_STATES.get(state, state): n for state, n in parts.items()}) for kind, parts in kinds.items()]
    return [image(stacked_bars, "승계 후보", rows, "건")]


@shown
def of_links(night: Night) -> Iterable[str]:
    """The links by relation."""
    relations = night.figures.totals(Link, "relation", measure=None)
    return [image(bars, "연결", [(_RELATIONS.get(name, name), parts[""]) for name, parts in relations.items()], "건")]
