"""What of a question the records can answer: codes, amounts, years and stages, and nothing that only looks like them."""

from datetime import date

import pytest

from schemas.fiscal import Stage
from warehouse.doors import routing
from warehouse.doors.naming import Naming, words_of
from warehouse.doors.phrases import phrases_of

TODAY = date(2026, 11, 29)


@pytest.fixture
def wanted(monkeypatch):
    """What is wanted, where one project's name is known."""

    def naming_of(pinned, principal, rest, sieve=None, *, in_part=True):
        names = ("둘레길 조성",) if "둘레길 조성" in rest else ()
        return Naming(whole=names, is_bare=not words_of(rest, names))

    monkeypatch.setattr(routing, "naming_of", naming_of)
    monkeypatch.setattr(
        routing, "known_codes", lambda pinned, principal, codes, sieve: [c for c in codes if c == "1031-301"]
    )
    return lambda text, years=(): routing.wanted_of(None, None, text, years, None, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "codes", "won", "printed", "years"),
    [
        ("1031-301 예산", ("1031-301",), (), (), ()),
        ("1031–301 예산", ("1031-301",), (), (), ()),
        ("1031301 예산", ("1031-301",), (), (), ()),
        ("코드 1031 301의 예산", ("1031-301",), (), (), ()),
        ("1031302는 어디에 있나", (), (), ("1031302",), ()),
        ("목 210-14 내역", ("210-14",), (), (), ()),
        ("795억원이 어디서 나왔나", (), (79_500_000_000,), (), ()),
        ("3조 2,100억원 규모", (), (3_210_000_000_000,), (), ()),
        ("83,600백만원이 맞나", (), (83_600_000_000,), (), ()),
        ("83,600은 어디에 있나", (), (), ("83600",), ()),
        ("1조원 이상 사업은 몇 개", (), (), (), ()),
        ("100억원을 넘는 사업", (), (), (), ()),
        ("2026년 요구액", (), (), (), (2026,)),
        ("'26년과 2027년", (), (), (), (2026, 2027)),
        ("2026-03-10 회의", (), (), (), ()),
        ("2026년 3월 10일 회의", (), (), (), ()),
        ("전화 010-1234-5678", (), (), (), ()),
        ("12개 마을과 3곳", (), (), (), ()),
        ("2,026억원", (), (202_600_000_000,), (), ()),
    ],
)
def test_what_a_question_names(wanted, text, codes, won, printed, years):
    found = wanted(text)
    assert (found.codes, found.won, found.printed, found.years) == (codes, won, printed, years)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("26년 예산", (2026,)),
        ("26년도 예산", (2026,)),
        ("’26 예산", (2026,)),
        ("FY26 예산", (2026,)),
        ("FY2026 예산", (2026,)),
        ("2026예산", (2026,)),
        ("2026회계연도 예산", (2026,)),
        ("내년 예산", (2027,)),
        ("올해 예산", (2026,)),
        ("재작년 결산", (2024,)),
        ("2024~2026년 예산", (2024, 2025, 2026)),
        ("2024–2026 추이", (2024, 2025, 2026)),
        ("'24년부터 '26년까지", (2024, 2025, 2026)),
        ("2026년 예산은 작년보다 얼마나 늘었나", (2026, 2025)),
        ("2027년 요구액은 전년 대비 얼마", (2027, 2026)),
        ("2026년 예산의 전년 대비 증감", (2026,)),
        ("예산은 작년보다 얼마나 늘었나", (2026, 2025)),
        ("전년도 이월액", ()),
        ("10년물 국고채 예산", ()),
        ("앞으로 25년간 예산", ()),
        ("30년 예산", ()),
        ("최근 5년 예산", ()),
    ],
)
def test_years_as_people_write_them(text, years):
    assert phrases_of(text, TODAY).years == years


def test_an_amount_is_also_what_was_rounded_or_cut_to_it_unless_that_says_too_little():
    assert phrases_of("54.5조원", TODAY).near == ((54_450_000_000_000, 54_600_000_000_000),)
    assert phrases_of("532억", TODAY).near == ((53_150_000_000, 53_300_000_000),)
    assert phrases_of("1조원", TODAY).near == ()


def test_years_of_the_filters_count_too(wanted):
    assert wanted("2026년 예산", (2025,)).years == (2025, 2026)


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("요구액", {Stage.REQUEST}),
        ("정부안", {Stage.GOV_PROPOSAL}),
        ("본예산", {Stage.ENACTED, Stage.BUDGET}),
        ("예산", {Stage.ENACTED, Stage.BUDGET}),
        ("결산", {Stage.SETTLED}),
        ("예산현액", {Stage.CURRENT}),
        ("예산안", {Stage.GOV_PROPOSAL}),
        ("예산안 심사 일정", {Stage.ENACTED, Stage.BUDGET}),
        ("예산 안내", {Stage.ENACTED, Stage.BUDGET}),
        ("추경안", {Stage.SUPP_PROPOSAL}),
        ("추경", {Stage.SUPP_PROPOSAL, Stage.SUPP_CHANGE, Stage.SUPP_ENACTED}),
        ("본예산 말고 추경", {Stage.SUPP_PROPOSAL, Stage.SUPP_CHANGE, Stage.SUPP_ENACTED}),
        ("결산이 아니라 본예산", {Stage.ENACTED, Stage.BUDGET}),
        ("집행액과 예산", {Stage.EXEC_YTD, Stage.EXEC_MONTH, Stage.ENACTED, Stage.BUDGET}),
        ("전년도 이월액", {Stage.CARRYOVER_IN}),
        ("다음 연도 이월액", {Stage.CARRYOVER_OUT}),
        ("집행률", set()),
        ("예산요구서", {Stage.ENACTED, Stage.BUDGET}),
        ("날씨", set()),
    ],
)
def test_stages_by_their_words(wanted, text, stages):
    assert wanted(text).stages == stages


@pytest.mark.parametrize(
    ("text", "is_for_records", "is_exact"),
    [
        ("둘레길 조성 2026년 요구액은 얼마입니까", True, True),
        ("둘레길 조성 요구 사유", True, False),
        ("둘레길 조성의 추진 경과", False, False),
        ("둘레길 조성 79,500", True, True),
        ("얼마나 걸리는가", False, False),
        ("79,500", True, False),
        ("1031-301", True, False),
        ("1031-301 얼마", True, True),
        ("둘레길 조성 2026년 요구", True, True),
        ("2026년도 둘레길 조성 사업의 본예산", True, True),
        ("1031-301 2026년 정부안", True, True),
        ("둘레길 조성 2026년 요구 사유", True, False),
        ("둘레길 조성 2026년 예산 심사 일정", True, False),
        ("둘레길 조성 2026년", True, False),
        ("둘레길 조성 예산", True, True),
        ("둘레길 조성의 집행률은 얼마", False, False),
        ("둘레길 조성 2026년 예산 알려 주세요", True, True),
        ("둘레길 조성 예산이 2026년에 작년보다 얼마나 늘었나요", True, True),
    ],
)
def test_only_a_question_for_an_amount_goes_to_the_records(wanted, text, is_for_records, is_exact):
    found = wanted(text)
    assert (found.is_for_records, found.is_exact) == (is_for_records, is_exact)
