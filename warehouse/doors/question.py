"""A question as people write it: plain text, and parts such as `연도:2026` that say where to look.

`office:` `year:` `kind:` `project:` `source:` `status:` `from:` `to:` `date:`, in Korean `소관:` `연도:` `종류:` `사업:`
`출처:` `상태:` `부터:` `까지:` `날짜:`. A value with spaces stands in double quotes, `-` in front of the key turns the part
round, values of one key are alternatives, and different keys must all hold. Any other word with a colon is plain text.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

LONGEST_QUESTION = 2_000
"""Characters of the longest question that is answered, its filters included."""

MOST_PARTS = 32
"""Parts such as `연도:2026` that one question may have."""

LONGEST_VALUE = 200

Status = Literal["final", "draft", "message"]
STATUS_LABELS: dict[Status, str] = {"final": "최종", "draft": "초안", "message": "메시지"}

_Names = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=LONGEST_VALUE)], ...], Field(max_length=MOST_PARTS)
]
_Years = Annotated[tuple[int, ...], Field(max_length=MOST_PARTS)]

_KEYS = {
    "office": "office",
    "소관": "office",
    "year": "year",
    "연도": "year",
    "kind": "kind",
    "종류": "kind",
    "project": "project",
    "사업": "project",
    "source": "source",
    "출처": "source",
    "status": "status",
    "상태": "status",
    "from": "since",
    "부터": "since",
    "to": "until",
    "까지": "until",
    "date": "date",
    "날짜": "date",
}
_STATUSES: dict[str, Status] = {
    **{label: status for status, label in STATUS_LABELS.items()},
    "최종본": "final",
    "확정": "final",
    "대화": "message",
    "final": "final",
    "draft": "draft",
    "message": "message",
}
_ANY_KEY = "|".join(sorted(_KEYS, key=len, reverse=True))
_PART = re.compile(
    rf'(?<!\S)(?P<no>-)?(?P<key>{_ANY_KEY}):(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]\S*))(?!\S)', re.IGNORECASE
)
_UNCLOSED = re.compile(rf'(?<!\S)-?(?:{_ANY_KEY}):"[^"]*$', re.IGNORECASE)
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\s*(?:년도?|학년도))?")
_DAY = re.compile(
    r"((?:19|20)\d\d)(?:[.\-/년]\s*(0?[1-9]|1[0-2])(?:[.\-/월]\s*(0?[1-9]|[12]\d|3[01])\s*[.일]?|\s*[.월]?)|\s*년?)"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


class QuestionRefused(ValueError):
    """The question cannot be asked so; the message says which part of it and why. Korean, then English."""

    def __init__(self, korean: str, english: str) -> None:
        super().__init__(korean)
        self.korean = korean
        self.english = english


class Filters(BaseModel):
    """Where to look. Values of one field are alternatives, all fields must hold, `not_` takes away.

    `office`, `kind`, `project` and `source` are compared without spaces and dots; part of a name is enough, but for `source`.
    `year` is a fiscal year that a document is about, of messages the year in which they were sent. `since` and `until` are
    days, both included, Korean time: on which a file was changed last, or messages were sent. `final` holds of the final
    version of a document and of one that has no other, `draft` of all other versions, `message` of what was said.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    office: _Names = ()
    year: _Years = ()
    kind: _Names = ()
    project: _Names = ()
    source: _Names = ()
    status: tuple[Status, ...] = ()
    not_office: _Names = ()
    not_year: _Years = ()
    not_kind: _Names = ()
    not_project: _Names = ()
    not_source: _Names = ()
    not_status: tuple[Status, ...] = ()
    since: date | None = None
    until: date | None = None

    @field_validator("status", "not_status", mode="before")
    @classmethod
    def _in_korean_too(cls, values: Iterable[str]) -> tuple[str, ...]:
        return tuple(_STATUSES.get(value.lower(), value) for value in values)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filtered."""
        return self == Filters()

    def joined(self, other: "Filters") -> "Filters":
        """Both together: alternatives of both, the narrower days."""
        lists = {
            name: tuple(dict.fromkeys((*getattr(self, name), *getattr(other, name))))
            for name in Filters.model_fields
            if name not in ("since", "until")
        }
        since = max(filter(None, (self.since, other.since)), default=None)
        until = min(filter(None, (self.until, other.until)), default=None)
        return Filters.model_validate({**lists, "since": since, "until": until})


class Question(NamedTuple):
    """What is asked, and where to look for it."""

    text: str
    filters: Filters


def parse_question(raw: str) -> Question:
    """Take a question apart into plain text and filters.

    Raises:
        QuestionRefused: it is too long, has too many parts, or a value is no year, day or status.
    """
    if len(raw) > LONGEST_QUESTION:
        raise QuestionRefused(
            f"질문은 {LONGEST_QUESTION:,}자까지입니다 ({len(raw):,}자)",
            f"a question has at most {LONGEST_QUESTION:,} characters, not {len(raw):,}",
        )
    text = _CONTROL.sub(" ", unicodedata.normalize("NFC", raw))
    if unclosed := _UNCLOSED.search(_PART.sub(" ", text)):
        raise QuestionRefused(f"따옴표가 닫히지 않았습니다: {unclosed[0]}", f"unclosed quotation mark: {unclosed[0]}")
    parts = list(_PART.finditer(text))
    if len(parts) > MOST_PARTS:
        raise QuestionRefused(f"조건은 {MOST_PARTS}개까지입니다", f"a question has at most {MOST_PARTS} filters")
    filters = Filters()
    for part in parts:
        value = (part["quoted"] if part["quoted"] is not None else part["bare"] or "").strip()
        filters = filters.joined(_filter_of(part[0], _KEYS[part["key"].lower()], value, is_not=bool(part["no"])))
    return Question(" ".join(_PART.sub(" ", text).split()), filters)


def parse_days(value: str) -> tuple[date, date]:
    """The first and last day of `2026`, `2026-03`, `2026-03-10` or `2026-03-01..2026-04-15`, also with dots or 년·월·일.

    Raises:
        QuestionRefused: it is no day.
    """
    first, dots, last = value.partition("..")
    if dots:
        return parse_days(first)[0], parse_days(last)[1]
    found = _DAY.fullmatch(value.strip())
    if found is None:
        raise _no_day(value)
    year, month, day = int(found[1]), found[2] and int(found[2]), found[3] and int(found[3])
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    longest = calendar.monthrange(year, month)[1]
    if day and day > longest:
        raise _no_day(value)
    return date(year, month, day or 1), date(year, month, day or longest)


def _no_day(value: str) -> QuestionRefused:
    return QuestionRefused(
        f"날짜가 아닙니다: {value!r} (2026, 2026-03, 2026-03-10, 2026-03-01..2026-03-31)",
        f"not a date: {value!r} (2026, 2026-03, 2026-03-10, 2026-03-01..2026-03-31)",
    )


def _filter_of(shown: str, key: str, value: str, *, is_not: bool) -> Filters:
    if not value or len(value) > LONGEST_VALUE:
        raise QuestionRefused(f"값이 없거나 너무 깁니다: {shown[:80]}", f"no value, or too long a one: {shown[:80]}")
    if key in ("since", "until", "date"):
        return _days_of(shown, key, value, is_not=is_not)
    name = f"not_{key}" if is_not else key
    if key == "year":
        found = _YEAR.fullmatch(value)
        if found is None:
            raise QuestionRefused(f"연도가 아닙니다: {shown} (네 자리로)", f"not a year: {shown} (four digits)")
        return Filters.model_validate({name: (int(found[1]),)})
    if key == "status":
        status = _STATUSES.get(value.lower())
        if status is None:
            listed = ", ".join(f"{status}({label})" for status, label in STATUS_LABELS.items())
            raise QuestionRefused(f"상태가 아닙니다: {shown} ({listed})", f"not a status: {shown} ({listed})")
        return Filters.model_validate({name: (status,)})
    return Filters.model_validate({name: (value,)})


def _days_of(shown: str, key: str, value: str, *, is_not: bool) -> Filters:
    if is_not:
        raise QuestionRefused(f"날짜는 뺄 수 없습니다: {shown}", f"a date cannot be taken away: {shown}")
    first, last = parse_days(value)
    if last < first:
        raise QuestionRefused(f"끝이 처음보다 앞입니다: {shown}", f"it ends before it begins: {shown}")
    return Filters(since=first if key in ("since", "date") else None, until=last if key in ("until", "date") else None)
