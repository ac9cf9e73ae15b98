"""KakaoTalk: text exports of Windows, Android and iOS and the CSV of macOS and Windows, in Korean and English."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.kakao_csv import HEADING, CsvReader
from connectors.messengers.kakao_headers import room_in_name
from connectors.messengers.kakao_signs import bid_of
from connectors.messengers.kakao_text import TextReader
from schemas.conversations import Conversation, ConversationKind, Understood

_NAME = "kakaotalk"
_KEY = "room"


@dataclass(frozen=True, slots=True)
class _KakaoTalk:
    name: str = _NAME
    label: str = "카카오톡"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "방 이름·저장한 날짜·참가자",
        "보낸이·시각(분, CSV는 초)·본문(여러 줄·빈 줄 그대로)",
        "입장·퇴장·초대 등 알림",
        "삭제된 메시지 자리",
        "사진·동영상·이모티콘·통화·투표의 종류와 파일 이름",
    )
    loses: tuple[str, ...] = ("사진·파일의 내용", "답장 관계·공감·읽음", "창에서 복사한 대화(이름의 끝을 알 수 없음)")
    holds_many: bool = False

    def sniff(self, file: ExportFile) -> float:
        """By the header, the heading of the CSV, or lines that begin days and messages."""
        head = None if file.is_zip else file.head
        return bid_of(head) if head else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """One conversation, begun with what the header says and again at the end with who takes part.

        Raises:
            schemas.outcome.Failed: `undecodable_text`.
        """
        if HEADING.fullmatch((file.head or "").lstrip("\r\n").split("\n", 1)[0].strip()):
            yield from _csv(file)
        else:
            yield from _text(file)

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> NoReturn:
        """Never called: an export is one conversation."""
        raise AssertionError("an export of one conversation is kept whole or not at all")


def _csv(file: ExportFile) -> Iterator[Item]:
    reader = CsvReader(file)
    title, is_group = room_in_name(file.name)
    kind = ConversationKind.GROUP if is_group else ConversationKind.UNKNOWN
    yield Conversation(_KEY, _NAME, title, kind, dialect="csv")
    yield from reader.messages()
    people = reader.people
    yield Conversation(
        _KEY, _NAME, title, people.kind(None, title, is_group=is_group), dialect="csv",
        participants=people.participants(is_phone=False),
    )  # fmt: skip
    yield _understood(reader)


def _text(file: ExportFile) -> Iterator[Item]:
    reader = TextReader(file)
    is_begun = False
    for message in reader.messages():
        if not is_begun:
            is_begun = True
            yield _room(file, reader, is_end=False)
        yield message
    yield _room(file, reader, is_end=True)
    yield _understood(reader)


def _room(file: ExportFile, reader: TextReader, *, is_end: bool) -> Conversation:
    header, dialect = reader.header, _dialect(reader)
    title, is_group = room_in_name(file.name)
    room = Conversation(_KEY, _NAME, header.title or title, dialect=dialect, exported_at=header.saved_at)
    if is_end:
        room.kind = reader.people.kind(header.count, room.title, is_group=is_group)
        room.participants = reader.people.participants(is_phone=dialect is not None and "windows" not in dialect)
    return room


def _dialect(reader: TextReader) -> str | None:
    header, form = reader.header, reader.form
    if form is None:
        platform = "windows" if header.is_windows else "ios" if header.is_phone_title else None
    elif form.name == "english" and (header.is_phone_title or reader.has_weekday_lines or not reader.is_stamp_full):
        platform = "ios"
    else:
        platform = form.platform
    if platform is None:
        return None
    is_english = header.is_english
    if is_english is None:
        is_english = reader.has_korean_days is False or (form is not None and form.is_english)
    return f"{platform}-en" if is_english else platform


def _understood(reader: TextReader | CsvReader) -> Understood:
    n_understood = max(0, reader.n_bytes - reader.n_unread_bytes)
    return Understood(reader.n_bytes, n_understood, reader.unread, reader.is_backwards)


EXPORT = _KakaoTalk()
