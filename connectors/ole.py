"""OLE compound files (HWP 5, and the old office formats): opened and read within limits."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import olefile

from schemas.outcome import Failed

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_STREAM_BYTES = 200 * 1024 * 1024


@contextmanager
def open_compound(content: bytes) -> Iterator[olefile.OleFileIO]:
    """Open a compound file and close it again.

    Raises:
        Failed: `corrupt` if its directory or allocation tables are broken.
    """
    # olefile checks much, but a hostile directory still brings it to index, struct and recursion errors.
    try:
        compound = olefile.OleFileIO(io.BytesIO(content))
    except Exception as error:
        raise Failed("corrupt", f"OLE: {error}") from error
    with compound:
        yield compound


def read_stream(compound: olefile.OleFileIO, name: str) -> bytes | None:
    """The bytes of a stream such as `BodyText/Section0`, or None if there is none.

    Raises:
        Failed: `corrupt` if the stream's chain is broken, `too_large` beyond 200 MB.
    """
    if not compound.exists(name):
        return None
    try:
        if compound.get_size(name) > MAX_STREAM_BYTES:
            raise Failed("too_large", f"{name} has more than {MAX_STREAM_BYTES:,} bytes")
        with compound.openstream(name) as stream:
            return stream.read()
    except Failed:
        raise
    except Exception as error:
        raise Failed("corrupt", f"OLE {name}: {error}") from error


def stream_head(content: bytes, name: str, size: int) -> bytes | None:
    """The first bytes of a stream, or None without such a stream or compound file; for sniffing, so it never raises."""
    if not content.startswith(SIGNATURE):
        return None
    try:
        with open_compound(content) as compound:
            stream = read_stream(compound, name)
    except Failed:
        return None
    return None if stream is None else stream[:size]
