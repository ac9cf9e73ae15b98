"""Passages found by their ids are the rows of the lake, in memory and in a file alike."""

import pytest

from schemas.arrow import to_table
from schemas.identity import make_id
from schemas.provenance import Locator
from schemas.records.chunk import Chunk
from schemas.sql import create_table
from warehouse.doors.shelf import Shelf
from warehouse.lake import CATALOG, Lake, local_place

TEXTS, LENGTH = 5, 30


def chunk(text, ordinal):
    """A chunk; every text begins with the same passages."""
    says = f"구절 {ordinal}" if ordinal < 3 else f"본문 {text}의 구절 {ordinal}"
    return Chunk(
        chunk_id=make_id("chunk", text, ordinal),
        text_id=make_id("text", text),
        step_fingerprint="made",
        ordinal=ordinal,
        passage_id=make_id("passage", says),
        headings=[f"제목 {text}"],
        text=says,
        first_ordinal=ordinal,
        last_ordinal=ordinal,
        locator=Locator(page=ordinal),
        is_lexical=False,
        cautions=[],
    )


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    root = tmp_path_factory.mktemp("shelf")
    (root / "data").mkdir()
    made = to_table(Chunk, [chunk(text, ordinal) for text in range(TEXTS) for ordinal in range(LENGTH)])
    with Lake.open(local_place(root / "catalog.sqlite", root / "data")) as held:
        held.run(f"CREATE SCHEMA {CATALOG}.index")
        held.run(create_table(Chunk, CATALOG))
        held.commit(lambda _: held.insert(Chunk, made))
        yield held


@pytest.fixture(scope="module", params=[(1 << 30, 65_536), (1 << 30, 7), (0, 7)], ids=["memory", "batches", "file"])
def shelf(lake, request):
    most_bytes, batch_rows = request.param
    return Shelf(lake, most_bytes, batch_rows)


@pytest.fixture(scope="module")
def rows(lake):
    return lake.rows(f"FROM {CATALOG}.index.chunk")


def by_id(rows):
    return sorted(rows, key=lambda row: row["chunk_id"])


@pytest.mark.parametrize("column", ["passage_id", "chunk_id", "text_id"])
def test_rows_are_found_by_each_id_whole_and_once(shelf, rows, column):
    ask = {"passage_id": shelf.of_passages, "chunk_id": shelf.of_chunks, "text_id": shelf.of_texts}[column]
    for row in rows[::11]:
        assert by_id(ask([row[column], row[column]])) == by_id(one for one in rows if one[column] == row[column])
    assert by_id(ask(row[column] for row in rows)) == by_id(rows)
    assert len(rows) == TEXTS * LENGTH


def test_what_is_not_there_is_not_found(shelf, rows):
    for ids in ([], ["0" * 32], ["", "x"], [rows[0]["chunk_id"][:31]], [rows[0]["passage_id"] + "0"]):
        assert shelf.of_passages(ids) == shelf.of_chunks(ids) == shelf.of_texts(ids) == []
    assert shelf.of_passages([rows[0]["chunk_id"]]) == []


def test_neighbours_are_those_within_reach_in_the_same_text(shelf, rows):
    for reach in (0, 1, 8):
        for row in rows[::7]:
            found = shelf.around([(row["text_id"], row["ordinal"])], reach)
            near = [one for one in rows if abs(one["ordinal"] - row["ordinal"]) <= reach]
            assert by_id(found) == by_id(one for one in near if one["text_id"] == row["text_id"])
    text_id = rows[0]["text_id"]
    both = {row["ordinal"] for row in shelf.around([(text_id, 0), (text_id, 20)], 1)}
    assert both == {0, 1, 19, 20, 21}
    assert shelf.around([(text_id, LENGTH + 8)], 8) == []


def test_a_lake_without_passages_has_an_empty_shelf(tmp_path):
    (tmp_path / "data").mkdir()
    with Lake.open(local_place(tmp_path / "catalog.sqlite", tmp_path / "data")) as lake:
        lake.run(f"CREATE SCHEMA {CATALOG}.index")
        lake.run(create_table(Chunk, CATALOG))
        assert Shelf(lake).of_passages(["0" * 32]) == Shelf(lake, 0).of_texts(["0" * 32]) == []
