"""What the other two readers of HWP give, as elements; they stand behind our own."""

import pytest

from connectors.hangul.hancom import compose_dochan, compose_unhwp
from schemas.elements import ElementKind
from schemas.outcome import Failed


def run(text, **marks):
    return {"text": text, **marks}


def paragraph(*runs, level=0):
    return {"type": "paragraph", "runs": list(runs), "heading_level": level}


def test_marks_that_the_first_reader_puts_into_the_text_are_taken_out_again():
    blocks = [
        paragraph(
            run("[bookmark: 참조] "),
            run("세입은"),
            run("[1]", note_ref=1),
            run("x=1", equation={"script": "x=1", "latex": "x=1"}),
            run(" 늘었다."),
        ),
        {"type": "footnote", "elements": [paragraph(run("추경 기준"))]},
        {"type": "comment", "elements": [paragraph(run("확인 요망"))]},
    ]
    elements = compose_dochan({"sections": [{"elements": blocks}]}).elements
    assert [(element.kind, element.text) for element in elements] == [
        (ElementKind.NARRATIVE_TEXT, "세입은 늘었다."),
        (ElementKind.FORMULA, "x=1"),
        (ElementKind.FOOTNOTE, "추경 기준"),
        (ElementKind.NARRATIVE_TEXT, "확인 요망"),
    ]


def test_a_table_in_a_header_is_an_element_of_the_header():
    table = {
        "type": "table",
        "row_count": 1,
        "col_count": 1,
        "rows": [[{"row_span": 1, "col_span": 1, "paragraphs": [paragraph(run("재정경제부"))]}]],
    }
    elements = compose_dochan({"sections": [{"elements": [{"type": "header", "elements": [table]}]}]}).elements
    assert [(element.kind, element.text) for element in elements] == [(ElementKind.HEADER, "재정경제부")]
    assert elements[0].table is not None


def test_a_block_of_an_unknown_kind_is_not_passed_over():
    with pytest.raises(Failed) as failure:
        compose_dochan({"sections": [{"elements": [{"type": "unknown"}]}]})
    assert failure.value.reason == "reader_failed"


def test_the_second_readers_rows_become_an_exact_grid():
    def entry(text, rowspan=1, colspan=1):
        return {
            "content": [{"content": [{"Text": {"text": text}}, "LineBreak"]}],
            "rowspan": rowspan,
            "colspan": colspan,
        }

    rows = [{"cells": [entry("구분", 2), entry("예산", 1, 2)]}, {"cells": [entry("2024"), entry("△2025")]}]
    section = {"header": None, "footer": None, "content": [{"Table": {"rows": rows}}]}
    grid = compose_unhwp({"sections": [section]}).elements[0].table
    assert grid is not None
    assert [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text.strip()) for cell in grid.cells] == [
        (1, 1, 2, 1, "구분"),
        (1, 2, 1, 2, "예산"),
        (2, 2, 1, 1, "2024"),
        (2, 3, 1, 1, "△2025"),
    ]
