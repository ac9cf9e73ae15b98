"""What exists is pinned in inventory.json: something that appears or goes shows as a changed line in a review.

`GOTGAN_REGENERATE=1 pytest tests/contract/test_inventory.py` writes the file anew.
"""

import json
import os
from pathlib import Path

import pytest
from typer.main import get_command

import connectors.formats
import connectors.forms
import connectors.messengers
import connectors.sources
import warehouse.embedders
from pipelines.cli import app
from pipelines.definitions import build_definitions
from pipelines.pages import walk_commands
from pipelines.settings import Settings
from schemas.discovery import discover
from schemas.records import discover_records
from warehouse.marts import discover_marts
from warehouse.reviews import discover_kinds

INVENTORY = Path(__file__).with_name("inventory.json")
FLAG = "GOTGAN_REGENERATE"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with one source."""
    lines = ["[[source]]", 'name = "one"', 'kind = "folder"', f'path = "{tmp_path}"', 'access = ["group:all"]']
    (tmp_path / "gotgan.toml").write_text("\n".join(lines), "utf-8")
    return Settings(tmp_path)


def found(settings: Settings) -> dict[str, list[str]]:
    definitions = build_definitions(settings)
    checks = [key for check in definitions.asset_checks or [] for key in check.check_keys]
    return {
        "records": list(discover_records()),
        "sources": sorted(discover(connectors.sources, "SOURCE")),
        "formats": sorted(discover(connectors.formats, "FORMAT")),
        "exports": sorted(discover(connectors.messengers, "EXPORT")),
        "forms": sorted(discover(connectors.forms, "FORM")),
        "embedders": sorted(discover(warehouse.embedders, "EMBEDDER")),
        "marts": sorted(discover_marts()),
        "reviews": sorted(discover_kinds()),
        "assets": sorted(spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs()),
        "checks": sorted(f"{key.asset_key.to_user_string()}:{key.name}" for key in checks),
        "jobs": sorted(job.name for job in definitions.jobs or []),
        "schedules": sorted(schedule.name for schedule in definitions.schedules or []),
        "sensors": sorted(sensor.name for sensor in definitions.sensors or []),
        "commands": sorted(" ".join(path) for path, _ in walk_commands(get_command(app))),
    }


def test_what_exists_is_what_is_pinned(settings: Settings) -> None:
    now = found(settings)
    if os.environ.get(FLAG) == "1":
        INVENTORY.write_text(json.dumps(now, ensure_ascii=False, indent=2) + "\n", "utf-8")
    assert now == json.loads(INVENTORY.read_text("utf-8"))


def test_the_inventory_is_not_being_regenerated() -> None:
    assert FLAG not in os.environ, f"{FLAG} was left on: nothing is compared while it is"
