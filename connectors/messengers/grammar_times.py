"""Times as a grammar's expressions find them: parts by name, or one piece of text with its format."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from schemas.conversations import SEOUL, Precision

TIME_GROUPS = frozenset({"y", "m", "d", "H", "M", "S", "ap", "ts"})
_MORNINGS = frozenset({"오전", "am", "a"})
_AFTERNOONS = frozenset({"오후", "pm", "p"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY = re.compile(r"\s*\([월화수목금토일](?:요일)?\)|\s*[월화수목금토일]요일")
_DIRECTIVE = re.compile(r"%[-#]?([A-Za-z%])")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_MAX_STAMP = 80
_YEARS = range(1970, 2201)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of day on a day, as far as a line gives them."""

    day: date | None
    clock: time | None
    zone: timezone | None
    precision: Precision


def parse_offset(offset: str) -> timezone:
    """The offset that a grammar names, such as `+09:00`.

    Raises:
        ValueError: in words for the author of the grammar.
    """
    match = _OFFSET.fullmatch(offset.strip())
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        raise ValueError(f'offset은 "+09:00"처럼 적습니다 (지금: {offset!r})')
    minutes = int(match[2]) * 60 + int(match[3])
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def check_format(ts_format: str) -> str:
    """A format for `ts`, as it came.

    Raises:
        ValueError: in words for the author of the grammar.
    """
    known = set("YymdHIMSfpzbBZaAj%")
    strange = [name for name in _DIRECTIVE.findall(ts_format) if name not in known]
    if strange or "%" not in ts_format:
        raise ValueError(
            f"ts_format을 알 수 없습니다: {ts_format!r} (쓸 수 있는 것: %Y %y %m %d %H %I %M %S %f %p %z %b %B)"
        )
    if not {"M"} <= set(_DIRECTIVE.findall(ts_format)) and not has_date(ts_format):
        raise ValueError(f"ts_format에 날짜도 시각도 없습니다: {ts_format!r}")
    return ts_format


def has_date(ts_format: str) -> bool:
    """Whether a format for `ts` gives a whole date."""
    found = set(_DIRECTIVE.findall(ts_format))
    return bool(found & {"Y", "y"}) and bool(found & {"m", "b", "B"}) and "d" in found


def moment_of(parts: Mapping[str, str | None], ts_formats: Sequence[str]) -> Moment | None:
    """The time that the groups of a line give; None if there is no such time.

    Args:
        parts: groups by name: `ts`, or `y m d H M S ap`.
        ts_formats: formats of `ts`; the first that fits is taken.
    """
    stamp = parts.get("ts")
    if stamp is not None:
        return _stamped(stamp, ts_formats)
    try:
        day = _day(parts)
        clock = _clock(parts)
    except (ValueError, OverflowError):
        return None
    precision = Precision.SECOND if parts.get("S") else Precision.MINUTE
    return Moment(day, clock, None, precision) if day or clock else None


def _stamped(stamp: str, ts_formats: Sequence[str]) -> Moment | None:
    if len(stamp) > _MAX_STAMP:
        return None
    plain = (
        _WEEKDAY.sub(" ", stamp).replace("오전", "AM").replace("오후", "PM").replace("\u202f", " ").replace("\xa0", " ")
    )
    plain = " ".join(plain.split())
    for ts_format in ts_formats:
        try:
            found = datetime.strptime(plain, " ".join(ts_format.split()))  # noqa: DTZ007 - the grammar's offset is added
        except (ValueError, OverflowError):
            continue
        names = set(_DIRECTIVE.findall(ts_format))
        is_dated = has_date(ts_format)
        if is_dated and found.year not in _YEARS:
            return None
        zone = found.tzinfo if isinstance(found.tzinfo, timezone) else None
        precision = Precision.MILLISECOND if "f" in names else Precision.SECOND if "S" in names else Precision.MINUTE
        clock = found.time() if names & {"H", "I"} else None
        return Moment(found.date() if is_dated else None, clock, zone, precision)
    return None


def _day(parts: Mapping[str, str | None]) -> date | None:
    year, month, day = parts.get("y"), parts.get("m"), parts.get("d")
    if not (year and month and day):
        return None
    number = int(year) + (2000 if len(year.strip()) <= 2 else 0)
    if number not in _YEARS:
        raise ValueError("year")
    return date(number, _month(month), int(day))


def _month(month: str) -> int:
    name = month.strip()[:3].lower()
    return _MONTHS.index(name) + 1 if name in _MONTHS else int(month)


def _clock(parts: Mapping[str, str | None]) -> time | None:
    if not parts.get("H") or not parts.get("M"):
        return None
    hour, minute, second = (int(parts.get(name) or 0) for name in ("H", "M", "S"))
    half = (parts.get("ap") or "").strip().lower().replace(".", "").replace(" ", "")
    if half in _MORNINGS | _AFTERNOONS and hour <= 12:
        hour = hour % 12 + (12 if half in _AFTERNOONS else 0)
    elif half and half not in _MORNINGS | _AFTERNOONS:
        raise ValueError("half of the day")
    return time(hour, minute, second)


@dataclass(slots=True)
class Calendar:
    """The day that the lines of an export are at, and the time of the message before."""

    offset: timezone | None
    is_newest_first: bool = False
    day: date | None = None
    last: datetime | None = None
    is_backwards: bool = False

    def at(self, moment: Moment) -> datetime | None:
        """The time of a line; None as long as its day is not known. Goes on to the line's own day, if it has one."""
        day = moment.day or self.day
        if day is None or moment.clock is None:
            return None
        at = datetime.combine(day, moment.clock, moment.zone or self.offset or SEOUL)
        if self.last is not None and not self.is_newest_first and at < self.last - timedelta(minutes=1):
            self.is_backwards = True
        self.day, self.last = day, at
        return at

    @property
    def before(self) -> datetime | None:
        """The time to be taken for a line without one: that of the message before, or else the beginning of its day."""
        if self.day is not None and (self.last is None or self.last.date() < self.day):
            return datetime.combine(self.day, time(), self.offset or SEOUL)
        return self.last

    def is_offset_assumed(self, moment: Moment | None) -> bool:
        """Whether neither the line nor the grammar names an offset."""
        return self.offset is None and (moment is None or moment.zone is None)
