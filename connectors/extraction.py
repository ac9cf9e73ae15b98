"""Amounts out of a document: each of its tables is offered to every form, and the surest one reads it."""

import functools
from dataclasses import replace

from connectors.forms.contract import Around, Form, Found
from connectors.tables.headings import find_headings
from connectors.tables.surroundings import Surroundings
from connectors.tables.view import TableView
from schemas import discovery
from schemas.budget import Extraction, FormDocument, TableVerdict
from schemas.fiscal import CHANGE_STAGES, Stage
from schemas.identity import fingerprint as fingerprint_of
from schemas.identity import make_id

_VERSION = 5
"""Raised by hand whenever `connectors/tables` changes what comes out of any form."""

_LEVEL_STAGES = frozenset({Stage.REQUEST, Stage.GOV_PROPOSAL, Stage.ENACTED, Stage.SUPP_ENACTED})


@functools.cache
def discover_forms() -> dict[str, Form]:
    """Every form by name."""
    import connectors.forms as package

    return discovery.discover(package, "FORM")


@functools.cache
def fingerprint() -> str:
    """Changes whenever an extraction could come out differently."""
    forms = discover_forms()
    return fingerprint_of(tables=_VERSION, **{f"form_{name}": form.version for name, form in forms.items()})


def extract(document: FormDocument) -> Extraction:
    """Everything that the forms find in a document. Pure; one table that fails costs its own verdict and no other's."""
    surroundings = Surroundings(document)
    result = Extraction(kind=surroundings.kind, org_name=surroundings.org[0])
    stages: dict[int, set[Stage]] = {}
    before = Found()
    for view, bare in surroundings.tables():
        headings = find_headings(view)
        shape_id = headings.shape_id if headings is not None else _shapeless(view)
        known = {year: next(iter(found)) for year, found in stages.items() if len(found) == 1}
        answers = document.answers.get(shape_id, {})
        around = replace(bare, answers=answers, stages=known, above=before.above if bare.goes_on else ())
        form, found = _read(view, around)
        _remember(found, stages)
        result.amounts += found.amounts
        result.adjustments += found.adjustments
        result.indicators += found.indicators
        result.tables.append(_verdict(view, shape_id, form, found))
        result.org_name = result.org_name or around.org[0]
        before = found
    result.fiscal_years = tuple(sorted({found.fiscal_year for found in result.amounts}))
    return result


def _shapeless(view: TableView) -> str:
    """Id of a table without headings: an answer about it holds for tables that begin with the same words, and no other."""
    first = [" | ".join(view.own_row(row)) for row in range(1, min(3, view.n_rows) + 1)]
    return make_id("shapeless", *first)[:16]


def _read(view: TableView, around: Around) -> tuple[str | None, Found]:
    forms = discover_forms().values()
    name = None
    try:
        offers = [(form.recognises(view, around), form.name, form) for form in forms]
        sure, name, form = max(offers, key=lambda offer: (offer[0], offer[1]))
        return (name, form.read(view, around)) if sure > 0 else (None, Found())
    except Exception as failure:  # whatever a table does to a form costs that table alone; its text must not get out
        return name, Found(reason="form_failed", detail=type(failure).__name__)


def _remember(found: Found, stages: dict[int, set[Stage]]) -> None:
    for amount in found.amounts:
        if amount.stage in _LEVEL_STAGES and amount.stage not in CHANGE_STAGES:
            stages.setdefault(amount.fiscal_year, set()).add(amount.stage)


def _verdict(view: TableView, shape_id: str, form: str | None, found: Found) -> TableVerdict:
    n_amounts = len(found.amounts)
    if n_amounts or (found.indicators and not found.is_question):
        outcome = "records"
    elif found.reason is not None:
        outcome = "question" if found.is_question else "quarantined"
    else:
        outcome = "no_money"
    return TableVerdict(
        ordinal=view.ordinal,
        table=view.number,
        shape_id=shape_id,
        form=form if outcome != "no_money" else None,
        outcome=outcome,
        reason=found.reason,
        detail=found.detail,
        proposals=found.proposals,
        n_amounts=n_amounts,
        n_left=found.n_left,
    )
