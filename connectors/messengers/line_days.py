"""LINE's lines that say a date, and the form of the lines between them, surveyed over a whole export."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from connectors.messengers import line_words as words
from connectors.messengers.clock_lines import CLOCK, date_in_order, in_seoul, time_of_day
from connectors.messengers.contract import Line
from schemas.conversations import ConversationKind

HEADER = re.compile(r"^\[LINE\] ?(?P<rest>.*)$")
_YEAR_FIRST = re.compile(
    r"^(?P<era>R)?(?P<a>\d{1,4})(?:[./-] ?|년 ?|年)(?P<b>\d{1,2})(?:[./-] ?|월 ?|月)(?P<c>\d{1,2})(?:\.|일|日)?"
    r"\s*[(（]?(?P<day>[^\W\d]{1,14}\.?)[)）]?\s*$"
)
_DAY_FIRST = re.compile(r"^(?P<day>[^\W\d]{1,14})[.,]{0,2}\s+(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<c>\d{4})\s*$")
# Thai letters carry signs that are no letters of their own
_THAI = re.compile(
    r"^(?:(?P<a>\d{4})[/.](?P<b>\d{1,2})[/.](?P<c>\d{1,2})\s*[(（]?(?P<day>[\u0e00-\u0e7f]{1,14}\.?)[)）]?"
    r"|(?P<day2>[\u0e00-\u0e7f]{1,14})\.?,?\s+(?P<a2>\d{1,2})/(?P<b2>\d{1,2})/(?P<c2>\d{4}))\s*$"
)
TABBED = re.compile(rf"^{CLOCK}\t(?P<rest>.*)$", re.DOTALL)
_WIDE = re.compile(rf"^{CLOCK} {{2,}}(?P<rest>\S.*)$", re.DOTALL)
_SPACED = re.compile(rf"^{CLOCK} (?P<rest>\S.*)$", re.DOTALL)
SHAPES = {"tabs": TABBED, "wide spaces": _WIDE, "spaces": _SPACED}
_SAVED_DATE = re.compile(rf"^(?P<era>R)?(?P<a>\d{{1,4}})[/.-](?P<b>\d{{1,2}})[/.-](?P<c>\d{{1,4}}),?\s*{CLOCK}\s*$")
_MAX_NAMES = 20_000
_REIWA = 2018


@dataclass(frozen=True, slots=True)
class DayLine:
    """The three numbers of a line that says a date, and the day of the week (Monday 0)."""

    parts: tuple[str, str, str]
    weekday: int

    @property
    def is_year_first(self) -> bool:
        """Whether its order leaves no doubt."""
        return len(self.parts[0]) == 4

    def date_in(self, order: str) -> date | None:
        """The date, the day and month in that order (`DMY`, `MDY`) unless the year stands first."""
        return date_in_order(self.parts, "YMD" if self.is_year_first else order)


def day_line(text: str) -> DayLine | None:
    """The date that a line says, and nothing else; it has a day of the week, else anybody could have typed it."""
    if len(text) > 60 or not any(character.isdigit() for character in text[:30]):
        return None
    if match := _YEAR_FIRST.match(text):
        year = match["a"]
        if match["era"]:
            year = str(_REIWA + int(year))
        if len(year) != 4:
            return None
        found, word = (year, match["b"], match["c"]), match["day"]
    elif match := _DAY_FIRST.match(text):
        found, word = (match["a"], match["b"], match["c"]), match["day"]
    elif match := _THAI.match(text):
        found = (match["a"] or match["a2"], match["b"] or match["b2"], match["c"] or match["c2"])
        word = match["day"] or match["day2"]
    else:
        return None
    weekday = words.weekday_of(word)
    return None if weekday is None else DayLine(found, weekday)


@dataclass(slots=True)
class Survey:
    """What the whole export says before it is read."""

    title: str = ""
    kind: ConversationKind = ConversationKind.UNKNOWN
    saved: re.Match[str] | None = None
    shape: str = "tabs"
    order: str = "DMY"
    senders: dict[str, None] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    @property
    def exported_at(self) -> datetime | None:
        """When it was saved, in Korea's time."""
        if self.saved is None:
            return None
        year = str(_REIWA + int(self.saved["a"])) if self.saved["era"] else self.saved["a"]
        parts = (year, self.saved["b"], self.saved["c"])
        day = date_in_order(parts, "YMD" if len(year) == 4 else self.order)
        time = time_of_day(self.saved)
        return in_seoul(day, time)[0] if day and time else None

    def split(self, text: str) -> tuple[re.Match[str], str | None, str] | None:
        """The clock, the sender (None for a system line) and the text of a line that begins a message."""
        match = SHAPES[self.shape].match(text)
        if match is None or time_of_day(match) is None:
            return None
        rest = match["rest"]
        if self.shape == "tabs":
            name, tab, body = rest.partition("\t")
            return (match, name or None, body) if tab else (match, None, name)
        if self.shape == "wide spaces":
            parts = re.split(r" {2,}", rest, maxsplit=1)
            return (match, parts[0], parts[1]) if len(parts) == 2 else (match, None, rest)
        name = self._longest_name(rest)
        return (match, name, rest[len(name) + 1 :]) if name else (match, None, rest)

    def _longest_name(self, rest: str) -> str | None:
        tokens = rest.split(" ", 4)
        for n_tokens in range(min(4, len(tokens) - 1), 0, -1):
            name = " ".join(tokens[:n_tokens])
            if name in self.names or (n_tokens == 1 and len(self.names) == 0):
                return name
        return tokens[0] if len(tokens) > 1 else None


def survey(lines: Iterator[Line]) -> Survey:
    """Go through the whole export once."""
    found = Survey()
    shapes: Counter[str] = Counter()
    prefixes: dict[str, int] = {}
    orders: Counter[str] = Counter()
    steps = {"DMY": _Steps(), "MDY": _Steps()}
    for line in lines:
        text = line.text
        if line.number <= 6 and _note_header(found, text):
            continue
        if day := day_line(text):
            if not day.is_year_first:
                _vote(day, orders, steps)
            continue
        shape = next((name for name, pattern in SHAPES.items() if (m := pattern.match(text)) and time_of_day(m)), None)
        if shape is None:
            continue
        shapes[shape] += 1
        match = SHAPES[shape].match(text)
        if match and shape == "spaces":
            _note_prefixes(match["rest"], prefixes)
    if shapes:
        # a text can begin with a clock in any form, but only exports have tabs there
        found.shape = next((name for name in ("tabs", "wide spaces") if shapes[name]), "spaces")
    found.order = min(("DMY", "MDY"), key=lambda o: (-orders[o], steps[o].n_backwards, o))
    if found.shape == "spaces":
        found.names = _names(prefixes, found.title)
    return found


@dataclass(slots=True)
class _Steps:
    last: date | None = None
    n_backwards: int = 0


def _note_header(found: Survey, text: str) -> bool:
    if match := HEADER.match(text):
        title, found.kind = words.title_of(match["rest"]) or (match["rest"].strip(), ConversationKind.UNKNOWN)
        found.title = title
        return True
    if match := words.SAVED.match(text):
        found.saved = _SAVED_DATE.match(match["at"].strip())
        return True
    return False


def _vote(day: DayLine, orders: Counter[str], steps: dict[str, _Steps]) -> None:
    for order, step in steps.items():
        moment = day.date_in(order)
        if moment is None:
            continue
        if moment.weekday() == day.weekday:
            orders[order] += 1
        step.n_backwards += step.last is not None and moment < step.last
        step.last = moment


def _note_prefixes(rest: str, prefixes: dict[str, int]) -> None:
    tokens = rest.split(" ", 4)
    for n_tokens in range(1, min(4, len(tokens) - 1) + 1):
        prefix = " ".join(tokens[:n_tokens])
        if prefix in prefixes or len(prefixes) < _MAX_NAMES:
            prefixes[prefix] = prefixes.get(prefix, 0) + 1


def _names(prefixes: dict[str, int], title: str) -> frozenset[str]:
    """Names with blanks in them: whatever the first word is always followed by, three times at least."""
    names = {title} if title else set()
    for prefix, count in prefixes.items():
        is_whole = " " not in prefix
        if is_whole or (count >= 3 and count == prefixes.get(prefix.split(" ", 1)[0])):
            names.add(prefix)
    return frozenset(names)
