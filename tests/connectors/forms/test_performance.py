"""Indicators of plans and reports of performance, and the money beside them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.forms.contract import Around, Found
from connectors.forms.performance import FORM
from connectors.tables.indicators import decimal_of, measure_of
from connectors.tables.view import TableView
from schemas.elements import Cell, Element, ElementKind, Grid
from schemas.fiscal import Level, Stage, ValueState
from schemas.provenance import Locator

UP, LEFT = "<up>", "<left>"
"""A position that the cell above it, or the one to its left, covers."""


def view_of(*rows: list[str], unit: str | None = None) -> TableView:
    """A table; `UP` and `LEFT` say that a position belongs to a merged cell."""
    n_rows, n_cols = len(rows), max(map(len, rows))
    cells = []
    for row, col in itertools.product(range(n_rows), range(n_cols)):
        if col >= len(rows[row]) or rows[row][col] in (UP, LEFT, ""):
            continue
        down, right = row + 1, col + 1
        while right < n_cols and rows[row][right] == LEFT:
            right += 1
        while down < n_rows and rows[down][col] == UP:
            down += 1
        cells.append(Cell(row=row + 1, col=col + 1, row_span=down - row, col_span=right - col, text=rows[row][col]))
    grid = Grid(n_rows=n_rows, n_cols=n_cols, unit=unit, cells=cells)
    return TableView(Element(kind=ElementKind.TABLE, text="-", locator=Locator(), table=grid), 0, 1)


def read(view: TableView, around: Around | None = None) -> Found:
    around = around or Around(kind="성과보고서", title="2025년도 성과보고서", fiscal_year=2025)
    assert FORM.recognises(view, around) > 0.5
    return FORM.read(view, around)


def said(found: Found) -> list[tuple[str, int, str, str | None]]:
    return [(one.name, one.fiscal_year, one.measure, one.value) for one in found.indicators]


def test_targets_by_year_under_one_heading():
    view = view_of(
        ["성과지표", "측정산식", "단위", "목표치", LEFT, LEFT],
        [UP, UP, UP, "2025년", "2026년", "2027년"],
        ["교량 점검률", "점검한 교량 ÷ 관리 교량 × 100", "%", "84.5", "1,086.0", "미정"],
    )
    found = read(view)
    assert said(found) == [
        ("교량 점검률", 2025, "target", "84.5"),
        ("교량 점검률", 2026, "target", "1086.0"),
        ("교량 점검률", 2027, "target", None),
    ]
    first, _, last = found.indicators
    assert (first.unit, first.method, first.weight) == ("%", "점검한 교량 ÷ 관리 교량 × 100", None)
    assert (first.place.row, first.place.col, last.raw_text) == (3, 4, "미정")
    assert not found.amounts


def test_headings_without_merged_cells_mean_the_same():
    view = view_of(
        ["성과지표", "단위", "목표치", "", "실적치", ""],
        ["", "", "2025년", "2026년", "2025년", "2026년"],
        ["교량 점검률", "%", "84", "86", "83", "-"],
    )
    assert said(read(view)) == [
        ("교량 점검률", 2025, "target", "84"),
        ("교량 점검률", 2026, "target", "86"),
        ("교량 점검률", 2025, "actual", "83"),
        ("교량 점검률", 2026, "actual", None),
    ]


def test_year_and_measure_in_one_heading_with_a_weight():
    view = view_of(
        ["성과지표", "가중치", "’22 실적", "'23실적", "’24 목표", "'24 달성률(%)", "비고"],
        ["이용자 만족도(점)", "0.5", "78.1", "80.0", "82", "98.3%", "신규"],
        ["보급 대수", "0.5", "-", "1,200대", "1,500대 이상", "", ""],
    )
    found = read(view)
    assert said(found) == [
        ("이용자 만족도", 2022, "actual", "78.1"),
        ("이용자 만족도", 2023, "actual", "80.0"),
        ("이용자 만족도", 2024, "target", "82"),
        ("이용자 만족도", 2024, "rate", "98.3"),
        ("보급 대수", 2022, "actual", None),
        ("보급 대수", 2023, "actual", "1200"),
        ("보급 대수", 2024, "target", "1500"),
    ]
    assert {one.weight for one in found.indicators} == {"0.5"}
    assert [one.unit for one in found.indicators[:4]] == ["점"] * 4, "the unit of an indicator, also beside its rate"
    assert found.indicators[-1].raw_text == "1,500대 이상"
    assert found.indicators[-1].unit == "대"


def test_results_beside_money_that_is_the_projects():
    view = view_of(
        ["세부사업", "성과지표", "단위", "2025년", LEFT, "집행액\n(백만원)"],
        [UP, UP, UP, "목표", "실적", UP],
        ["마을길 정비", "점포 매출 증가율", "%", "4.0", "3.4", "87,006"],
        ["하천 가꾸기(7031-302)", "어종 수", "종", "11", "12", "70,988"],
    )
    found = read(view)
    assert said(found) == [
        ("점포 매출 증가율", 2025, "target", "4.0"),
        ("점포 매출 증가율", 2025, "actual", "3.4"),
        ("어종 수", 2025, "target", "11"),
        ("어종 수", 2025, "actual", "12"),
    ]
    assert [one.subject and (one.subject.name, one.subject.code) for one in found.indicators[1:3]] == [
        ("마을길 정비", None),
        ("하천 가꾸기", "7031-302"),
    ]
    first, second = found.amounts
    assert (first.amount_minor, first.fiscal_year, first.stage) == (87_006_000_000, 2025, Stage.EXEC_YTD)
    assert (first.subject.level, first.subject.name, first.form) == (Level.PROJECT, "마을길 정비", "performance")
    assert (second.subject.code, second.place.row, second.place.col) == ("7031-302", 4, 6)


def test_several_indicators_of_a_project_have_one_amount():
    view = view_of(
        ["프로그램", "세부사업", "성과지표", "단위", "2025년", LEFT, "2025년 결산(백만원)"],
        [UP, UP, UP, UP, "목표", "실적", UP],
        ["길 잇기", "마을길 정비", "점검률", "%", "90%", "92%", "500"],
        [UP, UP, "민원 처리 일수", "일", "7일 이내", "6", UP],
        ["물 살리기", "하천 가꾸기", "어종 수", "종", "11", "12", "70"],
    )
    found = read(view)
    assert [(one.name, one.value, one.subject and one.subject.name) for one in found.indicators[2:4]] == [
        ("민원 처리 일수", "7", "마을길 정비"),
        ("민원 처리 일수", "6", "마을길 정비"),
    ]
    assert all(one.subject and one.subject.names[Level.PROGRAM] in ("길 잇기", "물 살리기") for one in found.indicators)
    assert [(one.amount_minor, one.subject.name, one.subject.level) for one in found.amounts] == [
        (500_000_000, "마을길 정비", Level.PROJECT),
        (70_000_000, "하천 가꾸기", Level.PROJECT),
    ]


def test_indicators_of_a_project_that_each_have_money_keep_it_apart():
    view = view_of(
        ["세부사업", "성과지표", "2025년 목표", "2025년 실적", "2025년 집행액(백만원)"],
        ["마을길 정비", "점검률(%)", "90", "92", "500"],
        [UP, "처리 일수(일)", "7", "6", "20"],
    )
    found = read(view)
    assert [(one.amount_minor, one.subject.name) for one in found.amounts] == [
        (500_000_000, "점검률(%)"),
        (20_000_000, "처리 일수(일)"),
    ]
    assert {one.subject.names[Level.PROJECT] for one in found.amounts} == {"마을길 정비"}


@pytest.mark.parametrize("below", [UP, ""], ids=["merged", "blank"])
def test_targets_results_and_rates_in_rows_of_their_own(below):
    view = view_of(
        ["단위사업", "성과지표", "단위", "구분", "2023", "2024", "2025"],
        ["길 잇기", "점검률", "%", "목표", "80", "85", "90"],
        [below, below, below, "실적", "82", "84.0", "-"],
        [below, below, below, "달성도(%)", "102.5", "98.8", ""],
        ["물 살리기", "어종 수", "종", "목표", "10", "11", "12"],
        [below, below, below, "실적", "9", "11", ""],
    )
    found = read(view)
    assert said(found)[:8] == [
        ("점검률", 2023, "target", "80"),
        ("점검률", 2024, "target", "85"),
        ("점검률", 2025, "target", "90"),
        ("점검률", 2023, "actual", "82"),
        ("점검률", 2024, "actual", "84.0"),
        ("점검률", 2025, "actual", None),
        ("점검률", 2023, "rate", "102.5"),
        ("점검률", 2024, "rate", "98.8"),
    ]
    assert [one.value for one in found.indicators if one.name == "어종 수"] == ["10", "11", "12", "9", "11"]
    assert {(one.name, one.unit, one.subject and one.subject.name) for one in found.indicators} == {
        ("점검률", "%", "길 잇기"),
        ("어종 수", "종", "물 살리기"),
    }
    assert not found.amounts


def test_a_row_of_money_among_targets_is_money_and_no_indicator():
    view = view_of(
        ["성과지표", "구분", "2024년", "2025년"],
        ["점검률(%)", "목표", "85", "90"],
        [UP, "실적", "84", "91"],
        [UP, "예산액(백만원)", "1,200", "1,300"],
    )
    found = read(view)
    assert [one.place.row for one in found.indicators] == [2, 2, 3, 3]
    assert {one.place.row for one in found.amounts} == {4}
    assert [one.amount_minor for one in found.amounts] == [1_200_000_000, 1_300_000_000]


def test_years_in_rows():
    view = view_of(
        ["성과지표", "연도", "목표", "실적", "달성률"],
        ["점검률", "2024", "85", "84", "98.8"],
        [UP, "2025", "90", "미정", "-"],
    )
    assert said(read(view, Around(title="성과보고서"))) == [
        ("점검률", 2024, "target", "85"),
        ("점검률", 2024, "actual", "84"),
        ("점검률", 2024, "rate", "98.8"),
        ("점검률", 2025, "target", "90"),
        ("점검률", 2025, "actual", None),
        ("점검률", 2025, "rate", None),
    ]


def test_the_documents_year_holds_where_no_heading_names_one_and_none_is_guessed():
    rows = (["성과지표", "목표", "실적", "전년도 실적"], ["점검률", "85", "84", "80"])
    found = read(view_of(*rows), Around(title="성과보고서", fiscal_year=2025))
    assert said(found) == [
        ("점검률", 2025, "target", "85"),
        ("점검률", 2025, "actual", "84"),
        ("점검률", 2024, "actual", "80"),
    ]
    assert not read(view_of(*rows), Around(title="성과보고서")).indicators
    twice = view_of(["성과지표", "목표", "목표", "실적"], ["점검률", "85", "84", "80"])
    assert said(read(twice, Around(fiscal_year=2025))) == [("점검률", 2025, "actual", "80")]


def test_stacked_indicators_are_dealt_to_their_lines_or_not_at_all():
    view = view_of(
        ["세부사업", "성과지표", "단위", "2025년 목표", "2025년 실적"],
        ["마을길 정비", "① 점검률\n② 처리 일수", "%\n일", "90\n7", "92\n6\n5"],
    )
    found = read(view)
    assert [(one.name, one.unit, one.value, one.place.line) for one in found.indicators] == [
        ("점검률", "%", "90", 1),
        ("처리 일수", "일", "7", 2),
    ]
    assert found.reason == "ragged_stack"
    assert "값 3개, 이름 2개" in found.detail


def test_a_name_over_two_lines_is_one_name():
    view = view_of(["성과지표", "2025년 목표"], ["마을 길\n점검률", "상위 10%"], ["정착 여부", "1.5\n(잠정)"])
    first, second = read(view).indicators
    assert (first.name, first.value, first.raw_text) == ("마을 길 점검률", None, "상위 10%")
    assert second.value == "1.5"


def test_what_is_no_indicator_gives_none():
    view = view_of(
        ["세부사업", "성과지표", "2025년 목표", "2025년 실적", "2025년 집행액(백만원)"],
        ["마을길 정비", "점검률", "90", "92", "500"],
        ["하천 가꾸기", "-", "-", "-", "70"],
        ["세부사업", "성과지표", "2025년 목표", "2025년 실적", "2025년 집행액(백만원)"],
        ["합계", "", "-", "-", "570"],
        ["※ 실적은 12월 말", LEFT, LEFT, LEFT, LEFT],
    )
    found = read(view)
    assert said(found) == [("점검률", 2025, "target", "90"), ("점검률", 2025, "actual", "92")]
    assert [(one.amount_minor, one.is_total) for one in found.amounts] == [
        (500_000_000, False),
        (70_000_000, False),
        (570_000_000, True),
    ]


def test_surroundings_name_what_an_indicator_is_of():
    view = view_of(["성과지표", "2025년 목표"], ["점검률", "90"])
    by_line = Around(kind="성과계획서", lines=("(1) 세부사업명: 마을길 정비(7031-302)", "프로그램: 길 잇기(7000)"))
    (one,) = read(view, by_line).indicators
    assert one.subject is not None
    assert (one.subject.level, one.subject.name, one.subject.code) == (Level.PROJECT, "마을길 정비", "7031-302")
    assert (one.subject.names[Level.PROGRAM], one.subject.codes[Level.PROGRAM]) == ("길 잇기", "7000")
    by_heading = Around(headings=("□ 성과목표", "2. 물 살리기 - 하천 가꾸기", "Ⅱ. 프로그램별 성과계획"))
    (one,) = read(view, by_heading).indicators
    assert one.subject is not None
    assert one.subject.names == {Level.PROGRAM: "물 살리기", Level.PROJECT: "하천 가꾸기"}
    assert read(view, Around()).indicators[0].subject is None


def test_a_project_of_the_row_is_not_mixed_with_another_of_the_surroundings():
    view = view_of(["세부사업", "성과지표", "2025년 목표"], ["하천 가꾸기", "어종 수", "11"])
    around = Around(lines=("세부사업: 마을길 정비", "프로그램: 길 잇기"))
    (one,) = read(view, around).indicators
    assert one.subject is not None
    assert one.subject.names == {Level.PROJECT: "하천 가꾸기"}


def test_a_table_that_goes_on_has_the_headings_of_the_one_before():
    before = view_of(["성과지표", "단위", "2025년 목표", "2025년 실적"], ["점검률", "%", "90", "92"])
    after = view_of(["어종 수", "종", "11", "12"], ["처리 일수", "일", "7", "6"])
    for around in (Around(before=before, is_part=True), Around(before=before)):
        assert [one.name for one in read(after, around).indicators] == ["어종 수"] * 2 + ["처리 일수"] * 2
    assert FORM.recognises(after, Around(before=before, lines=("다른 이야기이다.",))) == 0


def test_a_unit_that_is_nowhere_is_asked_for():
    view = view_of(["세부사업", "성과지표", "2025년 목표", "2025년 집행액"], ["마을길 정비", "점검률", "90", "500"])
    found = read(view)
    assert (found.reason, found.is_question, len(found.indicators)) == ("unit_unknown", True, 1)
    explained = read(view, Around(kind="사업설명자료", title="사업설명자료"))
    assert [one.amount_minor for one in explained.amounts] == [500_000_000]


@pytest.mark.parametrize(
    "rows",
    [
        (["세부사업", "2025년 예산", "2026년 예산안"], ["마을길 정비", "500", "600"]),
        (["성과지표", "2025년 집행액(백만원)", "2025년 예산(백만원)"], ["점검률", "500", "600"]),
        (["지표", "2023", "2024"], ["소비자물가", "1.2", "1.3"]),
        (["성과목표", "추진실적"], ["길을 잇는다", "세 곳"]),
    ],
)
def test_other_tables_are_left_to_others(rows):
    assert FORM.recognises(view_of(*rows), Around(kind="성과보고서")) == 0


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,234.50", "1234.50", None), ("９０％", "90", "%"), ("△3.2", "-3.2", None), ("-5", "-5", None), (".5", "0.5", None),
        ("90% 이상", "90", "%"), ("3건", "3", "건"), ("12 (잠정)", "12", None), ("007", "7", None), ("1,2", None, None),
        ("3~5", None, None), ("3/5", None, None), ("-", None, None), ("미정", None, None), ("", None, None),
        ("상위 3위", None, None), ("12(15)", None, None), ("2025.3.1", None, None),
    ],
)  # fmt: skip
def test_numbers(text, value, unit):
    assert decimal_of(text) == (value, unit)


@pytest.mark.parametrize(
    ("heading", "measure"),
    [
        ("목표", "target"), ("'24 목표(치)", "target"), ("2025년도\n목표치", "target"), ("최근 3년간 실적", "actual"),
        ("실적(B)", "actual"), ("달성률(B/A, %)", "rate"), ("목표 달성도", "rate"), ("목표대비 실적 달성률", "rate"),
        ("성과목표", None), ("집행실적", None),
        ("목표치 산출근거", None), ("추진 실적", None), ("예산 집행률", None), ("실적 및 계획", None),
    ],
)  # fmt: skip
def test_words_of_measures(heading, measure):
    assert measure_of(heading) == measure


_VALUES = st.one_of(
    st.integers(0, 999_999).map(lambda n: f"{n:,}"),
    st.decimals(0, 9_999, places=1).map(str),
    st.sampled_from(["-", "미정", "", "90%", "2024", "2025"]),
)


@given(
    n_years=st.integers(1, 3),
    rows=st.lists(st.tuples(st.lists(_VALUES, min_size=6, max_size=6), st.integers(1, 99_999)), min_size=1, max_size=5),
    money_first=st.booleans(),
)
def test_never_a_year_or_money_as_an_indicator(n_years, rows, money_first):
    years = [f"{2023 + k}년" for k in range(n_years)]
    heads = [
        *(["2025년 집행액(백만원)"] if money_first else []),
        *(f"{y} {m}" for y in years for m in ("목표", "실적")),
    ]
    heads += [] if money_first else ["2025년 집행액(백만원)"]
    at = 4 if money_first else 4 + 2 * n_years
    body = []
    for number, (values, money) in enumerate(rows):
        cells = values[: 2 * n_years]
        cells.insert(0 if money_first else len(cells), f"{money:,}")
        body.append([f"사업{number}", f"지표{number}", str(2020 + number), *cells])
    found = read(view_of(["세부사업", "성과지표", "시작연도", *heads], *body))
    assert all(one.place.col not in (1, 2, 3, at) for one in found.indicators)
    assert len({one.place for one in found.indicators}) == len(found.indicators)
    paid = [one for one in found.amounts if one.value_state is ValueState.VALUE]
    assert [(one.place.col, one.amount_minor) for one in paid] == [(at, money * 1_000_000) for _, money in rows]
    assert not {one.place for one in found.indicators} & {one.place for one in found.amounts}
    filled = [
        (r, c) for r, row in enumerate(body, 2) for c, text in enumerate(row, 1) if text and c not in (1, 2, 3, at)
    ]
    assert sorted((one.place.row, one.place.col) for one in found.indicators) == filled
