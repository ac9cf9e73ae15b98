"""The series: one amount a key, chosen and never averaged; raw and comparable; candidates join nothing."""


def test_one_amount_a_key_chosen_by_checks_agreement_and_exactness(ledger, only):
    ledger.amount(100, content="a1")
    chosen = ledger.amount(120, content="b1")
    ledger.amount(121, content="c1", precision_minor=5)
    row = only(ledger.mart("budget_series"))
    assert (row["amount_won"], row["amount_id"], row["n_sources"], row["n_contradicting"]) == (120, chosen, 3, 1)
    assert row["stage_label"] == "본예산(국회확정)"
    checked = ledger.amount(100, content="d1")
    ledger.check(checked, "PASSED")
    row = only(ledger.mart("budget_series"))
    assert (row["amount_id"], row["check_status"], row["n_contradicting"]) == (checked, "PASSED", 2)


def test_a_break_does_not_stand_before_an_unchecked_amount(ledger, only):
    broken = ledger.amount(90, content="a1")
    ledger.amount(100, content="b1")
    ledger.check(broken, "BREAK")
    assert only(ledger.mart("budget_series"))["amount_won"] == 100


def test_only_current_levels_count(ledger, only):
    old = ledger.amount(1)
    gone = ledger.amount(2)
    ledger.amount(3, supersedes_id=old)
    ledger.withdraw(gone)
    ledger.amount(7, stage="CHANGE", compared="2026-2025")
    assert only(ledger.mart("budget_series"))["amount_won"] == 3


def test_what_is_not_a_number_keeps_its_state(ledger, only):
    ledger.amount(None, value_state="NOT_DECIDED", raw_text="0")
    row = only(ledger.mart("budget_series"))
    assert (row["amount_won"], row["value_state"]) == (None, "NOT_DECIDED")


def test_rows_of_one_table_with_one_name_are_no_contradiction(ledger, only):
    ledger.amount(1)
    ledger.amount(2)
    row = only(ledger.mart("budget_series"))
    assert (row["n_sources"], row["n_contradicting"], row["n_homonyms"]) == (1, 0, 1)


def test_a_candidate_is_named_and_joins_nothing_until_confirmed(ledger):
    before = ledger.amount(10, "가 사업", year=2023)
    after = ledger.amount(20, "나 사업", year=2026)
    ends = (ledger.target(before), "가 사업"), (ledger.target(after), "나 사업")
    ledger.succession("project", *ends, state="CANDIDATE")
    rows = ledger.mart("budget_series")
    assert len({row["comparable_id"] for row in rows}) == 2
    assert {row["candidate_succession"] for row in rows} == {
        "가 사업 뒤: 나 사업 (2026년부터, RENAME, 0.90)",
        "나 사업 앞: 가 사업 (2026년부터, RENAME, 0.90)",
    }
    ledger.succession("project", *ends)
    rows = ledger.mart("budget_series")
    assert len({row["comparable_id"] for row in rows}) == 1
    assert len({row["series_id"] for row in rows}) == 2
    assert {row["comparable_name"] for row in rows} == {"나 사업"}


def test_a_renamed_office_takes_its_projects_with_it_and_a_split_one_does_not(ledger):
    for org, year in (("옛청", 2023), ("새처", 2026), ("큰부", 2023), ("한처", 2026), ("두부", 2026)):
        ledger.project(ledger.amount(5, "공통 사업", org=org, year=year))
    ledger.succession("org", ("o1", "옛청"), ("o2", "새처"))
    ledger.succession("org", ("o3", "큰부"), ("o4", "한처"), kind="SPLIT")
    ledger.succession("org", ("o3", "큰부"), ("o5", "두부"), kind="SPLIT")
    rows = {row["org_name"]: row for row in ledger.mart("budget_series")}
    assert rows["옛청"]["comparable_id"] == rows["새처"]["comparable_id"]
    assert rows["옛청"]["comparable_org"] == rows["새처"]["comparable_org"] == "새처"
    assert rows["큰부"]["comparable_org"] == rows["두부"]["comparable_org"] == "두부 + 한처"
    assert len({rows[name]["comparable_id"] for name in ("큰부", "한처", "두부")}) == 3


def test_building_again_changes_nothing(ledger):
    ledger.amount(1)
    ledger.mart("budget_series")
    head = ledger.lake.head()
    ledger.mart("budget_series")
    assert ledger.lake.head() == head
