"""Headings by Korean numbering are found, and sentences, dates and figures are not taken for them."""

import pytest

from connectors.headings import SectionPath, heading_level, is_list_item, paragraph_kind
from connectors.paragraphs import read_paragraphs
from schemas.elements import ElementKind


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("제1편 총칙", 1),
        ("[붙임 1] 사업별 내역", 1),
        ("제2장 세출예산", 2),
        ("제 2 장", 2),
        ("제3절 세입예산 개요", 3),
        ("Ⅰ. 개요", 3),
        ("Ⅱ 추진배경", 3),
        ("IV. 기대 효과", 3),
        ("제1관 일반회계", 4),
        ("1. 사업개요", 4),
        ("12. 기타", 4),
        ("1.1 추진 체계", 5),
        ("1.2.3 세부 내역", 6),
        ("가. 추진근거", 5),
        ("□ 추진 배경", 6),
        ("■ 소관별 책임", 6),
    ],
)
def test_a_numbered_heading_has_its_level(text: str, level: int):
    assert heading_level(text) == level
    assert heading_level(f"  {text}  ") == level
    assert paragraph_kind(text) == (ElementKind.TITLE, level)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "□",
        "1. 예산안은 다음과 같이 편성하였다.",
        "1. 내년도 예산을 우선 배정하고",
        "□ 지방재정 여건을 감안하여 국고보조율을 조정하는 방안을 검토함",
        "가. 사업기간: 2026년",
        "□ 총사업비 : 100억원",
        "2026. 1. 5.",
        "1. 5. 월요일",
        "12. 31.",
        "1.5 조원 증액",
        "1.5배",
        "3.5 %",
        "4.19 혁명",
        "제2차 회의 결과",
        "제1부속실",
        "다. 그리고 그 사업은 계속되었다.",
        "붙임  1. 계획서 1부.  끝.",
        "○ 내용",
        "- 세부",
        "※ 참고",
        "나라장터",
        "1. 개요\n2. 배경",
        "1. " + "가" * 60,
    ],
)
def test_what_only_looks_like_a_heading_is_none(text: str):
    assert heading_level(text) is None


@pytest.mark.parametrize(
    "text", ["○ 내용", "- 세부", "※ 참고", "· 항목", "① 하나", "1) 하나", "가) 하나", "o 항목", "▶ 항목"]
)
def test_bullets_make_list_items(text: str):
    assert is_list_item(text)
    assert paragraph_kind(text) == (ElementKind.LIST_ITEM, None)


@pytest.mark.parametrize("text", ["-1,234", "−5", "- ", "가나다", "2026년", "office", "(단위: 원)"])
def test_figures_and_words_make_none(text: str):
    assert not is_list_item(text)


def test_the_path_leaves_headings_of_the_same_depth_and_deeper():
    sections = SectionPath()

    assert sections.push(2, "제1장  총칙") == []
    assert sections.push(4, "1. 목적") == ["제1장 총칙"]
    assert sections.path == ["제1장 총칙", "1. 목적"]
    assert sections.push(4, "2. 범위") == ["제1장 총칙"]
    assert sections.push(2, "제2장 보칙") == []
    assert sections.path == ["제2장 보칙"]


def test_text_is_cut_into_headings_items_and_paragraphs_with_their_lines():
    text = (
        "제1장 총칙\r\n\r\n첫 문단의 첫 줄\r\n둘째 줄\r\n\r\n1. 목적\n ○ 하나\n   이어짐\n ○ 둘\n"
        + "긴 " * 100
        + "\n짧은 줄"
    )
    elements = read_paragraphs(text)

    assert [(e.kind.value, e.locator.line_start, e.locator.line_end) for e in elements] == [
        ("title", 1, 1),
        ("narrative_text", 3, 4),
        ("title", 6, 6),
        ("list_item", 7, 8),
        ("list_item", 9, 9),
        ("narrative_text", 10, 10),
        ("narrative_text", 11, 11),
    ]
    assert elements[1].text == "첫 문단의 첫 줄\n둘째 줄"
    assert elements[3].text == " ○ 하나\n   이어짐"
    assert elements[3].section_path == ["제1장 총칙", "1. 목적"]
