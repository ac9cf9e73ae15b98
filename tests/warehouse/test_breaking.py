"""Where text is broken: at its own marks, into pieces that are the text."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.breaking import HARD_LIMIT, find_blocks, mark, split_sentences


def test_blocks_cover_every_piece_once_and_keep_the_limit() -> None:
    generator = random.Random(3)
    lengths = [generator.randint(1, 500) for _ in range(400)]
    blocks = find_blocks(lengths, [mark(f"문단 {generator.random()}") for _ in lengths])
    assert [piece for block in blocks for piece in block] == list(range(400))
    assert max(sum(lengths[block.start : block.stop]) for block in blocks) <= HARD_LIMIT
    assert find_blocks([], []) == []
    assert find_blocks([5_000], [mark("긴 문단")]) == [range(1)]


def test_equal_marks_break_somewhere_and_always_alike() -> None:
    lengths, marks = [100] * 50, [mark("같은 말")] * 50
    blocks = find_blocks(lengths, marks)
    assert len(blocks) > 5
    assert blocks == find_blocks(lengths, marks)


def test_a_scale_makes_blocks_longer() -> None:
    lengths, marks = [90] * 300, [mark(chr(0xAC00 + n) * 5) for n in range(300)]
    short, long = (find_blocks(lengths, marks, scale=scale) for scale in (1.0, 3.0))
    assert len(long) * 2 < len(short)


def test_an_outline_sign_is_a_stronger_mark_than_a_sentence_and_digits_are_none() -> None:
    assert mark("□ 추진 배경") < mark("○ 세부 내용") < mark("예산을 편성하였다.")
    assert mark("제3장 세입") < mark("1. 세입 현황")
    assert mark("2025년 예산은 1,234억원이다") == mark("2026년 예산은 987억원이다")


@given(st.text(min_size=1, max_size=3_000), st.integers(2, 400))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_pieces_of_a_split_are_the_text_and_within_the_limit(text: str, limit: int) -> None:
    pieces = split_sentences(text, limit)
    assert "".join(pieces) == text
    assert all(len(piece) <= limit for piece in pieces)


def test_decimals_and_dates_are_no_sentence_ends() -> None:
    text = "기준일은 2026. 1. 5. 이다. 집행률은 95. 3 퍼센트이다."
    assert split_sentences(text, 25)[0] == "기준일은 2026. 1. 5. 이다. "
