"""One zygote in its sandbox as the pool sees it: started when a file comes, asked within deadlines, killed with all it started."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.isolation import sandbox, worker
from connectors.isolation.frames import BrokenFrame, DeadlinePassed, receive_frame, send_frame
from connectors.limits import Limits

ENDINGS = ("timeout", "oversized", "out_of_memory", "signal", "exit")
"""How a child can end without an answer."""

_START_SECONDS = 120
_STARTS = 3
_GRACE_SECONDS = 60
_DOCUMENTS_PER_WORKER = 500
_KILL_ROUNDS = 50
_MAX_STDERR = 2_000


class FileEnding(BaseModel):
    """`worker.Ending` as it comes out of the sandbox."""

    model_config = ConfigDict(extra="forbid", strict=True)

    end: str
    detail: str
    cpu_seconds: float
    zygote_cpu_seconds: float
    peak_mb: float


class _NotStarted(RuntimeError):
    """A worker ended, or said nothing in time, before it was ready."""


class ReadingProcess:
    """One zygote and its pipes; started when it is first needed, and again after it was lost."""

    def __init__(
        self, level: str, limits: Limits, read: str, extra_paths: Sequence[Path], programs: Sequence[str] = ()
    ) -> None:
        self._programs = programs
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
        self, name: str, content: bytes, preload: Sequence[str], options: Mapping[str, object]
    ) -> tuple[FileEnding, bytes]:
        """Have a file read; whatever happens to the worker is an ending too."""
        process = self._ensure_started()
        assert process.stdin and process.stdout
        header = {
            "name": name,
            "limits": self._limits.model_dump(),
            "options": dict(options),
            "preload": [module for module in preload if module not in self._preloaded],
        }
        self._preloaded.update(preload)
        deadline = time.monotonic() + self._limits.wall_seconds + _GRACE_SECONDS
        try:
            send_frame(process.stdin.fileno(), json.dumps(header).encode(), deadline)
            send_frame(process.stdin.fileno(), content, deadline)
            raw = receive_frame(process.stdout.fileno(), worker.MAX_HEADER_BYTES, deadline)
            ending = FileEnding.model_validate_json(raw)
            payload = receive_frame(process.stdout.fileno(), self._limits.max_reply_mb << 20, deadline)
        except DeadlinePassed:
            self.kill()
            return _lost("timeout", ""), b""
        except (BrokenFrame, ValidationError) as error:
            self.kill()
            return _lost("exit", f"worker: {type(error).__name__}"), b""
        if ending.end not in (*ENDINGS, "replied"):
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
        for _ in range(_STARTS - 1):
            # one that crashed at its start, or was too slow for once, must not cost the night
            with contextlib.suppress(_NotStarted):
                return self._start()
            if self._is_interrupted.is_set():
                raise _NotStarted("판독을 그만둠 (interrupted)")
        return self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
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
            self._level,
            "connectors.isolation.worker",
            configuration,
            self._extra_paths,
            self._limits,
            scratch,
            self._programs,
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
                how = f"{said} (종료 코드 {process.returncode})"
                raise _NotStarted(f"판독 작업자가 시작되지 않음 (the worker did not start): {how}") from error
        assert greeting == worker.READY
        return process

    def _remove_scratch(self) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None


def _lost(end: str, detail: str) -> FileEnding:
    return FileEnding(end=end, detail=detail, cpu_seconds=0.0, zygote_cpu_seconds=0.0, peak_mb=0.0)
