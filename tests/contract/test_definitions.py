"""The code location loads at little cost, and everything in it says what it is."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.resources import RefusingIOManager
from pipelines.definitions import build_definitions
from pipelines.settings import Settings, SettingsRefused
from schemas.record import LAYERS

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
    assert {spec.key.path[0] for spec in empty.resolve_all_asset_specs()} == {"core", "index", "mart"}


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
    assert {name for name, deps in graph.items() if not deps} == {name for name in specs if name.startswith("raw/")}


def test_every_check_blocks_and_stands_before_the_publication(definitions: dg.Definitions) -> None:
    checks = [spec for check in definitions.asset_checks or [] for spec in check.check_specs]
    assert len(checks) >= 3
    assert all(spec.blocking for spec in checks)
    assert all(spec.description for spec in checks)
    assert "mart/serving_file" not in {spec.asset_key.to_user_string() for spec in checks}


def test_the_nightly_job_runs_everything_in_one_process(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("nightly")
    layer = job.asset_layer
    assert {key.to_user_string() for key in layer.selected_asset_keys} == {
        spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs()
    }
    assert len(layer.asset_graph.asset_check_keys) == len(list(definitions.asset_checks or []))
    assert job.executor_def.name == "in_process"


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
            timeout=120,
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
