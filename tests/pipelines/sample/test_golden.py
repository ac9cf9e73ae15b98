"""The golden set: of every kind, answered by what the share says, with people who may see each answer and people who may not."""

from collections import Counter

import pytest

from pipelines.sample.golden import golden_set
from pipelines.sample.golden_questions import ASKED
from pipelines.sample.ministry import sample_items, truth_of


@pytest.fixture(scope="module")
def share():
    """The sample's files and what is true of them."""
    items = sample_items()
    return items, truth_of(items)


@pytest.fixture(scope="module")
def golden(share):
    """The questions."""
    return golden_set(*share)


def test_there_are_enough_questions_of_every_kind_and_each_once(golden):
    counts = Counter(question.kind for question in golden)
    assert len(golden) >= 150
    assert counts["figure"] + counts["code"] + counts["table"] >= 50
    for kind, least in {"document": 40, "paraphrase": 20, "message": 15, "final": 8}.items():
        assert counts[kind] >= least, kind
    assert len({question.question_id for question in golden}) == len(golden)
    assert len({question.text for question in golden}) == len(golden)


def test_readers_and_strangers_are_the_people_and_nobody_is_both(share, golden):
    everybody = {person.name for person in share[1].principals}
    for question in golden:
        assert question.readers
        assert set(question.readers) | set(question.strangers) <= everybody
        assert not set(question.readers) & set(question.strangers)
    assert sum(bool(question.strangers) for question in golden) > len(golden) * 0.8
    assert len({question.readers for question in golden}) >= 8, "rights differ from question to question"


def test_a_stranger_may_read_no_file_that_holds_the_answer(share, golden):
    items, truth = share
    readers = {file.path: set(file.readers) for file in truth.files}
    for question in golden:
        for item in items:
            said = [all(word in passage for word in words) for passage in item.passages for words in question.answers]
            if any(said) and not item.truth.conversations:
                assert not readers[item.truth.path] & set(question.strangers), question.text


def test_what_only_the_final_version_counts_for_is_of_final_versions(share, golden):
    files = {file.path: file for file in share[1].files}
    finals = [question for question in golden if question.kind == "final"]
    versions = [files[path].version for question in finals for path in question.paths]
    assert all(version is None or version.is_final for version in versions)
    assert sum(version is not None for version in versions) >= 6


def test_a_question_that_nothing_answers_any_more_is_an_error(share):
    items, truth = share
    gone = [item for item in items if not any(word in p for p in item.passages for word in ASKED[0].must_contain)]
    with pytest.raises(ValueError, match="nothing in the share answers"):
        golden_set(gone, truth)
