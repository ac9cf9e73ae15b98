"""The `gotgan` command.

Its contract: `--home` after every subcommand, `--json` everywhere, exit status 0 done (quarantines allowed), 1 failed or
blocked, 2 usage (an unknown principal too).
"""

import atexit
import contextlib
import faulthandler
import os
import sys
import threading
from typing import NoReturn

import typer

from pipelines.cli import (
    ask,
    changes,
    evaluating,
    exporting,
    history,
    homes,
    indexing,
    notifying,
    overview,
    quarantine,
    reading,
    records,
    reviewing,
    running,
    sampling,
)

app = typer.Typer(
    name="gotgan",
    help="곳간: 흩어진 업무 자료를 모아 찾고 인용할 수 있게 한다.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("init")(homes.init)
app.command("doctor")(homes.doctor)
app.command("ui")(homes.ui)
app.command("run")(running.run)
app.command("report")(running.report)
app.command("status")(overview.status)
app.command("notify-test")(notifying.notify_test)
app.command("read")(reading.read)
app.command("records")(records.records)
app.command("search")(ask.search)
app.command("cite")(ask.cite)
app.command("sql")(ask.sql)
app.command("changes")(changes.changes)
app.command("history")(history.history)
app.command("sample")(sampling.sample)
app.command("rollback")(indexing.rollback)
app.command("eval")(evaluating.evaluate)
app.add_typer(exporting.app, name="export")
app.add_typer(indexing.app, name="index")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(reviewing.app, name="review")


def main() -> None:
    """Run the command; what is expected to go wrong ends in one line and a status, never in a traceback."""
    # Into a descriptor of its own: while a step works, Dagster has standard error written to a log of the step.
    with contextlib.suppress(OSError):
        faulthandler.enable(os.dup(2))
    try:
        _run()
    except SystemExit as end:
        _leave(end.code)
    _leave(0)


def _run() -> None:
    from pipelines.cli.console import fail
    from pipelines.settings import SettingsRefused
    from schemas.access import UnknownPrincipal
    from warehouse.embedders import NoSuchModel
    from warehouse.lock import WriterBusy
    from warehouse.publication import NothingPublished
    from warehouse.vectors import WrongTable

    try:
        app()
    except UnknownPrincipal as unknown:
        sys.exit(fail(f"등록되지 않은 사용자입니다: {unknown}", f"unknown principal: {unknown}", status=2))
    except SettingsRefused as refused:
        sys.exit(fail(str(refused), str(refused), status=2))
    except (NothingPublished, WriterBusy, NoSuchModel, WrongTable) as state:
        sys.exit(fail(str(state), str(state), status=1))


def _leave(code: str | int | None) -> NoReturn:
    """End the process when all is said, without taking the interpreter apart.

    Threads of native libraries (LanceDB, torch, Arrow) outlive the work, and one that lets go of an object while the
    interpreter is freed crashes a command that had done everything.
    """
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    threading._shutdown()  # pyright: ignore[reportAttributeAccessIssue] - waits for threads at work, as the interpreter does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        # The reader of a pipe may have left.
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else int(bool(code)))
