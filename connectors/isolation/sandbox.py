"""The command line that a worker is started with, in bubblewrap or without, and which of the two this machine allows."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import connectors
import schemas
from connectors.limits import Limits

BUBBLEWRAP, PROCESS = "bubblewrap", "process"
LEVELS = ("auto", BUBBLEWRAP, PROCESS)

_NOBODY = "65534"
_SYSTEM_FOLDERS = ("/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
_TRIAL_SECONDS = 20
_PYTHON_OPTIONS = ("-s", "-P", "-B")
_BOOTSTRAP = "import sys; sys.path[:0] = {roots!r}; from {module} import main; main({argument!r})"
# Where programs for documents keep what they need besides themselves: fonts, filters, their configuration.
_TOOL_FOLDERS = ("/etc/fonts", "/etc/libreoffice", "/etc/alternatives", "/var/cache/fontconfig")
_SANDBOX_SCRATCH = "/tmp"  # noqa: S108 - the sandbox's own
# the order of a set must not differ from run to run, and threads do not survive a fork
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Command:
    """What to start a worker with: arguments, environment and working folder."""

    arguments: list[str]
    environment: dict[str, str]


class SandboxUnavailable(RuntimeError):
    """The configured level of isolation cannot be had on this machine."""


def choose_level(level: str) -> tuple[str, str | None]:
    """The level to use, and why it is not bubblewrap if `auto` had to do without.

    Raises:
        ValueError: no such level.
        SandboxUnavailable: bubblewrap is asked for and does not work.
    """
    if level not in LEVELS:
        raise ValueError(f"{level!r} is no level of isolation; choose one of {', '.join(LEVELS)}")
    if level == PROCESS:
        return PROCESS, None
    problem = bubblewrap_problem()
    if problem is None:
        return BUBBLEWRAP, None
    if level == BUBBLEWRAP:
        raise SandboxUnavailable(
            f"bubblewrap 격리를 쓸 수 없습니다: {problem} (bubblewrap을 설치하고 사용자 네임스페이스를 허용하거나, "
            'sandbox = "process"로 낮추십시오. The configured sandbox is not usable.)'
        )
    return PROCESS, problem


@cache
def bubblewrap_problem() -> str | None:
    """Why bubblewrap does not work here, or None if it does; tried once, with a command that does nothing."""
    if shutil.which("bwrap") is None:
        return "bwrap 명령이 없음"
    command = [*bubblewrap_arguments((), Limits()), sys.executable, *_PYTHON_OPTIONS, "-c", "pass"]
    try:
        trial = subprocess.run(
            command, env={}, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TRIAL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{type(error).__name__}: {error}"
    if trial.returncode == 0:
        return None
    return trial.stderr.decode("utf-8", "replace").strip()[:300] or f"종료 코드 {trial.returncode}"


def worker_command(
    level: str,
    module: str,
    configuration: dict[str, object],
    extra_paths: Sequence[Path],
    limits: Limits,
    scratch: Path,
    programs: Sequence[str] = (),
) -> Command:
    """The command that runs `main` of `module` with the configuration as JSON.

    Args:
        level: `bubblewrap` or `process`.
        module: import path of the program.
        configuration: handed over as its only argument.
        extra_paths: folders to import from besides the project's own packages.
        limits: for the room of temporary files.
        scratch: folder for temporary files of a worker that has none of its own.
        programs: paths of the programs that it may start; with any, it sees what those need.
    """
    roots = [str(root) for root in (*_project_roots(), *extra_paths)]
    program = _BOOTSTRAP.format(roots=roots, module=module, argument=json.dumps(configuration))
    python = [sys.executable, *_PYTHON_OPTIONS, "-c", program]
    if level == PROCESS:
        return Command(python, _environment(str(scratch)))
    return Command([*bubblewrap_arguments(extra_paths, limits, programs), *python], {})


def bubblewrap_arguments(extra_paths: Sequence[Path], limits: Limits, programs: Sequence[str] = ()) -> list[str]:
    """`bwrap` with no network, no capability, no view of anything but programs, libraries and our own packages."""
    arguments = [
        shutil.which("bwrap") or "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        *(word for pair in _environment(_SANDBOX_SCRATCH).items() for word in ("--setenv", *pair)),
        "--cap-drop", "ALL",
        "--uid", _NOBODY,
        "--gid", _NOBODY,
        "--ro-bind", "/usr", "/usr",
    ]  # fmt: skip
    for folder in map(Path, _SYSTEM_FOLDERS):
        if folder.is_symlink():
            arguments += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.is_dir():
            arguments += ["--ro-bind", str(folder), str(folder)]
    arguments += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    # before the folders: a checkout below /tmp would be hidden by what is mounted over it
    arguments += ["--size", str(limits.scratch_mb << 20), "--tmpfs", _SANDBOX_SCRATCH]
    for folder in _bound_folders(extra_paths):
        arguments += ["--ro-bind", str(folder), str(folder)]
    for folder in _tool_folders(programs):
        arguments += ["--ro-bind-try", str(folder), str(folder)]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    # what is left of the new root and of /dev would be room in memory without a limit
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", _SANDBOX_SCRATCH, "--"]
    return arguments


def _tool_folders(programs: Sequence[str]) -> list[Path]:
    """What programs need to see: nothing without any, and below /opt the folder that one is installed in."""
    if not programs:
        return []
    places = [Path(program).resolve() for program in programs]
    outside = [Path(*place.parts[:3]) for place in places if place.parts[1:2] == ("opt",)]
    return [*map(Path, _TOOL_FOLDERS), *dict.fromkeys(outside)]


def scratch_of(level: str, scratch: Path) -> Path:
    """The folder for temporary files as a worker of this level sees it."""
    return scratch if level == PROCESS else Path(_SANDBOX_SCRATCH)


def _environment(scratch: str) -> dict[str, str]:
    return {**_ENVIRONMENT, "HOME": scratch, "TMPDIR": scratch}


def _bound_folders(extra_paths: Sequence[Path]) -> list[Path]:
    wanted = [
        Path(sys.prefix),
        Path(sys.base_prefix),
        *(Path(folder) for package in (connectors, schemas) for folder in package.__path__),
        *extra_paths,
    ]
    bound: list[Path] = [Path("/usr")]
    for folder in wanted:
        if not any(folder.is_relative_to(outer) for outer in bound):
            bound.append(folder)
    return bound[1:]


def _project_roots() -> list[Path]:
    parents = (Path(folder).parent for package in (connectors, schemas) for folder in package.__path__)
    return list(dict.fromkeys(parents))
