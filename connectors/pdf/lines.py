"""A PDF's runs put together to lines, and lines to the paragraphs that were broken into them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from connectors.composition import begins_item
from connectors.headings import heading_level
from connectors.pdf.breaks import Breaks
from connectors.pdf.text import Run

# A wrapped line reaches about as far right as the next one, and lies close above it at the same margin.
_RAGGED_EMS = 2.0
_LINE_PITCH_EMS = 2.4
_INDENT_EMS = 5.0
_WRAPPED_WIDTH = 0.4
_TEXT_DENSITY = 0.8
_COLUMN_QUANTILE = 0.8
_SAME_SIZE = 1.35
_OVERLAP = 0.5
_NO_GAP_EMS = 0.12
_UPENDED = 2.5
_PARTED_EMS = 2.5
_PADDING_EMS = 0.8

PAGE_NUMBER = re.compile(r"\s*[-–—]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*(?:/\s*\d{1,4})?\s*[-–—]?\s*")
# The end of a sentence that was carried over, 다. as in 하였다., and not the third item after 가. and 나.
_SENTENCE_TAIL = re.compile(r"다\.(?:\s|$)")
_LEADERS = re.compile(r"(?:[·.…‥・⋯]\s?){5}")
_HANGUL_END = re.compile(r"\S*[가-힣]$")
_NUMBERS = re.compile(r"[\d,.%△▲+\-–\s()\[\]]+")
_BULLETS = ("․", "⇒", "→", "‣", "▸", "▹", "➡", "✔", "◾")


@dataclass
class Line:
    """A line: its runs from left to right."""

    runs: list[Run]

    @cached_property
    def text(self) -> str:
        """Its text; a gap between two runs is a space."""
        text = self.runs[0].text
        for before, run in pairwise(self.runs):
            gap = run.left - before.right
            is_next = run.order == before.order + len(before.text) and not before.ends_with_space
            is_close = is_next and gap < _NO_GAP_EMS * min(run.bottom - run.top, before.bottom - before.top)
            text += run.text if is_close else " " + run.text
        return text

    @property
    def text_with_space(self) -> str:
        """Its text with the space that it ends with, where the file says so."""
        return self.text + " " if self.runs[-1].ends_with_space else self.text

    @property
    def is_parted(self) -> bool:
        """Whether it has a gap that no justified line has."""
        return any(run.left - before.right > _PARTED_EMS * self.em for before, run in pairwise(self.runs))

    @cached_property
    def left(self) -> float:
        """Its left end."""
        return min(run.left for run in self.runs)

    @cached_property
    def right(self) -> float:
        """Its right end."""
        return max(run.right for run in self.runs)

    @cached_property
    def top(self) -> float:
        """Its upper edge."""
        return min(run.top for run in self.runs)

    @cached_property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(run.bottom for run in self.runs)

    @cached_property
    def size(self) -> float:
        """Size of most of its type."""
        return max(self.runs, key=lambda run: len(run.text)).size

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold."""
        return all(run.is_bold for run in self.runs)

    @property
    def em(self) -> float:
        """Height of the line."""
        return max(self.bottom - self.top, 1.0)

    @property
    def density(self) -> float:
        """How tightly the line is set: about 1 and more for running text, less where it is cells with gaps between."""
        ems = sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in self.text)
        return ems * self.em / max(self.right - self.left, 1.0)

    @property
    def links(self) -> list[str]:
        """Addresses that its runs point to."""
        return [link for run in self.runs for link in run.links]


def group_lines(runs: Iterable[Run]) -> list[Line]:
    """The lines that the runs stand on, from above, whatever their order in the page's content."""
    lines: list[tuple[float, float, list[Run]]] = []
    upended: list[Line] = []
    for run in sorted(runs, key=lambda run: (run.top + run.bottom, run.left)):
        height = run.bottom - run.top
        if height > _UPENDED * max(run.size, 1.0) and len(run.text) > 1:
            upended.append(Line([run]))
            continue
        place = next((at for at in range(len(lines) - 1, max(len(lines) - 4, -1), -1) if _shares(lines[at], run)), None)
        if place is None:
            lines.append((run.top, run.bottom, [run]))
        else:
            lines[place][2].append(run)
    found = [Line(sorted(members, key=lambda run: run.left)) for _, _, members in lines]
    return sorted([*found, *upended], key=lambda line: (line.top + line.bottom) / 2) if upended else found


def _shares(line: tuple[float, float, list[Run]], run: Run) -> bool:
    top, bottom, _ = line
    shared = min(bottom, run.bottom) - max(top, run.top)
    return shared > _OVERLAP * max(min(bottom - top, run.bottom - run.top), 0.1)


def paragraphs(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines of a column in paragraphs."""
    widths = sorted(line.right - line.left for line in lines)
    width = widths[int(_COLUMN_QUANTILE * len(widths))] if widths else 0.0
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and not _is_wrapped(paragraph[-1], line, width):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def begins_paragraph(text: str) -> bool:
    """Whether a line begins a paragraph by its mark or number."""
    return begins_item(text) or text.startswith(_BULLETS)


def _is_wrapped(line: Line, following: Line, width: float) -> bool:
    """Whether a line goes on in the following one, in a column of about that width."""
    is_begun = begins_paragraph(following.text) or heading_level(following.text) is not None
    if is_begun and not (_SENTENCE_TAIL.match(following.text) and _HANGUL_END.search(line.text)):
        return False
    if heading_level(line.text) is not None or PAGE_NUMBER.fullmatch(line.text) or _LEADERS.search(line.text):
        return False
    em = max(line.em, following.em)
    return (
        0 < following.top - line.top <= _LINE_PITCH_EMS * em
        and abs(line.left - following.left) <= _INDENT_EMS * em
        and em <= _SAME_SIZE * min(line.em, following.em)
        and line.right >= following.right - _RAGGED_EMS * em
        and line.right - line.left >= _WRAPPED_WIDTH * width
        and line.density >= _TEXT_DENSITY
        and not line.is_parted
        and not following.is_parted
    )


def join_lines(lines: list[Line], breaks: Breaks) -> str:
    """The text of a paragraph; a word cut at a line's end is made whole where it stands whole elsewhere.

    Args:
        lines: its lines.
        breaks: tells where a word was cut.
    """
    text = lines[0].text_with_space
    for line in lines[1:]:
        text += breaks.between(text, line.text) + line.text_with_space
    return text.rstrip()


def join_cell(lines: list[Line], left: float, right: float, breaks: Breaks) -> str:
    """The text of a cell; a line that ends though the next word had room ends a paragraph.

    Args:
        lines: its lines.
        left: the cell's left edge.
        right: its right edge.
        breaks: tells where a word was cut.
    """
    if not lines:
        return ""
    margin = min(line.left - left for line in lines) + min(right - line.right for line in lines)
    padding = max(min(margin, _PADDING_EMS * lines[0].em), 0.0)
    text = lines[0].text
    for line, following in pairwise(lines):
        word = following.text.split(" ", 1)[0]
        needed = (following.right - following.left) * (len(word) + 0.5) / max(len(following.text), 1)
        is_ended = needed < right - left - padding - (line.right - line.left)
        is_number = _NUMBERS.fullmatch(line.text) and _NUMBERS.fullmatch(following.text)
        if is_ended or is_number or begins_paragraph(following.text):
            text += "\n" + following.text
        else:
            text += breaks.between(text, following.text) + following.text
    return text
