"""Resources: the night of the run, and an IO manager that refuses, since assets return facts and never data."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import dagster as dg

from warehouse.night import Night


def night_resource(open_night: Callable[[], AbstractContextManager[Night]]) -> dg.ResourceDefinition:
    """One night a run: opened before its first asset, closed (with its report) after its last, whatever happened."""

    def opened(_: dg.InitResourceContext) -> Iterator[Night]:
        with open_night() as night:
            yield night

    return dg.ResourceDefinition(resource_fn=opened, description="집필자 하나가 홈을 여는 하룻밤")


class RefusingIOManager(dg.IOManager):
    """Raises at every use: an asset that returns a value instead of a `MaterializeResult` fails at once."""

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Refuse to store a value."""
        raise dg.DagsterInvariantViolationError(
            f"{context.asset_key.to_user_string()}: assets return facts about what they wrote, never the data"
        )

    def load_input(self, context: dg.InputContext) -> Any:
        """Refuse to load a value."""
        raise dg.DagsterInvariantViolationError("assets read the lake, not each other's return values; use deps=")
