"""What documents state of new names, and what they only consider."""

import pytest

from warehouse.succession_candidate import MERGE, RENAME, SPLIT
from warehouse.succession_statements import statements_in, statements_in_table


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        (
            "2026년부터 「마을길 정비」(7033-300)를 「마을길 현대화」(7034-301)로 이름과 코드를 함께 바꾼다.",
            [(RENAME, ("마을길 정비", "7033-300"), ("마을길 현대화", "7034-301"), 2026)],
        ),
        (
            "2027년 1월 1일부터 가람예산과는 이름을 나루예산과로 바꾼다.",
            [(RENAME, ("가람예산과", None), ("나루예산과", None), 2027)],
        ),
        (
            "가람청은 나루부와 다솜처로 나뉜다",
            [(SPLIT, ("가람청", None), ("나루부", None), 2026), (SPLIT, ("가람청", None), ("다솜처", None), 2026)],
        ),
        (
            "나루청과 다솜청은 가람부로 통합한다.",
            [(MERGE, ("나루청", None), ("가람부", None), 2026), (MERGE, ("다솜청", None), ("가람부", None), 2026)],
        ),
        (
            "'마을길 정비'는 '다리 놓기'와 '길 닦기'로 나눈다",
            [
                (SPLIT, ("마을길 정비", None), ("다리 놓기", None), 2026),
                (SPLIT, ("마을길 정비", None), ("길 닦기", None), 2026),
            ],
        ),
    ],
)
def test_a_sentence_states_a_succession(text: str, stated: list[tuple]) -> None:
    assert [(one.kind, one.before, one.after, one.year) for one in statements_in(text, 2026)] == stated


@pytest.mark.parametrize(
    "text",
    [
        "가람청은 나루부로 이름을 바꾸는 방안을 검토한다.",
        "「마을길 정비」의 이름은 「마을길 현대화」로 바꾸지 않는다.",
        "「마을길 정비」와 「바다 관측」을 함께 본다.",
        "예산과는 지출한도로 나누어 적는다.",
    ],
)
def test_what_is_only_considered_or_said_of_something_else_states_nothing(text: str) -> None:
    assert list(statements_in(text, 2026)) == []


def test_a_sentence_without_any_year_states_nothing() -> None:
    assert list(statements_in("가람청은 이름을 나루부로 바꾼다", None)) == []


def test_a_table_of_the_old_beside_the_new_says_which_was_split() -> None:
    table = [
        ["2025년 코드", "2025년 세부사업", "2026년 코드", "2026년 세부사업"],
        ["7033-300", "마을길 정비", "7034-301", "다리 놓기"],
        ["7033-300", "마을길 정비", "7034-302", "길 닦기"],
        ["7035-300", "바다 관측", "7035-300", "바다 관측"],
    ]
    found = list(statements_in_table(table, None))
    assert [(one.kind, one.after, one.year) for one in found] == [
        (SPLIT, ("다리 놓기", "7034-301"), 2026),
        (SPLIT, ("길 닦기", "7034-302"), 2026),
    ]


def test_a_table_with_two_header_rows() -> None:
    table = [
        ["종전", "종전", "변경", "변경"],
        ["명칭", "코드", "명칭", "코드"],
        ["가람 사업", "7033-300", "나루 사업", "7033-301"],
    ]
    (found,) = statements_in_table(table, 2026, header_rows=2)
    assert (found.before, found.after) == (("가람 사업", "7033-300"), ("나루 사업", "7033-301"))


@pytest.mark.parametrize(
    "table",
    [
        [["세부사업", "2025년 예산", "2026년 예산"], ["마을길 정비", "5", "6"]],
        [["현행", "개정"], ["제1조 예산은 이와 같이 쓴다.", "제1조 예산은 저와 같이 쓴다."]],
        [["2025년", "2026년"], ["1,200", "1,300"]],
        [["종전", "변경"]],
    ],
)
def test_a_table_of_amounts_or_articles_states_nothing(table: list[list[str]]) -> None:
    assert list(statements_in_table(table, 2026)) == []
