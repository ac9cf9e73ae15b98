from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.formats import pdf
from connectors.formats.pdf import FORMAT
from connectors.tools import NeedsTool, Toolbox, find_tools, using
from pipelines.sample.writers.pdf_objects import assemble, stream
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed


def font_objects(first):
    """A composite font without an embedded program, whose character codes are UTF-16."""
    unicode_map = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
    )
    return [
        b"<</Type/Font/Subtype/Type0/BaseFont/Batang/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (first + 1, first + 3),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Batang/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor %d 0 R/DW 1000>>" % (first + 2),
        b"<</Type/FontDescriptor/FontName/Batang/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800"
        b"/Descent -200/CapHeight 700/StemV 80>>",
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(unicode_map), unicode_map),
    ]


def make_pdf(*pages):
    """A PDF whose pages are lists of (x, y, text), set in 10 points."""
    bodies = [
        b"BT /F 10 Tf "
        + b" ".join(
            b"1 0 0 1 %d %d Tm <%b> Tj" % (x, y, text.encode("utf-16-be").hex().encode()) for x, y, text in lines
        )
        + b" ET"
        for lines in pages
    ]
    font = 3 + 2 * len(pages)
    kids = b" ".join(b"%d 0 R" % (3 + 2 * index) for index in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d/MediaBox[0 0 595 842]>>" % (kids, len(pages)),
    ]
    for index, body in enumerate(bodies):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F %d 0 R>>>>/Contents %d 0 R>>" % (font, 4 + 2 * index)
        )
        objects.append(b"<</Length %d>>\nstream\n%b\nendstream" % (len(body), body))
    objects += font_objects(font)
    content = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    content += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return Blob(content, "예산.pdf")


def test_lines_are_joined_into_paragraphs_and_pages_are_counted():
    document = FORMAT.read(
        make_pdf(
            [
                (50, 800, "1. 세입예산"),
                (50, 770, "국세수입은 전년보다 늘어날 것으로 보이며 법인세는 △3.2% "),
                (50, 755, "줄어들 것이다."),
                (50, 700, "- 1 -"),
            ],
            [(50, 800, "둘째 쪽이다.")],
        )
    )
    assert [(element.kind, element.page, element.text) for element in document.elements] == [
        (ElementKind.TITLE, 1, "1. 세입예산"),
        (ElementKind.NARRATIVE_TEXT, 1, "국세수입은 전년보다 늘어날 것으로 보이며 법인세는 △3.2% 줄어들 것이다."),
        (ElementKind.FOOTER, 1, "- 1 -"),
        (ElementKind.NARRATIVE_TEXT, 2, "둘째 쪽이다."),
    ]
    assert document.elements[3].locator.page == 2
    assert document.elements[1].section_path == ["1. 세입예산"]


def test_a_word_cut_at_the_end_of_a_line_is_made_whole_where_it_stands_whole_elsewhere():
    document = FORMAT.read(
        make_pdf(
            [
                (50, 800, "이 문서는 재정 성과관리제도는 무엇인지 말한다. 그리고 이제 성과관리제"),
                (50, 785, "도는 어떻게 되는지 본다."),
            ]
        )
    )
    assert document.elements[0].text.endswith("이제 성과관리제도는 어떻게 되는지 본다.")


def test_items_and_lines_far_apart_stay_paragraphs_of_their_own():
    document = FORMAT.read(
        make_pdf([(50, 800, "첫째 문단이 여기에서 끝난다"), (50, 785, "ㅇ 항목이다"), (50, 700, "멀리 있는 문단이다")])
    )
    assert [element.text for element in document.elements] == [
        "첫째 문단이 여기에서 끝난다",
        "ㅇ 항목이다",
        "멀리 있는 문단이다",
    ]


def test_a_document_without_text_is_told():
    with pytest.raises(Failed) as failure:
        FORMAT.read(make_pdf([]))
    assert failure.value.reason == "no_text"


def test_a_password_is_told():
    blob = make_pdf([(50, 800, "가")])
    encrypt = (
        b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"11" * 32 + b">/U<" + b"22" * 32 + b">>>/ID[<00><00>]/Root"
    )
    with pytest.raises(Failed) as failure:
        FORMAT.read(Blob(blob.content.replace(b"/Root", encrypt), "a.pdf"))
    assert failure.value.reason == "password_pdf"


def test_what_is_no_pdf_inside_is_corrupt():
    blob = Blob(b"%PDF-1.7\nnothing follows", "a.pdf")
    assert FORMAT.sniff(blob) == 1.0
    with pytest.raises(Failed) as failure:
        FORMAT.read(blob)
    assert failure.value.reason == "corrupt"


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(Failed) as failure:
        FORMAT.read(make_pdf([(50, 800, "가")], [(50, 800, "나")]))
    assert failure.value.reason == "too_many_elements"


def test_the_marker_may_stand_a_little_way_in():
    assert FORMAT.sniff(Blob(b"\xef\xbb\xbf%PDF-1.4", "a")) == pytest.approx(0.8)
    assert FORMAT.sniff(Blob(b"x" * 2000 + b"%PDF-1.4", "a.pdf")) == 0.0


SOURCES = Path(__file__).resolve().parents[2] / "golden" / "sources"
ELSEWHERE = Toolbox(ocr="/bin/false", languages="kor+eng", place="elsewhere")


def draw(content, *, objects=(), page=b"", catalog=b"", box=b"0 0 595 842"):
    """A PDF of one page with this content; further objects begin at number 9."""
    body = [
        b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Resources<</Font<</F 5 0 R>>/XObject<</I 9 0 R>>>>/Contents 4 0 R%b>>"
        % (box, page),
        stream("", content),
        *font_objects(5),
        *objects,
    ]
    return Blob(assemble(body), "예산.pdf")


def show(x, y, text, size=10, matrix=b"1 0 0 1"):
    return b"BT /F %d Tf %b %d %d Tm <%b> Tj ET " % (size, matrix, x, y, text.encode("utf-16-be").hex().encode())


def lines_of(*rows, left=50, top=800, pitch=16):
    return b"".join(show(left, top - pitch * at, text) for at, text in enumerate(rows))


PICTURE = stream(
    "/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 1", b"\xaa\x55" * 4
)
SCAN = b"q 595 0 0 842 0 0 cm /I Do Q "


def test_a_report_is_read_with_its_heads_table_columns_note_and_link():
    document = FORMAT.read(Blob((SOURCES / "pdf_report.pdf").read_bytes(), "보고.pdf"))
    first = [element for element in document.elements if element.page == 1]
    assert [element.kind for element in first][:2] == [ElementKind.HEADER, ElementKind.TITLE]
    table = next(element.table for element in first if element.table)
    assert (table.n_rows, table.n_cols, table.unit) == (5, 4, "백만원")
    spans = [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in table.cells[:3]]
    assert spans == [(1, 1, 2, 1, "구분"), (1, 2, 1, 2, "2025년"), (1, 4, 2, 1, "2026년")]
    assert next(cell.text for cell in table.cells if (cell.row, cell.col) == (4, 4)) == "△7,905"
    note = next(element for element in first if element.kind is ElementKind.FOOTNOTE)
    assert "추가경정예산을 더한" in note.text
    linked = next(element for element in first if element.links)
    assert linked.links == ["https://budget.example.kr/report"]
    assert [element.text for element in document.elements if element.kind is ElementKind.FOOTER][-1] == "- 3 -"
    assert not any("216" in element.text and element.table for element in first)
    columns = [element.text for element in document.elements if element.text.startswith("세입 여건은")]
    assert len(columns) == 4
    assert all(
        text.count("이 글은 세 가지 방식을 견주어 보고 해마다 얼마가 옮겨 가는지를 셈한다.") == 3 for text in columns
    )
    properties = {item.name: item.value for item in document.properties}
    assert properties["author"] == "재정관리과"
    assert properties["pages"] == "3"
    assert properties["created_at"].startswith("20")


def test_a_table_open_at_its_sides_has_its_outer_columns():
    rules = b"50 700 m 350 700 l 50 680 m 350 680 l 50 660 m 350 660 l 150 660 m 150 700 l 250 660 m 250 700 l S "
    texts = b"".join(
        show(x, y, text)
        for x, y, text in (
            (60, 685, "구분"), (160, 685, "당초"), (260, 685, "수정"), (60, 665, "철도"), (160, 665, "1,200"), (260, 665, "980"),
        )
    )  # fmt: skip
    document = FORMAT.read(draw(rules + texts))
    table = document.elements[0].table
    assert [(cell.row, cell.col, cell.text) for cell in table.cells] == [
        (1, 1, "구분"), (1, 2, "당초"), (1, 3, "수정"), (2, 1, "철도"), (2, 2, "1,200"), (2, 3, "980"),
    ]  # fmt: skip


def test_a_box_around_text_is_no_table_and_a_table_in_a_cell_is_nested():
    document = FORMAT.read(draw(b"40 600 300 120 re S " + show(60, 690, "요약 글이다.")))
    assert [(element.table, element.text) for element in document.elements] == [(None, "요약 글이다.")]
    outer = b"40 500 m 540 500 l 40 700 m 540 700 l 40 500 m 40 700 l 290 500 m 290 700 l 540 500 m 540 700 l S "
    inner = b"310 550 m 510 550 l 310 600 m 510 600 l 310 550 m 310 600 l 410 550 m 410 600 l 510 550 m 510 600 l S "
    texts = show(60, 600, "사업") + show(310, 650, "내역") + show(330, 570, "국고") + show(430, 570, "300")
    document = FORMAT.read(draw(outer + inner + texts))
    assert [element.parent for element in document.elements] == [None, (0, 1, 2)]
    assert [cell.text for cell in document.elements[1].table.cells] == ["국고", "300"]


def test_numbers_under_one_another_are_a_guessed_table_and_running_text_is_none():
    rows = b"".join(
        show(x, 700 - 16 * at, text)
        for at, row in enumerate(
            (("교통", "12,400", "13,720"), ("용수", "8,310", "7,905"), ("합계", "20,710", "21,625"))
        )
        for x, text in zip((50, 250, 400), row, strict=True)
    )
    document = FORMAT.read(draw(rows))
    assert document.elements[0].flags == [Flag.GUESSED_GRID]
    assert document.elements[0].text == "교통\t12,400\t13,720\n용수\t8,310\t7,905\n합계\t20,710\t21,625"
    document = FORMAT.read(draw(lines_of(*["지난해 세입은 예산보다 1,200억원이 많았다고 보고하였다."] * 4)))
    assert not any(element.table for element in document.elements)


def test_two_columns_are_read_one_after_the_other():
    left = [f"왼쪽 단의 글은 여기에서 {number}째 줄로 이어지고" for number in range(8)]
    right = [f"오른쪽 단의 글은 저기에서 {number}째 줄로 이어지고" for number in range(8)]
    document = FORMAT.read(draw(lines_of(*left) + lines_of(*right, left=320)))
    text = " ".join(element.text for element in document.elements)
    assert text == " ".join(left + right)


def test_a_page_that_lies_on_its_side_is_read_upright():
    content = b"".join(
        show(100 + 40 * at, 50, text, matrix=b"0 1 -1 0") for at, text in enumerate(("첫째 줄이다.", "둘째 줄이다."))
    )
    document = FORMAT.read(draw(content, page=b"/Rotate 90"))
    assert [element.text for element in document.elements] == ["첫째 줄이다.", "둘째 줄이다."]


def test_heads_that_return_on_every_page_are_told_from_the_text():
    pages = [
        [(50, 815, "재정 월보"), (50, 700, f"{number}월의 세입은 이러하다."), (290, 30, str(number))]
        for number in range(1, 5)
    ]
    document = FORMAT.read(make_pdf(*pages))
    assert [element.kind for element in document.elements[:3]] == [
        ElementKind.HEADER,
        ElementKind.NARRATIVE_TEXT,
        ElementKind.FOOTER,
    ]
    assert sum(element.kind is ElementKind.HEADER for element in document.elements) == 4


def test_large_type_is_a_heading():
    document = FORMAT.read(
        draw(show(50, 780, "재정 운용 방향", size=18) + lines_of("올해의 재정은 이렇게 운용한다고 정하였다.", top=740))
    )
    assert (document.elements[0].kind, document.elements[0].level) == (ElementKind.TITLE, 1)


def test_a_filled_field_a_note_and_an_attachment_come_out():
    objects = [
        PICTURE,
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V<FEFFAE40C608C0B0>/Rect[120 690 300 710]/P 3 0 R>>",
        b"<</Type/Annot/Subtype/Text/Contents<FEFFD655C778>/Rect[400 700 420 720]>>",
        b"<</Type/Filespec/F(a.csv)/UF(a.csv)/EF<</F 13 0 R>>>>",
        stream("/Type/EmbeddedFile", "항목,금액\n도로,3".encode()),
    ]
    document = FORMAT.read(
        draw(
            show(50, 695, "성명"),
            objects=objects,
            page=b"/Annots[10 0 R 11 0 R]",
            catalog=b"/AcroForm<</Fields[10 0 R]>>/Names<</EmbeddedFiles<</Names[(a.csv) 12 0 R]>>>>",
        )
    )
    assert document.elements[0].text == "성명 김예산"
    assert (document.elements[1].text, document.elements[1].flags) == ("확인", [Flag.MEMO])
    assert [(member.path, member.content.decode()) for member in document.members] == [("a.csv", "항목,금액\n도로,3")]


def test_a_scan_needs_recognition_and_says_so_at_once():
    blob = draw(SCAN, objects=[PICTURE])
    with pytest.raises(Failed) as failure:
        FORMAT.read(blob)
    assert failure.value.reason == "ocr_unavailable"
    with using(ELSEWHERE), pytest.raises(NeedsTool):
        FORMAT.read(blob)


def test_text_of_codes_without_letters_counts_as_none():
    blob = draw(lines_of(*["\ue001\ue002\ue003\ue004\ue005\ue006"] * 5))
    with pytest.raises(Failed) as failure:
        FORMAT.read(blob)
    assert failure.value.reason == "ocr_unavailable"


def test_pages_that_nobody_could_read_are_flagged():
    blob = draw(SCAN + show(50, 700, "1"), objects=[PICTURE])
    document = FORMAT.read(blob)
    assert document.flags == [Flag.PAGES_WITHOUT_TEXT]


def test_a_scan_is_recognised():
    toolbox = find_tools()
    if not toolbox.ocr:
        pytest.skip("tesseract with Korean data is not installed")
    with using(toolbox):
        document = FORMAT.read(Blob((SOURCES / "pdf_scan.pdf").read_bytes(), "안내.pdf"))
    text = "\n".join(element.text for element in document.elements)
    assert "2026년도 재정사업 점검 안내" in text
    assert all(Flag.OCR in element.flags and (element.confidence or 0) > 0.5 for element in document.elements)
    assert float({item.name: item.value for item in document.properties}["ocr_confidence"]) > 0.7
