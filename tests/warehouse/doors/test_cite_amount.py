"""Whether a cell still prints an amount."""

import pytest

from warehouse.doors.cite_amount import prints


@pytest.mark.parametrize(
    ("text", "raw_text", "line", "expected"),
    [
        (" 1,200 ", "1,200", None, True),
        ("(1,100)", "1,100", None, True),
        ("(1,100)", "(1,100)", None, True),
        ("1,200\n[1,100]", "1,100", 2, True),
        ("1,200\n\n(1,100)", "1,100", 2, True),
        ("600백만원 (국비 300, 시비 300)", "600백만원", None, True),
        ("1,200", "1,20", None, False),
        ("1,200원", "1,200", None, False),
        ("1,200\n(1,100)", "1,100", 1, False),
        ("1,200", "1,200", 2, False),
        ("600백만원 등", "600백만원", None, False),
    ],
)
def test_a_cell_prints_an_amount_or_another(text: str, raw_text: str, line: int | None, expected: bool) -> None:
    assert prints(text, raw_text, line) is expected
