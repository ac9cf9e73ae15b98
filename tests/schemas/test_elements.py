"""A grid's text keeps every cell at its upper left corner; a reading is strict about what it holds."""

import pytest
from pydantic import ValidationError

from schemas.elements import Cell, Element, ElementKind, Grid, Reading, grid_text
from schemas.outcome import Outcome


def test_a_grid_is_tabs_and_newlines() -> None:
    grid = Grid(n_rows=2, n_cols=2, cells=[Cell(row=1, col=1, text="목"), Cell(row=2, col=2, text="1,200")])
    assert grid_text(grid) == "목\n\t1,200"


def test_a_merged_cell_stands_once_at_its_upper_left() -> None:
    cells = [
        Cell(row=1, col=1, row_span=2, text="사업"),
        Cell(row=1, col=2, col_span=2, text="2026"),
        Cell(row=2, col=2, text="본예산"),
        Cell(row=2, col=3, text="추경"),
    ]
    assert grid_text(Grid(n_rows=2, n_cols=3, cells=cells)) == "사업\t2026\n\t본예산\t추경"


def test_a_line_break_or_tab_inside_a_cell_cannot_imitate_a_border() -> None:
    grid = Grid(n_rows=1, n_cols=2, cells=[Cell(row=1, col=1, text="가\n나\t다"), Cell(row=1, col=2, text=" 라 ")])
    assert grid_text(grid) == "가 나 다\t라"


def test_an_empty_row_stays_a_line() -> None:
    grid = Grid(n_rows=3, n_cols=1, cells=[Cell(row=1, col=1, text="위"), Cell(row=3, col=1, text="아래")])
    assert grid_text(grid) == "위\n\n아래"


def test_a_cell_outside_its_grid_is_an_error() -> None:
    with pytest.raises(IndexError):
        grid_text(Grid(n_rows=1, n_cols=1, cells=[Cell(row=2, col=1, text="밖")]))


def test_a_reading_survives_json_whole() -> None:
    element = Element(
        kind=ElementKind.TABLE,
        text="목\t1,200",
        section_path=["1. 총괄"],
        table=Grid(
            n_rows=1, n_cols=2, unit="백만원", cells=[Cell(row=1, col=1, text="목"), Cell(row=1, col=2, text="1,200")]
        ),
        parent=(3, 1, 2),
    )
    reading = Reading(content_id="0" * 64, name="가.hwpx", size_bytes=1, outcome=Outcome.KEPT, elements=[element])
    assert Reading.model_validate_json(reading.model_dump_json()) == reading


def test_an_unknown_kind_or_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        Element.model_validate({"kind": "paragraph", "text": "글"})
    with pytest.raises(ValidationError):
        Element.model_validate({"kind": "title", "text": "글", "depth": 1})


def test_two_elements_do_not_share_a_default_list() -> None:
    one, other = Element(kind=ElementKind.TITLE, text="가"), Element(kind=ElementKind.TITLE, text="나")
    one.section_path.append("총괄")
    assert other.section_path == []
