import io
import struct
from dataclasses import replace
from pathlib import Path

import olefile
import pytest

from connectors import tools
from connectors.contract import Blob, Document
from connectors.formats.doc import FORMAT
from connectors.tools import NeedsTool, Toolbox, find_tools
from connectors.word import doc_completeness
from pipelines.sample.writers.compound_file import write_compound_file
from schemas.elements import Element, ElementKind, Flag
from schemas.outcome import Failed

SOURCE = Path(__file__).resolve().parents[2] / "golden" / "sources" / "doc_report.doc"
TOOLBOX = Toolbox(office="/usr/bin/soffice", office_version="7")


def streams():
    with olefile.OleFileIO(io.BytesIO(SOURCE.read_bytes())) as compound:
        return {"/".join(path): compound.openstream(path).read() for path in compound.listdir()}


def word_95(text, codec="cp949", language=0x0412):
    raw = text.encode(codec)
    head = bytearray(0x300)
    struct.pack_into("<HH2xH", head, 0, 0xA5DC, 0x68, language)
    struct.pack_into("<II", head, 0x18, 0x300, 0x300 + len(raw))
    struct.pack_into("<i", head, 0x34, len(raw))
    return Blob(write_compound_file({"WordDocument": bytes(head) + raw}), "옛글.doc")


def kinds_and_texts(document):
    return [(element.kind, element.text) for element in document.elements if element.table is None]


def test_without_libreoffice_the_text_tables_and_notes_come_from_the_file_itself():
    blob = Blob(SOURCE.read_bytes(), "보고.hwp")
    assert FORMAT.sniff(blob) == 1.0
    document = FORMAT.read(blob)
    assert kinds_and_texts(document) == [
        (ElementKind.HEADER, "재정사업 점검"),
        (ElementKind.TITLE, "점검 개요"),
        (ElementKind.NARRATIVE_TEXT, "재정사업 128개를 점검하였다. 자세한 것은 누리집에 있다."),
        (ElementKind.FOOTNOTE, "2025년 결산을 기준으로 한다."),
        (ElementKind.TITLE, "점검 방법"),
        (ElementKind.LIST_ITEM, "부처 자료를 모은다."),
        (ElementKind.LIST_ITEM, "현장을 확인한다."),
        (ElementKind.LIST_ITEM, "표본 12곳"),
        (ElementKind.NARRATIVE_TEXT, "의견을 반영하였다. 반영 결과는 다음과 같다."),
        (ElementKind.NARRATIVE_TEXT, "근거 자료를 붙일 것"),
        (ElementKind.TITLE, "점검 결과"),
        (ElementKind.NARRATIVE_TEXT, "(단위: 백만원)"),
        (ElementKind.NARRATIVE_TEXT, "위 표는 잠정치이다."),
        (ElementKind.ENDNOTE, "확정치는 5월에 공표한다."),
        (ElementKind.NARRATIVE_TEXT, "끝 문단이다."),
        (ElementKind.NARRATIVE_TEXT, "참고: 글상자에 적은 내용"),
        (ElementKind.FOOTER, "예산총괄과"),
    ]
    outer, inner = [element for element in document.elements if element.table]
    assert outer.table.unit == "백만원"
    spans = {(cell.row, cell.col): (cell.row_span, cell.col_span) for cell in outer.table.cells}
    assert {place for place, span in spans.items() if span != (1, 1)} == {(1, 1), (1, 2), (1, 4)}
    assert inner.parent == (document.elements.index(outer), 3, 4)
    assert set(document.flags) == {Flag.TEXT_ONLY, Flag.MEMO, Flag.TRACKED_CHANGE}
    assert {one.name: one.value for one in document.properties}["author"] == "예산총괄과"


def test_word_95_is_read_in_the_language_s_code_page_and_its_tables_by_their_empty_cells():
    document = FORMAT.read(word_95("세입 총괄\r가\x07나\x07\x07다\x07라\x07\x07끝이다.\r"))
    assert [element.text for element in document.elements] == ["세입 총괄", "가\t나\n다\t라", "끝이다."]
    assert FORMAT.read(word_95("기금 운용\r", language=0x0409)).elements[0].text == "기금 운용"


def test_fields_show_their_results_and_a_lone_mark_swallows_nothing():
    document = FORMAT.read(word_95('A \x13 HYPERLINK "http://a.kr/" \x14site\x15 \x13B\rC\r'))
    assert [element.text for element in document.elements] == ["A site B", "C"]
    assert document.elements[0].links == ["http://a.kr/"]


def test_encrypted_broken_and_empty_documents_have_their_reasons():
    found = streams()
    word = bytearray(found["WordDocument"])
    word[0x0B] |= 0x01
    with pytest.raises(Failed, match="password_ooxml"):
        FORMAT.read(Blob(write_compound_file({**found, "WordDocument": bytes(word)}), "a.doc"))
    with pytest.raises(Failed, match="corrupt"):
        FORMAT.read(Blob(write_compound_file({**found, "WordDocument": b"\0" * 4_000}), "a.doc"))
    with pytest.raises(Failed, match="no_text"):
        FORMAT.read(word_95("\r\r"))


def test_a_summary_that_counts_without_end_is_passed_over():
    summary = bytearray(200)
    struct.pack_into("<I", summary, 44, 48)
    struct.pack_into("<II", summary, 48, 152, 0xFFFFFFFF)
    content = write_compound_file({**streams(), "\x05SummaryInformation": bytes(summary)})
    assert FORMAT.read(Blob(content, "a.doc")).elements


def test_the_other_sandbox_is_asked_for_where_libreoffice_may_not_be_started():
    with tools.using(TOOLBOX.model_copy(update={"place": "elsewhere"})), pytest.raises(NeedsTool):
        FORMAT.read(Blob(SOURCE.read_bytes(), "a.doc"))


def test_a_conversion_that_fails_or_loses_text_gives_way_to_the_file_s_own(monkeypatch):
    own = Document(reader="own", elements=[Element(kind=ElementKind.NARRATIVE_TEXT, text="가나다라마")])
    result = replace(own, reader="converted")

    def read(converted):
        monkeypatch.setattr(doc_completeness.office, "convert", lambda *_: b"")
        with tools.using(TOOLBOX):
            return doc_completeness.read_converted(b"", "doc", "docx", lambda _: converted(), lambda _: own)

    def fail():
        raise Failed("timeout")

    kept = read(lambda: result)
    assert (kept.reader, kept.coverage, kept.flags) == ("LibreOffice, converted", 1.0, [])
    short = replace(result, elements=[Element(kind=ElementKind.NARRATIVE_TEXT, text="가나")])
    for converted in (fail, lambda: short):
        kept = read(converted)
        assert (kept.reader, kept.flags) == ("own", [Flag.TEXT_ONLY])


def test_with_libreoffice_lists_have_their_numbers_and_nothing_is_lost():
    toolbox = find_tools()
    if not toolbox.office:
        pytest.skip("no LibreOffice on this machine")
    with tools.using(toolbox):
        document = FORMAT.read(Blob(SOURCE.read_bytes(), "a.doc"))
    assert document.reader.startswith("LibreOffice")
    assert document.coverage == 1.0
    assert "1) 부처 자료를 모은다." in [element.text for element in document.elements]
