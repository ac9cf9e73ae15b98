"""The words of RTF: groups, control words, bytes in the code page of their font; one after the other, within bounds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?"
    rb"|\\'([0-9a-fA-F]{2})"
    rb"|\\(\r\n|.)"
    rb"|([{}])"
    rb"|([^\\{}\r\n\x00]+)"
    rb"|[\r\n\x00]+|\\",
    re.DOTALL,
)
_CODE_PAGES = {
    437: "cp437", 708: "iso8859_6", 850: "cp850", 852: "cp852", 874: "cp874", 932: "cp932", 936: "gbk", 949: "cp949",
    950: "cp950", 1250: "cp1250", 1251: "cp1251", 1252: "cp1252", 1253: "cp1253", 1254: "cp1254", 1255: "cp1255",
    1256: "cp1256", 1257: "cp1257", 1258: "cp1258", 1361: "johab", 10000: "mac_roman", 65001: "utf-8",
}  # fmt: skip
_CHARSETS = {
    0: "cp1252", 2: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
DOUBLE_BYTE = frozenset({"cp932", "cp949", "gbk", "cp950", "johab"})
_PAIRED = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xfe][\xa1-\xfe])*")


class TokenKind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    WORD = auto()
    SYMBOL = auto()
    BYTE = auto()
    TEXT = auto()
    BINARY = auto()


@dataclass(slots=True)
class Token:
    """A token: the name of a control word or symbol with its number, or the bytes of a text."""

    kind: TokenKind
    name: str = ""
    number: int | None = None
    raw: bytes = b""


def tokens(content: bytes) -> Iterator[Token]:
    """The tokens of a file in order; binary data is one token."""
    position, end = 0, len(content)
    while position < end:
        match = _TOKEN.match(content, position)
        if match is None:
            position += 1
            continue
        position = match.end()
        word, number, byte, symbol, brace, text = match.groups()
        if text is not None:
            yield Token(TokenKind.TEXT, raw=text)
        elif word is not None:
            value = int(number) if number else None
            if word == b"bin":
                size = max(min(value or 0, end - position), 0)
                yield Token(TokenKind.BINARY, raw=content[position : position + size])
                position += size
            else:
                yield Token(TokenKind.WORD, word.decode("ascii"), value)
        elif byte is not None:
            yield Token(TokenKind.BYTE, raw=bytes((int(byte, 16),)))
        elif brace is not None:
            yield Token(TokenKind.OPEN if brace == b"{" else TokenKind.CLOSE)
        elif symbol is not None:
            yield Token(TokenKind.SYMBOL, symbol.decode("latin-1"))


def codec_of_page(page: int | None) -> str:
    """The codec of a Windows code page, Latin for one that nobody knows."""
    return _CODE_PAGES.get(page or 0, "cp1252")


def codec_of_charset(charset: int, default: str) -> str:
    """The codec of a font's character set; 1 and what nobody knows stand for the document's own."""
    return _CHARSETS.get(charset, default)


def decode(raw: bytes, codec: str, default: str) -> str:
    """Decode bytes of a run; undecodable ones become replacement characters.

    Args:
        raw: the bytes.
        codec: by the font's character set.
        default: by the document's code page.
    """
    # Korean programs leave fonts at the Western character set, and write Hangul in them all the same.
    if codec == "cp1252" and default in DOUBLE_BYTE and not raw.isascii() and _PAIRED.fullmatch(raw):
        codec = default
    return raw.decode(codec, "replace")
