"""Makes the spreadsheets among the golden sources: `python tests/golden/makers/spreadsheets.py`.

XLS and ODS are made of the XLSX by LibreOffice, XLSB record by record, since nothing at hand writes it.
"""

import datetime
import io
import struct
import subprocess
import tempfile
import zipfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Border, Side

SOURCES = Path(__file__).resolve().parents[1] / "sources"
LINE = Side(style="thin")
BOX = Border(LINE, LINE, LINE, LINE)
OPEN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def budget_workbook() -> bytes:
    workbook = Workbook()
    moment = datetime.datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001 - a property of the file
    workbook.properties.creator, workbook.properties.created = "예산총괄과", moment
    workbook.properties.modified = moment
    sheet = workbook.active
    sheet.title = "총괄"
    sheet.oddHeader.center.text = "2027년도 예산안"
    sheet["A1"] = "2027년도 세출예산 총괄"
    sheet.merge_cells("A1:E1")
    sheet["E3"] = "(단위: 백만원)"
    rows = [
        ("구분", "2026 예산", None, "2027 예산안", "비고"),
        (None, "본예산", "추경", None, None),
        ("인건비", 1234567, 1250000, 1300000.5, "단가 조정"),
        ("기본경비", 45678, 45678, 47000, None),
        ("비율", 0.153, 0.155, 0.1575, None),
    ]
    for number, row in enumerate(rows, start=4):
        for col, value in enumerate(row, start=1):
            cell = sheet.cell(number, col, value)
            cell.border = BOX
            if isinstance(value, int | float):
                cell.number_format = "0.0%" if value < 1 else "#,##0"
    for area in ("A4:A5", "B4:C4", "D4:D5", "E4:E5", "E7:E8"):
        sheet.merge_cells(area)
    sheet["D6"].comment = Comment("국회 수정안 반영 전", "담당자")
    sheet["G4"], sheet["H4"], sheet["I4"] = "회계", "기금 수", "설치일"
    sheet["G5"], sheet["H5"], sheet["I5"] = "일반회계", 0, datetime.date(2027, 1, 1)
    sheet["G6"], sheet["H6"], sheet["I6"] = "특별회계", 21, datetime.date(2026, 12, 31)
    sheet["A11"], sheet["B11"] = "누리집", "열린재정"
    sheet["B11"].hyperlink = "https://www.openfiscaldata.go.kr/"
    sheet.row_dimensions[7].hidden = True
    notes = workbook.create_sheet("내부검토")
    notes.sheet_state = "hidden"
    notes["A1"] = "1. 검토 의견"
    notes["A2"] = "증액 사유를 보완할 것"
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def converted(content: bytes, extension: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "budget.xlsx"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", extension, "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return source.with_suffix(f".{extension}").read_bytes()


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, count = bytearray(), len(data)
    while True:
        size.append(count & 0x7F | (0x80 if count > 0x7F else 0))
        count >>= 7
        if not count:
            return head + bytes(size) + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def at(col: int, style: int = 0) -> bytes:
    return struct.pack("<II", col, style)


def row(number: int, *, is_hidden: bool = False) -> bytes:
    return record(0, struct.pack("<IIHBBB", number, 0, 300, 0, 0x10 if is_hidden else 0, 0) + struct.pack("<I", 0))


def binary_workbook() -> bytes:
    strings = ["세입 총괄", "구분", "2026", "조세", "세외수입", "합계"]
    shared = b"".join(record(19, b"\0" + wide(text)) for text in strings)
    book = record(153, struct.pack("<II", 0, 0) + wide(""))
    book += record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("세입"))
    book += record(156, struct.pack("<II", 2, 2) + wide("rId2") + wide("숨김"))
    blank_border = record(46, bytes(1 + 10 * 5))
    styles = record(44, struct.pack("<H", 164) + wide("#,##0.0")) + blank_border + record(617, struct.pack("<I", 4))
    for format_id in (0, 164, 14, 10):
        styles += record(47, struct.pack("<HHHHH", 0, format_id, 0, 0, 0) + bytes(6))
    styles += record(618)
    sheet = record(60, struct.pack("<4IH", 3, 3, 2560, 0, 1))
    sheet += row(0) + record(7, at(0) + struct.pack("<I", 0))
    sheet += row(2) + record(7, at(0) + struct.pack("<I", 1)) + record(7, at(1) + struct.pack("<I", 2))
    sheet += record(6, at(3) + wide("숨긴 열"))
    sheet += row(3) + record(7, at(0) + struct.pack("<I", 3)) + record(5, at(1, 1) + struct.pack("<d", 367_300.25))
    sheet += record(2, at(2, 2) + struct.pack("<I", 46388 << 2 | 2)) + record(4, at(3) + b"\x01")
    sheet += row(4, is_hidden=True) + record(7, at(0) + struct.pack("<I", 4))
    sheet += record(2, at(1, 3) + struct.pack("<I", 1530 << 2 | 3)) + record(3, at(2) + b"\x07")
    sheet += row(5) + record(7, at(0) + struct.pack("<I", 5))
    sheet += record(9, at(1, 1) + struct.pack("<d", 401_000.0) + bytes(10))
    sheet += record(8, at(2) + wide("확정") + bytes(10))
    sheet += record(176, struct.pack("<4I", 0, 0, 0, 3)) + record(176, struct.pack("<4I", 4, 5, 3, 3))
    sheet += record(479, struct.pack("<H", 0) + wide("&C2027년도 예산안") + struct.pack("<I", 0xFFFFFFFF) * 5)
    hidden = row(0) + record(6, at(0) + wide("내부 검토"))
    parts = [
        ("rId1", "worksheet", "worksheets/sheet1.bin"),
        ("rId2", "worksheet", "worksheets/sheet2.bin"),
        ("rId3", "styles", "styles.bin"),
        ("rId4", "sharedStrings", "sharedStrings.bin"),
    ]
    relations = "".join(
        f'<Relationship Id="{name}" Type="{OPEN}/{kind}" Target="{target}"/>' for name, kind, target in parts
    )
    root = f'<Relationship Id="rId1" Type="{OPEN}/officeDocument" Target="xl/workbook.bin"/>'
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{root}</Relationships>')
        package.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>')
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/styles.bin", styles)
        package.writestr("xl/sharedStrings.bin", shared)
        package.writestr("xl/worksheets/sheet1.bin", sheet)
        package.writestr("xl/worksheets/sheet2.bin", hidden)
    return written.getvalue()


def xml_workbook() -> bytes:
    """A workbook in the XML of Excel 2003, in EUC-KR as older systems write it."""
    head = """<?xml version="1.0" encoding="euc-kr"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:html="http://www.w3.org/TR/REC-html40">
"""
    properties = """<o:DocumentProperties><o:Author>예산총괄과</o:Author><o:Created>2026-08-20T09:00:00Z</o:Created>
</o:DocumentProperties>
<Styles><Style ss:ID="Default" ss:Name="Normal"/>
<Style ss:ID="money"><NumberFormat ss:Format="#,##0"/></Style>
<Style ss:ID="rate" ss:Parent="money"><NumberFormat ss:Format="Percent"/></Style>
<Style ss:ID="day"><NumberFormat ss:Format="Short Date"/></Style></Styles>
"""
    sheet = """<Worksheet ss:Name="세출예산"><Table><Column ss:Width="120"/><Column ss:Index="5" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="4"><Data ss:Type="String">2027년도 세출예산 총괄표</Data></Cell></Row>
<Row><Cell ss:Index="4"><Data ss:Type="String">(단위: 백만원)</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">사업</Data></Cell><Cell ss:MergeAcross="1"><Data
 ss:Type="String">예산액</Data></Cell><Cell ss:MergeDown="1"><Data ss:Type="String">증감률</Data></Cell><Cell
 ss:MergeDown="1"><Data ss:Type="String">담당</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="Number">2026</Data></Cell><Cell><Data ss:Type="Number">2027</Data></Cell></Row>
<Row><Cell ss:HRef="https://example.org/river"><ss:Data ss:Type="String"><html:B>하천</html:B> 정비</ss:Data><Comment
 ss:Author="검토자"><ss:Data>총사업비 <html:B>재검토</html:B> 대상</ss:Data></Comment></Cell><Cell ss:StyleID="money"><Data
 ss:Type="Number">1200</Data></Cell><Cell ss:StyleID="money"><Data ss:Type="Number">1310.5</Data></Cell><Cell
 ss:StyleID="rate" ss:Formula="=RC[-1]/RC[-2]-1"><Data ss:Type="Number">0.092083333333333</Data></Cell><Cell><Data
 ss:Type="String">하천과</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="String">똠방각하&#10;지원</Data></Cell><Cell ss:StyleID="money"><Data
 ss:Type="Number">30</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
<Row ss:Index="8"><Cell><Data ss:Type="String">국회 제출</Data></Cell><Cell ss:StyleID="day"><Data
 ss:Type="DateTime">2026-09-03T00:00:00.000</Data></Cell></Row>
</Table><x:WorksheetOptions><x:PageSetup><x:Header x:Data="&amp;C예산안 &amp;P쪽"/></x:PageSetup></x:WorksheetOptions></Worksheet>
"""
    hidden = """<Worksheet ss:Name="검산"><Table><Row><Cell><Data ss:Type="String">합계 확인</Data></Cell><Cell><Data
 ss:Type="Boolean">1</Data></Cell></Row></Table><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>
</Worksheet></Workbook>
"""
    return (head + properties + sheet + hidden).encode("cp949")


def main() -> None:
    SOURCES.mkdir(parents=True, exist_ok=True)
    workbook = budget_workbook()
    (SOURCES / "xlsx_budget.xlsx").write_bytes(workbook)
    (SOURCES / "xls_budget.xls").write_bytes(converted(workbook, "xls"))
    (SOURCES / "ods_budget.ods").write_bytes(converted(workbook, "ods"))
    (SOURCES / "xlsb_budget.xlsb").write_bytes(binary_workbook())
    (SOURCES / "excel_xml_budget.xml").write_bytes(xml_workbook())
    lines = [
        "2027년도 세출예산 총괄,,", ",,(단위: 백만원)", "부처,2026,2027", '재정경제부,"1,200","1,310"',
        '"기획, 조정",△30,', "똠방각하 사업,1", '주석,"두 줄로\n쓴 칸",-',
    ]  # fmt: skip
    text = "\r\n".join(lines) + "\r\n"
    (SOURCES / "csv_cp949.csv").write_bytes(text.encode("cp949"))
    (SOURCES / "csv_utf8.csv").write_bytes(text.replace(",", ";").encode("utf-8-sig"))
    (SOURCES / "tsv_utf16.tsv").write_bytes("사업\t금액\r\n도로 유지\t100\r\n하천 정비\t250\r\n".encode("utf-16"))


if __name__ == "__main__":
    main()
