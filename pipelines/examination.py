"""The doctor's examination: what a night needs, looked at before the night. A finding that is not well says what to do."""

import importlib.metadata
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from connectors.sources.inbox import RECEIPT_FOLDER, person_of
from pipelines.reporting.digest import LATE, SOON_FULL_DAYS, days_until_full, wanted_free_bytes
from pipelines.reporting.pages import TREND_RUNS
from pipelines.reporting.wording import OUTCOMES, age_words, bytes_words, hours_between, instant
from pipelines.settings import Settings, SettingsRefused
from schemas.ports import Walk
from warehouse.clock import Clock
from warehouse.report import HomeBytes, history, last_success

_LATE_HOURS = LATE / timedelta(hours=1)
# Between two machines, or across a correction of the clock, a few minutes are no news.
_CLOCK_SLACK_HOURS = 0.2
_NAMED = 3
_SHOWN_VERSIONS = ("dagster", "duckdb", "lancedb", "sentence-transformers", "unstructured", "kiwipiepy")


class Finding(BaseModel):
    """One thing that was looked at: ok, warning (the night will run) or failed (it will not, or not rightly)."""

    subject: str
    state: Literal["ok", "warning", "failed"]
    text: str


def examine(settings: Settings, names: Iterable[str] | None = None) -> list[Finding]:
    """Look at everything, or at the `LOOKS` of the names given; one that cannot be taken does not keep the others back."""
    findings: list[Finding] = []
    for name in LOOKS if names is None else names:
        try:
            findings += list(LOOKS[name](settings))
        except SettingsRefused:
            # Said once already, by the look at the settings themselves.
            continue
    return findings


def _settings(settings: Settings) -> Iterator[Finding]:
    try:
        chosen = settings.file
        settings.sources()
    except SettingsRefused as refused:
        yield Finding(subject="설정", state="failed", text=f"{refused}. gotgan.toml을 고치십시오")
        return
    if not chosen.source:
        place = settings.home.settings_file
        yield Finding(subject="설정", state="failed", text=f"모을 곳이 없습니다. {place}에 [[source]]를 적으십시오")
    elif not chosen.principal:
        yield Finding(
            subject="설정",
            state="warning",
            text="아무도 아무것도 볼 수 없습니다. gotgan.toml에 [[principal]]을 적으십시오",
        )
    else:
        yield Finding(subject="설정", state="ok", text=f"소스 {len(chosen.source)}, 사람 {len(chosen.principal)}")
    for source in chosen.source:
        # Of an inbox everybody reads their own drops, whoever else may.
        if not source.access and source.kind != "inbox":
            yield Finding(
                subject=f"소스 {source.name}", state="warning", text="아무도 볼 수 없습니다. access를 적으십시오"
            )


def _sources(settings: Settings) -> Iterator[Finding]:
    for source in settings.sources():
        # The first thing that a walk yields says whether the root can be listed; a whole walk is the night's business.
        first = next(iter(source.walk()), None)
        if isinstance(first, Walk) and first.state == "unreachable":
            yield Finding(subject=f"소스 {source.name}", state="failed", text=_unreachable_words(first))
        else:
            yield Finding(subject=f"소스 {source.name}", state="ok", text="닿습니다")


def _unreachable_words(walk: Walk) -> str:
    why = f" ({', '.join(walk.unlisted)})" if walk.unlisted else ""
    return f"닿지 않거나 비어 있습니다{why}. 공유가 연결되어 있는지, 수집 계정이 읽을 수 있는지 보십시오"


def _folders(settings: Settings) -> Iterator[Finding]:
    """Folders that lie in each other: the same file would be collected twice, with the rights of either source."""
    folders = list(_source_folders(settings))
    for (name, folder), (other_name, other) in combinations(folders, 2):
        if folder == other or folder.is_relative_to(other) or other.is_relative_to(folder):
            relation = "같은 폴더입니다" if folder == other else "하나가 다른 하나의 안에 있습니다"
            yield Finding(
                subject=f"소스 {name}, {other_name}",
                state="warning",
                text=f"{relation}. 같은 파일이 두 번 모이고 두 소스의 권한을 함께 가집니다. path를 나누십시오",
            )
    home = settings.home.root
    for name, folder in folders:
        if home.is_relative_to(folder) or folder.is_relative_to(home):
            yield Finding(
                subject=f"소스 {name}",
                state="failed",
                text="홈과 겹쳐 곳간이 스스로를 모으게 됩니다. path나 홈을 옮기십시오",
            )


def _source_folders(settings: Settings) -> Iterator[tuple[str, Path]]:
    for source in settings.file.source:
        path = (source.model_extra or {}).get("path")
        if isinstance(path, str) and path:
            yield source.name, Path(path).expanduser().resolve()


def _inboxes(settings: Settings) -> Iterator[Finding]:
    """Whether a receipt can be written to each person's drop folder."""
    folders = dict(_source_folders(settings))
    for source in settings.file.source:
        root = folders.get(source.name)
        # One that cannot be listed is unreachable, which the examination of the sources says.
        if source.kind != "inbox" or root is None or not os.access(root, os.R_OK | os.X_OK, effective_ids=True):
            continue
        drops = sorted(path for path in root.iterdir() if path.is_dir() and not path.is_symlink())
        closed = [path.name for path in drops if not _takes_receipts(path)]
        if closed:
            more = f" 외 {len(closed) - _NAMED}곳" if len(closed) > _NAMED else ""
            yield Finding(
                subject=f"접수함 {source.name}",
                state="warning",
                text=f"접수증을 쓸 수 없는 폴더: {', '.join(closed[:_NAMED])}{more}. 수집 계정에 쓰기 권한을 주십시오",
            )
        else:
            yield Finding(
                subject=f"접수함 {source.name}", state="ok", text=f"폴더 {len(drops)}곳에 접수증을 쓸 수 있습니다"
            )
        listed = {principal.name for principal in settings.principals}
        unknown = [path.name for path in drops if person_of(path.name) not in listed]
        if unknown:
            more = f" 외 {len(unknown) - _NAMED}곳" if len(unknown) > _NAMED else ""
            yield Finding(
                subject=f"접수함 {source.name}",
                state="warning",
                text=f"[[principal]]에 없는 사람의 폴더: {', '.join(unknown[:_NAMED])}{more}. 놓은 파일을 아무도 볼 수 없습니다",
            )


def _takes_receipts(drop: Path) -> bool:
    receipts = drop / RECEIPT_FOLDER
    return os.access(receipts if receipts.is_dir() else drop, os.W_OK | os.X_OK, effective_ids=True)


def _engine(settings: Settings) -> Iterator[Finding]:
    from warehouse.engine import connect, load_extensions

    try:
        connection = connect()
        load_extensions(connection, settings.place.scanner, "ducklake")
        connection.close()
    except Exception as failure:  # any failure to load is the finding itself
        yield Finding(
            subject="엔진",
            state="failed",
            text=f"DuckLake 확장을 읽지 못합니다: {type(failure).__name__}. make setup을 다시 하십시오",
        )
        return
    yield Finding(subject="엔진", state="ok", text="DuckDB와 DuckLake 확장(서명 확인됨)")


def _model(settings: Settings) -> Iterator[Finding]:
    from warehouse.embedders import default_lane
    from warehouse.model_lanes import lane_loss

    model = settings.model
    try:
        fingerprint, dimension = model.fingerprint, model.dimension
        loss = lane_loss(model.folder, model.lane or default_lane(model.folder))
    except (OSError, ValueError, LookupError) as failure:
        yield Finding(subject="모델", state="failed", text=f"{model.folder}: {failure}. `make setup`이 만듭니다")
        return
    text = ", ".join(filter(None, (model.folder.name, f"{dimension}차원", fingerprint, loss)))
    yield Finding(subject="모델", state="ok", text=text)


def _sandbox(settings: Settings) -> Iterator[Finding]:
    from connectors.isolation import probe

    chosen = settings.file.limits.sandbox
    try:
        found = probe(chosen)
    except RuntimeError as failure:
        yield Finding(subject="격리실", state="failed", text=str(failure))
        return
    holes = [result.label for result in found.results if not result.is_held]
    if holes:
        why = f" ({found.problem})" if found.problem else ""
        text = (
            f"수준 {found.level}{why}: 지켜지지 않는 것 — {', '.join(holes)}. "
            "bubblewrap을 설치하고 사용자 네임스페이스를 허용하십시오"
        )
        yield Finding(subject="격리실", state="warning", text=text)
    else:
        yield Finding(subject="격리실", state="ok", text=f"수준 {found.level}, 탐침 {len(found.results)}개 모두 막힘")


def _tools(settings: Settings) -> Iterator[Finding]:
    from pipelines.ports import toolbox

    found, limits = toolbox(settings), settings.file.limits
    there = [version for version in (found.ocr_version, found.office_version) if version]
    lacks = []
    if not found.ocr and limits.ocr == "auto":
        lacks.append(
            '스캔과 그림은 격리됩니다(ocr_unavailable): tesseract와 한국어 자료를 설치하거나 ocr = "off"로 두십시오'
        )
    if not found.office and limits.office == "auto":
        lacks.append('DOC·PPT는 글만 읽습니다(표·꾸밈 없음): LibreOffice를 설치하거나 office = "off"로 두십시오')
    text = ". ".join([", ".join(there), *lacks] if there else lacks) or "쓰지 않도록 설정됨"
    yield Finding(subject="판독 도구", state="warning" if lacks else "ok", text=text)


def _space(settings: Settings) -> Iterator[Finding]:
    """Free space against what a night may need for writing the lake anew, and the pace at which the home grows."""
    folder = settings.home.root
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    runs = [run for run in history(settings.home, TREND_RUNS).reports if run.growth is not None]
    held = runs[-1].growth if runs else None
    wanted = wanted_free_bytes(held.home_bytes if held else HomeBytes())
    text = bytes_words(free)
    if free < wanted:
        yield Finding(
            subject="여유 공간",
            state="failed",
            text=f"{text}: 밤 작업이 다시 쓰는 데 {bytes_words(wanted)}가 있어야 합니다. 디스크를 늘리십시오",
        )
        return
    days = days_until_full(runs[-1].model_copy(update={"free_bytes": free}), runs[:-1]) if runs else None
    if days is not None and days < SOON_FULL_DAYS:
        pace = f"{text}: 지금 느는 속도로 약 {days:.0f}일 뒤에 찹니다. 디스크를 늘리십시오"
        yield Finding(subject="여유 공간", state="warning", text=pace)
    else:
        yield Finding(subject="여유 공간", state="ok", text=f"{text} (있어야 할 만큼 {bytes_words(wanted)})")


def _runs(settings: Settings) -> Iterator[Finding]:
    """The age of the last success: a night that fails every night runs often and is of no use."""
    found = history(settings.home, TREND_RUNS)
    if found.unreadable:
        names = ", ".join(found.unreadable[:_NAMED])
        text = (
            f"읽을 수 없는 것 {len(found.unreadable)}개: {names}. 더 새 판이 썼거나 깨졌습니다. 다른 곳으로 옮기십시오"
        )
        yield Finding(subject="보고서", state="warning", text=text)
    if not found.reports:
        yield Finding(subject="마지막 성공", state="warning", text="아직 없습니다. gotgan run으로 첫 밤을 돌리십시오")
        return
    success, latest = last_success(settings.home), found.reports[-1]
    since = "" if latest.is_success else f". 마지막 실행은 {OUTCOMES.get(latest.outcome, (latest.outcome,))[0]}"
    if success is None:
        text = f"아직 없습니다{since}. gotgan report가 까닭을 말합니다"
        yield Finding(subject="마지막 성공", state="warning", text=text)
        return
    hours = hours_between(instant(success.ended_at), Clock().now())
    if hours > _LATE_HOURS:
        text = f"{age_words(hours)[0]}{since}. 일정이 도는지 gotgan status로, 실패했으면 gotgan report로 보십시오"
        yield Finding(subject="마지막 성공", state="warning", text=text)
    elif since:
        text = f"{age_words(hours)[0]}{since}. gotgan report가 까닭을 말합니다"
        yield Finding(subject="마지막 성공", state="warning", text=text)
    else:
        yield Finding(subject="마지막 성공", state="ok", text=age_words(hours)[0])


def _clock(settings: Settings) -> Iterator[Finding]:
    """A clock that runs behind would call new files old, and an old publication the newest."""
    latest = next(iter(history(settings.home, 1).reports), None)
    ahead = hours_between(Clock().now(), instant(latest.ended_at)) if latest else 0.0
    if ahead > _CLOCK_SLACK_HOURS:
        text = f"마지막 보고서가 지금보다 {ahead:,.1f}시간 뒤의 것입니다. 이 컴퓨터의 시각을 맞추십시오 (timedatectl)"
        yield Finding(subject="시계", state="failed", text=text)
    else:
        yield Finding(
            subject="시계", state="ok", text="마지막 보고서보다 늦은 시각입니다" if latest else "견줄 보고서가 없습니다"
        )


def _versions(_: Settings) -> Iterator[Finding]:
    shown = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _SHOWN_VERSIONS)
    yield Finding(subject="판", state="ok", text=shown)


Look = Callable[[Settings], Iterator[Finding]]

LOOKS: dict[str, Look] = {
    "settings": _settings,
    "sources": _sources,
    "folders": _folders,
    "inboxes": _inboxes,
    "engine": _engine,
    "model": _model,
    "sandbox": _sandbox,
    "tools": _tools,
    "space": _space,
    "runs": _runs,
    "clock": _clock,
    "versions": _versions,
}
"""What the doctor looks at, in this order."""
