"""Objects that another program put into a document, taken out of the OLE wrapping that they are stored in."""

import struct

import olefile

from connectors import ole
from schemas.outcome import Failed

_NATIVE = "\x01Ole10Native"
_WHOLE = ("Package", "CONTENTS", "Contents", "package_stream")
# Its formula or picture is in the document's own markup as well, or is nothing that could be read.
_WITHOUT_TEXT = ("Equation Native",)


def unwrap_object(path: str, content: bytes) -> tuple[str, bytes]:
    """The file inside an OLE object, with its name where the object knows it; what is no such object comes back as it is.

    Args:
        path: where the object lies in the document.
        content: its bytes.

    Returns:
        The path, under which the file's own name stands if it has one, and the bytes; empty if there is nothing to read.
    """
    if not content.startswith(ole.SIGNATURE):
        return path, content
    try:
        with ole.open_compound(content) as compound:
            if any(compound.exists(name) for name in _WITHOUT_TEXT):
                return path, b""
            native = ole.read_stream(compound, _NATIVE)
            if native is not None:
                name, inner = _native_file(native)
                return (f"{path}/{name}" if name else path), inner
            for name in _WHOLE:
                inner = ole.read_stream(compound, name)
                if inner:
                    return path, inner
    except Failed:
        # the object's own reading says what is broken about it
        return path, content
    return path, content


def file_in_storage(compound: olefile.OleFileIO, folder: str) -> tuple[str, bytes] | None:
    """The file that a storage inside a compound document holds, with a path; None if it holds none.

    An old workbook is handed on as its stream, which can be read alone; an old text or presentation cannot.
    """
    for name in ("Workbook", "Book"):
        if stream := ole.read_stream(compound, f"{folder}/{name}"):
            return f"{folder}/{name}.xls", stream
    if native := ole.read_stream(compound, f"{folder}/{_NATIVE}"):
        name, inner = _native_file(native)
        return f"{folder}/{name or 'Package'}", inner
    for name in _WHOLE:
        if inner := ole.read_stream(compound, f"{folder}/{name}"):
            return f"{folder}/Package", inner
    return None


def _native_file(stream: bytes) -> tuple[str, bytes]:
    """Name and bytes of a packaged file: size, flags, label, path, flags, path, size, bytes."""
    try:
        position = 6
        label, position = _string(stream, position)
        _, position = _string(stream, position)
        (length,) = struct.unpack_from("<I", stream, position + 4)
        position += 8 + length
        (size,) = struct.unpack_from("<I", stream, position)
    except struct.error:
        return "", stream[4:]
    if position + 4 + size > len(stream) or not label:
        return "", stream[4:]
    return label.replace("\\", "/").rsplit("/", 1)[-1], stream[position + 4 : position + 4 + size]


def _string(stream: bytes, position: int) -> tuple[str, int]:
    end = stream.find(b"\x00", position)
    if end < 0:
        raise struct.error("no end of a name")
    raw = stream[position:end]
    try:
        return raw.decode("cp949"), end + 1
    except UnicodeDecodeError:
        return raw.decode("latin-1"), end + 1
