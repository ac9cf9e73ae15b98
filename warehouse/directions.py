"""What every embedder does alike: texts are composed before the model sees them, and vectors leave as directions."""

import unicodedata
from collections.abc import Sequence

import numpy as np


def composed(texts: Sequence[str]) -> list[str]:
    """The texts in NFC: decomposed Hangul is three times as many tokens, and another vector with some tokenizers."""
    return [unicodedata.normalize("NFC", text) for text in texts]


def as_directions(vectors: np.ndarray) -> np.ndarray:
    """The rows of a float32 array of shape (n, dimension), each made length 1.

    Raises:
        ValueError: a row is no direction: NaN, infinite or zero.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise ValueError("모형이 방향이 없는 벡터(NaN, 무한대 또는 영벡터)를 냈습니다.")
    return vectors / lengths
