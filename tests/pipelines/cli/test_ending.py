"""How the command ends: with all said and all work done, and with a trace if native code crashes."""

import signal
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]

CRASH = """
import os, signal, sys
from pipelines import cli

def crash():
    # as Dagster does while a step works
    os.dup2(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), 2)
    os.kill(os.getpid(), signal.SIGSEGV)

cli.app = crash
cli.main()
"""

END = """
import atexit, sys, threading, time
from pathlib import Path
from pipelines import cli

def work():
    time.sleep(1)
    Path(sys.argv[1], "thread").write_text("done")

def end():
    atexit.register(Path(sys.argv[1], "exit").write_text, "done")
    threading.Thread(target=work).start()
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    sys.stdout.write("said")
    raise SystemExit(STATUS)

cli.app = end
cli.main()
"""


def ended(code: str, argument: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, str(argument)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=240)


def test_a_native_crash_leaves_its_trace_where_the_command_was_started(tmp_path: Path) -> None:
    done = ended(CRASH, tmp_path / "step.err")
    assert done.returncode == -signal.SIGSEGV
    assert "Segmentation fault" in done.stderr
    assert "in crash" in done.stderr
    assert (tmp_path / "step.err").read_text() == ""


def test_it_ends_when_all_is_said_and_done(tmp_path: Path) -> None:
    done = ended(END.replace("STATUS", "3"), tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (3, "said", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exit", "thread"]


def test_a_reason_is_said_and_is_a_failure(tmp_path: Path) -> None:
    done = ended(END.replace("STATUS", '"the reason"'), tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "said", "the reason\n")
