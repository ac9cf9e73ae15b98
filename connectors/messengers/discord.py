"""Discord: the JSON of DiscordChatExporter, also where it was killed while it wrote."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.json_records import (
    Tally,
    first_text,
    number_of,
    printed_instant,
    record_of,
    records_of,
    text_of,
)
from connectors.messengers.json_stream import Piece, pieces, sample_pieces
from schemas.conversations import (
    Attachment,
    Conversation,
    ConversationKind,
    Event,
    Message,
    MessageKind,
    Participant,
    Reaction,
    Source,
)

_CHANNEL_KINDS = {
    "DirectTextChat": ConversationKind.DIRECT,
    "DirectGroupTextChat": ConversationKind.GROUP,
    "GuildPrivateThread": ConversationKind.PRIVATE,
    "1": ConversationKind.DIRECT,
    "3": ConversationKind.GROUP,
    "12": ConversationKind.PRIVATE,
}
_EVENTS = {
    "RecipientAdd": "invite",
    "RecipientRemove": "leave",
    "Call": "call",
    "ChannelNameChange": "rename",
    "ChannelPinnedMessage": "pin",
    "GuildMemberJoin": "join",
    "1": "invite",
    "2": "leave",
    "3": "call",
    "4": "rename",
    "6": "pin",
    "7": "join",
}
_SPOKEN = frozenset(
    ["", "Default", "Reply", "ApplicationCommand", "ThreadStarterMessage", "ContextMenuCommand", "Poll"]
).union(["0", "19", "20", "21", "23"])
_CALLS = frozenset({"Call", "3"})
_NO_GUILD = frozenset({"", "0"})
_MENTION = re.compile(r"<@!?(\d{5,20})>")
_CUSTOM_EMOJI = re.compile(r"<a?:(\w{2,32}):\d{5,20}>")
_MEDIA = (
    ((".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".bmp"), MessageKind.PHOTO),
    ((".mp4", ".mov", ".webm", ".mkv", ".avi"), MessageKind.VIDEO),
    ((".ogg", ".opus", ".m4a", ".mp3", ".wav"), MessageKind.VOICE),
)


@dataclass(slots=True)
class _Frame:
    """What stands around the messages."""

    guild: dict[str, Any] = field(default_factory=dict)
    channel: dict[str, Any] = field(default_factory=dict)
    n_messages: int | None = None
    exported_at: datetime | None = None
    participants: dict[str, Participant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Discord:
    name: str = "discord"
    label: str = "디스코드"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "서버·채널·스레드 이름",
        "글(언급·임베드·스티커 포함)",
        "답장·고정·수정 시각",
        "반응과 누른 사람",
        "첨부 파일의 이름과 주소",
        "끊긴 파일의 남은 메시지",
    )
    loses: tuple[str, ...] = ("역할·색·프로필 사진", "수정하기 전의 글", "지워진 메시지")
    holds_many: bool = False

    def sniff(self, file: ExportFile) -> float:
        """By its server, channel and messages."""
        head = file.head
        if not head or '"guild"' not in head or '"channel"' not in head:
            return 0.0
        found = {piece.key: piece.value for piece in sample_pieces(file) if not piece.is_item}
        if not isinstance(found.get("guild"), dict) or not isinstance(found.get("channel"), dict):
            return 0.0
        is_chat = {"id", "name"} & found["channel"].keys() or '"messageCount"' in head
        return 0.9 if is_chat and '"messages"' in head else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Stream the one conversation.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`.
        """
        frame = _frame(file)
        yield _conversation(file, frame)
        tally = Tally()
        n_present = 0
        for piece in pieces(file):
            if not piece.is_item:
                continue
            is_listed = piece.key == "messages"
            n_present += is_listed
            message = _message(piece.value, n_present) if is_listed else None
            if message:
                yield message
                tally.count(piece.n_characters)
            elif is_listed or not piece.key:
                tally.miss(piece.n_characters, piece.value)
        if frame.n_messages is not None and frame.n_messages > n_present:
            n_lacking = frame.n_messages - n_present
            tally.lack(min(n_lacking, 1 << 40), f"messageCount {frame.n_messages:,}, 메시지 {n_lacking:,}개 없음")
        yield tally.result(file.size)

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """Not called: there is one conversation."""
        raise AssertionError("an export of one conversation is kept whole or not at all")


def _frame(file: ExportFile) -> _Frame:
    frame = _Frame()
    for piece in pieces(file):
        if piece.is_item and piece.key == "messages":
            _note_author(frame, record_of(piece.value).get("author"))
        elif not piece.is_item:
            _note_member(frame, piece)
    return frame


def _note_member(frame: _Frame, piece: Piece) -> None:
    if piece.key == "guild":
        frame.guild = record_of(piece.value)
    elif piece.key == "channel":
        frame.channel = record_of(piece.value)
    elif piece.key == "messageCount":
        frame.n_messages = number_of(piece.value)
    elif piece.key == "exportedAt":
        printed = printed_instant(piece.value)
        frame.exported_at = printed[0] if printed else None


def _note_author(frame: _Frame, value: object) -> None:
    author = record_of(value)
    name, native_id = _shown_name(author), text_of(author.get("id"))
    key = native_id or name
    if not key:
        return
    known = frame.participants.get(key)
    if known is None:
        frame.participants[key] = Participant(name or key, native_id or None, is_bot=author.get("isBot") is True)
        known = frame.participants[key]
    for alias in (text_of(author.get("name")), name):
        if alias and alias != known.name and alias not in known.aliases:
            known.aliases.append(alias)


def _conversation(file: ExportFile, frame: _Frame) -> Conversation:
    channel, guild = frame.channel, frame.guild
    native_id = text_of(channel.get("id")) or None
    kind = _CHANNEL_KINDS.get(text_of(channel.get("type")))
    if kind is None:
        is_of_server = text_of(guild.get("id")) not in _NO_GUILD
        kind = ConversationKind.CHANNEL if is_of_server else ConversationKind.UNKNOWN
    name = text_of(channel.get("name"))
    is_thread = "Thread" in text_of(channel.get("type"))
    parent = text_of(channel.get("category"))
    return Conversation(
        key=native_id or name or file.name,
        application="discord",
        title=f"{parent} / {name}" if is_thread and parent and name else name,
        kind=kind,
        native_id=native_id,
        workspace=first_text(guild.get("name"), guild.get("id")) or None,
        dialect="discordchatexporter",
        participants=list(frame.participants.values()),
        exported_at=frame.exported_at,
    )


def _message(value: object, number: int) -> Message | None:
    record = record_of(value)
    printed = printed_instant(record.get("timestamp"))
    if printed is None or not {"content", "author", "type"} & record.keys():
        return None
    author = record_of(record.get("author"))
    sort = text_of(record.get("type"))
    native_id = text_of(record.get("id")) or None
    reference = record_of(record.get("reference"))
    forwarded = record_of(record.get("forwardedMessage"))
    attachments = [_attachment(item) for item in records_of(record.get("attachments"))]
    attachments += [_attachment(item) for item in records_of(forwarded.get("attachments"))]
    text = _text(record, forwarded)
    edited = printed_instant(record.get("timestampEdited"))
    message = Message(
        sent_at=printed[0],
        sender=_shown_name(author),
        text=text,
        kind=_kind(sort, record, text, attachments),
        source=Source(record=f"messages#{number}"),
        precision=printed[1],
        is_offset_assumed=printed[2],
        native_id=native_id,
        sender_id=text_of(author.get("id")) or None,
        edited_at=edited[0] if edited else None,
        reactions=[_reaction(item) for item in records_of(record.get("reactions"))],
        attachments=attachments,
    )
    if forwarded:
        message.forwarded_from = text_of(reference.get("channelId")) or None
    else:
        message.reply_to = text_of(reference.get("messageId")) or None
    _add_events(message, record, sort)
    return message


def _add_events(message: Message, record: dict[str, Any], sort: str) -> None:
    if sort in _EVENTS:
        ended = printed_instant(record.get("callEndedTimestamp"))
        detail = f"{ended[0]:%Y-%m-%d %H:%M:%S}에 끝남" if ended else None
        message.events.append(Event(_EVENTS[sort], message.sent_at, message.sender or None, detail))
    elif record.get("isPinned") is True:
        message.events.append(Event("pin"))
    if message.edited_at and sort in _SPOKEN:
        message.events.append(Event("edit", message.edited_at, message.sender or None))


def _kind(sort: str, record: dict[str, Any], text: str, attachments: list[Attachment]) -> MessageKind:
    if sort in _CALLS:
        return MessageKind.CALL
    if sort not in _SPOKEN:
        return MessageKind.SYSTEM
    if record.get("poll"):
        return MessageKind.POLL
    if text_of(record.get("content")).strip():
        return MessageKind.TEXT
    if records_of(record.get("stickers")):
        return MessageKind.STICKER
    if attachments and not text.strip():
        name = attachments[0].name.lower()
        return next((kind for ends, kind in _MEDIA if name.endswith(ends)), MessageKind.FILE)
    return MessageKind.TEXT


def _text(record: dict[str, Any], forwarded: dict[str, Any]) -> str:
    names = {text_of(item.get("id")): _shown_name(item) for item in records_of(record.get("mentions"))}

    def readable(text: str) -> str:
        text = _MENTION.sub(lambda match: f"@{names.get(match[1]) or match[1]}", text)
        return _CUSTOM_EMOJI.sub(r":\1:", text)

    parts = [readable(text_of(record.get("content")))]
    for source in (forwarded, record):
        if source is forwarded:
            parts.append(readable(text_of(source.get("content"))))
        parts += [_embed_text(embed, parts[0]) for embed in records_of(source.get("embeds"))]
        parts += [
            f"[{name}]" for name in (text_of(item.get("name")) for item in records_of(source.get("stickers"))) if name
        ]
    poll = record_of(record.get("poll"))
    parts.append(first_text(record_of(poll.get("question")).get("text"), poll.get("question")))
    for answer in records_of(poll.get("answers")):
        parts.append(first_text(answer.get("text"), record_of(answer.get("poll_media")).get("text")))
    return "\n".join(part for part in parts if part)


def _embed_text(embed: dict[str, Any], content: str) -> str:
    """What a card says, without a link that the message itself holds."""
    author, footer = record_of(embed.get("author")), record_of(embed.get("footer"))
    lines = [text_of(author.get("name")), text_of(embed.get("title")), text_of(embed.get("description"))]
    for item in records_of(embed.get("fields")):
        name, value = text_of(item.get("name")), text_of(item.get("value"))
        lines.append(f"{name}: {value}" if name and value else name or value)
    lines.append(text_of(footer.get("text")))
    url = text_of(embed.get("url"))
    if url and url not in content:
        lines.append(url)
    return "\n".join(line for line in lines if line.strip())


def _attachment(item: dict[str, Any]) -> Attachment:
    url = text_of(item.get("url"))
    name = text_of(item.get("fileName")) or posixpath.basename(url.partition("?")[0])
    return Attachment(name=name, size_bytes=number_of(item.get("fileSizeBytes")), url=url or None)


def _reaction(item: dict[str, Any]) -> Reaction:
    emoji = record_of(item.get("emoji"))
    users = [name for name in map(_shown_name, records_of(item.get("users"))) if name]
    count = number_of(item.get("count"))
    return Reaction(first_text(emoji.get("name"), emoji.get("code")), len(users) if count is None else count, users)


def _shown_name(author: dict[str, Any]) -> str:
    return first_text(author.get("nickname"), author.get("name"), author.get("id"))


EXPORT = _Discord()
