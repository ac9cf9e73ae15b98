"""Two rankings made one: the evidence of the words and of the meaning added, on a scale that is the same for all questions.

BM25 is a sum over the words of a question, whose chance part grows with the root of their number, so it is divided by that
root; a cosine is divided by what a model puts between a right and a wrong passage. What is left is compared between
questions: where words match, their sum is far ahead and decides; where a question says it in other words, all sums are low
and the meaning decides. A passage's score hangs on question and passage alone, neither on who asks nor on what else was found.
"""

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from schemas.identity import fingerprint as make_fingerprint

RULES_VERSION = 2
DENSE_WEIGHT = 2.2
"""What a right passage's cosine weighs against words. Calibrated by `benchmarks/calibration.py`."""
DEFAULT_SPREAD = 0.0439
"""The spread of the embedded model (`warehouse.yardstick`)."""
LEXICAL_RANK_WEIGHT = 0.7
DENSE_RANK_WEIGHT = 0.3
RANK_OFFSET = 60


class Hit(NamedTuple):
    """A passage that was found; the higher the score, the better, within one ranking."""

    passage_id: str
    score: float


def fingerprint() -> str:
    """Changes with whatever could order the same two rankings otherwise."""
    return make_fingerprint(rules=RULES_VERSION, dense_weight=DENSE_WEIGHT, spread=DEFAULT_SPREAD)


def order(hits: Sequence[Hit]) -> list[Hit]:
    """Best first; equal scores by id, so that the same question has the same answer."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))


def fuse(
    lexical: Sequence[Hit],
    dense: Sequence[Hit],
    *,
    n_words: int = 1,
    spread: float = DEFAULT_SPREAD,
    dense_weight: float = DENSE_WEIGHT,
) -> list[Hit]:
    """Fuse two rankings into one: BM25 / √words + weight · cosine / spread.

    Args:
        lexical: passages with their BM25; one that is missing shares no word with the question.
        dense: passages with their cosine; one that is missing was not embedded, and counts as the middle one of those.
        n_words: distinct tokens of the question.
        spread: what the model puts between right and wrong passages, as `warehouse.yardstick` measures it.
        dense_weight: weight of the meaning; 0 leaves the words alone.

    Raises:
        ValueError: `spread` is not above 0.
    """
    if not spread > 0:
        raise ValueError(f"the spread of a model's cosines must be above 0, not {spread}")
    words = {hit.passage_id: hit.score / math.sqrt(max(1, n_words)) for hit in lexical}
    meaning = {hit.passage_id: dense_weight * hit.score / spread for hit in dense}
    middle = statistics.median(meaning.values()) if meaning else 0.0
    found = words.keys() | meaning.keys()
    return order([Hit(held, words.get(held, 0.0) + meaning.get(held, middle)) for held in found])


def fuse_ranks(
    lexical: Sequence[Hit],
    dense: Sequence[Hit],
    *,
    lexical_weight: float = LEXICAL_RANK_WEIGHT,
    dense_weight: float = DENSE_RANK_WEIGHT,
    rank_offset: int = RANK_OFFSET,
) -> list[Hit]:
    """Fuse two rankings by rank alone, the sum of weight / (offset + rank): what the calibrated fusion is compared with."""
    scores: dict[str, float] = {}
    for weight, hits in ((lexical_weight, lexical), (dense_weight, dense)):
        for rank, hit in enumerate(hits, start=1):
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + weight / (rank_offset + rank)
    return order([Hit(passage_id, score) for passage_id, score in scores.items()])
