"""Registration numbers are found however they are written, and no amount ever is."""

import json
import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.masking import contains_identifier, has_valid_checksum, is_birth_date, mask_identifiers

WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def resident_number(seed: int, *, has_checksum: bool = True) -> tuple[str, str]:
    """A made-up registration number as its two halves."""
    rng = random.Random(seed)
    year, month, day = rng.randint(30, 99), rng.randint(1, 12), rng.randint(1, 28)
    date = f"{year:02}{month:02}{day:02}"
    tail = f"{rng.choice('1256')}{rng.randint(0, 99999):05}"
    check = (11 - sum(int(d) * w for d, w in zip(date + tail, WEIGHTS, strict=True)) % 11) % 10
    return date, tail + str(check if has_checksum else (check + 1) % 10)


A, B = "850614", "1234567"

SPLIT = {
    "hyphen": f"{A}-{B}",
    "hyphen with spaces": f"{A} - {B}",
    "no-break hyphen": f"{A}\u2011{B}",
    "figure dash": f"{A}\u2012{B}",
    "en dash": f"{A}–{B}",
    "em dash": f"{A}—{B}",
    "horizontal bar": f"{A}―{B}",
    "minus sign": f"{A}−{B}",
    "full-width hyphen": f"{A}－{B}",
    "small hyphen": f"{A}﹣{B}",
    "hangul vowel as a dash": f"{A}ㅡ{B}",
    "katakana prolongation": f"{A}ー{B}",
    "two hyphens": f"{A}--{B}",
    "tilde": f"{A}~{B}",
    "underscore": f"{A}_{B}",
    "slash": f"{A}/{B}",
    "middle dot": f"{A}·{B}",
    "hangul middle dot": f"{A}ㆍ{B}",
    "katakana middle dot": f"{A}・{B}",
    "bullet": f"{A}•{B}",
    "one space": f"{A} {B}",
    "two spaces": f"{A}  {B}",
    "no-break space": f"{A}\u00a0{B}",
    "ideographic space": f"{A}\u3000{B}",
    "thin space": f"{A}\u2009-\u2009{B}",
    "line break": f"{A}\n{B}",
    "hyphen and line break": f"{A}-\n{B}",
    "line break and hyphen with space": f"{A}\n- {B}",
    "windows line break": f"{A}-\r\n{B}",
    "zero-width space for hyphen and inside": "85\u200b0614-123\u200b4567",
    "zero-width joiner round the hyphen": f"{A}\u200d-\u200d{B}",
    "byte order mark inside": f"{A}-1\ufeff234567",
    "soft hyphen inside": f"850\u00ad614-{B}",
    "word joiner inside": f"{A}-12345\u206067",
    "right-to-left mark": f"{A}\u200f-{B}",
    "hangul filler": f"{A}\u3164-{B}",
    "variation selectors": "8\ufe0f50614-1234567",
    "combining mark": "8\u030850614-1234567",
    "tag character": "850614\U000e0020-1234567",
    "full-width digits": "８５０６１４-１２３４５６７",
    "full-width digits and hyphen": "８５０６１４－１２３４５６７",
    "mathematical digits": "𝟖𝟓𝟎𝟔𝟏𝟒-𝟏𝟐𝟑𝟒𝟓𝟔𝟕",
    "arabic-indic digits": "٨٥٠٦١٤-١٢٣٤٥٦٧",
    "circled digits": "⑧⑤⓪⑥①④-①②③④⑤⑥⑦",
    "superscript tail": f"{A}-¹²³⁴⁵⁶⁷",
    "every digit spaced": "8 5 0 6 1 4 - 1 2 3 4 5 6 7",
    "every digit spaced, no hyphen": "8 5 0 6 1 4 1 2 3 4 5 6 7",
    "date in pairs": "85 06 14-1234567",
    "date with dots": "85.06.14-1234567",
    "date with hyphens": "85-06-14-1234567",
    "date in pairs, no hyphen": "85 06 14 1234567",
    "space after the gender digit": f"{A}-1 234567",
    "tail in two": f"{A}-123 4567",
    "hyphen after the gender digit too": f"{A}-1-234567",
    "quoted": f'"{A}"-"{B}"',
    "brackets round the second half": f"{A}-({B})",
    "foreigner": "850614-5234567",
    "foreigner born after 2000": "050614-8234567",
    "born before 1900": "990614-9234567",
    "born before 1900, woman": "990614-0234567",
    "random tail since 2020": "201103-3999999",
}

NEEDS_LABEL = {
    "bare": f"{A}{B}",
    "dot between": f"{A}.{B}",
    "colon between": f"{A}:{B}",
    "brackets": f"{A}({B})",
    "split at other places": "8506 1412 34567",
    "split by hyphens at other places": "8506-1412-34567",
    "full-width bare": "８５０６１４１２３４５６７",
    "bare with zero-width space": "850614\u200b1234567",
    "cells": f"{A}\t{B}",
    "cells with a hyphen of its own": f"{A}\t-\t{B}",
    "a box a digit": "8\t5\t0\t6\t1\t4\t-\t1\t2\t3\t4\t5\t6\t7",
    "account-like": "850-614-1234567",
}

SETTINGS = {
    "alone": "{}",
    "in a sentence": "신청인 홍길동({})은 다음과 같이 신청합니다.",
    "after a list number": "1. {} 홍길동",
    "before a telephone number": "{} 010-1234-5678",
    "between lines": "성명 홍길동\n{}\n주소 세종시",
    "after a comma": "김철수, {}, 세종",
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS.keys())
@pytest.mark.parametrize("written", SPLIT.values(), ids=SPLIT.keys())
def test_a_number_is_masked_however_its_halves_are_split(written: str, setting: str):
    text = setting.format(written)

    masked, count = mask_identifiers(text)

    assert count == 1
    assert len(masked) == len(text)
    assert masked == setting.format("".join("*" if _is_digit(c) else c for c in written))


@pytest.mark.parametrize(
    "label", ["주민등록번호", "주민번호", "외국인등록번호", "주 민 등 록 번 호", "등록번호", "주민등록"]
)
@pytest.mark.parametrize("written", NEEDS_LABEL.values(), ids=NEEDS_LABEL.keys())
def test_what_could_be_an_amount_is_masked_under_a_label(written: str, label: str):
    inline, n_inline = mask_identifiers(f"{label}: {written} 끝")
    cell, n_cell = mask_identifiers(written, context=label)

    assert (n_inline, n_cell) == (1, 1)
    assert not any(_is_digit(character) for character in inline + cell)


@pytest.mark.parametrize("written", NEEDS_LABEL.values(), ids=NEEDS_LABEL.keys())
def test_what_could_be_an_amount_is_left_without_a_label(written: str):
    assert mask_identifiers(f"{written}") == (written, 0)


INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u3164\ufe0f"
SCRIPTS = ("0123456789", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "٠١٢٣٤٥٦٧٨٩", "⓪①②③④⑤⑥⑦⑧⑨")


@settings(max_examples=500, deadline=None)
@given(
    st.integers(0, 10**6),
    st.booleans(),
    st.sampled_from("-‐‑‒–—―−－﹣ㅡー·ㆍ・•~_/"),
    st.sampled_from(["", " ", "\u00a0", "\n"]),
    st.sampled_from(SCRIPTS),
    st.lists(st.tuples(st.integers(0, 13), st.sampled_from(INVISIBLE)), max_size=6),
)
def test_obfuscations_do_not_hide_a_number(
    seed: int, has_checksum: bool, dash: str, space: str, script: str, invisible: list[tuple[int, str]]
):
    halves = resident_number(seed, has_checksum=has_checksum)
    head, tail = ("".join(script[int(digit)] for digit in half) for half in halves)
    characters = list(head + dash + space + tail)
    for position, character in sorted(invisible, reverse=True):
        characters.insert(position, character)
    text = f"신청인 홍길동 {''.join(characters)} 세종시"

    masked, count = mask_identifiers(text)

    assert count == 1
    assert not any(_is_digit(character) for character in masked)


def test_a_bare_number_among_words_is_masked_by_its_checksum():
    for seed in range(300):
        date, tail = resident_number(seed)
        text = f"홍길동 {date}{tail} 서울"
        assert mask_identifiers(text) == ("홍길동 ************* 서울", 1)


def test_the_same_number_without_a_valid_checksum_is_left_alone():
    date, tail = resident_number(1, has_checksum=False)

    assert not has_valid_checksum(date + tail)
    assert mask_identifiers(f"홍길동 {date}{tail} 서울")[1] == 0


def test_two_numbers_in_one_line_are_counted_and_masked():
    masked, count = mask_identifiers("850614-1234567,900101-2345678")

    assert (masked, count) == ("******-*******,******-*******", 2)


def test_masking_twice_changes_nothing():
    for written in SPLIT.values():
        once, _ = mask_identifiers(written)
        assert mask_identifiers(once) == (once, 0)
        assert contains_identifier(written)
        assert not contains_identifier(once)


@pytest.mark.parametrize(
    "text",
    [
        "850635-1234567",
        "851314-1234567",
        "850600-1234567",
        "850230-1234567",
        "123-45-67890",
        "010-1234-5678",
        "02-2100-1234",
        "2026-11-23 12:34:56",
        "2012 2013 2014 1",
        "978-89-5460-123-4",
        "9788954601234",
        "4502-1234-5678-9012",
        "제2026-1234567호",
        "850614-1******",
        "1,850,614-1,234,567",
        "850614 1234567 2345678 3456789",
        "10 20 30 40 50 60 7",
        "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    ],
)
def test_other_numbers_are_left_alone(text: str):
    assert mask_identifiers(text) == (text, 0)


def test_a_corporate_number_is_no_person_but_its_label_alone_does_not_protect_a_person():
    corporate = "110111" + "000000"
    check = (10 - sum(int(d) * (1 + i % 2) for i, d in enumerate(corporate)) % 10) % 10
    text = f"법인등록번호 110111-000000{check}"

    assert mask_identifiers(text) == (text, 0)
    assert mask_identifiers(f"법인등록번호 110111-000000{(check + 1) % 10}")[1] == 1
    assert mask_identifiers(f"주민(법인)등록번호 110111-000000{check}")[1] == 1


AMOUNT_SETTINGS = [
    "{}",
    "{}원",
    "{} 원",
    "{}천원",
    "{} 백만원",
    "{}억원",
    "예산액 {}",
    "총 사업비는 {}원으로 한다.",
    "△{}",
    "({})",
    "-{}",
    "합계\t{}\t{}",
    "{}\n{}\n{}",
    "{} {} {}",
    "{}, {}",
    "{}.5",
    "2026년 예산 {} 2025년 예산 {}",
    '{{"amount": {}}}',
    "주민등록인구 관련 예산 {}원",
    "주민등록번호 시스템 구축 예산액 {}",
]


@settings(max_examples=4000, deadline=None)
@given(
    st.integers(min_value=10**9, max_value=10**14 - 1),
    st.sampled_from(AMOUNT_SETTINGS),
    st.sampled_from(["bare", "commas", "decimals"]),
)
@example(8506141234567, "{}", "bare")
def test_amounts_are_never_masked(amount: int, setting: str, style: str):
    written = {"bare": f"{amount}", "commas": f"{amount:,}", "decimals": f"{amount:,}.00"}[style]
    text = setting.replace("{{", "{").replace("}}", "}").replace("{}", written)

    assert mask_identifiers(text) == (text, 0)


def test_thirteen_digit_amounts_that_look_like_people_are_never_masked():
    for seed in range(3000):
        date, tail = resident_number(seed)
        amount = date + tail
        for setting in AMOUNT_SETTINGS:
            text = setting.replace("{{", "{").replace("}}", "}").replace("{}", amount)
            assert mask_identifiers(text)[1] == 0, text
        assert mask_identifiers(amount, context="2026년 예산액 (원)")[1] == 0


def test_a_column_of_amounts_is_no_label_even_if_it_speaks_of_residents():
    assert mask_identifiers("8506141234567", context="주민등록 사업 예산액")[1] == 0
    assert mask_identifiers("8506141234567", context="성명 주민등록번호 지급액")[1] == 1


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=200))
def test_any_text_keeps_its_length_and_loses_only_digits(text: str):
    masked, _ = mask_identifiers(text)

    assert len(masked) == len(text)
    assert all(a == b or (b == "*" and _is_digit(a)) for a, b in zip(text, masked, strict=True))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789-. ,\n\t·\u200b가원", max_size=400))
def test_text_full_of_numbers_is_masked_stably(text: str):
    masked, _ = mask_identifiers(text)

    assert mask_identifiers(masked) == (masked, 0)


def test_a_long_text_takes_time_in_proportion():
    text = "2026년 예산 1,234,567,890원 집행 850614-1234567 " * 20_000

    masked, count = mask_identifiers(text)

    assert count == 20_000
    assert len(masked) == len(text)


def test_a_long_column_of_figures_takes_time_in_proportion():
    text = " ".join(str(number) for number in range(200_000))

    assert mask_identifiers(text) == (text, 0)


def test_birth_dates_are_six_plausible_digits():
    assert is_birth_date("850614")
    assert not any(is_birth_date(text) for text in ("851332", "85061", "8506140", "abcdef", "８５０６１４"))


def test_real_amounts_are_never_masked():
    root = Path(__file__).resolve().parents[2].parent / "shared" / "budget"
    if not root.is_dir():
        pytest.skip(f"budget data not at {root}")
    path = root / "kr_central" / "fiscal_by_project_2020_2026.json"
    if not path.is_file():
        pytest.skip(f"central budget not at {path}")
    text = path.read_text(encoding="utf-8")
    values = {str(value) for value in _numbers_in(json.loads(text)) if abs(value) >= 10**9}

    assert len(values) > 1000
    assert mask_identifiers(text)[1] == 0
    assert sum(mask_identifiers(value)[1] for value in values) == 0


def _numbers_in(node: object):
    if isinstance(node, dict):
        for value in node.values():
            yield from _numbers_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _numbers_in(value)
    elif isinstance(node, int) and not isinstance(node, bool):
        yield node


def _is_digit(character: str) -> bool:
    return unicodedata.digit(character, None) is not None
