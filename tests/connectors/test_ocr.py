from pathlib import Path

import pytest
from PIL import Image

from connectors import ocr
from connectors.composition import Composer
from connectors.ocr import RecognisedLine, add_recognised, mean_confidence, recognise_picture
from connectors.tools import find_tools, using
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

NOTICE = Path(__file__).resolve().parents[1] / "golden" / "sources" / "image_notice.png"
HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def word(text, left, *, top=0, line=1, conf=90, width=None):
    return f"5\t1\t1\t1\t{line}\t1\t{left}\t{top}\t{width or 20 * len(text)}\t20\t{conf}\t{text}\n"


def line_of(text, left=0.0, right=500.0, top=0.0, block=1, confidence=0.9):
    return RecognisedLine(text, left, top, right, top + 20, block, 1, confidence)


def test_spaces_are_those_of_the_plain_text():
    table = HEAD + word("예", 0) + word("산", 22) + word("총괄", 60)
    assert [line.text for line in ocr._lines(table, "예산 총괄\n")] == ["예산 총괄"]


def test_without_the_plain_text_close_syllables_are_a_word():
    table = HEAD + word("예", 0) + word("산", 22) + word("총괄", 60)
    assert [line.text for line in ocr._lines(table)] == ["예산 총괄"]


def test_what_it_is_not_sure_of_is_left_out():
    table = HEAD + word("얼룩", 0, conf=12) + word("본문", 0, top=40, line=2)
    assert [line.text for line in ocr._lines(table)] == ["본문"]


def test_a_line_over_two_columns_is_parted():
    table = HEAD + word("왼쪽", 0) + word("오른쪽", 400)
    assert [line.text for line in ocr._lines(table)] == ["왼쪽", "오른쪽"]


def test_lines_become_paragraphs_with_their_confidence():
    composer = Composer()
    add_recognised(
        composer,
        [
            line_of("1. 점검 대상", right=120.0),
            line_of("총사업비가 큰 사업을 해마다 살펴", top=30.0),
            line_of("본다.", right=50.0, top=60.0, confidence=0.5),
            line_of("○ 제출 기한을 지킨다.", top=90.0),
        ],
    )
    assert [element.kind for element in composer.elements] == [
        ElementKind.TITLE,
        ElementKind.NARRATIVE_TEXT,
        ElementKind.LIST_ITEM,
    ]
    assert composer.elements[1].text == "총사업비가 큰 사업을 해마다 살펴 본다."
    assert composer.elements[1].flags == [Flag.OCR]
    assert 0.5 < (composer.elements[1].confidence or 0) < 0.9


def test_no_lines_have_no_confidence():
    assert mean_confidence([]) is None


def test_without_the_program_it_says_so():
    with pytest.raises(Failed) as failure:
        recognise_picture(Image.new("L", (100, 100)))
    assert failure.value.reason == "ocr_unavailable"


def test_a_notice_is_recognised_even_on_its_side():
    toolbox = find_tools()
    if not toolbox.ocr:
        pytest.skip("tesseract with Korean data is not installed")
    with using(toolbox), Image.open(NOTICE) as notice:
        upright = recognise_picture(notice, dots_per_inch=200)
        turned = recognise_picture(notice.convert("L").rotate(90, expand=True), dots_per_inch=200)
    assert "2026년도 재정사업 점검 안내" in [line.text for line in upright]
    assert "2026년도 재정사업 점검 안내" in [line.text for line in turned]
