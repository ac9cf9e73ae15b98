"""Worksheets as elements, whatever format they come from: blocks with exact grids, marks by cell, notes, running lines."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from pydantic import TypeAdapter

from connectors import grids
from connectors.composition import Composer
from connectors.sheets.sheetblocks import BlockCutter, Rectangle, joined_runs
from schemas.elements import Cell, CellMark, ElementKind, Flag, Grid
from schemas.outcome import Failed

MAX_CELLS = 1_000_000
MAX_TABLE_ROWS = 2_000
_MAX_RULED = 1_000_000
_WHOLE_ROW_COLS, _WHOLE_COLUMN_ROWS = 16_000, 60_000
_MAX_COLS_BEYOND_TEXT, _MAX_ROWS_BEYOND_TEXT = 1_000, 5_000
_MAX_BLANK_MERGES = 1_000
_CELLS = TypeAdapter(list[Cell])

Rows = dict[int, dict[int, str]]
Trait = tuple[str | None, bool]
"""A cell's number format and whether it is a formula."""


@dataclass
class Sheet:
    """A worksheet: texts, traits and blank cells' lines by row and column, and what lies around them.

    Args:
        name: the sheet's tab.
        is_hidden: whether its tab is not shown.
        rows: texts; an empty one is a formula without a value.
        traits: number formats and formulas, where there is one to tell.
        ruled: border bits of blank cells.
        merges: merged ranges.
        hidden_rows: rows that are not shown, and `hidden_cols` the spans of columns.
        comments: row, column and text.
        links: row, column and address.
        text_boxes: texts that stand in drawings, by paragraph.
        is_uncomputed: whether there are formulas without a value.
        is_damaged: whether there are cells that name a text or a place which does not exist.
    """

    name: str
    is_hidden: bool = False
    rows: Rows = field(default_factory=dict)
    traits: dict[int, dict[int, Trait]] = field(default_factory=dict)
    ruled: dict[int, dict[int, int]] = field(default_factory=dict)
    merges: list[Rectangle] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: list[tuple[int, int]] = field(default_factory=list)
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    text_boxes: list[str] = field(default_factory=list)
    is_uncomputed: bool = False
    is_damaged: bool = False
    n_cells: int = 0
    n_ruled: int = 0

    def add_cell(self, row: int, col: int, text: str, code: str | None = None, *, is_formula: bool = False) -> None:
        """Add a cell that has a text or, being a formula without a value, should have one.

        Raises:
            Failed: `too_many_elements`.
        """
        self.n_cells += 1
        if self.n_cells > MAX_CELLS:
            raise Failed("too_many_elements", f"more than {MAX_CELLS:,} cells")
        self.rows.setdefault(row, {})[col] = text
        if code is not None or is_formula:
            self.traits.setdefault(row, {})[col] = (code, is_formula)

    def add_lines(self, row: int, col: int, lines: int) -> None:
        """Note the lines round a blank cell; beyond a million of them they are no longer looked at."""
        if self.n_ruled < _MAX_RULED:
            self.n_ruled += 1
            self.ruled.setdefault(row, {})[col] = lines


class SheetComposer:
    """Adds sheet after sheet to a document and keeps what they come to together within limits."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._cells = 0
        self.flags: list[Flag] = []
        """What is to be known of the whole document."""

    def add_sheet(self, sheet: Sheet) -> None:
        """Add a sheet's elements: running lines, blocks, comments, text boxes.

        Raises:
            Failed: `too_many_elements`.
        """
        self._cells += sheet.n_cells
        if self._cells > MAX_CELLS:
            raise Failed("too_many_elements", f"more than {MAX_CELLS:,} cells")
        composer = self._composer
        composer.sheet = sheet.name
        composer.leave_sections()
        composer.flags = [Flag.HIDDEN_SHEET] if sheet.is_hidden else []
        if sheet.is_uncomputed:
            self.flags.append(Flag.NO_CACHED_VALUES)
        if sheet.is_damaged:
            self.flags.append(Flag.LOW_COVERAGE)
        for lines, kind in ((sheet.headers, ElementKind.HEADER), (sheet.footers, ElementKind.FOOTER)):
            for line in dict.fromkeys(lines):
                composer.add_element(kind, line)
        if any(map(any, map(dict.values, sheet.rows.values()))):
            self._add_cells(sheet)
        for row, col, text in sheet.comments:
            composer.add_paragraph(text, cells=grids.cell_range(row, col, row, col), flags=[Flag.MEMO])
        for text in sheet.text_boxes:
            composer.add_paragraph(text, flags=[Flag.TEXT_BOX])
        composer.sheet = None
        composer.flags = []

    def _add_cells(self, sheet: Sheet) -> None:
        _drop_covered(sheet)
        merges = sane_merges(sheet.merges, sheet.rows)
        placed = BlockWriter(self._composer, sheet, merges)
        for block in BlockCutter(sheet.rows, sheet.ruled).blocks(merges):
            unit: str | None = None
            for part in placed.parts(block):
                placed.add(part, unit)
                table = self._composer.elements[-1].table if self._composer.elements else None
                unit = table.unit if table else None


def sane_merges(merges: Iterable[Rectangle], rows: Rows) -> list[Rectangle]:
    """The merged ranges but for those that would make an absurd grid, as one over whole columns does.

    An absurd one ends where the text ends, and is left out if it has none of its own.
    """
    last_row = max(rows, default=0)
    last_col = max((max(row) for row in rows.values() if row), default=0)
    kept: list[Rectangle] = []
    for merge in dict.fromkeys(merges):
        is_absurd = (
            merge.right - merge.left >= _WHOLE_ROW_COLS
            or merge.bottom - merge.top >= _WHOLE_COLUMN_ROWS
            or merge.positions > grids.MAX_POSITIONS
            or merge.right > last_col + _MAX_COLS_BEYOND_TEXT
            or merge.bottom > last_row + _MAX_ROWS_BEYOND_TEXT
        )
        if not is_absurd:
            kept.append(merge)
        elif rows.get(merge.top, {}).get(merge.left):
            kept.append(Rectangle(merge.top, merge.left, min(merge.bottom, last_row), min(merge.right, last_col)))
    return [merge for merge in kept if merge.positions > 1]


def _drop_covered(sheet: Sheet) -> None:
    """Forget what stands under a merged cell: Excel keeps it in the file and shows it to nobody."""
    rows = sheet.rows
    corners = {(merge.top, merge.left) for merge in sheet.merges}
    for merge in sheet.merges:
        tall = merge.bottom - merge.top >= len(rows)
        for row in list(rows) if tall else range(merge.top, merge.bottom + 1):
            if row not in rows or not merge.top <= row <= merge.bottom:
                continue
            for col in [col for col in rows[row] if merge.left <= col <= merge.right]:
                if (row, col) not in corners:
                    del rows[row][col]
                    sheet.traits.get(row, {}).pop(col, None)
            if not rows[row]:
                del rows[row]


class BlockWriter:
    """Writes the blocks of one sheet.

    Args:
        composer: where they go.
        sheet: the sheet.
        merges: its merged ranges, but for the absurd ones.
    """

    def __init__(self, composer: Composer, sheet: Sheet, merges: list[Rectangle]) -> None:
        self._composer = composer
        self._sheet = sheet
        self._merges = sorted(merges, key=lambda merge: (merge.top, merge.left))
        self._merge_tops = [merge.top for merge in self._merges]
        self._hidden_cols = {col for first, last in sheet.hidden_cols for col in range(first, last + 1)}
        n_blank = sum(not sheet.rows.get(merge.top, {}).get(merge.left) for merge in merges)
        self._tells_blank_merges = n_blank <= _MAX_BLANK_MERGES
        self._links: dict[int, list[tuple[int, str]]] = {}
        for row, col, address in sorted(sheet.links):
            self._links.setdefault(row, []).append((col, address))

    def parts(self, block: Rectangle) -> Iterator[Rectangle]:
        """The block in parts of two thousand rows, or so many more that no merged cell is cut."""
        ends = self._row_ends(block)
        top = block.top
        for bottom in ends:
            part = Rectangle(top, block.left, bottom, block.right)
            top = bottom + 1
            if part.positions <= grids.MAX_POSITIONS:
                yield part
                continue
            # Hugely sparse: the empty columns cost more than they tell.
            spans = {(col, col) for row in range(part.top, part.bottom + 1) for col in self._cols(row, part)}
            for left, right in joined_runs(spans):
                yield Rectangle(part.top, left, part.bottom, right)

    def _row_ends(self, block: Rectangle) -> list[int]:
        if block.bottom - block.top < MAX_TABLE_ROWS:
            return [block.bottom]
        tall = [merge for merge in self._merges_in(block) if merge.bottom > merge.top]
        runs: list[tuple[int, int]] = []
        for merge in tall:
            # Rows after which a cut would go through merged cells, as spans without gaps.
            if runs and merge.top <= runs[-1][1] + 1:
                runs[-1] = runs[-1][0], max(runs[-1][1], merge.bottom - 1)
            else:
                runs.append((merge.top, merge.bottom - 1))
        ends: list[int] = []
        top = block.top
        while block.bottom - top >= MAX_TABLE_ROWS:
            end = top + MAX_TABLE_ROWS - 1
            crossed = next(((first, last) for first, last in runs if first <= end <= last), None)
            if crossed:
                end = crossed[0] - 1 if crossed[0] > top else crossed[1] + 1
            if (end - top + 1) * (block.right - block.left + 1) > grids.MAX_POSITIONS:
                end = top + MAX_TABLE_ROWS - 1
            if end >= block.bottom:
                break
            ends.append(end)
            top = end + 1
        return [*ends, block.bottom]

    def _cols(self, row: int, block: Rectangle) -> list[int]:
        return [col for col in self._sheet.rows.get(row, ()) if block.left <= col <= block.right]

    def add(self, block: Rectangle, unit: str | None = None) -> None:
        """Add a block as table, or as paragraph if it is but one cell; a blank one only for its merges.

        Args:
            block: where it stands.
            unit: the unit of the table whose later part it is.
        """
        merges = self._merges_in(block)
        is_blank = not any(self._sheet.rows[row][col] for row, col in self._places(block))
        # Boxes to be filled in: what is merged is told, as far as it is a form and no formatting of a whole sheet.
        if is_blank and (not merges or not self._tells_blank_merges):
            return
        opening = list(islice(self._places(block), 2))
        is_line = not merges or (len(merges) == 1 and merges[0].positions == block.positions)
        if len(opening) == 1 and is_line:
            self._add_line(*opening[0], block, self._grid(block, merges, unit) if merges else None)
            return
        first = self._cols(block.top, block)
        if block.bottom > block.top and len(first) == 1 and not any(merge.top == block.top for merge in merges):
            # A first row that only says the unit is a line of its own above the table.
            text = self._sheet.rows[block.top][first[0]]
            if grids.find_unit(text, is_alone=True) is not None:
                self._add_line(block.top, first[0], Rectangle(block.top, first[0], block.top, first[0]))
                self.add(self._without_first_row(block, merges), unit)
                return
        marks = list(self._marks(block))
        self._composer.add_table(
            self._grid(block, merges, unit),
            cells=grids.cell_range(block.top, block.left, block.bottom, block.right),
            flags=[Flag.HIDDEN_CELLS] if any(mark.is_hidden for mark in marks) else [],
            links=self._links_in(block),
            marks=marks,
        )

    def _rows(self, block: Rectangle) -> Iterable[int]:
        return (row for row in range(block.top, block.bottom + 1) if row in self._sheet.rows)

    def _places(self, block: Rectangle) -> Iterator[tuple[int, int]]:
        return ((row, col) for row in self._rows(block) for col in self._cols(row, block))

    def _without_first_row(self, block: Rectangle, merges: list[Rectangle]) -> Rectangle:
        rest = [place for place in self._places(block) if place[0] > block.top]
        return Rectangle(
            min([*(row for row, _ in rest), *(merge.top for merge in merges)]),
            min([*(col for _, col in rest), *(merge.left for merge in merges)]),
            block.bottom,
            max([*(col for _, col in rest), *(merge.right for merge in merges)]),
        )

    def _merges_in(self, block: Rectangle) -> list[Rectangle]:
        first = bisect_left(self._merge_tops, block.top)
        last = bisect_right(self._merge_tops, block.bottom)
        return [merge for merge in self._merges[first:last] if block.left <= merge.left <= block.right]

    def _add_line(self, row: int, col: int, place: Rectangle, grid: Grid | None = None) -> None:
        self._composer.add_paragraph(
            self._sheet.rows[row][col],
            cells=grids.cell_range(place.top, place.left, place.bottom, place.right),
            grid=grid,
            flags=[Flag.HIDDEN_CELLS] if self._is_hidden(row, col) else [],
            links=self._links_in(place),
        )

    def _is_hidden(self, row: int, col: int) -> bool:
        return row in self._sheet.hidden_rows or col in self._hidden_cols

    def _links_in(self, block: Rectangle) -> list[str]:
        if not self._links:
            return []
        rows = range(block.top, block.bottom + 1)
        return [a for row in rows for col, a in self._links.get(row, ()) if block.left <= col <= block.right]

    def _marks(self, block: Rectangle) -> Iterator[CellMark]:
        has_hidden = bool(self._hidden_cols or self._sheet.hidden_rows)
        for row in range(block.top, block.bottom + 1):
            traits = self._sheet.traits.get(row, {})
            if not has_hidden:
                for col, (code, is_formula) in traits.items():
                    if block.left <= col <= block.right:
                        place = (row - block.top + 1, col - block.left + 1)
                        yield CellMark(row=place[0], col=place[1], number_format=code, is_formula=is_formula)
                continue
            for col in self._cols(row, block):
                code, is_formula = traits.get(col, (None, False))
                is_hidden = self._is_hidden(row, col)
                if code is not None or is_formula or is_hidden:
                    yield CellMark(
                        row=row - block.top + 1,
                        col=col - block.left + 1,
                        number_format=code,
                        is_formula=is_formula,
                        is_hidden=is_hidden,
                    )

    def _grid(self, block: Rectangle, merges: list[Rectangle], unit: str | None) -> Grid:
        corners: dict[int, dict[int, Rectangle]] = {}
        covered: dict[int, set[int]] = {}
        for merge in merges:
            inside = Rectangle(merge.top, merge.left, min(merge.bottom, block.bottom), min(merge.right, block.right))
            cols = range(inside.left, inside.right + 1)
            for row in range(inside.top, inside.bottom + 1):
                under = covered.setdefault(row, set())
                if not under.isdisjoint(cols):
                    return self._tangled_grid(block, merges)
                under.update(cols)
            corners.setdefault(inside.top, {})[inside.left] = inside
        # Built as a whole: one by one, cells cost more than all that was read for them.
        fields: list[dict[str, object]] = []
        for row in range(block.top, block.bottom + 1):
            texts = self._sheet.rows.get(row, {})
            number, before = row - block.top + 1, block.left - 1
            cols = range(block.left, block.right + 1)
            if row in covered:
                merged, under = corners.get(row, {}), covered[row]
                for col in cols:
                    if col in merged:
                        fields.append(_merged_fields(merged[col], block, texts.get(col, "")))
                    elif col not in under:
                        fields.append({"row": number, "col": col - before, "text": texts.get(col, "")})
            else:
                fields += [{"row": number, "col": col - before, "text": texts.get(col, "")} for col in cols]
        cells = _CELLS.validate_python(fields)
        n_rows, n_cols = block.bottom - block.top + 1, block.right - block.left + 1
        unit = grids.corner_unit(cells, n_cols, is_title=n_rows == 1) or unit
        return Grid(n_rows=n_rows, n_cols=n_cols, unit=unit, cells=cells)

    def _tangled_grid(self, block: Rectangle, merges: list[Rectangle]) -> Grid:
        """The grid of a broken sheet whose merged ranges overlap: the earlier ones win, and no text is lost."""
        spans = {(merge.top, merge.left): merge for merge in merges}
        places = {*self._places(block), *spans}
        fields = [
            _merged_fields(
                spans.get((row, col), Rectangle(row, col, row, col)),
                block,
                self._sheet.rows.get(row, {}).get(col, ""),
            )
            for row, col in places
        ]
        return grids.build_grid(
            _CELLS.validate_python(fields), block.bottom - block.top + 1, block.right - block.left + 1
        )


def _merged_fields(merge: Rectangle, block: Rectangle, text: str) -> dict[str, object]:
    return {
        "row": merge.top - block.top + 1,
        "col": merge.left - block.left + 1,
        "row_span": merge.bottom - merge.top + 1,
        "col_span": merge.right - merge.left + 1,
        "text": text,
    }
