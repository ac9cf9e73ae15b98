"""What only warns: each rule at its border, and each failure in words that say what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from warehouse.cautions import coverage, last_success, listed_whole, quarantine_rate
from warehouse.figures import LowCoverage
from warehouse.outcomes import Counts
from warehouse.placements import WalkResult
from warehouse.report import FileCounts, RunReport

STARTED = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def report(hours_ago: float, outcome: str = "published", seen: int = 1000, quarantined: int = 10) -> RunReport:
    ended = STARTED - timedelta(hours=hours_ago)
    return RunReport(
        run_id=f"{ended:%Y%m%dT%H%M%S}Zaaaa",
        outcome=outcome,
        publication=None,
        started_at=ended.isoformat(),
        ended_at=ended.isoformat(),
        seconds=0.0,
        cpu_seconds=0.0,
        peak_mb=0.0,
        counts=FileCounts(seen=seen, quarantined=quarantined, kept=seen - quarantined),
        members=0,
        parsed=0,
        embedded=0,
        passages=0,
        sources=[],
        steps=[],
        quarantine=[],
    )


def counts(seen: int, quarantined: int) -> Counts:
    return Counts(
        seen=seen,
        kept=0,
        unchanged=seen - quarantined,
        skipped=0,
        quarantined=quarantined,
        lost=0,
        members=0,
        held_unseen=0,
    )


@pytest.mark.parametrize(
    ("state", "passed", "said"),
    [
        ("complete", True, "끝까지"),
        ("partial", False, "권한"),
        ("unreachable", False, "gotgan doctor"),
        ("held", False, "삭제를 보류"),
    ],
)
def test_a_source_is_complete_or_says_what_to_do(state: str, passed: bool, said: str) -> None:
    found = listed_whole(WalkResult("예산실", state=state, n_seen=3))
    assert found.passed is passed
    assert "예산실" in found.description
    assert said in found.description


WEEK = [report(24 * day) for day in range(7, 0, -1)]


@pytest.mark.parametrize(
    ("quarantined", "passed"),
    [(10, True), (30, True), (31, False), (500, False)],
)
def test_three_times_the_usual_share_is_the_border(quarantined: int, passed: bool) -> None:
    assert quarantine_rate(counts(1000, quarantined), WEEK).passed is passed


def test_one_bad_night_among_many_moves_the_border_little() -> None:
    past = [*WEEK, report(1, quarantined=900)]
    assert not quarantine_rate(counts(1000, 40), past).passed


def test_failed_nights_are_not_compared_with() -> None:
    past = [report(24 * day, outcome="failed", quarantined=900) for day in range(9, 0, -1)] + WEEK
    assert not quarantine_rate(counts(1000, 40), past).passed


def test_few_nights_or_few_files_are_no_trend() -> None:
    assert quarantine_rate(counts(1000, 900), WEEK[:4]).passed
    clean = [report(24 * day, quarantined=0) for day in range(7, 0, -1)]
    assert quarantine_rate(counts(1000, 4), clean).passed
    assert not quarantine_rate(counts(1000, 5), clean).passed
    assert quarantine_rate(counts(0, 0), WEEK).passed


def test_a_few_documents_may_be_read_in_part() -> None:
    assert coverage(LowCoverage(0.98, 0, 0, ())).passed
    assert coverage(LowCoverage(0.98, 100, 2, ("가.hwp",))).passed
    found = coverage(LowCoverage(0.98, 100, 3, ("가.hwp", "나.hwp")))
    assert not found.passed
    assert "가.hwp, 나.hwp" in found.description
    assert "gotgan read" in found.description


@pytest.mark.parametrize(
    ("past", "passed"),
    [
        ([], True),
        ([report(26)], True),
        ([report(26.1)], False),
        ([report(50), report(3, outcome="failed")], False),
        ([report(50), report(3, outcome="unchanged")], True),
        ([report(3, outcome="failed")], True),
    ],
)
def test_a_night_without_success_for_26_hours_is_told(past: list[RunReport], passed: bool) -> None:
    assert last_success(past, STARTED).passed is passed
