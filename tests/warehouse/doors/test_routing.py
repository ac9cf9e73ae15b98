"""What of a question the records can answer: codes, amounts, years and stages, and nothing that only looks like them."""

import pytest

from schemas.fiscal import Stage
from warehouse.doors import routing


@pytest.fixture
def wanted(monkeypatch):
    """What is wanted, where one project's name is known."""
    monkeypatch.setattr(
        routing, "_names_in", lambda pinned, principal, text: ["둘레길 조성"] if "둘레길 조성" in text else []
    )
    return lambda text, years=(): routing.wanted_of(None, None, text, years)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "codes", "won", "printed", "years"),
    [
        ("1031-301 예산", ("1031-301",), (), (), ()),
        ("목 210-14 내역", ("210-14",), (), (), ()),
        ("795억원이 어디서 나왔나", (), (79_500_000_000,), (), ()),
        ("3조 2,100억원 규모", (), (3_210_000_000_000,), (), ()),
        ("83,600백만원이 맞나", (), (83_600_000_000,), (), ()),
        ("83,600은 어디에 있나", (), (), ("83600",), ()),
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
    ],
)
def test_only_a_question_for_an_amount_goes_to_the_records(wanted, text, is_for_records, is_exact):
    found = wanted(text)
    assert (found.is_for_records, found.is_exact) == (is_for_records, is_exact)
