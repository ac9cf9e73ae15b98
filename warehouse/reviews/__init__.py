"""Kinds of questions for the review queue: a module offers `REVIEW`, and its questions appear in the queue by themselves.

A kind says what it finds as a query over the lake, and what each answer does; the step that the answer is for reads the
answers in force (`warehouse.ledger.IN_FORCE`) as a versioned input.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas import discovery
from warehouse.lake import Lake
from warehouse.placements import DeletionRule


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a kind may need to know besides the lake: the rule of deletions, and which sources keep what is missing."""

    deletion: DeletionRule
    keeping: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a person must decide.

    Args:
        subject: what is to be decided about, opaque: a content's id, a source's name.
        finding: what was found; the same subject with another finding is asked again.
        title: the subject in words, masked.
        reason: why it is asked.
        evidence: what is known, a line each, masked.
        effects: answer → what it does.
        answered: the question's id and when it was asked, where it has been answered already and stays to be seen; else
            the id follows from subject and finding.
    """

    subject: str
    finding: str
    title: str
    reason: str
    evidence: tuple[str, ...]
    effects: Mapping[str, str]
    answered: tuple[str, datetime] | None = None


@dataclass(frozen=True)
class ReviewKind:
    """A kind of question.

    Args:
        name: its name, such as `quarantine`.
        label: the Korean term.
        question: what is to be decided, as it is put to a person.
        find: everything of this kind that there is to decide now, answered or not.
    """

    name: str
    label: str
    question: str
    find: Callable[[Lake, Circumstances], Iterable[Found]]


def discover_kinds() -> dict[str, ReviewKind]:
    """Every kind by name."""
    import warehouse.reviews as package

    return discovery.discover(package, "REVIEW")
