import pytest

from connectors.contract import Blob
from connectors.formats import pdf
from connectors.formats.pdf import FORMAT
from schemas.elements import ElementKind
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
