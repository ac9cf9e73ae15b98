"""Rows of budget records in the home's lake."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warehouse.lake import Lake


@pytest.fixture
def ledger(lake: Lake) -> Any:
    """Rows for the home's lake."""
    spec = importlib.util.spec_from_file_location("budget_ledger", Path(__file__).parent.parent / "budget_ledger.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Ledger(lake)


@pytest.fixture
def only() -> Callable[[list[Any]], Any]:
    """The one item of a list."""

    def one(rows: list[Any]) -> Any:
        (row,) = rows
        return row

    return one
