"""The tables of a PDF page: ruled ones from its frames, and columns of numbers that stand under one another without rules."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from connectors.grids import build_grid
from connectors.pdf.breaks import Breaks
from connectors.pdf.frames import Frame, Frames
from connectors.pdf.lines import Line, group_lines, join_cell
from connectors.pdf.text import PageText, Place, Run
from schemas.elements import Cell, Grid

_FILLED_SHARE = 0.15
_FILLED_SURELY = 6
_BROKEN_SHARE = 0.4
_NARROW = 7.0
_OVERHANG = 1.0
_OVERHANG_CHARACTERS = 3
_PAGE_SHARE, _TEXT_SHARE = 0.5, 0.8

_LEAST_NUMBER_COLUMNS = 3
_LEAST_ROWS = 3
_NUMERIC_SHARE = 0.5
_PITCH_EMS = 3.0
_LEAST_NUMBERS = 3
_NUMBER = re.compile(
    r"[△▲▽▼+\-–−]?\s*\(?[△▲+\-–−]?\d[\d,.]*\)?\s*(?:%|％|원|억원|조원|백만원|천원|명|건|개|년|p)?|[-–−]"
)
_AMOUNT = re.compile(r"\d[,.]\d|%|\d{4}")
_MAX_CELL_CHARACTERS = 40


def kept_frames(frames: list[Frame], text: PageText) -> tuple[list[Frame], list[Run], bool]:
    """The frames that hold text as a table or a box does, and the page's runs as they were looked at.

    Args:
        frames: what the rules of the page make, the smallest first.
        text: the page's characters.

    Returns:
        The frames that are kept, the runs by the cells of all frames, and whether any frame was left out.
    """
    runs = text.runs(Frames(frames).cell_at)
    settle_overhangs(frames, runs)
    filled: dict[int, set[int]] = defaultdict(set)
    for run in runs:
        if run.place:
            filled[run.place[0]].add(run.place[1])
    all_frames = Frames(frames)
    for number in range(len(frames)):
        parent = all_frames.parent_of(number)
        if parent and filled[number]:
            filled[parent[0]].add(parent[1])
    kept: list[Frame] = []
    for number, frame in enumerate(frames):
        n_cells, n_filled = len(frame.cells), len(filled[number])
        if not n_filled or (n_cells > _FILLED_SURELY and n_filled < _FILLED_SHARE * n_cells):
            continue
        if text.n_broken[number] > max(_BROKEN_SHARE * n_filled, 1):
            continue
        if n_cells > 1 and _is_ground(frame, number, runs, text):
            continue
        # A box in a cell or around one parts nothing.
        if n_cells == 1 and (parent := all_frames.parent_of(number)) and len(frames[parent[0]].cells) > 1:
            continue
        kept.append(frame)
    return kept, runs, len(kept) < len(frames)


def settle_overhangs(frames: list[Frame], runs: list[Run]) -> None:
    """Give short runs over the left edge of a cell to the cell before it, where that has room and nothing else.

    Numbers are set to the right, and a dash at the end of a narrow column may lie beyond its rule.

    Args:
        frames: the frames that the runs' places name.
        runs: the runs, whose places are changed.
    """
    held: dict[Place, list[Run]] = defaultdict(list)
    for run in runs:
        if run.place:
            held[run.place].append(run)
    # From the left, so that what stands in the cell before has already been moved on.
    for run in sorted(runs, key=lambda run: run.left):
        if run.place is None or len(run.text) > _OVERHANG_CHARACTERS:
            continue
        frame = frames[run.place[0]]
        left_edge = frame.xs[frame.cells[run.place[1]][1]]
        if not run.left < left_edge - _OVERHANG < left_edge < run.right:
            continue
        cell = frame.cell_at(left_edge - _OVERHANG, (run.top + run.bottom) / 2)
        before = None if cell is None else (run.place[0], cell)
        if before and before != run.place and not any(_is_level(run, other) for other in held[before]):
            held[run.place].remove(run)
            held[before].append(run)
            run.place = before


def _is_level(run: Run, other: Run) -> bool:
    return min(run.bottom, other.bottom) - max(run.top, other.top) > (run.bottom - run.top) / 2


def _is_ground(frame: Frame, number: int, runs: list[Run], text: PageText) -> bool:
    """Whether the frame is but the ground of most of the page, whose text lies in one cell of it."""
    left, top, right, bottom = frame.box
    width, height = text.turn.size
    if (right - left) * (bottom - top) < _PAGE_SHARE * width * height:
        return False
    sizes: Counter[int] = Counter()
    for run in runs:
        if run.place and run.place[0] == number:
            sizes[run.place[1]] += len(run.text)
    return bool(sizes) and sizes.most_common(1)[0][1] > _TEXT_SHARE * sum(sizes.values())


def is_table(frame: Frame, cells: dict[int, list[Run]]) -> bool:
    """Whether a frame is a table, and not a box around text."""
    return len(frame.cells) > 1 and len(cells) > 1


def split_rows(frame: Frame, cells: dict[int, list[Run]]) -> tuple[Frame, dict[int, list[Run]], bool]:
    """Part rows whose cells hold columns of numbers: rows of a table that has no rules between them.

    Args:
        frame: the frame.
        cells: the runs in each of its cells.

    Returns:
        Frame and cells, and whether a row was parted.
    """
    is_parted = False
    row = 0
    while row < len(frame.ys) - 1:
        edges = _row_edges(frame, cells, row)
        if edges:
            frame, cells = _parted(frame, cells, row, edges)
            is_parted = True
        row += len(edges) + 1
    return frame, cells, is_parted


def _row_edges(frame: Frame, cells: dict[int, list[Run]], row: int) -> list[float]:
    """Heights at which a row falls into rows, by its columns of numbers that have the same number of lines."""
    by_count: dict[int, list[list[Line]]] = defaultdict(list)
    for number, runs in cells.items():
        top, _, row_span, _ = frame.cells[number]
        if top != row or row_span != 1 or len(runs) < 2:
            continue
        lines = group_lines(runs)
        if len(lines) > 1 and all(_NUMBER.fullmatch(line.text.strip()) for line in lines):
            by_count[len(lines)].append(lines)
    count, columns = max(by_count.items(), key=lambda item: (len(item[1]), item[0]), default=(0, []))
    if len(columns) < _LEAST_NUMBER_COLUMNS:
        return []
    edges: list[float] = []
    for at in range(count):
        middles = [(lines[at].top + lines[at].bottom) / 2 for lines in columns]
        if max(middles) - min(middles) > columns[0][at].em / 2:
            return []
        edges.append(sum(middles) / len(middles))
    return [(upper + lower) / 2 for upper, lower in pairwise(edges)]


def _parted(
    frame: Frame, cells: dict[int, list[Run]], row: int, edges: list[float]
) -> tuple[Frame, dict[int, list[Run]]]:
    ys = [*frame.ys[: row + 1], *edges, *frame.ys[row + 1 :]]
    places: list[tuple[int, int, int, int]] = []
    held: dict[int, list[Run]] = {}
    for number, (top, left, row_span, col_span) in enumerate(frame.cells):
        runs = cells.get(number, [])
        if top != row or row_span != 1:
            is_around = top <= row < top + row_span
            place = (top + len(edges) * (top > row), left, row_span + len(edges) * is_around, col_span)
            held[len(places)] = runs
            places.append(place)
            continue
        for at in range(len(edges) + 1):
            upper = edges[at - 1] if at else float("-inf")
            lower = edges[at] if at < len(edges) else float("inf")
            held[len(places)] = [run for run in runs if upper <= (run.top + run.bottom) / 2 < lower]
            places.append((row + at, left, 1, col_span))
    return Frame(frame.xs, ys, [], places), {number: runs for number, runs in held.items() if runs}


def ruled_grid(frame: Frame, cells: dict[int, list[Run]], breaks: Breaks) -> tuple[Grid, list[tuple[int, int]]]:
    """The grid of a frame with its text; rows and columns without a cell of their own are left out.

    Args:
        frame: the frame.
        cells: the runs in each of its cells.
        breaks: tells where a word was cut.

    Returns:
        The grid, and for each cell of the frame its row and column in the grid.
    """
    filled = {number for number, runs in cells.items() if runs}
    rows = _counted(frame.ys, [(cell[0], cell[2], number in filled) for number, cell in enumerate(frame.cells)])
    cols = _counted(frame.xs, [(cell[1], cell[3], number in filled) for number, cell in enumerate(frame.cells)])
    placed: list[Cell] = []
    places: list[tuple[int, int]] = []
    for number, (row, col, row_span, col_span) in enumerate(frame.cells):
        height, width = rows[row + row_span] - rows[row], cols[col + col_span] - cols[col]
        place = rows[row] + 1, cols[col] + 1
        places.append(place)
        if height and width:
            text = join_cell(group_lines(cells.get(number, ())), frame.xs[col], frame.xs[col + col_span], breaks)
            placed.append(Cell(row=place[0], col=place[1], row_span=height, col_span=width, text=text))
    return build_grid(placed), places


def _counted(lines: list[float], cells: list[tuple[int, int, bool]]) -> list[int]:
    """For each line of a grid, how many rows or columns of the table lie before it.

    Left out are those in which no cell begins, and narrow ones without text, which are but the space between two rules.
    """
    filled = {at for start, span, is_filled in cells if is_filled for at in ((start,) if span == 1 else ())}
    is_narrow = [end - start < _NARROW and at not in filled for at, (start, end) in enumerate(pairwise(lines))]
    starts: set[int] = set()
    for start, span, is_filled in cells:
        wide = [at for at in range(start, start + span) if not is_narrow[at]]
        if wide or is_filled:
            starts.add(wide[0] if wide else start)
    counts = [0]
    for at in range(len(lines) - 1):
        counts.append(counts[-1] + (at in starts))
    return counts


def guessed_tables(lines: list[Line]) -> Iterator[tuple[int, int, Grid]]:
    """Tables without rules: three lines and more whose pieces stand under one another, most of them numbers.

    Args:
        lines: lines of one column, from above.

    Yields:
        The first line, the line after the last one, and the grid.
    """
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and len(lines[end].runs) > 1 and (end == start or _is_below(lines[end - 1], lines[end])):
            end += 1
        if end - start >= _LEAST_ROWS:
            grid = _aligned(lines[start:end])
            if grid is not None:
                yield start, end, grid
        start = max(end, start + 1)


def _is_below(line: Line, following: Line) -> bool:
    return 0 <= following.top - line.top <= _PITCH_EMS * max(line.em, following.em)


def _aligned(lines: list[Line]) -> Grid | None:
    runs = sorted((run for line in lines for run in line.runs), key=lambda run: run.left)
    columns: list[list[float]] = []
    for run in runs:
        if columns and run.left < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], run.right)
        else:
            columns.append([run.left, run.right])
    if len(columns) < 2:
        return None
    cells: list[Cell] = []
    n_numbers = n_others = n_amounts = 0
    for row, line in enumerate(lines, start=1):
        taken: set[int] = set()
        for run in line.runs:
            places = (at for at, column in enumerate(columns, start=1) if column[0] <= run.left <= column[1])
            col = next(places, None)
            if col is None or col in taken or len(run.text) > _MAX_CELL_CHARACTERS:
                return None
            taken.add(col)
            cells.append(Cell(row=row, col=col, text=run.text))
            if col > 1:
                is_number = _NUMBER.fullmatch(run.text.strip()) is not None
                n_numbers, n_others = n_numbers + is_number, n_others + (not is_number)
                n_amounts += is_number and _AMOUNT.search(run.text) is not None
    # The numbers of a table of contents are pages, which have neither commas nor four digits.
    if n_numbers < max(_LEAST_NUMBERS, _NUMERIC_SHARE * (n_numbers + n_others)) or n_amounts < _LEAST_NUMBERS - 1:
        return None
    return build_grid(cells, n_rows=len(lines), n_cols=len(columns))
