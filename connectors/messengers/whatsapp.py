"""WhatsApp's text export, of Android and iOS, in any order of the date and any language."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from connectors.messengers import whatsapp_words as words
from connectors.messengers.bracket_lines import LOG_LEVELS, is_signal
from connectors.messengers.clock_lines import (
    CLOCK,
    MARKS,
    LineTally,
    OrderVote,
    TextBlock,
    date_in_order,
    in_seoul,
    time_of_day,
    without_line_ends,
)
from connectors.messengers.contract import ExportFile, Item, Line
from schemas.conversations import Conversation, ConversationKind, Message, MessageKind, Participant, Source
from schemas.outcome import Failed

_DATE = r"(?P<a>\d{1,4})(?P<between>\.? ?[./-] ?|년 ?)(?P<b>\d{1,4})(?:\.? ?[./-] ?|월 ?)(?P<c>\d{1,4})(?:\.|일)?"
_GAP = r"(?P<gap>[,،、]?[ \u00a0\u202f](?:klo|kl\.?|at|um|às|à|alle|o godz\.)?[ \u00a0\u202f]?|[,،])"
_MARK = f"[{MARKS}]*"
_SHAPES: dict[str, re.Pattern[str]] = {
    "ios": re.compile(rf"^{_MARK}\[{_MARK}{_DATE}{_GAP}{_MARK}{CLOCK}{_MARK}\](?: -)? ?(?P<rest>.*)$", re.DOTALL),
    "android": re.compile(rf"^{_MARK}{_DATE}{_GAP}{_MARK}{CLOCK}{_MARK} [-\u2013] (?P<rest>.*)$", re.DOTALL),
    # iOS of some years and countries, whose dates have dots
    "ios without brackets": re.compile(
        r"^(?P<a>\d{1,2})(?P<between>\. ?)(?P<b>\d{1,2})\. ?(?P<c>\d{2,4})\.?(?P<gap>,? )"
        r"(?P<before>)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})[:.](?P<second>\d{2})(?P<after>)(?::|(?<=:\d\d)) (?P<rest>.*)$",
        re.DOTALL,
    ),
}
_SENDER = re.compile(rf"^{_MARK}(?P<sender>[^:\n]{{1,100}}?):(?= |\.|$|[{MARKS}])(?P<text>.*)$", re.DOTALL)
_TITLES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?P<title>.+?)\s?님과의 WhatsApp (?:대화|채팅).*$",
        r"^WhatsApp (?:대화|채팅)(?: ?-| 내용)? (?P<title>.+)$",
        r"^(?P<title>.+?)とのWhatsAppチャット$",
        r"^[与與](?P<title>.+?)的 ?WhatsApp ?(?:聊天|對話|对话).*$",
        r"^(?:WhatsApp[ -]Chat|Chat (?:de|di|do)? ?WhatsApp|Conversa (?:do|no) WhatsApp|Discussion WhatsApp|Чат WhatsApp)"
        r"(?: ?-| with| con| com| mit| avec| met| с контактом| с| med)? (?P<title>.+)$",
    )
)
_HEAD_LINES = 400
_MAX_SENDERS = 5_000


@dataclass(frozen=True, slots=True)
class _WhatsApp:
    name: str = "whatsapp"
    label: str = "왓츠앱"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "글(여러 줄)·보낸이·시각(인쇄된 만큼)",
        "시스템 알림·통화·투표·위치",
        "첨부 파일 이름·빠진 미디어 표시",
        "삭제·고침 표시",
    )
    loses: tuple[str, ...] = ("답장·반응·읽음(내보내기에 없음)", "시간대(한국 시각으로 봄)", "첨부 파일의 내용")
    holds_many: bool = False

    def sniff(self, file: ExportFile) -> float:
        """By lines that begin with a date and a sender, of at least two senders, or with the notice of encryption."""
        if file.head is None or file.is_zip:
            return 0.0
        filled = [line for line in re.split(r"\r*\n", file.head)[:_HEAD_LINES] if line.strip(MARKS + " \t\r")]
        if not filled or is_signal(filled, file.name):
            return 0.0
        return 0.9 if _is_whatsapp(filled) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """The conversation. Goes through the file twice: the order of the date is decided over the whole file.

        Raises:
            schemas.outcome.Failed: `export_not_understood` if there is no message, `undecodable_text`.
        """
        survey = _survey(file)
        yield survey.conversation(file.name)
        tally = LineTally()
        yield from _messages(file, survey, tally)
        yield tally.result()

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """There is one conversation only."""
        raise AssertionError("an export of one conversation is kept whole or not at all")


def _is_whatsapp(filled: list[str]) -> bool:
    shape = next((shape for shape in _SHAPES.values() if shape.match(filled[0])), None)
    if shape is None:
        return False
    starts = [match["rest"] for match in map(shape.match, filled) if match and time_of_day(match)]
    if len(starts) < 0.3 * len(filled):
        return False
    if words.is_about_encryption(starts[0]) and "WhatsApp" in starts[0]:
        return True
    senders = [match["sender"].strip() for match in map(_SENDER.match, starts) if match]
    if any(LOG_LEVELS.match(sender) for sender in senders):
        return False
    if len(starts) < 2 or len(senders) < max(2, 0.4 * len(starts)):
        return False
    return len(set(senders)) >= 2 or any(words.is_about_encryption(rest) for rest in starts)


@dataclass(slots=True)
class _Survey:
    """What the whole file says before it is read: form of its lines, order of its dates, who speaks."""

    dialect: str
    order: str
    senders: dict[str, None] = field(default_factory=dict)
    is_group: bool = False
    title: str = ""

    def conversation(self, file_name: str) -> Conversation:
        title = _title_of(file_name) or self.title
        kind = ConversationKind.GROUP
        if len(self.senders) <= 2:
            # a talk of two bears the name of the other one
            kind = ConversationKind.DIRECT if not title or title in self.senders else ConversationKind.UNKNOWN
        return Conversation(
            key=title or file_name or "whatsapp",
            application="whatsapp",
            title=title,
            kind=ConversationKind.GROUP if self.is_group else kind,
            dialect=self.dialect.split()[0],
            participants=[Participant(name) for name in self.senders],
        )


def _survey(file: ExportFile) -> _Survey:
    votes: dict[str, OrderVote] = {}
    counts: Counter[str] = Counter()
    samples: dict[str, re.Match[str]] = {}
    surveys: dict[str, _Survey] = {}
    for line in without_line_ends(file.lines()):
        dialect, match = _start(line.text)
        if match is None or time_of_day(match) is None:
            continue
        counts[dialect] += 1
        samples.setdefault(dialect, match)
        votes.setdefault(dialect, OrderVote()).add((match["a"], match["b"], match["c"]))
        survey = surveys.setdefault(dialect, _Survey(dialect, ""))
        _note_speaker(survey, match["rest"])
    if not counts:
        raise Failed("export_not_understood", "날짜로 시작하는 줄이 없음")
    dialect = counts.most_common(1)[0][0]
    surveys[dialect].order = votes[dialect].winner(_preferred(samples[dialect]))
    return surveys[dialect]


def _start(text: str, dialect: str | None = None) -> tuple[str, re.Match[str] | None]:
    for name, shape in _SHAPES.items():
        if (dialect is None or name == dialect) and (match := shape.match(text)):
            return name, match
    return "", None


def _note_speaker(survey: _Survey, rest: str) -> None:
    sender, text = _split(rest)
    is_ios_notice = survey.dialect != "android" and text.startswith("\u200e")
    if sender is None or (is_ios_notice and words.is_about_encryption(text)):
        survey.is_group = survey.is_group or (words.is_about_group(text) and not words.is_about_encryption(text))
        if sender is not None and not survey.title:
            survey.title = sender
        return
    if is_ios_notice and words.is_about_group(text):
        survey.is_group = True
        return
    if len(survey.senders) < _MAX_SENDERS:
        survey.senders.setdefault(sender)


def _split(rest: str) -> tuple[str | None, str]:
    match = _SENDER.match(rest[:200])
    if match is None or words.is_notice_with_colon(match["sender"]):
        return None, rest
    # whoever is no contact is printed with a tilde
    sender = match["sender"].strip(MARKS + " \u00a0").removeprefix("~").strip(MARKS + " \u00a0\u202f")
    return sender, rest[match.end("sender") + 1 :].removeprefix(" ")


def _preferred(sample: re.Match[str]) -> tuple[str, ...]:
    """Orders by the manner of the printed date, for a file that says nothing else."""
    is_slash, half = "/" in sample["between"], sample["after"] or ""
    is_padded = len(sample["a"]) > 1 and len(sample["b"]) > 1
    if sample["before"] or (is_slash and sample["gap"] == " " and "]" not in sample[0]):
        # Korea, Japan and China: the half day before the clock, the year first
        return ("YMD", "DMY", "MDY")
    if is_slash and not is_padded and half in ("AM", "PM"):
        return ("MDY", "DMY", "YMD")
    return ("DMY", "MDY", "YMD")


def _messages(file: ExportFile, survey: _Survey, tally: LineTally) -> Iterator[Message]:
    current: Message | None = None
    block: TextBlock | None = None
    last: date | None = None
    for line in without_line_ends(file.lines()):
        _, match = _start(line.text, survey.dialect)
        started = _begin(match, survey, line) if match else None
        if started is None:
            if block is not None:
                block.add(line)
            # what looks like a message but has no possible date is kept with the text before, and told
            tally.add(line, block is not None and match is None)
            continue
        tally.add(line)
        if current is not None and block is not None:
            block.keep_blank()
            yield _finished(current, block, survey)
        current, block = started
        day = current.sent_at.date()
        tally.is_backwards = tally.is_backwards or (last is not None and (last - day).days > 1)
        last = day
    if current is not None and block is not None:
        yield _finished(current, block, survey)


def _begin(match: re.Match[str], survey: _Survey, line: Line) -> tuple[Message, TextBlock] | None:
    day, time = date_in_order((match["a"], match["b"], match["c"]), survey.order), time_of_day(match)
    if day is None or time is None:
        return None
    sender, text = _split(match["rest"])
    moment, precision = in_seoul(day, time)
    message = Message(
        sent_at=moment,
        sender=sender or "",
        text="",
        kind=MessageKind.TEXT if sender else MessageKind.SYSTEM,
        precision=precision,
        is_offset_assumed=True,
    )
    return message, TextBlock([text], line.number, line.number)


def _finished(message: Message, block: TextBlock, survey: _Survey) -> Message:
    message.text = block.text
    message.source = Source(block.line_start, block.line_end)
    if message.kind is MessageKind.SYSTEM:
        message.text = message.text.lstrip(MARKS)
        words.add_notice(message)
        return message
    words.complete(message, is_ios=survey.dialect != "android")
    if message.kind is MessageKind.SYSTEM:
        # iOS prints the room or whoever did it before its own lines
        actor, message.sender = message.sender, ""
        words.add_notice(message, actor)
    return message


def _title_of(file_name: str) -> str:
    stem = re.sub(r"\.(?:txt|zip)$", "", file_name, flags=re.IGNORECASE)
    # a second download of the same name
    stem = re.sub(r" ?\(\d+\)$", "", stem.replace("_", " ") if stem.startswith("WhatsApp_") else stem)
    for pattern in _TITLES:
        if match := pattern.match(stem):
            return match["title"].strip()
    return ""


EXPORT = _WhatsApp()
