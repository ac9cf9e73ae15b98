"""The blocks of a worksheet: rectangles of cells that belong together, cut at empty rows and columns, again and again.

A gap cuts nothing where a merged range or the lines of a ruled table run through it, nor where what stands behind an
empty column has no labels of its own and is but the rest of the table before it.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

MAX_ROW = 1_048_576
MAX_COL = 16_384
LINES_DOWN, LINES_ACROSS = 1, 2
"""Bits of a blank cell's border: lines at its left or right, and lines at its top or bottom."""

_MAX_RULED_ROWS = 100
_MAX_RULED_COLS = 20
_MAX_SPACER_COLS = 1
_MAX_FIELD_GAP = 3
_SAME_ROWS_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A range, its corners included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def positions(self) -> int:
        """Rows times columns."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def holds(self, row: int, col: int) -> bool:
        """Whether a position lies inside."""
        return self.top <= row <= self.bottom and self.left <= col <= self.right


@dataclass(slots=True)
class _Part:
    """Cells by row, in columns of any order, with the merged ranges among them."""

    cells: dict[int, Collection[int]] = field(default_factory=dict)
    merges: list[Rectangle] = field(default_factory=list)

    def rows(self) -> set[int]:
        rows = set(self.cells)
        for merge in self.merges:
            rows.update(range(merge.top, merge.bottom + 1))
        return rows

    def extent(self) -> Rectangle:
        return Rectangle(
            min([*self.cells, *(merge.top for merge in self.merges)]),
            min([*map(min, self.cells.values()), *(merge.left for merge in self.merges)]),
            max([*self.cells, *(merge.bottom for merge in self.merges)]),
            max([*map(max, self.cells.values()), *(merge.right for merge in self.merges)]),
        )


class BlockCutter:
    """Cuts one sheet into blocks.

    Args:
        texts: texts by row and column.
        ruled: border bits of blank cells, by row and column.
    """

    def __init__(self, texts: dict[int, dict[int, str]], ruled: dict[int, dict[int, int]]) -> None:
        self._texts = texts
        self._ruled = ruled

    def blocks(self, merges: Iterable[Rectangle]) -> list[Rectangle]:
        """The blocks from top to bottom and, side by side, from left to right; some may hold merged ranges only."""
        cells: dict[int, Collection[int]] = {row: texts.keys() for row, texts in self._texts.items() if texts}
        return list(self._by_rows(_Part(cells, list(merges)), is_strip=False))

    def _by_rows(self, part: _Part, *, is_strip: bool) -> Iterator[Rectangle]:
        bands = self._bands(part)
        if is_strip and len(bands) == 1:
            yield part.extent()
            return
        for band in bands:
            yield from self._by_cols(band)

    def _by_cols(self, part: _Part) -> Iterator[Rectangle]:
        # In a single row the gaps are all there is to say that its texts are a label and its value.
        strips = self._strips(part) if len(part.cells) > 1 else [part]
        if len(strips) == 1:
            yield part.extent()
            return
        for strip in strips:
            yield from self._by_rows(strip, is_strip=True)

    def _bands(self, part: _Part) -> list[_Part]:
        spans: list[tuple[int, int, Rectangle | None]] = [(row, row, None) for row in part.cells]
        spans += [(merge.top, merge.bottom, merge) for merge in part.merges]
        spans.sort(key=lambda span: span[:2])
        bands: list[_Part] = []
        bottom, last = 0, 0
        for start, end, merge in spans:
            is_near = start <= bottom + 1 or self._is_ruled_down(part, last, bottom, start)
            if not bands or not is_near:
                bands.append(_Part())
            band = bands[-1]
            if merge is None:
                band.cells[start] = part.cells[start]
                last = start
            else:
                band.merges.append(merge)
            bottom = max(bottom, end)
        return bands

    def _is_ruled_down(self, part: _Part, last: int, bottom: int, start: int) -> bool:
        """Whether the lines between columns run on through the empty rows between `bottom` and `start`."""
        above, below = part.cells.get(last), part.cells.get(start)
        if not self._ruled or not above or not below or start - bottom > _MAX_RULED_ROWS:
            return False
        left, right = min(*above, *below, MAX_COL), max(*above, *below, 1)
        wanted = max(1, (max(len(above), len(below)) + 1) // 2)
        return all(
            sum(bits & LINES_DOWN and left <= col <= right for col, bits in self._ruled.get(row, {}).items()) >= wanted
            for row in range(bottom + 1, start)
        )

    def _strips(self, part: _Part) -> list[_Part]:
        spans = {(col, col) for col in set().union(*part.cells.values())}
        spans |= {(merge.left, merge.right) for merge in part.merges}
        runs = list(joined_runs(spans))
        if len(runs) == 1:
            return [part]
        strips = _dealt(part, runs)
        groups = [strips[0]]
        end = runs[0][1]
        for (left, right), strip in zip(runs[1:], strips[1:], strict=True):
            gap = left - end - 1
            # A merged range without text is the field that its label stands beside.
            is_field = gap <= _MAX_FIELD_GAP and not (strip.cells and groups[-1].cells)
            if is_field or self._is_ruled_across(part, end, left) or self._continues(groups[-1], strip, gap):
                groups[-1] = _united(groups[-1], strip)
            else:
                groups.append(strip)
            end = right
        return groups

    def _is_ruled_across(self, part: _Part, end: int, start: int) -> bool:
        """Whether the lines between rows run on through the empty columns between `end` and `start`."""
        if not self._ruled or start - end > _MAX_RULED_COLS:
            return False
        wanted = (len(part.cells) + 1) // 2
        return all(
            sum(bool(self._ruled.get(row, {}).get(col, 0) & LINES_ACROSS) for row in part.cells) >= wanted
            for col in range(end + 1, start)
        )

    def _continues(self, before: _Part, strip: _Part, gap: int) -> bool:
        """Whether a strip is the rest of the table before it, parted from it by a spacer only."""
        if gap > _MAX_SPACER_COLS:
            return False
        rows, others = before.rows(), strip.rows()
        if min(len(rows), len(others)) < 2:
            return False
        shared = len(rows & others)
        if _width(before) == 1 or _width(strip) == 1:
            # One column says nothing without the others: their labels, or one more of their figures.
            return shared >= _SAME_ROWS_SHARE * min(len(rows), len(others))
        if shared < _SAME_ROWS_SHARE * max(len(rows), len(others)):
            return False
        first_col = strip.extent().left
        labels = [self._texts.get(row, {}).get(first_col, "") for row in sorted(strip.cells)[1:]]
        return 2 * sum(map(_is_figure, labels)) >= len(labels)


def joined_runs(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that touch or overlap, as one."""
    start = end = None
    for first, last in sorted(spans):
        if start is None or end is None:
            start, end = first, last
        elif first <= end + 1:
            end = max(end, last)
        else:
            yield start, end
            start, end = first, last
    if start is not None and end is not None:
        yield start, end


def _dealt(part: _Part, runs: list[tuple[int, int]]) -> list[_Part]:
    starts = [left for left, _ in runs]
    strips = [_Part() for _ in runs]
    for row, cols in part.cells.items():
        dealt: dict[int, list[int]] = {}
        for col in cols:
            dealt.setdefault(bisect_right(starts, col) - 1, []).append(col)
        for index, own in dealt.items():
            strips[index].cells[row] = own
    for merge in part.merges:
        strips[bisect_right(starts, merge.left) - 1].merges.append(merge)
    return strips


def _united(left: _Part, right: _Part) -> _Part:
    cells = dict(left.cells)
    for row, cols in right.cells.items():
        cells[row] = [*cells.get(row, ()), *cols]
    return _Part(cells, left.merges + right.merges)


def _width(part: _Part) -> int:
    extent = part.extent()
    return extent.right - extent.left + 1


def _is_figure(text: str) -> bool:
    return not text or text.lstrip("-△▲(").replace(",", "").replace(".", "", 1).rstrip("%)").isdecimal()
