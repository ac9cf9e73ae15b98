import pytest

from connectors.grids import build_grid, cell_range, column_letters, find_unit, flow_rows
from schemas.elements import Cell
from schemas.outcome import Failed


def covered(grid):
    places = [
        (row, col)
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for col in range(cell.col, cell.col + cell.col_span)
    ]
    return sorted(places), [(row, col) for row in range(1, grid.n_rows + 1) for col in range(1, grid.n_cols + 1)]


def test_every_position_is_covered_once_when_cells_leave_holes():
    grid = build_grid([Cell(row=1, col=1, col_span=2, text="구분"), Cell(row=3, col=3, text="△1,234")], 3, 3)
    places, every = covered(grid)
    assert places == every
    assert [cell.text for cell in grid.cells if cell.text] == ["구분", "△1,234"]


def test_a_span_that_runs_over_another_cell_or_the_border_is_cut():
    grid = build_grid(
        [Cell(row=1, col=1, row_span=9, col_span=3, text="가"), Cell(row=1, col=2, text="나"), Cell(row=2, col=2)], 2, 2
    )
    places, every = covered(grid)
    assert places == every
    assert (grid.n_rows, grid.n_cols) == (2, 2)


def test_the_text_of_a_covered_cell_is_kept_by_the_cell_that_covers_it():
    grid = build_grid([Cell(row=1, col=1, col_span=2, text="합계"), Cell(row=1, col=2, text="(A+B)")], 1, 2)
    assert [(cell.text, cell.col_span) for cell in grid.cells] == [("합계\n(A+B)", 2)]


def test_a_grid_grows_to_hold_a_cell_beyond_what_the_table_declares():
    assert build_grid([Cell(row=4, col=5, text="x")], 1, 1).n_cols == 5


def test_an_absurd_table_is_refused_before_it_is_laid_out():
    with pytest.raises(Failed) as failure:
        build_grid([Cell(row=1, col=1)], 1_000_000, 16_384)
    assert failure.value.reason == "too_many_elements"


def test_rows_that_name_only_spans_flow_round_the_cells_above():
    cells = flow_rows([[("가", 2, 1), ("나", 1, 2)], [("다", 1, 1), ("라", 1, 1)]])
    assert [(cell.text, cell.row, cell.col) for cell in cells] == [
        ("가", 1, 1),
        ("나", 1, 2),
        ("다", 2, 2),
        ("라", 2, 3),
    ]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("(단위: 백만원)", "백만원"),
        ("[단위 : 억원, %]", "억원, %"),
        ("<표 1> 세입 총괄 (단위:천명)", "천명"),
        ("(단위 : 억불, (전년동기 대비 %))", "억불, (전년동기 대비 %)"),
        ("단위: 조원", "조원"),
        ("(단위 백만원)", "백만원"),
        ("사업 단위로 본다", None),
    ],
)
def test_the_unit_is_read_as_printed(text, unit):
    assert find_unit(text) == unit


def test_a_unit_in_one_columns_heading_is_not_the_tables():
    cells = [
        Cell(row=1, col=1, text="구분"),
        Cell(row=1, col=2, text="증감률(단위: %)"),
        Cell(row=2, col=1, text="세입"),
    ]
    assert build_grid(cells, 2, 2).unit is None
    assert build_grid([Cell(row=1, col=2, text="(단위: %)"), *cells[2:]], 2, 2).unit == "%"


def test_ranges_are_named_as_spreadsheets_name_them():
    assert [column_letters(number) for number in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert cell_range(3, 2, 20, 6) == "B3:F20"
    assert cell_range(3, 2, 3, 2) == "B3"


def test_spans_that_push_each_other_to_the_right_come_to_an_end():
    with pytest.raises(Failed) as failure:
        flow_rows([[("x", 65_534, 1_000)]] * 20_000)
    assert failure.value.reason == "too_many_elements"
