"""When it runs by itself."""

import dagster as dg

from pipelines.jobs import NIGHTLY
from pipelines.settings import ScheduleSettings


def nightly_schedule(chosen: ScheduleSettings) -> dg.ScheduleDefinition:
    """The nightly run, on from the moment that the daemon starts."""
    return dg.ScheduleDefinition(
        name="nightly_schedule",
        job_name=NIGHTLY,
        cron_schedule=chosen.cron,
        execution_timezone=chosen.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="매일 밤 한 번. 시각은 gotgan.toml의 [schedule]에 있다.",
    )
