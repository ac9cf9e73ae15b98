"""Totals: of one level and one content, with the printed total beside them."""

from schemas.fiscal import Level


def total(ledger, **where):
    rows = ledger.mart("macro_view", "dimension = 'TOTAL'")
    return [row for row in rows if all(row[name] == value for name, value in where.items())]


def test_the_total_is_the_sum_of_projects_never_with_their_items(ledger, only):
    project = {"names": {Level.PROJECT: "도로", Level.FIELD: "국토"}, "codes": {Level.PROJECT: "1000-300"}}
    ledger.amount(70, "도로", code="1000-300", names={Level.FIELD: "국토"})
    ledger.amount(30, "철도", code="1000-301", names={Level.FIELD: "교통"})
    ledger.amount(50, "운영비", level=Level.MOK, code="210", **project)
    ledger.amount(20, "인건비", level=Level.MOK, code="110", **project)
    ledger.amount(101, "합계", org=None, level=Level.TOTAL, is_total=True)
    row = only(total(ledger))
    assert (row["amount_won"], row["n_amounts"], row["level"]) == (100, 2, "PROJECT")
    assert (row["is_printed_total"], row["printed_won"], row["difference_won"]) == (True, 101, -1)
    divided = {(row["dimension"], row["member"]): row["amount_won"] for row in ledger.mart("macro_view")}
    assert divided["FIELD", "국토"] == 70
    assert divided["ORG", "국토부"] == 100
    assert (divided["NATURE", "물건비"], divided["NATURE", "인건비"]) == (50, 20)


def test_two_contents_are_two_rows_and_the_widest_is_named(ledger):
    ledger.amount(10, "가", content="a1")
    ledger.amount(10, "가", content="b1")
    ledger.amount(20, "나", content="b1")
    rows = total(ledger)
    assert [(row["amount_won"], row["is_widest"]) for row in rows] == [(10, False), (30, True)]


def test_a_project_printed_again_in_another_table_counts_once_and_rows_of_one_name_all_count(ledger, only):
    ledger.amount(10, "가")
    ledger.amount(10, "가", ordinal=5, table_no=2)
    ledger.amount(4, "나")
    ledger.amount(5, "나")
    assert only(total(ledger))["amount_won"] == 19


def test_regions_of_a_yearbook_are_no_further_offices(ledger, only):
    for name, won in (("전국계", 60), ("서울계", 60), ("서울본청", 40), ("서울종로구", 20)):
        ledger.amount(won, "일반행정", org=name, level=Level.SECTOR, code="016", basis="GROSS", stage="SETTLED")
        ledger.amount(won, "합계", org=name, level=Level.TOTAL, is_total=True, basis="GROSS", stage="SETTLED")
    row = only(total(ledger))
    assert (row["amount_won"], row["printed_won"], row["difference_won"]) == (60, 60, 0)
    assert (row["stage_label"], row["basis_label"]) == ("결산", "총계")


def test_a_year_that_is_not_decided_has_no_total(ledger, only):
    ledger.amount(None, value_state="NOT_DECIDED", year=2027)
    row = only(total(ledger))
    assert (row["amount_won"], row["n_amounts"], row["n_unstated"]) == (None, 0, 1)


def test_a_content_that_prints_only_a_total_says_so(ledger, only):
    ledger.amount(673, "총지출", org=None, level=Level.TOTAL, is_total=True)
    row = only(total(ledger))
    assert (row["amount_won"], row["n_amounts"], row["level"]) == (673, 0, "TOTAL")


def test_mandatory_spending_only_where_it_is_printed(ledger):
    ledger.amount(1, "가")
    assert not ledger.mart("macro_view", "dimension = 'MANDATORY'")
    ledger.amount(388, "의무 지출", org=None, level=Level.OTHER)
    ledger.amount(340, "재량지출", org=None, level=Level.OTHER)
    rows = ledger.mart("macro_view", "dimension = 'MANDATORY'")
    assert {(row["member"], row["amount_won"]) for row in rows} == {("의무지출", 388), ("재량지출", 340)}


def test_sums_of_offices_in_a_file_merged_by_name_carry_a_caveat(ledger, only):
    ledger.amount(5_942, "인건비", org="감사원")
    row = only(ledger.mart("macro_view", "dimension = 'ORG'"))
    assert "이름으로 합쳐진" in row["caveat"]
