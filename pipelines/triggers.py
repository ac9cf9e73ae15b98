"""When it runs by itself, how old what it makes may become, and who hears of it when it fails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import dagster as dg

from pipelines.jobs import NIGHTLY
from pipelines.notices import Bell
from pipelines.settings import ScheduleSettings

# What a night may take beyond the time of the one before, without anybody being told that it is late.
_GRACE = timedelta(hours=2)
_TICKS = 400
_SENSOR_SECONDS = 30


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


def freshness(chosen: ScheduleSettings) -> dg.FreshnessPolicy:
    """What every asset promises: never older than the longest pause of the schedule and two hours, so 26 hours by default."""
    return dg.FreshnessPolicy.time_window(fail_window=longest_pause(chosen) + _GRACE)


def longest_pause(chosen: ScheduleSettings) -> timedelta:
    """The longest time between two runs that follow each other, over the next 400 of them."""
    ticks = islice(_ticks(chosen), _TICKS)
    return timedelta(seconds=max(later - earlier for earlier, later in pairwise(ticks)))


def _ticks(chosen: ScheduleSettings) -> Iterator[float]:
    """Seconds since 1970 of the next runs: between clock times of one zone, Python leaves out that clocks are set back."""
    # The schedule's own reading of cron, so that both agree on summer time and on leap days.
    from dagster._utils.schedules import cron_string_iterator

    found = cron_string_iterator(datetime.now(UTC).timestamp(), chosen.cron, chosen.timezone)
    return (tick.timestamp() for tick in found)


def notice_sensors(bell: Bell) -> list[dg.SensorDefinition]:
    """Tell the targets of gotgan.toml when a run has failed, and once when it works again.

    They watch the whole instance, which is one home's: a run that `gotgan run` started belongs to no code location.
    """

    @dg.run_failure_sensor(
        name="failure_notice",
        monitor_all_code_locations=True,
        minimum_interval_seconds=_SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="실행이 실패하면 gotgan.toml의 [[notify]]에 적힌 곳으로 알린다: 어느 밤, 어느 단계, 왜, 무엇을 할지.",
    )
    def failure_notice(context: dg.RunFailureSensorContext) -> None:
        bell.ring_failure(context.instance, context.dagster_run, context.log)

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="recovery_notice",
        monitor_all_code_locations=True,
        minimum_interval_seconds=_SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="실패한 뒤 다시 성공하면 한 번 알린다.",
    )
    def recovery_notice(context: dg.RunStatusSensorContext) -> None:
        bell.ring_recovery(context.instance, context.dagster_run, context.log)

    return [failure_notice, recovery_notice]
