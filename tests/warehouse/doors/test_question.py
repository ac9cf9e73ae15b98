"""Questions as people write them: what is plain text, what says where to look, and what is refused."""

from datetime import date

import pytest
from pydantic import ValidationError

from warehouse.doors.question import LONGEST_QUESTION, MOST_PARTS, Filters, QuestionRefused, parse_days, parse_question


@pytest.mark.parametrize(
    ("raw", "text", "filters"),
    [
        ("기초연금 단가", "기초연금 단가", Filters()),
        ("연도:2026 요구액", "요구액", Filters(year=(2026,))),
        ("year:2026년도 연도:2027", "", Filters(year=(2026, 2027))),
        ("소관:국토부 종류:결산 불용", "불용", Filters(office=("국토부",), kind=("결산",))),
        ('불용 office:"국토 교통부"', "불용", Filters(office=("국토 교통부",))),
        ("회의 -종류:메시지", "회의", Filters(not_kind=("메시지",))),
        ("예산 -status:draft 상태:최종", "예산", Filters(status=("final",), not_status=("draft",))),
        ("KIND:결산 예산", "예산", Filters(kind=("결산",))),
        ("예산 부터:2026-03 까지:2026-04-15", "예산", Filters(since=date(2026, 3, 1), until=date(2026, 4, 15))),
        ("예산 날짜:2026-02", "예산", Filters(since=date(2026, 2, 1), until=date(2026, 2, 28))),
        ("예산 date:2026-03-01..2026-03-09", "예산", Filters(since=date(2026, 3, 1), until=date(2026, 3, 9))),
        ("예산 부터:2026 부터:2026-05", "예산", Filters(since=date(2026, 5, 1))),
        ("사업:1031-301 단가", "단가", Filters(project=("1031-301",))),
    ],
)
def test_parts_say_where_to_look(raw, text, filters):
    assert parse_question(raw) == (text, filters)


@pytest.mark.parametrize(
    "raw",
    [
        "소관: 국토부",
        "비고:없음 예산",
        "http://office:80",
        "재소관:국토부",
        "연도 2026",
        "3:2로 나눈다",
        "-예산",
        "가:나",
        '말 "큰따옴표"',
    ],
)
def test_what_is_no_part_is_plain_text(raw):
    assert parse_question(raw) == (" ".join(raw.split()), Filters())


@pytest.mark.parametrize(
    "raw",
    [
        "연도:이천이십육",
        "연도:26",
        "연도:20266",
        "상태:끝",
        "부터:언제",
        "부터:2026-13",
        "부터:2026-02-30",
        "까지:99",
        "날짜:2026-04..2026-03",
        "-날짜:2026",
        '소관:""',
        '소관:"국토부',
        '소관:"   "',
        f"소관:{'가' * 201}",
        "예산" * LONGEST_QUESTION,
        " ".join(f"연도:{2000 + number}" for number in range(MOST_PARTS + 1)),
    ],
)
def test_a_malformed_part_is_refused_in_both_languages(raw):
    with pytest.raises(QuestionRefused) as refused:
        parse_question(raw)
    assert refused.value.korean
    assert refused.value.english.isascii() or any("가" <= letter <= "힣" for letter in raw)


def test_control_characters_are_no_part_of_a_question():
    assert parse_question("예산\x00연도:2026\n요구").text == "예산 요구"
    assert parse_question("예산\x00연도:2026\n요구").filters == Filters(year=(2026,))


def test_days_are_whole_years_months_or_days():
    assert parse_days("2024") == (date(2024, 1, 1), date(2024, 12, 31))
    assert parse_days("2024.2") == (date(2024, 2, 1), date(2024, 2, 29))
    assert parse_days("2024년 2월 9일") == (date(2024, 2, 9), date(2024, 2, 9))
    with pytest.raises(QuestionRefused):
        parse_days("2024-02-09T00:00")


def test_filters_refuse_what_they_do_not_know():
    assert Filters.model_validate({"status": ["초안"]}).status == ("draft",)
    for wrong in (
        {"status": ["끝"]},
        {"colour": ["파랑"]},
        {"year": ["올해"]},
        {"office": [""]},
        {"office": ["가"] * 40},
    ):
        with pytest.raises(ValidationError):
            Filters.model_validate(wrong)
