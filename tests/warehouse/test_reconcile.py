"""Identities over amounts: what passes, what breaks, and what explains a break. All amounts are invented."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from schemas.arrow import to_table
from schemas.fiscal import Basis, Level, Stage, ValueState
from schemas.identity import make_id
from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.reconciliation import Reconciliation
from schemas.records.withdrawal import Withdrawal
from warehouse.lake import CATALOG
from warehouse.reconcile import reconcile, rules_fingerprint

MILLION = 1_000_000
DASH, BLANK, UNDECIDED = ValueState.DASH, ValueState.BLANK, ValueState.NOT_DECIDED


class Book:
    """Amounts as an extractor writes them, in 백만원 unless told otherwise, reconciled on a real lake."""

    def __init__(self, lake: Any, clock: Any) -> None:
        self.lake, self.clock = lake, clock
        self.rows: list[BudgetAmount] = []
        self.step = MILLION

    def put(self, row: int, col: int, value: int | ValueState, **said: Any) -> str:
        """An amount of a cell; `said` overrides any column. Returns its id."""
        amount = value * self.step if not isinstance(value, ValueState) else None
        state = value if isinstance(value, ValueState) else ValueState.VALUE if value else ValueState.ZERO_PRINTED
        content, table = said.get("content_id", "c1"), said.get("table_no", 1)
        known: dict[str, Any] = dict.fromkeys(BudgetAmount.columns())
        known.update(
            amount_id=make_id("test", content, table, row, col, said.get("line"), len(self.rows)),
            content_id=content,
            target_kind="PROJECT",
            target_id=str(said.get("subject_name", row)),
            level=str(Level.PROJECT),
            fiscal_year=2026,
            stage=str(Stage.ENACTED),
            stage_no=0,
            stage_from="cell",
            basis=None,
            is_revenue=False,
            is_total=False,
            amount_won=amount,
            amount_minor=amount,
            currency="KRW",
            value_state=str(state),
            precision_minor=self.step // 2,
            unit_raw={1: "원", 1000: "천원"}.get(self.step, "백만원"),
            unit_multiplier=self.step,
            unit_from="cell",
            raw_text=str(value),
            subject_name=f"사업{row}",
            ordinal=0,
            table_no=table,
            row=row,
            col=col,
            form="test",
            confidence=1.0,
            recorded_at=self.clock.now(),
        )
        known.update(said)
        self.rows.append(BudgetAmount(**known))
        return known["amount_id"]

    def total(self, row: int, col: int, value: int | ValueState, **said: Any) -> str:
        """An amount that is marked as a sum of others."""
        return self.put(row, col, value, is_total=True, **{"level": str(Level.TOTAL), "subject_name": "합계", **said})

    def check(self) -> list[dict[str, Any]]:
        """Write what was put, reconcile, and return the checks in a fixed order."""
        written, self.rows = to_table(BudgetAmount, self.rows), []
        self.lake.commit(lambda _: self.lake.insert(BudgetAmount, written))
        reconcile(self.lake, self.clock, "run", lambda *_: None)
        return self.lake.rows(f"FROM {CATALOG}.core.reconciliation ORDER BY rule, fiscal_year, lhs_minor, stage, scope")

    def found(self) -> list[tuple[Any, ...]]:
        """(rule, status, difference in steps) of every check."""
        return [(one["rule"], one["status"], one["difference_minor"] / self.step) for one in self.check()]


@pytest.fixture
def book(lake, clock) -> Book:
    return Book(lake, clock)


@pytest.fixture
def again(lake, clock) -> Callable[[], Any]:
    return lambda: reconcile(lake, clock, "again", lambda *_: None)


def test_a_total_row_passes_rounds_or_breaks(book):
    for col, parts, total in ((2, (10, 20, 30), 60), (3, (10, 20, 30), 62), (4, (10, 20, 30), 64)):
        for row, part in enumerate(parts, 1):
            book.put(row, col, part, fiscal_year=2020 + col)
        book.total(4, col, total, fiscal_year=2020 + col)
    checks = book.check()
    assert [(one["status"], one["difference_minor"] // MILLION) for one in checks] == [
        ("PASSED", 0),
        ("ROUNDING", 2),
        ("BREAK", 4),
    ]
    one = checks[2]
    assert (one["rule"], one["lhs_minor"], one["rhs_minor"]) == ("COLUMN_SUM", 64 * MILLION, 60 * MILLION)
    assert (one["tolerance_minor"], one["n_terms"], one["content_id"]) == (2 * MILLION, 3, "c1")
    assert "2024년 본예산(국회확정)" in one["scope"]
    assert one["reconciliation_id"] == make_id("reconciliation", "COLUMN_SUM", one["lhs_amount_id"], "")


def test_amounts_in_won_have_no_tolerance(book):
    book.step = 1
    for row, part in enumerate((10, 20), 1):
        book.put(row, 2, part, precision_minor=0)
    book.total(3, 2, 31, precision_minor=0)
    assert book.found() == [("COLUMN_SUM", "BREAK", 1.0)]


def test_a_dash_adds_nothing_but_in_a_supplementary_column_it_says_something_else(book):
    for col, stage in ((2, Stage.CARRYOVER_OUT), (3, Stage.SUPP_ENACTED)):
        book.put(1, col, 500, stage=str(stage))
        book.put(2, col, DASH, stage=str(stage))
        book.total(3, col, 700, stage=str(stage))
    assert book.found() == [("COLUMN_SUM", "BREAK", 200.0)], "500 + nothing; the other may be 500 + the first budget"


@pytest.mark.parametrize("state", [BLANK, UNDECIDED, ValueState.MASKED])
def test_a_total_with_a_part_that_says_nothing_is_not_checked(book, state):
    book.put(1, 2, 500)
    book.put(2, 2, state)
    book.put(2, 3, 7, fiscal_year=2025)
    book.put(1, 3, 7, fiscal_year=2025)
    book.total(3, 2, 900)
    book.total(3, 3, 14, fiscal_year=2025)
    assert book.found() == [("COLUMN_SUM", "PASSED", 0.0)]


def test_a_column_in_which_nothing_is_printed_is_no_part(book):
    for row in (1, 2, 3):
        book.total(row, 2, 30)
        for col, part in ((3, 10), (4, 20), (5, BLANK)):
            book.put(row, col, part, level=str(Level.MOK))
    assert book.found() == [("ROW_SUM", "PASSED", 0.0)] * 3


@pytest.mark.parametrize("is_first", [False, True])
def test_subtotals_are_read_as_the_table_has_them(book, is_first):
    """소계 of the rows after or before it, and 합계 of everything; the last 소계 is off in one of two years."""
    for col, off in ((2, 0), (3, 50)):
        year = {"fiscal_year": 2020 + col}
        rows = [("소계", 30), (None, 10), (None, 20), ("소계", 70 + off), (None, 30), (None, 40)]
        rows = [("합계", 100), *rows] if is_first else [*reversed(rows), ("합계", 100)]
        for row, (name, value) in enumerate(rows, 1):
            if name:
                book.total(row, col, value, subject_name=name, **year)
            else:
                book.put(row, col, value, **year)
    found = book.found()
    assert sorted(status for _, status, _ in found) == ["BREAK", *["PASSED"] * 5]
    assert [difference for _, status, difference in found if status == "BREAK"] == [50.0]


def test_rows_of_several_levels_are_not_counted_twice(book):
    for row, (level, code, value) in enumerate(
        [
            (Level.PROGRAM, (), 100),
            (Level.PROJECT, ("301",), 60),
            (Level.MOK, ("301", "210"), 20),
            (Level.MOK, ("301", "320"), 40),
            (Level.PROJECT, ("302",), 40),
            (Level.MOK, ("302", "210"), 38),
        ],
        1,
    ):
        names = dict(zip(("project_code", "mok_code"), code, strict=False))
        book.put(row, 2, value, level=str(level), program_code="7000", **names)
    book.total(7, 2, 100)
    book.total(7, 3, 5, fiscal_year=2025)
    book.put(1, 3, 5, fiscal_year=2025, level=str(Level.PROGRAM))
    assert book.found() == [
        ("COLUMN_SUM", "PASSED", 0.0),
        ("COLUMN_SUM", "PASSED", 0.0),
        ("HIERARCHY", "BREAK", 2.0),
        ("HIERARCHY", "PASSED", 0.0),
        ("HIERARCHY", "PASSED", 0.0),
    ]


def test_parts_that_never_come_to_the_level_above_are_a_selection_and_no_break(book):
    for row, (level, code, value) in enumerate(
        [(Level.PROGRAM, None, 100), (Level.PROJECT, "301", 60), (Level.PROJECT, "302", 10)], 1
    ):
        book.put(row, 2, value, level=str(level), program_code="7000", project_code=code)
    assert book.found() == []


def test_a_table_that_goes_on_over_a_page_has_its_total_at_the_end(book):
    for table, parts in ((1, (10, 20)), (2, (30, 40))):
        for row, part in enumerate(parts, 1):
            book.put(row, 2, part, table_no=table)
    book.total(3, 2, 100, table_no=2)
    assert book.found() == [("COLUMN_SUM", "PASSED", 0.0)]


def test_two_levels_that_nothing_tells_apart_are_read_as_two_levels(book):
    for col, step in ((2, 1), (3, 3)):
        for row, part in enumerate((30, 10, 20, 70, 40, 30), 1):
            book.put(row, col, part * step, fiscal_year=2020 + col)
        book.total(7, col, 100 * step, fiscal_year=2020 + col)
    assert book.found() == [("COLUMN_SUM", "PASSED", 0.0)] * 2


def test_the_sum_of_something_named_need_not_be_of_the_rows_above_it(book):
    for row, part in enumerate((30, 10), 1):
        book.put(row, 2, part)
    book.total(3, 2, 9000, subject_name="복지 분야 의무지출 합계")
    assert book.found() == []


def test_a_row_that_is_part_of_another_explains_its_total(book):
    for col, parts, total in ((2, (5000, 7000, 4000), 12000), (3, (6000, 8000, 3500), 14000)):
        for row, part in enumerate(parts, 1):
            last = book.put(row, col, part, fiscal_year=2020 + col)
        book.total(4, col, total, fiscal_year=2020 + col)
    checks = book.check()
    assert [one["status"] for one in checks] == ["EXPLAINED", "EXPLAINED"]
    assert checks[1]["culprit_ids"] == [last]
    assert "3행 사업3" in checks[0]["cause"]


def yearbook(book: Book, rows: dict[str | None, tuple[int, ...]], leaf: Level = Level.SECTOR, **said: Any) -> None:
    """A yearbook: a total column and leaf columns, in 천원."""
    book.step = 1000
    known = {"basis": str(Basis.GROSS), "stage": str(Stage.SETTLED), **said}
    for row, (org, values) in enumerate(rows.items(), 4):
        total, *leaves = values
        book.total(row, 2, total, org_name=org, cell=f"B{row}", **known)
        for col, value in enumerate(leaves, 3):
            book.put(row, col, value, level=str(leaf), sector_code=f"{col:02}1", org_name=org, **known)


REGIONS: dict[str | None, tuple[int, ...]] = {
    "전국계": (30000, 10000, 20000),
    "가람계": (21000, 7000, 14000),
    "가람본청": (1000, 500, 500),
    "가람나루시": (20000, 6500, 13500),
    "다솜계": (9000, 3000, 6000),
    "다솜본청": (9000, 3000, 6000),
}


def test_a_yearbook_adds_up_over_columns_and_over_regions(book):
    yearbook(book, REGIONS)
    found = book.found()
    assert {status for _, status, _ in found} == {"PASSED"}
    assert [
        sum(rule == which for rule, _, _ in found) for which in ("ROW_SUM", "REGION_NATION", "REGION_PROVINCE")
    ] == [
        6,
        3,
        6,
    ]


def test_a_region_without_a_sum_of_its_own_explains_what_the_nation_lacks(book):
    yearbook(
        book, {**REGIONS, "전국계": (35000, 12000, 23000), None: (5000, 2000, 3000), "라온본청": (5000, 2000, 3000)}
    )
    checks = [one for one in book.check() if one["status"] != "PASSED"]
    assert [(one["rule"], one["status"]) for one in checks] == [("REGION_NATION", "EXPLAINED")] * 3
    whole = checks[2]
    assert whole["difference_minor"] == 5_000_000
    assert "라온본청(11행 5,000천원)" in whole["cause"]
    assert "이름이 빈 10행" in whole["cause"]
    (culprit,) = whole["culprit_ids"]
    assert (
        book.lake.value(f"SELECT org_name FROM {CATALOG}.core.budget_amount WHERE amount_id = '{culprit}'")
        == "라온본청"
    )


def test_an_error_of_one_row_is_found_there_and_explains_the_sums_above_it(book):
    yearbook(
        book,
        {
            **REGIONS,
            "전국계": (30900, 10000, 20000),
            "가람계": (21900, 7000, 14000),
            "가람나루시": (20900, 6500, 13500),
        },
    )
    checks = {one["scope"].split(" · ")[0]: one for one in book.check() if one["status"] != "PASSED"}
    assert {name: (one["rule"], one["status"]) for name, one in checks.items()} == {
        "전국계": ("ROW_SUM", "EXPLAINED"),
        "가람계": ("ROW_SUM", "EXPLAINED"),
        "가람나루시": ("ROW_SUM", "BREAK"),
    }
    origin = checks["가람나루시"]
    assert "B7에 20,900천원, 열들의 합 20,000천원" in origin["cause"]
    for above in ("전국계", "가람계"):
        assert "가람나루시(B7, 900천원)" in checks[above]["cause"]
        assert checks[above]["culprit_ids"] == [origin["lhs_amount_id"]]


def test_two_rows_whose_errors_come_together_are_both_named(book):
    yearbook(
        book,
        {
            **REGIONS,
            "전국계": (31850, 10140, 20210),
            "가람계": (21900, 7000, 14000),
            "가람나루시": (20900, 6500, 13500),
            "다솜계": (9950, 3140, 6210),
            "다솜본청": (9600, 3000, 6000),
            **{f"다솜{name}시": (0, 0, 0) for name in "가나다라마바사"},
            **{f"다솜{name}군": (50, 20, 30) for name in "가나다라마바사"},
        },
    )
    (nation,) = [one for one in book.check() if one["scope"].startswith("전국계") and one["status"] != "PASSED"]
    assert nation["status"] == "EXPLAINED"
    assert len(nation["culprit_ids"]) == 2


def test_two_classifications_of_one_office_come_to_the_same_total(book):
    yearbook(book, REGIONS, content_id="by-function")
    by_nature = {name: (values[0], values[0] - 1, 1) for name, values in REGIONS.items()}
    by_nature["다솜본청"] = (9500, 9499, 1)
    yearbook(book, by_nature, content_id="by-nature", leaf=Level.SEMOK)
    checks = [one for one in book.check() if one["rule"] == "CLASSIFICATION"]
    assert sorted(one["status"] for one in checks) == ["BREAK", *["PASSED"] * 5]
    (broken,) = [one for one in checks if one["status"] == "BREAK"]
    assert broken["content_id"] is None
    assert broken["scope"].startswith("다솜본청")
    assert len(broken["culprit_ids"]) == 1, "the other side"


def history(book: Book, row: int, **values: int | ValueState) -> None:
    """A row of the table of execution of one project."""
    for col, (stage, value) in enumerate(values.items(), 2):
        book.put(row, col, value, stage=stage, fiscal_year=2020 + row, subject_name="한 사업")


def test_the_current_budget_is_spent_carried_over_or_lapsed(book):
    history(
        book,
        1,
        ENACTED=330,
        SUPP_CHANGE=-12,
        SUPP_ENACTED=318,
        CURRENT=318,
        EXEC_YTD=279,
        CARRYOVER_OUT=DASH,
        LAPSED=39,
    )
    history(
        book,
        2,
        ENACTED=331,
        SUPP_CHANGE=DASH,
        SUPP_ENACTED=331,
        CURRENT=350,
        EXEC_YTD=333,
        CARRYOVER_OUT=DASH,
        LAPSED=18,
    )
    history(
        book,
        3,
        ENACTED=500,
        SUPP_CHANGE=DASH,
        SUPP_ENACTED=DASH,
        CURRENT=500,
        EXEC_YTD=400,
        CARRYOVER_OUT=BLANK,
        LAPSED=18,
    )
    history(
        book, 4, ENACTED=500, SUPP_CHANGE=20, SUPP_ENACTED=530, CURRENT=530, EXEC_YTD=400, CARRYOVER_OUT=DASH, LAPSED=18
    )
    assert book.found() == [
        ("SETTLEMENT", "PASSED", 0.0),
        ("SETTLEMENT", "ROUNDING", -1.0),
        ("SETTLEMENT", "BREAK", 112.0),
        ("SUPPLEMENTARY", "PASSED", 0.0),
        ("SUPPLEMENTARY", "PASSED", 0.0),
        ("SUPPLEMENTARY", "BREAK", 10.0),
    ]


def test_stages_may_be_rows_and_execution_of_a_month_is_not_of_the_year(book):
    for row, (stage, value) in enumerate(
        [(Stage.CURRENT, 100), (Stage.SETTLED, 70), (Stage.CARRYOVER_OUT, 10), (Stage.LAPSED, 20)], 1
    ):
        for col in (2, 3):
            period = "202609" if col == 3 and stage is Stage.SETTLED else None
            book.put(
                row, col, value + col, stage=str(stage), fiscal_year=2020 + col, subject_name="한 사업", period=period
            )
    assert book.found() == [("SETTLEMENT", "BREAK", -4.0)], "the year of column 2; column 3 is of September"


def test_the_build_up_is_checked_only_where_every_term_is_printed(book):
    history(book, 1, ENACTED=100, CARRYOVER_IN=5, CURRENT=125)
    history(
        book,
        2,
        ENACTED=100,
        CARRYOVER_IN=5,
        ADJ_RESERVE=DASH,
        ADJ_TRANSFER_PROGRAM=DASH,
        ADJ_TRANSFER_TITLE=-20,
        CURRENT=85,
    )
    history(
        book,
        3,
        SUPP_ENACTED=100,
        CARRYOVER_IN=5,
        ADJ_RESERVE=1,
        ADJ_TRANSFER_PROGRAM=2,
        ADJ_TRANSFER_TITLE=3,
        CURRENT=140,
    )
    assert book.found() == [("CURRENT_BUDGET", "PASSED", 0.0), ("CURRENT_BUDGET", "BREAK", 29.0)]


def changes(book: Book, *rows: tuple[int | ValueState, int, int | ValueState], **said: Any) -> None:
    """Rows of a year before, this year and the change."""
    for row, (before, after, change) in enumerate(rows, 1):
        book.put(row, 2, before, fiscal_year=2025)
        book.put(row, 3, after)
        book.put(row, 4, change, stage=str(Stage.CHANGE), compared="B-A", **said)


def test_a_change_is_the_difference_that_its_column_keeps_to(book):
    changes(book, (100, 130, 30), (200, 150, -50), (DASH, 70, 70), (100, 140, 60))
    assert [found for found in book.found() if found[1] != "PASSED"] == [("CHANGE", "BREAK", 20.0)]


def test_a_change_against_something_that_the_table_does_not_hold_is_no_break(book):
    changes(book, (100, 130, 5), (200, 150, 9), (300, 170, 70))
    assert book.found() == []


def test_what_parliament_changes_is_known_by_definition(book):
    for col, (stage, value) in enumerate(
        [(Stage.REQUEST, 90), (Stage.GOV_PROPOSAL, 100), (Stage.ENACTED, 120), (Stage.COMMITTEE_CHANGE, 25)], 2
    ):
        book.put(1, col, value, stage=str(stage))
    assert book.found() == [("CHANGE", "BREAK", 5.0)]


def test_months_come_to_the_year_and_december_is_the_year(book):
    for month, value in ((1, 10), (2, 20)):
        book.put(1, month, value, stage=str(Stage.EXEC_MONTH), period=f"20260{month}")
    book.put(1, 3, 30, stage=str(Stage.EXEC_YTD), period="202602")
    book.put(1, 4, 99, stage=str(Stage.EXEC_YTD), period="202612")
    settled = book.put(1, 2, 105, stage=str(Stage.SETTLED), content_id="c2")
    checks = book.check()
    assert [(one["rule"], one["status"], one["difference_minor"] // MILLION) for one in checks] == [
        ("MONTHS", "PASSED", 0),
        ("YEAR_END", "BREAK", -6),
    ]
    assert checks[1]["culprit_ids"] == [settled]
    assert checks[1]["content_id"] is None


def test_gross_is_at_least_net_is_at_least_total_expenditure(book):
    for row, (basis, value) in enumerate([(Basis.GROSS, 900), (Basis.NET, 700), (Basis.TOTAL_EXPENDITURE, 750)], 1):
        book.put(row, 2, value, basis=str(basis), subject_name="정부 전체", level=str(Level.TOTAL))
    assert book.found() == [("BASIS_ORDER", "BREAK", -50.0), ("BASIS_ORDER", "PASSED", 200.0)]


def test_both_sides_of_a_transfer_say_the_same(book, lake):
    rows = []
    for content, value in (("giver", 7), ("taker", 8)):
        amount_id = book.put(1, 2, value, stage=str(Stage.ADJ_TRANSFER_TITLE), content_id=content)
        rows.append(
            Adjustment(
                adjustment_id=make_id("test", content),
                content_id=content,
                amount_id=amount_id,
                kind="TRANSFER_TITLE",
                kind_raw="전용",
                decided_on=date(2026, 5, 13),
                fiscal_year=2026,
                from_project_name="주는 사업",
                from_project_code="7034-303",
                from_item_code="210-14",
                to_project_name="받는 사업",
                to_project_code="7034-304",
                to_item_code="260-01",
                amount_won=value * MILLION,
                reason="",
            )
        )
    lake.commit(lambda _: lake.insert(Adjustment, to_table(Adjustment, rows)))
    ((rule, status, difference),) = book.found()
    assert (rule, status, abs(difference)) == ("TRANSFER", "ROUNDING", 1.0)


def test_a_rerun_changes_nothing_and_a_correction_replaces_what_it_corrects(book, again, lake, clock):
    for row, part in enumerate((10, 20), 1):
        book.put(row, 2, part)
    total = book.total(3, 2, 50)
    assert book.found() == [("COLUMN_SUM", "BREAK", 20.0)]
    assert not again().changed
    book.total(3, 2, 30, supersedes_id=total)
    assert book.found() == [("COLUMN_SUM", "PASSED", 0.0)]
    assert not again().changed
    (current,) = lake.rows(f"SELECT lhs_amount_id FROM {CATALOG}.core.reconciliation")
    gone = Withdrawal(
        amount_id=current["lhs_amount_id"], content_id="c1", cause="file_replaced", recorded_at=clock.now()
    )
    lake.commit(lambda _: lake.insert(Withdrawal, to_table(Withdrawal, [gone])))
    assert again().n_removed == 1
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.core.reconciliation") == 0


def test_amounts_beyond_all_money_do_not_stop_the_night(book):
    for row in (1, 2, 3):
        book.put(row, 2, 2**62, amount_minor=2**62, amount_won=None, precision_minor=0)
    book.total(4, 2, 1)
    assert book.found() == []


def test_nothing_is_left_in_the_writers_connection(book, lake):
    book.put(1, 2, 1)
    book.check()
    assert lake.rows("SELECT table_name FROM duckdb_tables() WHERE temporary") == []
    assert set(lake.rows(f"FROM {CATALOG}.core.reconciliation LIMIT 0")) == set()
    assert Reconciliation.qualified_name() == "core.reconciliation"
    assert len(rules_fingerprint()) == 16
