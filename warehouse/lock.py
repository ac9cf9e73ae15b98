"""Locks between processes, freed by the kernel if the one that holds them dies; above all the writer's: one run a home."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_TRIES = 3
_WAIT_SECONDS = 0.05


class WriterBusy(RuntimeError):
    """Another process is writing to this home."""


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the lock for the length of the block.

    Raises:
        WriterBusy: somebody else holds it; the message names the process.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        if not _taken(file):
            file.seek(0)
            raise WriterBusy(f"다른 실행이 진행 중입니다 ({file.read().strip() or '알 수 없는 프로세스'})")
        file.seek(0)
        file.truncate()
        file.write(json.dumps({"pid": os.getpid()}))
        file.flush()
        yield


@contextmanager
def waiting_lock(path: Path) -> Iterator[None]:
    """Hold the lock for the length of the block, after waiting for whoever has it: for short work that all need done once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _taken(file: IO[str]) -> bool:
    """Take the lock; somebody who only looks whether it is held has it for an instant, so one refusal proves nothing."""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_WAIT_SECONDS)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return True
    return False
