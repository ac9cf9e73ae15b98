"""The document properties that an OLE file carries in a property set stream; here a title and nothing that could vary."""

import struct
import uuid

_HWP_SUMMARY = uuid.UUID("9fa2b660-1061-11d4-b4c6-006097c09d8c")
_WIDE_TEXT = 31
_TITLE, _AUTHOR = 2, 4


def summary_information(title: str, author: str = "담당 사무관") -> bytes:
    """The content of an HWP file's `HwpSummaryInformation` stream."""
    properties = [(_TITLE, title), (_AUTHOR, author)]
    values = [_wide_text(text) for _, text in properties]
    offset = 8 + 8 * len(properties)
    index = b""
    for (number, _), value in zip(properties, values, strict=True):
        index += struct.pack("<II", number, offset)
        offset += len(value)
    section = struct.pack("<II", offset, len(properties)) + index + b"".join(values)
    head = struct.pack("<HHI16sI", 0xFFFE, 0, 0x00020105, b"", 1)
    return head + _HWP_SUMMARY.bytes_le + struct.pack("<I", len(head) + 20) + section


def _wide_text(text: str) -> bytes:
    encoded = (text + "\0").encode("utf-16-le")
    packed = struct.pack("<II", _WIDE_TEXT, len(encoded) // 2) + encoded
    return packed + bytes(-len(packed) % 4)
