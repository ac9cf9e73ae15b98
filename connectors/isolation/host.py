"""The pool: it hands files to sandboxed workers, waits no longer than it should, and starts a new worker for each lost one.

Workers (`process`) are started with `subprocess` and never forked from here, since this process may hold threads of
libraries that do not survive a fork.
"""

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from connectors.isolation import sandbox
from connectors.isolation.frames import BrokenFrame, decode_readings
from connectors.isolation.process import ReadingProcess
from connectors.limits import Limits
from connectors.reading import discover_formats, fingerprint
from connectors.tools import Toolbox
from schemas.elements import Reading
from schemas.identity import digest_bytes
from schemas.identity import fingerprint as fingerprint_of
from schemas.masking import mask_identifiers
from schemas.outcome import Failed, Outcome
from schemas.ports import ReadRequest
from schemas.scope import Register

DEFAULT_READ = "connectors.reading:read_blob"
NEEDS_TOOL = "needs_tool"

# Of a document's time; the rest is for what was recognised to be put together and sent.
_SHARE_FOR_TOOLS = 0.7

_REASONS = {
    "timeout": "timeout",
    "oversized": "too_many_elements",
    "out_of_memory": "out_of_memory",
    "signal": "reader_crashed",
    "exit": "reader_crashed",
}


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
        toolbox: programs for documents that nothing else can read. A file that turns out to need one is read again in a
            second sandbox of the same level, which may start programs, serves this one file and is thrown away.
        register: the conversations that may be kept; None keeps all that an export holds, for who stores nothing.
        grammars: texts of the site's own grammars of exports.

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
        toolbox: Toolbox | None = None,
        register: Register | None = None,
        grammars: Sequence[str] = (),
    ) -> None:
        self.register = register
        self.grammars = tuple(grammars)
        self.limits = limits or Limits()
        self.toolbox = toolbox or Toolbox()
        self.level, self.downgrade = sandbox.choose_level(level)
        """The level that is active, and why it is not bubblewrap if `auto` had to do without."""
        self.cpu_seconds = 0.0
        """Processor time that the workers have spent so far."""
        self.peak_mb = 0.0
        """Most memory that one file took."""
        self._read = read
        self._extra_paths = [Path(path) for path in extra_paths]
        self._workers = [ReadingProcess(self.level, self.limits, read, self._extra_paths) for _ in range(n_workers)]
        programs = [program for program in (self.toolbox.ocr, self.toolbox.office) if program]
        tool_limits = self.limits.for_tools()
        self._tool_workers = [
            ReadingProcess(self.level, tool_limits, read, self._extra_paths, programs) for _ in range(n_workers)
        ]
        self.n_with_tools = 0
        """Files that were read in the second sandbox."""
        self._preload: set[str] = set()
        self._tasks: queue.Queue[tuple[ReadRequest, _Call] | None] = queue.Queue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._reading = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Changes whenever a reading could come out differently."""
        return fingerprint_of(read=self._read, reading=fingerprint(self.limits, self.toolbox, self.grammars))

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
            self._threads = [
                threading.Thread(target=self._serve, args=pair, daemon=True)
                for pair in zip(self._workers, self._tool_workers, strict=True)
            ]
            for thread in self._threads:
                thread.start()

    def _interrupt(self) -> None:
        for one in (*self._workers, *self._tool_workers):
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

    def _serve(self, one: ReadingProcess, with_tools: ReadingProcess) -> None:
        try:
            while (task := self._tasks.get()) is not None:
                request, call = task
                if call.is_abandoned.is_set():
                    continue
                try:
                    call.results.put((request.content_id, self._read_one(one, with_tools, request)))
                except BaseException as error:
                    # raised where the results are awaited, so that nothing is lost in a thread
                    call.results.put(error)
        finally:
            one.kill()
            with_tools.kill()

    def _read_one(self, one: ReadingProcess, with_tools: ReadingProcess, request: ReadRequest) -> list[Reading]:
        try:
            content = request.load()
        except Failed as failure:
            return [_quarantined(request, 0, failure.reason, failure.detail)]
        readings = self._exchange_one(one, request, content, "elsewhere")
        if readings[0].reason != NEEDS_TOOL or self.toolbox.is_empty:
            return readings
        try:
            readings = self._exchange_one(with_tools, request, content, "here")
        finally:
            # it has run programs on one person's document and must not see the next one's
            with_tools.kill()
        with self._lock:
            self.n_with_tools += 1
        return readings

    def _exchange_one(
        self, one: ReadingProcess, request: ReadRequest, content: bytes, place: Literal["here", "elsewhere"]
    ) -> list[Reading]:
        with self._lock:
            preload = sorted(self._preload)
        # Told only where it is so: a reading function that knows no releases and no programs is called as ever.
        options: dict[str, object] = {"is_released": True} if request.is_released else {}
        if not self.toolbox.is_empty:
            seconds = int(self.limits.tool_seconds * _SHARE_FOR_TOOLS)
            options["toolbox"] = self.toolbox.model_copy(update={"place": place, "seconds": seconds}).model_dump()
        if self.register is not None:
            options["register"] = self.register.model_dump(mode="json")
        if self.grammars:
            options["grammars"] = list(self.grammars)
        ending, payload = one.read(request.name, content, preload, options)
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
        readings = _of_the_whole(readings, request.content_id, content)
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


def _of_the_whole(readings: list[Reading], content_id: str, content: bytes) -> list[Reading]:
    """Readings under the id that was asked for, also where only a part of the original was held and is what was read."""
    if not readings or readings[0].content_id == content_id or readings[0].content_id != digest_bytes(content):
        return readings
    part = readings[0].content_id
    return [
        reading.model_copy(
            update={name: content_id for name in ("content_id", "container_id") if getattr(reading, name) == part}
        )
        for reading in readings
    ]


def _quarantined(request: ReadRequest, size: int, reason: str, detail: str) -> Reading:
    return Reading(
        content_id=request.content_id,
        name=mask_identifiers(request.name)[0],
        size_bytes=size,
        outcome=Outcome.QUARANTINED,
        reason=reason,
        detail=mask_identifiers(detail)[0] or None,
    )
