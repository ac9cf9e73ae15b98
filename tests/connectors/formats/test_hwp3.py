import pytest

from connectors.contract import Blob
from connectors.formats.hwp3 import FORMAT
from schemas.elements import ElementKind, Flag, Property
from schemas.outcome import Failed
from tests.golden.makers import hwp3


def read(content):
    return FORMAT.read(Blob(content, "세출예산안.hwp"))


def lines(document):
    return [element.text for element in document.elements]


@pytest.fixture(scope="module")
def rich():
    return read(hwp3.rich())


def test_only_what_begins_as_hwp_3_is_recognised():
    assert FORMAT.sniff(Blob(hwp3.rich(), "메모.txt")) == 1.0
    assert FORMAT.sniff(Blob(b"HWP Document File V2.10", "a.hwp")) == 0.0
    assert FORMAT.sniff(Blob(b"", "a.hwp")) == 0.0


def test_paragraphs_headings_and_properties(rich):
    assert rich.elements[0].kind is ElementKind.HEADER
    assert lines(rich)[0:2] == ["재정사업 평가 자료", "1998년도 특별회계 세출예산안"]
    titles = [element.text for element in rich.elements if element.kind is ElementKind.TITLE]
    assert titles == ["1. 총괄", "2. 검토 의견"]
    assert lines(rich)[-1] == "가. 집행률\t연말까지 92.1%로 예상한다."
    assert rich.properties == [Property(name="author", value="재정과")]


def test_a_table_has_its_merges_its_unit_and_its_caption(rich):
    at = next(number for number, element in enumerate(rich.elements) if element.table)
    grid = rich.elements[at].table
    assert (grid.n_rows, grid.n_cols, grid.unit) == (4, 3, "백만원")
    merged = {cell.text: (cell.row_span, cell.col_span) for cell in grid.cells if cell.row_span + cell.col_span > 2}
    assert merged == {"구분": (2, 1), "예산액": (1, 2)}
    assert rich.elements[at + 1].kind is ElementKind.FIGURE_CAPTION
    assert rich.elements[at + 1].text == "표 1. 사업별 세출예산"


def test_a_note_follows_the_paragraph_that_it_is_to(rich):
    at = lines(rich).index("융자금을 뺀 금액이다.")
    assert rich.elements[at].kind is ElementKind.FOOTNOTE
    assert lines(rich)[at - 1].startswith("세출예산은 전년보다")


def test_it_is_measured(rich):
    assert (rich.coverage, rich.completeness.tables, rich.completeness.merged) == (1.0, (1, 1), (2, 2))
    assert rich.flags == []


def test_text_that_the_reader_passes_over_is_noticed():
    hidden = hwp3.control(15, b"\0" * 8 + hwp3.listed(hwp3.paragraph("숨은 설명은 찍히지 않는다.")))
    document = read(hwp3.document(hwp3.paragraph("세출예산안", hidden)))
    assert document.flags == [Flag.LOW_COVERAGE]
    assert document.completeness.text < 0.5


def test_an_uncompressed_body_is_read_too():
    assert lines(read(hwp3.document(hwp3.paragraph("세입 예산"), is_compressed=False))) == ["세입 예산"]


def test_a_text_box_is_text():
    box = hwp3.text_box("보 도 자 료", "재정과")
    document = read(hwp3.document(hwp3.paragraph("앞 문단"), hwp3.paragraph(box), hwp3.paragraph("뒤 문단")))
    assert lines(document) == ["앞 문단", "보 도 자 료", "재정과", "뒤 문단"]
    assert [element.flags for element in document.elements][1:3] == [[Flag.TEXT_BOX]] * 2
    assert document.coverage == 1.0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (hwp3.document(hwp3.paragraph("비밀 글"), password=7), "password_hwp"),
        (hwp3.document(), "no_text"),
        (hwp3.rich()[:1300], "corrupt"),
        (hwp3.rich()[:600], "corrupt"),
        (hwp3.SIGNATURE + b"\xff" * 4_000, "password_hwp"),
    ],
)
def test_what_cannot_be_read_says_why(content, reason):
    with pytest.raises(Failed) as failure:
        read(content)
    assert failure.value.reason == reason
