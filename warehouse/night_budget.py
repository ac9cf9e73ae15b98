"""The steps of a night that make budget records: amounts, dimensions, reconciliation, succession, links."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from warehouse import dimensions, extractions, linking, reconcile, succession
from warehouse.blobs import BlobStore
from warehouse.clock import Clock
from warehouse.lake import Lake
from warehouse.layout import Home
from warehouse.night_ports import NightPorts
from warehouse.steps import StepCount

BUDGET_KINDS = frozenset({extractions.TABLE_QUESTION, succession.KIND})
"""Kinds of questions that these steps settle."""


class Budgeting(Protocol):
    """What the steps use of a night."""

    home: Home
    ports: NightPorts
    clock: Clock
    lake: Lake
    run_id: str

    def timed(self, name: str) -> AbstractContextManager[list[StepCount]]:
        """Account for a step."""
        ...

    @property
    def is_settled(self) -> bool:
        """Whether nothing was committed since the last publication."""
        ...

    def settle_reviews(self, kinds: Callable[[str], bool]) -> StepCount:
        """Make the review queue what there is to decide now, as far as the kinds go that a step settles."""
        ...


class NightBudget:
    """The steps; `warehouse.night.Night` is what they are made on."""

    def extract_amounts(self: Budgeting) -> StepCount:
        """Find the amounts in what was read, and ask about the tables that only a person can explain."""
        forms = self.ports.forms
        with self.timed("core/budget_amount") as counts:
            if forms is None:
                return StepCount("core/budget_amount")
            given = extractions.Amounts(forms, self.ports.declared, BlobStore(self.home).get)
            count = extractions.extract_amounts(self.lake, self.clock, given, self.run_id, self.ports.progress)
            counts.append(count)
            counts.append(self.settle_reviews(lambda kind: kind == extractions.TABLE_QUESTION))
        return count

    def settle_dimensions(self: Budgeting) -> list[StepCount]:
        """Offices, projects, lines and documents as the amounts name them."""
        with self.timed("core/project") as counts:
            if self.is_settled:
                return []
            found = dimensions.settle_dimensions(self.lake, self.clock, self.run_id, self.ports.progress)
            counts += found
        return found

    def reconcile(self: Budgeting) -> StepCount:
        """Check every identity that the amounts should hold."""
        with self.timed("core/reconciliation") as counts:
            if self.is_settled:
                return StepCount("core/reconciliation")
            count = reconcile.reconcile(self.lake, self.clock, self.run_id, self.ports.progress)
            counts.append(count)
        return count

    def find_successions(self: Budgeting) -> StepCount:
        """Look for projects and offices that go on under another name, and ask about the likeliest."""
        with self.timed("core/succession") as counts:
            if self.is_settled:
                return StepCount("core/succession")
            count = succession.find_successions(self.lake, self.clock, self.run_id, self.ports.progress)
            counts.append(count)
            counts.append(self.settle_reviews(lambda kind: kind == succession.KIND))
        return count

    def link_figures(self: Budgeting) -> StepCount:
        """Link documents to the figures that they print, and figures that contradict one another."""
        with self.timed("core/link") as counts:
            if self.is_settled:
                return StepCount("core/link")
            count = linking.link_figures(self.lake, self.clock, self.run_id, self.ports.progress)
            counts.append(count)
        return count
