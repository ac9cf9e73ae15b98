"""What the sandbox really withholds on this machine, tried from inside; `gotgan doctor` shows it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from connectors.isolation import sandbox
from connectors.limits import Limits

_SECONDS = 60
_LABELS = {
    "network": "네트워크에 닿지 못함",
    "passwd": "/etc/passwd를 읽지 못함",
    "home": "홈 폴더의 파일을 보지 못함",
    "environment": "다른 프로세스의 환경 변수를 보지 못함",
    "processes": "다른 프로세스를 보지 못함",
    "capabilities": "권한(capability)이 없음",
    "write": "임시 폴더 밖에 쓰지 못함",
}


class ProbeResult(BaseModel):
    """One thing tried from inside the sandbox; `is_held` if the sandbox withheld it."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    is_held: bool
    detail: str = ""


class Probe(BaseModel):
    """The level that is active here, why it is not a better one, and what was tried."""

    model_config = ConfigDict(frozen=True)

    level: str
    problem: str | None
    results: list[ProbeResult]

    @property
    def is_tight(self) -> bool:
        """Whether everything was withheld."""
        return all(result.is_held for result in self.results)


def probe(level: str = "auto") -> Probe:
    """Try from inside a sandbox of this level what must not work.

    Raises:
        SandboxUnavailable: `bubblewrap` is asked for and does not work here.
    """
    active, problem = sandbox.choose_level(level)
    with tempfile.TemporaryDirectory(prefix="gotgan-probe-") as scratch, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with _canary(Path(scratch)) as canary:
            configuration: dict[str, object] = {"port": listener.getsockname()[1], "canary": str(canary)}
            command = sandbox.worker_command(active, __name__, configuration, (), Limits(), Path(scratch))
            finished = subprocess.run(
                command.arguments,
                env=command.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                cwd=scratch,
                start_new_session=True,
            )
    if finished.returncode:
        raise RuntimeError(
            f"격리 점검이 실패함 (the probe failed): {finished.stderr.decode('utf-8', 'replace')[-2000:]}"
        )
    found = json.loads(finished.stdout)
    results = [ProbeResult(name=name, label=_LABELS[name], is_held=held, detail=detail) for name, held, detail in found]
    return Probe(level=active, problem=problem, results=results)


def main(configuration: str) -> None:
    """Run the attempts inside the sandbox and print what came of them as JSON."""
    settings = json.loads(configuration)
    attempts: list[tuple[str, Callable[[], str]]] = [
        ("network", lambda: _connect(settings["port"])),
        ("passwd", lambda: Path("/etc/passwd").read_text()[:20]),
        ("home", lambda: Path(settings["canary"]).read_text()),
        ("environment", lambda: "".join(_environments())),
        ("processes", _see_processes),
        ("capabilities", _effective_capabilities),
        ("write", _write_outside),
    ]
    sys.stdout.write(json.dumps([_attempt(name, attempt) for name, attempt in attempts]))


@contextlib.contextmanager
def _canary(fallback: Path) -> Iterator[Path]:
    """A file in the home folder, or beside the scratch folder if the home cannot be written."""
    try:
        file = tempfile.NamedTemporaryFile("w", prefix=".gotgan-probe-", dir=Path.home(), delete=True)  # noqa: SIM115
    except (OSError, RuntimeError):
        file = tempfile.NamedTemporaryFile("w", prefix="canary-", dir=fallback, delete=True)  # noqa: SIM115
    with file:
        file.write("canary")
        file.flush()
        yield Path(file.name)


def _attempt(name: str, attempt: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        gained = attempt()
    except OSError as error:
        return name, True, type(error).__name__
    return name, not gained, "" if not gained else "됨"


def _connect(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=3):
        return "connected"


def _environments() -> list[str]:
    found: list[str] = []
    for process in _other_processes():
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{process}/environ").read_text(errors="replace"))
    return found


def _see_processes() -> str:
    # the sandbox's init can be seen, and nobody else
    return ",".join(str(process) for process in _other_processes() if process != 1)


def _other_processes() -> list[int]:
    return [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and int(entry.name) != os.getpid()
    ]


def _effective_capabilities() -> str:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("CapEff"))
    return line.split()[1].strip("0")


def _write_outside() -> str:
    folders = ("/", "/dev", "/usr", sys.prefix, str(Path(__file__).parent))
    return ",".join(folder for folder in folders if os.access(folder, os.W_OK))
