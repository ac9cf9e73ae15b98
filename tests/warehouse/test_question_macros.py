"""Answers of the macros where there is no figure, where there are several, and where none may be given."""

import importlib.util
from pathlib import Path

import pytest

from schemas.fiscal import Level
from schemas.records.document import DocumentRecord
from schemas.records.succession import Succession
from schemas.targets import org_id_of
from warehouse.doors.sql import run_query


def ledger_module():
    spec = importlib.util.spec_from_file_location("budget_ledger", Path(__file__).with_name("budget_ledger.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def held(small_night, home, lake, clock, tmp_path):
    """Two sources, one open and one for a clearance, and a way to write the files of a publication."""
    return ledger_module().two_sources(small_night, home, lake, clock, tmp_path)


@pytest.fixture
def ask(held):
    """Writes the file once, then asks it."""
    written = []

    def do(statement):
        if not written:
            held.write()
            written.append(True)
        return run_query(held.home, statement).rows

    return do


def split(held, before, after, content_ids, **more):
    held.ledger.n += 1
    row = {
        "succession_id": f"s{held.ledger.n}",
        "what": "org",
        "kind": "SPLIT",
        "from_id": org_id_of(before, None),
        "from_name": before,
        "to_id": org_id_of(after, None),
        "to_name": after,
        "fiscal_year": 2026,
        "method": "name",
        "score": 0.9,
        "evidence": ["사업 이름에 붙음"],
        "content_ids": content_ids,
        "state": "CANDIDATE",
    }
    held.ledger.insert(Succession, **(row | more))


def test_an_absent_row_an_absent_year_and_an_unknown_name_are_told_apart(held, ask):
    held.ledger.amount(1, "가 사업", year=2020, content=held.open)
    for year in (2021, 2023):
        held.ledger.amount(year, "나 사업", year=year, content=held.open)
    answers = {
        (name, year): ask(f"SELECT answer, amount_won, held_years FROM answer('{name}', {year})")
        for name, year in (("나사업", 2021), ("나 사업", 2020), ("나 사업", 2022), ("다 사업", 2021))
    }
    assert answers == {
        ("나사업", 2021): [("있음", 2021, [2021, 2023])],
        ("나 사업", 2020): [("없음", None, [2021, 2023])],
        ("나 사업", 2022): [("보유하지 않음", None, [2021, 2023])],
        ("다 사업", 2021): [("보유하지 않음", None, [])],
    }


def test_a_dash_is_held_and_no_amount(held, ask):
    held.ledger.amount(None, "가 사업", content=held.open)
    assert ask("SELECT answer, amount_won, value_state, raw_text FROM answer('가 사업', 2026)") == [
        ("있음", None, "DASH", "-")
    ]


def test_a_name_of_many_offices_is_nobodys(held, ask):
    held.ledger.amount(9, "인건비", org="감사원", content=held.open)
    held.ledger.amount(8, "감사활동", org="감사원", content=held.open)
    assert ask("SELECT office, printed_office, remark IS NULL FROM answer('인건비', 2026)") == [(None, "감사원", False)]
    assert ask("SELECT office, remark FROM answer('감사활동', 2026)") == [("감사원", None)]


def test_what_is_held_is_asked_by_name_level_stage_basis_and_kind_of_document(held, ask):
    held.ledger.amount(7, "가 사업", content=held.open, basis="TOTAL_EXPENDITURE")
    held.ledger.amount(9, "복지", level=Level.FIELD, year=2023, stage="SETTLED", content=held.open)
    held.ledger.insert(
        DocumentRecord, content_id=held.open, title="열린 문서", kind="사업설명자료", fiscal_years=[2026], n_amounts=2
    )

    def held_of(about: str, year: int | str = "NULL", stage: str = "NULL"):
        return ask(f"SELECT answer, years, stages, levels FROM held({about}, {year}, {stage})")[0]

    every = ("2023, 2026", "결산, 본예산(국회확정)", "분야, 세부사업")
    assert held_of("'가사업'", 2026) == ("보유함", "2026", "본예산(국회확정)", "세부사업")
    assert held_of("'가 사업'", 2024) == ("보유하지 않음", "2026", "본예산(국회확정)", "세부사업")
    assert held_of("'총지출'", 2026, "'정부안'") == ("보유하지 않음", "2026", "본예산(국회확정)", "세부사업")
    assert held_of("'분야'") == ("보유함", "2023", "결산", "분야")
    assert held_of("'분야'", 2026) == ("보유하지 않음", "2023", "결산", "분야")
    assert held_of("NULL", 2027) == ("보유하지 않음", *every)
    assert held_of("'지침'") == ("보유하지 않음", *every)
    assert held_of("'사업설명자료'") == ("보유함", *every)


@pytest.mark.long
def test_an_office_that_only_names_in_brackets_tell_is_shown_to_who_may_read_them(held):
    held.ledger.amount(1, "인건비(기획처)", org="재정부", content=held.open)
    held.ledger.amount(1, "인건비(숨은처)", org="재정부", content=held.inner)
    split(held, "재정부", "기획처", [held.open], method="stated")
    split(held, "재정부", "숨은처", [held.inner], method="stated")
    split(held, "재정부", "모르는처", [])
    held.write()
    query = "SELECT to_name FROM core.succession ORDER BY ALL"
    with held.opened() as file, held.opened("내부") as inner:
        assert file.execute(query).fetchall() == [("기획처",)]
        assert inner.execute(query).fetchall() == [("기획처",), ("숨은처",)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "state", "growth"),
    [("RENAME", "CONFIRMED", 100.0), ("RENAME", "CANDIDATE", None), ("SPLIT", "CONFIRMED", None)],
)
def test_two_offices_are_compared_only_where_one_is_known_to_be_the_other(held, ask, kind, state, growth):
    for name, org, year, amount in (("가", "앞부", 2023, 5), ("나", "뒤부", 2026, 10)):
        held.ledger.amount(amount, name, org=org, year=year, content=held.open, basis="TOTAL_EXPENDITURE")
    split(held, "앞부", "뒤부", [held.open], kind=kind, state=state)
    columns = "amount_won, other_won, growth_percent, verdict"
    ((before, after, percent, verdict),) = ask(f"SELECT {columns} FROM compared('앞부', 2023, '뒤부', 2026)")
    assert (before, after, percent) == (5, 10, growth)
    assert verdict == ("견줄 수 있음" if growth else "직접 비율을 내지 않음")


@pytest.mark.long
def test_parts_of_a_long_table_are_one_table_and_cells_are_told_by_their_address(held, ask):
    first = {"content": held.open, "basis": "TOTAL_EXPENDITURE", "year": 2023}
    held.ledger.amount(0, "하수관로정비", **first, ordinal=3, row=10, cell="B10")
    held.ledger.amount(953, "하수관로 정비", **first, ordinal=9, row=10, cell="B4010")
    assert ask("SELECT amount_won, n_amounts FROM totals()") == [(953, 2)]
    assert ask("SELECT amount_won, n_homonyms, address FROM figures('하수관로정비')") == [
        (953, 1, "open/open.txt 표 1 셀 B4010")
    ]


@pytest.mark.long
def test_years_between_that_are_missing(ask):
    assert ask("SELECT gap_years([2023, 2020]), gap_years([2020, 2021])") == [([2021, 2022], [])]


def test_a_pair_of_similar_projects_is_told_once_with_both_cells(held, ask):
    for name, org in (("청년 창업 지원", "가부"), ("청년 창업 지원 확대", "나부")):
        held.ledger.amount(3, name, org=org, content=held.open)
    ((label, score, words, one, two),) = ask(
        "SELECT label, score, shared_words, address, other_address FROM similar_pairs(2026)"
    )
    assert label == "후보, 사람 확인 필요"
    assert score == 0.75
    assert sorted(words) == ["지원", "창업", "청년"]
    assert one.startswith("open/open.txt 표 1")
    assert one != two
