"""MSG and winmail.dat: messages that Outlook saved, with their attachments; attached messages as mails of their own."""

import struct
from dataclasses import dataclass
from typing import Any

from connectors import ole
from connectors.contract import Blob, Document
from connectors.mail import mapi, tnef
from connectors.mail.mailtext import body_text
from connectors.mail.mapi import Properties
from connectors.mail.outlook import (
    Attachment,
    Message,
    attachment_name,
    elements_of,
    members_of,
    properties_of,
    read_message,
)
from connectors.messengers.mail_thread import transcript_of_headers
from connectors.oleobjects import unwrap_object
from schemas.elements import Flag
from schemas.outcome import Failed

_FIXED = "__properties_version1.0"
_STREAM = "__substg1.0_"
_ATTACHMENT = "__attach_version1.0_#"
_INNER_MESSAGE = "__substg1.0_3701000D"
# What stands before the properties: of a message that is a file, of one inside another, of an attachment.
_FILE_HEADER, _INNER_HEADER, _ATTACHMENT_HEADER = 32, 24, 8
_ENTRY = struct.Struct("<HHI8s")
_FIXED_KINDS = frozenset({0x0002, 0x0003, 0x000B, 0x0014, 0x0040})
_METHOD_OLE = 6
_TNEF_BID = 0.9
_MAX_DEPTH, _MAX_ATTACHMENTS = 8, 1_000
_OBJECT_STREAMS = ("Package", "CONTENTS", "\x01Ole10Native")


@dataclass(frozen=True, slots=True)
class _Msg:
    name: str = "msg"
    label: str = "아웃룩 메일"
    distributions: tuple[str, ...] = ("olefile", "lxml")
    version: int = 1
    preload: tuple[str, ...] = ("olefile",)
    keeps: tuple[str, ...] = (
        "보낸이·받는이·날짜·제목",
        "본문(글·HTML·RTF, 표 포함)",
        "첨부 파일·첨부된 메일",
        "본문 속 그림",
    )
    loses: tuple[str, ...] = ("암호화된 메일(S/MIME·IRM)", "일정·연락처의 고유 항목", "숨은 참조")

    def sniff(self, blob: Blob) -> float:
        """Certain by the stream of its properties, or by the head of a winmail.dat that somebody saved."""
        if blob.content.startswith(tnef.SIGNATURE):
            return _TNEF_BID
        if not blob.content.startswith(ole.SIGNATURE) or _FIXED.encode("utf-16-le") not in blob.content:
            return 0.0
        return 1.0 if ole.stream_head(blob.content, _FIXED, 1) is not None else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the message.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`, `too_large`, `no_text`.
        """
        is_tnef = blob.content.startswith(tnef.SIGNATURE)
        message = tnef.read_tnef(blob.content) if is_tnef else _read_file(blob.content)
        elements = elements_of(message)
        members, is_left_out = members_of(message)
        if not elements and not members:
            raise Failed("no_text")
        return Document(
            reader="tnef" if is_tnef else "olefile",
            elements=elements,
            members=members,
            title=message.head["Subject"] or None,
            flags=[Flag.PICTURES_NOT_READ] if is_left_out else [],
            properties=properties_of(message),
            converse=lambda: transcript_of_headers(
                message.head, body_text(elements), tuple(member.path for member in members)
            ),
        )


def _read_file(content: bytes) -> Message:
    with ole.open_compound(content) as compound:
        return _read(compound, "", _FILE_HEADER, 0, [])


def _read(compound: Any, folder: str, header: int, depth: int, codecs: list[str]) -> Message:
    children = _children(compound, folder)
    properties = _properties(compound, folder, children, header, codecs)
    names = sorted(name for name in children if name.startswith(_ATTACHMENT))[:_MAX_ATTACHMENTS]
    attachments = [
        _attachment(compound, f"{folder}{name}/", number, depth, properties.codecs)
        for number, name in enumerate(names, start=1)
    ]
    return read_message(properties, attachments)


def _attachment(compound: Any, folder: str, number: int, depth: int, codecs: list[str]) -> Attachment:
    children = _children(compound, folder)
    properties = _properties(compound, folder, children, _ATTACHMENT_HEADER, codecs)
    name = attachment_name(properties, number)
    is_inline = bool(properties.binary(mapi.CONTENT_ID)) and mapi.ATTACHED_DATA in properties.values
    if _INNER_MESSAGE not in children:
        return Attachment(name, properties.binary(mapi.ATTACHED_DATA), is_inline=is_inline)
    inner = f"{folder}{_INNER_MESSAGE}/"
    if properties.integer(mapi.ATTACH_METHOD) == _METHOD_OLE or _FIXED not in _children(compound, inner):
        return _object(compound, inner, name)
    if depth >= _MAX_DEPTH:
        return Attachment(name, reason="archive_bomb", detail="너무 깊이 들어 있음")
    return Attachment(name, message=_read(compound, inner, _INNER_HEADER, depth + 1, codecs))


def _object(compound: Any, folder: str, name: str) -> Attachment:
    for stream in _OBJECT_STREAMS:
        content = ole.read_stream(compound, folder + stream)
        if content:
            path, inner = unwrap_object(name, content)
            return Attachment(path, inner, is_inline=True)
    return Attachment(name, reason="unsupported_format", detail="OLE 개체", is_inline=True)


def _children(compound: Any, folder: str) -> frozenset[str]:
    """Names directly below a folder; the whole directory is gone through once and kept with the file."""
    if not hasattr(compound, "children_by_folder"):
        found: dict[str, set[str]] = {}
        for path in compound.listdir(streams=True, storages=True):
            found.setdefault("".join(f"{part}/" for part in path[:-1]), set()).add(path[-1])
        compound.children_by_folder = found
    return frozenset(compound.children_by_folder.get(folder, ()))


def _properties(compound: Any, folder: str, children: frozenset[str], header: int, codecs: list[str]) -> Properties:
    properties = Properties(inherited_codecs=codecs)
    fixed = (ole.read_stream(compound, folder + _FIXED) or b"")[header:]
    for kind, number, _, value in _ENTRY.iter_unpack(fixed[: len(fixed) // _ENTRY.size * _ENTRY.size]):
        if kind in _FIXED_KINDS:
            properties.values[number] = (kind, value)
    for name in sorted(children):
        tag = name.removeprefix(_STREAM)
        if tag == name or len(tag) != 8:
            continue
        try:
            number, kind = int(tag[:4], 16), int(tag[4:], 16)
        except ValueError:
            continue
        if kind in (mapi.UNICODE, mapi.STRING8, mapi.BINARY):
            content = ole.read_stream(compound, folder + name)
            # A text in Unicode beside the same one by code page is the better one.
            if content is not None and properties.values.get(number, (0, b""))[0] != mapi.UNICODE:
                properties.values[number] = (kind, content)
    return properties


FORMAT = _Msg()
