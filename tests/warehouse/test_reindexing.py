"""Another model, other chunks, and the way back: the index that is public serves throughout."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access, Principal
from warehouse import breaking, chunking, passages, vector_tables
from warehouse.doors.search import search
from warehouse.lake import CATALOG, local_place
from warehouse.publication import KEEP_PUBLICATIONS, Current, read_current, verify_manifest
from warehouse.reindexing import (
    CannotGoBack,
    IndexBlocked,
    NightUnfinished,
    index_status,
    rechunk_index,
    roll_back,
    switch_index,
)
from warehouse.vectors import WrongTable

KIM = Principal(name="kim", groups=("예산실",))
TEAM = Access(allow=("group:예산실",))
QUESTION = "기초연금 단가는 얼마로 봅니까"


pytestmark = pytest.mark.long


@pytest.fixture
def team(talks, talking, tmp_path):
    """A published share with one document of several passages and a short one."""
    folder = tmp_path / "team"
    folder.mkdir()
    lines = [f"기초연금 단가 검토 {k}번 의견은 34만 {k}천원으로 보는 것이다. " * 4 for k in range(12)]
    talking.put(folder, a__txt="\n".join(lines), b__txt="도로 보수 사업의 단가를 적은 보통 글이다")
    talks.sources = [FolderSource("team", folder, TEAM)]
    talks.run()
    return folder


def nothing() -> None:
    """No choice to write down."""


def other_model(talks, talking, **more: Any):
    """Let the next night embed with another model, the first one still at hand for doors."""
    talks.earlier_models.append(talks.model)
    talks.model = talking.WordVectors(fingerprint="other", dimension=32, **more)
    return talks.model


def served(talks) -> list[tuple[str, str]]:
    """What a consumer who comes now is shown: text and citation."""
    session = talks.session()
    hits = [(hit.text, hit.citation) for hit in search(session, KIM, QUESTION)]
    assert hits
    session.pinned().lake.close()
    return hits


def go_back(talks, to: str | None = None, settle=lambda target: None) -> tuple[Current, Current]:
    """Roll back as the command does; the test's own connection is the writer's, so that no other may be open."""
    place = local_place(talks.home.catalog_file, talks.home.data_folder)
    return roll_back(talks.home, place, talks.clock, settle, to=to, decided_by="운영자", note="시험")


def test_a_switch_embeds_the_stored_chunks_anew_while_the_old_index_serves(talks, talking, team):
    first, before = read_current(talks.home), served(talks)
    reader = talks.session()
    assert search(reader, KIM, QUESTION)
    old, new = talks.model, other_model(talks, talking)
    chosen: list[Current] = []

    def settle() -> None:
        assert served(talks) == before, "the old index serves until the new one is whole"
        chosen.append(read_current(talks.home))

    (team / "c.txt").write_text("이 글은 아직 아무 밤도 보지 못했다", encoding="utf-8")
    current, is_new = switch_index(talks.night(), settle)
    assert is_new
    assert chosen == [first]
    n_passages = talks.lake.value(f"SELECT count(DISTINCT passage_id) FROM {CATALOG}.index.chunk")
    assert new.n_embedded == n_passages
    assert talks.lake.value(f"SELECT count(*) FROM {CATALOG}.core.reading") == 2, "no source was walked"
    assert current.index is not None
    assert (current.index.embedder, current.index.dimension) == ("other", 32)
    assert current.vector_table != first.vector_table
    assert {text for text, _ in served(talks)} == {text for text, _ in before}
    assert verify_manifest(talks.home, current.publication_id) == []
    assert set(vector_tables.table_names(talks.home.vector_folder)) == {first.vector_table, current.vector_table}
    assert not any(state.is_building for state in vector_tables.table_states(talks.home.vector_folder))
    n_before = new.n_embedded
    talks.run()
    assert (new.n_embedded - n_before, old.fingerprint) == (1, "words"), "the night goes on with the new model"


def test_an_old_table_goes_with_the_last_publication_that_names_it(talks, talking, team):
    first = read_current(talks.home)
    other_model(talks, talking)
    switch_index(talks.night(), nothing)
    for number in range(KEEP_PUBLICATIONS - 1):
        assert first.vector_table in vector_tables.table_names(talks.home.vector_folder)
        (team / f"n{number}.txt").write_text(f"새 글 {number}", encoding="utf-8")
        talks.run()
    assert vector_tables.table_names(talks.home.vector_folder) == [read_current(talks.home).vector_table]


@dataclass
class Broken:
    """A model whose vectors are wrong in one way."""

    fault: str
    fingerprint: str = "broken"
    dimension: int = 8

    def embed_passages(self, texts) -> Any:
        rows = np.ones((len(texts), self.dimension + (self.fault == "longer")), np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        if self.fault == "nan":
            rows[-1, 0] = np.nan
        return rows


@pytest.mark.parametrize("fault", ["nan", "longer"])
def test_a_model_with_wrong_vectors_leaves_the_old_index_and_the_choice(talks, team, fault):
    before, tables = served(talks), vector_tables.table_names(talks.home.vector_folder)
    model, talks.model = talks.model, Broken(fault)
    chosen: list[str] = []
    with pytest.raises(ValueError, match=r"dimension|direction|length 1|방향"):
        switch_index(talks.night(), lambda: chosen.append("written"))
    talks.model = model
    assert chosen == []
    assert served(talks) == before
    (team / "c.txt").write_text("새 글", encoding="utf-8")
    talks.run()
    assert vector_tables.table_names(talks.home.vector_folder) == tables, "what was begun is cleared away"


def test_a_table_of_another_model_under_the_same_name_is_refused(talks, team):
    talks.model.dimension = 16
    with pytest.raises(WrongTable, match="차원"):
        talks.night().embed()
    session = talks.session()
    with pytest.raises(WrongTable, match="차원"):
        search(session, KIM, QUESTION)


def test_what_a_night_left_unfinished_is_not_published_by_a_switch(talks, talking, team):
    (team / "c.txt").write_text("끝나지 않은 밤의 글", encoding="utf-8")
    talks.converse()
    other_model(talks, talking)
    with pytest.raises(NightUnfinished, match="gotgan run"):
        switch_index(talks.night(), nothing)
    with pytest.raises(NightUnfinished, match="gotgan run"):
        rechunk_index(talks.night())


def test_a_check_that_fails_blocks_the_switch(talks, talking, team, monkeypatch):
    first = read_current(talks.home)
    other_model(talks, talking)
    monkeypatch.setattr(passages.PassageIndexer, "index", lambda self, run_id, progress: passages.IndexResult())
    with pytest.raises(IndexBlocked):
        switch_index(talks.night(), lambda: pytest.fail("the choice must not be written"))
    assert read_current(talks.home) == first


def test_rechunk_cuts_stored_texts_by_the_rules_of_now_and_embeds_only_what_is_new(talks, team, monkeypatch):
    before = talks.rows("index.chunk")
    n_before = talks.model.n_embedded
    current, is_new = rechunk_index(talks.night())
    assert is_new
    assert talks.model.n_embedded == n_before, "the same rules make the same passages"
    assert len(talks.rows("index.chunk")) == len(before)
    monkeypatch.setattr(breaking, "HARD_LIMIT", 400)
    monkeypatch.setattr(chunking, "RULES_VERSION", chunking.RULES_VERSION + 1)
    reader = talks.session()
    old = search(reader, KIM, QUESTION)
    n_before = talks.model.n_embedded
    rechunk_index(talks.night())
    assert len(talks.rows("index.chunk")) > len(before)
    assert talks.model.n_embedded > n_before
    again = talks.session()
    assert {hit.text for hit in search(again, KIM, QUESTION)} != {hit.text for hit in old}
    assert verify_manifest(talks.home, read_current(talks.home).publication_id) == []
    assert read_current(talks.home).publication_id != current.publication_id


def test_a_rollback_brings_model_and_chunks_back_and_stands_until_there_is_news(talks, talking, team):
    first, before = read_current(talks.home), served(talks)
    model = talks.model
    other_model(talks, talking)
    second, _ = switch_index(talks.night(), nothing)
    settled: list[Current] = []
    assert go_back(talks, settle=settled.append) == (second, first)
    assert settled == [first]
    assert served(talks) == before
    (row,) = talks.rows("ops.rollback")
    assert (row["from_id"], row["publication_id"], row["decided_by"]) == (
        second.publication_id,
        first.publication_id,
        "운영자",
    )
    # a night of the model that was gone back from, without news: it must not move the pointer to the bad one
    _, current = talks.run()
    assert (current, read_current(talks.home)) == (first, first)
    assert talks.home.serving_link.readlink().name == first.publication_id
    status = index_status(talks.home, local_place(talks.home.catalog_file, talks.home.data_folder))
    assert status.current == first
    assert status.rollback is not None
    assert [kept.publication_id for kept in status.kept] == [second.publication_id, first.publication_id]
    # a night with the model of the settings that were restored publishes anew
    talks.model = model
    (team / "c.txt").write_text("새 소식", encoding="utf-8")
    _, third = talks.run()
    assert third.publication_id not in (first.publication_id, second.publication_id)
    assert third.vector_table == first.vector_table
    assert read_current(talks.home) == third


def test_what_consumers_read_is_kept_though_it_is_old(talks, team):
    first = read_current(talks.home)
    (team / "c.txt").write_text("둘째", encoding="utf-8")
    _, second = talks.run()
    go_back(talks, first.publication_id)
    go_back(talks, second.publication_id)
    go_back(talks, first.publication_id)
    with pytest.raises(CannotGoBack, match="이미"):
        go_back(talks, first.publication_id)
    with pytest.raises(CannotGoBack, match="남아 있지 않은"):
        go_back(talks, "p0")
    with pytest.raises(CannotGoBack, match="앞선"):
        go_back(talks)
    for number in range(KEEP_PUBLICATIONS):
        (team / f"n{number}.txt").write_text(f"새 글 {number}", encoding="utf-8")
        talks.run()
    with pytest.raises(CannotGoBack, match="남아 있지 않은"):
        go_back(talks, first.publication_id)


def test_a_damaged_publication_is_not_gone_back_to(talks, team):
    first = read_current(talks.home)
    (team / "c.txt").write_text("둘째", encoding="utf-8")
    _, second = talks.run()
    talks.home.serving_file(first.publication_id).write_bytes(b"damaged")
    with pytest.raises(CannotGoBack, match="바뀌었습니다"):
        go_back(talks, first.publication_id)
    assert read_current(talks.home) == second


def test_a_reader_that_never_stops_sees_whole_answers_of_one_publication(talks, talking, team, monkeypatch):
    seen: dict[str, set[tuple[str, ...]]] = {}
    failures: list[BaseException] = []
    stop = threading.Event()

    def read_on() -> None:
        try:
            session = talks.session()
            while not stop.is_set():
                hits = search(session, KIM, QUESTION)
                (name,) = {hit.citation.rsplit("[", 1)[1].rstrip("]") for hit in hits}
                seen.setdefault(name, set()).add(tuple(hit.text for hit in hits))
        except BaseException as failure:
            failures.append(failure)

    def wait_until(is_reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 240
        while not is_reached() and not failures and time.monotonic() < deadline:
            time.sleep(0.05)

    reader = threading.Thread(target=read_on)
    reader.start()
    wait_until(lambda: bool(seen))
    names = [read_current(talks.home).publication_id]
    model = talks.model
    other_model(talks, talking)
    names.append(switch_index(talks.night(), nothing)[0].publication_id)
    go_back(talks)
    talks.model, talks.earlier_models = model, [talks.model]
    monkeypatch.setattr(breaking, "HARD_LIMIT", 400)
    monkeypatch.setattr(chunking, "RULES_VERSION", chunking.RULES_VERSION + 1)
    names.append(rechunk_index(talks.night())[0].publication_id)
    wait_until(lambda: names[-1] in seen)
    stop.set()
    reader.join(240)
    assert failures == []
    assert set(seen) <= set(names)
    assert {names[0], names[-1]} <= set(seen)
    assert all(len(answers) == 1 for answers in seen.values())
