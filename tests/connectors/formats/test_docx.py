import io
import subprocess
import sys
import textwrap
import unicodedata
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from connectors.contract import Blob
from connectors.formats.docx import FORMAT
from schemas.elements import ElementKind
from schemas.outcome import Failed

NAMESPACES = nsdecls("w")
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def saved(document, name="보고.docx"):
    target = io.BytesIO()
    document.save(target)
    return Blob(target.getvalue(), name)


def kinds(document):
    return [(element.kind, element.text) for element in document.elements]


def shape(element):
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in element.table.cells]


def repacked(blob, **parts):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob.content)) as source, zipfile.ZipFile(target, "w") as package:
        for name in source.namelist():
            package.writestr(name, parts.get(name) or source.read(name))
        for name in parts.keys() - set(source.namelist()):
            package.writestr(name, parts[name])
    return Blob(target.getvalue(), blob.name)


def test_headings_come_from_styles_and_from_korean_numbering():
    document = docx.Document()
    document.add_heading("2025년 예산안", level=1)
    document.add_heading("세입", level=2)
    nfd = unicodedata.normalize("NFD", "국세는 △3.2% 줄었다.")
    document.add_paragraph(nfd)
    document.add_paragraph("□ 세입예산 총괄")
    document.add_paragraph("○ 소득세를 정비함으로써 세수를 확보")
    read = FORMAT.read(saved(document))
    assert [(element.kind, element.level, element.text) for element in read.elements] == [
        (ElementKind.TITLE, 1, "2025년 예산안"),
        (ElementKind.TITLE, 2, "세입"),
        (ElementKind.NARRATIVE_TEXT, None, nfd),
        (ElementKind.TITLE, 6, "□ 세입예산 총괄"),
        (ElementKind.LIST_ITEM, None, "○ 소득세를 정비함으로써 세수를 확보"),
    ]
    assert read.elements[2].section_path == ["2025년 예산안", "세입"]
    assert read.title == "2025년 예산안"


def test_merged_cells_and_nested_tables_are_exact():
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row, texts in enumerate([["구분", "예산", ""], ["", "2024", "2025"], ["합계", "1,234", "△56"]]):
        for col, text in enumerate(texts):
            table.cell(row, col).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    inner = table.cell(2, 0).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "안", "쪽"
    table.cell(2, 2).add_paragraph("(확정)")
    outer, nested = FORMAT.read(saved(document)).elements
    assert shape(outer) == [
        (1, 1, 2, 1, "구분"),
        (1, 2, 1, 2, "예산"),
        (2, 2, 1, 1, "2024"),
        (2, 3, 1, 1, "2025"),
        (3, 1, 1, 1, "합계"),
        (3, 2, 1, 1, "1,234"),
        (3, 3, 1, 1, "△56\n(확정)"),
    ]
    assert nested.parent == (0, 3, 1)
    assert shape(nested) == [(1, 1, 1, 1, "안"), (1, 2, 1, 1, "쪽")]


def test_headers_and_footers_are_elements():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "재정경제부"
    document.sections[0].footer.paragraphs[0].text = "대변인실"
    document.add_paragraph("본문이다.")
    assert kinds(FORMAT.read(saved(document))) == [
        (ElementKind.HEADER, "재정경제부"),
        (ElementKind.NARRATIVE_TEXT, "본문이다."),
        (ElementKind.FOOTER, "대변인실"),
    ]


def test_what_the_reader_passes_over_is_read_all_the_same():
    document = docx.Document()
    document.add_paragraph("앞 문단이다.")
    body = document.element.body
    for xml in (
        f"<w:sdt {NAMESPACES}><w:sdtContent><w:p><w:r><w:t>콘텐츠 컨트롤이다.</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f'<w:p {NAMESPACES}><w:r><w:t xml:space="preserve">남은 </w:t></w:r><w:ins w:id="1"><w:r><w:t>더한</w:t></w:r>'
        '</w:ins><w:del w:id="2"><w:r><w:delText>지운</w:delText></w:r></w:del><w:r><w:t> 글이다.</w:t></w:r></w:p>',
        f"<w:p {NAMESPACES}><w:r><w:t>글상자 밖이다.</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r>"
        "<w:t>글상자 안이다.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
        f'<w:p {NAMESPACES} {MATH}><w:r><w:t xml:space="preserve">식은 </w:t></w:r><m:oMath><m:r><m:t>a=b</m:t></m:r>'
        "</m:oMath><w:r><w:t>이다.</w:t></w:r></w:p>",
    ):
        body.insert(len(body) - 1, parse_xml(xml))
    assert kinds(FORMAT.read(saved(document))) == [
        (ElementKind.NARRATIVE_TEXT, "앞 문단이다."),
        (ElementKind.NARRATIVE_TEXT, "콘텐츠 컨트롤이다."),
        (ElementKind.NARRATIVE_TEXT, "남은 더한 글이다."),
        (ElementKind.NARRATIVE_TEXT, "글상자 밖이다."),
        (ElementKind.NARRATIVE_TEXT, "글상자 안이다."),
        (ElementKind.NARRATIVE_TEXT, "식은 이다."),
        (ElementKind.FORMULA, "a=b"),
    ]


def test_of_two_alternatives_of_a_text_box_one_is_read():
    compatibility = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = "<w:txbxContent><w:p><w:r><w:t>글상자이다.</w:t></w:r></w:p></w:txbxContent>"
    document = docx.Document()
    paragraph = (
        f"<w:p {NAMESPACES} {compatibility}><w:r><w:t>본문이다.</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    document.element.body.insert(0, parse_xml(paragraph))
    assert [element.text for element in FORMAT.read(saved(document)).elements] == ["본문이다.", "글상자이다."]


def test_footnotes_follow_the_paragraph_that_refers_to_them():
    document = docx.Document()
    document.add_paragraph("국세수입").add_run()._r.append(parse_xml(f'<w:footnoteReference {NAMESPACES} w:id="2"/>'))
    document.add_paragraph("다음 문단이다.")
    blob = saved(document)
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        relations = package.read("word/_rels/document.xml.rels").decode()
        types = package.read("[Content_Types].xml").decode()
    target = '<Relationship Id="rIdF" Type="http://x/footnotes" Target="footnotes.xml"/></Relationships>'
    override = '<Override PartName="/word/footnotes.xml" ContentType="application/xml"/></Types>'
    notes = (
        f'<w:footnotes {NAMESPACES}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>선</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>추경 기준</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    blob = repacked(
        blob,
        **{
            "word/_rels/document.xml.rels": relations.replace("</Relationships>", target),
            "[Content_Types].xml": types.replace("</Types>", override),
            "word/footnotes.xml": notes,
        },
    )
    assert kinds(FORMAT.read(blob)) == [
        (ElementKind.NARRATIVE_TEXT, "국세수입"),
        (ElementKind.FOOTNOTE, "추경 기준"),
        (ElementKind.NARRATIVE_TEXT, "다음 문단이다."),
    ]


def test_a_paragraph_across_a_page_break_stays_one_and_pages_are_counted():
    document = docx.Document()
    document.add_paragraph("첫 쪽이다.")
    paragraph = document.add_paragraph("앞쪽과 ")
    paragraph.runs[0]._r.append(parse_xml(f"<w:lastRenderedPageBreak {NAMESPACES}/>"))
    paragraph.add_run("뒤쪽에 걸친다.")
    document.add_paragraph("둘째 쪽이다.")
    read = FORMAT.read(saved(document))
    assert [(element.page, element.text) for element in read.elements] == [
        (1, "첫 쪽이다."),
        (1, "앞쪽과 뒤쪽에 걸친다."),
        (2, "둘째 쪽이다."),
    ]


def test_numbers_that_word_prints_are_part_of_the_text():
    document = docx.Document()
    document.add_paragraph("항목이다", style="List Number")
    document.add_paragraph("항목이다", style="List Number")
    assert kinds(FORMAT.read(saved(document))) == [
        (ElementKind.LIST_ITEM, "1. 항목이다"),
        (ElementKind.LIST_ITEM, "2. 항목이다"),
    ]


def test_documents_with_macros_are_read_too():
    document = docx.Document()
    document.add_paragraph("매크로 문서이다.")
    blob = saved(document)
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        types = package.read("[Content_Types].xml").replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )
    blob = repacked(blob, **{"[Content_Types].xml": types})
    assert kinds(FORMAT.read(blob)) == [(ElementKind.NARRATIVE_TEXT, "매크로 문서이다.")]


def test_what_cannot_be_read_has_its_reason():
    blob = saved(docx.Document())
    cases = [
        (blob, "no_text"),
        (Blob(blob.content[:800], "a.docx"), "corrupt"),
        (repacked(blob, **{"word/document.xml": b"<w:document>"}), "corrupt"),
        (repacked(blob, **{"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "corrupt"),
    ]
    for case, reason in cases:
        with pytest.raises(Failed) as failure:
            FORMAT.read(case)
        assert failure.value.reason == reason


def test_only_word_packages_are_recognised():
    assert FORMAT.sniff(saved(docx.Document(), "a.hwp")) == 1.0
    assert FORMAT.sniff(Blob(b"PK\x03\x04", "a.docx")) == 0.0


def test_nothing_reaches_for_the_network(tmp_path):
    document = docx.Document()
    document.add_paragraph(
        "This narrative sentence is long enough. It makes the reader look for verbs in English text."
    )
    path = tmp_path / "english.docx"
    document.save(str(path))
    script = textwrap.dedent(
        """
        import pathlib, socket, sys, threading

        reached = []

        def refuse(*arguments, **named):
            reached.append(arguments)
            raise OSError("no network here")

        socket.socket.connect = socket.socket.connect_ex = refuse
        socket.create_connection = socket.getaddrinfo = refuse

        import importlib
        from connectors.contract import Blob
        from connectors.formats.docx import FORMAT

        for module in FORMAT.preload:
            importlib.import_module(module)
        read = FORMAT.read(Blob(pathlib.Path(sys.argv[1]).read_bytes(), "english.docx"))
        for thread in threading.enumerate():
            if thread is not threading.main_thread():
                thread.join(5)
        print(len(read.elements), len(reached))
        """
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stdout.split() == ["1", "0"], done.stderr
