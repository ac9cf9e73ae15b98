"""One version of the passages, searched by a reader: by words and by vectors, each filtered by access before it ranks."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from warehouse.fusion import Hit, order

METRIC = "cosine"
_ID = re.compile(r"[0-9a-f]{32}")
_PROBES = 20
_REFINE = 5
_MOST_TIED = 4_096


class PinnedTable:
    """One version of the table, searched by a reader; writes, compaction and cleaning of others do not reach it."""

    def __init__(self, table: Any, dimension: int, version: int) -> None:
        self._table = table
        self.dimension = dimension
        self.version = version
        self._is_empty = table.count_rows() == 0
        self._has_ann = any(index.columns == ["vector"] for index in table.list_indices())

    def search_lexical(self, morphemes: str, access_ids: Sequence[str], k: int) -> list[Hit]:
        """The best `k` passages by their words.

        Args:
            morphemes: tokens of the query, as the table's analyser gives them.
            access_ids: accesses that the asker may read; none finds nothing.
            k: hits wanted.
        """
        condition = _readable(access_ids)
        if condition is None or not morphemes.split() or self._is_empty:
            return []
        from lancedb.query import MatchQuery

        make_query: Any = MatchQuery
        query = make_query(morphemes, "morphemes")

        def ask(limit: int) -> list[Hit]:
            asked = self._table.search(query, query_type="fts").where(condition, prefilter=True)
            found = asked.select(["passage_id", "_score"]).limit(limit).to_arrow()
            return _hits(found["passage_id"], found["_score"].to_pylist())

        return _settle_ties(ask, k)

    def search_dense(self, vector: Any, access_ids: Sequence[str], k: int) -> list[Hit]:
        """The best `k` passages by the cosine of their vectors.

        Args:
            vector: the query's vector, of the table's dimension.
            access_ids: accesses that the asker may read; none finds nothing.
            k: hits wanted.

        Raises:
            ValueError: the vector has another dimension or is not a direction.
        """
        asked_for = _unit_rows(np.asarray(vector, dtype=np.float32).reshape(1, -1), self.dimension)[0]
        condition = _readable(access_ids)
        if condition is None or self._is_empty:
            return []

        def ask(limit: int) -> list[Hit]:
            asked = self._table.search(asked_for, vector_column_name="vector", query_type="vector")
            asked = asked.distance_type(METRIC).where(condition, prefilter=True)
            if self._has_ann:
                # Without an upper bound a narrow filter still fills its k; refining ranks by the true vectors.
                asked = asked.minimum_nprobes(_PROBES).maximum_nprobes(0).refine_factor(_REFINE)
            found = asked.select(["passage_id", "_distance"]).limit(limit).to_arrow()
            return _hits(found["passage_id"], [1.0 - distance for distance in found["_distance"].to_pylist()])

        return _settle_ties(ask, k)

    def ids(self) -> pa.Table:
        """(passage_id, access sorted) of every row."""
        return self._table.search().select(["passage_id", "access"]).to_arrow()

    def vectors(self) -> pa.Table:
        """(passage_id, vector) of every row that was embedded: to fill another table of the same model."""
        return self._table.search().where("vector IS NOT NULL").select(["passage_id", "vector"]).to_arrow()


def checked_ids(ids: Sequence[Any]) -> list[str]:
    """The ids as given, once it is sure that each is 32 hexadecimal digits and none stands twice.

    Raises:
        ValueError: one is not, or does.
    """
    bad = [value for value in ids if not isinstance(value, str) or not _ID.fullmatch(value)]
    if bad:
        raise ValueError(f"not an id: {bad[0]!r}")
    if len(set(ids)) != len(ids):
        raise ValueError("the same id stands twice in one batch")
    return list(ids)


def _unit_rows(rows: np.ndarray, dimension: int) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if rows.shape[1] != dimension:
        raise ValueError(f"the query's vector is of dimension {rows.shape[1]}, not {dimension}")
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise ValueError("the query's vector is not a direction (NaN, infinite or zero)")
    return rows / lengths


def _readable(access_ids: Sequence[str]) -> str | None:
    """The condition that a row carries one of these accesses, or None if there is none to carry.

    The expression builder knows no functions of lists, so this is text; every id in it has been checked to be 32
    hexadecimal digits, and nothing that a person wrote comes near it.
    """
    ids = checked_ids(sorted(set(access_ids)))
    return f"array_has_any(access, [{', '.join(repr(held) for held in ids)}])" if ids else None


def _hits(ids: pa.ChunkedArray, scores: Sequence[float]) -> list[Hit]:
    return [Hit(passage_id, float(score)) for passage_id, score in zip(ids.to_pylist(), scores, strict=True)]


def _settle_ties(ask: Callable[[int], list[Hit]], k: int) -> list[Hit]:
    """The best `k`, equal scores by id: asks for more while the last place is shared with hits that were not seen."""
    if k < 1:
        return []
    limit = k + 1
    while True:
        hits = order(ask(limit))
        is_settled = len(hits) < limit or hits[-1].score < hits[k - 1].score
        if is_settled or limit >= _MOST_TIED:
            return hits[:k]
        limit *= 4
