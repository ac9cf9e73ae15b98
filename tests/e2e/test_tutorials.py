"""The tutorials work as they are written: every command of a page, in its order, in one shell, as a newcomer types it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TUTORIALS = sorted((PROJECT / "docs").glob("tutorial-*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```\n(?:\n<!-- shows: (.*?) -->)?", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Step:
    """A block of commands with words that what it prints must hold."""

    commands: str
    shows: tuple[str, ...]


def steps(page: Path) -> Iterator[Step]:
    for language, block, shows in BLOCK.findall(page.read_text("utf-8")):
        if language == "sh":
            yield Step(block, tuple(word.strip() for word in shows.split("|") if word.strip()))


class Shell:
    """One shell in a newcomer's folder, so that what a block exports is there for the next."""

    def __init__(self, folder: Path, owner_command: list[str]) -> None:
        self._folder = folder
        environment = os.environ | {"LANG": "ko_KR.UTF-8", "COLUMNS": "200"}
        for name in [name for name in environment if name.startswith("GOTGAN_")]:
            del environment[name]
        self._process = subprocess.Popen(
            # as an ordinary account: root would see into the folder that nobody may list
            [*owner_command, "bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, commands: str) -> tuple[int, str]:
        """Type a block in; returns the status of its last command that failed, 0 if none did, and what it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        end = f"end-{time.monotonic_ns()}"
        self._process.stdin.write(f"trap 'failed=$?' ERR\nfailed=0\n{commands}\necho {end} $failed\n")
        self._process.stdin.flush()
        printed = []
        for line in self._process.stdout:
            if line.startswith(end):
                return int(line.split()[1]), "".join(printed)
            printed.append(line)
        raise AssertionError("the shell ended:\n" + "".join(printed))

    def close(self) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()


def answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Whether Dagster's pages come up, within ten minutes and before the server ends."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with direct.open(f"http://127.0.0.1:{port}/server_info", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.5)
    return False


def free_port(written: int) -> int:
    """The port that the page names; another one if somebody on this machine has it."""
    for port in (written, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return probe.getsockname()[1]
    raise AssertionError("no free port")


def open_ui(folder: Path, command: str) -> bool:
    """Start `gotgan ui` as it is written, look whether its pages come up, and end it as Ctrl-C does."""
    words = command.split()
    place = words.index("--port") + 1
    port = free_port(int(words[place]))
    words[place] = str(port)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "GOTGAN_HOME": str(folder / ".gotgan"),
    }
    with subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:
        try:
            return answers(port, server)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGINT)
            try:
                server.wait(240)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a newcomer has cloned: the project's files as git knows them, with an environment that is set up already."""
    folder = tmp_path_factory.mktemp("clone") / "gotgan"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            # with their times, so that make takes the environment for set up exactly if it is
            shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_every_command_of_a_tutorial_does_what_the_page_says(page: Path, clone: Path, owner_command: list[str]) -> None:
    shell = Shell(clone, owner_command)
    try:
        told = list(steps(page))
        assert len(told) >= 8
        for step in told:
            if "gotgan ui" in step.commands:
                assert open_ui(clone, step.commands.strip()), step.commands
                continue
            status, printed = shell.run(step.commands)
            assert status == 0, f"{step.commands}\n{printed}"
            assert "Traceback" not in printed, printed
            missing = [word for word in step.shows if word not in printed]
            assert missing == [], f"{step.commands}\n{printed}"
    finally:
        shell.close()
