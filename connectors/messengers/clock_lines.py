"""Lines of a text export that begin with a date and a time of day, in the manners of many countries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from connectors.messengers.contract import Line
from schemas.conversations import SEOUL, Precision, Understood

MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Invisible marks of direction that applications print around names, dates and placeholders."""

MAX_SAMPLES, SAMPLE_LENGTH = 10, 200
FIRST_YEAR, LAST_YEAR = 1990, 2099
# no messenger that prints years of two digits is older
_FIRST_SHORT_YEAR = 2009

_SPACE = r"[ \u00a0\u202f\u2009]"
_MORNING = rf"[Aa]\.?{_SPACE}?[Mm]\.?|오전|上午|午前|凌晨|清晨|早上|ก่อนเที่ยง|ص|ق\.ظ\.?|पूर्वाह्न|π\.μ\.|ÖÖ|SA|PG|de\."
_AFTERNOON = rf"[Pp]\.?{_SPACE}?[Mm]\.?|오후|下午|午後|中午|晚上|หลังเที่ยง|م|ب\.ظ\.?|अपराह्न|μ\.μ\.|ÖS|CH|PTG|du\."
CLOCK = (
    rf"(?:(?P<before>{_MORNING}|{_AFTERNOON}){_SPACE}{{0,2}})?"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    rf"(?:{_SPACE}{{0,2}}(?P<after>{_MORNING}|{_AFTERNOON})(?!\w))?"
)
"""Pattern of a time of day, with groups for `time_of_day`; 12 hours with the half day before or after, or 24 hours."""

_IS_AFTERNOON = re.compile(_AFTERNOON)
ORDERS = ("DMY", "MDY", "YMD", "YDM", "MYD", "DYM")
"""Orders in which day, month and year can stand."""


def time_of_day(match: re.Match[str]) -> tuple[int, int, int | None] | None:
    """Hour, minute and second (None if not printed) of a match of `CLOCK`; None if there is no such time."""
    hour, minute = int(match["hour"]), int(match["minute"])
    second = int(match["second"]) if match["second"] else None
    half = match["before"] or match["after"]
    if half:
        is_afternoon = bool(_IS_AFTERNOON.fullmatch(half))
        if is_afternoon and hour < 12:
            hour += 12
        elif not is_afternoon and hour == 12:
            hour = 0
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    return hour, minute, second


def in_seoul(day: date, time: tuple[int, int, int | None]) -> tuple[datetime, Precision]:
    """The moment in Korea's time, and how fine it is printed."""
    hour, minute, second = time
    moment = datetime(day.year, day.month, day.day, hour, minute, second or 0, tzinfo=SEOUL)
    return moment, Precision.MINUTE if second is None else Precision.SECOND


def date_in_order(parts: tuple[str, str, str], order: str) -> date | None:
    """The date whose three printed numbers stand in that order; None if there is no such date, or no likely one."""
    by_letter = dict(zip(order, parts, strict=True))
    if len(by_letter["D"]) > 2 or len(by_letter["M"]) > 2 or len(by_letter["Y"]) not in (2, 4):
        return None
    year = int(by_letter["Y"])
    if len(by_letter["Y"]) == 2:
        year += 2000
        if year < _FIRST_SHORT_YEAR:
            return None
    # Thailand counts the years of the Buddha
    if year > 2400:
        year -= 543
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, int(by_letter["M"]), int(by_letter["D"]))
    except ValueError:
        return None


@dataclass(slots=True)
class _Reading:
    n_impossible: int = 0
    n_backwards: int = 0
    last: date | None = None
    n_days_moved: int = 0

    def add(self, day: date | None) -> None:
        if day is None:
            self.n_impossible += 1
            return
        if self.last is not None:
            self.n_backwards += day < self.last
            self.n_days_moved += abs((day - self.last).days)
        self.last = day


@dataclass(slots=True)
class OrderVote:
    """Decides over a whole file in which order its dates print day, month and year."""

    readings: dict[str, _Reading] = field(default_factory=lambda: {order: _Reading() for order in ORDERS})
    _last: tuple[str, str, str] | None = None

    def add(self, parts: tuple[str, str, str]) -> None:
        """Count a printed date."""
        # the same day again says nothing new
        if parts == self._last:
            return
        self._last = parts
        for order, reading in self.readings.items():
            reading.add(date_in_order(parts, order))

    def winner(self, preferred: tuple[str, ...]) -> str:
        """The order with the fewest impossible dates, then the fewest steps back, then the shortest way; then by taste.

        Args:
            preferred: orders, the likelier first, for a file that says nothing itself.
        """

        def rank(order: str) -> tuple[int, int, float, int]:
            reading = self.readings[order]
            taste = preferred.index(order) if order in preferred else len(preferred)
            return reading.n_impossible, reading.n_backwards, reading.n_days_moved, taste

        return min(ORDERS, key=rank)


@dataclass(slots=True)
class LineTally:
    """Counts bytes of lines, those that were understood, and keeps samples of the others."""

    n_bytes: int = 0
    n_understood: int = 0
    unread: list[str] = field(default_factory=list)
    is_backwards: bool = False

    def add(self, line: Line, is_understood: bool = True) -> None:
        """Count a line."""
        self.n_bytes += line.n_bytes
        if is_understood or not line.text.strip():
            self.n_understood += line.n_bytes
        elif len(self.unread) < MAX_SAMPLES:
            self.unread.append(line.text[:SAMPLE_LENGTH])

    def result(self) -> Understood:
        """What was understood of the lines so far."""
        return Understood(self.n_bytes, self.n_understood, self.unread, self.is_backwards)


@dataclass(slots=True)
class TextBlock:
    """The lines of one message; blank lines at its end may belong to nothing."""

    lines: list[str]
    line_start: int
    line_end: int
    _n_blank: int = 0

    def add(self, line: Line, text: str | None = None) -> None:
        """Go on with a line, or with another text for it."""
        text = line.text if text is None else text
        if not text.strip(MARKS + " \t\r"):
            self._n_blank += 1
            return
        self.lines.extend([""] * self._n_blank)
        self._n_blank = 0
        self.lines.append(text)
        self.line_end = line.number

    def keep_blank(self) -> None:
        """Blank lines so far were typed."""
        self.lines.extend([""] * self._n_blank)
        self.line_end += self._n_blank
        self._n_blank = 0

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines)


def without_line_ends(lines: Iterator[Line]) -> Iterator[Line]:
    """Lines without further carriage returns at their ends, which copying through Windows doubles."""
    for line in lines:
        yield line._replace(text=line.text.rstrip("\r")) if line.text.endswith("\r") else line
