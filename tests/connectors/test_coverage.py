import pytest

from connectors.coverage import measure_coverage
from schemas.elements import Cell, Element, ElementKind, Grid


def paragraph(text):
    return Element(kind=ElementKind.NARRATIVE_TEXT, text=text)


def test_all_there_is_one_whatever_the_white_space():
    table = Element(
        kind=ElementKind.TABLE,
        text="",
        table=Grid(n_rows=1, n_cols=1, cells=[Cell(row=1, col=1, text="첫 줄\n둘째 줄")]),
    )
    assert measure_coverage(["세입 예산", "첫 줄", "둘째\t줄", " "], [paragraph("세입  예산"), table]) == 1.0


def test_a_paragraph_lost_once_of_two_times_is_noticed_by_its_characters():
    assert measure_coverage(["가나다", "가나다", "라마바사"], [paragraph("가나다"), paragraph("라마바사")]) == 1.0
    assert measure_coverage(["가나다라", "마바사아"], [paragraph("가나다라")]) == pytest.approx(0.5)


def test_a_paragraph_torn_apart_counts_as_lost():
    assert measure_coverage(["예산총괄표"], [paragraph("예산"), paragraph("총괄표")]) == 0.0


def test_no_text_is_no_measure():
    assert measure_coverage(["", "  "], []) is None
