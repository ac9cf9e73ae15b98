import io
import re
import zipfile

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from connectors import tools
from connectors.contract import Blob
from connectors.formats.pptx import FORMAT
from connectors.tools import Toolbox
from schemas.elements import ElementKind, Flag
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


def test_hidden_slides_links_and_charts():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[BLANK])
    slide._element.set("show", "0")
    add_box(slide.shapes, "누리집")
    slide.shapes[0].text_frame.paragraphs[0].runs[0].hyperlink.address = "https://example.go.kr"
    data = CategoryChartData()
    data.categories = ["2024", "2025"]
    data.add_series("총지출", (656.6, 677.4))
    slide.shapes.add_chart(XL_CHART_TYPE.LINE, Cm(1), Cm(1), Cm(5), Cm(5), data)
    read = FORMAT.read(saved(presentation))
    assert [(element.text, element.links) for element in read.elements] == [
        ("누리집", ["https://example.go.kr"]),
        ("\t총지출\n2024\t656.6\n2025\t677.4", []),
    ]
    assert all(element.flags == [Flag.HIDDEN_SLIDE] for element in read.elements)
    assert read.flags == [Flag.HIDDEN_SLIDE]
    # the workbook behind the chart would say its numbers a second time
    assert read.members == []


def test_a_presentation_of_pictures_is_kept_for_what_is_in_them():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[BLANK])
    picture = io.BytesIO()
    Image.new("RGB", (1_000, 700)).save(picture, "PNG")
    slide.shapes.add_picture(picture, Cm(1), Cm(1))
    blob = saved(presentation)
    with tools.using(Toolbox(ocr="/usr/bin/tesseract")):
        assert [member.path for member in FORMAT.read(blob).members] == ["ppt/media/image1.png"]
    with pytest.raises(Failed, match="ocr_unavailable"):
        FORMAT.read(blob)


def test_strict_presentations_slide_shows_and_templates_are_read_too():
    presentation = Presentation()
    add_box(presentation.slides.add_slide(presentation.slide_layouts[BLANK]).shapes, "예산안 보고이다.")
    content = saved(presentation).content
    strict = (rb"http://schemas\.openxmlformats\.org/(officeDocument|drawingml|presentationml)/2006/(\w+)",
              rb"http://purl.oclc.org/ooxml/\1/\2")  # fmt: skip
    for pattern, replacement in (
        strict, (rb"presentation\.main\+xml", b"slideshow.main+xml"), (rb"presentation\.main\+xml", b"template.main+xml"),
    ):  # fmt: skip
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as package:
            for name in source.namelist():
                package.writestr(name, re.sub(pattern, replacement, source.read(name)))
        read = FORMAT.read(Blob(target.getvalue(), "a.ppsx"))
        assert [element.text for element in read.elements] == ["예산안 보고이다."]


def test_a_slide_that_is_listed_and_not_there_makes_it_corrupt():
    presentation = Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[TITLE_AND_CONTENT]).shapes.title.text = "예산안"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(presentation).content)) as source, zipfile.ZipFile(target, "w") as package:
        for name in source.namelist():
            content = source.read(name)
            if name == "ppt/_rels/presentation.xml.rels":
                content = re.sub(rb'<Relationship [^>]*relationships/slide"[^>]*/>', b"", content)
            package.writestr(name, content)

    with pytest.raises(Failed, match="corrupt"):
        FORMAT.read(Blob(target.getvalue(), "보고.pptx"))
