"""A mailbox that is one file (mbox): mails one after another, each behind a line that begins with `From `."""

import email
import email.policy
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message as ParsedMail
from typing import BinaryIO

from connectors.messengers.contract import HEAD_BYTES, ExportFile, Item
from connectors.messengers.mail_body import MailBody, body_of
from connectors.messengers.mail_thread import Thread, Threads, message_of
from schemas.conversations import Conversation, Source, Understood

MAX_MAILS = 100_000
_MAX_MAIL_BYTES = 64 << 20
_MAX_HEADER_BYTES = 256 << 10
_LINE = 1 << 16
_MAX_SAMPLES, _SAMPLE = 10, 200
_MARK = b"\xef\xbb\xbf"
_DATED = re.compile(
    rb"^From +(?:\S.{0,500}? +)?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2}) .{0,80}?"
    rb"\d{1,2}:\d{2}.{0,40}$"
)
# some programs leave out the date, or everything
_BARE = re.compile(rb"^From(?: +\S{0,300})? *$")
_HEADER = re.compile(rb"^(?:>?From |[!-9;-~]{1,80}:)")
_KNOWN_HEADER = re.compile(
    rb"^(?:return-path|received|delivered-to|message-id|date|from|to|subject|mime-version|content-type|status|envelope-to"
    rb"|x-[\w-]{1,60}|dkim-signature|authentication-results|arc-[\w-]{1,60}):",
    re.IGNORECASE,
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(slots=True)
class Place:
    """Where a mail stands in the file: first byte of its `From ` line, of its headers, and the byte after it."""

    start: int
    headers: int
    end: int


@dataclass(slots=True)
class _Ledger:
    n_bytes: int
    n_understood: int = 0
    unread: list[str] = field(default_factory=list)

    def miss(self, text: str) -> None:
        if len(self.unread) < _MAX_SAMPLES:
            self.unread.append(text[:_SAMPLE])


def n_mails_at_head(file: ExportFile) -> int:
    """How many mails begin in the first 64 KiB of a mailbox; 0 for anything that does not begin with one."""
    head = file.start[:HEAD_BYTES]
    if not head.removeprefix(_MARK).lstrip(b"\r\n").startswith(b"From"):
        return 0
    places = list(find_mails(io.BytesIO(head)))
    if not places:
        return 0
    first = head[places[0].headers : places[0].end].split(b"\n", 40)
    n_known = sum(bool(_KNOWN_HEADER.match(line)) for line in first[:40])
    return len(places) if n_known >= 2 else 0


def find_mails(stream: BinaryIO) -> Iterator[Place]:
    """Where each mail stands, in one pass; what stands before the first one is told by its place.

    A line parts mails if it follows an empty line, begins with `From `, and bears a date or nothing, and a header follows.
    Lengths that headers claim are not looked at.
    """
    stream.seek(0)
    at = 0
    current: tuple[int, int] | None = None
    pending: tuple[int, int, bool] | None = None
    is_after_blank, is_line_start = True, True
    while line := stream.readline(_LINE):
        if is_line_start:
            bare = line.rstrip(b"\r\n")
            if pending is not None:
                start, headers, is_dated = pending
                if (_HEADER if is_dated else _KNOWN_HEADER).match(bare):
                    if current is not None:
                        yield Place(*current, end=start)
                    current = (start, headers)
                pending = None
            stripped = bare.removeprefix(_MARK) if at == 0 else bare
            if is_after_blank and stripped.startswith(b"From"):
                is_dated = bool(_DATED.match(stripped))
                if is_dated or _BARE.match(stripped):
                    pending = (at, at + len(line), is_dated)
            is_after_blank = not bare
        is_line_start = line.endswith(b"\n")
        at += len(line)
    if current is not None:
        yield Place(*current, end=at)


def read_mails(file: ExportFile) -> Iterator[Item]:
    """Read a mailbox: threads are begun again whenever the next mail belongs to another one.

    Memory grows with the number of mails (their places, ids, subjects and names), not with their bodies.
    """
    ledger = _Ledger(file.size)
    places, threads = _index(file, ledger)
    before = None
    current: Thread | None = None
    for number, (place, thread) in enumerate(zip(places, threads, strict=True), start=1):
        mail, is_whole = _parsed(file, place)
        if not mail.keys():
            ledger.miss(f"#{number}: 머리글이 없음")
            continue
        try:
            body = body_of(mail)
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
            # a hostile mail must not cost the others; who sent it, and when, is still known
            body = MailBody(unread=[f"본문: {error}"])
        message = message_of(mail, body, thread_id=thread.native_id, before=before, source=Source(record=f"#{number}"))
        if not message.is_time_assumed:
            before = message.sent_at
        if thread is not current:
            current = thread
            yield thread.conversation()
        yield message
        if not is_whole:
            body.unread.append(f"{_MAX_MAIL_BYTES >> 20} MiB를 넘는 메일의 뒷부분")
        if body.unread:
            for text in body.unread:
                ledger.miss(f"#{number}: {text}")
        else:
            ledger.n_understood += place.end - place.start
    yield Understood(ledger.n_bytes, min(ledger.n_understood, ledger.n_bytes), ledger.unread)


def excerpt_mails(file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
    """The mails of those threads that are kept, byte by byte as they stand in the file."""
    places, threads = _index(file, _Ledger(file.size))
    is_kept: dict[str, bool] = {}
    kept: list[bytes] = []
    for place, thread in zip(places, threads, strict=True):
        if thread.key not in is_kept:
            is_kept[thread.key] = keeps(thread.conversation())
        if is_kept[thread.key]:
            stream = file.stream
            stream.seek(place.start)
            raw = stream.read(place.end - place.start).removeprefix(_MARK)
            kept.append(raw if raw.endswith(b"\n\n") or raw.endswith(b"\n\r\n") else raw.rstrip(b"\r\n") + b"\n\n")
    return b"".join(kept)


def parse(raw: bytes) -> ParsedMail:
    """A mail of a mailbox, with lines that begin with `From ` as they were typed."""
    return email.message_from_bytes(_QUOTED.sub(rb"\1", raw), policy=email.policy.compat32)


def _index(file: ExportFile, ledger: _Ledger) -> tuple[list[Place], list[Thread]]:
    places: list[Place] = []
    threads = Threads()
    # the places are found first, so that nothing else moves the stream meanwhile
    for place in find_mails(file.open()):
        if len(places) < MAX_MAILS:
            places.append(place)
        elif len(places) == MAX_MAILS:
            ledger.miss(f"메일 {MAX_MAILS:,}통을 넘음")
            break
    stream = file.stream
    if not places or places[0].start:
        stream.seek(0)
        before = stream.read(min(places[0].start if places else _SAMPLE * 4, _SAMPLE * 4))
        if before.strip():
            ledger.miss(before.decode("utf-8", "backslashreplace"))
        else:
            ledger.n_understood += places[0].start if places else len(before)
    for place in places:
        stream.seek(place.headers)
        raw = stream.read(min(place.end - place.headers, _MAX_HEADER_BYTES))
        header = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
        threads.add(email.message_from_bytes(header + b"\n\n", policy=email.policy.compat32))
    return places, threads.settle()


def _parsed(file: ExportFile, place: Place) -> tuple[ParsedMail, bool]:
    stream = file.stream
    stream.seek(place.headers)
    length = place.end - place.headers
    raw = stream.read(min(length, _MAX_MAIL_BYTES))
    # the empty line before the next mail is the mailbox's own
    return parse(re.sub(rb"\r?\n\r?\n\Z", b"\n", raw)), length <= _MAX_MAIL_BYTES
