"""Messages that are the same although their keys differ: cut texts, deleted ones, pictures named otherwise, notices.

Whatever is joined here lies in one minute, is shown together by no export, and mostly has one author.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from schemas.conversations import MessageKind
from warehouse.aliases import OWNERS, People
from warehouse.merging_keys import MARK, Keyed, Sighted, is_media, notice_class
from warehouse.merging_union import Entry, Union

_LEAST_CUT = 400
_NEIGHBOURS = 8
_MOST = 500
_DELETED = MARK + MessageKind.DELETED.value
_ANY_MEDIA = MARK + "media"


def join_kin(union: Union, exports: Sequence[Sighted], rows: Sequence[Sequence[Keyed]], people: People) -> None:
    """Join, within each minute that not every export shows alike, what is the same message under different keys.

    Args:
        union: what `unite` gave; it is changed.
        exports: the exports, in the order in which they were united.
        rows: their messages.
        people: who is who in them.
    """
    deletion = _Deletion(union, exports, rows)
    for entries in list(union.minutes.values()):
        if not _is_uneven(entries):
            continue
        _join_unknown_authors(union, entries, people)
        _join_notices(union, entries)
        by_person: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.person is not None:
                by_person[entry.person].append(entry)
        for own in map(_present, by_person.values()):
            if _is_uneven(own):
                _join_cut(union, own)
                _join_media(union, _present(own))
                deletion.join(_present(own))


def _present(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry.is_gone]


def _is_uneven(entries: Sequence[Entry]) -> bool:
    """Whether some export shows one that another does not, in numbers that people can write in a minute."""
    return 1 < len(entries) <= _MOST and len({entry.exports for entry in entries}) > 1


def _is_apart(first: Entry, second: Entry) -> bool:
    """Whether no export shows both, and no ids tell them apart."""
    return not first.exports & second.exports and (first.room is None or second.room is None)


def _join_unknown_authors(union: Union, entries: Sequence[Entry], people: People) -> None:
    """Join equal texts of which at least one author has no name in the other's export: it is most likely one message."""
    by_key: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.person is not None:
            by_key[entry.key].append(entry)
    for same in by_key.values():
        if len(same) < 2:
            continue
        left = sorted(same, key=lambda entry: _standing(entry, people))
        for entry in left:
            if entry.is_gone:
                continue
            kin = [other for other in left if _may_be_one(entry, other, people)]
            # two that it could be are none
            if len({other.person for other in kin}) == 1:
                kept, gone = sorted((entry, kin[0]), key=lambda one: _standing(one, people))
                union.absorb(kept, gone)


def _may_be_one(first: Entry, second: Entry, people: People) -> bool:
    if second.is_gone or first.person is None or second.person is None or first.person == second.person:
        return False
    if not _is_apart(first, second):
        return False
    knows_first = people.persons[first.person].exports & second.exports
    knows_second = people.persons[second.person].exports & first.exports
    return not (knows_first and knows_second)


def _standing(entry: Entry, people: People) -> tuple[bool, str, int]:
    """Names before words such as `회원님`; how many exports show it must not matter, since some are copies."""
    name = people.persons[entry.person or 0].name
    return name in OWNERS, name, entry.rank


def _join_notices(union: Union, entries: Sequence[Entry]) -> None:
    by_sort: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.person is None and entry.rows[0].message.kind is MessageKind.SYSTEM:
            by_sort[notice_class(entry.rows[0].message)].append(entry)
    for same in by_sort.values():
        _join_first_apart(union, sorted(same, key=lambda entry: (entry.key, entry.rank)))


def _join_first_apart(union: Union, entries: list[Entry]) -> None:
    kept: list[Entry] = []
    for entry in entries:
        home = next((one for one in kept if _is_apart(one, entry)), None)
        if home is None:
            kept.append(entry)
        else:
            union.absorb(home, entry)


def _join_cut(union: Union, entries: Sequence[Entry]) -> None:
    """Join a text with a longer one that begins with it, where it is so long that it must have been cut."""
    long = sorted(
        (entry for entry in entries if len(entry.key) >= _LEAST_CUT and not entry.key.startswith(MARK)),
        key=lambda entry: (entry.key, entry.rank),
    )
    for place in range(len(long) - 1, 0, -1):
        shorter, longer = long[place - 1], long[place]
        if longer.key.startswith(shorter.key) and _is_apart(shorter, longer):
            union.absorb(shorter, longer)
            shorter.key = longer.key


def _join_media(union: Union, entries: Sequence[Entry]) -> None:
    """Join what one export names or captions and another only mentions, or calls by no kind at all."""
    media = sorted((one for one in entries if is_media(one.key)), key=lambda one: (-len(one.key), one.key, one.rank))
    bare = [entry for entry in media if " " not in entry.key]
    named = [entry for entry in media if " " in entry.key]
    for entry in bare:
        kin = next((one for one in named if one.key.startswith(entry.key + " ") and _is_apart(one, entry)), None)
        if kin is None and entry.key == _ANY_MEDIA:
            kin = next((one for one in media if one.key != _ANY_MEDIA and _is_apart(one, entry)), None)
        if kin is not None:
            union.absorb(kin, entry)


class _Deletion:
    """Finds the message that an export shows as deleted in another one that still has it."""

    def __init__(self, union: Union, exports: Sequence[Sighted], rows: Sequence[Sequence[Keyed]]) -> None:
        self._union = union
        self._saved = [sighted.transcript.conversation.exported_at for sighted in exports]
        self._rows = rows
        self._entry_of: dict[tuple[int, int], Entry] | None = None

    def join(self, entries: list[Entry]) -> None:
        """Join deleted ones of one author and minute with what they were, where the numbers leave no doubt."""
        pair = self._next_pair(entries)
        while pair is not None:
            deleted, lost = pair
            self._union.absorb(lost, deleted)
            lost.is_deleted = True
            entries.remove(deleted)
            for row in deleted.rows:
                self._entries()[row.export, row.ordinal] = lost
            pair = self._next_pair(entries)

    def _next_pair(self, entries: Sequence[Entry]) -> tuple[Entry, Entry] | None:
        deleted = [entry for entry in entries if entry.key == _DELETED]
        others = [entry for entry in entries if entry.key != _DELETED]
        if not deleted or not others:
            return None
        for late in _bits(deleted):
            for early in _bits(others):
                if late == early or not self._can_follow(late, early):
                    continue
                gone = [one for one in deleted if one.exports >> late & 1 and not one.exports >> early & 1]
                lost = [one for one in others if one.exports >> early & 1 and not one.exports >> late & 1]
                if not gone or len(gone) != len(lost):
                    continue
                gone.sort(key=lambda one: _ordinal(one, late))
                lost.sort(key=lambda one: _ordinal(one, early))
                for first, second in zip(gone, lost, strict=True):
                    if _is_apart(first, second) and self._is_between(first, late, second, early):
                        return first, second
        return None

    def _can_follow(self, late: int, early: int) -> bool:
        """Whether what `late` shows can come after what `early` shows."""
        after, before = self._saved[late], self._saved[early]
        return after is None or before is None or after >= before

    def _is_between(self, deleted: Entry, late: int, lost: Entry, early: int) -> bool:
        """Whether it stands between the same neighbours in both exports."""
        at, there = _ordinal(deleted, late), _ordinal(lost, early)
        for step in (-1, 1):
            for distance in range(1, _NEIGHBOURS + 1):
                near = self._entries().get((late, at + step * distance))
                if near is not None and near.exports >> early & 1:
                    if (_ordinal(near, early) - there) * step < 0:
                        return False
                    break
        return True

    def _entries(self) -> dict[tuple[int, int], Entry]:
        if self._entry_of is None:
            self._entry_of = {
                (row.export, row.ordinal): entry
                for entries in self._union.minutes.values()
                for entry in entries
                for row in entry.rows
            }
        return self._entry_of


def _bits(entries: Sequence[Entry]) -> Iterator[int]:
    together = 0
    for entry in entries:
        together |= entry.exports
    while together:
        lowest = together & -together
        yield lowest.bit_length() - 1
        together ^= lowest


def _ordinal(entry: Entry, export: int) -> int:
    return next(row.ordinal for row in entry.rows if row.export == export)
