"""Signal's conversations as its export tools write them: lines of text or Markdown with a date in brackets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from connectors.messengers.bracket_lines import SIGNAL_SENDER, SIGNAL_START, is_signal
from connectors.messengers.clock_lines import (
    FIRST_YEAR,
    LAST_YEAR,
    LineTally,
    TextBlock,
    in_seoul,
    without_line_ends,
)
from connectors.messengers.contract import ExportFile, Item, Line
from connectors.messengers.json_fields import reactions_of
from schemas.conversations import (
    Attachment,
    Conversation,
    ConversationKind,
    Message,
    MessageKind,
    Participant,
    Precision,
    Source,
)
from schemas.outcome import Failed

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LINK = re.compile(r"(?P<image>!?)\[(?P<name>[^\]\n]*)\]\((?P<path>(?:\./)?(?:media|attachments)/[^)\n]+)\)")
_REACTIONS = re.compile(r"^\(- (?P<all>[^\n]{3,2000}) -\)$")
_ONE_REACTION = re.compile(r"^(?P<name>[^\n]+): (?P<emoji>[^\x00-\x7f]{1,12})$")
_KINDS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "heic"), MessageKind.PHOTO),
    **dict.fromkeys(("mp4", "mov", "webm", "3gp"), MessageKind.VIDEO),
    **dict.fromkeys(("aac", "m4a", "mp3", "ogg", "opus", "wav"), MessageKind.VOICE),
}
_HEAD_LINES = 400
_MAX_SENDERS = 5_000


@dataclass(frozen=True, slots=True)
class _Signal:
    name: str = "signal"
    label: str = "시그널"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("글(여러 줄)·보낸이·시각(인쇄된 만큼)", "첨부 이름과 경로·반응(signal-export)")
    loses: tuple[str, ...] = ("시간대(한국 시각으로 봄)", "암호화된 백업 파일", "방 이름(내보내기에 없음)")
    holds_many: bool = False

    def sniff(self, file: ExportFile) -> float:
        """By lines with Signal's form of a date, of at least two senders; WhatsApp's are never claimed."""
        if file.head is None or file.is_zip:
            return 0.0
        filled = [line for line in re.split(r"\r*\n", file.head)[:_HEAD_LINES] if line.strip()]
        return 0.9 if filled and is_signal(filled, file.name) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """The conversation. Goes through the file twice, for those who speak.

        Raises:
            schemas.outcome.Failed: `export_not_understood` if there is no message, `undecodable_text`.
        """
        senders: dict[str, None] = {}
        n_starts = 0
        for line in without_line_ends(file.lines()):
            if (match := SIGNAL_START.match(line.text)) and _moment(match):
                n_starts += 1
                sender = SIGNAL_SENDER.match(match["rest"][:200])
                if sender and len(senders) < _MAX_SENDERS:
                    senders.setdefault(sender["sender"].strip())
        if not n_starts:
            raise Failed("export_not_understood", "날짜로 시작하는 줄이 없음")
        yield Conversation(
            key=file.name or "signal",
            application="signal",
            kind=ConversationKind.DIRECT if len(senders) <= 2 else ConversationKind.GROUP,
            participants=[Participant(name, is_owner=name == "Me") for name in senders],
        )
        tally = LineTally()
        yield from _messages(file, tally)
        yield tally.result()

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """There is one conversation only."""
        raise AssertionError("an export of one conversation is kept whole or not at all")


def _messages(file: ExportFile, tally: LineTally) -> Iterator[Message]:
    current: Message | None = None
    block: TextBlock | None = None
    for line in without_line_ends(file.lines()):
        match = SIGNAL_START.match(line.text)
        moment = _moment(match) if match else None
        if match is None or moment is None:
            if block is not None:
                block.add(line)
            tally.add(line, block is not None and match is None)
            continue
        tally.add(line)
        if current is not None and block is not None:
            tally.is_backwards = tally.is_backwards or (current.sent_at - moment[0]).days >= 1
            yield _finished(current, block)
        current, block = _begin(match, moment, line)
    if current is not None and block is not None:
        yield _finished(current, block)


def _moment(match: re.Match[str]) -> tuple[datetime, Precision] | None:
    if match["year"]:
        year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
        time, half = (match["hour"], match["minute"], match["second"]), None
    else:
        short = match["name"][:3].lower()
        month = _MONTHS.index(short) + 1 if short in _MONTHS else 0
        year, day = int(match["nyear"]), int(match["nday"])
        time, half = (match["nhour"], match["nminute"], match["nsecond"]), match["nhalf"]
    hour, minute, second = int(time[0]), int(time[1]), None if time[2] is None else int(time[2])
    if half:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    if not FIRST_YEAR <= year <= LAST_YEAR or hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    try:
        return in_seoul(date(year, month, day), (hour, minute, second))
    except ValueError:
        return None


def _begin(match: re.Match[str], moment: tuple[datetime, Precision], line: Line) -> tuple[Message, TextBlock]:
    split = SIGNAL_SENDER.match(match["rest"])
    message = Message(
        sent_at=moment[0],
        sender=split["sender"].strip() if split else "",
        text="",
        kind=MessageKind.TEXT if split else MessageKind.SYSTEM,
        precision=moment[1],
        is_offset_assumed=True,
    )
    return message, TextBlock([split["text"] if split else match["rest"]], line.number, line.number)


def _finished(message: Message, block: TextBlock) -> Message:
    message.source = Source(block.line_start, block.line_end)
    if len(block.lines) > 1 and (match := _REACTIONS.match(block.lines[-1])):
        pairs = [_ONE_REACTION.match(part) for part in match["all"].split(", ")]
        if all(pairs):
            message.reactions = reactions_of((pair["emoji"], pair["name"]) for pair in pairs if pair)
            block.lines.pop()
    message.text = block.text
    for link in _LINK.finditer(message.text[:20_000]):
        name = link["name"] or link["path"].rsplit("/", 1)[-1]
        message.attachments.append(Attachment(name, path=link["path"].removeprefix("./")))
        kind = _KINDS.get(link["path"].rsplit(".", 1)[-1].lower(), MessageKind.FILE)
        message.kind = MessageKind.PHOTO if link["image"] else kind
    return message


EXPORT = _Signal()
