"""Messenger exports as people save them to a share: KakaoTalk of four kinds, Slack archives, Teams and Telegram in JSON."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from itertools import pairwise

from pipelines.sample.truth import ConversationTruth, MessageTruth
from pipelines.sample.writers.archive import pack_archive

_SEOUL = timezone(timedelta(hours=9))
_WEEKDAYS = "월화수목금토일"
_SCRIPT_LINE = re.compile(
    r"(?P<time>\d\d:\d\d) (?:\* (?P<system>.+)|(?P<sender>\S+?)(?: >(?P<reply>\d+))?(?: ~(?P<edited>\d\d:\d\d))?: (?P<text>.+))"
)
_FILE_MARK = "[파일] "
_KINDS = {"[사진]": "photo", "[삭제]": "deleted"}
_PHOTO_NAME = "사진.jpg"


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a talk, before an application has it.

    Args:
        number: its place in the talk, from 1.
        sent_at: when, to the second, in Korea.
        sender: a role; empty for the application itself.
        text: as written.
        kind: as in `MessageTruth`.
        reply_to: the number of the message that it answers.
        edited_at: when it was changed.
        attachment: the name of the file that came with it.
    """

    number: int
    sent_at: datetime
    sender: str
    text: str
    kind: str = "text"
    reply_to: int | None = None
    edited_at: datetime | None = None
    attachment: str | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A room with what was said in it."""

    room: str
    messages: tuple[Message, ...]
    is_private: bool = False

    @property
    def members(self) -> tuple[str, ...]:
        """The roles that said something."""
        return tuple(sorted({message.sender for message in self.messages if message.sender}))

    def part(self, first_day: str, last_day: str) -> "Talk":
        """The talk from one day to another, both included; messages keep their numbers."""
        kept = (message for message in self.messages if first_day <= f"{message.sent_at:%Y-%m-%d}" <= last_day)
        return replace(self, messages=tuple(kept))


def read_script(room: str, script: str, words: Mapping[str, str], *, is_private: bool = False) -> Talk:
    """A talk from its script.

    Args:
        room: the room's name.
        script: as in `prose.chats`, with `{blanks}`.
        words: what the blanks are filled with.
        is_private: whether it is a direct talk or a closed channel.

    Raises:
        ValueError: a line is no day and no message, or messages are not in the order of time.
    """
    day, messages = "", []
    for line in script.strip().format_map(dict(words)).split("\n"):
        match = _SCRIPT_LINE.fullmatch(line)
        if line.startswith("# "):
            day = line.removeprefix("# ")
        elif match is None:
            raise ValueError(f"no line of a script: {line!r}")
        else:
            messages.append(_scripted(match, day, len(messages) + 1))
    if any(later.sent_at <= earlier.sent_at for earlier, later in pairwise(messages)):
        raise ValueError(f"the talk of {room!r} goes back in time")
    return Talk(room, tuple(messages), is_private)


def _scripted(match: re.Match[str], day: str, number: int) -> Message:
    text = match["system"] or match["text"]
    kind = "system" if match["system"] else _KINDS.get(text, "text")
    attachment = None
    if text.startswith(_FILE_MARK):
        kind, attachment = "file", text.removeprefix(_FILE_MARK)
    return Message(
        number=number,
        sent_at=_moment(day, match["time"], number * 13 % 60),
        sender=match["sender"] or "",
        text=text if kind in ("text", "system") else "",
        kind=kind,
        reply_to=int(match["reply"]) if match["reply"] else None,
        edited_at=_moment(day, match["edited"], 0) if match["edited"] else None,
        attachment=attachment,
    )


def _moment(day: str, time: str, second: int) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}:{second:02d}").replace(tzinfo=_SEOUL)


def truth_of_talk(
    talk: Talk,
    application: str,
    *,
    scope: str | None = None,
    has_seconds: bool = True,
    has_threads: bool = True,
    has_notice_times: bool = True,
) -> ConversationTruth:
    """What an export of the talk says.

    Args:
        talk: the part that was exported.
        application: as in `ConversationTruth`.
        scope: as in `ConversationTruth`.
        has_seconds: whether the export prints them.
        has_threads: whether it keeps answers and edits, which KakaoTalk's do not.
        has_notice_times: whether it prints when the application said something; the time of the message before, or the
            beginning of the day, is all that is known otherwise.
    """
    moments: dict[int, datetime] = {}
    for messages in _by_day(talk.messages):
        latest = messages[0].sent_at.replace(hour=0, minute=0, second=0)
        for message in messages:
            latest = message.sent_at if message.sender or has_notice_times else latest
            moments[message.number] = latest if has_seconds else latest.replace(second=0)
    messages = [
        MessageTruth(
            number=message.number,
            sent_at=moments[message.number].isoformat(),
            sender=message.sender,
            text=message.text,
            kind=message.kind,
            reply_to=message.reply_to if has_threads else None,
            edited_at=message.edited_at.isoformat() if message.edited_at and has_threads else None,
            attachment=message.attachment,
        )
        for message in talk.messages
    ]
    return ConversationTruth(
        room=talk.room,
        application=application,
        members=talk.members,
        scope=scope,
        is_private=talk.is_private,
        messages=tuple(messages),
    )


def write_kakaotalk_windows(talk: Talk, saved_at: datetime, encoding: str = "utf-8") -> bytes:
    """The text that KakaoTalk for Windows saves; old versions in CP949."""
    lines = [f"{talk.room} 님과 카카오톡 대화", f"저장한 날짜 : {saved_at:%Y-%m-%d %H:%M:%S}", ""]
    for messages in _by_day(talk.messages):
        lines.append(f"--------------- {_long_day(messages[0].sent_at)} ---------------")
        for message in messages:
            text = _printed(message)
            head = f"[{message.sender}] [{_clock(message.sent_at)}] " if message.sender else ""
            lines.append(head + text)
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def write_kakaotalk_android(talk: Talk, saved_at: datetime) -> bytes:
    """The text that KakaoTalk for Android sends by mail."""
    lines = [f"{talk.room} 님과 카카오톡 대화", f"저장한 날짜 : {_long_moment(saved_at)}", "", ""]
    for messages in _by_day(talk.messages):
        lines.append(_long_moment(messages[0].sent_at))
        for message in messages:
            sender = f"{message.sender} : " if message.sender else ""
            lines.append(f"{_long_moment(message.sent_at)}, {sender}{_printed(message)}")
    return ("\n".join(lines) + "\n").encode()


def write_kakaotalk_ios(talk: Talk, saved_at: datetime, name: str) -> bytes:
    """The text that KakaoTalk for iOS sends, which begins with its own file's name and names no room.

    Args:
        talk: what is exported.
        saved_at: when.
        name: of the file.
    """
    lines = [name, f"저장한 날짜 : {_short_moment(saved_at)}", ""]
    for messages in _by_day(talk.messages):
        lines += ["", _long_day(messages[0].sent_at)]
        for message in messages:
            said = f", {message.sender} : " if message.sender else ": "
            lines.append(f"{_short_moment(message.sent_at)}{said}{_printed(message)}")
    return ("\n".join(lines) + "\n").encode("utf-8-sig")


def write_kakaotalk_mac(talk: Talk) -> bytes:
    """The CSV that KakaoTalk for the Mac saves, with seconds and a mark of UTF-8."""
    written = io.StringIO()
    written.write("Date,User,Message\n")
    rows = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for message in talk.messages:
        rows.writerow([f"{message.sent_at:%Y-%m-%d %H:%M:%S}", message.sender, _printed(message)])
    return written.getvalue().encode("utf-8-sig")


def write_slack_export(talks: Sequence[Talk]) -> bytes:
    """The ZIP that Slack exports: users, open and closed channels, a file of messages for each channel and day."""
    roles = sorted({role for talk in talks for role in talk.members})
    ids = {role: f"U{number:08d}" for number, role in enumerate(roles, start=1)}
    channels = [
        {
            "id": f"{'G' if talk.is_private else 'C'}{number:08d}",
            "name": talk.room,
            "created": int(talk.messages[0].sent_at.timestamp()) - 3_600,
            "is_archived": False,
            "members": sorted(ids[role] for role in talk.members),
        }
        for number, talk in enumerate(talks, start=1)
    ]
    files: dict[str, object] = {
        "channels.json": [channel for channel in channels if channel["id"].startswith("C")],
        "groups.json": [channel for channel in channels if channel["id"].startswith("G")],
        "users.json": [{"id": ids[role], "name": role, "profile": {"real_name": role}} for role in roles],
    }
    for talk in talks:
        for messages in _by_day(talk.messages):
            posts = [_slack_post(message, talk, ids) for message in messages]
            files[f"{talk.room}/{messages[0].sent_at:%Y-%m-%d}.json"] = posts
    return pack_archive(
        {path: json.dumps(value, ensure_ascii=False, indent=2).encode() for path, value in files.items()}
    )


def _slack_post(message: Message, talk: Talk, ids: Mapping[str, str]) -> dict[str, object]:
    by_number = {other.number: other for other in talk.messages}
    post: dict[str, object] = {
        "type": "message",
        "user": ids[message.sender],
        "text": message.text,
        "ts": _slack_stamp(message),
    }
    if message.kind == "deleted":
        post |= {"subtype": "tombstone", "text": "This message was deleted."}
    replies = sum(other.reply_to == message.number for other in talk.messages)
    if message.reply_to or replies:
        post["thread_ts"] = _slack_stamp(by_number[message.reply_to or message.number])
    if replies:
        post["reply_count"] = replies
    if message.edited_at:
        post["edited"] = {"user": ids[message.sender], "ts": f"{int(message.edited_at.timestamp())}.000000"}
    name = message.attachment or (_PHOTO_NAME if message.kind == "photo" else None)
    if name:
        post["files"] = [{"id": f"F{message.number:08d}", "name": name, "title": name}]
    return post


def _slack_stamp(message: Message) -> str:
    return f"{int(message.sent_at.timestamp())}.{message.number:06d}"


def write_teams(talk: Talk) -> bytes:
    """The messages of a Teams chat as its programming interface gives them."""
    identifier = "19:meeting_0001@thread.v2"
    posts = [
        {
            "id": str(int(message.sent_at.timestamp()) * 1000),
            "messageType": "message" if message.sender else "systemEventMessage",
            "createdDateTime": _utc(message.sent_at),
            "lastEditedDateTime": _utc(message.edited_at) if message.edited_at else None,
            "deletedDateTime": _utc(message.sent_at + timedelta(minutes=1)) if message.kind == "deleted" else None,
            "chatId": identifier,
            "from": {"user": {"displayName": message.sender}} if message.sender else None,
            "body": {"contentType": "html", "content": f"<p>{escape(message.text)}</p>" if message.text else ""},
            "attachments": [{"contentType": "reference", "name": message.attachment}] if message.attachment else [],
        }
        for message in talk.messages
    ]
    chat = {"chatType": "group", "topic": talk.room, "id": identifier, "value": posts}
    return json.dumps(chat, ensure_ascii=False, indent=1).encode()


def write_telegram(talk: Talk) -> bytes:
    """The `result.json` of one chat that Telegram Desktop exports."""
    ids = {role: f"user{1000 + number}" for number, role in enumerate(talk.members)}
    posts: list[dict[str, object]] = []
    for message in talk.messages:
        post: dict[str, object] = {
            "id": message.number,
            "type": "message",
            "date": f"{message.sent_at:%Y-%m-%dT%H:%M:%S}",
            "date_unixtime": str(int(message.sent_at.timestamp())),
            "from": message.sender,
            "from_id": ids[message.sender],
            "text": message.text,
        }
        if message.reply_to:
            post["reply_to_message_id"] = message.reply_to
        if message.attachment:
            post |= {"file": f"files/{message.attachment}", "file_name": message.attachment}
        elif message.kind == "photo":
            post |= {"photo": f"photos/{_PHOTO_NAME}"}
        posts.append(post)
    chat = {"name": talk.room, "type": "private_group", "id": 4_100_000_001, "messages": posts}
    return json.dumps(chat, ensure_ascii=False, indent=1).encode()


def _by_day(messages: Sequence[Message]) -> list[list[Message]]:
    days: dict[str, list[Message]] = {}
    for message in messages:
        days.setdefault(f"{message.sent_at:%Y-%m-%d}", []).append(message)
    return list(days.values())


def _printed(message: Message) -> str:
    """What KakaoTalk prints for a message that is no text."""
    if message.kind == "photo":
        return "사진"
    if message.kind == "deleted":
        return "삭제된 메시지입니다."
    return f"파일: {message.attachment}" if message.attachment else message.text


def _clock(moment: datetime) -> str:
    return f"{'오전' if moment.hour < 12 else '오후'} {(moment.hour - 1) % 12 + 1}:{moment.minute:02d}"


def _long_day(moment: datetime) -> str:
    return f"{moment.year}년 {moment.month}월 {moment.day}일 {_WEEKDAYS[moment.weekday()]}요일"


def _long_moment(moment: datetime) -> str:
    return f"{moment.year}년 {moment.month}월 {moment.day}일 {_clock(moment)}"


def _short_moment(moment: datetime) -> str:
    return f"{moment.year}. {moment.month}. {moment.day}. {_clock(moment)}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
