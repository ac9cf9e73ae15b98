"""LINE's text export of phones and PCs, in its languages: dates as headings, columns beneath them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from connectors.messengers import line_words as words
from connectors.messengers.clock_lines import MARKS, LineTally, TextBlock, in_seoul, time_of_day, without_line_ends
from connectors.messengers.contract import ExportFile, Item, Line
from connectors.messengers.line_days import HEADER, SHAPES, TABBED, Survey, day_line, survey
from schemas.conversations import Conversation, ConversationKind, Message, Participant, Source
from schemas.outcome import Failed

_HEAD_LINES = 400
_MAX_SENDERS = 5_000
_MAX_QUOTED = 5_000


@dataclass(frozen=True, slots=True)
class _LineMessenger:
    name: str = "line"
    label: str = "라인"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "대화방 이름·저장한 때",
        "글(여러 줄)·보낸이·분 단위 시각",
        "시스템 알림·통화·보내기 취소",
        "사진·스티커·파일 표시",
    )
    loses: tuple[str, ...] = ("답장·반응(내보내기에 없음)", "초·시간대(한국 시각으로 봄)", "첨부 파일의 내용")
    holds_many: bool = False

    def sniff(self, file: ExportFile) -> float:
        """By the header, or by a date as heading with columns of time, name and text beneath."""
        if file.head is None or file.is_zip:
            return 0.0
        filled = [line for line in re.split(r"\r*\n", file.head)[:_HEAD_LINES] if line.strip(MARKS + " \t\r")]
        if not filled:
            return 0.0
        header = HEADER.match(filled[0])
        if header:
            if words.title_of(header["rest"]) is not None:
                return 0.9
            is_saved = len(filled) > 1 and bool(words.SAVED.match(filled[1]))
            return 0.9 if is_saved or _n_columns(filled) >= 1 else 0.0
        return 0.6 if day_line(filled[0]) and _is_headless(filled) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """The conversation. Goes through the file twice: the form of its lines and dates is settled first.

        Raises:
            schemas.outcome.Failed: `export_not_understood` if there is no date, `undecodable_text`.
        """
        found = survey(without_line_ends(file.lines()))
        tally = LineTally()
        has_day = False
        for message in _messages(file, found, LineTally()):
            has_day = True
            if message.sender and len(found.senders) < _MAX_SENDERS:
                found.senders.setdefault(message.sender)
        if not has_day and not found.title and found.saved is None:
            raise Failed("export_not_understood", "날짜 줄이나 메시지가 없음")
        yield _conversation(found, file.name)
        yield from _messages(file, found, tally)
        yield tally.result()

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """There is one conversation only."""
        raise AssertionError("an export of one conversation is kept whole or not at all")


def _n_columns(filled: list[str]) -> int:
    return sum(line.count("\t") >= 2 and bool((m := TABBED.match(line)) and time_of_day(m)) for line in filled)


def _is_headless(filled: list[str]) -> bool:
    n_columns = _n_columns(filled)
    if n_columns >= 2 and n_columns >= 0.4 * len(filled):
        return True
    if "년" in filled[0]:
        # the same lines copied out of KakaoTalk
        return False
    # an agenda has a date and clocks as well, but nobody speaks in it again and again
    rests = [m["rest"] for line in filled if (m := SHAPES["spaces"].match(line)) and time_of_day(m)]
    names = [rest.split(" ", 1)[0] for rest in rests if " " in rest]
    has_placeholder = any(words.is_placeholder(rest.split(" ", 1)[1].strip()) for rest in rests if " " in rest)
    return (
        len(rests) >= (3 if has_placeholder else 6)
        and len(rests) >= 0.4 * len(filled)
        and len(set(names)) * (1 if has_placeholder else 2) <= len(names)
        and len(names) > len(set(names)) > 1
    )


def _conversation(found: Survey, file_name: str) -> Conversation:
    kind = found.kind
    if len(found.senders) > 2:
        kind = ConversationKind.GROUP
    elif kind is ConversationKind.UNKNOWN and found.title and found.title in found.senders:
        kind = ConversationKind.DIRECT
    title = found.title
    if not title and (match := HEADER.match(file_name.rsplit(".", 1)[0])):
        title = (words.title_of(match["rest"]) or (match["rest"].strip(), None))[0]
    return Conversation(
        key=title or file_name or "line",
        application="line",
        title=title,
        kind=kind,
        dialect=found.shape,
        participants=[Participant(name) for name in found.senders],
        exported_at=found.exported_at,
    )


@dataclass(slots=True)
class _Reader:
    """Reads line by line; what cannot belong to a message before the first date is told."""

    found: Survey
    tally: LineTally
    day: date | None = None
    current: Message | None = None
    block: TextBlock | None = None

    def finish(self) -> Iterator[Message]:
        """The message so far, if there is one."""
        message, block = self.current, self.block
        self.current = self.block = None
        if message is None or block is None:
            return
        message.text = block.text
        message.source = Source(block.line_start, block.line_end)
        if message.sender:
            words.complete(message)
        else:
            words.add_notice(message)
        yield message

    def add(self, line: Line) -> Iterator[Message]:
        """Take a line, and give the message that ended before it."""
        text = line.text
        is_start = line.number <= 6 and self.current is None
        if is_start and (HEADER.match(text.lstrip(MARKS)) or words.SAVED.match(text)):
            self.tally.add(line)
            return
        if said := day_line(text):
            day = said.date_in(self.found.order)
            self.tally.add(line, day is not None)
            if day is not None:
                yield from self.finish()
                self.tally.is_backwards = self.tally.is_backwards or (self.day is not None and day < self.day)
                self.day = day
                return
        else:
            split = self.found.split(text) if self.day is not None else None
            if split is not None:
                yield from self.finish()
                self._begin(line, *split)
                self.tally.add(line)
                return
            self.tally.add(line, self.block is not None)
        if self.block is not None:
            # the tab before a line that goes on is the export's
            self.block.add(line, text.removeprefix("\t"))

    def _begin(self, line: Line, match: re.Match[str], sender: str | None, text: str) -> None:
        time = time_of_day(match)
        if self.day is None or time is None:
            return
        moment, precision = in_seoul(self.day, time)
        self.current = Message(moment, sender or "", "", precision=precision, is_offset_assumed=True)
        self.block = TextBlock([text], line.number, line.number)


def _messages(file: ExportFile, found: Survey, tally: LineTally) -> Iterator[Message]:
    reader = _Reader(found, tally)
    for line, quoted in _with_quoted(without_line_ends(file.lines()), found):
        yield from reader.add(line)
        if not quoted or reader.block is None:
            continue
        block = reader.block
        inner = "\n".join([block.lines[0][1:], *(follower.text for follower in quoted)])
        block.lines[:] = [_unquoted(inner.rstrip()[:-1])]
        block.line_end = quoted[-1].number
        for follower in quoted:
            tally.add(follower)
    yield from reader.finish()


def _unquoted(text: str) -> str:
    is_doubled = '""' in text and '"' not in text.replace('""', "")
    return text.replace('""', '"') if is_doubled else text


def _with_quoted(lines: Iterator[Line], found: Survey) -> Iterator[tuple[Line, list[Line]]]:
    """Lines, and with the first of a message of several lines in quotes those that follow it.

    A quotation mark that somebody typed is not closed before the next message.
    """
    waiting: list[Line] = []
    while True:
        line = waiting.pop(0) if waiting else next(lines, None)
        if line is None:
            return
        if not _opens_quote(line, found):
            yield line, []
            continue
        followers: list[Line] = []
        n_quoted = 0
        while len(followers) < _MAX_QUOTED:
            follower = waiting.pop(0) if waiting else next(lines, None)
            if follower is None:
                break
            followers.append(follower)
            if found.split(follower.text):
                break
            if follower.text.rstrip().endswith('"'):
                n_quoted = len(followers)
        yield line, followers[:n_quoted]
        waiting = followers[n_quoted:] + waiting


def _opens_quote(line: Line, found: Survey) -> bool:
    if '"' not in line.text:
        return False
    split = found.split(line.text)
    return split is not None and split[2].startswith('"') and not _closes(split[2])


def _closes(text: str) -> bool:
    return len(text) > 1 and text.rstrip().endswith('"')


EXPORT = _LineMessenger()
