"""NAVER WORKS (LINE WORKS): the administrator's audit log of messages in CSV, of many channels at once."""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from connectors.messengers.clock_lines import LineTally, without_line_ends
from connectors.messengers.contract import ExportFile, Item, Line
from connectors.messengers.json_fields import People
from connectors.messengers.works_rows import (
    Columns,
    Row,
    columns_by_content,
    columns_of,
    moment_of,
    people_of,
    person_of,
    rows_of,
)
from schemas.conversations import Conversation, ConversationKind, Message, Source
from schemas.outcome import Failed

_SAMPLE_ROWS = 20


@dataclass(frozen=True, slots=True)
class _NaverWorks:
    name: str = "naver_works"
    label: str = "네이버웍스"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("채널별 대화·보낸이·받는이", "시각과 시간대", "글(여러 줄)")
    loses: tuple[str, ...] = ("방 이름·첨부·답장·스레드(감사 로그에 없음)", "감사 로그의 그 밖의 칸")
    holds_many: bool = True

    def sniff(self, file: ExportFile) -> float:
        """By the header; with an unknown one by rows of an instant, two addresses and a channel's id."""
        if file.head is None or file.is_zip:
            return 0.0
        texts = file.head.split("\n")[:200]
        if len(file.start) > len(file.head.encode()) or len(texts) == 200:
            # the last line can be cut
            texts = texts[:-1] or texts
        lines = (Line(number, text.removesuffix("\r"), 0) for number, text in enumerate(texts, start=1))
        rows = [row.fields for row in islice(rows_of(lines), _SAMPLE_ROWS + 1) if row.fields]
        if not rows:
            return 0.0
        if columns := columns_of(rows[0]):
            # the head of an ordinary table can have the same names
            dates = [columns.value(row, columns.date) for row in rows[1:]]
            return 0.9 if not dates or any(moment_of(date) for date in dates) else 0.0
        return 0.6 if len(rows) > 2 and columns_by_content(rows[1:]) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Messages as they stand in the log, each channel begun again where it goes on. Goes through the file twice.

        Raises:
            schemas.outcome.Failed: `export_not_understood` if the columns cannot be told, `undecodable_text`.
        """
        channels, columns = _survey(file)
        tally = LineTally()
        last: str | None = None
        for row, is_header in _rows(file):
            message = None if is_header else _message(row, columns)
            for line in row.lines:
                tally.add(line, message is not None or is_header)
            if message is None:
                continue
            key = columns.value(row.fields, columns.channel)
            if key != last:
                yield channels[key].conversation(key)
                last = key
            yield message
        yield tally.result()

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """The header and the rows of the channels that are kept, as they stand.

        Raises:
            schemas.outcome.Failed: `export_not_understood`, `undecodable_text`.
        """
        channels, columns = _survey(file)
        kept = {key for key, channel in channels.items() if keeps(channel.conversation(key))}
        chosen: list[str] = []
        for row, is_header in _rows(file):
            if is_header or (_message(row, columns) and columns.value(row.fields, columns.channel) in kept):
                chosen.extend(line.text for line in row.lines)
        text = "".join(f"{line}\n" for line in chosen)
        is_plain = file.encoding == "utf-8-sig" and not file.start.startswith(codecs.BOM_UTF8)
        return text.encode("utf-8" if is_plain else file.encoding)


@dataclass(slots=True)
class _Channel:
    people: People = field(default_factory=People)

    def conversation(self, key: str) -> Conversation:
        people = self.people.all()
        return Conversation(
            key=key,
            application="naver_works",
            kind=ConversationKind.DIRECT if len(people) <= 2 else ConversationKind.GROUP,
            native_id=key,
            dialect="audit",
            participants=people,
        )


def _rows(file: ExportFile) -> Iterator[tuple[Row, bool]]:
    """Rows, and whether it is the header: the first that is one."""
    has_header = False
    for row in rows_of(without_line_ends(file.lines())):
        is_header = bool(row.fields) and not has_header
        has_header = has_header or is_header
        yield row, is_header


def _survey(file: ExportFile) -> tuple[dict[str, _Channel], Columns]:
    """Who takes part in which channel, over the whole log."""
    sample = list(islice((row.fields for row, _ in _rows(file) if row.fields), _SAMPLE_ROWS + 1))
    columns = (columns_of(sample[0]) or columns_by_content(sample[1:])) if sample else None
    if columns is None:
        raise Failed("export_not_understood", "날짜와 채널 칸을 찾지 못함")
    channels: dict[str, _Channel] = {}
    for row, is_header in _rows(file):
        if is_header or _message(row, columns) is None:
            continue
        people = channels.setdefault(columns.value(row.fields, columns.channel), _Channel()).people
        for name, native_id, is_bot in (
            person_of(columns.value(row.fields, columns.sender)),
            *people_of(columns.value(row.fields, columns.receiver)),
        ):
            people.add(name, native_id, is_bot=is_bot)
    return channels, columns


def _message(row: Row, columns: Columns) -> Message | None:
    sent = moment_of(columns.value(row.fields, columns.date))
    if sent is None or not columns.value(row.fields, columns.channel):
        return None
    sender, sender_id, _ = person_of(columns.value(row.fields, columns.sender))
    return Message(
        sent_at=sent[0],
        sender=sender,
        text=columns.value(row.fields, columns.text),
        source=Source(row.lines[0].number, row.lines[-1].number),
        precision=sent[1],
        is_offset_assumed=sent[2],
        sender_id=sender_id,
    )


EXPORT = _NaverWorks()
