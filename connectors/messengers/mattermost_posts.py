"""Posts of a bulk export of Mattermost: whose they are, where they stand and what they say."""

import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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
from schemas.conversations import (
    Attachment,
    AttachmentState,
    Conversation,
    ConversationKind,
    Event,
    Message,
    MessageKind,
    Participant,
    Precision,
    Reaction,
    Source,
)

_CHANNEL_KINDS = {
    "O": ConversationKind.CHANNEL,
    "P": ConversationKind.PRIVATE,
    "D": ConversationKind.DIRECT,
    "G": ConversationKind.GROUP,
}
_EVENTS = {
    "system_join_channel": "join",
    "system_join_team": "join",
    "system_leave_channel": "leave",
    "system_leave_team": "leave",
    "system_add_to_channel": "invite",
    "system_add_to_team": "invite",
    "system_add_remove": "invite",
    "system_join_leave": "join",
    "system_remove_from_channel": "leave",
    "system_remove_from_team": "leave",
    "system_displayname_change": "rename",
}
_OLD_SYSTEM = re.compile(
    r"(?:has )?(?:joined|left) the (?:channel|team)\.?|(?:was )?(?:added|removed) (?:to|from) the (?:channel|team).*"
)
_MEDIA = (
    ((".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".bmp"), MessageKind.PHOTO),
    ((".mp4", ".mov", ".webm", ".mkv", ".avi"), MessageKind.VIDEO),
    ((".ogg", ".opus", ".m4a", ".mp3", ".wav"), MessageKind.VOICE),
)


@dataclass(slots=True)
class Directory:
    """Names of teams, channels and people, and who is where."""

    users: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=set)
    channels: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    speakers: dict[str, dict[str, None]] = field(default_factory=dict)
    reacting: dict[str, set[str]] = field(default_factory=dict)

    def note(self, record: dict[str, Any]) -> None:
        """Take from a record what it says of names."""
        sort = record.get("type")
        body = record_of(record.get(sort)) if isinstance(sort, str) else {}
        if sort == "user":
            self._note_user(body)
        elif sort == "bot":
            username = text_of(body.get("username"))
            self.users[username] = first_text(body.get("display_name"), username)
            self.bots.add(username)
        elif sort == "channel":
            self.channels[text_of(body.get("team")), text_of(body.get("name"))] = body
        elif sort in ("post", "direct_post") and isinstance(sort, str):
            speakers = self.speakers.setdefault(conversation_key(sort, body), {})
            for post in (body, *records_of(body.get("replies"))):
                if text_of(post.get("user")):
                    speakers.setdefault(text_of(post.get("user")))
                for reaction in records_of(post.get("reactions")):
                    self.reacting.setdefault(conversation_key(sort, body), set()).add(text_of(reaction.get("user")))

    def shown(self, username: str) -> str:
        """The name that people see."""
        return self.users.get(username) or username

    def _note_user(self, body: dict[str, Any]) -> None:
        username = text_of(body.get("username"))
        full_name = " ".join(texts_of([body.get("first_name"), body.get("last_name")]))
        self.users[username] = first_text(body.get("nickname"), full_name, username)
        for team in records_of(body.get("teams")):
            for channel in records_of(team.get("channels")):
                key = channel_key(text_of(team.get("name")), text_of(channel.get("name")))
                self.members.setdefault(key, []).append(username)


def channel_key(team: str, channel: str) -> str:
    """What tells a channel from others: its team and its name."""
    return f"{team}/{channel}"


def _direct_members(body: dict[str, Any]) -> list[str]:
    members = texts_of(body.get("channel_members")) or texts_of(body.get("members"))
    return members or [text_of(item.get("username")) for item in records_of(body.get("participants"))]


def conversation_key(sort: str, body: dict[str, Any]) -> str:
    """What tells the conversation of a post (`post` or `direct_post`) from others."""
    if sort == "post":
        return channel_key(text_of(body.get("team")), text_of(body.get("channel")))
    return direct_key(body)


def direct_key(body: dict[str, Any]) -> str:
    """What tells a direct channel, or a post in one, from others: who is in it."""
    return "@" + ",".join(sorted(set(_direct_members(body))))


def conversation_of(sort: str, body: dict[str, Any], directory: Directory) -> Conversation:
    """The conversation that a post belongs to."""
    key = conversation_key(sort, body)
    if sort == "post":
        team, name = text_of(body.get("team")), text_of(body.get("channel"))
        channel = directory.channels.get((team, name), {})
        kind = _CHANNEL_KINDS.get(text_of(channel.get("type")), ConversationKind.UNKNOWN)
        title, workspace = first_text(channel.get("display_name"), name), team or None
        usernames = directory.members.get(key) or list(directory.speakers.get(key, {}))
    else:
        usernames = list(dict.fromkeys(_direct_members(body))) or list(directory.speakers.get(key, {}))
        kind = ConversationKind.DIRECT if len(usernames) <= 2 else ConversationKind.GROUP
        title, workspace = "", None
    participants = [
        Participant(
            directory.shown(username),
            username,
            [username] if directory.shown(username) != username else [],
            is_bot=username in directory.bots,
        )
        for username in usernames
    ]
    # the bulk export gives no id of a channel; its name in the team is what tells it from others
    return Conversation(key, "mattermost", title, kind, key, workspace, "bulk", participants)


def messages_of(
    sort: str,
    body: dict[str, Any],
    number: int,
    directory: Directory,
    paths: frozenset[str],
    seen: set[int],
) -> Iterator[Message | None]:
    """A post and its replies, in the order of the export; None for one that cannot be understood.

    Args:
        sort: `post` or `direct_post`.
        body: the post with its replies.
        number: line of the post, from 1.
        directory: names of people.
        paths: files that the export holds.
        seen: digests of what came before, to which these are added.
    """
    key = conversation_key(sort, body)
    root_id: str | None = None
    replies = body.get("replies")
    posts = [body, *(replies if isinstance(replies, list) else [])]
    for index, post in enumerate(map(record_of, posts)):
        message = _message(post, directory, paths)
        if message is None:
            yield None
            continue
        basis = "|".join(text_of(value) for value in (post.get("user"), post.get("create_at"), body.get("create_at")))
        message.native_id = _unused_id(f"{key}|{basis}|{'reply' if index else 'root'}", seen)
        message.source = Source(number, number, f"#{number}.{index}" if index else f"#{number}")
        if index == 0:
            root_id = message.native_id
            message.thread_id = root_id if len(posts) > 1 else None
        else:
            message.thread_id = message.reply_to = root_id
        yield message


def _unused_id(basis: str, seen: set[int]) -> str:
    ordinal = 0
    while True:
        digest = hashlib.sha256(f"{basis}|{ordinal}".encode("utf-8", "replace")).hexdigest()[:32]
        # a number takes half the room of a text, and an export has millions
        if (short := int(digest[:15], 16)) not in seen:
            seen.add(short)
            return digest
        ordinal += 1


def _message(post: dict[str, Any], directory: Directory, paths: frozenset[str]) -> Message | None:
    milliseconds = number_of(post.get("create_at"))
    sent_at = instant_of(milliseconds, 1000)
    if sent_at is None or not {"message", "user"} & post.keys():
        return None
    username = text_of(post.get("user"))
    props = record_of(post.get("props"))
    text = "\n".join(part for part in (text_of(post.get("message")), _cards_text(props)) if part)
    attachments = [_attachment(item, paths) for item in records_of(post.get("attachments"))]
    sort = text_of(post.get("type"))
    edited = number_of(post.get("edit_at"))
    deleted = number_of(post.get("delete_at"))
    message = Message(
        sent_at=sent_at,
        sender=first_text(props.get("override_username"), directory.shown(username)),
        text=text,
        kind=_kind(sort, text, username, attachments),
        precision=Precision.MILLISECOND,
        sender_id=username or None,
        edited_at=instant_of(edited, 1000) if edited else None,
        deleted_at=instant_of(deleted, 1000) if deleted else None,
        reactions=_reactions(post.get("reactions"), directory),
        attachments=attachments,
    )
    if message.deleted_at:
        message.kind = MessageKind.DELETED
        message.events.append(Event("delete", message.deleted_at))
    if sort in _EVENTS:
        message.events.append(Event(_EVENTS[sort], sent_at, message.sender or None))
    if message.edited_at:
        message.events.append(Event("edit", message.edited_at, message.sender or None))
    if post.get("is_pinned") is True:
        message.events.append(Event("pin"))
    return message


def _kind(sort: str, text: str, username: str, attachments: list[Attachment]) -> MessageKind:
    if sort.startswith("system_"):
        return MessageKind.SYSTEM
    if sort == "custom_calls":
        return MessageKind.CALL
    start = f"{username} "
    if not sort and username and text.startswith(start) and _OLD_SYSTEM.fullmatch(text[len(start) :]):
        return MessageKind.SYSTEM
    if attachments and not text.strip():
        name = attachments[0].name.lower()
        return next((kind for ends, kind in _MEDIA if name.endswith(ends)), MessageKind.FILE)
    return MessageKind.TEXT


def _cards_text(props: dict[str, Any]) -> str:
    """What the cards of a bot's post say."""
    lines: list[str] = []
    for card in records_of(props.get("attachments")):
        lines += [text_of(card.get(key)) for key in ("pretext", "author_name", "title", "text")]
        for item in records_of(card.get("fields")):
            lines.append(": ".join(texts_of([item.get("title"), item.get("value")])))
        if not any(line.strip() for line in lines):
            lines.append(text_of(card.get("fallback")))
        lines.append(text_of(card.get("footer")))
    return "\n".join(line for line in lines if line.strip())


def _attachment(item: dict[str, Any], paths: frozenset[str]) -> Attachment:
    path = text_of(item.get("path"))
    inside = next((candidate for candidate in (path, f"data/{path}") if path and candidate in paths), None)
    return Attachment(
        name=posixpath.basename(path),
        path=inside or path or None,
        state=AttachmentState.PRESENT if inside else AttachmentState.REFERENCED,
    )


def _reactions(value: object, directory: Directory) -> list[Reaction]:
    found: dict[str, Reaction] = {}
    for item in records_of(value):
        emoji = text_of(item.get("emoji_name"))
        reaction = found.setdefault(emoji, Reaction(emoji, 0))
        reaction.count += 1
        if text_of(item.get("user")):
            reaction.users.append(directory.shown(text_of(item.get("user"))))
    return list(found.values())
