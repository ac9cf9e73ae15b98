from connectors.pdf.breaks import Breaks
from connectors.pdf.drawing import Drawing
from connectors.pdf.frames import find_frames
from connectors.pdf.lines import group_lines
from connectors.pdf.tables import guessed_tables, ruled_grid, settle_overhangs, split_rows
from connectors.pdf.text import Run


def make_run(text, left, top, place=None):
    return Run(text, left, top, left + 6.0 * len(text), top + 10, 10.0, place=place)


def make_frame(xs, ys):
    drawing = Drawing([(y, xs[0], xs[-1]) for y in ys], [(x, ys[0], ys[-1]) for x in xs], [])
    return find_frames(drawing)[0]


def test_narrow_rows_without_text_are_left_out():
    frame = make_frame([0, 100, 200], [0, 20, 25, 45])
    cells = {
        frame.cell_at(x, y): [make_run(text, x, y)]
        for x, y, text in ((10, 5, "구분"), (110, 5, "금액"), (10, 30, "도로"), (110, 30, "300"))
    }
    grid, _ = ruled_grid(frame, cells, Breaks())
    assert (grid.n_rows, grid.n_cols) == (2, 2)
    assert [cell.text for cell in grid.cells] == ["구분", "금액", "도로", "300"]


def test_a_row_of_several_lines_of_numbers_is_parted_and_marked():
    frame = make_frame([0, 100, 200, 300, 400], [0, 20, 80])
    cells = {}
    for col, head in enumerate(("구분", "당초", "수정", "증감")):
        cells[frame.cell_at(100 * col + 5, 5)] = [make_run(head, 100 * col + 5, 5)]
        values = ("도로", "철도", "항만") if not col else tuple(f"{col},{row}00" for row in range(3))
        cells[frame.cell_at(100 * col + 5, 50)] = [
            make_run(value, 100 * col + 5, 22 + 18 * row) for row, value in enumerate(values)
        ]
    parted, held, is_parted = split_rows(frame, cells)
    grid, _ = ruled_grid(parted, held, Breaks())
    assert is_parted
    assert (grid.n_rows, grid.n_cols) == (4, 4)
    assert [cell.text for cell in grid.cells if cell.row == 3] == ["철도", "1,100", "2,100", "3,100"]


def test_a_dash_over_the_edge_belongs_to_the_cell_before():
    frame = make_frame([0, 100, 200], [0, 20, 40])
    dash, number = make_run("-", 97, 5, (0, 1)), make_run("190,963", 150, 5, (0, 1))
    settle_overhangs([frame], [dash, number])
    assert (dash.place, number.place) == ((0, 0), (0, 1))


def test_a_list_of_contents_is_no_table():
    lines = group_lines(
        make_run(text, left, 20.0 * row)
        for row in range(4)
        for left, text in ((0, f"{row}. 장의 제목"), (400, str(row + 10)))
    )
    assert list(guessed_tables(lines)) == []


def test_three_lines_of_amounts_are_a_table():
    lines = group_lines(
        make_run(text, left, 20.0 * row)
        for row in range(3)
        for left, text in ((0, f"사업 {row}"), (200, f"{row + 1},500"), (300, f"{row}.5%"))
    )
    ((first, end, grid),) = guessed_tables(lines)
    assert (first, end, grid.n_rows, grid.n_cols) == (0, 3, 3, 3)
