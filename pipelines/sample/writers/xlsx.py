"""Excel workbooks as offices keep them: a title row, the unit in the corner, two-line headers with merged cells, signs as △."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.sample.manuscript import Table, unit_line
from pipelines.sample.writers.office_package import normalise_package
from schemas.elements import Cell, Grid

_TITLE_ROW, _UNIT_ROW, _FIRST_TABLE_ROW = 1, 3, 4
_AMOUNT_FORMAT, _RATE_FORMAT = '#,##0;"△"#,##0', '0.0;"△"0.0'
_LINE = Side(style="thin")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)
_AMOUNT = re.compile(r"△?\d{1,3}(,\d{3})*")
_RATE = re.compile(r"△?\d+\.\d")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with one table.

    Args:
        name: the sheet's tab.
        title: printed over the table's whole width in the first row.
        table: the table; its unit stands above its last column.
        number_columns: columns, counted from 1, whose amounts and rates are numbers with a format. A code that looks
            like a number stays text in every other column.
        notes: lines below the table.
    """

    name: str
    title: str
    table: Table
    number_columns: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def table_range(self) -> str:
        """Where the table stands in the sheet, such as `A4:F20`."""
        grid = self.table.grid
        last = get_column_letter(grid.n_cols) + str(_FIRST_TABLE_ROW + grid.n_rows - 1)
        return f"A{_FIRST_TABLE_ROW}:{last}"

    @property
    def stored_grid(self) -> Grid:
        """The grid as the workbook stores it: a number without the commas and △ that its format shows."""
        grid = self.table.grid
        return grid.model_copy(update={"cells": [self._stored(cell) for cell in grid.cells]})

    @property
    def stored_table(self) -> Table:
        """The table as the workbook stores it, amounts as a reader will show them."""
        grid = self.stored_grid
        texts = {(cell.row, cell.col): cell.text for cell in grid.cells}
        amounts = tuple(
            amount if amount.line is not None else amount.model_copy(update={"raw_text": texts[amount.row, amount.col]})
            for amount in self.table.amounts
        )
        return Table(grid, amounts)

    def _stored(self, cell: Cell) -> Cell:
        number = _number(cell.text) if cell.col in self.number_columns else None
        if number is None:
            return cell
        return cell.model_copy(update={"text": str(int(number) if number == int(number) else number)})


def write_xlsx(title: str, sheets: Sequence[Sheet]) -> bytes:
    """The sheets as a workbook."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in sheets:
        _fill(workbook.create_sheet(sheet.name), sheet)
    written = io.BytesIO()
    workbook.save(written)
    return normalise_package(written.getvalue(), title)


def _fill(worksheet: Worksheet, sheet: Sheet) -> None:
    grid = sheet.table.grid
    worksheet.cell(_TITLE_ROW, 1, sheet.title).font = Font(size=14, bold=True)
    worksheet.merge_cells(start_row=_TITLE_ROW, end_row=_TITLE_ROW, start_column=1, end_column=grid.n_cols)
    unit = unit_line(grid)
    if unit:
        worksheet.cell(_UNIT_ROW, grid.n_cols, unit).alignment = Alignment(horizontal="right")
    for cell in grid.cells:
        _place(worksheet, cell, is_number=cell.col in sheet.number_columns)
        worksheet.cell(cell.row + _FIRST_TABLE_ROW - 1, cell.col).border = _BORDER
    for number, note in enumerate(sheet.notes):
        worksheet.cell(_FIRST_TABLE_ROW + grid.n_rows + 1 + number, 1, note)
    for col in range(1, grid.n_cols + 1):
        worksheet.column_dimensions[get_column_letter(col)].width = 16


def _place(worksheet: Worksheet, cell: Cell, *, is_number: bool) -> None:
    row = cell.row + _FIRST_TABLE_ROW - 1
    number = _number(cell.text) if is_number else None
    if number is not None:
        shown = _RATE_FORMAT if isinstance(number, float) else _AMOUNT_FORMAT
        worksheet.cell(row, cell.col, number).number_format = shown
    elif cell.text:
        alignment = Alignment(wrap_text="\n" in cell.text, vertical="center")
        worksheet.cell(row, cell.col, cell.text).alignment = alignment
    if cell.row_span > 1 or cell.col_span > 1:
        worksheet.merge_cells(
            start_row=row,
            end_row=row + cell.row_span - 1,
            start_column=cell.col,
            end_column=cell.col + cell.col_span - 1,
        )


def _number(text: str) -> int | float | None:
    plain = text.replace(",", "").replace("△", "-")
    if _AMOUNT.fullmatch(text):
        return int(plain)
    return float(plain) if _RATE.fullmatch(text) else None
