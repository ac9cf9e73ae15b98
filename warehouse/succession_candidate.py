"""A candidate of a succession before it is a row: who goes on as whom, how it was found and what tells for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.identity import make_id
from schemas.records.succession import Succession

PROJECT, ORG = "project", "org"
RENAME, SPLIT, MERGE, TRANSFER = "RENAME", "SPLIT", "MERGE", "TRANSFER"
STATED, CODE, NAME, AMOUNT, SEVERAL = "stated", "code", "name", "amount", "several"

_UNLIKELY_TOGETHER = 0.999


@dataclass(frozen=True, slots=True)
class End:
    """One end of a succession: id, name and code, and the office of a project as printed."""

    id: str
    name: str
    code: str | None = None
    office: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may go on as what. `methods` are those that found it; `won` is the money at stake, for the order of questions."""

    what: str
    kind: str
    before: End
    after: End
    fiscal_year: int
    methods: frozenset[str]
    score: float
    evidence: tuple[str, ...]
    content_ids: tuple[str, ...] = ()
    won: int = 0

    @property
    def succession_id(self) -> str:
        """The same two ends under the same names in the same year are the same succession, however it was found."""
        ends = (self.before.id, self.before.name, self.after.id, self.after.name)
        return make_id("succession", self.what, *ends, self.fiscal_year)

    def to_row(self, state: str) -> Succession:
        """The row of `core.succession`."""
        return Succession(
            succession_id=self.succession_id,
            what=self.what,
            kind=self.kind,
            from_id=self.before.id,
            from_name=self.before.name,
            from_code=self.before.code,
            to_id=self.after.id,
            to_name=self.after.name,
            to_code=self.after.code,
            fiscal_year=self.fiscal_year,
            method=next(iter(self.methods)) if len(self.methods) == 1 else SEVERAL,
            score=round(self.score, 4),
            evidence=list(self.evidence),
            content_ids=list(self.content_ids),
            state=state,
        )


def united(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each succession: what was found in several ways is surer than each of them says.

    A statement decides about the kind, since a document knows whether something was renamed or split.
    """
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        old = found.get(candidate.succession_id)
        found[candidate.succession_id] = candidate if old is None else _both(old, candidate)
    return list(found.values())


def _both(one: Candidate, other: Candidate) -> Candidate:
    first, second = sorted((one, other), key=lambda found: (STATED not in found.methods, -found.score))
    both = 1 - (1 - first.score) * (1 - second.score) if first.methods != second.methods else first.score
    return Candidate(
        what=first.what,
        kind=first.kind,
        before=first.before,
        after=first.after,
        fiscal_year=first.fiscal_year,
        methods=first.methods | second.methods,
        score=min(_UNLIKELY_TOGETHER, max(first.score, second.score, both)),
        evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
        content_ids=tuple(sorted({*first.content_ids, *second.content_ids})),
        won=max(first.won, second.won),
    )
