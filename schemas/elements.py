"""What a reader makes of a file: elements in reading order, tables with exact grids, and a verdict.

The kinds are the element types of `unstructured` in snake case, so that its partitioners map one to one; the grid, the
locator and the coverage are ours.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from schemas.outcome import Outcome
from schemas.provenance import Locator


class ElementKind(StrEnum):
    """What an element is. `title` is any heading (its depth is in `level`)."""

    TITLE = "title"
    NARRATIVE_TEXT = "narrative_text"
    LIST_ITEM = "list_item"
    TABLE = "table"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    FORMULA = "formula"
    FIGURE_CAPTION = "figure_caption"
    IMAGE = "image"
    EMAIL_HEADER = "email_header"


class Cell(BaseModel):
    """A cell of a grid, at its upper left corner; rows and columns count from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    text: str = ""


class Grid(BaseModel):
    """A table: its size, the unit printed with it, and its cells in row order (a merged cell appears once)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_rows: int
    n_cols: int
    unit: str | None = None
    cells: list[Cell]


class Element(BaseModel):
    """A paragraph, heading, list item, table… with where it stands.

    A table's `text` is its cells, tab between columns and newline between rows; the grid is the truth.
    `parent` names the cell that a nested table stands in: (ordinal of the outer table's element, row, column).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ElementKind
    text: str
    level: int | None = None
    page: int | None = None
    sheet: str | None = None
    section_path: list[str] = []
    locator: Locator = Locator()
    table: Grid | None = None
    parent: tuple[int, int, int] | None = None


class Reading(BaseModel):
    """The verdict on one file or member, with its elements when it was kept.

    A container (archive, mail) gives several readings, its own first. Text in a reading is NFC, has been looked through
    for secrecy marks and is masked: nothing unscreened leaves the sandbox.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    content_id: str
    name: str
    size_bytes: int
    container_id: str | None = None
    member_path: str | None = None
    outcome: Outcome
    reason: str | None = None
    detail: str | None = None
    format: str | None = None
    reader: str | None = None
    title: str | None = None
    coverage: float | None = None
    n_masked: int = 0
    elements: list[Element] = []


def grid_text(grid: Grid) -> str:
    """A grid's cells as text: tab between columns, newline between rows; a merged cell stands at its upper left."""
    rows: list[list[str]] = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row - 1][cell.col - 1] = " ".join(cell.text.split())
    return "\n".join("\t".join(row).rstrip("\t") for row in rows)
