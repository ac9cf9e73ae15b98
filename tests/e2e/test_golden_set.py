"""The golden set over a home of the sample ministry: answers are found by who may see them, and shown to nobody else."""

from typing import Any

import pytest

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

FLOORS = {"document": 0.9, "paraphrase": 0.85, "table": 0.6, "message": 0.9, "final": 0.6, "figure": 0.6, "code": 0.8}
"""Least share of questions of a kind that have an answer among the first ten hits."""


@pytest.fixture(scope="module")
def scores(asked: Any) -> Any:
    """What the default settings score."""
    from pipelines.doors import open_session
    from pipelines.sample.golden import golden_set
    from pipelines.sample.golden_scores import measure, table_of
    from pipelines.sample.ministry import sample_items
    from pipelines.settings import Settings

    with open_session(Settings(asked.gotgan.home)) as session:
        found = measure(session, asked.truth, golden_set(sample_items(), asked.truth))
    print(f"\n{table_of(found)}\n{' '.join(found.unanswered)}")
    return found


def test_nobody_is_shown_an_answer_that_he_may_not_see(scores):
    assert scores.asked_by_strangers > 800
    assert scores.leaks == ()


@pytest.mark.parametrize("kind", FLOORS)
def test_each_kind_of_question_finds_its_answer(scores, kind):
    assert scores.by_kind[kind].recall_at_10 >= FLOORS[kind]


def test_answers_stand_near_the_top(scores):
    assert scores.overall.recall_at_10 >= 0.85
    assert scores.overall.mrr >= 0.6
