"""Rows of an audit log in CSV: records over several lines, and which column means what."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.messengers.clock_lines import CLOCK, date_in_order, in_seoul, time_of_day
from connectors.messengers.contract import Line
from connectors.messengers.json_fields import iso_time
from schemas.conversations import Precision

_NAMES: dict[str, str] = {
    name: role
    for role, names in (
        (
            "date",
            "日時|日付|날짜|일시|시간|보낸 시간|date|time|date/time|date & time|datetime|date and time|日期|時間|日期/時間",
        ),
        ("sender", "送信者|보낸 사람|보낸사람|보낸이|발신자|발신인|발신|sender|from|傳送者|寄件者|發送者|发送者"),
        (
            "receiver",
            "受信者|받는 사람|받는사람|받은 사람|받는이|수신자|수신인|수신|receiver|recipient|receivers|recipients|to"
            "|接收者|收件者",
        ),
        (
            "channel",
            "チャンネルid|チャンネル|채널 id|채널id|채널|대화방 id|channel id|channelid|channel|頻道id|頻道 id|频道id",
        ),
        (
            "text",
            "トーク|メッセージ|イベント|이벤트|메시지|메세지|대화|내용|메시지 내용|대화 내용|message|talk|content|event"
            "|event/message|訊息|消息|事件",
        ),
    )
    for name in names.split("|")
}
_DATED = re.compile(
    rf"^(?P<a>\d{{4}})(?:[./-] ?|년 ?)(?P<b>\d{{1,2}})(?:[./-] ?|월 ?)(?P<c>\d{{1,2}})(?:\.|일)?[ T]+{CLOCK}$"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
_BOT = re.compile(r"^\[Bot\]", re.IGNORECASE)
_CHANNEL = re.compile(r"^[\w-]{3,80}$", re.ASCII)
_NAMED_ADDRESS = re.compile(r"^(?P<name>.+?)\s*[(<](?P<id>[\w.+-]+@[\w.-]+)[)>]$")
_MAX_LINES, _MAX_CHARACTERS = 2_000, 120_000


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers of the columns, from 0; None for one that is not there."""

    date: int
    channel: int
    sender: int | None = None
    receiver: int | None = None
    text: int | None = None

    def value(self, fields: Sequence[str], column: int | None) -> str:
        """A field, empty if the row is too short."""
        return fields[column] if column is not None and column < len(fields) else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A record with the lines that it stands on; `fields` is empty if it is none."""

    fields: tuple[str, ...]
    lines: tuple[Line, ...]


def columns_of(header: Sequence[str]) -> Columns | None:
    """Columns by a header that is known; None for any other."""
    roles: dict[str, int] = {}
    for number, name in enumerate(header):
        role = _NAMES.get(name.strip().strip("\ufeff").lower())
        if role:
            roles.setdefault(role, number)
    if not {"date", "channel", "sender"} <= roles.keys() or len(roles) < 4:
        return None
    return Columns(roles["date"], roles["channel"], roles["sender"], roles.get("receiver"), roles.get("text"))


def columns_by_content(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Columns by what stands in the rows below an unknown header; None if that leaves a doubt."""
    width = min((len(row) for row in rows), default=0)
    if width < 5:
        return None

    def all_are(number: int, test: re.Pattern[str]) -> bool:
        return all(test.search(row[number]) for row in rows)

    dates = [n for n in range(width) if all(iso_time(row[n]) and not _is_assumed(row[n]) for row in rows)]
    people = [n for n in range(width) if all(_MAIL.search(row[n]) or _BOT.match(row[n]) for row in rows)]
    if len(dates) != 1 or len(people) < 2:
        return None
    channels = [n for n in range(width) if n not in (*dates, *people) and all_are(n, _CHANNEL)]
    rest = [n for n in range(width) if n not in (*dates, *people)]
    if not channels or len(rest) < 2:
        return None
    channel = channels[0]
    texts = [n for n in rest if n != channel]
    return Columns(dates[0], channel, people[0], people[1], texts[-1])


def _is_assumed(value: str) -> bool:
    time = iso_time(value)
    return time is None or time[2]


def moment_of(value: str) -> tuple[datetime, Precision, bool] | None:
    """Moment, precision, and whether Korea's offset was assumed; None if it is no time."""
    value = value.strip()
    if time := iso_time(value):
        return time
    match = _DATED.match(value) if len(value) < 60 else None
    if match is None:
        return None
    day, time_printed = date_in_order((match["a"], match["b"], match["c"]), "YMD"), time_of_day(match)
    if day is None or time_printed is None:
        return None
    moment, precision = in_seoul(day, time_printed)
    return moment, precision, True


def person_of(value: str) -> tuple[str, str | None, bool]:
    """Display name, address and whether it is a bot, of `이름 (a@b.kr)`, `a@b.kr` or `[Bot]이름`."""
    value = value.strip()
    if _BOT.match(value):
        return value, None, True
    if match := _NAMED_ADDRESS.match(value):
        return match["name"].strip(), match["id"], False
    return value, value if _MAIL.fullmatch(value) else None, False


def people_of(value: str) -> list[tuple[str, str | None, bool]]:
    """The receivers of a row."""
    return [person_of(part) for part in re.split(r"\s*[,;]\s*", value) if part.strip()]


def rows_of(lines: Iterator[Line]) -> Iterator[Row]:
    """Records, streamed. A quotation mark that is never closed costs its own line only."""
    waiting: list[Line] = []
    while True:
        line = waiting.pop() if waiting else next(lines, None)
        if line is None:
            return
        gathered = [line]
        n_marks, n_characters = line.text.count('"'), len(line.text)
        while n_marks % 2 and len(gathered) < _MAX_LINES and n_characters < _MAX_CHARACTERS:
            line = waiting.pop() if waiting else next(lines, None)
            if line is None:
                break
            gathered.append(line)
            n_marks += line.text.count('"')
            n_characters += len(line.text)
        if n_marks % 2:
            waiting.extend(reversed(gathered[1:]))
            yield Row((), (gathered[0],))
            continue
        if not any(part.text.strip() for part in gathered):
            yield Row((), tuple(gathered))
            continue
        fields = _fields("\n".join(part.text for part in gathered))
        if not fields and len(gathered) > 1:
            # the quotation mark was closed by one of another record
            waiting.extend(reversed(gathered[1:]))
            gathered = gathered[:1]
        yield Row(fields, tuple(gathered))


def _fields(record: str) -> tuple[str, ...]:
    delimiter = "\t" if record.count("\t") > record.count(",") else ","
    for is_strict in (True, False):
        if not is_strict and "\n" in record:
            break
        try:
            # the line ends inside a field are the message's own
            found = list(csv.reader(re.split(r"(?<=\n)", record), delimiter=delimiter, strict=is_strict))
        except csv.Error:
            continue
        return tuple(found[0]) if len(found) == 1 else ()
    return ()
