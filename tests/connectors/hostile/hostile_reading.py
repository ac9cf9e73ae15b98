"""A reading function that does to a worker what a hostile or broken document can; imported inside the sandbox."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from connectors.limits import Limits
from schemas.elements import Element, ElementKind, Reading
from schemas.identity import digest_bytes
from schemas.outcome import Outcome


def read(content: bytes, name: str, limits: Limits, toolbox: dict[str, str] | None = None) -> list[Reading]:
    order, _, argument = content.decode().partition(" ")
    if order == "tool" and (toolbox or {}).get("place") != "here":
        return [_needs_tool(content, name)]
    if order == "tool":
        return [_reading(content, name, _ORDERS[argument.partition(" ")[0]](argument.partition(" ")[2]))]
    if order == "limits":
        return [_reading(content, name, f"{limits.wall_seconds} {limits.memory_mb} {limits.scratch_mb}")]
    answer = _ORDERS[order](argument) if order in _ORDERS else f"read {content.decode()}"
    return [_reading(content, name, answer)]


def _reading(content: bytes, name: str, text: str) -> Reading:
    element = Element(kind=ElementKind.NARRATIVE_TEXT, text=text)
    return Reading(
        content_id=digest_bytes(content), name=name, size_bytes=len(content), outcome=Outcome.KEPT, elements=[element]
    )


def _needs_tool(content: bytes, name: str) -> Reading:
    return Reading(
        content_id=digest_bytes(content),
        name=name,
        size_bytes=len(content),
        outcome=Outcome.QUARANTINED,
        reason="needs_tool",
    )


def _note_a_visit(_: str) -> str:
    """How many came before, by a file in the folder for temporary files and by the sandbox's processes."""
    visits = Path("visits")
    before = visits.read_text() if visits.exists() else ""
    visits.write_text(before + "x")
    return f"{len(before)} before, worker {os.getppid()}"


def _hang(_: str) -> str:
    while True:
        pass


def _sleep_deaf(_: str) -> str:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(60)


def _eat_memory(_: str) -> str:
    eaten = []
    while True:
        eaten.append(bytearray(32 << 20))


def _crash(_: str) -> str:
    ctypes.string_at(0)
    return "survived"


def _leave_grandchild(argument: str) -> str:
    _spawn_sleeper(argument)
    return "left"


def _leave_grandchild_and_hang(argument: str) -> str:
    _spawn_sleeper(argument)
    return _hang("")


def _leave_grandchild_and_crash(argument: str) -> str:
    _spawn_sleeper(argument)
    return _crash("")


def _spawn_sleeper(marker: str) -> None:
    # a session of its own, and the reply pipe held open
    subprocess.Popen(
        [sys.executable, "-c", f"import time; time.sleep(600)  # {marker}"], start_new_session=True, close_fds=False
    )


def _fork_many(argument: str) -> str:
    n_forked = 0
    for _ in range(int(argument)):
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            os.setsid()
            time.sleep(600)
            os._exit(0)
        n_forked += 1
    return str(n_forked)


def _write_to_protocol(_: str) -> str:
    written = []
    forged = b"\0" * 7 + b"\x05ready"
    for descriptor in range(64):
        try:
            os.write(descriptor, forged if descriptor < 3 else b"")
        except OSError:
            continue
        written.append(descriptor)
    for process in (entry.name for entry in Path("/proc").iterdir()):
        if process.isdigit() and int(process) == os.getppid():
            for descriptor in range(16):
                try:
                    with Path(f"/proc/{process}/fd/{descriptor}").open("wb", buffering=0) as stream:
                        stream.write(forged)
                        written.append(f"{process}:{descriptor}")
                except OSError:
                    continue
    return "tried"


def _look_around(argument: str) -> str:
    seen = []
    for path in ("/etc/passwd", "/proc/1/environ", argument):
        try:
            if Path(path).read_text():
                seen.append(path)
        except OSError:
            continue
    try:
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    except OSError as error:
        seen.append(type(error).__name__)
    return ",".join(seen)


def _leave_file(argument: str) -> str:
    Path("left").write_text(argument)
    return "left"


def _find_file(_: str) -> str:
    return ",".join(sorted(path.name for path in Path().iterdir()))


def _fill_scratch(argument: str) -> str:
    written = 0
    try:
        for number in range(int(argument)):
            Path(f"fill{number}").write_bytes(b"x" * (1 << 20))
            written += 1
    except OSError as error:
        return f"{type(error).__name__} after {written}"
    return str(written)


def _environment(_: str) -> str:
    return ",".join(sorted(os.environ))


def _kill_zygote(_: str, number: int = signal.SIGKILL) -> str:
    os.kill(os.getppid(), number)
    time.sleep(60)
    return "survived"


def _raise(_: str) -> str:
    raise ValueError("broken reader")


_ORDERS = {
    "hang": _hang,
    "deaf": _sleep_deaf,
    "eat": _eat_memory,
    "crash": _crash,
    "abort": lambda _: os.abort(),
    "exit": lambda argument: os._exit(int(argument)),
    "grandchild": _leave_grandchild,
    "grandchild-hang": _leave_grandchild_and_hang,
    "grandchild-crash": _leave_grandchild_and_crash,
    "forks": _fork_many,
    "huge": lambda argument: "가" * (int(argument) << 20),
    "forge": _write_to_protocol,
    "look": _look_around,
    "leave": _leave_file,
    "find": _find_file,
    "fill": _fill_scratch,
    "environment": _environment,
    "kill-zygote": _kill_zygote,
    "crash-zygote": lambda argument: _kill_zygote(argument, signal.SIGSEGV),
    "raise": _raise,
    "sleep": lambda argument: time.sleep(float(argument)) or "slept",
    "visit": _note_a_visit,
}


def read_in_a_night(content: bytes, name: str, limits: Limits, **_: object) -> list[Reading]:
    """`read`, called with what a night tells its readers besides."""
    return read(content, name, limits)


def read_as_another(content: bytes, name: str, limits: Limits) -> list[Reading]:
    """Answers with a reading of some other file."""
    return [_reading(b"another file", name, "forged")]


def read_nothing(content: bytes, name: str, limits: Limits) -> list[Reading]:
    """Answers with no reading at all."""
    return []
