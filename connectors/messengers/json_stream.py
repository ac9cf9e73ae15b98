"""JSON of exports that is too large to be held at once, or broken off: record by record, and line by line."""

import codecs
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from connectors.messengers.contract import ExportFile, Line
from schemas.outcome import Failed

MAX_RECORD_CHARACTERS = 64 << 20
_CHUNK = 1 << 18
_MAX_RETRIES, _RETRY_CHARACTERS = 32, 1 << 20
_NEXT_RECORD = re.compile(r",\s*(?=\{)")
_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Gap(NamedTuple):
    """Text that stands where a record should and is none."""

    text: str


class Piece(NamedTuple):
    """A record of a list, or a member of the outermost object.

    `key` is the list's or member's name, empty where a list is outermost; `n_characters` is how much of the file it takes.
    """

    key: str
    value: Any
    n_characters: int
    is_item: bool


class _Broken(Exception):
    pass


def sample_pieces(file: ExportFile, n_pieces: int = 20) -> list[Piece]:
    """The first pieces that can be read, for sniffing: those of the first 64 KiB, else the first one of the file.

    Never raises.
    """
    head = file.head
    if not head or head.lstrip()[:1] not in ("{", "["):
        return []
    readable = (piece for piece in _pieces(_Window(iter([head]), 0)) if not isinstance(piece.value, Gap))
    try:
        return list(islice(readable, n_pieces)) or list(islice(pieces(file), 1))
    except Failed:
        return []


def pieces(file: ExportFile) -> Iterator[Piece]:
    """Go through a list, or an object with lists in it, record by record; a `Gap` stands for what cannot be read.

    Raises:
        schemas.outcome.Failed: `corrupt` if it is nested beyond measure, `undecodable_text`.
    """
    # this goes through the stream itself, so it comes before the stream is opened
    encoding = _encoding(file)
    yield from _pieces(_Window(_chunks(file.open(), encoding), _MAX_RETRIES))


def line_records(file: ExportFile) -> Iterator[tuple[int, Any, int]]:
    """Number, record and bytes of every filled line; a `Gap` where a line is no JSON.

    Raises:
        schemas.outcome.Failed: `undecodable_text`.
    """
    for line in _lines(file):
        if not line.text.strip():
            continue
        try:
            yield line.number, json.loads(line.text), line.n_bytes
        except (ValueError, RecursionError):
            yield line.number, Gap(line.text), line.n_bytes


def _lines(file: ExportFile) -> Iterator[Line]:
    """Lines, also of a file whose last letter is cut off in its midst."""
    encoding = _encoding(file)
    try:
        is_whole = bool(file.encoding)
    except Failed:
        is_whole = False
    if is_whole:
        yield from file.lines()
        return
    left = ""
    n_lines = 0
    for chunk in _chunks(file.open(), encoding):
        *whole, left = (left + chunk).split("\n")
        for text in whole:
            n_lines += 1
            yield Line(n_lines, text.removesuffix("\r"), len(text.encode()) + 1)
    yield Line(n_lines + 1, left, len(left.encode()))


def _encoding(file: ExportFile) -> str:
    """The codec of the whole file, where the last character may be cut off in its midst."""
    try:
        return file.encoding
    except Failed:
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        stream = file.open()
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        except UnicodeDecodeError:
            pass
        else:
            return "utf-8-sig"
        raise


def _chunks(stream: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk)


class _Window:
    """The part of a text that is being looked at, which grows while a record needs it."""

    def __init__(self, chunks: Iterator[str], n_retries: int) -> None:
        self._chunks = chunks
        self._buffer = ""
        self._position = 0
        self._n_retries = n_retries
        self._is_ended = False

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            blank = _BLANK.match(self._buffer, self._position)
            self._position = blank.end() if blank else self._position
            if self._position < len(self._buffer):
                return self._buffer[self._position]
            if self._is_ended:
                return ""
            self._fill()

    def take(self) -> None:
        self._position += 1

    def value(self) -> tuple[Any, int]:
        """The value that begins here and its length."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._position)
            except RecursionError as error:
                raise Failed("corrupt", "JSON: RecursionError") from error
            except ValueError as error:
                if self._is_ended or len(self._buffer) - self._position > MAX_RECORD_CHARACTERS:
                    raise _Broken from error
            else:
                # a number that touches the end may go on
                if end < len(self._buffer) or self._is_ended:
                    n_characters = end - self._position
                    self._position = end
                    return value, n_characters
            self._fill()

    def skip_to_record(self) -> Gap:
        """Go on to the next record that can be read, or to the end of what is at hand; what was passed over."""
        start = self._position
        for match in _NEXT_RECORD.finditer(self._buffer, start + 1):
            if self._n_retries <= 0:
                break
            self._n_retries -= 1
            try:
                _DECODER.raw_decode(self._buffer[match.end() : match.end() + _RETRY_CHARACTERS])
            except (ValueError, RecursionError):
                continue
            self._position = match.end()
            return Gap(self._buffer[start : match.start()])
        self._position = len(self._buffer)
        return Gap(self._buffer[start:])

    def rest(self) -> int:
        """Pass over all that is left; how many characters that was."""
        n_characters = 0
        while self.peek():
            n_characters += len(self._buffer) - self._position
            self._position = len(self._buffer)
        return n_characters

    def _fill(self) -> None:
        parts = [self._buffer[self._position :]]
        # twice as much each time, or a long record would be gone through again for every chunk
        wanted = max(1, len(parts[0]))
        while wanted > 0:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._is_ended = True
                break
            parts.append(chunk)
            wanted -= len(chunk)
        self._buffer = "".join(parts)
        self._position = 0


def _pieces(window: _Window) -> Iterator[Piece]:
    first = window.peek()
    if first == "[":
        yield from _items(window, "")
    elif first == "{":
        yield from _members(window)
    n_left = window.rest()
    if n_left:
        yield Piece("", Gap("끝난 뒤에 이어지는 내용"), n_left, is_item=True)


def _items(window: _Window, key: str) -> Iterator[Piece]:
    window.take()
    while (next_character := window.peek()) != "]":
        if not next_character:
            yield Piece(key, Gap("파일이 끝까지 있지 않음"), 1, is_item=True)
            return
        if next_character == ",":
            window.take()
            continue
        try:
            value, n_characters = window.value()
        except _Broken:
            gap = window.skip_to_record()
            yield Piece(key, gap, len(gap.text), is_item=True)
        else:
            yield Piece(key, value, n_characters, is_item=True)
    window.take()


def _members(window: _Window) -> Iterator[Piece]:
    window.take()
    try:
        while (next_character := window.peek()) != "}":
            if not next_character:
                return
            if next_character == ",":
                window.take()
                continue
            key, _ = window.value()
            if not isinstance(key, str) or window.peek() != ":":
                raise _Broken
            window.take()
            if window.peek() == "[":
                yield from _items(window, key)
            else:
                value, n_characters = window.value()
                yield Piece(key, value, n_characters, is_item=False)
        window.take()
    except _Broken:
        n_left = window.rest()
        yield Piece("", Gap("JSON이 아닌 내용"), n_left, is_item=True)
