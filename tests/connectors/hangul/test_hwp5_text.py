import struct

import pytest

from connectors.hangul.hwp5_text import (
    art_text,
    composed_text,
    equation_script,
    form_text,
    link_target,
    printed_text,
    ruby_text,
)


def units(text):
    return text.encode("utf-16-le")


def wide(code, name=b"abcd"):
    return struct.pack("<H4s8sH", code, name, b"\1\0\2\0\3\0\4\0", code)


def counted(text):
    return struct.pack("<H", len(units(text)) // 2) + units(text)


def test_text_ends_at_the_paragraphs_end_and_controls_leave_no_trace():
    payload = (
        units("세입") + wide(11) + units("△1,234") + wide(9) + struct.pack("<4H", 24, 30, 31, 10)
        + units("🏛 한") + wide(2) + struct.pack("<H", 13) + units("뒤")
    )  # fmt: skip
    assert printed_text(payload) == "세입△1,234\t-  \n🏛 한"
    assert printed_text(units("그대로\r")) == "그대로"
    assert printed_text(units("끝이 없다")) == "끝이 없다"
    assert printed_text(units("홀수")[:-1]) == "홀\ufffd"
    assert printed_text(b"") == ""


def test_characters_whose_low_byte_looks_like_a_control_are_text():
    assert (
        printed_text(units("\u0b0d\u0a0b가\u0103") + wide(18) + units("나\u0d0d\r")) == "\u0b0d\u0a0b가\u0103나\u0d0d"
    )


def test_small_controls_texts_go_where_they_are_anchored():
    payload = (
        units("보기 ") + wide(23, b"spct") + units("과 ") + wide(23, b"spct") + units(" 그리고 ") + wide(23, b"tudt")
    )
    texts = {b"spct": iter(["1", "2"]), b"tudt": iter([])}
    assert printed_text(payload, texts) == "보기 1과 2 그리고 "


@pytest.mark.parametrize(
    ("removals", "left"),
    [
        ([(0, 2)], " 줄인다"),
        ([(3, 5), (4, 6)], "예산 "),
        ([(2, 999_999_999)], "예산"),
        ([(5, 2)], "예산 줄인다"),
    ],
)
def test_what_a_tracked_change_deletes_is_left_out(removals, left):
    assert printed_text(units("예산 줄인다\r"), None, removals) == left


def test_a_removal_counts_units_and_takes_what_controls_print_with_it():
    payload = units("🏛") + wide(9) + units("가나") + struct.pack("<H", 10) + units("다\r")
    assert printed_text(payload, None, [(2, 11)]) == "🏛나\n다"
    assert printed_text(payload, None, [(10, 13)]) == "🏛\t다"


def test_letters_over_each_other_lose_only_their_frame():
    assert composed_text(b"spct" + counted("①") + b"\1") == "1"
    assert composed_text(b"spct" + counted("①") + b"\0") == "①"
    assert composed_text(b"spct" + counted("◯가") + b"\1") == "가"
    assert composed_text(b"spct" + counted("대비") + b"\0") == "대비"
    assert composed_text(b"spct") == ""


def test_ruby_stands_in_brackets_behind_what_it_is_set_over():
    assert ruby_text(b"tudt" + counted("歲入") + counted("세입")) == "歲入(세입)"
    assert ruby_text(b"tudt" + counted("세입")) == "세입"


def test_equations_and_word_art_give_what_they_say():
    assert equation_script(bytes(4) + counted("a over b")) == "a over b"
    assert equation_script(bytes(4) + struct.pack("<H", 900) + units("a over")) == "a over"
    assert art_text(bytes(32) + counted("한\r\n줄")) == "한\n줄"


@pytest.mark.parametrize(
    ("command", "target"),
    [
        ("https\\://www.moef.go.kr/a\\;b;1;0;0;", "https://www.moef.go.kr/a;b"),
        ("www.nabo.go.kr;1;0;0;", "www.nabo.go.kr"),
        ("?붙임;0;0;0;", ""),
        ("javascript\\:\\;;1;0;0;", ""),
        ("", ""),
    ],
)
def test_a_hyperlink_points_out_of_the_document(command, target):
    assert link_target(b"klh%" + bytes(5) + counted(command) + bytes(4)) == target


def form(kind, group, entries):
    parameters = f"CommonSet:set:10:Tag:int:1 {group}:set:{len(entries)}:{entries} "
    return kind * 2 + struct.pack("<I", len(parameters)) + counted(parameters)


def test_forms_show_their_captions_and_values_and_no_passwords():
    assert form_text(form(b"tbc+", "ButtonSet", "Caption:wstring:6:동&의 && Value:int:1 ")) == "동의 &"
    assert form_text(form(b"boc+", "ComboBoxSet", "Text:wstring:4:일반회계 ")) == "일반회계"
    assert form_text(form(b"tde+", "EditSet", "Text:wstring:4:1234 PasswordChar:int:42 ")) == ""
    assert form_text(form(b"tde+", "EditSet", "Text:wstring:x")) == ""
    assert form_text(b"????" * 6) == ""
