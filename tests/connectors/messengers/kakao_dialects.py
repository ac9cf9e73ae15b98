"""Writers of every dialect of KakaoTalk's export, and talks to be written, for tests and benchmarks.

    talk = random_talk(random.Random(1), 50)
    content = write("android", talk, "예산협업")

Nothing here is taken from a real talk.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.conversations import SEOUL, MessageKind

WEEKDAYS = "월화수목금토일"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
NAMES = (
    "총괄담당", "복지담당", "예산 담당", "[감사] 팀장", "전산 담당🙂", "기획(2팀)", "Desk Officer", "의사국 [보] 실무",
)  # fmt: skip
COLON_NAME = "협업 : 조정관"
SAVED = datetime(2026, 3, 31, 18, 5, 9, tzinfo=SEOUL)


@dataclass(frozen=True)
class Said:
    """A message to be written: when (seconds and all), who (empty: a notice), what, and what kind it must be read as."""

    at: datetime
    name: str
    text: str
    kind: MessageKind = MessageKind.TEXT


_LINES = (
    "예산안 3차 수정본 올렸습니다", "회의는 오후 3:00 : 3층 대회의실입니다", "네", "  들여쓴 줄", "비율 : 30 : 70 으로",
    "https://intra.example.kr/보고?x=1&y=2", "사진 첨부합니다", "쉼표, 따옴표 \"인용\" 그리고 'x'", "[붙임] 1부.  끝.",
    "2023년에 처음 협의했음", "오후 이 문장은 시각이 아님", "ㅋㅋㅋ", "👍🏽 확인", "a\u2028b", "오늘 12:30까지",
    "---- 공지 ----", "Date of meeting: May 5", "줄 끝 공백 ",
)  # fmt: skip
_PLACEHOLDERS = (
    ("사진", MessageKind.PHOTO), ("사진 3장", MessageKind.PHOTO), ("동영상", MessageKind.VIDEO),
    ("이모티콘", MessageKind.STICKER), ("음성메시지", MessageKind.VOICE), ("파일: 예산안 최종(수정).hwp", MessageKind.FILE),
    ("삭제된 메시지입니다.", MessageKind.DELETED), ("보이스톡 해요", MessageKind.CALL), ("페이스톡 12:04", MessageKind.CALL),
    ("톡게시판 '투표': 회식 날짜", MessageKind.POLL), ("카카오톡 프로필", MessageKind.CONTACT), ("Photo", MessageKind.PHOTO),
    ("0123456789abcdef" * 4 + ".jpg", MessageKind.PHOTO), ("Emoticons", MessageKind.STICKER), ("지도", MessageKind.LOCATION),
)  # fmt: skip


def random_talk(rng: random.Random, n: int, names: Iterable[str] = NAMES, start: datetime | None = None) -> list[Said]:
    """A talk of n messages across days, with noon and midnight, texts of several lines, placeholders and notices."""
    people = list(names)
    at = start or datetime(2026, rng.randint(1, 2), rng.randint(1, 27), 23, rng.randint(0, 59), tzinfo=SEOUL)
    talk: list[Said] = []
    for _ in range(n):
        step = rng.choice((0, 5, 30, 61, 600, 7_000, 43_200, 90_000))
        at += timedelta(seconds=step)
        if rng.random() < 0.1:
            at = at.replace(hour=rng.choice((0, 12)), minute=rng.randint(0, 59)) + timedelta(days=1)
        name, draw = rng.choice(people), rng.random()
        if draw < 0.08:
            other = rng.choice(people)
            text = rng.choice(
                (f"{name}님이 {other}님을 초대했습니다.", f"{name}님이 나갔습니다.", f"{name}님이 들어왔습니다.")
            )
            talk.append(Said(at, "", text, MessageKind.SYSTEM))
        elif draw < 0.25:
            talk.append(Said(at, name, *rng.choice(_PLACEHOLDERS)))
        else:
            lines = [rng.choice(_LINES) for _ in range(rng.choice((1, 1, 1, 2, 4)))]
            if len(lines) > 2:
                lines.insert(2, "")
            talk.append(Said(at, name, "\n".join(lines)))
    return talk


def _half(at: datetime) -> str:
    return "오전" if at.hour < 12 else "오후"


def _twelve(at: datetime) -> str:
    return f"{(at.hour - 1) % 12 + 1}:{at:%M}"


def _korean_day(at: datetime) -> str:
    return f"{at.year}년 {at.month}월 {at.day}일"


def _english_day(at: datetime, *, is_short: bool = False) -> str:
    return f"{MONTHS[at.month - 1][: 3 if is_short else None]} {at.day}, {at.year}"


def _halved(at: datetime, mark: str = " ", am: str = "AM", pm: str = "PM") -> str:
    return f"{_twelve(at)}{mark}{am if at.hour < 12 else pm}"


def _weekday(at: datetime) -> str:
    return f"{_korean_day(at)} {WEEKDAYS[at.weekday()]}요일"


def _text(
    talk: Iterable[Said], head: str, day: Callable[[datetime], str], line: Callable[[Said], str], gap: str
) -> Iterator[str]:
    yield head
    latest = None
    for said in talk:
        if said.at.date() != latest:
            yield (gap if latest is not None else "") + day(said.at)
            latest = said.at.date()
        yield line(said)


def _windows(clock: Callable[[datetime], str], day: Callable[[datetime], str], head: str):
    def line(said: Said) -> str:
        return f"[{said.name}] [{clock(said.at)}] {said.text}" if said.name else said.text

    def made(talk: Iterable[Said], room: str) -> Iterator[str]:
        return _text(talk, head.format(room=room), lambda at: f"{'-' * 15} {day(at)} {'-' * 15}", line, "")

    return made


def _phone(stamp: Callable[[datetime], str], day: Callable[[datetime], str], head: str, mark: str = ", "):
    def line(said: Said) -> str:
        return f"{stamp(said.at)}, {said.name} : {said.text}" if said.name else f"{stamp(said.at)}{mark}{said.text}"

    return lambda talk, room: _text(talk, head.format(room=room), day, line, "\n")


def _csv(quote: Callable[[str], str]):
    def made(talk: Iterable[Said], _room: str) -> Iterator[str]:
        yield "Date,User,Message"
        for said in talk:
            text = said.text.replace('"', '""')
            user = quote(said.name.replace('"', '""'))
            yield f'{said.at:%Y-%m-%d %H:%M:%S},{user},"{text}"'

    return made


_ISO = "저장한 날짜 : 2026-03-31 18:05:09\n"
_ENGLISH_ISO = "Date Saved : 2026-03-31 18:05:09\n"
_DAY_EN: Callable[[datetime], str] = lambda at: f"{DAYS[at.weekday()]}, {_english_day(at)}"  # noqa: E731
_ANDROID_KR: Callable[[datetime], str] = lambda at: f"{_korean_day(at)} {_half(at)} {_twelve(at)}"  # noqa: E731
_ANDROID_24: Callable[[datetime], str] = lambda at: f"{_korean_day(at)} {at:%H:%M}"  # noqa: E731
_ANDROID_EN: Callable[[datetime], str] = lambda at: f"{_english_day(at)}, {_halved(at)}"  # noqa: E731
_ANDROID_2015: Callable[[datetime], str] = lambda at: f"{_halved(at, '', 'am', 'pm')}, {_english_day(at)}"  # noqa: E731

WRITERS: dict[str, Callable[[Iterable[Said], str], Iterator[str]]] = {
    "windows": _windows(lambda at: f"{_half(at)} {_twelve(at)}", _weekday, "{room} 님과 카카오톡 대화\n" + _ISO),
    "windows 24": _windows(lambda at: f"{at:%H:%M}", _weekday, "{room} 카카오톡 대화\n" + _ISO),
    "windows-en": _windows(_halved, _DAY_EN, "{room} with KakaoTalk Chats\n" + _ENGLISH_ISO),
    "windows-en before": _windows(
        lambda at: f"{'AM' if at.hour < 12 else 'PM'} {_twelve(at)}", _weekday, "{room} with KakaoTalk Chats\n" + _ENGLISH_ISO
    ),
    "android": _phone(
        _ANDROID_KR, _ANDROID_KR, "{room} 8 님과 카카오톡 대화\n저장한 날짜 : 2026년 3월 31일 오후 6:05\n\n"
    ),
    "android 24": _phone(_ANDROID_24, _ANDROID_24, "{room} 8 님과 카카오톡 대화\n저장한 날짜 : 2026년 3월 31일 18:05\n\n"),
    "android-en": _phone(
        _ANDROID_EN, _ANDROID_EN, "KakaoTalk Chats with {room} (8)\nDate Saved : March 31, 2026, 6:05 PM\n\n"
    ),
    "android-en 2015": _phone(
        _ANDROID_2015, _ANDROID_2015, "KakaoTalk Chats with {room} (8)\nDate Saved : 6:05pm, March 31, 2026\n\n"
    ),
    "ios": _phone(
        lambda at: f"{at.year}. {at.month}. {at.day}. {_half(at)} {_twelve(at)}",
        _weekday,
        "{room} (8명)과 카카오톡 대화-1.txt\n저장한 날짜 : 2026. 3. 31. 오후 6:05\n\n",
        ": ",
    ),
    "ios 24": _phone(
        lambda at: f"{at.year}. {at.month}. {at.day}. {at:%H:%M}",
        lambda at: f"{at.year}. {at.month}. {at.day}. {WEEKDAYS[at.weekday()]}요일",
        "{room} (8명)과 카카오톡 대화-1.txt\n저장한 날짜 : 2026. 3. 31. 18:05\n\n",
        ": ",
    ),
    "ios short": _phone(
        lambda at: f"{_half(at)} {_twelve(at)}", _weekday, "{room} 님과 카카오톡 대화\n저장한 날짜 : 2026. 3. 31. 오후 6:05\n\n"
    ),
    "ios-en": _phone(
        lambda at: f"{_english_day(at, is_short=True)}, {_halved(at)}",
        _DAY_EN,
        "KakaoTalk Chats with {room} (8 people)-1.txt\nDate Saved : Mar 31, 2026, 6:05 PM\n\n",
        ": ",
    ),
    "ios-en at": _phone(
        lambda at: f"{_english_day(at, is_short=True)} at {_halved(at, chr(0x202F), 'a.m.', 'p.m.')}",
        _DAY_EN,
        "KakaoTalk Chats with {room} (8 people)-1.txt\nDate Saved : Mar 31, 2026 at 6:05\u202fp.m.\n\n",
        ": ",
    ),
    "ios-en 24": _phone(
        lambda at: f"{_english_day(at, is_short=True)} at {at:%H:%M}",
        _DAY_EN,
        "KakaoTalk Chats with {room} (8 people)-1.txt\nDate Saved : Mar 31, 2026 at 18:05\n\n",
        ": ",
    ),
    "csv": _csv(lambda name: f'"{name}"'),
    "csv unquoted": _csv(lambda name: name),
}  # fmt: skip
"""Every dialect: a talk and the room's name to the parts of the export, each of which ends with a line end."""


def write(
    dialect: str, talk: Iterable[Said], room: str = "예산협업", *, encoding: str = "utf-8", line_end: str = "\r\n"
) -> bytes:
    """An export of the talk. `line_end` is that between lines of the export; inside messages it is a bare LF."""
    parts = list(WRITERS[dialect](talk, room))
    return (line_end.join(parts) + line_end).encode(encoding)
