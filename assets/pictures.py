"""What a materialisation shows of its night as pictures: each function returns one entry of metadata.

Trends are drawn from the reports of the nights before, with this night as their last place.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ParamSpec
from zoneinfo import ZoneInfo

import dagster as dg

from assets.plots import as_image, bars, lines, stacked_bars
from schemas.outcome import reason_of
from schemas.record import Record, extra
from schemas.records.attachment_link import AttachmentLink
from schemas.records.chunk import Chunk
from schemas.records.conversation import ConversationRecord
from schemas.records.export import Export
from schemas.records.message import MessageRecord
from schemas.records.quarantine import Quarantine
from warehouse.lake import CATALOG
from warehouse.night import Night
from warehouse.placements import WalkResult
from warehouse.report import RunReport

Pictures = dict[str, dg.MetadataValue]
_Given = ParamSpec("_Given")

_ZONE = ZoneInfo("Asia/Seoul")
_MAX_ROWS = 12
_MAX_PATH = 24
_OUTCOMES = {"kept": "보관", "quarantined": "격리", "skipped": "건너뜀"}
# Before the reading a new file has no end yet; after it there must be none of these.
_UNREAD = "아직 읽지 않음"
_LOST = "결말 없음"


def shown(draw: Callable[_Given, Iterable[str]]) -> Callable[_Given, Pictures]:
    """All pictures of an asset as one entry, since Dagster shows each entry of this kind only after a click.

    A picture that cannot be drawn is a line of text: the night's work is done by then and must not fail for it.
    """

    @functools.wraps(draw)
    def drawn(*given: _Given.args, **named: _Given.kwargs) -> Pictures:
        try:
            return {"그림": dg.MetadataValue.md("\n\n".join(draw(*given, **named)))}
        except Exception as failure:
            # The kind of error alone: its message may quote a document.
            return {"그림": dg.MetadataValue.text(f"그리지 못했습니다: {type(failure).__name__}")}

    return drawn


@shown
def of_source(night: Night, walk: WalkResult) -> Iterable[str]:
    """A source: its files by outcome, and what its last nights saw."""
    name = walk.source_name
    before = [(report, source) for report in night.past for source in report.sources if source.name == name]
    xs = [*(_label(report.started_at) for report, _ in before), _label(night.started_at)]
    seen = {
        "본 파일": [*(source.seen for _, source in before), walk.n_seen],
        "안 보인 파일": [*(source.missing for _, source in before), walk.n_missing],
    }
    came = {
        "새 파일": [*(source.new for _, source in before), walk.n_new],
        "바뀐 파일": [*(source.changed for _, source in before), walk.n_changed],
        "사라진 파일": [*(source.deleted for _, source in before), walk.n_deleted],
    }
    return [
        image(stacked_bars, "결말별 파일", _korean(night.figures.outcomes(name), lost=_UNREAD), "개"),
        _trend("본 파일 추이", xs, seen, "개"),
        _trend("새로 오거나 바뀌거나 사라진 파일 추이", xs, came, "개"),
    ]


@shown
def of_reading(night: Night) -> Iterable[str]:
    """The reading: outcomes, reasons, formats, the slowest files, the share in quarantine."""
    reasons = night.figures.totals(Quarantine, "reason", measure=None)
    slowest = [(_tail(f"{file.source}/{file.path}"), file.seconds) for file in night.slowest]
    counts = night.counts()
    rates = [_percent(report.counts.quarantined, report.counts.seen) for report in night.past]
    return [
        image(stacked_bars, "소스별 결말", _korean(night.figures.outcomes()), "개"),
        image(
            bars,
            "격리 사유 (압축·메일 안 포함)",
            [(reason_of(code).korean, parts[""]) for code, parts in reasons.items()],
            "건",
        ),
        image(stacked_bars, "형식별 결말 (내용)", _korean(night.figures.formats()), "개"),
        image(bars, "이번에 읽는 데 오래 걸린 파일", slowest, "초"),
        _trend(
            "격리율 추이",
            [*_nights(night), _label(night.started_at)],
            {"격리율": [*rates, _percent(counts.quarantined, counts.seen)]},
            "%",
        ),
    ]


@shown
def of_exports(night: Night) -> Iterable[str]:
    """The exports of messengers: messages that are kept, and those that were counted and left out."""
    kept = night.figures.totals(Export, "application", measure="n_messages")
    left_out = night.figures.totals(Export, "application", measure="n_messages_left_out")
    shares = [
        (name, {"보관": parts[""], "보관하지 않음": left_out.get(name, {}).get("", 0)}) for name, parts in kept.items()
    ]
    return [image(stacked_bars, "메신저별 메시지", shares, "건")]


@shown
def of_conversations(night: Night) -> Iterable[str]:
    """The conversations by application, with their messages; no picture counts what one person said."""
    rooms = night.figures.totals(ConversationRecord, "application", measure=None)
    messages = night.figures.totals(ConversationRecord, "scope", measure="n_messages")
    return [
        image(bars, "메신저별 대화", [(name, parts[""]) for name, parts in rooms.items()], "개"),
        image(bars, "등록별 메시지", [(name, parts[""]) for name, parts in messages.items()], "건"),
    ]


@shown
def of_messages(night: Night) -> Iterable[str]:
    """The messages by kind, and the attachments by how they were found."""
    kinds = night.figures.totals(MessageRecord, "kind", measure=None)
    links = night.figures.totals(AttachmentLink, "linked_by", measure=None)
    return [
        image(bars, "종류별 메시지", [(kind, parts[""]) for kind, parts in kinds.items()], "건"),
        image(bars, "첨부와 이은 파일", [(found, parts[""]) for found, parts in links.items()], "개"),
    ]


@shown
def of_chunking(night: Night) -> Iterable[str]:
    """The chunks: embedded or found by words alone, and the texts cut in the last nights."""
    by_use = night.figures.totals(Chunk, "is_lexical", measure=None)
    names = {"false": "벡터와 낱말로 찾음", "true": "낱말로만 찾음"}
    return [
        image(bars, "찾는 방법별 청크", [(names.get(use, use), parts[""]) for use, parts in by_use.items()], "개"),
        _step_trend(night, "index/chunk", "나눈 본문 추이", "개"),
    ]


@shown
def of_index(night: Night) -> Iterable[str]:
    """The passages: how many are held, and how many were embedded, over the last nights."""
    xs = [*_nights(night), _label(night.started_at)]
    # A night that failed before the index was opened reports no passages, and they were there all the same.
    held = [report.passages if report.passages or report.is_success else None for report in night.past]
    return [
        _trend("찾을 수 있는 구절 추이", xs, {"구절": [*held, night.vectors.count()]}, "개"),
        _trend(
            "밤마다 임베딩한 구절",
            xs,
            {"임베딩": [*(report.embedded for report in night.past), night.n_embedded]},
            "개",
        ),
    ]


@shown
def of_mart(night: Night, record: type[Record]) -> Iterable[str]:
    """A mart: its own pictures where it has some, else its first counted column (or its rows) by office, year or key."""
    own = _OF_MART.get(record.table_name())
    if own is not None:
        yield from own(night, record)
        return
    measure = next((name for name, info in record.model_fields.items() if name.startswith("n_")), None)
    title = f"{record.model_fields[measure].title}" if measure else "행 수"
    unit = "개" if measure is None or extra(record.model_fields[measure], "unit") == "files" else ""
    stack = "outcome" if "outcome" in record.model_fields else None
    axes = [name for name in ("office", "fiscal_year") if name in record.model_fields] or [record.key[0]]
    for axis in axes:
        totals = night.figures.totals(record, axis, measure=measure, stack=stack)
        rows = sorted(totals.items(), key=lambda row: row[0]) if axis == "fiscal_year" else list(totals.items())
        named = f"{record.model_fields[axis].title}별 {title}"
        drawn = _korean(dict(rows)) if stack else rows
        yield image(stacked_bars, named, drawn, unit)


def _of_series(night: Night, record: type[Record]) -> Iterable[str]:
    rows = night.figures.totals(record, "fiscal_year", measure=None, stack="stage_label")
    contradicting = night.figures.totals(record, "stage_label", measure=None, where="n_contradicting > 0")
    return [
        image(stacked_bars, "회계연도별 금액 (단계별)", sorted(rows.items()), "건"),
        image(bars, "자료마다 다른 금액", [(stage, parts[""]) for stage, parts in contradicting.items()], "건"),
    ]


def _of_macro(night: Night, record: type[Record]) -> Iterable[str]:
    plain = "is_widest AND NOT is_revenue AND period IS NULL"
    # 총지출 where it is held; else the sums of the basis that most rows have, which may be none that is printed.
    basis = (
        f"(SELECT coalesce(basis, '') FROM {CATALOG}.mart.macro_view WHERE dimension = 'TOTAL' AND {plain} GROUP BY basis "
        "ORDER BY coalesce(basis = 'TOTAL_EXPENDITURE', false) DESC, count(*) DESC, basis LIMIT 1)"
    )
    whole = f"{plain} AND coalesce(basis, '') = {basis}"
    totals = night.figures.totals(
        record, "fiscal_year", measure="amount_won", stack="stage_label", where=f"dimension = 'TOTAL' AND {whole}"
    )
    years = sorted(totals)
    stages = dict.fromkeys(stage for parts in totals.values() for stage in parts)
    series = {stage: [_trillions(totals[year].get(stage)) for year in years] for stage in stages}
    yield _trend("가장 넓은 자료의 총량 (가진 해만)", years, series, "조원")
    for dimension, title in (("FIELD", "분야"), ("ORG", "소관"), ("NATURE", "성질")):
        members = night.figures.totals(
            record,
            "member",
            measure="amount_won",
            where=f"dimension = '{dimension}' AND {whole} AND stage = 'ENACTED' AND fiscal_year = "
            f"(SELECT max(fiscal_year) FROM {CATALOG}.mart.macro_view WHERE dimension = '{dimension}' AND {whole} "
            "AND stage = 'ENACTED')",
        )
        rows = [(member, _trillions(parts[""]) or 0.0) for member, parts in members.items()]
        yield image(bars, f"{title}별 본예산 (마지막 해)", rows, "조원")


def _of_magnifier(night: Night, record: type[Record]) -> Iterable[str]:
    explained = night.figures.totals(record, "org_name", measure=None, where="len(to_explain) > 0")
    breaks = night.figures.totals(record, "org_name", measure="n_breaks", where="n_breaks > 0")
    return [
        image(bars, "소관별 설명이 필요한 사업", [(org, parts[""]) for org, parts in explained.items()], "건"),
        image(bars, "소관별 설명되지 않은 검산 차이", [(org, parts[""]) for org, parts in breaks.items()], "건"),
    ]


def _of_assistant(night: Night, record: type[Record]) -> Iterable[str]:
    rows = night.figures.totals(record, "fiscal_year", measure=None, stack="keyed_by")
    return [image(stacked_bars, "회계연도별 사업 (열쇠별)", sorted(rows.items()), "개")]


def _of_performance(night: Night, record: type[Record]) -> Iterable[str]:
    rows = night.figures.totals(record, "fiscal_year", measure=None)
    met = night.figures.totals(record, "fiscal_year", measure=None, where="computed_rate >= 100")
    shares = [
        (
            year,
            {
                "목표 이상": met.get(year, {}).get("", 0),
                "목표 미만이거나 모름": parts[""] - met.get(year, {}).get("", 0),
            },
        )
        for year, parts in sorted(rows.items())
    ]
    return [image(stacked_bars, "회계연도별 성과지표", shares, "개")]


_OF_MART: dict[str, Callable[[Night, type[Record]], Iterable[str]]] = {
    "budget_series": _of_series,
    "macro_view": _of_macro,
    "expenditure_magnifier": _of_magnifier,
    "budget_assistant": _of_assistant,
    "performance": _of_performance,
}


@shown
def of_night(night: Night) -> Iterable[str]:
    """The publication: what this night's steps took, and how long the last nights were."""
    spent = [(step.name, step.seconds) for step in sorted(night.steps, key=lambda step: -step.seconds)]
    minutes: dict[str, Sequence[float | None]] = {"걸린 시간": [round(report.seconds / 60, 1) for report in night.past]}
    return [
        image(bars, "이번 밤의 단계별 시간", spent, "초"),
        _trend("지난 밤들의 길이", _nights(night), minutes, "분"),
    ]


def _step_trend(night: Night, step: str, title: str, unit: str) -> str:
    nights: list[tuple[str, RunReport | Night]] = [(_label(report.started_at), report) for report in night.past]
    nights.append((_label(night.started_at), night))
    added: list[float | None] = []
    removed: list[float | None] = []
    for _, told in nights:
        found = next((done for done in told.steps if done.name == step), None)
        added.append(found.added if found else None)
        removed.append(found.removed if found else None)
    return _trend(title, [label for label, _ in nights], {"더함": added, "뺌": removed}, unit)


def _trend(title: str, xs: Sequence[str], series: Mapping[str, Sequence[float | None]], unit: str) -> str:
    return as_image(lines(title, xs, series, unit=unit), title)


def image(draw: Callable[..., str], title: str, rows: Sequence[Any], unit: str) -> str:
    """A picture of the first dozen rows as Markdown; the title says how many were left out."""
    left_out = len(rows) - _MAX_ROWS
    named = f"{title} (많은 차례로 {_MAX_ROWS}, 나머지 {left_out})" if left_out > 0 else title
    return as_image(draw(named, rows[:_MAX_ROWS], unit=unit), named)


def _korean(totals: Mapping[str, Mapping[str, int]], *, lost: str = _LOST) -> list[tuple[str, dict[str, int]]]:
    """Outcomes in Korean; every row names all three ends in one order, so that a colour means the same everywhere."""
    rows = []
    for label, parts in totals.items():
        named = {korean: parts.get(code, 0) for code, korean in _OUTCOMES.items()}
        named |= {lost if code == "lost" else code: n for code, n in parts.items() if code not in _OUTCOMES}
        rows.append((label, named))
    return rows


def _nights(night: Night) -> list[str]:
    return [_label(report.started_at) for report in night.past]


def _label(instant: str | datetime) -> str:
    at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return f"{at.astimezone(_ZONE):%m-%d %H:%M}"


def _trillions(won: int | None) -> float | None:
    return None if won is None else round(won / 1e12, 1)


def _tail(path: str) -> str:
    """The end of a path, which names the file."""
    return path if len(path) <= _MAX_PATH else f"…{path[1 - _MAX_PATH :]}"


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None
