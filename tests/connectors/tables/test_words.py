"""Words of headings and labels: stages, years, months, what is no money; and that nothing breaks the reader."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.extraction import extract
from connectors.tables import words, years
from connectors.tables.labels import named, said_level
from schemas.budget import Declared, FormDocument
from schemas.elements import Cell, Element, ElementKind, Grid
from schemas.fiscal import Level, Stage
from schemas.money import Unit, parse_amount


@pytest.mark.parametrize(
    ("heading", "stage"),
    [
        ("2032 예산액(추경)", Stage.SUPP_ENACTED),
        ("정부(안)", Stage.GOV_PROPOSAL),
        ("기금운용계획안", Stage.GOV_PROPOSAL),
        ("국가재정운용계획", Stage.PLAN),
        ("추가경정예산안 사업설명", Stage.SUPP_PROPOSAL),
        ("국회 증감(C-B)", Stage.COMMITTEE_CHANGE),
        ("집행잔액", None),
        ("미집행액", None),
        ("6월말 집행계획", None),
        ("이월·불용액", None),
        ("연말 집행전망", None),
        ("예산절감액", None),
        ("미수납액", None),
        ("지출원인행위액", None),
        ("다음연도 이월액", Stage.CARRYOVER_OUT),
        ("전년도 이월액", Stage.CARRYOVER_IN),
    ],
)
def test_stages(heading: str, stage: Stage | None):
    assert words.stage_of(heading) is stage


@pytest.mark.parametrize(
    "heading",
    ["총사업비", "’24까지", "2027년 이후", "2026∼2030 소요", "'26-'30 계", "기투자액", "향후 소요"],
)
def test_what_is_of_no_one_year(heading: str):
    assert words.is_of_no_one_year(heading)


@pytest.mark.parametrize("heading", ["6월말까지 집행액", "경상이전", "2026년", "이전재원", "2026 예산"])
def test_what_may_be_of_one_year(heading: str):
    assert not words.is_of_no_one_year(heading)


@pytest.mark.parametrize(
    "heading", ["예산연도", "집행월", "보조율", "예산 사업수", "집행건수", "당기말", "B/A", "예산서 쪽수"]
)
def test_what_is_no_money(heading: str):
    assert words.is_not_money(heading)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("FY24 결산", 2024),
        ("24년 예산", 2024),
        ("2025년 대비 증감", None),
        ("2025.1∼3월", 2025),
        ("'25.8월 현재 집행액", 2025),
        ("향후 10년 계획", None),
        ("2024·2025 평균", None),
    ],
)
def test_years_of_headings(text: str, year: int | None):
    assert years.year_of_heading(text) == year


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2026년도 예산안", 2026),
        ("작성일: 2025년 5월", None),
        ("2023년 개정된 법에 따라", None),
        ("자료: 2024년 통계", None),
        ("2025년 대비 10% 증가", None),
        ("’26년 6월말 기준 집행현황", 2026),
    ],
)
def test_years_of_lines(text: str, year: int | None):
    assert years.year_of_line(text) == year


def test_relative_years():
    said = ("전전년도 결산", "전년도 예산", "금년도 예산", "차년도 요구")
    assert [years.relative_year(text, 2030) for text in said] == [2028, 2029, 2030, 2031]
    assert years.relative_year("전년도 예산", None) is None


def test_months():
    assert years.month_in("1∼3월") == years.Month(3, is_end=True)
    assert years.month_in("5월 실적") == years.Month(5, is_end=False)


@pytest.mark.parametrize(
    ("label", "level", "name"),
    [
        ("[분야] 환경", Level.FIELD, "환경"),
        ("<단위> 하천정비", Level.ACTIVITY, "하천정비"),
        ("정책: 깨끗한 환경", Level.PROGRAM, "깨끗한 환경"),
        ("하천정비", None, "하천정비"),
    ],
)
def test_levels_that_labels_say(label: str, level: Level | None, name: str):
    assert said_level(label) == (level, name)


def test_names_and_codes():
    assert named("210-14 일반용역비") == ("일반용역비", "210-14")
    assert named("○ 성과관리(7033-300)") == ("성과관리", "7033-300")


PIECES = st.sampled_from(
    ["구분", "2031 예산", "2032", "증감", "예산현액", "집행액", "합계", "1,200", "△5", "-", "", "12.5", "(단위: 천원)",
     "[분야] 환경", "3133-301", "210-14", "1\n2", "가\n나", "1월", "5월말", "’31", "총사업비", "전년도", "A", "(1)", "수입", "지출"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(PIECES | st.text(max_size=12), min_size=1, max_size=7), min_size=1, max_size=9))
def test_any_grid_is_read_and_says_again_what_it_said(rows: list[list[str]]):
    width = max(map(len, rows))
    cells = [
        Cell(row=row, col=col, text=text)
        for row, texts in enumerate(rows, start=1)
        for col, text in enumerate([*texts, *[""] * (width - len(texts))], start=1)
    ]
    element = Element(kind=ElementKind.TABLE, text="", table=Grid(n_rows=len(rows), n_cols=width, cells=cells))
    found = extract(FormDocument("2032년도 예산 (단위: 백만원)", None, [element], Declared(unit="백만원")))
    assert found.tables[0].reason != "form_failed"
    places = [(amount.place.row, amount.place.col, amount.place.line) for amount in found.amounts]
    assert len(set(places)) == len(places)
    for amount in found.amounts:
        unit = Unit(amount.unit_raw, amount.unit_multiplier or 0, amount.currency) if amount.unit_raw else None
        assert parse_amount(amount.raw_text, unit).amount_minor == amount.amount_minor
        own = cells[(amount.place.row - 1) * width + amount.place.col - 1].text
        assert amount.raw_text in own


@pytest.mark.parametrize(
    "text", ["(" * 64, "9" * 64, "(" + " " * 62 + ")", "A-" * 32, "2025~" * 12, "단위 " * 21, "[분야" * 16]
)
def test_no_text_takes_long(text: str):
    began = time.process_time()
    cells = [
        Cell(row=row, col=col, text=f"{text[:58]}{row * 40 + col}") for row in range(1, 41) for col in range(1, 41)
    ]
    element = Element(kind=ElementKind.TABLE, text="", table=Grid(n_rows=40, n_cols=40, cells=cells))
    extract(FormDocument("2032년도 예산", None, [element], Declared()))
    assert time.process_time() - began < 3
