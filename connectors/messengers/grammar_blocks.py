"""Exports of notes (쪽지) in blocks, by a site's grammar: a line that begins one, its fields, and its text."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from connectors.messengers.contract import Item, Line
from connectors.messengers.grammar_lines import Account, Placeholders, compiled, first_match, room_of
from connectors.messengers.grammar_times import Calendar, moment_of, parse_offset
from schemas.conversations import Message, Participant, Source

if TYPE_CHECKING:
    from connectors.messengers.grammar import Grammar

_MAX_TEXT = 4_000_000
_MAX_PEOPLE = 1_000
_BETWEEN_PEOPLE = re.compile(r"\s*[,;·/]\s*|\s{2,}")


def read_blocks(grammar: "Grammar", lines: Iterator[Line], account: Account) -> Iterator[Item]:
    """Stream an export by its blocks. Its conversation is told again at the end, when all receivers are known."""
    yield from _BlockReader(grammar, account).read(lines)


class _BlockReader:
    def __init__(self, grammar: "Grammar", account: Account) -> None:
        assert grammar.block is not None
        self._grammar = grammar
        self._account = account
        block = grammar.block
        self._start, self._text_after = compiled(block.start), compiled(block.text_after)
        self._fields = {name: compiled(expressions) for name, expressions in block.fields.items()}
        self._ignore, self._title = compiled(grammar.ignore), compiled(grammar.title)
        self._placeholders = Placeholders(grammar.placeholders)
        self._room_title = ""
        self._is_begun = False
        self._people: dict[str, Participant] = {}
        self._values: dict[str, re.Match[str]] = {}
        self._header: list[Line] = []
        self._first_text = ""
        self._text_lines: list[Line] = []
        self._n_characters = 0
        self._is_in_text = False
        self._is_in_block = False

    def read(self, lines: Iterator[Line]) -> Iterator[Item]:
        held: Line | None = None
        for line in lines:
            if held is not None:
                if self._begins_fields(line) or (not self._is_in_text and not line.text.strip()):
                    yield from self._end()
                    self._begin(held)
                else:
                    self._go_on(held)
                held = None
            if not first_match(self._start, line.text):
                self._go_on(line)
            elif self._field_of(line):
                # it is the first field itself that begins the block
                yield from self._end()
                self._begin(line, is_field=True)
            else:
                # a line of dashes in a text looks like one that begins a block; the next line tells
                held = line
        if held is not None:
            yield from self._end()
            self._account.take(held, "ignored")
        yield from self._end()
        if self._people or not self._is_begun:
            yield room_of(self._grammar, self._room_title, self._people.values())

    def _begins_fields(self, line: Line) -> bool:
        return self._field_of(line) is not None or first_match(self._text_after, line.text) is not None

    def _field_of(self, line: Line) -> tuple[str, re.Match[str]] | None:
        for name, patterns in self._fields.items():
            if match := first_match(patterns, line.text):
                return name, match
        return None

    def _begin(self, line: Line, *, is_field: bool = False) -> None:
        self._is_in_block, self._is_in_text = True, False
        if is_field:
            self._go_on(line)
        else:
            self._header.append(line)

    def _go_on(self, line: Line) -> None:
        if self._is_in_text:
            if self._n_characters > _MAX_TEXT:
                self._account.miss(line)
                return
            self._text_lines.append(line)
            self._n_characters += len(line.text) + 1
            return
        field = self._field_of(line)
        if field is not None:
            # a file may begin with the fields of its first note
            self._is_in_block = True
            self._values.setdefault(*field)
            self._header.append(line)
        elif (match := first_match(self._text_after, line.text)) and self._is_in_block:
            self._is_in_text = True
            self._header.append(line)
            self._first_text = match.groupdict().get("text") or ""
        elif not line.text.strip():
            self._account.take(line, "blank")
        elif first_match(self._start, line.text) or first_match(self._ignore, line.text):
            self._account.take(line, "ignored")
        elif not self._is_begun and not self._room_title and (match := first_match(self._title, line.text)):
            self._room_title = (match["title"] or "").strip()
            self._account.take(line, "title")
        else:
            self._account.miss(line)

    def _end(self) -> Iterator[Item]:
        message = self._message()
        is_empty = not self._values and not self._is_in_text
        held = [*self._header, *self._text_lines]
        for number, line in enumerate(held):
            if is_empty:
                self._account.take(line, "ignored")
            elif message is None:
                self._account.miss(line)
            else:
                self._account.take(line, "message" if not number else "field" if number < len(self._header) else "text")
        self._values, self._header, self._first_text, self._text_lines = {}, [], "", []
        self._n_characters, self._is_in_text, self._is_in_block = 0, False, False
        if message is None:
            return
        if not self._is_begun:
            self._is_begun = True
            yield room_of(self._grammar, self._room_title)
        yield message

    def _message(self) -> Message | None:
        """The note whose fields and text were gathered; None if it has no sender, no time or no text."""
        sender, stamp = self._values.get("sender"), self._values.get("ts")
        if sender is None or stamp is None or not self._is_in_text:
            return None
        moment = moment_of(stamp.groupdict(), self._grammar.ts_format)
        calendar = Calendar(parse_offset(self._grammar.offset) if self._grammar.offset else None)
        at = calendar.at(moment) if moment else None
        if moment is None or at is None:
            return None
        texts = [self._first_text, *(line.text for line in self._text_lines)]
        while texts and not texts[-1].strip():
            texts.pop()
        while texts and not texts[0].strip():
            texts.pop(0)
        name = (sender["sender"] or "").strip()
        self._meet(name)
        if receivers := self._values.get("receivers"):
            for person in _BETWEEN_PEOPLE.split(receivers["receivers"] or "")[:_MAX_PEOPLE]:
                self._meet(person.strip())
        last = (self._text_lines or self._header)[-1]
        message = Message(
            at,
            name,
            "\n".join(texts),
            source=Source(self._header[0].number, last.number),
            precision=moment.precision,
            is_offset_assumed=calendar.is_offset_assumed(moment),
        )
        if (title := self._values.get("title")) and (subject := (title["title"] or "").strip()):
            # a note has its own subject, and a message has no other place for it
            message.text = f"{subject}\n{message.text}" if message.text else subject
        self._placeholders.apply(message)
        return message

    def _meet(self, name: str) -> None:
        if name and len(self._people) < _MAX_PEOPLE:
            self._people.setdefault(name, Participant(name))
