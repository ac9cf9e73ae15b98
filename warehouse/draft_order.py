"""In what order versions of one document were made, and which of them is the final one; pure, and told with reasons.

Nothing here is certain: names lie, copying files changes their times, and clocks differ. Each sign votes with a weight; what
speaks against the order that wins is told, and a final one that is doubtful is asked about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from warehouse.draft_facts import FINAL_RANK, Marks

_SAME_TIME = timedelta(seconds=60)
_SURE = 3.0

PLACE, NUMBER, WORD, DAY, SAVED, MODIFIED, DATED, SENT = (
    "place",
    "number",
    "word",
    "day",
    "saved",
    "modified",
    "dated",
    "sent",
)
SIGNS = {
    PLACE: "놓인 자리",
    NUMBER: "이름의 번호",
    WORD: "이름의 말",
    DAY: "이름의 날짜",
    SAVED: "문서에 적힌 저장 시각",
    MODIFIED: "파일을 고친 때",
    DATED: "글머리의 날짜",
    SENT: "보낸 때",
}
"""What tells for an order → in words."""


@dataclass(frozen=True)
class Version:
    """Contents that hold one text: a version of a document.

    Attributes:
        content_ids: its contents, sorted; several where it was converted or kept with other bytes.
        marks: what the names at its places say.
        formats: of its contents.
        n_shingles: how long it is.
        modified_at: the earliest that a place of its own shows.
        saved_at: when the document says that it was saved, the earliest of its contents.
        dated_on: date at the head of the text.
        sent_at: when mails and messages carried it, sorted.
        replaces: contents that stood at a place before it.
    """

    content_ids: tuple[str, ...]
    marks: tuple[Marks, ...] = ()
    formats: tuple[str, ...] = ()
    n_shingles: int = 0
    modified_at: datetime | None = None
    saved_at: datetime | None = None
    dated_on: date | None = None
    sent_at: tuple[datetime, ...] = ()
    replaces: frozenset[str] = frozenset()

    @property
    def rank(self) -> int:
        """The greatest rank that a name gives it."""
        return max((marks.rank for marks in self.marks if marks.rank != 1), default=1)

    @property
    def number(self) -> tuple[int, ...]:
        """The number that its names give it, if they do not give it several."""
        numbers = {marks.number for marks in self.marks if marks.number}
        return numbers.pop() if len(numbers) == 1 else ()

    @property
    def day(self) -> tuple[int, int, int] | None:
        """The date that its names give it, if they do not give it several."""
        days = {marks.day for marks in self.marks if marks.day}
        return days.pop() if len(days) == 1 else None

    @property
    def is_copy(self) -> bool:
        """Whether every name of it calls it a copy."""
        return bool(self.marks) and all(marks.is_copy for marks in self.marks)


@dataclass(frozen=True)
class Standing:
    """A version at its place among the others.

    Attributes:
        version: the version.
        is_final: whether it is taken for the final one.
        is_confirmed: whether a person said so.
        evidence: why, a line each, without any path or name.
        doubt: why a person should look, on the final one alone.
    """

    version: Version
    is_final: bool
    is_confirmed: bool
    evidence: tuple[str, ...]
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of a family: the final content, or None for "there is none yet"."""

    content_id: str | None
    decided_at: datetime


def votes(first: Version, second: Version) -> dict[str, float]:
    """Sign → its weight, positive where it says that the first is the earlier one."""
    found: dict[str, float] = {}
    if second.replaces & set(first.content_ids):
        found[PLACE] = 8.0
    elif first.replaces & set(second.content_ids):
        found[PLACE] = -8.0
    if first.number and second.number and first.number != second.number:
        found[NUMBER] = 3.0 if first.number < second.number else -3.0
    weight = _weight_of_words(first.rank, second.rank)
    if weight:
        found[WORD] = weight
    here, there = first.day, second.day
    if (
        here
        and there
        and (here if here[0] and there[0] else here[1:]) != (there if here[0] and there[0] else there[1:])
    ):
        found[DAY] = (
            3.0
            if (here if here[0] and there[0] else here[1:]) < (there if here[0] and there[0] else there[1:])
            else -3.0
        )
    for sign, one, other, weight in (
        (SAVED, first.saved_at, second.saved_at, 3.0),
        (MODIFIED, first.modified_at, second.modified_at, 2.0),
    ):
        if one and other and abs(one - other) > _SAME_TIME:
            found[sign] = weight if one < other else -weight
    if first.dated_on and second.dated_on and first.dated_on != second.dated_on:
        found[DATED] = 1.5 if first.dated_on < second.dated_on else -1.5
    sent = _sent(first, second) - _sent(second, first)
    if sent:
        found[SENT] = sent
    return found


def _weight_of_words(first: int, second: int) -> float:
    if first == second:
        return 0.0
    low, high = sorted((first, second))
    weight = 2.0 if low == 0 else 1.5 if low >= FINAL_RANK else 1.0 if high >= FINAL_RANK else 0.5
    return weight if first < second else -weight


def _sent(first: Version, second: Version) -> float:
    """How strongly sending says that the first was there before the second."""
    if not first.sent_at:
        return 0.0
    if second.sent_at:
        return 2.0 if first.sent_at[0] < second.sent_at[0] else 0.0
    return 1.5 if second.modified_at and second.modified_at > first.sent_at[0] + _SAME_TIME else 0.0


def ordered(versions: Iterable[Version]) -> list[Version]:
    """The versions, oldest first: by how many others each is older than, then by how clearly, then by time and length."""
    given = sorted(versions, key=lambda version: version.content_ids)
    wins = dict.fromkeys(range(len(given)), 0)
    margins = dict.fromkeys(range(len(given)), 0.0)
    for one in range(len(given)):
        for other in range(one + 1, len(given)):
            total = sum(votes(given[one], given[other]).values())
            margins[one] += total
            margins[other] -= total
            if total:
                wins[one if total > 0 else other] += 1
                wins[other if total > 0 else one] -= 1
    last = max((version.modified_at for version in given if version.modified_at), default=None)

    def key(position: int) -> tuple[object, ...]:
        version = given[position]
        when = version.modified_at or last
        return -wins[position], -margins[position], when.timestamp() if when else 0.0, version.n_shingles, position

    return [given[position] for position in sorted(wins, key=key)]


def stand(versions: Iterable[Version], answer: Answer | None = None) -> list[Standing]:
    """Put versions in order and propose the final one, each with its reasons; an answer of a person decides."""
    row = ordered(versions)
    chosen, reasons, doubt = _final(row)
    is_confirmed = False
    if answer is not None:
        confirmed = next((n for n, one in enumerate(row) if answer.content_id in one.content_ids), None)
        if confirmed is not None:
            chosen, is_confirmed, reasons = confirmed, True, ("최종: 사람이 확인함",)
            newer = [one for one in row[confirmed + 1 :] if one.modified_at and one.modified_at > answer.decided_at]
            doubt = "최종으로 확인한 뒤에 새 판이 왔음" if newer else None
        elif answer.content_id is None:
            chosen, is_confirmed, reasons, doubt = None, True, (), None
    return [
        Standing(
            version=version,
            is_final=number == chosen,
            is_confirmed=is_confirmed and (number == chosen or chosen is None),
            evidence=(*_signs_of(version), *_against(row, number), *(reasons if number == chosen else ())),
            doubt=doubt if number == chosen else None,
        )
        for number, version in enumerate(row)
    ]


def _final(row: Sequence[Version]) -> tuple[int | None, tuple[str, ...], str | None]:
    chosen = len(row) - 1
    # A first draft that only its file's time puts last is none that was handed on.
    if row[chosen].rank == 0 and any(one.rank >= FINAL_RANK for one in row):
        chosen = max(n for n, one in enumerate(row) if one.rank >= FINAL_RANK)
    final = row[chosen]
    reasons = ["최종으로 봄: 가장 나중 판" if chosen == len(row) - 1 else "최종으로 봄: 이름이 최종인 마지막 판"]
    if final.rank >= FINAL_RANK:
        reasons.append("최종으로 봄: 이름의 말")
    others = [one for one in row if one is not final]
    is_sent = bool(final.sent_at) and all(not one.sent_at or one.sent_at[-1] < final.sent_at[-1] for one in others)
    if is_sent and others:
        reasons.append("최종으로 봄: 마지막으로 보낸 판")
    return chosen, tuple(reasons), _doubt(row, final, others, is_sent=is_sent)


def _doubt(row: Sequence[Version], final: Version, others: Sequence[Version], *, is_sent: bool) -> str | None:
    if not others or (is_sent and final is row[-1]):
        return None
    called = [one for one in others if one.rank >= FINAL_RANK]
    if final is not row[-1]:
        return "최종이라 이름 붙인 판보다 나중에 고친 판이 있음"
    if any(one.rank > final.rank for one in called):
        return "가장 나중 판보다 먼저 판의 이름이 최종이라 함"
    if any(one.rank == final.rank and sum(votes(one, final).values()) < _SURE for one in called):
        return "이름이 최종인 판이 여럿임"
    if any(one.sent_at and not final.sent_at and one.rank >= final.rank for one in others):
        return "먼저 판은 보냈고 가장 나중 판은 보내지 않았음"
    if abs(sum(votes(row[-2], final).values())) < 1:
        return "어느 판이 나중인지 알 수 없음"
    return None


def _signs_of(version: Version) -> list[str]:
    lines = []
    if words := list(dict.fromkeys(word for marks in version.marks for word in marks.words)):
        lines.append(f"이름의 표시 {' '.join(words)}")
    if version.saved_at:
        lines.append(f"{SIGNS[SAVED]} {version.saved_at:%Y-%m-%d %H:%M}")
    if version.modified_at:
        lines.append(f"{SIGNS[MODIFIED]} {version.modified_at:%Y-%m-%d %H:%M}")
    if version.dated_on:
        lines.append(f"{SIGNS[DATED]} {version.dated_on}")
    if version.sent_at:
        lines.append(f"{SIGNS[SENT]} {version.sent_at[0]:%Y-%m-%d %H:%M}")
    if len(version.content_ids) > 1:
        lines.append(f"같은 글의 파일 {len(version.content_ids)}개 ({', '.join(version.formats)})")
    return lines


def _against(row: Sequence[Version], number: int) -> list[str]:
    if not number:
        return []
    found = votes(row[number - 1], row[number])
    here = [SIGNS[sign] for sign, weight in found.items() if weight > 0]
    against = [SIGNS[sign] for sign, weight in found.items() if weight < 0]
    lines = [f"앞 판의 뒤에 둠: {', '.join(here)}"] if here else []
    return [*lines, f"앞 판보다 앞이라고 하는 것: {', '.join(against)}"] if against else lines
