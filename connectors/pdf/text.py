"""A PDF page's characters put together to runs: pieces of a line with their box, in points from the page's upper left.

One foreign call a character, for its box; all else is asked for once a page or once a run.
"""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

_SAMPLED = 40
_HYPHENS = {0x02, 0xFFFE}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_BOX_BYTES = 16
_FAR = 100_000.0
_GAP_EMS = 1.5
_BACKWARD_EMS = 0.8
_LOOSE_EMS = 1.5
_ASCENT, _DESCENT = 0.88, 0.22
_TALL = 2.0
_TALL_CHARACTERS = 4
_CLOSE_EMS = 0.1
_OVERHANG_CHARACTERS, _OVERHANG_SHARE = 1, 0.34
_SHORT_CHARACTERS = 3
_EDGE = 0.5
_BOLD_WEIGHT = 600
_SCRIPT_CHANGE = re.compile(r"[가-힣](?= [0-9A-Za-z])|[0-9A-Za-z%](?= [가-힣])")
_AUTOSPACE = 0.3
_NOTHING = "\x01"
_GARBLED_SHARE = 0.3
_GARBLED_LEAST = 10

Place = tuple[int, int]
"""A table of the page and a cell of it, by their numbers."""


@dataclass(slots=True)
class Run:
    """Characters that stand together on a line. `order` is their place in the page's content."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    is_bold: bool = False
    order: int = 0
    place: Place | None = None
    links: tuple[str, ...] = ()
    ends_with_space: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """How the page's own coordinates are turned, so that its text runs from left to right and counts from above."""

    quarters: int
    bounds: tuple[float, float, float, float]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as it is read."""
        left, bottom, right, top = self.bounds
        width, height = right - left, top - bottom
        return (height, width) if self.quarters % 2 else (width, height)

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box of the page's own coordinates as left, top, right and bottom."""
        x_low, y_low, x_high, y_high = self.bounds
        if self.quarters == 0:
            return left - x_low, y_high - top, right - x_low, y_high - bottom
        if self.quarters == 1:
            return bottom - y_low, left - x_low, top - y_low, right - x_low
        if self.quarters == 2:
            return x_high - right, bottom - y_low, x_high - left, top - y_low
        return y_high - top, x_high - right, y_high - bottom, x_high - left


@dataclass(slots=True)
class PageText:
    """A page's characters with their boxes: four numbers each, already turned."""

    characters: str
    boxes: list[float]
    turn: Turn
    handle: Any
    is_garbled: bool = False
    n_printed: int = 0
    n_broken: Counter[int] = field(default_factory=Counter)
    """By table, how often the last runs were cut in a word by the edge of a cell."""

    _sizes: dict[int, tuple[float, bool]] = field(default_factory=dict)

    def runs(self, cell_at: Callable[[float, float], Place | None] | None = None) -> list[Run]:
        """The runs in the order of the page's content.

        Args:
            cell_at: the cell of a table that a point lies in; a run ends where the next cell begins.
        """
        found: list[Run] = []
        self.n_broken.clear()
        start = 0
        characters = self.characters
        while start < len(characters):
            end = characters.find("\n", start)
            end = len(characters) if end < 0 else end
            self._split(start, end, cell_at, found)
            start = end + 1
        return [run for run in found if run.text.strip()]

    def _split(
        self, start: int, end: int, cell_at: Callable[[float, float], Place | None] | None, found: list[Run]
    ) -> None:
        """Split a line of pdfium's where it jumps, or where a cell of a table ends."""
        characters, boxes = self.characters, self.boxes
        printed = [at for at in range(start, end) if characters[at] > " "]
        if not printed:
            return
        if self._is_upended(printed):
            x, y = self._middle(printed[len(printed) // 2])
            found.append(self._run(printed, cell_at(x, y) if cell_at else None, end))
            return
        members: list[int] = []
        place: Place | None = None
        is_straddling = False
        left = top = right = bottom = 0.0
        for token, following, is_across in self._tokens(printed, cell_at):
            at = token[0]
            box_left, box_top, _, box_bottom = boxes[4 * at : 4 * at + 4]
            em = max(bottom - top, box_bottom - box_top, 1.0)
            is_apart = box_left - right > _GAP_EMS * em or box_left < left - _BACKWARD_EMS * em
            is_level = box_top < bottom and box_bottom > top
            is_other = following != place or is_straddling or is_across
            if members and (is_apart or is_other or not is_level):
                found.append(self._run(members, place, end))
                members = []
            members += token
            left, top, right, bottom = boxes[4 * token[-1] : 4 * token[-1] + 4]
            place, is_straddling = following, is_across
        found.append(self._run(members, place, end))

    def _tokens(
        self, printed: list[int], cell_at: Callable[[float, float], Place | None] | None
    ) -> Iterator[tuple[list[int], Place | None, bool]]:
        """Characters that stand close together, with the cell that most of them lie in and whether some lie in another.

        Type that is too wide for its cell runs over the edge of it, and is not to be cut there.
        """
        if cell_at is None:
            yield from (([at], None, False) for at in printed)
            return
        token = [printed[0]]
        for before, at in pairwise(printed):
            if at - before == 1 and self._is_close(before, at):
                token.append(at)
            else:
                yield from self._settled(token, cell_at)
                token = [at]
        yield from self._settled(token, cell_at)

    def _settled(
        self, token: list[int], cell_at: Callable[[float, float], Place | None]
    ) -> Iterator[tuple[list[int], Place | None, bool]]:
        first, last = cell_at(*self._middle(token[0])), cell_at(*self._middle(token[-1]))
        if first == last:
            left, top, _, bottom = self.boxes[4 * token[0] : 4 * token[0] + 4]
            is_short = first is not None and len(token) <= _SHORT_CHARACTERS
            yield token, first, is_short and cell_at(left + _EDGE, (top + bottom) / 2) != first
            return
        places = [cell_at(*self._middle(at)) for at in token]
        counts = Counter(places)
        (most, _), *others = counts.most_common()
        rest = sum(count for _, count in others)
        if None not in counts and rest <= max(_OVERHANG_CHARACTERS, _OVERHANG_SHARE * len(token)):
            yield token, most, True
            return
        if most:
            self.n_broken[most[0]] += 1
        start = 0
        for at in range(1, len(token) + 1):
            if at == len(token) or places[at] != places[start]:
                yield token[start:at], places[start], False
                start = at

    def _is_close(self, before: int, at: int) -> bool:
        left, _, right, _ = self.boxes[4 * before : 4 * before + 4]
        start = self.boxes[4 * at]
        return left - _BACKWARD_EMS * self._height(at) <= start <= right + _CLOSE_EMS * self._height(at)

    def _is_upended(self, printed: list[int]) -> bool:
        """Whether the line runs upwards or downwards on a page that is read from left to right."""
        if len(printed) < _TALL_CHARACTERS:
            return False
        first, last = self._middle(printed[0]), self._middle(printed[-1])
        along, across = abs(first[1] - last[1]), abs(first[0] - last[0])
        return along > _TALL * across and along > _TALL * self._height(printed[0])

    def _middle(self, at: int) -> tuple[float, float]:
        left, top, right, bottom = self.boxes[4 * at : 4 * at + 4]
        return (left + right) / 2, (top + bottom) / 2

    def _height(self, at: int) -> float:
        return self.boxes[4 * at + 3] - self.boxes[4 * at + 1]

    def _run(self, members: list[int], place: Place | None, end: int) -> Run:
        text = self.characters[members[0] : members[-1] + 1].replace("\r", "")
        boxes = self.boxes
        size, is_bold = self._type_of(members[len(members) // 2])
        top, bottom = min(boxes[4 * at + 1] for at in members), max(boxes[4 * at + 3] for at in members)
        if size and bottom - top > _LOOSE_EMS * size and self._height(members[0]) > _LOOSE_EMS * size:
            top, bottom = self._around_baseline(members[0], size, top, bottom)
        # A broken file's boxes may stand on their head.
        left, right = min(boxes[4 * at] for at in members), max(boxes[4 * at + 2] for at in members)
        return Run(
            text=clean_text(text),
            left=min(left, right),
            top=min(top, bottom),
            right=max(left, right),
            bottom=max(top, bottom),
            size=size or self._height(members[0]),
            is_bold=is_bold,
            order=members[0],
            place=place,
            ends_with_space=members[-1] + 1 < end and self.characters[members[-1] + 1] == " ",
        )

    def _around_baseline(self, at: int, size: float, top: float, bottom: float) -> tuple[float, float]:
        """Where a font says of itself that it is taller than its lines are apart, the height that type usually has."""
        import pypdfium2.raw as pdfium

        x, y = ctypes.c_double(), ctypes.c_double()
        if not pdfium.FPDFText_GetCharOrigin(self.handle, at, x, y):
            return top, bottom
        baseline = self.turn.box(x.value, y.value, x.value, y.value)[1]
        return baseline - _ASCENT * size, baseline + _DESCENT * size

    def _type_of(self, at: int) -> tuple[float, bool]:
        import pypdfium2.raw as pdfium

        if at not in self._sizes:
            matrix = pdfium.FS_MATRIX()
            has_matrix = pdfium.FPDFText_GetMatrix(self.handle, at, matrix)
            scale = math.hypot(matrix.c, matrix.d) if has_matrix else 1.0
            size = round(pdfium.FPDFText_GetFontSize(self.handle, at) * scale, 1)
            self._sizes[at] = size, pdfium.FPDFText_GetFontWeight(self.handle, at) >= _BOLD_WEIGHT
        return self._sizes[at]


def read_characters(page: Any, text_page: Any) -> PageText:
    """The characters of a page.

    Args:
        page: pypdfium2's page.
        text_page: its text page, open as long as runs are asked for.
    """
    import pypdfium2.raw as pdfium

    handle = text_page.raw
    count = max(text_page.count_chars(), 0)
    characters = _characters(handle, count)
    turn = Turn(_quarters(handle, characters), page.get_bbox())
    array = (pdfium.FS_RECTF * count)()
    address, box_of = ctypes.addressof(array), _box_call()
    pointer = ctypes.cast(handle, ctypes.c_void_p).value
    for at in range(count):
        box_of(pointer, at, address + _BOX_BYTES * at)
    numbers: list[Any] = memoryview(array).cast("B").cast("f").tolist() if count else []
    if numbers and not (min(numbers) > -_FAR and max(numbers) < _FAR and not math.isnan(sum(numbers))):
        numbers = [number if -_FAR < number < _FAR else 0.0 for number in numbers]
    boxes = _turned(numbers, turn)
    n_printed = sum(1 for character in characters if character > " ")
    is_garbled = _is_garbled(characters, n_printed)
    return PageText(_without_autospace(handle, characters, boxes), boxes, turn, handle, is_garbled, n_printed)


def _without_autospace(handle: Any, characters: str, boxes: list[float]) -> str:
    """The characters without the spaces that pdfium sees where a program moved Hangul and Latin letters a little apart.

    Only where the file has spaces of its own: then one that it does not have is none.
    """
    import pypdfium2.raw as pdfium

    spaces = [at for at, character in enumerate(characters) if character == " "][:_SAMPLED]
    own = sum(pdfium.FPDFText_IsGenerated(handle, at) == 0 for at in spaces)
    if not spaces or own < len(spaces) / 2:
        return characters
    kept = list(characters)
    for match in _SCRIPT_CHANGE.finditer(characters):
        at = match.start() + 1
        gap = boxes[4 * at + 4] - boxes[4 * at - 2]
        height = boxes[4 * at - 1] - boxes[4 * at - 3]
        if gap < _AUTOSPACE * height and pdfium.FPDFText_IsGenerated(handle, at) == 1:
            kept[at] = _NOTHING
    return "".join(kept)


def _turned(boxes: list[float], turn: Turn) -> list[float]:
    turned: list[float] = []
    if turn.quarters == 0:
        x_low, y_high = turn.bounds[0], turn.bounds[3]
        numbers = iter(boxes)
        for left, top, right, bottom in zip(numbers, numbers, numbers, numbers, strict=True):
            turned += (left - x_low, y_high - top, right - x_low, y_high - bottom)
        return turned
    for at in range(0, len(boxes), 4):
        left, top, right, bottom = boxes[at : at + 4]
        turned += turn.box(left, bottom, right, top)
    return turned


@cache
def _box_call() -> Any:
    """The foreign function without the conversion of its arguments, which takes longer than the call."""
    import pypdfium2.raw as pdfium

    prototype: Any = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
    return prototype(ctypes.cast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p).value)


def _characters(handle: Any, count: int) -> str:
    """One character for each of pdfium's, a surrogate for a half."""
    import pypdfium2.raw as pdfium

    buffer = (ctypes.c_ushort * (count + 1))()
    if pdfium.FPDFText_GetText(handle, 0, count, buffer) == count + 1:
        units = list(buffer)[:count]
    else:
        units = [pdfium.FPDFText_GetUnicode(handle, at) for at in range(count)]
    return "".join("-" if unit in _HYPHENS else chr(unit) for unit in units).replace("\0", " ")


def clean_text(text: str) -> str:
    """The text with halves of characters put together and without control characters."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", text)


def _quarters(handle: Any, characters: str) -> int:
    """Quarters of a turn, anticlockwise, by which most of the text stands turned in the page's own coordinates."""
    import pypdfium2.raw as pdfium

    printed = [at for at, character in enumerate(characters) if character > " "]
    votes: Counter[int] = Counter()
    matrix = pdfium.FS_MATRIX()
    for at in printed[:: max(len(printed) // _SAMPLED, 1)]:
        if pdfium.FPDFText_GetMatrix(handle, at, matrix):
            votes[round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4] += 1
    return votes.most_common(1)[0][0] if votes else 0


def _is_garbled(characters: str, n_printed: int) -> bool:
    """Whether the characters are mostly codes of a font that says of none which letter it is."""
    odd = sum(
        1
        for character in characters
        if character == "\ufffd"
        or "\ue000" <= character <= "\uf8ff"
        or ("\x01" <= character < " " and character not in "\t\r\n")
    )
    return odd >= _GARBLED_LEAST and odd > _GARBLED_SHARE * max(n_printed, 1)
