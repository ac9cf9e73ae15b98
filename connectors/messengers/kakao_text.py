"""KakaoTalk's text exports as messages, line by line: whatever does not begin a message belongs to the one above."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from connectors.messengers.contract import ExportFile, Line
from connectors.messengers.kakao_headers import Header, is_saved_line, is_title
from connectors.messengers.kakao_lines import SHORT, WINDOWS, Form, form_of, has_break, is_plausible, rests
from connectors.messengers.kakao_notices import events_of, is_banner, is_bare_deletion, is_notice, kind_of
from connectors.messengers.kakao_people import BREAK, NameBreaks, People, clean_name
from connectors.messengers.kakao_stamps import Separator, at_clock, clock_of, moment_of, separator_of
from schemas.conversations import SEOUL, Message, MessageKind, Precision, Source

_TOLERANCE = timedelta(minutes=5)
# KakaoTalk takes 10,000 characters in a message, so that what is pasted into one cannot be longer
_MAX_QUOTED = 12_000
_EARLIEST = datetime(1, 1, 2, tzinfo=SEOUL)
_MAX_NAMES = 200_000
_MAX_UNREAD, _UNREAD_LENGTH = 10, 200
_NOTHING: tuple[Message, ...] = ()


class TextReader:
    """Reads the lines of one text export, once. After the last message, its attributes say what the whole was.

    Lines that look like messages but go back in time are held back until it shows what they are: text that somebody
    pasted, if time then goes on where it was; else the export itself goes back (`is_backwards`).
    """

    def __init__(self, file: ExportFile) -> None:
        self._file = file
        self.header = Header()
        self.people = People()
        self.form: Form | None = None
        self.has_weekday_lines = False
        self.has_korean_days: bool | None = None
        self.is_stamp_full: bool | None = None
        self.n_bytes = self.n_unread_bytes = 0
        self.unread: list[str] = []
        self.is_backwards = False
        self._day: date | None = None
        self._is_ruled = False
        self._latest: datetime | None = None
        self._limit = _EARLIEST
        self._breaks: NameBreaks | None = None
        self._names: dict[str, str] = {}
        self._stamp, self._moment = "", None
        # the message that is being read
        self._at: datetime | None = None
        self._sender: str | None = None
        self._parts: list[str] = []
        self._first = self._last = 0
        self._is_time_assumed = False
        # lines of which it is not yet known what they are
        self._held: tuple[Line, date | None] | None = None
        self._doubtful: list[Line] = []
        self._n_doubtful = 0
        self._doubtful_day: date | None = None
        self._is_guess = self._is_certain = False

    def messages(self) -> Iterator[Message]:
        """Messages in the order of the export."""
        for line in self._file.lines():
            self.n_bytes += line.n_bytes
            if line.text[-1:] == "\r":
                line = Line(line.number, line.text.rstrip("\r"), line.n_bytes)
            done = self._doubt(line) if self._doubtful else self._take(line)
            if done:
                yield from done
        yield from self._settle()
        yield from self._close(is_trimmed=True)

    def _take(self, line: Line) -> Sequence[Message]:
        text = line.text
        start = self._start(text, self._day)
        if start is None:
            return self._other(line)
        at, sender, body = start
        if at < self._limit and not self._is_certain:
            if self._at is not None:
                return self._begin_doubt(line)
            # nothing stands above it in which it could be quoted
            self.is_backwards = True
            self._latest = None
        self._is_guess = False
        done = self._close(is_trimmed=self._held is not None)
        self._held = None
        if self._latest is None or at > self._latest or self._is_certain:
            self._latest = at
            self._limit = at - _TOLERANCE
        self._open(line, at, sender, body)
        return done

    def _start(self, text: str, day: date | None) -> tuple[datetime, str | None, str] | None:
        form = self.form
        if form is None:
            form = form_of(text, has_day=day is not None)
            if form is None:
                return None
            self._choose(form, text)
        if text[:1] not in form.heads:
            return None
        match = form.pattern.match(text)
        if match is None:
            return None
        if form is WINDOWS:
            name, stamp, body = match.groups()
            at = self._time(stamp, day)
            return None if at is None else (at, self._name(name), body)
        stamp, comma, colon, rest = match.groups()
        if form is SHORT and not is_plausible(comma, rest):
            return None
        at = self._time(stamp, day)
        if at is None:
            return None
        if colon or not has_break(rest):
            return at, None, rest
        name, body = self._split(rest)
        if name not in self._names and is_notice(rest) and self._is_notice_of(name, rest):
            return at, None, rest
        return at, self._name(name), body

    def _choose(self, form: Form, text: str) -> None:
        self.form = form
        if form.is_english:
            self.is_stamp_full = form.name != "english" or len(text.split(" ", 1)[0]) > 3

    def _time(self, stamp: str, day: date | None) -> datetime | None:
        if stamp == self._stamp and self._moment is not None and (self._moment[0] == day):
            return self._moment[1]
        if self.form is not None and self.form.has_date:
            at = moment_of(stamp)
        else:
            clock = clock_of(stamp)
            at = at_clock(day, clock) if day and clock else None
        if at is not None:
            self._stamp, self._moment = stamp, (day, at)
        return at

    def _name(self, raw: str) -> str:
        name = self._names.get(raw)
        if name is None:
            name = clean_name(raw)
            if len(self._names) < _MAX_NAMES:
                self._names[raw] = name
        return name

    def _split(self, rest: str) -> tuple[str, str]:
        name, mark, body = rest.partition(BREAK)
        if not mark:
            return ("", rest[2:]) if rest.startswith(": ") else (rest[:-2], "")
        if BREAK in body and name not in self._names:
            return self._learnt().split(rest)
        return name, body

    def _is_notice_of(self, name: str, rest: str) -> bool:
        return "님이 " in name or self._learnt().is_about_speaker(rest)

    def _learnt(self) -> NameBreaks:
        if self._breaks is not None:
            return self._breaks
        # there is one stream, and the lines that are being read go on from where it stands
        form, position = self.form or SHORT, self._file.stream.tell()
        self._breaks = NameBreaks(rests(form, (line.text for line in self._file.lines())))
        self._file.stream.seek(position)
        return self._breaks

    def _other(self, line: Line) -> Sequence[Message]:
        text = line.text
        if self._held:
            # a date that somebody typed: no message stands below it
            held, self._day = self._held
            self._held = None
            self._append(held)
        if not text:
            if self._at is not None:
                self._parts.append("")
            return _NOTHING
        separator = separator_of(text)
        if separator:
            return self._separate(line, separator)
        is_above = self._at is None and self._latest is None and self._day is None
        if is_above and not (self.form and self.form.pattern.match(text)) and self.header.take(text):
            return _NOTHING
        if is_banner(text) or is_bare_deletion(text) or (
            self._is_on_windows and self._day is not None and is_notice(text, self.people.knows)
        ):  # fmt: skip
            return self._notice(line)
        if self._at is not None and len(self._parts) > 1 and is_saved_line(text) and is_title(self._parts[-1]):
            return self._begin_again()
        if self._at is not None:
            self._append(line)
            return _NOTHING
        if self._is_on_windows and self._day is not None:
            # on Windows nothing but a notice has no name, and no message reaches beyond its day
            return self._notice(line)
        self._refuse(line)
        return _NOTHING

    @property
    def _is_on_windows(self) -> bool:
        return self.form is WINDOWS or (self.form is None and self._is_ruled)

    def _separate(self, line: Line, separator: Separator) -> Sequence[Message]:
        if self._at is not None and self._is_back(separator) and not self._is_certain:
            return self._begin_doubt(line, separator.day)
        if not (self._at is None or separator.is_ruled or not self._parts[-1]):
            self._held, self._day = (line, self._day), separator.day
            return _NOTHING
        done = self._close(is_trimmed=True)
        self._day, self._is_ruled = separator.day, separator.is_ruled
        self.has_weekday_lines |= not separator.is_ruled and separator.moment is None
        if self.has_korean_days is None:
            self.has_korean_days = separator.is_korean
        return done

    def _notice(self, line: Line) -> Sequence[Message]:
        at = self._latest
        if self._day is not None and (at is None or at.date() != self._day) and self.form in (WINDOWS, SHORT, None):
            at = at_clock(self._day, (0, 0))
        if at is None:
            self._refuse(line)
            return _NOTHING
        done = self._close(is_trimmed=True)
        self._open(line, at, None, line.text)
        self._is_time_assumed = True
        return done

    def _begin_again(self) -> Sequence[Message]:
        # the header of a second export, put behind the first one
        self._parts.pop()
        done = self._close(is_trimmed=True)
        self.form = self._day = self._breaks = None
        return done

    def _open(self, line: Line, at: datetime, sender: str | None, body: str) -> None:
        self._at, self._sender, self._parts = at, sender, [body]
        self._first = self._last = line.number
        self._is_time_assumed = False
        if sender and len(self.people.speakers) < _MAX_NAMES:
            self.people.speakers[sender] = True

    def _append(self, line: Line) -> None:
        if self._at is None:
            self._refuse(line)
            return
        self._parts.append(line.text)
        if line.text:
            self._last = line.number

    def _refuse(self, line: Line) -> None:
        self.n_unread_bytes += line.n_bytes
        if len(self.unread) < _MAX_UNREAD:
            self.unread.append(line.text[:_UNREAD_LENGTH])

    def _close(self, *, is_trimmed: bool) -> Sequence[Message]:
        at, parts = self._at, self._parts
        if at is None:
            return _NOTHING
        self._at = None
        last = self._last
        if is_trimmed:
            while len(parts) > 1 and not parts[-1]:
                parts.pop()
        else:
            last = self._first + len(parts) - 1
        text = parts[0] if len(parts) == 1 else "\n".join(parts)
        message = Message(
            at, self._sender or "", text, source=Source(self._first, last), precision=Precision.MINUTE,
            is_offset_assumed=True, is_time_assumed=self._is_time_assumed,
        )  # fmt: skip
        if self._sender:
            message.kind, message.attachments = kind_of(text)
        elif is_bare_deletion(text):
            message.kind = MessageKind.DELETED
        else:
            message.kind = MessageKind.SYSTEM
            message.events = events_of(text)
            self.people.note(text, message.events)
        return (message,)

    def _is_back(self, separator: Separator) -> bool:
        return (separator.moment or at_clock(separator.day, (23, 59))) < self._limit

    def _begin_doubt(self, line: Line, day: date | None = None) -> Sequence[Message]:
        if self._is_guess:
            # a day was guessed on the way out of the last doubt, and it does not fit what follows
            self.is_backwards = True
        self._doubtful, self._n_doubtful, self._doubtful_day = [line], len(line.text), day or self._day
        if self._held:
            (held, self._day), self._held = self._held, None
            self._doubtful.insert(0, held)
        return _NOTHING

    def _doubt(self, line: Line) -> Sequence[Message]:
        separator = separator_of(line.text)
        if separator:
            is_past = separator.moment is None and self._latest is not None and separator.day <= self._latest.date()
            if not is_past and not self._is_back(separator):
                self._quote()
                return self._take(line)
            self._doubtful_day = separator.day
        elif self._goes_on(line.text):
            is_guess = self._is_guess
            self._quote()
            done = self._take(line)
            self._is_guess = is_guess
            return done
        self._doubtful.append(line)
        self._n_doubtful += len(line.text)
        return self._settle() if self._n_doubtful > _MAX_QUOTED else _NOTHING

    def _goes_on(self, text: str) -> bool:
        start = self._start(text, self._doubtful_day)
        if start is None:
            return False
        self._is_guess = False
        if start[0] < self._limit and self._doubtful_day != self._day:
            # the day of a line without a date may be the one before what is doubtful
            start = self._start(text, self._day)
            self._is_guess = start is not None and start[0] >= self._limit
        return start is not None and start[0] >= self._limit

    def _quote(self) -> None:
        lines, self._doubtful, self._doubtful_day = self._doubtful, [], None
        for line in lines:
            self._append(line)

    def _settle(self) -> Sequence[Message]:
        self._held = None
        lines, self._doubtful, self._doubtful_day = self._doubtful, [], None
        if not lines:
            return _NOTHING
        self.is_backwards = self._is_certain = True
        done: list[Message] = []
        for line in lines:
            done += self._take(line)
        self._is_certain = False
        return done
