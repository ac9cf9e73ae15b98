"""ZIP archives written by hand: fixed time stamps, stored members, and the oddities that a real share has.

The standard library marks every Korean name as UTF-8, cannot write an encrypted member and compresses with whatever
zlib it finds; an archive from a Korean PC has CP949 names, and the sample must be the same to the byte everywhere.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.sample.writers.deflate import ZERO_SEGMENT_BYTES, zeros

_STORED, _DEFLATED = 0, 8
_ENCRYPTED_FLAG, _UTF8_FLAG = 1 << 0, 1 << 11
_ENCRYPTION_HEADER_BYTES = 12
_DOS_DATE = (2026 - 1980) << 9 | 1 << 5 | 2
_DOS_TIME = 9 << 11
_VERSION = 20


@dataclass(frozen=True, slots=True)
class Member:
    """A member as it lies in the archive: name, data as stored, and what the data is once read."""

    name: bytes
    stored: bytes
    method: int
    flags: int
    size: int
    checksum: int


def pack_archive(files: Mapping[str, bytes], *, encoding: str = "utf-8", is_encrypted: bool = False) -> bytes:
    """A ZIP of `files`, in their order.

    Args:
        files: member path → content.
        encoding: how names are stored; `cp949` leaves out the flag for UTF-8, as Korean archivers do.
        is_encrypted: mark every member as encrypted, with the header that such a member begins with.
    """
    return _pack(_member(name, content, encoding, is_encrypted) for name, content in files.items())


def pack_bomb(name: str, n_segments: int) -> bytes:
    """A ZIP whose single member inflates to `n_segments` × 64 KiB of zero bytes, about 790 times its size."""
    segment, checksum = bytes(ZERO_SEGMENT_BYTES), 0
    for _ in range(n_segments):
        checksum = zlib.crc32(segment, checksum)
    size = n_segments * ZERO_SEGMENT_BYTES
    return _pack([Member(name.encode("cp949"), zeros(n_segments), _DEFLATED, 0, size, checksum)])


def _member(name: str, content: bytes, encoding: str, is_encrypted: bool) -> Member:
    flags = (0 if encoding == "cp949" else _UTF8_FLAG) | (_ENCRYPTED_FLAG if is_encrypted else 0)
    stored = bytes(_ENCRYPTION_HEADER_BYTES) + bytes(byte ^ 0xA7 for byte in content) if is_encrypted else content
    return Member(name.encode(encoding), stored, _STORED, flags, len(content), zlib.crc32(content))


def _pack(members: Iterable[Member]) -> bytes:
    body, directory, count = bytearray(), bytearray(), 0
    for member in members:
        offset = len(body)
        sizes = (member.checksum, len(member.stored), member.size, len(member.name))
        shared = struct.pack("<HHHHH3IHH", _VERSION, member.flags, member.method, _DOS_TIME, _DOS_DATE, *sizes, 0)
        body += b"PK\x03\x04" + shared + member.name + member.stored
        directory += b"PK\x01\x02" + struct.pack("<H", _VERSION) + shared
        directory += struct.pack("<HHHII", 0, 0, 0, 0, offset) + member.name
        count += 1
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)
