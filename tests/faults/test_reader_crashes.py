"""Readers that crash natively in a night: each costs its own file a row of the quarantine, and the night goes on."""

import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import pipelines.ports
from connectors.isolation import SandboxedReader, sandbox
from pipelines.ports import night_opener, no_progress
from pipelines.settings import Settings
from warehouse.lake import CATALOG

HOSTILE = Path(__file__).parents[1] / "connectors" / "hostile"
CRASHES = ("crash", "abort", "crash-zygote", "kill-zygote")
HEALTHY = [f"neighbour {number}" for number in range(6)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with a share of files that kill their readers, and of healthy ones."""
    share, home = tmp_path / "share", tmp_path / "home"
    share.mkdir()
    home.mkdir()
    for text in (*CRASHES, *HEALTHY):
        (share / f"{text}.txt").write_text(text, encoding="utf-8")
    (home / "gotgan.toml").write_text(
        f'[limits]\nworkers = 2\n\n[[source]]\nname = "공유"\nkind = "folder"\npath = "{share}"\n'
        'access = ["group:all"]\n',
        encoding="utf-8",
    )
    return Settings(home)


def crash_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first worker of the night crash before it is ready."""
    real, crashed = sandbox.worker_command, list[bool]()

    def command(*arguments: Any, **options: Any) -> sandbox.Command:
        if not crashed:
            crashed.append(True)
            return sandbox.Command(["/bin/sh", "-c", f"ulimit -c 0; kill -{signal.SIGSEGV.value} $$"], {})
        return real(*arguments, **options)

    monkeypatch.setattr(sandbox, "worker_command", command)


def test_a_crash_costs_its_own_file_and_nothing_else(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = partial(SandboxedReader, read="hostile_reading:read_in_a_night", extra_paths=[HOSTILE])
    monkeypatch.setattr(pipelines.ports, "SandboxedReader", reader)
    crash_first(monkeypatch)
    with night_opener(settings, no_progress)() as night:
        for source in settings.sources():
            night.receive(source)
        night.read()
        quarantined = night.lake.rows(
            f"""SELECT p.path, q.reason FROM {CATALOG}.ops.quarantine q JOIN {CATALOG}.raw.placement p USING (content_id)"""
        )
        read = night.lake.rows(f"SELECT DISTINCT text FROM {CATALOG}.core.element ORDER BY text")
    assert {row["path"]: row["reason"] for row in quarantined} == {f"{name}.txt": "reader_crashed" for name in CRASHES}
    assert [row["text"] for row in read] == [f"read {name}" for name in HEALTHY]
