"""Questions that are made of what stands in passages, and a model that embeds each of them once."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

# No digits: of a figure with commas an analyser makes one word, and its parts find nothing.
_WORD = re.compile(r"[^\W\d_]{2,}")
Row = dict[str, Any]


def rare_words(oracle: Any, row: Row, n: int = 4) -> str:
    """A question of a passage's own rarest words; nothing if it has none."""
    counts = _document_frequencies(oracle)
    words = set(_WORD.findall(row["text"]))
    return " ".join(sorted(words, key=lambda word: (counts.get(word, 0), word))[:n])


def n_rivals(oracle: Any, row: Row) -> int:
    """How many passages hold one of the words of `rare_words`, this one included."""
    counts = _document_frequencies(oracle)
    return sum(counts.get(word, 0) for word in rare_words(oracle, row).split()) or len(oracle.chunks)


_FREQUENCIES: dict[int, dict[str, int]] = {}


def _document_frequencies(oracle: Any) -> dict[str, int]:
    if id(oracle) not in _FREQUENCIES:
        counts: dict[str, int] = {}
        for text in {row["text"] for row in oracle.chunks}:
            for word in set(_WORD.findall(text)):
                counts[word] = counts.get(word, 0) + 1
        _FREQUENCIES[id(oracle)] = counts
    return _FREQUENCIES[id(oracle)]


class Remembering:
    """A model that embeds each question once, however many people ask it."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._rows: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def embed_queries(self, texts: Sequence[str]) -> Any:
        """A row a text."""
        new = [text for text in texts if text not in self._rows]
        if new:
            self._rows |= zip(new, self._model.embed_queries(new), strict=True)
        return np.stack([self._rows[text] for text in texts])
