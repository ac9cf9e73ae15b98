"""What a report means: one sentence, why it failed if it did, how fresh each source is, and what a person must do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pipelines.reporting.wording import (
    SOURCE_CHECK,
    age_words,
    bytes_words,
    hours_between,
    instant,
    reason_words,
    review_words,
    short_minute,
    step_words,
)
from schemas.outcome import QUARANTINE_REASONS
from warehouse.report import HomeBytes, RunReport, SlowFile, SourceReport

LATE = timedelta(hours=26)
"""A night is due every 24 hours; two more are its own length and some patience."""

LEAST_FREE_BYTES = 2 << 30
SOON_FULL_DAYS = 14
_LISTED_WHOLE = frozenset({"complete", "held"})
_MOST_REASONS = 6
_HELD_REVIEW = "held_deletion"
_SECRET = frozenset({"secrecy_mark", "secret_member"})
# `core/reading: OSError`, as a night writes it when a step broke, or the error's name alone when none was running.
_BROKEN_STEP = re.compile(r"(?:(?P<step>publish|[a-z]+/[^:]+): )?(?P<error>[A-Z]\w+)")

Level = Literal["good", "warning", "bad"]

_ERRORS = {
    "OSError": "디스크나 공유에서 읽거나 쓰지 못했습니다",
    "PermissionError": "파일이나 폴더를 다룰 권한이 없습니다",
    "FileNotFoundError": "있어야 할 파일이 없습니다",
    "MemoryError": "메모리가 모자랐습니다",
    "OutOfMemoryException": "저장소를 다루는 데 메모리가 모자랐습니다",
    "IOException": "저장소의 파일을 읽거나 쓰지 못했습니다",
    "TransactionException": "저장소에 쓰다가 다른 쓰기와 부딪혔습니다",
    "KeyboardInterrupt": "사람이 멈췄습니다",
    "SystemExit": "프로그램이 끝나라는 신호를 받았습니다",
    "DagsterExecutionInterruptedError": "실행이 중단되었습니다",
    "SandboxUnavailable": "격리실을 열 수 없습니다",
    "NoSuchModel": "임베딩 모델이 없습니다",
    "BrokenModel": "임베딩 모델의 파일이 깨졌습니다",
    "WrongTable": "벡터 표가 지금의 모델과 맞지 않습니다",
    "SchemaRefused": "표의 모양을 바꿀 수 없습니다",
    "BlobDamaged": "보관한 원본이 상했습니다",
}


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that a person should see to, with advice in Korean and perhaps a command."""

    level: Level
    korean: str
    english: str
    advice: str
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Freshness:
    """A source as of one instant: `hours` since its last complete walk, None if there was none."""

    name: str
    kind: str | None
    state: str
    counts: SourceReport
    last_complete: datetime | None
    hours: float | None

    @property
    def is_walked(self) -> bool:
        """Whether this run came to walk it."""
        return self.state != "not_walked"

    @property
    def is_late(self) -> bool:
        """Whether what is held of it may be older than a day."""
        return self.hours is None or self.hours > LATE / timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Digest:
    """The meaning of one report, given the runs before it."""

    level: Level
    korean: str
    english: str
    why: str | None
    todos: list[Todo]
    sources: list[Freshness]


def digest(report: RunReport, past: Sequence[RunReport], at: datetime) -> Digest:
    """What `report` means at the instant `at`; `past` are earlier runs, oldest first (later ones are left aside)."""
    before = [other for other in past if other.run_id < report.run_id]
    sources = freshness(report, before, at)
    todos = sorted(_todos(report, before, sources), key=lambda todo: todo.level != "bad")
    level: Level = "good" if report.is_success else "warning"
    if todos:
        level = "bad" if any(todo.level == "bad" for todo in todos) else "warning"
    korean, english = _headline(report)
    return Digest(level, korean, english, why(report), todos, sources)


def freshness(report: RunReport, before: Sequence[RunReport], at: datetime) -> list[Freshness]:
    """Each source of the run; of a run that ended before the walks, also those that the last one with all of them had."""
    counts = {source.name: source for source in report.sources}
    if not report.is_success:
        known = max(before, key=lambda other: (len(other.sources), other.run_id), default=None)
        for source in known.sources if known else []:
            counts.setdefault(source.name, SourceReport(name=source.name, kind=source.kind, state="not_walked"))
    found = []
    for name, source in counts.items():
        last = _last_complete(name, [*before, report])
        found.append(
            Freshness(name, source.kind, source.state, source, last, hours_between(last, at) if last else None)
        )
    return found


def _last_complete(name: str, runs: Sequence[RunReport]) -> datetime | None:
    for run in reversed(runs):
        for source in run.sources:
            if source.name != name:
                continue
            if source.last_complete_at:
                return instant(source.last_complete_at)
            # Reports of before this field: the run's end is not earlier than the walk's.
            if source.state in _LISTED_WHOLE:
                return instant(run.ended_at)
    return None


def why(report: RunReport) -> str | None:
    """Why a run failed, in a sentence; None if it did not."""
    if report.failure is None:
        return "끝을 보지 못했습니다." if report.outcome == "failed" else None
    broken = _BROKEN_STEP.fullmatch(report.failure)
    if not broken:
        return report.failure
    error = broken["error"]
    said = f"{_ERRORS.get(error, '예상하지 못한 오류가 났습니다')} ({error})."
    return f"{step_words(broken['step'])[0]} 단계에서 {said}" if broken["step"] else said


def _headline(report: RunReport) -> tuple[str, str]:
    counts = report.counts
    if report.outcome == "published":
        moved = sum(source.moved for source in report.sources)
        deleted = sum(source.deleted for source in report.sources)
        korean = (
            f"새로 공개했습니다. 새로 보관한 파일 {counts.kept:,}개, 옮긴 파일 {moved:,}개, 사라진 파일 {deleted:,}개."
        )
        return korean, f"Published: {counts.kept:,} files newly kept, {moved:,} moved, {deleted:,} gone."
    if report.outcome == "unchanged":
        return "바뀐 것이 없습니다. 지난 공개가 그대로 맞습니다.", "Nothing new. The last publication still holds."
    if report.outcome == "partial":
        return "일부 단계만 실행해 공개하지 않았습니다.", "Only some steps were run; nothing was published."
    if report.publication is None:
        return "실패했습니다. 아직 공개된 것이 없습니다.", "Failed. Nothing has been published yet."
    return "실패했습니다. 지난 공개는 그대로 볼 수 있습니다.", "Failed. The last publication can still be read."


def _todos(report: RunReport, before: Sequence[RunReport], sources: Sequence[Freshness]) -> Iterator[Todo]:
    if report.outcome == "failed":
        is_broken = report.failure is None or _BROKEN_STEP.fullmatch(report.failure)
        yield Todo(
            "bad",
            "실패한 밤을 다시 돌리기",
            f"the run failed: {report.failure or 'unknown'}",
            "먼저 살핀 뒤 gotgan run을 실행하면 멈춘 곳에서 이어 갑니다. 되풀이되면 개발자에게 이 보고서를 보내십시오."
            if is_broken
            else "검사가 공개를 막았습니다. 까닭을 바로잡고 gotgan run을 실행하거나, 개발자에게 이 보고서를 보내십시오.",
            "gotgan doctor",
        )
    if report.outcome == "partial":
        done = step_words(report.steps[-1].name) if report.steps else ("시작", "the start")
        yield Todo(
            "warning",
            f"{done[0]} 뒤의 단계가 실행되지 않음",
            f"no step was run after {done[1]}",
            "일부 단계만 골라 돌린 것이 아니면 Dagster 화면의 그 실행에서 까닭을 보십시오. 지난 공개는 그대로입니다.",
            "gotgan ui",
        )
    for source in sources:
        yield from _source_todos(source, before)
    yield from _late_todos(sources)
    yield from _check_todos(report)
    yield from _review_todos(report)
    yield from _quarantine_todos(report)
    yield from _space_todos(report, before)


def _source_todos(source: Freshness, before: Sequence[RunReport]) -> Iterator[Todo]:
    name, detail = source.name, f" ({source.counts.detail})" if source.counts.detail else ""
    since = (
        f"마지막으로 모두 읽은 때 {short_minute(source.last_complete)}" if source.last_complete else "모두 읽은 적 없음"
    )
    if source.state == "unreachable":
        runs = 1 + _runs_in_a_row(name, "unreachable", before)
        often = f" {runs}번째 이어서" if runs > 1 else ""
        yield Todo(
            "bad",
            f"소스 {name}:{often} 닿지 않음{detail}. {since}",
            f"source {name} unreachable ({runs} run(s) in a row)",
            "공유가 연결되어 있는지 보십시오. 이 소스의 것은 아무것도 지우지 않았습니다.",
        )
    elif source.state == "held":
        yield Todo(
            "bad",
            f"소스 {name}: {source.counts.detail or '삭제를 보류함'}",
            f"source {name}: deletions held",
            "공유를 살핀 뒤 정말 지운 것인지 정하십시오. 그때까지 지난 자료를 그대로 둡니다.",
            f"gotgan review list --kind {_HELD_REVIEW}",
        )
    elif source.state == "partial":
        yield Todo(
            "warning",
            f"소스 {name}: 읽지 못한 폴더가 있음{detail}. {since}",
            f"source {name}: some folders could not be listed",
            "수집 계정에 그 폴더의 읽기 권한을 주십시오. 그때까지 이 소스에서는 아무것도 지우지 않습니다.",
        )


def _late_todos(sources: Sequence[Freshness]) -> Iterator[Todo]:
    # A source with a trouble of its own has been named already, one that was not walked stands below the run's failure.
    late = [source for source in sources if source.is_late and source.state == "complete" and source.hours is not None]
    if late:
        names = ", ".join(source.name for source in late)
        hours = max(source.hours or 0.0 for source in late)
        yield Todo(
            "warning",
            f"하루 넘게 다시 읽지 않은 소스: {names} ({age_words(hours)[0]})",
            f"not walked for more than a day: {names} ({age_words(hours)[1]})",
            "밤 작업이 제때 도는지 보십시오.",
            "gotgan status",
        )


def _runs_in_a_row(name: str, state: str, before: Sequence[RunReport]) -> int:
    count = 0
    for run in reversed(before):
        states = [source.state for source in run.sources if source.name == name]
        if states and states[0] != state:
            break
        count += len(states)
    return count


def _review_todos(report: RunReport) -> Iterator[Todo]:
    is_held = any(source.state == "held" for source in report.sources)
    # A held deletion stands with its source already.
    rows = [row for row in report.reviews_open if not (is_held and row.kind == _HELD_REVIEW)]
    n_open = sum(row.n for row in rows)
    if n_open:
        listed = ", ".join(f"{review_words(row.kind)} {row.n:,}" for row in rows)
        yield Todo(
            "warning",
            f"사람의 답을 기다리는 것 {n_open:,}건: {listed}",
            f"{n_open:,} open reviews",
            "한 건씩 보고 정하십시오. 정할 때까지 지금대로 둡니다.",
            "gotgan review list",
        )


def _check_todos(report: RunReport) -> Iterator[Todo]:
    for check in report.checks:
        # A check that blocks has failed the run, and stands at the top already.
        # What a check says of a source's walk stands with the source.
        if not check.passed and not check.is_blocking and not check.name.startswith(SOURCE_CHECK):
            yield Todo(
                "warning", check.description, f"check {check.name}: {check.description}", "공개를 막지는 않았습니다."
            )


def _quarantine_todos(report: RunReport) -> Iterator[Todo]:
    rows = sorted(report.reasons_new, key=lambda row: (row.reason not in _SECRET, -row.n, row.reason))
    for row in rows[:_MOST_REASONS]:
        reason = reason_words(row.reason)
        yield Todo(
            "warning",
            f"새로 격리 {row.n:,}건: {reason.korean}",
            f"{row.n:,} newly quarantined: {reason.english}",
            reason.advice,
            f"gotgan quarantine list --reason {row.reason}" if row.reason in QUARANTINE_REASONS else None,
        )
    rest = sum(row.n for row in rows[_MOST_REASONS:])
    if rest:
        yield Todo(
            "warning",
            f"새로 격리 {rest:,}건: 그 밖의 까닭",
            f"{rest:,} more",
            "목록을 보십시오.",
            "gotgan quarantine list",
        )


def _space_todos(report: RunReport, before: Sequence[RunReport]) -> Iterator[Todo]:
    free = report.free_bytes
    if free is None:
        return
    advice = "디스크를 늘리십시오. 모자라면 밤 작업이 멈춥니다(공개된 것은 그대로입니다)."
    wanted = wanted_free_bytes(report.growth.home_bytes if report.growth else HomeBytes())
    days = days_until_full(report, before)
    if free < wanted:
        yield Todo(
            "bad" if free < LEAST_FREE_BYTES else "warning",
            f"여유 공간 {bytes_words(free)}: 다시 쓰는 데 {bytes_words(wanted)}가 있어야 함",
            f"free space {bytes_words(free)}, wanted {bytes_words(wanted)}",
            advice,
        )
    elif days is not None and days < SOON_FULL_DAYS:
        yield Todo(
            "warning",
            f"여유 공간 {bytes_words(free)}: 지금 느는 속도로 약 {days:.0f}일 뒤에 참",
            f"free space {bytes_words(free)}, full in about {days:.0f} days",
            advice,
        )


def slow_files(report: RunReport) -> list[SlowFile]:
    """The files that are worth naming: those that took a second or longer, longest first."""
    return [file for file in report.slowest if file.seconds >= 1]


def wanted_free_bytes(held: HomeBytes) -> int:
    """Free bytes that a night may need: compaction writes lake, vectors and serving files anew before the old ones go."""
    return max(LEAST_FREE_BYTES, held.total - held.blobs)


def days_until_full(report: RunReport, before: Sequence[RunReport]) -> float | None:
    """Days until the free space is used up at the pace of the runs given; None if it cannot be told or does not shrink."""
    sized = [run for run in (*before, report) if run.growth is not None]
    if report.free_bytes is None or len(sized) < 2:
        return None
    first, last = sized[0], sized[-1]
    days = hours_between(instant(first.ended_at), instant(last.ended_at)) / 24
    grown = _home_bytes(last) - _home_bytes(first)
    # Over less than two days a single large drop would count as the pace of every day.
    return report.free_bytes / (grown / days) if days >= 2 and grown > 0 else None


def _home_bytes(run: RunReport) -> int:
    return run.growth.home_bytes.total if run.growth else 0
