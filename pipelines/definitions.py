"""The code location: what Dagster loads. Nothing here opens the lake, starts a worker or loads a model."""

from pathlib import Path

import dagster as dg

import assets
import connectors
import pipelines
import schemas
import warehouse
from assets.checks import CHECKS
from assets.core import core_assets
from assets.index import INDEX_ASSETS
from assets.mart import mart_assets
from assets.raw import raw_assets
from assets.resources import RefusingIOManager, night_resource
from pipelines.jobs import NIGHTLY_JOB
from pipelines.ports import night_opener, no_progress
from pipelines.settings import Settings
from pipelines.triggers import nightly_schedule
from schemas.ports import Progress
from warehouse.placements import DeletionRule


def build_definitions(
    settings: Settings, progress: Progress = no_progress, deletion: DeletionRule | None = None
) -> dg.Definitions:
    """Everything that Dagster is to know of a home."""
    _refuse_mixed_checkout()
    raw = raw_assets(settings.sources())
    return dg.Definitions(
        assets=[*raw, *core_assets(raw), *INDEX_ASSETS, *mart_assets()],
        asset_checks=CHECKS,
        jobs=[NIGHTLY_JOB],
        schedules=[nightly_schedule(settings.file.schedule)],
        resources={
            "night": night_resource(night_opener(settings, progress, deletion=deletion)),
            "io_manager": RefusingIOManager(),
        },
        executor=dg.in_process_executor,
    )


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
