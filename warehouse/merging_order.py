"""The order of united messages: by time, and within a minute as every export has it, as far as they agree."""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from schemas.conversations import Message, Precision
from warehouse.aliases import People
from warehouse.merging_union import Entry

FINENESS = {Precision.MINUTE: 0, Precision.SECOND: 1, Precision.MILLISECOND: 2}


def finest(entry: Entry) -> Message:
    """The message whose time is the best: printed at all, the finest, with a printed offset; the earliest of equals."""
    if len(entry.rows) == 1:
        return entry.rows[0].message
    return min((row.message for row in entry.rows), key=_fineness)


def _fineness(message: Message) -> tuple[bool, int, bool, datetime]:
    return message.is_time_assumed, -FINENESS[message.precision], message.is_offset_assumed, message.sent_at


def put_in_order(minutes: Mapping[int, Sequence[Entry]], people: People) -> list[Entry]:
    """All entries, first by minute.

    Within a minute a printed second decides before an export's order, and the exports' orders before the text. The result
    does not depend on the order of the exports.
    """
    ordered: list[Entry] = []
    for minute in sorted(minutes):
        entries = [entry for entry in minutes[minute] if not entry.is_gone]
        if len(entries) == 1:
            ordered += entries
        elif entries:
            ordered += _agreed(entries) or _Sorting(entries, people).run()
    return ordered


def _time(entry: Entry) -> datetime | None:
    message = finest(entry)
    return None if message.is_time_assumed or message.precision is Precision.MINUTE else message.sent_at


def _agreed(entries: list[Entry]) -> list[Entry] | None:
    """The order that every export has, where all of them show all these messages in one order, and times follow it."""
    if len({entry.exports for entry in entries}) > 1 or len({len(entry.rows) for entry in entries}) > 1:
        return None
    ordered = sorted(entries, key=lambda entry: entry.rows[0].ordinal)
    if any(len({entry.rows[place].export for entry in entries}) > 1 for place in range(len(entries[0].rows))):
        return None
    for first, second in itertools.pairwise(ordered):
        if any(a.ordinal > b.ordinal for a, b in zip(first.rows, second.rows, strict=True)):
            return None
    times = [time for time in map(_time, ordered) if time is not None]
    return ordered if times == sorted(times) else None


class _Sorting:
    """A topological sort of one minute whose ties and contradictions are settled by what the messages say.

    Entries with a second come in the order of their seconds, whatever the exports' orders; all else follows the exports.
    """

    def __init__(self, entries: list[Entry], people: People) -> None:
        self._entries = entries
        self._times = [_time(entry) for entry in entries]
        ranked = sorted(range(len(entries)), key=lambda place: _tie(entries[place], people))
        self._rank = {place: rank for rank, place in enumerate(ranked)}
        self._after: list[set[int]] = [set() for _ in entries]
        self._awaits = [0] * len(entries)
        self._link()
        self._due = sorted(time for time in self._times if time is not None)
        self._n_due = 0
        self._parked: dict[datetime, list[int]] = defaultdict(list)
        self._ready: list[tuple[int, int]] = []
        self._is_done = [False] * len(entries)

    def _link(self) -> None:
        lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, entry in enumerate(self._entries):
            for row in entry.rows:
                lines[row.export].append((row.ordinal, place))
        for line in lines.values():
            line.sort()
            for (_, first), (_, second) in itertools.pairwise(line):
                if first != second and second not in self._after[first] and not self._is_later(first, second):
                    self._after[first].add(second)
                    self._awaits[second] += 1

    def _is_later(self, first: int, second: int) -> bool:
        one, other = self._times[first], self._times[second]
        return one is not None and other is not None and one > other

    def run(self) -> list[Entry]:
        """The entries in order."""
        for place, count in enumerate(self._awaits):
            if not count:
                self._offer(place)
        anyhow = sorted((rank, place) for place, rank in self._rank.items())
        ordered: list[Entry] = []
        passed = 0
        while len(ordered) < len(self._entries):
            if self._ready:
                _, place = heapq.heappop(self._ready)
            else:
                # the exports contradict one another: the first that no second forbids
                while self._is_done[anyhow[passed][1]]:
                    passed += 1
                rest = (anyhow[at][1] for at in range(passed, len(anyhow)))
                place = next(at for at in rest if not self._is_done[at] and self._is_due(at))
            if self._is_done[place]:
                continue
            self._is_done[place] = True
            ordered.append(self._entries[place])
            self._pass(place)
        return ordered

    def _is_due(self, place: int) -> bool:
        time = self._times[place]
        return time is None or time == self._due[self._n_due]

    def _offer(self, place: int) -> None:
        time = self._times[place]
        if time is None or time == self._due[self._n_due]:
            heapq.heappush(self._ready, (self._rank[place], place))
        else:
            self._parked[time].append(place)

    def _pass(self, place: int) -> None:
        time = self._times[place]
        if time is not None:
            self._n_due += 1
            if self._n_due < len(self._due) and self._due[self._n_due] != time:
                for parked in self._parked.pop(self._due[self._n_due], ()):
                    heapq.heappush(self._ready, (self._rank[parked], parked))
        for following in self._after[place]:
            self._awaits[following] -= 1
            if not self._awaits[following] and not self._is_done[following]:
                self._offer(following)


def _tie(entry: Entry, people: People) -> tuple[str, int, str, str, int, int]:
    name = "" if entry.person is None else people.persons[entry.person].name
    native_id = next((row.message.native_id for row in entry.rows if row.message.native_id), "")
    return native_id and "0", len(native_id), native_id, entry.key + "\n" + name, entry.rank, entry.minute
