"""A report as one HTML file: no script, nothing loaded from anywhere, for a screen in light or dark and for paper.

File names are data that strangers chose, so the template escapes everything, and a policy in the page keeps the browser
from loading or running anything even so.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.reporting.digest import Digest, days_until_full, digest
from pipelines.reporting.figures import (
    Figure,
    arrivals_trend,
    duration_trend,
    outcome_figure,
    quarantine_figure,
    quarantine_trend,
    size_trend,
    skip_figure,
    slowest_figure,
    step_figure,
)
from pipelines.reporting.markdown import freshness_words
from pipelines.reporting.wording import (
    OUTCOMES,
    SOURCE_STATES,
    bytes_words,
    check_words,
    instant,
    minute,
    printable,
    seconds_words,
    short_minute,
)
from warehouse.report import RunReport

if TYPE_CHECKING:
    from jinja2 import Template

_LEVELS = {"good": "좋음", "warning": "살필 것 있음", "bad": "손이 필요함"}
_FEWEST_FOR_TREND = 2


def to_html(report: RunReport, past: Sequence[RunReport] = ()) -> str:
    """The report's page, as of its own end; `past` are earlier runs, oldest first, for the trends."""
    before = [run for run in past if run.run_id < report.run_id]
    runs = [*before, report]
    ended = instant(report.ended_at)
    meaning = digest(report, before, ended)
    return _template().render(
        report=report,
        meaning=meaning,
        level=_LEVELS[meaning.level],
        began=minute(instant(report.started_at)),
        ended=minute(ended),
        counts=report.counts,
        n_unsettled=_unsettled(report),
        strip=[_day(run) for run in runs],
        figures=_figures(report, runs),
        has_trend=len(runs) >= _FEWEST_FOR_TREND,
        facts=_facts(report, before),
        checks=[(check_words(check.name), check) for check in report.checks],
        **_sources(meaning),
    )


@cache
def _template() -> "Template":
    # Here, so that a command that shows no page does not pay for it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"printable": printable, "seconds": seconds_words, "n": lambda value: f"{value:,}"}
    return environment.get_template("page.html.jinja")


def _unsettled(report: RunReport) -> int:
    """Files that a run which failed had not come to; zero after every whole run."""
    counts = report.counts
    return counts.seen - counts.kept - counts.unchanged - counts.skipped - counts.quarantined


def _day(run: RunReport) -> dict[str, Any]:
    words = OUTCOMES.get(run.outcome, (run.outcome,))[0]
    away = [source.name for source in run.sources if source.state != "complete"]
    also = f", 다 읽지 못한 소스 {len(away)}" if away else ""
    style = "bad" if run.outcome == "failed" else "warning" if away or run.outcome == "partial" else run.outcome
    return {"style": style, "words": f"{short_minute(instant(run.ended_at))} {words}{also}"}


def _sources(meaning: Digest) -> dict[str, Any]:
    rows = [
        {
            "source": source,
            "state": SOURCE_STATES.get(source.state, (source.state,))[0],
            "is_well": source.state == "complete",
            "fresh": freshness_words(source),
        }
        for source in meaning.sources
    ]
    return {"sources": rows, "n_late": sum(source.is_late for source in meaning.sources)}


def _figures(report: RunReport, runs: Sequence[RunReport]) -> dict[str, Figure]:
    figures = {
        "outcomes": outcome_figure(report),
        "quarantine": quarantine_figure(report),
        "skips": skip_figure(report),
        "steps": step_figure(report),
        "slowest": slowest_figure(report),
    }
    if len(runs) >= _FEWEST_FOR_TREND:
        figures |= {
            "quarantine_trend": quarantine_trend(runs),
            "arrivals": arrivals_trend(runs),
            "size": size_trend(runs),
            "duration": duration_trend(runs),
        }
    return figures


def _facts(report: RunReport, before: Sequence[RunReport]) -> list[tuple[str, str]]:
    """What is held and what it cost: (label, value)."""
    facts = [
        ("읽은 내용", f"{report.parsed:,}"),
        ("임베딩한 구절", f"{report.embedded:,}"),
        ("압축·메일 안의 파일", f"{report.members:,}"),
        ("걸린 시간", seconds_words(report.seconds)),
        ("CPU 시간", seconds_words(report.cpu_seconds)),
        ("최대 메모리", f"{report.peak_mb:,.0f} MB"),
        ("격리실", report.sandbox or "쓰지 않음"),
    ]
    if report.masked is not None:
        facts.insert(2, ("가린 번호", f"{report.masked:,}"))
    growth = report.growth
    if growth is not None:
        facts += [
            ("보관한 내용", f"{growth.n_contents:,}"),
            ("요소", f"{growth.n_elements:,}"),
            ("구절", f"{growth.n_passages:,}"),
            ("원본", bytes_words(growth.original_bytes)),
            ("홈의 크기", bytes_words(growth.home_bytes.total)),
        ]
    else:
        facts.append(("구절", f"{report.passages:,}"))
    if report.free_bytes is not None:
        days = days_until_full(report, before)
        pace = f" (지금 속도로 약 {days:,.0f}일)" if days is not None and days < 3650 else ""
        facts.append(("여유 공간", bytes_words(report.free_bytes) + pace))
    return facts
