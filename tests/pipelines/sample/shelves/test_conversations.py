"""Messenger exports are recognised by their content, hold what their truth says, and overlap as exports do."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Blob
from connectors.messengers.recognition import recognise_export
from pipelines.sample.item import Item
from pipelines.sample.shelves.conversations import CANARIES, conversation_items, longer_export
from pipelines.sample.truth import ConversationTruth
from pipelines.sample.world import World
from pipelines.sample.writers.messenger import read_script

WINDOWS_LINE = re.compile(r"\[(?P<sender>[^\]]+)\] \[(?P<half>오전|오후) (?P<hour>\d+):(?P<minute>\d\d)\] (?P<text>.*)")


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return conversation_items(World())


def test_every_export_is_skipped_as_one_of_its_application(items, judge: Callable[[Item], list[str]]):
    assert [wrong for item in items for wrong in judge(item)] == []
    for item in items:
        name = item.truth.path.rpartition("/")[2]
        application = recognise_export(Blob(item.content, name))
        assert {talk.application for talk in item.truth.conversations} == {application}, name
    applications = Counter(item.truth.conversations[0].application for item in items)
    assert applications == {"kakaotalk": 9, "slack": 2, "teams": 1, "telegram": 1}


def test_a_word_that_must_be_found_nowhere_is_in_every_export(items):
    assert {word for item in items for word in item.truth.must_not_find} == set(CANARIES)
    assert all(item.truth.must_not_find for item in items)


def test_talks_are_of_a_length_that_people_have(items):
    for item in items:
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
