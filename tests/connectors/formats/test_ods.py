"""OpenDocument spreadsheets: repetitions, merges, formats and hidden parts, and no repetition that costs the machine."""

import io
import time
import zipfile
from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.formats.ods import FORMAT
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

SOURCES = Path(__file__).resolve().parents[2] / "golden" / "sources"
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"), ("draw", "drawing"), ("manifest", "manifest"),
    )
)  # fmt: skip


def spreadsheet(rows, styles="", table='table:name="총괄"', manifest=""):
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet><table:table {table}>{rows}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", f"<manifest:manifest {SPACES}>{manifest}</manifest:manifest>")
    return Blob(target.getvalue(), "예산.ods")


def row(*cells, more=""):
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def cell(text, more=""):
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def number(value, more=""):
    return cell("보이는 글", f'office:value-type="float" office:value="{value}" {more}')


def test_a_workbook_reads_like_its_xml_twin():
    document = FORMAT.read(Blob((SOURCES / "ods_budget.ods").read_bytes(), "a.zip"))
    title = next(element for element in document.elements if element.locator.cells == "A1:E1")
    assert (title.kind, len(title.table.cells)) == (ElementKind.NARRATIVE_TEXT, 1)
    table = next(element for element in document.elements if element.kind is ElementKind.TABLE)
    assert (table.sheet, table.locator.cells, table.table.unit) == ("총괄", "A4:E8", "백만원")
    assert [(c.row, c.col, c.row_span, c.col_span) for c in table.table.cells if c.row_span * c.col_span > 1] == [
        (1, 1, 2, 1), (1, 2, 1, 2), (1, 4, 2, 1), (1, 5, 2, 1), (4, 5, 2, 1),
    ]  # fmt: skip
    assert {mark.number_format for mark in table.marks} == {"#,##0", "0.0%", None}
    assert table.flags == [Flag.HIDDEN_CELLS]
    assert document.elements[-1].flags == [Flag.HIDDEN_SHEET]
    assert [element.text for element in document.elements if Flag.MEMO in element.flags] == ["국회 수정안 반영 전"]
    assert ("author", "예산총괄과") in [(found.name, found.value) for found in document.properties]


def test_stored_values_win_over_what_is_shown():
    cells = [
        number("1234.50"), number("0.153"), number("-7"),
        cell("2027. 1. 1.", 'office:value-type="date" office:date-value="2027-01-01T00:00:00"'),
        cell("26:05", 'office:value-type="time" office:time-value="PT26H05M00S"'),
        cell("참", 'office:value-type="boolean" office:boolean-value="true"'),
        cell('첫<text:s text:c="2"/>줄</text:p><text:p>둘째 줄', 'office:value-type="string"'),
    ]  # fmt: skip
    (table,) = FORMAT.read(spreadsheet(row(*cells))).elements
    shown = [cell.text for cell in table.table.cells]
    assert shown == ["1234.5", "0.153", "-7", "2027-01-01", "26:05:00", "TRUE", "첫  줄\n둘째 줄"]


def test_repetitions_and_covered_cells_keep_their_places():
    rows = row(cell("구분", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>", cell("가"))
    rows += row(cell("나", 'table:number-columns-repeated="3"'), more='table:number-rows-repeated="2"')
    (table,) = FORMAT.read(spreadsheet(rows)).elements
    assert table.text == "구분\t\t가\n나\t나\t나\n나\t나\t나"
    assert table.table.cells[0].col_span == 2


def test_a_formula_without_a_value_is_told():
    empty = '<table:table-cell table:formula="of:=SUM([.B1])"/>'
    document = FORMAT.read(spreadsheet(row(cell("합계"), empty)))
    assert document.flags == [Flag.NO_CACHED_VALUES]
    assert [(mark.col, mark.is_formula) for mark in document.elements[0].marks] == [(2, True)]


def test_a_blank_repetition_to_the_sheets_end_costs_nothing():
    styles = (
        '<style:style style:name="ce1" style:family="table-cell">'
        '<style:table-cell-properties fo:border="1pt solid"/></style:style>'
    )
    blank = '<table:table-cell table:style-name="ce1" table:number-columns-repeated="16384"/>'
    rows = row(cell("가"), cell("나")) + row(blank, more='table:number-rows-repeated="1048575"') * 50
    started = time.process_time()
    (table,) = FORMAT.read(spreadsheet(rows, styles)).elements
    assert time.process_time() - started < 20
    assert table.locator.cells == "A1:B1"


def test_what_cannot_be_read_has_its_reason():
    wide = row(cell("가", 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="1048576"')
    locked = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    cases = [
        (spreadsheet(wide), "too_many_elements"),
        (spreadsheet(row(cell("가")), manifest=locked), "password_odf"),
        (spreadsheet(row(cell(" "))), "no_text"),
        (spreadsheet("<table:table-row>"), "corrupt"),
    ]
    for blob, reason in cases:
        with pytest.raises(Failed) as failure:
            FORMAT.read(blob)
        assert failure.value.reason == reason


def test_only_spreadsheets_are_recognised():
    assert FORMAT.sniff(spreadsheet("")) == 1.0
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert FORMAT.sniff(Blob(text.getvalue(), "a.ods")) == 0.0
