"""The unit of a model's cosines."""

from collections.abc import Sequence

import numpy as np
import pytest

from schemas.identity import fingerprint
from warehouse.default_model import prepare
from warehouse.fusion import DEFAULT_SPREAD
from warehouse.layout import default_model_folder
from warehouse.yardstick import spread_of


class MadeEmbedder:
    """Questions and answers are the axes of a space, answers mixed with what all have in common, or with noise alone."""

    dimension = 16

    def __init__(self, common: float, *, is_blind: bool = False) -> None:
        self.common, self.is_blind, self.calls = common, is_blind, 0
        self.fingerprint = fingerprint(embedder="made", common=common, blind=is_blind)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        self.calls += 1
        vectors = np.eye(len(texts), self.dimension) + self.common
        if self.is_blind:
            vectors = np.random.default_rng(3).normal(size=vectors.shape)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.eye(len(texts), self.dimension) + self.common
        if self.is_blind:
            vectors = np.random.default_rng(4).normal(size=vectors.shape)
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_what_lies_between_right_and_wrong_is_the_unit() -> None:
    sharp, dull = MadeEmbedder(0.0), MadeEmbedder(1.0)
    assert spread_of(sharp) == pytest.approx(1.0)
    assert 0 < spread_of(dull) < 0.1


def test_it_is_measured_once() -> None:
    embedder = MadeEmbedder(0.5)
    assert spread_of(embedder) == spread_of(embedder)
    assert embedder.calls == 1


def test_a_model_that_sees_nothing_weighs_no_more_than_its_noise() -> None:
    blind = MadeEmbedder(0.0, is_blind=True)
    assert spread_of(blind) > 0.15


@pytest.mark.long
def test_the_default_is_that_of_the_embedded_model() -> None:
    from warehouse.embedders.sentence_transformer import EMBEDDER

    assert spread_of(EMBEDDER.load(prepare(default_model_folder()))) == pytest.approx(DEFAULT_SPREAD, rel=0.05)
