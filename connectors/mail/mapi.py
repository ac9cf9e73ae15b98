"""Properties of Outlook's messages, as MSG files and winmail.dat hold them: texts by code page, numbers, times, RTF."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.decoding import codec_of, decode_korean, decode_text
from schemas.outcome import Failed

UNICODE, STRING8, BINARY, OBJECT = 0x001F, 0x001E, 0x0102, 0x000D

SUBJECT, BODY, HTML, RTF = 0x0037, 0x1000, 0x1013, 0x1009
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP, SENT_FOR_NAME = 0x0C1A, 0x0C1F, 0x5D01, 0x0042
SHOWN_TO, SHOWN_CC = 0x0E04, 0x0E03
SUBMITTED_AT, DELIVERED_AT = 0x0039, 0x0E06
ATTACHED_DATA, LONG_NAME, SHORT_NAME, SHOWN_NAME, CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x3001, 0x3712
ATTACH_METHOD = 0x3705
MESSAGE_CODE_PAGE, INTERNET_CODE_PAGE, LOCALE = 0x3FFD, 0x3FDE, 0x3FF1

_CODE_PAGES = {
    65001: "utf-8", 1200: "utf-16-le", 20127: "ascii", 28591: "latin-1", 50225: "iso2022_kr", 51949: "cp949",
    936: "gbk", 54936: "gb18030", 50220: "iso2022_jp", 51932: "euc_jp",
}  # fmt: skip
# By locale, or else by the language alone, which is the lower ten bits.
_LOCALE_PAGES = {
    0x0804: 936, 0x1004: 936, 0x04: 950, 0x11: 932, 0x12: 949, 0x19: 1251, 0x22: 1251, 0x02: 1251, 0x15: 1250, 0x05: 1250,
    0x0E: 1250, 0x18: 1250, 0x1B: 1250, 0x08: 1253, 0x1F: 1254, 0x0D: 1255, 0x01: 1256, 0x2A: 1258, 0x1E: 874,
}  # fmt: skip
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)

_LZ_MAGIC, _RAW_MAGIC = 0x75465A4C, 0x414C454D
_MAX_RTF_BYTES = 64 << 20
_WINDOW = 4_096
_PRESET = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans "
    b"SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


@dataclass(slots=True)
class Properties:
    """Properties of one message or attachment by number: (type, bytes of the value)."""

    values: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    inherited_codecs: list[str] = field(default_factory=list)

    def integer(self, number: int) -> int | None:
        """A number, or None."""
        value = self.values.get(number, (0, b""))[1]
        return int.from_bytes(value[:4], "little") if len(value) >= 2 else None

    def binary(self, number: int) -> bytes:
        """Bytes as they stand, empty if there are none."""
        return self.values.get(number, (0, b""))[1]

    def text(self, number: int) -> str:
        """A text, in Unicode or by the message's code page, empty if there is none.

        Raises:
            schemas.outcome.Failed: `undecodable_text`, if the code page does not fit and no usual encoding does.
        """
        kind, value = self.values.get(number, (0, b""))
        if kind == UNICODE:
            return value.decode("utf-16-le", "replace").rstrip("\x00")
        return decode_page(value.rstrip(b"\x00"), *self.codecs) if kind in (STRING8, BINARY) else ""

    def moment(self, number: int) -> datetime | None:
        """A time, or None if it is none or impossible."""
        value = self.values.get(number, (0, b""))[1]
        if len(value) < 8:
            return None
        ticks = int.from_bytes(value[:8], "little")
        try:
            return _EPOCH + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return None

    @property
    def codecs(self) -> list[str]:
        """Codecs in which texts that are not Unicode may be, the likeliest first."""
        locale = self.integer(LOCALE) or 0
        by_locale = _LOCALE_PAGES.get(locale) or _LOCALE_PAGES.get(locale & 0x3FF, 1252) if locale else 0
        pages = (self.integer(MESSAGE_CODE_PAGE) or 0, by_locale, self.integer(INTERNET_CODE_PAGE) or 0)
        found = [codec for page in pages if (codec := codec_of_page(page))]
        return list(dict.fromkeys([*found, *self.inherited_codecs]))


def codec_of_page(page: int) -> str | None:
    """Codec of a Windows code page, None for one that Python does not have."""
    return _CODE_PAGES.get(page) or codec_of(f"cp{page}") if page else None


def decode_page(raw: bytes, *codecs: str) -> str:
    """Decode a text by one of its code pages; where none fits, as any text is decoded.

    Raises:
        schemas.outcome.Failed: `undecodable_text`.
    """
    # What was composed as UTF-8 is often stored under the code page of the sender's machine.
    for codec in ("utf-8", *codecs):
        try:
            text = raw.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
        # So is Korean under a Western one, in which any bytes are letters.
        return decode_korean(raw) or text if codec.startswith("cp125") else text
    return decode_text(raw)


def decompress_rtf(compressed: bytes) -> bytes:
    """RTF as Outlook stores it, unpacked; empty if it is broken.

    Raises:
        schemas.outcome.Failed: `too_large`.
    """
    if len(compressed) < 16:
        return b""
    _, raw_size, magic, _ = struct.unpack_from("<IIII", compressed)
    if magic == _RAW_MAGIC:
        return compressed[16 : 16 + raw_size]
    if magic != _LZ_MAGIC:
        return b""
    if raw_size > _MAX_RTF_BYTES:
        raise Failed("too_large", "RTF 본문")
    window = bytearray(_PRESET) + bytearray(_WINDOW - len(_PRESET))
    write_at = len(_PRESET)
    output = bytearray()
    position = 16
    while position < len(compressed) and len(output) < raw_size:
        control = compressed[position]
        position += 1
        for bit in range(8):
            if position >= len(compressed):
                break
            if not control >> bit & 1:
                output.append(compressed[position])
                window[write_at] = compressed[position]
                write_at = (write_at + 1) % _WINDOW
                position += 1
                continue
            token = int.from_bytes(compressed[position : position + 2], "big")
            position += 2
            read_at, length = token >> 4, (token & 0xF) + 2
            if read_at == write_at:
                return bytes(output[:raw_size])
            for step in range(length):
                byte = window[(read_at + step) % _WINDOW]
                output.append(byte)
                window[write_at] = byte
                write_at = (write_at + 1) % _WINDOW
    return bytes(output[:raw_size])
