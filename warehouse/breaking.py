"""Where a run of text is broken: at places that its content chooses, so that an edit moves only the breaks beside it.

A greedy packer that starts at the top moves every later border when one word is added, and every later passage would be
embedded anew. Here a border stands before a paragraph whose mark (a digest of its first letters) is the lowest within
`REACH` characters on both sides: nothing farther away can change that.
"""

import hashlib
import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

HARD_LIMIT = 900
REACH = 300
LEAST = 200
_MARK_LETTERS = 24

_LETTERS = re.compile(r"[^\W\d_]+")
_OUTLINE = (
    re.compile(r"\s*(?:[□■◆◇▣▶]|[Ⅰ-Ⅹ]|제\s*\d+\s*[장절조])"),
    re.compile(r"\s*(?:[○●◦ㅇ]|\d{1,2}\.\s|[가나다라마바사아자차카타파하]\.\s)"),
)
_SENTENCE_END = re.compile(r"(?<=[^\d\s][.?!。])\s+|\n+")
_KOREAN_END = re.compile(r"(?<=[다요음함됨])\s+")
_SPACE = re.compile(r"\s+")


class Mark(NamedTuple):
    """How strongly a break before a piece of text suggests itself: the lower the stronger."""

    depth: int
    digest: int


def mark(text: str) -> Mark:
    """The mark of a piece of text, from its outline sign and its first letters.

    Digits are left out, so that a new amount or date in a sentence leaves the borders where they were.
    """
    depth = next((level for level, sign in enumerate(_OUTLINE) if sign.match(text)), len(_OUTLINE))
    letters = "".join(_LETTERS.findall(text[: _MARK_LETTERS * 4]))[:_MARK_LETTERS]
    digest = hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return Mark(depth, int.from_bytes(digest, "big"))


def find_blocks(lengths: Sequence[int], marks: Sequence[Mark], *, scale: float = 1.0) -> list[range]:
    """Group consecutive pieces into blocks of about 600 characters and at most `HARD_LIMIT`.

    Args:
        lengths: characters of each piece; a piece longer than the limit becomes a block of its own.
        marks: the mark of each piece, see `mark`.
        scale: makes all blocks that many times as long.
    """
    count = len(lengths)
    offsets = list(itertools.accumulate((length / scale for length in lengths), initial=0.0))
    if offsets[-1] <= HARD_LIMIT:
        return [range(count)] if count else []
    eligible = [j for j in range(1, count) if offsets[j] >= LEAST and offsets[-1] - offsets[j] >= LEAST]
    cuts = [0, *_local_minima(eligible, offsets, marks), count]
    blocks: list[range] = []
    for start, stop in itertools.pairwise(cuts):
        blocks += _divide(start, stop, offsets, marks)
    return blocks


def _local_minima(eligible: list[int], offsets: list[float], marks: Sequence[Mark]) -> list[int]:
    chosen: list[int] = []
    low = high = 0
    for j in eligible:
        while offsets[j] - offsets[eligible[low]] > REACH:
            low += 1
        while high < len(eligible) and offsets[eligible[high]] - offsets[j] <= REACH:
            high += 1
        if min(eligible[low:high], key=lambda k: (marks[k], k)) == j:
            chosen.append(j)
    return chosen


def _divide(start: int, stop: int, offsets: list[float], marks: Sequence[Mark]) -> list[range]:
    if offsets[stop] - offsets[start] <= HARD_LIMIT or stop - start == 1:
        return [range(start, stop)]
    middle = best_break(start, stop, offsets, marks)
    return _divide(start, middle, offsets, marks) + _divide(middle, stop, offsets, marks)


def best_break(start: int, stop: int, offsets: Sequence[float], marks: Sequence[Mark]) -> int:
    """The best place to break pieces `start` to `stop` in two: the lowest mark that leaves both sides long enough."""
    half = (offsets[start] + offsets[stop]) / 2
    inner = range(start + 1, stop)
    roomy = [j for j in inner if offsets[j] - offsets[start] >= LEAST and offsets[stop] - offsets[j] >= LEAST]
    if roomy:
        return min(roomy, key=lambda j: (marks[j], abs(offsets[j] - half), j))
    return min(inner, key=lambda j: (abs(offsets[j] - half), j))


def split_sentences(text: str, limit: int) -> list[str]:
    """Split a text into pieces of at most `limit` characters that, put together, are the text.

    Full stops and line ends are tried first, then Korean sentence endings, then any space, then the bare limit: `다`
    before a space also stands inside sentences (`보다`), so it is used only where nothing better is near enough.
    """
    pieces = [text]
    for pattern in (_SENTENCE_END, _KOREAN_END, _SPACE):
        if all(len(piece) <= limit for piece in pieces):
            return pieces
        pieces = [
            part for piece in pieces for part in (_split_at(piece, pattern, limit) if len(piece) > limit else [piece])
        ]
    return [piece[at : at + limit] for piece in pieces for at in range(0, len(piece), limit)]


def _split_at(text: str, pattern: re.Pattern[str], limit: int) -> list[str]:
    ends = [match.end() for match in pattern.finditer(text) if match.end() < len(text)]
    if pattern is not _SPACE:
        return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
    parts, start, last = [], 0, 0
    for end in [*ends, len(text)]:
        if end - start > limit and last > start:
            parts.append(text[start:last])
            start = last
        last = end
    parts.append(text[start:])
    return parts
