"""Every import contract holds on the tree, and every one of them is able to fail."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {contract["name"]: contract for contract in SETTINGS["contracts"]}


@dataclass(frozen=True)
class Breach:
    """A module that must not be: where it would lie, and the one line in it that is forbidden there."""

    contract: str
    package: str
    line: str


LAYERS = "facts, then the world and the store, then assets, then pipelines"
STORE = "only the warehouse opens a store"
READERS = "readers of documents stay in connectors.formats"
FACTS = "facts need only pydantic, pyarrow and the standard library"

BREACHES = [
    Breach(LAYERS, "schemas", "import connectors.contract"),
    Breach(LAYERS, "schemas", "import warehouse.clock"),
    Breach(LAYERS, "connectors", "import warehouse.clock"),
    Breach(LAYERS, "warehouse", "import connectors.contract"),
    Breach(LAYERS, "warehouse.marts", "import assets"),
    Breach(LAYERS, "connectors.formats", "import pipelines"),
    Breach(LAYERS, "assets", "import pipelines"),
    Breach("Dagster stops at assets", "warehouse", "import dagster"),
    Breach("Dagster stops at assets", "connectors", "from dagster import asset"),
    Breach("Dagster stops at assets", "schemas", "import dagster"),
    Breach(STORE, "assets", "import duckdb"),
    Breach(STORE, "pipelines", "import lancedb"),
    Breach(STORE, "connectors", "import lance"),
    Breach(READERS, "warehouse", "import openpyxl"),
    Breach(READERS, "assets", "import unstructured"),
    Breach(READERS, "pipelines.cli", "import dochan"),
    Breach(READERS, "connectors.sources", "import pypdfium2"),
    Breach(READERS, "connectors.messengers", "import docx"),
    Breach(FACTS, "schemas", "import polars"),
    Breach(FACTS, "schemas.records", "import lxml"),
]
SIBLINGS = {
    "formats know nothing of their siblings": "connectors.formats",
    "sources know nothing of their siblings": "connectors.sources",
    "embedders know nothing of their siblings": "warehouse.embedders",
    "marts know nothing of their siblings": "warehouse.marts",
    "kinds of questions know nothing of their siblings": "warehouse.reviews",
}

# Contracts about single modules: which one is given which line.
MODULES = {
    "exports know nothing of their siblings": (
        "connectors/messengers/discord.py",
        "import connectors.messengers.slack",
    ),
    "forms of publishers know nothing of their siblings": (
        "connectors/forms/transfers.py",
        "import connectors.forms.fiscal_series",
    ),
    "a walk that measures readers takes nothing from them": (
        "connectors/hangul/hwpx_records.py",
        "import connectors.hangul.hwpx_text",
    ),
    "readers take nothing from the walks that measure them": (
        "connectors/hangul/hwp5_body.py",
        "import connectors.hangul.hwp_streams",
    ),
}


def lint(folder: Path) -> tuple[int, dict[str, str], str]:
    """Exit status, contract → KEPT or BROKEN, and the whole output of the linter run in `folder`."""
    done = subprocess.run(
        [LINTER, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    output = done.stdout + done.stderr
    verdicts = {name: verdict for name, verdict in re.findall(r"^(.+) (KEPT|BROKEN)$", output, re.MULTILINE)}
    return done.returncode, verdicts, output


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the five packages and their settings."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(PROJECT / "pyproject.toml", folder)
    for package in SETTINGS["root_packages"]:
        shutil.copytree(PROJECT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def module(checkout: Path) -> Iterator[Any]:
    """Writes a module into the copy and takes it away again."""
    written: list[Path] = []

    def write(package: str, line: str) -> str:
        path = checkout.joinpath(*package.split("."), "breach.py")
        assert path.parent.is_dir()
        written.append(path)
        path.write_text(line + "\n", "utf-8")
        return f"{package}.breach"

    yield write
    for path in written:
        path.unlink()


def test_every_contract_is_kept_on_the_tree() -> None:
    status, verdicts, output = lint(PROJECT)
    assert status == 0, output
    assert verdicts == dict.fromkeys(CONTRACTS, "KEPT")


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.package}: {breach.line}")
def test_a_forbidden_import_breaks_the_contract_that_forbids_it(module: Any, checkout: Path, breach: Breach) -> None:
    name = module(breach.package, breach.line)
    status, verdicts, output = lint(checkout)
    assert status == 1, output
    assert {contract for contract, verdict in verdicts.items() if verdict == "BROKEN"} == {breach.contract}
    assert name in output


@pytest.mark.parametrize(("contract", "package"), SIBLINGS.items())
def test_a_module_that_imports_its_sibling_breaks_independence(
    module: Any, checkout: Path, contract: str, package: str
) -> None:
    siblings = sorted(path.stem for path in checkout.joinpath(*package.split(".")).glob("[a-z]*.py"))
    name = module(package, f"import {package}.{siblings[0]}")
    status, verdicts, output = lint(checkout)
    assert status == 1, output
    assert {name for name, verdict in verdicts.items() if verdict == "BROKEN"} == {contract}
    assert name in output


@pytest.mark.parametrize(("contract", "path", "line"), [(name, *breach) for name, breach in MODULES.items()])
def test_a_walk_and_a_reader_that_share_code_are_found(checkout: Path, contract: str, path: str, line: str) -> None:
    written = (checkout / path).read_text("utf-8")
    (checkout / path).write_text(f"{written}\n{line}\n", "utf-8")
    status, verdicts, output = lint(checkout)
    (checkout / path).write_text(written, "utf-8")
    assert status == 1, output
    assert {name for name, verdict in verdicts.items() if verdict == "BROKEN"} == {contract}


def test_every_contract_has_been_seen_to_fail() -> None:
    assert set(CONTRACTS) == {breach.contract for breach in BREACHES} | set(SIBLINGS) | set(MODULES)


def test_every_package_is_under_the_contracts() -> None:
    built = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert sorted(SETTINGS["root_packages"]) == sorted(built["packages"])
