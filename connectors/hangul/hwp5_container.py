"""The compound file around an HWP 5 document: its flags, its sections in the clear, its pictures and its summary.

Written from Hancom's "HWP Document File Formats 5.0" and its supplement on distribution documents. `hwp_records`, which
measures what the reader brings out, has its own way through the same file on purpose.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import olefile
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from connectors.ole import read_stream
from connectors.olesummary import read_summary
from schemas.elements import Property
from schemas.outcome import Failed

SIGNATURE = b"HWP Document File"
ALTERED = "the checksum does not agree"

MAX_BODY_BYTES = 500 << 20
MAX_EMBEDDED_BYTES = 300 << 20
MAX_EMBEDDED_PARTS = 2_000
MAX_SECTIONS = 4_096


_FIRST_RECORD = b"\x42\x00"
_CHUNK = 1 << 20
_TRAILER_BYTES = 8
_KEY_RECORD_TAG = 28
_KEY_RECORD_BYTES = 260
_CIPHER_BLOCK = 16


@dataclass(frozen=True, slots=True)
class FileFlags:
    """What the stream `FileHeader` says of the others."""

    is_compressed: bool
    is_distribution: bool
    is_tracked: bool


@dataclass(slots=True)
class Container:
    """An HWP document's streams in the clear, and what of them could not be had whole."""

    flags: FileFlags
    doc_info: bytes
    sections: list[bytes]
    errors: list[str] = field(default_factory=list)


def open_container(compound: olefile.OleFileIO) -> Container:
    """Read the flags, the DocInfo stream and the sections.

    A section that breaks off gives what stands before the break, and an error.

    Raises:
        Failed: `password_hwp`, `drm_hwp`, `corrupt` if there is nothing to read or a section's checksum does not agree,
            `archive_bomb` beyond 500 MB.
    """
    flags = read_flags(read_stream(compound, "FileHeader") or b"")
    container = Container(flags, b"", [])
    doc_info = read_stream(compound, "DocInfo") or b""
    container.doc_info, _ = _inflated(doc_info, flags, MAX_BODY_BYTES)
    left = MAX_BODY_BYTES - len(container.doc_info)
    for name in _section_names(compound, "ViewText" if flags.is_distribution else "BodyText"):
        section, error = _read_section(compound, name, flags, left)
        left -= len(section)
        container.sections.append(section)
        if error == ALTERED:
            # The other readers do not look at it, and what looks like a sum of money may be another.
            raise Failed("corrupt", f"{name}: {error}")
        if error:
            container.errors.append(f"{name}: {error}")
    if not container.sections:
        raise Failed("corrupt", "HWP: no section")
    return container


def read_flags(stream: bytes) -> FileFlags:
    """Read a `FileHeader` stream.

    Raises:
        Failed: `corrupt` if it is none, `password_hwp` or `drm_hwp` if the document is locked.
    """
    if not stream.startswith(SIGNATURE) or len(stream) < 40:
        raise Failed("corrupt", "HWP: FileHeader")
    (flags,) = struct.unpack_from("<I", stream, 36)
    if flags & 1 << 1:
        raise Failed("password_hwp")
    if flags & 1 << 4:
        raise Failed("drm_hwp")
    return FileFlags(bool(flags & 1), bool(flags & 1 << 2), bool(flags & 1 << 14))


def _section_names(compound: olefile.OleFileIO, storage: str) -> list[str]:
    numbers: list[int] = []
    for entry in compound.listdir(streams=True, storages=False):
        number = entry[1].removeprefix("Section") if len(entry) == 2 and entry[0].lower() == storage.lower() else ""
        if number.isdecimal():
            numbers.append(int(number))
    if len(numbers) > MAX_SECTIONS:
        raise Failed("too_many_elements", f"구역 {len(numbers):,}개")
    return [f"{storage}/Section{number}" for number in sorted(numbers)]


def _read_section(compound: olefile.OleFileIO, name: str, flags: FileFlags, room: int) -> tuple[bytes, str | None]:
    try:
        stream = read_stream(compound, name) or b""
        if flags.is_distribution:
            stream = decrypt_distribution(stream)
    except Failed as failed:
        if failed.reason != "corrupt":
            raise
        return b"", failed.detail
    return _inflated(stream, flags, room)


def _inflated(stream: bytes, flags: FileFlags, room: int) -> tuple[bytes, str | None]:
    if not flags.is_compressed:
        return stream, None
    content, error = inflate_leniently(stream, room)
    # Some programs say that they compress, and do not: the first record of a section is that of a paragraph.
    is_plain = error and not content and stream[:2] == _FIRST_RECORD
    return (stream, None) if is_plain else (content, error)


def inflate_leniently(stream: bytes, room: int) -> tuple[bytes, str | None]:
    """Raw deflate as far as it goes.

    Args:
        stream: the compressed bytes.
        room: how many bytes may come out.

    Returns:
        The bytes before the damage, and what the damage is, or None.

    Raises:
        Failed: `archive_bomb` if more than `room` bytes would come out.
    """
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    content = bytearray()
    rest = stream
    try:
        while rest and not decompressor.eof:
            content += decompressor.decompress(rest, _CHUNK)
            rest = decompressor.unconsumed_tail
            if len(content) > room:
                raise Failed("archive_bomb", f"풀면 {MAX_BODY_BYTES >> 20:,}MB보다 큼")
        content += decompressor.flush()
    except zlib.error as error:
        return bytes(content), str(error)
    if len(content) > room:
        raise Failed("archive_bomb", f"풀면 {MAX_BODY_BYTES >> 20:,}MB보다 큼")
    if not decompressor.eof:
        return bytes(content), "the compressed stream is cut off"
    return bytes(content), None if _is_unaltered(content, decompressor.unused_data) else ALTERED


def _is_unaltered(content: bytearray, trailer: bytes) -> bool:
    """Whether the checksum that Hancom writes behind a stream agrees; other programs write none."""
    if len(trailer) != _TRAILER_BYTES or trailer == bytes(_TRAILER_BYTES):
        return True
    return int.from_bytes(trailer[:4], "little") == zlib.crc32(content)


def decrypt_distribution(stream: bytes) -> bytes:
    """Undo the obfuscation of a distribution document's section, whose key is hidden in its first record.

    Raises:
        Failed: `corrupt` if that record is missing.
    """
    if len(stream) < _KEY_RECORD_BYTES or struct.unpack_from("<I", stream)[0] & 0x3FF != _KEY_RECORD_TAG:
        raise Failed("corrupt", "HWP: a distribution document without its key")
    hidden = stream[4:_KEY_RECORD_BYTES]
    seed = int.from_bytes(hidden[:4], "little")
    at = 4 + (seed & 0x0F)
    noise = _noise(seed, at + _CIPHER_BLOCK)
    key = bytes(byte ^ mask for byte, mask in zip(hidden[at:], noise[at:], strict=False))
    # The tail behind the last whole block is padding that some writers cut off.
    end = len(stream) - (len(stream) - _KEY_RECORD_BYTES) % _CIPHER_BLOCK
    # The format prescribes the mode; nothing is protected by it here.
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305
    return decryptor.update(stream[_KEY_RECORD_BYTES:end]) + decryptor.finalize()


def _noise(seed: int, size: int) -> bytes:
    """Bytes of Microsoft's `rand()`, each repeated as often as the next one says."""
    noise = bytearray()
    while len(noise) < size:
        seed = (seed * 214013 + 2531011) & 0xFFFFFFFF
        byte = seed >> 16 & 0xFF
        seed = (seed * 214013 + 2531011) & 0xFFFFFFFF
        noise.extend([byte] * ((seed >> 16 & 0x0F) + 1))
    return bytes(noise[:size])


def read_embedded(
    compound: olefile.OleFileIO, flags: FileFlags, compression: Mapping[int, bool]
) -> Iterator[tuple[str, bytes]]:
    """Pictures and objects of the storage `BinData`, as (path, bytes), within 300 MB and 2,000 parts.

    Args:
        compound: the opened file.
        flags: its flags.
        compression: by number of the part, whether it is compressed where it differs from the document.
    """
    left = MAX_EMBEDDED_BYTES
    entries = [entry for entry in compound.listdir(streams=True, storages=False) if entry[0].lower() == "bindata"]
    for entry in sorted(entries)[:MAX_EMBEDDED_PARTS]:
        path = "/".join(entry)
        try:
            content = read_stream(compound, path) or b""
            if compression.get(_part_number(entry[-1]), flags.is_compressed):
                inflated, error = inflate_leniently(content, left)
                # Some programs leave pictures as they are whatever the flags say.
                content = inflated if error in (None, ALTERED) or len(inflated) > len(content) else content
        except Failed:
            # A picture beyond reach or reason takes nothing from the text.
            continue
        left -= len(content)
        if left < 0:
            return
        yield path, content


def _part_number(name: str) -> int:
    try:
        return int(name.partition(".")[0][3:], 16)
    except ValueError:
        return -1


def read_properties(compound: olefile.OleFileIO) -> list[Property]:
    """What the document's summary says of it; nothing if there is none, or it is broken."""
    return read_summary(compound)[0]


def read_preview(compound: olefile.OleFileIO) -> str:
    """The beginning of the text as the program that saved it left it beside the document; empty if it left none."""
    try:
        return (read_stream(compound, "PrvText") or b"").decode("utf-16-le", "replace")
    except Failed:
        return ""
