from connectors.word.doc_tables import EdgeCell, lay_out


def grid(*rows):
    found, _ = lay_out([[EdgeCell(*cell) for cell in row] for row in rows])
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in found.cells]


def test_edges_that_nearly_meet_are_one_column_line():
    rows = grid([(0, 1000, "a"), (1000, 3000, "b")], [(5, 1010, "c"), (1010, 2000, "d"), (2000, 2995, "e")])
    assert rows == [(1, 1, 1, 1, "a"), (1, 2, 1, 2, "b"), (2, 1, 1, 1, "c"), (2, 2, 1, 1, "d"), (2, 3, 1, 1, "e")]


def test_merged_cells_grow_over_their_neighbours_and_keep_all_text():
    rows = grid(
        [(0, 1, "")],
        [(0, 1000, "a"), (1000, 2000, "b", True)],
        [(0, 1000, "c", False, True), (1000, 2000, "", True)],
    )
    assert (2, 1, 2, 3, "a\nb\nc") in rows or (2, 1, 2, 2, "a\nb\nc") in rows


def test_a_continued_cell_without_one_above_is_a_cell():
    assert grid([(0, 10, "a", False, True)]) == [(1, 1, 1, 1, "a")]


def test_a_row_that_begins_further_right_leaves_an_empty_cell():
    assert grid([(0, 1000, "a"), (1000, 2000, "b")], [(1000, 2000, "c")]) == [
        (1, 1, 1, 1, "a"),
        (1, 2, 1, 1, "b"),
        (2, 1, 1, 1, ""),
        (2, 2, 1, 1, "c"),
    ]
