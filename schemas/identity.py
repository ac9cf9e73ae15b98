"""Ids from content: the same bytes and the same words get the same id on every machine and in every run."""

import hashlib
from collections.abc import Iterable

_SEPARATOR = b"\x1f"
_ID_CHARACTERS = 32


def digest_bytes(content: bytes) -> str:
    """SHA-256 of the bytes, 64 hexadecimal characters."""
    return hashlib.sha256(content).hexdigest()


def digest_parts(parts: Iterable[str | bytes | int | None]) -> str:
    """SHA-256 over parts with their borders kept, so that ("ab", "c") and ("a", "bc") differ.

    A part is framed by its length and kind, so that no text inside a part can imitate a border and None is not "".
    """
    state = hashlib.sha256()
    for part in parts:
        if part is None:
            state.update(b"n" + _SEPARATOR)
            continue
        kind = b"b" if isinstance(part, bytes) else b"i" if isinstance(part, int) else b"s"
        raw = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        state.update(kind + str(len(raw)).encode() + _SEPARATOR + raw)
    return state.hexdigest()


def make_id(kind: str, *parts: str | bytes | int | None) -> str:
    """A stable id of 32 hexadecimal characters for an object of `kind` that `parts` determine."""
    return digest_parts((kind, *parts))[:_ID_CHARACTERS]


def fingerprint(**shapes: str | int | float | None) -> str:
    """The fingerprint of a step: everything that shapes its result, by name, in 16 hexadecimal characters."""
    return digest_parts(f"{name}={shapes[name]!r}" for name in sorted(shapes))[:16]
