"""What stands around a table: captions that name a project, and tables that go on over the end of a page."""

import time
from typing import cast

import pytest

from connectors.extraction import extract
from connectors.forms.contract import Around
from connectors.tables.surroundings import Surroundings, captioned, outlined
from tests.connectors.tables.drawing import document

TABLE = "\n사업명|예산액|집행액\n{}|100|90\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("숲길 정비 투자계획 (단위: 백만원)", "숲길 정비"), ("□ 숲길 정비 집행 실적", "숲길 정비"),
        ("2031년 숲길 정비 예산 현황", "숲길 정비"),
        ("2031년도 숲길 예산 (단위: 천원)", "숲길"), ("2031년도 예산 집행", None), ("2031년 성질별 세출예산", None),
        ("부서별 예산 현황 (단위: 천원)", None), ("일반회계 집행 현황", None), ("숲길 정비", None), ("단위사업 예산 현황", None),
    ],
)  # fmt: skip
def test_captions(line: str, expected: str | None):
    assert captioned(Around(lines=(line,))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("숲길 정비 사업 개요", "숲길 정비"), ("1. 숲길 정비 개요", "숲길 정비"), ("사업 개요", None),
        ("2031년 예산안 개요", None), ("숲길 정비 집행 실적", None), ("○ 2031년 예산안: 1,200백만원", None),
    ],
)  # fmt: skip
def test_outlines(line: str, expected: str | None):
    assert outlined(Around(lines=(line,))) == expected


def test_a_unit_of_its_own_line_is_no_caption():
    assert captioned(Around(lines=("(단위: 백만원)", "숲길 정비 투자계획"))) == "숲길 정비"


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("집행현황('31.6월말, 백만원)", "백만원"), ("분야별 예산 (조원, %)", "조원"), ("예산 현황 [천원]", "천원"),
        ("숲길 정비 (국비 100백만원)", None), ("예산 (국비, 지방비)", None),
    ],
)  # fmt: skip
def test_the_unit_at_a_captions_end(line: str, unit: str | None):
    found = extract(document("2031년", line, TABLE.format("숲길")))
    assert {a.unit_raw for a in found.amounts} == ({unit} if unit else set())


@pytest.mark.parametrize("between", [(), ("- 3 -",), ("3 / 12",), ("(계속)",), ("(단위: 백만원)",)])
def test_the_same_headings_on_the_next_page_go_on(between: tuple[str, ...]):
    parts = ("2031년 주요사업 (단위: 백만원)", TABLE.format("숲길"), *between, TABLE.format("들길"))
    found = extract(document(*parts))
    assert [(a.fiscal_year, a.unit_raw, a.subject.name) for a in found.amounts if a.place.table == 2] == [
        (2031, "백만원", "들길"), (2031, "백만원", "들길"),
    ]  # fmt: skip


def test_over_many_pages_what_the_first_said_holds_and_no_more_is_kept():
    pages = [part for page in range(40) for part in (f"- {page} -", TABLE.format(f"길 {page}"))]
    told = document("2031년 주요사업 (단위: 백만원)", TABLE.format("숲길"), *pages)
    assert len(extract(told).amounts) == 82
    assert max(len(around.lines) for _, around in Surroundings(told).tables()) <= 3


def test_a_page_goes_on_from_the_page_before_it_and_not_from_the_first():
    pages = [part for page in "가나나" for part in (f"부서: {page}과", "(단위: 백만원)", TABLE.format(page))]
    told = document("2031년 주요사업", *pages)
    assert [around.goes_on for _, around in Surroundings(told).tables()] == [False, False, True]


@pytest.mark.parametrize("between", ["부서: " * 5_000 + "x", " " * 50_000 + "x", "- " * 20_000 + "x", "(" * 50_000])
def test_no_text_between_two_pages_takes_long(between: str):
    parts = ("2031년 (단위: 백만원)", TABLE.format("숲길"), between, TABLE.format("¹" * 100_000 + "x"))
    began = time.process_time()
    extract(document(*parts))
    assert time.process_time() - began < 20


@pytest.mark.parametrize("head", ["부서: 가과\n(단위: 백만원)", "부서: 가과 (단위: 백만원)"])
def test_a_unit_that_only_the_first_page_says_holds_on(head: str):
    found = extract(document("2031년 주요사업", head, TABLE.format("숲길"), TABLE.format("들길"), TABLE.format("산길")))
    assert [(a.place.table, a.unit_raw) for a in found.amounts if a.place.col == 2] == [
        (1, "백만원"), (2, "백만원"), (3, "백만원"),
    ]  # fmt: skip


@pytest.mark.parametrize("between", ["나. 다른 사업", "(단위: 명)", "3. 들길 1,000"])
def test_after_a_text_of_its_own_a_table_stands_alone(between: str):
    parts = ("2031년 주요사업 (단위: 백만원)", TABLE.format("숲길"), between, TABLE.format("들길"))
    found = extract(document(*parts))
    assert {a.place.table for a in found.amounts} == {1}
    assert found.tables[1].reason == "unit_unknown"


def test_a_year_of_its_own_goes_before_that_of_the_page_before():
    parts = ("2031년 (단위: 백만원)", TABLE.format("숲길"), "2030년 (단위: 백만원)", TABLE.format("들길"))
    assert {(a.place.table, a.fiscal_year) for a in extract(document(*parts)).amounts} == {(1, 2031), (2, 2030)}


def test_an_outline_is_of_the_project_that_its_caption_names():
    table = "\n구분|내용\n위치|푸른시 일원\n2031년 예산액|300백만원\n"
    (amount,) = extract(document("숲길 정비 사업 개요", table)).amounts
    assert (amount.subject.name, cast(int, amount.amount_minor)) == ("숲길 정비", 300_000_000)
