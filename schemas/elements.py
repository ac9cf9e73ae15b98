"""What a reader makes of a file: elements in reading order, tables with exact grids, and a verdict.

The kinds are the element types of `unstructured` in snake case, so that its partitioners map one to one; the grid, the
locator and the coverage are ours.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from schemas.conversations import Transcript
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


class CellMark(BaseModel):
    """What a workbook says of a cell besides its text: its number format, and whether it is computed or hidden."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: int
    col: int
    number_format: str | None = None
    is_formula: bool = False
    is_hidden: bool = False


class Flag(StrEnum):
    """What a reader of an element or a document must know of how it came out."""

    OCR = "ocr"
    TRACKED_CHANGE = "tracked_change"
    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_CELLS = "hidden_cells"
    HIDDEN_SLIDE = "hidden_slide"
    HIDDEN_TEXT = "hidden_text"
    MEMO = "memo"
    TEXT_BOX = "text_box"
    TEXT_ONLY = "text_only"
    LOW_COVERAGE = "low_coverage"
    PAGES_WITHOUT_TEXT = "pages_without_text"
    PICTURES_NOT_READ = "pictures_not_read"
    NO_CACHED_VALUES = "no_cached_values"
    GUESSED_GRID = "guessed_grid"


class Element(BaseModel):
    """A paragraph, heading, list item, table… with where it stands.

    A table's `text` is its cells, tab between columns and newline between rows; the grid is the truth.
    `parent` names the cell that a nested table stands in: (ordinal of the outer table's element, row, column).
    `confidence` is the mean of the recognised words, 0 to 1, where text was recognised in a picture. `links` are the
    addresses that its text points to, and `marks` what a workbook says of a table's cells.
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
    flags: list[Flag] = []
    links: list[str] = []
    confidence: float | None = None
    marks: list[CellMark] = []


class Completeness(BaseModel):
    """What a reader brought out of a document against an independent count of what is in it.

    `text` is the share of paragraphs' characters that came out in order, 0 to 1. Of the others, the first number is what
    was found in the elements, the second what the document holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: float
    tables: tuple[int, int]
    cells: tuple[int, int]
    merged: tuple[int, int]
    notes: tuple[int, int]

    @property
    def share(self) -> float:
        """The least of the five shares; one thing too many counts like one too few."""
        pairs = (self.tables, self.cells, self.merged, self.notes)
        return min(self.text, *(min(pair) / max(pair) if max(pair) else 1.0 for pair in pairs))


class Property(BaseModel):
    """What a document says of itself: `author`, `created_at`, `modified_at`, `subject`, `keywords`, `pages` and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    value: str


class ExportAccount(BaseModel):
    """What an export of a messenger held, in counts: what of it is kept, what was left out, how much was understood."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    application: str
    n_conversations: int = 0
    n_messages: int = 0
    n_conversations_left_out: int = 0
    n_messages_left_out: int = 0
    n_bytes: int = 0
    n_understood: int = 0


class Reading(BaseModel):
    """The verdict on one file or member, with its elements when it was kept.

    A container (archive, mail) gives several readings, its own first. Text in a reading is NFC, has been looked through
    for secrecy marks and is masked: nothing unscreened leaves the sandbox. An export of a messenger has `transcripts` and an
    `account` instead of elements; `kept_part` is what may be kept of its bytes, where that is not all of them,
    `is_scoped` says that the register of conversations decided about this file or about something in it, and `scope` is the
    registered conversation that a member was attached to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

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
    completeness: Completeness | None = None
    flags: list[Flag] = []
    properties: list[Property] = []
    n_masked: int = 0
    elements: list[Element] = []
    transcripts: list[Transcript] = []
    account: ExportAccount | None = None
    kept_part: bytes | None = None
    is_scoped: bool = False
    scope: str | None = None


def grid_text(grid: Grid) -> str:
    """A grid's cells as text: tab between columns, newline between rows; a merged cell stands at its upper left."""
    rows: list[list[str]] = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        if text := cell.text:
            rows[cell.row - 1][cell.col - 1] = " ".join(text.split())
    return "\n".join(["\t".join(row).rstrip("\t") for row in rows])
