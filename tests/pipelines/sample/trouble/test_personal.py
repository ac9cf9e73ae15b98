"""Invented personal data: what is masked is masked in every spelling, and amounts that look like it stay."""

import re
from collections.abc import Callable

import pytest

from connectors.reading import read_blob
from pipelines.sample.item import Item
from pipelines.sample.trouble.invented_numbers import Number, foreigner_number, resident_number
from pipelines.sample.trouble.personal import personal_items
from pipelines.sample.world import World
from schemas.masking import has_valid_checksum, mask_identifiers
from schemas.outcome import Outcome


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return personal_items(World())


def test_the_readers_mask_what_the_truth_says_and_nothing_else(items, judge: Callable[[Item], list[str]]):
    assert [wrong for item in items for wrong in judge(item)] == []


def test_every_class_is_there_and_only_registration_numbers_are_masked(items):
    found = {(data.kind, data.is_masked) for item in items for data in item.truth.personal}
    assert found == {
        ("resident_number", True),
        ("foreigner_number", True),
        ("mobile_phone", False),
        ("telephone", False),
        ("email", False),
        ("passport", False),
        ("driver_licence", False),
        ("card", False),
        ("bank_account", False),
        ("business_number", False),
        ("corporate_number", False),
        ("name", False),
    }


def test_masked_data_must_be_found_nowhere_and_the_rest_may_stay(items):
    for item in items:
        for data in item.truth.personal:
            assert (data.text in item.truth.must_not_find) == data.is_masked, item.truth.path


def test_data_that_is_not_masked_stays_readable(items):
    for item in items:
        readable = [data.text for data in item.truth.personal if not data.is_masked]
        if readable:
            [reading] = read_blob(item.content, item.truth.path.rpartition("/")[2])
            text = " ".join(" ".join(element.text.split()) for element in reading.elements)
            assert [data for data in readable if data not in text] == []


@pytest.mark.parametrize(
    "make", [lambda: resident_number("981231", "390123"), lambda: foreigner_number("990101", "780111")]
)
def test_numbers_are_well_formed_and_nobodys(make: Callable[[], Number]):
    number = make()
    assert len(number.digits) == 13
    assert has_valid_checksum(number.digits)
    assert number.digits[:2] in ("98", "99")
    assert number.digits[6] in "3478"
    assert mask_identifiers(number.hyphenated)[1] == 1


def test_no_two_numbers_are_the_same(items):
    numbers = [word for item in items for word in item.truth.must_not_find if re.fullmatch(r"\d{13}", word)]
    assert len(numbers) == len(set(numbers)) == sum(data.is_masked for item in items for data in item.truth.personal)


def test_numbers_stand_in_names_of_files_members_and_sheets_too(items):
    assert sum(any(word in item.truth.path for word in item.truth.must_not_find) for item in items) == 1
    stored = {item.truth.path.rpartition("/")[2]: item.content for item in items}
    [archive] = [content for name, content in stored.items() if name.endswith(".zip")]
    assert re.search(rb"9\d{5}-[34]\d{6}\.txt", archive)


def test_amounts_of_thirteen_digits_would_pass_for_numbers_and_stay(items):
    [table] = [item for item in items if item.truth.path.endswith("원 단위 누계 집계.csv")]
    amounts = [text for text in table.truth.must_find if re.fullmatch(r"\d{13}", text)]
    assert len(amounts) == 4
    assert all(has_valid_checksum(amount) for amount in amounts)
    [reading] = read_blob(table.content, "원 단위 누계 집계.csv")
    assert reading.n_masked == 0


def test_all_of_them_are_kept(items):
    assert {item.truth.outcome for item in items} == {Outcome.KEPT}
    assert len(items) >= 15
