import io
import unicodedata
import zipfile

import pytest
from PIL import Image

from connectors import composition, grids
from connectors.contract import Blob
from connectors.formats.hwpx import FORMAT
from connectors.hangul.hwpx_body import BodyReader
from connectors.tools import Toolbox, using
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed
from tests.golden.makers.hwpx import cell, control, flow, paragraph, run, table, text

NAMESPACES = (
    'xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph"'
)
HEADER = '<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head" version="1.4" secCnt="1"/>'
CONTENT = (
    '<opf:package xmlns:opf="http://www.idpf.org/2007/opf/"><opf:manifest>'
    '<opf:item id="section0" href="Contents/section0.xml" media-type="application/xml"/>'
    "</opf:manifest></opf:package>"
)


def document(*paragraphs, **members):
    section = f"<hs:sec {NAMESPACES}>{''.join(paragraphs)}</hs:sec>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/hwp+zip", zipfile.ZIP_STORED)
        package.writestr("Contents/header.xml", HEADER)
        package.writestr("Contents/content.hpf", CONTENT)
        package.writestr("Contents/section0.xml", section)
        for name, content in members.items():
            package.writestr(name, content)
    return Blob(target.getvalue(), "요구서.hwp")


def read(*paragraphs):
    return FORMAT.read(document(*paragraphs))


def shape(grid):
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in grid.cells]


def test_it_is_told_by_its_content_and_not_by_its_name():
    assert FORMAT.sniff(document(paragraph(text("가")))) == 1.0
    assert FORMAT.sniff(Blob(b"PK\x03\x04", "a.hwpx")) == 0.0
    assert FORMAT.sniff(Blob(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.hwpx")) == 0.0


def test_paragraphs_keep_their_characters_and_their_order():
    nfd = unicodedata.normalize("NFD", "한글 예산")
    read_document = read(
        paragraph(text("Ⅰ. 세입예산안")), paragraph(text("  ㅇ 국세 △3.2% 감소")), paragraph(text(nfd)), paragraph()
    )
    assert [element.text for element in read_document.elements] == ["Ⅰ. 세입예산안", "  ㅇ 국세 △3.2% 감소", nfd]
    assert [element.kind for element in read_document.elements] == [
        ElementKind.TITLE,
        ElementKind.LIST_ITEM,
        ElementKind.NARRATIVE_TEXT,
    ]
    assert read_document.elements[2].section_path == ["Ⅰ. 세입예산안"]
    assert read_document.coverage == 1.0
    assert read_document.reader == "gotgan hwpx"


def test_merged_cells_come_out_with_their_exact_spans():
    body = read(
        paragraph(text("(단위: 백만원)")),
        paragraph(
            table(
                3,
                3,
                [cell(0, 0, paragraph(text("구분")), row_span=2), cell(0, 1, paragraph(text("예산")), col_span=2)],
                [cell(1, 1, paragraph(text("2024"))), cell(1, 2, paragraph(text("2025")))],
                [
                    cell(2, 0, paragraph(text("총계"))),
                    cell(2, 1, paragraph(text("1,234,567"))),
                    cell(2, 2, paragraph(text("△1,234")), paragraph(text("(확정)"))),
                ],
            )
        ),
    )
    grid = body.elements[1].table
    assert grid.unit == "백만원"
    assert shape(grid) == [
        (1, 1, 2, 1, "구분"),
        (1, 2, 1, 2, "예산"),
        (2, 2, 1, 1, "2024"),
        (2, 3, 1, 1, "2025"),
        (3, 1, 1, 1, "총계"),
        (3, 2, 1, 1, "1,234,567"),
        (3, 3, 1, 1, "△1,234\n(확정)"),
    ]


def test_a_nested_table_is_an_element_that_names_its_parent_cell():
    inner = table(1, 2, [cell(0, 0, paragraph(text("안"))), cell(0, 1, paragraph(text("쪽")))])
    body = read(
        paragraph(table(1, 2, [cell(0, 0, paragraph(text("밖"))), cell(0, 1, paragraph(text("앞")), paragraph(inner))]))
    )
    outer, nested = body.elements
    assert shape(outer.table) == [(1, 1, 1, 1, "밖"), (1, 2, 1, 1, "앞")]
    assert nested.parent == (0, 1, 2)
    assert shape(nested.table) == [(1, 1, 1, 1, "안"), (1, 2, 1, 1, "쪽")]


def test_a_paragraph_with_a_table_a_note_and_an_equation_inside_stays_one():
    note = f"<hp:ctrl><hp:footNote>{flow(paragraph(text('각주 본문')))}</hp:footNote></hp:ctrl>"
    equation = '<hp:equation><hp:pos treatAsChar="1"/><hp:script>a over b</hp:script></hp:equation>'
    inside = table(1, 1, [cell(0, 0, paragraph(text("표")))])
    body = read(paragraph(text("앞"), run(note), text("가운데"), inside, text("뒤"), run(equation), text("끝.")))
    assert [(element.kind, element.text) for element in body.elements if element.table is None] == [
        (ElementKind.NARRATIVE_TEXT, "앞가운데뒤끝."),
        (ElementKind.FOOTNOTE, "각주 본문"),
        (ElementKind.FORMULA, "a over b"),
    ]
    assert [shape(element.table) for element in body.elements if element.table] == [[(1, 1, 1, 1, "표")]]


def test_headers_footers_endnotes_captions_text_boxes_and_memos_are_elements():
    body = read(
        paragraph(
            control(f"<hp:header>{flow(paragraph(text('재정경제부')))}</hp:header>"),
            control(f"<hp:footer>{flow(paragraph(text('- 1 -')))}</hp:footer>"),
            text("본문이다."),
            control(f"<hp:endNote>{flow(paragraph(text('미주이다.')))}</hp:endNote>"),
        ),
        paragraph(run(f"<hp:rect><hp:drawText>{flow(paragraph(text('글상자이다.')))}</hp:drawText></hp:rect>")),
        paragraph(
            table(
                1,
                1,
                [cell(0, 0, paragraph(text("가")))],
                caption=f'<hp:caption side="TOP">{flow(paragraph(text("표 1. 세입 (단위: 조원)")))}</hp:caption>',
            )
        ),
        paragraph(control(f'<hp:fieldBegin type="MEMO">{flow(paragraph(text("메모이다.")))}</hp:fieldBegin>')),
    )
    found = {(element.kind, element.text) for element in body.elements}
    assert found == {
        (ElementKind.HEADER, "재정경제부"),
        (ElementKind.FOOTER, "- 1 -"),
        (ElementKind.NARRATIVE_TEXT, "본문이다."),
        (ElementKind.ENDNOTE, "미주이다."),
        (ElementKind.NARRATIVE_TEXT, "글상자이다."),
        (ElementKind.FIGURE_CAPTION, "표 1. 세입 (단위: 조원)"),
        (ElementKind.TABLE, "가"),
        (ElementKind.NARRATIVE_TEXT, "메모이다."),
    }
    assert next(element.table.unit for element in body.elements if element.table) == "조원"
    assert body.coverage == 1.0


def test_text_struck_by_a_tracked_change_is_left_out():
    struck = (
        '<hp:t>남는 글<hp:deleteBegin Id="1" TcId="1"/>지운 글<hp:deleteEnd Id="1" TcId="1" paraend="0"/> 이어짐</hp:t>'
    )
    changes = (
        '<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"><hh:trackChanges itemCnt="1">'
        '<hh:trackChange type="Delete" date="2025-01-01T00:00:00Z" authorID="1" hide="0" id="1"/></hh:trackChanges>'
        '<hh:trackChangeAuthors itemCnt="1"><hh:trackChangeAuthor name="a" mark="1" id="1"/></hh:trackChangeAuthors>'
        "</hh:head>"
    )
    blob = document(paragraph(run(struck)))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob.content)) as source, zipfile.ZipFile(target, "w") as package:
        for name in source.namelist():
            package.writestr(name, changes if name == "Contents/header.xml" else source.read(name))
    body = FORMAT.read(Blob(target.getvalue(), "a.hwpx"))
    assert [element.text for element in body.elements] == ["남는 글 이어짐"]
    assert body.coverage == 1.0


@pytest.mark.parametrize(
    ("blob", "reason"),
    [
        (document(paragraph(text("가")), **{"META-INF/manifest.xml": "<x><encryption-data/></x>"}), "password_hwpx"),
        (document(paragraph()), "no_text"),
        (document(paragraph(text(" " * 2_000_000))), "archive_bomb"),
        (document("<hp:p><hp:run>"), "corrupt"),
        (Blob(document(paragraph(text("가"))).content[:300], "a.hwpx"), "corrupt"),
    ],
)
def test_what_cannot_be_read_has_its_reason(blob, reason):
    with pytest.raises(Failed) as failure:
        FORMAT.read(blob)
    assert failure.value.reason == reason


def parts_of(blob):
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return Blob(target.getvalue(), "a.hwpx")


def test_another_reader_steps_in_where_ours_fails(monkeypatch):
    def fail(self, root):
        raise ValueError("broken on purpose")

    monkeypatch.setattr(BodyReader, "read_section", fail)
    body = read(paragraph(text("예산 총괄표이다.")), paragraph(table(1, 1, [cell(0, 0, paragraph(text("1,234")))])))
    assert body.reader.startswith("dochan ")
    assert [element.text for element in body.elements] == ["예산 총괄표이다.", "1,234"]


def test_another_reader_steps_in_where_ours_loses_text(monkeypatch):
    monkeypatch.setattr(BodyReader, "_add_table", lambda self, table, place: None)
    body = read(paragraph(text("예산 총괄표이다.")), paragraph(table(1, 1, [cell(0, 0, paragraph(text("1,234")))])))
    assert not body.reader.startswith("gotgan")
    assert body.completeness.share == 1.0


def test_what_the_package_says_of_itself_are_properties_and_its_binaries_members():
    listing = (
        '<opf:package xmlns:opf="http://www.idpf.org/2007/opf/"><opf:metadata>'
        '<opf:meta name="creator" content="text">담당 사무관</opf:meta>'
        '<opf:meta name="CreatedDate" content="text">2026-03-02T01:00:00Z</opf:meta>'
        '<opf:meta name="ModifiedDate" content="text">2026년 3월</opf:meta>'
        '<opf:meta name="keyword" content="text"/></opf:metadata><opf:manifest>'
        '<opf:item id="section0" href="Contents/section0.xml"/>'
        '<opf:item id="ole1" href="BinData/attached.txt" isEmbeded="1"/></opf:manifest></opf:package>'
    )
    parts = parts_of(document(paragraph(text("본문")))) | {
        "Contents/content.hpf": listing,
        "BinData/attached.txt": "첨부",
        "BinData/mark.wmf": b"\xd7\xcd\xc6\x9a",
    }
    body = FORMAT.read(packed(parts))
    assert [(entry.name, entry.value) for entry in body.properties] == [
        ("author", "담당 사무관"),
        ("created_at", "2026-03-02T01:00:00Z"),
    ]
    assert [(member.path, member.is_embedded) for member in body.members] == [("BinData/attached.txt", True)]


def test_cells_without_addresses_are_placed_in_order():
    def bare(characters, **spans):
        attributes = " ".join(f'{name}="{value}"' for name, value in spans.items())
        return f"<hp:tc>{flow(paragraph(text(characters)))}<hp:cellSpan {attributes}/></hp:tc>"

    body = read(
        paragraph(table(2, 2, [bare("가", rowSpan=2, colSpan=1), bare("나", rowSpan=1, colSpan=1)], [bare("다")]))
    )
    assert shape(body.elements[0].table) == [(1, 1, 2, 1, "가"), (1, 2, 1, 1, "나"), (2, 2, 1, 1, "다")]


def test_control_characters_that_xml_forbids_do_no_harm():
    body = read(paragraph(text("앞\x0b뒤&#x1f;끝")))
    assert body.elements[0].text == "앞뒤끝"


def test_a_missing_head_is_flagged_and_a_missing_section_never_passes_for_the_whole():
    parts = parts_of(document(paragraph(text("본문 첫 줄이다."))))
    del parts["Contents/header.xml"]
    body = FORMAT.read(packed(parts))
    assert [element.text for element in body.elements] == ["본문 첫 줄이다."]
    assert Flag.LOW_COVERAGE in body.flags
    listing = CONTENT.replace(
        "</opf:manifest>",
        '<opf:item id="b" href="Contents/section1.xml"/></opf:manifest><opf:spine><opf:itemref idref="section0"/>'
        '<opf:itemref idref="b"/></opf:spine>',
    )
    partial = packed(parts_of(document(paragraph(text("본문")))) | {"Contents/content.hpf": listing})
    try:
        body = FORMAT.read(partial)
    except Failed as failure:
        assert failure.reason == "corrupt"
    else:
        assert Flag.LOW_COVERAGE in body.flags


@pytest.mark.parametrize("broken", [b"<hs:sec", b"", b"\0" * 100])
def test_a_broken_section_beside_a_sound_one_is_flagged_or_refused(broken):
    parts = parts_of(document(paragraph(text("성한 구역")))) | {"Contents/section1.xml": broken}
    try:
        body = FORMAT.read(packed(parts))
    except Failed as failure:
        assert failure.reason == "corrupt"
    else:
        assert Flag.LOW_COVERAGE in body.flags
        assert body.elements


def test_other_packages_are_not_claimed():
    for mimetype, name in (
        (b"application/vnd.oasis.opendocument.text", "content.xml"),
        (b"application/epub+zip", "META-INF/container.xml"),
        (b"", "word/document.xml"),
    ):
        assert FORMAT.sniff(packed({"mimetype": mimetype, name: b"<x/>"})) == 0.0


def test_tables_that_claim_more_than_there_is_are_held_to_the_limit(monkeypatch):
    monkeypatch.setattr(composition, "MAX_POSITIONS_IN_ALL", 100)
    monkeypatch.setattr(grids, "_MAX_STEPS", 100)
    claimed = '<hp:tbl rowCnt="9" colCnt="9"/>'
    wide = "<hp:tc><hp:subList/><hp:cellSpan colSpan='200' rowSpan='1'/></hp:tc>"
    for hostile in (claimed * 2, f'<hp:tbl rowCnt="1" colCnt="1"><hp:tr>{wide}</hp:tr></hp:tbl>'):
        with pytest.raises(Failed) as failure:
            FORMAT.read(document(paragraph(text("본문"), run(hostile))))
        assert failure.value.reason == "too_many_elements"


def test_scanned_pages_without_a_word_are_members_and_without_recognition_say_what_is_missing():
    item = '<opf:item id="image1" href="BinData/image1.png" isEmbeded="1"/>'
    listing = f"<opf:package {NAMESPACES}><opf:manifest>{item}</opf:manifest></opf:package>"
    target = io.BytesIO()
    Image.new("L", (1_200, 1_600), 255).save(target, "PNG")
    scanned = packed(
        parts_of(document(paragraph(""))) | {"Contents/content.hpf": listing, "BinData/image1.png": target.getvalue()}
    )
    with pytest.raises(Failed) as failure:
        FORMAT.read(scanned)
    assert failure.value.reason == "ocr_unavailable"
    with using(Toolbox(ocr="/usr/bin/tesseract", ocr_version="5", languages="kor")):
        assert [member.path for member in FORMAT.read(scanned).members] == ["BinData/image1.png"]


def test_a_document_without_what_its_preview_shows_is_flagged():
    shown = "2026년도 예산안 편성지침에 따라 부처별 요구액을 모으고 전년도 결산과 견주어 증감의 까닭을 적는다."
    whole = document(paragraph(text(shown)), **{"Preview/PrvText.txt": shown})
    lost = document(paragraph(text("끝.")), **{"Preview/PrvText.txt": shown})
    assert FORMAT.read(whole).flags == []
    assert FORMAT.read(lost).flags == [Flag.LOW_COVERAGE]
