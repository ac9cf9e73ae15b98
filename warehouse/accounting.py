"""What a night leaves behind about itself: its rows in the lake, and its report. Reads the lake's head, decides nothing."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemas.arrow import to_table
from schemas.records.run import Run
from schemas.records.walk import WalkRecord
from warehouse import outcomes, review
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.layout import Home
from warehouse.placements import WalkResult
from warehouse.report import (
    Growth,
    HomeBytes,
    ReasonCount,
    ReviewCount,
    RunReport,
    SkipCount,
    SourceReport,
)

# The states of a walk in which every folder was listed; a held deletion is a matter of what was seen, not of looking.
_LISTED_WHOLE = ("complete", "held")


def insert_run(lake: Lake, run: Run, walks: Iterable[WalkResult], now: datetime) -> None:
    """Insert a run's own rows; call inside `Lake.commit`."""
    rows = [
        WalkRecord(
            run_id=run.run_id,
            source_name=walk.source_name,
            state=walk.state,
            detail=walk.detail,
            n_seen=walk.n_seen,
            n_new=walk.n_new,
            n_changed=walk.n_changed,
            n_moved=walk.n_moved,
            n_missing=walk.n_missing,
            n_deleted=walk.n_deleted,
            walked_at=now,
        )
        for walk in walks
    ]
    lake.insert(Run, to_table(Run, [run]))
    lake.insert(WalkRecord, to_table(WalkRecord, rows))


@dataclass(frozen=True)
class Accounts:
    """The parts of a report that are read off the lake and the home when the night ends."""

    lake: Lake
    home: Home
    clock: Clock
    started_at: datetime

    def quarantine(self) -> list[ReasonCount]:
        """Files in quarantine by reason."""
        return [ReasonCount.model_validate(row) for row in outcomes.quarantine_by_reason(self.lake)]

    def new_reasons(self) -> list[ReasonCount]:
        """Files that this run quarantined for the first time, by reason."""
        rows = self.lake.rows(
            f"""SELECT reason, count(*) AS n FROM {CATALOG}.ops.quarantine
                WHERE first_seen_at >= $started AND member_path IS NULL GROUP BY 1 ORDER BY n DESC, reason""",
            {"started": self.started_at},
        )
        return [ReasonCount.model_validate(row) for row in rows]

    def skips(self) -> list[SkipCount]:
        """Files skipped, by rule."""
        rows = self.lake.rows(
            f"""SELECT reason AS rule, count(*) AS n FROM ({outcomes.placement_outcomes()})
                WHERE outcome = 'skipped' AND missing_since_at IS NULL GROUP BY 1 ORDER BY n DESC, rule"""
        )
        return [SkipCount.model_validate(row) for row in rows]

    def reviews(self) -> list[ReviewCount]:
        """Questions that nobody has answered yet, by kind."""
        return [ReviewCount.model_validate(row) for row in review.count_open(self.lake)]

    def masked(self) -> int:
        """Identifiers masked in what this run read."""
        statement = f"SELECT coalesce(sum(n_masked), 0) FROM {CATALOG}.core.reading WHERE read_at >= $started"
        return int(self.lake.value(statement, {"started": self.started_at}))

    def sources(self, walks: Iterable[WalkResult]) -> list[SourceReport]:
        """Each source as it was found, and when it was last listed whole."""
        rows = self.lake.rows(
            f"""SELECT source_name, max(walked_at) AS walked_at FROM {CATALOG}.ops.walk
                WHERE list_contains($states, state) GROUP BY 1""",
            {"states": list(_LISTED_WHOLE)},
        )
        before = {row["source_name"]: row["walked_at"] for row in rows}
        found = []
        for walk in walks:
            last = self.clock.now() if walk.state in _LISTED_WHOLE else before.get(walk.source_name)
            found.append(
                SourceReport(
                    name=walk.source_name,
                    kind=walk.kind,
                    state=walk.state,
                    detail=walk.detail,
                    seen=walk.n_seen,
                    new=walk.n_new,
                    changed=walk.n_changed,
                    moved=walk.n_moved,
                    missing=walk.n_missing,
                    deleted=walk.n_deleted,
                    last_complete_at=last.isoformat() if last else None,
                )
            )
        return found

    def growth(self, n_passages: int, last: RunReport | None, *, is_changed: bool) -> Growth:
        """What is held now; of a night that changed nothing what the one before it held, without walking the home."""
        if last is not None and last.growth is not None and not is_changed:
            return last.growth
        row = self.lake.rows(
            f"""SELECT count(*) AS n_contents, coalesce(sum(n_elements), 0)::BIGINT AS n_elements,
                       coalesce(sum(size_bytes), 0)::BIGINT AS original_bytes
                FROM {CATALOG}.core.reading WHERE outcome = 'kept'"""
        )[0]
        home_bytes = HomeBytes(
            lake=_size_of(self.home.lake_folder),
            vectors=_size_of(self.home.vector_folder),
            blobs=_size_of(self.home.blob_folder),
            serving=_size_of(self.home.serving_folder),
        )
        return Growth(**row, n_passages=n_passages, home_bytes=home_bytes)

    def free_bytes(self) -> int:
        """Room left where the home lies."""
        return shutil.disk_usage(self.home.root).free


def _size_of(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            # A file of the lake may go between the listing and the look.
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - a Path a file costs more than the look
            except FileNotFoundError:
                continue
    return total


def completed(report: RunReport, accounts: Accounts, walks: Iterable[WalkResult], last: RunReport | None) -> RunReport:
    """A report completed by what the lake and the home say at the end of the night."""
    is_changed = any(step.added or step.removed for step in report.steps)
    return report.model_copy(
        update={
            "sources": accounts.sources(walks),
            "quarantine": accounts.quarantine(),
            "reasons_new": accounts.new_reasons(),
            "skips": accounts.skips(),
            "reviews_open": accounts.reviews(),
            "growth": accounts.growth(report.passages, last, is_changed=is_changed),
            "free_bytes": accounts.free_bytes(),
            "masked": accounts.masked(),
        }
    )
