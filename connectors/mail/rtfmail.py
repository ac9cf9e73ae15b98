"""Bodies of mails in RTF: the HTML that Outlook hid in it, or the text."""

import re

from connectors.mail.mapi import codec_of_page, decode_page

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|([\r\n]+)|([^\\{}\r\n]+)", re.DOTALL
)
_CHARACTERS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"lquote": "‘",
    b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"endash": "–", b"emdash": "—",
}  # fmt: skip
_HIDDEN = frozenset(
    [b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"listtable", b"listoverridetable", b"mhtmltag",
     b"pntext", b"header", b"footer", b"generator", b"themedata", b"datastore", b"xmlnstbl"]
)  # fmt: skip
_CHARSET_PAGES = {
    0: 1252,
    128: 932,
    129: 949,
    130: 1361,
    134: 936,
    136: 950,
    161: 1253,
    162: 1254,
    204: 1251,
    238: 1250,
}


class _State:
    """What holds inside one group."""

    __slots__ = ("font", "is_hidden", "is_html", "skip")

    def __init__(self, font: int = 0, is_hidden: bool = False, is_html: bool = False, skip: int = 1) -> None:
        self.font = font
        self.is_hidden = is_hidden
        self.is_html = is_html
        self.skip = skip

    def copy(self) -> "_State":
        return _State(self.font, self.is_hidden, self.is_html, self.skip)


class _Reader:
    """Walks the tokens once, gathering text."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.from_html = b"\\fromhtml1" in content[:4_096]
        self.page = 1252
        self.fonts: dict[int, int] = {}
        self.in_fonts = 0
        self.parts: list[str] = []
        self.raw = bytearray()
        self.is_rtf_only = False
        self.stack: list[_State] = [_State()]
        self.to_skip = 0
        self.is_starred = False

    @property
    def is_shown(self) -> bool:
        state = self.stack[-1]
        return state.is_html or not (state.is_hidden or self.is_rtf_only)

    def flush(self) -> None:
        if self.raw:
            page = self.fonts.get(self.stack[-1].font, self.page) or self.page
            self.parts.append(decode_page(bytes(self.raw), *filter(None, [codec_of_page(page)])))
            self.raw.clear()

    def read(self) -> str:
        for match in _TOKEN.finditer(self.content):
            byte, word, number, symbol, brace, _, text = match.groups()
            if byte is not None:
                self._add_bytes(bytes.fromhex(byte.decode()))
            elif word is not None:
                self._word(word, int(number) if number else None)
            elif symbol is not None:
                self._symbol(symbol)
            elif brace is not None:
                self._brace(brace)
            elif text is not None:
                self._add_bytes(text)
            if word != b"u" and byte is None and text is None:
                self.to_skip = 0 if brace else self.to_skip
        self.flush()
        return "".join(self.parts)

    def _add_bytes(self, raw: bytes) -> None:
        self.is_starred = False
        if self.to_skip:
            dropped = min(self.to_skip, len(raw))
            self.to_skip -= dropped
            raw = raw[dropped:]
        if self.is_shown and not self.in_fonts:
            self.raw += raw

    def _add(self, text: str) -> None:
        if self.is_shown and not self.in_fonts:
            self.flush()
            self.parts.append(text)

    def _brace(self, brace: bytes) -> None:
        self.flush()
        if brace == b"{":
            self.stack.append(self.stack[-1].copy())
        elif len(self.stack) > 1:
            self.stack.pop()
            if self.in_fonts > len(self.stack):
                self.in_fonts = 0

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.is_starred = True
        elif symbol in b"{}\\":
            self._add_bytes(symbol)
        elif symbol == b"~":
            self._add("\u00a0")
        elif symbol == b"_":
            self._add("-")
        elif symbol in b"\r\n":
            self._add("\n")

    def _word(self, word: bytes, number: int | None) -> None:
        state = self.stack[-1]
        if word == b"htmltag" and self.is_starred:
            self.flush()
            state.is_html = True
        elif word == b"fonttbl":
            self.in_fonts = len(self.stack)
        elif word in _HIDDEN or self.is_starred:
            state.is_hidden, state.is_html = True, False
        elif word == b"htmlrtf":
            self.flush()
            self.is_rtf_only = number != 0
        elif word == b"ansicpg" and number:
            self.page = number
        elif word == b"f" and number is not None:
            self.flush()
            state.font = number
        elif word == b"fcharset" and self.in_fonts:
            self.fonts[state.font] = _CHARSET_PAGES.get(number or 0, 0) if number else 0
        elif word == b"uc":
            state.skip = max(0, min(number if number is not None else 1, 8))
        elif word == b"u" and number is not None:
            self._add(chr(number % 0x10000))
            self.to_skip = state.skip
        elif word in _CHARACTERS and not (self.from_html and state.is_html and word != b"tab" and word != b"par"):
            self._add(_CHARACTERS[word])
        self.is_starred = False


def read_rtf_body(content: bytes) -> tuple[str, bool]:
    """The body in RTF, as HTML if Outlook made the RTF from HTML.

    Returns:
        The text, and whether it is HTML.
    """
    reader = _Reader(content)
    text = reader.read()
    # Characters beyond the first plane come as two halves.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\x00", ""), reader.from_html
