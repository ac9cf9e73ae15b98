"""Headers of a mail as facts of a message: when it was sent, by whom, what it answers, and its subject without `회신:`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message as ParsedMail
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache

from connectors.mail.mailparts import decode_words
from schemas.conversations import SEOUL, Participant, Precision

_MAX_HEADER, _MAX_ADDRESSES, _MAX_IDS, _MAX_ID, _MAX_SUBJECT = 100_000, 500, 200, 998, 4_000
_MAX_REMEMBERED = 2_000
_ID = re.compile(r"<([^<>\s]{1,990})>")
_ADDRESS = re.compile(r"[^\s<>@\"]{1,200}@[^\s<>@\"]{1,200}")
_NAME_AND_ADDRESS = re.compile(r"^(?P<name>.{0,500}?)\s*<(?P<address>[^<>]{0,400})>")
_PREFIX = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|sv|vs|tr|rv|회신|답장|답변|전달|재전송|返信|転送|回复|转发|答复)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：]|\[(?:회신|답장|전달|re|fwd?)\])\s*",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?P<seconds>:\d{2})?")
# the standard library takes these for years after 2000
_YEAR_NAUGHT = re.compile(r"[A-Za-z]{3,9} 0\d{3} ")
_UNKNOWN_ZONE = re.compile(r"-0000\b|\b(?:GMT|UTC?|Z)\b")
_NAMED_ZONES = {"KST": 9, "JST": 9}
_NAMED_ZONE = re.compile(r"\b(KST|JST)\b")
_ISO = re.compile(
    r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?"
)


@dataclass(frozen=True, slots=True)
class SentAt:
    """When a mail was sent, how fine that is printed, and whether its offset had to be assumed."""

    at: datetime
    precision: Precision
    is_offset_assumed: bool


@dataclass(frozen=True, slots=True)
class MailIds:
    """What ties a mail to others: its own id, those before it from the first on, the one that it answers.

    `index` is the thread's number in Outlook (`Thread-Index`), which the ids of others never are.
    """

    own: str | None = None
    references: list[str] = field(default_factory=list)
    reply_to: str | None = None
    index: str | None = None


def sent_at(value: str) -> SentAt | None:
    """The time that a `Date` or the end of a `Received` header gives; None if it is none, or none that there can be."""
    value = value[:200]
    clock = _CLOCK.search(value)
    if clock is None or _YEAR_NAUGHT.search(value):
        return None
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _iso(value)
    precision = Precision.SECOND if clock["seconds"] else Precision.MINUTE
    if parsed.tzinfo is not None:
        return _possible(parsed, precision, is_offset_assumed=False)
    named = _NAMED_ZONE.search(value)
    if named:
        zone = timezone(timedelta(hours=_NAMED_ZONES[named[1]]))
        return _possible(parsed.replace(tzinfo=zone), precision, is_offset_assumed=False)
    if _UNKNOWN_ZONE.search(value):
        return _possible(parsed.replace(tzinfo=UTC).astimezone(SEOUL), precision, is_offset_assumed=False)
    return _possible(parsed.replace(tzinfo=SEOUL), precision, is_offset_assumed=True)


def _iso(value: str) -> SentAt | None:
    match = _ISO.search(value)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups()[:6])
    try:
        parsed = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match[7]))
    except (ValueError, OverflowError):
        return None
    precision = Precision.SECOND if match[6] else Precision.MINUTE
    return _possible(parsed, precision, is_offset_assumed=match[7] is None)


def _zone(offset: str | None) -> timezone:
    if offset is None:
        return SEOUL
    if offset == "Z":
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _possible(at: datetime, precision: Precision, *, is_offset_assumed: bool) -> SentAt | None:
    """None for years in which nobody wrote mails, and so near the ends of time that no offset can be added."""
    return SentAt(at, precision, is_offset_assumed) if 1970 <= at.year <= 2200 else None


def sent_at_of(mail: ParsedMail) -> SentAt | None:
    """When a mail was sent: by its own word, or when the first machine received it."""
    for value in raw_headers(mail, "Date")[:1]:
        if found := sent_at(decode_words(value[:1_000])):
            return found
    # Each machine puts its line above those of the ones before it.
    for value in reversed(raw_headers(mail, "Received")[:100]):
        if found := sent_at(value.rpartition(";")[2].strip()):
            return found
    for value in raw_headers(mail, "Delivery-Date")[:1]:
        if found := sent_at(value.strip()):
            return found
    return None


def raw_headers(mail: ParsedMail, name: str) -> list[str]:
    """Every header of that name as it stands, unfolded and not decoded, cut where none is that long."""
    lowered = name.lower()
    return [
        re.sub(r"\r?\n[ \t]*", " ", str(value)[:_MAX_HEADER]).strip()
        for key, value in mail.raw_items()
        if key.lower() == lowered
    ]


def people_of(mail: ParsedMail, *names: str) -> list[Participant]:
    """Everybody whom headers such as `From`, `To` and `Cc` name, each once: display name, or else the address."""
    found: dict[tuple[str, str | None], Participant] = {}
    for name in names:
        for value in raw_headers(mail, name):
            for person in people_in(value):
                found.setdefault((person.name, person.native_id), person)
                if len(found) >= _MAX_ADDRESSES:
                    return list(found.values())
    return list(found.values())


def people_in(value: str) -> Sequence[Participant]:
    """Everybody whom one header names. Encoded words are decoded after it is taken apart, since names can hold commas."""
    return _people_again(value) if len(value) <= _MAX_REMEMBERED else _people(value)


def _people(value: str) -> Sequence[Participant]:
    pairs = _pairs(value)
    if any(address and "@" not in address for _, address in pairs):
        # some programs encode the address along with the name, or do not quote a comma
        value = decode_words(value[:_MAX_HEADER])
        match = _NAME_AND_ADDRESS.match(value)
        pairs = [(match["name"].strip(' "'), match["address"])] if match else _pairs(value)
    found: list[Participant] = []
    for raw_name, raw_address in pairs:
        name = decode_words(raw_name).strip().strip("'\"").strip()
        address = decode_words(raw_address).strip()
        if name or address:
            found.append(Participant(name or address, address.lower() if _ADDRESS.fullmatch(address) else None))
    return tuple(found)


# the same people write all mails of a mailbox
_people_again = lru_cache(maxsize=8_192)(_people)


def _pairs(value: str) -> list[tuple[str, str]]:
    """Names and addresses; what the standard library chokes on (comments inside comments without end) is one name."""
    try:
        return getaddresses([value[:_MAX_HEADER]])[:_MAX_ADDRESSES]
    except (RecursionError, IndexError, ValueError, AttributeError, TypeError):
        return [(value[:200], "")]


def ids_of(mail: ParsedMail) -> MailIds:
    """What ties a mail to others."""
    own = next(iter(_ids(raw_headers(mail, "Message-ID"))), None)
    references = [found for found in _ids(raw_headers(mail, "References")) if found != own]
    if len(references) > _MAX_IDS:
        references = [references[0], *references[1 - _MAX_IDS :]]
    answered = [found for found in _ids(raw_headers(mail, "In-Reply-To")) if found != own]
    reply_to = answered[0] if answered else references[-1] if references else None
    indexes = raw_headers(mail, "Thread-Index")
    return MailIds(own, references, reply_to, thread_number(indexes[0]) if indexes else None)


def _ids(values: Sequence[str]) -> list[str]:
    text = " ".join(values[:5])[:_MAX_HEADER]
    found = _ID.findall(text)
    if not found and "<" not in text:
        found = [word for word in text.split()[:1] if len(word) <= _MAX_ID]
    return list(dict.fromkeys(found))


def thread_number(index: str) -> str | None:
    """The part of Outlook's `Thread-Index` that every mail of a thread has: base64 of six bytes of time and the number."""
    compact = "".join(index.split())
    # 22 bytes are the thread's, whatever follows is the reply's; 28 characters of base64 are 21 of them
    return compact[:28] if len(compact) >= 28 and re.fullmatch(r"[A-Za-z0-9+/]{28}", compact[:28]) else None


def plain_subject(subject: str) -> str:
    """A subject without `Re:`, `FW:`, `회신:`, `전달:` and their like at its beginning."""
    subject = subject[:_MAX_SUBJECT]
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return subject.strip()
