"""A report on a terminal: one screen for a tired operator, what to do before what it cost."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import typer

from pipelines.cli.console import words
from pipelines.reporting.digest import Freshness, Level, Todo, digest, slow_files
from pipelines.reporting.wording import (
    OUTCOMES,
    SOURCE_STATES,
    age_words,
    clipped,
    display_width,
    instant,
    minute,
    padded,
    printable,
    reason_words,
    seconds_words,
    short_minute,
)
from warehouse.report import RunReport

_LABEL_WIDTH = 8
_NAME_WIDTH = 24
_PATH_WIDTH = 84
_MOST_TODOS = 6
_MOST_REASONS = 6
_SLOWEST = 3
_MARKS: dict[Level, tuple[str, str, str]] = {
    "good": ("좋음", "good", typer.colors.GREEN),
    "warning": ("살필 것 있음", "look", typer.colors.YELLOW),
    "bad": ("손이 필요함", "ACT", typer.colors.RED),
}


def report_screen(report: RunReport, past: Sequence[RunReport], at: datetime, page: Path | None) -> Iterator[str]:
    """The report line by line, as of the instant `at`; `page` is where its HTML lies, if it does."""
    meaning = digest(report, past, at)
    korean, english, colour = _MARKS[meaning.level]
    began, ended = instant(report.started_at), instant(report.ended_at)
    took = words(seconds_words(report.seconds), f"{report.seconds:,.1f} s")
    yield ""
    mark = typer.style(words(korean, english), fg=colour, bold=True)
    yield f"{mark}  {typer.style(words(meaning.korean, meaning.english), bold=True)}"
    yield _row(words("밤", "night"), f"{minute(began)} – {minute(ended)} ({took})   {report.run_id}")
    if meaning.why:
        yield _row(words("까닭", "why"), printable(words(meaning.why, report.failure or meaning.why)))
    yield _row(words("공개", "public"), report.publication or words("없음", "none"))
    yield from _counts(report)
    yield ""
    yield from _todo_lines(meaning.todos)
    yield from source_lines(meaning.sources)
    yield from _quarantine(report)
    yield from _slowest(report)
    if page is not None:
        yield _row(words("화면", "page"), str(page))


def _row(label: str, text: str) -> str:
    return f"{padded(label, _LABEL_WIDTH)}{text}"


def _counts(report: RunReport) -> Iterator[str]:
    counts = report.counts
    yield _row(
        words("파일", "files"),
        words(
            f"본 {counts.seen:,} = 새로 보관 {counts.kept:,} + 그대로 {counts.unchanged:,} + "
            f"건너뜀 {counts.skipped:,} + 격리 {counts.quarantined:,}   (압축·메일 안 {report.members:,})",
            f"seen {counts.seen:,} = kept {counts.kept:,} + unchanged {counts.unchanged:,} + "
            f"skipped {counts.skipped:,} + quarantined {counts.quarantined:,}   (members {report.members:,})",
        ),
    )
    yield _row(
        words("한 일", "work"),
        words(
            f"읽음 {report.parsed:,}, 임베딩 {report.embedded:,} (구절 모두 {report.passages:,})",
            f"parsed {report.parsed:,}, embedded {report.embedded:,} (passages in all {report.passages:,})",
        ),
    )
    yield _row(
        words("비용", "cost"),
        words(
            f"{seconds_words(report.seconds)}, CPU {seconds_words(report.cpu_seconds)}, 최대 메모리 "
            f"{report.peak_mb:,.0f} MB, 격리실 {report.sandbox or '쓰지 않음'}",
            f"{report.seconds:,.1f} s, CPU {report.cpu_seconds:,.1f} s, peak memory {report.peak_mb:,.0f} MB, "
            f"sandbox {report.sandbox or 'not used'}",
        ),
    )


def _todo_lines(todos: Sequence[Todo]) -> Iterator[str]:
    if not todos:
        yield words("할 일 없음", "nothing to do")
    else:
        yield typer.style(words(f"할 일 {len(todos)}", f"to do {len(todos)}"), bold=True)
    for todo in todos[:_MOST_TODOS]:
        colour = _MARKS[todo.level][2]
        yield f"  {typer.style('!', fg=colour, bold=True)} {printable(words(todo.korean, todo.english))}"
        advice = words(todo.advice, "")
        command = f"`{todo.command}`" if todo.command else ""
        if advice or command:
            yield f"      {advice} {command}".rstrip()
    rest = len(todos) - _MOST_TODOS
    if rest > 0:
        yield words(f"    그 밖에 {rest}건은 화면에 있습니다", f"    {rest} more on the page")
    yield ""


def source_lines(sources: Sequence[Freshness]) -> Iterator[str]:
    """A table of sources: state, files, when it was last listed whole."""
    if not sources:
        return
    names = [clipped(printable(source.name), _NAME_WIDTH) for source in sources]
    width = max(display_width(name) for name in (*names, words("소스", "source"))) + 2
    states = [SOURCE_STATES.get(source.state, (source.state, source.state)) for source in sources]
    state_width = max(display_width(words(*state)) for state in states) + 2
    header = padded(words("소스", "source"), width) + padded(words("상태", "state"), state_width)
    columns = (words("본", "seen"), words("새", "new"), words("바뀜", "changed"), words("옮김", "moved"))
    columns += (words("안 보임", "missing"), words("지움", "deleted"))
    numbers = [_numbers(source) for source in sources]
    widths = [
        max(display_width(text) for text in (column, *(row[index] for row in numbers))) + 2
        for index, column in enumerate(columns)
    ]
    yield (
        header
        + "".join(padded(text, size, right=True) for text, size in zip(columns, widths, strict=True))
        + ("   " + words("마지막으로 모두 읽음", "last complete"))
    )
    for source, name, state, row in zip(sources, names, states, numbers, strict=True):
        shown = padded(name, width) + padded(words(*state), state_width)
        shown += "".join(padded(text, size, right=True) for text, size in zip(row, widths, strict=True))
        yield f"{shown}   {freshness_words(source)}"
    yield ""


def _numbers(source: Freshness) -> tuple[str, ...]:
    if not source.is_walked:
        return ("-",) * 6
    counts = source.counts
    values = (counts.seen, counts.new, counts.changed, counts.moved, counts.missing, counts.deleted)
    return tuple(f"{value:,}" for value in values)


def freshness_words(source: Freshness) -> str:
    """When the source was last listed whole, and how long ago; more than 26 hours are late."""
    if source.last_complete is None or source.hours is None:
        return typer.style(words("없음", "never"), fg=typer.colors.YELLOW)
    text = f"{short_minute(source.last_complete)} ({words(*age_words(source.hours))})"
    return typer.style(f"{text} {words('늦음', 'LATE')}", fg=typer.colors.YELLOW) if source.is_late else text


def _quarantine(report: RunReport) -> Iterator[str]:
    if not report.quarantine:
        return
    new = {row.reason: row.n for row in report.reasons_new}
    rows = sorted(report.quarantine, key=lambda row: -row.n)
    yield words(f"격리 {sum(row.n for row in rows):,}", f"quarantined {sum(row.n for row in rows):,}")
    for row in rows[:_MOST_REASONS]:
        reason = reason_words(row.reason)
        also = words(f"   새로 {new[row.reason]:,}", f"   new {new[row.reason]:,}") if row.reason in new else ""
        yield f"{row.n:>8,}  {words(reason.korean, reason.english)} ({reason.code}){also}"
    rest = rows[_MOST_REASONS:]
    if rest:
        n = sum(row.n for row in rest)
        yield f"{n:>8,}  " + words(f"그 밖의 까닭 {len(rest)}가지", f"{len(rest)} other reasons")
    yield ""


def _slowest(report: RunReport) -> Iterator[str]:
    files = slow_files(report)[:_SLOWEST]
    if not files:
        return
    yield words("오래 걸린 파일", "slowest files")
    for file in files:
        took = padded(words(seconds_words(file.seconds), f"{file.seconds:,.1f} s"), 10, right=True)
        yield f"{took}  {clipped(printable(f'{file.source}/{file.path}'), _PATH_WIDTH)}"
    yield ""


def run_line(report: RunReport) -> str:
    """A run in one line: when, what came of it, the sums."""
    counts = report.counts
    away = sum(source.state != "complete" for source in report.sources)
    outcome = padded(words(*OUTCOMES.get(report.outcome, (report.outcome, report.outcome))), 14)
    also = words(f"   다 읽지 못한 소스 {away}", f"   incomplete sources {away}") if away else ""
    return (
        f"{minute(instant(report.ended_at))}  {outcome}"
        + words(
            f"본 {counts.seen:>9,}  새 {counts.kept:>7,}  격리 {counts.quarantined:>6,}",
            f"seen {counts.seen:>9,}  kept {counts.kept:>7,}  quarantined {counts.quarantined:>6,}",
        )
        + f"  {padded(words(seconds_words(report.seconds), f'{report.seconds:,.1f} s'), 10, right=True)}  {report.run_id}"
        + also
    )
