"""The code location: what Dagster loads. Nothing here opens the lake, starts a worker or loads a model."""

from pathlib import Path

import dagster as dg

import assets
import connectors
import pipelines
import schemas
import warehouse
from assets.budget import budget_assets
from assets.checks import CHECKS
from assets.core import core_assets
from assets.drafts import draft_assets
from assets.index import INDEX_ASSETS
from assets.lineage import with_lineage
from assets.mart import mart_assets
from assets.raw import raw_assets
from assets.resources import Describe, RefusingIOManager, night_resource
from pipelines.jobs import NIGHTLY_JOB
from pipelines.notices import bell_of
from pipelines.ports import night_opener, no_progress
from pipelines.settings import Settings
from pipelines.triggers import freshness, nightly_schedule, notice_sensors
from schemas.ports import Progress
from warehouse.clock import Clock
from warehouse.layout import Home
from warehouse.placements import DeletionRule
from warehouse.report import RunReport


def build_definitions(
    settings: Settings,
    progress: Progress = no_progress,
    deletion: DeletionRule | None = None,
    clock: Clock | None = None,
) -> dg.Definitions:
    """Everything that Dagster is to know of a home."""
    _refuse_mixed_checkout()
    raw = raw_assets(settings.sources())
    policy = freshness(settings.file.schedule)
    traced = with_lineage([*raw, *core_assets(raw), *budget_assets(), *draft_assets(), *INDEX_ASSETS, *mart_assets()])
    return dg.Definitions(
        assets=[asset.map_asset_specs(lambda spec: dg.apply_freshness_policy(spec, policy)) for asset in traced],
        asset_checks=CHECKS,
        jobs=[NIGHTLY_JOB],
        schedules=[nightly_schedule(settings.file.schedule)],
        sensors=notice_sensors(bell_of(settings)),
        resources={
            "night": night_resource(
                night_opener(settings, progress, deletion=deletion, clock=clock), _describer(settings.home)
            ),
            "io_manager": RefusingIOManager(),
        },
        executor=dg.in_process_executor,
    )


def _describer(home: Home) -> Describe:
    """What writes a run's pages and returns its page's file and its words, for Dagster's own page of the run."""

    def describe(report: RunReport) -> tuple[Path, str]:
        # The templates cost more to load than everything else here.
        from pipelines.reporting.pages import write_pages

        page = write_pages(home, report)
        return page, home.report_markdown_file(report.run_id).read_text(encoding="utf-8")

    return describe


def _refuse_mixed_checkout() -> None:
    """Five packages of two checkouts in one process do run, until one module is missing; so it is refused.

    Raises:
        ImportError: the packages do not lie side by side.
    """
    packages = (pipelines, assets, connectors, warehouse, schemas)
    parents = {Path(package.__file__ or "").resolve().parent.parent for package in packages}
    if len(parents) > 1:
        raise ImportError(f"the packages come from different checkouts: {sorted(str(parent) for parent in parents)}")


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of the home that `GOTGAN_HOME` names."""
    return build_definitions(Settings())
