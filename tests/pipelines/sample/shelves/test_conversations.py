"""Messenger exports are read as their truth says, of what is not registered nothing is, and they overlap as exports do."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.exports import find_export
from connectors.reading import read_blob
from pipelines.sample.comparison import shown_path
from pipelines.sample.item import Item
from pipelines.sample.ministry import sample_items, truth_of
from pipelines.sample.rights import scopes_of
from pipelines.sample.rooms import rooms_over, text_readers
from pipelines.sample.shelves.conversations import (
    ATTACHMENT,
    CANARIES,
    UNREGISTERED_ROOMS,
    WORDS,
    conversation_items,
    longer_export,
)
from pipelines.sample.truth import ConversationTruth, Truth
from pipelines.sample.world import World
from pipelines.sample.writers.messenger import read_script
from schemas.scope import Register

EARLY = "복지예산과/2026년/KakaoTalk_20260310_1802_11_417_group.txt"
LATE = "예산총괄과/2026년/협의/KakaoTalkChats 예산 협의방.txt"
WINDOWS_LINE = re.compile(r"\[(?P<sender>[^\]]+)\] \[(?P<half>오전|오후) (?P<hour>\d+):(?P<minute>\d\d)\] (?P<text>.*)")


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return conversation_items(World())


@pytest.fixture(scope="module")
def truth() -> Truth:
    return truth_of(sample_items())


@pytest.fixture(scope="module")
def exports(items) -> list[Item]:
    return [item for item in items if item.truth.conversations]


def test_every_export_is_read_as_the_truth_says(items, exports, judge: Callable[[Item], list[str]]):
    assert [wrong for item in items for wrong in judge(item)] == []
    for item in exports:
        export = find_export(ExportFile.of(item.content, item.truth.path.rpartition("/")[2]))
        assert export is not None
        assert {talk.application for talk in item.truth.conversations} == {export.name}, item.truth.path
    applications = Counter(item.truth.conversations[0].application for item in exports)
    assert applications == {"kakaotalk": 9, "slack": 2, "teams": 1, "telegram": 1}


def test_the_judge_sees_a_message_that_is_otherwise(exports, judge: Callable[[Item], list[str]]):
    [item] = [item for item in exports if item.truth.format == "teams"]
    [talk] = item.truth.conversations
    for change in ({"text": "다른 말"}, {"sender": "다른 사람"}, {"kind": "photo"}, {"attachment": "다른 파일.xlsx"}):
        messages = (talk.messages[0].model_copy(update=change), *talk.messages[1:])
        other = item.with_truth(conversations=(talk.model_copy(update={"messages": messages}),))
        assert judge(other) == [f"{item.truth.path}: other conversations"]


def test_what_is_registered_is_kept_and_the_rest_is_not(exports):
    ends = Counter((item.truth.outcome.value, item.truth.reason) for item in exports)
    assert ends == {("kept", None): 8, ("skipped", "unregistered_conversation"): 5}
    for item in exports:
        is_kept = any(talk.scope for talk in item.truth.conversations)
        assert (item.truth.outcome == "kept") is is_kept
    talks = [talk for item in exports for talk in item.truth.conversations]
    assert {talk.room for talk in talks if talk.scope} == {scope.name for scope in scopes_of(World())}
    assert sum(talk.is_private for talk in talks if talk.scope) == 0
    assert {talk.room for talk in talks if not talk.scope} == {*UNREGISTERED_ROOMS, "총괄담당", "복지담당"}
    # Of one export a part is kept.
    assert sum(len({talk.scope is None for talk in item.truth.conversations}) == 2 for item in exports) == 1


def test_words_of_registered_rooms_must_be_found_and_those_of_others_nowhere(exports):
    nowhere = {word for item in exports for word in item.truth.must_not_find}
    assert nowhere == {*CANARIES, *UNREGISTERED_ROOMS}
    for item in exports:
        if not all(talk.scope for talk in item.truth.conversations):
            assert set(CANARIES) & set(item.truth.must_not_find), item.truth.path
        if item.truth.outcome == "kept":
            assert any(word in sentence for word in WORDS for sentence in item.truth.must_find), item.truth.path
    found = [sentence for item in exports for sentence in item.truth.must_find]
    assert not [word for word in nowhere if any(word in sentence for sentence in found)]


def test_the_kept_part_of_a_mixed_archive_has_nothing_of_the_closed_channel(exports):
    [item] = [item for item in exports if len(item.truth.conversations) == 2]
    register = Register(scopes=scopes_of(World())).model_dump()
    [reading] = read_blob(item.content, item.truth.path.rpartition("/")[2], register=register)
    assert reading.kept_part is not None
    with zipfile.ZipFile(io.BytesIO(reading.kept_part)) as archive:
        told = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = "".join([*told, *told.values()])
    assert not [word for word in item.truth.must_not_find if word in everything]
    assert "들국화쪽지" in everything


def test_names_of_rooms_that_are_not_registered_are_not_shown(exports, truth):
    shown = {shown_path(truth, item.truth.path).partition("/")[2] for item in exports}
    hidden = {path for path in shown if "등록되지 않은 대화" in path}
    assert hidden == {
        "2026년/KakaoTalk_20260519_1712_05_233_[등록되지 않은 대화].txt",
        "2026년/협의/KakaoTalkChats [등록되지 않은 대화].txt",
        "2026년/현장/KakaoTalk_Chat_[등록되지 않은 대화]_2026-07-16-09-00-12.csv",
    }
    assert "2026년/협의/KakaoTalkChats 예산 협의방.txt" in shown
    assert len(shown) == len(exports)


def test_a_file_that_was_sent_lies_where_the_application_keeps_it(items):
    [item] = [item for item in items if not item.truth.conversations]
    assert item.truth.path == f"복지예산과/2026년/카카오톡 받은 파일/{ATTACHMENT}"
    assert item.truth.outcome == "kept"
    sent = [
        message.attachment
        for other in items
        for talk in other.truth.conversations
        if talk.scope
        for message in talk.messages
    ]
    assert ATTACHMENT in sent
    assert len(item.truth.tables) == 3


def test_talks_are_of_a_length_that_people_have(exports):
    for item in exports:
        for talk in item.truth.conversations:
            assert 9 <= len(talk.messages) <= 60
            moments = [datetime.fromisoformat(message.sent_at) for message in talk.messages]
            assert moments == sorted(moments)
            assert all(message.sent_at.endswith("+09:00") for message in talk.messages)
            assert set(talk.members) == {message.sender for message in talk.messages if message.sender}


def texts(talk: ConversationTruth) -> list[str]:
    return [message.text for message in talk.messages if message.kind == "text"]


def test_the_text_of_windows_says_what_the_truth_says(items):
    exports = [item for item in items if re.search(r"/KakaoTalk_\d{8}_\d{4}_\d\d_\d{3}_", item.truth.path)]
    assert len(exports) == 3
    encodings = []
    for item in exports:
        [talk] = item.truth.conversations
        try:
            text = item.content.decode("utf-8")
            encodings.append("utf-8")
        except UnicodeDecodeError:
            text = item.content.decode("cp949")
            encodings.append("cp949")
        lines = [match for match in map(WINDOWS_LINE.fullmatch, text.split("\r\n")) if match]
        said = [message for message in talk.messages if message.sender]
        assert [line["sender"] for line in lines] == [message.sender for message in said]
        for line, message in zip(lines, said, strict=True):
            moment = datetime.fromisoformat(message.sent_at)
            hour = int(line["hour"]) % 12 + (12 if line["half"] == "오후" else 0)
            assert (hour, int(line["minute"])) == (moment.hour, moment.minute)
            assert message.kind != "text" or line["text"] == message.text
    assert sorted(encodings) == ["cp949", "utf-8", "utf-8"]


def test_the_table_of_the_mac_has_a_row_for_every_message(items):
    exports = [item for item in items if item.truth.path.endswith(".csv")]
    assert len(exports) == 2
    for item in exports:
        [talk] = item.truth.conversations
        rows = list(csv.DictReader(io.StringIO(item.content.decode("utf-8-sig"))))
        assert [row["User"] for row in rows] == [message.sender for message in talk.messages]
        assert [row["Date"].replace(" ", "T") + "+09:00" for row in rows] == [
            message.sent_at for message in talk.messages
        ]


def test_slack_keeps_threads_edits_and_a_closed_channel(items):
    [item] = [item for item in items if "예산협업" in item.truth.path]
    with zipfile.ZipFile(io.BytesIO(item.content)) as archive:
        groups = json.loads(archive.read("groups.json"))
        posts = [post for name in archive.namelist() if "/" in name for post in json.loads(archive.read(name))]
    messages = [message for talk in item.truth.conversations for message in talk.messages]
    assert [talk.is_private for talk in item.truth.conversations] == [False, True]
    assert [group["name"] for group in groups] == ["감액-작업"]
    assert len(posts) == len(messages)
    assert sum("edited" in post for post in posts) == sum(message.edited_at is not None for message in messages) == 3
    answers = [post for post in posts if post.get("thread_ts", post["ts"]) != post["ts"]]
    assert len(answers) == sum(message.reply_to is not None for message in messages) == 12
    assert {post["thread_ts"] for post in answers} <= {post["ts"] for post in posts}


def test_two_exports_of_a_room_overlap_and_make_up_the_whole(items):
    rooms = [talk for item in items for talk in item.truth.conversations if talk.room == "예산 협의방"]
    first, second = ({message.number for message in talk.messages} for talk in rooms)
    assert first & second
    assert first - second
    assert second - first
    [whole] = longer_export(World()).truth.conversations
    assert {message.number for message in whole.messages} == first | second
    assert texts(rooms[0]) == texts(whole)[: len(texts(rooms[0]))]


def test_a_room_has_each_message_once_with_every_export_that_shows_it(truth):
    [room] = [room for room in truth.rooms if room.room == "예산 협의방"]
    early, late = EARLY, LATE
    assert Counter(message.paths for message in room.messages) == {(early,): 13, (early, late): 11, (late,): 14}
    assert [message.number for message in room.messages] == list(range(1, 39))
    by_paths = {message.paths: message.readers for message in room.messages}
    assert by_paths[early,] == ("복지담당", "복지예산과장", "예산실장")
    assert by_paths[late,] == ("예산실장", "예산총괄과장", "총괄담당")
    assert set(by_paths[early, late]) == {*by_paths[early,], *by_paths[late,]}
    assert [message.attachment for message in room.messages if message.attachment_paths] == [ATTACHMENT]
    # The Mac's export has seconds, which the phone's has not.
    [room] = [room for room in truth.rooms if room.room == "복지 현장점검방"]
    shared = [message for message in room.messages if len(message.paths) == 2]
    assert len(shared) >= 9
    assert any(not message.sent_at.endswith(":00+09:00") for message in shared)
    assert {message.readers for message in room.messages} == {("복지담당",)}


def test_a_longer_export_adds_only_who_may_read_and_where(truth):
    longer = longer_export(World()).truth.model_copy(update={"access": truth.file(EARLY).access})
    rooms = {room.room: room for room in rooms_over([*truth.files, longer], truth.scopes, truth.principals)}
    before = {room.room: room for room in truth.rooms}
    room, old = rooms.pop("예산 협의방"), before.pop("예산 협의방")
    assert rooms == before
    assert [message.text for message in room.messages] == [message.text for message in old.messages]
    assert all(longer.path in message.paths for message in room.messages)


def test_what_is_said_is_read_by_whom_file_and_registration_let_in(truth):
    narrowed = {
        item.path: text_readers(item, truth.scopes, truth.principals)
        for item in truth.files
        if item.conversations and item.outcome == "kept"
        if text_readers(item, truth.scopes, truth.principals) != item.readers
    }
    assert set(narrowed.values()) == {("복지담당",), ("예산실장", "예산총괄과장")}
    assert len(narrowed) == 3


def test_replicas_talk_in_rooms_of_their_own(items):
    others = conversation_items(World(2))
    assert not {item.truth.path for item in items} & {item.truth.path for item in others}
    assert not {item.truth.sha256 for item in items} & {item.truth.sha256 for item in others}


@pytest.mark.parametrize(
    ("script", "message"),
    [("# 2026-03-09\n그냥 적은 줄", "no line"), ("# 2026-03-09\n10:00 가: 하나\n09:00 나: 둘", "back in time")],
)
def test_a_script_that_is_none_is_refused(script: str, message: str):
    with pytest.raises(ValueError, match=message):
        read_script("방", script, {})
