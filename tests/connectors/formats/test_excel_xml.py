"""The XML workbooks of Excel 2003 come out as new ones do, in any encoding and under any name."""

from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.formats.excel_xml import FORMAT
from connectors.reading import read_blob, recognise
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

SOURCE = Path(__file__).resolve().parents[2] / "golden" / "sources" / "excel_xml_budget.xml"
MERGED_DOWN, FAR = 'ss:MergeDown="1"', 'ss:Index="20000"'
OPENING = (
    '<?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">'
)


def workbook(rows, before="", after=""):
    sheet = f'<Worksheet ss:Name="가"><Table>{rows}</Table>{after}</Worksheet>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{OPENING}{before}{sheet}</Workbook>'.encode()


def read(content):
    return FORMAT.read(Blob(content, "a.xls"))


def texts(document):
    return [element.text for element in document.elements]


def cell(text, attributes="", kind="String"):
    return f'<Cell {attributes}><Data ss:Type="{kind}">{text}</Data></Cell>'


def test_golden_source_has_grids_marks_notes_and_hidden_parts():
    document = read(SOURCE.read_bytes())
    header, table, _, note, hidden = document.elements
    assert (header.kind, header.text) == (ElementKind.HEADER, "예산안 쪽")
    assert table.table.unit == "백만원"
    spans = [(c.text, c.row_span, c.col_span) for c in table.table.cells if c.row_span * c.col_span > 1]
    assert ("예산액", 1, 2) in spans and ("사업", 2, 1) in spans
    assert "하천 정비\t1200\t1310.5" in table.text and "똠방각하 지원" in table.text
    assert table.links == ["https://example.org/river"]
    assert Flag.HIDDEN_CELLS in table.flags and Flag.HIDDEN_SHEET in hidden.flags
    assert any(mark.number_format == "0.00%" and mark.is_formula for mark in table.marks)
    assert (note.text, note.flags) == ("총사업비 재검토 대상", [Flag.MEMO])
    assert {found.name: found.value for found in document.properties}["author"] == "예산총괄과"


@pytest.mark.parametrize(
    ("label", "codec"),
    [("euc-kr", "cp949"), ("UTF-8", "utf-8"), ("utf-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("UTF-8", "cp949")],
)
def test_the_encoding_is_that_of_the_bytes(label, codec):
    text = SOURCE.read_bytes().decode("cp949")
    blob = Blob(text.replace("euc-kr", label).encode(codec), "예산.xls")
    assert recognise(blob).name == "excel_xml"
    assert texts(FORMAT.read(blob)) == texts(read(SOURCE.read_bytes()))


def test_other_files_are_not_taken_for_one():
    for content in (b"", b"PK\x03\x04", b"<html><table></table></html>", b"<Workbook/>", b"\xff\xfe<\0"):
        assert FORMAT.sniff(Blob(content, "a.xls")) == 0.0
    words = b"the <Workbook> of urn:schemas-microsoft-com:office:spreadsheet"
    assert FORMAT.sniff(Blob(words, "a.txt")) == 0.0


def test_a_cell_that_names_no_column_stands_beside_what_is_merged_from_above():
    rows = f"<Row>{cell('가', MERGED_DOWN)}{cell('나')}</Row><Row>{cell('다')}</Row>"
    assert texts(read(workbook(rows))) == ["가\t나\n\t다"]


def test_moments_by_their_style_or_as_they_are():
    styles = (
        '<Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="t"><NumberFormat'
        ' ss:Format="Short Time"/></Style><Style ss:ID="h"><NumberFormat ss:Format="[h]:mm:ss"/></Style></Styles>'
    )
    cells = [
        ("2026-09-03T00:00:00.000", "d"), ("1899-12-31T14:30:00.000", "t"), ("1900-01-01T01:30:00.000", "h"),
        ("2026-09-03T10:00:00.000", "x"), ("1850-01-02T00:00:00.000", "d"), ("언젠가", "d"),
    ]  # fmt: skip
    row = "".join(cell(text, f'ss:StyleID="{style}"', "DateTime") for text, style in cells)
    (text,) = texts(read(workbook(f"<Row>{row}</Row>", styles)))
    assert text.split("\t") == ["2026-09-03", "14:30:00", "25:30:00", "2026-09-03T10:00:00", "1850-01-02", "언젠가"]


def test_styles_of_rows_and_columns_hold_for_their_cells():
    styles = (
        '<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="m"><NumberFormat'
        ' ss:Format="#,##0"/></Style></Styles>'
    )
    rows = (
        f'<Column ss:Index="2" ss:StyleID="p" ss:Span="1"/><Row>{cell("세목")}{cell("0.5", "", "Number")}</Row>'
        f'<Row ss:StyleID="m">{cell("급여")}{cell("70.0", "", "Number")}</Row>'
    )
    (element,) = read(workbook(rows, styles)).elements
    assert element.text == "세목\t0.5\n급여\t70"
    assert [(mark.row, mark.col, mark.number_format) for mark in element.marks] == [
        (1, 2, "0.00%"), (2, 1, "#,##0"), (2, 2, "#,##0"),
    ]  # fmt: skip


def test_formulas_without_a_value_are_told():
    document = read(workbook(f'<Row>{cell("합계")}<Cell ss:Formula="=SUM(R1C1)"/></Row>'))
    assert document.flags == [Flag.NO_CACHED_VALUES]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (workbook("<Row><Cell></Row>"), "corrupt"),
        (workbook(f'<Row ss:Index="99999999">{cell("가")}</Row>'), "corrupt"),
        (workbook(f'<Row ss:Index="5">{cell("가")}</Row><Row ss:Index="2">{cell("나")}</Row>'), "corrupt"),
        (workbook(f"<Row>{cell('가', FAR)}</Row>"), "corrupt"),
        (workbook(f"<Row>{cell('가')}</Row>").replace(b"<?mso", b'<!DOCTYPE a [<!ENTITY b "c">]><?mso'), "corrupt"),
        (workbook(f"<Row>{cell('가')}</Row>")[:-30], "corrupt"),
        (workbook("<Row><Cell/></Row>"), "no_text"),
    ],
)
def test_broken_and_empty_workbooks_say_so(content, reason):
    with pytest.raises(Failed) as raised:
        read(content)
    assert raised.value.reason == reason


def test_a_row_of_a_registration_number_is_masked():
    rows = f"<Row>{cell('성명')}{cell('주민등록번호')}</Row><Row>{cell('홍길동')}{cell('850101-1234567')}</Row>"
    (reading,) = read_blob(workbook(rows), "명단.xls")
    assert "******-*******" in reading.elements[0].text
