"""The sample ministry is asked more than five hundred questions by everybody: nobody is shown what he may not read."""

import functools
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from schemas.access import Principal
from warehouse.doors.question import QuestionRefused
from warehouse.doors.search import answer
from warehouse.doors.session import Session

spec = importlib.util.spec_from_file_location("asking", Path(__file__).with_name("asking.py"))
assert spec is not None
assert spec.loader is not None
asking = importlib.util.module_from_spec(spec)
spec.loader.exec_module(asking)
oracles, MOST, problems = asking.oracles, asking.MOST, asking.problems
Wanted = oracles.tables.Wanted


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """See `asking.one_thread`."""
    with asking.one_thread():
        yield


@dataclass(frozen=True, repr=False)
class Sampled:
    """The sample ministry after a night, what may be asked of it, and what is true of it."""

    people: tuple[Principal, ...]
    session: Session
    oracle: Any
    golden: tuple[Any, ...]

    def __call__(self, person: Principal, text: str, limit: int = 10) -> dict[str, Any]:
        """What a question brings."""
        return answer(self.session, person, text, limit, n_neighbours=1).model_dump(mode="json")

    def passages(self, n: int) -> list[dict[str, Any]]:
        """So many passages from all over the index whose own rare words few others hold."""
        found = list(
            {row["passage_id"]: row for row in sorted(self.oracle.chunks, key=lambda row: row["chunk_id"])}.values()
        )
        alone = [row for row in found if asking.words.n_rivals(self.oracle, row) <= FEW]
        return alone[:: max(1, len(alone) // n)][:n]


FEW = 20
"""Passages that may hold a passage's rare words beside it, so that it is surely among those that are looked at."""


@pytest.fixture(scope="module")
def sampled(asked: Any) -> Iterator[Sampled]:
    """The sample ministry's home."""
    from pipelines.doors import open_session
    from pipelines.sample.golden import golden_set
    from pipelines.sample.ministry import sample_items
    from pipelines.settings import Settings

    with open_session(Settings(asked.gotgan.home)) as session:
        model = asking.words.Remembering(session.embedder())
        session.embedder = lambda pinned=None: model
        session.analyse_query = functools.cache(session.analyse_query)
        oracle = oracles.Oracle(session, {scope.name: scope.access for scope in asked.truth.scopes})
        yield Sampled(asked.truth.principals, session, oracle, golden_set(sample_items(), asked.truth))


@pytest.mark.long
def test_everybody_asks_the_ministry_five_hundred_questions_and_is_shown_nothing_that_he_may_not_read(sampled):
    texts = [question.text for question in sampled.golden]
    texts += [asking.words.rare_words(sampled.oracle, row) for row in sampled.passages(130)]
    names = sorted({row["name"] for row in sampled.oracle.placements if ":" not in row["name"]})
    texts += [*names[:: max(1, len(names) // 110)], *asking.HOSTILE]
    places = [(row["source_name"], row["name"].rsplit(".", 1)[0]) for row in sampled.oracle.placements]
    texts += [Wanted(source=(source,)).typed() + f" {name}" for source, name in places[:: max(1, len(places) // 100)]]
    assert len(set(texts)) >= 500
    wrong: list[str] = []
    for text in dict.fromkeys(texts):
        for person in sampled.people:
            try:
                found = sampled(person, text)
            except QuestionRefused:
                continue
            wrong += problems(sampled.oracle.view(person), found, text)
    assert wrong[:20] == []


@pytest.mark.long
def test_whoever_may_read_a_passage_of_the_ministry_finds_it_with_filters_that_hold_of_it(sampled):
    wrong: list[str] = []
    for number, row in enumerate(sampled.passages(25)):
        words = asking.words.rare_words(sampled.oracle, row)
        holders = [person for person in sampled.people if row["passage_id"] in sampled.oracle.view(person).passages]
        filters = _filters_of(sampled.oracle.view(holders[number % len(holders)]), row) if holders else []
        for wanted in [Wanted(), *filters]:
            for person in sampled.people:
                view = sampled.oracle.view(person)
                found = sampled(person, f"{words} {wanted.typed()}", MOST)
                wrong += problems(view, found, words)
                wrong += [
                    f"{person.name}: {wanted.typed()}: {hit['path']} ({hit['version']}) does not match"
                    for hit in found["hits"]
                    if not view.hit_matches(hit, wanted)
                ]
                if row["passage_id"] in view.matching(wanted) and not view.is_shown(
                    row["passage_id"], found["hits"], wanted
                ):
                    wrong.append(f"{person.name}: {words} {wanted.typed()}: {row['text'][:60]!r} is missing")
    assert wrong[:20] == []


def _filters_of(view: Any, row: Mapping[str, Any]) -> list[Any]:
    """Filters that hold of a passage at one place of it, and one that mixes that place with another year."""
    row = view.passages[row["passage_id"]][0]
    spot = view.holders[row["text_id"]][0]
    facts = view.oracle.facts.get(spot.content_id)
    day = spot.modified_at.astimezone(oracles.tables.SEOUL).date()
    if row["text_id"] in view.sessions:
        return [Wanted(source=(spot.source,), kind=("메시지",)), Wanted(status=("message",))]
    own = {"kind": facts.kind} if facts else {}
    own |= {"year": facts.year[:1]} if facts and facts.year else {}
    own |= {"office": facts.office} if facts and facts.office else {}
    return [
        Wanted(source=(spot.source,), since=day, until=day),
        Wanted(source=(spot.source,), **own),
        Wanted(**(own | {"year": (2019,)})),
    ]
