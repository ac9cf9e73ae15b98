"""`core.indicator`: targets and results of performance indicators, a cell a row."""

from schemas.record import Record, field


class Indicator(Record):
    """A target, a result or a rate of achievement of an indicator in a year, as one cell prints it."""

    layer = "core"
    key = ("indicator_id",)
    label = "성과지표"

    indicator_id: str = field("지표 ID", "id of the cell and what it says")
    content_id: str = field("내용 ID", "SHA-256 of the source's bytes", origin=("core.element.content_id",))
    name: str = field("성과지표", "name of the indicator")
    unit: str | None = field("단위", "unit that the indicator is counted in")
    method: str | None = field("측정산식", "how it is measured")
    weight: str | None = field("가중치", "weight as printed")
    fiscal_year: int = field("회계연도", "year")
    measure: str = field("구분", "target, actual or rate")
    value: str | None = field("값", "number as plain decimal text; empty where the cell holds none")
    raw_text: str = field("적힌 글", "as printed")
    project_name: str | None = field("세부사업", "project that it is of")
    project_code: str | None = field("세부사업 코드", "its code")
    program_name: str | None = field("프로그램", "program that it is of")
    ordinal: int = field("요소", "ordinal of the table's element", origin=("core.element.ordinal",))
    row: int = field("행", "row of the grid, from 1")
    col: int = field("열", "column of the grid, from 1")
