"""Pictures and objects in RTF: their hexadecimal or binary data, gathered within bounds."""

import binascii
import re
import struct

MAX_GATHERED_BYTES = 100 << 20
_NOT_HEX = re.compile(rb"[^0-9a-fA-F]+")
_OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Gathering:
    """Data of the picture or object that is open, and of those that are done, as (path, bytes)."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, bytes]] = []
        self.extension = ""
        self._hex: list[bytes] = []
        self._binary: list[bytes] = []
        self._size = 0

    def begin(self) -> None:
        """Begin a picture or object."""
        self.extension = ""
        self._hex.clear()
        self._binary.clear()

    def add_hex(self, raw: bytes) -> None:
        """Add data in hexadecimal digits."""
        self._size += len(raw) // 2
        if self._size <= MAX_GATHERED_BYTES:
            self._hex.append(raw)

    def add_binary(self, target: str, raw: bytes) -> None:
        """Add data as it is, if it belongs to a picture or object."""
        if target in ("pict", "objdata"):
            self._size += len(raw)
            if self._size <= MAX_GATHERED_BYTES:
                self._binary.append(raw)

    def end(self, kind: str) -> None:
        """End the picture or object and keep it, if it is of a kind that may be read."""
        if kind == "pict" and not self.extension:
            return
        digits = _NOT_HEX.sub(b"", b"".join(self._hex))
        content = b"".join(self._binary) or binascii.unhexlify(digits[: len(digits) & ~1])
        if content:
            number = len(self.parts) + 1
            path = f"pictures/{number}.{self.extension}" if kind == "pict" else f"objects/{number}.bin"
            self.parts.append((path, content))


def native_data(content: bytes) -> bytes:
    """The document inside an object's data, whose head tells its class and size; empty if there is none."""
    try:
        _, kind = struct.unpack_from("<II", content, 0)
        at = 8
        for _ in range(3):
            (size,) = struct.unpack_from("<I", content, at)
            at += 4 + size
        (size,) = struct.unpack_from("<I", content, at)
    except struct.error:
        return b""
    native = content[at + 4 : at + 4 + size]
    # Links have no data, and packages wrap a file in a head of their own.
    return native if kind == 2 and native.startswith((_OLE_HEAD, b"PK\x03\x04", b"%PDF", b"{\\rtf")) else b""
