"""The night comes at its time, and what it makes may become as old as the schedule's longest pause and no older."""

from datetime import timedelta

import dagster as dg
import pytest

from pipelines.settings import ScheduleSettings
from pipelines.triggers import freshness, longest_pause, nightly_schedule


@pytest.mark.parametrize(
    ("cron", "timezone", "hours"),
    [
        ("0 2 * * *", "Asia/Seoul", 24),
        ("30 4 * * 1-5", "Asia/Seoul", 72),
        ("0 2,14 * * *", "UTC", 12),
        ("0 2 * * 0", "Asia/Seoul", 168),
        # The night on which clocks are set back is an hour longer.
        ("0 12 * * *", "Europe/Berlin", 25),
    ],
)
def test_the_longest_pause_is_read_off_the_schedule(cron: str, timezone: str, hours: int) -> None:
    chosen = ScheduleSettings(cron=cron, timezone=timezone)
    assert longest_pause(chosen) == timedelta(hours=hours)
    assert freshness(chosen) == dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=hours + 2))


def test_a_night_in_seoul_is_late_after_26_hours_unless_it_is_told_otherwise() -> None:
    assert freshness(ScheduleSettings()) == dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26))


def test_the_schedule_runs_from_the_moment_that_the_daemon_starts() -> None:
    schedule = nightly_schedule(ScheduleSettings(cron="5 3 * * *", timezone="UTC"))
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("5 3 * * *", "UTC")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
