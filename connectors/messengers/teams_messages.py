"""Messages of Teams: a record of the Graph export, in either spelling of its keys, becomes a message."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.messengers.json_records import first_text, number_of, printed_instant, record_of, records_of, text_of
from connectors.messengers.teams_html import html_text, pictures
from schemas.conversations import Attachment, ConversationKind, Event, Message, MessageKind, Reaction, Source

_EVENTS = {
    "membersAdded": "invite",
    "membersJoined": "join",
    "membersLeft": "leave",
    "membersDeleted": "leave",
    "chatRenamed": "rename",
    "channelRenamed": "rename",
    "teamRenamed": "rename",
    "callStarted": "call",
    "callEnded": "call",
    "callRecording": "call",
    "messagePinned": "pin",
}
_SPOKEN_TYPES = frozenset(["", "message"])
_FILE_TYPES = frozenset(["reference", "application/vnd.microsoft.teams.file.download.info"])
_QUOTED_TYPES = frozenset(["messageReference", "forwardedMessageReference"])
_CARD_TEXTS = ("title", "subtitle", "summary", "text", "speak", "fallbackText", "altText", "name", "value")
_CARD_PARTS = (
    "body",
    "items",
    "columns",
    "facts",
    "sections",
    "rows",
    "cells",
    "actions",
    "buttons",
    "inlines",
    "card",
)
_MAX_DEPTH = 12
_MEDIA = {"image": MessageKind.PHOTO, "video": MessageKind.VIDEO, "audio": MessageKind.VOICE}


@dataclass(slots=True)
class Speaker:
    """Whom a message is from."""

    name: str = ""
    native_id: str = ""
    is_bot: bool = False


@dataclass(slots=True)
class TeamsNames:
    """Names of people by their ids."""

    people: dict[str, str] = field(default_factory=dict)


def taken(record: Mapping[str, Any], key: str) -> Any:
    """What stands under a key such as `chatId`, which exports also spell `ChatId`."""
    value = record.get(key)
    return record.get(key[:1].upper() + key[1:]) if value is None else value


def taken_record(record: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under a key, else an empty one."""
    return record_of(taken(record, key))


def is_message(record: Mapping[str, Any]) -> bool:
    """Whether a record is a message of Teams."""
    body = taken(record, "body")
    is_body = isinstance(body, dict) and taken(body, "contentType") is not None
    keys = {key[:1].lower() + key[1:] for key in record}
    is_placed = bool(keys & {"messageType", "chatId", "channelIdentity"})
    return (
        {"id", "createdDateTime", "from"} <= keys
        and (is_body or (body is None and "eventDetail" in keys))
        and is_placed
    )


def place_of(record: Mapping[str, Any]) -> tuple[str, str]:
    """Ids of the chat or channel, and of the team (empty for a chat)."""
    channel = taken_record(record, "channelIdentity")
    return first_text(taken(record, "chatId"), taken(channel, "channelId")), text_of(taken(channel, "teamId"))


def kind_of_id(native_id: str) -> ConversationKind:
    """What sort of room an id such as `19:…@thread.v2` names."""
    if native_id.endswith("@unq.gbl.spaces") or native_id.startswith("48:notes"):
        return ConversationKind.DIRECT
    if native_id.endswith(("@thread.tacv2", "@thread.skype")):
        return ConversationKind.CHANNEL
    return ConversationKind.GROUP if native_id.endswith("@thread.v2") else ConversationKind.UNKNOWN


def speaker_of(record: Mapping[str, Any], names: TeamsNames) -> Speaker:
    """Whom a message is from; empty for the application itself."""
    sender = taken_record(record, "from")
    for role in ("user", "application", "device", "conversation"):
        identity = taken_record(sender, role)
        if identity:
            native_id = text_of(taken(identity, "id"))
            name = first_text(taken(identity, "displayName"), names.people.get(native_id), native_id)
            return Speaker(name, native_id, role == "application")
    return Speaker()


def replies_of(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Messages that are nested in the one that they answer."""
    return records_of(taken(record, "replies"))


def message_of(record: Mapping[str, Any], names: TeamsNames, roots: set[str], source: str) -> Message | None:
    """The message that a record is; None if it cannot be understood.

    Args:
        record: an object of a list of messages.
        names: by id.
        roots: native ids of messages that were answered in this conversation.
        source: where the record stands.
    """
    sent = printed_instant(taken(record, "createdDateTime"))
    native_id = text_of(taken(record, "id"))
    if sent is None or not {"body", "Body", "eventDetail", "EventDetail"} & record.keys():
        return None
    speaker = speaker_of(record, names)
    event_name, event = _event_of(record)
    edited = printed_instant(taken(record, "lastEditedDateTime"))
    deleted = printed_instant(taken(record, "deletedDateTime"))
    body = _Body(record, names)
    root = text_of(taken(record, "replyToId"))
    is_system = bool(event) or not speaker.name or text_of(taken(record, "messageType")) not in _SPOKEN_TYPES
    text = _event_text(event_name, event, names) if event else ""
    text = "\n".join(part for part in (text, body.text) if part)
    message = Message(
        sent_at=sent[0],
        sender=speaker.name,
        text=text,
        kind=_kind(is_system, bool(deleted), event_name, text, body),
        source=Source(record=source),
        precision=sent[1],
        is_offset_assumed=sent[2],
        native_id=native_id or None,
        sender_id=speaker.native_id or None,
        reply_to=body.quoted_id or root or None,
        thread_id=root or (native_id if native_id in roots else "") or None,
        edited_at=edited[0] if edited else None,
        deleted_at=deleted[0] if deleted else None,
        forwarded_from=body.forwarded_from or None,
        reactions=_reactions(record, names),
        attachments=body.attachments,
        events=_events(record, names),
    )
    if edited:
        message.events.append(Event("edit", edited[0], speaker.name or None))
    if deleted:
        message.events.append(Event("delete", deleted[0], speaker.name or None))
    if event_name in _EVENTS:
        message.events.append(Event(_EVENTS[event_name], sent[0], _initiator(event, names) or None, text))
    return message


def _event_of(record: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What sort of event a record tells, such as `membersAdded`, and the event; two empty ones if it tells none."""
    event = taken_record(record, "eventDetail")
    if not event:
        return "", {}
    name = re.sub(r"^#?microsoft\.graph\.|EventMessageDetail$", "", text_of(event.get("@odata.type")))
    if name:
        return name, event
    # exports have one key for each sort, of which one is filled at most
    for key, value in event.items():
        if isinstance(value, dict) and value and key.lower() != "initiator":
            return key[:1].lower() + key[1:], {"initiator": taken(event, "initiator"), **value}
    return text_of(taken(event, "eventType")) or "systemEvent", event


class _Body:
    """What a message says, with what is attached to it in its place."""

    def __init__(self, record: Mapping[str, Any], names: TeamsNames) -> None:
        self.attachments: list[Attachment] = []
        self.quoted_id = ""
        self.forwarded_from = ""
        self._names = names
        inserts: dict[str, str] = {}
        for index, item in enumerate(records_of(taken(record, "attachments"))):
            inserts[text_of(taken(item, "id")) or f"#{index}"] = self._attached(item)
        body = taken_record(record, "body")
        content = text_of(taken(body, "content"))
        if text_of(taken(body, "contentType")).lower() == "html":
            people = _mentioned_people(record)
            said = html_text(content, people, lambda native_id: inserts.pop(native_id, ""))
            for alt, url in pictures(content):
                self.attachments.append(Attachment(alt or "image", "image/*", url=url))
        else:
            said = content
        parts = [text_of(taken(record, "subject")), said, *inserts.values()]
        self.text = "\n".join(part for part in parts if part.strip())

    def _attached(self, item: Mapping[str, Any]) -> str:
        """The text of an attachment; a file has none, and is noted."""
        sort = text_of(taken(item, "contentType"))
        name, url = text_of(taken(item, "name")), text_of(taken(item, "contentUrl"))
        inner = _loaded(taken(item, "content"))
        if sort in _QUOTED_TYPES:
            return self._quoted(sort, inner)
        if sort in _FILE_TYPES or sort.partition("/")[0] in _MEDIA or (url and not inner):
            mime = sort if "/" in sort and sort not in _FILE_TYPES else None
            self.attachments.append(Attachment(name or url.rpartition("/")[2], mime, url=url or None))
            return ""
        lines = list(dict.fromkeys(_card_lines(inner, 0)))
        return "\n".join(lines) or name

    def _quoted(self, sort: str, inner: dict[str, Any]) -> str:
        if sort == "messageReference":
            self.quoted_id = text_of(taken(inner, "messageId"))
            who = speaker_of({"from": taken(inner, "messageSender")}, self._names).name
            said = html_text(text_of(taken(inner, "messagePreview")), {}, str)
        else:
            who = speaker_of({"from": taken(inner, "originalMessageSender")}, self._names).name
            self.forwarded_from = who or text_of(taken(inner, "originalConversationId"))
            content = text_of(taken(inner, "originalMessageContent"))
            said = html_text(content, {}, lambda _: "")
            self.attachments += [Attachment(alt or "image", "image/*", url=url) for alt, url in pictures(content)]
        lines = said.split("\n")
        return "\n".join(f"> {line}" for line in ([f"{who}: {lines[0]}", *lines[1:]] if who else lines))


def _mentioned_people(record: Mapping[str, Any]) -> dict[str, str]:
    people: dict[str, str] = {}
    for mention in records_of(taken(record, "mentions")):
        user = taken_record(taken_record(mention, "mentioned"), "user")
        people[text_of(taken(mention, "id"))] = text_of(taken(user, "id"))
    return people


def _loaded(value: object) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            return record_of(json.loads(value))
        except (ValueError, RecursionError):
            return {}
    return record_of(value)


def _card_lines(card: Mapping[str, Any], depth: int) -> list[str]:
    """The texts of a card, in their order."""
    if depth > _MAX_DEPTH:
        return []
    lines: list[str] = []
    if card.get("title") and card.get("value"):
        lines.append(": ".join([text_of(card.get("title")), text_of(card.get("value"))]))
    else:
        lines += [text_of(card.get(key)) for key in _CARD_TEXTS]
    for key in _CARD_PARTS:
        part = card.get(key)
        for item in [part] if isinstance(part, dict) else records_of(part):
            lines += _card_lines(item, depth + 1)
    return [html_text(line, {}, lambda _: "") for line in lines if line.strip()]


def _kind(is_system: bool, is_deleted: bool, event_name: str, text: str, body: _Body) -> MessageKind:
    if is_deleted:
        return MessageKind.DELETED
    if _EVENTS.get(event_name) == "call":
        return MessageKind.CALL
    if is_system:
        return MessageKind.SYSTEM
    if body.attachments and not text.strip():
        return _MEDIA.get((body.attachments[0].mime or "").partition("/")[0], MessageKind.FILE)
    return MessageKind.TEXT


def _identity_name(value: object, names: TeamsNames) -> str:
    identity = record_of(value)
    inner = next(
        (found for role in ("user", "application", "device") if (found := taken_record(identity, role))), identity
    )
    native_id = text_of(taken(inner, "id"))
    return first_text(taken(inner, "displayName"), names.people.get(native_id), native_id)


def _initiator(event: Mapping[str, Any], names: TeamsNames) -> str:
    return _identity_name(taken(event, "initiator"), names)


def _event_text(event_name: str, event: Mapping[str, Any], names: TeamsNames) -> str:
    """`membersAdded: 총괄담당 → 복지담당, 예산담당`: what happened, who did it, to whom or what."""
    objects = [_identity_name(item, names) for item in records_of(taken(event, "members"))]
    for key, value in event.items():
        is_shown = not key.startswith("@") and not key.lower().endswith(("id", "datetime"))
        if is_shown and isinstance(value, str) and value.strip():
            objects.append(text_of(value))
    who, what = _initiator(event, names), ", ".join(item for item in objects if item)
    said = " → ".join(part for part in (who, what) if part)
    return f"{event_name}: {said}" if event_name and said else event_name or said


def _reactions(record: Mapping[str, Any], names: TeamsNames) -> list[Reaction]:
    found: dict[str, Reaction] = {}
    for item in records_of(taken(record, "reactions")):
        emoji = first_text(taken(item, "reactionType"), taken(item, "displayName"))
        reaction = found.setdefault(emoji, Reaction(emoji, 0))
        reaction.count += number_of(taken(item, "count")) or 1
        name = _identity_name(taken(item, "user"), names)
        if name:
            reaction.users.append(name)
    return list(found.values())


def _events(record: Mapping[str, Any], names: TeamsNames) -> list[Event]:
    """What happened to a message later, such as reactions that were taken back."""
    events: list[Event] = []
    for item in records_of(taken(record, "messageHistory")):
        at = printed_instant(taken(item, "modifiedDateTime"))
        reaction = taken_record(item, "reaction")
        actor = _identity_name(taken(reaction, "user"), names)
        for action in text_of(taken(item, "actions")).split(","):
            if action.strip():
                sort = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", action.strip()).lower()
                detail = text_of(taken(reaction, "reactionType"))
                events.append(Event(sort, at[0] if at else None, actor or None, detail or None))
    return events
