"""The vector store against real LanceDB: who finds what, what a pin keeps, what erasing leaves."""

import random
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from schemas.identity import make_id
from warehouse import vector_search
from warehouse.vectors import MissingTable, VectorTable, WrongTable, table_name

DIMENSION = 8
MODEL, ANALYSER = "model-a", "analyser-a"
ACCESSES = [make_id("access", place) for place in range(12)]
WORDS = ["예산", "집행", "보조금", "교부", "결산", "이월", "편성", "지침", "기금", "1234"]


def open_table(folder: Path, **changes: Any) -> VectorTable:
    given: dict[str, Any] = {"embedder": MODEL, "analyser": ANALYSER, **changes}
    return VectorTable(folder, table_name(MODEL, ANALYSER), given.pop("dimension", DIMENSION), **given)


def unit(vector: Sequence[float]) -> np.ndarray:
    array = np.asarray(vector, np.float32)
    return array / np.linalg.norm(array)


def passage(number: int) -> str:
    return make_id("passage", number)


def make_rows(rows: Sequence[Any]) -> pa.Table:
    return pa.table(
        {
            "passage_id": [passage(number) for number, *_ in rows],
            "text": [f"글 {number} {words}" for number, words, *_ in rows],
            "morphemes": [words for _, words, *_ in rows],
            "vector": pa.array(
                [None if v is None else list(map(float, v)) for _, _, v, _ in rows], pa.list_(pa.float32())
            ),
            "access": pa.array([list(access) for *_, access in rows], pa.list_(pa.string())),
        }
    )


def random_rows(generator: random.Random, numbers: Sequence[int]) -> list[Any]:
    rows = []
    for number in numbers:
        words = " ".join(generator.choices(WORDS, k=generator.randint(1, 6)))
        vector = None if generator.random() < 0.2 else unit([generator.gauss(0, 1) for _ in range(DIMENSION)])
        rows.append((number, words, vector, generator.sample(ACCESSES, generator.randint(0, 3))))
    return rows


@pytest.fixture
def table(tmp_path: Path) -> VectorTable:
    return open_table(tmp_path)


def filled(table: VectorTable, n: int = 40, seed: int = 1) -> list[Any]:
    rows = random_rows(random.Random(seed), range(n))
    table.add(make_rows(rows))
    table.index()
    return rows


def stored_vectors(table: VectorTable) -> dict[str, bytes]:
    held = table.at(table.version).vectors()
    return {row["passage_id"]: np.asarray(row["vector"], np.float32).tobytes() for row in held.to_pylist()}


def test_ids_and_access_come_back_sorted_and_each_passage_is_kept_once(table: VectorTable) -> None:
    row = (1, "예산", unit([1] * DIMENSION), [ACCESSES[3], ACCESSES[0], ACCESSES[3]])
    table.add(make_rows([row]))
    table.add(make_rows([row, (2, "결산", None, [])]))
    held = {row["passage_id"]: row["access"] for row in table.ids().to_pylist()}
    assert held == {passage(1): sorted({ACCESSES[0], ACCESSES[3]}), passage(2): []}


@pytest.mark.parametrize("with_ann", [False, True])
def test_no_search_finds_a_passage_that_the_asker_may_not_read(
    tmp_path: Path, with_ann: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_search, "EXACT_SHARE", 0.0)
    monkeypatch.setattr(vector_search, "EXACT_SHARE_NAMED", 0.0)
    table, generator = open_table(tmp_path), random.Random(7 + with_ann)
    rows = {number: row for number, *row in random_rows(generator, range(600 if with_ann else 250))}
    table.add(make_rows([(number, *row) for number, row in rows.items()]))
    table.index(ann_rows=300 if with_ann else 10**9)
    for turn in range(4):
        for _ in range(12):
            asker = generator.sample(ACCESSES, generator.randint(1, 3))
            words = generator.sample(WORDS, 2)
            pinned = table.at(table.version)
            readable = {number: row for number, row in rows.items() if set(row[2]) & set(asker)}
            lexical = pinned.search_lexical(" ".join(words), asker, 1_000)
            expected = {passage(number) for number, row in readable.items() if set(row[0].split()) & set(words)}
            assert {hit.passage_id for hit in lexical} == expected
            dense = pinned.search_dense([generator.gauss(0, 1) for _ in range(DIMENSION)], asker, 1_000, embedder=MODEL)
            expected = {passage(number) for number, row in readable.items() if row[1] is not None}
            assert {hit.passage_id for hit in dense} == expected
            asked = {passage(number) for number in generator.sample(sorted(rows), 60)}
            some = pinned.search_dense(
                [generator.gauss(0, 1) for _ in range(DIMENSION)], asker, 1_000, asked, embedder=MODEL
            )
            assert {hit.passage_id for hit in some} == expected & asked
            some = pinned.search_lexical(" ".join(words), asker, 1_000, asked)
            assert {hit.passage_id for hit in some} == {hit.passage_id for hit in lexical} & asked
        gone = generator.sample(sorted(rows), 20)
        table.remove([passage(number) for number in gone])
        for number in gone:
            del rows[number]
        added = random_rows(generator, range(1_000 * (turn + 1), 1_000 * (turn + 1) + 15))
        table.add(make_rows(added))
        rows |= {number: row for number, *row in added}
        moved = generator.sample(sorted(rows), 25)
        for number in moved:
            rows[number][2] = generator.sample(ACCESSES, generator.randint(0, 2))
        access = pa.array([rows[number][2] for number in moved], pa.list_(pa.string()))
        table.set_access(pa.table({"passage_id": [passage(number) for number in moved], "access": access}))
        if turn % 2:
            table.optimise()


def test_hits_are_ranked_by_the_true_cosine_and_ties_by_id(table: VectorTable) -> None:
    axis = np.eye(DIMENSION, dtype=np.float32)
    same = [(number, "예산 집행", axis[0], [ACCESSES[0]]) for number in range(30)]
    near = [(100, "예산", unit(axis[0] + 0.5 * axis[1]), [ACCESSES[0]]), (101, "결산", axis[2], [ACCESSES[0]])]
    table.add(make_rows([*same, *near]))
    table.index()
    pinned = table.at(table.version)
    first = pinned.search_dense(axis[0], [ACCESSES[0]], 5, embedder=MODEL)
    assert [hit.passage_id for hit in first] == sorted(passage(number) for number in range(30))[:5]
    assert first[0].score == pytest.approx(1.0, abs=1e-6)
    assert [hit.passage_id for hit in pinned.search_lexical("집행", [ACCESSES[0]], 3)] == [
        hit.passage_id for hit in first
    ][:3]
    everything = pinned.search_dense(axis[0], [ACCESSES[0]], 32, embedder=MODEL)
    assert everything[30] == (passage(100), pytest.approx(2 / np.sqrt(5), abs=1e-6))
    assert everything[31] == (passage(101), pytest.approx(0.0, abs=1e-6))


def test_an_asker_without_accesses_finds_nothing(table: VectorTable) -> None:
    filled(table)
    pinned = table.at(table.version)
    assert pinned.search_lexical("예산", [], 5) == []
    assert pinned.search_dense([1] * DIMENSION, [], 5, embedder=MODEL) == []
    assert pinned.search_lexical("", ACCESSES, 5) == []
    assert pinned.search_lexical("예산", ACCESSES, 0) == []


def test_an_empty_table_is_indexed_optimised_and_searched_in_peace(table: VectorTable) -> None:
    table.index()
    table.optimise()
    pinned = table.at(table.version)
    assert pinned.search_lexical("예산", ACCESSES, 5) == []
    assert pinned.search_dense([1] * DIMENSION, ACCESSES, 5, embedder=MODEL) == []


@pytest.mark.parametrize(
    "words", ["') OR true --", "예산' OR '1'='1", '"예산" AND *', "예산~2 집행^9", "x\x00y", "( ) [ ] { } \\", "%s {0}"]
)
def test_odd_words_in_a_query_neither_break_it_nor_widen_it(table: VectorTable, words: str) -> None:
    rows = filled(table)
    asker = [ACCESSES[0]]
    readable = {passage(number) for number, _, _, access in rows if set(access) & set(asker)}
    assert {hit.passage_id for hit in table.at(table.version).search_lexical(words, asker, 100)} <= readable


@pytest.mark.parametrize("access_id", ["x') OR true OR ('a", "", "A" * 32, "g" * 32, "0" * 31, "0" * 32 + "'"])
def test_an_access_id_that_is_no_id_is_refused(table: VectorTable, access_id: str) -> None:
    filled(table)
    with pytest.raises(ValueError, match="not an id"):
        table.at(table.version).search_lexical("예산", [access_id], 5)
    with pytest.raises(ValueError, match="not an id"):
        table.remove([access_id])


@pytest.mark.parametrize(
    "vector", [[float("nan")] * DIMENSION, [float("inf")] + [0.0] * 7, [0.0] * DIMENSION, [2.0] + [0.0] * 7]
)
def test_a_vector_that_is_no_unit_vector_is_not_stored(table: VectorTable, vector: list[float]) -> None:
    with pytest.raises(ValueError, match="length 1"):
        table.add(make_rows([(1, "예산", vector, [])]))
    assert table.count() == 0


def test_a_vector_of_another_dimension_is_refused_on_add_and_on_query(table: VectorTable) -> None:
    with pytest.raises(ValueError, match="dimension"):
        table.add(make_rows([(1, "예산", unit([1] * 4), [])]))
    with pytest.raises(ValueError, match="dimension"):
        table.at(table.version).search_dense([1.0] * 4, ACCESSES, 5, embedder=MODEL)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0])
def test_a_query_vector_that_is_no_direction_is_refused(table: VectorTable, value: float) -> None:
    filled(table)
    with pytest.raises(ValueError, match="direction"):
        table.at(table.version).search_dense([value] * DIMENSION, ACCESSES, 5, embedder=MODEL)


@pytest.mark.parametrize("change", [{"dimension": 4}, {"embedder": "model-b"}, {"analyser": "analyser-b"}])
def test_a_table_of_another_model_or_analyser_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    filled(open_table(tmp_path))
    open_table(tmp_path)
    with pytest.raises(WrongTable):
        open_table(tmp_path, **change)


def test_a_reader_does_not_make_a_table_by_asking_for_it(tmp_path: Path) -> None:
    with pytest.raises(MissingTable):
        open_table(tmp_path, create=False)


def test_names_of_tables_differ_with_model_and_analyser() -> None:
    names = {table_name(model, analyser) for model in ("a", "b") for analyser in ("a", "b")}
    assert len(names) == 4


def test_new_access_leaves_every_vector_and_word_as_it_was(table: VectorTable) -> None:
    filled(table, 60)
    table.add(make_rows(random_rows(random.Random(5), range(100, 130))))
    before = stored_vectors(table)
    found = {hit.passage_id for hit in table.at(table.version).search_lexical("예산", ACCESSES, 100)}
    ids = table.ids()["passage_id"].to_pylist()
    new = pa.table({"passage_id": ids, "access": pa.array([[ACCESSES[9]]] * len(ids), pa.list_(pa.string()))})
    table.set_access(new)
    assert stored_vectors(table) == before
    assert all(row["access"] == [ACCESSES[9]] for row in table.ids().to_pylist())
    table.optimise()
    assert stored_vectors(table) == before
    pinned = table.at(table.version)
    assert found <= {hit.passage_id for hit in pinned.search_lexical("예산", [ACCESSES[9]], 100)}
    assert pinned.search_lexical("예산", ACCESSES[:9], 100) == []


def test_access_of_an_unknown_passage_adds_no_row(table: VectorTable) -> None:
    filled(table, 5)
    table.set_access(
        pa.table({"passage_id": [passage(77)], "access": pa.array([[ACCESSES[0]]], pa.list_(pa.string()))})
    )
    assert table.count() == 5


def test_a_tag_pins_a_version_through_writes_optimise_and_clean(tmp_path: Path) -> None:
    table = open_table(tmp_path)
    filled(table)
    table.tag("p1")
    version = table.tags()["p1"]
    pinned, vector = table.at(version), unit(range(1, DIMENSION + 1))
    before = (
        pinned.search_lexical("예산 집행", ACCESSES, 20),
        pinned.search_dense(vector, ACCESSES, 20, embedder=MODEL),
        pinned.ids().num_rows,
    )
    generator = random.Random(3)
    for turn in range(3):
        table.add(make_rows(random_rows(generator, range(1_000 * (turn + 1), 1_000 * (turn + 1) + 30))))
        table.remove(table.ids()["passage_id"].to_pylist()[:10])
        table.optimise()
        table.index(replace=True)
        table.clean(timedelta(0), delete_unverified=True)
    for reader in (pinned, open_table(tmp_path, create=False).at(version)):
        lexical, dense = (
            reader.search_lexical("예산 집행", ACCESSES, 20),
            reader.search_dense(vector, ACCESSES, 20, embedder=MODEL),
        )
        assert (lexical, dense, reader.ids().num_rows) == before
    table.retag(["p2"])
    assert table.tags() == {}
    with pytest.raises(MissingTable):
        table.at(version)


def test_a_tag_is_never_moved_silently(table: VectorTable) -> None:
    filled(table)
    table.tag("p1")
    table.tag("p1")
    table.add(make_rows([(900, "예산", None, [])]))
    with pytest.raises(ValueError, match="already keeps"):
        table.tag("p1")
    table.remove_tag("p1")
    table.remove_tag("p1")
    assert table.tags() == {}


def test_the_listed_files_alone_are_the_version(tmp_path: Path) -> None:
    table = open_table(tmp_path / "here")
    filled(table)
    table.remove([passage(0)])
    table.set_access(pa.table({"passage_id": [passage(1)], "access": pa.array([[ACCESSES[0]]], pa.list_(pa.string()))}))
    version = table.version
    expected = table.at(version).search_lexical("예산", ACCESSES, 50)
    files = table.files(version)
    table.add(make_rows(random_rows(random.Random(2), range(500, 520))))
    assert files == table.files(version)
    for file in files:
        copy = tmp_path / "there" / file.relative_to(tmp_path / "here")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    assert open_table(tmp_path / "there", create=False).at(version).search_lexical("예산", ACCESSES, 50) == expected


def files_with(folder: Path, canaries: Sequence[bytes]) -> list[Path]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return [file for file in files if any(canary in file.read_bytes() for canary in canaries)]


def test_a_removed_row_is_in_no_file_once_the_table_was_rewritten_and_old_versions_are_gone(tmp_path: Path) -> None:
    table = open_table(tmp_path)
    filled(table, 300)
    table.add(make_rows([(999, "홍길동카나리아 예산", unit(range(1, 9)), [ACCESSES[0]])]))
    table.optimise()
    table.tag("old")
    canaries = ["홍길동카나리아".encode(), passage(999).encode(), unit(range(1, 9)).tobytes()]
    assert all(files_with(tmp_path, [canary]) for canary in canaries[1:])
    table.remove([passage(999)])
    table.rewrite()
    newest = table.version
    assert files_with(tmp_path, canaries)
    assert not {file for file in table.files(newest) if file in set(files_with(tmp_path, canaries))}
    table.tag("new")
    table.retag(["new"])
    table.clean(timedelta(0), delete_unverified=True)
    assert files_with(tmp_path, canaries) == []
    pinned = table.at(table.tags()["new"])
    assert pinned.ids().num_rows == 300
    assert pinned.search_lexical("예산", ACCESSES, 500)


def test_many_accesses_and_many_removals_stay_within_bounds(table: VectorTable) -> None:
    rows = [(number, "예산", None, [make_id("access", number)]) for number in range(2_500)]
    table.add(make_rows(rows))
    table.index()
    asker = [make_id("access", number) for number in range(0, 2_500, 2)]
    assert len(table.at(table.version).search_lexical("예산", asker, 5_000)) == 1_250
    table.remove([passage(number) for number in range(2_400)])
    assert table.count() == 100
