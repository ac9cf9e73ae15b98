"""The magnifier: stages of a project beside one another, transfers by kind, and what wants an explanation."""

import pytest

CODE = {"code": "7034-303"}


def stages(ledger, **won):
    for stage, value in won.items():
        ledger.amount(value, "행사", stage=stage, **CODE)


def test_a_year_of_a_project_in_one_row(ledger, only):
    stages(ledger, ENACTED=4_924, SUPP_ENACTED=5_854, CURRENT=5_800, SETTLED=3_000, CARRYOVER_OUT=2_000, LAPSED=800)
    ledger.amount(930, "행사", stage="SUPP_CHANGE", **CODE)
    row = only(ledger.mart("expenditure_magnifier"))
    assert (row["enacted_won"], row["supplementary_won"], row["supplementary_change_won"]) == (4_924, 5_854, 930)
    assert (row["execution_rate"], row["rate_base"]) == (pytest.approx(0.5172), "CURRENT")
    said = " ".join(row["to_explain"])
    for words in ("집행률이 51.7%", "△54원 적다", "2,000원(34.5%)이 이월", "800원(13.8%)이 불용"):
        assert words in said
    assert "낭비" not in said


def test_a_supplementary_budget_that_is_a_dash_is_none(ledger, only):
    stages(ledger, ENACTED=10, SUPP_ENACTED=None, CURRENT=10, SETTLED=10)
    row = only(ledger.mart("expenditure_magnifier"))
    assert (row["supplementary_won"], row["supplementary_change_won"], row["execution_rate"]) == (None, None, 1.0)
    assert row["to_explain"] == []


def test_transfers_stand_by_kind_and_moving_between_parts_of_an_item_is_none_of_them(ledger):
    stages(ledger, ENACTED=100)
    both = {"from_project_code": "7034-303", "to_project_code": "7034-303"}
    ledger.transfer(5, "TRANSFER_TITLE", from_item_code="210-14", to_item_code="260-01", **both)
    ledger.transfer(9, "TRANSFER_SEMOK", from_item_code="210-14", to_item_code="210-01", **both)
    ledger.transfer(3, "TRANSFER_PROGRAM", from_project_code="7034-303", to_project_code="1000-100")
    (row,) = ledger.mart("expenditure_magnifier", "code = '7034-303'")
    assert (row["title_in_won"], row["title_out_won"], row["semok_moved_won"]) == (5, 5, 9)
    assert (row["program_in_won"], row["program_out_won"]) == (None, 3)
    (held,) = ledger.mart("budget_assistant", "code = '7034-303'")
    assert {(one["kind"], one["direction"]) for one in held["adjustments"]} == {
        ("TRANSFER_TITLE", "within"),
        ("TRANSFER_SEMOK", "within"),
        ("TRANSFER_PROGRAM", "out"),
    }


def test_a_code_that_two_offices_share_gets_no_transfer_of_another_content(ledger):
    for org in ("국토부", "복지부"):
        ledger.amount(100, "행사", org=org, **CODE)
    ledger.transfer(5, "TRANSFER_TITLE", from_project_code="7034-303", to_project_code="7034-303", content="e1")
    assert all(row["title_in_won"] is None for row in ledger.mart("expenditure_magnifier"))


def test_december_is_measured_only_where_the_months_are_held(ledger, only):
    ledger.amount(60, "행사", stage="EXEC_YTD", period="202611", **CODE)
    assert only(ledger.mart("expenditure_magnifier"))["december_share"] is None
    ledger.amount(100, "행사", stage="EXEC_YTD", period="202612", **CODE)
    row = only(ledger.mart("expenditure_magnifier"))
    assert (row["december_share"], row["executed_until"]) == (0.4, "202612")
    assert "12월에 한 해 집행의 40.0%가 몰렸다." in row["to_explain"]


def test_a_rate_is_of_a_whole_year(ledger, only):
    stages(ledger, CURRENT=100)
    ledger.amount(30, "행사", stage="EXEC_YTD", period="202606", **CODE)
    row = only(ledger.mart("expenditure_magnifier"))
    assert (row["executed_won"], row["execution_rate"], row["to_explain"]) == (30, None, [])


def test_contradictions_and_breaks_are_counted(ledger, only):
    ledger.amount(10, "행사", content="a1", **CODE)
    other = ledger.amount(11, "행사", content="b1", **CODE)
    ledger.check(other, "BREAK")
    row = only(ledger.mart("expenditure_magnifier"))
    assert (row["n_contradictions"], row["n_breaks"]) == (1, 1)


def test_similar_projects_are_candidates_by_shared_words(ledger):
    ledger.amount(1, "스마트농업 실증단지 조성", org="농림부")
    ledger.amount(1, "스마트농업 실증단지 운영", org="해수부")
    ledger.amount(1, "도로 유지 보수", org="국토부")
    rows = {row["name"]: row["similar_projects"] for row in ledger.mart("expenditure_magnifier")}
    assert rows["스마트농업 실증단지 조성"] == [
        {
            "name": "스마트농업 실증단지 운영",
            "office": "해수부",
            "score": 0.5,
            "shared_words": ["스마트농업", "실증단지"],
        }
    ]
    assert rows["도로 유지 보수"] == []
