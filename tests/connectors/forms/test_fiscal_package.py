"""Fiscal Data Packages of both ways of describing: what the descriptor says is taken, what it does not say is asked for."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import Blob
from connectors.formats.csv_text import FORMAT as CSV
from connectors.forms.contract import Around, Found
from connectors.forms.fiscal_package import FORM, fields_of, is_descriptor
from connectors.tables.view import TableView
from schemas.budget import Declared
from schemas.fiscal import Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, parse_amount


def package(fields: list[str], measures: Mapping[str, Any], dimensions: Mapping[str, Any], **top: Any) -> str:
    described = {
        "name": "town",
        "title": "Town budget",
        "resources": [{"name": "a", "path": "a.csv", "schema": {"fields": [{"name": name} for name in fields]}}],
        "mapping": {"measures": measures, "dimensions": dimensions},
        **top,
    }
    return json.dumps(described, ensure_ascii=False)


def typed(fields: list[dict[str, Any]], extra: list[dict[str, Any]] | None = None, **top: Any) -> str:
    schema = {"fields": fields, **({"extraFields": extra} if extra else {})}
    return json.dumps(
        {"name": "t", "title": "t", "resources": [{"path": "a.csv", "schema": schema}], **top}, ensure_ascii=False
    )


def read(rows: str, descriptor: str, **around: Any) -> Found:
    (element,) = CSV.read(Blob(rows.encode(), "a.csv")).elements
    view = TableView(element, 0, 1)
    place = replace(Around(descriptor=descriptor), **around)
    assert FORM.recognises(view, place) == 1.0
    found = FORM.read(view, place)
    for amount in found.amounts:
        if amount.amount_minor is not None:
            unit = Unit(amount.unit_raw or "", amount.unit_multiplier or 0, amount.currency)
            assert parse_amount(amount.raw_text, unit).amount_minor == amount.amount_minor
    return found


def attribute(source: str, **more: Any) -> dict[str, Any]:
    return {"attributes": {"label": {"source": source}}, **more}


def test_measures_that_are_years():
    fields = ["Portfolio", "Program", "2014-15", "2015-16"]
    measures = {year: {"source": year, "currency": "AUD"} for year in fields[2:]}
    dimensions = {"portfolio": attribute("Portfolio"), "Program": attribute("Program")}
    found = read(
        "Portfolio,Program,2014-15,2015-16\nForests,Paths,12,\nForests,Signs,nfp,0.5\n",
        package(fields, measures, dimensions),
    )

    assert [(a.fiscal_year, a.amount_minor, a.currency, a.value_state) for a in found.amounts] == [
        (2014, 1200, "AUD", ValueState.VALUE),
        (2015, None, "AUD", ValueState.BLANK),
        (2015, 50, "AUD", ValueState.VALUE),
    ]
    first = found.amounts[0]
    assert (first.stage, first.unit_from, first.subject.level) == (Stage.BUDGET, TakenFrom.FORM, Level.PROGRAM)
    assert first.subject.names == {Level.ORG: "Forests", Level.PROGRAM: "Paths"}


def test_transactions_are_of_the_month_in_which_they_were_paid():
    fields = ["Institution", "Value", "Registered", "Executed"]
    dimensions = {
        "registered": attribute("Registered", dimensionType="datetime"),
        "executed": attribute("Executed", dimensionType="datetime"),
        "administrator": attribute("Institution", dimensionType="entity"),
    }
    measures = {"amount": {"source": "Value", "currency": "ALL", "factor": 1, "direction": "expenditure"}}
    descriptor = package(fields, measures, dimensions, granularity="transactional")
    (amount,) = read("Institution,Value,Registered,Executed\nMoE,7,2013-12-30,2014-01-02\n", descriptor).amounts
    assert (amount.fiscal_year, amount.period, amount.stage, amount.amount_minor) == (
        2014,
        "201401",
        Stage.EXEC_MONTH,
        700,
    )


def test_phases_factors_and_directions():
    fields = ["연도", "분야", "안", "확정", "집행"]
    measures = {
        "p": {"source": "안", "currency": "KRW", "factor": 1000, "phase": "proposed"},
        "a": {"source": "확정", "currency": "KRW", "factor": 1000, "phase": "approved", "direction": "revenue"},
        "e": {"source": "집행", "currency": "KRW", "factor": "1000000", "phase": "executed"},
    }
    functional = attribute("분야", dimensionType="classification", classificationType="functional")
    dimensions = {"date": {"dimensionType": "datetime", "attributes": {"year": {"source": "연도"}}}, "f": functional}
    amounts = read("연도,분야,안,확정,집행\n2025,숲,5,△4,3\n", package(fields, measures, dimensions)).amounts

    assert [(str(a.stage), a.amount_minor, a.unit_raw, a.is_revenue) for a in amounts] == [
        ("GOV_PROPOSAL", 5_000, "천원", False),
        ("ENACTED", -4_000, "천원", True),
        ("EXEC_YTD", 3_000_000, "백만원", False),
    ]
    assert amounts[0].subject.names == {Level.FIELD: "숲"}


AMOUNT = {"amount": {"source": "Amount", "currency": "EUR"}}


@pytest.mark.parametrize(("end", "year"), [("2014-12-31", 2014), ("2014-06-30", 2014), ("2020-12-31", None)])
def test_a_period_of_one_year_is_the_year_and_one_of_several_is_none(end: str, year: int | None):
    period = {"start": "2014-01-01", "end": end}
    descriptor = package(["Fund", "Amount"], AMOUNT, {"fund": attribute("Fund")}, fiscalPeriod=period)
    found = read("Fund,Amount\nCohesion,5\n", descriptor)
    if year is not None:
        assert [(a.fiscal_year, a.amount_minor) for a in found.amounts] == [(year, 500)]
    else:
        assert (found.amounts, found.reason, found.is_question, found.n_left) == ([], "year_unknown", False, 1)


def test_what_is_said_nowhere_is_asked_for_and_can_be_declared():
    descriptor = package(
        ["Fund", "Amount"], {"amount": {"source": "Amount"}}, {"fund": attribute("Fund")}, title="Town"
    )
    rows = "Fund,Amount\nCohesion,5\n"
    found = read(rows, descriptor)
    assert (found.amounts, found.reason, found.is_question) == ([], "year_unknown", True)
    assert read(rows, descriptor, declared=Declared(fiscal_year=2020)).reason == "unit_unknown"
    assert read(rows, descriptor, declared=Declared(fiscal_year=2020, unit="천원")).reason == "stage_unknown"
    said = Declared(fiscal_year=2020, unit="천원", stage=Stage.SETTLED)
    (amount,) = read(rows, descriptor, declared=said).amounts
    assert (amount.amount_minor, amount.unit_from, amount.stage, amount.stage_from) == (
        5_000,
        TakenFrom.SOURCE,
        Stage.SETTLED,
        TakenFrom.SOURCE,
    )


def test_column_types_with_phase_year_and_currency_in_columns():
    fields = [
        {"name": "y", "type": "integer", "columnType": "date:fiscal-year"},
        {"name": "ph", "columnType": "phase:id"},
        {"name": "cur", "columnType": "value-currency:code"},
        {"name": "dir", "columnType": "direction"},
        {"name": "oc", "columnType": "administrative-classification:generic:level1:code"},
        {"name": "on", "columnType": "administrative-classification:generic:level1:label"},
        {"name": "f2", "columnType": "functional-classification:generic:level2:label"},
        {"name": "e1", "columnType": "economic-classification:generic:level1:code:part"},
        {"name": "pj", "columnType": "activity:generic:project:label"},
        {"name": "v", "type": "number", "columnType": "value"},
    ]
    rows = "y,ph,cur,dir,oc,on,f2,e1,pj,v\n2025,approved,USD,revenue,01,MoE,Roads,210,Paths,1.25\n"
    (amount,) = read(rows, typed(fields)).amounts
    assert (amount.fiscal_year, amount.stage, amount.currency, amount.amount_minor) == (2025, Stage.ENACTED, "USD", 125)
    assert amount.is_revenue
    assert amount.subject.codes == {Level.ORG: "01", Level.MOK: "210"}
    assert amount.subject.names == {Level.ORG: "MoE", Level.SECTOR: "Roads", Level.PROJECT: "Paths"}


def test_measures_that_are_denormalised_and_constants():
    fields = [
        {"name": "Who", "columnType": "administrative-classification:generic:code"},
        {"name": "Approved 2015", "type": "number", "normalize": {"Phase": "approved", "Year": 2015}},
        {"name": "Executed 2015", "type": "number", "normalize": {"Phase": "executed", "Year": 2015}},
    ]
    extra = [
        {"name": "Phase", "columnType": "phase:id"},
        {"name": "Year", "columnType": "date:fiscal-year"},
        {"name": "Currency", "columnType": "value-currency:code", "constant": "JPY"},
        {"name": "Amount", "columnType": "value", "normalizationTarget": True},
    ]
    amounts = read("Who,Approved 2015,Executed 2015\nA,10,9\n", typed(fields, extra)).amounts
    assert [(str(a.stage), a.fiscal_year, a.currency, a.amount_minor) for a in amounts] == [
        ("ENACTED", 2015, "JPY", 10),
        ("EXEC_YTD", 2015, "JPY", 9),
    ]


def test_numbers_with_other_marks_are_never_misread():
    fields = [
        {"name": "y", "columnType": "date:fiscal-year"},
        {"name": "v", "type": "number", "columnType": "value", "decimalChar": ",", "groupChar": "."},
    ]
    extra = [
        {"name": "c", "columnType": "value-currency:code", "constant": "EUR"},
        {"name": "p", "columnType": "phase:id", "constant": "approved"},
    ]
    found = read('y,v\n2025,1.234\n2025,"1,5"\n2025,12\n', typed(fields, extra))
    assert [(a.raw_text, a.amount_minor) for a in found.amounts] == [("12", 1200)]
    assert found.n_left == 2


def test_headings_must_be_exactly_the_fields():
    descriptor = package(["Fund", "Amount"], AMOUNT, {})
    for rows in ("Fund,Amounts\nA,1\n", "Amount,Fund\n1,A\n", "Fund,Amount,More\nA,1,2\n"):
        (element,) = CSV.read(Blob(rows.encode(), "a.csv")).elements
        assert FORM.recognises(TableView(element, 0, 1), Around(descriptor=descriptor)) == 0.0
        assert FORM.recognises(TableView(element, 0, 1), Around()) == 0.0


def test_descriptors_are_known_by_their_fields():
    descriptor = package(["Fund", "Amount"], AMOUNT, {})
    assert is_descriptor(descriptor)
    assert fields_of(descriptor) == [["Fund", "Amount"]]
    for text in (
        "",
        "{",
        '{"resources": []}',
        '{"resources": [{"schema": {"fields": [1]}}]}',
        '[{"resources": 1}]',
        "[" * 9999,
    ):
        assert not is_descriptor(text)
        assert fields_of(text) == []


@pytest.mark.parametrize("factor", ["x", 0, -1, 1e30, "NaN", [], 0.001])
def test_strange_factors_give_no_amount(factor: object):
    measures = {"amount": {"source": "Amount", "currency": "EUR", "factor": factor, "phase": "approved"}}
    found = read(
        "Year,Amount\n2020,5\n",
        package(["Year", "Amount"], measures, {"date": attribute("Year", dimensionType="datetime")}),
    )
    assert found.amounts == [] or factor == []
