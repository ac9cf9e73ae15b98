"""The multiset union of what several exports of one room hold: which of their messages are the same one.

The count of a message is the greatest that any export shows, never the sum, so that a true repeat within a minute stays two
and one repeat that two exports saw stays two. An entry therefore holds at most one message of each export; only messages
with the application's own id are told apart by nothing else.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from schemas.conversations import MessageKind
from warehouse.aliases import People
from warehouse.merging_keys import MARK, Keyed, Sighted, notice_class


@dataclass(slots=True, eq=False)
class Entry:
    """A message as the exports show it together.

    Attributes:
        minute: minutes since 1970, UTC.
        until: last minute in which it may have been sent; equal to `minute` unless no export prints its time.
        person: place among the room's people, None for the application.
        key: what it is compared by.
        rank: which of those with the same minute, person and key.
        rows: where exports show it.
        exports: bits of the exports that do.
        room: the application's id of its room, for messages with ids of their own.
        is_deleted: one export shows that it was deleted.
        is_gone: it has become part of another one.
    """

    minute: int
    until: int
    person: int | None
    key: str
    rank: int
    rows: list[Keyed]
    exports: int
    room: tuple[str, str] | None = None
    is_deleted: bool = False
    is_gone: bool = False


@dataclass
class Union:
    """Entries by minute; those that are gone stay where they were."""

    minutes: dict[int, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: Entry) -> None:
        """Put an entry where it belongs by its minute."""
        self.minutes[entry.minute].append(entry)

    def absorb(self, kept: Entry, gone: Entry) -> None:
        """Make two entries of one minute, which no export shows both, a single one."""
        kept.rows += gone.rows
        kept.exports |= gone.exports
        kept.is_deleted |= gone.is_deleted
        kept.room = kept.room or gone.room
        gone.is_gone = True


def unite(exports: Sequence[Sighted], rows: Sequence[Sequence[Keyed]], people: People) -> Union:
    """Unite the exports of one room by ids, then by (minute, person, key), then what has no time of its own.

    Args:
        exports: the exports, each once, in a fixed order.
        rows: their messages with keys.
        people: who is who in them.
    """
    union = Union()
    table: dict[tuple[int, int | None, str], list[Entry]] = defaultdict(list)
    placeless: list[list[Keyed]] = []
    for entry in _fold_ids(exports, rows, people):
        same = table[entry.minute, entry.person, entry.key]
        entry.rank = len(same)
        same.append(entry)
        union.add(entry)
    for keyed in rows:
        without_time: list[Keyed] = []
        counts: dict[tuple[int, int | None, str], int] = {}
        for row in keyed:
            export, _, minute, key, message = row
            if message.native_id is not None:
                continue
            if message.is_time_assumed:
                without_time.append(row)
                continue
            place = (minute, _person(row, people), key)
            same = table[place]
            rank = counts.get(place, 0)
            while rank < len(same) and same[rank].exports >> export & 1:
                rank += 1
            counts[place] = rank + 1
            if rank < len(same):
                same[rank].rows.append(row)
                same[rank].exports |= 1 << export
            else:
                entry = Entry(minute, minute, place[1], key, rank, [row], 1 << export)
                same.append(entry)
                union.add(entry)
        placeless.append(without_time)
    if any(placeless):
        _place(union, rows, placeless, people)
    return union


def _person(row: Keyed, people: People) -> int | None:
    message = row.message
    if not message.sender or message.kind is MessageKind.SYSTEM:
        return None
    return people.find(row.export, message.sender, message.sender_id)


def _fold_ids(exports: Sequence[Sighted], rows: Sequence[Sequence[Keyed]], people: People) -> list[Entry]:
    folded: dict[tuple[tuple[str, str], str], Entry] = {}
    for sighted, keyed in zip(exports, rows, strict=True):
        conversation = sighted.transcript.conversation
        room = (conversation.workspace or "", conversation.native_id or "")
        for row in keyed:
            native_id = row.message.native_id
            if native_id is None:
                continue
            entry = folded.get((room, native_id))
            if entry is None:
                person = _person(row, people)
                entry = Entry(row.minute, row.minute, person, row.key, 0, [], 0, room)
                folded[room, native_id] = entry
            entry.rows.append(row)
            entry.exports |= 1 << row.export
    return list(folded.values())


def _place(union: Union, rows: Sequence[Sequence[Keyed]], placeless: Sequence[Sequence[Keyed]], people: People) -> None:
    """Find the time of what an export prints without one: some other export's, between the neighbours that have one.

    Windows prints system lines so.
    """
    known = _Known(union, people)
    for keyed, without_time in zip(rows, placeless, strict=True):
        if not without_time:
            continue
        ends = _ends(keyed)
        left = known.take(without_time, ends, is_exact=True)
        left = known.take(left, ends, is_exact=False)
        for row in left:
            person = _person(row, people)
            entry = Entry(row.minute, max(row.minute, ends[row.ordinal]), person, row.key, 0, [row], 1 << row.export)
            union.add(entry)
            known.add(entry, row)


def _ends(keyed: Sequence[Keyed]) -> list[int]:
    """For every message of an export the minute of the next one whose time is printed, or its own if none follows."""
    ends = [row.minute for row in keyed]
    following: int | None = None
    for place in range(len(keyed) - 1, -1, -1):
        if keyed[place].message.is_time_assumed:
            ends[place] = ends[place] if following is None else following
        else:
            following = keyed[place].minute
    return ends


class _Known:
    """Entries that something without a time could be, by words and by sort, in time order."""

    def __init__(self, union: Union, people: People) -> None:
        self._people = people
        self._alike: dict[str, list[Entry]] = defaultdict(list)
        self._longest = 0
        for minute in sorted(union.minutes):
            for entry in union.minutes[minute]:
                for name in _names(entry.rows[0], entry.person):
                    self._alike[name].append(entry)

    def add(self, entry: Entry, row: Keyed) -> None:
        for name in _names(row, entry.person):
            entries = self._alike[name]
            entries.insert(bisect_right(entries, entry.minute, key=_MINUTE), entry)
        self._longest = max(self._longest, entry.until - entry.minute)

    def take(self, rows: Sequence[Keyed], ends: Sequence[int], *, is_exact: bool) -> list[Keyed]:
        """Give each message to the earliest entry that it can be; what is left is given back."""
        left: list[Keyed] = []
        for row in rows:
            entry = self._find(row, ends[row.ordinal], _names(row, _person(row, self._people))[0 if is_exact else -1])
            if entry is None:
                left.append(row)
                continue
            entry.rows.append(row)
            entry.exports |= 1 << row.export
        return left

    def _find(self, row: Keyed, end: int, name: str) -> Entry | None:
        entries = self._alike.get(name, [])
        for place in range(bisect_left(entries, row.minute - self._longest, key=_MINUTE), len(entries)):
            entry = entries[place]
            if entry.minute > end:
                return None
            if entry.until >= row.minute and not entry.exports >> row.export & 1:
                return entry
        return None


_MINUTE: Callable[[Entry], int] = attrgetter("minute")


def _names(row: Keyed, person: int | None) -> tuple[str, ...]:
    """What it is looked for by: its words, then its sort; of a deleted message not everybody says whose it was."""
    kind = row.message.kind
    if kind is MessageKind.SYSTEM:
        return row.key, f"{MARK}notice {notice_class(row.message)}"
    return (row.key,) if person is None or kind is MessageKind.DELETED else (f"{MARK}by {person} {row.key}",)
