"""Word documents as one XML file: the format of Word 2003, and packages laid flat."""

import base64
import zipfile
from pathlib import Path

import lxml.etree as etree
import pytest

from connectors.contract import Blob, Document
from connectors.formats.docx import FORMAT as DOCX
from connectors.formats.word_xml import FORMAT
from connectors.reading import read_blob, recognise
from schemas.elements import ElementKind, Flag

SOURCES = Path(__file__).resolve().parents[2] / "golden" / "sources"
NAMESPACES = (
    'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xmlns:aml="http://schemas.microsoft.com/aml/2001/core"'
)
PACKAGE = "http://schemas.microsoft.com/office/2006/xmlPackage"


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def report(body: str, before: str = "", encoding: str = "utf-8", declared: str = "UTF-8") -> Blob:
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>\n<?mso-application progid="Word.Document"?>\n'
        f"<w:wordDocument {NAMESPACES}>{before}<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>"
    )
    return Blob(text.encode(encoding), "보고.doc")


def kinds(document: Document) -> list[tuple[ElementKind, str]]:
    return [(element.kind, element.text) for element in document.elements]


def flat(content: Path) -> bytes:
    """A package laid flat, as Word saves it as `Word XML Document`."""
    root = etree.Element(f"{{{PACKAGE}}}package", nsmap={"pkg": PACKAGE})
    with zipfile.ZipFile(content) as package:
        names = sorted(package.namelist(), key=lambda name: (name != "_rels/.rels", name != "word/document.xml"))
        for name in names:
            if name == "[Content_Types].xml":
                continue
            part = etree.SubElement(root, f"{{{PACKAGE}}}part", {f"{{{PACKAGE}}}name": f"/{name}"})
            if name.endswith((".xml", ".rels")):
                part.set(f"{{{PACKAGE}}}contentType", "application/xml")
                data = etree.SubElement(part, f"{{{PACKAGE}}}xmlData")
                data.append(etree.fromstring(package.read(name)))
            else:
                data = etree.SubElement(part, f"{{{PACKAGE}}}binaryData")
                data.text = base64.encodebytes(package.read(name)).decode()
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, standalone=True)


def test_a_package_laid_flat_reads_like_the_package():
    path = SOURCES / "docx_report.docx"
    read = FORMAT.read(Blob(flat(path), "보고.xml"))
    whole = DOCX.read(Blob(path.read_bytes(), path.name))

    assert recognise(Blob(flat(path), "보고.xml")) is FORMAT
    assert read.elements == whole.elements
    assert (read.properties, read.title, read.completeness) == (whole.properties, whole.title, whole.completeness)


def test_tables_keep_their_merges_and_what_is_nested_in_them():
    def cell(content: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"

    inner = f"<w:tbl><w:tr>{cell(paragraph('1월'))}</w:tr></w:tbl>"
    begins, spans = '<w:vmerge w:val="restart"/>', '<w:gridSpan w:val="2"/>'
    table = (
        f"<w:tbl><w:tr>{cell(paragraph('구분'), begins)}{cell(paragraph('예산'), spans)}</w:tr>"
        f"<w:tr>{cell('<w:p/>', '<w:vmerge/>')}{cell(paragraph('일반회계'))}{cell(paragraph('특별회계') + inner)}</w:tr></w:tbl>"
    )
    outer, nested = FORMAT.read(report(table)).elements

    assert outer.table is not None
    assert [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in outer.table.cells] == [
        (1, 1, 2, 1, "구분"),
        (1, 2, 1, 2, "예산"),
        (2, 2, 1, 1, "일반회계"),
        (2, 3, 1, 1, "특별회계"),
    ]
    assert (nested.text, nested.parent) == ("1월", (0, 2, 3))


def test_notes_changes_and_comments_come_from_where_they_stand():
    def annotated(kind: str, content: str) -> str:
        return f'<aml:annotation aml:id="1" w:type="Word.{kind}"><aml:content>{content}</aml:content></aml:annotation>'

    body = (
        "<w:p><w:r><w:t>예산을 </w:t></w:r>"
        + annotated("Deletion", "<w:r><w:delText>크게 </w:delText></w:r>")
        + annotated("Insertion", "<w:r><w:t>조금 </w:t></w:r>")
        + "<w:r><w:t>늘렸다.</w:t></w:r><w:r><w:footnote>"
        + paragraph("추경을 포함한다.")
        + "</w:footnote></w:r><w:r>"
        + annotated("Comment", paragraph("근거를 붙일 것"))
        + "</w:r></w:p>"
    )
    document = FORMAT.read(report(body))

    assert kinds(document) == [
        (ElementKind.NARRATIVE_TEXT, "예산을 조금 늘렸다."),
        (ElementKind.FOOTNOTE, "추경을 포함한다."),
        (ElementKind.NARRATIVE_TEXT, "근거를 붙일 것"),
    ]
    assert [element.flags for element in document.elements] == [[Flag.TRACKED_CHANGE], [], [Flag.MEMO]]


def test_comments_are_put_into_new_words_like_the_text():
    comment = (
        f'<wx:sub-section xmlns:x="urn:example"><x:wrapper>{paragraph("쪽마다 확인")}</x:wrapper></wx:sub-section>'
    )
    annotation = f'<aml:annotation w:type="Word.Comment"><aml:content>{comment}</aml:content></aml:annotation>'
    document = FORMAT.read(report(f"<w:p><w:r><w:t>점검한다.</w:t>{annotation}</w:r></w:p>"))

    assert [element.text for element in document.elements] == ["점검한다.", "쪽마다 확인"]


def test_numbers_of_lists_are_printed():
    lists = (
        '<w:lists><w:listDef w:listDefId="3"><w:lvl w:ilvl="0"><w:start w:val="2"/><w:nfc w:val="1"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:listDef><w:list w:ilfo="5"><w:ilst w:val="3"/></w:list></w:lists>'
    )
    numbered = '<w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="5"/></w:listPr></w:pPr>'
    document = FORMAT.read(report(paragraph("세입", numbered) + paragraph("세출", numbered), lists))

    assert [element.text for element in document.elements] == ["II. 세입", "III. 세출"]


def test_each_section_stands_between_its_header_and_its_footer():
    def section(number: int) -> str:
        header = f'<w:hdr w:type="odd">{paragraph(f"머리 {number}")}</w:hdr>'
        footer = f'<w:ftr w:type="odd">{paragraph(f"꼬리 {number}")}</w:ftr>'
        return f"{paragraph(f'본문 {number}')}<w:sectPr>{header}{footer}</w:sectPr>"

    document = FORMAT.read(report(f"{section(1)}</wx:sect><wx:sect>{section(2)}"))

    assert [element.text for element in document.elements] == [
        "머리 1",
        "본문 1",
        "꼬리 1",
        "머리 2",
        "본문 2",
        "꼬리 2",
    ]


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp949", "euc-kr"), ("utf-8", "euc-kr")]
)
def test_encodings_of_korean_systems_are_read(encoding: str, declared: str):
    # 뷁 is a syllable that EUC-KR itself does not know.
    blob = report(paragraph("뷁 예산안을 의결하였다."), encoding=encoding, declared=declared)

    assert recognise(blob) is FORMAT
    assert [element.text for element in FORMAT.read(blob).elements] == ["뷁 예산안을 의결하였다."]


def test_a_picture_longer_than_the_parser_allows_does_no_harm():
    data = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + bytes(9_000_000)).decode()
    picture = f'<w:p><w:r><w:pict><w:binData w:name="wordml://01.png">{data}</w:binData></w:pict></w:r></w:p>'

    assert [element.text for element in FORMAT.read(report(picture + paragraph("본문이다."))).elements] == ["본문이다."]


@pytest.mark.parametrize(
    "content",
    [
        report(paragraph("예산안")).content[:-40],
        report(paragraph("예산안")).content.replace(b"?>\n<?mso", b'?>\n<!DOCTYPE a [<!ENTITY b "c">]><?mso'),
        report(paragraph("예산안")).content.replace(b"w:body", b"w:bodi"),
        report("<wx:sub-section>" * 100_000 + "</wx:sub-section>" * 100_000).content,
        flat(SOURCES / "docx_report.docx").replace(b'name="/word/document.xml"', b'name="/word/documenx.xml"'),
    ],
    ids=["cut off", "document type", "without a body", "deep", "package without its main part"],
)
def test_broken_documents_are_corrupt(content: bytes):
    (reading,) = read_blob(content, "보고.doc")

    assert (reading.format, reading.reason) == ("word_xml", "corrupt")


def test_many_wrappers_beside_each_other_cost_no_more_than_their_number():
    words = "".join(
        f'<s:place xmlns:s="urn:schemas-microsoft-com:office:smarttags"><w:r><w:t>{n} </w:t></w:r></s:place>'
        for n in range(20_000)
    )
    (element,) = FORMAT.read(report(f"<w:p>{words}</w:p>")).elements

    assert element.text.split() == [str(n) for n in range(20_000)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
        b"<html xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'><body>x</body></html>",
        b"http://schemas.microsoft.com/office/word/2003/wordml <w:wordDocument >",
        b"<pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'><pkg:part pkg:name='/ppt/x'/>",
    ],
)
def test_other_markup_is_none_of_ours(content: bytes):
    assert FORMAT.sniff(Blob(content, "보고.doc")) == 0.0
