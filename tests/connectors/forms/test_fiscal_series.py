"""The central series by project and year: enacted, 총지출, known by the files that it was built from."""

import json
from dataclasses import replace

from connectors.contract import Blob
from connectors.formats.json_rows import FORMAT as JSON
from connectors.forms.contract import Around
from connectors.forms.fiscal_series import FORM
from connectors.tables.view import TableView
from schemas.budget import Declared
from schemas.elements import Element
from schemas.fiscal import Basis, Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, parse_amount

BUILT = ["fiscal_by_project_2020.csv", "fiscal_by_project_2021.csv"]


def document(n_items: int = 1, **top: object) -> list[Element]:
    series = [{"year": 2020, "amount": 1_042_000_000}, {"year": 2021, "amount": 0}]
    items = [{"name": f"사업 {n}", "ministry": "숲청", "series": series} for n in range(n_items)]
    text = json.dumps({"unit": "원", "built": BUILT, **top, "items": items}, ensure_ascii=False)
    return JSON.read(Blob(text.encode(), "a.json")).elements


def tables(elements: list[Element]) -> tuple[list[TableView], Around]:
    views = [TableView(element, ordinal, 1) for ordinal, element in enumerate(elements) if element.table]
    return views, Around(lines=tuple(element.text for element in reversed(elements) if not element.table))


def test_an_amount_a_row():
    (view,), around = tables(document())
    assert FORM.recognises(view, around) == 1.0
    found = FORM.read(view, around)

    first, second = found.amounts
    assert (first.amount_minor, first.currency, first.fiscal_year, first.stage) == (
        1_042_000_000,
        "KRW",
        2020,
        Stage.ENACTED,
    )
    assert (first.basis, first.unit_from, first.stage_from) == (Basis.TOTAL_EXPENDITURE, TakenFrom.TEXT, TakenFrom.FORM)
    assert (first.subject.level, first.subject.name) == (Level.PROJECT, "사업 0")
    assert first.subject.names[Level.ORG] == "숲청"
    assert (first.place.row, first.place.col, first.place.sheet_row) == (2, 4, 2)
    assert (second.value_state, second.amount_minor) == (ValueState.ZERO_PRINTED, 0)
    for amount in found.amounts:
        assert amount.unit_raw is not None
        assert amount.unit_multiplier is not None
        unit = Unit(amount.unit_raw, amount.unit_multiplier, amount.currency)
        assert parse_amount(amount.raw_text, unit).amount_minor == amount.amount_minor


def test_later_parts_take_the_headings_of_the_first():
    views, around = tables(document(1_500))
    assert len(views) == 2
    around = replace(around, before=views[0], is_part=views[1].goes_on_from(views[0]))
    assert FORM.recognises(views[1], around) == 1.0
    amounts = FORM.read(views[1], around).amounts
    assert len(amounts) == 1_001
    assert amounts[0].place.sheet_row == 2_001


def test_without_its_files_it_is_left_to_others():
    (view,), around = tables(document(built=["예산.csv"]))
    assert FORM.recognises(view, around) == 0.0


def test_a_unit_that_is_said_nowhere_is_asked_for_and_taken_from_the_source():
    (view,), around = tables(document(unit=""))
    found = FORM.read(view, around)
    assert (found.amounts, found.reason, found.is_question, found.n_left) == ([], "unit_unknown", True, 2)
    declared = replace(around, declared=Declared(unit="천원"))
    amounts = FORM.read(view, declared).amounts
    assert [(amount.amount_minor, amount.unit_from) for amount in amounts] == [
        (1_042_000_000_000, TakenFrom.SOURCE),
        (0, TakenFrom.SOURCE),
    ]
