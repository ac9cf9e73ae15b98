"""The doctor's examination: what a night needs, looked at before the night."""

import importlib.metadata
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from pipelines.settings import Settings, SettingsRefused
from schemas.ports import Walk
from warehouse.report import latest_report

_WANTED_FREE_BYTES = 2 << 30
_LATE = timedelta(hours=26)
_SHOWN_VERSIONS = ("dagster", "duckdb", "lancedb", "sentence-transformers", "unstructured", "kiwipiepy")


class Finding(BaseModel):
    """One thing that was looked at: ok, warning (the night will run) or failed (it will not, or not rightly)."""

    subject: str
    state: Literal["ok", "warning", "failed"]
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; one failing examination does not keep the others from being done."""
    findings = [*_settings(settings)]
    for look in (_sources, _engine, _model, _sandbox, _space, _last_run, _versions):
        try:
            findings += list(look(settings))
        except SettingsRefused:
            # Said once already, by the examination of the settings themselves.
            continue
    return findings


def _settings(settings: Settings) -> Iterator[Finding]:
    try:
        chosen = settings.file
    except SettingsRefused as refused:
        yield Finding(subject="설정", state="failed", text=str(refused))
        return
    if not chosen.source:
        yield Finding(subject="설정", state="failed", text=f"{settings.home.settings_file}에 [[source]]가 없습니다")
    elif not chosen.principal:
        yield Finding(subject="설정", state="warning", text="[[principal]]이 없어 아무도 아무것도 볼 수 없습니다")
    else:
        yield Finding(subject="설정", state="ok", text=f"소스 {len(chosen.source)}, 사람 {len(chosen.principal)}")
    for source in chosen.source:
        if not source.access:
            yield Finding(subject=f"소스 {source.name}", state="warning", text="access가 없어 아무도 볼 수 없습니다")


def _sources(settings: Settings) -> Iterator[Finding]:
    for source in settings.sources():
        # The first thing that a walk yields says whether the root can be listed; a whole walk is the night's business.
        first = next(iter(source.walk()), None)
        if isinstance(first, Walk) and first.state == "unreachable":
            yield Finding(subject=f"소스 {source.name}", state="failed", text="닿지 않거나 비어 있습니다")
        else:
            yield Finding(subject=f"소스 {source.name}", state="ok", text="닿습니다")


def _engine(settings: Settings) -> Iterator[Finding]:
    from warehouse.engine import connect, load_extensions

    try:
        connection = connect()
        load_extensions(connection, settings.place.scanner, "ducklake")
        connection.close()
    except Exception as failure:  # any failure to load is the finding itself
        yield Finding(subject="엔진", state="failed", text=f"DuckLake 확장을 읽지 못합니다: {type(failure).__name__}")
        return
    yield Finding(subject="엔진", state="ok", text="DuckDB와 DuckLake 확장(서명 확인됨)")


def _model(settings: Settings) -> Iterator[Finding]:
    from warehouse.embedders import describe_model

    folder = settings.model_folder
    try:
        fingerprint, dimension = describe_model(folder)
    except (OSError, ValueError, LookupError) as failure:
        yield Finding(subject="모델", state="failed", text=f"{folder}: {failure}. `make setup`이 만듭니다")
        return
    yield Finding(subject="모델", state="ok", text=f"{folder.name}, {dimension}차원, {fingerprint}")


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
        yield Finding(
            subject="격리실", state="warning", text=f"수준 {found.level}{why}: 지켜지지 않는 것 — {', '.join(holes)}"
        )
    else:
        yield Finding(subject="격리실", state="ok", text=f"수준 {found.level}, 탐침 {len(found.results)}개 모두 막힘")


def _space(settings: Settings) -> Iterator[Finding]:
    folder = settings.home.root
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    state: Literal["ok", "failed"] = "ok" if free >= _WANTED_FREE_BYTES else "failed"
    yield Finding(subject="여유 공간", state=state, text=f"{free / 2**30:,.1f} GB")


def _last_run(settings: Settings) -> Iterator[Finding]:
    found = latest_report(settings.home)
    if found is None:
        yield Finding(subject="마지막 실행", state="warning", text="아직 없음")
        return
    age = datetime.now(UTC) - datetime.fromisoformat(found.ended_at)
    text = f"{found.outcome}, {age.total_seconds() / 3600:,.1f}시간 전"
    is_well = found.outcome in ("published", "unchanged") and age <= _LATE
    yield Finding(subject="마지막 실행", state="ok" if is_well else "warning", text=text)


def _versions(_: Settings) -> Iterator[Finding]:
    shown = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _SHOWN_VERSIONS)
    yield Finding(subject="판", state="ok", text=shown)
