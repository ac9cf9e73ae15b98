"""`gotgan status`: facts as they stand now, and the exit status that a timer watches."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli import overview
from pipelines.cli.overview import observe, who_writes
from pipelines.settings import Settings
from warehouse.layout import Home
from warehouse.lock import WriterBusy, writer_lock
from warehouse.publication import Current
from warehouse.report import ReviewCount, write_report

_SETTINGS = """
[[source]]
name = "예산총괄과"
kind = "folder"
path = "/srv/share"
access = ["group:all"]

[[source]]
name = "새 소스"
kind = "folder"
path = "/srv/other"
access = ["group:all"]
"""


@pytest.fixture
def home(tmp_path) -> Home:
    (tmp_path / "gotgan.toml").write_text(_SETTINGS, encoding="utf-8")
    return Home(tmp_path)


@pytest.fixture
def ask(home):
    app = typer.Typer()
    app.command()(overview.status)

    def run(*words: str, status: int = 0) -> str:
        done = CliRunner().invoke(app, [*words, "--home", str(home.root)], env={"LANG": "ko_KR.UTF-8"})
        assert done.exit_code == status, done.output
        return done.stdout

    return run


def _now(hours_ago: float = 0) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours_ago)


def test_a_home_without_a_run(ask):
    found = json.loads(ask("--json"))
    assert (found["publication"], found["last_run"], found["last_success"]) == (None, None, None)
    assert found["is_late"] is True
    assert [(source["name"], source["state"]) for source in found["sources"]] == [
        ("예산총괄과", "not_walked"),
        ("새 소스", "not_walked"),
    ]
    assert "아직 없음" in ask()
    ask("--check", status=1)


def test_a_fresh_success(ask, home, make_report):
    write_report(home, make_report(1, at=_now(5), reviews_open=[ReviewCount(kind="quarantine", n=3)]))
    found = json.loads(ask("--check", "--json"))
    assert found["is_late"] is False
    assert found["last_run"]["hours"] == pytest.approx(5, abs=0.1)
    assert (found["quarantined"], found["reviews_open"]) == (13, 3)
    assert found["sources"][0]["state"] == "complete"
    assert found["sources"][1] == {
        "name": "새 소스",
        "kind": "folder",
        "state": "not_walked",
        "last_complete_at": None,
        "hours": None,
        "is_late": True,
    }
    text = ask()
    assert "5시간 전" in text
    assert "도는 실행 없음" in text


def test_a_failure_after_a_success_is_late_only_when_the_success_is_old(ask, home, make_report):
    write_report(home, make_report(1, at=_now(25)))
    write_report(home, make_report(2, at=_now(1), outcome="failed", failure="core/reading: OSError"))
    found = json.loads(ask("--check", "--json"))
    assert (found["last_run"]["outcome"], found["last_success"]["outcome"]) == ("failed", "published")


def test_failing_every_night_is_found_although_it_runs_every_night(ask, home, make_report):
    write_report(home, make_report(1, at=_now(27)))
    for number in range(2, 5):
        write_report(home, make_report(number, at=_now(5 - number), outcome="failed"))
    assert "늦음" in ask()
    ask("--check", status=1)


def test_a_success_from_the_future_proves_nothing(ask, home, make_report):
    write_report(home, make_report(1, at=_now(-48)))
    ask("--check", status=1)


def test_settings_that_cannot_be_used_do_not_pass_for_well(home):
    home.settings_file.write_text("[[source]\n", encoding="utf-8")
    command = [sys.executable, "-c", "from pipelines.cli import overview; import typer; typer.run(overview.status)"]
    done = subprocess.run([*command, "--check", "--home", str(home.root)], capture_output=True, text=True, timeout=240)
    assert done.returncode != 0


def test_what_is_public_is_told_with_its_age(home):
    publication_id = f"p{_now(7):%Y%m%dT%H%M%SZ}0a1b2c"
    current = Current(
        publication_id=publication_id, snapshot_id=3, vector_table=None, vector_version=None, serving_digest="0"
    )
    home.current_file.write_text(current.model_dump_json())
    publication = observe(Settings(home.root), _now())["publication"]
    assert publication["publication_id"] == publication_id
    assert publication["hours"] == pytest.approx(7, abs=0.1)


def test_the_next_run_is_told(home):
    found = observe(Settings(home.root), datetime(2026, 11, 25, 3, 0, tzinfo=UTC))
    assert found["next_run_at"] == "2026-11-26T02:00:00+09:00"


def test_a_run_in_progress_is_seen_and_not_disturbed(ask, home):
    assert who_writes(home).is_running is False
    with writer_lock(home.lock_file):
        seen = who_writes(home)
        assert (seen.is_running, seen.pid) == (True, os.getpid())
        assert f"pid {os.getpid()}" in ask()
        with pytest.raises(WriterBusy), writer_lock(home.lock_file):
            pass
    assert who_writes(home).is_running is False
    # Looking has left nothing behind that would keep a writer out.
    with writer_lock(home.lock_file):
        pass


def test_looking_makes_no_file(home):
    before = sorted(path.name for path in home.root.iterdir())
    observe(Settings(home.root), _now())
    assert sorted(path.name for path in home.root.iterdir()) == before


def test_a_folder_that_is_not_there_yet_still_has_a_status(tmp_path):
    found = observe(Settings(tmp_path / "nowhere" / "home"), _now())
    assert found["free_bytes"] > 0
    assert found["sources"] == []


def test_it_needs_no_heavy_part(home):
    code = (
        "import sys, resource\n"
        "from pathlib import Path\n"
        "from pipelines.cli import overview\n"
        f"overview.status(home=Path({str(home.root)!r}))\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "heavy = [name for name in ('dagster', 'lancedb', 'torch', 'polars') if name in sys.modules]\n"
        "print(heavy, round(used.ru_utime + used.ru_stime, 1), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=True, cwd=Path.cwd()
    )
    heavy, cpu_seconds = done.stderr.rsplit(" ", 1)
    assert heavy.endswith("[]")
    # Twice of what it takes on the slowest machine that it was tried on.
    assert float(cpu_seconds) < 4
