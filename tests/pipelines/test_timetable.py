"""The next run, compared with what Dagster itself would say."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from dagster._utils.schedules import cron_string_iterator, is_valid_cron_string

from pipelines.settings import ScheduleSettings
from pipelines.timetable import next_run

_LINES = [
    "0 2 * * *",
    "30 1 * * 1-5",
    "*/15 * * * *",
    "5,35 0-6/2 * * *",
    "0 2 1,15 * *",
    "0 2 29 2 *",
    "0 2 31 * *",
    "0 0 13 * 5",
    "0 2 * * sun",
    "0 2 * * 7",
    "0 6 1 jan-mar *",
    "59 23 31 12 *",
    "10 4 1-7 * mon",
    "0 4 */2 * *",
]


@pytest.mark.parametrize("line", _LINES)
@pytest.mark.parametrize("zone", ["Asia/Seoul", "UTC"])
def test_it_is_when_dagster_would_run(line, zone):
    chance = random.Random(line)
    for _ in range(5):
        after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(3 * 365 * 1440))
        wanted = next(
            moment
            for moment in cron_string_iterator(after.timestamp(), line, zone)
            if moment.timestamp() > after.timestamp()
        )
        assert next_run(ScheduleSettings(cron=line, timezone=zone), after) == wanted


def test_the_very_minute_is_over():
    at = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    schedule = ScheduleSettings(cron="0 2 * * *", timezone="Asia/Seoul")
    assert next_run(schedule, at - timedelta(seconds=1)) == at
    assert next_run(schedule, at) == at + timedelta(days=1)


@pytest.mark.parametrize("line", ["", "* * * *", "0 25 * * *", "60 * * * *", "0 2 * * */0", "0 2 x * *"])
def test_a_line_that_is_none_has_no_next_run(line):
    assert not is_valid_cron_string(line)
    assert next_run(ScheduleSettings(cron=line), datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_what_is_not_understood_is_left_open():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_run(ScheduleSettings(cron="@daily"), at) is None
    assert next_run(ScheduleSettings(cron="0 2 * * 5-1"), at) is None
    assert next_run(ScheduleSettings(cron="0 2 30 2 *"), at) is None
    assert next_run(ScheduleSettings(timezone="Asia/Nowhere"), at) is None
