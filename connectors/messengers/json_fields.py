"""Values of JSON exports, taken without trust: anything of the wrong type counts as missing."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.decoding import decode_text
from connectors.messengers.contract import HEAD_BYTES, ExportFile
from schemas.conversations import SEOUL, Participant, Precision, Reaction, Understood
from schemas.outcome import Failed

MAX_SAMPLES, SAMPLE_LENGTH = 10, 200
_MAX_DIGITS = 25
_SAMPLE = 20
_YEARS = range(1990, 2100)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)


def _integer(digits: str) -> int | float:
    # a number of millions of digits would cost the whole file
    return int(digits) if len(digits) <= _MAX_DIGITS else math.inf


_DECODER = json.JSONDecoder(parse_int=_integer)


def load(file: ExportFile) -> Any:
    """The whole file.

    Raises:
        schemas.outcome.Failed: `corrupt`, `undecodable_text`.
    """
    text = decode_text(file.open().read())
    try:
        return _DECODER.decode(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise Failed("corrupt", f"JSON: {error}"[:200]) from error


def first_records(file: ExportFile, *keys: str) -> list[dict[str, Any]]:
    """The first objects of the file's list, or of a list under one of the keys, as far as the head holds them.

    Empty if the list begins with something else. Never raises.
    """
    head = (file.head or "").lstrip()
    if head.startswith("["):
        return _objects(head, 1)
    if not head.startswith("{"):
        return []
    for match in re.finditer(rf'"(?:{"|".join(map(re.escape, keys))})"\s*:\s*\[', head):
        if records := _objects(head, match.end()):
            return records
    return []


def is_whole(file: ExportFile) -> bool:
    """Whether the head is the whole file."""
    return len(file.start) <= HEAD_BYTES


def _objects(text: str, position: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < _SAMPLE:
        while position < len(text) and text[position] in " \t\r\n,":
            position += 1
        if position >= len(text) or text[position] == "]":
            break
        try:
            value, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        if not isinstance(value, dict):
            return []
        found.append(value)
    return found


def text_of(value: Any) -> str:
    """A string as it is, anything else as the empty one."""
    return value if isinstance(value, str) else ""


def id_of(value: Any) -> str | None:
    """An id as text; None for anything that is neither a filled string nor a whole number."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def number_of(value: Any) -> float | None:
    """A finite number, also out of a string of digits."""
    if isinstance(value, str) and len(value) <= _MAX_DIGITS and re.fullmatch(r"-?\d+(?:\.\d+)?", value, re.ASCII):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def size_of(value: Any) -> int | None:
    """A number of bytes, not negative."""
    number = number_of(value)
    return int(number) if number is not None and number >= 0 else None


def dicts_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def instant_of(value: Any, unit: float = 1.0) -> datetime | None:
    """A moment of an epoch time, shown in Seoul.

    Args:
        value: number or digits.
        unit: seconds that one of it is; 0.001 for milliseconds.
    """
    number = number_of(value)
    if number is None or abs(number * unit) > 1e11:
        return None
    # whole milliseconds, since floats of seconds lose them
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=round(number * unit * 1000))
    return moment.astimezone(SEOUL) if moment.year in _YEARS else None


def iso_time(value: Any) -> tuple[datetime, Precision, bool] | None:
    """Moment, precision, and whether Korea's offset was assumed, of a time as ISO 8601 prints it; None for no time."""
    match = _ISO.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 60 else None
    if match is None or int(match[1]) not in _YEARS:
        return None
    fraction = int((match[7] or "").ljust(6, "0")[:6])
    precision = Precision.MILLISECOND if match[7] else Precision.SECOND if match[6] else Precision.MINUTE
    zone = match[8]
    numbers = [int(match[group] or 0) for group in range(1, 7)]
    try:
        naive = datetime(*numbers, fraction)  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    if zone is None:
        return naive.replace(tzinfo=SEOUL), precision, True
    if zone == "Z":
        return naive.replace(tzinfo=UTC).astimezone(SEOUL), precision, False
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    return (naive.replace(tzinfo=UTC) - offset).astimezone(SEOUL), precision, False


def reactions_of(pairs: Iterable[tuple[str, str]]) -> list[Reaction]:
    """Reactions out of pairs of emoji and name."""
    by_emoji: dict[str, Reaction] = {}
    for emoji, name in pairs:
        if not emoji:
            continue
        reaction = by_emoji.setdefault(emoji, Reaction(emoji, 0))
        reaction.count += 1
        if name:
            reaction.users.append(name)
    return list(by_emoji.values())


@dataclass(slots=True)
class People:
    """Those who take part, in the order of their appearance; somebody with an id can have several names."""

    by_key: dict[str, Participant] = field(default_factory=dict)

    def add(self, name: str, native_id: str | None = None, *, is_bot: bool = False, is_owner: bool = False) -> None:
        """Note somebody; nobody without a name and an id."""
        if not name and not native_id:
            return
        person = self.by_key.setdefault(native_id or f"\0{name}", Participant(name, native_id))
        person.is_bot = person.is_bot or is_bot
        person.is_owner = person.is_owner or is_owner
        if not person.name:
            person.name = name
        elif name and name != person.name and name not in person.aliases:
            person.aliases.append(name)

    def all(self) -> list[Participant]:
        """All of them."""
        return list(self.by_key.values())


@dataclass(slots=True)
class RecordTally:
    """Counts records and those that were understood, with samples of the others."""

    n_records: int = 0
    n_understood: int = 0
    unread: list[str] = field(default_factory=list)

    def add(self, record: Any, is_understood: bool = True) -> None:
        """Count a record."""
        self.n_records += 1
        if is_understood:
            self.n_understood += 1
        elif len(self.unread) < MAX_SAMPLES:
            try:
                sample = json.dumps(record, ensure_ascii=False)
            except (ValueError, RecursionError):
                sample = str(type(record))
            self.unread.append(sample[:SAMPLE_LENGTH])

    def result(self, n_bytes: int) -> Understood:
        """The share of a file of so many bytes."""
        if not self.n_records:
            return Understood(n_bytes, n_bytes, self.unread)
        return Understood(n_bytes, n_bytes * self.n_understood // self.n_records, self.unread)


def in_order(times: Sequence[datetime | None]) -> bool:
    """Whether the first known time is not after the last one: the list runs from old to new."""
    known = [time for time in times if time is not None]
    return not known or known[0] <= known[-1]


def numbered(records: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Records with their numbers from 1."""
    return enumerate(records, start=1)
