"""`core.element`: paragraphs, headings, tables… of each kept content."""

from schemas.elements import CellMark, Grid
from schemas.provenance import Locator
from schemas.record import Record, field


class ElementRecord(Record):
    """An element of a content in reading order, with its place, its headings and, for a table, its exact grid."""

    layer = "core"
    key = ("content_id", "ordinal")
    label = "문서 요소"

    content_id: str = field("내용 ID", "SHA-256 of the bytes it was read from", origin=("core.reading.content_id",))
    ordinal: int = field("순번", "position in reading order, from 0")
    kind: str = field("종류", "element type, as `schemas.elements.ElementKind`")
    text: str = field("글", "text in NFC, identifiers masked; of a table its cells")
    level: int | None = field("제목 수준", "depth of a heading, 1 the highest")
    page: int | None = field("쪽", "page, from 1")
    sheet: str | None = field("시트", "sheet of a workbook")
    section_path: list[str] = field("절 경로", "headings above it, outermost first")
    locator: Locator = field("위치", "where it stands in its file")
    table: Grid | None = field("표", "size, unit and cells of a table")
    parent_ordinal: int | None = field("바깥 표", "ordinal of the table that a nested table stands in")
    parent_row: int | None = field("바깥 행", "row of the cell that a nested table stands in")
    parent_col: int | None = field("바깥 열", "column of the cell that a nested table stands in")
    flags: list[str] = field(
        "표시", "how it came out or what is special about it, as `schemas.elements.Flag`", default=[]
    )
    links: list[str] = field("링크", "addresses that its text points to, masked", default=[])
    confidence: float | None = field(
        "인식 확신도", "mean confidence of the recognised words, 0 to 1, if it was a picture", default=None
    )
    marks: list[CellMark] | None = field(
        "셀 서식", "number formats of a workbook's cells, and which are computed or hidden", default=None
    )
