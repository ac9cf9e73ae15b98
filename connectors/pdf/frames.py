"""The frames that a PDF page's rules make: grids of cells, merged where no rule parts them."""

import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.pdf.drawing import THIN, Drawing, Segment
from connectors.pdf.text import Place

MAX_CROSSINGS = 2_000_000
MAX_POSITIONS = 20_000
MAX_FRAMES = 300

_JOIN_GAP = 3.5
_DASH_GAP = 5.0
_SAME_RULE = 2.2
_SAME_LINE = 3.2
_TOUCH = 3.2
_LEAST_RULE = 7.0
_LEAST_CELL = 5.0
_COVERED = 0.6
_OPEN_SIDE = 8.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """A grid of ruled cells: its lines, and for each position the number of the cell that covers it.

    `cells` are row, column, row span and column span, counted from 0.
    """

    xs: list[float]
    ys: list[float]
    owner: list[list[int]]
    cells: list[tuple[int, int, int, int]]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell_at(self, x: float, y: float) -> int | None:
        """The number of the cell that a point lies in."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        col = min(bisect.bisect_right(self.xs, x) - 1, len(self.xs) - 2)
        row = min(bisect.bisect_right(self.ys, y) - 1, len(self.ys) - 2)
        return self.owner[row][col]


class Frames:
    """The frames of a page, of which a smaller one may lie in a cell of a larger one."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self.frames = sorted(frames, key=lambda frame: _area(frame.box))

    def cell_at(self, x: float, y: float) -> Place | None:
        """The innermost frame and its cell that a point lies in."""
        for number, frame in enumerate(self.frames):
            cell = frame.cell_at(x, y)
            if cell is not None:
                return number, cell
        return None

    def parent_of(self, number: int) -> Place | None:
        """The frame and its cell that another frame lies in."""
        left, top, right, bottom = self.frames[number].box
        for outer in range(number + 1, len(self.frames)):
            corners = {self.frames[outer].cell_at(x, y) for x in (left + 1, right - 1) for y in (top + 1, bottom - 1)}
            if len(corners) == 1:
                cell = corners.pop()
                if cell is not None:
                    return outer, cell
        return None


def find_frames(drawing: Drawing) -> list[Frame]:
    """The grids that the rules of a page make, of one cell and more."""
    horizontals, verticals = _joined(drawing.horizontals), _joined(drawing.verticals)
    if len(horizontals) < 2 or not verticals or len(horizontals) * len(verticals) > MAX_CROSSINGS:
        return []
    frames = [_frame(*group) for group in _connected(horizontals, verticals)]
    found = [frame for frame in frames if frame is not None]
    # A map or a drawing makes boxes without end; the tables among them have the most cells.
    return sorted(found, key=lambda frame: -len(frame.cells))[:MAX_FRAMES]


def _joined(segments: list[Segment]) -> list[Segment]:
    """Segments on one line made one, where they touch or are the dashes of it."""
    lines: list[list[Segment]] = []
    for segment in sorted(segments):
        if lines and segment[0] - lines[-1][0][0] <= _SAME_RULE:
            lines[-1].append(segment)
        else:
            lines.append([segment])
    rules: list[Segment] = []
    for line in lines:
        at = sum(segment[0] for segment in line) / len(line)
        ordered = sorted((start, end) for _, start, end in line)
        start, end = ordered[0]
        for following, beyond in ordered[1:]:
            is_dash = beyond - following <= THIN
            if following - end <= (_DASH_GAP if is_dash else _JOIN_GAP):
                end = max(end, beyond)
                continue
            rules.append((at, start, end))
            start, end = following, beyond
        rules.append((at, start, end))
    return [rule for rule in rules if rule[2] - rule[1] >= _LEAST_RULE]


def _connected(horizontals: list[Segment], verticals: list[Segment]) -> list[tuple[list[Segment], list[Segment]]]:
    """Rules that cross or touch one another, in groups."""
    n = len(horizontals)
    roots = list(range(n + len(verticals)))
    levels = [rule[0] for rule in horizontals]
    for index, (x, top, bottom) in enumerate(verticals):
        for number in range(bisect.bisect_left(levels, top - _TOUCH), bisect.bisect_right(levels, bottom + _TOUCH)):
            _, left, right = horizontals[number]
            if left - _TOUCH <= x <= right + _TOUCH:
                roots[_root(roots, number)] = _root(roots, n + index)
    groups: dict[int, tuple[list[Segment], list[Segment]]] = defaultdict(lambda: ([], []))
    for number, rule in enumerate(horizontals):
        groups[_root(roots, number)][0].append(rule)
    for index, rule in enumerate(verticals):
        groups[_root(roots, n + index)][1].append(rule)
    return [group for group in groups.values() if len(group[0]) >= 2 and group[1]]


def _root(roots: list[int], at: int) -> int:
    while roots[at] != at:
        roots[at] = roots[roots[at]]
        at = roots[at]
    return at


def _frame(horizontals: list[Segment], verticals: list[Segment]) -> Frame | None:
    open_verticals, open_horizontals = _open_sides(horizontals, verticals), _open_sides(verticals, horizontals)
    verticals, horizontals = verticals + open_verticals, horizontals + open_horizontals
    xs, ys = _lines(verticals), _lines(horizontals)
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    if n_rows < 1 or n_cols < 1 or n_rows * n_cols > MAX_POSITIONS:
        return None
    if xs[-1] - xs[0] < _LEAST_RULE or ys[-1] - ys[0] < _LEAST_RULE:
        return None
    right_walls = _walls(verticals, xs, ys)
    lower_walls = _walls(horizontals, ys, xs)
    roots = list(range(n_rows * n_cols))
    for row in range(n_rows):
        for col in range(n_cols):
            at = row * n_cols + col
            if col + 1 < n_cols and not right_walls[col + 1][row]:
                roots[_root(roots, at + 1)] = _root(roots, at)
            if row + 1 < n_rows and not lower_walls[row + 1][col]:
                roots[_root(roots, at + n_cols)] = _root(roots, at)
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for at in range(n_rows * n_cols):
        groups[_root(roots, at)].append(divmod(at, n_cols))
    cells = sorted(cell for group in groups.values() for cell in _rectangles(group))
    owner = [[0] * n_cols for _ in range(n_rows)]
    for number, (row, col, row_span, col_span) in enumerate(cells):
        for line in owner[row : row + row_span]:
            line[col : col + col_span] = [number] * col_span
    return Frame(xs, ys, owner, cells)


def _open_sides(rules: list[Segment], crossing: list[Segment]) -> list[Segment]:
    """The first and last crossing rule of a table whose rules end there without one.

    Korean reports leave the left and right side of a table open, and a table that goes on overleaf its lower side.
    """
    start, end = min(rule[0] for rule in rules), max(rule[0] for rule in rules)
    first, last = min(rule[1] for rule in rules), max(rule[2] for rule in rules)
    sides: list[Segment] = []
    n_first = sum(rule[1] - first <= _SAME_LINE for rule in rules)
    n_last = sum(last - rule[2] <= _SAME_LINE for rule in rules)
    if n_first >= 2 and min(rule[0] for rule in crossing) - first > _OPEN_SIDE:
        sides.append((first, start, end))
    if n_last >= 2 and last - max(rule[0] for rule in crossing) > _OPEN_SIDE:
        sides.append((last, start, end))
    return sides


def _lines(rules: list[Segment]) -> list[float]:
    lines: list[list[float]] = []
    for at in sorted(rule[0] for rule in rules):
        if lines and at - lines[-1][-1] <= _SAME_LINE and at - lines[-1][0] <= _LEAST_CELL:
            lines[-1].append(at)
        else:
            lines.append([at])
    return [sum(line) / len(line) for line in lines]


def _walls(rules: list[Segment], lines: list[float], marks: list[float]) -> list[list[bool]]:
    """For each line and each stretch between two marks, whether a rule lies there."""
    reaches: list[list[float]] = [[0.0] * (len(marks) - 1) for _ in lines]
    for at, start, end in rules:
        number = _nearest(lines, at)
        first = max(bisect.bisect_right(marks, start) - 1, 0)
        for stretch in range(first, len(marks) - 1):
            if marks[stretch] >= end:
                break
            reaches[number][stretch] += min(end, marks[stretch + 1]) - max(start, marks[stretch])
    return [[reach >= _COVERED * (marks[at + 1] - marks[at]) for at, reach in enumerate(line)] for line in reaches]


def _nearest(lines: list[float], at: float) -> int:
    number = bisect.bisect_left(lines, at)
    if number == len(lines) or (number and at - lines[number - 1] < lines[number] - at):
        return number - 1
    return number


def _rectangles(positions: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """The positions as one cell, or as few cells where they make no rectangle."""
    rows, cols = [row for row, _ in positions], [col for _, col in positions]
    height, width = max(rows) - min(rows) + 1, max(cols) - min(cols) + 1
    if height * width == len(positions):
        return [(min(rows), min(cols), height, width)]
    cells: list[tuple[int, int, int, int]] = []
    strips: dict[tuple[int, int], tuple[int, int]] = {}
    by_row: dict[int, list[int]] = defaultdict(list)
    for row, col in sorted(positions):
        by_row[row].append(col)
    for row, line in by_row.items():
        still: dict[tuple[int, int], tuple[int, int]] = {}
        for start, end in _stretches(line):
            top, tall = strips.pop((start, end), (row, 0))
            still[start, end] = (top, tall + 1)
        cells += [(top, start, tall, end - start) for (start, end), (top, tall) in strips.items()]
        strips = still
    return cells + [(top, start, tall, end - start) for (start, end), (top, tall) in strips.items()]


def _stretches(numbers: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found


def _area(box: tuple[float, float, float, float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
