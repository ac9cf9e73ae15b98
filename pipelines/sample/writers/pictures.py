"""Pictures by hand, the same to the byte everywhere: PNG and TIFF of one bit a point, and one small photograph."""

import base64
import struct
import zlib

from pipelines.sample.writers.deflate import store

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SHORT, _LONG = 3, 4

# 24 × 24 points, made once with Pillow: what compresses a photograph differs from machine to machine.
PHOTOGRAPH = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9"
    "//j/wAALCAAYABgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABoQAAEFAQAAAAAAAAAAAAAAABEAEjRjgfH/2gAIAQEAAD8AT62aTxJ9bNJ4k+tm"
    "k8SfWzSeJPrZpPEn1s0niT62aTxJ9bNJ4k+tmk8X/9k="
)


def write_png(rows: bytes, width: int, height: int) -> bytes:
    """A PNG of one bit a point.

    Args:
        rows: the points, each row padded to whole bytes.
        width: points in a row.
        height: rows.
    """
    row_bytes = -(-width // 8)
    lines = b"".join(b"\0" + rows[at : at + row_bytes] for at in range(0, row_bytes * height, row_bytes))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = b"\x78\x01" + store(lines) + struct.pack(">I", zlib.adler32(lines))
    return _PNG_SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def write_tiff(rows: bytes, width: int, height: int) -> bytes:
    """A TIFF of one bit a point without compression, as a scanner leaves it; arguments as for `write_png`."""
    entries = [
        (256, _LONG, width),
        (257, _LONG, height),
        (258, _SHORT, 1),
        (259, _SHORT, 1),
        (262, _SHORT, 1),
        (273, _LONG, 8),
        (277, _SHORT, 1),
        (278, _LONG, height),
        (279, _LONG, len(rows)),
    ]
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return b"II*\0" + struct.pack("<I", 8 + len(rows)) + rows + directory + struct.pack("<I", 0)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
