"""Indicators beside the money of their projects."""


def test_target_and_result_stand_in_one_row_with_the_projects_money(ledger, only):
    ledger.amount(500, "행사", code="7034-303")
    ledger.amount(450, "행사", code="7034-303", stage="SETTLED")
    for value, measure in (("80", "target"), ("60.0", "actual"), ("75", "rate")):
        ledger.indicator(value, measure, project_code="7034-303", project_name="행사", content_id=measure[0] * 64)
    row = only(ledger.mart("performance"))
    assert (row["target"], row["actual"], row["rate"], row["computed_rate"]) == ("80", "60.0", "75", 75.0)
    assert (row["enacted_won"], row["executed_won"], row["n_sources"], row["n_contradicting"]) == (500, 450, 3, 0)


def test_an_indicator_without_a_project_joins_no_other_document(ledger):
    ledger.indicator("80", "target", content_id="a" * 64)
    ledger.indicator("70", "actual", content_id="b" * 64)
    assert len(ledger.mart("performance")) == 2


def test_a_code_of_two_offices_gets_no_money(ledger, only):
    for org in ("가부", "나부"):
        ledger.amount(500, "행사", code="7034-303", org=org)
    ledger.indicator("80", "target", project_code="7034-303")
    assert only(ledger.mart("performance"))["enacted_won"] is None


def test_a_plan_that_names_the_program_and_a_report_that_does_not_are_one_row(ledger, only):
    ledger.indicator(
        "80", "target", project_code="7034-303", project_name="행사", program_name="정부 행사", content_id="a" * 64
    )
    ledger.indicator("60", "actual", project_name="행 사", content_id="b" * 64)
    row = only(ledger.mart("performance"))
    assert (row["target"], row["actual"], row["program_name"], row["n_sources"]) == ("80", "60", "정부 행사", 2)


def test_a_project_that_only_its_name_tells_is_one_row_too(ledger, only):
    ledger.indicator("80", "target", project_name="행사", program_name="정부 행사", content_id="a" * 64)
    ledger.indicator("60", "actual", project_name="행사", content_id="b" * 64)
    assert only(ledger.mart("performance"))["actual"] == "60"


def test_a_name_in_two_programs_or_with_two_codes_is_no_single_project(ledger):
    for program, value in (("가", "1"), ("나", "2")):
        ledger.indicator(value, "target", project_name="기본경비", program_name=program, content_id=value * 64)
    for code in ("1000-300", "2000-300"):
        ledger.indicator("5", "target", name="참여율", project_name="행사", project_code=code)
    ledger.indicator("4", "actual", name="참여율", project_name="행사")
    rows = ledger.mart("performance")
    assert sorted((row["name"], row["target"], row["actual"]) for row in rows if row["name"] == "만족도") == [
        ("만족도", "1", None),
        ("만족도", "2", None),
    ]
    assert [row["actual"] for row in rows if row["name"] == "참여율" and row["project_code"]] == [None, None]
