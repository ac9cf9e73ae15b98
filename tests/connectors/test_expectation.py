import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.expectation import Expected, TableSizes, measure
from connectors.grids import build_grid
from schemas.elements import Cell, Element, ElementKind

LINES = st.lists(
    st.text(st.sampled_from("가나다예산세출총계0123456789△,"), min_size=1, max_size=12), min_size=3, max_size=40
)


def paragraph(text, kind=ElementKind.NARRATIVE_TEXT):
    return Element(kind=kind, text=text)


def table(*texts, merged=0):
    cells = [
        Cell(row=number, col=1, text=text, col_span=2 if number <= merged else 1)
        for number, text in enumerate(texts, start=1)
    ]
    return Element(kind=ElementKind.TABLE, text="", table=build_grid(cells, len(texts), 2))


def expected(*paragraphs, n_tables=0, n_cells=0, n_merged=0, n_notes=0):
    return Expected(tuple(paragraphs), n_tables, n_cells, n_merged, n_notes)


def text_share(paragraphs, lines):
    return measure(expected(*paragraphs), [paragraph(line) for line in lines]).text


def test_all_there_is_one_whatever_the_white_space():
    elements = [paragraph("세입  예산"), table("첫 줄\n둘째 줄", "끝")]
    found = measure(expected("세입 예산", "첫 줄", "둘째\t줄", " ", "끝", n_tables=1, n_cells=4), elements)
    assert found.share == 1.0


def test_a_paragraph_with_line_breaks_counts_whole_or_as_a_line():
    assert text_share(["첫 줄\n둘째 줄", "뒤"], ["첫 줄\n둘째 줄", "뒤"]) == 1.0
    assert text_share(["첫 줄\n둘째 줄"], ["첫 줄 둘째 줄"]) == 1.0
    assert text_share(["첫 줄\n둘째 줄"], ["첫 줄", "둘째 줄"]) == 0.0


def test_a_paragraph_may_stand_unbroken_inside_a_line_and_no_line_answers_twice():
    assert text_share(["예산", "총괄표"], ["예산 총괄표"]) == 1.0
    assert text_share(["예산", "예산"], ["예산안"]) == 0.5
    assert text_share(["예산총괄표"], ["예산", "총괄표"]) == 0.0


def test_equations_are_no_text():
    assert text_share(["본문"], ["본문"]) == 1.0
    found = measure(expected("본문", "x over y"), [paragraph("본문"), paragraph("x over y", ElementKind.FORMULA)])
    assert found.text < 0.5


def test_nothing_expected_is_all_there():
    assert measure(expected(" "), []).share == 1.0


def test_a_caption_on_the_other_side_costs_little_and_text_upside_down_all():
    cells = [f"사업비 {number}백만원" for number in range(40)]
    caption = "표 1. 사업별 세출예산"
    assert 0.95 < text_share([caption, *cells, "뒤 문단"], [*cells, caption, "뒤 문단"]) < 1.0
    assert text_share(cells, cells[::-1]) < 0.1


def test_notes_and_captions_have_an_order_among_themselves_alone():
    body = [paragraph(f"본문의 문단 {number}") for number in range(9)]
    notes = [paragraph(f"각주 {number}", ElementKind.FOOTNOTE) for number in range(9)]
    inline = expected(*(one.text for pair in zip(body, notes, strict=True) for one in pair), n_notes=9)
    assert measure(inline, [*body, *notes]).share == 1.0
    assert measure(inline, [*body, *notes[::-1]]).share < 0.9


def test_columns_read_across_lose():
    left = [f"왼쪽 단의 문장 번호 {number}" for number in range(30)]
    right = [f"오른쪽 단의 문장 번호 {number}" for number in range(30)]
    across = [line for pair in zip(left, right, strict=True) for line in pair]
    assert text_share([*left, *right], across) < 0.98
    assert text_share(across, [*left, *right]) < 0.98


def test_a_lost_copy_of_a_repeated_cell_costs_that_copy_alone():
    lines = [text for number in range(50) for text in ("0", f"사업 {number}호", "-")]
    without_first = lines[1:]
    assert text_share(lines, without_first) == pytest.approx(1 - 1 / sum(len(line.replace(" ", "")) for line in lines))


@given(LINES)
def test_identity_is_one(lines):
    assert text_share(lines, lines) == 1.0


@given(LINES, st.data())
def test_dropping_or_doubling_a_paragraph_lowers_the_share(lines, data):
    at = data.draw(st.integers(0, len(lines) - 1))
    assert text_share(lines, lines[:at] + lines[at + 1 :]) < 1.0
    assert text_share(lines, [*lines[:at], lines[at], *lines[at:]]) < 1.0


@given(LINES, st.data())
def test_moving_a_paragraph_lowers_the_share(lines, data):
    at = data.draw(st.integers(0, len(lines) - 1))
    to = data.draw(st.integers(0, len(lines) - 1))
    moved = lines[:at] + lines[at + 1 :]
    moved.insert(to, lines[at])
    assume(moved != lines)
    # a line may be a part of another one, and what is joined anew may read the same
    assume(len(set(lines)) == len(lines))
    assert text_share(lines, moved) < 1.0


@given(st.integers(2, 8), st.integers(1, 3), st.integers(1, 3))
def test_tables_cells_merges_and_notes_too_few_or_too_many_lower_the_share(n_rows, n_tables, n_notes):
    rows = [f"행 {number}" for number in range(n_rows)]
    tables = [table(*rows, merged=1) for _ in range(n_tables)]
    notes = [paragraph(f"각주 {number}", ElementKind.FOOTNOTE) for number in range(n_notes)]
    whole = expected(
        *rows * n_tables,
        *(note.text for note in notes),
        n_tables=n_tables,
        n_cells=n_tables * (2 * n_rows - 1),
        n_merged=n_tables,
        n_notes=n_notes,
    )
    assert measure(whole, [*tables, *notes]).share == 1.0
    lines = [paragraph(row) for row in rows]
    assert measure(whole, [*lines, *tables[1:], *notes]).share < 1.0
    assert measure(whole, [*tables, *notes[1:], paragraph(notes[0].text)]).share < 1.0
    assert measure(whole, [table(*rows), *tables[1:], *notes]).share < 1.0
    assert measure(whole, [*tables, *notes, table()]).share < 1.0


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 4), st.integers(0, 4)), max_size=20),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_tables_are_counted_in_the_terms_of_grids(spans, n_rows, n_cols):
    cells = [Cell(row=row + 1, col=col + 1, row_span=height, col_span=width) for row, col, height, width in spans]
    grid = build_grid(
        sorted(cells, key=lambda cell: (cell.row, cell.col, cell.row_span, cell.col_span)), n_rows, n_cols
    )
    sizes = TableSizes()
    sizes.add(spans, n_rows, n_cols)
    assert (sizes.n_tables, sizes.n_cells) == (1, len(grid.cells))
    assert sizes.n_merged == sum(cell.row_span > 1 or cell.col_span > 1 for cell in grid.cells)


@pytest.mark.parametrize(
    "arrange", [list, reversed, lambda lines: [" ".join(lines[at : at + 9]) for at in range(0, len(lines), 9)]]
)
def test_many_paragraphs_take_little_time(arrange):
    lines = [f"{number % 700}" if number % 3 else f"세부 사업 설명 자료 {number}" for number in range(10_000)]
    elements = [paragraph(line) for line in arrange(lines)]
    begun = time.process_time()
    measure(expected(*lines), elements)
    assert time.process_time() - begun < 4
