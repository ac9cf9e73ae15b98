"""Exports of one room → the room: every message once, however many exports show it, with all of them as its sources.

Exports are never laid over one another: each lacks messages that others have, and what is absent was not deleted. Merging
all at once makes the result a function of the set of exports: their order and number of copies do not matter.

A message with the application's id is named by conversation and that id. Any other is named by conversation, minute, the
first 200 characters of its compared text (or its kind) and which of those equal to it in that minute it is, in the order of
the merged conversation. The author is left out on purpose: another export adds names for people, and the longer of two cut
texts appears later, and neither may change an id. What can: an earlier time for a notice that had none; and where several
people write the same words in one minute and a later export adds one more between them, which of these ids is whose.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from schemas.conversations import ConversationKind, MessageKind
from schemas.identity import make_id
from warehouse.aliases import People, find_people
from warehouse.merging_facts import Composer, HeldAttachment, MergedMessage, SourceRef, stable_key
from warehouse.merging_keys import RULES_VERSION, Sighted, in_order, key_messages
from warehouse.merging_kinship import join_kin
from warehouse.merging_order import put_in_order
from warehouse.merging_union import Entry, unite
from warehouse.rooms import conversation_id as make_conversation_id
from warehouse.rooms import native_room

__all__ = [
    "RULES_VERSION",
    "HeldAttachment",
    "Merged",
    "MergedConversation",
    "MergedMessage",
    "MergedParticipant",
    "Sighted",
    "SourceRef",
    "merge",
]

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class MergedConversation:
    """What all exports together say of a room.

    Attributes:
        conversation_id: see `rooms.conversation_id`.
        title: the one of the latest export that names the room; of exports without a date the longest.
        titles: all of them, sorted.
        first_at: time of the first message.
        last_at: time of the last message.
        exported_at: when the latest export was saved.
    """

    conversation_id: str
    application: str
    title: str
    titles: list[str]
    kind: ConversationKind
    native_id: str | None
    workspace: str | None
    dialects: list[str]
    first_at: datetime | None
    last_at: datetime | None
    exported_at: datetime | None


@dataclass(slots=True)
class MergedParticipant:
    """Somebody in a room.

    Attributes:
        no: place among the participants, from 0; changes when an export adds somebody, so it is no key across runs.
        name: display name.
        native_id: the application's id.
        aliases: (content id, number of the conversation, name as printed there).
        owns: exports, by content id and number, that this person made.
    """

    no: int
    name: str
    native_id: str | None = None
    aliases: list[tuple[str, int, str]] = field(default_factory=list)
    is_bot: bool = False
    owns: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Merged:
    """A room out of all its exports, its messages in order."""

    conversation: MergedConversation
    participants: list[MergedParticipant]
    messages: list[MergedMessage]


def merge(room: Sequence[Sighted], *, conversation_id: str | None = None) -> Merged:
    """Merge the exports of one room.

    Args:
        room: what `rooms.group_rooms` put together; an export given twice counts once.
        conversation_id: the id from `rooms.conversation_ids`; without it the one that this room would have alone.

    Raises:
        ValueError: there is no export.
    """
    exports = in_order(room)
    if not exports:
        raise ValueError("nothing to merge")
    conversation_id = conversation_id or make_conversation_id(exports)
    rows = [key_messages(place, sighted) for place, sighted in enumerate(exports)]
    people = find_people(exports, rows)
    union = unite(exports, rows, people)
    if len(exports) > 1:
        join_kin(union, exports, rows, people)
    ordered = put_in_order(union.minutes, people)
    naming = _Naming(conversation_id, exports)
    composer = Composer(exports, people, naming.of_native)
    messages = [composer.compose(entry, naming.of(entry)) for entry in ordered]
    return Merged(_conversation(conversation_id, exports, messages), _participants(exports, people), messages)


class _Naming:
    """Gives messages their ids, each once and in order."""

    def __init__(self, conversation_id: str, exports: Sequence[Sighted]) -> None:
        self._conversation_id = conversation_id
        rooms = sorted({one for one in map(native_room, exports) if one is not None})
        self._home = rooms[0][1:] if rooms else None
        self._seen: Counter[tuple[int, str]] = Counter()

    def of_native(self, room: tuple[str, str], native_id: str) -> str:
        # a second room with ids of its own is there only because somebody said that it is the same conversation
        parts = () if self._home is None or room == self._home else room
        return make_id("message", self._conversation_id, *parts, native_id)

    def of(self, entry: Entry) -> str:
        if entry.room is not None:
            native_id = next(row.message.native_id for row in entry.rows if row.message.native_id is not None)
            return self.of_native(entry.room, native_id)
        place = entry.minute, stable_key(entry)
        self._seen[place] += 1
        return make_id("message", self._conversation_id, *place, self._seen[place] - 1)


def _participants(exports: Sequence[Sighted], people: People) -> list[MergedParticipant]:
    return [
        MergedParticipant(
            no,
            person.name,
            person.native_id,
            [(*exports[export].identity, name) for export, name in person.names],
            person.is_bot,
            [exports[export].identity for export in person.owns],
        )
        for no, person in enumerate(people.persons)
    ]


def _conversation(
    conversation_id: str, exports: Sequence[Sighted], messages: Sequence[MergedMessage]
) -> MergedConversation:
    shown = [sighted.transcript.conversation for sighted in exports]
    dated = sorted(
        ((one.exported_at, len(one.title), one.title) for one in shown if one.exported_at and one.title), reverse=True
    )
    titles = sorted({one.title for one in shown if one.title})
    longest = max(titles, key=lambda title: (len(title), title), default="")
    kinds = [(one.exported_at or _NEVER, one.kind) for one in shown if one.kind is not ConversationKind.UNKNOWN]
    said = [message.sent_at for message in messages if message.kind is not MessageKind.SYSTEM] or [
        message.sent_at for message in messages
    ]
    return MergedConversation(
        conversation_id=conversation_id,
        application=shown[0].application,
        title=dated[0][2] if dated else longest,
        titles=titles,
        kind=max(kinds)[-1] if kinds else ConversationKind.UNKNOWN,
        native_id=min((one.native_id for one in shown if one.native_id), default=None),
        workspace=min((one.workspace for one in shown if one.workspace), default=None),
        dialects=sorted({one.dialect for one in shown if one.dialect}),
        first_at=min(said, default=None),
        last_at=max(said, default=None),
        exported_at=max((one.exported_at for one in shown if one.exported_at), default=None),
    )
