"""What a night leaves on Dagster's pages: pictures, checks in words, and the report on the run, also of a night that failed."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import dagster as dg
import pytest

from assets.raw import raw_assets
from assets.resources import OUTCOME_TAG, PUBLICATION_TAG, REPORT_TAG, RUN_TAG, night_resource
from pipelines.definitions import build_definitions
from pipelines.ports import night_opener, no_progress
from pipelines.settings import Settings
from warehouse.publication import read_current
from warehouse.report import RunReport, latest_report

IMAGE = re.compile(r"!\[([^\]]+)\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)")


def write_home(folder: Path) -> Settings:
    share = folder / "share"
    share.mkdir()
    (share / "2027년 안내.txt").write_text("2027년도 예산요구서는 5월 31일까지 낸다.\n", "utf-8")
    (share / "회의.md").write_text("# 회의 결과\n\n세입 전망을 다시 보기로 했다.\n", "utf-8")
    (share / "빈 파일.hwp").write_bytes(b"")
    home = folder / "home"
    home.mkdir()
    (home / "gotgan.toml").write_text(
        f'[limits]\nworkers = 1\n\n[[source]]\nname = "작은_공유"\npath = "{share}"\naccess = ["group:all"]\n\n'
        '[[principal]]\nname = "담당"\n',
        "utf-8",
    )
    return Settings(home)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as made:
        yield made


def run_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRun:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run


def night_of(settings: Settings, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = build_definitions(settings).resolve_job_def("nightly")
    return job.execute_in_process(instance=instance, raise_on_error=False)


def reported(settings: Settings) -> RunReport:
    report = latest_report(settings.home)
    assert report is not None
    return report


def log_lines(instance: dg.DagsterInstance, run_id: str) -> list[tuple[str, str]]:
    """(event or LOG, text) of a run in order."""
    return [
        (entry.dagster_event.event_type_value if entry.dagster_event else "LOG", entry.user_message)
        for entry in instance.all_logs(run_id)
    ]


def pictures(result: dg.ExecuteInProcessResult) -> dict[str, list[str]]:
    """Asset → the titles of its pictures, each of which is well-formed."""
    found: dict[str, list[str]] = {}
    for event in result.get_asset_materialization_events():
        materialization = event.materialization
        shown = materialization.metadata["그림"]
        assert isinstance(shown, dg.MarkdownMetadataValue), shown
        images = IMAGE.findall(shown.md_str)
        assert images
        for _, encoded in images:
            assert ElementTree.fromstring(base64.b64decode(encoded)).tag.endswith("svg")
        found[materialization.asset_key.to_user_string()] = [title for title, _ in images]
    return found


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    return {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}


@pytest.mark.long
def test_two_nights_show_pictures_checks_and_their_report(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = write_home(tmp_path)
    first = night_of(settings, instance)
    assert first.success
    shown = pictures(first)
    assert set(shown) == {spec.key.to_user_string() for spec in build_definitions(settings).resolve_all_asset_specs()}
    assert "격리율 추이" in shown["core/reading"]
    assert any("느린" in title or "오래" in title for title in shown["core/reading"])
    assert all(evaluation.passed for evaluation in evaluations(first).values())

    run, report = run_of(instance, first.run_id), reported(settings)
    assert report.dagster_run_id == first.run_id
    assert run.tags[RUN_TAG] == report.run_id
    assert run.tags[OUTCOME_TAG] == "published"
    assert run.tags[PUBLICATION_TAG] == read_current(settings.home).publication_id
    assert Path(run.tags[REPORT_TAG]).read_text("utf-8").lstrip().lower().startswith("<!doctype html")
    lines = log_lines(instance, first.run_id)
    told = next(index for index, (kind, text) in enumerate(lines) if kind == "LOG" and text.startswith("# 곳간"))
    assert told < [kind for kind, _ in lines].index("PIPELINE_SUCCESS")

    (tmp_path / "share").rename(tmp_path / "away")
    second = night_of(settings, instance)
    assert second.success
    listed = evaluations(second)["listed_whole"]
    assert not listed.passed
    assert listed.severity is dg.AssetCheckSeverity.WARN
    assert "닿지 못했습니다" in (listed.description or "")
    assert run_of(instance, second.run_id).tags[OUTCOME_TAG] == "unchanged"
    assert [check.name for check in reported(settings).checks if not check.passed] == ["listed_whole:작은_공유"]


@dg.asset(deps=[dg.AssetKey(["raw", "small"])])
def broken(night: dg.ResourceParam[Any]) -> None:
    raise ValueError("홍길동 900101-1234567")


def small_home(folder: Path) -> Settings:
    settings = write_home(folder)
    text = settings.home.settings_file.read_text("utf-8").replace("작은_공유", "small")
    settings.home.settings_file.write_text(text, "utf-8")
    return Settings(settings.home.root)


def test_a_night_that_fails_outside_its_steps_has_a_report_that_says_where(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    settings = small_home(tmp_path)
    resource = night_resource(night_opener(settings, no_progress), lambda report: (tmp_path / "page.html", "# 곳간"))
    result = dg.materialize(
        [*raw_assets(settings.sources()), broken],
        resources={"night": resource},
        instance=instance,
        raise_on_error=False,
    )
    assert not result.success
    report = reported(settings)
    assert (report.outcome, report.failure) == ("failed", "broken: ValueError")
    tags = run_of(instance, result.run_id).tags
    assert (tags[OUTCOME_TAG], tags[PUBLICATION_TAG], tags[REPORT_TAG]) == ("failed", "-", str(tmp_path / "page.html"))
    lines = log_lines(instance, result.run_id)
    assert lines.index(("LOG", "# 곳간")) < [kind for kind, _ in lines].index("PIPELINE_FAILURE")


def test_a_page_that_cannot_be_written_does_not_fail_the_night(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = small_home(tmp_path)

    def failing(report: RunReport) -> tuple[Path, str]:
        raise OSError("홍길동 900101-1234567")

    resource = night_resource(night_opener(settings, no_progress), failing)
    result = dg.materialize(raw_assets(settings.sources()), resources={"night": resource}, instance=instance)
    assert result.success
    tags = run_of(instance, result.run_id).tags
    assert tags[OUTCOME_TAG] == "partial"
    assert REPORT_TAG not in tags
    said = [text for kind, text in log_lines(instance, result.run_id) if kind == "LOG"]
    assert any("OSError" in text for text in said)
    assert "900101" not in "".join(said)


def test_a_source_shows_what_it_saw_over_the_last_nights(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = small_home(tmp_path)
    for nights in (1, 2):
        resource = night_resource(night_opener(settings, no_progress))
        result = dg.materialize(raw_assets(settings.sources()), resources={"night": resource}, instance=instance)
        (event,) = result.get_asset_materialization_events()
        shown = event.materialization.metadata["그림"]
        assert isinstance(shown, dg.MarkdownMetadataValue)
        drawn = {title: base64.b64decode(image).decode() for title, image in IMAGE.findall(shown.md_str)}
        assert drawn["본 파일 추이"].count("3개") >= nights
        assert re.search("아직 읽지 않음 [23]개", drawn["결말별 파일"])
