"""Dagster's instance of a home: made by one process at a time, however many open it at once."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.instance import prepare_instance
from pipelines.settings import Settings
from warehouse.layout import Home, project_folder
from warehouse.lock import waiting_lock

PROCESSES = 4
SECONDS = 240
OPEN = """
import sys
from pathlib import Path
from pipelines.instance import prepare_instance
from pipelines.settings import Settings
print("ready", flush=True)
sys.stdin.readline()
prepare_instance(Settings(Path(sys.argv[1])))
import dagster as dg
with dg.DagsterInstance.get() as instance:
    print(instance.get_runs_count())
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    # What prepare_instance sets is taken back after the test.
    for name in ("DAGSTER_HOME", "GOTGAN_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")
    return Home(tmp_path / "home")


def versions(home: Home) -> dict[str, int]:
    """How many versions of its schema each of Dagster's databases says that it has."""
    counted = {}
    for file in sorted(home.dagster_folder.rglob("*.db")):
        with closing(sqlite3.connect(file)) as database:
            counted[file.name] = database.execute("SELECT count(*) FROM alembic_version").fetchone()[0]
    return counted


def test_the_databases_are_there_before_anybody_else_opens_them(home: Home) -> None:
    prepare_instance(Settings(home.root))
    assert versions(home) == {"index.db": 1, "runs.db": 1, "schedules.db": 1}
    assert home.dagster_settings_file.read_bytes() == (project_folder() / "dagster.yaml").read_bytes()
    assert os.environ["DAGSTER_HOME"] == str(home.dagster_folder)


def test_it_waits_while_another_process_makes_them(home: Home) -> None:
    waiting = threading.Thread(target=prepare_instance, args=(Settings(home.root),), daemon=True)
    with waiting_lock(home.dagster_lock_file):
        waiting.start()
        time.sleep(1)
        assert waiting.is_alive()
        assert not list(home.dagster_folder.rglob("*.db"))
    waiting.join(timeout=SECONDS)
    assert not waiting.is_alive()
    assert versions(home) == {"index.db": 1, "runs.db": 1, "schedules.db": 1}


@pytest.mark.long
def test_processes_that_start_together_on_a_new_home_all_open_it(home: Home) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(home.root)],
            cwd=project_folder(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        said, errors = process.communicate(timeout=SECONDS)
        assert (process.returncode, said) == (0, "0\n"), errors
    assert set(versions(home).values()) == {1}
