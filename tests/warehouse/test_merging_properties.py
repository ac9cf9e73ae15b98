"""Merging overlapping exports of generated rooms: the whole comes back, whatever was cut, renamed or left out."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest

from schemas.conversations import SEOUL, Conversation, Message, MessageKind, Participant, Precision, Transcript
from warehouse.merging import Merged, Sighted, merge

ROLES = ("총괄담당", "복지담당", "국토담당", "심의관", "주무관", "사무관")
WORDS = (
    "예산",
    "심의",
    "자료",
    "검토",
    "요청",
    "초안",
    "의견",
    "회신",
    "마감",
    "국회",
    "증액",
    "감액",
    "반영",
    "보고",
    "일정",
)
PLACEHOLDERS = {
    MessageKind.PHOTO: ("사진", "<사진 읽지 않음>", "Photo"),
    MessageKind.STICKER: ("이모티콘", "(이모티콘)", "(emoticon)"),
    MessageKind.VIDEO: ("동영상", "<동영상 읽지 않음>", "Video"),
}


class Said(NamedTuple):
    at: datetime
    person: int
    text: str
    kind: MessageKind


class Room(NamedTuple):
    said: list[Said]
    books: list[list[str]]


def talk(generator: random.Random, n: int) -> Room:
    at = datetime(2026, 3, 2, 8, 55, tzinfo=SEOUL)
    said: list[Said] = []
    while len(said) < n:
        at += timedelta(seconds=generator.choice((0, 1, 3, 10, 25, 60, 600)))
        person = generator.randrange(len(ROLES))
        chance = generator.random()
        if chance < 0.1:
            said.append(Said(at, person, "", generator.choice(list(PLACEHOLDERS))))
        elif chance < 0.2:
            said += [Said(at, person, generator.choice(("네", "ㅋㅋㅋ", "확인했습니다")), MessageKind.TEXT)] * 2
        elif chance < 0.25:
            said.append(Said(at, person, "\n\n".join(sentence(generator) for _ in range(3)), MessageKind.TEXT))
        elif chance < 0.27:
            said.append(Said(at, person, " ".join(sentence(generator) for _ in range(45)), MessageKind.TEXT))
        else:
            said.append(Said(at, person, sentence(generator), MessageKind.TEXT))
    books = [list(ROLES), [f"{role} {place}과" for place, role in enumerate(ROLES)], list(ROLES)]
    books[2][generator.randrange(len(ROLES))] = "우리 과장님"
    return Room(said, books)


def sentence(generator: random.Random) -> str:
    return " ".join(generator.choices(WORDS, k=generator.randint(2, 7))) + f" {generator.randrange(1000)}억"


def export(room: Room, said: Sequence[Said], content_id: str, dialect: int, owner: int | None) -> Sighted:
    """Dialects: 0 minutes, texts cut at 500; 1 minutes, other words; 2 seconds, trimmed, single blank lines."""
    names = list(room.books[dialect])
    if owner is not None:
        names[owner] = "회원님"
    messages: list[Message] = []
    for one in said:
        text = one.text if one.kind is MessageKind.TEXT else PLACEHOLDERS[one.kind][dialect]
        if dialect == 0:
            text = text[:500]
        elif dialect == 1:
            text = text + " "
        else:
            text = text.replace("\n\n", "\n").strip()
        is_fine = dialect == 2
        at = one.at if is_fine else one.at.replace(second=0)
        fineness = Precision.SECOND if is_fine else Precision.MINUTE
        messages.append(Message(at, names[one.person], text, one.kind, precision=fineness, is_offset_assumed=True))
    people = [Participant(name, is_owner=place == owner) for place, name in enumerate(names)]
    speaking = {one.person for one in said}
    shown = [person for place, person in enumerate(people) if place in speaking]
    conversation = Conversation(content_id, "kakaotalk", "예산협업", participants=shown, dialect=str(dialect))
    return Sighted(content_id, 0, Transcript(conversation, messages), "예산")


def true_key(one: Said) -> tuple[int, int, str]:
    told = " ".join(one.text.split())[:300] if one.kind is MessageKind.TEXT else one.kind.value
    return int(one.at.timestamp() // 60), one.person, told


def told_keys(room: Room, merged: Merged, owners: dict[str, tuple[int, int | None]]) -> Counter[tuple[int, int, str]]:
    """Minute, true author and text of what was merged. Nobody may be two people."""
    authors: list[int] = []
    for participant in merged.participants:
        true = set()
        for content_id, _, name in participant.aliases:
            dialect, owner = owners[content_id[0]]
            true.add(owner if name == "회원님" else room.books[dialect].index(name))
        assert len(true) == 1, participant
        authors += true
    keys: Counter[tuple[int, int, str]] = Counter()
    for message in merged.messages:
        told = message.kind.value if message.kind is not MessageKind.TEXT else " ".join(message.text.split())[:300]
        assert message.participant_no is not None
        keys[int(message.sent_at.timestamp() // 60), authors[message.participant_no], told] += 1
    return keys


def shown(merged: Merged) -> list[tuple[object, ...]]:
    """All of a merged room but where it was seen."""
    return [
        (one.message_id, one.sent_at, one.sender, one.text, one.kind, one.precision, one.participant_no)
        for one in merged.messages
    ]


def at_minute(room: Room, place: int) -> int:
    """The nearest place after `place` where a new minute begins."""
    said = room.said
    while 0 < place < len(said) and int(said[place].at.timestamp() // 60) == int(said[place - 1].at.timestamp() // 60):
        place += 1
    return place


OWNERS: dict[str, tuple[int, int | None]] = {"a": (0, 2), "b": (2, None), "c": (1, 4)}


def cuts(room: Room, generator: random.Random, *, at_minutes: bool) -> list[list[Said]]:
    n = len(room.said)
    places = [n * 7 // 10, n // 4, n * 9 // 10, n // 2]
    places = [place + generator.randrange(-6, 7) for place in places]
    if at_minutes:
        places = [at_minute(room, place) for place in places]
    return [room.said[: places[0]], room.said[places[1] : places[2]], room.said[places[3] :]]


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_overlapping_cuts_merge_to_the_whole(start: int) -> None:
    for seed in range(start, start + 20):
        generator = random.Random(seed)
        room = talk(generator, 160)
        parts = cuts(room, generator, at_minutes=True)
        exports = [export(room, said, name, *OWNERS[name]) for name, said in zip("abc", parts, strict=True)]
        merged = merge(exports)
        assert told_keys(room, merged, OWNERS) == Counter(map(true_key, room.said)), seed
        assert len({one.message_id for one in merged.messages}) == len(merged.messages)
        assert len(merged.participants) == len(ROLES), seed
        generator.shuffle(exports)
        assert merge(exports) == merged
        assert merge([*exports, exports[0]]) == merged
        assert merge([exports[0], exports[0]]) == merge([exports[0]])
        copy = replace(exports[1], content_id=exports[1].content_id + "-again")
        assert shown(merge([*exports, copy])) == shown(merged), seed


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_what_any_export_shows_is_kept_as_often_as_the_one_that_shows_it_most(start: int) -> None:
    """Messages missing here and there, cuts within a minute.

    Where one export lacks the first of two equal messages and another the second, there is nothing that says that they were
    two: the count is the greatest that any one export shows.
    """
    for seed in range(start, start + 20):
        generator = random.Random(seed)
        room = talk(generator, 160)
        parts = [[one for one in said if generator.random() > 0.05] for said in cuts(room, generator, at_minutes=False)]
        exports = [export(room, said, name, *OWNERS[name]) for name, said in zip("abc", parts, strict=True)]
        most: Counter[tuple[int, int, str]] = Counter()
        for said in parts:
            most |= Counter(map(true_key, said))
        merged = merge(exports)
        assert told_keys(room, merged, OWNERS) == most, seed
        assert not most - Counter(map(true_key, room.said))
        assert merge(exports[::-1]) == merged


def descents(merged: Merged, sighted: Sighted) -> int:
    """How often two neighbours of an export have changed places; equal texts may stand for one another."""
    ordinals = [
        source.ordinal for one in merged.messages for source in one.sources if source.content_id == sighted.content_id
    ]
    messages = sighted.transcript.messages
    assert sorted(ordinals) == list(range(len(messages)))
    return sum(first > second and messages[first].text != messages[second].text for first, second in pairwise(ordinals))


def test_the_order_of_every_export_is_kept() -> None:
    for seed in range(60):
        generator = random.Random(seed)
        room = talk(generator, 120)
        parts = cuts(room, generator, at_minutes=True)
        exports = [export(room, said, name, *OWNERS[name]) for name, said in zip("abc", parts, strict=True)]
        merged = merge(exports)
        assert [descents(merged, sighted) for sighted in exports] == [0, 0, 0], seed


def test_where_messages_are_missing_only_repeats_can_change_places() -> None:
    moved = total = 0
    for seed in range(60):
        generator = random.Random(seed)
        room = talk(generator, 120)
        parts = [[one for one in said if generator.random() > 0.05] for said in cuts(room, generator, at_minutes=False)]
        exports = [export(room, said, name, *OWNERS[name]) for name, said in zip("abc", parts, strict=True)]
        merged = merge(exports)
        minutes = [one.sent_at.replace(second=0) for one in merged.messages]
        assert minutes == sorted(minutes)
        moved += sum(descents(merged, sighted) for sighted in exports)
        total += sum(map(len, parts))
    assert moved < 0.005 * total


def test_an_id_stays_when_another_export_adds_names_seconds_and_longer_texts() -> None:
    for seed in range(40):
        generator = random.Random(seed)
        room = talk(generator, 100)
        first = export(room, room.said, "a", *OWNERS["a"])
        second = export(room, room.said, "b", *OWNERS["b"])
        before = merge([first])
        after = merge([first, second])
        assert [one.message_id for one in before.messages] == [one.message_id for one in after.messages]
        assert after.conversation.conversation_id == before.conversation.conversation_id
        assert all(one.precision is Precision.SECOND for one in after.messages)
