"""A document before it has a format: headings, paragraphs and tables in reading order.

Prose is written as plain text in `prose`; `compose` fills its blanks and turns it into blocks that every writer takes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.sample.figures import Figure, Stack
from pipelines.sample.truth import AmountTruth
from schemas.elements import Cell, Grid

LEFT = "←"
"""In a row for `grid_of`: this position belongs to the cell on its left."""

UP = "↑"
"""In a row for `grid_of`: this position belongs to the cell above it."""

_MARKER = re.compile(r"□|○|※|- |제\d+장 |[Ⅰ-Ⅹ]\. |\d+\. |[가-하]\. |\[표 ")
_BULLET = re.compile(r"(?:□|○|※|-) ")
_TABLE_MARK = "[표 "
_HEADING_LEVELS = (
    (re.compile(r"제\d+장 |[Ⅰ-Ⅹ]\. "), 1),
    (re.compile(r"\d+\. "), 2),
    (re.compile(r"[가-하]\. |□"), 3),
)
_LONGEST_HEADING = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as printed, its number or bullet included; `level` is 1 for the outermost."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or list item on its own line."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its grid as printed, and the amounts in it.

    `grid.unit` is the unit printed above the table; where the unit stands in a cell, it is in `amounts` alone.
    """

    grid: Grid
    amounts: tuple[AmountTruth, ...] = ()

    def with_text(self, row: int, col: int, text: str) -> "Table":
        """The table with one cell printed in another way; what its amount says stays."""
        cells = [
            cell.model_copy(update={"text": text}) if (cell.row, cell.col) == (row, col) else cell
            for cell in self.grid.cells
        ]
        amounts = tuple(
            amount.model_copy(update={"raw_text": text}) if (amount.row, amount.col) == (row, col) else amount
            for amount in self.amounts
        )
        return Table(self.grid.model_copy(update={"cells": cells}), amounts)


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document to be written: title, blocks, and the running header above each page, where there is one."""

    title: str
    blocks: tuple[Block, ...]
    header: str | None = None

    def in_place(self, place: str) -> "Manuscript":
        """The document with every paragraph led by the place that it speaks of, so that replicas differ."""
        if not place:
            return self
        return replace(self, blocks=tuple(_in_place(block, place) for block in self.blocks))

    def lines(self) -> list[str]:
        """Headings and paragraphs in reading order, without the tables."""
        return [block.text for block in self.blocks if not isinstance(block, Table)]

    def tables(self) -> list[Table]:
        """The tables in reading order."""
        return [block for block in self.blocks if isinstance(block, Table)]

    def grids(self) -> list[Grid]:
        """The grids of the tables in reading order."""
        return [table.grid for table in self.tables()]


def _in_place(block: Block, place: str) -> Block:
    if not isinstance(block, Paragraph) or place in block.text:
        return block
    bullet = _BULLET.match(block.text)
    at = bullet.end() if bullet else 0
    return Paragraph(f"{block.text[:at]}({place}) {block.text[at:]}")


def grid_of(rows: Sequence[Sequence[str | Figure | Stack]], unit: str | None = None) -> Table:
    """Make a table from rows in which `LEFT` and `UP` stand for what a merged cell covers.

    Args:
        rows: the cells; an amount is a `Figure`, several in one cell are a `Stack`.
        unit: the unit printed above the table.

    Raises:
        ValueError: the rows are not equally long, or a position belongs to no cell.
    """
    n_cols = len(rows[0])
    cells: list[Cell] = []
    amounts: list[AmountTruth] = []
    covered: set[tuple[int, int]] = set()
    if any(len(texts) != n_cols for texts in rows):
        raise ValueError(f"a row has not the {n_cols} positions of the first")
    for row, texts in enumerate(rows):
        for col, content in enumerate(texts):
            if content in (LEFT, UP):
                continue
            text = content if isinstance(content, str) else content.text
            amounts += _amounts(content, row + 1, col + 1)
            col_span = 1 + _run(texts[col + 1 :], LEFT)
            row_span = 1 + _run([below[col] for below in rows[row + 1 :]], UP)
            covered |= {(row + down, col + right) for down in range(row_span) for right in range(col_span)}
            cells.append(Cell(row=row + 1, col=col + 1, row_span=row_span, col_span=col_span, text=text))
    if len(covered) != n_cols * len(rows) or sum(cell.row_span * cell.col_span for cell in cells) != len(covered):
        raise ValueError("the merged cells do not tile the table")
    return Table(Grid(n_rows=len(rows), n_cols=n_cols, unit=unit, cells=cells), tuple(amounts))


def _amounts(content: str | Figure | Stack, row: int, col: int) -> list[AmountTruth]:
    if isinstance(content, str):
        return []
    figures = content.figures if isinstance(content, Stack) else (content,)
    return [
        AmountTruth(
            row=row,
            col=col,
            line=line if isinstance(content, Stack) else None,
            raw_text=figure.text,
            amount_won=figure.won,
            value_state=figure.state,
            unit=figure.unit,
            fiscal_year=figure.fiscal_year,
            stage=figure.stage,
            subject=figure.subject,
            subject_name=figure.subject_name,
            is_total=figure.is_total,
            month=figure.month,
        )
        for line, figure in enumerate(figures, start=1)
    ]


def _run(texts: Sequence[str | Figure | Stack], mark: str) -> int:
    length = 0
    while length < len(texts) and texts[length] == mark:
        length += 1
    return length


def compose(
    template: str,
    words: Mapping[str, str] | None = None,
    tables: Mapping[str, Table] | None = None,
    *,
    title: str,
    header: str | None = None,
) -> Manuscript:
    """Fill a template's blanks and split it into blocks.

    A blank line, or a line that begins with a bullet or a number, starts a new paragraph; other lines continue the one
    before. `[표 NAME]` stands for a table.

    Args:
        template: prose with `{blanks}`.
        words: what the blanks are filled with.
        tables: the tables that the template names.
        title: the document's title, which also becomes its first block.
        header: the running header above each page.
    """
    filled = template.format_map(dict(words or {}))
    blocks: list[Block] = [Heading(title, 1)]
    for text in _paragraphs(filled):
        if text.startswith(_TABLE_MARK):
            blocks.append((tables or {})[text.removeprefix(_TABLE_MARK).removesuffix("]")])
        else:
            blocks.append(_block_of(text))
    return Manuscript(title, tuple(blocks), header)


def _paragraphs(text: str) -> list[str]:
    paragraphs: list[list[str]] = []
    is_open = False
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            is_open = False
        elif is_open and not _MARKER.match(line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
            is_open = not line.startswith(_TABLE_MARK)
    return [" ".join(lines) for lines in paragraphs]


def _block_of(text: str) -> Block:
    for pattern, level in _HEADING_LEVELS:
        if pattern.match(text) and len(text) <= _LONGEST_HEADING and not text.endswith((".", "?")):
            return Heading(text, level)
    return Paragraph(text)


def unit_line(grid: Grid) -> str | None:
    """How a table's unit is printed above its right corner."""
    return f"(단위: {grid.unit})" if grid.unit else None
