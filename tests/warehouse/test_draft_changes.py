"""Differences of two drafts: paragraphs and rows that came, went and changed, and figures with what they are changed by."""

from typing import Any

from warehouse.draft_changes import MOST_UNITS, Unit, amount_changes, text_changes, units_of


def units(*texts: str) -> list[Unit]:
    """Paragraphs with their numbers."""
    return [Unit(text, f"문단 {number}") for number, text in enumerate(texts, 1)]


def changes(before: list[Unit], after: list[Unit]) -> list[tuple[Any, ...]]:
    """(kind, before, after) of each change."""
    return [(change.kind, change.before, change.after) for change in text_changes(before, after)]


def amount(won: int | None, **given: Any) -> dict[str, Any]:
    """A row of an amount."""
    names = ("target_kind", "target_id", "level", "stage_no", "period", "basis", "is_total", "subproject_name")
    return {
        **dict.fromkeys((*names, "mok_code", "semok_code", "compared")),
        "amount_id": f"id{won}",
        "target_kind": "PROJECT",
        "target_id": "road",
        "fiscal_year": 2027,
        "stage": "REQUEST",
        "stage_label": "요구안",
        "is_revenue": False,
        "currency": "KRW",
        "amount_minor": won,
        "amount_won": won,
        "value_state": "VALUE",
        "raw_text": str(won),
        "unit_raw": "원",
        "subject_name": "마을길 정비",
        "org_name": "가람부",
        **given,
    }


def test_a_changed_paragraph_is_told_with_both_sides_and_places() -> None:
    before = units("머리", "시범 지역은 산간 마을 서른한 곳이다.", "꼬리")
    after = units("머리", "새로 넣은 다른 이야기", "시범 지역은 산간 마을 스물네 곳이다.", "꼬리")
    assert changes(before, after) == [
        ("added", None, "새로 넣은 다른 이야기"),
        ("changed", "시범 지역은 산간 마을 서른한 곳이다.", "시범 지역은 산간 마을 스물네 곳이다."),
    ]
    changed = text_changes(before, after)[1]
    assert (changed.where_before, changed.where_after) == ("문단 2", "문단 3")


def test_what_went_is_told_and_the_same_is_not() -> None:
    assert changes(units("가", "나", "다"), units("가", "다")) == [("removed", "나", None)]
    assert changes(units("가", "나"), units("가", "나")) == []
    assert changes([], units("가")) == [("added", None, "가")]


def test_rows_of_a_table_are_compared_one_by_one_and_too_many_are_counted() -> None:
    found, n_left = units_of([("paragraph", "두 줄\n글", "문단 1"), ("table", "과목\t금액\n출장비\t5\n\n", "표 1")])
    assert [unit.text for unit in found] == ["두 줄 글", "과목 | 금액", "출장비 | 5"]
    assert n_left == 0
    assert units_of([("table", "가\n" * (MOST_UNITS + 3), "표 1")])[1] == 3


def test_a_figure_that_changed_has_its_difference_and_the_ids_to_cite() -> None:
    (change,) = amount_changes([amount(500)], [amount(700)])
    assert (change.kind, change.before_won, change.after_won, change.delta_won) == ("changed", 500, 700, 200)
    assert (change.before_id, change.after_id, change.after_text) == ("id500", "id700", "700 (원)")


def test_another_year_or_stage_is_another_figure_and_a_repetition_none() -> None:
    found = amount_changes([amount(500), amount(500)], [amount(500), amount(700, fiscal_year=2026)])
    assert [(change.kind, change.fiscal_year) for change in found] == [("added", 2026)]
    assert [change.kind for change in amount_changes([amount(500)], [])] == ["removed"]


def test_a_total_is_known_again_by_its_name_although_its_document_is_another() -> None:
    own = {"target_kind": "AGGREGATE", "subject_name": "합 계", "is_total": True}
    (change,) = amount_changes(
        [amount(500, **own, target_id="of one")], [amount(700, **{**own, "subject_name": "합계"}, target_id="of other")]
    )
    assert change.delta_won == 200


def test_a_figure_that_is_not_decided_yet_has_no_difference() -> None:
    (change,) = amount_changes([amount(None, value_state="NOT_DECIDED", raw_text="미정")], [amount(700)])
    assert (change.kind, change.delta_won, change.before_text) == ("changed", None, "미정 (원)")
