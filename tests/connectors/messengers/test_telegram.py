"""Telegram's JSON: one chat, a whole account, a bare list; hostile values cost only themselves."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.telegram import EXPORT
from schemas.conversations import (
    SEOUL,
    AttachmentState,
    Conversation,
    ConversationKind,
    Message,
    MessageKind,
    Understood,
)
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def message(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2026-01-05T09:00:00",
        "date_unixtime": "1767571200",
        "from": "총괄담당",
        "from_id": "user7",
        "text": "자료",
        **more,
    }


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"name": "예산협업", "type": "private_group", "id": 42, "messages": list(messages), **more}


def file_of(node: Any, name: str = "result.json") -> ExportFile:
    return ExportFile.of(json.dumps(node, ensure_ascii=False, indent=1).encode(), name)


def read(node: Any) -> tuple[list[Conversation], list[Message], Understood]:
    items = list(EXPORT.read(file_of(node)))
    assert isinstance(items[-1], Understood)
    conversations = [item for item in items if isinstance(item, Conversation)]
    return conversations, [item for item in items if isinstance(item, Message)], items[-1]


def only(**more: Any) -> Message:
    return read(chat(message(**more)))[1][0]


def test_a_chat_with_its_people_and_messages():
    conversations, messages, understood = read(
        chat(message(), message(2, **{"from": None, "from_id": "user8", "reply_to_message_id": 1}))
    )
    room = conversations[0]

    assert EXPORT.sniff(file_of(chat(message()))) == 0.9
    assert (room.key, room.title, room.kind, room.native_id) == ("42", "예산협업", ConversationKind.GROUP, "42")
    assert [(p.name, p.native_id) for p in room.participants] == [("총괄담당", "user7"), ("", "user8")]
    assert messages[0].sent_at == datetime(2026, 1, 5, 9, 0, tzinfo=SEOUL)
    assert not messages[0].is_offset_assumed
    assert (messages[1].sender, messages[1].sender_id, messages[1].reply_to) == ("", "user8", "1")
    assert understood.share == 1.0


def test_the_offset_is_derived_from_local_and_epoch_time():
    assert only(date="2026-01-05T05:30:00").sent_at.utcoffset() == timedelta(hours=5, minutes=30)
    assert only(date="2026-01-05T05:30:00").sent_at == datetime(2026, 1, 5, 9, 0, tzinfo=SEOUL)
    # the two contradict one another
    assert only(date="2026-03-05T05:31:07").sent_at == datetime(2026, 1, 5, 9, 0, tzinfo=SEOUL)
    naive = message()
    del naive["date_unixtime"]
    assert read(chat(naive))[1][0].is_offset_assumed


def test_entities_are_joined_and_edits_forwards_and_reactions_kept():
    found = only(
        text=["보고: ", {"type": "bold", "text": "예산"}, {"type": "text_link", "text": " 안", "href": "https://x.kr"}],
        edited="2026-01-05T09:05:00",
        edited_unixtime="1767571500",
        forwarded_from="보건담당",
        reactions=[{"type": "emoji", "count": 3, "emoji": "👍", "recent": [{"from": "복지담당", "from_id": "user8"}]}],
    )

    assert found.text == "보고: 예산 안"
    assert found.edited_at == datetime(2026, 1, 5, 9, 5, tzinfo=timezone(timedelta(hours=9)))
    assert [event.kind for event in found.events] == ["edit"]
    assert found.forwarded_from == "보건담당"
    assert [(r.emoji, r.count, r.users) for r in found.reactions] == [("👍", 3, ["복지담당"])]


@pytest.mark.parametrize(
    ("more", "kind", "text"),
    [
        ({"photo": "photos/photo_1.jpg", "text": "사진 설명"}, MessageKind.PHOTO, "사진 설명"),
        ({"file": "files/예산.hwpx", "file_name": "예산.hwpx", "text": ""}, MessageKind.FILE, ""),
        ({"file": "v.ogg", "media_type": "voice_message", "text": ""}, MessageKind.VOICE, ""),
        ({"file": "v.mp4", "media_type": "video_file", "text": ""}, MessageKind.VIDEO, ""),
        ({"file": "s.webp", "media_type": "sticker", "sticker_emoji": "👍", "text": ""}, MessageKind.STICKER, "👍"),
        (
            {"poll": {"question": "점심?", "answers": [{"text": "국수", "voters": 2}]}, "text": ""},
            MessageKind.POLL,
            "점심?\n- 국수 (2)",
        ),
        (
            {"location_information": {"latitude": 37.5, "longitude": 127.0}, "text": ""},
            MessageKind.LOCATION,
            "37.5, 127.0",
        ),
        (
            {"contact_information": {"first_name": "보건", "last_name": "담당", "phone_number": "02-000"}, "text": ""},
            MessageKind.CONTACT,
            "보건 담당 02-000",
        ),
    ],
)
def test_media_and_what_is_no_text(more: dict[str, Any], kind: MessageKind, text: str):
    found = only(**more)

    assert (found.kind, found.text) == (kind, text)
    assert all(a.state is AttachmentState.REFERENCED for a in found.attachments)


def test_a_file_that_was_not_exported_is_lost():
    found = only(
        file="(File not included. Change data exporting settings to download.)", file_name="a.pdf", file_size=9
    )

    assert [(a.name, a.path, a.size_bytes, a.state) for a in found.attachments] == [
        ("a.pdf", None, 9, AttachmentState.LOST)
    ]


def test_service_messages_become_notices_with_events():
    notices = [
        {"action": "invite_members", "members": ["복지담당", None]},
        {"action": "edit_group_title", "title": "새 이름"},
        {"action": "pin_message", "message_id": 1},
        {"action": "phone_call", "duration_seconds": 62},
        {"action": "create_group", "title": "예산협업", "members": ["복지담당"]},
    ]
    base = {"type": "service", "date_unixtime": "1767571200", "actor": "총괄담당", "actor_id": "user7", "text": ""}
    _, messages, _ = read(chat(*({"id": n, **base, **notice} for n, notice in enumerate(notices))))

    assert [m.kind for m in messages] == [MessageKind.SYSTEM] * 3 + [MessageKind.CALL, MessageKind.SYSTEM]
    assert [[event.kind for event in m.events] for m in messages] == [["invite"], ["rename"], ["pin"], ["call"], []]
    assert messages[1].text == "edit_group_title 새 이름"
    assert messages[3].text == "phone_call 62"
    assert {m.sender for m in messages} == {"총괄담당"}


def test_every_type_of_chat_has_its_kind():
    kinds = {
        "personal_chat": ConversationKind.DIRECT,
        "saved_messages": ConversationKind.DIRECT,
        "bot_chat": ConversationKind.DIRECT,
        "private_supergroup": ConversationKind.GROUP,
        "public_supergroup": ConversationKind.OPEN,
        "private_channel": ConversationKind.PRIVATE,
        "public_channel": ConversationKind.CHANNEL,
        "new_type": ConversationKind.UNKNOWN,
    }
    for type_name, kind in kinds.items():
        assert read(chat(message(), type=type_name))[0][0].kind is kind


def account() -> dict[str, Any]:
    return {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 7, "first_name": "총괄", "phone_number": "+82 10"},
        "contacts": {"list": [{"first_name": "사적인사람"}]},
        "chats": {
            "list": [
                chat(message(text="업무"), id=1, name="예산협업"),
                chat(message(2, **{"from": "사적인사람", "from_id": "user99"}, text="비밀"), id=2, name="가족"),
            ]
        },
        "left_chats": {
            "list": [chat(message(3, text="옛일", **{"from": "복지담당", "from_id": "user8"}), id=3, name="옛방")]
        },
    }


def test_a_whole_account_has_all_its_chats_and_its_owner():
    conversations, messages, _ = read(account())

    assert EXPORT.sniff(file_of(account())) == 0.9
    assert [room.title for room in conversations] == ["예산협업", "가족", "옛방"]
    assert [room.participants[0].is_owner for room in conversations] == [True, False, False]
    assert len(messages) == 3


def test_an_account_whose_chats_are_far_behind_is_claimed_by_its_head():
    node = {"about": "x", "personal_information": {}, "contacts": {"list": ["가" * 300_000]}, "frequent_contacts": {}}
    node["chats"] = {"list": [chat(message())]}
    head = '"about": "Here is the data you requested. Remember: Telegram is ad free."'
    text = (
        json.dumps(node, ensure_ascii=False)
        .replace('"about": "x"', head)
        .replace('"contacts"', '"sessions": 1, "contacts"')
    )

    assert EXPORT.sniff(ExportFile.of(text.encode(), "result.json")) == 0.9


def test_an_excerpt_holds_nothing_of_what_is_not_kept():
    content = EXPORT.excerpt(file_of(account()), lambda room: room.title == "예산협업")
    kept = list(EXPORT.read(ExportFile.of(content, "result.json")))
    text = content.decode()

    assert EXPORT.sniff(ExportFile.of(content, "result.json")) > 0.5
    assert [item.text for item in kept if isinstance(item, Message)] == ["업무"]
    rooms = [item for item in kept if isinstance(item, Conversation)]
    assert rooms == read(account())[0][:1]
    for gone in ("비밀", "가족", "사적인사람", "user99", "옛일", "복지담당", "+82"):
        assert gone not in text


def test_a_bare_list_and_the_batch_form():
    assert EXPORT.sniff(file_of([message()])) == 0.9
    assert len(read([message(), message(2)])[1]) == 2
    batch = {"chats": {"list": [chat(message()), chat(message(), id=43)]}}
    assert EXPORT.sniff(file_of(batch)) == 0.9
    assert len(read(batch)[0]) == 2


HOSTILE = [
    None, 1, "글", [], {}, {"type": "message"}, {"type": ["message"], "date": 1}, message(date=None, date_unixtime="없음"),
    message(date="0000-00-00T00:00:00", date_unixtime=10**40), message(date="99999-01-01T00:00:00", date_unixtime="1e999"),
    message(date=[1], date_unixtime={}),
]  # fmt: skip


@pytest.mark.parametrize("record", HOSTILE)
def test_one_odd_record_costs_only_itself(record: Any):
    _, messages, understood = read(chat(message(), record, message(3)))

    assert [m.native_id for m in messages] == ["1", "3"]
    assert understood.share < 1
    assert len(understood.unread) == 1


@pytest.mark.parametrize(
    "key", [*message(), "reactions", "poll", "edited", "photo", "file", "forwarded_from", "location_information"]
)
@pytest.mark.parametrize(
    "value", [None, 1, 1.5, [], [[]], {}, {"list": 1}, "글", True, [{"text": {}}], float("nan"), 10**30]
)
def test_no_value_of_a_wrong_type_is_raised_out(key: str, value: Any):
    read(chat(message(**{key: value}), message()))
    read(chat(message(), **({key: value} if key in ("id", "type", "name") else {})))
    EXPORT.sniff(file_of(chat(message(**{key: value}))))


def test_a_broken_file_fails_for_a_reason_and_sniffing_never_raises():
    for content in (
        b'{"messages": [',
        b"[" * 200_000,
        b'{"messages":' + b"[" * 100_000,
        b"\xff\xfe\x00",
        b"",
        b'{"chats": 1}',
    ):
        EXPORT.sniff(ExportFile.of(content, "result.json"))
    for content in (b'{"messages": [', b"[" * 200_000, b"1", b'{"a": []}', b'{"messages": {}}'):
        with pytest.raises(Failed):
            list(EXPORT.read(ExportFile.of(content, "result.json")))


@pytest.mark.parametrize(
    "node",
    [
        {"messages": [{"code": 1, "text": "ok"}]},
        {"messages": []},
        {"messages": [{"type": "message", "ts": "1.2", "text": "x", "user": "U1"}]},
        {"chats": {"list": [{"messages": [{"id": 1}]}]}},
        [{"type": "message", "date": "2026-01-05", "text": "x", "from": "y"}],
        {"personal_information": {}, "chats": []},
        {"type": "FeatureCollection", "features": []},
    ],
)
def test_other_json_is_not_claimed(node: Any):
    assert EXPORT.sniff(file_of(node)) == 0.0


def test_the_sample_says_what_its_oracle_says():
    folder = SHARED / "messengers" / "telegram"
    if not folder.is_dir():
        pytest.skip(f"exports of messengers not at {folder}")
    target = json.loads((folder / "chat-miner_target.json").read_text(encoding="utf-8"))
    file = ExportFile.of((folder / "chat-miner_test_single_export.json").read_bytes(), "result.json")
    utc = timezone(timedelta(0))
    found = [
        # the oracle puts a blank between entities, which no export does
        (m.sent_at.astimezone(utc).replace(tzinfo=None).isoformat(), m.sender, "".join(m.text.split()))
        for m in EXPORT.read(file)
        if isinstance(m, Message)
    ]

    assert EXPORT.sniff(file) == 0.9
    assert found == [(r["timestamp"], r["author"], "".join(r["message"].split())) for r in target]
