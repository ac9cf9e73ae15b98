"""What speaks for two exports showing the same room, in numbers alone: no text of a message leaves this module."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from schemas.conversations import MessageKind
from warehouse.aliases import OWNERS, find_people
from warehouse.merging_keys import MARK, Sighted, key_messages, key_of, minute_of, normalise

SURE = 20
"""Shared messages that prove a room."""

SURE_WITH_PEOPLE = 5
"""Shared messages that do where the people are the same."""

SURE_IF_MOST = 2
"""Shared messages that do where they are most of what the shorter one says in the time that both cover."""

MOST = 0.6
"""What is most."""

BOTH = 0.3
"""Least part of either one's messages on the days that both show; notices pasted into two rooms stay below it."""

FEW = 0.05
"""Part of the shorter one's messages below which what is shared is chance."""

_DAY = 1440
_TOUCHING = 7 * _DAY
_LEAST_LENGTH = 5
_MOST_REPEATS = 2
_EMPTY_WORDS = re.compile(r"[\s\W_ㅋㅎㅠㅜㅇㄴㄱㅅㄷ]+")
_STOCK = re.compile(
    r"(?:네+|넵+|넹|예+|아|오|저도|다들|모두|정말|대단히|너무)?"
    r"(?:알겠습니다|알겠어요|알겠음|감사합니다|감사해요|고맙습니다|고마워요|수고하세요|수고하셨습니다|수고많으셨습니다|고생하셨습니다"
    r"|고생많으셨습니다|안녕하세요|안녕하십니까|안녕히계세요|확인했습니다|확인하였습니다|확인하겠습니다|확인했어요|좋은하루되세요"
    r"|좋은아침입니다|좋습니다|좋아요|괜찮습니다|그렇습니다|그러겠습니다|죄송합니다|축하드립니다|축하합니다|맛있게드세요|참석하겠습니다"
    r"|okay|thanks|thankyou|goodmorning)*"
)


@dataclass(frozen=True)
class Doubt:
    """Two exports that may show the same room.

    Attributes:
        first: content id and number of the one, smaller than `second`.
        second: those of the other.
        reason: `few_shared` (too few for a proof), `pasted` (many, but a small part of what was said), or `touching` (same
            title and people, one after the other in time).
        n_shared: distinctive messages that both show.
        n_first: distinctive messages of the first on days and in the time that both cover.
        n_second: those of the second.
        is_title_same: both bear the same title.
        is_people_same: both show the same people.
    """

    first: tuple[str, int]
    second: tuple[str, int]
    reason: str
    n_shared: int
    n_first: int
    n_second: int
    is_title_same: bool
    is_people_same: bool


@dataclass(frozen=True)
class Verdict:
    """Whether two are the same room, and the doubt if it is neither that nor clearly not."""

    is_same: bool
    n_shared: int
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Sketch:
    """What is compared of a room as one or more exports show it.

    Attributes:
        example: its export with the most distinctive messages, which stands for it in doubts.
        size: distinctive messages of that one.
        keys: distinctive messages, as hashes, with their minute.
        span: first and last minute; None without messages.
        days: days with distinctive messages.
        titles: titles in all exports.
        people: names in the exports, but for those of owners; one set for each export.
    """

    example: Sighted
    size: int
    keys: Mapping[int, int]
    span: tuple[int, int] | None
    days: frozenset[int]
    titles: frozenset[str]
    people: frozenset[frozenset[str]]

    @classmethod
    def of(cls, sighted: Sighted) -> "Sketch":
        """Sketch one export."""
        messages = sighted.transcript.messages
        typed: list[tuple[int, str]] = []
        first = last = None
        for message in messages:
            minute = minute_of(message)
            first = minute if first is None else min(first, minute)
            last = minute if last is None else max(last, minute)
            if message.kind is MessageKind.TEXT and message.sender:
                key = key_of(message)
                if not key.startswith(MARK):
                    typed.append((minute, key))
        counts = Counter(key for _, key in typed)
        # what is said again and again is said in other rooms in the same minute too
        told = {key for key, count in counts.items() if count <= _MOST_REPEATS and _is_telling(key)}
        keys = {hash((minute, key)): minute for minute, key in typed if key in told}
        conversation = sighted.transcript.conversation
        names = {one.name for one in conversation.participants}
        names |= {message.sender for message in messages if message.kind is not MessageKind.SYSTEM}
        owners = OWNERS | {""}
        return cls(
            sighted,
            len(keys),
            keys,
            None if first is None or last is None else (first, last),
            frozenset(minute // _DAY for minute in keys.values()),
            frozenset({normalise(conversation.title)} - {""}),
            frozenset({frozenset(normalise(name) for name in names if name not in owners)}),
        )

    def with_more(self, other: "Sketch") -> "Sketch":
        """The sketch of both together."""
        larger = min(self, other, key=lambda one: (-one.size, one.example.identity))
        spans = [span for span in (self.span, other.span) if span]
        return replace(
            larger,
            keys={**self.keys, **other.keys},
            span=(min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None,
            days=self.days | other.days,
            titles=self.titles | other.titles,
            people=self.people | other.people,
        )


def _is_telling(text: str) -> bool:
    bare = _EMPTY_WORDS.sub("", text).casefold()
    return len(bare) >= _LEAST_LENGTH and not _STOCK.fullmatch(bare)


def shared_keys(sketches: Mapping[int, Sketch], *, is_thorough: bool) -> Counter[tuple[int, int]]:
    """How many distinctive messages pairs of rooms share.

    Args:
        sketches: the rooms.
        is_thorough: count every pair; otherwise only neighbours among those that hold a message, which finds most of many
            exports of one room without looking at each pair of them.
    """
    holders: dict[int, list[int]] = defaultdict(list)
    for room in sorted(sketches):
        for key in sketches[room].keys:
            holders[key].append(room)
    pairs: Counter[tuple[int, int]] = Counter()
    for holding in holders.values():
        if len(holding) > 1:
            pairs.update(combinations(holding, 2) if is_thorough else pairwise(holding))
    if is_thorough:
        return pairs
    exact: Counter[tuple[int, int]] = Counter()
    reached: set[int] = set()
    for (first, second), count in sorted(pairs.items(), key=lambda one: (-one[1], one[0])):
        if count >= SURE and not (first in reached and second in reached):
            exact[first, second] = len(sketches[first].keys.keys() & sketches[second].keys.keys())
            reached |= {first, second}
    return exact


def compare(first: Sketch, second: Sketch, n_shared: int) -> Verdict:
    """Judge two rooms that share `n_shared` distinctive messages."""
    n_first, n_second = _comparable(first, second)
    is_title_same = bool(first.titles & second.titles)
    is_people_same = _are_people_same(first, second)
    fewer, more = sorted((max(n_first, 1), max(n_second, 1)))
    is_large = n_shared >= BOTH * more
    if not is_people_same and SURE_WITH_PEOPLE <= n_shared < SURE:
        is_people_same = _are_people_joined(first.example, second.example)
    is_enough = (
        n_shared >= SURE
        or (n_shared >= SURE_WITH_PEOPLE and is_people_same)
        or (n_shared >= SURE_IF_MOST and n_shared >= MOST * fewer)
    )
    if is_enough and is_large:
        return Verdict(True, n_shared)
    is_alike = is_title_same or is_people_same
    is_little = n_shared < SURE_IF_MOST or n_shared < FEW * fewer
    if not is_enough and is_little and not (n_shared and is_alike):
        return Verdict(False, n_shared)
    reason = "pasted" if is_enough else "few_shared"
    doubt = _doubt(first, second, reason, n_shared, (n_first, n_second), (is_title_same, is_people_same))
    return Verdict(False, n_shared, doubt)


def _doubt(
    first: Sketch, second: Sketch, reason: str, n_shared: int, comparable: tuple[int, int], same: tuple[bool, bool]
) -> Doubt:
    one, other = first.example.identity, second.example.identity
    if one > other:
        one, other, comparable = other, one, (comparable[1], comparable[0])
    return Doubt(one, other, reason, n_shared, *comparable, *same)


def _comparable(first: Sketch, second: Sketch) -> tuple[int, int]:
    """Distinctive messages of each on days that both show, between the first and the last minute that both cover."""
    if first.span is None or second.span is None:
        return 0, 0
    start, end = max(first.span[0], second.span[0]), min(first.span[1], second.span[1])
    days = first.days & second.days
    counts = [
        sum(start <= minute <= end and minute // _DAY in days for minute in one.keys.values())
        for one in (first, second)
    ]
    return counts[0], counts[1]


def _are_people_same(first: Sketch, second: Sketch) -> bool:
    """Whether two exports of them show the same names, at least two."""
    return any(len(names) > 1 for names in first.people & second.people)


def _are_people_joined(first: Sighted, second: Sighted) -> bool:
    """Whether everybody in the one is somebody in the other, by what they say."""
    people = find_people([first, second], [key_messages(0, first), key_messages(1, second)])
    return len(people.persons) > 1 and all(person.exports == 0b11 for person in people.persons)


def touching(sketches: Mapping[int, Sketch]) -> Iterator[tuple[int, int, Doubt]]:
    """Rooms of one title and the same people, of which the one begins where the other ends, give or take a week.

    Such are the parts of one long export, or two rooms one after the other; nothing in them tells which.
    """
    titled: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for room, sketch in sketches.items():
        if sketch.span is not None:
            for title in sketch.titles:
                titled[title].append((*sketch.span, room))
    seen: set[tuple[int, int]] = set()
    for title in sorted(titled):
        for (_, end, earlier), (start, _, later) in pairwise(sorted(titled[title])):
            pair = min(earlier, later), max(earlier, later)
            if not 0 <= start - end <= _TOUCHING or pair in seen:
                continue
            first, second = sketches[pair[0]], sketches[pair[1]]
            if _are_people_alike(first, second) and not first.keys.keys() & second.keys.keys():
                seen.add(pair)
                yield *pair, _doubt(first, second, "touching", 0, (0, 0), (True, True))


def _are_people_alike(first: Sketch, second: Sketch) -> bool:
    """Whether the names of one export are among those of the other: a part of a talk need not show all who are in it."""
    return any(one and other and (one <= other or other <= one) for one in first.people for other in second.people)
