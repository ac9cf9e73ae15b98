"""`gotgan run` and `gotgan report`: the night, and what came of it."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, note, print_json, settings_of, words
from pipelines.cli.screen import report_screen, run_line
from pipelines.instance import prepare_instance
from pipelines.reporting.markdown import to_markdown
from pipelines.reporting.pages import TREND_RUNS, write_pages
from pipelines.reporting.wording import STEPS
from pipelines.settings import Settings
from warehouse.clock import Clock
from warehouse.layout import Home
from warehouse.report import RunReport, history, latest_report, report_of

if TYPE_CHECKING:
    import dagster as dg


class ProgressLines:
    """Progress on standard error: a moving line on a terminal, a line a step elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._last: tuple[str, int] | None = None

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` inputs of a step are committed."""
        korean, english = STEPS.get(step, (step, step))
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
    latest, succeeded = run_night(settings, accept_deletions=accept_deletions)
    if latest is None:
        raise typer.Exit(fail("실행을 시작하지 못했습니다.", "the run did not start"))
    if as_json:
        print_json(latest.model_dump())
    else:
        print_report(settings.home, latest)
    if not succeeded or not latest.is_success:
        raise typer.Exit(1)


def run_night(
    settings: Settings, *, accept_deletions: bool = False, clock: Clock | None = None
) -> tuple[RunReport | None, bool]:
    """Run the nightly job in this process, seen by Dagster's instance of the home like any other run.

    Args:
        settings: the home.
        accept_deletions: let deletions through that are held or in their grace.
        clock: another clock than the real one, for a night that is played.

    Returns:
        The run's report, None if it did not come to one, and whether Dagster calls the run a success.

    Raises:
        warehouse.lock.WriterBusy: another run is in progress.
    """
    from dataclasses import replace

    before = latest_report(settings.home)
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
    definitions = build_definitions(settings, ProgressLines(), deletion, clock)
    with dg.DagsterInstance.get() as instance:
        _close_orphans(instance)
        result = definitions.resolve_job_def(NIGHTLY).execute_in_process(
            instance=instance,
            raise_on_error=False,
            # Dagster tells the same to its event log; on the console it would bury the report.
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    latest = latest_report(settings.home)
    is_new = latest is not None and (before is None or latest.run_id != before.run_id)
    return (latest if is_new else None), result.success


def _close_orphans(instance: "dg.DagsterInstance") -> None:
    """Tell Dagster of runs of this command that were killed: nobody else watches them, and they would keep their slot.

    The writer's lock was free, so no such run is in progress any more; runs that the daemon launched are its own business.
    """
    import dagster as dg

    started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])
    for run in instance.get_runs(filters=started):
        if run.remote_job_origin is None:
            instance.report_run_failed(run, "실행이 끝을 알리지 못하고 멈추었습니다 (전원이나 kill).")


def report(
    home: HomeOption = None,
    as_json: JsonOption = False,
    run_id: Annotated[str | None, typer.Option("--run", help="이 실행의 보고서 (없으면 마지막)")] = None,
    as_html: Annotated[bool, typer.Option("--html", help="HTML 화면의 경로 (없으면 만든다)")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Markdown으로 출력")] = False,
    last: Annotated[int | None, typer.Option("--last", min=1, help="지난 N번의 실행을 한 줄씩")] = None,
) -> None:
    """마지막 밤의 보고서를 보인다."""
    if sum([as_json and last is None, as_html, as_markdown, last is not None]) > 1:
        raise typer.Exit(fail("하나만 고르십시오: --json, --html, --markdown, --last", "choose one form", status=2))
    settings = settings_of(home)
    if last is not None:
        _report_last(settings, last, run_id, as_json=as_json)
        return
    found = _chosen(settings, run_id)
    if as_json:
        print_json(found.model_dump())
    elif as_html:
        page = settings.home.report_html_file(found.run_id)
        typer.echo(page if page.is_file() else write_pages(settings.home, found))
    elif as_markdown:
        past = history(settings.home, TREND_RUNS, until=found.run_id).reports
        typer.echo(to_markdown(found, past), nl=False)
    else:
        print_report(settings.home, found)


def _chosen(settings: Settings, run_id: str | None) -> RunReport:
    try:
        found = report_of(settings.home, run_id) if run_id else latest_report(settings.home)
    except (FileNotFoundError, ValueError):
        raise typer.Exit(fail(f"그런 보고서가 없습니다: {run_id}", f"no such report: {run_id}")) from None
    if found is None:
        raise typer.Exit(
            fail("보고서가 없습니다. 먼저 `gotgan run`을 실행하십시오.", "no report yet; run `gotgan run` first")
        )
    return found


def _report_last(settings: Settings, last: int, run_id: str | None, *, as_json: bool) -> None:
    """The last runs, newest first: one line each, or their reports."""
    found = history(settings.home, last, until=run_id)
    for name in found.unreadable:
        note(f"읽을 수 없는 보고서는 건너뜁니다: {name}", f"skipped a report that cannot be read: {name}")
    if as_json:
        print_json([one.model_dump() for one in reversed(found.reports)])
        return
    if not found.reports:
        raise typer.Exit(fail("보고서가 없습니다.", "no report yet"))
    for one in reversed(found.reports):
        typer.echo(run_line(one))


def print_report(home: Home, found: RunReport) -> None:
    """One screen for a tired operator, with the path of the page if it has been written."""
    past = history(home, TREND_RUNS, until=found.run_id).reports
    page = home.report_html_file(found.run_id)
    for line in report_screen(found, past, Clock().now(), page if page.is_file() else None):
        typer.echo(line)
