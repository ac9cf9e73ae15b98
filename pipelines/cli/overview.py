"""`gotgan status`: what is public, how the last night went, whether one is running, how fresh each source is."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, settings_of, words
from pipelines.cli.screen import source_lines
from pipelines.reporting.digest import LATE, Freshness, freshness
from pipelines.reporting.pages import TREND_RUNS
from pipelines.reporting.wording import (
    OUTCOMES,
    age_words,
    bytes_words,
    display_width,
    hours_between,
    instant,
    padded,
    short_minute,
)
from pipelines.settings import Settings
from pipelines.timetable import next_run
from warehouse.clock import Clock
from warehouse.layout import Home
from warehouse.publication import NothingPublished, read_current
from warehouse.report import RunReport, SourceReport, history, last_success

_LATE_HOURS = LATE / timedelta(hours=1)
# Clocks of two machines may differ a little; a success from farther ahead proves nothing about last night.
_EARLY_HOURS = -1.0


@dataclass(frozen=True, slots=True)
class Running:
    """Whether somebody holds the writer's lock, and the process that said so when it took it."""

    is_running: bool | None
    """None if the lock may not be looked at."""
    pid: int | None = None


def status(
    home: HomeOption = None,
    as_json: JsonOption = False,
    check: Annotated[
        bool, typer.Option("--check", help="마지막 성공이 26시간보다 오래되었으면 종료 상태 1 (감시용)")
    ] = False,
) -> None:
    """지금 무엇이 공개되어 있고 밤 작업이 제때 도는지 보인다."""
    settings = settings_of(home)
    found = observe(settings, Clock().now())
    if as_json:
        print_json(found)
    else:
        for line in _lines(found, _fresh_sources(settings, Clock().now())):
            typer.echo(line)
    if check and found["is_late"]:
        raise typer.Exit(
            fail(
                f"마지막 성공이 {_LATE_HOURS:.0f}시간 안에 없습니다: {settings.home.root}",
                f"no success within {_LATE_HOURS:.0f} hours: {settings.home.root}",
            )
        )


def observe(settings: Settings, at: datetime) -> dict[str, Any]:
    """What `gotgan status --json` prints: facts as of the instant `at`; hours are None where there was no such thing."""
    home = settings.home
    latest = next(iter(history(home, 1).reports), None)
    success = last_success(home)
    success_hours = _hours(success, at)
    running = who_writes(home)
    upcoming = next_run(settings.file.schedule, at)
    return {
        "home": str(home.root),
        "publication": _publication(home, at),
        "running": running.is_running,
        "running_pid": running.pid,
        "last_run": _run(latest, at),
        "last_success": _run(success, at),
        "is_late": success_hours is None or not _EARLY_HOURS <= success_hours <= _LATE_HOURS,
        "next_run_at": upcoming.isoformat() if upcoming else None,
        "sources": [
            {
                "name": source.name,
                "kind": source.kind,
                "state": source.state,
                "last_complete_at": source.last_complete.isoformat() if source.last_complete else None,
                "hours": _rounded(source.hours),
                "is_late": source.is_late,
            }
            for source in _fresh_sources(settings, at)
        ],
        "quarantined": latest.counts.quarantined if latest else None,
        "reviews_open": sum(row.n for row in latest.reviews_open) if latest else None,
        "free_bytes": shutil.disk_usage(nearest_folder(home.root)).free,
    }


def who_writes(home: Home) -> Running:
    """Whether a run is in progress, found out by asking for the lock as a reader and giving it back at once."""
    try:
        with home.lock_file.open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Running(True, _pid(file.read()))
            # Given back by closing the file.
    except FileNotFoundError:
        return Running(False)
    except PermissionError:
        return Running(None)
    return Running(False)


def _pid(text: str) -> int | None:
    try:
        pid = json.loads(text)["pid"]
    except (ValueError, KeyError, TypeError):
        return None
    return pid if isinstance(pid, int) else None


def nearest_folder(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    while not folder.exists():
        folder = folder.parent
    return folder


def _fresh_sources(settings: Settings, at: datetime) -> list[Freshness]:
    """The sources of `gotgan.toml` as the last runs found them; one that no run has met yet was never read."""
    runs = history(settings.home, TREND_RUNS).reports
    met = {source.name: source for source in freshness(runs[-1], runs[:-1], at)} if runs else {}
    found = []
    for source in settings.file.source:
        blank = SourceReport(name=source.name, kind=source.kind, state="not_walked")
        known = met.get(source.name) or Freshness(source.name, source.kind, "not_walked", blank, None, None)
        found.append(replace(known, kind=source.kind))
    return found


def _publication(home: Home, at: datetime) -> dict[str, Any] | None:
    try:
        publication_id = read_current(home).publication_id
    except NothingPublished:
        return None
    # `p20261125T021407Z…`: an id says itself when it was made.
    stamp = publication_id[1:17]
    try:
        made = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        made = None
    return {
        "publication_id": publication_id,
        "published_at": made.isoformat() if made else None,
        "hours": _rounded(hours_between(made, at)) if made else None,
    }


def _run(report: RunReport | None, at: datetime) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "run_id": report.run_id,
        "outcome": report.outcome,
        "ended_at": report.ended_at,
        "hours": _rounded(_hours(report, at)),
        "failure": report.failure,
    }


def _hours(report: RunReport | None, at: datetime) -> float | None:
    return hours_between(instant(report.ended_at), at) if report else None


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 2)


def _lines(found: dict[str, Any], sources: list[Freshness]) -> Iterator[str]:
    late = typer.style(words("늦음", "LATE"), fg=typer.colors.RED, bold=True)
    success = found["last_success"]
    upcoming = found["next_run_at"]
    rows = [
        (words("공개", "public"), _public_words(found["publication"])),
        (words("마지막 실행", "last run"), _run_words(found["last_run"])),
        (
            words("마지막 성공", "last success"),
            _run_words(success) + (f"  {late}" if found["is_late"] else ""),
        ),
        (words("진행", "running"), _running_words(found)),
        (
            words("다음 실행", "next run"),
            short_minute(instant(upcoming)) if upcoming else words("알 수 없음", "unknown"),
        ),
        (words("여유 공간", "free space"), bytes_words(found["free_bytes"])),
    ]
    if found["quarantined"] is not None:
        rows.append((words("격리", "quarantined"), f"{found['quarantined']:,}"))
        rows.append((words("기다리는 검토", "open reviews"), f"{found['reviews_open']:,}"))
    width = max(display_width(label) for label, _ in rows) + 2
    for label, text in rows:
        yield f"{padded(label, width)}{text}"
    if sources:
        yield ""
        yield from source_lines(sources)


def _public_words(publication: dict[str, Any] | None) -> str:
    if publication is None:
        return words("아직 없음", "nothing yet")
    ago = "" if publication["hours"] is None else f"  ({words(*age_words(publication['hours']))})"
    return f"{publication['publication_id']}{ago}"


def _run_words(run: dict[str, Any] | None) -> str:
    if run is None:
        return words("아직 없음", "none yet")
    outcome = words(*OUTCOMES.get(run["outcome"], (run["outcome"], run["outcome"])))
    return f"{short_minute(instant(run['ended_at']))} {outcome}  ({words(*age_words(run['hours']))})"


def _running_words(found: dict[str, Any]) -> str:
    if found["running"] is None:
        return words("알 수 없음 (잠금 파일을 읽을 권한이 없음)", "unknown (no permission to read the lock)")
    if not found["running"]:
        return words("도는 실행 없음", "no run in progress")
    process = f" (pid {found['running_pid']})" if found["running_pid"] is not None else ""
    return words(f"지금 실행 중{process}", f"a run is in progress{process}")
