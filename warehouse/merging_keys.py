"""What two exports of one room print alike for the same message: its minute and a text without what their dialects add.

Dialects differ in blanks, in invisible characters, in where a long text is cut, and in the words that stand for a picture.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas.conversations import Message, MessageKind, Transcript

RULES_VERSION = 1
"""Raised whenever a rule of merging changes, so that every room is merged again."""

CUT = 500
"""Characters after which some dialects cut a text."""

MARK = "\x00"
"""Begins the key of what is not typed text, so that a typed `photo` and a picture cannot be told apart by accident."""

_READ = 4 * CUT
_INVISIBLE = re.compile("[\ufe0e\ufe0f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WRAPPED = " <>()[]{}.\u200e"
_LONGEST_PLACEHOLDER = 90

_PLACEHOLDERS = {
    word: kind
    for kind, words in {
        MessageKind.PHOTO: "사진|사진 읽지 않음|photo|photos|image|image omitted|사진을 보냈습니다|사진 제외됨|写真|图片",
        MessageKind.VIDEO: "동영상|동영상 읽지 않음|비디오|video|videos|video omitted|동영상을 보냈습니다|동영상 제외됨|動画|视频",
        MessageKind.STICKER: "이모티콘|스티커|emoticon|sticker|sticker omitted|스티커 제외됨|스티커를 보냈습니다|スタンプ",
        MessageKind.VOICE: "음성메시지|음성 메시지|음성메시지 읽지 않음|voice note|voice message|audio|audio omitted|오디오 제외됨",
        MessageKind.CONTACT: "연락처|contact|카카오톡 프로필|kakaotalk profile|contact card omitted|연락처 카드 제외됨",
        MessageKind.LOCATION: "지도|위치|location|map|위치 공유",
        MessageKind.FILE: "파일|file|document omitted|문서 제외됨|ファイル",
        MessageKind.DELETED: "삭제된 메시지입니다|the message has been deleted|this message was deleted"
        "|you deleted this message|this message has been deleted|삭제된 메시지",
    }.items()
    for word in words.split("|")
}
_MEDIA = frozenset({"media omitted", "미디어 제외됨", "미디어 파일 제외됨", "미디어 파일을 생략한 채팅"})
_SEVERAL = re.compile(r"(?:사진|동영상|photos?|videos?) ?\d+ ?(?:장|개)?|\d+ ?(?:photos?|videos?)", re.IGNORECASE)
_BARE_NAME = re.compile(r"[^\s/\\]{1,120}\.(?P<ext>[A-Za-z0-9]{2,4})")
_FILE_TEXT = re.compile(
    r"(?:파일|File|ファイル|文件|文档) ?[::] ?(?P<a>\S.*)"
    r"|<?(?:attached|첨부|첨부됨): (?P<b>[^>]+)>?"
    r"|(?P<c>\S.*\.\w{1,5}) \((?:file attached|파일 첨부됨|파일이 첨부됨|첨부 파일)\)",
    re.IGNORECASE,
)
_EXTENSIONS = {
    extension: kind
    for kind, extensions in {
        MessageKind.PHOTO: "png jpg jpeg gif webp heic heif bmp",
        MessageKind.VIDEO: "mp4 mov avi mkv 3gp webm",
        MessageKind.VOICE: "m4a aac amr opus ogg mp3 wav",
    }.items()
    for extension in extensions.split()
}
_BY_KIND = frozenset(
    {
        MessageKind.PHOTO,
        MessageKind.VIDEO,
        MessageKind.VOICE,
        MessageKind.STICKER,
        MessageKind.CONTACT,
        MessageKind.LOCATION,
        MessageKind.CALL,
        MessageKind.POLL,
        MessageKind.DELETED,
    }
)
_PLAIN = frozenset({MessageKind.TEXT, MessageKind.OTHER})
_NOTICES = (
    ("join", re.compile(r"들어왔습니다|입장했습니다|참여했습니다|\bjoined\b")),
    ("remove", re.compile(r"내보냈습니다|강퇴|\bremoved\b|\bkicked\b")),
    ("leave", re.compile(r"나갔습니다|퇴장했습니다|\bleft\b")),
    ("invite", re.compile(r"초대(?:했|하였)습니다|초대되었습니다|\binvited\b|\badded\b|추가했습니다")),
    ("hide", re.compile(r"메시지를 가렸습니다|\bhid\b|\bhidden\b")),
    ("delete", re.compile(r"삭제된 메시지|has been deleted|was deleted|unsent a message")),
)


@dataclass(frozen=True, slots=True)
class Sighted:
    """A conversation as one export shows it.

    Attributes:
        content_id: the export.
        conversation_no: which of its conversations, from 0.
        transcript: the conversation with its messages in the order of the export.
        scope: name of the registered scope that it came in.
    """

    content_id: str
    conversation_no: int
    transcript: Transcript
    scope: str = ""

    @property
    def identity(self) -> tuple[str, int]:
        """Content id and number: what decisions and provenance name it by."""
        return self.content_id, self.conversation_no


class Keyed(NamedTuple):
    """A message of one export with what it is compared by: minutes since 1970 (UTC) and key."""

    export: int
    ordinal: int
    minute: int
    key: str
    message: Message


def normalise(text: str) -> str:
    """A text as it is compared: NFC, blanks collapsed, nothing invisible, the first 500 characters."""
    if len(text) > _READ:
        text = text.lstrip()[:_READ]
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return " ".join(text.split())[:CUT]


def minute_of(message: Message) -> int:
    """Whole minutes since 1970, UTC."""
    return int(message.sent_at.timestamp() // 60)


def key_of(message: Message) -> str:
    """What is compared of a message beside its minute and its author: its text, or a mark with its kind."""
    kind = message.kind
    text = normalise(message.text)
    if kind is MessageKind.SYSTEM:
        return f"{MARK}system {text}"
    if kind in _BY_KIND:
        return _media_key(kind, message.text)
    if kind is MessageKind.FILE:
        return _file_key(message, text)
    return _placeholder_key(text) if len(text) <= _LONGEST_PLACEHOLDER else text


def _media_key(kind: MessageKind, text: str) -> str:
    """The kind alone, and below it what was typed under the picture: a caption stands on lines of its own."""
    _, _, caption = text.strip().partition("\n")
    caption = normalise(caption)
    return f"{MARK}{kind.value} {caption}" if caption and kind is not MessageKind.DELETED else MARK + kind.value


def _file_key(message: Message, text: str) -> str:
    name = message.attachments[0].name if message.attachments else ""
    if not name:
        named = _FILE_TEXT.match(text)
        name = (named["a"] or named["b"] or named["c"]) if named else text
    name = normalise(name)
    if _PLACEHOLDERS.get(name.strip(_WRAPPED).casefold()) is MessageKind.FILE:
        return MARK + MessageKind.FILE.value
    return _name_key(name) or f"{MARK}{MessageKind.FILE.value} {name.casefold()}"


def _name_key(name: str) -> str | None:
    """A name that a messenger itself gave to a picture, a film or a sound; people's own file names stay."""
    found = _BARE_NAME.fullmatch(name)
    kind = _EXTENSIONS.get(found["ext"].lower()) if found else None
    if kind is None:
        return None
    stem = name.rpartition(".")[0]
    is_given = re.fullmatch(r"[0-9a-fA-F]{32,}|\d{13}|(?:KakaoTalk|IMG|VID|PTT|AUD|PHOTO|VIDEO|STK)[-_].*", stem)
    return MARK + kind.value if is_given else None


def _placeholder_key(text: str) -> str:
    bare = text.strip(_WRAPPED).casefold()
    kind = _PLACEHOLDERS.get(bare)
    if kind is not None:
        return MARK + kind.value
    if bare in _MEDIA:
        return MARK + "media"
    if len(bare) <= 12 and _SEVERAL.fullmatch(bare):
        is_film = bare.startswith(("동영상", "video")) or "video" in bare
        return MARK + (MessageKind.VIDEO if is_film else MessageKind.PHOTO).value
    if "." in text[-5:]:
        named = _FILE_TEXT.fullmatch(text)
        if named:
            name = named["a"] or named["b"] or named["c"]
            return _name_key(name) or f"{MARK}{MessageKind.FILE.value} {name.casefold()}"
        return _name_key(text) or text
    return text


def is_media(key: str) -> bool:
    """Whether a key stands for something sent, not typed and not deleted."""
    return key.startswith(MARK) and not key.startswith((MARK + "system", MARK + "deleted"))


def notice_class(message: Message) -> str:
    """What sort of system line it is in whatever language (`join`, `leave`, …); its own text where that is not known."""
    if message.events:
        return message.events[0].kind
    text = normalise(message.text)
    return next((name for name, pattern in _NOTICES if pattern.search(text)), text)


def key_messages(export: int, sighted: Sighted) -> list[Keyed]:
    """The messages of one export with their keys; `export` is its place among those that are compared."""
    return [
        Keyed(export, ordinal, minute_of(message), key_of(message), message)
        for ordinal, message in enumerate(sighted.transcript.messages)
    ]


def in_order(room: Sequence[Sighted]) -> list[Sighted]:
    """Each export once, in an order that does not depend on how they were handed over."""
    return [sighted for _, sighted in sorted({one.identity: one for one in room}.items())]
