"""Dates and clocks as KakaoTalk prints them on its platforms, in Korean and English."""

import re
from datetime import date, datetime
from typing import NamedTuple

from schemas.conversations import SEOUL

_SPACE = "[ \u00a0\u202f]"
CLOCK = (
    rf"(?:(?:오전|오후|[AaPp][Mm]){_SPACE})?[0-9]{{1,2}}:[0-9]{{2}}"
    rf"(?:{_SPACE}?[AaPp]\.?{_SPACE}?[Mm]\b\.?)?"
)
KOREAN = r"[0-9]{4}년 [0-9]{1,2}월 [0-9]{1,2}일"
DOTTED = r"[0-9]{4}\. ?[0-9]{1,2}\. ?[0-9]{1,2}\.?"
ENGLISH = r"[A-Z][a-z]{2,8}\.? [0-9]{1,2}, [0-9]{4}"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "sept", "october", "november",
    "december",
})  # fmt: skip
_CLOCK = re.compile(
    rf"(?:(?P<before>오전|오후|[AaPp][Mm]){_SPACE})?(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?::[0-9]{{2}})?"
    rf"(?:{_SPACE}?(?P<after>[AaPp])\.?{_SPACE}?[Mm]\b\.?)?"
)
_NUMBERS = re.compile(r"([0-9]{4})(?:년|\.|-) ?([0-9]{1,2})(?:월|\.|-) ?([0-9]{1,2})(?:일|\.)?")
_ENGLISH = re.compile(r"([A-Z][a-z]{2,8})\.? ([0-9]{1,2}), ([0-9]{4})")
_WEEKDAY = r"[월화수목금토일]요일"
_SEPARATOR = re.compile(
    rf"(?P<rule>-{{3,}}) *(?:{KOREAN}|{DOTTED}|(?:[A-Z][a-z]+, )?{ENGLISH})(?: \S+)? *-{{3,}}"
    rf"|(?:{KOREAN}|{DOTTED}) {_WEEKDAY}|[A-Z][a-z]+day, {ENGLISH}"
    rf"|(?:{KOREAN} {CLOCK}|{ENGLISH},?(?: at)? {CLOCK}|{CLOCK}, {ENGLISH})"
)
_SEPARATOR_HEADS = frozenset("-0123456789MTWFSJADNO오")
_MAX_SEPARATOR = 80


class Separator(NamedTuple):
    """A line that begins a day. `is_ruled`: between hyphens, as on Windows, so that nobody types it by chance."""

    day: date
    is_ruled: bool
    is_korean: bool
    moment: datetime | None
    """With the clock, which Android prints."""


def clock_of(text: str) -> tuple[int, int] | None:
    """Hour (0 to 23) and minute of the clock in a text, or None. `오전 12:05` is 00:05, `오후 12:30` is 12:30."""
    match = _CLOCK.search(text)
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"])
    half = (match["before"] or match["after"] or "").lower()
    if hour > 23 or minute > 59:
        return None
    if half in ("오전", "am", "a"):
        return None if hour > 12 else (hour % 12, minute)
    if half in ("오후", "pm", "p"):
        # some clocks print 오후 13:05
        return (hour if hour > 12 else hour % 12 + 12, minute)
    return (hour, minute)


def day_of(text: str) -> date | None:
    """The date in a text, or None if there is none or it is in no calendar."""
    try:
        if match := _NUMBERS.search(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _ENGLISH.search(text):
            name = match[1].lower()
            # "Memo 5, 2026" is no date
            if name[:3] in _MONTHS and (len(name) == 3 or name in _FULL_MONTHS):
                return date(int(match[3]), _MONTHS.index(name[:3]) + 1, int(match[2]))
    except ValueError:
        pass
    return None


def moment_of(text: str) -> datetime | None:
    """Date and clock of a stamp, in Korea, to the minute; None if either is missing or impossible."""
    day, clock = day_of(text), clock_of(text)
    return None if day is None or clock is None else at_clock(day, clock)


def at_clock(day: date, clock: tuple[int, int]) -> datetime:
    """A clock on a day, in Korea."""
    return datetime(day.year, day.month, day.day, clock[0], clock[1], tzinfo=SEOUL)


def saved_moment(text: str) -> datetime | None:
    """When an export was saved, with the seconds that Windows prints (`2026-01-05 10:44:52`); None if that is unclear."""
    moment = moment_of(text)
    seconds = re.search(r"[0-9]:[0-9]{2}:([0-5][0-9])\b", text)
    return moment.replace(second=int(seconds[1])) if moment and seconds else moment


def separator_of(text: str) -> Separator | None:
    """The line that begins a day, whatever the platform, or None. Weekdays are not checked: Android prints none."""
    if len(text) > _MAX_SEPARATOR or text[:1] not in _SEPARATOR_HEADS:
        return None
    match = _SEPARATOR.fullmatch(text.rstrip())
    day = day_of(text) if match else None
    if match is None or day is None:
        return None
    return Separator(day, bool(match["rule"]), "년" in text or "요일" in text, moment_of(text))


def has_full_month(text: str) -> bool:
    """Whether an English stamp spells its month out, as Android does, where that can be seen (not in May)."""
    match = _ENGLISH.search(text)
    return match is not None and len(match[1]) > 3
