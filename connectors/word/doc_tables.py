"""Tables as Word keeps them in DOC and RTF: rows of cells told by the place of their edges, and marks of merging."""

from dataclasses import dataclass, field

from connectors.grids import build_grid
from schemas.elements import Cell, Grid

_TOLERANCE = 30
"""Twips within which two edges are one, about half a millimetre; rows are drawn by hand."""

MAX_CELLS = 1_000
"""Cells of one row beyond which its definition is broken."""


@dataclass(slots=True)
class EdgeCell:
    """A cell of a row: its edges in twips, its merging, its text and whatever stands inside it.

    `is_beside` and `is_below` mark what a merged cell runs over; those hold no text of their own as a rule.
    """

    left: int
    right: int
    text: str = ""
    is_beside: bool = False
    is_below: bool = False
    contents: list[object] = field(default_factory=list)


def lay_out(rows: list[list[EdgeCell]]) -> tuple[Grid, list[tuple[int, int, EdgeCell]]]:
    """The exact grid of a table, and each of its cells with its row and column there.

    Args:
        rows: the rows' cells from the left.

    Raises:
        schemas.outcome.Failed: `too_many_elements` beyond a million positions.
    """
    columns = _columns_of(rows)
    n_cols = max(columns.values(), default=1)
    cells: list[Cell] = []
    places: list[tuple[int, int, EdgeCell]] = []
    open_above: dict[int, int] = {}
    for row, entries in enumerate(rows, start=1):
        still_open: dict[int, int] = {}
        next_col = 1
        for entry in entries:
            col = max(columns[entry.left] + 1, next_col)
            span = max(columns[entry.right] + 1 - col, 1)
            next_col = col + span
            above = open_above.get(col)
            if entry.is_beside and cells and cells[-1].row == row:
                index = len(cells) - 1
                cells[index] = _grown(cells[index], row, col + span, entry.text)
            elif entry.is_below and above is not None:
                index = above
                cells[index] = _grown(cells[index], row, cells[index].col + cells[index].col_span, entry.text)
            else:
                cells.append(Cell(row=row, col=col, col_span=span, text=entry.text))
                index = len(cells) - 1
            still_open[cells[index].col] = index
            places.append((cells[index].row, cells[index].col, entry))
        open_above = still_open
    return build_grid(cells, len(rows), n_cols), places


def _grown(cell: Cell, row: int, right: int, text: str) -> Cell:
    joined = "\n".join(part for part in (cell.text, text) if part.strip())
    return cell.model_copy(
        update={
            "row_span": row - cell.row + 1,
            "col_span": max(right - cell.col, cell.col_span),
            "text": joined or cell.text,
        }
    )


def _columns_of(rows: list[list[EdgeCell]]) -> dict[int, int]:
    """The number of the column line that each edge lies on, from 0."""
    edges = sorted({edge for row in rows for cell in row for edge in (cell.left, cell.right)})
    lines: dict[int, int] = {}
    line, first = -1, None
    for edge in edges:
        if first is None or edge - first > _TOLERANCE:
            line, first = line + 1, edge
        lines[edge] = line
    return lines
