"""One version of the passages, searched by a reader: by words and by vectors, each filtered by access before it ranks."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from warehouse.fusion import Hit, order

METRIC = "cosine"
PARTITION_ROWS = 8_192
MOST_CANDIDATES = 50_000
_ID = re.compile(r"[0-9a-f]{32}")
_MOST_TIED = 4_096
# Where a filter leaves this share of the rows or less, every vector that it leaves is looked at: quicker than the index,
# which has to be told row by row what is left of it. Rows that are named one by one cost more to fetch.
EXACT_SHARE = 0.02
EXACT_SHARE_NAMED = 0.002
# More than any index has. Its four bits a number are so quick to go through that nothing is gained by leaving partitions
# out, and what a narrow filter leaves may lie in any of them: passages of one office are near one another, not near a
# question of another office.
_EVERY_PARTITION = 1_000_000
_REFINE = 5


class WrongTable(ValueError):
    """Table and vector are of different models, or analysers: the vectors would answer, and mean nothing."""


class PinnedTable:
    """One version of the table, searched by a reader; writes, compaction and cleaning of others do not reach it.

    Args:
        table: LanceDB's table, checked out at the version.
        dimension: length of a vector.
        version: the version.
        embedder: fingerprint of the model that made the vectors.
    """

    def __init__(self, table: Any, dimension: int, version: int, embedder: str) -> None:
        self._table = table
        self.dimension = dimension
        self.version = version
        self.embedder = embedder
        self._rows = table.count_rows()
        self._has_ann = any(index.columns == ["vector"] for index in table.list_indices())
        self._rows_of: dict[str, int] = {}

    def search_lexical(
        self, morphemes: str, access_ids: Sequence[str], k: int, passage_ids: Collection[str] | None = None
    ) -> list[Hit]:
        """The best `k` passages by their words.

        Args:
            morphemes: tokens of the query, as the table's analyser gives them.
            access_ids: accesses that the asker may read; none finds nothing.
            k: hits wanted.
            passage_ids: the only passages that may be found, `MOST_CANDIDATES` at most; all if None, none if empty.

        Raises:
            ValueError: an id is malformed, or there are too many.
        """
        condition = _condition(access_ids, passage_ids)
        if condition is None or not morphemes.split() or self._rows == 0:
            return []
        from lancedb.query import MatchQuery

        make_query: Any = MatchQuery
        query = make_query(morphemes, "morphemes")

        def ask(limit: int) -> list[Hit]:
            asked = self._table.search(query, query_type="fts").where(condition, prefilter=True)
            found = asked.select(["passage_id", "_score"]).limit(limit).to_arrow()
            return _hits(found["passage_id"], found["_score"].to_pylist())

        return _settle_ties(ask, k)

    def search_dense(
        self,
        vector: Any,
        access_ids: Sequence[str],
        k: int,
        passage_ids: Collection[str] | None = None,
        *,
        embedder: str,
    ) -> list[Hit]:
        """The best `k` passages by the cosine of their vectors.

        Args:
            vector: the query's vector, of the table's dimension.
            access_ids: accesses that the asker may read; none finds nothing.
            k: hits wanted.
            passage_ids: the only passages that may be found, `MOST_CANDIDATES` at most; all if None, none if empty.
            embedder: fingerprint of the model that made the vector, as the model itself says.

        Raises:
            WrongTable: the vector is of another model than the table's.
            ValueError: the vector has another dimension or is not a direction; an id is malformed, or there are too
                many.
        """
        if embedder != self.embedder:
            raise WrongTable(f"질문의 벡터를 다른 임베딩 모형이 만들었습니다 ({embedder} ≠ {self.embedder}).")
        asked_for = _unit_rows(np.asarray(vector, dtype=np.float32).reshape(1, -1), self.dimension)[0]
        condition = _condition(access_ids, passage_ids)
        if condition is None or self._rows == 0:
            return []

        by_index = self._by_index(condition, None if passage_ids is None else len(passage_ids))

        def ask(limit: int) -> list[Hit]:
            asked = self._table.search(asked_for, vector_column_name="vector", query_type="vector")
            asked = asked.distance_type(METRIC).where(condition, prefilter=True)
            if by_index:
                # No upper bound; refining ranks by the true vectors.
                asked = asked.minimum_nprobes(_EVERY_PARTITION).maximum_nprobes(0).refine_factor(_REFINE)
            else:
                asked = asked.bypass_vector_index()
            found = asked.select(["passage_id", "_distance"]).limit(limit).to_arrow()
            return _hits(found["passage_id"], [1.0 - distance for distance in found["_distance"].to_pylist()])

        return _settle_ties(ask, k)

    def _by_index(self, condition: str, named: int | None) -> bool:
        """Whether the index is quicker than every candidate's vector; `named` is how many were given by their ids."""
        if not self._has_ann:
            return False
        if named is not None:
            return named > self._rows * EXACT_SHARE_NAMED
        if condition not in self._rows_of:
            self._rows_of[condition] = self._table.count_rows(condition)
        return self._rows_of[condition] > self._rows * EXACT_SHARE

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


def _condition(access_ids: Sequence[str], passage_ids: Collection[str] | None) -> str | None:
    """The condition that a row carries one of the accesses and is one of the passages, or None if none can.

    The expression builder knows no functions of lists and joins no expression to text, so this is text; every id in it
    has been checked to be 32 hexadecimal digits, and nothing that a person wrote comes near it.
    """
    accesses = sorted(checked_ids(list(set(access_ids))))
    if passage_ids is not None and len(passage_ids) > MOST_CANDIDATES:
        raise ValueError(f"{len(passage_ids)} candidates are more than {MOST_CANDIDATES}")
    candidates = None if passage_ids is None else checked_ids(list(set(passage_ids)))
    if not accesses or candidates == []:
        return None
    readable = f"array_has_any(access, [{_quoted(accesses)}])"
    return readable if candidates is None else f"passage_id IN ({_quoted(sorted(candidates))}) AND {readable}"


def _quoted(ids: Sequence[str]) -> str:
    return ", ".join(f"'{held}'" for held in ids)


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
