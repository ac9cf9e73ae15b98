"""Every table of a document has a verdict, and one that breaks a form costs itself alone."""

from dataclasses import dataclass
from typing import Any

import pytest

from connectors import extraction
from connectors.extraction import extract, fingerprint
from connectors.forms.contract import Around, Found
from connectors.tables.view import TableView
from schemas.budget import TABLE_REASONS, Declared, FormDocument, amount_id
from schemas.elements import Element, ElementKind
from schemas.fiscal import Stage, TakenFrom
from schemas.provenance import Locator
from tests.connectors.tables.drawing import document, drawn

BUDGET = """
사업|2031 예산|2032 예산안
도로|100|120
하천|200|220
"""


@dataclass(frozen=True)
class Breaking:
    """A form that takes the tables whose first cell says so, and fails."""

    name: str = "breaking"
    label: str = "깨지는 양식"
    version: int = 1
    in_recognising: bool = False

    def recognises(self, view: TableView, around: Around) -> float:
        if view.own(1, 1) != "깨짐":
            return 0.0
        if self.in_recognising:
            raise KeyError("주민번호 900101-1234567")
        return 1.0

    def read(self, view: TableView, around: Around) -> Found:
        raise ValueError("주민번호 900101-1234567")


@pytest.mark.parametrize(("in_recognising", "name"), [(False, "ValueError"), (True, "KeyError")])
def test_a_form_that_fails_costs_one_table(monkeypatch: pytest.MonkeyPatch, in_recognising: bool, name: str):
    forms = {**extraction.discover_forms(), "breaking": Breaking(in_recognising=in_recognising)}
    monkeypatch.setattr(extraction, "discover_forms", lambda: forms)
    found = extract(document("(단위: 억원)", BUDGET.replace("사업", "깨짐"), "(단위: 억원)", BUDGET))

    broken, read = found.tables
    assert (broken.outcome, broken.reason, broken.detail) == ("quarantined", "form_failed", name)
    assert broken.reason in TABLE_REASONS
    assert (read.outcome, read.n_amounts) == ("records", 4)


def test_verdicts():
    texts = "이름|전화\n김하늘|010-1234-5678"
    found = extract(document("(단위: 억원)", BUDGET, "연락처", texts, "예산", BUDGET))
    assert [verdict.outcome for verdict in found.tables] == ["records", "no_money", "question"]
    assert found.tables[2].reason == "unit_unknown"
    assert "unit=백만원" in found.tables[2].proposals
    assert found.fiscal_years == (2031, 2032)


def test_an_answer_mends_every_table_of_the_shape():
    asked = extract(document("예산", BUDGET)).tables[0]
    answers = {asked.shape_id: {"unit": "백만원"}}
    told = document("예산", BUDGET.replace("2031", "2041").replace("2032", "2042"))
    found = extract(FormDocument(told.title, None, told.elements, Declared(), answers))
    assert [amount.amount_minor for amount in found.amounts][:2] == [100_000_000, 120_000_000]
    assert {amount.unit_from for amount in found.amounts} == {TakenFrom.SOURCE}


def test_a_declared_unit_does_not_hold_for_what_states_another():
    told = document("2031년 예산 (단위: 명)", BUDGET)
    found = extract(FormDocument(told.title, None, told.elements, Declared(unit="백만원")))
    assert not found.amounts


def test_the_stage_that_a_table_named_holds_for_the_next():
    yearly = "사업|2032년\n도로|120"
    found = extract(document("(단위: 억원)", "사업|2032 요구안\n도로|120", "(단위: 억원) 재원별", yearly))
    assert [amount.stage for amount in found.amounts] == [Stage.REQUEST, Stage.REQUEST]


def part(text: str, cells: str) -> Element:
    grid = drawn(text)
    return Element(kind=ElementKind.TABLE, text="", table=grid, locator=Locator(cells=cells))


def test_a_long_table_that_was_cut_goes_on():
    first, second = part(BUDGET, "A1:C3"), part("우물|300|320\n마을|400|420", "A4:C5")
    told = document("(단위: 억원)")
    elements = [*told.elements, first, second]
    found = extract(FormDocument(None, "xlsx", elements, Declared()))
    assert {amount.place.table for amount in found.amounts} == {1}
    last = found.amounts[-1]
    assert (last.fiscal_year, last.amount_minor, last.place.sheet_row, last.place.row) == (2032, 42_000_000_000, 5, 2)


def test_places_in_a_later_table_of_one_grid():
    text = BUDGET + "과목|2030 결산|2031 예산\n세금|10|11\n"
    grid = part(text, "C11:E15")
    found = extract(FormDocument(None, "xlsx", [*document("(단위: 억원)").elements, grid], Declared()))
    last = found.amounts[-2]
    assert (last.fiscal_year, last.stage, last.place.row, last.place.col) == (2030, Stage.SETTLED, 5, 2)
    assert (last.place.sheet_row, last.place.sheet_col) == (15, 4)
    assert len({amount_id("c", amount) for amount in found.amounts}) == len(found.amounts) == 6


def test_nothing_but_what_it_is_given():
    told: dict[str, Any] = {"title": None, "format": None, "elements": ()}
    assert extract(FormDocument(**told)).tables == []
    assert fingerprint() == fingerprint()
