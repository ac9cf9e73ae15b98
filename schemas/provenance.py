"""Where something stands in its file: member, page, sheet, cell range, paragraph, table, line."""

from pydantic import BaseModel, ConfigDict


def column_letters(col: int) -> str:
    """Letters of a spreadsheet column, 1 being A."""
    letters = ""
    while col > 0:
        col, rest = divmod(col - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Locator(BaseModel):
    """A place inside one file. All parts are optional; counts start at 1.

    `member` is the path inside an archive or mail (nested members joined by `!/`), `cells` a range such as `B3:F20`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    member: str | None = None
    page: int | None = None
    sheet: str | None = None
    cells: str | None = None
    paragraph: int | None = None
    table: int | None = None
    line_start: int | None = None
    line_end: int | None = None

    def __str__(self) -> str:
        """In words for a reader, such as `붙임.zip!/요구서.xlsx · 시트 총괄 · B3:F20`."""
        parts = [
            self.member,
            f"{self.page}쪽" if self.page else None,
            f"시트 {self.sheet}" if self.sheet else None,
            self.cells,
            f"표 {self.table}" if self.table else None,
            f"문단 {self.paragraph}" if self.paragraph else None,
            _lines(self.line_start, self.line_end),
        ]
        return " · ".join(part for part in parts if part)


def _lines(start: int | None, end: int | None) -> str | None:
    if start is None:
        return None
    return f"{start}행" if end in (None, start) else f"{start}~{end}행"
