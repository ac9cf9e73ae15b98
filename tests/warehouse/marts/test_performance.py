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
