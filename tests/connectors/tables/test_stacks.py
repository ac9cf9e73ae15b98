"""Figures in brackets and figures that share a cell: of which stage each is, and where a bracket is no minus."""

import pytest

from connectors.extraction import extract
from connectors.tables.stacks import names_stages, row_stage, stages_of_pair, unwrapped
from connectors.tables.subjects import NAMELESS
from schemas.money import Unit, parse_amount
from tests.connectors.tables.drawing import document

# Of each amount: row, column, line, year, stage, millions of won, subject.
BRACKETS = {
    "stacked names": (
        "최근 집행 현황 (단위: 백만원)",
        "\n사업|구분|2030|2031\n숲길|예산액⏎(집행액)|1,200⏎(1,100)|1,300⏎(1,250)\n",
        [
            (2, 3, 1, 2030, "ENACTED", 1200, "숲길"), (2, 3, 2, 2030, "EXEC_YTD", 1100, "숲길"),
            (2, 4, 1, 2031, "ENACTED", 1300, "숲길"), (2, 4, 2, 2031, "EXEC_YTD", 1250, "숲길"),
        ],
    ),
    "stacked names and a rate": (
        "예산 집행 현황 (단위: 백만원)",
        "\n구분|2030|2031\n예산현액⏎(집행액)⏎집행률(%)|1,200⏎(1,100)⏎91.7|1,300⏎(1,250)⏎96.2\n",
        [
            (2, 2, 1, 2030, "CURRENT", 1200, NAMELESS), (2, 2, 2, 2030, "EXEC_YTD", 1100, NAMELESS),
            (2, 3, 1, 2031, "CURRENT", 1300, NAMELESS), (2, 3, 2, 2031, "EXEC_YTD", 1250, NAMELESS),
        ],
    ),
    "a row in brackets": (
        "최근 집행 현황 (단위: 백만원)",
        "\n사업|구분|2030|2031\n숲길|예산액|1,200|1,300\n^|(집행액)|(1,100)|(1,250)\n",
        [
            (2, 3, None, 2030, "ENACTED", 1200, "숲길"), (2, 4, None, 2031, "ENACTED", 1300, "숲길"),
            (3, 3, None, 2030, "EXEC_YTD", 1100, "숲길"), (3, 4, None, 2031, "EXEC_YTD", 1250, "숲길"),
        ],
    ),
    "a heading in brackets": (
        "집행 현황 (단위: 백만원)",
        "\n사업|2030년 예산⏎(집행)|2031년 예산⏎(집행)\n숲길|1,200⏎(1,100)|1,300⏎(△50)\n",
        [
            (2, 2, 1, 2030, "ENACTED", 1200, "숲길"), (2, 2, 2, 2030, "EXEC_YTD", 1100, "숲길"),
            (2, 3, 1, 2031, "ENACTED", 1300, "숲길"), (2, 3, 2, 2031, "EXEC_YTD", -50, "숲길"),
        ],
    ),
    "brackets that nothing explains": (
        "2031년도 (단위: 백만원)",
        "\n사업|본예산|집행액|증감\n숲길|1,200|1,100|(100)\n들길|(500)|(400)|\n",
        [
            (2, 2, None, 2031, "ENACTED", 1200, "숲길"), (2, 3, None, 2031, "EXEC_YTD", 1100, "숲길"),
            (2, 4, None, 2031, "CHANGE", -100, "숲길"),
        ],
    ),
    "an outline that says who pays": (
        "사업개요",
        "\n사업명|숲길\n2031년 예산|600백만원 (국비 300, 시비 300)\n2030년 예산|500백만원(신규)\n",
        [(2, 2, None, 2031, "BUDGET", 600, "숲길"), (3, 2, None, 2030, "BUDGET", 500, "숲길")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("caption", "table", "wanted"), BRACKETS.values(), ids=BRACKETS)
def test_figures_in_brackets(caption: str, table: str, wanted: list[tuple[object, ...]]):
    found = extract(document(caption, table))
    got = [
        (a.place.row, a.place.col, a.place.line, a.fiscal_year, a.stage.value, a.amount_minor // 10**6, a.subject.name)
        for a in found.amounts
        if a.amount_minor is not None
    ]
    assert got == wanted
    for amount in found.amounts:
        unit = Unit(amount.unit_raw, amount.unit_multiplier or 0, amount.currency) if amount.unit_raw else None
        assert parse_amount(amount.raw_text, unit).amount_minor == amount.amount_minor


def test_brackets_that_nothing_explains_are_counted_as_left():
    caption, table, _ = BRACKETS["brackets that nothing explains"]
    assert extract(document(caption, table)).tables[0].n_left == 2


def test_what_all_of_a_text_is_wrapped_in_is_taken_off():
    found = [unwrapped(text) for text in ("(1,100)", "（ 집행액 ）", "1,200(600)", "(가)(나)", "")]
    assert found == ["1,100", "집행액", None, None, None]


def test_a_label_names_a_stage_in_brackets_too_and_a_wrapped_line_of_words_none():
    assert [row_stage(text) for text in ("(집행액)", "집행액", "숲길 (집행액)")] == ["EXEC_YTD", "EXEC_YTD", None]
    assert [names_stages(text) for text in ("예산액\n집행률(%)", "집행률(%)", "주민 1인당\n비율(%)")] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("heading", "stages"),
    [("예산\n(집행)", ("ENACTED", "EXEC_YTD")), ("집행액(누계)", None), ("예산액(A)", None), ("예산", None)],
)
def test_a_heading_of_two_stages(heading: str, stages: tuple[str, str] | None):
    assert stages_of_pair((heading,)) == stages
