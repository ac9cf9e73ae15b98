"""Lines that begin a message in KakaoTalk's text exports: one form for each platform and language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from connectors.messengers.kakao_notices import is_notice
from connectors.messengers.kakao_people import BREAK
from connectors.messengers.kakao_stamps import CLOCK, DOTTED, ENGLISH, KOREAN, clock_of, moment_of

_DIGITS = frozenset("0123456789")
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_REST = r"(?:(?:(,) ?|(:) )(.*))"


class Start(NamedTuple):
    """What a line says that begins a message: stamp, mark behind it (`,` or `:`; empty on Windows), and the rest."""

    stamp: str
    mark: str
    rest: str


@dataclass(frozen=True)
class Form:
    """How the lines of one platform begin.

    Attributes:
        name: of the form.
        platform: `windows`, `android` or `ios`; where the language is English, the header decides between the last two.
        heads: characters with which such a line can begin.
        pattern: of a whole line.
        has_date: whether the stamp holds the date; if not, the line that begins the day does.
        is_english: whether only exports in English are written so.
    """

    name: str
    platform: str
    heads: frozenset[str]
    pattern: re.Pattern[str]
    has_date: bool = True
    is_english: bool = False


WINDOWS = Form(
    "windows",
    "windows",
    frozenset("["),
    re.compile(rf"\[(.{{0,100}}?)\] \[({CLOCK})\] ?(.*)", re.DOTALL),
    has_date=False,
)
SHORT = Form("short", "ios", _DIGITS | frozenset("오"), re.compile(rf"({CLOCK}){_REST}", re.DOTALL), has_date=False)
FORMS = (
    WINDOWS,
    Form("korean", "android", _DIGITS, re.compile(rf"({KOREAN} {CLOCK}){_REST}", re.DOTALL)),
    Form("dotted", "ios", _DIGITS, re.compile(rf"({DOTTED} {CLOCK}){_REST}", re.DOTALL)),
    Form(
        "english",
        "android",
        _CAPITALS,
        re.compile(rf"({ENGLISH},?(?: at)? {CLOCK}){_REST}", re.DOTALL),
        is_english=True,
    ),
    Form("english 2015", "android", _DIGITS, re.compile(rf"({CLOCK}, {ENGLISH}){_REST}", re.DOTALL), is_english=True),
    SHORT,
)


def form_of(text: str, *, has_day: bool) -> Form | None:
    """The form of a line that begins a message, or None. A short one is believed only below a line that begins a day."""
    for form in FORMS:
        match = form.pattern.match(text) if text[:1] in form.heads else None
        if match is None or (form is SHORT and not (has_day and is_plausible(match[2], match[4]))):
            continue
        stamp = match[2] if form is WINDOWS else match[1]
        if moment_of(stamp) if form.has_date else clock_of(stamp):
            return form
    return None


def is_plausible(comma: str | None, rest: str) -> bool:
    """Whether what follows a stamp of the short form is a message or a notice, as it has nothing else to be known by."""
    return is_notice(rest) or (bool(comma) and has_break(rest))


def has_break(rest: str) -> bool:
    """Whether a name ends in what stands behind a stamp; else it is a notice."""
    return BREAK in rest or rest.endswith(" :") or rest.startswith(": ")


def rests(form: Form, lines: Iterable[str]) -> Iterable[str]:
    """What stands behind the stamp in the lines of a form."""
    for text in lines:
        match = form.pattern.match(text) if text[:1] in form.heads else None
        if match and form is not WINDOWS:
            yield match[4]
