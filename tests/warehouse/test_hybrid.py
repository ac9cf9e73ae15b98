"""Words and meaning asked together, against a real table."""

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from schemas.identity import make_id
from warehouse.hybrid import candidates, find
from warehouse.vector_search import PinnedTable
from warehouse.vectors import VectorTable, table_name

DIMENSION = 8
N_ROWS = 120
WORDS = ["예산", "집행", "보조금", "교부", "결산", "이월", "편성", "지침"]
SEEN, HIDDEN = make_id("access", "seen"), make_id("access", "hidden")


def passage(number: int) -> str:
    return make_id("passage", number)


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> PinnedTable:
    generator, drawn = random.Random(5), np.random.default_rng(5)
    folder: Path = tmp_path_factory.mktemp("hybrid")
    table = VectorTable(folder, table_name("model", "analyser"), DIMENSION, embedder="model", analyser="analyser")
    vectors = drawn.normal(size=(N_ROWS, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    table.add(
        pa.table(
            {
                "passage_id": [passage(number) for number in range(N_ROWS)],
                "text": [f"글 {number}" for number in range(N_ROWS)],
                "morphemes": [" ".join(generator.choices(WORDS, k=generator.randint(1, 9))) for _ in range(N_ROWS)],
                "vector": pa.array(
                    [None if number % 10 == 0 else list(map(float, vectors[number])) for number in range(N_ROWS)],
                    pa.list_(pa.float32()),
                ),
                "access": [[SEEN] if number % 3 else [HIDDEN] for number in range(N_ROWS)],
            }
        )
    )
    table.index()
    return table.at(table.version)


@pytest.fixture(scope="module")
def direction() -> np.ndarray:
    return np.random.default_rng(9).normal(size=DIMENSION)


def test_every_candidate_is_scored_by_both_sides_as_if_all_had_been_ranked(
    pinned: PinnedTable, direction: np.ndarray
) -> None:
    access = [SEEN, HIDDEN]
    words = "보조금 교부"
    lexical, dense = candidates(pinned, words, direction, access, 10, embedder="model")
    all_lexical = dict(pinned.search_lexical(words, access, N_ROWS))
    all_dense = dict(pinned.search_dense(direction, access, N_ROWS, embedder="model"))
    found = {hit.passage_id for hit in lexical} | {hit.passage_id for hit in dense}
    assert 10 < len(found) <= 20
    assert dict(lexical) == pytest.approx({held: score for held, score in all_lexical.items() if held in found})
    assert dict(dense) == pytest.approx({held: score for held, score in all_dense.items() if held in found}, abs=1e-6)


def test_a_score_is_the_same_for_whoever_may_read_the_passage(pinned: PinnedTable, direction: np.ndarray) -> None:
    everything = dict(find(pinned, "결산 이월", direction, [SEEN, HIDDEN], 40, embedder="model"))
    some = find(pinned, "결산 이월", direction, [SEEN], 40, embedder="model")
    embedded = [hit for hit in some if int(_number(hit.passage_id)) % 10]
    shared = [hit for hit in embedded if hit.passage_id in everything]
    assert len(shared) > 20
    assert all(everything[hit.passage_id] == pytest.approx(hit.score, abs=1e-4) for hit in shared)


def test_nothing_is_found_that_may_not_be_read_or_was_not_asked_for(pinned: PinnedTable, direction: np.ndarray) -> None:
    readable = {passage(number) for number in range(N_ROWS) if number % 3}
    assert {hit.passage_id for hit in find(pinned, "예산", direction, [SEEN], 50, embedder="model")} <= readable
    wanted = [passage(number) for number in range(20)]
    found = {hit.passage_id for hit in find(pinned, "예산", direction, [SEEN], 50, wanted, embedder="model")}
    assert found == {held for held in wanted if held in readable} - _found_by_neither(pinned, wanted)
    assert find(pinned, "예산", direction, [], 50, embedder="model") == []
    assert find(pinned, "예산", direction, [SEEN], 50, [], embedder="model") == []


def test_without_a_vector_words_alone_are_asked_and_without_words_the_vector(
    pinned: PinnedTable, direction: np.ndarray
) -> None:
    by_words = find(pinned, "편성 지침", None, [SEEN], 10, embedder="model")
    assert [hit.passage_id for hit in by_words] == [
        hit.passage_id for hit in pinned.search_lexical("편성 지침", [SEEN], 10)
    ]
    by_meaning = find(pinned, "", direction, [SEEN], 10, embedder="model")
    assert [hit.passage_id for hit in by_meaning] == [
        hit.passage_id for hit in pinned.search_dense(direction, [SEEN], 10, embedder="model")
    ]


def test_the_same_question_has_the_same_answer(pinned: PinnedTable, direction: np.ndarray) -> None:
    first = find(pinned, "예산 집행 보조금", direction, [SEEN, HIDDEN], 30, embedder="model")
    assert all(
        find(pinned, "예산 집행 보조금", direction, [HIDDEN, SEEN], 30, embedder="model") == first for _ in range(3)
    )


def _number(passage_id: str) -> int:
    return next(number for number in range(N_ROWS) if passage(number) == passage_id)


def _found_by_neither(pinned: PinnedTable, wanted: list[str]) -> set[str]:
    """Rows without a vector that hold no word of the question."""
    by_words = {hit.passage_id for hit in pinned.search_lexical("예산", [SEEN], N_ROWS)}
    return {held for held in wanted if _number(held) % 10 == 0 and held not in by_words}
