"""One record of Telegram Desktop's JSON as a message."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from connectors.messengers import json_fields as fields
from schemas.conversations import (
    SEOUL,
    Attachment,
    AttachmentState,
    Event,
    Message,
    MessageKind,
    Precision,
    Reaction,
    Source,
)

_MEDIA = {
    "sticker": MessageKind.STICKER,
    "voice_message": MessageKind.VOICE,
    "audio_file": MessageKind.FILE,
    "video_file": MessageKind.VIDEO,
    "video_message": MessageKind.VIDEO,
    "animation": MessageKind.VIDEO,
}
_EVENTS = {
    "invite_members": "invite",
    "join_group_by_link": "join",
    "join_group_by_request": "join",
    "joined_telegram": "join",
    "remove_members": "leave",
    "edit_group_title": "rename",
    "topic_edit": "rename",
    "pin_message": "pin",
    "phone_call": "call",
    "group_call": "call",
    "group_call_scheduled": "call",
    "invite_to_group_call": "call",
    "conference_call": "call",
}
# what a notice prints besides its action, in the order in which people say it
_DETAILS = (
    "title", "members", "message_id", "inviter", "discard_reason", "duration_seconds", "duration", "emoticon", "score",
    "game_message_id", "amount", "currency", "reason_domain", "information_text", "period", "values",
)  # fmt: skip
_MISSING = "(File "
_QUARTER = 15 * 60


def name_of(record: dict[str, Any]) -> tuple[str, str | None]:
    """Display name (empty for a deleted account) and id of whoever sent a record."""
    if record.get("type") == "service":
        return fields.text_of(record.get("actor")), fields.id_of(record.get("actor_id"))
    return fields.text_of(record.get("from")), fields.id_of(record.get("from_id"))


def message_of(record: dict[str, Any], number: int) -> Message | None:
    """The message of a record; None if it has no time or no known type.

    Args:
        record: object of `messages`.
        number: its place, from 1.
    """
    sent = _moment(record, "date")
    if sent is None or record.get("type") not in ("message", "service"):
        return None
    sent_at, is_assumed = sent
    sender, sender_id = name_of(record)
    edited = _moment(record, "edited")
    message = Message(
        sent_at=sent_at,
        sender=sender,
        text=_text(record.get("text")),
        source=Source(record=f"messages#{number}"),
        precision=Precision.SECOND,
        is_offset_assumed=is_assumed,
        native_id=fields.id_of(record.get("id")),
        sender_id=sender_id,
        reply_to=fields.id_of(record.get("reply_to_message_id")),
        # some versions print 1970 for what was never changed
        edited_at=edited[0] if edited else None,
        forwarded_from=_forwarded_from(record),
        reactions=_reactions(record.get("reactions")),
    )
    if message.edited_at is not None:
        message.events.append(Event("edit", message.edited_at))
    if record["type"] == "service":
        _add_notice(message, record)
    else:
        _add_content(message, record)
    return message


def _moment(record: dict[str, Any], key: str) -> tuple[datetime, bool] | None:
    """The moment, in the offset that local and epoch time together say, and whether the offset is assumed."""
    local = fields.iso_time(record.get(key))
    instant = fields.instant_of(record.get(f"{key}_unixtime"))
    if instant is None:
        return (local[0], local[2]) if local else None
    if local is None or not local[2]:
        return instant, False
    seconds = (local[0].replace(tzinfo=UTC) - instant).total_seconds()
    if seconds % _QUARTER or abs(seconds) > 14 * 3600:
        return instant, False
    offset = timezone(timedelta(seconds=seconds))
    return instant.astimezone(SEOUL if offset == SEOUL else offset), False


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(
            part if isinstance(part, str) else fields.text_of(part.get("text")) if isinstance(part, dict) else ""
            for part in value
        )
    return fields.text_of(value)


def _forwarded_from(record: dict[str, Any]) -> str | None:
    return next(
        (
            # empty: from an account that is gone
            fields.text_of(record[key]) or fields.id_of(record.get(f"{key}_id")) or ""
            for key in ("forwarded_from", "saved_from")
            if key in record
        ),
        None,
    )


def _reactions(value: Any) -> list[Reaction]:
    found: list[Reaction] = []
    for reaction in fields.dicts_of(value):
        emoji = fields.text_of(reaction.get("emoji")) or fields.text_of(reaction.get("document_id"))
        emoji = emoji or ("⭐" if reaction.get("type") == "paid" else "")
        users = [fields.text_of(giver.get("from")) for giver in fields.dicts_of(reaction.get("recent"))]
        users = [user for user in users if user]
        count = fields.size_of(reaction.get("count"))
        if emoji:
            found.append(Reaction(emoji, len(users) if count is None else count, users))
    return found


def _add_content(message: Message, record: dict[str, Any]) -> None:
    media = fields.text_of(record.get("media_type"))
    if "photo" in record:
        message.kind = MessageKind.PHOTO
        message.attachments.append(_attachment(record, "photo", "photo_file_size"))
    if "file" in record:
        mime = fields.text_of(record.get("mime_type"))
        by_mime = {"image": MessageKind.PHOTO, "video": MessageKind.VIDEO}.get(mime.split("/")[0], MessageKind.FILE)
        message.kind = _MEDIA.get(media, by_mime)
        message.attachments.append(_attachment(record, "file", "file_size"))
    elif media in _MEDIA:
        message.kind = _MEDIA[media]
    if message.kind is MessageKind.STICKER and not message.text:
        message.text = fields.text_of(record.get("sticker_emoji"))
    for key, kind, text in (
        ("poll", MessageKind.POLL, _poll),
        ("location_information", MessageKind.LOCATION, _location),
        ("contact_information", MessageKind.CONTACT, _contact),
    ):
        if isinstance(record.get(key), dict):
            message.kind = kind
            message.text = "\n".join(filter(None, [message.text, text(record, record[key])]))
    if "game_title" in record:
        message.kind = MessageKind.OTHER
        message.text = message.text or fields.text_of(record["game_title"])
    if isinstance(record.get("invoice_information"), dict):
        message.kind = MessageKind.OTHER
        message.text = message.text or fields.text_of(record["invoice_information"].get("title"))


def _attachment(record: dict[str, Any], key: str, size_key: str) -> Attachment:
    path = fields.text_of(record[key])
    is_lost = not path or path.startswith(_MISSING)
    name = fields.text_of(record.get("file_name")) if key == "file" else ""
    return Attachment(
        name=name or ("" if is_lost else path.rsplit("/", 1)[-1]),
        mime=fields.text_of(record.get("mime_type")) or None if key == "file" else None,
        size_bytes=fields.size_of(record.get(size_key)),
        path=None if is_lost else path,
        state=AttachmentState.LOST if is_lost else AttachmentState.REFERENCED,
    )


def _poll(record: dict[str, Any], poll: dict[str, Any]) -> str:
    lines = [_text(poll.get("question"))]
    for answer in fields.dicts_of(poll.get("answers")):
        voters = fields.size_of(answer.get("voters"))
        lines.append(f"- {_text(answer.get('text'))}" + ("" if voters is None else f" ({voters})"))
    return "\n".join(lines)


def _location(record: dict[str, Any], place: dict[str, Any]) -> str:
    names = [fields.text_of(record.get("place_name")), fields.text_of(record.get("address"))]
    numbers = [fields.number_of(place.get(key)) for key in ("latitude", "longitude")]
    if all(number is not None for number in numbers):
        names.append(", ".join(str(number) for number in numbers))
    return "\n".join(filter(None, names))


def _contact(record: dict[str, Any], contact: dict[str, Any]) -> str:
    return " ".join(filter(None, (fields.text_of(contact.get(k)) for k in ("first_name", "last_name", "phone_number"))))


def _add_notice(message: Message, record: dict[str, Any]) -> None:
    action = fields.text_of(record.get("action"))
    detail = " ".join(filter(None, (_detail(record.get(key)) for key in _DETAILS)))
    message.kind = MessageKind.CALL if _EVENTS.get(action) == "call" else MessageKind.SYSTEM
    message.text = "\n".join(filter(None, [" ".join(filter(None, [action, detail])), message.text]))
    if action in _EVENTS:
        kind = "join" if action == "invite_members" and record.get("members") == [message.sender] else _EVENTS[action]
        message.events.append(Event(kind, message.sent_at, message.sender or None, detail or None))
    if "photo" in record:
        message.attachments.append(_attachment(record, "photo", "photo_file_size"))


def _detail(value: Any) -> str:
    if isinstance(value, list):
        # a member whose account is gone is printed as null
        return ", ".join(fields.text_of(item) or "null" for item in value)
    number = fields.number_of(value)
    return fields.text_of(value) or ("" if number is None else f"{number:g}" if number % 1 else str(int(number)))
