from connectors.pdf.drawing import Drawing
from connectors.pdf.frames import Frames, find_frames


def lattice(xs, ys):
    horizontals = [(y, xs[0], xs[-1]) for y in ys]
    verticals = [(x, ys[0], ys[-1]) for x in xs]
    return horizontals, verticals


def frames_of(horizontals, verticals):
    return find_frames(Drawing(horizontals, verticals, []))


def test_a_full_lattice_has_a_cell_at_every_position():
    frame = frames_of(*lattice([0, 50, 100], [0, 20, 40, 60]))[0]
    assert len(frame.cells) == 6
    assert frame.cell_at(75, 50) == frame.cells.index((2, 1, 1, 1))
    assert frame.cell_at(150, 50) is None


def test_cells_are_merged_where_a_rule_is_missing():
    horizontals = [(0, 0, 100), (20, 50, 100), (40, 0, 100)]
    verticals = [(0, 0, 40), (50, 0, 40), (100, 0, 40)]
    assert frames_of(horizontals, verticals)[0].cells == [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]


def test_double_and_dashed_rules_are_one():
    horizontals = [(0, 0, 100), (1.5, 0, 100), (40, 0, 100)]
    horizontals += [(20, start, start + 2) for start in range(0, 100, 5)]
    verticals = [(0, 0, 40), (100, 0, 40)]
    assert frames_of(horizontals, verticals)[0].cells == [(0, 0, 1, 1), (1, 0, 1, 1)]


def test_open_sides_are_closed():
    horizontals = [(0, 0, 100), (20, 0, 100), (40, 0, 100)]
    assert len(frames_of(horizontals, [(30, 0, 40), (60, 0, 40)])[0].cells) == 6
    overleaf = [(0, 0, 100), (20, 0, 100)]
    assert len(frames_of(overleaf, [(0, 0, 90), (50, 0, 90), (100, 0, 90)])[0].cells) == 4


def test_frames_that_do_not_touch_are_several_and_one_may_lie_in_another():
    outer, inner = lattice([0, 200, 400], [0, 200]), lattice([220, 300, 380], [50, 80, 110])
    frames = Frames(frames_of(outer[0] + inner[0], outer[1] + inner[1]))
    assert len(frames.frames) == 2
    assert frames.parent_of(0) == (1, 1)
    assert frames.parent_of(1) is None
    assert frames.cell_at(230, 60) == (0, 0)
    assert frames.cell_at(10, 10) == (1, 0)


def test_an_angle_of_cells_becomes_rectangles():
    horizontals = [(0, 0, 100), (20, 50, 100), (40, 0, 100)]
    verticals = [(0, 0, 40), (50, 20, 40), (100, 0, 40)]
    cells = frames_of(horizontals, verticals)[0].cells
    assert sum(height * width for _, _, height, width in cells) == 4


def test_lines_alone_make_no_frame():
    assert frames_of([(0, 0, 100), (20, 0, 100)], []) == []
