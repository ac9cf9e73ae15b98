"""Conversations of the sample ministry after its first night: each message once, for whom file and registration let in."""

import io
import re
import zipfile

import duckdb
import pytest

from pipelines.doors import open_session
from pipelines.sample.comparison import differences
from pipelines.settings import Settings
from warehouse.blobs import BlobStore
from warehouse.doors.search import search
from warehouse.lake import Lake

_WORD = re.compile(r"\w+쪽지")


pytestmark = pytest.mark.long


@pytest.fixture(scope="session")
def ministry(whole):
    """The whole ministry; the quick tests of conversations are those of the store and its doors."""
    return whole


@pytest.fixture(autouse=True)
def same_model(random_model, monkeypatch):
    """Questions are embedded in this process with the model of the night."""
    monkeypatch.setenv("GOTGAN_MODEL", random_model["GOTGAN_MODEL"])


def _readers_of_words(truth) -> dict[str, set[str]]:
    """Word of a registered conversation → who may read a message in which it stands."""
    found: dict[str, set[str]] = {}
    for room in truth.rooms:
        for message in room.messages:
            for word in _WORD.findall(message.text):
                found.setdefault(word, set()).update(message.readers)
    return found


def _hit(ministry, message) -> dict:
    """The first answer that shows the message; a model of random weights puts others before it."""
    hits = ministry.gotgan.json("search", message.text, "--as", message.readers[0], "-k", "50")
    return next(hit for hit in hits if message.text in hit["text"])


def test_rooms_and_messages_are_what_the_truth_says(ministry):
    assert differences(Settings(ministry.gotgan.home), ministry.truth) == []
    assert sum(len(room.messages) for room in ministry.truth.rooms) > 60


def test_the_comparison_sees_what_is_otherwise(ministry):
    room, *others = ministry.truth.rooms
    message = room.messages[2]
    for change in ({"text": "다른 말"}, {"sent_at": "2026-01-01T09:00:00+09:00"}, {"paths": message.paths * 2}):
        messages = (*room.messages[:2], message.model_copy(update=change), *room.messages[3:])
        rooms = (room.model_copy(update={"messages": messages}), *others)
        truth = ministry.truth.model_copy(update={"rooms": rooms})
        first, *_ = differences(Settings(ministry.gotgan.home), truth)
        assert "다른 것 1개, 없는 것 1개" in first
    [strange] = differences(Settings(ministry.gotgan.home), ministry.truth.model_copy(update={"rooms": tuple(others)}))
    assert strange == f"대화 {room.scope} ({room.application}): 있어서는 안 됨"


def test_words_of_a_conversation_are_found_by_whom_they_are_for_and_by_nobody_else(ministry):
    words = _readers_of_words(ministry.truth)
    people = ministry.truth.principals
    assert len(words) >= 3
    assert all(0 < len(readers) < len(people) for readers in words.values())
    found = {word: set() for word in words}
    with open_session(Settings(ministry.gotgan.home)) as session:
        for word in words:
            for person in people:
                if any(word in hit.text for hit in search(session, person, word)):
                    found[word].add(person.name)
    assert found == words


def test_no_person_finds_a_file_or_a_chat_that_is_not_for_him(ministry):
    """Every room is asked for in its own words; what comes may be anything, but only what the asker may read."""
    readers = ministry.text_readers()
    folders = {source.name: source.folder for source in ministry.truth.sources}
    wrong, n_hits = [], 0
    with open_session(Settings(ministry.gotgan.home)) as session:
        for room in ministry.truth.rooms:
            asked = max((message.text for message in room.messages), key=len)
            for person in ministry.truth.principals:
                for hit in search(session, person, asked):
                    n_hits += 1
                    source, _, path = hit.path.partition("/")
                    if person.name not in readers[f"{folders[source]}/{path}".split("!/")[0]]:
                        wrong.append((person.name, hit.path))
    assert wrong == []
    assert n_hits > 50


def test_a_chat_is_cited_with_room_time_speaker_and_line_for_those_who_may_read_it(ministry):
    """A room whose registration lets in fewer than its file does."""
    [room] = [room for room in ministry.truth.rooms if room.application == "teams"]
    message = next(message for message in room.messages if "열일곱 대" in message.text)
    [path] = message.paths
    assert set(message.readers) < set(ministry.truth.file(path).readers)
    hit = _hit(ministry, message)
    assert "[2026-08-25 09:13 총괄담당] 그럼 예산도 한 대만큼 줄여 주세요." in hit["text"]
    citation = ministry.gotgan.json("cite", hit["chunk_id"], "--as", message.readers[0])
    assert citation["stands"] is True
    assert message.text in citation["text"]
    for words in (hit["citation"], citation["citation"]):
        assert words.startswith("메신저 대화, 미확정 · ")
        assert room.room in words
        assert re.search(r"2026-08-25 09:\d\d .*전산담당", words)
        assert ministry.shown(path) in words
    assert citation["locator"]
    assert citation["locator"] in citation["citation"]
    for person in ministry.truth.principals:
        if person.name not in message.readers:
            refused = ministry.gotgan("cite", hit["chunk_id"], "--as", person.name, status=1)
            assert "열일곱" not in refused.stdout + refused.stderr


def test_a_line_of_a_text_export_is_in_the_citation(ministry):
    [room] = [room for room in ministry.truth.rooms if room.room == "예산 협의방"]
    message = next(message for message in room.messages if "어제 저녁에 한 곳이 더" in message.text)
    [path] = message.paths
    lines = (ministry.share / path).read_text(encoding="utf-8").split("\n")
    number = next(number for number, line in enumerate(lines, start=1) if message.text in line)
    hit = _hit(ministry, message)
    citation = ministry.gotgan.json("cite", hit["chunk_id"], "--as", message.readers[0])
    first, last = map(int, re.fullmatch(r"\D*(\d+)\D+(\d+)\D*", citation["locator"]).groups())
    assert first <= number <= last
    assert citation["stands"] is True


def test_of_an_archive_with_a_closed_channel_only_the_registered_part_is_held(ministry):
    [item] = [item for item in ministry.truth.files if item.format == "slack" and item.outcome == "kept"]
    settings = Settings(ministry.gotgan.home)
    with Lake.open(settings.place, read_only=True) as lake:
        [row] = lake.rows(f"FROM lake.core.reading WHERE content_id = '{item.sha256}'")
        [counts] = lake.rows(f"FROM lake.raw.export WHERE content_id = '{item.sha256}'")
    assert not settings.home.blob_file(item.sha256).exists()
    assert (counts["n_conversations"], counts["n_conversations_left_out"], counts["is_part_kept"]) == (1, 1, True)
    with zipfile.ZipFile(io.BytesIO(BlobStore(settings.home).get(row["kept_part_id"]))) as archive:
        told = "".join([*archive.namelist(), *(archive.read(name).decode() for name in archive.namelist())])
    assert "들국화쪽지" in told
    assert not [word for word in item.must_not_find if word in told]


def test_the_analysts_files_hold_what_their_readers_may_read(ministry):
    """The file for everybody has no message; that of the director has those that he may read."""
    director = next(person for person in ministry.truth.principals if person.clearance)
    wanted = sorted(
        message.text
        for room in ministry.truth.rooms
        for message in room.messages
        if director.name in message.readers and message.kind == "text"
    )
    told = {}
    for path in (ministry.gotgan.home / "serving" / "current").glob("*.duckdb"):
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.sql("SELECT text FROM core.message WHERE kind = 'text' ORDER BY text").fetchall()
            told[path.name] = sorted(text for (text,) in rows)
    assert told.pop("budget.duckdb") == []
    assert list(told.values()) == [wanted]
    assert wanted


@pytest.mark.long
def test_a_room_that_two_people_exported_has_each_message_once(whole):
    [room] = [room for room in whole.truth.rooms if room.room == "예산 협의방"]
    with Lake.open(Settings(whole.gotgan.home).place, read_only=True) as lake:
        rows = lake.rows(
            """SELECT m.n_sources, count(*) AS n FROM lake.core.message m JOIN lake.core.conversation c
               USING (conversation_id) WHERE c.scope = '예산 협의방' GROUP BY 1 ORDER BY 1"""
        )
        [conversation] = lake.rows("FROM lake.core.conversation WHERE scope = '예산 협의방'")
        linked = lake.rows("FROM lake.core.attachment_link")
    n_shared = sum(len(message.paths) == 2 for message in room.messages)
    assert [(row["n_sources"], row["n"]) for row in rows] == [(1, len(room.messages) - n_shared), (2, n_shared)]
    assert n_shared > 5
    assert conversation["n_messages"] == len(room.messages)
    assert conversation["n_exports"] == 2
    [path] = {path for message in room.messages for path in message.attachment_paths}
    assert [(row["content_id"], row["linked_by"]) for row in linked] == [(whole.truth.file(path).sha256, "received")]
