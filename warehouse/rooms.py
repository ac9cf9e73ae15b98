"""Which exports show the same room: by the application's id, else by what was said in the same minute.

A title is no key: rooms are renamed, a talk of two bears the name of the other one, and some exports print none. What was
pasted into several rooms at once is no proof either, so the shared messages must also be a good part of what both rooms
said on the days that they share. What is neither the same nor clearly different becomes a doubt for a person to settle.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from schemas.conversations import MessageKind
from schemas.identity import digest_parts, make_id
from warehouse.merging_keys import MARK, Sighted, key_of, minute_of
from warehouse.rooms_evidence import Doubt, Sketch, compare, shared_keys, touching

Decision = Literal["accept", "reject"]
Identity = tuple[str, int]

__all__ = ["Decision", "Doubt", "Identity", "conversation_id", "conversation_ids", "group_rooms", "native_room"]


def native_room(sighted: Sighted) -> tuple[str, str, str] | None:
    """Application, workspace and the application's id of the room, or None where it gives none."""
    conversation = sighted.transcript.conversation
    if conversation.native_id is None:
        return None
    return conversation.application, conversation.workspace or "", conversation.native_id


def conversation_id(room: Sequence[Sighted]) -> str:
    """The id of a room.

    With an id of the application it is that of application, workspace and room. Without one it is made of scope, application
    and the earliest thing that somebody said (minute and compared text, not author or title): an export is a dump of all
    that a device still has, so a later export adds at the end and leaves the beginning as it is. Only an export that reaches
    further back than all others changes the id. Titles change with every renaming and differ between two people; the
    smallest hash of all messages would change with every few exports; the first export that came would make the result
    depend on the order of arrival.
    """
    natives = sorted(filter(None, map(native_room, room)))
    if natives:
        return make_id("conversation", *natives[0])
    application = min(sighted.transcript.conversation.application for sighted in room)
    return make_id("conversation", min(sighted.scope for sighted in room), application, *_beginning(room))


def conversation_ids(rooms: Sequence[Sequence[Sighted]]) -> list[str]:
    """The ids of rooms, all different: rooms that begin alike but are kept apart are told apart by their exports."""
    ids = [conversation_id(room) for room in rooms]
    order = sorted(range(len(rooms)), key=lambda place: min(sighted.identity for sighted in rooms[place]))
    seen: set[str] = set()
    for place in order:
        if ids[place] in seen:
            content_id, number = min(sighted.identity for sighted in rooms[place])
            ids[place] = make_id("conversation", ids[place], content_id, number)
        seen.add(ids[place])
    return ids


def _beginning(room: Sequence[Sighted]) -> tuple[int, str]:
    earliest: tuple[int, str] | None = None
    for sighted in room:
        spoken = [
            message
            for message in sighted.transcript.messages
            if message.sender and message.kind not in (MessageKind.SYSTEM, MessageKind.DELETED)
        ]
        first = min(map(minute_of, spoken or sighted.transcript.messages), default=None)
        if first is None or (earliest and first > earliest[0]):
            continue
        for message in spoken or sighted.transcript.messages:
            if minute_of(message) == first:
                place = first, digest_parts([key_of(message)[:200]])
                earliest = place if earliest is None else min(earliest, place)
    if earliest is not None:
        return earliest
    conversation = min((sighted.transcript.conversation for sighted in room), key=lambda one: (one.title, one.key))
    return 0, digest_parts([MARK, conversation.title, *sorted(one.name for one in conversation.participants)])


class _Rooms:
    """Exports in sets that grow; no set holds two that somebody said are different rooms."""

    def __init__(self, sighted: Sequence[Sighted], decisions: Mapping[frozenset[Identity], str]) -> None:
        self.members = {place: [place] for place in range(len(sighted))}
        self.room_of = list(range(len(sighted)))
        places = {one.identity: place for place, one in enumerate(sighted)}
        self.accepted: list[tuple[int, int]] = []
        self._rejected: list[tuple[int, int]] = []
        for pair, decision in sorted(decisions.items(), key=lambda one: sorted(one[0])):
            known = sorted(places[identity] for identity in pair if identity in places)
            if len(known) == 2:
                (self.accepted if decision == "accept" else self._rejected).append((known[0], known[1]))

    def is_rejected(self, first: int, second: int) -> bool:
        """Whether two of these rooms' exports were said to be different rooms."""
        pair = {self.room_of[first], self.room_of[second]}
        return len(pair) == 2 and any({self.room_of[a], self.room_of[b]} == pair for a, b in self._rejected)

    def join(self, first: int, second: int) -> bool:
        """Make one room of the rooms of two exports, unless that was rejected."""
        kept, gone = sorted((self.room_of[first], self.room_of[second]))
        if kept == gone or self.is_rejected(kept, gone):
            return False
        for place in self.members[gone]:
            self.room_of[place] = kept
        self.members[kept] = sorted(self.members[kept] + self.members.pop(gone))
        return True


def group_rooms(
    sighted: Sequence[Sighted], decisions: Mapping[frozenset[Identity], str]
) -> tuple[list[tuple[Identity, ...]], list[Doubt]]:
    """Group exports by room.

    Args:
        sighted: the exports, in any order.
        decisions: what people decided of two of them, `accept` or `reject`; it goes before all evidence. Accepting joins
            only within one application and scope. What would bring two rejected ones together by way of a third is not
            done: the third goes where more speaks for it.

    Returns:
        The rooms, each by its exports, and the doubts, both in a fixed order.
    """
    ordered = sorted(sighted, key=lambda one: one.identity)
    rooms = _Rooms(ordered, decisions)
    natives: dict[tuple[str, str, str], int] = {}
    loose: dict[tuple[str, str], list[int]] = {}
    for first, second in rooms.accepted:
        if _place(ordered[first]) == _place(ordered[second]):
            rooms.join(first, second)
    for place, one in enumerate(ordered):
        native = native_room(one)
        if native is None:
            loose.setdefault(_place(one), []).append(place)
        else:
            rooms.join(natives.setdefault(native, place), place)
    doubts: list[Doubt] = []
    for places in loose.values():
        doubts += _group_loose(ordered, places, rooms)
    found = sorted(tuple(ordered[place].identity for place in members) for members in rooms.members.values())
    return found, sorted(doubts, key=lambda doubt: (doubt.first, doubt.second))


def _place(sighted: Sighted) -> tuple[str, str]:
    return sighted.transcript.conversation.application, sighted.scope


def _group_loose(ordered: Sequence[Sighted], places: Sequence[int], rooms: _Rooms) -> list[Doubt]:
    """Join exports without ids within one application and scope; gives what is in doubt."""
    alone = {place: Sketch.of(ordered[place]) for place in places}
    sketches: dict[int, Sketch] = {}
    for place in places:
        room = rooms.room_of[place]
        sketches[room] = sketches[room].with_more(alone[place]) if room in sketches else alone[place]
    is_thorough = False
    while True:
        verdicts = [
            (compare(sketches[first], sketches[second], count), first, second)
            for (first, second), count in sorted(shared_keys(sketches, is_thorough=is_thorough).items())
        ]
        same = [one for one in verdicts if one[0].is_same]
        same.sort(key=lambda one: (-one[0].n_shared, one[1], one[2]))
        is_joined = False
        for _, first, second in same:
            first, second = rooms.room_of[first], rooms.room_of[second]
            if rooms.join(first, second):
                is_joined = True
                kept, gone = sorted((first, second))
                sketches[kept] = sketches[kept].with_more(sketches.pop(gone))
        if is_thorough and not is_joined:
            break
        is_thorough = not is_joined
    doubts = [
        verdict.doubt for verdict, first, second in verdicts if verdict.doubt and not rooms.is_rejected(first, second)
    ]
    for first, second, doubt in touching(sketches):
        if not rooms.is_rejected(first, second):
            doubts.append(doubt)
    return doubts
