"""The numbers of Word's lists, counted and printed as Word does."""

import lxml.etree as etree
import pytest

from connectors.word.wordnumbering import ListLabels, Numbering, format_number

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def level(at, kind, text, extra=""):
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>{extra}</w:lvl>'
    )


def labels(levels, nums='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'):
    abstract = f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
    return ListLabels(etree.fromstring(f'<w:numbering xmlns:w="{W}">{abstract}{nums}</w:numbering>'))


@pytest.mark.parametrize(
    ("kind", "number", "printed"),
    [
        ("decimal", 12, "12"), ("decimalZero", 3, "03"), ("upperRoman", 1999, "MCMXCIX"), ("lowerRoman", 4, "iv"),
        ("upperLetter", 28, "BB"), ("ganada", 1, "가"), ("ganada", 14, "하"), ("ganada", 15, "가가"), ("chosung", 2, "ㄴ"),
        ("decimalEnclosedCircle", 20, "⑳"), ("decimalEnclosedCircle", 21, "㉑"), ("koreanDigital", 12, "일이"),
        ("koreanCounting", 11, "십일"), ("koreanCounting", 25, "이십오"), ("koreanLegal", 21, "스물하나"),
        ("chineseCounting", 110, "百十"), ("numberInDash", 5, "- 5 -"), ("unheard-of", 5, ""), ("ganada", 0, ""),
    ],
)  # fmt: skip
def test_numbers_are_printed_in_words_formats(kind, number, printed):
    assert format_number(number, kind) == printed


def test_levels_count_apart_and_begin_again_below_the_next_number():
    own = labels([level(0, "decimal", "제%1장"), level(1, "ganada", "%2."), level(2, "decimal", "%1.%3)")])
    asked = [0, 1, 1, 0, 1, 2, 2]
    assert [own.label(Numbering("1", at), "") for at in asked] == [
        "제1장",
        "가.",
        "나.",
        "제2장",
        "가.",
        "2.1)",
        "2.2)",
    ]


def test_a_list_can_begin_again_and_go_on():
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{again}</w:num>'
    )
    own = labels([level(0, "decimal", "%1.")], nums)
    assert [own.label(Numbering(num, 0), "") for num in ("1", "1", "2", "2", "1")] == ["1.", "2.", "5.", "6.", "7."]


def test_bullets_are_printed_where_they_tell_the_level():
    assert labels([level(0, "bullet", "□")]).label(Numbering("1", 0), "") == "□"
    assert labels([level(0, "bullet", "\uf0b7")]).label(Numbering("1", 0), "") == ""


def test_what_is_in_no_list_has_no_label():
    own = labels([level(0, "decimal", "%1.")])
    for numbering in (Numbering(), Numbering("0", 0), Numbering("9", 0), Numbering("1", 7)):
        assert own.label(numbering, "") is None
    assert ListLabels(None).label(Numbering("1", 0), "") is None


def test_a_level_can_be_bound_to_a_style():
    own = labels([level(0, "decimal", "%1."), level(1, "ganada", "%2.", '<w:pStyle w:val="Sub"/>')])
    assert own.label(Numbering("1", None), "Sub") == "가."
