"""Names made comparable: what is folded away, what stays, and what tells nothing."""

import pytest

from schemas.names import core_of, folded, is_contained, is_division, is_generic, is_total_word, similarity, stem_of


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("농업·농촌 지원", "농업ㆍ농촌지원"),
        ("스마트 관측망(R&D)", "스마트관측망［Ｒ＆Ｄ］"),
        ("「마을 길」 정비", "마을길 정비"),
        ("탄소중립‧그린 협력", "탄소중립・그린 협력"),
        ("가\u200b나 다", "가나다"),
    ],
)
def test_the_same_name_written_in_two_ways_is_one_key(first: str, second: str) -> None:
    assert folded(first) == folded(second)


def test_a_mark_of_kind_tells_two_projects_apart_but_not_their_likeness() -> None:
    assert folded("바다 관측(R&D)") != folded("바다 관측")
    assert core_of("바다 관측(R&D)") == core_of("바다 관측")
    assert similarity("바다 관측(R&D)", "바다관측") == 1.0


def test_a_remark_that_was_added_is_contained() -> None:
    assert is_contained("마을길 정비사업", "마을길 정비사업(다리 포함)")
    assert stem_of("마을길 정비사업(다리 포함)") == "마을길정비사업"
    assert not is_contained("정비", "정비사업")
    assert not is_contained("마을길 정비사업", "마을길 정비사업")


def test_likeness_is_between_nothing_and_one() -> None:
    assert similarity("마을길 정비", "바다 관측") == 0.0
    assert 0.4 < similarity("마을길 정비", "마을길 확장 정비") < 1.0


def test_names_that_tell_nothing() -> None:
    assert is_generic("인건비")
    assert is_generic("기본경비(총액)")
    assert not is_generic("마을길 정비")
    assert is_total_word("합 계")
    assert is_division("국토환경예산과")
    assert not is_division("너른바다수산부")


def test_a_stage_behind_a_name_is_the_amounts() -> None:
    assert folded("마을길 정비(요구안)") == folded("마을길 정비(본예산)") == folded("마을길 정비")
    assert folded("(결산)") == "(결산)"


def test_no_name_is_folded_to_nothing() -> None:
    assert folded(None) == folded("") == folded("  ") == ""
