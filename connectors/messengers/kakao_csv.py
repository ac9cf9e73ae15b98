"""KakaoTalk's CSV of macOS and of newer Windows: `Date,User,Message`, read row by row, whatever its quotes are like."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from connectors.messengers.contract import ExportFile, Line
from connectors.messengers.kakao_notices import events_of, is_bare_deletion, is_certain_notice, kind_of
from connectors.messengers.kakao_people import People, clean_name
from schemas.conversations import SEOUL, Message, MessageKind, Precision, Source

HEADING = re.compile(r'"?Date"?,"?User"?,"?Message"?,?', re.IGNORECASE)
_STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
ROW = re.compile(rf'(?:"?({_STAMP})"?|""|),("(?:[^"]|"")*"|[^",]*),(.*)', re.DOTALL)
# what is pasted into a quoted field has its quotes doubled
_QUOTED_ROW = re.compile(rf'"?{_STAMP}"?,"(?:"|[^"][^"]*(?:""[^"]*)*"),(?:"|$)')
_TOLERANCE = timedelta(minutes=5)
_MAX_NAMES = 200_000
_MAX_UNREAD, _UNREAD_LENGTH = 10, 200
_N_MINUTES = len("2026-01-05 09:01")
_NOTHING: tuple[Message, ...] = ()


class CsvReader:
    """Reads the rows of one CSV, once. After the last message, its attributes say what the whole was.

    A row whose quote is never closed ends where the next row begins, and keeps what it has.
    """

    def __init__(self, file: ExportFile) -> None:
        self._file = file
        self.people = People()
        self.n_bytes = self.n_unread_bytes = 0
        self.unread: list[str] = []
        self.is_backwards = False
        self._latest: datetime | None = None
        self._n_back = 0
        self._minute: tuple[str, datetime] | None = None
        # the row that is being read
        self._stamp: str | None = None
        self._user = ""
        self._parts: list[str] = []
        self._is_quoted = self._is_open = self._is_row = False
        self._first = self._last = 0
        # deletions above the first time
        self._waiting: list[Message] = []

    def messages(self) -> Iterator[Message]:
        """Messages in the order of the rows."""
        for line in self._file.lines():
            self.n_bytes += line.n_bytes
            if line.text[-1:] == "\r":
                line = Line(line.number, line.text.rstrip("\r"), line.n_bytes)
            done = self._take(line)
            if done:
                yield from done
        yield from self._close()
        for message in self._waiting:
            self._refuse(message.text, 0)
        self._waiting = []

    def _take(self, line: Line) -> Sequence[Message]:
        text = line.text
        if self._is_open and not self._begins_row(text):
            self._append(line)
            self._is_open = not _is_closing(text)
            return _NOTHING
        match = ROW.fullmatch(text)
        if match is None or not (match[1] or (text.startswith((",", '"",')) and match[3])):
            if not self._is_row:
                if text and not HEADING.fullmatch(text):
                    self._refuse(text, line.n_bytes)
            else:
                self._append(line)
            return _NOTHING
        done = self._close()
        stamp, user, body = match.groups()
        self._is_row, self._stamp = True, stamp
        self._user = clean_name(user[1:-1].replace('""', '"') if user[:1] == '"' else user)
        self._is_quoted = body[:1] == '"'
        self._is_open = self._is_quoted and not _is_closing(body[1:])
        self._parts = [body]
        self._first = self._last = line.number
        return done

    def _begins_row(self, text: str) -> bool:
        if not text[:1].isdigit() and text[:1] != '"':
            return False
        return _QUOTED_ROW.match(text) is not None

    def _append(self, line: Line) -> None:
        self._parts.append(line.text)
        self._last = line.number

    def _refuse(self, text: str, n_bytes: int) -> None:
        self.n_unread_bytes += n_bytes
        if len(self.unread) < _MAX_UNREAD:
            self.unread.append(text[:_UNREAD_LENGTH])

    def _text(self) -> str:
        parts = self._parts
        if not self._is_open:
            while len(parts) > 1 and not parts[-1]:
                # an empty line behind the last row
                parts.pop()
                self._last -= 1
        text = parts[0] if len(parts) == 1 else "\n".join(parts)
        if not self._is_quoted:
            return text
        text = text[1:] if self._is_open else text[1:].rstrip(" ").removesuffix('"')
        return text.replace('""', '"') if '""' in text else text

    def _close(self) -> Sequence[Message]:
        if not self._is_row:
            return _NOTHING
        self._is_row = False
        text = self._text()
        self._is_open = False
        source = Source(self._first, self._last)
        if self._stamp is None:
            return self._untimed(text, source)
        at = self._time(self._stamp)
        if at is None:
            self._refuse(text, len(text.encode()))
            return _NOTHING
        self._order(at)
        has_seconds = self._stamp.count(":") > 1
        precision = Precision.SECOND if has_seconds else Precision.MINUTE
        message = Message(at, "", text, source=source, precision=precision, is_offset_assumed=True)
        if is_bare_deletion(text):
            message.kind, message.sender = MessageKind.DELETED, self._user
        elif not self._user or is_certain_notice(text, self._user):
            message.kind = MessageKind.SYSTEM
            message.events = events_of(text)
            self.people.note(text, message.events)
        else:
            message.sender = self._user
            message.kind, message.attachments = kind_of(text)
        if message.sender and len(self.people.speakers) < _MAX_NAMES:
            self.people.speakers[message.sender] = True
        if not self._waiting:
            return (message,)
        waiting, self._waiting = self._waiting, []
        for earlier in waiting:
            earlier.sent_at, earlier.precision = at, precision
        return (*waiting, message)

    def _untimed(self, text: str, source: Source) -> Sequence[Message]:
        kind = MessageKind.DELETED if is_bare_deletion(text) else kind_of(text)[0] if self._user else MessageKind.SYSTEM
        message = Message(
            self._latest or datetime.min.replace(tzinfo=SEOUL), self._user, text, kind, source,
            is_offset_assumed=True, is_time_assumed=True,
        )  # fmt: skip
        if self._latest is None:
            self._waiting.append(message)
            return _NOTHING
        return (message,)

    def _time(self, stamp: str) -> datetime | None:
        minute = stamp[:_N_MINUTES]
        if self._minute is None or self._minute[0] != minute:
            day, clock = stamp.split(" ")
            hour, rest = clock.split(":", 1)
            try:
                at = datetime.fromisoformat(f"{day} {hour:0>2}:{rest[:2]}").replace(tzinfo=SEOUL)
            except ValueError:
                return None
            if len(hour) == 1:
                minute = ""
            self._minute = minute, at
        at = self._minute[1]
        seconds = stamp[_N_MINUTES + 1 :] if self._minute[0] else ""
        if not self._minute[0] and stamp.count(":") > 1:
            seconds = stamp.rsplit(":", 1)[1]
        if not seconds:
            return at
        return at.replace(second=int(seconds)) if int(seconds) < 60 else None

    def _order(self, at: datetime) -> None:
        if self._latest is None or at >= self._latest - _TOLERANCE:
            self._latest = at if self._latest is None else max(at, self._latest)
            self._n_back = 0
            return
        # one row out of its place is a slip, two in a row are another order
        self._n_back += 1
        if self._n_back > 1:
            self.is_backwards = True
            self._latest = at


def _is_closing(text: str) -> bool:
    return text.endswith('"') and text.replace('""', "").endswith('"')
