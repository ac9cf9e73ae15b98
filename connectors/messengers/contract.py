"""What an export is: a module of this package offers `EXPORT`, which decides by content and streams what it reads.

Exports run inside the sandbox, on bytes. They know no path, no storage, no scope and no neighbour, and they neither clean
nor mask: the caller does.
"""

import codecs
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, NamedTuple, Protocol

from connectors.decoding import encoding_candidates, is_binary, text_head
from connectors.inflation import ZIP_HEADS
from schemas.conversations import Conversation, Message, Understood
from schemas.outcome import Failed

HEAD_BYTES = 65_536
MAX_MEMBERS = 1_000_000
MAX_INFLATED_BYTES = 16 << 30
_CHUNK = 1 << 20

Item = Conversation | Message | Understood


class Line(NamedTuple):
    """A line of a text export, without its end: number from 1, text, and bytes in the file with the end of line."""

    number: int
    text: str
    n_bytes: int


@dataclass
class ExportFile:
    """An export to be read: a seekable stream of `size` bytes. The name without folders is a hint (a room, a language)."""

    stream: BinaryIO
    name: str
    size: int

    @classmethod
    def of(cls, content: bytes, name: str) -> "ExportFile":
        """An export that is in memory."""
        return cls(io.BytesIO(content), name, len(content))

    def open(self) -> BinaryIO:
        """The stream, at its beginning. There is one stream: what was opened before goes on from there too."""
        self.stream.seek(0)
        return self.stream

    @cached_property
    def start(self) -> bytes:
        """The first 64 KiB."""
        # one byte more, so that a cut head is told from a whole file
        return self.open().read(HEAD_BYTES + 1)

    @cached_property
    def head(self) -> str | None:
        """The first 64 KiB as text without a byte order mark, cut at the last whole character; None if it is no text."""
        text = text_head(self.start)
        return None if text is None else text.removeprefix("\ufeff")

    @property
    def is_zip(self) -> bool:
        """Whether it begins like a ZIP file."""
        return self.start.startswith(ZIP_HEADS)

    def archive(self) -> zipfile.ZipFile:
        """The ZIP file, read from the stream member by member. Close members, not the archive.

        An export holds a file a channel and day, so that it may be larger than any other archive; what it holds is gone
        through member by member, each within its reader's own bound.

        Raises:
            schemas.outcome.Failed: `corrupt`, or `archive_bomb` for members that overlap, or far too many of them.
        """
        try:
            archive = zipfile.ZipFile(self.open())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Failed("corrupt", f"ZIP: {error}") from error
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise Failed("archive_bomb", f"구성원 {len(infos):,}개")
        if sum(info.compress_size for info in infos) > self.size:
            raise Failed("archive_bomb", "구성원이 서로 겹침")
        inflated = sum(info.file_size for info in infos)
        if inflated > MAX_INFLATED_BYTES:
            raise Failed("archive_bomb", f"풀면 {inflated >> 20:,}MB")
        return archive

    @cached_property
    def encoding(self) -> str:
        """The codec in which the whole file is text: UTF-8, CP949 or UTF-16, strictly. Goes through the file once.

        Raises:
            schemas.outcome.Failed: `undecodable_text`.
        """
        candidates = encoding_candidates(self.start)
        for encoding in candidates:
            if self._is_in(encoding):
                return encoding
        raise Failed("undecodable_text", f"{', '.join(candidates)}(으)로 읽을 수 없음")

    def _is_in(self, encoding: str) -> bool:
        decoder = codecs.getincrementaldecoder(encoding)()
        stream = self.open()
        try:
            while chunk := stream.read(_CHUNK):
                if is_binary(decoder.decode(chunk)):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def lines(self) -> Iterator[Line]:
        r"""Lines, split at CR LF or LF alone (people paste \x0b, U+2028 and lone CR into messages), streamed.

        Raises:
            schemas.outcome.Failed: `undecodable_text`.
        """
        encoding = self.encoding
        text = io.TextIOWrapper(self.open(), encoding=encoding, errors="strict", newline="\n")
        is_wide = encoding.startswith(("utf-16", "utf-32"))
        codec = "utf-8" if encoding == "utf-8-sig" else encoding
        try:
            for number, raw in enumerate(text, start=1):
                n_bytes = len(raw) * 2 if is_wide else len(raw.encode(codec))
                yield Line(number, raw.removesuffix("\n").removesuffix("\r"), n_bytes)
        finally:
            # the wrapper would close the stream that others go on with
            text.detach()


class Export(Protocol):
    """What a module of `connectors/messengers` offers as `EXPORT`."""

    name: str
    """Name of the application, such as `kakaotalk`."""

    label: str
    """Korean term for people."""

    version: int
    """Raised by hand whenever this module's own code changes what it reads."""

    distributions: tuple[str, ...]
    """Distributions whose version is part of the reader's fingerprint."""

    keeps: tuple[str, ...]
    """What it brings out, in Korean, a few words each; for docs/formats.md."""

    loses: tuple[str, ...]
    """What it leaves behind, in Korean, a few words each."""

    holds_many: bool
    """Whether one export can hold several conversations."""

    def sniff(self, file: ExportFile) -> float:
        """How surely this is an export of the application, 0 to 1. By content, cheap, never raises, never by the name alone."""
        ...

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Stream the export: a `Conversation`, then its messages, then the next one; at the very end one `Understood`.

        A conversation may be begun again (equal `key`): what follows belongs to it. Memory does not grow with the file
        where the export's own form allows it.

        Raises:
            schemas.outcome.Failed: with the reason for which it must be quarantined.
        """
        ...

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """The same export with only those conversations in it that are kept, readable by `read` again.

        Called only where `holds_many` and some conversation is not kept: nothing of that one may be left, no message, no
        title, and nobody who takes part in no other.
        """
        ...
