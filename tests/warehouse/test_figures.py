"""The figures of the pages are those of the lake."""

from pathlib import Path
from typing import Any

from schemas.records.holding import Holding
from schemas.records.quarantine import Quarantine
from schemas.records.reading import ReadingRecord
from warehouse.figures import Figures
from warehouse.lake import CATALOG, Lake


def test_a_small_night_is_counted_by_source_format_and_reason(night: Any, share: Path, lake: Lake) -> None:
    figures = Figures(lake)
    (share / "가.txt").write_text("하나\n", "utf-8")
    (share / "나.txt").write_text("둘\n", "utf-8")
    (share / "다.bin").write_bytes(b"\x00")
    assert figures.outcomes() == {}
    night.receive(night.sources[0])
    assert figures.outcomes() == {"share": {"lost": 3}}
    assert figures.outcomes("another") == {}
    night.run_on(lake)

    ends = figures.outcomes("share")["share"]
    assert sum(ends.values()) == 3
    assert ends["kept"] == 2
    assert sum(sum(parts.values()) for parts in figures.formats().values()) == 3
    reasons = figures.totals(Quarantine, "reason", measure=None)
    assert sum(parts[""] for parts in reasons.values()) == ends.get("quarantined", 0)
    by_outcome = figures.totals(Holding, "source_name", measure="n_files", stack="outcome")
    assert by_outcome == {"share": ends}

    contents = [row["content_id"] for row in lake.rows(f"SELECT content_id FROM {CATALOG}.core.reading ORDER BY 1")]
    slow = figures.slow_files({content_id: float(place) for place, content_id in enumerate([*contents, "gone"])})
    assert [file.seconds for file in slow] == [2.0, 1.0, 0.0]
    assert {file.path for file in slow} == {"가.txt", "나.txt", "다.bin"}


def test_only_what_could_be_measured_counts_as_read_in_part(night: Any, share: Path, lake: Lake) -> None:
    for name in ("가", "나", "다"):
        (share / f"{name}.txt").write_text(f"{name}\n", "utf-8")
    night.run_on(lake)
    places = {
        row["path"]: row["content_id"] for row in lake.rows(f"SELECT path, content_id FROM {CATALOG}.raw.placement")
    }
    for path, share_read in (("가.txt", 0.5), ("나.txt", 1.0)):
        lake.connection.execute(
            f"UPDATE {CATALOG}.{ReadingRecord.qualified_name()} SET coverage = ? WHERE content_id = ?",
            [share_read, places[path]],
        )
    found = Figures(lake).low_coverage(0.98)
    assert (found.n_measured, found.n_low, found.paths) == (2, 1, ("가.txt",))
    assert found.share == 0.5
