"""The reading order of a PDF page: columns of running text told by the gutter between them, all else line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from connectors.pdf.lines import Line, group_lines
from connectors.pdf.text import Run

_BIN = 2.0
_MAX_BINS = 4_000
_LEAST_GUTTER = 6.0
_CROSSED = 0.2
_LEAST_ITEMS = 8
_LEAST_LINES = 3
_LEAST_SIDEBAR_LINES = 4
_COLUMN_CHARACTERS = 11
_TEXT_CHARACTERS = 18
_SIDEBAR_CHARACTERS = 4
_COLUMN_TEXT = 0.45
_ALIGNED = 0.5
_SWITCHES = 0.3
_SWITCHES_OF_TEXT = 0.7
_SLACK = 1.0
_MAX_DEPTH = 6
_MAX_GUTTERS = 6


@dataclass(slots=True)
class Framed:
    """A frame of a page as one thing to be read: its number and its box."""

    number: int
    left: float
    top: float
    right: float
    bottom: float
    order: int = 0


Item = Run | Framed


def reading_order(items: list[Item], depth: int = 0) -> list[list[Item]]:
    """The items of a page in regions, each a column or a part of the page as wide as it is, in the order to be read."""
    if depth >= _MAX_DEPTH or len(items) < _LEAST_ITEMS:
        return [items] if items else []
    for gutter in _gutters(items):
        bands = list(_bands(items, gutter))
        columned = [band for band in bands if band.is_columned]
        in_columns = sum(_characters(band.left) + _characters(band.right) for band in columned)
        if not columned or in_columns < _COLUMN_TEXT * _characters(items):
            continue
        regions: list[list[Item]] = []
        plain: list[Item] = []
        for band in bands:
            if not band.is_columned:
                plain += band.left + band.right + band.crossing
                continue
            # What crosses the gutter above a pair of columns is read before them.
            plain += band.crossing
            regions += reading_order(plain, depth + 1) if plain else []
            plain = []
            regions += reading_order(band.left, depth + 1) + reading_order(band.right, depth + 1)
        return regions + (reading_order(plain, depth + 1) if plain else [])
    return [items]


def lines_and_frames(region: list[Item]) -> list[Line | Framed]:
    """The lines of a region with its frames between them, from above; what stands left of a frame comes before it."""
    frames = sorted((item for item in region if isinstance(item, Framed)), key=lambda item: (item.top, item.left))
    lines = group_lines(item for item in region if isinstance(item, Run))
    if not frames:
        return list(lines)
    keyed: list[tuple[float, float, Line | Framed]] = []
    tops: list[Framed] = []
    for frame in frames:
        beside = next((other for other in tops if abs(other.top - frame.top) <= 2 * _LEAST_GUTTER), None)
        tops.append(frame)
        keyed.append((beside.top if beside else frame.top, frame.left, frame))
    for line in lines:
        middle = (line.top + line.bottom) / 2
        beside = next((frame for frame in frames if frame.top <= middle <= frame.bottom), None)
        is_left = beside is not None and line.right <= beside.left + _SLACK
        keyed.append((beside.top - 0.1 if beside is not None and is_left else middle, line.left, line))
    return [item for _, _, item in sorted(keyed, key=lambda entry: entry[:2])]


@dataclass(slots=True)
class _Band:
    """A stretch of the page: what crosses the gutter at its head, and what then stands on either side of it."""

    crossing: list[Item]
    left: list[Item]
    right: list[Item]

    @property
    def is_columned(self) -> bool:
        return _are_columns(self.left, self.right)


def _bands(items: list[Item], gutter: float) -> Iterator[_Band]:
    band = _Band([], [], [])
    for item in sorted(items, key=lambda item: (item.top + item.bottom) / 2):
        if item.right <= gutter + _SLACK:
            band.left.append(item)
        elif item.left >= gutter - _SLACK:
            band.right.append(item)
        else:
            if band.left or band.right:
                yield band
                band = _Band([], [], [])
            band.crossing.append(item)
    yield band


def _gutters(items: list[Item]) -> list[float]:
    """Where little text crosses, between places where much stands; the middle of the widest first."""
    left, right = min(item.left for item in items), max(item.right for item in items)
    bin_width = max(_BIN, (right - left) / _MAX_BINS)
    n_bins = int((right - left) / bin_width) + 1
    steps = [0.0] * (n_bins + 1)
    for item in items:
        height = item.bottom - item.top if isinstance(item, Framed) else max(item.size, 1.0)
        steps[int((item.left - left) / bin_width)] += height
        steps[min(int((item.right - left) / bin_width) + 1, n_bins)] -= height
    cover: list[float] = []
    total = 0.0
    for step in steps[:-1]:
        total += step
        cover.append(total)
    limit = _CROSSED * max(cover)
    found: list[tuple[float, float, float]] = []
    start: int | None = None
    for at, covered in enumerate([*cover, limit + 1.0]):
        if covered <= limit and start is None:
            start = at
        elif covered > limit and start is not None:
            width = (at - start) * bin_width
            # Text that is ragged on the right narrows what is free; the least covered part is the gutter.
            least = min(cover[start:at])
            free = [index for index in range(start, at) if cover[index] <= least + 0.01]
            if width >= _LEAST_GUTTER and start > 0 and at < n_bins:
                found.append((least, -width, left + (free[0] + free[-1] + 1) / 2 * bin_width))
            start = None
    return [middle for _, _, middle in sorted(found)[:_MAX_GUTTERS]]


def _are_columns(left: list[Item], right: list[Item]) -> bool:
    """Whether two sides of a gutter are columns of running text, and not the cells of a table without rules."""
    ones = [item for item in left if isinstance(item, Run)]
    others = [item for item in right if isinstance(item, Run)]
    lines, opposite = group_lines(ones), group_lines(others)
    fewer = min(len(lines), len(opposite))
    if fewer < _LEAST_LINES:
        return False
    characters = min(_usual_characters(lines), _usual_characters(opposite))
    switches = _SWITCHES_OF_TEXT if characters >= _TEXT_CHARACTERS else _SWITCHES
    if _switches(ones, others) > max(2.0, switches * fewer):
        return False
    if characters >= _COLUMN_CHARACTERS:
        return True
    return characters >= _SIDEBAR_CHARACTERS and fewer >= _LEAST_SIDEBAR_LINES and not _are_aligned(lines, opposite)


def _switches(left: list[Run], right: list[Run]) -> int:
    """How often the page's content goes from one side to the other."""
    sides = sorted([(run.order, 0) for run in left] + [(run.order, 1) for run in right])
    return sum(before[1] != after[1] for before, after in pairwise(sides))


def _usual_characters(lines: list[Line]) -> float:
    """Length of the line that a character usually stands in; labels of charts between the lines hardly change it."""
    return sum(len(line.text) ** 2 for line in lines) / max(sum(len(line.text) for line in lines), 1)


def _are_aligned(lines: list[Line], opposite: list[Line]) -> bool:
    fewer, more = sorted((lines, opposite), key=len)
    middles = [(line.top + line.bottom) / 2 for line in more]
    aligned = sum(
        any(abs((line.top + line.bottom) / 2 - middle) <= line.em / 4 for middle in middles) for line in fewer
    )
    return aligned >= _ALIGNED * len(fewer)


def _characters(items: list[Item]) -> int:
    return sum(len(item.text) for item in items if isinstance(item, Run))
