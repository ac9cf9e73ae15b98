"""What stands around a passage: neighbours below the same headings, within bounds, without a table's head twice."""

import pytest

from warehouse.doors.candidates import likeness
from warehouse.doors.section import MAX_SECTION, _section


def row(text, headings=("1. 개요",), first=0):
    return {"text": text, "headings": list(headings), "first_ordinal": first}


def test_neighbours_join_while_the_headings_stay_the_same():
    chunk = row("가운데", first=5)
    before = [row("바로 앞", first=4), row("더 앞", first=3)]
    after = [row("바로 뒤", first=6), row("다른 절", headings=("2. 결과",), first=7)]
    assert _section(chunk, before, after) == "1. 개요\n더 앞\n바로 앞\n가운데\n바로 뒤"


def test_what_stands_beyond_another_heading_is_left_out():
    before = [row("다른 절", headings=("0. 머리",)), row("같은 이름의 먼 절")]
    assert _section(row("글", first=5), before, [None, row("끊긴 뒤")]) == "1. 개요\n글"


def test_parts_of_one_table_show_its_head_once():
    parts = [row(f"이름 | 금액\n{number}행 | 1", headings=()) for number in range(3)]
    assert _section(parts[1], [parts[0]], [parts[2]]) == "이름 | 금액\n0행 | 1\n1행 | 1\n2행 | 1"


@pytest.mark.parametrize("length", [100, 900, MAX_SECTION, 2 * MAX_SECTION])
def test_a_section_is_bounded(length):
    others = [row("나" * length, first=number) for number in range(1, 9)]
    found = _section(row("가" * 50), others, others)
    assert len(found) <= MAX_SECTION + 40
    assert ("나" in found) == (length + 50 <= MAX_SECTION)


def test_likeness_is_of_what_is_said_and_not_of_white_space():
    assert likeness("가나다라 마바사", "가나다라마바사") == 1
    assert likeness("저수지 둘레길에 83,600백만원을 쓴다", "저수지 둘레길에 85,000백만원을 쓴다") > 0.3
    assert likeness("저수지 둘레길", "도서관 짓기") == 0
    assert likeness("", "") == 1
