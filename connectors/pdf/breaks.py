"""Whether a line of a PDF ended at a space or in the midst of a Korean word, told from the document's own words.

Hangul may be broken after any syllable, and most programs then leave no trace of whether there was a space.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise

_HANGUL_END = re.compile(r"\S*[가-힣]$")
_HANGUL_START = re.compile(r"^[가-힣]\S*")
_HANGUL_PAIR = re.compile(r"(?=([가-힣]{2}))")
_LEAST_SEEN = 2
_RARELY_APART = 4
_BOTH_EDGES = 0.15
_LEAST_BREAKS = 8
_SELDOM_CUT = 0.1


class Breaks:
    """What joins two lines, by how often their syllables and words stand together elsewhere in the document."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.words: Counter[str] = Counter()
        self._within: Counter[str] = Counter()
        self._across: Counter[str] = Counter()
        self._first: Counter[str] = Counter()
        self._last: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._ends: list[tuple[str, str]] = []
        for line in lines:
            self._learn(line.split())

    def _learn(self, words: list[str]) -> None:
        # The first and last word of a line may be parts of words.
        whole = words[1:-1]
        self.words.update(whole)
        for word in whole:
            self._within.update(_HANGUL_PAIR.findall(word))
            self._first[word[0]] += 1
            self._last[word[-1]] += 1
            self._all.update(word)
        self._across.update(before[-1] + after[0] for before, after in pairwise(words))

    def observe(self, wraps: Iterable[tuple[str, str]]) -> None:
        """Take note of lines and the lines that they go on in, to see whether words are cut in this document at all."""
        self._ends += wraps

    @cached_property
    def _cuts_words(self) -> bool:
        candidates = [(end[-1:], start[:1]) for end, start in self._ends if _HANGUL_END.search(end)]
        cut = sum(self._is_within(*pair) for pair in candidates if all(pair))
        return len(candidates) < _LEAST_BREAKS or cut >= _SELDOM_CUT * len(candidates)

    def between(self, text: str, following: str) -> str:
        """What stood between two lines: nothing where a word was cut, else a space.

        Args:
            text: the text up to the end of the first line, with its last space if it has one.
            following: the line that goes on.
        """
        if text.endswith((" ", "-")):
            return ""
        end, start = _HANGUL_END.search(text), _HANGUL_START.search(following.lstrip())
        if not end or not start:
            return " "
        whole = self.words[end.group() + start.group()]
        if whole:
            return "" if whole > min(self.words[end.group()], self.words[start.group()]) else " "
        if self.words[end.group()] and self.words[start.group()]:
            return " "
        return "" if self._cuts_words and self._is_within(text[-1], start.group()[0]) else " "

    def _is_within(self, last: str, first: str) -> bool:
        """Whether two syllables belong together: often seen in a word, hardly ever apart."""
        within, across = self._within[last + first], self._across[last + first]
        if within < _LEAST_SEEN or across * _RARELY_APART > within:
            return False
        ends = self._last[last] / max(self._all[last], 1)
        begins = self._first[first] / max(self._all[first], 1)
        return ends * begins < _BOTH_EDGES
