"""Successions: candidates from documents, codes, names, amounts and offices, as rows with what tells for each.

Nothing is joined before a person confirms it (`warehouse.reviews.succession`); an answer is an input of this step.
"""

from collections.abc import Iterable, Mapping

from schemas.arrow import to_table
from schemas.names import folded
from schemas.ports import Progress
from schemas.records.succession import Succession
from warehouse.clock import Clock
from warehouse.dimensions import settle_rows
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.steps import StepCount
from warehouse.succession_candidate import ORG, PROJECT, STATED, Candidate, united
from warehouse.succession_names import NameScale, code_candidates, project_candidates
from warehouse.succession_offices import office_candidates
from warehouse.succession_series import HeldSeries, held_series
from warehouse.succession_stated import stated_candidates

KIND = "succession"
"""Name of the kind of question, and of the answers in the ledger."""

CANDIDATE, CONFIRMED, REJECTED = "CANDIDATE", "CONFIRMED", "REJECTED"

MOST_CANDIDATES = 3_000
"""More than a list that anybody can work through is no help; those with the most money at stake stay."""

_STATES = {"accept": CONFIRMED, "reject": REJECTED}
_LEAST_OFFICE_SCORE = 0.55
_MILLION = 1_000_000


def find_successions(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> StepCount:
    """Bring `core.succession` to what documents, codes, names and amounts say now, and to what people have answered."""
    answers = succession_answers(lake)
    found = [candidate for candidate in candidates(lake, answers) if candidate.before.id and candidate.after.id]
    rows = [candidate.to_row(answers.get(candidate.succession_id, CANDIDATE)) for candidate in found]
    held = {row.succession_id for row in rows}
    # What a person confirmed stays although its evidence has gone: only another answer takes it back.
    rows += [row for row in _decided(lake, answers) if row.succession_id not in held]
    return settle_rows(lake, clock, Succession, to_table(Succession, rows), run_id, progress)


def succession_answers(lake: Lake) -> dict[str, str]:
    """What people have answered: succession → CONFIRMED or REJECTED."""
    rows = lake.rows(f"SELECT subject, answer FROM ({IN_FORCE}) WHERE kind = '{KIND}'")
    return {row["subject"]: _STATES[row["answer"]] for row in rows if row["answer"] in _STATES}


def candidates(lake: Lake, answers: Mapping[str, str]) -> list[Candidate]:
    """Every candidate, those with the most money and the most that tells for them first, and of offices before projects."""
    held = held_series(lake)
    scale = NameScale(held.projects)
    stated = list(stated_candidates(lake, held))
    offices = united([*office_candidates(held, scale), *(one for one in stated if one.what == ORG)])
    pairs = _office_pairs(offices, answers)
    projects = united(
        [
            *project_candidates(held, scale, pairs),
            *code_candidates(held, scale, pairs),
            *(one for one in stated if one.what == PROJECT),
        ]
    )
    every = sorted([*offices, *_of_one_printing(projects, held)], key=_urgency, reverse=True)
    kept = [one for one in every if one.succession_id in answers]
    return [*kept, *(one for one in every if one.succession_id not in answers)][:MOST_CANDIDATES]


def _office_pairs(offices: Iterable[Candidate], answers: Mapping[str, str]) -> dict[tuple[str, str], float]:
    pairs = {}
    for one in offices:
        state = answers.get(one.succession_id)
        if state == CONFIRMED or (state is None and one.score >= _LEAST_OFFICE_SCORE):
            pairs[folded(one.before.name), folded(one.after.name)] = 1.0 if state == CONFIRMED else one.score
    return pairs


def _of_one_printing(projects: Iterable[Candidate], held: HeldSeries) -> list[Candidate]:
    """One of the candidates for a project that some documents print with its office and others without it."""
    printed = {project.project_id: bool(project.office) for project in held.projects}
    found: dict[tuple[str | None, str, str | None, str, int], Candidate] = {}
    for one in projects:
        names = folded(one.before.name), folded(one.after.name)
        key = one.before.code, names[0], one.after.code, names[1], one.fiscal_year
        old = found.get(key)
        if old is None or not (one.before.code or one.after.code):
            found[key if old is None else (*key[:4], -len(found))] = one
            continue
        with_office = [other for other in (old, one) if printed.get(other.before.id) and printed.get(other.after.id)]
        best = max(with_office or [old, one], key=lambda other: (STATED in other.methods, other.score, other.won))
        merged = {*old.content_ids, *one.content_ids}
        found[key] = Candidate(
            what=best.what,
            kind=next((other.kind for other in (old, one) if STATED in other.methods), best.kind),
            before=best.before,
            after=best.after,
            fiscal_year=best.fiscal_year,
            methods=old.methods | one.methods,
            score=max(old.score, one.score),
            evidence=tuple(dict.fromkeys((*old.evidence, *one.evidence))),
            content_ids=tuple(sorted(merged)),
            won=max(old.won, one.won),
        )
    return list(found.values())


def _urgency(one: Candidate) -> tuple[bool, float, str]:
    return one.what == ORG, one.score * max(one.won, _MILLION), one.succession_id


def _decided(lake: Lake, answers: Mapping[str, str]) -> list[Succession]:
    rows = lake.rows(f"FROM {CATALOG}.core.succession WHERE state <> '{CANDIDATE}' ORDER BY succession_id")
    return [
        Succession(**{**row, "state": answers[row["succession_id"]]}) for row in rows if row["succession_id"] in answers
    ]
