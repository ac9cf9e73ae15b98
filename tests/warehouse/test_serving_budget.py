"""Budget records in the analysts' files: nothing that another content tells, with the view and the macros that work locked."""

import importlib.util
from pathlib import Path

import pytest

from schemas.access import Principal
from schemas.fiscal import Level
from schemas.records.budget_line import BudgetLine
from schemas.records.form_table import FormTable
from schemas.records.link import Link
from schemas.records.org_unit import OrgUnit
from schemas.records.reconciliation import Reconciliation
from schemas.targets import org_id_of
from warehouse.doors.sql import QueryRefused, run_query
from warehouse.macros import MACROS

# Whole nights, one after another: among the long tests.
pytestmark = pytest.mark.long

OLD = "0" * 64


def ledger_module():
    spec = importlib.util.spec_from_file_location("budget_ledger", Path(__file__).with_name("budget_ledger.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def held(small_night, home, lake, clock, tmp_path):
    """Two sources, one open and one for a clearance, and a way to write and open the files of a publication."""
    return ledger_module().two_sources(small_night, home, lake, clock, tmp_path)


def column(connection, statement):
    return [value for (value,) in connection.execute(statement).fetchall()]


def test_amounts_of_others_are_in_no_table_and_their_corrections_do_not_show(held):
    mine = held.ledger.amount(100, "공개 사업", content=held.open)
    held.ledger.amount(987_654_321, "숨은 사업", org="숨은부", content=held.inner, supersedes_id=mine)
    held.write()
    with held.opened() as file, held.opened("내부") as inner:
        assert column(file, "SELECT amount_id FROM core.amount WHERE recorded_to IS NULL") == [mine]
        assert column(file, "SELECT amount_won FROM mart.budget_series") == [100]
        assert column(inner, "SELECT amount_won FROM mart.budget_series") == [987_654_321]
        for schema, table in file.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            rows = column(file, f"SELECT to_json(t)::VARCHAR FROM {schema}.{table} t")
            assert not [row for row in rows if "숨은" in row or "987654321" in row], f"{schema}.{table}"


def replaced(held, content, *olds):
    """The places of a content had others before, newest first, under the access that they have now."""
    held.lake.connection.execute(
        """UPDATE lake.raw.placement SET replaced_content_id = $olds[1], earlier_contents =
           list_transform($olds::VARCHAR[], o -> {'content_id': o, 'access_id': access_id}) WHERE content_id = $content""",
        {"olds": list(olds), "content": content},
    )


def test_a_replaced_version_is_read_where_it_stood(held):
    old = held.ledger.amount(5, "가 사업", content=OLD)
    held.ledger.amount(6, "가 사업", content=held.open, supersedes_id=old)
    secret = held.ledger.amount(7, "나 사업", content="1" * 64)
    held.ledger.amount(8, "나 사업", content=held.inner, supersedes_id=secret)
    held.ledger.amount(9, "다 사업", content="2" * 64)
    replaced(held, held.open, OLD)
    replaced(held, held.inner, "1" * 64)
    held.write()
    with held.opened() as file, held.opened("내부") as inner:
        assert set(column(file, "SELECT amount_won FROM core.budget_amount")) == {5, 6}
        assert column(file, "SELECT recorded_to IS NULL FROM core.amount ORDER BY amount_won") == [False, True]
        assert set(column(inner, "SELECT amount_won FROM core.budget_amount")) == {5, 6, 7, 8}
        assert column(file, "SELECT replaces FROM core.extraction") == [[OLD]]


def test_what_stood_before_a_replaced_version_is_read_where_it_stood_too(held):
    for number, content in enumerate((OLD, "1" * 64, held.open), 1):
        more = {} if number == 1 else {"supersedes_id": f"amount{number - 1:04}"}
        held.ledger.amount(number, "가 사업", content=content, **more)
    replaced(held, held.open, "1" * 64, OLD)
    held.write("p1")
    # The oldest stood in a place of others, which is gone, and came to this one by a chain of versions only.
    replaced(held, held.open, "1" * 64)
    held.write("p2")
    with held.opened() as before, held.opened(publication="p2") as after:
        assert set(column(before, "SELECT amount_won FROM core.budget_amount")) == {1, 2, 3}
        assert set(column(after, "SELECT amount_won FROM core.budget_amount")) == {2, 3}
        assert column(after, "SELECT supersedes_id IS NULL FROM core.budget_amount ORDER BY amount_won") == [
            True,
            False,
        ]


def test_dimensions_are_counted_over_readable_amounts(held):
    first = held.ledger.amount(1, "도로 건설", content=held.open)
    held.ledger.amount(1, "도로건설", content=held.inner)
    held.ledger.amount(1, "도로건설", content=held.inner, row=77)
    held.ledger.project(first, name="도로건설", names=["도로 건설", "도로건설"], n_amounts=3)
    held.ledger.insert(
        OrgUnit,
        org_id=org_id_of("국토부", None),
        name="국토부",
        kind="CENTRAL",
        first_year=2026,
        last_year=2026,
        n_amounts=3,
    )
    held.write()
    query = "SELECT name, names, n_amounts FROM core.project"
    with held.opened() as file, held.opened("내부") as inner:
        assert file.execute(query).fetchall() == [("도로 건설", ["도로 건설"], 1)]
        assert inner.execute(query).fetchall() == [("도로건설", ["도로 건설", "도로건설"], 3)]
        assert column(file, "SELECT n_amounts FROM core.org_unit") == [1]
        assert column(inner, "SELECT n_amounts FROM core.org_unit") == [3]


def test_a_check_over_contents_is_shown_only_where_no_other_side_can_be_hidden(held, lake):
    ours = held.ledger.amount(1, "합계", org="서울계", level=Level.TOTAL, content=held.open)
    held.ledger.check(ours, "BREAK")
    held.write("p1")
    with held.opened() as file:
        assert column(file, "SELECT check_status FROM core.amount") == ["BREAK"]
    held.ledger.amount(2, "합계", org="서울계", level=Level.TOTAL, content=held.inner)
    held.write("p2")
    with held.opened(publication="p2") as file, held.opened("내부", "p2") as inner:
        assert column(file, "SELECT check_status FROM core.amount") == ["UNCHECKED"]
        assert column(file, "SELECT count(*) FROM core.reconciliation") == [0]
        assert column(inner, "SELECT count(*) FROM core.reconciliation") == [1]


def test_successions_and_links_show_only_what_both_ends_and_all_evidence_allow(held):
    before = held.ledger.amount(1, "앞 사업", year=2023, content=held.open)
    after = held.ledger.amount(1, "뒤 사업", content=held.open)
    for amount_id in (before, after):
        held.ledger.project(amount_id)
    ends = (held.ledger.target(before), "앞 사업"), (held.ledger.target(after), "뒤 사업")
    held.ledger.succession("project", *ends, state="CANDIDATE", content_ids=[held.open], method="stated")
    held.ledger.succession("project", *ends, state="CANDIDATE", content_ids=[held.inner], evidence=["비밀의 근거"])
    held.ledger.succession("project", *ends, evidence=["1원이 같다"])
    hidden = held.ledger.amount(1, "뒤 사업", content=held.inner)
    for number, end in enumerate((after, hidden)):
        held.ledger.insert(
            Link,
            link_id=f"l{number}",
            relation="EVIDENCES",
            from_kind="document",
            from_id=held.open,
            to_kind="amount",
            to_id=end,
            method="code",
            score=1.0,
        )
    held.write()
    with held.opened() as file, held.opened("내부") as inner:
        assert file.execute("SELECT state, evidence FROM core.succession ORDER BY state").fetchall() == [
            ("CANDIDATE", ["이름이 같다"]),
            ("CONFIRMED", []),
        ]
        assert column(inner, "SELECT count(*) FROM core.succession") == [3]
        assert column(file, "SELECT link_id FROM core.link") == ["l0"]
        assert column(inner, "SELECT count(*) FROM core.link") == [2]


def test_the_view_says_where_an_amount_stands(held):
    held.ledger.amount(1, content=held.open, sheet="총괄", cell="C5", basis="TOTAL_EXPENDITURE")
    held.write()
    with held.opened() as file:
        assert file.execute("SELECT address, stage_label, basis_label, path FROM core.amount").fetchall() == [
            ("open/open.txt 시트 총괄 셀 C5", "본예산(국회확정)", "총지출", "open/open.txt")
        ]


def test_won_is_written_as_people_write_it(held):
    held.write()
    written = {
        54_508_464_000_000: "54조 5,085억원",
        1_000_000_000_000: "1조원",
        999_999_999_999: "1조원",
        5_492_000_000: "54억 9,200만원",
        -143_000_000: "△1억 4,300만원",
        99_999_999: "1억원",
        12_345: "1만원",
        999: "999원",
        0: "0원",
    }
    with held.opened() as file:
        assert {won: column(file, f"SELECT won({won})")[0] for won in written} == written
        assert column(file, "SELECT won(NULL::BIGINT)") == [None]


def test_every_macro_works_under_the_locks_and_says_what_it_is(held):
    for year in (2020, 2023, 2026):
        held.ledger.amount(year, "구직급여", year=year, content=held.open)
    held.write()

    def ask(statement):
        return run_query(held.home, statement, principal=Principal(name="choi")).rows

    for macro in MACROS:
        ask(macro.example)
    assert ask("SELECT held_years('구직 급여'), held_years('없는 사업')") == [([2020, 2023, 2026], [])]
    assert [row[0] for row in ask("FROM totals()")] == [2020, 2023, 2026]
    ((first, *_), *_) = ask("SELECT amount_id FROM figures('구직급여')")
    assert ask(f"SELECT raw_text, path FROM cited('{first}')") == [("2,020", "open/open.txt")]
    assert ask("SELECT pct(1, 0), growth(3, NULL)") == [(None, None)]
    told = dict(ask("SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal"))
    assert all(macro.meaning in told[macro.name] for macro in MACROS)
    with pytest.raises(QueryRefused):
        ask("SELECT * FROM read_text('/etc/hostname')")


def test_a_question_on_a_table_is_served_with_its_content(held):
    for content in (held.open, held.inner):
        held.ledger.insert(
            FormTable,
            content_id=content,
            ordinal=0,
            table_no=1,
            shape_id="s",
            outcome="question",
            reason="unit_unknown",
            detail="단위가 없음",
            proposals=["unit=천원"],
            n_amounts=0,
            n_left=3,
        )
    held.write()
    with held.opened() as file, held.opened("내부") as inner:
        assert column(file, "SELECT content_id FROM core.form_table") == [held.open]
        assert column(inner, "SELECT count(*) FROM core.form_table") == [2]


def test_a_confirmed_succession_says_no_name_year_or_way_that_only_others_have(held):
    coded = {"org": "문화부", "content": held.open}
    before = held.ledger.amount(1, "앞 사업", year=2023, code="1000-301", **coded)
    after = held.ledger.amount(1, "뒤 사업", code="1000-302", **coded)
    held.ledger.amount(2, "뒤 은밀 사업", year=2025, code="1000-302", org="문화부", content=held.inner)
    ends = (held.ledger.target(before), "앞 사업"), (held.ledger.target(after), "뒤 은밀 사업")
    held.ledger.succession("project", *ends, method="amount", fiscal_year=2025, score=0.77, content_ids=[held.inner])
    held.write()
    query = "SELECT from_name, to_name, fiscal_year, method, score, evidence, content_ids FROM core.succession"
    with held.opened() as file, held.opened("내부") as inner:
        assert file.execute(query).fetchall() == [("앞 사업", "뒤 사업", 2026, "several", 1.0, [], [])]
        assert column(file, "SELECT count(DISTINCT comparable_id) FROM mart.budget_series") == [1]
        assert inner.execute(query).fetchall() == [
            ("앞 사업", "뒤 은밀 사업", 2025, "amount", 0.77, ["이름이 같다"], [held.inner])
        ]


def test_evidence_that_names_another_project_as_only_others_call_it_is_not_shown(held):
    ids = {
        name: held.ledger.amount(1, name, year=year, code=code, content=held.open)
        for name, year, code in (
            ("큰 사업", 2023, "1000-301"),
            ("한 사업", 2026, "1000-302"),
            ("두 사업", 2026, "1000-303"),
        )
    }
    held.ledger.amount(1, "두 은밀 사업", code="1000-303", content=held.inner)
    ends = (held.ledger.target(ids["큰 사업"]), "큰 사업"), (held.ledger.target(ids["한 사업"]), "한 사업")
    seen = ["나뉜 것으로 함께 보이는 사업: 「한 사업」, 「두 사업」"]
    held.ledger.succession("project", *ends, kind="SPLIT", state="CANDIDATE", evidence=seen)
    spoilt = ["나뉜 것으로 함께 보이는 사업: 「한 사업」, 「두 은밀 사업」"]
    held.ledger.succession("project", *ends, kind="SPLIT", state="CANDIDATE", fiscal_year=2025, evidence=spoilt)
    held.write()
    with held.opened() as file, held.opened("내부") as inner:
        assert column(file, "SELECT evidence FROM core.succession") == [seen]
        assert column(inner, "SELECT count(*) FROM core.succession") == [2]


def test_an_office_that_is_printed_with_its_code_goes_on_by_its_name_too(held):
    for name, year in (("옛청", 2023), ("새부", 2026)):
        held.ledger.amount(1, f"{name} 사업", year=year, org=name, codes={Level.ORG: "077"}, content=held.open)
    ends = (org_id_of("옛청", None), "옛청"), (org_id_of("새부", None), "새부")
    held.ledger.succession("org", *ends, state="CANDIDATE", content_ids=[held.open])
    held.write("p1")
    held.ledger.amount(1, "다른 사업", org="새 ·부", content=held.inner)
    held.write("p2")
    with held.opened() as before, held.opened(publication="p2") as after:
        assert column(before, "SELECT to_name FROM core.succession") == ["새부"]
        assert column(after, "SELECT to_name FROM core.succession") == [], "others have amounts of it that may tell"


def test_what_a_document_states_of_offices_needs_no_amounts_of_them(held):
    ends = (org_id_of("옛청", None), "옛청"), (org_id_of("새부", None), "새부")
    held.ledger.amount(1, content=held.open)
    held.ledger.succession("org", *ends, state="CANDIDATE", method="stated", content_ids=[held.open])
    held.ledger.succession("org", *ends, state="CONFIRMED", method="stated", content_ids=[held.inner])
    held.write()
    with held.opened() as file, held.opened("내부") as inner:
        assert column(file, "SELECT state FROM core.succession") == ["CANDIDATE"]
        assert column(inner, "SELECT count(*) FROM core.succession") == [2]


def test_a_version_that_only_others_replaced_is_not_current(held):
    old = held.ledger.amount(5, "가 사업", content=OLD)
    held.ledger.amount(7, "가 사업", content=held.inner, supersedes_id=old)
    held.ledger.amount(6, "가 사업", content=held.open)
    replaced(held, held.open, OLD)
    held.write()
    with held.opened() as file:
        query = "SELECT amount_won, recorded_to IS NULL FROM core.amount ORDER BY 1"
        assert file.execute(query).fetchall() == [(5, False), (6, True)]
        assert file.execute("SELECT amount_id, cause FROM core.withdrawal").fetchall() == [(old, "file_replaced")]
        assert column(file, "SELECT n_amounts FROM core.org_unit") in ([], [1])


def test_what_stood_at_a_place_before_its_door_was_opened_stays_behind_it(held):
    old = held.ledger.amount(5, "가 사업", content=OLD)
    held.ledger.amount(6, "가 사업", content=held.open, supersedes_id=old)
    replaced(held, held.open, OLD)
    held.lake.connection.execute(
        """UPDATE lake.raw.placement SET earlier_contents = [{'content_id': $old, 'access_id': (
               SELECT access_id FROM lake.raw.placement WHERE content_id = $inner)}] WHERE content_id = $open""",
        {"old": OLD, "inner": held.inner, "open": held.open},
    )
    held.write()
    with held.opened() as file, held.opened("내부") as inner:
        assert file.execute("SELECT amount_won, supersedes_id FROM core.budget_amount").fetchall() == [(6, None)]
        assert column(file, "SELECT replaces FROM core.extraction") == [[]]
        assert set(column(inner, "SELECT amount_won FROM core.budget_amount")) == {5, 6}


def test_codes_of_a_line_are_those_that_readable_rows_print(held):
    of_line = {"names": {Level.PROJECT: "도로"}, "level": Level.SEMOK, "org": "국토부"}
    first = held.ledger.amount(1, "수용비", content=held.open, code="21001", **of_line)
    hidden = {**of_line, "names": {**of_line["names"], Level.MOK: "비밀목"}}
    held.ledger.amount(1, "수용비", content=held.inner, code="21001", codes={Level.MOK: "217"}, **hidden)
    row = held.lake.rows("FROM lake.core.budget_amount WHERE amount_id = $id", {"id": first})[0]
    held.ledger.insert(
        BudgetLine,
        line_id=row["target_id"],
        project_id="p",
        mok_code="217",
        mok_name="비밀목",
        semok_code="21001",
        semok_name="수용비",
        is_revenue=False,
        n_amounts=2,
    )
    held.write()
    query = "SELECT mok_code, mok_name, semok_code, n_amounts FROM core.budget_line"
    with held.opened() as file, held.opened("내부") as inner:
        assert file.execute(query).fetchall() == [(None, None, "21001", 1)]
        assert inner.execute(query).fetchall() == [("217", "비밀목", "21001", 2)]


def test_a_check_over_contents_is_shown_where_both_sides_are(held):
    ours = held.ledger.amount(1, "합계", org="서울계", level=Level.TOTAL, content=held.open)
    other = held.ledger.amount(1, "합계", org="서울계", level=Level.TOTAL, content=held.open)
    hidden = held.ledger.amount(2, "합계", org="서울·계", level=Level.TOTAL, content=held.inner)
    for side in (other, hidden):
        held.ledger.n += 1
        held.ledger.insert(
            Reconciliation,
            reconciliation_id=f"r{held.ledger.n}",
            rule="YEAR_END",
            scope="서울계",
            fiscal_year=2026,
            lhs_minor=1,
            rhs_minor=1 if side == other else 2,
            difference_minor=0,
            tolerance_minor=0,
            currency="KRW",
            n_terms=1,
            status="PASSED",
            lhs_amount_id=ours,
            culprit_ids=[side],
        )
    held.write()
    with held.opened() as file, held.opened("내부") as inner:
        assert column(file, "SELECT rhs_minor FROM core.reconciliation") == [1]
        assert column(inner, "SELECT count(*) FROM core.reconciliation") == [2]
