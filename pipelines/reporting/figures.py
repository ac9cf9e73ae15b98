"""The plots of a report's page, each with the same numbers as a table for whoever cannot see it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assets.plots import bars, lines, stacked_bars
from pipelines.reporting.wording import (
    OUTCOMES,
    bytes_words,
    instant,
    printable,
    reason_words,
    seconds_words,
    short_minute,
    step_words,
)
from warehouse.report import HomeBytes, RunReport

_WIDTH = 520
_MOST_SERIES = 5
_MOST_BARS = 12
_PARTS: tuple[tuple[str, Callable[[HomeBytes], int]], ...] = (
    ("원본", lambda held: held.blobs),
    ("레이크", lambda held: held.lake),
    ("벡터", lambda held: held.vectors),
    ("공개 파일", lambda held: held.serving),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture (SVG) and its numbers; `header` and each row have the same length, numbers are written out."""

    name: str
    svg: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def outcome_figure(report: RunReport) -> Figure:
    """The four ends of the files, and their sum."""
    counts = report.counts
    values = {
        "새로 보관": counts.kept,
        "그대로": counts.unchanged,
        "건너뜀": counts.skipped,
        "격리": counts.quarantined,
    }
    title = "파일의 결말"
    rows = [(name, f"{n:,}") for name, n in [*values.items(), ("합", counts.seen)]]
    return Figure(title, stacked_bars(title, [("파일", values)], unit="개", width=_WIDTH), ("결말", "파일"), rows)


def quarantine_figure(report: RunReport) -> Figure:
    """Files in quarantine by reason, most frequent first; what this run met first in the table."""
    title = "격리 까닭"
    new = {row.reason: row.n for row in report.reasons_new}
    rows = sorted(report.quarantine, key=lambda row: -row.n)
    shown = [(reason_words(row.reason).korean, float(row.n)) for row in rows[:_MOST_BARS]]
    if rows[_MOST_BARS:]:
        shown.append(("그 밖", float(sum(row.n for row in rows[_MOST_BARS:]))))
    reasons = [reason_words(row.reason) for row in rows]
    table = [
        (reason.korean, reason.code, f"{row.n:,}", f"{new.get(row.reason, 0):,}")
        for reason, row in zip(reasons, rows, strict=True)
    ]
    return Figure(title, bars(title, shown, unit="건", width=_WIDTH), ("까닭", "코드", "파일", "이번에 새로"), table)


def skip_figure(report: RunReport) -> Figure:
    """Files skipped, by rule."""
    title = "건너뛴 규칙"
    rows = sorted(report.skips, key=lambda row: -row.n)
    shown = [(reason_words(row.rule).korean, float(row.n)) for row in rows[:_MOST_BARS]]
    table = [(reason_words(row.rule).korean, printable(row.rule), f"{row.n:,}") for row in rows]
    return Figure(title, bars(title, shown, unit="개", width=_WIDTH), ("규칙", "코드", "파일"), table)


def quarantine_trend(runs: Sequence[RunReport]) -> Figure:
    """The most frequent reasons of the newest run over all runs."""
    counted = [{row.reason: row.n for row in run.quarantine} for run in runs]
    newest = sorted(counted[-1].items(), key=lambda item: -item[1]) if counted else []
    codes = [code for code, _ in newest[:_MOST_SERIES]]
    # A run that failed early has looked at part of the files only, and its counts would draw a dent.
    series = {
        reason_words(code).korean: [
            float(counts.get(code, 0)) if run.is_success or run is runs[-1] else None
            for run, counts in zip(runs, counted, strict=True)
        ]
        for code in codes
    }
    return _trend("격리 추이", runs, series, "건", lambda value: f"{value:,.0f}")


def arrivals_trend(runs: Sequence[RunReport]) -> Figure:
    """Files newly kept, run by run."""
    series: dict[str, list[float | None]] = {
        "새로 보관한 파일": [float(run.counts.kept) if run.outcome != "failed" else None for run in runs],
        "새로 격리한 파일": [float(sum(row.n for row in run.reasons_new)) for run in runs],
    }
    return _trend("새로 온 파일", runs, series, "개", lambda value: f"{value:,.0f}")


def size_trend(runs: Sequence[RunReport]) -> Figure:
    """Bytes on disk by part of the home, in GB or MB."""
    largest = max((run.growth.home_bytes.total for run in runs if run.growth), default=0)
    unit, size = ("GB", 2**30) if largest >= 2**30 else ("MB", 2**20)
    series: dict[str, list[float | None]] = {
        name: [round(part(run.growth.home_bytes) / size, 2) if run.growth else None for run in runs]
        for name, part in _PARTS
    }
    return _trend("홈의 크기", runs, series, unit, lambda value: f"{value:,.1f}")


def duration_trend(runs: Sequence[RunReport]) -> Figure:
    """Wall time and CPU time of the runs, in minutes or seconds."""
    unit, size = ("분", 60.0) if max((run.seconds for run in runs), default=0) >= 120 else ("초", 1.0)
    series: dict[str, list[float | None]] = {
        "걸린 시간": [round(run.seconds / size, 1) for run in runs],
        "CPU 시간": [round(run.cpu_seconds / size, 1) for run in runs],
    }
    return _trend("비용", runs, series, unit, lambda value: f"{value:,.1f}")


def step_figure(report: RunReport) -> Figure:
    """Wall time of each step in the order of the run."""
    title = "단계별 시간"
    unit, size = ("분", 60.0) if max((step.seconds for step in report.steps), default=0) >= 120 else ("초", 1.0)
    shown = [(step_words(step.name)[0], round(step.seconds / size, 2)) for step in report.steps]
    table = [
        (
            step_words(step.name)[0],
            seconds_words(step.seconds),
            seconds_words(step.cpu_seconds) if step.cpu_seconds is not None else "-",
            f"{step.added:,}",
            f"{step.removed:,}",
        )
        for step in report.steps
    ]
    header = ("단계", "시간", "CPU", "한 것", "걷어 낸 것")
    return Figure(title, bars(title, shown, unit=unit, width=_WIDTH), header, table)


def slowest_figure(report: RunReport) -> Figure:
    """The files that took longest to read."""
    title = "오래 걸린 파일"
    shown = [(printable(file.path.rsplit("/", 1)[-1]), round(file.seconds, 1)) for file in report.slowest]
    table = [
        (
            printable(f"{file.source}/{file.path}"),
            file.format or "-",
            bytes_words(file.size_bytes) if file.size_bytes is not None else "-",
            seconds_words(file.seconds),
        )
        for file in report.slowest
    ]
    return Figure(title, bars(title, shown, unit="초", width=_WIDTH), ("파일", "형식", "크기", "시간"), table)


def _trend(
    title: str,
    runs: Sequence[RunReport],
    series: dict[str, list[float | None]],
    unit: str,
    written: Callable[[float], str],
) -> Figure:
    days = [f"{instant(run.ended_at):%m-%d}" for run in runs]
    return Figure(
        title,
        lines(title, days, series, unit=unit, width=_WIDTH),
        ("실행", "결과", *(f"{name} ({unit})" for name in series)),
        list(_trend_rows(runs, list(series.values()), written)),
    )


def _trend_rows(
    runs: Sequence[RunReport], columns: list[list[float | None]], written: Callable[[float], str]
) -> Iterator[tuple[str, ...]]:
    for index in reversed(range(len(runs))):
        run = runs[index]
        values = (column[index] for column in columns)
        yield (
            short_minute(instant(run.ended_at)),
            OUTCOMES.get(run.outcome, (run.outcome,))[0],
            *("-" if value is None else written(value) for value in values),
        )
