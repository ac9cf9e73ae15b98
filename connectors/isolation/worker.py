"""The zygote: it waits for files on a pipe, forks a child for each, and reports what became of the child.

It runs inside the sandbox and never touches a document itself: a child does, under limits, and cannot reach the pipe to
the host. The reading function, and with it every parser, is imported by name.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from connectors.isolation.frames import BrokenFrame, encode_readings, receive_frame, send_frame
from connectors.limits import Limits

MAX_HEADER_BYTES = 1 << 23
MAX_CONTENT_BYTES = 1 << 34
READY = b"ready"

_WARMING = "1. 제목\n글".encode()
_EXIT_OUT_OF_MEMORY = 77
# the sandbox's init is 1; on a machine without namespaces 2 belongs to the kernel
_FIRST_IN_NAMESPACE = 2
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_CHILD_SUBREAPER = 1, 4, 38, 36
_MEGABYTE = 1 << 20
_CHUNK = 1 << 20
_LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How the child that read a document ended, and what it cost.

    `end` is `replied`, `timeout`, `oversized`, `out_of_memory`, `signal` or `exit`; seconds are of processor time.
    """

    end: str
    detail: str = ""
    cpu_seconds: float = 0.0
    zygote_cpu_seconds: float = 0.0
    peak_mb: float = 0.0


def main(configuration: str) -> None:
    """Serve requests until the host closes the pipe.

    Args:
        configuration: JSON with `read` (`module:function`), `scratch` (folder for temporary files) and
            `max_processes` (0 where they cannot be counted apart).
    """
    settings = json.loads(configuration)
    requests, replies = _take_pipes()
    _harden()
    scratch = Path(settings["scratch"])
    os.chdir(scratch)
    read = _import_function(settings["read"])
    # one harmless text, so that the children inherit what is imported and compiled at first use
    encode_readings(read(_WARMING, "warming.txt", Limits()))
    gc.freeze()
    send_frame(replies, READY)
    while True:
        try:
            header = json.loads(receive_frame(requests, MAX_HEADER_BYTES))
            content = receive_frame(requests, MAX_CONTENT_BYTES)
        except BrokenFrame:
            break
        _preload(header["preload"])
        ending, payload = _read_in_child(read, header, content, (requests, replies), settings["max_processes"])
        del content
        send_frame(replies, json.dumps(asdict(ending)).encode())
        send_frame(replies, payload)
        _empty(scratch)
    _kill_strays()


def _take_pipes() -> tuple[int, int]:
    """Move the pipes away from 0 and 1, so that nothing that prints can write into the protocol."""
    requests, replies = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return requests, replies


def _harden() -> None:
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    # closes /proc/<zygote>/fd and ptrace to the children, which run under the same user
    _prctl(_PR_SET_DUMPABLE, 0)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def _import_function(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _preload(modules: list[str]) -> None:
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as error:
            # this only saves later children the import; one that needs the module fails too, and its file says why
            sys.stderr.write(f"preload of {module}: {error!r}\n")
    if modules:
        gc.freeze()


def _read_in_child(
    read: Callable[..., Any], header: dict[str, Any], content: bytes, pipes: tuple[int, int], max_processes: int
) -> tuple[Ending, bytes]:
    limits = header["limits"]
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        for descriptor in (*pipes, receiver):
            os.close(descriptor)
        _be_child(read, header, content, sender, max_processes)
    os.close(sender)
    payload, cut = _collect(receiver, child, pipes[0], limits)
    os.close(receiver)
    if cut:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    _kill_strays()
    end, detail = cut or _classify(status, usage, limits["cpu_seconds"], bool(payload))
    ending = Ending(
        end=end,
        detail=detail,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        zygote_cpu_seconds=time.process_time(),
        peak_mb=usage.ru_maxrss / 1024,
    )
    return ending, bytes(payload) if end == "replied" else b""


def _collect(
    receiver: int, child: int, requests: int, limits: dict[str, int]
) -> tuple[bytearray, tuple[str, str] | None]:
    """What the child writes until it ends, and the ending (`timeout` or `oversized`) if it has to be cut off."""
    most = limits["max_reply_mb"] * _MEGABYTE
    os.set_blocking(receiver, False)
    is_ended = os.pidfd_open(child)
    poller = select.poll()
    poller.register(receiver, select.POLLIN)
    poller.register(is_ended, select.POLLIN)
    poller.register(requests, 0)
    deadline = time.monotonic() + limits["wall_seconds"]
    progress = _Progress(limits["stall_seconds"])
    payload = bytearray()
    try:
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return payload, ("timeout", "")
            ready = dict(poller.poll(min(left, _LOOK_SECONDS) * 1_000))
            if not ready:
                if progress.has_stalled():
                    return payload, ("timeout", "진행 없음")
                continue
            if requests in ready:
                # the host is gone, and with it the need for an answer
                return payload, ("timeout", "")
            # a grandchild can hold the pipe open, so the child's end counts and not the pipe's
            has_ended = is_ended in ready
            is_open = _drain(receiver, payload, most)
            if len(payload) > most:
                return payload, ("oversized", "")
            if has_ended:
                return payload, None
            if not is_open:
                poller.unregister(receiver)
    finally:
        os.close(is_ended)


class _Progress:
    """Whether a document's processes still do something: a hang that waits costs no processor time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._spent = -1
        self._since = time.monotonic()

    def has_stalled(self) -> bool:
        """Whether they have spent nothing for so long."""
        spent = sum(map(_ticks_of, _descendants(os.getpid())))
        if spent != self._spent:
            self._spent, self._since = spent, time.monotonic()
        return time.monotonic() - self._since >= self._seconds


def _ticks_of(process: int) -> int:
    """Processor time of a process and of its ended children, in ticks of the clock; 0 if it is gone."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return 0
    return sum(map(int, stat.rpartition(")")[2].split()[11:15]))


def _drain(receiver: int, payload: bytearray, most: int) -> bool:
    """Take what is in the pipe; False at its end."""
    while len(payload) <= most:
        try:
            chunk = os.read(receiver, _CHUNK)
        except BlockingIOError:
            return True
        if not chunk:
            return False
        payload += chunk
    return True


def _classify(status: int, usage: resource.struct_rusage, cpu_limit: float, has_payload: bool) -> tuple[str, str]:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        is_spent = usage.ru_utime + usage.ru_stime >= cpu_limit
        if number == signal.SIGXCPU or (number == signal.SIGKILL and is_spent):
            return "timeout", ""
        return "signal", f"signal {number}"
    code = os.WEXITSTATUS(status)
    if code == _EXIT_OUT_OF_MEMORY:
        return "out_of_memory", ""
    return ("replied", "") if code == 0 and has_payload else ("exit", f"exit {code}")


def _be_child(
    read: Callable[..., Any], header: dict[str, Any], content: bytes, sender: int, max_processes: int
) -> NoReturn:
    code = 1
    try:
        _limit(header["limits"], max_processes)
        limits = Limits.model_validate(header["limits"])
        view = memoryview(encode_readings(read(content, header["name"], limits, **header["options"])))
        while view:
            view = view[os.write(sender, view[:_CHUNK]) :]
        code = 0
    except MemoryError:
        code = _EXIT_OUT_OF_MEMORY
    finally:
        os._exit(code)


def _limit(limits: dict[str, int], max_processes: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 2)
    os.close(null)
    memory, scratch = limits["memory_mb"] * _MEGABYTE, limits["scratch_mb"] * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (scratch, scratch))
    if max_processes:
        resource.setrlimit(resource.RLIMIT_NPROC, (max_processes, max_processes))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _kill_strays() -> None:
    """Kill whatever a document's child left behind: as subreaper, the zygote is the parent of every orphan."""
    while True:
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if os.getpid() == _FIRST_IN_NAMESPACE:
            # reaches everybody in the namespace at once, so that not even a fork bomb gets away
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        else:
            kill_descendants(os.getpid())
        time.sleep(0.001)


def kill_descendants(root: int) -> bool:
    """Kill every process below `root`, as far as they can be seen now.

    Returns:
        Whether there was any.
    """
    found = _descendants(root)
    for process in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return bool(found)


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text(errors="replace")
        except OSError:
            continue
        # the name in brackets can hold anything, so the fields are counted behind it
        parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [root]
    for process in found:
        found.extend(child for child, parent in parents.items() if parent == process)
    return found[1:]


def _empty(folder: Path) -> None:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                Path(entry.path).unlink()
