"""One message out of what several exports show of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from schemas.conversations import Attachment, AttachmentState, Event, Message, MessageKind, Precision, Reaction
from warehouse.aliases import People
from warehouse.merging_keys import MARK, Keyed, Sighted, normalise, notice_class
from warehouse.merging_order import finest
from warehouse.merging_union import Entry

_LOST_WORDS = ("읽지 않음", "omitted", "제외됨", "생략")
_STATES = {AttachmentState.PRESENT: 0, AttachmentState.REFERENCED: 1, AttachmentState.LOST: 2}
_VAGUE = (MessageKind.OTHER, MessageKind.TEXT, MessageKind.FILE)
_TELLING = (*_VAGUE, *(kind for kind in MessageKind if kind not in _VAGUE))
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_Value = TypeVar("_Value")


@dataclass(slots=True)
class SourceRef:
    """A message in an export: content id, number of the conversation, and place among its messages, from 0."""

    content_id: str
    conversation_no: int
    ordinal: int


@dataclass(slots=True)
class HeldAttachment:
    """An attachment and, where its bytes are in an export, in which one (`path` lies there)."""

    attachment: Attachment
    content_id: str | None = None


@dataclass(slots=True)
class MergedMessage:
    """A message as all exports together show it; what is not described here is as in `schemas.conversations.Message`.

    Attributes:
        message_id: stable; see `merging`.
        sent_at: the finest time that any export prints.
        sender: display name of the participant, empty for the application itself.
        participant_no: place among the participants, None for the application.
        text: the longest that any export prints; of a deleted message what stands in its place.
        reply_to: `message_id` of what it answers, whether or not an export holds that one.
        thread_id: `message_id` of the first message of its thread, whether or not an export holds that one.
        sources: every export that shows it.
    """

    message_id: str
    sent_at: datetime
    precision: Precision
    sender: str
    participant_no: int | None
    text: str
    kind: MessageKind
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
    attachments: list[HeldAttachment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    sources: list[SourceRef] = field(default_factory=list)


class Composer:
    """Makes messages out of the entries of one room."""

    def __init__(
        self, exports: Sequence[Sighted], people: People, name_id: Callable[[tuple[str, str], str], str]
    ) -> None:
        """Prepare for one room.

        Args:
            exports: the exports, in the order in which they were united.
            people: who is who.
            name_id: gives the message id of (the application's room, the application's message id).
        """
        self._exports = exports
        self._people = people
        self._name_id = name_id

    def compose(self, entry: Entry, message_id: str) -> MergedMessage:
        """The message of one entry."""
        rows = sorted(entry.rows, key=lambda row: (row.export, row.ordinal))
        timed = finest(entry)
        speaker = self._state(rows, entry)
        state = speaker.message
        person = None if entry.person is None else self._people.persons[entry.person]
        room = entry.room
        is_gone = entry.is_deleted or state.kind is MessageKind.DELETED
        merged = MergedMessage(
            message_id=message_id,
            sent_at=timed.sent_at,
            precision=timed.precision,
            sender=person.name if person else self._people.display(speaker.export, state.sender),
            participant_no=entry.person,
            text=state.text,
            kind=_kind(rows, entry, state),
            is_offset_assumed=timed.is_offset_assumed,
            is_time_assumed=timed.is_time_assumed,
            native_id=state.native_id,
            sender_id=_first(row.message.sender_id for row in rows),
            edited_at=state.edited_at if room else max_of(row.message.edited_at for row in rows),
            deleted_at=max_of(row.message.deleted_at for row in rows),
            forwarded_from=_first(row.message.forwarded_from for row in rows),
            sources=[self._source(row) for row in rows],
        )
        if room:
            reply_to = state.reply_to or _first(row.message.reply_to for row in rows)
            thread_id = state.thread_id or _first(row.message.thread_id for row in rows)
            merged.reply_to = self._name_id(room, reply_to) if reply_to else None
            merged.thread_id = self._name_id(room, thread_id) if thread_id else None
        if any(row.message.reactions for row in rows):
            merged.reactions = self._reactions(rows)
        if not is_gone and any(row.message.attachments for row in rows):
            merged.attachments = self._attachments(rows)
        if is_gone or any(row.message.events for row in rows):
            merged.events = _events(rows, is_gone=is_gone, deleted_at=merged.deleted_at)
        return merged

    def _source(self, row: Keyed) -> SourceRef:
        sighted = self._exports[row.export]
        return SourceRef(sighted.content_id, sighted.conversation_no, row.ordinal)

    def _state(self, rows: Sequence[Keyed], entry: Entry) -> Keyed:
        """The message whose text counts."""
        if len(rows) == 1:
            return rows[0]
        if entry.room:
            with_ids = [row for row in rows if row.message.native_id is not None]
            return max(with_ids, key=self._recency)
        gone = [row for row in rows if row.message.kind is MessageKind.DELETED]
        return max(gone or rows, key=_fullness)

    def _recency(self, row: Keyed) -> tuple[bool, datetime, datetime, int, str]:
        message = row.message
        saved = self._exports[row.export].transcript.conversation.exported_at
        is_tombstone = message.kind is MessageKind.DELETED or message.deleted_at is not None
        return is_tombstone, message.edited_at or _EARLIEST, saved or _EARLIEST, len(message.text), message.text

    def _reactions(self, rows: Sequence[Keyed]) -> list[Reaction]:
        counts: Counter[str] = Counter()
        users: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for reaction in row.message.reactions:
                counts[reaction.emoji] = max(counts[reaction.emoji], reaction.count)
                users[reaction.emoji] |= {self._people.display(row.export, user) for user in reaction.users}
        return [
            Reaction(emoji, max(count, len(users[emoji])), sorted(users[emoji]))
            for emoji, count in sorted(counts.items(), key=lambda one: (-max(one[1], len(users[one[0]])), one[0]))
        ]

    def _attachments(self, rows: Sequence[Keyed]) -> list[HeldAttachment]:
        """The multiset union by name; what the exports know of one is put together, from where its bytes are first."""
        seen: dict[tuple[str, int], list[tuple[Attachment, str]]] = defaultdict(list)
        for row in rows:
            counts: Counter[str] = Counter()
            for attachment in row.message.attachments:
                seen[attachment.name, counts[attachment.name]].append(
                    (attachment, self._exports[row.export].content_id)
                )
                counts[attachment.name] += 1
        united: list[HeldAttachment] = []
        for (name, _), held in seen.items():
            held.sort(key=lambda one: (_STATES[one[0].state], one[0].path is None, one[1]))
            best, content_id = held[0]
            united.append(
                HeldAttachment(
                    Attachment(
                        name,
                        _first(one.mime for one, _ in held),
                        _first(one.size_bytes for one, _ in held),
                        best.path,
                        _first(one.url for one, _ in held),
                        best.state,
                    ),
                    content_id if best.path else None,
                )
            )
        return united


def stable_key(entry: Entry) -> str:
    """What names a message without an id of its own: the beginning of its text, whoever wrote it and under what name.

    Of a deleted message what it said, where any export still has it, so that its id stays; of a notice its sort.
    """
    if entry.rows[0].message.kind is MessageKind.SYSTEM:
        return MARK + min(notice_class(row.message) for row in entry.rows)[:200]
    keys = {row.key for row in entry.rows}
    live = [key for key in keys if key != MARK + MessageKind.DELETED.value] or list(keys)
    return max(live, key=lambda key: (not key.startswith(MARK), len(key), key))[:200]


def max_of(times: Iterable[datetime | None]) -> datetime | None:
    """The latest of those that are known."""
    return max((time for time in times if time is not None), default=None)


def _first(values: Iterable[_Value | None]) -> _Value | None:
    return next((value for value in values if value is not None), None)


def _fullness(row: Keyed) -> tuple[bool, int, int, str]:
    text = row.message.text
    is_lost = row.key.startswith(MARK) and any(word in text for word in _LOST_WORDS)
    return not is_lost, len(normalise(text)) if len(text) <= 500 else len(text), len(text), text


def _kind(rows: Sequence[Keyed], entry: Entry, state: Message) -> MessageKind:
    if entry.is_deleted:
        return MessageKind.DELETED
    if entry.room or state.kind is MessageKind.DELETED or len(rows) == 1:
        return state.kind
    return max((row.message.kind for row in rows), key=_TELLING.index)


def _events(rows: Sequence[Keyed], *, is_gone: bool, deleted_at: datetime | None) -> list[Event]:
    events: dict[tuple[str, datetime, str], Event] = {}
    for row in rows:
        for event in row.message.events:
            # what a deleted message once said must not live on in the history of its changes
            detail = None if is_gone and event.kind == "edit" else event.detail
            events.setdefault(
                (event.kind, event.at or _EARLIEST, detail or ""), Event(event.kind, event.at, event.actor, detail)
            )
    if is_gone and not any(event.kind == "delete" for event in events.values()):
        events["delete", deleted_at or _EARLIEST, ""] = Event("delete", deleted_at)
    return [events[place] for place in sorted(events, key=lambda one: (one[1], one[0], one[2]))]
