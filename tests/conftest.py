"""How long a test may take before it counts as hung."""

import pytest

LONG_SECONDS = 3_600
"""A long test's limit, set-up included: the first that asks for a shared night pays for it, on a machine of any speed."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every long test that names no limit of its own the limit of the long ones."""
    for item in items:
        if item.get_closest_marker("long") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONG_SECONDS))
