"""HTML comes out as headings, paragraphs, lists and tables with exact spans; what a browser does not show stays out."""

import pytest

from connectors.contract import Blob
from connectors.formats.html import FORMAT
from connectors.markup import read_markup
from schemas.elements import Element
from schemas.outcome import Failed


def shapes(elements: list[Element]) -> list[tuple[str, str]]:
    return [(element.kind.value, element.text) for element in elements]


def cells(element: Element) -> list[tuple[int, int, int, int, str]]:
    assert element.table is not None
    return [(c.row, c.col, c.row_span, c.col_span, c.text) for c in element.table.cells]


def test_blocks_become_elements_with_their_sections():
    page = read_markup(
        """<html><head><title> 예산  안내 </title><style>p{}</style><script>alert(1)</script></head><body>
        <h1>총괄</h1><p>첫 <b>문단</b>은<br>두 줄이다.</p><div>느슨한 글 <span>이어짐</span></div>
        <h2>세출</h2><ul><li>하나<ul><li>안쪽</li></ul></li><li><p>둘</p></li></ul>
        <p style="display:none">숨김</p><p hidden>숨김</p><!-- 주석 --><pre>  가\n    나</pre><img alt="조직도"></body></html>"""
    )

    assert page.title == "예산 안내"
    assert shapes(page.elements) == [
        ("title", "총괄"),
        ("narrative_text", "첫 문단은\n두 줄이다."),
        ("narrative_text", "느슨한 글 이어짐"),
        ("title", "세출"),
        ("list_item", "하나"),
        ("list_item", "안쪽"),
        ("list_item", "둘"),
        ("narrative_text", "  가\n    나"),
        ("image", "조직도"),
    ]
    assert page.elements[4].section_path == ["총괄", "세출"]


def test_numbered_lines_are_headings_only_where_the_page_has_none():
    without = read_markup("<p>1. 사업개요</p><p>내용이다.</p>").elements
    with_heading = read_markup("<h1>총괄</h1><p>1. 사업개요</p>").elements

    assert (without[0].kind.value, without[0].level, without[1].section_path) == ("title", 4, ["1. 사업개요"])
    assert with_heading[1].kind.value == "list_item"


def test_spans_are_placed_as_a_browser_places_them():
    (table,) = read_markup(
        """<table><thead><tr><th rowspan=2>구분</th><th colspan="2">예산</th></tr><tr><th>2025</th><th>2026</th></tr></thead>
        <tbody><tr><td rowspan="9">세출</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>"""
    ).elements

    assert table.table is not None
    assert (table.table.n_rows, table.table.n_cols) == (4, 3)
    assert cells(table) == [
        (1, 1, 2, 1, "구분"),
        (1, 2, 1, 2, "예산"),
        (2, 2, 1, 1, "2025"),
        (2, 3, 1, 1, "2026"),
        (3, 1, 2, 1, "세출"),
        (3, 2, 1, 1, "1"),
        (3, 3, 1, 1, "2"),
        (4, 2, 1, 1, "3"),
        (4, 3, 1, 1, "4"),
    ]


def test_a_row_span_of_zero_reaches_the_end_of_its_group():
    (table,) = read_markup("<table><tr><td rowspan=0>가</td><td>1</td></tr><tr><td>2</td></tr></table>").elements

    assert cells(table) == [(1, 1, 2, 1, "가"), (1, 2, 1, 1, "1"), (2, 2, 1, 1, "2")]


def test_a_nested_table_is_an_element_of_its_own_that_names_its_cell():
    outer, inner = read_markup(
        "<table><tr><td>가</td><td>앞<table><tr><td>안1</td><td>안2</td></tr></table>뒤</td></tr></table>"
    ).elements

    assert cells(outer) == [(1, 1, 1, 1, "가"), (1, 2, 1, 1, "앞\n뒤")]
    assert inner.parent == (0, 1, 2)
    assert cells(inner) == [(1, 1, 1, 1, "안1"), (1, 2, 1, 1, "안2")]


def test_tables_that_only_arrange_the_page_are_not_tables():
    elements = read_markup(
        """<table role=presentation><tr><td><h1>제목</h1></td></tr></table>
        <table><tr><td><table><tr><td>가</td><td>나</td></tr></table></td></tr></table><table><tr><td> </td></tr></table>"""
    ).elements

    assert shapes(elements) == [("title", "제목"), ("table", "가\t나")]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="euc-kr">', "cp949"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ks_c_5601-1987">', "cp949"),
        ("", "cp949"),
        ("", "utf-8"),
        ("", "utf-16"),
        ('<meta charset="utf-8">', "cp949"),
    ],
)
def test_korean_pages_are_decoded(head: str, encoding: str):
    blob = Blob(f"<html><head>{head}</head><body><p>똠방각하</p></body></html>".encode(encoding), "a.html")

    assert FORMAT.sniff(blob) == 0.7
    assert shapes(FORMAT.read(blob).elements) == [("narrative_text", "똠방각하")]


def test_entities_and_files_from_outside_are_not_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("비밀 내용")
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><html><body><p>&x; 글</p>'
        f'<iframe src="file://{secret}"></iframe></body></html>'
    )
    elements = FORMAT.read(Blob(page.encode(), "a.html")).elements

    assert "비밀 내용" not in str(elements)


@pytest.mark.parametrize(
    "text", ["", " ", "<!-- -->", "<html></html>", "<p>", "<table><tr><td", "<<<>>>", "<li>" * 5_000]
)
def test_broken_pages_do_no_harm(text: str):
    elements = read_markup(text).elements

    assert all(element.text.strip() for element in elements)


@pytest.mark.parametrize(
    ("content", "name", "is_html"),
    [
        (b"<table><tr><td>1</td></tr></table>", "budget.xls", True),
        (b"\n\xef\xbb\xbf<!DOCTYPE html><p>x", "a", True),
        (b"<?xml version='1.0'?><html xmlns='x'><body/></html>", "a.xhtml", True),
        (b"<?xml version='1.0'?><HWPML><HEAD></HEAD><BODY></BODY></HWPML>", "a.hml", False),
        (b"plain text with <html> in it", "a.txt", False),
        (b"<p>fragment</p>", "a.html", True),
    ],
)
def test_pages_are_told_by_their_tags(content: bytes, name: str, is_html: bool):
    assert (FORMAT.sniff(Blob(content, name)) > 0.5) is is_html


def test_links_units_and_whole_grids():
    page = (
        '<p>자세한 것은 <a href="https://example.go.kr/a">여기</a>, <a href="#top">위로</a></p><p>(단위: 억원)</p>'
        '<table><tr><td rowspan="2">가</td><td>나</td><td>다</td></tr><tr><td><a href="mailto:a@korea.kr">라</a></td></tr></table>'
    )
    read = FORMAT.read(Blob(page.encode(), "a.html"))
    assert read.elements[0].links == ["https://example.go.kr/a"]
    grid = read.elements[2].table
    assert grid is not None
    assert (grid.unit, read.elements[2].links) == ("억원", ["mailto:a@korea.kr"])
    # every position is covered, also the one that no cell was given for
    assert [(cell.row, cell.col, cell.row_span) for cell in grid.cells] == [
        (1, 1, 2), (1, 2, 1), (1, 3, 1), (2, 2, 1), (2, 3, 1),
    ]  # fmt: skip


def test_spans_that_run_into_each_other_cover_nothing_twice():
    page = '<table><tr><td>a</td><td rowspan="2">b</td></tr><tr><td colspan="2">c</td></tr></table>'
    grid = FORMAT.read(Blob(page.encode(), "a.html")).elements[0].table
    assert grid is not None
    covered = [
        (row, col)
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for col in range(cell.col, cell.col + cell.col_span)
    ]
    assert sorted(covered) == sorted(set(covered))
    assert len(covered) == grid.n_rows * grid.n_cols


def test_a_wrong_label_costs_no_korean():
    for label in ("iso-8859-1", "utf-16"):
        for encoding in ("utf-8", "cp949"):
            page = f'<html><head><meta charset="{label}"></head><body><p>예산안이다.</p></body></html>'.encode(encoding)
            assert [element.text for element in FORMAT.read(Blob(page, "a.html")).elements] == ["예산안이다."]


def test_a_workbook_that_is_a_page_is_recognised():
    page = (
        b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head></head><table><tr><td>1</td></tr></table></html>'
    )
    assert FORMAT.sniff(Blob(page, "a.xls")) == 0.7


def test_blanks_of_every_width_go_from_the_ends_of_titles_and_alternatives_and_stay_within_text():
    page = read_markup(
        "<title>\u3000예산 \t 안내\u00a0</title><p>\u3000가\u00a0\u00a0나\n 다<img alt=' \u3000그림  하나 '></p>"
        "<table><tr><td>\u3000가 \n 나\u00a0</td><td>\f 다<br> \n라 </td></tr></table>"
    )

    assert page.title == "예산 안내"
    assert [element.text for element in page.elements[:2]] == ["\u3000가\u00a0\u00a0나 다", "그림 하나"]
    assert page.elements[2].table is not None
    assert [cell.text for cell in page.elements[2].table.cells] == ["\u3000가 나\u00a0", "다\n라"]


def test_a_hidden_part_of_a_cell_is_left_out_and_what_follows_it_is_not():
    page = read_markup(
        "<table><tr><td>가<span style='DISPLAY : none'>x</span>나<p hidden>y</p>다<div>라</div>마</td></tr></table>"
    )

    assert page.elements[0].table is not None
    assert page.elements[0].table.cells[0].text == "가나다\n라\n마"


def test_tags_that_nobody_closed_go_deep_and_lose_nothing():
    page = FORMAT.read(Blob(b"<html><body>" + b"<font>x " * 900 + "끝</body></html>".encode(), "a.html"))
    assert page.elements[-1].text.endswith("끝")


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 5_000 + b"text",
        b"<table>" + b"<tr><td colspan=1000 rowspan=65534>x" * 20_000 + b"</table>",
        pytest.param(
            b"<table><tr><td colspan=1000>x</td></tr>" + b"<tr><td>y</td></tr>" * 999 + b"</table>",
            marks=pytest.mark.long,
        ),
    ],
    ids=["deep", "spans", "sparse"],
)
def test_pages_that_go_too_deep_or_claim_too_much_are_refused(page: bytes):
    copies = 1 if not page.endswith(b"</table>") or b"rowspan" in page else 3
    with pytest.raises(Failed) as failure:
        FORMAT.read(Blob(b"<html><body>" + page * copies + b"</body></html>", "a.html"))
    assert failure.value.reason == "too_many_elements"
