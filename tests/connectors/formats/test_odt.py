import io
import zipfile

import pytest

from connectors.contract import Blob
from connectors.formats.odt import FORMAT
from connectors.opendocument.texts import format_number
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

NAMES = {
    "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing", "meta": "meta",
}  # fmt: skip
SPACES = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in NAMES.items())
SPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
TYPE = "application/vnd.oasis.opendocument.text"


def package(body, styles="", parts=(), manifest=""):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("mimetype", TYPE)
        file.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        file.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        )
        for name, content in parts:
            file.writestr(name, content)
    return Blob(target.getvalue(), "보고.odt")


def read(body, **parts):
    return FORMAT.read(package(body, **parts))


def test_it_is_recognised_by_the_type_that_it_states_packaged_or_flat():
    assert FORMAT.sniff(package("<text:p>가</text:p>")) == 1.0
    flat = f'<?xml version="1.0"?><office:document {SPACES} office:mimetype="{TYPE}"/>'
    assert FORMAT.sniff(Blob(flat.encode(), "x.xml")) == 1.0
    assert FORMAT.sniff(Blob(b"PK\x03\x04broken", "x.odt")) == 0.0


def test_white_space_is_collapsed_as_the_standard_says_and_written_blanks_are_kept():
    body = (
        '<text:p>  예산\n  <text:span> 총괄</text:span><text:s text:c="2"/><text:tab/>표<text:line-break/>끝 </text:p>'
    )
    assert read(body).elements[0].text == "예산 총괄  \t표\n끝"


def test_tables_keep_spans_and_nested_tables_name_their_cell():
    body = (
        '<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned="2">'
        "<text:p>머리</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table-header-rows>"
        "<table:table-row><table:table-cell><text:p>왼쪽</text:p></table:table-cell><table:table-cell><text:p>위</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>안</text:p></table:table-cell></table:table-row>"
        "</table:table><text:p>아래</text:p></table:table-cell></table:table-row></table:table>"
    )
    outer, inner = read(body).elements
    assert [(cell.row, cell.col, cell.col_span, cell.text) for cell in outer.table.cells] == [
        (1, 1, 2, "머리"),
        (2, 1, 1, "왼쪽"),
        (2, 2, 1, "위\n아래"),
    ]
    assert inner.parent == (0, 2, 2)
    assert inner.text == "안"


def test_lists_are_numbered_level_by_level_and_bullets_have_no_number():
    styles = (
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="가, 나, 다, ..."'
        ' style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix=")"'
        ' text:start-value="3"/></text:list-style><text:list-style style:name="L2"/>'
    )
    body = (
        '<text:list text:style-name="L1"><text:list-item><text:p>세입</text:p><text:list><text:list-item><text:p>국세</text:p>'
        "</text:list-item></text:list></text:list-item><text:list-item><text:p>세출</text:p></text:list-item></text:list>"
        '<text:list text:style-name="L2"><text:list-item><text:p>기금</text:p></text:list-item></text:list>'
    )
    document = read(body, styles=styles)
    assert [element.text for element in document.elements] == ["가. 세입", "3) 국세", "나. 세출", "기금"]
    assert {element.kind for element in document.elements} == {ElementKind.LIST_ITEM}


def test_notes_memos_boxes_links_and_changes_stand_beside_the_text():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>지운 말</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:h text:outline-level="2">현황</text:h>'
        '<text:p>본문<text:note text:note-class="endnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>미주</text:p></text:note-body></text:note><office:annotation><dc:creator>김</dc:creator><text:p>메모</text:p>"
        "</office:annotation><draw:frame><draw:text-box><text:p>상자</text:p></draw:text-box></draw:frame> 끝<text:change/>"
        '<text:a xlink:href="https://www.example.go.kr/">링크</text:a></text:p>'
    )
    document = read(body)
    assert [(element.kind, element.text, element.flags) for element in document.elements] == [
        (ElementKind.TITLE, "현황", []),
        (ElementKind.NARRATIVE_TEXT, "본문 끝링크", [Flag.TRACKED_CHANGE]),
        (ElementKind.ENDNOTE, "미주", []),
        (ElementKind.NARRATIVE_TEXT, "메모", [Flag.MEMO]),
        (ElementKind.NARRATIVE_TEXT, "상자", [Flag.TEXT_BOX]),
    ]
    assert document.elements[0].level == 2
    assert document.elements[1].links == ["https://www.example.go.kr/"]
    assert set(document.flags) == {Flag.TRACKED_CHANGE, Flag.MEMO}


def test_a_formula_is_its_own_source_and_an_embedded_workbook_a_member():
    frame = '<draw:frame><draw:object xlink:href="./Object {}"/></draw:frame>'
    math = '<math><semantics><mi>x</mi><annotation encoding="StarMath 5.0">A over B</annotation></semantics></math>'
    sheet = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet/></office:body></office:document-content>"
    )
    document = read(
        f"<text:p>{frame.format(1)}{frame.format(2)}</text:p>",
        parts=(("Object 1/content.xml", math), ("Object 2/content.xml", sheet)),
    )
    assert [(element.kind, element.text) for element in document.elements] == [(ElementKind.FORMULA, "A over B")]
    assert [member.path for member in document.members] == ["Object 2.ods"]


def test_encrypted_broken_and_empty_packages_have_their_reasons():
    with pytest.raises(Failed, match="password_odf"):
        read("<text:p>가</text:p>", manifest="<file-entry><encryption-data/></file-entry>")
    with pytest.raises(Failed, match="corrupt"):
        read("<text:p>가")
    with pytest.raises(Failed, match="no_text"):
        read("<text:p/>")


def test_repeated_cells_are_bounded():
    cell = '<table:table-cell table:number-columns-repeated="3"/>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    table, last = read(f"<table:table>{row}</table:table><text:p>끝</text:p>").elements
    assert (table.table.n_rows, table.table.n_cols) == (1, 3)
    assert last.text == "끝"


@pytest.mark.parametrize(
    ("number", "pattern", "label"),
    [
        (3, "1", "3"),
        (27, "a", "aa"),
        (4, "I", "IV"),
        (2, "가, 나, 다, ...", "나"),
        (5, "①, ②, ③, ...", "⑤"),
        (1, "", ""),
    ],
)
def test_numbers_are_printed_in_their_format(number, pattern, label):
    assert format_number(number, pattern) == label
