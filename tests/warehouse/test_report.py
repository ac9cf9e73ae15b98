"""The run report as a file: old ones load, what cannot be read is only named, pages beside them are no reports."""

import json
import os

import pytest
from pydantic import ValidationError

from warehouse.layout import Home
from warehouse.report import (
    FileCounts,
    Growth,
    HomeBytes,
    RunReport,
    SlowFile,
    history,
    last_success,
    latest_report,
    report_of,
    write_report,
)

# As the first version of the platform wrote it, before any field had been added.
_OLD = {
    "run_id": "20261101T170000Z0000000001",
    "outcome": "published",
    "publication": "p20261101T171400Z000001",
    "started_at": "2026-11-01T17:00:00+00:00",
    "ended_at": "2026-11-01T17:14:00+00:00",
    "seconds": 840.0,
    "cpu_seconds": 900.0,
    "peak_mb": 2063.1,
    "counts": {"seen": 3, "kept": 1, "unchanged": 0, "skipped": 1, "quarantined": 1},
    "members": 0,
    "parsed": 2,
    "embedded": 5,
    "passages": 5,
    "sources": [{"name": "share", "state": "complete", "detail": None, "seen": 3, "new": 3, "changed": 0, "moved": 0}],
    "steps": [{"name": "core/reading", "added": 2, "removed": 0, "seconds": 1.5}],
    "quarantine": [{"reason": "no_text", "n": 1}],
    "sandbox": "bubblewrap",
    "failure": None,
}


def _report(number: int, **changed) -> RunReport:
    return RunReport.model_validate(_OLD | {"run_id": f"202611{number:02}T170000Z{number:010x}"} | changed)


@pytest.fixture
def runs(tmp_path) -> Home:
    home = Home(tmp_path)
    for number in range(1, 6):
        write_report(home, _report(number, outcome="failed" if number == 5 else "published"))
    return home


def test_a_report_of_before_the_new_fields_loads_and_keeps_its_contract():
    report = RunReport.model_validate_json(json.dumps(_OLD))
    again = json.loads(report.model_dump_json())
    # What other programs were promised stands as it stood; what they were not is only added.
    assert {key: again[key] for key in _OLD if key not in ("sources", "steps")} == {
        key: value for key, value in _OLD.items() if key not in ("sources", "steps")
    }
    assert again["sources"][0].items() >= _OLD["sources"][0].items()
    assert (report.growth, report.slowest, report.sources[0].last_complete_at) == (None, [], None)


def test_a_report_comes_back_as_it_was_written(tmp_path):
    home = Home(tmp_path)
    written = _report(
        1,
        slowest=[SlowFile(source="share", path='결산 "보고".hwp', seconds=3.2)],
        growth=Growth(n_contents=2, home_bytes=HomeBytes(lake=5, vectors=1, blobs=9)),
        counts=FileCounts(seen=1, kept=1),
    )
    write_report(home, written)
    assert report_of(home, written.run_id) == written
    assert written.growth is not None
    assert written.growth.home_bytes.total == 15


def test_an_unknown_field_is_refused():
    with pytest.raises(ValidationError, match="surprise"):
        RunReport.model_validate(_OLD | {"surprise": 1})


def test_history_is_the_last_runs_oldest_first(runs):
    assert [report.run_id[6:8] for report in history(runs, 3).reports] == ["03", "04", "05"]
    assert [report.run_id[6:8] for report in history(runs, 99).reports] == ["01", "02", "03", "04", "05"]
    assert history(runs, 3).unreadable == []


def test_history_can_end_at_an_earlier_run(runs):
    until = _report(3).run_id
    assert [report.run_id[6:8] for report in history(runs, 2, until=until).reports] == ["02", "03"]


def test_what_cannot_be_read_is_named_and_does_not_take_a_place(runs):
    torn, newer, foreign = (runs.run_folder / f"2026120{n}T170000Zaaaaaaaaaa.json" for n in (1, 2, 3))
    torn.write_text('{"run_id": "2026')
    newer.write_text(json.dumps(_OLD | {"field_of_a_later_version": 1}))
    foreign.write_bytes(b"\xff\xfe\x00")
    found = history(runs, 2)
    assert found.unreadable == [foreign.name, newer.name, torn.name]
    assert [report.run_id[6:8] for report in found.reports] == ["04", "05"]
    latest = latest_report(runs)
    assert latest is not None
    assert latest.run_id == _report(5).run_id


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_report_without_permission_is_named(runs):
    secret = runs.report_file(_report(5).run_id)
    secret.chmod(0)
    assert history(runs, 1).unreadable == [secret.name]


def test_a_folder_with_a_reports_name_is_named(runs):
    (runs.run_folder / "20261231T170000Zaaaaaaaaaa.json").mkdir()
    assert history(runs, 1).unreadable == ["20261231T170000Zaaaaaaaaaa.json"]


def test_pages_and_half_written_files_are_no_reports(runs):
    latest = _report(5).run_id
    (runs.run_folder / f"{latest}.html").write_text("<html>")
    (runs.run_folder / f"{latest}.md").write_text("# report")
    (runs.run_folder / f".{latest}.json.4242").write_text("{")
    (runs.run_folder / ".hidden.json").write_text("{")
    assert len(history(runs, 99).reports) == 5
    assert history(runs, 99).unreadable == []


def test_the_last_success_is_not_the_last_run(runs):
    found = last_success(runs)
    assert found is not None
    assert found.run_id == _report(4).run_id


def test_a_home_without_runs_has_no_history(tmp_path):
    home = Home(tmp_path / "nowhere")
    assert history(home, 5).reports == []
    assert latest_report(home) is None
    assert last_success(home) is None


def test_a_run_that_is_not_there(runs):
    with pytest.raises(FileNotFoundError):
        report_of(runs, "20200101T000000Z0000000000")
    with pytest.raises(ValueError, match="file name"):
        report_of(runs, "../keys/home")
