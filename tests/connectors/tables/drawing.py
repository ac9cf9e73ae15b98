"""Tables drawn as text, and what a careful analyst reads in them, for the tests of forms."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.extraction import extract
from connectors.grids import build_grid
from schemas.budget import Declared, Extraction, FormDocument, FoundAmount
from schemas.elements import Cell, Element, ElementKind, Grid
from schemas.money import Unit, parse_amount

WON, THOUSAND, MILLION, EOK, JO = 1, 10**3, 10**6, 10**8, 10**12
LEFT, UP, NEWLINE = "<", "^", "⏎"
"""A position that the cell to the left or above covers, and a line break inside a cell."""

_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_NEGATIVE = re.compile(r"\s*[△▲▼\-−–(]")


def drawn(text: str) -> Grid:
    """The grid of a table whose lines are rows and whose bars part the cells."""
    rows = [[cell.strip(" ") for cell in line.split("|")] for line in text.strip("\n").split("\n")]
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    cells = []
    for top, row in enumerate(rows):
        for left, said in enumerate(row):
            if said in (LEFT, UP):
                continue
            right, bottom = left + 1, top + 1
            while right < width and row[right] == LEFT:
                right += 1
            while bottom < len(rows) and rows[bottom][left] == UP:
                bottom += 1
            cells.append(
                Cell(
                    row=top + 1,
                    col=left + 1,
                    row_span=bottom - top,
                    col_span=right - left,
                    text=said.replace(NEWLINE, "\n"),
                )
            )
    return build_grid(cells)


def document(*parts: str, title: str | None = None, year: int | None = None) -> FormDocument:
    """A document of paragraphs and of tables, which have bars."""
    elements = [
        Element(kind=ElementKind.TABLE, text="", table=drawn(part))
        if "|" in part
        else Element(kind=ElementKind.NARRATIVE_TEXT, text=part)
        for part in parts
    ]
    return FormDocument(title, None, elements, Declared(fiscal_year=year))


@dataclass(frozen=True)
class Want:
    """Amounts that stand in rows and columns, such as `2-4,6`: year, one of some stages, minor units in one printed unit."""

    rows: str
    cols: str
    year: int
    stages: str
    unit: int
    table: int = 1
    also: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """A document, and every amount with a value that it holds."""

    name: str
    parts: tuple[str, ...]
    wants: tuple[Want, ...] = ()
    title: str | None = None
    subjects: dict[tuple[int, int], tuple[str, str, str | None]] = field(default_factory=dict)


Key = tuple[int, int, int, int | None]


def check(layout: Layout) -> Extraction:
    """Assert that exactly the wanted amounts come out, each as wanted, and that each says again what it said."""
    told = document(*layout.parts, title=layout.title)
    found = extract(told)
    got: dict[Key, FoundAmount] = {
        (amount.place.table, amount.place.row, amount.place.col, amount.place.line): amount
        for amount in found.amounts
        if amount.amount_minor is not None
    }
    wanted = _wanted(told, layout.wants)
    assert _plain(got) == {key: (amount, want.year) for key, (amount, want) in wanted.items()}
    for key, (_, want) in wanted.items():
        amount = got[key]
        assert amount.stage.value in want.stages.split("/"), (key, amount.raw_text, amount.stage)
        for name, value in want.also.items():
            assert getattr(amount, name) == value, (key, name)
    for amount in found.amounts:
        unit = Unit(amount.unit_raw, amount.unit_multiplier or 0, amount.currency) if amount.unit_raw else None
        assert parse_amount(amount.raw_text, unit).amount_minor == amount.amount_minor
    for (row, col), subject in layout.subjects.items():
        amount = got[1, row, col, None]
        assert (amount.subject.level.value, amount.subject.name, amount.subject.code) == subject
    return found


def _plain(got: dict[Key, FoundAmount]) -> dict[Key, tuple[int | None, int]]:
    return {key: (amount.amount_minor, amount.fiscal_year) for key, amount in got.items()}


def _wanted(told: FormDocument, wants: tuple[Want, ...]) -> dict[Key, tuple[int, Want]]:
    tables = [element.table for element in told.elements if element.table is not None]
    result: dict[Key, tuple[int, Want]] = {}
    for want in wants:
        texts = {(cell.row, cell.col): cell.text for cell in tables[want.table - 1].cells}
        for row in _numbers(want.rows):
            for col in _numbers(want.cols):
                lines = texts.get((row, col), "").split("\n")
                for line, text in enumerate(lines, start=1):
                    if _NUMBER.search(text):
                        key = (want.table, row, col, line if len(lines) > 1 else None)
                        result[key] = (_value(text, want.unit), want)
    return result


def _numbers(ranges: str) -> list[int]:
    found: list[int] = []
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def _value(text: str, unit: int) -> int:
    match = _NUMBER.search(text)
    assert match is not None
    value = Decimal(match.group(0).replace(",", "")) * unit
    return int(-value if _NEGATIVE.match(text) else value)
