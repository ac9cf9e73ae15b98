"""`gotgan run` and `gotgan report`: the night, and what came of it."""

import os
import shutil
import sys
from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, note, print_json, say, settings_of, words
from pipelines.settings import Settings
from schemas.outcome import reason_of
from warehouse.layout import project_folder
from warehouse.report import RunReport, latest_report, report_of

_STEPS = {
    "core/reading": ("읽기", "reading"),
    "ops/quarantine": ("격리 정리", "quarantine"),
    "index/chunk": ("나누기", "chunking"),
    "index/passage": ("색인", "indexing"),
    "index/access": ("권한", "access"),
}


def prepare_instance(settings: Settings) -> None:
    """Make Dagster's instance folder inside the home, with a copy of the repository's dagster.yaml."""
    settings.home.dagster_folder.mkdir(parents=True, exist_ok=True)
    source = project_folder() / "dagster.yaml"
    if source.is_file():
        shutil.copyfile(source, settings.home.dagster_settings_file)
    os.environ["DAGSTER_HOME"] = str(settings.home.dagster_folder)
    os.environ["GOTGAN_HOME"] = str(settings.home.root)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"


class ProgressLines:
    """Progress on standard error: a moving line on a terminal, a line a step elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._last: tuple[str, int] | None = None

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` inputs of a step are committed."""
        korean, english = _STEPS.get(step, (step, step))
        text = f"  {words(korean, english)} {done:,}/{total:,}"
        if self._is_terminal:
            sys.stderr.write(f"\r\033[K{text}" + ("\n" if done >= total else ""))
        elif done >= total:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()


def run(
    home: HomeOption = None,
    as_json: JsonOption = False,
    accept_deletions: Annotated[
        bool, typer.Option("--accept-deletions", help="보류된 삭제와 유예 중인 삭제를 이번 실행에서 받아들인다")
    ] = False,
) -> None:
    """밤 작업을 데몬 없이 지금 한 번 돌린다."""
    settings = settings_of(home)
    if not settings.file.source:
        place = settings.home.settings_file
        raise typer.Exit(
            fail(f"소스가 없습니다. {place}에 [[source]]를 적으십시오.", f"no [[source]] in {place}", status=2)
        )
    before = latest_report(settings.home)
    succeeded = _execute(settings, accept_deletions=accept_deletions)
    latest = latest_report(settings.home)
    if latest is None or (before is not None and latest.run_id == before.run_id):
        raise typer.Exit(fail("실행을 시작하지 못했습니다.", "the run did not start"))
    if as_json:
        print_json(latest.model_dump())
    else:
        print_report(latest)
    if not succeeded or latest.outcome not in ("published", "unchanged"):
        raise typer.Exit(1)


def _execute(settings: Settings, *, accept_deletions: bool) -> bool:
    """Run the nightly job in this process, seen by Dagster's instance of the home like any other run."""
    from dataclasses import replace

    prepare_instance(settings)
    from warehouse.lock import writer_lock

    # Looked at before Dagster starts, so that a busy home is one line and no failed run in its history.
    settings.home.make_folders()
    with writer_lock(settings.home.lock_file):
        pass
    note(f"밤 작업을 시작합니다: {settings.home.root}", f"starting the night: {settings.home.root}")

    import dagster as dg

    from pipelines.definitions import build_definitions
    from pipelines.jobs import NIGHTLY

    deletion = replace(settings.deletion, accept=True) if accept_deletions else None
    definitions = build_definitions(settings, ProgressLines(), deletion)
    with dg.DagsterInstance.get() as instance:
        result = definitions.resolve_job_def(NIGHTLY).execute_in_process(
            instance=instance,
            raise_on_error=False,
            # Dagster tells the same to its event log; on the console it would bury the report.
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    return result.success


def report(
    home: HomeOption = None,
    as_json: JsonOption = False,
    run_id: Annotated[str | None, typer.Option("--run", help="이 실행의 보고서 (없으면 마지막)")] = None,
) -> None:
    """마지막 밤의 보고서를 보인다."""
    settings = settings_of(home)
    try:
        found = report_of(settings.home, run_id) if run_id else latest_report(settings.home)
    except (FileNotFoundError, ValueError):
        found = None
    if found is None:
        raise typer.Exit(
            fail("보고서가 없습니다. 먼저 `gotgan run`을 실행하십시오.", "no report yet; run `gotgan run` first")
        )
    if as_json:
        print_json(found.model_dump())
    else:
        print_report(found)


def print_report(found: RunReport) -> None:
    """One screen for a tired operator: outcome, sums, sources, quarantine by reason, what it cost."""
    outcome = {
        "published": words("새로 공개함", "published"),
        "unchanged": words("바뀐 것 없음", "nothing new"),
        "partial": words("일부만 실행함", "partial"),
        "failed": words("실패 — 지난 공개가 그대로 있음", "FAILED — the last publication stays"),
    }[found.outcome]
    counts = found.counts
    say(f"\n결과    {outcome}", f"\noutcome  {outcome}")
    if found.failure:
        say(f"까닭    {found.failure}", f"why      {found.failure}")
    say(f"공개    {found.publication or '-'}", f"public   {found.publication or '-'}")
    say(
        f"파일    본 {counts.seen:,} = 새로 보관 {counts.kept:,} + 그대로 {counts.unchanged:,} + "
        f"건너뜀 {counts.skipped:,} + 격리 {counts.quarantined:,}   (압축·메일 안 {found.members:,})",
        f"files    seen {counts.seen:,} = kept {counts.kept:,} + unchanged {counts.unchanged:,} + "
        f"skipped {counts.skipped:,} + quarantined {counts.quarantined:,}   (members {found.members:,})",
    )
    say(
        f"한 일   읽음 {found.parsed:,}, 임베딩 {found.embedded:,} (구절 모두 {found.passages:,})",
        f"work     parsed {found.parsed:,}, embedded {found.embedded:,} (passages in all {found.passages:,})",
    )
    say(
        f"비용    {found.seconds:,.1f}초, CPU {found.cpu_seconds:,.1f}초, 최대 메모리 {found.peak_mb:,.0f} MB, "
        f"격리실 {found.sandbox or '쓰지 않음'}",
        f"cost     {found.seconds:,.1f} s, CPU {found.cpu_seconds:,.1f} s, peak memory {found.peak_mb:,.0f} MB, "
        f"sandbox {found.sandbox or 'not used'}",
    )
    for source in found.sources:
        _print_source(source.model_dump())
    for row in found.quarantine:
        reason = reason_of(row["reason"])
        say(
            f"격리    {row['n']:>4,}  {reason.korean} ({reason.code})",
            f"quarantined {row['n']:>4,}  {reason.english} ({reason.code})",
        )


def _print_source(source: dict[str, Any]) -> None:
    state = {
        "complete": words("모두 읽음", "complete"),
        "partial": words("일부 목록을 읽지 못함", "partial"),
        "unreachable": words("닿지 않음 — 아무것도 지우지 않음", "unreachable — nothing deleted"),
        "held": words("삭제 보류", "deletions held"),
    }[source["state"]]
    say(
        f"소스    {source['name']}: {state}, 본 {source['seen']:,} (새 {source['new']:,}, 바뀜 {source['changed']:,}, "
        f"옮김 {source['moved']:,}, 안 보임 {source['missing']:,}, 지움 {source['deleted']:,})",
        f"source   {source['name']}: {state}, seen {source['seen']:,} (new {source['new']:,}, changed {source['changed']:,}, "
        f"moved {source['moved']:,}, missing {source['missing']:,}, deleted {source['deleted']:,})",
    )
    if source["detail"]:
        say(f"        {source['detail']}", f"         {source['detail']}")
