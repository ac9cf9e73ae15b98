"""Fusing two rankings by rank."""

import random

import pytest

from warehouse.fusion import Hit, fuse, order


def hits(*ids: str) -> list[Hit]:
    return [Hit(passage_id, 100.0 - place) for place, passage_id in enumerate(ids)]


def test_a_passage_found_by_both_stands_before_one_found_by_either() -> None:
    fused = fuse(hits("a", "b", "c"), hits("d", "b", "e"))
    assert [hit.passage_id for hit in fused] == ["b", "a", "c", "d", "e"]
    assert fused[0].score == pytest.approx(0.7 / 62 + 0.3 / 62)


def test_words_weigh_more_than_vectors_unless_told_otherwise() -> None:
    lexical, dense = hits("a"), hits("b")
    assert [hit.passage_id for hit in fuse(lexical, dense)] == ["a", "b"]
    assert [hit.passage_id for hit in fuse(lexical, dense, lexical_weight=0.2, dense_weight=0.8)] == ["b", "a"]


def test_scores_of_the_two_engines_do_not_matter_only_ranks_do() -> None:
    small = [Hit("a", 0.002), Hit("b", 0.001)]
    assert fuse(hits("a", "b"), hits("c")) == fuse(small, hits("c"))


def test_one_empty_ranking_leaves_the_other_and_two_give_nothing() -> None:
    assert [hit.passage_id for hit in fuse([], hits("b", "a"))] == ["b", "a"]
    assert [hit.passage_id for hit in fuse(hits("b", "a"), [])] == ["b", "a"]
    assert fuse([], []) == []


def test_ties_are_settled_by_id_whatever_the_order_they_came_in() -> None:
    tied = [Hit(passage_id, 1.0) for passage_id in "dbca"]
    assert [hit.passage_id for hit in order(tied)] == list("abcd")
    generator = random.Random(1)
    for _ in range(20):
        shuffled = generator.sample(tied, len(tied))
        assert order(shuffled) == order(tied)
    assert [hit.passage_id for hit in fuse(hits("b"), hits("a"), lexical_weight=0.5, dense_weight=0.5)] == ["a", "b"]
