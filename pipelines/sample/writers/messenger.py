"""Messenger exports as people save them to a share: a KakaoTalk text file and a Slack archive."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.sample.archive import pack_archive


@dataclass(frozen=True, slots=True)
class Message:
    """A message: the sender's role, the clock time as `14:05`, and the text."""

    sender: str
    time: str
    text: str


def write_kakaotalk(room: str, date_line: str, saved_at: str, messages: Sequence[Message]) -> bytes:
    """The text that KakaoTalk for Windows saves.

    Args:
        room: name of the chat.
        date_line: the day as its separator prints it, such as `2026년 3월 10일 화요일`.
        saved_at: when it was saved, such as `2026-03-10 18:02:11`.
        messages: messages of that day.
    """
    lines = [
        f"{room} 님과 카카오톡 대화",
        f"저장한 날짜 : {saved_at}",
        "",
        f"--------------- {date_line} ---------------",
    ]
    lines += [f"[{message.sender}] [{_korean_clock(message.time)}] {message.text}" for message in messages]
    return ("\r\n".join(lines) + "\r\n").encode()


def _korean_clock(time: str) -> str:
    hour, minute = (int(part) for part in time.split(":"))
    return f"{'오전' if hour < 12 else '오후'} {(hour - 1) % 12 + 1}:{minute:02d}"


def write_slack_export(channel: str, day: str, midnight: int, messages: Sequence[Message]) -> bytes:
    """The ZIP that Slack exports: users, channels, and a file of messages for each channel and day.

    Args:
        channel: the channel's name.
        day: the day as `2026-03-10`.
        midnight: Unix time of that day's midnight in Korea.
        messages: messages of that day.
    """
    senders = sorted({message.sender for message in messages})
    ids = {sender: f"U{number:08d}" for number, sender in enumerate(senders, start=1)}
    users = [{"id": ids[sender], "name": sender, "profile": {"real_name": sender}} for sender in senders]
    posts = [
        {
            "type": "message",
            "user": ids[message.sender],
            "text": message.text,
            "ts": f"{midnight + _seconds(message.time)}.{number:06d}",
        }
        for number, message in enumerate(messages)
    ]
    files = {
        "channels.json": [{"id": "C00000001", "name": channel, "members": sorted(ids.values())}],
        "users.json": users,
        f"{channel}/{day}.json": posts,
    }
    return pack_archive(
        {path: json.dumps(value, ensure_ascii=False, indent=2).encode() for path, value in files.items()}
    )


def _seconds(time: str) -> int:
    hour, minute = (int(part) for part in time.split(":"))
    return hour * 3600 + minute * 60
