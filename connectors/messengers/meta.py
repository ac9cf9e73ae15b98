"""Meta's download of Messenger and Instagram: `message_1.json` of one thread, old and end-to-end encrypted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.messengers import json_fields as fields
from connectors.messengers.contract import ExportFile, Item
from schemas.conversations import (
    Attachment,
    Conversation,
    ConversationKind,
    Event,
    Message,
    MessageKind,
    Precision,
    Reaction,
    Source,
)
from schemas.outcome import Failed

_MEDIA = (
    ("photos", MessageKind.PHOTO),
    ("gifs", MessageKind.PHOTO),
    ("videos", MessageKind.VIDEO),
    ("audio_files", MessageKind.VOICE),
    ("files", MessageKind.FILE),
    ("media", MessageKind.FILE),
)
_BY_EXTENSION = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "heic"), MessageKind.PHOTO),
    **dict.fromkeys(("mp4", "mov", "webm"), MessageKind.VIDEO),
    **dict.fromkeys(("ogg", "opus", "m4a", "aac", "mp3", "wav"), MessageKind.VOICE),
}
_MESSENGER_ONLY = ("sticker", "gifs", "type", "users", "plan", "is_taken_down", "senderName")


@dataclass(frozen=True, slots=True)
class _Meta:
    name: str = "meta"
    label: str = "메타 메신저"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "대화방·참여자",
        "글(깨진 한글을 되살림)·공유한 링크·반응",
        "사진·동영상·음성·파일의 경로",
        "통화·취소한 메시지",
    )
    loses: tuple[str, ...] = ("답장 관계(내보내기에 없음)", "첨부 파일의 내용", "HTML 내려받기")
    holds_many: bool = False

    def sniff(self, file: ExportFile) -> float:
        """By the shape of the first messages."""
        if not (file.head or "").lstrip().startswith("{"):
            return 0.0
        records = fields.first_records(file, "messages")
        if records:
            return 0.9 if all(_is_message(record) for record in records) else 0.0
        return 0.9 if fields.is_whole(file) and _is_empty_thread(file) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """The messages, the oldest first.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`, `export_not_understood`.
        """
        node = fields.load(file)
        if not isinstance(node, dict) or not isinstance(node.get("messages"), list):
            raise Failed("export_not_understood", "메시지 목록이 없음")
        records = list(fields.numbered(node["messages"]))
        times = [_time(record) if isinstance(record, dict) else None for _, record in records]
        if len(records) > 1 and (not fields.in_order(times) or times[0] == times[-1]):
            records.reverse()
        yield _conversation(node, file.name)
        tally = fields.RecordTally()
        for number, record in records:
            message = _message(record, number) if isinstance(record, dict) else None
            tally.add(record, message is not None)
            if message is not None:
                yield message
        yield tally.result(file.size)

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """There is one conversation only."""
        raise AssertionError("an export of one conversation is kept whole or not at all")


def repaired(text: str) -> str:
    """Text whose UTF-8 was escaped byte by byte, as Meta writes it, made whole again; other text as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _string(value: Any) -> str:
    return repaired(fields.text_of(value))


def _is_message(record: dict[str, Any]) -> bool:
    return ("sender_name" in record and "timestamp_ms" in record) or (
        "senderName" in record and "timestamp" in record and bool({"isUnsent", "type", "text", "media"} & record.keys())
    )


def _is_empty_thread(file: ExportFile) -> bool:
    try:
        node = fields.load(file)
    except Failed:
        return False
    return (
        isinstance(node, dict)
        and node.get("messages") == []
        and isinstance(node.get("participants"), list)
        and bool({"thread_path", "threadName"} & node.keys())
    )


def _time(record: dict[str, Any]) -> Any:
    return fields.instant_of(record.get("timestamp_ms", record.get("timestamp")), 0.001)


def _sender(record: dict[str, Any]) -> str:
    return _string(record.get("sender_name", record.get("senderName")))


def _conversation(node: dict[str, Any], file_name: str) -> Conversation:
    people = fields.People()
    listed = node.get("participants")
    for person in listed if isinstance(listed, list) else []:
        people.add(_string(person.get("name")) if isinstance(person, dict) else _string(person))
    n_listed = len(people.by_key)
    records = fields.dicts_of(node["messages"])
    for record in records:
        people.add(_sender(record))
    thread = fields.id_of(node.get("thread_path")) or fields.id_of(node.get("threadName"))
    thread = repaired(thread) if thread else None
    title = _string(node.get("title"))
    if not title and isinstance(node.get("threadName"), str):
        # the encrypted download puts a number behind the name
        title = _string(node["threadName"]).rsplit("_", 1)[0]
    kind = ConversationKind.UNKNOWN
    if node.get("thread_type") == "RegularGroup" or n_listed > 2 or isinstance(node.get("joinable_mode"), dict):
        kind = ConversationKind.GROUP
    elif n_listed:
        kind = ConversationKind.DIRECT
    return Conversation(
        key=thread or title or file_name or "meta",
        application=_application(node, records),
        title=title,
        kind=kind,
        native_id=thread,
        dialect="encrypted" if "threadName" in node else "download",
        participants=people.all(),
    )


def _application(node: dict[str, Any], records: list[dict[str, Any]]) -> str:
    for record in [node, *records]:
        for uri in _uris(record):
            if "instagram" in uri:
                return "instagram"
            if "facebook" in uri or uri.startswith("messages/"):
                return "messenger"
    is_messenger = (
        "threadName" in node or "thread_type" in node or ("magic_words" not in node and "thread_path" in node)
    )
    is_messenger = is_messenger or any(key in record for record in records for key in _MESSENGER_ONLY)
    return "messenger" if is_messenger else "instagram"


def _uris(record: dict[str, Any]) -> Iterator[str]:
    for key in ("image", "sticker"):
        if isinstance(record.get(key), dict):
            yield fields.text_of(record[key].get("uri"))
    for key, _ in _MEDIA:
        for item in fields.dicts_of(record.get(key)):
            yield fields.text_of(item.get("uri"))


def _message(record: dict[str, Any], number: int) -> Message | None:
    sent_at = _time(record)
    if sent_at is None or not isinstance(record.get("sender_name", record.get("senderName")), str):
        return None
    message = Message(
        sent_at=sent_at,
        sender=_sender(record),
        text=_string(record.get("content", record.get("text"))),
        source=Source(record=f"messages#{number}"),
        precision=Precision.MILLISECOND,
        reactions=_reactions(record.get("reactions")),
    )
    _add_media(message, record)
    share = record.get("share")
    if isinstance(share, dict):
        link, words = _string(share.get("link")), _string(share.get("share_text"))
        message.text = message.text or words or link
        if link:
            message.attachments.append(Attachment(name=_base_name(link) or link, url=link))
    duration = fields.number_of(record.get("call_duration"))
    type_name = fields.text_of(record.get("type")).lower()
    if "call_duration" in record or type_name == "call":
        message.kind = MessageKind.CALL
        detail = None if duration is None else f"{int(duration)}"
        message.events.append(Event("call", sent_at, message.sender, "missed" if record.get("missed") else detail))
    elif type_name in ("subscribe", "unsubscribe"):
        message.kind = MessageKind.SYSTEM
        names = ", ".join(_string(user.get("name")) for user in fields.dicts_of(record.get("users")))
        kind = "invite" if type_name == "subscribe" else "leave"
        message.events.append(Event(kind, sent_at, message.sender, names or None))
    elif type_name == "placeholder" and not message.text and not message.attachments:
        message.kind = MessageKind.OTHER
    if record.get("is_unsent") is True or record.get("isUnsent") is True:
        message.kind = MessageKind.DELETED
        message.events.append(Event("delete", None, message.sender))
    return message


def _add_media(message: Message, record: dict[str, Any]) -> None:
    for key, kind in _MEDIA:
        for item in fields.dicts_of(record.get(key)):
            uri = _string(item.get("uri"))
            name = _string(item.get("name")) or _base_name(uri)
            message.attachments.append(_attachment(name, uri))
            message.kind = _BY_EXTENSION.get(name.rsplit(".", 1)[-1].lower(), kind) if key == "media" else kind
    sticker = record.get("sticker")
    if isinstance(sticker, dict):
        message.kind = MessageKind.STICKER
        uri = _string(sticker.get("uri"))
        message.attachments.append(_attachment(_base_name(uri), uri))


def _attachment(name: str, uri: str) -> Attachment:
    is_address = uri.startswith(("http://", "https://"))
    return Attachment(name=name, path=None if is_address else uri or None, url=uri if is_address else None)


def _base_name(uri: str) -> str:
    return uri.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]


def _reactions(value: Any) -> list[Reaction]:
    return fields.reactions_of(
        (_string(reaction.get("reaction")), _string(reaction.get("actor"))) for reaction in fields.dicts_of(value)
    )


EXPORT = _Meta()
