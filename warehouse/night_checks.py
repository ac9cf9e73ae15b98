"""The checks of a night, as assets call them: each verdict goes into the report, and a blocking one that fails ends the night."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from warehouse import amount_checks, cautions, checks, conversation_checks
from warehouse.figures import Figures
from warehouse.lake import Lake
from warehouse.night_ports import NightPorts
from warehouse.outcomes import Counts
from warehouse.placements import WalkResult
from warehouse.report import CheckReport, RunReport
from warehouse.vectors import VectorTable


class Checked(Protocol):
    """What the checks look at of a night."""

    lake: Lake
    ports: NightPorts
    started_at: datetime
    walks: dict[str, WalkResult]
    verdicts: list[CheckReport]
    failure: str | None

    @property
    def vectors(self) -> VectorTable:
        """The table of passages."""
        ...

    @property
    def figures(self) -> Figures:
        """Counts over what is held."""
        ...

    @property
    def past(self) -> Sequence[RunReport]:
        """The nights before, oldest first."""
        ...

    def counts(self) -> Counts:
        """The ends of the files."""
        ...

    def has_news(self) -> bool:
        """Whether there is something to publish."""
        ...


class NightChecks:
    """The checks; `warehouse.night.Night` is what they are made on."""

    def check_source(self: Checked, source_name: str) -> checks.CheckResult:
        """The source was listed whole; warns."""
        return _warned(self, f"listed_whole:{source_name}", cautions.listed_whole(self.walks[source_name]))

    def check_quarantine_rate(self: Checked) -> checks.CheckResult:
        """No more is quarantined than usual; warns."""
        return _warned(self, "quarantine_rate", cautions.quarantine_rate(self.counts(), self.past))

    def check_coverage(self: Checked) -> checks.CheckResult:
        """Nearly all documents were read whole; warns."""
        return _warned(self, "coverage", cautions.coverage(self.figures.low_coverage(cautions.LOW_COVERAGE)))

    def check_last_success(self: Checked) -> checks.CheckResult:
        """The night before was not long ago; warns."""
        return _warned(self, "last_success", cautions.last_success(self.past, self.started_at))

    def check_counts(self: Checked) -> checks.CheckResult:
        """Nothing lost."""
        return _checked(self, "counts_add_up", checks.check_counts(self.lake, self.counts()))

    def check_unmasked(self: Checked) -> checks.CheckResult:
        """No unmasked identifier; what is public already was looked through before it became so."""
        if not self.has_news():
            unchanged = checks.CheckResult(True, "지난 공개 뒤 바뀐 것이 없습니다.")
            return _checked(self, "no_unmasked_number", unchanged)
        return _checked(self, "no_unmasked_number", checks.check_unmasked(self.lake, self.vectors))

    def check_registered(self: Checked) -> checks.CheckResult:
        """No conversation is stored that is not registered."""
        result = conversation_checks.check_registered(self.lake, self.ports.register)
        return _checked(self, "only_registered_conversations", result)

    def check_accounted(self: Checked) -> checks.CheckResult:
        """The bytes of every export are accounted for."""
        return _checked(self, "export_bytes_accounted", conversation_checks.check_accounted(self.lake))

    def check_merge_stable(self: Checked) -> checks.CheckResult:
        """Merging again adds nothing."""
        if not self.has_news():
            unchanged = checks.CheckResult(True, "지난 공개 뒤 바뀐 것이 없습니다.")
            return _checked(self, "merge_adds_nothing", unchanged)
        return _checked(self, "merge_adds_nothing", conversation_checks.check_merge_stable(self.lake))

    def check_reparse(self: Checked) -> checks.CheckResult:
        """Every amount re-parses from its raw text; what is public already was looked through before it became so."""
        if not self.has_news():
            unchanged = checks.CheckResult(True, "지난 공개 뒤 바뀐 것이 없습니다.")
            return _checked(self, "amounts_reparse", unchanged)
        return _checked(self, "amounts_reparse", amount_checks.check_reparse(self.lake))

    def check_breaks(self: Checked) -> checks.CheckResult:
        """What does not add up is named; warns."""
        return _warned(self, "amounts_add_up", amount_checks.check_breaks(self.lake))

    def check_agreement(self: Checked) -> checks.CheckResult:
        """Lake and vectors agree."""
        return _checked(self, "lake_and_vectors_agree", checks.check_agreement(self.lake, self.vectors))


def _checked(night: Checked, name: str, result: checks.CheckResult) -> checks.CheckResult:
    if not result.passed:
        night.failure = result.description
    return _noted(night, name, result, is_blocking=True)


def _warned(night: Checked, name: str, result: checks.CheckResult) -> checks.CheckResult:
    return _noted(night, name, result, is_blocking=False)


def _noted(night: Checked, name: str, result: checks.CheckResult, *, is_blocking: bool) -> checks.CheckResult:
    night.verdicts.append(
        CheckReport(name=name, passed=result.passed, description=result.description, is_blocking=is_blocking)
    )
    return result
