"""Makes word_xml_report.doc of the golden set: an invented report in the XML of Word 2003, as Word itself writes it.

Run by hand: `.venv/bin/python tests/golden/makers/word_xml.py`.
"""

import base64
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "sources"
PIXEL = base64.b64encode(bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff03000006000557"
    "bfabd40000000049454e44ae426082"
)).decode()  # fmt: skip
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "w": "http://schemas.microsoft.com/office/word/2003/wordml",
        "wx": "http://schemas.microsoft.com/office/word/2003/auxHint",
        "aml": "http://schemas.microsoft.com/aml/2001/core",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "st1": "urn:schemas-microsoft-com:office:smarttags",
        "ns0": "urn:example:budget",
    }.items()
)


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def paragraph(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else run(content)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def cell(text: str, properties: str = "", more: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{properties}</w:tcPr>{more}{paragraph(text)}</w:tc>'


def change(kind: str, content: str = "") -> str:
    head = f'aml:id="7" w:type="Word.{kind}" aml:author="김예산" aml:createdate="2026-03-04T10:00:00Z"'
    return f"<aml:annotation {head}><aml:content>{content}</aml:content></aml:annotation>"


def item(text: str, level: int, label: str) -> str:
    hint = f'<wx:t wx:val="{label}" wx:wTabBefore="400" wx:wTabAfter="100"/><wx:font wx:val="바탕"/>'
    return paragraph(text, f'<w:listPr><w:ilvl w:val="{level}"/><w:ilfo w:val="1"/>{hint}</w:listPr>')


RESTART, CONTINUE = '<w:vmerge w:val="restart"/>', "<w:vmerge/>"
NESTED = (
    f"<w:tbl><w:tblPr/><w:tr>{cell('상반기')}{cell('6,000')}</w:tr><w:tr>{cell('하반기')}{cell('7,579')}</w:tr></w:tbl>"
)
TABLE = f"""<w:tbl><w:tblPr><w:tblStyle w:val="a3"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid>
<w:tr>{cell("사업", RESTART)}{cell("예산", '<w:gridSpan w:val="2"/>')}{cell("비고", RESTART)}</w:tr>
<w:tr>{cell("<w:r/>", CONTINUE)}{cell("2025년")}{cell("2026년")}{cell("<w:r/>", CONTINUE)}</w:tr>
<ns0:row><w:tr>{cell("청년 일자리")}{cell("12,345")}{cell("13,579")}{cell("세부 내역", "", NESTED)}</w:tr></ns0:row>
<w:tr>{cell("디지털 전환")}{cell("8,800")}{cell("△8,800")}{cell("종료")}</w:tr></w:tbl>"""
FOOTNOTE = (
    f"<w:r><w:footnote><w:p><w:r><w:footnoteRef/></w:r>{run('2025년 결산을 기준으로 한다.')}</w:p></w:footnote></w:r>"
)
ENDNOTE = f"<w:r><w:endnote>{paragraph('확정치는 5월에 공표한다.')}</w:endnote></w:r>"
BOX = (
    '<w:r><w:pict><v:shape type="#_x0000_t202"><v:textbox><w:txbxContent>'
    + paragraph("참고: 글상자에 적은 내용")
    + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
PICTURE = (
    f'<w:r><w:pict><w:binData w:name="wordml://02000001.png">{PIXEL}</w:binData>'
    '<v:shape><v:imagedata src="wordml://02000001.png" o:title="로고"/></v:shape></w:pict></w:r>'
)
LINK = f'<w:hlink w:dest="https://www.example.go.kr/budget">{run("누리집")}</w:hlink>'
PAGE_FIELD = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

REPORT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<?mso-application progid="Word.Document"?>
<w:wordDocument {NAMESPACES} w:macrosPresent="no" w:embeddedObjPresent="no" w:ocxPresent="no" xml:space="preserve">
<o:DocumentProperties><o:Title>2026년 재정사업 점검 보고</o:Title><o:Subject>재정사업</o:Subject><o:Author>예산총괄과</o:Author>
<o:Keywords>예산, 점검</o:Keywords><o:LastAuthor>김예산</o:LastAuthor><o:Created>2026-03-02T09:00:00Z</o:Created>
<o:LastSaved>2026-03-05T18:30:00Z</o:LastSaved><o:Pages>2</o:Pages></o:DocumentProperties>
<w:lists><w:listDef w:listDefId="0"><w:plt w:val="Multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="24"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:nfc w:val="18"/><w:lvlText w:val="%2"/></w:lvl></w:listDef>
<w:list w:ilfo="1"><w:ilst w:val="0"/></w:list></w:lists>
<w:styles><w:style w:type="paragraph" w:default="on" w:styleId="a"><w:name w:val="Normal"/><wx:uiName wx:val="표준"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><wx:uiName wx:val="제목 1"/><w:basedOn w:val="a"/>
<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><wx:uiName wx:val="제목 2"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="a4"><w:name w:val="caption"/><w:basedOn w:val="a"/></w:style></w:styles>
<w:docPr><w:view w:val="print"/><w:evenAndOddHeaders/></w:docPr>
<w:body><wx:sect>
<wx:sub-section>{paragraph("점검 개요", '<w:pStyle w:val="1"/>')}
<w:p>{run("재정사업 128개를 점검하였다")}{FOOTNOTE}{run(". 자세한 것은 ")}{LINK}{run("에 있다.")}</w:p>
<wx:sub-section>{paragraph("점검 방법", '<w:pStyle w:val="2"/>')}
{item("부처 자료를 모은다.", 0, "가.")}{item("현장을 확인한다.", 0, "나.")}{item("표본 12곳", 1, "①")}
<w:p><st1:place w:st="on">{run("세종")}</st1:place>{run(" 청사에서 의견을 ")}{change("Insertion", run("모두 "))}{run("반영하였다.")}
<w:r>{change("Comment", paragraph("근거 자료를 붙일 것"))}</w:r>
{change("Deletion", "<w:r><w:delText>지워진 문장이다.</w:delText></w:r>")}</w:p></wx:sub-section></wx:sub-section>
<w:p><w:pPr><w:sectPr><w:hdr w:type="odd">{paragraph("재정사업 점검")}</w:hdr>
<w:ftr w:type="odd"><w:p>{run("- ")}{PAGE_FIELD}{run(" -")}</w:p></w:ftr></w:sectPr></w:pPr></w:p></wx:sect>
<wx:sect><wx:sub-section>{paragraph("점검 결과", '<w:pStyle w:val="1"/>')}
{paragraph("표 1. 사업별 예산", '<w:pStyle w:val="a4"/>')}
<wx:pBdrGroup><wx:borders/>{paragraph("(단위: 백만원)", '<w:jc w:val="right"/>')}</wx:pBdrGroup>
{TABLE}
<w:p>{run("위 표는 잠정치이다")}{ENDNOTE}{run(".")}<w:r><w:br/><w:t>둘째 줄</w:t></w:r></w:p>
<w:p>{PICTURE}{BOX}{run("끝 문단이다.")}</w:p></wx:sub-section>
<w:sectPr><w:hdr w:type="odd">{paragraph("재정사업 점검 결과")}</w:hdr><w:hdr w:type="even">{paragraph("짝수 쪽 머리글")}</w:hdr>
</w:sectPr></wx:sect></w:body></w:wordDocument>
"""

if __name__ == "__main__":
    (SOURCES / "word_xml_report.doc").write_text(REPORT, encoding="utf-8")
