import pytest

from connectors.pdf.annotations import iso_date


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("D:20240131093000+09'00'", "2024-01-31T09:30:00+09:00"),
        ("D:20240131093000Z", "2024-01-31T09:30:00+00:00"),
        ("20240131", "2024-01-31T00:00:00"),
        ("D:20241399", None),
        ("어제", None),
        ("", None),
    ],
)
def test_dates_of_pdf_become_iso(printed, expected):
    assert iso_date(printed) == expected
