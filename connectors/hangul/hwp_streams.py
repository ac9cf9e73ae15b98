"""The streams of an HWP 5 file as the walk over its records needs them: unlocked, inflated and within limits.

Records are described in Hancom's "HWP Document File Formats 5.0", distribution documents in its supplement.
"""

import struct
import zlib
from collections.abc import Container, Iterator
from dataclasses import dataclass

import olefile
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from connectors.ole import read_stream
from schemas.outcome import Failed

SIGNATURE = b"HWP Document File"
MAX_BODY_BYTES = 500 * 1024 * 1024

_DISTRIBUTION_KEY = 28
_LONG_RECORD = 0xFFF


@dataclass(frozen=True, slots=True)
class FileHeader:
    """The stream `FileHeader`: what stands between us and the text."""

    is_compressed: bool
    has_password: bool
    is_distribution: bool
    has_drm: bool


def parse_file_header(stream: bytes) -> FileHeader:
    """Read the flags of a `FileHeader` stream.

    Raises:
        Failed: `corrupt` if it is too short or does not begin as it must.
    """
    if not stream.startswith(SIGNATURE) or len(stream) < 40:
        raise Failed("corrupt", "HWP: FileHeader")
    (flags,) = struct.unpack_from("<I", stream, 36)
    return FileHeader(
        is_compressed=bool(flags & 1),
        has_password=bool(flags & 2),
        is_distribution=bool(flags & 4),
        has_drm=bool(flags & 16),
    )


def read_sections(compound: olefile.OleFileIO, header: FileHeader) -> Iterator[bytes]:
    """Yield the sections of the body in order.

    Raises:
        Failed: `corrupt` if a section's compression or key is broken, `archive_bomb` if they inflate beyond 500 MB.
    """
    storage = "ViewText" if header.is_distribution else "BodyText"
    names = ["/".join(entry) for entry in compound.listdir(streams=True, storages=False)]
    numbers = sorted(
        int(name.removeprefix(f"{storage}/Section"))
        for name in names
        if name.startswith(f"{storage}/Section") and name.removeprefix(f"{storage}/Section").isdecimal()
    )
    left = MAX_BODY_BYTES
    for number in numbers:
        stream = read_stream(compound, f"{storage}/Section{number}") or b""
        if header.is_distribution:
            stream = decrypt_distribution(stream)
        section = inflate(stream, left) if header.is_compressed else stream
        left -= len(section)
        yield section


def inflate(stream: bytes, limit: int) -> bytes:
    """Raw deflate, as HWP compresses its streams.

    Raises:
        Failed: `corrupt` or `archive_bomb`.
    """
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # to zlib, a limit of 0 is none
        content = decompressor.decompress(stream, max(limit, 1))
    except zlib.error as error:
        raise Failed("corrupt", f"HWP section: {error}") from error
    if decompressor.unconsumed_tail:
        raise Failed("archive_bomb", f"HWP body inflates to more than {MAX_BODY_BYTES:,} bytes")
    return content


def read_records(section: bytes, tags: Container[int] | None = None) -> Iterator[tuple[int, int, bytes]]:
    """Yield each record's tag, level and payload.

    Args:
        section: the records one after the other.
        tags: tags of the records wanted, None for all.

    Raises:
        Failed: `corrupt` if a record reaches beyond the section.
    """
    at, end = 0, len(section)
    unpack = struct.Struct("<I").unpack_from
    while at + 4 <= end:
        (word,) = unpack(section, at)
        size = word >> 20
        at += 4
        if size == _LONG_RECORD and at + 4 <= end:
            (size,) = unpack(section, at)
            at += 4
        if at + size > end:
            raise Failed("corrupt", "HWP: a record reaches beyond its section")
        tag = word & 0x3FF
        if tags is None or tag in tags:
            yield tag, word >> 10 & 0x3FF, section[at : at + size]
        at += size


def decrypt_distribution(stream: bytes) -> bytes:
    """Undo the obfuscation of a distribution document's section, whose key stands in its first record.

    Raises:
        Failed: `corrupt` if that record is not there or the rest is not whole cipher blocks.
    """
    if len(stream) < 260 or struct.unpack_from("<I", stream)[0] & 0x3FF != _DISTRIBUTION_KEY:
        raise Failed("corrupt", "HWP: a distribution document without its key")
    scrambled, cipher_text = stream[4:260], stream[260:]
    offset = 4 + (scrambled[0] & 0x0F)
    mask = _random_bytes(int.from_bytes(scrambled[:4], "little"), 256)
    plain = bytes(left ^ right for left, right in zip(scrambled, mask, strict=True))
    # The format prescribes the mode; nothing is protected by it here.
    decryptor = Cipher(algorithms.AES(plain[offset : offset + 16]), modes.ECB()).decryptor()  # noqa: S305
    try:
        return decryptor.update(cipher_text) + decryptor.finalize()
    except ValueError as error:
        raise Failed("corrupt", f"HWP distribution section: {error}") from error


def _random_bytes(seed: int, size: int) -> bytes:
    """Runs of a random byte, of random lengths, by the generator of Microsoft's C runtime."""
    state = seed
    values = bytearray()
    while len(values) < size:
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        value = state >> 16 & 0xFF
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        values += bytes([value]) * ((state >> 16 & 0x0F) + 1)
    return bytes(values[:size])
