"""Which passage shows an amount: by what it is of, by the cell's place, or since the table is in one piece."""

from typing import Any

import pytest

from warehouse.doors import figures
from warehouse.doors.figures import amounts_of
from warehouse.doors.routing import Cell

TABLE = "연도 | 본예산 | 불용액\n2024 | 47,250 | 1,520\n2025 | 56,730 | 2,798"
NAMED = "둘레길 조성 | 56,730\n마을길 정비 | 11,520"


def passage(text: str, headings: tuple[str, ...] = (), cells: str | None = None) -> dict[str, Any]:
    """A passage."""
    return {"text": text, "headings": list(headings), "cells": cells}


def shows(text: str, raw_text: str, subject: str, **given: Any) -> bool:
    """Whether a passage shows an amount."""
    n_parts, address = given.pop("n_parts", 1), given.pop("address", None)
    return bool(figures._shows(passage(text, **given), raw_text, subject, address, n_parts))


def test_what_an_amount_is_of_may_stand_above_the_table_or_nowhere_in_it():
    assert shows(TABLE, "47,250", "둘레길 조성", headings=("사업설명자료 - 둘레길조성(1031-301)",), n_parts=3)
    assert shows(TABLE, "47,250", "둘레길 조성")
    assert not shows(TABLE, "47,250", "둘레길 조성", n_parts=3)
    assert shows(NAMED, "56,730", "둘레길 조성", n_parts=3)


def test_of_a_long_sheet_the_part_with_the_cell_shows_it():
    assert shows(TABLE, "47,250", "둘레길 조성", n_parts=3, address="B41", cells="A40:H60")
    assert not shows(TABLE, "47,250", "둘레길 조성", n_parts=3, address="B61", cells="A40:H60")
    assert not shows(NAMED, "56,730", "둘레길 조성", n_parts=3, address="B61", cells="A40:H60")


@pytest.mark.parametrize(("raw_text", "is_shown"), [("1,520", False), ("11,520", True), ("11", False), ("520", False)])
def test_a_part_of_another_amount_is_not_the_amount(raw_text, is_shown):
    assert shows(NAMED, raw_text, "마을길 정비") is is_shown


def test_amounts_are_linked_to_the_passages_that_print_them(office):
    pinned = office.ask.pinned()
    rows = pinned.lake.rows("SELECT * FROM lake.core.budget_amount WHERE subject_name = '마을길 정비'")
    chunks = pinned.lake.rows(
        """SELECT c.*, r.content_id FROM lake.index.chunk c JOIN lake.core.reading r USING (text_id)
           WHERE r.outcome = 'kept' AND c.text LIKE '%마을길 정비%'"""
    )
    cells = [Cell(row["content_id"], row["ordinal"], row["raw_text"], row["subject_name"], row["cell"]) for row in rows]
    assert figures.chunks_of_cells(pinned, cells) == [chunks[0]["passage_id"]]
    linked = amounts_of(pinned, chunks)
    assert {row["amount_id"] for row in rows} <= set(linked[chunks[0]["chunk_id"]])
    assert (
        figures.chunks_of_cells(pinned, [Cell(rows[0]["content_id"], rows[0]["ordinal"], "6,0", "마을길 정비")]) == []
    )
