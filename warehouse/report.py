"""The run report: what a night did, in numbers that add up. One JSON file a run, also for a night without news.

Every field that was added after the first reports has a default, so that old reports still load; a default means
"not known", never "none".
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from warehouse.durability import replace_file
from warehouse.layout import Home

SUCCESSES = frozenset({"published", "unchanged"})
"""The outcomes after which what is public is as fresh as the sources."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FileCounts(_Part):
    """Files on the sources by outcome; `seen` is their sum."""

    seen: int = 0
    kept: int = 0
    unchanged: int = 0
    skipped: int = 0
    quarantined: int = 0


class ReasonCount(_Part):
    """Files in quarantine for one reason of `schemas.outcome`."""

    reason: str
    n: int


class SkipCount(_Part):
    """Files skipped by one rule of `schemas.outcome`."""

    rule: str
    n: int


class ReviewCount(_Part):
    """Open questions of one kind that only a person can answer."""

    kind: str
    n: int


class SourceReport(_Part):
    """One source in one run. `last_complete_at` is when its last complete walk ended, this run's included (ISO 8601)."""

    name: str
    state: str
    detail: str | None = None
    seen: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    deleted: int = 0
    kind: str | None = None
    last_complete_at: str | None = None


class StepReport(_Part):
    """One step of a run: inputs worked on and removed, how long it took, and the CPU time of it and its workers."""

    name: str
    added: int
    removed: int
    seconds: float
    cpu_seconds: float | None = None


class SlowFile(_Part):
    """A content that took long to read: one of its places, with the path as it is shown (masked), and wall seconds."""

    source: str
    path: str
    format: str | None = None
    size_bytes: int | None = None
    seconds: float


class CheckReport(_Part):
    """A check before the publication: whether it passed, why in words, and whether a failure blocks the night."""

    name: str
    passed: bool
    description: str
    is_blocking: bool = True


class HomeBytes(_Part):
    """Bytes on disk by part of the home."""

    lake: int = 0
    vectors: int = 0
    blobs: int = 0
    serving: int = 0

    @property
    def total(self) -> int:
        """All parts together."""
        return self.lake + self.vectors + self.blobs + self.serving


class Growth(_Part):
    """What is held at the end of the run: rows at the lake's head, bytes of the originals, bytes on disk."""

    n_contents: int = 0
    n_elements: int = 0
    n_passages: int = 0
    original_bytes: int = 0
    home_bytes: HomeBytes = HomeBytes()


class RunReport(_Part):
    """What `gotgan report --json` prints.

    `outcome` is `published` (something new is public), `unchanged` (nothing was new), `partial` (only some steps were
    run, nothing was published), or `failed` (the last publication stays). `counts` are files on the shares, members
    apart; `parsed` and `embedded` are what this run had to do. `quarantine` and `skips` are all such files, `reasons_new`
    the quarantine that this run met for the first time. Instants are ISO 8601 with a zone.
    """

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
    quarantine: list[ReasonCount]
    sandbox: str | None = None
    failure: str | None = None
    reasons_new: list[ReasonCount] = []
    skips: list[SkipCount] = []
    slowest: list[SlowFile] = []
    checks: list[CheckReport] = []
    reviews_open: list[ReviewCount] = []
    growth: Growth | None = None
    free_bytes: int | None = None
    masked: int | None = None
    """Identifiers that were masked in what this run read."""
    dagster_run_id: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether what is public is as fresh as the sources were."""
        return self.outcome in SUCCESSES


def write_report(home: Home, report: RunReport) -> None:
    """Write the run's report file."""
    home.run_folder.mkdir(parents=True, exist_ok=True)
    replace_file(home.report_file(report.run_id), report.model_dump_json(indent=2).encode())


def latest_report(home: Home) -> RunReport | None:
    """The newest run's report that can be read, or None before the first run."""
    found = history(home, limit=1).reports
    return found[0] if found else None


def report_of(home: Home, run_id: str) -> RunReport:
    """The report of one run.

    Raises:
        FileNotFoundError: there is no such run.
        ValueError: `run_id` cannot be a run's, or its report cannot be read.
    """
    return RunReport.model_validate_json(home.report_file(run_id).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class History:
    """The last runs' reports, oldest first, and the names of report files that could not be read."""

    reports: list[RunReport]
    unreadable: list[str]


def history(home: Home, limit: int, until: str | None = None) -> History:
    """The last `limit` readable reports, up to and with the run `until` if it is given.

    Never fails: a report that is torn, foreign or of a newer version is only named.
    """
    unreadable: list[str] = []
    reports = list(itertools.islice(_newest_first(home, unreadable, until), limit))
    return History(reports[::-1], unreadable)


def last_success(home: Home) -> RunReport | None:
    """The newest report after which what is public was as fresh as the sources, or None."""
    return next((report for report in _newest_first(home, []) if report.is_success), None)


def _newest_first(home: Home, unreadable: list[str], until: str | None = None) -> Iterator[RunReport]:
    for path in sorted(_report_files(home), key=lambda path: path.stem, reverse=True):
        if until is not None and path.stem > until:
            continue
        try:
            yield RunReport.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            unreadable.append(path.name)


def _report_files(home: Home) -> list[Path]:
    """The reports alone: pages of a run, and half-written files, whose names begin with a dot, lie beside them."""
    try:
        return [path for path in home.run_folder.iterdir() if path.suffix == ".json" and path.name[0] != "."]
    except OSError:
        return []
