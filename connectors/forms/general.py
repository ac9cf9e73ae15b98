"""The general form: any table with a year or a stage in its headings, and money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.forms.contract import Around, Found
from connectors.tables import words, years
from connectors.tables.columns import Column, Role, read_columns
from connectors.tables.headings import Headings, find_headings
from connectors.tables.pairs import read_pairs
from connectors.tables.parts import divided
from connectors.tables.reading import read_amounts
from connectors.tables.surroundings import has_budget_sign
from connectors.tables.terms import states_other_unit, supplementary, supplemented, table_year, terms_of
from connectors.tables.trust import trusted, untrusted_cells
from connectors.tables.view import TableView
from schemas.fiscal import Stage, TakenFrom
from schemas.money import Unit

_PROPOSED_UNITS = ("unit=원", "unit=천원", "unit=백만원", "unit=억원")


@dataclass(frozen=True, slots=True)
class _General:
    name: str = "general"
    label: str = "일반 표"
    version: int = 3

    def recognises(self, view: TableView, around: Around) -> float:
        """Little for every table of some size: any other form that knows the table goes first."""
        return 0.1 if view.n_rows > 1 and view.n_cols > 1 else 0.0

    def read(self, view: TableView, around: Around) -> Found:
        """Read the table by its headings alone."""
        return read_table(view, around, self.name)


def read_table(
    view: TableView,
    around: Around,
    form: str,
    *,
    declared_unit: Unit | None = None,
    headings: Headings | None = None,
    confidence: float = 0.9,
) -> Found:
    """Read a table by its headings.

    Args:
        view: the table.
        around: what stands around it.
        form: name of the form that asks.
        declared_unit: unit that the publisher fixes, for a table that prints none.
        headings: its headings, where the form knows better than what the cells say.
        confidence: of its amounts, 0 to 1.
    """
    understood = understand(view, around, headings)
    if understood is None:
        return read_pairs(view, around, form, confidence)
    headings, columns = understood
    parts = divided(view, headings, columns)
    if len(parts) > 1:
        readings: list[Found] = []
        for number, part in enumerate(parts):
            readings.append(
                read_table(
                    part,
                    around if number == 0 else _around_part(part, view, headings, around, readings[-1]),
                    form,
                    declared_unit=declared_unit,
                    headings=headings if number == 0 and part.n_cols == view.n_cols else None,
                    confidence=confidence,
                )
            )
        return _joined(readings)
    terms = replace(terms_of(view, headings, columns, around, form), confidence=confidence)
    columns = supplemented(view, columns, headings, around)
    told = supplementary(headings, around)
    if told is not None and any(column.stage is Stage.BUDGET and column.stage_no for column in columns):
        terms = replace(terms, stage=(told[0], TakenFrom.TEXT))
    if terms.unit is None and declared_unit is not None and not states_other_unit(view, headings, around):
        terms = replace(terms, unit=(declared_unit, TakenFrom.FORM))
    kept = trusted(columns, headings, view, around, terms)
    if not any(column.role is Role.MONEY for column in kept):
        return read_pairs(view, around, form, confidence)
    found = read_amounts(view, headings, kept, around, terms)
    if found.amounts:
        found.n_left += untrusted_cells(columns, kept, view, headings)
    return as_verdict(found, headings, kept, around)


def _around_part(part: TableView, whole: TableView, first: Headings, around: Around, before: Found) -> Around:
    """What stands around a later table of one grid: its own titles say the year before anything else does.

    Where but the headings stand once more, as at the top of each page, the year of the first holds on.
    """
    headings = find_headings(part)
    titles = headings.titles if headings is not None else ()
    year = next((found for text in titles if (found := years.year_of_line(text)) is not None), None)
    goes_on = headings is not None and not titles and headings.paths == first.paths
    if year is None and goes_on:
        year = table_year(whole, first, around)
    return replace(
        around,
        is_part=False,
        before=None,
        goes_on=goes_on,
        above=before.above if goes_on else (),
        fiscal_year=year or around.fiscal_year,
        unit=whole.grid.unit or around.unit,
    )


def _joined(readings: Sequence[Found]) -> Found:
    """What the parts of one grid gave, as of one table."""
    result = Found(above=readings[-1].above)
    for found in readings:
        result.amounts += found.amounts
        result.n_left += found.n_left
    if not result.amounts:
        first = next((found for found in readings if found.reason is not None), None)
        if first is not None:
            result.reason, result.detail = first.reason, first.detail
            result.proposals, result.is_question = first.proposals, first.is_question
    return result


def understand(
    view: TableView, around: Around, headings: Headings | None = None
) -> tuple[Headings, list[Column]] | None:
    """Headings and columns of a table; those of the table before it where it goes on from that one."""
    if headings is None:
        headings = (_continued(view, around) if around.is_part else None) or find_headings(view)
    if headings is None:
        headings = _continued(view, around)
    if headings is None:
        return None
    return headings, read_columns(view, headings, table_year(view, headings, around))


def _continued(view: TableView, around: Around) -> Headings | None:
    before = around.before
    if before is None or before.n_cols != view.n_cols or (around.lines and not around.is_part):
        return None
    headings = find_headings(before)
    return None if headings is None else replace(headings, rows=(), first_body=1, titles=())


def as_verdict(found: Found, headings: Headings, columns: Sequence[Column], around: Around) -> Found:
    """Say what a person can do where nothing came of money."""
    if found.amounts or found.reason is None:
        return found
    if not has_budget_sign(around) and not any(
        column.role is Role.MONEY
        and (column.stage is not None or words.is_funding(column.path[-1] if column.path else ""))
        for column in columns
    ):
        return Found()
    if found.reason == "unit_unknown":
        found.proposals, found.is_question = _PROPOSED_UNITS, True
    elif found.reason in ("year_unknown", "stage_unknown"):
        found.is_question = True
        if found.reason == "stage_unknown":
            found.proposals = tuple(
                f"stage={stage.value}" for stage in (Stage.REQUEST, Stage.GOV_PROPOSAL, Stage.ENACTED)
            )
    return found


FORM = _General()
