"""Every amount of the sample's tables, read again from what is printed, by rules written down here a second time."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

import pytest

from pipelines.sample.figures import Subject, amount, in_words, rate
from pipelines.sample.item import Item
from pipelines.sample.manuscript import LEFT, grid_of
from pipelines.sample.ministry import ordinary_items
from pipelines.sample.truth import AmountTruth, TableTruth
from pipelines.sample.world import World

WON = {"원": 1, "천원": 1_000, "백만원": 1_000_000}
STATES = {"value", "zero", "dash", "blank", "not_decided"}


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return ordinary_items(World())


def tables(items: list[Item]) -> Iterator[tuple[str, TableTruth]]:
    for item in items:
        for reading in (item.truth, *item.truth.members):
            yield from ((item.truth.path, table) for table in reading.tables)


def reparsed(found: AmountTruth) -> tuple[int | None, str]:
    text = unicodedata.normalize("NFKC", found.raw_text).strip().rstrip("*")
    if text in ("", "-", "미정"):
        return None, {"": "blank", "-": "dash", "미정": "not_decided"}[text]
    is_negative = text.startswith(("△", "-", "("))
    digits = text.strip("△-()").replace(",", "")
    assert re.fullmatch(r"\d+", digits), found
    assert found.unit is not None
    won = int(digits) * WON[found.unit] * (-1 if is_negative else 1)
    return won, "value" if won else "zero"


def test_every_amount_reads_back_from_what_is_printed(items):
    amounts = [(path, found) for path, table in tables(items) for found in table.amounts]
    assert len(amounts) > 2_500
    assert [(path, found) for path, found in amounts if reparsed(found) != (found.amount_won, found.value_state)] == []


def test_every_amount_stands_in_its_cell(items):
    for path, table in tables(items):
        texts = {(cell.row, cell.col): cell.text for cell in table.grid.cells}
        for found in table.amounts:
            text = texts[found.row, found.col]
            assert found.raw_text == (text if found.line is None else text.split("\n")[found.line - 1]), path
        places = [(found.row, found.col, found.line) for found in table.amounts]
        assert len(places) == len(set(places))


def test_every_state_sign_and_oddity_of_print_is_there(items):
    amounts = [found for _, table in tables(items) for found in table.amounts]
    assert {found.value_state for found in amounts} == STATES
    texts = [found.raw_text for found in amounts]
    for pattern in (r"△[\d,]+", r"\([\d,]+\)", r"-\d+", r"[０-９]+，[０-９]+", r"[\d,]+\*"):
        assert any(re.fullmatch(pattern, text) for text in texts), pattern
    assert sum(bool(re.fullmatch(r"[０-９，]+", text)) for text in texts) == 1
    assert sum(text.endswith("*") for text in texts) == 1
    assert {found.line for found in amounts} >= {None, 1, 2, 3}
    assert {found.unit for found in amounts} == set(WON)


def test_units_stand_above_in_a_heading_and_in_the_corner(items):
    above = heading = corner = 0
    for _, table in tables(items):
        if not table.amounts:
            continue
        unit = table.amounts[0].unit or ""
        in_cells = [(cell.row, cell.col) for cell in table.grid.cells if unit in cell.text]
        above += table.grid.unit == unit
        corner += (1, 1) in in_cells
        heading += any(place != (1, 1) for place in in_cells)
    assert min(above, heading, corner) >= 4


def test_a_year_is_divided_over_two_heading_cells_once(items):
    divided = [
        path
        for path, table in tables(items)
        if [cell.text for cell in table.grid.cells if cell.row == 1][-2:] == ["202", "5년"]
    ]
    assert len(divided) == 1


def test_totals_are_the_sums_of_their_columns(items):
    checked = 0
    for path, table in tables(items):
        columns: dict[int, list[AmountTruth]] = defaultdict(list)
        for found in table.amounts:
            columns[found.col].append(found)
        for column in columns.values():
            totals = [found for found in column if found.is_total]
            parts = [found for found in column if not found.is_total]
            for total in totals:
                if total.amount_won is None:
                    assert all(part.amount_won is None for part in parts), path
                    continue
                assert total.amount_won == sum(part.amount_won or 0 for part in parts), (path, total)
                checked += 1
    assert checked > 300


def test_no_two_documents_disagree_but_where_it_was_planted(items):
    """The same project, year, stage and month says the same everywhere, but for drafts and the contradictions."""
    from pipelines.sample.shelves.contradictions import contradicting_items

    off = {item.truth.path for item in contradicting_items(World())}
    said: dict[tuple, set[int]] = defaultdict(set)
    for item in items:
        if item.truth.path in off or (item.truth.version and not item.truth.version.is_final):
            continue
        for reading in (item.truth, *item.truth.members):
            for found in (found for table in reading.tables for found in table.amounts):
                if re.fullmatch(r"\d{4}-\d{3}", found.subject) and found.amount_won is not None:
                    key = found.subject, found.fiscal_year, found.stage, found.month
                    said[key].add(found.amount_won)
    assert len(said) > 300
    assert {key: values for key, values in said.items() if len(values) > 1} == {}


def test_every_table_with_a_unit_has_amounts(items):
    assert [path for path, table in tables(items) if table.grid.unit and not table.amounts] == []


def test_amounts_are_printed_as_offices_do():
    assert [amount(value) for value in (1_234, 0, -1_234, None)] == ["1,234", "0", "△1,234", "-"]
    assert [rate(part, whole) for part, whole in ((1, 3), (-1, 8), (5, 0))] == ["33.3", "△12.5", "순증"]
    assert [in_words(millions) for millions in (3_245_070, 100, 53, 1_000_000, 0)] == [
        "3조 2,450억 7,000만원",
        "1억원",
        "5,300만원",
        "1조원",
        "0만원",
    ]


def test_a_figure_says_what_it_prints():
    subject = Subject("1111-301", "가나다")
    printed = {
        "dash": subject.amount(None, 2026, "집행"),
        "zero": subject.amount(0, 2026, "집행"),
        "blank": subject.amount(0, 2026, "집행", zero=""),
        "not_decided": subject.undecided(2026, "정부안"),
        "value": subject.amount(-5, 2026, "증감", negative="("),
    }
    assert {state: (figure.state, figure.text, figure.won) for state, figure in printed.items()} == {
        "dash": ("dash", "-", None),
        "zero": ("zero", "0", 0),
        "blank": ("blank", "", None),
        "not_decided": ("not_decided", "미정", None),
        "value": ("value", "(5)", -5_000_000),
    }
    table = grid_of([["가", LEFT], [printed["value"], printed["zero"]]])
    assert [(found.row, found.col, found.raw_text, found.amount_won) for found in table.amounts] == [
        (2, 1, "(5)", -5_000_000),
        (2, 2, "0", 0),
    ]
    again = table.with_text(2, 1, "（５）")
    assert (again.amounts[0].raw_text, again.amounts[0].amount_won) == ("（５）", -5_000_000)
