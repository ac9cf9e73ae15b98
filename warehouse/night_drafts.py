"""The step of a night that finds drafts of one document, and asks which is final where that is doubtful."""

from warehouse import drafts
from warehouse.night_budget import Budgeting
from warehouse.steps import StepCount

DRAFT_KINDS = frozenset({drafts.KIND})
"""Kinds of questions that this step settles."""


class NightDrafts:
    """The step; `warehouse.night.Night` is what it is made on."""

    def find_drafts(self: Budgeting) -> list[StepCount]:
        """Families of drafts, their order and the final one of each."""
        with self.timed("core/draft") as counts:
            if self.is_settled:
                return []
            found = drafts.settle_drafts(self.lake, self.clock, self.run_id, self.ports.progress)
            counts += found
            counts.append(self.settle_reviews(lambda kind: kind == drafts.KIND))
        return found
