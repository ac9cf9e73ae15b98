import base64
import zlib
from collections import Counter
from pathlib import Path

import lxml.etree as etree
import pytest

from connectors.contract import Blob
from connectors.formats.hml import FORMAT
from connectors.hangul import hml_document
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "sources" / "hml_rich.hml"
CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "hml"
DECLARATION = '<?xml version="1.0" encoding="{}" standalone="no" ?>'
DRAWN = {"TAB": "\t", "LINEBREAK": "\n", "NBSPACE": " ", "FWSPACE": " "}


def paragraph(*pieces, shape=0, style=0):
    return f'<P ParaShape="{shape}" Style="{style}"><TEXT CharShape="0">{"".join(pieces)}</TEXT></P>'


def text(characters):
    return f"<CHAR>{characters}</CHAR>"


def flow(*paragraphs):
    return f"<PARALIST>{''.join(paragraphs)}</PARALIST>"


def cell(row, col, *paragraphs, row_span=1, col_span=1):
    return f'<CELL RowAddr="{row}" ColAddr="{col}" RowSpan="{row_span}" ColSpan="{col_span}">{flow(*paragraphs)}</CELL>'


def table(n_rows, n_cols, *rows, shape=""):
    lines = "".join(f"<ROW>{''.join(cells)}</ROW>" for cells in rows)
    return f'<TABLE RowCount="{n_rows}" ColCount="{n_cols}"><SHAPEOBJECT>{shape}</SHAPEOBJECT>{lines}</TABLE>'


def markup(*paragraphs, head="", tail=""):
    sections = f'<SECTION Id="0">{"".join(paragraphs)}</SECTION>'
    return f'<HWPML Version="2.91"><HEAD SecCnt="1">{head}</HEAD><BODY>{sections}</BODY><TAIL>{tail}</TAIL></HWPML>'


def document(*paragraphs, encoding="utf-8", declared="UTF-8", **parts):
    return Blob((DECLARATION.format(declared) + markup(*paragraphs, **parts)).encode(encoding), "설명.hwp")


def read(*paragraphs, **parts):
    return FORMAT.read(document(*paragraphs, **parts))


def shape(grid):
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in grid.cells]


def count(content):
    """Paragraphs, tables, cells, merged cells and notes of a document, by a walk of its own."""
    root = etree.fromstring(content.decode("cp949" if b"euc-kr" in content[:100] else "utf-8-sig").split("?>", 1)[1])
    lines = Counter()
    for element in root.iter("P"):
        pieces = []
        for part in element.iterfind("TEXT/CHAR"):
            pieces.append(part.text or "")
            for mark in part:
                pieces += [DRAWN.get(mark.tag, ""), mark.tail or ""]
        lines.update(line for line in "".join(pieces).split("\n") if line.strip())
    cells = list(root.iter("CELL"))
    n_merged = sum(cell.get("RowSpan", "1") != "1" or cell.get("ColSpan", "1") != "1" for cell in cells)
    n_notes = sum(1 for _ in root.iter("FOOTNOTE", "ENDNOTE"))
    return lines, sum(1 for _ in root.iter("TABLE")), len(cells), n_merged, n_notes


def count_elements(elements):
    lines, cells = Counter(), []
    for element in elements:
        if element.table:
            cells += element.table.cells
        texts = [cell.text for cell in element.table.cells] if element.table else [element.text]
        lines.update(line for text in texts for line in text.split("\n") if line.strip())
    n_merged = sum(cell.row_span > 1 or cell.col_span > 1 for cell in cells)
    n_notes = sum(element.kind in (ElementKind.FOOTNOTE, ElementKind.ENDNOTE) for element in elements)
    return lines, sum(element.table is not None for element in elements), len(cells), n_merged, n_notes


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp949", "euc-kr"),
        ("cp949", "ks_c_5601-1987"),
    ],
)
def test_every_encoding_that_it_is_written_in_is_read(encoding, declared):
    # 뷁 is in CP949 alone, and not in what EUC-KR was once.
    blob = document(paragraph(text("예산 뷁 총괄")), encoding=encoding, declared=declared)
    assert FORMAT.sniff(blob) == 1.0
    assert [element.text for element in FORMAT.read(blob).elements] == ["예산 뷁 총괄"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<", b"\xff\xfe<", b"<?xml version='1.0'?><html>HWPML</html>", b"PK\x03\x04", b"<HWPMLX/>", b"<HWPM"],
)
def test_nothing_else_is_claimed(content):
    assert FORMAT.sniff(Blob(content, "a.hml")) == 0.0


def test_tables_keep_addresses_spans_captions_and_what_is_nested():
    inner = table(1, 1, [cell(0, 0, paragraph(text("안")))])
    caption = f'<CAPTION Side="Top">{flow(paragraph(text("표 1. 세출 (단위: 천원)")))}</CAPTION>'
    body = read(
        paragraph(
            table(
                2,
                2,
                [cell(0, 0, paragraph(text("사업")), row_span=2), cell(0, 1, paragraph(text("금액")))],
                [cell(1, 1, paragraph(text("1,500")), paragraph(inner))],
                shape=caption,
            )
        )
    )
    title, outer, nested = body.elements
    assert (title.kind, title.text) == (ElementKind.FIGURE_CAPTION, "표 1. 세출 (단위: 천원)")
    assert outer.table.unit == "천원"
    assert shape(outer.table) == [(1, 1, 2, 1, "사업"), (1, 2, 1, 1, "금액"), (2, 2, 1, 1, "1,500")]
    assert nested.parent == (1, 2, 2)


def test_a_rich_document_comes_out_element_by_element():
    body = FORMAT.read(Blob(GOLDEN.read_bytes(), "a.hml"))
    kinds = [(element.kind, element.text) for element in body.elements if element.table is None]
    assert (ElementKind.HEADER, "세출 예산 설명") in kinds
    assert (ElementKind.FOOTER, "기획과") in kinds
    assert (ElementKind.FOOTNOTE, "지방도 포함") in kinds
    assert (ElementKind.ENDNOTE, "전년도 결산") in kinds
    assert (ElementKind.FORMULA, "a over b") in kinds
    assert (ElementKind.NARRATIVE_TEXT, "항목\t금액\n합계 1,500 천원") in kinds
    assert (ElementKind.NARRATIVE_TEXT, "☑집행") in kinds
    levels = [(element.text, element.level) for element in body.elements if element.kind is ElementKind.TITLE]
    assert levels == [("사업 개요", 1), ("둘째 제목", 2)]
    assert [element.text for element in body.elements if Flag.MEMO in element.flags] == ["숨은 설명 글"]
    boxes = [element.text for element in body.elements if Flag.TEXT_BOX in element.flags]
    assert boxes == ["글상자 글", "글맵시 제목"]
    assert [element.links for element in body.elements if element.links] == [["https://www.example.go.kr"]]
    properties = [(entry.name, entry.value) for entry in body.properties]
    assert properties == [("author", "기획과 주무관"), ("subject", "예산"), ("keywords", "도로, 세출")]
    assert [(member.path, member.content.decode()) for member in body.members] == [
        ("BinData/BIN1.txt", "첨부된 글이다.\n두 번째 줄이다.\n")
    ]


def test_an_independent_count_finds_as_much():
    content = GOLDEN.read_bytes()
    expected = count(content)
    found = count_elements(FORMAT.read(Blob(content, "a.hml")).elements)
    assert not expected[0] - found[0]
    assert found[1:] == expected[1:]


def test_binaries_may_be_longer_than_the_parser_allows_and_may_not_inflate_without_end(monkeypatch):
    long = base64.b64encode(b"a" * 12_000_000).decode()
    head = '<MAPPINGTABLE><BINDATALIST><BINITEM BinData="1" Format="txt"/></BINDATALIST></MAPPINGTABLE>'
    tail = f'<BINDATASTORAGE><BINDATA Compress="false" Encoding="Base64" Id="1">{long}</BINDATA></BINDATASTORAGE>'
    body = read(paragraph(text("본문")), head=head, tail=tail)
    assert [len(member.content) for member in body.members] == [12_000_000]
    monkeypatch.setattr(hml_document, "MAX_BINARY_BYTES", 1000)
    deflater = zlib.compressobj(wbits=-15)
    bomb = base64.b64encode(deflater.compress(bytes(100_000)) + deflater.flush()).decode()
    with pytest.raises(Failed) as failure:
        read(paragraph(text("본문")), tail=f'<BINDATASTORAGE><BINDATA Id="1">{bomb}</BINDATA></BINDATASTORAGE>')
    assert failure.value.reason == "archive_bomb"


def test_a_picture_that_says_it_is_deflated_and_is_not_is_taken_as_it_is():
    raw = base64.b64encode("그냥 글이다".encode()).decode()
    body = read(
        paragraph(text("본문")),
        tail=f'<BINDATASTORAGE><BINDATA Id="7">{raw}</BINDATA><BINDATA Id="8"/></BINDATASTORAGE>',
    )
    assert [(member.path, member.content.decode()) for member in body.members] == [("BinData/BIN7.bin", "그냥 글이다")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<HWPML><BODY>", "corrupt"),
        (b"<HWPML></HWPML>", "corrupt"),
        (b"<HWPML><BODY><SECTION><P/></SECTION></BODY></HWPML>", "no_text"),
        (b'<!DOCTYPE HWPML [<!ENTITY a "b">]><HWPML><BODY><SECTION/></BODY></HWPML>', "corrupt"),
        (b'<?xml version="1.0" encoding="UTF-8"?><HWPML>\xff\xff</HWPML>', "undecodable_text"),
        (b'<?xml version="1.0" encoding="x-none"?><HWPML></HWPML>', "undecodable_text"),
    ],
)
def test_what_cannot_be_read_has_its_reason(content, reason):
    with pytest.raises(Failed) as failure:
        FORMAT.read(Blob(content, "a.hml"))
    assert failure.value.reason == reason


def test_every_real_document_comes_out_whole():
    files = sorted(CORPUS.glob("*.hml")) if CORPUS.is_dir() else []
    if not files:
        pytest.skip(f"no documents at {CORPUS}")
    for file in files:
        content = file.read_bytes()
        blob = Blob(content, file.name)
        assert FORMAT.sniff(blob) == 1.0
        expected = count(content)
        found = count_elements(FORMAT.read(blob).elements)
        assert not expected[0] - found[0]
        assert found[1:] == expected[1:]
