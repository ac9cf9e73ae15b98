"""The run report: what a night did, in numbers that add up. One JSON file a run, also for a night without news."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from warehouse.durability import replace_file
from warehouse.layout import Home


class FileCounts(BaseModel):
    """Files on the sources by outcome; `seen` is their sum."""

    model_config = ConfigDict(extra="forbid")

    seen: int = 0
    kept: int = 0
    unchanged: int = 0
    skipped: int = 0
    quarantined: int = 0


class SourceReport(BaseModel):
    """One source in one run."""

    model_config = ConfigDict(extra="forbid")

    name: str
    state: str
    detail: str | None = None
    seen: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    deleted: int = 0


class StepReport(BaseModel):
    """One step of a run: inputs worked on and removed, and how long it took."""

    model_config = ConfigDict(extra="forbid")

    name: str
    added: int
    removed: int
    seconds: float


class RunReport(BaseModel):
    """What `gotgan report --json` prints.

    `outcome` is `published` (something new is public), `unchanged` (nothing was new), or `failed` (the last publication
    stays). `counts` are files on the shares, members apart; `parsed` and `embedded` are what this run had to do.
    """

    model_config = ConfigDict(extra="forbid")

    run_id: str
    outcome: str
    publication: str | None
    started_at: str
    ended_at: str
    seconds: float
    cpu_seconds: float
    peak_mb: float
    counts: FileCounts
    members: int
    parsed: int
    embedded: int
    passages: int
    sources: list[SourceReport]
    steps: list[StepReport]
    quarantine: list[dict[str, Any]]
    sandbox: str | None = None
    failure: str | None = None


def write_report(home: Home, report: RunReport) -> None:
    """Write the run's report file."""
    home.run_folder.mkdir(parents=True, exist_ok=True)
    replace_file(home.report_file(report.run_id), report.model_dump_json(indent=2).encode())


def latest_report(home: Home) -> RunReport | None:
    """The newest run's report, or None before the first run."""
    files = sorted(home.run_folder.glob("*.json")) if home.run_folder.is_dir() else []
    return RunReport.model_validate(json.loads(files[-1].read_text(encoding="utf-8"))) if files else None


def report_of(home: Home, run_id: str) -> RunReport:
    """The report of one run.

    Raises:
        FileNotFoundError: there is no such run.
    """
    return RunReport.model_validate_json(home.report_file(run_id).read_text(encoding="utf-8"))
