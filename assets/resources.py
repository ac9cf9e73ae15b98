"""Resources: the night of the run, and an IO manager that refuses, since assets return facts and never data."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import dagster as dg

from assets.failures import failed_steps
from warehouse.night import Night
from warehouse.report import RunReport

Describe = Callable[[RunReport], tuple[Path, str]]
"""Writes a report's pages; returns the file to open and the report in words (Markdown)."""

RUN_TAG = "gotgan/run"
OUTCOME_TAG = "gotgan/outcome"
PUBLICATION_TAG = "gotgan/publication"
REPORT_TAG = "gotgan/report"


def night_resource(
    open_night: Callable[[], AbstractContextManager[Night]], describe: Describe | None = None
) -> dg.ResourceDefinition:
    """One night a run: opened before its first asset, closed after its last, its report attached to the run.

    Dagster closes resources before it says how the run ended, so that whoever waits for the end finds the report there.
    """

    def opened(context: dg.InitResourceContext) -> Iterator[Night]:
        night: Night | None = None
        try:
            with open_night() as night:
                night.dagster_run_id = _run_id(context)
                yield night
                if night.failure is None and night.published is None:
                    night.failure = _failed_outside(context)
        finally:
            if night is not None and night.report is not None:
                _attach(context, night.report, describe)

    return dg.ResourceDefinition(resource_fn=opened, description="집필자 하나가 홈을 여는 하룻밤")


def _failed_outside(context: dg.InitResourceContext) -> str | None:
    """The first step that failed where the night itself did not see it, such as before its work began."""
    run_id = _run_id(context)
    if context.instance is None or run_id is None:
        return None
    failed = failed_steps(context.instance, run_id)
    return next((f"{step.partition(' · ')[0]}: {error or 'Failure'}" for step, error in failed.items()), None)


def _attach(context: dg.InitResourceContext, report: RunReport, describe: Describe | None) -> None:
    """Put the report on the run: its key figures as tags, its words into the log. A failing page must not fail the night."""
    tags = {RUN_TAG: report.run_id, OUTCOME_TAG: report.outcome, PUBLICATION_TAG: report.publication or "-"}
    try:
        if describe is not None:
            page, words = describe(report)
            tags[REPORT_TAG] = str(page)
            if context.log is not None:
                context.log.info(words)
    except Exception as failure:
        # The kind of error alone: its message may quote a document.
        if context.log is not None:
            context.log.warning(f"보고서 쪽을 쓰지 못했습니다: {type(failure).__name__}")
    run_id = _run_id(context)
    if context.instance is not None and run_id is not None:
        context.instance.add_run_tags(run_id, tags)


def _run_id(context: dg.InitResourceContext) -> str | None:
    return context.run.run_id if context.run else None


class RefusingIOManager(dg.IOManager):
    """Raises at every use: an asset that returns a value instead of a `MaterializeResult` fails at once."""

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Refuse to store a value."""
        raise dg.DagsterInvariantViolationError(
            f"{context.asset_key.to_user_string()}: assets return facts about what they wrote, never the data"
        )

    def load_input(self, context: dg.InputContext) -> Any:
        """Refuse to load a value."""
        raise dg.DagsterInvariantViolationError("assets read the lake, not each other's return values; use deps=")
