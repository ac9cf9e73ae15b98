"""ZIP containers, opened on the suspicion that they are bombs: refused by their directory and again while inflating."""

import io
import struct
import zipfile
import zlib
from typing import IO

from schemas.outcome import Failed

MAX_MEMBERS = 10_000
MAX_INFLATED_BYTES = 500 << 20
MAX_RATIO = 200
_RATIO_COUNTS_FROM_BYTES = 64 << 20
_CHUNK = 1 << 20
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_UNICODE_PATH_EXTRA = 0x7075
ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def is_zip(content: bytes) -> bool:
    """Whether the bytes begin like a ZIP file (documents of Office, HWPX and others are ZIP files too)."""
    return content.startswith(ZIP_HEADS)


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Open a ZIP and refuse it if its directory promises a bomb.

    Raises:
        schemas.outcome.Failed: `corrupt` for a broken directory, `archive_bomb` for too many members or bytes, too
            high a ratio, or members that overlap.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, struct.error, ValueError, NotImplementedError, OSError) as error:
        raise Failed("corrupt", f"ZIP: {error}") from error
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise Failed("archive_bomb", f"구성원 {len(infos):,}개")
    inflated = sum(info.file_size for info in infos)
    if inflated > MAX_INFLATED_BYTES:
        raise Failed("archive_bomb", f"풀면 {inflated >> 20:,}MB")
    if sum(info.compress_size for info in infos) > len(content):
        raise Failed("archive_bomb", "구성원이 서로 겹침")
    for info in infos:
        if info.file_size > _RATIO_COUNTS_FROM_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise Failed("archive_bomb", f"압축률 {info.file_size // max(1, info.compress_size):,}배")
    return archive


def inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    """Inflate one member, at most `room` bytes whatever its header says.

    Raises:
        schemas.outcome.Failed: `password_archive`, `archive_bomb`, `corrupt`, or `unsupported_format` for the method
            of compression.
    """
    if is_encrypted(info):
        raise Failed("password_archive")
    try:
        with archive.open(info) as stream:
            return _read_within(stream, room)
    except NotImplementedError as error:
        raise Failed("unsupported_format", f"압축 방식 {info.compress_type}") from error
    except RuntimeError as error:
        raise Failed("password_archive", str(error)) from error
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError) as error:
        raise Failed("corrupt", f"{type(error).__name__}: {error}") from error


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether the member can only be had with a password."""
    return bool(info.flag_bits & _ENCRYPTED_FLAG)


def member_name(info: zipfile.ZipInfo) -> str:
    """The member's path as its maker meant it: UTF-8 if flagged, else CP949 as Korean programs write it."""
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename
    unicode_path = _unicode_path(info.extra)
    if unicode_path:
        return unicode_path
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    # Korean in CP949 is hardly ever valid UTF-8, but macOS writes UTF-8 without the flag
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _read_within(stream: IO[bytes], room: int) -> bytes:
    inflated = bytearray()
    while chunk := stream.read(_CHUNK):
        inflated += chunk
        if len(inflated) > room:
            raise Failed("archive_bomb", f"풀면 {room >> 20:,}MB보다 큼")
    return bytes(inflated)


def _unicode_path(extra: bytes) -> str | None:
    offset = 0
    while offset + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, offset)
        body = extra[offset + 4 : offset + 4 + size]
        # one byte of version and four of checksum stand before the name
        if kind == _UNICODE_PATH_EXTRA and len(body) > 5:
            try:
                return body[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        offset += 4 + size
    return None
