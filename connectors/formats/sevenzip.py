"""7z archives, unpacked into memory by py7zr: files as members, links left out, bombs refused before and while unpacking."""

import io
import lzma
import zlib
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from connectors.contract import Blob, Document, MemberFile
from connectors.inflation import MAX_INFLATED_BYTES, MAX_MEMBERS, MAX_RATIO, neutral_path
from schemas.outcome import Failed

_MAGIC = b"7z\xbc\xaf\x27\x1c"
_RATIO_COUNTS_FROM_BYTES = 64 << 20
_BROKEN = (lzma.LZMAError, zlib.error, OSError, EOFError, ValueError, LookupError)


@dataclass(frozen=True, slots=True)
class _SevenZip:
    name: str = "7z"
    label: str = "7z 압축"
    distributions: tuple[str, ...] = ("py7zr",)
    version: int = 1
    preload: tuple[str, ...] = ("py7zr",)
    keeps: tuple[str, ...] = ("안의 파일 모두",)
    loses: tuple[str, ...] = ("암호가 걸린 압축", "바로 가기", "나누어 압축한 조각")

    def sniff(self, blob: Blob) -> float:
        """By the head."""
        return 1.0 if blob.content.startswith(_MAGIC) else 0.0

    def read(self, blob: Blob) -> Document:
        """Unpack the members.

        Raises:
            schemas.outcome.Failed: `password_archive`, `archive_bomb`, `corrupt`, `unsupported_format` for a method of
                compression that py7zr does not know.
        """
        import py7zr
        from py7zr import exceptions

        reader = f"py7zr {version('py7zr')}"
        try:
            with py7zr.SevenZipFile(io.BytesIO(blob.content), "r", max_extract_size=MAX_INFLATED_BYTES) as archive:
                if archive.needs_password():
                    raise Failed("password_archive")
                names = _number_members(archive)
                entries = archive.list()
                _refuse_bomb(entries, len(blob.content))
                unpacked, trouble = _unpack(archive)
        except exceptions.PasswordRequired as error:
            raise Failed("password_archive") from error
        except exceptions.UnsupportedCompressionMethodError as error:
            raise Failed("unsupported_format", f"7z: {error}") from error
        except (exceptions.ArchiveError, *_BROKEN, TypeError, AttributeError, AssertionError) as error:
            # Its reader of headers checks little, and what is broken comes to light as any of these.
            raise Failed("corrupt", f"7z: {type(error).__name__}: {error}") from error
        members: list[MemberFile] = []
        for entry in entries:
            path = neutral_path(names[entry.filename])
            content = unpacked.get(entry.filename)
            if getattr(entry, "is_symlink", False):
                members.append(MemberFile(path, b"", "symbolic_link"))
            elif entry.is_directory:
                continue
            elif content is None or not _is_whole(entry, content):
                members.append(MemberFile(path, b"", "corrupt", trouble or "풀지 못함"))
            else:
                members.append(MemberFile(path, bytes(content)))
        return Document(reader=reader, members=members)


def _is_whole(entry: Any, content: bytearray) -> bool:
    is_right = entry.crc32 is None or zlib.crc32(content) == entry.crc32
    return len(content) == (entry.uncompressed or 0) and (is_right or not content)


def _number_members(archive: Any) -> dict[str, str]:
    """Call the members by number, since py7zr refuses an archive for one bad path; their names by number."""
    names: dict[str, str] = {}
    for number, entry in enumerate(archive.files.files_list):
        names[str(number)] = entry.get("filename") or ""
        entry["filename"] = str(number)
    return names


def _refuse_bomb(entries: list[Any], packed: int) -> None:
    files = [entry for entry in entries if not entry.is_directory]
    inflated = sum(entry.uncompressed or 0 for entry in files)
    if len(entries) > MAX_MEMBERS:
        raise Failed("archive_bomb", f"구성원 {len(entries):,}개")
    if inflated > MAX_INFLATED_BYTES:
        raise Failed("archive_bomb", f"풀면 {inflated >> 20:,}MB")
    if inflated > _RATIO_COUNTS_FROM_BYTES and inflated > MAX_RATIO * packed:
        raise Failed("archive_bomb", f"압축률 {inflated // packed:,}배")


def _unpack(archive: Any) -> tuple[dict[str, bytearray], str]:
    """What could be unpacked, by name, and what stopped it."""
    from py7zr import exceptions

    factory = _Factory()
    try:
        archive.extractall(factory=factory)
    except (exceptions.PasswordRequired, exceptions.UnsupportedCompressionMethodError):
        raise
    except exceptions.DecompressionBombError as error:
        raise Failed("archive_bomb", str(error)) from error
    except (exceptions.ArchiveError, *_BROKEN) as error:
        # What was unpacked before the broken part is whole.
        return factory.contents, f"{type(error).__name__}: {error}"
    return factory.contents, ""


@dataclass(slots=True)
class _Sink:
    """Takes one member's bytes; py7zr writes to it as to a file."""

    content: bytearray
    factory: "_Factory"

    def write(self, part: bytes | bytearray) -> int:
        self.factory.room -= len(part)
        if self.factory.room < 0:
            raise Failed("archive_bomb", f"풀면 {MAX_INFLATED_BYTES >> 20:,}MB보다 큼")
        self.content += part
        return len(part)

    def read(self, size: int | None = None) -> bytes:
        return bytes(self.content if size is None else self.content[:size])

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def flush(self) -> None:
        """Nothing is held back."""

    def size(self) -> int:
        return len(self.content)

    def close(self) -> None:
        """Nothing is held open."""


@dataclass(slots=True)
class _Factory:
    """Gives py7zr a place for each member."""

    contents: dict[str, bytearray] = field(default_factory=dict)
    room: int = MAX_INFLATED_BYTES

    def create(self, filename: str) -> _Sink:
        content = self.contents[filename] = bytearray()
        return _Sink(content, self)


FORMAT = _SevenZip()
