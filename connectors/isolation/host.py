"""The pool: it hands files to sandboxed workers, waits no longer than it should, and starts a new worker for each lost one.

Workers are started with `subprocess` and never forked from here, since this process may hold threads of libraries that do
not survive a fork.
"""

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.isolation import sandbox, worker
from connectors.isolation.frames import BrokenFrame, DeadlinePassed, decode_readings, receive_frame, send_frame
from connectors.limits import Limits
from connectors.reading import discover_formats, fingerprint
from schemas.elements import Reading
from schemas.identity import fingerprint as fingerprint_of
from schemas.masking import mask_identifiers
from schemas.outcome import Failed, Outcome
from schemas.ports import ReadRequest

DEFAULT_READ = "connectors.reading:read_blob"

_START_SECONDS = 120
_GRACE_SECONDS = 60
_DOCUMENTS_PER_WORKER = 500
_KILL_ROUNDS = 50
_MAX_STDERR = 2_000
_REASONS = {
    "timeout": "timeout",
    "oversized": "too_many_elements",
    "out_of_memory": "out_of_memory",
    "signal": "reader_crashed",
    "exit": "reader_crashed",
}


class _Ending(BaseModel):
    """`worker.Ending` as it comes out of the sandbox."""

    model_config = ConfigDict(extra="forbid", strict=True)

    end: str
    detail: str
    cpu_seconds: float
    zygote_cpu_seconds: float
    peak_mb: float


@dataclass(slots=True)
class _Call:
    """One call of `read`: its results as they come, how many are still to come, and whether anybody waits for them."""

    results: "queue.Queue[tuple[str, list[Reading]] | BaseException]" = field(default_factory=queue.Queue)
    is_abandoned: threading.Event = field(default_factory=threading.Event)
    n_open: int = 0


class SandboxedReader:
    """Reads files in sandboxed workers (`schemas.ports.Reader`).

    Args:
        n_workers: files read at once; twice as many can be in memory.
        limits: how much one file may cost.
        level: `bubblewrap`, `process` (resource limits and an empty environment only), or `auto` for the better one.
        read: `module:function` that is called with (content, name, limits) in a worker.
        extra_paths: folders that the worker may import from besides the project's own packages.

    Raises:
        SandboxUnavailable: `bubblewrap` is asked for and does not work here. It is never silently replaced.
    """

    def __init__(
        self,
        n_workers: int = 2,
        limits: Limits | None = None,
        level: str = "auto",
        *,
        read: str = DEFAULT_READ,
        extra_paths: Sequence[Path] = (),
    ) -> None:
        self.limits = limits or Limits()
        self.level, self.downgrade = sandbox.choose_level(level)
        """The level that is active, and why it is not bubblewrap if `auto` had to do without."""
        self.cpu_seconds = 0.0
        """Processor time that the workers have spent so far."""
        self.peak_mb = 0.0
        """Most memory that one file took."""
        self._read = read
        self._extra_paths = [Path(path) for path in extra_paths]
        self._workers = [_Worker(self.level, self.limits, read, self._extra_paths) for _ in range(n_workers)]
        self._preload: set[str] = set()
        self._tasks: queue.Queue[tuple[ReadRequest, _Call] | None] = queue.Queue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._reading = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Changes whenever a reading could come out differently."""
        return fingerprint_of(read=self._read, reading=fingerprint(self.limits))

    def read(self, requests: Iterable[ReadRequest]) -> Iterator[tuple[str, list[Reading]]]:
        """Yield (content id of the request, its readings, the file's own first) as they finish, each request once.

        `requests` is iterated in the caller's thread, `load` is called in a worker's thread just before its file is sent.
        """
        if not self._reading.acquire(blocking=False):
            raise RuntimeError("this reader is already reading; use another one")
        call = _Call()
        try:
            self._start_threads()
            yield from self._exchange(iter(requests), call)
        finally:
            if call.n_open:
                # nobody waits for the files in hand any more
                call.is_abandoned.set()
                self._interrupt()
            self._reading.release()

    def close(self) -> None:
        """End the workers, with whatever they are reading."""
        for _ in self._threads:
            self._tasks.put(None)
        self._interrupt()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _start_threads(self) -> None:
        # a worker dies with the thread that started it, so the threads live as long as the reader
        if not self._threads:
            self._threads = [threading.Thread(target=self._serve, args=(one,), daemon=True) for one in self._workers]
            for thread in self._threads:
                thread.start()

    def _interrupt(self) -> None:
        for one in self._workers:
            one.interrupt()

    def _exchange(self, requests: Iterator[ReadRequest], call: "_Call") -> Iterator[tuple[str, list[Reading]]]:
        is_exhausted = False
        while True:
            while not is_exhausted and call.n_open < 2 * len(self._workers):
                request = next(requests, None)
                if request is None:
                    is_exhausted = True
                else:
                    self._tasks.put((request, call))
                    call.n_open += 1
            if call.n_open == 0:
                return
            result = call.results.get()
            call.n_open -= 1
            if isinstance(result, BaseException):
                raise result
            yield result

    def _serve(self, one: "_Worker") -> None:
        try:
            while (task := self._tasks.get()) is not None:
                request, call = task
                if call.is_abandoned.is_set():
                    continue
                try:
                    call.results.put((request.content_id, self._read_one(one, request)))
                except BaseException as error:
                    # raised where the results are awaited, so that nothing is lost in a thread
                    call.results.put(error)
        finally:
            one.kill()

    def _read_one(self, one: "_Worker", request: ReadRequest) -> list[Reading]:
        try:
            content = request.load()
        except Failed as failure:
            return [_quarantined(request, 0, failure.reason, failure.detail)]
        with self._lock:
            preload = sorted(self._preload)
        ending, payload = one.read(request.name, content, preload, request.is_released)
        with self._lock:
            self.cpu_seconds += ending.cpu_seconds + ending.zygote_cpu_seconds
            self.peak_mb = max(self.peak_mb, ending.peak_mb)
        if ending.end != "replied":
            return [_quarantined(request, len(content), _REASONS[ending.end], ending.detail)]
        try:
            readings = decode_readings(payload)
        except BrokenFrame as broken:
            one.kill()
            return [_quarantined(request, len(content), "reader_crashed", str(broken))]
        if not readings or readings[0].content_id != request.content_id or readings[0].container_id:
            one.kill()
            return [_quarantined(request, len(content), "reader_crashed", "다른 파일에 대한 답")]
        self._learn(readings)
        return readings

    def _learn(self, readings: Sequence[Reading]) -> None:
        seen = {reading.format for reading in readings if reading.format}
        modules = {module for name, one in discover_formats().items() if name in seen for module in one.preload}
        with self._lock:
            self._preload |= modules


class _Worker:
    """One zygote and its pipes; started when it is first needed, and again after it was lost."""

    def __init__(self, level: str, limits: Limits, read: str, extra_paths: Sequence[Path]) -> None:
        self._level = level
        self._limits = limits
        self._read = read
        self._extra_paths = extra_paths
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: Path | None = None
        self._preloaded: set[str] = set()
        self._n_read = 0
        self._zygote_cpu = 0.0
        self._is_interrupted = threading.Event()

    def read(
        self, name: str, content: bytes, preload: Sequence[str], is_released: bool = False
    ) -> tuple[_Ending, bytes]:
        """Have a file read; whatever happens to the worker is an ending too."""
        process = self._ensure_started()
        assert process.stdin and process.stdout
        header = {
            "name": name,
            "limits": self._limits.model_dump(),
            # Told only where it is so: a reading function that knows no releases is called as ever.
            "options": {"is_released": True} if is_released else {},
            "preload": [module for module in preload if module not in self._preloaded],
        }
        self._preloaded.update(preload)
        deadline = time.monotonic() + self._limits.wall_seconds + _GRACE_SECONDS
        try:
            send_frame(process.stdin.fileno(), json.dumps(header).encode(), deadline)
            send_frame(process.stdin.fileno(), content, deadline)
            raw = receive_frame(process.stdout.fileno(), worker.MAX_HEADER_BYTES, deadline)
            ending = _Ending.model_validate_json(raw)
            payload = receive_frame(process.stdout.fileno(), self._limits.max_reply_mb << 20, deadline)
        except DeadlinePassed:
            self.kill()
            return _lost("timeout", ""), b""
        except (BrokenFrame, ValidationError) as error:
            self.kill()
            return _lost("exit", f"worker: {type(error).__name__}"), b""
        if ending.end not in (*_REASONS, "replied"):
            self.kill()
            return _lost("exit", "worker: unknown ending"), b""
        self._n_read += 1
        own_cpu, self._zygote_cpu = ending.zygote_cpu_seconds - self._zygote_cpu, ending.zygote_cpu_seconds
        if ending.end != "replied" or self._n_read >= _DOCUMENTS_PER_WORKER:
            # after a violent end the sandbox is not to be trusted with the next file
            self.kill()
        return ending.model_copy(update={"zygote_cpu_seconds": max(0.0, own_cpu)}), payload

    def interrupt(self) -> None:
        """End the worker from another thread; the one that it serves notices by the broken pipe and cleans up."""
        # a killed process can look alive for a moment, so the next file must not go by that
        self._is_interrupted.set()
        process = self._process
        if process is not None:
            self._kill_processes(process)

    def kill(self) -> None:
        """End the worker and everything that it or a document started."""
        process, self._process = self._process, None
        if process is None:
            return
        self._kill_processes(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        self._remove_scratch()

    def _kill_processes(self, process: "subprocess.Popen[bytes]") -> None:
        if process.returncode is not None:
            return
        # without a namespace, what has left the process group is still below the zygote as long as that lives
        for _ in range(_KILL_ROUNDS if self._level == sandbox.PROCESS else 0):
            if not worker.kill_descendants(process.pid):
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def _ensure_started(self) -> "subprocess.Popen[bytes]":
        process = self._process
        if process is not None and process.poll() is None and not self._is_interrupted.is_set():
            return process
        self.kill()
        self._is_interrupted.clear()
        self._preloaded, self._n_read, self._zygote_cpu = set(), 0, 0.0
        is_process = self._level == sandbox.PROCESS
        # bubblewrap has a folder of its own, in memory
        self._scratch = Path(tempfile.mkdtemp(prefix="gotgan-worker-")) if is_process else None
        scratch = self._scratch or Path("/")
        configuration: dict[str, object] = {
            "read": self._read,
            "scratch": str(sandbox.scratch_of(self._level, scratch)),
            # outside a namespace the count would include everything else of this user
            "max_processes": 0 if is_process else self._limits.max_processes,
        }
        command = sandbox.worker_command(
            self._level, "connectors.isolation.worker", configuration, self._extra_paths, self._limits, scratch
        )
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command.arguments,
                env=command.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
                close_fds=True,
                start_new_session=True,
                cwd=scratch,
            )
            self._process = process
            assert process.stdin and process.stdout
            os.set_blocking(process.stdin.fileno(), False)
            os.set_blocking(process.stdout.fileno(), False)
            try:
                greeting = receive_frame(process.stdout.fileno(), len(worker.READY), time.monotonic() + _START_SECONDS)
            except (BrokenFrame, DeadlinePassed) as error:
                self.kill()
                errors.seek(0)
                said = errors.read()[-_MAX_STDERR:].decode("utf-8", "replace").strip()
                raise RuntimeError(f"판독 작업자가 시작되지 않음 (the worker did not start): {said}") from error
        assert greeting == worker.READY
        return process

    def _remove_scratch(self) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None


def _lost(end: str, detail: str) -> _Ending:
    return _Ending(end=end, detail=detail, cpu_seconds=0.0, zygote_cpu_seconds=0.0, peak_mb=0.0)


def _quarantined(request: ReadRequest, size: int, reason: str, detail: str) -> Reading:
    return Reading(
        content_id=request.content_id,
        name=mask_identifiers(request.name)[0],
        size_bytes=size,
        outcome=Outcome.QUARANTINED,
        reason=reason,
        detail=mask_identifiers(detail)[0] or None,
    )
