"""winmail.dat (TNEF): the wrapping in which Outlook sends bodies and attachments to those who have no Outlook."""

import struct
from collections.abc import Iterator

from connectors.mail import mapi
from connectors.mail.mapi import Properties, codec_of_page
from connectors.mail.outlook import Attachment, Message, attachment_name, read_message
from schemas.outcome import Failed

SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = struct.Struct("<BII")
_SUBJECT, _BODY, _MESSAGE_PROPERTIES, _CODE_PAGE = 0x00018004, 0x0002800C, 0x00069003, 0x00069007
_RENDERING, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_SIZES = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8, 0x0040: 8,
          0x0048: 16}  # fmt: skip
_MULTIPLE = 0x1000
_NAMED_FROM = 0x8000
_MAX_PROPERTIES, _MAX_ATTACHMENTS, _MAX_DEPTH = 5_000, 1_000, 8
_OBJECT_ID_BYTES = 16


def read_tnef(content: bytes, depth: int = 0) -> Message:
    """The message inside.

    Raises:
        Failed: `corrupt`, `undecodable_text`, `too_large`, `archive_bomb` if it is nested too deep.
    """
    if not content.startswith(SIGNATURE):
        raise Failed("corrupt", "TNEF")
    if depth > _MAX_DEPTH:
        raise Failed("archive_bomb", "너무 깊이 들어 있음")
    message = Properties()
    attached: list[Properties] = []
    try:
        for attribute, value in _attributes(content):
            if attribute == _CODE_PAGE and len(value) >= 4:
                codec = codec_of_page(int.from_bytes(value[:4], "little"))
                message.inherited_codecs = [codec] if codec else []
            elif attribute in (_SUBJECT, _BODY):
                number = mapi.SUBJECT if attribute == _SUBJECT else mapi.BODY
                message.values.setdefault(number, (mapi.STRING8, value))
            elif attribute == _MESSAGE_PROPERTIES:
                message.values.update(_properties(value))
            elif attribute == _RENDERING and len(attached) < _MAX_ATTACHMENTS:
                attached.append(Properties())
            elif attribute in (_TITLE, _DATA) and attached:
                number, kind = (
                    (mapi.SHORT_NAME, mapi.STRING8) if attribute == _TITLE else (mapi.ATTACHED_DATA, mapi.BINARY)
                )
                attached[-1].values.setdefault(number, (kind, value))
            elif attribute == _PROPERTIES and attached:
                attached[-1].values.update(_properties(value))
    except struct.error as error:
        if not message.values and not attached:
            raise Failed("corrupt", f"TNEF: {error}") from error
    for properties in attached:
        properties.inherited_codecs = message.codecs
    attachments = [_attachment(properties, number, depth) for number, properties in enumerate(attached, start=1)]
    return read_message(message, attachments)


def _attachment(properties: Properties, number: int, depth: int) -> Attachment:
    name = attachment_name(properties, number)
    kind, content = properties.values.get(mapi.ATTACHED_DATA, (0, b""))
    inner = content[_OBJECT_ID_BYTES:] if kind == mapi.OBJECT else content
    if inner.startswith(SIGNATURE):
        return Attachment(name, message=read_tnef(inner, depth + 1))
    is_inline = bool(properties.binary(mapi.CONTENT_ID))
    return Attachment(name, inner, is_inline=is_inline)


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    while position + _ATTRIBUTE.size <= len(content):
        _, attribute, length = _ATTRIBUTE.unpack_from(content, position)
        position += _ATTRIBUTE.size
        if position + length > len(content):
            raise struct.error("cut off")
        yield attribute, content[position : position + length]
        # two bytes of checksum follow
        position += length + 2


def _properties(block: bytes) -> dict[int, tuple[int, bytes]]:
    found: dict[int, tuple[int, bytes]] = {}
    (count,) = struct.unpack_from("<I", block)
    position = 4
    for _ in range(min(count, _MAX_PROPERTIES)):
        kind, number = struct.unpack_from("<HH", block, position)
        position += 4
        if number >= _NAMED_FROM:
            position += 16
            (name_kind,) = struct.unpack_from("<I", block, position)
            position += 4
            if name_kind == 0:
                position += 4
            else:
                (length,) = struct.unpack_from("<I", block, position)
                position += 4 + _padded(length)
        single = kind & ~_MULTIPLE
        n_values = 1
        if kind & _MULTIPLE or single not in _SIZES:
            (n_values,) = struct.unpack_from("<I", block, position)
            position += 4
        for _ in range(n_values):
            if single in _SIZES:
                length = _SIZES[single]
            else:
                (length,) = struct.unpack_from("<I", block, position)
                position += 4
            if position + length > len(block):
                raise struct.error("cut off")
            found.setdefault(number, (single, block[position : position + length]))
            position += _padded(length)
    return found


def _padded(length: int) -> int:
    return (length + 3) & ~3
