import io
import re
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


def grown(paragraphs, **parts):
    """A document of paragraphs in markup, with parts that it relates to."""
    document = docx.Document()
    for xml in paragraphs:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))
    blob = saved(document)
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        relations = package.read("word/_rels/document.xml.rels").decode()
        types = package.read("[Content_Types].xml").decode()
    added = "".join(f'<Relationship Id="x{n}" Type="http://x/{n}" Target="{n}.xml"/>' for n in parts)
    overrides = "".join(f'<Override PartName="/word/{n}.xml" ContentType="application/xml"/>' for n in parts)
    return repacked(
        blob,
        **{
            "word/_rels/document.xml.rels": relations.replace("</Relationships>", f"{added}</Relationships>"),
            "[Content_Types].xml": types.replace("</Types>", f"{overrides}</Types>"),
            **{f"word/{name}.xml": xml for name, xml in parts.items()},
        },
    )


def table(*rows):
    return f"<w:tbl {NAMESPACES}><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def row(*cells, properties=""):
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_rows_that_begin_late_or_end_early_and_merges_of_all_kinds():
    xml = table(
        row(
            cell("가", '<w:vMerge w:val="restart"/>'),
            cell("나", '<w:hMerge w:val="restart"/>'),
            cell("", "<w:hMerge/>"),
        ),
        row(cell("", "<w:vMerge/>"), cell("다", '<w:gridSpan w:val="2"/>')),
        row(cell("라"), properties='<w:trPr><w:gridBefore w:val="1"/><w:gridAfter w:val="1"/></w:trPr>'),
        row(cell("마", "<w:vMerge/>"), cell("바"), cell("사")),
    )
    (only,) = FORMAT.read(grown([xml])).elements
    assert shape(only) == [
        (1, 1, 2, 1, "가"), (1, 2, 1, 2, "나"), (2, 2, 1, 2, "다"), (3, 1, 1, 1, ""), (3, 2, 1, 1, "라"), (3, 3, 1, 1, ""),
        (4, 1, 1, 1, "마"), (4, 2, 1, 1, "바"), (4, 3, 1, 1, "사"),
    ]  # fmt: skip


def test_spans_that_all_rows_have_are_kept():
    (only,) = FORMAT.read(grown([table(row(cell("가"), cell("나", '<w:gridSpan w:val="2"/>')))])).elements
    assert (only.table.n_cols, shape(only)) == (3, [(1, 1, 1, 1, "가"), (1, 2, 1, 2, "나")])


def test_changes_are_taken_in_and_flagged():
    change = 'w:id="1" w:author="심사"'
    read = FORMAT.read(
        grown([
            f"<w:p {NAMESPACES}><w:r><w:t>그대로이다.</w:t></w:r></w:p>",
            f"<w:p {NAMESPACES}><w:ins {change}><w:r><w:t>더한 글이다.</w:t></w:r></w:ins></w:p>",
            f"<w:p {NAMESPACES}><w:pPr><w:rPr><w:del {change}/></w:rPr></w:pPr><w:r><w:t>앞과 </w:t></w:r></w:p>",
            f"<w:p {NAMESPACES}><w:r><w:t>뒤가 이어졌다.</w:t></w:r></w:p>",
            table(row(cell("남은 줄")), row(cell("지운 줄"), properties=f"<w:trPr><w:del {change}/></w:trPr>")),
        ])
    )  # fmt: skip
    assert [(element.text, [flag.value for flag in element.flags]) for element in read.elements] == [
        ("그대로이다.", []),
        ("더한 글이다.", ["tracked_change"]),
        ("앞과 뒤가 이어졌다.", ["tracked_change"]),
        ("남은 줄", ["tracked_change"]),
    ]
    assert [flag.value for flag in read.flags] == ["tracked_change"]


def test_comments_boxes_and_hidden_text_are_flagged_where_they_hang():
    comments = f'<w:comments {NAMESPACES}><w:comment w:id="3"><w:p><w:r><w:t>메모이다.</w:t></w:r></w:p></w:comment></w:comments>'
    read = FORMAT.read(
        grown(
            [
                f'<w:p {NAMESPACES}><w:r><w:t>본문이다.</w:t></w:r><w:r><w:commentReference w:id="3"/></w:r></w:p>',
                f"<w:p {NAMESPACES}><w:r><w:rPr><w:vanish/></w:rPr><w:t>숨은 글이다.</w:t></w:r><w:r><w:pict><w:txbxContent>"
                "<w:p><w:r><w:t>글상자이다.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>",
            ],
            comments=comments,
        )
    )
    assert [(element.text, [flag.value for flag in element.flags]) for element in read.elements] == [
        ("본문이다.", []),
        ("메모이다.", ["memo"]),
        ("숨은 글이다.", ["hidden_text"]),
        ("글상자이다.", ["text_box"]),
    ]


def test_links_come_from_relations_and_from_fields():
    document = docx.Document()
    paragraph = document.add_paragraph("자세한 것은 ")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    number = document.part.relate_to("https://example.go.kr/a", kind, is_external=True)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<w:hyperlink {NAMESPACES} xmlns:r="{office}" r:id="{number}"><w:r><w:t>여기</w:t></w:r></w:hyperlink>'
    field = f'<w:r {NAMESPACES}><w:instrText> HYPERLINK "https://example.go.kr/b" </w:instrText></w:r>'
    paragraph._p.extend([parse_xml(link), parse_xml(field)])
    (only,) = FORMAT.read(saved(document)).elements
    assert (only.text, only.links) == ("자세한 것은 여기", ["https://example.go.kr/a", "https://example.go.kr/b"])


def test_equations_are_on_a_line():
    def run(text):
        return f"<m:r><m:t>{text}</m:t></m:r>"

    fraction = f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('c')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>"
    root = f"<m:rad><m:deg/><m:e>{run('y')}</m:e></m:rad>"
    limits = f"<m:sub>{run('i=1')}</m:sub><m:sup>{run('n')}</m:sup>"
    total = f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>{limits}<m:e>{run("k")}</m:e></m:nary>'
    xml = f"<w:p {NAMESPACES} {MATH}><m:oMath>{fraction}{power}{root}{total}</m:oMath></w:p>"
    assert kinds(FORMAT.read(grown([xml]))) == [(ElementKind.FORMULA, "(a+b)/cx^2√y∑_(i=1)^n k")]


def test_objects_inside_are_members_and_the_document_says_who_wrote_it():
    document = docx.Document()
    document.add_paragraph("본문이다.")
    document.core_properties.author = "예산담당"
    inner = saved(document)
    blob = repacked(
        saved(document), **{"word/embeddings/sheet.docx": inner.content, "word/media/small.png": b"\x89PNG"}
    )
    read = FORMAT.read(blob)
    assert [(member.path, member.is_embedded) for member in read.members] == [("word/embeddings/sheet.docx", True)]
    assert {entry.name: entry.value for entry in read.properties}["author"] == "예산담당"


def test_numbered_headings_of_korean_documents_are_headings():
    document = docx.Document()
    document.add_paragraph("총칙", style="List Number")
    numbering = document.part.numbering_part.element
    for entry in numbering.iter("{*}lvlText"):
        entry.set(next(iter(entry.attrib)), "제%1장")
    (only,) = FORMAT.read(saved(document)).elements
    assert (only.kind, only.level, only.text) == (ElementKind.TITLE, 2, "제1장 총칙")


def test_headers_of_sections_are_said_once():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "같은 머리글"
    document.add_paragraph("첫 구역이다.")
    second = document.add_section()
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "같은 머리글"
    second.footer.is_linked_to_previous = False
    second.footer.paragraphs[0].text = "둘째 바닥글"
    document.add_paragraph("둘째 구역이다.")
    assert kinds(FORMAT.read(saved(document))) == [
        (ElementKind.HEADER, "같은 머리글"),
        (ElementKind.NARRATIVE_TEXT, "첫 구역이다."),
        (ElementKind.NARRATIVE_TEXT, "둘째 구역이다."),
        (ElementKind.FOOTER, "둘째 바닥글"),
    ]


def test_strict_documents_are_read_too():
    document = docx.Document()
    document.add_heading("2026년 예산안", level=1)
    blob = saved(document)
    transitional = rb"http://schemas\.openxmlformats\.org/(officeDocument|wordprocessingml)/2006/(\w+)"
    with zipfile.ZipFile(io.BytesIO(blob.content)) as package:
        parts = {
            name: re.sub(transitional, rb"http://purl.oclc.org/ooxml/\1/\2", package.read(name))
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }
    assert kinds(FORMAT.read(repacked(blob, **parts))) == [(ElementKind.TITLE, "2026년 예산안")]


def test_paragraphs_without_end_are_refused_though_they_are_empty(monkeypatch):
    monkeypatch.setattr("connectors.word.wordml._MAX_BLOCKS", 100)
    document = docx.Document()
    for _ in range(101):
        document.add_paragraph()
    with pytest.raises(Failed) as failure:
        FORMAT.read(saved(document))
    assert failure.value.reason == "too_many_elements"
