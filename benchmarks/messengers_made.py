"""Large exports of every messenger, written as they are made so that they need no memory. Nothing is from a real talk.

    n_messages = MADE["slack"](path, n)

The same number gives the same file. A talk has a message every other minute, night pauses, texts of several lines,
placeholders and notices, and among a few sentences numbers that make nearly every one different.
"""

import json
import random
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from schemas.conversations import SEOUL, MessageKind
from tests.connectors.messengers.kakao_dialects import WRITERS, Said

ROLES = ("총괄담당", "복지담당", "국토담당", "예산 담당", "심의관", "주무관 (2팀)", "사무관", "전산담당")
_SENTENCES = (
    "예산안 {} 수정본 올렸습니다. 확인 부탁드립니다.",
    "{}억 원 증액 요구가 들어왔습니다",
    "네",
    "확인했습니다",
    "회의는 오후 {}시 3층입니다",
    "https://intra.example.kr/report?no={} 참고하세요",
    "국회 제출 마감까지 {}일 남았고 세부사업 설명자료는 아직 두 건이 비어 있습니다",
    "성과지표 {}번은 지난번 협의 결과대로 고쳐 두었습니다. 다른 의견 있으면 오늘까지 주세요.",
    "담당 주무관 연락처는 내선 {}입니다",
)
_PLACEHOLDERS = (
    ("사진", MessageKind.PHOTO), ("이모티콘", MessageKind.STICKER), ("파일: 예산안_{}.hwpx", MessageKind.FILE),
    ("삭제된 메시지입니다.", MessageKind.DELETED),
)  # fmt: skip
_GAPS = (0, 4, 15, 40, 61, 130, 400)
_BEGUN = datetime(2020, 3, 2, 8, 55, tzinfo=SEOUL)
_CHANNELS = 40


def talk(n: int, seed: int = 1) -> Iterator[Said]:
    """A talk of n messages, forward in time."""
    generator = random.Random(seed)
    at = _BEGUN
    for number in range(n):
        at += timedelta(seconds=generator.choice(_GAPS))
        if at.hour >= 22:
            at += timedelta(hours=10)
        name, draw = generator.choice(ROLES), generator.random()
        if draw < 0.01:
            yield Said(at, "", f"{name}님이 {generator.choice(ROLES)}님을 초대했습니다.", MessageKind.SYSTEM)
        elif draw < 0.1:
            text, kind = generator.choice(_PLACEHOLDERS)
            yield Said(at, name, text.format(number), kind)
        else:
            n_lines = 1 if draw < 0.85 else 3
            lines = [generator.choice(_SENTENCES).format(generator.randrange(100_000)) for _ in range(n_lines)]
            yield Said(at, name, "\n".join(lines))


def _lines(path: Path, parts: Iterable[str], line_end: str = "\n") -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for part in parts:
            file.write(part + line_end)


def kakaotalk(dialect: str, seed: int = 1) -> Callable[[Path, int], int]:
    """A writer of one of KakaoTalk's dialects."""

    def made(path: Path, n: int) -> int:
        _lines(path, WRITERS[dialect](talk(n, seed), "예산협업"), "\r\n")
        return n

    return made


def whatsapp(path: Path, n: int) -> int:
    """WhatsApp on Android, day first."""
    _lines(path, (f"{one.at:%d/%m/%Y, %H:%M} - {f'{one.name}: ' if one.name else ''}{one.text}" for one in talk(n)))
    return n


def line(path: Path, n: int) -> int:
    """LINE on Android in Korean."""

    def parts() -> Iterator[str]:
        yield "[LINE] 예산협업님과의 대화\n저장한 날짜: 2030/01/06 19:57"
        for day, said in groupby(talk(n), lambda one: one.at.date()):
            yield f"\n{day:%Y.%m.%d} {'월화수목금토일'[day.weekday()]}요일"
            for one in said:
                text = f'"{one.text}"' if "\n" in one.text else one.text
                yield f"{one.at:%H:%M}\t{one.name}\t{text}" if one.name else f"{one.at:%H:%M}\t{one.text}"

    _lines(path, parts())
    return n


def _listed(path: Path, before: str, records: Iterable[dict[str, Any]], after: str) -> int:
    n_records = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(before)
        for n_records, record in enumerate(records, start=1):
            file.write(("," if n_records > 1 else "") + "\n" + json.dumps(record, ensure_ascii=False))
        file.write(after)
    return n_records


def telegram(path: Path, n: int) -> int:
    """One group of Telegram Desktop."""
    records = (
        {
            "id": number,
            "type": "message",
            "date": f"{one.at:%Y-%m-%dT%H:%M:%S}",
            "date_unixtime": str(int(one.at.timestamp())),
            "from": one.name or ROLES[0],
            "from_id": f"user{ROLES.index(one.name or ROLES[0])}",
            "text": one.text,
            "text_entities": [{"type": "plain", "text": one.text}],
        }
        for number, one in enumerate(talk(n), start=1)
    )
    return _listed(path, '{"name": "예산협업", "type": "private_group", "id": 42, "messages": [', records, "]}")


def mattermost(path: Path, n: int) -> int:
    """A bulk export of one team with several channels."""

    def records() -> Iterator[dict[str, Any]]:
        yield {"type": "version", "version": 1}
        yield {"type": "team", "team": {"name": "yesan", "display_name": "예산실", "type": "O"}}
        for channel in range(_CHANNELS):
            shown = {"team": "yesan", "name": f"c{channel}", "display_name": f"협의 {channel}", "type": "O"}
            yield {"type": "channel", "channel": shown}
        rooms = [{"name": f"c{channel}"} for channel in range(_CHANNELS)]
        for number, role in enumerate(ROLES):
            teams = [{"name": "yesan", "roles": "team_user", "channels": rooms}]
            yield {"type": "user", "user": {"username": f"u{number}", "first_name": role, "teams": teams}}
        for number, one in enumerate(talk(n)):
            said = {"team": "yesan", "channel": f"c{number % _CHANNELS}", "message": one.text}
            author = {"user": f"u{ROLES.index(one.name or ROLES[0])}", "create_at": int(one.at.timestamp() * 1000)}
            yield {"type": "post", "post": said | author}

    _lines(path, (json.dumps(record, ensure_ascii=False) for record in records()))
    return n


def teams(path: Path, n: int) -> int:
    """A chat of Teams as Graph lists it."""
    people = [
        {"id": f"aaaaaaaa-0000-4000-8000-{number:012}", "displayName": role, "userIdentityType": "aadUser"}
        for number, role in enumerate(ROLES)
    ]
    records = (
        {
            "id": str(int(one.at.timestamp() * 1000) + number),
            "replyToId": None,
            "messageType": "message",
            "createdDateTime": f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{number % 1000:03}Z",
            "chatId": "19:aaaa1111@thread.v2",
            "from": {"application": None, "device": None, "user": people[ROLES.index(one.name or ROLES[0])]},
            "body": {"contentType": "html", "content": f"<p>{one.text.replace(chr(10), '<br>')}</p>"},
            "attachments": [],
            "mentions": [],
            "reactions": [],
        }
        for number, one in enumerate(talk(n))
    )
    return _listed(path, '{"value": [', records, "]}")


def slack(path: Path, n: int) -> int:
    """A workspace with forty channels, each a folder of days, as Slack prints it: indented, and only ASCII."""
    team = "T0YESAN001"
    people = [
        {"id": f"U0{number:07}", "team_id": team, "name": f"u{number}", "profile": {"real_name": role}}
        for number, role in enumerate(ROLES)
    ]
    members = [person["id"] for person in people]
    channels = [{"id": f"C0{number:07}", "name": f"협의-{number}", "members": members} for number in range(_CHANNELS)]
    shown = [json.dumps(person["profile"] | {"team": team, "name": person["name"]}) for person in people]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("users.json", json.dumps(people))
        archive.writestr("channels.json", json.dumps(channels))
        for place, channel in enumerate(channels):
            n_here = n // _CHANNELS + (place < n % _CHANNELS)
            thread = ""
            for day, said in groupby(talk(n_here, place), lambda one: one.at.date()):
                with archive.open(f"{channel['name']}/{day}.json", "w") as file:
                    for number, one in enumerate(said):
                        thread = _slack_record(file, number, one, (members, shown, team), thread)
                    file.write(b"\n]")
    return n


def _slack_record(file: Any, number: int, one: Said, people: tuple[list[str], list[str], str], thread: str) -> str:
    members, shown, team = people
    author = ROLES.index(one.name or ROLES[0])
    ts = f"{int(one.at.timestamp())}.{number:06}"
    thread = ts if number % 5 == 0 else thread
    text = json.dumps(one.text)
    reactions = (
        f',\n        "reactions": [{{"name": "+1", "users": ["{members[0]}"], "count": 1}}]' if number % 7 == 0 else ""
    )
    record = f"""{"," if number else "["}
    {{
        "client_msg_id": "{number:08x}-0000-4000-8000-{author:012}",
        "type": "message",
        "user": "{members[author]}",
        "text": {text},
        "ts": "{ts}",
        "thread_ts": "{thread}",
        "team": "{team}",
        "user_team": "{team}",
        "source_team": "{team}",
        "user_profile": {shown[author]},
        "blocks": [
            {{
                "type": "rich_text",
                "block_id": "b{number}",
                "elements": [
                    {{
                        "type": "rich_text_section",
                        "elements": [
                            {{
                                "type": "text",
                                "text": {text}
                            }}
                        ]
                    }}
                ]
            }}
        ]{reactions}
    }}"""
    file.write(record.encode())
    return thread


MADE: dict[str, tuple[str, Callable[[Path, int], int]]] = {
    "kakaotalk windows": (".txt", kakaotalk("windows")),
    "kakaotalk android": (".txt", kakaotalk("android")),
    "kakaotalk ios": (".txt", kakaotalk("ios")),
    "kakaotalk csv": (".csv", kakaotalk("csv")),
    "slack": (".zip", slack),
    "whatsapp": (".txt", whatsapp),
    "line": (".txt", line),
    "telegram": (".json", telegram),
    "mattermost": (".jsonl", mattermost),
    "teams": (".json", teams),
}
"""The end of the file's name, and what writes an export of so many messages to a path."""
