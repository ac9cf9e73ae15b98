"""Existence is registration: what a module offers is found, and what two modules offer is refused."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from schemas.discovery import discover, modules, subclasses
from schemas.record import LAYERS, Record
from schemas.records import discover_records

OFFERING = """
class Plugin:
    name = {name!r}

SOURCE = Plugin()
"""

TABLE = """
from schemas.record import Record, field

class {name}(Record):
    \"\"\"A table.\"\"\"

    layer = "core"
    key = ("a_id",)
    label = "표"
    a_id: str = field("가", "an a")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest):
    """Makes a package of the given modules and imports it; it is forgotten after the test."""
    name = "package_of_" + request.node.name.split("[")[0]
    monkeypatch.syspath_prepend(tmp_path)

    def made(**texts: str) -> ModuleType:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("", "utf-8")
        for module, text in texts.items():
            (tmp_path / name / f"{module}.py").write_text(text, "utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield made
    for loaded in [module for module in sys.modules if module.split(".")[0] == name]:
        del sys.modules[loaded]


def test_modules_come_in_the_order_of_their_names(package) -> None:
    found = modules(package(b="", a="", c=""))
    assert [module.__name__.rsplit(".", 1)[-1] for module in found] == ["a", "b", "c"]


def test_what_a_module_offers_is_found_by_its_name(package) -> None:
    found = discover(
        package(one=OFFERING.format(name="smb"), two=OFFERING.format(name="folder"), three="OTHER = 1"), "SOURCE"
    )
    assert sorted(found) == ["folder", "smb"]


def test_a_name_that_is_offered_twice_is_refused(package) -> None:
    with pytest.raises(ValueError, match=r"'smb'.*two"):
        discover(package(one=OFFERING.format(name="smb"), two=OFFERING.format(name="smb")), "SOURCE")


def test_a_module_that_does_not_import_is_not_passed_over(package) -> None:
    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        discover(package(one=OFFERING.format(name="smb"), two="import nowhere_at_all"), "SOURCE")


def test_a_class_that_is_only_imported_does_not_count(package) -> None:
    made = package(one=TABLE.format(name="One"))
    borrowing = Path(made.__path__[0]) / "two.py"
    borrowing.write_text(f"from {made.__name__}.one import One\n", "utf-8")
    importlib.invalidate_caches()
    assert list(subclasses(made, Record)) == ["one"]


def test_two_tables_in_one_module_are_refused(package) -> None:
    text = TABLE.format(name="One") + TABLE.format(name="Two")
    with pytest.raises(ValueError, match="declares 2 tables"):
        subclasses(package(one=text), Record)


def test_our_records_are_found_layer_by_layer_under_the_names_of_their_modules() -> None:
    found = discover_records()
    layers = [record.layer for record in found.values()]
    assert layers == sorted(layers, key=LAYERS.index)
    assert all(name == f"{record.layer}.{record.__module__.rsplit('.', 1)[-1]}" for name, record in found.items())
    files = {path.stem for path in (Path(sys.modules["schemas.records"].__file__ or "").parent).glob("*.py")}
    assert files - {"__init__"} == {record.table_name() for record in found.values()}
