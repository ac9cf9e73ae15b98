"""Archives, opened on the suspicion that they are bombs: refused by their directory and again while inflating."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Any

from schemas.outcome import Failed

MAX_MEMBERS = 10_000
MAX_INFLATED_BYTES = 500 << 20
MAX_RATIO = 200
_RATIO_COUNTS_FROM_BYTES = 64 << 20
_CHUNK = 1 << 20
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_UNICODE_PATH_EXTRA = 0x7075
_LOCAL_HEADER = struct.Struct("<26xHH")
_SMALL_CHUNK = 16 << 10
_END_RECORD = struct.Struct("<4sHHHHIIH")
_END_MAGIC = b"PK\x05\x06"
_LOCAL_MAGIC = b"PK\x03\x04"
_MAX_COMMENT = 0xFFFF
_CORRUPT = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, OverflowError,
)  # fmt: skip
ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")
STREAM_HEADS = ((b"\x1f\x8b", "gz"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"))
"""How the compressed streams begin that `inflate_stream` knows."""

_METHOD_NAMES = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    93: "Zstandard",
    95: "XZ",
    97: "WavPack",
    98: "PPMd",
    99: "AES",
}


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
        if is_split(content):
            raise Failed("unsupported_format", "나누어 압축한 ZIP의 한 조각") from error
        raise Failed("corrupt", f"ZIP: {error}") from error
    if is_split(content):
        raise Failed("unsupported_format", "나누어 압축한 ZIP의 한 조각")
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


def new_member(name: str, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """A member of an archive that is put together here: without the clock, so that the same files give the same bytes."""
    info = zipfile.ZipInfo(name, _NO_TIME)
    info.compress_type = method
    return info


def inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    """Inflate one member, at most `room` bytes whatever its header says.

    Raises:
        schemas.outcome.Failed: `password_archive`, `archive_bomb`, `corrupt`, or `unsupported_format` for the method
            of compression.
    """
    if is_encrypted(info):
        raise Failed("password_archive")
    try:
        if info.compress_type in _OTHER_METHODS:
            return _inflate_otherwise(archive, info, room)
        with archive.open(info) as stream:
            return read_within(stream, room)
    except NotImplementedError as error:
        method = _METHOD_NAMES.get(info.compress_type, str(info.compress_type))
        raise Failed("unsupported_format", f"압축 방식 {method}") from error
    except RuntimeError as error:
        raise Failed("password_archive", str(error)) from error
    except _CORRUPT as error:
        raise Failed("corrupt", f"{type(error).__name__}: {error}") from error


def _deflate64() -> Callable[[bytes], bytes]:
    import inflate64

    return inflate64.Inflater().inflate


_OTHER_METHODS: dict[int, Callable[[], Callable[[bytes], bytes]]] = {
    9: _deflate64,
    95: lambda: lzma.LZMADecompressor().decompress,
}
"""Methods of compression that the standard library's ZIP reader does not know, by number."""


def _inflate_otherwise(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    source: Any = archive.fp
    source.seek(info.header_offset)
    name_length, extra_length = _LOCAL_HEADER.unpack(source.read(_LOCAL_HEADER.size))
    source.seek(name_length + extra_length, io.SEEK_CUR)
    left = info.compress_size
    inflate_chunk = _OTHER_METHODS[info.compress_type]()
    inflated = bytearray()
    while left > 0 and (chunk := source.read(min(left, _SMALL_CHUNK))):
        left -= len(chunk)
        inflated += inflate_chunk(chunk)
        _refuse_beyond(len(inflated), room)
    if len(inflated) != info.file_size or zlib.crc32(inflated) != info.CRC:
        raise Failed("corrupt", "검사합이 다름")
    return bytes(inflated)


def stream_kind(content: bytes) -> str:
    """Whether the bytes are a compressed stream: `gz`, `bz2`, `xz`, or empty if they are none."""
    return next((kind for head, kind in STREAM_HEADS if content.startswith(head)), "")


def inflate_stream(content: bytes, room: int = MAX_INFLATED_BYTES) -> bytes:
    """Inflate a stream of gzip, bzip2 or xz, at most `room` bytes of it.

    Raises:
        schemas.outcome.Failed: `archive_bomb`, `corrupt`.
    """
    try:
        with _open_stream(content) as stream:
            return read_within(stream, room, packed=len(content))
    except _CORRUPT as error:
        raise Failed("corrupt", f"{type(error).__name__}: {error}") from error


def stream_head(content: bytes, size: int) -> bytes:
    """The first bytes of a compressed stream, as many of them as can be had; for sniffing, so it never raises."""
    try:
        with _open_stream(content) as stream:
            return stream.read(size)
    except (*_CORRUPT, MemoryError):
        return b""


def _open_stream(content: bytes) -> IO[bytes]:
    kind = stream_kind(content)
    source = io.BytesIO(content)
    if kind == "gz":
        return gzip.GzipFile(fileobj=source)  # type: ignore[return-value]
    return bz2.BZ2File(source) if kind == "bz2" else lzma.LZMAFile(source)  # type: ignore[return-value]


def is_split(content: bytes) -> bool:
    """Whether a ZIP's directory says that the archive lies in several files, of which this is one."""
    record = _end_record(content)
    if record is None:
        return False
    _, disk, directory_disk, _, _, _, _, _ = record
    # In an archive of more than 4 GB these stand in another record.
    return 0 < disk < 0xFFFF or 0 < directory_disk < 0xFFFF


def has_zip_directory(content: bytes) -> bool:
    """Whether a ZIP's directory ends the bytes, whatever they begin with: programs that unpack themselves, last parts."""
    return _end_record(content) is not None


def find_lost_names(content: bytes, n_listed: int) -> list[str]:
    """Names in the members' own headers, if the directory says that it lists more members than it does; else none.

    Args:
        content: the ZIP file's bytes.
        n_listed: how many members were found in the directory.
    """
    record = _end_record(content)
    # In an archive of very many members their number stands in another record.
    if record is None or record[4] in (n_listed & 0xFFFF, 0xFFFF):
        return []
    names: list[str] = []
    position = content.find(_LOCAL_MAGIC)
    while 0 <= position <= len(content) - _LOCAL_HEADER.size and len(names) < MAX_MEMBERS:
        length, _ = _LOCAL_HEADER.unpack_from(content, position)
        start = position + _LOCAL_HEADER.size
        names.append(decode_name(content[start : start + length]))
        position = content.find(_LOCAL_MAGIC, start)
    return names


def _end_record(content: bytes) -> tuple[Any, ...] | None:
    position = content.rfind(_END_MAGIC, max(0, len(content) - _END_RECORD.size - _MAX_COMMENT))
    if position < 0 or position + _END_RECORD.size > len(content):
        return None
    record = _END_RECORD.unpack_from(content, position)
    return record if position + _END_RECORD.size + record[-1] == len(content) else None


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
    return decode_name(raw)


def read_within(stream: IO[bytes], room: int, *, packed: int = 0) -> bytes:
    """All of a stream, unless it is more than there is room for.

    Args:
        stream: what inflates as it is read.
        room: bytes that it may give.
        packed: bytes that it is made from, if their ratio is to be watched as well.

    Raises:
        schemas.outcome.Failed: `archive_bomb`.
    """
    inflated = bytearray()
    while chunk := stream.read(_CHUNK):
        inflated += chunk
        _refuse_beyond(len(inflated), room)
        if packed and len(inflated) > _RATIO_COUNTS_FROM_BYTES and len(inflated) > MAX_RATIO * packed:
            raise Failed("archive_bomb", f"압축률 {len(inflated) // packed:,}배")
    return bytes(inflated)


def _refuse_beyond(size: int, room: int) -> None:
    if size > room:
        raise Failed("archive_bomb", f"풀면 {room >> 20:,}MB보다 큼")


def decode_name(raw: bytes) -> str:
    """A member's name from its bytes: UTF-8 where it is that, else CP949, else as near as it comes."""
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def neutral_path(name: str) -> str:
    """A member's path that stays below its container: no drive, no root, no `..`, `/` between its parts."""
    parts = name.replace("\\", "/").replace("\x00", "").split("/")
    kept = [part for part in parts if part.strip() not in ("", ".", "..")]
    if kept and len(kept[0]) == 2 and kept[0][1] == ":":
        kept = kept[1:]
    return "/".join(kept) or "이름 없음"


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
