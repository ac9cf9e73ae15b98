import io

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Cm

from connectors.contract import Blob
from connectors.formats.pptx import FORMAT
from schemas.elements import ElementKind
from schemas.outcome import Failed

TITLE_AND_CONTENT = 1
BLANK = 6


def saved(presentation, name="보고.pptx"):
    target = io.BytesIO()
    presentation.save(target)
    return Blob(target.getvalue(), name)


def add_box(shapes, text):
    shapes.add_textbox(Cm(1), Cm(1), Cm(5), Cm(2)).text_frame.text = text


def test_a_slide_gives_its_title_its_paragraphs_and_its_notes_under_its_number():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[TITLE_AND_CONTENT])
    slide.shapes.title.text = "2025년 예산안"
    frame = slide.placeholders[1].text_frame
    frame.text = "총지출 677.4조원"
    item = frame.add_paragraph()
    item.text, item.level = "전년보다 3.2% 늘어남", 1
    slide.notes_slide.notes_text_frame.text = "국회 설명용이다."
    add_box(presentation.slides.add_slide(presentation.slide_layouts[BLANK]).shapes, "제목 없는 쪽이다.\v둘째 줄")
    read = FORMAT.read(saved(presentation))
    assert [(element.kind, element.page, element.text) for element in read.elements] == [
        (ElementKind.TITLE, 1, "2025년 예산안"),
        (ElementKind.NARRATIVE_TEXT, 1, "총지출 677.4조원"),
        (ElementKind.LIST_ITEM, 1, "전년보다 3.2% 늘어남"),
        (ElementKind.NARRATIVE_TEXT, 1, "국회 설명용이다."),
        (ElementKind.NARRATIVE_TEXT, 2, "제목 없는 쪽이다.\n둘째 줄"),
    ]
    assert read.elements[1].section_path == ["2025년 예산안"]
    assert read.elements[4].section_path == []
    assert read.title == "2025년 예산안"


def test_merged_cells_are_exact():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[BLANK])
    table = slide.shapes.add_table(3, 3, Cm(1), Cm(1), Cm(10), Cm(5)).table
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    for row, col, text in [
        (0, 0, "구분"),
        (0, 1, "예산"),
        (1, 1, "2024"),
        (1, 2, "2025"),
        (2, 0, "합계"),
        (2, 2, "△56"),
    ]:
        table.cell(row, col).text = text
    grid = FORMAT.read(saved(presentation)).elements[0].table
    assert [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in grid.cells] == [
        (1, 1, 2, 1, "구분"),
        (1, 2, 1, 2, "예산"),
        (2, 2, 1, 1, "2024"),
        (2, 3, 1, 1, "2025"),
        (3, 1, 1, 1, "합계"),
        (3, 2, 1, 1, ""),
        (3, 3, 1, 1, "△56"),
    ]


def test_shapes_in_groups_and_in_alternatives_are_read():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[BLANK])
    group = slide.shapes.add_group_shape()
    add_box(group.shapes.add_group_shape().shapes, "묶음 속의 묶음")
    add_box(slide.shapes, "고를 것")
    shape = slide.shapes[-1]._element
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    alternate = etree.SubElement(slide.shapes._spTree, f"{{{compatibility}}}AlternateContent")
    etree.SubElement(alternate, f"{{{compatibility}}}Choice", Requires="p14").append(shape)
    etree.SubElement(alternate, f"{{{compatibility}}}Fallback")
    assert [element.text for element in FORMAT.read(saved(presentation)).elements] == ["묶음 속의 묶음", "고를 것"]


def test_what_cannot_be_read_has_its_reason():
    blob = saved(Presentation())
    for case, reason in ((blob, "no_text"), (Blob(blob.content[:900], "a.pptx"), "corrupt")):
        with pytest.raises(Failed) as failure:
            FORMAT.read(case)
        assert failure.value.reason == reason


def test_only_presentations_are_recognised():
    assert FORMAT.sniff(saved(Presentation(), "a.hwp")) == 1.0
    assert FORMAT.sniff(Blob(b"PK\x03\x04", "a.pptx")) == 0.0
