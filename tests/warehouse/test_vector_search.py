"""Filtered search by words and by vectors against brute force, while the table is written; ties; hostile filters."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from schemas.identity import make_id
from warehouse import vector_search
from warehouse.fusion import Hit
from warehouse.vector_search import MOST_CANDIDATES, PinnedTable, WrongTable
from warehouse.vectors import VectorTable, table_name

DIMENSION = 16
ACCESSES = [make_id("access", place) for place in range(8)]
WORDS = [f"낱말{place}" for place in range(40)]
ROUNDS = 5


class Rows:
    """The rows as they should be, beside the table that holds them; every write goes to both."""

    def __init__(self, folder: Path, seed: int, ann_rows: int) -> None:
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.ann_rows = ann_rows
        self.table = VectorTable(folder, table_name("m", "a"), DIMENSION, embedder="m", analyser="a")
        self.held: dict[str, dict[str, Any]] = {}
        self._next = 0

    def add(self, count: int) -> None:
        """New rows; some are copies of a row that is there, as drafts are, and some have no vector."""
        rows = []
        for _ in range(count):
            words = " ".join(self.random.choices(WORDS, k=self.random.randint(1, 8)))
            vector: Any = unit(self.numbers.standard_normal(DIMENSION))
            if self.held and self.random.random() < 0.3:
                twin = self.random.choice(list(self.held.values()))
                words, vector = twin["morphemes"], twin["vector"]
            elif self.random.random() < 0.1:
                vector = None
            self._next += 1
            access = self.random.sample(ACCESSES, self.random.randint(0, 3))
            rows.append(
                {"passage_id": make_id("p", self._next), "morphemes": words, "vector": vector, "access": access}
            )
        columns = {key: [row[key] for row in rows] for key in ("passage_id", "morphemes", "access")}
        vectors = pa.array([row["vector"] for row in rows], pa.list_(pa.float32()))
        self.table.add(pa.table({**columns, "text": columns["morphemes"], "vector": vectors}))
        self.held |= {row["passage_id"]: row for row in rows}

    def move(self, count: int) -> None:
        """Other accesses for some rows."""
        ids = self.some(count)
        for one in ids:
            self.held[one]["access"] = self.random.sample(ACCESSES, self.random.randint(0, 2))
        access = pa.array([self.held[one]["access"] for one in ids], pa.list_(pa.string()))
        self.table.set_access(pa.table({"passage_id": ids, "access": access}))

    def remove(self, count: int) -> None:
        """Some rows fewer."""
        ids = self.some(count)
        self.table.remove(ids)
        for one in ids:
            del self.held[one]

    def some(self, count: int) -> list[str]:
        """Ids of rows, drawn."""
        return self.random.sample(sorted(self.held), count)

    def night(self) -> None:
        """What a run does after its writes."""
        self.table.index(ann_rows=self.ann_rows)
        self.table.optimise()

    def pinned(self) -> PinnedTable:
        """The newest version."""
        return self.table.at(self.table.version)

    def allowed(self, access: Sequence[str], ids: Sequence[str] | None) -> set[str]:
        """The rows that a filter leaves."""
        within = self.held if ids is None else set(ids) & set(self.held)
        return {one for one in within if set(self.held[one]["access"]) & set(access)}

    def nearest(self, vector: np.ndarray, allowed: set[str]) -> dict[str, float]:
        """Cosine of every allowed row that has a vector."""
        return {
            one: float(np.dot(vector, self.held[one]["vector"]))
            for one in allowed
            if self.held[one]["vector"] is not None
        }


def unit(vector: np.ndarray) -> np.ndarray:
    """The vector at length 1, in the table's numbers."""
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def check_dense(hits: list[Hit], truth: dict[str, float], k: int) -> float:
    """Each hit is allowed, has its true score and stands in order; returns the share of the best `k` that was found."""
    assert len(hits) == min(k, len(truth))
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))
    for hit in hits:
        assert hit.score == pytest.approx(truth[hit.passage_id], abs=3e-6)
    if not hits:
        return 1.0
    worst = sorted(truth.values(), reverse=True)[len(hits) - 1]
    return sum(truth[hit.passage_id] >= worst - 3e-6 for hit in hits) / len(hits)


@pytest.mark.parametrize("with_ann", [False, True])
def test_filtered_searches_agree_with_brute_force_while_the_table_is_written(
    tmp_path: Path, with_ann: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if with_ann:
        monkeypatch.setattr(vector_search, "EXACT_SHARE_NAMED", 0.05)
    rows = Rows(tmp_path, 3 + with_ann, 200 if with_ann else 10**9)
    rows.add(500)
    rows.night()
    found = []
    for turn in range(ROUNDS):
        everything, is_settled = rows.pinned(), turn % 2 == 0
        for _ in range(10):
            asker = rows.random.sample(ACCESSES, rows.random.randint(1, 3))
            ids = rows.random.choice([None, [*rows.some(rows.random.choice([1, 10, 100])), make_id("p", "gone")]])
            k = rows.random.choice([1, 5, 10])
            allowed = rows.allowed(asker, ids)
            vector = unit(rows.numbers.standard_normal(DIMENSION))
            found.append(
                check_dense(
                    everything.search_dense(vector, asker, k, ids, embedder="m"), rows.nearest(vector, allowed), k
                )
            )
            words = rows.random.sample(WORDS, 2)
            hits = everything.search_lexical(" ".join(words), asker, 1_000, ids)
            assert {hit.passage_id for hit in hits} == {
                one for one in allowed if set(rows.held[one]["morphemes"].split()) & set(words)
            }
            if is_settled:
                # Rows that are not in the index yet are weighed among themselves; a publication has none.
                open_to_all = everything.search_lexical(" ".join(words), ACCESSES, 1_000)
                assert hits == [hit for hit in open_to_all if hit.passage_id in allowed]
            assert everything.search_lexical(" ".join(words), asker, k, ids) == hits[:k]
        rows.remove(30)
        rows.add(60)
        rows.move(40)
        if turn % 2:
            rows.night()
    assert np.mean(found) >= (0.95 if with_ann else 1.0)


def test_the_answer_is_the_same_with_and_without_the_index_and_after_every_rewriting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_search, "EXACT_SHARE", 0.0)
    monkeypatch.setattr(vector_search, "EXACT_SHARE_NAMED", 0.0)
    rows = Rows(tmp_path, 11, 10**9)
    rows.add(400)
    rows.night()
    questions = [unit(rows.numbers.standard_normal(DIMENSION)) for _ in range(20)]
    before = [rows.pinned().search_dense(question, ACCESSES, 400, embedder="m") for question in questions]
    words = [rows.pinned().search_lexical(word, ACCESSES, 400) for word in WORDS]
    rows.ann_rows = 100
    rows.night()
    assert [rows.pinned().search_dense(question, ACCESSES, 400, embedder="m") for question in questions] == before
    rows.table.rewrite()
    assert [rows.pinned().search_dense(question, ACCESSES, 400, embedder="m") for question in questions] == before
    assert [rows.pinned().search_lexical(word, ACCESSES, 400) for word in WORDS] == words


def test_the_index_of_vectors_is_made_anew_once_it_is_worn(tmp_path: Path) -> None:
    rows = Rows(tmp_path, 5, 200)
    rows.add(300)
    rows.night()
    segments = []
    for _ in range(14):
        rows.add(20)
        rows.night()
        stats = rows.table._table.index_stats("vector_idx")
        assert stats.num_unindexed_rows == 0
        segments.append(stats.num_indices)
    assert max(segments) > 2
    assert max(segments) <= 9
    assert segments != sorted(segments)


def test_a_table_that_grew_by_half_is_indexed_anew_at_once(tmp_path: Path) -> None:
    rows = Rows(tmp_path, 6, 200)
    rows.add(300)
    rows.night()
    rows.add(300)
    rows.night()
    assert rows.table._table.index_stats("vector_idx").num_indices == 1


def test_a_table_that_shrank_keeps_no_index_of_what_was_removed(tmp_path: Path) -> None:
    rows = Rows(tmp_path, 7, 200)
    rows.add(300)
    rows.night()
    rows.remove(150)
    rows.table.rewrite()
    assert "vector" not in [index.columns[0] for index in rows.table._table.list_indices()]
    assert len(rows.pinned().search_dense(np.ones(DIMENSION), ACCESSES, 500, embedder="m")) == len(
        rows.nearest(np.ones(DIMENSION), rows.allowed(ACCESSES, None))
    )


def test_a_vector_of_another_model_is_refused_by_its_fingerprint(tmp_path: Path) -> None:
    rows = Rows(tmp_path, 8, 10**9)
    rows.add(20)
    pinned = rows.pinned()
    assert pinned.search_dense(np.ones(DIMENSION), ACCESSES, 1, embedder="m")
    with pytest.raises(WrongTable, match="모형"):
        pinned.search_dense(np.ones(DIMENSION), ACCESSES, 1, embedder="another")


def test_no_candidates_find_nothing_and_too_many_are_refused(tmp_path: Path) -> None:
    rows = Rows(tmp_path, 1, 10**9)
    rows.add(20)
    pinned = rows.pinned()
    assert pinned.search_lexical(WORDS[0], ACCESSES, 5, []) == []
    assert pinned.search_dense(np.ones(DIMENSION), ACCESSES, 5, [], embedder="m") == []
    many = {make_id("p", -place) for place in range(MOST_CANDIDATES + 1)}
    with pytest.raises(ValueError, match="more than"):
        pinned.search_dense(np.ones(DIMENSION), ACCESSES, 5, many, embedder="m")
    with pytest.raises(ValueError, match="more than"):
        pinned.search_lexical(WORDS[0], ACCESSES, 5, many)


@pytest.mark.parametrize(
    "hostile",
    [
        "x') OR true OR ('a",
        "",
        "A" * 32,
        "0" * 31,
        "0" * 32 + "'",
        "0" * 32 + "\n",
        "०" * 32,
        None,
        7,
        b"0" * 32,
        "') --",
    ],
)
def test_an_id_that_is_no_id_never_reaches_a_condition(tmp_path: Path, hostile: Any) -> None:
    rows = Rows(tmp_path, 2, 10**9)
    rows.add(20)
    pinned = rows.pinned()
    for access, ids in (([hostile, ACCESSES[0]], None), (ACCESSES, [hostile, make_id("p", 1)])):
        with pytest.raises(ValueError, match="not an id"):
            pinned.search_lexical(WORDS[0], access, 5, ids)
        with pytest.raises(ValueError, match="not an id"):
            pinned.search_dense(np.ones(DIMENSION), access, 5, ids, embedder="m")


def test_a_candidate_of_others_is_not_found_by_naming_it(tmp_path: Path) -> None:
    rows = Rows(tmp_path, 4, 10**9)
    rows.add(200)
    rows.night()
    mine = ACCESSES[:1]
    others = sorted(set(rows.held) - rows.allowed(mine, None))
    assert others
    assert rows.pinned().search_dense(np.ones(DIMENSION), mine, 500, others, embedder="m") == []
    assert rows.pinned().search_lexical(" ".join(WORDS), mine, 500, others) == []


@pytest.mark.parametrize("dimension", [12, 16])
def test_any_dimension_gets_an_index(tmp_path: Path, dimension: int) -> None:
    table = VectorTable(tmp_path, "t", dimension, embedder="m", analyser="a")
    numbers = np.random.default_rng(1).standard_normal((300, dimension)).astype(np.float32)
    numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
    ids = [make_id("p", place) for place in range(300)]
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(numbers.ravel()), dimension)
    access = pa.array([ACCESSES[:1]] * 300, pa.list_(pa.string()))
    table.add(pa.table({"passage_id": ids, "text": ids, "morphemes": ids, "vector": vectors, "access": access}))
    table.index(ann_rows=100)
    assert table.at(table.version).search_dense(numbers[7], ACCESSES, 1, embedder="m") == [
        (ids[7], pytest.approx(1.0, abs=1e-5))
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_one_broken_vector_keeps_the_whole_batch_out(tmp_path: Path, value: Any) -> None:
    table = VectorTable(tmp_path, "t", 4, embedder="m", analyser="a")
    batch = {
        "passage_id": [make_id("p", place) for place in range(2)],
        "text": ["글", "글"],
        "morphemes": ["글", "글"],
        "access": pa.array([[], []], pa.list_(pa.string())),
    }
    broken = pa.array([[1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, value]], pa.list_(pa.float32()))
    with pytest.raises(ValueError, match="length 1"):
        table.add(pa.table({**batch, "vector": broken}))
    assert table.count() == 0


def test_a_batch_without_any_vector_is_kept(tmp_path: Path) -> None:
    table = VectorTable(tmp_path, "t", 4, embedder="m", analyser="a")
    batch = {
        "passage_id": [make_id("p", 1)],
        "text": ["글"],
        "morphemes": ["글"],
        "access": pa.array([ACCESSES[:1]], pa.list_(pa.string())),
    }
    table.add(pa.table({**batch, "vector": pa.nulls(1)}))
    assert table.unembedded().num_rows == 1
    assert table.at(table.version).search_dense(np.ones(4), ACCESSES, 5, embedder="m") == []
    assert len(table.at(table.version).search_lexical("글", ACCESSES, 5)) == 1
