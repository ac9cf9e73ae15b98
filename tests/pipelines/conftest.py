"""Reports of made-up nights, written and read as real ones are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from warehouse.report import FileCounts, ReasonCount, RunReport, SourceReport, StepReport

NIGHT = datetime(2026, 11, 20, 17, 14, tzinfo=UTC)


@pytest.fixture
def make_report() -> Callable[..., RunReport]:
    """`make_report(3, outcome="failed")`: the report of the third night, whatever is given changed in it.

    `sources` may be name → state; `quarantine` and `reasons_new` may be reason → files.
    """

    def make(number: int = 0, *, at: datetime | None = None, **changed: Any) -> RunReport:
        ended = at or NIGHT + timedelta(days=number)
        began = ended - timedelta(minutes=14)
        states = changed.pop("sources", {"예산총괄과": "complete"})
        if isinstance(states, dict):
            states = [
                SourceReport(
                    name=name,
                    state=state,
                    seen=50,
                    last_complete_at=ended.isoformat() if state in ("complete", "held") else None,
                )
                for name, state in states.items()
            ]
        for name in ("quarantine", "reasons_new"):
            if isinstance(changed.get(name), dict):
                changed[name] = [ReasonCount(reason=reason, n=n) for reason, n in changed[name].items()]
        report = RunReport(
            run_id=f"{began:%Y%m%dT%H%M%SZ}{number:010x}",
            outcome="published",
            publication=f"p{ended:%Y%m%dT%H%M%SZ}{number:06x}",
            started_at=began.isoformat(),
            ended_at=ended.isoformat(),
            seconds=840.0,
            cpu_seconds=1900.0,
            peak_mb=2063.0,
            counts=FileCounts(seen=100, kept=10, unchanged=70, skipped=7, quarantined=13),
            members=4,
            parsed=10,
            embedded=140,
            passages=1690,
            sources=states,
            steps=[StepReport(name="core/reading", added=10, removed=0, seconds=400.0, cpu_seconds=900.0)],
            quarantine=[ReasonCount(reason="no_text", n=10), ReasonCount(reason="password_hwp", n=3)],
        )
        return RunReport.model_validate(report.model_dump() | changed)

    return make
