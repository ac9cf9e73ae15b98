"""What a document holds by an independent walk over it, and how much of that came out in a reader's elements."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from schemas.elements import Completeness, Element, ElementKind

_NOTES = (ElementKind.FOOTNOTE, ElementKind.ENDNOTE)
# Where these stand in the order is the reader's choice; among themselves they have one.
_STREAMS = {
    ElementKind.FOOTNOTE: "notes",
    ElementKind.ENDNOTE: "notes",
    ElementKind.HEADER: "headers",
    ElementKind.FOOTER: "footers",
    ElementKind.FIGURE_CAPTION: "captions",
}
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_GRAM_SIZES = (64, 32, 16, 8, 4, 2, 1)
_MAX_CANDIDATES = 200
_MAX_POSITIONS = 1_000_000
_MAX_SEAM_CHARACTERS = 50


@dataclass(frozen=True)
class Expected:
    """What a walk found: every paragraph's text in order of the document, and how many tables, cells and notes.

    Blank paragraphs do no harm. A merged cell counts once; a note counts if it has text.
    """

    paragraphs: tuple[str, ...]
    n_tables: int
    n_cells: int
    n_merged: int
    n_notes: int

    def has_text(self) -> bool:
        """Whether any paragraph has text."""
        return any(paragraph.strip() for paragraph in self.paragraphs)


@dataclass(slots=True)
class TableSizes:
    """Counts tables as they are stored, in the same terms as grids: each position is covered by one cell."""

    n_tables: int = 0
    n_cells: int = 0
    n_merged: int = 0

    def add(self, spans: Iterable[tuple[int, int, int, int]], n_rows: int = 0, n_cols: int = 0) -> None:
        """Count a table.

        Args:
            spans: (row, column, rows, columns) of each cell, from 0. A cell whose corner is covered already is none, and
                one that would leave the table or run over another is cut.
            n_rows: rows that the table declares.
            n_cols: columns that the table declares.
        """
        self.n_tables += 1
        ordered = sorted(spans)
        n_rows = max([n_rows, *(row + 1 for row, _, _, _ in ordered)])
        n_cols = max([n_cols, *(col + 1 for _, col, _, _ in ordered)])
        if n_rows * n_cols > _MAX_POSITIONS:
            # no reader brings such a table out
            self.n_cells += len(ordered)
            return
        covered = [bytearray(n_cols) for _ in range(n_rows)]
        for row, col, height, width in ordered:
            if covered[row][col]:
                continue
            beyond = min(col + max(width, 1), n_cols)
            taken = covered[row].find(1, col, beyond)
            beyond = taken if taken >= 0 else beyond
            bottom = row
            while bottom < min(row + max(height, 1), n_rows) and covered[bottom].find(1, col, beyond) < 0:
                covered[bottom][col:beyond] = b"\1" * (beyond - col)
                bottom += 1
            self.n_cells += 1
            self.n_merged += (bottom - row, beyond - col) != (1, 1)
        self.n_cells += sum(line.count(0) for line in covered)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an element or a cell; `block` numbers that element or cell, `stream` names what it is read along with."""

    text: str
    block: int
    stream: str


def measure(expected: Expected, elements: Iterable[Element]) -> Completeness:
    """Compare what came out with what the walk found.

    A paragraph counts if it stands in the elements as a whole line, each line answering for one paragraph, so that a
    repeated paragraph must come out as often as it went in; or else unbroken inside an element's or a cell's text. Lines
    that say a paragraph once more than the document does count against the text. Where the elements leave the order of
    the document, a seam costs up to 50 characters, and a paragraph that fits on neither side is lost: a text box after its
    paragraph costs next to nothing, text turned upside down all. Notes, headers, footers and captions have an order
    among themselves alone. Equations are left out.

    Args:
        expected: what the walk found.
        elements: what the reader made of the document.
    """
    elements = list(elements)
    grids = [element.table for element in elements if element.table is not None]
    cells = [cell for grid in grids for cell in grid.cells]
    return Completeness(
        text=_text_share([text for text in map(_squeezed_lines, expected.paragraphs) if text], list(_lines(elements))),
        tables=(len(grids), expected.n_tables),
        cells=(len(cells), expected.n_cells),
        merged=(sum(cell.row_span > 1 or cell.col_span > 1 for cell in cells), expected.n_merged),
        notes=(sum(element.kind in _NOTES for element in elements), expected.n_notes),
    )


def _lines(elements: Iterable[Element]) -> Iterator[_Line]:
    for block, (text, stream) in enumerate(_texts(elements)):
        for line in _squeezed_lines(text):
            yield _Line(line, block, stream)


def _texts(elements: Iterable[Element]) -> Iterator[tuple[str, str]]:
    for element in elements:
        if element.kind is ElementKind.FORMULA:
            continue
        stream = _STREAMS.get(element.kind, "body")
        if element.table is None:
            yield element.text, stream
        else:
            yield from ((cell.text, stream) for cell in element.table.cells if cell.text)


def _squeezed_lines(text: str) -> tuple[str, ...]:
    """The lines of a text that are not blank, without white space and without what cannot be seen."""
    return tuple(line for line in map(_squeeze, text.split("\n")) if line)


def _squeeze(text: str) -> str:
    line = "".join(text.split())
    if not line.isprintable():
        line = "".join(char for char in line if unicodedata.category(char) not in _INVISIBLE)
    return unicodedata.normalize("NFC", line)


def _text_share(paragraphs: Sequence[tuple[str, ...]], lines: Sequence[_Line]) -> float:
    if not paragraphs:
        return 1.0
    keys = ["".join(parts) for parts in paragraphs]
    placing = _Placing(paragraphs, lines)
    spare = [index for index in range(len(lines)) if not placing.taken[index]]
    inside = _place_inside([key for key, at in zip(keys, placing.places, strict=True) if at is None], lines, spare)
    streams: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for key, position in zip(keys, placing.places, strict=True):
        place = next(inside) if position is None else position
        if place is not None:
            streams[lines[int(place)].stream].append((place, len(key)))
    known = {part for parts in paragraphs for part in parts}.union(keys)
    surplus = sum(len(lines[index].text) for index in spare if lines[index].text in known)
    kept = sum(sum(weight for _, weight in found) - _weight_of_seams(found) for found in streams.values())
    return max(kept, 0) / (sum(map(len, keys)) + surplus)


class _Placing:
    """Finds for each paragraph the line, or the first of the lines, that it came out as.

    Paragraphs that occur once come first, then from these their neighbours on both sides, which tells the copies of a
    repeated paragraph apart, then what is left, in order.
    """

    def __init__(self, paragraphs: Sequence[tuple[str, ...]], lines: Sequence[_Line]) -> None:
        self.places: list[int | None] = [None] * len(paragraphs)
        self.taken = bytearray(len(lines))
        self._paragraphs = paragraphs
        self._lines = lines
        self._singles: dict[str, list[int]] = defaultdict(list)
        self._doubles: dict[tuple[str, str], list[int]] = defaultdict(list)
        for position, line in enumerate(lines):
            self._singles[line.text].append(position)
        if any(len(parts) > 1 for parts in paragraphs):
            for position, (line, following) in enumerate(pairwise(lines)):
                self._doubles[line.text, following.text].append(position)
        self._place_unique()
        self._spread(range(len(paragraphs)), 0, is_forward=True)
        self._spread(range(len(paragraphs) - 1, -1, -1), len(lines), is_forward=False)
        self._place_rest()

    def _candidates(self, parts: tuple[str, ...]) -> list[int]:
        if len(parts) == 1:
            return self._singles.get(parts[0], [])
        return self._singles.get("".join(parts), []) + self._doubles.get((parts[0], parts[1]), [])

    def _place_unique(self) -> None:
        counts = Counter(self._paragraphs)
        for index, parts in enumerate(self._paragraphs):
            if counts[parts] == 1:
                positions = self._candidates(parts)
                if len(positions) == 1:
                    self._take(index, positions[0])

    def _spread(self, order: Iterable[int], border: int, *, is_forward: bool) -> None:
        for index in order:
            place = self.places[index]
            if place is None and border >= 0:
                lengths = (0,) if is_forward else (1, len(self._paragraphs[index]))
                if any(self._take(index, border - length) for length in lengths):
                    place = self.places[index]
            border = -1 if place is None else place + (self._length_at(index, place) if is_forward else 0)

    def _place_rest(self) -> None:
        tried: dict[tuple[str, ...], int] = defaultdict(int)
        for index, parts in enumerate(self._paragraphs):
            positions = self._candidates(parts)
            for _ in range(_MAX_CANDIDATES):
                if self.places[index] is not None or tried[parts] >= len(positions):
                    break
                self._take(index, positions[tried[parts]])
                tried[parts] += 1

    def _take(self, index: int, position: int) -> bool:
        length = self._length_at(index, position)
        if not length or any(self.taken[position : position + length]):
            return False
        self.taken[position : position + length] = b"\1" * length
        self.places[index] = position
        return True

    def _length_at(self, index: int, position: int) -> int:
        """How many lines from there on are this paragraph: one, or as many as it has if they stand in one block, or 0."""
        parts, lines = self._paragraphs[index], self._lines
        if not 0 <= position < len(lines):
            return 0
        if len(parts) == 1:
            return int(lines[position].text == parts[0])
        if lines[position].text == "".join(parts):
            return 1
        stretch = lines[position : position + len(parts)]
        is_one_block = len(stretch) == len(parts) and stretch[0].block == stretch[-1].block
        return len(parts) if is_one_block and tuple(line.text for line in stretch) == parts else 0


def _place_inside(keys: Sequence[str], lines: Sequence[_Line], spare: Sequence[int]) -> Iterator[float | None]:
    """For each of the texts that are no whole line its place inside what is left of the blocks, none used twice."""
    pieces: list[str] = []
    starts: list[tuple[int, int]] = []
    offset = 0
    for before, index in zip([None, *spare], spare, strict=False):
        is_next = before is not None and index == before + 1 and lines[index].block == lines[before].block
        if pieces and not is_next:
            pieces.append("\n")
            offset += 1
        starts.append((offset, index))
        pieces.append(lines[index].text)
        offset += len(lines[index].text)
    whole = "".join(pieces)
    occurrences = {key: iter(found) for key, found in _occurrences(whole, keys).items()}
    free = bytearray(b"\1") * len(whole)
    line_at: list[int] = []
    for (start, index), (end, _) in pairwise([*starts, (len(whole), -1)]):
        line_at.extend([index] * (end - start))
    for key in keys:
        place = None
        for at in occurrences.get(key, ()):
            end = at + len(key)
            if all(free[at:end]):
                free[at:end] = bytes(len(key))
                place = line_at[at] + (at / (len(whole) + 1))
                break
        yield place


def _occurrences(whole: str, keys: Iterable[str]) -> dict[str, list[int]]:
    """Where texts begin in a longer one, each at most 200 times; one pass for each length of their first characters."""
    wanted = frozenset(keys)
    lengths: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for key in wanted:
        size = next(size for size in _GRAM_SIZES if size <= len(key))
        lengths[size][key[:size]].add(len(key))
    found: dict[str, list[int]] = defaultdict(list)
    for size, by_gram in lengths.items():
        for at in range(len(whole) - size + 1):
            for length in by_gram.get(whole[at : at + size], ()):
                key = whole[at : at + length]
                if key in wanted and len(found[key]) < _MAX_CANDIDATES:
                    found[key].append(at)
    return found


def _weight_of_seams(found: Sequence[tuple[float, int]]) -> int:
    """What the breaks in the order cost, as seen from the document or from the elements, whichever is more."""
    backward = sorted((place, rank, weight) for rank, (place, weight) in enumerate(found))
    return max(_weight_of_descents(found), _weight_of_descents([(rank, weight) for _, rank, weight in backward]))


def _weight_of_descents(steps: Sequence[tuple[float, int]]) -> int:
    is_broken = [after[0] < before[0] for before, after in pairwise(steps)]
    total = 0
    for index, (_, weight) in enumerate(steps):
        around = is_broken[max(index - 1, 0) : index + 1]
        if around and all(around):
            total += weight
        elif index < len(is_broken) and is_broken[index]:
            total += min(weight, steps[index + 1][1], _MAX_SEAM_CHARACTERS)
    return total
