"""Minor units of currencies."""

import pytest

from schemas.currencies import in_major, minor_digits


@pytest.mark.parametrize(("currency", "digits"), [("KRW", 0), ("JPY", 0), ("EUR", 2), ("ALL", 2), ("KWD", 3)])
def test_digits(currency: str, digits: int):
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(5, "KRW", "5"), (-1234, "KRW", "-1234"), (123456, "EUR", "1234.56"), (-5, "AUD", "-0.05"), (0, "EUR", "0.00")],
)
def test_amounts_in_whole_units(minor: int, currency: str, text: str):
    assert in_major(minor, currency) == text
