"""Discord's JSON as DiscordChatExporter writes it, whole and broken off."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.discord import EXPORT
from schemas.conversations import Conversation, ConversationKind, Message, MessageKind, Understood
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
CHIEF = {"id": "11111", "name": "chief", "discriminator": "0", "nickname": "총괄담당", "isBot": False, "roles": []}
WELFARE = {"id": "22222", "name": "welfare", "nickname": "복지담당", "isBot": False}


def message(number: int, content: str, **more: Any) -> dict[str, Any]:
    record = {"id": f"9{number}", "type": "Default", "timestamp": f"2026-03-02T09:{number:02}:05.123+09:00"}
    return {**record, "timestampEdited": None, "isPinned": False, "content": content, "author": CHIEF, **more}


def export(messages: list[Any], **more: Any) -> dict[str, Any]:
    return {
        "guild": {"id": "777", "name": "예산실"},
        "channel": {"id": "500", "type": "GuildTextChat", "categoryId": "4", "category": "일반", "name": "협의"},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2026-03-05T00:00:00+00:00",
        "messages": messages,
        "messageCount": len(messages),
        **more,
    }


def read(content: str | bytes) -> tuple[Conversation, list[Message], Understood]:
    raw = content if isinstance(content, bytes) else content.encode()
    conversation, *messages, understood = list(EXPORT.read(ExportFile.of(raw, "협의.json")))
    assert isinstance(conversation, Conversation) and isinstance(understood, Understood)
    assert all(isinstance(item, Message) for item in messages)
    return conversation, messages, understood  # type: ignore[return-value]


@pytest.mark.parametrize("indent", [None, 2])
def test_messages_come_out_with_all_that_belongs_to_them(indent: int | None):
    messages = [
        message(1, "<@22222> 예산안 <:ok:12345678>", mentions=[WELFARE], timestampEdited="2026-03-02T10:00:00+09:00"),
        message(
            2, "네", author=WELFARE, type="Reply", reference={"messageId": "91", "channelId": "500"}, isPinned=True
        ),
        message(
            3,
            "",
            attachments=[{"id": "1", "url": "https://c.invalid/a.png?x=1", "fileName": "표.png", "fileSizeBytes": 12}],
            reactions=[{"emoji": {"id": "", "name": "👍", "code": "thumbsup"}, "count": 3, "users": [WELFARE]}],
        ),
        message(4, "", stickers=[{"id": "1", "name": "박수"}]),
        message(
            5, "보십시오", embeds=[{"title": "지침", "description": "본문", "url": "https://x.invalid", "fields": []}]
        ),
        message(6, "고정함", type="ChannelPinnedMessage"),
        message(7, "", type="Call", callEndedTimestamp="2026-03-02T09:30:00+09:00"),
    ]
    conversation, found, understood = read(json.dumps(export(messages), ensure_ascii=False, indent=indent))

    assert (conversation.key, conversation.title, conversation.kind) == ("500", "협의", ConversationKind.CHANNEL)
    assert conversation.workspace == "예산실"
    assert [person.name for person in conversation.participants] == ["총괄담당", "복지담당"]
    assert conversation.exported_at and conversation.exported_at.isoformat() == "2026-03-05T09:00:00+09:00"
    assert [item.kind for item in found] == [
        MessageKind.TEXT,
        MessageKind.TEXT,
        MessageKind.PHOTO,
        MessageKind.STICKER,
        MessageKind.TEXT,
        MessageKind.SYSTEM,
        MessageKind.CALL,
    ]
    assert found[0].text == "@복지담당 예산안 :ok:"
    assert found[0].sent_at.isoformat() == "2026-03-02T09:01:05.123000+09:00"
    assert found[0].edited_at and found[0].events[0].kind == "edit"
    assert (found[1].sender, found[1].reply_to, found[1].events[0].kind) == ("복지담당", "91", "pin")
    assert (found[2].attachments[0].name, found[2].attachments[0].size_bytes) == ("표.png", 12)
    assert (found[2].reactions[0].count, found[2].reactions[0].users) == (3, ["복지담당"])
    assert found[3].text == "[박수]"
    assert found[4].text == "보십시오\n지침\n본문\nhttps://x.invalid"
    assert found[6].events[0].kind == "call" and "09:30:00" in (found[6].events[0].detail or "")
    assert understood.share == 1.0


def test_what_is_missing_by_its_own_count_is_not_understood():
    _, found, understood = read(json.dumps(export([message(1, "가"), message(2, "나")], messageCount=8)))

    assert len(found) == 2
    assert 0.2 < understood.share < 0.3
    assert "8" in understood.unread[0]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("cut", [1, 17, 100, 180])
def test_a_file_that_was_broken_off_keeps_its_whole_messages(cut: int, indent: int | None):
    whole = json.dumps(
        export([message(number, f"예산 {number}") for number in range(20)]), ensure_ascii=False, indent=indent
    )
    start = whole.index('"919"')
    raw = whole[: start + 12].encode()[: -(cut % 5)] if cut < 5 else whole[: start + cut].encode()
    conversation, found, understood = read(raw)

    assert conversation.title == "협의"
    assert [item.text for item in found] == [f"예산 {number}" for number in range(19)]
    assert 0.5 < understood.share < 1.0 and understood.unread


def test_a_file_that_was_broken_off_inside_a_letter_is_read():
    raw = json.dumps(export([message(1, "가"), message(2, "나나")]), ensure_ascii=False).encode()
    _, found, _ = read(raw[: raw.index("나나".encode()) + 4])

    assert [item.text for item in found] == ["가"]


def test_an_odd_record_does_not_lose_the_others():
    odd = [
        "x",
        None,
        3,
        [],
        {"id": "1"},
        message(3, "", timestamp="99999-01-01T00:00:00"),
        message(4, "", timestamp=None),
    ]
    _, found, understood = read(json.dumps(export([message(1, "가"), *odd, message(2, "나")])))

    assert [item.text for item in found] == ["가", "나"]
    assert 0 < understood.share < 1 and len(understood.unread) == len(odd)


def test_a_record_that_is_no_json_does_not_lose_the_others():
    text = json.dumps(export([message(1, "가"), message(2, "나"), message(3, "다")])).replace(
        '"id": "92"', '"id": }92"'
    )
    _, found, understood = read(text)

    assert [item.text for item in found] == ["가", "다"]
    assert understood.share < 1


@pytest.mark.parametrize("odd", [None, 0, 1e400, float("nan"), "x", [], [None], {}, {"id": {}}, True, 1 << 200])
def test_values_of_any_type_do_no_harm(odd: object):
    whole = message(1, "가")
    keys = [
        *whole,
        "attachments",
        "embeds",
        "stickers",
        "reactions",
        "mentions",
        "reference",
        "poll",
        "forwardedMessage",
    ]
    for key in keys:
        for value in (odd, [odd], {"id": odd, "name": odd, "emoji": odd, "users": [odd], "fields": [odd], "url": odd}):
            read(json.dumps(export([{**whole, key: value}, message(2, "나")])))
    for key in ("guild", "channel", "messageCount", "exportedAt"):
        assert [item.text for item in read(json.dumps(export([message(2, "나")], **{key: odd})))[1]] == ["나"]


def test_a_bomb_of_brackets_is_refused():
    with pytest.raises(Failed, match="corrupt"):
        read('{"guild": {}, "channel": {}, "messages": [' + "[" * 200_000)


def test_its_own_exports_are_known_and_others_are_not():
    def bid(value: object) -> float:
        return EXPORT.sniff(ExportFile.of(json.dumps(value).encode(), "a.json"))

    assert bid(export([])) == 0.9
    assert bid({"guild": {"id": "1"}, "channel": {"id": "2"}, "messages": [], "messageCount": 0}) == 0.9
    assert bid({"guild": "x", "channel": "y"}) == 0
    assert bid({"guild": {}, "channel": {}, "items": []}) == 0
    assert EXPORT.sniff(ExportFile.of(b'{"guild" {"channel"', "a.json")) == 0
    assert EXPORT.sniff(ExportFile.of(b"[" * 100_000, "a.json")) == 0


def test_samples_at_hand_are_read_whole():
    root = SHARED / "messengers" / "discord"
    if not root.is_dir():
        pytest.skip(f"exports of Discord not at {root}")
    for path in sorted(root.glob("*.json")):
        raw = path.read_bytes()
        _, found, understood = read(raw)

        assert EXPORT.sniff(ExportFile.of(raw, path.name)) == 0.9
        assert len(found) == json.loads(raw)["messageCount"]
        assert understood.share == 1.0
