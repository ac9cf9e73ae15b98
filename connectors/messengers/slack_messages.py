"""Messages of Slack: one record of a day file, or of a list of messages, becomes a message."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.messengers.json_records import (
    first_text,
    instant_of,
    number_of,
    record_of,
    records_of,
    text_of,
    texts_of,
)
from connectors.messengers.slack_text import Names, message_text, plain, readable
from schemas.conversations import (
    Attachment,
    AttachmentState,
    Event,
    Message,
    MessageKind,
    Participant,
    Precision,
    Reaction,
    Source,
)

TIMESTAMP = re.compile(r"\d{9,11}\.\d{1,6}")
_EVENTS = {
    "channel_join": "join",
    "group_join": "join",
    "channel_leave": "leave",
    "group_leave": "leave",
    "channel_name": "rename",
    "group_name": "rename",
    "pinned_item": "pin",
    "bot_add": "invite",
    "bot_remove": "leave",
    "huddle_thread": "call",
    "sh_room_created": "call",
}
_SYSTEM = re.compile(
    r"(?:channel|group)_(?!message)\w+|(?:un)?pinned_item|bot_(?:add|remove|enable|disable)|ekm_access_denied"
    r"|reminder_\w+|reply_broadcast_\w+|joiner_\w+|\w+_(?:user|app)_(?:added|removed)"
)
_CALLS = frozenset({"huddle_thread", "sh_room_created", "sh_room_shared"})
_BOOKKEEPING = frozenset({"message_replied"})
_LOST_MODES = frozenset({"tombstone", "hidden_by_limit", "access_denied"})
_MIME_KINDS = {"image": MessageKind.PHOTO, "video": MessageKind.VIDEO, "audio": MessageKind.VOICE}


@dataclass(slots=True)
class People:
    """Who is known by which id."""

    participants: dict[str, Participant] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def note(self, user: Mapping[str, Any]) -> None:
        """Take a user of users.json."""
        native_id = text_of(user.get("id"))
        if not native_id:
            return
        profile = record_of(user.get("profile"))
        name = shown_name(user, profile) or native_id
        aliases = [
            plain(text_of(value)) for value in (profile.get("real_name"), user.get("real_name"), user.get("name"))
        ]
        self.shown[native_id] = name
        self.participants[native_id] = Participant(
            name,
            native_id,
            [alias for alias in dict.fromkeys(aliases) if alias and alias != name],
            is_bot=user.get("is_bot") is True,
        )
        bot_id = text_of(profile.get("bot_id"))
        if bot_id:
            self.shown.setdefault(bot_id, name)


def shown_name(user: Mapping[str, Any], profile: Mapping[str, Any]) -> str:
    """The name that Slack shows for somebody; empty if there is none."""
    return plain(
        first_text(profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
    )


def is_bookkeeping(record: Mapping[str, Any]) -> bool:
    """Whether the record only says that another one got a reply."""
    return text_of(record.get("subtype")) in _BOOKKEEPING


def is_definition(record: Mapping[str, Any]) -> bool:
    """Whether the record describes a person or a channel, as in users.json and channels.json."""
    is_id = re.fullmatch(r"[A-Z][A-Z0-9]{7,}", text_of(record.get("id"))) is not None
    return is_id and "ts" not in record and bool({"created", "profile", "members", "team_id"} & record.keys())


def message_of(record: Mapping[str, Any], names: Names, files: Mapping[str, str], source: str) -> Message | None:
    """The message that a record is; None if it cannot be understood.

    Args:
        record: an object of a day file.
        names: by id.
        files: paths of files inside the export, by the ids of the files.
        source: where the record stands.
    """
    native_id = text_of(record.get("ts"))
    time = time_of(native_id)
    if (
        time is None
        or not {"text", "type", "blocks", "user", "bot_id", "subtype", "attachments", "files"} & record.keys()
    ):
        return None
    subtype = text_of(record.get("subtype"))
    inner = record_of(record.get("message")) or record_of(record.get("previous_message"))
    if subtype in ("message_changed", "message_deleted") and inner:
        return _change(record, inner, names, source, subtype)
    sender_id = sender_id_of(record)
    thread_id = text_of(record.get("thread_ts")) or (native_id if records_of(record.get("replies")) else "")
    text = message_text(record, names)
    attachments = [_file(item, files) for item in _files(record)]
    edited_at, edit_events = _edit(record, names)
    shared = next((item for item in records_of(record.get("attachments")) if item.get("is_share") is True), {})
    message = Message(
        sent_at=time[0],
        sender=sender_of(record, names),
        text=text,
        kind=_kind(record, subtype, text, attachments),
        source=Source(record=source),
        precision=time[1],
        native_id=native_id,
        sender_id=sender_id or None,
        reply_to=thread_id if thread_id and thread_id != native_id else None,
        thread_id=thread_id or None,
        edited_at=edited_at,
        forwarded_from=plain(first_text(shared.get("author_name"), shared.get("channel_name"))) or None,
        reactions=[_reaction(item, names) for item in records_of(record.get("reactions"))],
        attachments=attachments,
        events=[*edit_events, *_events(record, subtype, time[0], names)],
    )
    if message.kind is MessageKind.DELETED:
        message.events.append(Event("delete"))
    return message


def time_of(native_id: str) -> tuple[datetime, Precision] | None:
    """When a message with this id was sent; old ids have a counter where newer ones have fractions of a second."""
    instant = instant_of(native_id) if TIMESTAMP.fullmatch(native_id) else None
    if instant is None:
        return None
    return instant, Precision.MILLISECOND if instant.microsecond else Precision.SECOND


def sender_id_of(record: Mapping[str, Any]) -> str:
    """Id of who sent it; of a bot where no person did."""
    comment = record_of(record.get("comment"))
    return first_text(record.get("user"), comment.get("user"), record.get("bot_id"), record.get("user_id"))


def sender_of(record: Mapping[str, Any], names: Names) -> str:
    """The name under which it is shown."""
    profile = record_of(record.get("user_profile"))
    bot = record_of(record.get("bot_profile"))
    native_id = sender_id_of(record)
    as_bot = plain(first_text(record.get("username"), bot.get("name")))
    as_person = names.users.get(native_id) or shown_name(profile, profile)
    is_bot = text_of(record.get("subtype")) == "bot_message" or bool(
        text_of(record.get("username")) and record.get("bot_id")
    )
    if native_id == "USLACKBOT":
        return as_person or "Slackbot"
    return (as_bot or as_person if is_bot else as_person or as_bot) or native_id


def _change(
    record: Mapping[str, Any], inner: Mapping[str, Any], names: Names, source: str, subtype: str
) -> Message | None:
    """A record of an edit or a deletion, as compliance exports have them; it stands by itself beside its message."""
    native_id = text_of(record.get("ts"))
    time = time_of(native_id)
    if time is None:
        return None
    before = record_of(record.get("previous_message"))
    is_deletion = subtype == "message_deleted"
    actor = record_of(inner.get("edited")).get("user") or sender_id_of(record)
    who = names.users.get(text_of(actor)) or sender_of(inner, names)
    return Message(
        sent_at=time[0],
        sender=sender_of(inner, names),
        text=message_text(before if is_deletion and before else inner, names),
        kind=MessageKind.DELETED if is_deletion else MessageKind.SYSTEM,
        source=Source(record=source),
        precision=time[1],
        native_id=native_id,
        sender_id=sender_id_of(inner) or None,
        reply_to=first_text(record.get("deleted_ts"), inner.get("ts")) or None,
        thread_id=text_of(inner.get("thread_ts")) or None,
        deleted_at=time[0] if is_deletion else None,
        events=[
            Event("delete", time[0], who)
            if is_deletion
            else Event("edit", time[0], who, message_text(before, names) or None)
        ],
    )


def _kind(record: Mapping[str, Any], subtype: str, text: str, attachments: list[Attachment]) -> MessageKind:
    if subtype == "tombstone":
        return MessageKind.DELETED
    if subtype in _CALLS or any(block.get("type") == "call" for block in records_of(record.get("blocks"))):
        return MessageKind.CALL
    if _SYSTEM.fullmatch(subtype):
        return MessageKind.SYSTEM
    if attachments and not text.strip():
        return _MIME_KINDS.get((attachments[0].mime or "").partition("/")[0], MessageKind.FILE)
    return MessageKind.TEXT


def _edit(record: Mapping[str, Any], names: Names) -> tuple[datetime | None, list[Event]]:
    edited = record_of(record.get("edited"))
    time = time_of(text_of(edited.get("ts")))
    if time is None:
        return None, []
    editor = text_of(edited.get("user"))
    return time[0], [Event("edit", time[0], (names.users.get(editor) or editor) or None)]


def _events(record: Mapping[str, Any], subtype: str, sent_at: datetime, names: Names) -> list[Event]:
    events: list[Event] = []
    if subtype in _EVENTS:
        inviter = text_of(record.get("inviter"))
        old_name, new_name = text_of(record.get("old_name")), text_of(record.get("name"))
        room = record_of(record.get("room"))
        detail = None
        if inviter:
            detail = f"초대한 사람: {names.users.get(inviter) or inviter}"
        elif old_name and new_name:
            detail = f"{old_name} → {new_name}"
        elif room:
            detail = _call_detail(room, names)
        events.append(Event(_EVENTS[subtype], sent_at, sender_of(record, names) or None, detail))
    pin = record_of(record.get("pinned_info"))
    if pin or texts_of(record.get("pinned_to")):
        pinner = text_of(pin.get("pinned_by"))
        events.append(Event("pin", instant_of(pin.get("pinned_ts")), (names.users.get(pinner) or pinner) or None))
    return events


def _call_detail(room: Mapping[str, Any], names: Names) -> str | None:
    people = texts_of(room.get("participant_history")) or texts_of(room.get("participants_all"))
    parts = [", ".join(names.users.get(person) or person for person in people)]
    begun, ended = instant_of(room.get("date_start")), instant_of(room.get("date_end") or None)
    if begun and ended and number_of(room.get("date_end")):
        parts.append(f"{begun:%Y-%m-%d %H:%M:%S}~{ended:%H:%M:%S}")
    return " ".join(part for part in parts if part) or None


def _files(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    return records_of(record.get("files")) or [item for item in [record_of(record.get("file"))] if item]


def _file(item: Mapping[str, Any], files: Mapping[str, str]) -> Attachment:
    native_id = text_of(item.get("id"))
    url = first_text(item.get("url_private"), item.get("permalink"), item.get("external_url"))
    path = files.get(native_id)
    is_lost = text_of(item.get("mode")) in _LOST_MODES or text_of(item.get("file_access")) in _LOST_MODES
    state = AttachmentState.LOST if is_lost else AttachmentState.REFERENCED
    return Attachment(
        name=plain(first_text(item.get("name"), item.get("title"))) or posixpath.basename(path or "") or native_id,
        mime=text_of(item.get("mimetype")) or None,
        size_bytes=number_of(item.get("size")),
        path=path,
        # the query holds a token that lets anybody fetch the file
        url=url.partition("?")[0] or None,
        state=AttachmentState.PRESENT if path else state,
    )


def _reaction(item: Mapping[str, Any], names: Names) -> Reaction:
    users = [names.users.get(user) or user for user in texts_of(item.get("users"))]
    count = number_of(item.get("count"))
    return Reaction(readable(text_of(item.get("name")), names), len(users) if count is None else count, users)
