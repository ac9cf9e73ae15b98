"""Two rankings made one: weighted reciprocal rank fusion.

Scores of word search and vector search have no common scale, ranks do. Words weigh more: on Korean administrative text
they are the stronger engine, and vectors add what was said in other words.
"""

from collections.abc import Sequence
from typing import NamedTuple

LEXICAL_WEIGHT = 0.7
DENSE_WEIGHT = 0.3
RANK_OFFSET = 60


class Hit(NamedTuple):
    """A passage that was found; the higher the score, the better, within one ranking."""

    passage_id: str
    score: float


def order(hits: Sequence[Hit]) -> list[Hit]:
    """Best first; equal scores by id, so that the same question has the same answer."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))


def fuse(
    lexical: Sequence[Hit],
    dense: Sequence[Hit],
    *,
    lexical_weight: float = LEXICAL_WEIGHT,
    dense_weight: float = DENSE_WEIGHT,
    rank_offset: int = RANK_OFFSET,
) -> list[Hit]:
    """Fuse two rankings, each best first, into one with the sum of weight / (offset + rank) as its score."""
    scores: dict[str, float] = {}
    for weight, hits in ((lexical_weight, lexical), (dense_weight, dense)):
        for rank, hit in enumerate(hits, start=1):
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + weight / (rank_offset + rank)
    return order([Hit(passage_id, score) for passage_id, score in scores.items()])
