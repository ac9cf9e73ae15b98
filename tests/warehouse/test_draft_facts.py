"""What names and texts say of a version, and what tells two documents apart."""

import pytest

from warehouse.draft_facts import (
    by_kind,
    conflict,
    date_at_head,
    facts_of_name,
    facts_of_text,
    is_other_subject,
    marks_of,
    subject_of,
)


@pytest.mark.parametrize(
    ("name", "bare", "number", "rank", "day"),
    [
        ("보고서_v2.hwpx", "보고서", (2,), 1, None),
        ("보고서_v1.10.hwpx", "보고서", (1, 10), 1, None),
        ("검토보고_최종.hwpx", "검토보고", (), 3, None),
        ("검토보고_최종(수정).hwpx", "검토보고", (), 4, None),
        ("검토보고_찐최종.hwpx", "검토보고", (), 5, None),
        ("검토보고_최최종본2.hwpx", "검토보고", (), 5, None),
        ("계획_최종_복사본.hwpx", "계획", (), 3, None),
        ("계획 - 복사본 (2).docx", "계획", (2,), 1, None),
        ("계획_초안.hwpx", "계획", (), 0, None),
        ("계획_2차안.hwpx", "계획", (2,), 1, None),
        ("국장보고_0310.hwpx", "국장보고", (), 1, (0, 3, 10)),
        ("국장보고(3.10.).hwpx", "국장보고", (), 1, (0, 3, 10)),
        ("20260310_국장보고_최종.hwpx", "국장보고", (), 3, (2026, 3, 10)),
        ("260310 국장보고.hwpx", "국장보고", (), 1, (2026, 3, 10)),
        # Neither a year nor the number of an article is a version.
        ("2025.hwp", "2025", (), 1, None),
        ("붙임 2. 명세서.xlsx", "붙임 2. 명세서", (), 1, None),
    ],
)
def test_the_marks_of_a_name_are_read_from_its_end(name, bare, number, rank, day) -> None:
    marks = marks_of(name)
    assert (marks.bare, marks.number, marks.rank, marks.day) == (bare, number, rank, day)


def test_a_name_of_nothing_but_a_mark_keeps_it() -> None:
    assert marks_of("최종.hwpx").bare == "최종"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("2026년도 예산요구서", "2027년도 예산요구서", "year"),
        ("3월 집행 점검", "4월 집행 점검", "month"),
        ("제3차 회의 결과", "제4차 회의 결과", "meeting"),
        ("1분기 실적", "2분기 실적", "quarter"),
        ("주간업무보고_0310.hwpx", "주간업무보고_0317.hwpx", "day"),
        ("단말 점검 0001", "단말 점검 0002", "series:단말점검#"),
        # Dates and numbers of versions tell no two documents apart.
        ("국장보고_0310.hwpx", "국장보고_0317.hwpx", None),
        ("국장보고_v1", "국장보고_v2", None),
        ("검토_20260310_국장님.hwpx", "검토_20260317_국장님.hwpx", None),
        ("2026년도 예산안", "예산안", None),
        ("2026년도 예산안(2025년 대비)", "2026년도 예산안", None),
    ],
)
def test_what_names_state_tells_documents_apart(one, other, kind) -> None:
    assert conflict(by_kind(facts_of_name(one)), by_kind(facts_of_name(other))) == kind
    assert conflict(by_kind(facts_of_name(other)), by_kind(facts_of_name(one))) == kind


def test_a_labelled_value_and_a_code_at_the_head_are_facts() -> None:
    text = "사업 설명서\n사업명: 마을길 정비(7033-300)\n○ 소관 : 가람부\n금액: 300"
    assert facts_of_text(text) == {"label:사업명=마을길정비(7033-300)", "label:소관=가람부", "code=7033-300"}
    other = facts_of_text(text.replace("마을길", "강둑길"))
    assert conflict(by_kind(facts_of_text(text)), by_kind(other)) == "label:사업명"


def test_the_subject_of_a_name_is_what_other_documents_do_not_have() -> None:
    assert is_other_subject(subject_of("스마트 온실 보급 사업 설명서"), subject_of("농촌 도로 정비 사업 설명서"))
    assert not is_other_subject(subject_of("나눔터 시범사업 검토(안)"), subject_of("나눔터 시범사업 검토보고"))
    assert not is_other_subject(subject_of("검토보고"), subject_of("나눔터 시범사업 검토보고"))


def test_a_date_that_is_none_is_passed_over() -> None:
    assert str(date_at_head("보고 2026. 13. 40. 그리고 2026. 3. 9.")) == "2026-03-09"
    assert date_at_head("날짜 없음") is None
