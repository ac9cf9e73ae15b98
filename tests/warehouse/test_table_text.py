"""Tables as text: what is header, what is repeated, where a row stands."""

from collections.abc import Sequence

import pytest

from schemas.elements import Cell, Grid
from schemas.provenance import Locator
from warehouse.table_text import rows_locator, write_table


def grid(rows: Sequence[Sequence[str]], unit: str | None = None, **spans: tuple[int, int]) -> Grid:
    """A grid; `r2c1=(2, 1)` says that the cell of row 2, column 1 spans two rows and one column."""
    cells = []
    for r, row in enumerate(rows, start=1):
        for c, text in enumerate(row, start=1):
            down, right = spans.get(f"r{r}c{c}", (1, 1))
            if text:
                cells.append(Cell(row=r, col=c, row_span=down, col_span=right, text=text))
    return Grid(n_rows=len(rows), n_cols=max(map(len, rows)), unit=unit, cells=cells)


def lines(made: Grid, caption: str | None = None) -> list[str]:
    table = write_table(made, caption)
    return [*table.preamble.splitlines(), *(row.text for row in table.rows)]


def test_a_label_that_spans_rows_stands_in_each_of_them() -> None:
    rows = [["회계", "사업", "예산"], ["일반회계", "가", "100"], ["", "나", "200"], ["기금", "다", "300"]]
    written = ["회계 | 사업 | 예산", "일반회계 | 가 | 100", "일반회계 | 나 | 200", "기금 | 다 | 300"]
    assert lines(grid(rows, r2c1=(2, 1))) == written


def test_a_form_has_no_header_and_its_labels_stand_beside_their_fields() -> None:
    rows = [["품목번호", "2026-1차", "", "분류"], ["개발형태", "혁신제품형", "", ""], ["과제명", "보조금 관리", "", ""]]
    written = ["품목번호 | 2026-1차 | 분류", "개발형태 | 혁신제품형", "과제명 | 보조금 관리"]
    assert lines(grid(rows, r1c2=(1, 2), r2c2=(1, 3), r3c2=(1, 3))) == written


def test_a_blank_corner_continues_a_header_and_a_title_and_the_unit_stand_above_it_once() -> None:
    rows = [["연도별 예산 (단위: 천원)", "", ""], ["", "2025", ""], ["", "본예산", "추경"], ["도로", "10", "20"]]
    head = ["연도별 예산 (단위: 천원)", " | 2025 본예산 | 2025 추경"]
    assert lines(grid(rows, "천원", r1c1=(1, 3))) == [*head, "도로 | 10 | 20"]


def test_caption_title_unit_and_header_stand_in_this_order() -> None:
    rows = [["세출 예산", ""], ["", "(회계별)"], ["회계", "금액"], ["일반회계", "100"]]
    head = ["<표 1> 예산", "세출 예산", "(회계별)", "(단위: 억원)", "회계 | 금액"]
    assert lines(grid(rows, "억원"), "<표 1> 예산") == [*head, "일반회계 | 100"]


def test_a_header_is_as_deep_as_its_first_cell() -> None:
    rows = [
        ["시도", "합계", "지방세", ""],
        ["", "", "보통세", ""],
        ["", "", "취득세", "주민세"],
        ["서울", "6", "2", "4"],
    ]
    made = grid(rows, r1c1=(3, 1), r1c2=(3, 1), r1c3=(1, 2), r2c3=(1, 2))
    assert lines(made) == ["시도 | 합계 | 지방세 보통세 취득세 | 지방세 보통세 주민세", "서울 | 6 | 2 | 4"]


def test_amounts_and_long_texts_are_no_header_and_codes_with_names_are() -> None:
    assert write_table(grid([["가", "1,234"], ["나", "5,678"]])).preamble == ""
    assert (
        write_table(
            grid([["2025", "매우 긴 설명이 이어지는 칸으로서 머리라고는 볼 수 없을 만큼 길다" * 2], ["2026", "짧다"]])
        ).preamble
        == ""
    )
    assert write_table(grid([["시도", "101 인건비"], ["서울", "10"]])).preamble == "시도 | 101 인건비"


def test_empty_rows_are_left_out_and_rows_keep_their_numbers() -> None:
    table = write_table(grid([["구분", "값"], ["", ""], ["가", "1"], ["", ""], ["나", "2"]]))
    assert [row.number for row in table.rows] == [3, 5]


def test_cells_of_several_lines_are_one_line_in_a_row_and_their_own_lines_when_taken_apart() -> None:
    (row,) = write_table(grid([["구분", "내용"], ["배경", "첫째 줄\n 둘째  줄"]])).rows
    assert row.text == "배경 | 첫째 줄 둘째 줄"
    assert row.pairs == ("구분: 배경", "내용: 첫째 줄\n둘째 줄")


@pytest.mark.parametrize(
    ("cells", "shown"), [("B3:D7", "B5:D6"), ("$B$3:$D$7", "B5:D6"), ("B3", "B3"), ("B3:D9", "B3:D9"), (None, None)]
)
def test_rows_have_a_range_of_their_own_where_the_tables_range_fits_its_grid(
    cells: str | None, shown: str | None
) -> None:
    made = grid([["a", "b", "c"]] * 5)
    place = Locator(sheet="총괄", cells=cells)
    assert rows_locator(place, made, 3, 4) == Locator(sheet="총괄", cells=shown)
