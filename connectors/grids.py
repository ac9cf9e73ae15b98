"""Exact grids: every position of a table covered by one cell, whatever the reader that found the cells gave."""

import re
from collections.abc import Iterable, Sequence

from schemas.elements import Cell, Grid
from schemas.outcome import Failed
from schemas.provenance import column_letters

MAX_POSITIONS = 1_000_000
"""Rows times columns of one table."""

MAX_POSITIONS_IN_ALL = 2_000_000
"""Rows times columns of all tables of a document together."""

_MAX_STEPS = 10_000_000

_BRACKETS = r"()\[\]<>{}〔〕【】〈〉《》（）［］"
_UNIT_IN_BRACKETS = re.compile(
    r"[(\[<{〔【〈《（［]\s*단\s*위\s*[:：;]?\s*"
    rf"((?:[^{_BRACKETS}]|[(（][^{_BRACKETS}]*[)）])+?)"
    r"\s*[)\]>}〕】〉》）］]"
)
_UNIT_ALONE = re.compile(r"^[\s※*]*단\s*위\s*[:：]\s*(\S.{0,30}?)\s*$")
_CORNER_ROWS = 3


def build_grid(cells: Iterable[Cell], n_rows: int = 0, n_cols: int = 0, unit: str | None = None) -> Grid:
    """Lay cells out so that each position is covered exactly once, losing no text.

    The grid grows to hold every cell's corner. A span that would leave the grid or run over an earlier cell is cut to
    the free rectangle; a cell whose corner is covered already gives its text to the cell that covers it; positions
    that nobody claims become empty cells.

    Args:
        cells: cells with their corner counted from 1, in any order.
        n_rows: rows that the table declares, 0 if it declares none.
        n_cols: columns that the table declares, 0 if it declares none.
        unit: the unit printed with the table; looked for in the cells' corner if None.

    Raises:
        Failed: `too_many_elements` beyond a million positions.
    """
    ordered = sorted(cells, key=lambda cell: (cell.row, cell.col))
    n_rows = max([n_rows, *(cell.row for cell in ordered)])
    n_cols = max([n_cols, *(cell.col for cell in ordered)])
    if n_rows * n_cols > MAX_POSITIONS:
        raise Failed("too_many_elements", f"a table of {n_rows:,} by {n_cols:,}")
    owner: list[list[int]] = [[-1] * n_cols for _ in range(n_rows)]
    placed: list[Cell] = []
    for cell in ordered:
        top, left = cell.row - 1, cell.col - 1
        if owner[top][left] >= 0:
            if cell.text.strip():
                placed[owner[top][left]] = _with_more_text(placed[owner[top][left]], cell.text)
            continue
        height, width = _free_rectangle(owner, cell)
        for row in range(top, top + height):
            owner[row][left : left + width] = [len(placed)] * width
        placed.append(cell if (height, width) == (cell.row_span, cell.col_span) else _with_spans(cell, height, width))
    for top, row in enumerate(owner):
        placed.extend(Cell(row=top + 1, col=left + 1) for left, index in enumerate(row) if index < 0)
    placed.sort(key=lambda cell: (cell.row, cell.col))
    unit = unit or corner_unit(placed, n_cols, is_title=n_rows == 1)
    return Grid(n_rows=n_rows, n_cols=n_cols, unit=unit, cells=placed)


def _free_rectangle(owner: list[list[int]], cell: Cell) -> tuple[int, int]:
    if cell.row_span <= 1 and cell.col_span <= 1:
        return 1, 1
    top, left = cell.row - 1, cell.col - 1
    right = min(left + max(cell.col_span, 1), len(owner[0]))
    bottom = min(top + max(cell.row_span, 1), len(owner))
    width = next((col for col in range(left, right) if owner[top][col] >= 0), right) - left
    height = 1
    while top + height < bottom and all(index < 0 for index in owner[top + height][left : left + width]):
        height += 1
    return height, width


def _with_more_text(cell: Cell, text: str) -> Cell:
    return cell.model_copy(update={"text": f"{cell.text}\n{text}" if cell.text else text})


def _with_spans(cell: Cell, row_span: int, col_span: int) -> Cell:
    return cell.model_copy(update={"row_span": row_span, "col_span": col_span})


def flow_rows(rows: Iterable[Sequence[tuple[str, int, int]]]) -> list[Cell]:
    """Give cells that name only their spans, as HTML rows do, the positions that a browser would give them.

    Args:
        rows: rows of (text, row span, column span).

    Raises:
        Failed: `too_many_elements` beyond a million positions, or if the spans shift cells too far to the right.
    """
    cells: list[Cell] = []
    reserved: dict[int, int] = {}
    n_steps = 0
    for row, entries in enumerate(rows, start=1):
        col = 1
        for text, row_span, col_span in entries:
            start = col
            while reserved.get(col, 0) >= row:
                col += 1
            n_steps += col - start + max(col_span, 1)
            if row * col > MAX_POSITIONS or n_steps > _MAX_STEPS:
                raise Failed("too_many_elements", f"cells at row {row:,}, column {col:,}")
            cells.append(Cell(row=row, col=col, row_span=max(row_span, 1), col_span=max(col_span, 1), text=text))
            for covered in range(col, col + max(col_span, 1)):
                reserved[covered] = row + max(row_span, 1) - 1
            col += max(col_span, 1)
    return cells


def find_unit(text: str, *, is_alone: bool = False) -> str | None:
    """The unit that a text announces, such as 백만원 for `(단위: 백만원)`, as printed.

    Args:
        text: text to look in.
        is_alone: whether the announcement must be all of the text.
    """
    text = text.strip()
    match = _UNIT_IN_BRACKETS.search(text)
    if match and (not is_alone or match.span() == (0, len(text))):
        return match.group(1)
    match = _UNIT_ALONE.match(text)
    return match.group(1) if match else None


def corner_unit(cells: Iterable[Cell], n_cols: int, *, is_title: bool = False) -> str | None:
    """The unit printed inside a table that holds for all of it: in a cell of its own, at the corner, or across.

    A unit inside the heading of one column holds for that column alone and is left in its text.

    Args:
        cells: cells in row order.
        n_cols: columns of the table.
        is_title: whether the table is but a title line, all of which holds for what follows.
    """
    for cell in cells:
        if cell.row > _CORNER_ROWS:
            break
        is_for_all = is_title or (cell.row, cell.col) == (1, 1) or cell.col_span == n_cols
        unit = find_unit(cell.text, is_alone=not is_for_all)
        if unit:
            return unit
    return None


def cell_range(top: int, left: int, bottom: int, right: int) -> str:
    """A1 range of a rectangle, such as `B3:F20`, or `B3` for one cell."""
    first = f"{column_letters(left)}{top}"
    last = f"{column_letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"
