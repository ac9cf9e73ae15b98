"""What forms find becomes rows of the lake, value by value."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from schemas.arrow import arrow_schema
from schemas.budget import (
    Extraction,
    FoundAdjustment,
    FoundAmount,
    FoundIndicator,
    Place,
    Subject,
    TableVerdict,
    amount_id,
)
from schemas.fiscal import AdjustmentKind, Basis, Level, Stage, TakenFrom, ValueState
from schemas.records.budget_amount import BudgetAmount
from warehouse.amount_rows import (
    adjustment_rows,
    amount_table,
    cell_address,
    extraction_row,
    indicator_rows,
    table_rows,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PLACE = Place(ordinal=3, table=2, row=4, col=5, line=1, page=7, sheet="요구", sheet_row=10, sheet_col=28)
SUBJECT = Subject(
    Level.SEMOK,
    "일반연구비",
    "260-01",
    {Level.SEMOK: "일반연구비", Level.PROJECT: "마을길", Level.ORG: "새길부", Level.SUBPROJECT: "점검"},
    {Level.SEMOK: "260-01", Level.PROJECT: "7031-302", Level.ACCOUNT: "11"},
)
FOUND = FoundAmount(
    place=PLACE, raw_text="△1,234", amount_minor=-1_234_000_000, currency="KRW", value_state=ValueState.VALUE,
    unit_raw="백만원", unit_multiplier=1_000_000, unit_from=TakenFrom.TEXT, precision_minor=500_000, fiscal_year=2026,
    stage=Stage.SUPP_ENACTED, stage_no=2, stage_from=TakenFrom.CELL, period="202605", basis=Basis.NET, subject=SUBJECT,
    is_revenue=False, is_total=False, compared=None, form="general", confidence=0.9,
)  # fmt: skip


def one(found: FoundAmount) -> dict:
    table = amount_table("c1", [found], NOW)
    assert table.schema == arrow_schema(BudgetAmount)
    (row,) = table.to_pylist()
    return row


def test_every_part_of_an_amount_has_its_column():
    row = one(FOUND)
    assert row["amount_id"] == amount_id("c1", FOUND)
    said = {
        "content_id": "c1", "level": "SEMOK", "fiscal_year": 2026, "stage": "SUPP_ENACTED", "stage_no": 2, "stage_from": "cell",
        "period": "202605", "basis": "NET", "amount_won": -1_234_000_000, "amount_minor": -1_234_000_000, "currency": "KRW",
        "value_state": "VALUE", "precision_minor": 500_000, "unit_raw": "백만원", "unit_multiplier": 1_000_000, "unit_from": "text",
        "raw_text": "△1,234", "subject_name": "일반연구비", "subject_code": "260-01", "org_name": "새길부", "org_code": None,
        "account_name": None, "account_code": "11", "project_name": "마을길", "project_code": "7031-302", "subproject_name": "점검",
        "semok_name": "일반연구비", "semok_code": "260-01", "mok_name": None, "ordinal": 3, "table_no": 2, "page": 7,
        "sheet": "요구", "row": 4, "col": 5, "line": 1, "cell": "AB10", "form": "general", "confidence": 0.9, "recorded_at": NOW,
        "supersedes_id": None, "effective_on": None, "as_of": None,
    }  # fmt: skip
    assert {name: row[name] for name in said} == said


def test_foreign_money_is_no_won_and_a_state_without_amount_has_none():
    foreign = one(replace(FOUND, currency="USD", unit_raw="천달러", unit_multiplier=100_000))
    assert (foreign["amount_won"], foreign["amount_minor"]) == (None, -1_234_000_000)
    nothing = {"amount_minor": None, "unit_raw": None, "unit_multiplier": None, "unit_from": None, "basis": None}
    dash = one(replace(FOUND, raw_text="-", value_state=ValueState.DASH, **nothing))
    assert [dash[name] for name in ("amount_won", "amount_minor", "unit_raw", "unit_from", "basis")] == [None] * 5


@pytest.mark.parametrize(
    "change",
    [
        {"raw_text": "△1,235"}, {"amount_minor": 1}, {"currency": "USD"}, {"value_state": ValueState.ZERO_PRINTED},
        {"unit_raw": "천원"}, {"unit_from": TakenFrom.SOURCE}, {"fiscal_year": 2025}, {"stage": Stage.ENACTED}, {"stage_no": 1},
        {"period": None}, {"basis": None}, {"is_revenue": True}, {"is_total": True}, {"compared": "B-A"},
        {"place": replace(PLACE, row=5)}, {"place": replace(PLACE, line=None)}, {"subject": replace(SUBJECT, name="가")},
        {"subject": replace(SUBJECT, codes={})}, {"subject": replace(SUBJECT, names={})},
        {"subject": replace(SUBJECT, level=Level.MOK)},
    ],
    ids=str,
)  # fmt: skip
def test_another_reading_of_a_cell_is_another_amount(change):
    assert amount_id("c1", FOUND) != amount_id("c1", replace(FOUND, **change))


def test_how_it_was_found_does_not_make_it_another_amount():
    assert amount_id("c1", FOUND) == amount_id("c1", replace(FOUND, form="performance", confidence=1.0))
    assert amount_id("c1", FOUND) != amount_id("c2", FOUND)


def test_no_amounts_are_an_empty_table():
    assert amount_table("c1", [], NOW).schema == arrow_schema(BudgetAmount)


@pytest.mark.parametrize(
    ("place", "address"), [((1, 1), "A1"), ((9, 26), "Z9"), ((9, 27), "AA9"), ((1, 702), "ZZ1"), ((1, 703), "AAA1")]
)
def test_addresses_of_cells(place, address):
    assert cell_address(*place) == address


def test_a_table_that_is_no_range_has_no_address():
    assert cell_address(None, 3) is None
    assert cell_address(3, None) is None


def test_markers_and_verdicts():
    verdicts = [
        TableVerdict(0, 1, "s1", "general", "records", n_amounts=2, n_left=1),
        TableVerdict(4, 2, "s2", None, "question", "unit_unknown", "3행", ("unit=원",), n_left=5),
    ]
    result = Extraction(amounts=[FOUND], tables=verdicts, kind="결산", org_name="새길부", fiscal_years=(2025, 2026))
    marker = extraction_row("c1", "f", result, ("c0",), NOW)
    assert (marker.kind, marker.org_name, marker.fiscal_years, marker.replaces) == (
        "결산",
        "새길부",
        [2025, 2026],
        ["c0"],
    )
    assert (marker.n_tables, marker.n_amounts, marker.n_left) == (2, 1, 6)
    first, second = table_rows("c1", result)
    assert (first.detail, first.proposals, first.form) == (None, [], "general")
    assert (second.reason, second.detail, second.proposals, second.shape_id) == (
        "unit_unknown",
        "3행",
        ["unit=원"],
        "s2",
    )


def test_a_transfer_names_its_amount():
    moved = FoundAdjustment(
        PLACE, AdjustmentKind.TRANSFER_TITLE, "전용", "2026-03-04", 2026, ("마을길", "7031-302"), "210-14", (None, None),
        "260-01", "용역",
    )  # fmt: skip
    (row,) = adjustment_rows("c1", Extraction(amounts=[FOUND], adjustments=[moved]))
    assert (row.amount_id, row.amount_won, row.decided_on) == (amount_id("c1", FOUND), -1_234_000_000, date(2026, 3, 4))
    assert (row.kind, row.from_project_code, row.to_project_name) == ("TRANSFER_TITLE", "7031-302", None)
    foreign = replace(FOUND, currency="USD")
    (row,) = adjustment_rows("c1", Extraction(amounts=[foreign], adjustments=[replace(moved, on=None)]))
    assert (row.amount_won, row.decided_on) == (None, None)


def test_indicators_name_their_project_and_program():
    subject = Subject(
        Level.PROJECT, "마을길", "7031-302", {Level.PROJECT: "마을길", Level.PROGRAM: "길"}, {Level.PROJECT: "7031-302"}
    )
    found = FoundIndicator(PLACE, "90%", "90", "target", 2026, "점검률", "%", "점검 ÷ 전체", "0.5", subject)
    other = replace(found, subject=None, measure="actual")
    first, second = indicator_rows("c1", Extraction(indicators=[found, other]))
    assert (first.project_name, first.project_code, first.program_name) == ("마을길", "7031-302", "길")
    assert (first.value, first.raw_text, first.unit, first.method, first.weight) == (
        "90",
        "90%",
        "%",
        "점검 ÷ 전체",
        "0.5",
    )
    assert (second.project_name, second.program_name) == (None, None)
    assert first.indicator_id != second.indicator_id
