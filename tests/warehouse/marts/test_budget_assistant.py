"""The assistant's row: everything of a project in a year, the years held, and what must be said with it."""

from schemas.records.document import DocumentRecord


def test_a_row_has_amounts_documents_and_the_years_held(ledger):
    for year in (2020, 2023):
        ledger.amount(year, "구직급여", year=year, sheet="총괄", cell="C5")
    ledger.insert(
        DocumentRecord, content_id="c1" * 32, title="예산서", kind="각목명세서", fiscal_years=[2020], n_amounts=2
    )
    rows = ledger.mart("budget_assistant")
    assert [row["held_years"] for row in rows] == [[2020, 2023]] * 2
    assert [one["amount_won"] for row in rows for one in row["amounts"]] == [2020, 2023]
    assert rows[0]["documents"] == [
        {"content_id": "c1" * 32, "title": "예산서", "kind": "각목명세서", "locator": "시트 총괄 C5"}
    ]
    assert rows[0]["caveats"] == []


def test_a_name_of_running_costs_is_not_attributed_to_an_office(ledger, only):
    ledger.amount(5_942, "인건비(총액)", org="감사원")
    assert "소관을 정해 묻고" in only(ledger.mart("budget_assistant"))["caveats"][0]


def test_a_name_that_three_offices_have_says_so(ledger):
    for org in ("가부", "나부", "다부"):
        ledger.amount(1, "정보화 추진", org=org)
    assert {row["caveats"][0] for row in ledger.mart("budget_assistant")} == {
        "같은 이름의 사업이 3개 소관에 있다. 소관을 함께 말해야 한다."
    }


def test_a_bare_name_joins_nothing_and_says_so(ledger):
    ledger.amount(1, "행사", org=None, content="a1")
    ledger.amount(2, "행사", org=None, content="b1")
    rows = ledger.mart("budget_assistant")
    assert [(row["keyed_by"], len(row["amounts"])) for row in rows] == [("name_only", 1)] * 2
    assert "잇지 않았다" in rows[0]["caveats"][0]
