"""Exports of one message a line, by a site's grammar; what both sorts of grammar share stands here too."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.messengers.contract import Item, Line
from connectors.messengers.grammar_times import Calendar, Moment, moment_of, parse_offset
from schemas.conversations import (
    Attachment,
    Conversation,
    Message,
    MessageKind,
    Participant,
    Precision,
    Source,
    Understood,
)

if TYPE_CHECKING:
    from connectors.messengers.grammar import Grammar

_MAX_MATCHED = 20_000
_MAX_TEXT = 4_000_000
_MAX_SAMPLES, _SAMPLE = 10, 200
_MAX_BLANKS = 10_000
Patterns = tuple[re.Pattern[str], ...]


@dataclass(slots=True)
class Account:
    """What became of the lines of an export: bytes, numbers of lines by what they were, and those not understood."""

    n_bytes: int
    n_understood: int = 0
    n_unread_lines: int = _MAX_SAMPLES
    counts: Counter[str] = field(default_factory=Counter)
    unread_lines: list[tuple[int, str]] = field(default_factory=list)
    is_backwards: bool = False
    _n_seen: int = 0

    def take(self, line: Line, what: str) -> None:
        """Count a line that was understood."""
        self.counts[what] += 1
        self.n_understood += line.n_bytes
        self._n_seen += line.n_bytes

    def miss(self, line: Line) -> None:
        """Count a line that was not understood."""
        self.counts["unread"] += 1
        self._n_seen += line.n_bytes
        if len(self.unread_lines) < self.n_unread_lines:
            self.unread_lines.append((line.number, line.text[:_SAMPLE]))

    def understood(self) -> Understood:
        """The account as exports give it; what no line holds, such as a byte order mark, is nobody's."""
        samples = [text for _, text in self.unread_lines[:_MAX_SAMPLES]]
        return Understood(self._n_seen, self.n_understood, samples, self.is_backwards)


def compiled(expressions: Iterable[str]) -> Patterns:
    """Expressions ready to match."""
    return tuple(re.compile(expression) for expression in expressions)


def first_match(patterns: Patterns, text: str) -> re.Match[str] | None:
    """The first expression that matches a line; none does if it is far longer than a line that bears a time."""
    if len(text) > _MAX_MATCHED:
        return None
    return next((match for pattern in patterns if (match := pattern.match(text))), None)


@dataclass(slots=True)
class Draft:
    """A message whose text may go on."""

    message: Message
    lines: list[str]
    n_characters: int = 0

    def add(self, text: str) -> None:
        """Add a line of its text."""
        self.n_characters += len(text) + 1
        self.lines.append(text)

    @property
    def is_full(self) -> bool:
        """Whether the text is longer than any that is kept."""
        return self.n_characters > _MAX_TEXT


class Placeholders:
    """What whole texts stand for."""

    def __init__(self, kinds: dict[str, MessageKind]) -> None:
        self._patterns = [(re.compile(expression), kind) for expression, kind in kinds.items()]

    def apply(self, message: Message) -> None:
        """Give a message its kind, and the file that its text names."""
        text = message.text.strip()
        if message.kind is not MessageKind.TEXT or len(text) > _MAX_MATCHED:
            return
        for pattern, kind in self._patterns:
            if match := pattern.fullmatch(text):
                message.kind = kind
                if name := match.groupdict().get("name"):
                    message.attachments.append(Attachment(name))
                return


def room_of(grammar: "Grammar", title: str, people: Iterable[Participant] = ()) -> Conversation:
    """The one conversation of an export."""
    return Conversation(grammar.name, grammar.name, title, participants=list(people))


def read_lines(grammar: "Grammar", lines: Iterator[Line], account: Account) -> Iterator[Item]:
    """Stream an export by its lines; the conversation comes before the first message, when its title is known."""
    yield from _LineReader(grammar, account).read(lines)


class _LineReader:
    def __init__(self, grammar: "Grammar", account: Account) -> None:
        self._grammar = grammar
        self._account = account
        self._message, self._day = compiled(grammar.message), compiled(grammar.day)
        self._system, self._ignore = compiled(grammar.system), compiled(grammar.ignore)
        self._title = compiled(grammar.title)
        self._placeholders = Placeholders(grammar.placeholders)
        offset = parse_offset(grammar.offset) if grammar.offset else None
        self._calendar = Calendar(offset, grammar.newest_first)
        self._room_title = ""
        self._is_begun = False
        self._draft: Draft | None = None
        self._blanks = 0

    def read(self, lines: Iterator[Line]) -> Iterator[Item]:
        for line in lines:
            begun = self._begin(line)
            if begun is not None:
                yield from self._end()
                yield from self._open()
                self._draft = begun
            elif self._is_apart(line):
                yield from self._end()
            elif not self._continue(line):
                self._account.miss(line)
        yield from self._end()
        yield from self._open()
        self._account.is_backwards = self._calendar.is_backwards

    def _open(self) -> Iterator[Item]:
        if not self._is_begun:
            self._is_begun = True
            yield room_of(self._grammar, self._room_title)

    def _end(self) -> Iterator[Item]:
        draft, self._draft, self._blanks = self._draft, None, 0
        if draft is not None:
            draft.message.text = "\n".join(draft.lines)
            self._placeholders.apply(draft.message)
            yield draft.message

    def _begin(self, line: Line) -> Draft | None:
        match = first_match(self._message, line.text)
        if match is not None:
            moment = moment_of(match.groupdict(), self._grammar.ts_format)
            at = self._calendar.at(moment) if moment else None
            if moment is None or at is None:
                return None
            self._account.take(line, "message")
            return self._drafted(line, match, at, moment, MessageKind.TEXT)
        if first_match(self._day, line.text):
            return None
        match = first_match(self._system, line.text)
        if match is None:
            return None
        moment = moment_of(match.groupdict(), self._grammar.ts_format)
        at = self._calendar.at(moment) if moment else None
        before = at or self._calendar.before
        if before is None:
            return None
        self._account.take(line, "system")
        drafted = self._drafted(line, match, before, moment, MessageKind.SYSTEM)
        drafted.message.is_time_assumed = at is None
        return drafted

    def _drafted(
        self, line: Line, match: re.Match[str], at: datetime, moment: Moment | None, kind: MessageKind
    ) -> Draft:
        groups = match.groupdict()
        text = groups.get("text")
        message = Message(
            at,
            (groups.get("sender") or "").strip(),
            "",
            kind,
            Source(line.number, line.number),
            moment.precision if moment else Precision.MINUTE,
            is_offset_assumed=self._calendar.is_offset_assumed(moment),
        )
        draft = Draft(message, [])
        draft.add(line.text if text is None and kind is MessageKind.SYSTEM else text or "")
        return draft

    def _is_apart(self, line: Line) -> bool:
        """Whether a line belongs to no message: a day, a header or a separator."""
        match = first_match(self._day, line.text)
        if match is not None:
            moment = moment_of(match.groupdict(), self._grammar.ts_format)
            if moment is not None and moment.day is not None:
                self._calendar.day = moment.day
                self._account.take(line, "day")
                return True
        if not self._is_begun and self._draft is None:
            match = first_match(self._title, line.text)
            if match is not None and not self._room_title:
                self._room_title = (match["title"] or "").strip()
                self._account.take(line, "title")
                return True
        if first_match(self._ignore, line.text):
            self._account.take(line, "ignored")
            return True
        return False

    def _continue(self, line: Line) -> bool:
        if not line.text.strip():
            self._account.take(line, "blank")
            # an empty line is part of a message only if more of it follows
            self._blanks += self._draft is not None and self._blanks < _MAX_BLANKS
            return True
        draft = self._draft
        if draft is None or draft.is_full or not self._grammar.continuation:
            return False
        for _ in range(self._blanks):
            draft.add("")
        self._blanks = 0
        draft.add(line.text)
        draft.message.source.line_end = line.number
        self._account.take(line, "continuation")
        return True
