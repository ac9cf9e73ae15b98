"""Tables of labels and values side by side, such as the outline of a project: 2026년 예산 | 3,200백만원."""

import re
from collections.abc import Iterator

from connectors.forms.contract import Around, Found
from connectors.tables import words, years
from connectors.tables.stacks import row_stage
from connectors.tables.surroundings import outlined
from connectors.tables.view import TableView
from schemas.budget import FoundAmount, Subject
from schemas.fiscal import CHANGE_STAGES, Level, Stage, TakenFrom
from schemas.money import parse_amount

_MAX_POSITIONS = 400
_SURELY_ENACTED = re.compile(r"본예산|당초|확정")
# What of an amount is paid by whom stands behind it: 600백만원 (국비 300, 시비 300).
_WITH_REMARK = re.compile(r"^([^()（）]*원)\s*[(（][^()（）]*[가-힣][^()（）]*[)）]$")
_NAMES = frozenset({"사업명", "세부사업명", "세부사업", "내역사업명", "과제명"})


def read_pairs(view: TableView, around: Around, form: str, confidence: float) -> Found:
    """Amounts whose label names a year and a stage and nothing else, and whose own text says the unit.

    Args:
        view: a table that has no columns of money.
        around: what stands around it; its project, or the one that the table or its caption names, is what they are of.
        form: name of the form that asks.
        confidence: of its amounts, 0 to 1.
    """
    found = Found()
    if view.n_rows * view.n_cols > _MAX_POSITIONS:
        return found
    pairs = list(_pairs(view))
    name = next((value.strip() for label, value, _ in pairs if words.folded(label) in _NAMES and value.strip()), None)
    if name is None and around.subject is None:
        name = outlined(around)
    subject = around.subject if name is None else Subject(Level.PROJECT, name, None, {Level.PROJECT: name}, {})
    if subject is None:
        return found
    for label, value, (row, col) in pairs:
        year, stage = years.year_of_line(label), row_stage(label)
        if stage is Stage.ENACTED and not _SURELY_ENACTED.search(words.folded(label)):
            stage = Stage.BUDGET  # an outline does not say whether it is already enacted
        value = _WITH_REMARK.sub(r"\1", value.strip())
        printed = parse_amount(value)
        if (
            year is None
            or stage is None
            or stage in CHANGE_STAGES
            or printed.unit is None
            or not printed.is_unit_in_text
        ):
            continue
        found.amounts.append(
            FoundAmount(
                place=view.place(row, col),
                raw_text=value,
                amount_minor=printed.amount_minor,
                currency=printed.unit.currency,
                value_state=printed.state,
                unit_raw=printed.unit.raw,
                unit_multiplier=printed.unit.multiplier,
                unit_from=TakenFrom.CELL,
                precision_minor=printed.precision_minor,
                fiscal_year=year,
                stage=stage,
                stage_no=words.stage_number(label),
                stage_from=TakenFrom.CELL,
                period=None,
                basis=around.declared.basis,
                subject=subject,
                is_revenue=False,
                is_total=False,
                compared=None,
                form=form,
                confidence=confidence,
            )
        )
    return found


def _pairs(view: TableView) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """(label, value, place of the value) of every cell and the next one to its right in the same row."""
    for row in view.rows():
        filled = [(col, text) for col, text in enumerate(view.own_row(row), start=1) if text.strip()]
        for (_, label), (col, value) in zip(filled[::2], filled[1::2], strict=False):
            yield label, value, (row, col)
