"""The code location loads at little cost, and everything in it says what it is."""

import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from typer.main import get_command

from assets.layers import FILLS
from assets.resources import RefusingIOManager
from pipelines.cli import app
from pipelines.definitions import build_definitions
from pipelines.pages import walk_commands
from pipelines.settings import Settings, SettingsRefused
from schemas import sql
from schemas.record import LAYERS
from schemas.records import discover_records
from warehouse.amount_view import AMOUNT_VIEW
from warehouse.serving import served_records

PROJECT = Path(__file__).resolve().parents[2]
ASSET_LAYERS = [layer for layer in LAYERS if layer != "ops"]
HEAVY = ("torch", "lancedb", "lance", "unstructured", "spacy", "sentence_transformers", "transformers", "kiwipiepy")
MAX_CPU_SECONDS = 2.0

MEASURE = """
import json, resource, sys

def seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

import dagster
before = seconds()
import pipelines.definitions
repository = pipelines.definitions.defs().get_repository_def()
jobs = [job.name for job in repository.get_all_jobs()]
print(json.dumps({"seconds": seconds() - before, "jobs": jobs, "modules": sorted(sys.modules)}))
"""


def write_home(folder: Path, *names: str, extra: str = "") -> Settings:
    tables = [
        f'[[source]]\nname = "{name}"\nkind = "folder"\npath = "{folder}"\naccess = ["group:all"]\n' for name in names
    ]
    (folder / "gotgan.toml").write_text("\n".join([*tables, extra]), "utf-8")
    return Settings(folder)


@pytest.fixture
def definitions(tmp_path: Path) -> dg.Definitions:
    return build_definitions(write_home(tmp_path, "budget_office", "예산실"))


@pytest.fixture
def specs(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


def test_the_definitions_are_valid_as_a_whole(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_an_empty_home_loads_too(tmp_path: Path) -> None:
    empty = build_definitions(Settings(tmp_path))
    dg.Definitions.validate_loadable(empty)
    assert {spec.key.path[0] for spec in empty.resolve_all_asset_specs()} == {"raw", "core", "index", "mart"}


def test_a_home_whose_settings_are_wrong_says_so_instead_of_loading(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="carrier_pigeon"):
        write_home(tmp_path, extra='[[source]]\nname = "a"\nkind = "carrier_pigeon"')
        build_definitions(Settings(tmp_path))


def test_every_asset_says_what_it_is_for_and_who_answers_for_it(specs: dict[str, dg.AssetSpec]) -> None:
    assert len(specs) >= 7
    for name, spec in specs.items():
        assert len(spec.description or "") > 20, name
        assert spec.owners, name
        assert spec.kinds, name


def test_one_word_is_key_prefix_and_group(specs: dict[str, dg.AssetSpec]) -> None:
    assert {spec.group_name for spec in specs.values()} == set(ASSET_LAYERS)
    for name, spec in specs.items():
        assert len(spec.key.path) == 2, name
        assert spec.key.path[0] == spec.group_name, name


def test_an_asset_that_is_a_table_shows_its_columns_in_both_languages(specs: dict[str, dg.AssetSpec]) -> None:
    shown = {name: spec.metadata["dagster/column_schema"] for name, spec in specs.items() if "core/" in name}
    assert shown
    for schema in shown.values():
        assert isinstance(schema, dg.TableSchema)
        assert all(column.description and " — " in column.description for column in schema.columns)


def test_a_source_has_an_asset_under_its_own_name_even_in_hangul(specs: dict[str, dg.AssetSpec]) -> None:
    assert {"raw/budget_office", "raw/예산실"} <= set(specs)
    assert "예산실" in (specs["raw/예산실"].description or "")


def test_everything_flows_from_the_sources_to_the_publication(specs: dict[str, dg.AssetSpec]) -> None:
    graph = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in specs.items()}
    upstream: set[str] = set()
    waiting = ["mart/serving_file"]
    while waiting:
        above = graph[waiting.pop()] - upstream
        upstream |= above
        waiting += above
    assert upstream == set(specs) - {"mart/serving_file"}
    assert {name for name, deps in graph.items() if not deps} == {
        name for name in specs if name.startswith("raw/") and name != "raw/export"
    }


@pytest.fixture
def checks(definitions: dg.Definitions) -> list[dg.AssetCheckSpec]:
    graph = definitions.resolve_asset_graph()
    return [graph.get_check_spec(key) for key in sorted(graph.asset_check_keys)]


def test_what_must_hold_blocks_and_the_rest_only_warns(checks: list[dg.AssetCheckSpec]) -> None:
    blocking = {spec.name for spec in checks if spec.blocking}
    assert blocking == {
        "counts_add_up",
        "export_bytes_accounted",
        "only_registered_conversations",
        "merge_adds_nothing",
        "no_unmasked_number",
        "lake_and_vectors_agree",
        "amounts_reparse",
    }
    warning = {f"{spec.asset_key.to_user_string()}:{spec.name}" for spec in checks if not spec.blocking}
    assert {"core/reading:quarantine_rate", "core/reading:coverage", "core/reading:last_success"} < warning
    assert {"raw/budget_office:listed_whole", "raw/예산실:listed_whole"} < warning
    assert "mart/serving_file" not in {spec.asset_key.to_user_string() for spec in checks}


def test_every_check_says_why_it_matters_and_what_to_do(checks: list[dg.AssetCheckSpec]) -> None:
    for spec in checks:
        description = spec.description or ""
        assert ("공개를 막는다" in description) == spec.blocking, spec.name
        assert ("경고만 한다" in description or "경고만 하고" in description) != spec.blocking, spec.name
        assert any(word in description for word in ("`gotgan ", "알리")), spec.name


def test_the_nightly_job_runs_everything_in_one_process(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("nightly")
    layer = job.asset_layer
    assert {key.to_user_string() for key in layer.selected_asset_keys} == {
        spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs()
    }
    assert layer.asset_graph.asset_check_keys == definitions.resolve_asset_graph().asset_check_keys
    assert job.executor_def.name == "in_process"
    assert float(job.tags["dagster/max_runtime"]) == 5 * 3600


def test_every_asset_says_who_reads_it_and_what_to_do_when_it_is_red(specs: dict[str, dg.AssetSpec]) -> None:
    for name, spec in specs.items():
        description = spec.description or ""
        assert "**누가 읽나**" in description, name
        assert "**빨갛게 되면**" in description, name
        pages = re.findall(r"`docs/([\w/-]+\.md)`", description)
        assert pages, name
        assert [page for page in pages if not (PROJECT / "docs" / page).is_file()] == [], name


def test_every_command_that_a_page_shows_exists(
    specs: dict[str, dg.AssetSpec], checks: list[dg.AssetCheckSpec]
) -> None:
    known = {path[1:] for path, _ in walk_commands(get_command(app))}
    for text in [*(spec.description or "" for spec in specs.values()), *(spec.description or "" for spec in checks)]:
        for words in re.findall(r"gotgan ([a-z-]+(?: [a-z]+)?)", text):
            parts = tuple(words.split())
            assert parts in known or parts[:1] in known, words


def test_every_query_that_a_page_shows_runs_on_the_analysts_tables(specs: dict[str, dg.AssetSpec]) -> None:
    queries = {name: re.findall(r'gotgan sql "([^"]+)"', spec.description or "") for name, spec in specs.items()}
    assert {"raw", "core", "mart"} <= {name.split("/")[0] for name, found in queries.items() if found}
    connection = duckdb.connect()
    for record in served_records():
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {record.layer}")
        connection.execute(sql.create_table(record, "memory"))
    connection.execute(AMOUNT_VIEW)
    for query in (query for found in queries.values() for query in found):
        connection.execute(query)


def test_all_tables_that_an_asset_fills_show_their_columns_and_where_each_comes_from(
    specs: dict[str, dg.AssetSpec],
) -> None:
    shown = {name: spec.metadata for name, spec in specs.items() if FILLS in spec.metadata}
    filled = {table for metadata in shown.values() for table in str(metadata[FILLS]).split(", ")}
    assert filled >= {name for name in discover_records() if not name.startswith("ops.")}
    assert filled >= {"ops.quarantine", "ops.publication", "ops.run", "ops.walk"}
    for name, metadata in shown.items():
        first, *others = str(metadata[FILLS]).split(", ")
        assert metadata["dagster/table_name"] == first
        for table in others:
            shown_columns = metadata[f"열 {table}"].value
            assert all(f"`{column}`" in shown_columns for column in discover_records()[table].columns()), name
        assert all(f"`{table}`" in metadata["열 계보"].value for table in (first, *others)), name


def test_column_lineage_joins_the_assets_from_the_mart_to_every_source(specs: dict[str, dg.AssetSpec]) -> None:
    lineage = {name: spec.metadata.get("dagster/column_lineage") for name, spec in specs.items()}
    assert isinstance(lineage["mart/holding"], dg.TableColumnLineage)
    folder = lineage["mart/holding"].deps_by_column["office"]
    assert {(dep.asset_key.to_user_string(), dep.column_name) for dep in folder} == {
        (source, column) for source in ("raw/budget_office", "raw/예산실") for column in ("folder", "source_name")
    }
    for name, found in lineage.items():
        for deps in found.deps_by_column.values() if found else ():
            assert all(dep.asset_key.to_user_string() in specs for dep in deps), name
            assert name not in {dep.asset_key.to_user_string() for dep in deps}


def test_every_asset_has_a_freshness_policy_of_26_hours(specs: dict[str, dg.AssetSpec]) -> None:
    for name, spec in specs.items():
        assert spec.freshness_policy == dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26)), name


def test_people_are_told_from_the_moment_that_the_daemon_starts(definitions: dg.Definitions) -> None:
    sensors = {sensor.name: sensor for sensor in definitions.sensors or []}
    assert set(sensors) == {"failure_notice", "recovery_notice"}
    assert all(sensor.default_status is dg.DefaultSensorStatus.RUNNING for sensor in sensors.values())


def test_dagsters_own_settings_take_effect(tmp_path: Path) -> None:
    shutil.copyfile(PROJECT / "dagster.yaml", tmp_path / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_max_runtime_seconds == 6 * 3600
        assert (instance.run_monitoring_start_timeout_seconds, instance.run_monitoring_cancel_timeout_seconds) == (
            180,
            180,
        )
        assert instance.run_monitoring_max_resume_run_attempts == 0
        assert instance.run_monitoring_poll_interval_seconds == 60
        assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, 1)
        assert not instance.run_retries_retry_on_asset_or_op_failure
        assert instance.freshness_enabled
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        concurrency = instance.get_concurrency_config()
        assert concurrency.pool_config.default_pool_limit == 1
        assert concurrency.pool_config.pool_granularity is not None
        assert concurrency.pool_config.pool_granularity.value == "run"
        assert concurrency.run_queue_config is not None
        assert concurrency.run_queue_config.max_concurrent_runs == 4
        assert instance.get_settings("run_monitoring")["free_slots_after_run_end_seconds"] == 120


def test_the_night_is_at_two_in_seoul_and_on_from_the_start(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Seoul")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert schedule.job_name == "nightly"


def test_the_time_of_the_night_is_a_setting(tmp_path: Path) -> None:
    settings = write_home(tmp_path, "a", extra='[schedule]\ncron = "30 4 * * 1-5"\ntimezone = "UTC"')
    schedule = build_definitions(settings).resolve_schedule_def("nightly_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 4 * * 1-5", "UTC")


def test_an_asset_that_returns_data_fails_at_once(definitions: dg.Definitions) -> None:
    @dg.asset
    def leaking() -> int:
        return 42

    manager: Any = (definitions.resources or {})["io_manager"]
    assert isinstance(manager, RefusingIOManager)
    result = dg.materialize([leaking], resources={"io_manager": manager}, raise_on_error=False)
    assert not result.success
    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    assert "facts about what they wrote" in str(failure.event_specific_data)


def test_an_asset_that_asks_for_anothers_data_fails_at_once() -> None:
    @dg.asset
    def quiet() -> dg.MaterializeResult:
        return dg.MaterializeResult()

    @dg.asset
    def curious(quiet: int) -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"value": quiet})

    result = dg.materialize([quiet, curious], resources={"io_manager": RefusingIOManager()}, raise_on_error=False)
    assert not result.success
    assert [event.step_key for event in result.all_events if event.is_step_failure] == ["curious"]


def test_loading_is_cheap_and_loads_no_model_no_reader_and_no_vector_store(tmp_path: Path) -> None:
    write_home(tmp_path, "a")
    measured = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", MEASURE],
            cwd=PROJECT,
            env={"GOTGAN_HOME": str(tmp_path), "DAGSTER_DISABLE_TELEMETRY": "1", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
            timeout=600,
        )
        measured.append(json.loads(done.stdout))
    assert "nightly" in measured[0]["jobs"]
    assert [name for name in HEAVY if name in measured[0]["modules"]] == []
    assert min(run["seconds"] for run in measured) <= MAX_CPU_SECONDS


def test_loading_opens_and_writes_nothing(tmp_path: Path) -> None:
    write_home(tmp_path, "a")
    before = sorted(tmp_path.rglob("*"))
    build_definitions(Settings(tmp_path)).get_repository_def().get_all_jobs()
    assert sorted(tmp_path.rglob("*")) == before
