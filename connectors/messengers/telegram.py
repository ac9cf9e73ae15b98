"""Telegram Desktop's JSON: `result.json` of one chat, of the whole account, or a bare list of messages."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.messengers import json_fields as fields
from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.telegram_messages import message_of, name_of
from schemas.conversations import Conversation, ConversationKind
from schemas.outcome import Failed

_KINDS = {
    "personal_chat": ConversationKind.DIRECT,
    "bot_chat": ConversationKind.DIRECT,
    "saved_messages": ConversationKind.DIRECT,
    "replies": ConversationKind.DIRECT,
    "verify_codes": ConversationKind.DIRECT,
    "private_group": ConversationKind.GROUP,
    "private_supergroup": ConversationKind.GROUP,
    "public_supergroup": ConversationKind.OPEN,
    "private_channel": ConversationKind.PRIVATE,
    "public_channel": ConversationKind.CHANNEL,
}
_LISTS = ("chats", "left_chats")
_NATIVE_ID = re.compile(r"^(?:user|channel|chat)\d+$")
_ACCOUNT_MARKS = ('"personal_information"', '"frequent_contacts"', '"sessions"', '"web_sessions"', '"chats"')


@dataclass(frozen=True, slots=True)
class _Telegram:
    name: str = "telegram"
    label: str = "텔레그램"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "대화방·종류·참여자",
        "글(서식 없이)·답장·전달·고침·반응",
        "시스템 알림(초대·고정·통화 등)",
        "첨부 이름·형식·크기·경로",
        "투표·위치·연락처",
        "시각의 시간대(내보낸 컴퓨터)",
    )
    loses: tuple[str, ...] = ("글의 서식과 글에 걸린 링크 주소", "연락처 목록·접속 기록·프로필", "HTML 내보내기")
    holds_many: bool = True

    def sniff(self, file: ExportFile) -> float:
        """By the shape of the first messages, or by the parts of an account at the beginning."""
        head = file.head
        if head is None or head.lstrip()[:1] not in ("{", "["):
            return 0.0
        is_list = head.lstrip().startswith("[")
        records = fields.first_records(file, "messages")
        if records:
            is_sure = all(_is_message(record) for record in records) and (
                not is_list or all("date_unixtime" in r or _has_native_id(r) for r in records)
            )
            return 0.9 if is_sure else 0.0
        if is_list:
            return 0.0
        if fields.is_whole(file):
            return 0.9 if _is_empty_chat(file) else 0.0
        marks = sum(mark in head for mark in _ACCOUNT_MARKS)
        if '"personal_information"' in head and marks >= 2:
            return 0.9 if "Telegram" in head or '"about": "Here is the data' in head else 0.6
        return 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Each chat with its messages.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`, `export_not_understood`.
        """
        node = fields.load(file)
        if not _lists(node) and not isinstance(node.get("messages") if isinstance(node, dict) else node, list):
            raise Failed("export_not_understood", "대화방이나 메시지 목록이 없음")
        tally = fields.RecordTally()
        owner = _owner_of(node)
        for number, chat in enumerate(_chats(node), start=1):
            if not isinstance(chat, dict) or not isinstance(chat.get("messages"), list):
                tally.add(chat, False)
                continue
            conversation = _conversation(chat, number, owner, file.name)
            yield conversation
            for index, record in fields.numbered(chat["messages"]):
                message = message_of(record, index) if isinstance(record, dict) else None
                tally.add(record, message is not None)
                if message is not None:
                    yield message
        yield tally.result(file.size)

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """Only the chats that are kept; of the account only the owner's id, if the owner speaks in one of them.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`, `export_not_understood`.
        """
        node = fields.load(file)
        owner = _owner_of(node)
        chosen: dict[str, Any] = {}
        number, is_owner_there = 0, False
        for part in _lists(node):
            kept: list[Any] = []
            for chat in node[part]["list"]:
                number += 1
                if not isinstance(chat, dict) or not isinstance(chat.get("messages"), list):
                    continue
                conversation = _conversation(chat, number, owner, file.name)
                if keeps(conversation):
                    kept.append(chat)
                    is_owner_there = is_owner_there or any(person.is_owner for person in conversation.participants)
            chosen[part] = {"list": kept}
        if not chosen:
            raise Failed("export_not_understood", "대화방 목록이 없음")
        if is_owner_there and owner:
            chosen = {"personal_information": {"user_id": int(owner.removeprefix("user"))}, **chosen}
        return json.dumps(chosen, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def _is_message(record: dict[str, Any]) -> bool:
    return (
        record.get("type") in ("message", "service")
        and bool({"date_unixtime", "date"} & record.keys())
        and bool({"text", "action"} & record.keys())
        and bool({"from", "from_id", "actor", "actor_id"} & record.keys())
    )


def _has_native_id(record: dict[str, Any]) -> bool:
    native_id = record.get("from_id") or record.get("actor_id")
    return isinstance(native_id, str) and bool(_NATIVE_ID.match(native_id))


def _is_empty_chat(file: ExportFile) -> bool:
    try:
        node = fields.load(file)
    except Failed:
        return False
    if not isinstance(node, dict):
        return False
    if _lists(node):
        return "personal_information" in node or all(
            isinstance(chat, dict) and fields.text_of(chat.get("type")) in _KINDS for chat in _chats(node)
        )
    return node.get("messages") == [] and fields.text_of(node.get("type")) in _KINDS and "name" in node


def _lists(node: Any) -> list[str]:
    if not isinstance(node, dict):
        return []
    return [part for part in _LISTS if isinstance(node.get(part), dict) and isinstance(node[part].get("list"), list)]


def _chats(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        yield {"messages": node}
    elif isinstance(node, dict):
        parts = _lists(node)
        for part in parts:
            yield from node[part]["list"]
        if isinstance(node.get("messages"), list):
            yield node


def _owner_of(node: Any) -> str | None:
    information = node.get("personal_information") if isinstance(node, dict) else None
    user_id = information.get("user_id") if isinstance(information, dict) else None
    return f"user{user_id}" if isinstance(user_id, int) and not isinstance(user_id, bool) else None


def _conversation(chat: dict[str, Any], number: int, owner: str | None, file_name: str) -> Conversation:
    native_id = fields.id_of(chat.get("id"))
    kind_name = fields.text_of(chat.get("type"))
    title = fields.text_of(chat.get("name"))
    if kind_name == "saved_messages" and not title:
        title = "Saved Messages"
    people = fields.People()
    for record in fields.dicts_of(chat["messages"]):
        name, sender_id = name_of(record)
        is_bot = kind_name == "bot_chat" and native_id is not None and sender_id == f"user{native_id}"
        people.add(name, sender_id, is_bot=is_bot, is_owner=owner is not None and sender_id == owner)
    return Conversation(
        key=native_id or (f"{kind_name}:{title}" if title else f"{file_name}#{number}"),
        application="telegram",
        title=title,
        kind=_KINDS.get(kind_name, ConversationKind.UNKNOWN),
        native_id=native_id,
        dialect="json",
        participants=people.all(),
    )


EXPORT = _Telegram()
