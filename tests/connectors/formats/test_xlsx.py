import datetime
import io
import re
import time
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Border, Side, numbers

from connectors.contract import Blob
from connectors.formats.xlsx import FORMAT
from connectors.sheets import worksheets
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(workbook, name="예산.xlsx"):
    target = io.BytesIO()
    workbook.save(target)
    return Blob(target.getvalue(), name)


def filled(rows, **merges):
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "총괄"
    for place, value in rows.items():
        sheet[place] = value
    for area in merges.get("merge", ()):
        sheet.merge_cells(area)
    return workbook


def with_part(blob, name, content):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob.content)) as source, zipfile.ZipFile(target, "w") as package:
        for member in source.namelist():
            package.writestr(member, content if member == name else source.read(member))
    return Blob(target.getvalue(), blob.name)


def shape(element):
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in element.table.cells if cell.text]


def test_blocks_are_parted_by_empty_rows_and_carry_sheet_range_and_unit():
    rows = {
        "A1": "2025년 예산 총괄",
        "C3": "(단위: 백만원)",
        "A4": "구분",
        "B4": "2024",
        "C4": "2025",
        "A5": "세입",
        "B5": 612345,
        "C5": "△1,234",
        "B8": "비고",
        "C8": "확정",
    }
    document = FORMAT.read(saved(filled(rows)))
    assert [(element.kind, element.sheet, element.locator.cells) for element in document.elements] == [
        (ElementKind.NARRATIVE_TEXT, "총괄", "A1"),
        (ElementKind.NARRATIVE_TEXT, "총괄", "C3"),
        (ElementKind.TABLE, "총괄", "A4:C5"),
        (ElementKind.TABLE, "총괄", "B8:C8"),
    ]
    table = document.elements[2]
    assert table.table.unit == "백만원"
    assert shape(table) == [
        (1, 1, 1, 1, "구분"),
        (1, 2, 1, 1, "2024"),
        (1, 3, 1, 1, "2025"),
        (2, 1, 1, 1, "세입"),
        (2, 2, 1, 1, "612345"),
        (2, 3, 1, 1, "△1,234"),
    ]
    assert len(table.table.cells) == 6


def test_merged_cells_keep_their_spans_and_what_they_hide_is_not_shown():
    rows = {"A1": "구분", "B1": "예산", "B2": "2024", "C2": "2025", "A3": "합계", "B3": 1, "C3": 2}
    blob = saved(filled(rows, merge=("A1:A2", "B1:C1")))
    assert shape(FORMAT.read(blob).elements[0])[:2] == [(1, 1, 2, 1, "구분"), (1, 2, 1, 2, "예산")]
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    hidden = re.sub(r'(<row r="1".*?)(</row>)', r'\1<c r="C1"><v>999</v></c>\2', sheet)
    assert hidden != sheet
    element = FORMAT.read(with_part(blob, "xl/worksheets/sheet1.xml", hidden)).elements[0]
    assert "999" not in element.text
    assert shape(element)[1] == (1, 2, 1, 2, "예산")


def test_values_read_as_people_write_them():
    workbook = filled({f"A{row}": value for row, value in enumerate(["값", 3.0, 0.1, -1e-7, 1e15, True], start=1)})
    sheet = workbook.active
    sheet["A7"] = datetime.date(2025, 1, 31)
    sheet["A8"] = datetime.datetime.fromisoformat("2025-01-31T09:30")
    sheet["A9"] = datetime.time(9, 30)
    sheet["A10"] = datetime.timedelta(hours=26, minutes=5)
    sheet["A11"], sheet["A11"].number_format = 0.153, numbers.FORMAT_PERCENTAGE_00
    sheet["A12"], sheet["A12"].number_format = 45688, 'yyyy"년" mm"월" dd"일"'
    sheet["A13"] = "00123"
    assert [cell.text for cell in FORMAT.read(saved(workbook)).elements[0].table.cells] == [
        "값",
        "3",
        "0.1",
        "-1e-07",
        "1000000000000000",
        "TRUE",
        "2025-01-31",
        "2025-01-31T09:30:00",
        "09:30:00",
        "26:05:00",
        "0.153",
        "2025-01-31",
        "00123",
    ]


def test_the_date_formats_that_only_east_asian_editions_know_are_dates():
    blob = saved(filled({"A1": "기준일", "A2": 45688}))
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        styles = package.read("xl/styles.xml").decode()
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    korean = styles.replace("<cellXfs ", '<cellXfs x="').replace('<cellXfs x="count', "<cellXfs count")
    korean = korean.replace("</cellXfs>", '<xf numFmtId="31" fontId="0" fillId="0" borderId="0"/></cellXfs>')
    blob = with_part(blob, "xl/styles.xml", korean)
    blob = with_part(blob, "xl/worksheets/sheet1.xml", sheet.replace('<c r="A2"', '<c r="A2" s="1"'))
    assert FORMAT.read(blob).elements[0].text == "기준일\n2025-01-31"


def test_a_cell_in_the_far_corner_costs_nothing():
    blob = saved(filled({"A1": "가", "B1": "나", "XFD1048576": "끝"}))
    started = time.process_time()
    document = FORMAT.read(blob)
    assert time.process_time() - started < 20
    assert [element.locator.cells for element in document.elements] == ["A1:B1", "XFD1048576"]


def test_a_merge_over_the_whole_sheet_and_far_columns_cost_nothing():
    rows = {f"A{row}": "가" for row in range(1, 200)} | {f"XFD{row}": "나" for row in range(1, 200)}
    blob = saved(filled(rows))
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    merged = sheet.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A300:XFD1048576"/></mergeCells>')
    started = time.process_time()
    document = FORMAT.read(with_part(blob, "xl/worksheets/sheet1.xml", merged))
    assert time.process_time() - started < 20
    assert [element.locator.cells for element in document.elements] == ["A1:A199", "XFD1:XFD199"]


def test_a_title_merged_across_a_whole_row_ends_where_the_table_ends():
    rows = {"A1": "세출 총괄", "A2": "구분", "B2": "예산"}
    blob = saved(filled(rows))
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    merged = sheet.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1"/></mergeCells>')
    document = FORMAT.read(with_part(blob, "xl/worksheets/sheet1.xml", merged))
    assert shape(document.elements[0]) == [(1, 1, 1, 2, "세출 총괄"), (2, 1, 1, 1, "구분"), (2, 2, 1, 1, "예산")]


def test_a_long_sheet_is_split_into_tables_of_two_thousand_rows():
    workbook = Workbook()
    for row in range(4_500):
        workbook.active.append([f"사업{row}", row])
    document = FORMAT.read(saved(workbook))
    assert [element.locator.cells for element in document.elements] == ["A1:B2000", "A2001:B4000", "A4001:B4500"]
    assert document.elements[1].table.cells[0].text == "사업2000"


def test_hidden_sheets_comments_and_running_lines_are_read():
    workbook = filled({"A1": "세입", "B1": "1"})
    workbook.active["B1"].comment = Comment("국회 수정안 반영 전", "작성자")
    workbook.active.oddHeader.center.text = "재정경제부 &P"
    hidden = workbook.create_sheet("숨김")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "내부 검토"
    document = FORMAT.read(saved(workbook))
    assert [(element.kind, element.sheet, element.text) for element in document.elements] == [
        (ElementKind.HEADER, "총괄", "재정경제부"),
        (ElementKind.TABLE, "총괄", "세입\t1"),
        (ElementKind.NARRATIVE_TEXT, "총괄", "국회 수정안 반영 전"),
        (ElementKind.NARRATIVE_TEXT, "숨김", "내부 검토"),
    ]


def test_the_last_computed_value_of_a_formula_is_read():
    blob = saved(filled({"A1": "합계", "B1": "=SUM(C1:C9)", "C1": 1}))
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    computed = sheet.replace("<f>SUM(C1:C9)</f><v />", "<f>SUM(C1:C9)</f><v>1234.5</v>")
    computed = computed.replace("<f>SUM(C1:C9)</f><v></v>", "<f>SUM(C1:C9)</f><v>1234.5</v>")
    assert FORMAT.read(with_part(blob, "xl/worksheets/sheet1.xml", computed)).elements[0].text == "합계\t1234.5\t1"


def test_escapes_are_undone_and_half_a_surrogate_pair_breaks_nothing():
    workbook = filled({"A1": "첫 줄_x000D_\n둘째 줄", "B1": "_xD83D_ 반쪽"})
    assert [cell.text for cell in FORMAT.read(saved(workbook)).elements[0].table.cells] == [
        "첫 줄\n둘째 줄",
        "\ufffd 반쪽",
    ]


def test_broken_styles_keep_nobody_from_the_cells():
    blob = saved(filled({"A1": "세입", "B1": 367}))
    broken = f'<styleSheet xmlns="{MAIN}"><fills><fill><nonsense/></fill></fills></styleSheet>'
    assert FORMAT.read(with_part(blob, "xl/styles.xml", broken)).elements[0].text == "세입\t367"


def test_what_cannot_be_read_has_its_reason(monkeypatch):
    blob = saved(filled({"A1": "가", "B1": "나"}))
    bomb = f'<worksheet xmlns="{MAIN}"><sheetData>{" " * 2_000_000}</sheetData></worksheet>'
    deflated = io.BytesIO()
    with zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}"/>')
        package.writestr("xl/worksheets/sheet1.xml", bomb)
    entities = (
        f'<!DOCTYPE a [<!ENTITY b "c">]><worksheet xmlns="{MAIN}"><sheetData><row><c/></row></sheetData></worksheet>'
    )
    monkeypatch.setattr(worksheets, "MAX_CELLS", 1)
    cases = [
        (saved(Workbook()), "no_text"),
        (blob, "too_many_elements"),
        (Blob(deflated.getvalue(), "a.xlsx"), "archive_bomb"),
        (with_part(blob, "xl/worksheets/sheet1.xml", entities), "corrupt"),
        (with_part(blob, "xl/worksheets/sheet1.xml", "<worksheet>"), "corrupt"),
        (Blob(blob.content[:500], "a.xlsx"), "corrupt"),
    ]
    for case, reason in cases:
        with pytest.raises(Failed) as failure:
            FORMAT.read(case)
        assert failure.value.reason == reason


def test_only_workbooks_of_xml_are_recognised():
    assert FORMAT.sniff(saved(filled({"A1": "가"}), "a.hwpx")) == 1.0
    assert FORMAT.sniff(Blob(b"PK\x03\x04", "a.xlsx")) == 0.0
    binary = io.BytesIO()
    with zipfile.ZipFile(binary, "w") as package:
        package.writestr("xl/workbook.bin", b"")
    assert FORMAT.sniff(Blob(binary.getvalue(), "a.xlsx")) == 0.0


def test_number_formats_formulas_and_hidden_parts_are_marked():
    workbook = filled({"A1": "구분", "B1": 1234, "C1": 0.153, "A2": "숨긴 행", "B2": "=B1", "D1": "숨긴 열"})
    sheet = workbook.active
    sheet["B1"].number_format, sheet["C1"].number_format = "#,##0", "0.0%"
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["D"].hidden = True
    document = FORMAT.read(saved(workbook))
    (table,) = document.elements
    assert table.flags == [Flag.HIDDEN_CELLS]
    assert document.flags == [Flag.NO_CACHED_VALUES]
    marks = {(m.row, m.col): (m.number_format, m.is_formula, m.is_hidden) for m in table.marks}
    assert marks == {
        (1, 2): ("#,##0", False, False),
        (1, 3): ("0.0%", False, False),
        (1, 4): (None, False, True),
        (2, 1): (None, False, True),
        (2, 2): (None, True, True),
    }
    assert table.table.cells[5].text == ""


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_flagged(state):
    workbook = filled({"A1": "세입", "B1": "1"})
    workbook.create_sheet("내부")["A1"] = "검토"
    workbook["내부"].sheet_state = state
    shown, hidden = FORMAT.read(saved(workbook)).elements
    assert (shown.flags, hidden.flags) == ([], [Flag.HIDDEN_SHEET])


def test_links_of_cells_and_of_formulas_are_kept():
    workbook = filled({"A1": "누리집", "B1": "열린재정", "C1": '=HYPERLINK("https://www.moef.go.kr/","재경부")'})
    workbook.active["B1"].hyperlink = "https://www.openfiscaldata.go.kr/"
    (table,) = FORMAT.read(saved(workbook)).elements
    assert table.links == ["https://www.openfiscaldata.go.kr/", "https://www.moef.go.kr/"]


def test_texts_of_drawings_titles_of_charts_and_properties_are_read():
    workbook = filled({"A1": "세입", "B1": 1})
    chart = BarChart()
    chart.title = "연도별 세입"
    workbook.active.add_chart(chart)
    workbook.properties.creator = "예산과"
    blob = saved(workbook)
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    box = (
        '<sp xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><txBody><a:p><a:r><a:t>글상자 </a:t></a:r>'
        "<a:r><a:t>설명</a:t></a:r></a:p></txBody></sp></wsDr>"
    )
    document = FORMAT.read(with_part(blob, "xl/drawings/drawing1.xml", drawing.replace("</wsDr>", box)))
    assert [(e.text, e.flags) for e in document.elements[1:]] == [
        ("글상자 설명", [Flag.TEXT_BOX]),
        ("연도별 세입", [Flag.TEXT_BOX]),
    ]
    assert ("author", "예산과") in [(found.name, found.value) for found in document.properties]


def test_embedded_files_are_members_even_if_there_is_no_text():
    blob = saved(Workbook())
    target = io.BytesIO(blob.content)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("xl/embeddings/Workbook1.xlsx", saved(filled({"A1": "안"})).content)
        package.writestr("xl/media/image1.emf", b"\x01\x00\x00\x00")
    document = FORMAT.read(Blob(target.getvalue(), "a.xlsx"))
    assert [(member.path, member.is_embedded) for member in document.members] == [
        ("xl/embeddings/Workbook1.xlsx", True)
    ]


def test_a_blank_separator_row_inside_a_ruled_table_parts_nothing():
    rows = {"A1": "구분", "B1": "금액", "A2": "세입", "B2": 1, "A4": "세출", "B4": 2}
    assert [e.locator.cells for e in FORMAT.read(saved(filled(rows))).elements] == ["A1:B2", "A4:B4"]
    workbook = filled(rows)
    line = Side(style="thin")
    for row in range(1, 5):
        for col in (1, 2):
            workbook.active.cell(row, col).border = Border(line, line, line, line)
    assert [e.locator.cells for e in FORMAT.read(saved(workbook)).elements] == ["A1:B4"]


def test_cells_that_name_no_place_follow_the_one_before_them():
    blob = saved(filled({"A1": "가", "B1": "나"}))
    rows = (
        '<row><c t="inlineStr"><is><t>가</t></is></c><c/><c t="inlineStr"><is><t>다</t></is></c></row>'
        '<row r="2"><c r="A2"/><c t="inlineStr"><is><t>라</t></is></c><c r="C2"><v>5</v></c></row>'
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    (table,) = FORMAT.read(with_part(blob, "xl/worksheets/sheet1.xml", sheet)).elements
    assert shape(table) == [(1, 1, 1, 1, "가"), (1, 3, 1, 1, "다"), (2, 2, 1, 1, "라"), (2, 3, 1, 1, "5")]


@pytest.mark.parametrize(
    "cell",
    ['<c r="A2" t="s"><v>900</v></c>', '<c r="A9999999"><v>7</v></c>', '<c r="A2" t="s"><f>B1</f><v>900</v></c>'],
    ids=["a text that is not there", "a row that no sheet has", "a text that is not there, computed"],
)
def test_a_cell_that_names_what_does_not_exist_is_told(cell):
    blob = saved(filled({"A1": "인건비", "B1": 10}))
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    damaged = sheet.replace("</sheetData>", f'<row r="2">{cell}</row></sheetData>')
    read = FORMAT.read(with_part(blob, "xl/worksheets/sheet1.xml", damaged.encode()))
    assert read.flags == [Flag.LOW_COVERAGE]
    assert FORMAT.read(blob).flags == []
