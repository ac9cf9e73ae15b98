"""Fusing two rankings: by evidence, and by rank."""

import random

import pytest

from warehouse.fusion import DEFAULT_SPREAD, DENSE_WEIGHT, Hit, fuse, fuse_ranks, order


def hits(*ids: str) -> list[Hit]:
    return [Hit(passage_id, 100.0 - place) for place, passage_id in enumerate(ids)]


def ids(found: list[Hit]) -> list[str]:
    return [hit.passage_id for hit in found]


def test_the_score_is_words_over_their_root_and_meaning_over_its_spread() -> None:
    fused = fuse([Hit("a", 12.0)], [Hit("a", 0.8)], n_words=9, spread=0.2, dense_weight=3.0)
    assert fused == [Hit("a", pytest.approx(12.0 / 3 + 3.0 * 0.8 / 0.2))]


def test_where_words_match_they_decide_and_where_they_do_not_meaning_does() -> None:
    near, far = 0.86, 0.82
    meaning = [Hit("said otherwise", near), Hit("says it word for word", far)]
    strong = [Hit("says it word for word", 60.0), Hit("said otherwise", 15.0)]
    weak = [Hit("says it word for word", 12.0), Hit("said otherwise", 9.0)]
    assert ids(fuse(strong, meaning, n_words=9))[0] == "says it word for word"
    assert ids(fuse(weak, meaning, n_words=9))[0] == "said otherwise"


def test_a_score_hangs_on_question_and_passage_alone() -> None:
    lexical, dense = [Hit("a", 9.0), Hit("b", 4.0)], [Hit("a", 0.8), Hit("b", 0.9)]
    more = fuse([*lexical, Hit("c", 99.0)], [*dense, Hit("c", 0.1)], n_words=4)
    assert {hit for hit in more if hit.passage_id != "c"} == set(fuse(lexical, dense, n_words=4))


def test_a_passage_that_is_not_embedded_counts_as_the_middle_one() -> None:
    dense = [Hit("a", 0.9), Hit("b", 0.8), Hit("c", 0.7)]
    scores = dict(fuse([Hit("rows", 1.0)], dense, n_words=1, spread=0.1))
    assert scores["rows"] == pytest.approx(1.0 + scores["b"])


def test_another_models_cosines_weigh_the_same_once_its_spread_is_known() -> None:
    lexical = [Hit("a", 10.0), Hit("b", 2.0)]
    narrow = fuse(lexical, [Hit("a", 0.80), Hit("b", 0.84)], spread=0.04, n_words=4)
    wide = fuse(lexical, [Hit("a", 0.30), Hit("b", 0.70)], spread=0.40, n_words=4)
    assert narrow[0].score - narrow[1].score == pytest.approx(wide[0].score - wide[1].score)
    assert ids(narrow) == ids(wide)
    with pytest.raises(ValueError, match="spread"):
        fuse(lexical, [], spread=0.0)


def test_one_empty_ranking_leaves_the_other_and_two_give_nothing() -> None:
    assert ids(fuse([], hits("b", "a"))) == ["b", "a"]
    assert ids(fuse(hits("b", "a"), [])) == ["b", "a"]
    assert fuse([], []) == []


def test_ties_are_settled_by_id_whatever_the_order_they_came_in() -> None:
    tied = [Hit(passage_id, 1.0) for passage_id in "dbca"]
    assert ids(order(tied)) == list("abcd")
    generator = random.Random(1)
    for _ in range(20):
        shuffled = generator.sample(tied, len(tied))
        assert order(shuffled) == order(tied)
        assert ids(fuse(shuffled, generator.sample(tied, len(tied)))) == list("abcd")


def test_the_default_weight_and_spread_are_those_that_were_calibrated() -> None:
    of_a_cosine = DENSE_WEIGHT / DEFAULT_SPREAD
    assert of_a_cosine == pytest.approx(50, rel=0.01)


def test_by_rank_a_passage_found_by_both_stands_before_one_found_by_either() -> None:
    fused = fuse_ranks(hits("a", "b", "c"), hits("d", "b", "e"))
    assert ids(fused) == ["b", "a", "c", "d", "e"]
    assert fused[0].score == pytest.approx(0.7 / 62 + 0.3 / 62)
    small = [Hit("a", 0.002), Hit("b", 0.001)]
    assert fuse_ranks(hits("a", "b"), hits("c")) == fuse_ranks(small, hits("c"))
