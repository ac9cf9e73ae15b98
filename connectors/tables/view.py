"""A dense view of a table's grid: every position answers with the text of the cell that covers it."""

import bisect
import itertools
import re
from collections.abc import Iterator
from functools import cached_property

from connectors.grids import build_grid
from schemas.budget import Place
from schemas.elements import Cell, Element, Grid

_RANGE_START = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})")


class TableView:
    """A table of a document, rows and columns counted from 1.

    Args:
        element: the element with the grid.
        ordinal: its position in reading order, from 0.
        number: the number of the table in its document, from 1.
        offset: rows above and columns to the left of this one in the whole table, where it is a part (`part`).
    """

    def __init__(self, element: Element, ordinal: int, number: int, offset: tuple[int, int] = (0, 0)) -> None:
        assert element.table is not None
        self._offset = offset
        self.element = element
        self.ordinal = ordinal
        self.number = number
        self.grid: Grid = element.table
        self.n_rows = self.grid.n_rows
        self.n_cols = self.grid.n_cols
        self._texts: list[list[str]] = [[""] * self.n_cols for _ in range(self.n_rows)]
        self._origins: dict[tuple[int, int], tuple[int, int]] = {}
        for cell in self.grid.cells:
            self._texts[cell.row - 1][cell.col - 1] = cell.text
            if cell.row_span > 1 or cell.col_span > 1:
                for row in range(cell.row, min(cell.row + cell.row_span, self.n_rows + 1)):
                    for col in range(cell.col, min(cell.col + cell.col_span, self.n_cols + 1)):
                        self._origins[row, col] = (cell.row, cell.col)

    def own(self, row: int, col: int) -> str:
        """The text that stands at a position itself: empty where a merged cell only covers it."""
        return self._texts[row - 1][col - 1]

    def text(self, row: int, col: int) -> str:
        """The text of the cell that covers a position."""
        origin = self._origins.get((row, col))
        return self._texts[row - 1][col - 1] if origin is None else self._texts[origin[0] - 1][origin[1] - 1]

    def origin(self, row: int, col: int) -> tuple[int, int]:
        """The upper left corner of the cell that covers a position."""
        return self._origins.get((row, col), (row, col))

    def own_row(self, row: int) -> list[str]:
        """The texts that stand in a row themselves."""
        return self._texts[row - 1]

    def spans(self, row: int, col: int) -> bool:
        """Whether the cell that covers a position is a merged one."""
        return (row, col) in self._origins

    def rows(self) -> Iterator[int]:
        """Row numbers, from 1."""
        return iter(range(1, self.n_rows + 1))

    @cached_property
    def _start(self) -> tuple[int, int] | None:
        found = _RANGE_START.match(self.element.locator.cells or "")
        if found is None:
            return None
        col = 0
        for letter in found.group(1):
            col = col * 26 + ord(letter) - ord("A") + 1
        return int(found.group(2)), col

    def goes_on_from(self, before: "TableView") -> bool:
        """Whether its rows follow on those of a table before it, of the same columns of the same sheet or file."""
        if self._start is None or before._start is None or self.element.sheet != before.element.sheet:
            return False
        follows = self._start == (before._start[0] + before.n_rows, before._start[1])
        return follows and self.n_cols == before.n_cols

    def part(self, first: int, last: int, left: int = 1, right: int | None = None) -> "TableView":
        """Rows `first` to `last`, columns `left` to `right`, as a table of their own; places are still those of the whole."""
        right = self.n_cols if right is None else right
        start = bisect.bisect_left(self.grid.cells, first, key=lambda cell: cell.row)
        cells = [
            Cell(
                row=cell.row - first + 1,
                col=cell.col - left + 1,
                row_span=min(cell.row_span, last - cell.row + 1),
                col_span=min(cell.col_span, right - cell.col + 1),
                text=cell.text,
            )
            for cell in itertools.takewhile(
                lambda cell: cell.row <= last, itertools.islice(self.grid.cells, start, None)
            )
            if left <= cell.col <= right
        ]
        grid = build_grid(cells, last - first + 1, right - left + 1)
        if first == 1:
            grid = grid.model_copy(update={"unit": self.grid.unit})
        element = self.element.model_copy(update={"table": grid})
        offset = (self._offset[0] + first - 1, self._offset[1] + left - 1)
        return TableView(element, self.ordinal, self.number, offset)

    def place(self, row: int, col: int, line: int | None = None) -> Place:
        """The place of a cell in its document."""
        start = self._start
        row, col = row + self._offset[0], col + self._offset[1]
        return Place(
            ordinal=self.ordinal,
            table=self.number,
            row=row,
            col=col,
            line=line,
            page=self.element.page,
            sheet=self.element.sheet,
            sheet_row=None if start is None else start[0] + row - 1,
            sheet_col=None if start is None else start[1] + col - 1,
        )
