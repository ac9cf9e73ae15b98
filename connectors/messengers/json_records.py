"""Values of JSON in exports, taken on the suspicion that anything may be of any type, and a count of what was understood."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.decoding import utf16_codec
from connectors.messengers.json_stream import Gap
from schemas.conversations import SEOUL, Precision, Understood
from schemas.outcome import Failed

_MAX_UNREAD, _UNREAD_CHARACTERS = 10, 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).astimezone(SEOUL)
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,12})?")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SECONDS = re.compile(r"[T ]\d{2}:?\d{2}:?\d{2}")
_FRACTION = re.compile(r"[T ]\d{2}:?\d{2}:?\d{2}[.,]\d")


@dataclass
class Tally:
    """How much of what was read is accounted for, in characters of records."""

    n_characters: int = 0
    n_missed: int = 0
    n_records: int = 0
    unread: list[str] = field(default_factory=list)

    def count(self, n_characters: int) -> None:
        """Count a record that was understood."""
        self.n_records += 1
        self.n_characters += max(1, n_characters)

    def miss(self, n_characters: int, record: object) -> None:
        """Count a record that was not, with its text as a sample."""
        self.n_characters += max(1, n_characters)
        self.n_missed += max(1, n_characters)
        self._sample(record)

    def lack(self, n_records: int, note: str) -> None:
        """Count records that should be there and are not, each as long as those that are."""
        mean = max(1, self.n_characters // max(1, self.n_records))
        self.miss(mean * n_records, note)

    def result(self, n_bytes: int) -> Understood:
        """The share of `n_bytes` that is accounted for."""
        if not self.n_missed:
            return Understood(n_bytes, n_bytes)
        n_understood = n_bytes * (self.n_characters - self.n_missed) // self.n_characters
        return Understood(n_bytes, min(n_understood, max(0, n_bytes - 1)), self.unread)

    def _sample(self, record: object) -> None:
        if len(self.unread) < _MAX_UNREAD:
            self.unread.append(sample_of(record))


def sample_of(record: object) -> str:
    """The first 200 characters of a record, as JSON."""
    if isinstance(record, Gap):
        record = record.text
    if not isinstance(record, str):
        try:
            record = json.dumps(record, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            record = repr(type(record))
    return _whole(record[:_UNREAD_CHARACTERS])


def record_of(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records_of(value: object) -> list[dict[str, Any]]:
    """The objects of a list; empty if it is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str:
    """The value if it is text or a whole number, as text; else empty. Halves of characters become U+FFFD."""
    if isinstance(value, str):
        return _whole(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 127 else ""


def texts_of(value: object) -> list[str]:
    """The texts of a list that are not empty; none if it is no list."""
    return [text for text in map(text_of, value) if text] if isinstance(value, list) else []


def first_text(*values: object) -> str:
    """The first value that is text with something in it, else empty."""
    return next((text for text in map(text_of, values) if text.strip()), "")


def number_of(value: object) -> int | None:
    """A whole number from 0, also where it is written as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    return value if isinstance(value, int) and 0 <= value < 1 << 62 else None


def instant_of(value: object, per_second: int = 1) -> datetime | None:
    """An instant since 1970 (seconds, or thousandths with `per_second` 1000), to the millisecond, shown in Seoul.

    None if it is no number or no year between 1 and 9999.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and not abs(value) < 1e18:
        return None
    text = value if isinstance(value, str) else f"{value:.6f}" if isinstance(value, float) else text_of(value)
    if not _NUMBER.fullmatch(text):
        return None
    whole, _, fraction = text.partition(".")
    milliseconds = int(whole) * 1000 // per_second
    if per_second == 1:
        milliseconds += int(fraction[:3].ljust(3, "0")) * (-1 if text.startswith("-") else 1)
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def printed_instant(value: object) -> tuple[datetime, Precision, bool] | None:
    """A time in ISO 8601, shown in Seoul, with its precision and whether Seoul's offset was assumed; None if it is none."""
    if not isinstance(value, str) or not 10 < len(value) < 60:
        return None
    try:
        time = datetime.fromisoformat(value.strip())
        is_naive = time.tzinfo is None
        time = time.replace(tzinfo=SEOUL) if is_naive else time.astimezone(SEOUL)
    except (ValueError, OverflowError):
        return None
    if not _SECONDS.search(value):
        precision = Precision.MINUTE
    else:
        precision = Precision.MILLISECOND if _FRACTION.search(value) else Precision.SECOND
    return time, precision, is_naive


def load_json(content: bytes) -> Any:
    """What the bytes say.

    Raises:
        schemas.outcome.Failed: `corrupt`.
    """
    try:
        return json.loads(content.decode(utf16_codec(content) or "utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Failed("corrupt", f"JSON: {type(error).__name__}") from error


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _SURROGATE.search(text) else text
