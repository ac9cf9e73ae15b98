"""Numbers, times and names as they are shown."""

from datetime import UTC, datetime

import pytest

from pipelines.reporting.wording import (
    age_words,
    bytes_words,
    check_words,
    clipped,
    display_width,
    instant,
    minute,
    padded,
    printable,
    reason_words,
    review_words,
    seconds_words,
    step_words,
)
from schemas.outcome import QUARANTINE_REASONS
from warehouse.reviews import discover_kinds


def test_times_are_those_of_seoul():
    assert minute(instant("2026-11-24T17:14:00+00:00")) == "2026-11-25 02:14"
    assert minute(datetime(2026, 12, 31, 15, 0, tzinfo=UTC)) == "2027-01-01 00:00"


@pytest.mark.parametrize(
    ("hours", "words"),
    [(-3, "앞선 시각"), (0, "방금"), (0.5, "30분 전"), (5.2, "5시간 전"), (26, "26시간 전"), (100, "4일 전")],
)
def test_ages(hours, words):
    assert age_words(hours)[0] == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0초"), (3.21, "3.2초"), (843, "14분 3초"), (3599.9, "1시간 0분"), (7500, "2시간 5분")],
)
def test_durations(seconds, words):
    assert seconds_words(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (1023, "1,023 B"), (1536, "1.5 KB"), (3 << 30, "3.0 GB"), (5 << 40, "5.0 TB")]
)
def test_sizes(size, words):
    assert bytes_words(size) == words


def test_a_hangul_syllable_takes_two_columns():
    assert display_width("예산 a") == 6
    assert display_width("e\u0301") == 1
    assert padded("예산", 6) == "예산  "
    assert padded("12", 4, right=True) == "  12"


@pytest.mark.parametrize("width", [5, 10, 21, 40])
def test_a_long_name_is_clipped_to_its_columns_and_keeps_its_end(width):
    shown = clipped("예산총괄과/2025/예산안 편성 지침(최종).hwp", width)
    assert display_width(shown) <= width
    assert shown.endswith(("wp", ".hwp"))
    assert clipped("짧은 이름", width * 4) == "짧은 이름"


def test_nothing_in_a_name_reaches_the_terminal_as_a_command():
    hostile = "a\x1b[31mb\r\n\x07\u202ecod.exe\u2028"
    shown = printable(hostile)
    assert all(character.isprintable() for character in shown)
    assert len(shown) == len(hostile)


def test_what_is_not_listed_is_shown_as_it_is_called():
    assert step_words("raw/예산총괄과")[0] == "예산총괄과 훑기"
    assert step_words("mart/holding")[0] == "마트 holding"
    assert step_words("ops/something")[0] == "ops/something"
    assert reason_words("of_a_later_version").korean == "of_a_later_version"
    assert reason_words("no_text") == QUARANTINE_REASONS["no_text"]
    assert check_words("listed_whole:복지예산과") == "복지예산과의 목록을 다 읽음"
    assert review_words("of_a_later_version") == "of_a_later_version"
    assert {review_words(name) for name in discover_kinds()} == {kind.label for kind in discover_kinds().values()}
