"""Nights over tables of money."""

import importlib.util
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warehouse.clock import Clock
from warehouse.lake import Lake
from warehouse.layout import Home


@pytest.fixture(scope="session")
def tabled() -> types.ModuleType:
    """Writers of files and nights, loaded by their path since tests are no packages."""
    spec = importlib.util.spec_from_file_location("tabled", Path(__file__).with_name("tabled.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tabled"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tables(tabled: types.ModuleType, talks: Any, lake: Lake, home: Home, clock: Clock) -> Any:
    """Nights over the share."""
    return tabled.TableNights(talks, lake, home, clock)


@pytest.fixture
def made(tabled: types.ModuleType) -> types.ModuleType:
    """Writers of files."""
    return tabled


@pytest.fixture
def put(share: Path) -> Callable[[str, str], Path]:
    """Write a file of the share; one that is there is replaced by another, as a save does it."""

    def do(name: str, text: str) -> Path:
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return do
