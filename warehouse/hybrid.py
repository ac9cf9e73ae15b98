"""One search by words and by meaning: both sides asked, what only one of them found scored by the other too, then fused."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from warehouse.fusion import DEFAULT_SPREAD, Hit, fuse


class Searched(Protocol):
    """A pinned table of passages, as `find` asks it."""

    def search_lexical(
        self, morphemes: str, access_ids: Sequence[str], k: int, passage_ids: Collection[str] | None = None
    ) -> list[Hit]:
        """The best passages by BM25."""
        ...

    def search_dense(
        self,
        vector: Any,
        access_ids: Sequence[str],
        k: int,
        passage_ids: Collection[str] | None = None,
        *,
        embedder: str,
    ) -> list[Hit]:
        """The best passages by cosine to a vector of the model with that fingerprint."""
        ...


def find(
    table: Searched,
    morphemes: str,
    vector: Any,
    access_ids: Sequence[str],
    k: int,
    passage_ids: Collection[str] | None = None,
    *,
    embedder: str,
    spread: float = DEFAULT_SPREAD,
) -> list[Hit]:
    """The passages that are among the best `k` by words or by meaning, best first: up to 2k.

    Args:
        table: the pinned table.
        morphemes: tokens of the question, as the table's analyser gives them.
        vector: the question's vector, or None to go by words alone.
        access_ids: accesses that the asker may read; none finds nothing.
        k: hits wanted of each side.
        passage_ids: the only passages that may be found; all if None.
        embedder: fingerprint of the model that made the vector.
        spread: what `warehouse.yardstick` measured of the model.

    Raises:
        warehouse.vector_search.WrongTable: the vector is of another model than the table's.
        ValueError: an id is malformed, or the vector is not one of the table's.
    """
    lexical, dense = candidates(table, morphemes, vector, access_ids, k, passage_ids, embedder=embedder)
    return fuse(lexical, dense, n_words=len(set(morphemes.split())), spread=spread)


def candidates(
    table: Searched,
    morphemes: str,
    vector: Any,
    access_ids: Sequence[str],
    k: int,
    passage_ids: Collection[str] | None = None,
    *,
    embedder: str,
) -> tuple[list[Hit], list[Hit]]:
    """What `find` fuses: for every passage that either side has among its best `k`, the score that each side gives it.

    A side that was not asked for a passage would have to guess what it thinks of it, and guesses were what a passage found
    by one side alone used to be ranked by.
    """
    lexical = table.search_lexical(morphemes, access_ids, k, passage_ids)
    if vector is None:
        return lexical, []
    dense = table.search_dense(vector, access_ids, k, passage_ids, embedder=embedder)
    by_words, by_meaning = ({hit.passage_id for hit in hits} for hits in (lexical, dense))
    if others := sorted(by_meaning - by_words):
        lexical += table.search_lexical(morphemes, access_ids, len(others), others)
    if others := sorted(by_words - by_meaning):
        dense += table.search_dense(vector, access_ids, len(others), others, embedder=embedder)
    return lexical, dense
