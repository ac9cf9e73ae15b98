"""A place in a file reads as a person would say it, and an unknown part of it is refused."""

import pytest
from pydantic import ValidationError

from schemas.provenance import Locator


@pytest.mark.parametrize(
    ("locator", "words"),
    [
        (Locator(), ""),
        (Locator(page=3), "3쪽"),
        (
            Locator(member="붙임.zip!/요구서.xlsx", sheet="총괄", cells="B3:F20"),
            "붙임.zip!/요구서.xlsx · 시트 총괄 · B3:F20",
        ),
        (Locator(table=2, paragraph=7), "표 2 · 문단 7"),
        (Locator(line_start=4), "4행"),
        (Locator(line_start=4, line_end=4), "4행"),
        (Locator(line_start=4, line_end=9), "4~9행"),
        (Locator(line_end=9), ""),
    ],
)
def test_a_locator_reads_in_words(locator: Locator, words: str) -> None:
    assert str(locator) == words


def test_a_locator_has_no_unknown_part() -> None:
    with pytest.raises(ValidationError):
        Locator.model_validate({"row": 3})


def test_a_locator_cannot_be_changed_after_it_was_made() -> None:
    locator = Locator(page=1)
    with pytest.raises(ValidationError):
        locator.page = 2  # type: ignore[misc]
