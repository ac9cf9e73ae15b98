"""The night comes by itself: the daemon's schedule launches it, it succeeds, and a publication is there."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg
import pytest

from pipelines.instance import prepare_instance
from pipelines.settings import Settings
from warehouse.layout import project_folder
from warehouse.publication import read_current
from warehouse.report import latest_report

DAEMON = Path(sys.executable).with_name("dagster-daemon")
MAX_SECONDS = 1_800
STOP_SECONDS = 300
SCHEDULE_TAG = "dagster/schedule_name"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with a source of two files, whose night is due every minute."""
    share = tmp_path / "share"
    share.mkdir()
    (share / "안내.txt").write_text("2027년도 예산요구서는 5월 31일까지 낸다.\n", "utf-8")
    (share / "회의.md").write_text("# 회의 결과\n\n세입 전망을 다시 보기로 했다.\n", "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "gotgan.toml").write_text(
        f"""
[schedule]
cron = "* * * * *"

[limits]
workers = 1

[[source]]
name = "작은_공유"
path = "{share}"
access = ["group:all"]

[[principal]]
name = "kim"
""",
        "utf-8",
    )
    # What prepare_instance sets is taken back after the test.
    for name in ("DAGSTER_HOME", "GOTGAN_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")
    made = Settings(home)
    prepare_instance(made)
    return made


@pytest.fixture
def daemon(settings: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon as an operator starts it; killed at the end with all that it has started."""
    if not DAEMON.exists():
        pytest.skip(f"dagster-daemon is not at {DAEMON}: the schedule was NOT tested")
    command = [DAEMON, "run", "-w", project_folder() / "workspace.yaml"]
    with (tmp_path / "daemon.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        yield started
    finally:
        # with its code server and the nights that came after the first
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def wait_for_scheduled_run(instance: dg.DagsterInstance, daemon: subprocess.Popen[bytes]) -> dg.DagsterRun | None:
    """The first run that the schedule launched, when it has ended; None if none has in the time."""
    filters = dg.RunsFilter(tags={SCHEDULE_TAG: "nightly_schedule"})
    deadline = time.monotonic() + MAX_SECONDS
    while time.monotonic() < deadline and daemon.poll() is None:
        launched = instance.get_runs(filters)
        if launched and launched[-1].is_finished:
            return launched[-1]
        time.sleep(1)
    return None


@pytest.mark.long
def test_the_schedule_launches_a_night_that_publishes(
    settings: Settings, daemon: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    log = tmp_path / "daemon.log"
    with dg.DagsterInstance.get() as instance:
        assert Path(instance.root_directory) == settings.home.dagster_folder
        run = wait_for_scheduled_run(instance, daemon)
        assert run is not None, log.read_text("utf-8")
        assert run.job_name == "nightly"
        failures = [
            entry.dagster_event.event_specific_data
            for entry in instance.all_logs(run.run_id)
            if entry.dagster_event is not None and entry.dagster_event.is_failure
        ]
        assert run.status is dg.DagsterRunStatus.SUCCESS, f"{failures}\n{log.read_text('utf-8')}"

    report = latest_report(settings.home)
    assert report is not None
    assert report.outcome in ("published", "unchanged")
    assert (report.counts.seen, report.counts.quarantined) == (2, 0)
    current = read_current(settings.home)
    assert settings.home.manifest_file(current.publication_id).is_file()
    assert settings.home.serving_file(current.publication_id).is_file()

    daemon.send_signal(signal.SIGTERM)
    daemon.wait(timeout=STOP_SECONDS)
