"""What an export of a messenger says: conversations with their messages, as the export prints them.

Plain dataclasses, since an export can hold a million messages; nobody changes one after it was made.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum

SEOUL = timezone(timedelta(hours=9))
"""The offset that is assumed where an export prints none, and in which instants are shown."""


LEAST_UNDERSTOOD = 0.98
"""Share of an export's bytes that must be accounted for, or it is not kept."""


class ConversationKind(StrEnum):
    """What sort of room it is. `direct` is a talk of two, `private` a closed channel, `open` a room that anybody may enter."""

    DIRECT = "direct"
    GROUP = "group"
    CHANNEL = "channel"
    PRIVATE = "private"
    OPEN = "open"
    MAIL = "mail"
    UNKNOWN = "unknown"


class MessageKind(StrEnum):
    """What a message is. Whatever the kind, its text is what the export printed for it."""

    TEXT = "text"
    SYSTEM = "system"
    DELETED = "deleted"
    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    FILE = "file"
    STICKER = "sticker"
    CONTACT = "contact"
    LOCATION = "location"
    CALL = "call"
    POLL = "poll"
    OTHER = "other"


class Precision(StrEnum):
    """How fine the time of a message is printed; nothing finer is ever invented."""

    MINUTE = "minute"
    SECOND = "second"
    MILLISECOND = "millisecond"


class AttachmentState(StrEnum):
    """Whether an attachment's bytes are in the export, only named there, or said to be lost."""

    PRESENT = "present"
    REFERENCED = "referenced"
    LOST = "lost"


@dataclass(slots=True)
class Attachment:
    """A file that came with a message. `path` is where it lies inside the export, `url` where the application keeps it."""

    name: str
    mime: str | None = None
    size_bytes: int | None = None
    path: str | None = None
    url: str | None = None
    state: AttachmentState = AttachmentState.REFERENCED


@dataclass(slots=True)
class Reaction:
    """A reaction with the display names of those who gave it, as far as the export names them, and how many they are."""

    emoji: str
    count: int
    users: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Event:
    """Something that happened to a message or a room: `edit`, `delete`, `pin`, `join`, `leave`, `invite`, `rename`, `call`."""

    kind: str
    at: datetime | None = None
    actor: str | None = None
    detail: str | None = None


@dataclass(slots=True)
class Source:
    """Where in the export it stands: lines from 1, both included, or the record (`예산협업/2026-03-02.json#4`, from 1)."""

    line_start: int | None = None
    line_end: int | None = None
    record: str | None = None


@dataclass(slots=True)
class Participant:
    """Somebody in a conversation. `is_owner`: it is the person who made the export (`회원님`, `you`)."""

    name: str
    native_id: str | None = None
    aliases: list[str] = field(default_factory=list)
    is_bot: bool = False
    is_owner: bool = False


@dataclass(slots=True)
class Message:
    """A message as one export prints it.

    Attributes:
        sent_at: with an offset; to the minute where the export prints no seconds (see `precision`).
        sender: display name as printed; empty for the application itself.
        text: what was typed, or what the export prints in its place (`사진`); never lost, whatever the kind.
        kind: what it is.
        source: where it stands in the export.
        precision: how fine `sent_at` is.
        is_offset_assumed: the export prints no offset, and Korea's was taken.
        is_time_assumed: the export prints no time for it, and that of the message before was taken.
        native_id: the application's own id, always text; None where it gives none.
        sender_id: the application's id of the sender.
        reply_to: native id of the message that it answers.
        thread_id: native id of the first message of its thread; a thread's first message names itself.
        edited_at: when it was last changed.
        deleted_at: when it was deleted, where that is said.
        forwarded_from: whom or what it was forwarded from.
    """

    sent_at: datetime
    sender: str
    text: str
    kind: MessageKind = MessageKind.TEXT
    source: Source = field(default_factory=Source)
    precision: Precision = Precision.SECOND
    is_offset_assumed: bool = False
    is_time_assumed: bool = False
    native_id: str | None = None
    sender_id: str | None = None
    reply_to: str | None = None
    thread_id: str | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    forwarded_from: str | None = None
    reactions: list[Reaction] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class Conversation:
    """A room as one export shows it, without its messages.

    Attributes:
        key: tells it from the others of the same export; equal for every part of the same conversation.
        application: name of the export's application, such as `kakaotalk`.
        title: as printed; empty where the export names no room.
        kind: what sort of room.
        native_id: the application's own id of the room.
        workspace: id or name of the workspace, team or server that it belongs to.
        dialect: variant of the export, such as `windows`, `ios`; for provenance.
        participants: those whom the export lists; where it lists nobody, those who speak.
        exported_at: when the export was saved, where it says so.
    """

    key: str
    application: str
    title: str = ""
    kind: ConversationKind = ConversationKind.UNKNOWN
    native_id: str | None = None
    workspace: str | None = None
    dialect: str | None = None
    participants: list[Participant] = field(default_factory=list)
    exported_at: datetime | None = None


@dataclass(slots=True)
class Understood:
    """How much of an export was accounted for as message, system line, header or separator; `unread` are samples of the rest.

    `is_backwards` says that times run back where they must not.
    """

    n_bytes: int
    n_understood: int
    unread: list[str] = field(default_factory=list)
    is_backwards: bool = False

    @property
    def share(self) -> float:
        """Accounted bytes of all bytes, 0 to 1."""
        return self.n_understood / self.n_bytes if self.n_bytes else 1.0


@dataclass(slots=True)
class Transcript:
    """A conversation with its messages in the order of the export; `scope` names the registration that lets it be kept."""

    conversation: Conversation
    messages: list[Message] = field(default_factory=list)
    scope: str | None = None
