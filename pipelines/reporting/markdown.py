"""A report as Markdown: one screen, for Dagster's log and for a file beside the report."""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipelines.reporting.digest import Digest, Freshness, digest, slow_files
from pipelines.reporting.wording import (
    OUTCOMES,
    SOURCE_STATES,
    age_words,
    instant,
    minute,
    printable,
    reason_words,
    seconds_words,
    short_minute,
)
from warehouse.report import RunReport, SlowFile

_MOST_TODOS = 8
_MOST_REASONS = 8
_SLOWEST = 3
_MARKS = re.compile(r"([\\`*_{}\[\]|#~!$^=+])")


def to_markdown(report: RunReport, past: Sequence[RunReport] = ()) -> str:
    """The report as Markdown, as of its own end; `past` are earlier runs, oldest first."""
    meaning = digest(report, past, instant(report.ended_at))
    slow = slow_files(report)
    parts = [
        f"# 곳간 밤 보고서 {minute(instant(report.ended_at))}",
        f"**{escaped(meaning.korean)}**",
        *([f"까닭: {escaped(meaning.why)}"] if meaning.why else []),
        "\n".join(_facts(report)),
        "\n".join(_todos(meaning)),
        "\n".join(_sources(meaning.sources)),
        *(["\n".join(_quarantine(report))] if report.quarantine else []),
        *(["\n".join(_slowest(slow))] if slow else []),
    ]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text that is data, such as a file's name, so that Markdown shows it as it is: no markup, no HTML, no link."""
    plain = _MARKS.sub(r"\\\1", printable(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("://", "&#58;//").replace("www.", "www&#46;")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _facts(report: RunReport) -> Iterator[str]:
    counts = report.counts
    yield f"- 결과: {OUTCOMES.get(report.outcome, (report.outcome,))[0]}, 공개 {report.publication or '없음'}"
    yield (
        f"- 파일: 본 {counts.seen:,} = 새로 보관 {counts.kept:,} + 그대로 {counts.unchanged:,} + "
        f"건너뜀 {counts.skipped:,} + 격리 {counts.quarantined:,} (압축·메일 안 {report.members:,})"
    )
    masked = f", 가린 번호 {report.masked:,}" if report.masked is not None else ""
    yield f"- 한 일: 읽음 {report.parsed:,}, 임베딩 {report.embedded:,} (구절 모두 {report.passages:,}){masked}"
    yield (
        f"- 비용: {seconds_words(report.seconds)}, CPU {seconds_words(report.cpu_seconds)}, "
        f"최대 메모리 {report.peak_mb:,.0f} MB, 격리실 {report.sandbox or '쓰지 않음'}"
    )


def _todos(meaning: Digest) -> Iterator[str]:
    if not meaning.todos:
        yield "## 할 일 없음"
        return
    yield f"## 할 일 {len(meaning.todos)}"
    yield ""
    for number, todo in enumerate(meaning.todos[:_MOST_TODOS], 1):
        command = f" `{todo.command}`" if todo.command else ""
        yield f"{number}. **{escaped(todo.korean)}** — {escaped(todo.advice)}{command}"
    if len(meaning.todos) > _MOST_TODOS:
        yield f"\n그 밖에 {len(meaning.todos) - _MOST_TODOS}건은 보고서 화면에 있습니다."


def _sources(sources: Sequence[Freshness]) -> Iterator[str]:
    yield "## 소스"
    yield ""
    yield from _table(
        ("소스", "상태", "본 파일", "새", "바뀜", "옮김", "안 보임", "지움", "마지막으로 모두 읽음"),
        (
            (
                escaped(source.name),
                SOURCE_STATES.get(source.state, (source.state,))[0],
                *(
                    f"{n:,}" if source.is_walked else "-"
                    for n in (
                        source.counts.seen,
                        source.counts.new,
                        source.counts.changed,
                        source.counts.moved,
                        source.counts.missing,
                        source.counts.deleted,
                    )
                ),
                freshness_words(source),
            )
            for source in sources
        ),
    )


def freshness_words(source: Freshness) -> str:
    """When a source was last listed whole, and how long ago that is."""
    if source.last_complete is None or source.hours is None:
        return "없음"
    late = ", 늦음" if source.is_late else ""
    return f"{short_minute(source.last_complete)} ({age_words(source.hours)[0]}{late})"


def _quarantine(report: RunReport) -> Iterator[str]:
    new = {row.reason: row.n for row in report.reasons_new}
    yield f"## 격리 {sum(row.n for row in report.quarantine):,}"
    yield ""
    rows = sorted(report.quarantine, key=lambda row: -row.n)
    yield from _table(
        ("까닭", "파일", "이번에 새로"),
        (
            (reason_words(row.reason).korean, f"{row.n:,}", f"{new.get(row.reason, 0):,}")
            for row in rows[:_MOST_REASONS]
        ),
    )
    rest = rows[_MOST_REASONS:]
    if rest:
        yield f"| 그 밖의 까닭 {len(rest)}가지 | {sum(row.n for row in rest):,} | {sum(new.get(r.reason, 0) for r in rest):,} |"


def _slowest(files: Sequence[SlowFile]) -> Iterator[str]:
    yield "## 오래 걸린 파일"
    yield ""
    for file in files[:_SLOWEST]:
        yield f"- {seconds_words(file.seconds)}: {escaped(file.source)}/{escaped(file.path)}"
