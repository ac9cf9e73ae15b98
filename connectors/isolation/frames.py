"""Frames on a pipe: eight bytes of length, then that many bytes, with a deadline; and readings as frames, decoded strictly.

What comes out of the sandbox is untrusted: its length is bounded before it is read and its shape checked before it is used.
"""

import os
import select
import struct
import time
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from schemas.elements import Reading

_READINGS = TypeAdapter(list[Reading])
_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20


class BrokenFrame(Exception):
    """The other side is gone, or sent a frame longer than allowed."""


class DeadlinePassed(Exception):
    """The other side did not take or send a frame in time."""


def encode_readings(readings: Sequence[Reading]) -> bytes:
    """Readings as JSON; what equals its default is left out."""
    return _READINGS.dump_json(list(readings), exclude_defaults=True)


def decode_readings(payload: bytes) -> list[Reading]:
    """Readings from JSON.

    Raises:
        BrokenFrame: it is not JSON, not readings, or has a field that readings do not have.
    """
    try:
        return _READINGS.validate_json(payload, strict=True)
    except (ValidationError, ValueError) as error:
        raise BrokenFrame(f"no readings: {type(error).__name__}") from error


def send_frame(descriptor: int, payload: bytes, deadline: float | None = None) -> None:
    """Write a frame.

    Args:
        descriptor: the pipe; non-blocking if there is a deadline.
        payload: the bytes.
        deadline: instant of `time.monotonic()` by which the other side must have taken it.

    Raises:
        BrokenFrame: the other side is gone.
        DeadlinePassed: it did not read in time.
    """
    for part in (_LENGTH.pack(len(payload)), payload):
        view = memoryview(part)
        while view:
            _await(descriptor, select.POLLOUT, deadline)
            try:
                written = os.write(descriptor, view[:_CHUNK])
            except BlockingIOError:
                continue
            except OSError as error:
                raise BrokenFrame(str(error)) from error
            view = view[written:]


def receive_frame(descriptor: int, most: int, deadline: float | None = None) -> bytes:
    """Read a frame of at most `most` bytes.

    Raises:
        BrokenFrame: the other side is gone, or announced more.
        DeadlinePassed: it did not write in time.
    """
    (size,) = _LENGTH.unpack(_receive(descriptor, _LENGTH.size, deadline))
    if size > most:
        raise BrokenFrame(f"frame of {size} bytes, at most {most} allowed")
    return _receive(descriptor, size, deadline)


def _receive(descriptor: int, size: int, deadline: float | None) -> bytes:
    received = bytearray()
    while len(received) < size:
        _await(descriptor, select.POLLIN, deadline)
        try:
            chunk = os.read(descriptor, min(_CHUNK, size - len(received)))
        except BlockingIOError:
            continue
        if not chunk:
            raise BrokenFrame("end of stream")
        received += chunk
    return bytes(received)


def _await(descriptor: int, event: int, deadline: float | None) -> None:
    if deadline is None:
        return
    poller = select.poll()
    poller.register(descriptor, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poller.poll(left * 1_000):
        raise DeadlinePassed
