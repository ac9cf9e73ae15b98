"""Meta's downloads: broken Hangul is made whole again, and the newest message does not come first."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.meta import EXPORT, repaired
from schemas.conversations import SEOUL, Conversation, ConversationKind, Message, MessageKind, Understood
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def broken(text: str) -> str:
    return text.encode().decode("latin-1")


def record(timestamp: Any = 1767571200000, **more: Any) -> dict[str, Any]:
    return {"sender_name": broken("총괄담당"), "timestamp_ms": timestamp, "content": broken("자료 봄"), **more}


def thread(*messages: Any, **more: Any) -> dict[str, Any]:
    return {
        "participants": [{"name": broken("복지담당")}, {"name": broken("총괄담당")}],
        "messages": list(messages),
        "title": broken("복지담당"),
        "thread_path": "inbox/bokji_123",
        "magic_words": [],
        **more,
    }


def file_of(node: Any) -> ExportFile:
    return ExportFile.of(json.dumps(node, indent=1).encode(), "message_1.json")


def read(node: Any) -> tuple[Conversation, list[Message], Understood]:
    items = list(EXPORT.read(file_of(node)))
    assert isinstance(items[0], Conversation)
    assert isinstance(items[-1], Understood)
    return items[0], [item for item in items if isinstance(item, Message)], items[-1]


def test_hangul_is_made_whole_and_other_text_left_alone():
    assert repaired(broken("총괄담당 👍")) == "총괄담당 👍"
    for text in ("plain", "이미 온전함", "caf\u00e9", "naïve — ok"):
        assert repaired(text) == text


def test_a_thread_is_read_the_oldest_first():
    room, messages, understood = read(thread(record(1767571260000), record(1767571200123)))

    assert EXPORT.sniff(file_of(thread(record()))) == 0.9
    assert (room.title, room.native_id, room.kind) == ("복지담당", "inbox/bokji_123", ConversationKind.DIRECT)
    assert [p.name for p in room.participants] == ["복지담당", "총괄담당"]
    assert messages[0].sent_at == datetime(2026, 1, 5, 9, 0, 0, 123_000, tzinfo=SEOUL)
    assert [m.text for m in messages] == ["자료 봄", "자료 봄"]
    assert [m.source.record for m in messages] == ["messages#2", "messages#1"]
    assert understood.share == 1.0


@pytest.mark.parametrize(
    ("more", "kind", "name"),
    [
        ({"photos": [{"uri": "your_instagram_activity/messages/inbox/a/photos/1.jpg"}]}, MessageKind.PHOTO, "1.jpg"),
        ({"videos": [{"uri": "messages/inbox/a/videos/1.mp4"}]}, MessageKind.VIDEO, "1.mp4"),
        ({"audio_files": [{"uri": "messages/inbox/a/audio/1.aac"}]}, MessageKind.VOICE, "1.aac"),
        ({"files": [{"uri": "messages/inbox/a/files/b.pdf"}]}, MessageKind.FILE, "b.pdf"),
        ({"sticker": {"uri": "messages/stickers_used/1.png"}}, MessageKind.STICKER, "1.png"),
        ({"share": {"link": "https://x.kr/a"}, "content": ""}, MessageKind.TEXT, "a"),
        ({"call_duration": 61}, MessageKind.CALL, None),
        ({"is_unsent": True}, MessageKind.DELETED, None),
    ],
)
def test_media_links_calls_and_unsent_messages(more: dict[str, Any], kind: MessageKind, name: str | None):
    _, messages, _ = read(thread(record(**more)))

    assert messages[0].kind is kind
    assert [a.name for a in messages[0].attachments] == ([] if name is None else [name])
    if "share" in more:
        assert (messages[0].text, messages[0].attachments[0].url) == ("https://x.kr/a", "https://x.kr/a")


def test_reactions_are_gathered_by_emoji():
    given = [{"reaction": broken("👍"), "actor": broken(name)} for name in ("복지담당", "보건담당")]

    assert [(r.emoji, r.count, r.users) for r in read(thread(record(reactions=given)))[1][0].reactions] == [
        ("👍", 2, ["복지담당", "보건담당"])
    ]


def test_messenger_and_instagram_are_told_apart():
    assert (
        read(thread(record(photos=[{"uri": "your_instagram_activity/messages/a.jpg"}])))[0].application == "instagram"
    )
    assert read(thread(record(photos=[{"uri": "your_facebook_activity/messages/a.jpg"}])))[0].application == "messenger"
    assert read(thread(record(type="Generic")))[0].application == "messenger"
    assert read(thread(record()))[0].application == "instagram"


def test_the_download_of_encrypted_chats():
    node = {
        "participants": ["총괄담당", "복지담당", "보건담당"],
        "threadName": "예산협업_12",
        "messages": [
            {"isUnsent": False, "media": [{"uri": "./media/1.jpg"}], "reactions": [], "senderName": "총괄담당",
             "text": "", "timestamp": 1767571200000, "type": "media"},
        ],
    }  # fmt: skip
    room, messages, _ = read(node)

    assert EXPORT.sniff(file_of(node)) == 0.9
    assert (room.title, room.kind, room.application) == ("예산협업", ConversationKind.GROUP, "messenger")
    assert (messages[0].sender, messages[0].kind) == ("총괄담당", MessageKind.PHOTO)


@pytest.mark.parametrize(
    "odd", [None, 1, [], {}, record(None), record("x"), record(10**30), record(-(10**18)), record(float("nan"))]
)
def test_one_odd_record_costs_only_itself(odd: Any):
    _, messages, understood = read(thread(record(), odd, record()))

    assert len(messages) == 2
    assert len(understood.unread) == 1


@pytest.mark.parametrize("value", [None, 1, [], [[]], {}, "글", True, [{"uri": 1}], {"uri": []}])
@pytest.mark.parametrize(
    "key", ["content", "photos", "sticker", "share", "reactions", "call_duration", "type", "users", "media"]
)
def test_wrong_types_are_not_raised_out(key: str, value: Any):
    assert len(read(thread(record(**{key: value}), record()))[1]) == 2
    read(thread(record(), participants=value, title=value, thread_path=value, image=value))


@pytest.mark.parametrize(
    "node",
    [
        {"messages": "none", "sender_name": 1, "timestamp_ms": 2},
        {"messages": [{"sender_name": "x"}]},
        {"messages": []},
        [{"sender_name": "x", "timestamp_ms": 1}],
    ],
)
def test_other_json_is_not_claimed(node: Any):
    assert EXPORT.sniff(file_of(node)) == 0.0


def test_a_file_without_messages_fails_for_a_reason():
    with pytest.raises(Failed, match="export_not_understood"):
        read({"a": 1})


def test_the_sample_says_what_its_oracle_says():
    folder = SHARED / "messengers" / "instagram"
    if not folder.is_dir():
        pytest.skip(f"exports of messengers not at {folder}")
    target = json.loads((folder / "chat-miner_target.json").read_text(encoding="utf-8"))
    file = ExportFile.of((folder / "chat-miner_test_export.json").read_bytes(), "message_1.json")
    found = [
        (m.sent_at.timestamp() - datetime.fromisoformat(r["timestamp"] + "+00:00").timestamp(), m.sender, m.text)
        for m, r in zip([i for i in EXPORT.read(file) if isinstance(i, Message)], reversed(target), strict=True)
    ]

    assert EXPORT.sniff(file) == 0.9
    assert {difference for difference, _, _ in found} == {0}
    assert [(sender, text) for _, sender, text in found] == [(r["author"], r["message"]) for r in reversed(target)]
