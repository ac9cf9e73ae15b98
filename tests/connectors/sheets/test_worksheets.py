"""Sheets as elements: merged cells keep their spans whatever stands in them, long tables are cut between them."""

import pytest

from connectors import composition
from connectors.composition import Composer
from connectors.sheets.sheetblocks import Rectangle
from connectors.sheets.worksheets import Sheet, SheetComposer
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed


def composed(sheet):
    composer = Composer()
    SheetComposer(composer).add_sheet(sheet)
    return composer.elements


def filled(n_rows, n_cols=2, merges=()):
    sheet = Sheet("총괄", merges=list(merges))
    for row in range(1, n_rows + 1):
        for col in range(1, n_cols + 1):
            sheet.add_cell(row, col, f"{row}-{col}")
    return sheet


def spans(element):
    cells = element.table.cells
    return [(c.row, c.col, c.row_span, c.col_span) for c in cells if c.row_span * c.col_span > 1]


def covered(grid):
    places = [
        (row, col)
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for col in range(cell.col, cell.col + cell.col_span)
    ]
    return len(places) == len(set(places)) == grid.n_rows * grid.n_cols


def test_a_long_table_is_cut_between_merged_cells():
    (first, second) = composed(filled(2_500, merges=[Rectangle(1_990, 1, 2_010, 1)]))
    assert [first.locator.cells, second.locator.cells] == ["A1:B1989", "A1990:B2500"]
    assert spans(second) == [(1, 1, 21, 1)]


def test_a_merged_cell_longer_than_a_part_makes_the_part_longer():
    (first, second) = composed(filled(5_000, merges=[Rectangle(1, 1, 3_000, 1)]))
    assert [first.locator.cells, second.locator.cells] == ["A1:B3000", "A3001:B5000"]
    assert spans(first) == [(1, 1, 3_000, 1)]


def test_blank_merged_cells_inside_and_beside_a_table_keep_their_span():
    sheet = Sheet("서식", merges=[Rectangle(1, 2, 2, 4), Rectangle(3, 1, 3, 4)])
    sheet.add_cell(1, 1, "성명")
    sheet.add_cell(2, 1, "부서")
    (table,) = composed(sheet)
    assert spans(table) == [(1, 2, 2, 3), (3, 1, 1, 4)]
    assert covered(table.table)


def test_merged_ranges_that_overlap_lose_no_text():
    sheet = filled(3, 3, merges=[Rectangle(1, 1, 2, 2), Rectangle(2, 2, 3, 3)])
    (table,) = composed(sheet)
    assert covered(table.table)
    assert "2-2" in " ".join(cell.text for cell in table.table.cells)


def test_an_absurd_merge_ends_with_the_text_or_goes():
    sheet = filled(3, merges=[Rectangle(1, 1, 1, 16_384), Rectangle(4, 1, 1_048_576, 16_384)])
    (table,) = composed(sheet)
    assert table.locator.cells == "A1:B3"
    assert spans(table) == [(1, 1, 1, 2)]


def test_hidden_rows_and_columns_are_marked():
    sheet = filled(2, 3)
    sheet.hidden_rows, sheet.hidden_cols = {2}, [(3, 16_384)]
    (table,) = composed(sheet)
    assert table.flags == [Flag.HIDDEN_CELLS]
    assert [(mark.row, mark.col) for mark in table.marks if mark.is_hidden] == [(1, 3), (2, 1), (2, 2), (2, 3)]


def test_every_part_of_a_long_table_has_its_unit():
    sheet = filled(4_100)
    sheet.rows[1] = {2: "(단위: 천원)"}
    line, *tables = composed(sheet)
    assert line.locator.cells == "B1"
    assert [table.table.unit for table in tables] == ["천원"] * 3


def test_what_many_sparse_sheets_come_to_is_bounded(monkeypatch):
    monkeypatch.setattr(composition, "MAX_POSITIONS_IN_ALL", 10_000)
    sheet = Sheet("대각선")
    for place in range(1, 500):
        sheet.add_cell(place, place, "가")
    with pytest.raises(Failed, match="too_many_elements"):
        composed(sheet)


def test_a_merged_title_and_merged_boxes_without_text_are_grids_of_their_own():
    sheet = filled(2)
    sheet.merges = [Rectangle(4, 1, 4, 2), Rectangle(9, 1, 10, 3)]
    sheet.rows[4] = {1: "제목"}
    _, title, box = composed(sheet)
    assert (title.kind, box.kind) == (ElementKind.NARRATIVE_TEXT, ElementKind.TABLE)
    assert [(cell.row_span, cell.col_span, cell.text) for cell in title.table.cells] == [(1, 2, "제목")]
    assert [(cell.row_span, cell.col_span, cell.text) for cell in box.table.cells] == [(2, 3, "")]


def test_fifty_thousand_blank_merges_cost_little():
    sheet = filled(2)
    sheet.merges = [Rectangle(row, 1, row, 2) for row in range(3, 5_000, 2)]
    (table,) = composed(sheet)
    assert table.locator.cells == "A1:B3"
