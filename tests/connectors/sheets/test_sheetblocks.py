"""Tables that stand on one sheet are told apart, and none is torn where lines or merged cells run through a gap."""

import pytest

from connectors.sheets.sheetblocks import LINES_ACROSS, LINES_DOWN, BlockCutter, Rectangle, joined_runs


def blocks_of(*lines, ruled=None, merges=()):
    """Blocks of a sheet drawn in text: a dot is an empty cell, a word a text, and each line a row."""
    texts = {}
    for row, line in enumerate(lines, start=1):
        cells = {col: word for col, word in enumerate(line.split(), start=1) if word != "."}
        if cells:
            texts[row] = cells
    return [(b.top, b.left, b.bottom, b.right) for b in BlockCutter(texts, ruled or {}).blocks(merges)]


def test_empty_rows_part_tables():
    assert blocks_of("구분 금액", "세입 1", ". .", "구분 금액", "세출 2") == [(1, 1, 2, 2), (4, 1, 5, 2)]


def test_tables_side_by_side_are_parted_and_parted_again_at_their_own_empty_rows():
    sheet = ["구분 금액 . 회계 수", "세입 1 . 일반 3", "세출 2 . . .", "계 3 . 기금 수", "차 4 . 특별 5"]
    assert blocks_of(*sheet) == [(1, 1, 5, 2), (1, 4, 2, 5), (4, 4, 5, 5)]


def test_a_small_table_beside_a_big_one_is_its_own():
    assert blocks_of("구분 금액 . . 단위 뜻", "세입 1 . . 백만 원", "세출 2 . . . .") == [(1, 1, 3, 2), (1, 5, 2, 6)]


@pytest.mark.parametrize(
    "sheet",
    [
        ["구분 . 2026 2027", "세입 . 1 2", "세출 . 3 4"],
        ["구분 2025 . 2026 2027", "세입 1 . 2 3", "세출 2 . 3 4"],
        ["구분 금액 . 비고", "세입 1 . 확정", "세출 2 . 잠정"],
        ["총액 . . 500"],
    ],
)
def test_a_spacer_column_tears_no_table(sheet):
    assert len(blocks_of(*sheet)) == 1


def test_a_merged_header_holds_together_what_a_spacer_column_parts():
    sheet = ["구분 예산 . . .", "부처 가 . 나 다", "재경 a . b c"]
    assert len(blocks_of(*sheet)) == 2
    assert blocks_of(*sheet, merges=[Rectangle(1, 2, 1, 5)]) == [(1, 1, 3, 5)]


def test_lines_that_run_through_an_empty_row_or_column_hold_the_table_together():
    sheet = ["구분 금액", "세입 1", ". .", "세출 2", "계 3"]
    assert blocks_of(*sheet, ruled={3: {1: LINES_DOWN, 2: LINES_DOWN}}) == [(1, 1, 5, 2)]
    # The lower border of the table above, stored with the row below, runs through nothing.
    assert len(blocks_of(*sheet, ruled={3: {1: LINES_ACROSS, 2: LINES_ACROSS}})) == 2
    beside = ["가 나 . 다 라", "a b . c d", "a b . c d"]
    assert len(blocks_of(*beside)) == 2
    assert blocks_of(*beside, ruled={row: {3: LINES_ACROSS} for row in (1, 2, 3)}) == [(1, 1, 3, 5)]


def test_blank_merged_cells_that_touch_belong_to_the_table():
    sheet = ["구분 금액", "세입 1"]
    assert blocks_of(*sheet, merges=[Rectangle(3, 1, 4, 2), Rectangle(1, 3, 2, 4)]) == [(1, 1, 4, 4)]


def test_a_blank_field_stands_with_its_label():
    merges = [Rectangle(1, 3, 1, 5), Rectangle(2, 3, 2, 5)]
    assert blocks_of("성명 .", "부서 .", merges=merges) == [(1, 1, 2, 5)]


def test_spans_that_touch_are_joined():
    assert list(joined_runs([(5, 6), (1, 1), (2, 3), (9, 9)])) == [(1, 3), (5, 6), (9, 9)]
