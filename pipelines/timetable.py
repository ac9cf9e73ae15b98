"""When the schedule runs next, told from its cron line without Dagster, whose import alone costs two CPU seconds."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from pipelines.settings import ScheduleSettings


def next_run(schedule: ScheduleSettings, after: datetime) -> datetime | None:
    """The first time of the schedule later than `after`, in the schedule's zone; None if the line is none or names no time."""
    try:
        moments = CronSim(schedule.cron.lower(), after.astimezone(ZoneInfo(schedule.timezone)))
        return next(moments, None)
    except (CronSimError, ZoneInfoNotFoundError, ValueError):
        return None
