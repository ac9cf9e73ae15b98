"""Binary workbooks come out as their XML twins do: values, merges, formats, hidden parts."""

import io
import zipfile
from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.formats.xlsb import FORMAT
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

SOURCE = Path(__file__).resolve().parents[2] / "golden" / "sources" / "xlsb_budget.xlsb"


def with_part(content, name, part):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as package:
        for member in source.namelist():
            package.writestr(member, part if member == name else source.read(member))
    return target.getvalue()


def test_values_merges_and_marks_are_read():
    header, title, table, note = FORMAT.read(Blob(SOURCE.read_bytes(), "a.xlsx")).elements
    assert (header.kind, header.text) == (ElementKind.HEADER, "2027년도 예산안")
    assert (title.text, title.locator.cells) == ("세입 총괄", "A1:D1")
    assert (table.sheet, table.locator.cells, table.flags) == ("세입", "A3:D6", [Flag.HIDDEN_CELLS])
    shown = {(cell.row, cell.col): cell.text for cell in table.table.cells if cell.text}
    assert shown == {
        (1, 1): "구분", (1, 2): "2026", (1, 4): "숨긴 열", (2, 1): "조세", (2, 2): "367300.25", (2, 3): "2027-01-01",
        (2, 4): "TRUE", (3, 1): "세외수입", (3, 2): "15.3", (3, 3): "#DIV/0!", (4, 1): "합계", (4, 2): "401000",
        (4, 3): "확정",
    }  # fmt: skip
    assert [(c.row, c.col, c.row_span, c.col_span) for c in table.table.cells if c.row_span > 1] == [(3, 4, 2, 1)]
    marks = {(mark.row, mark.col): mark for mark in table.marks}
    assert (marks[4, 2].number_format, marks[4, 2].is_formula) == ("#,##0.0", True)
    assert (marks[3, 2].number_format, marks[3, 2].is_hidden) == ("0.00%", True)
    assert marks[1, 4].is_hidden
    assert note.flags == [Flag.HIDDEN_SHEET]


@pytest.mark.parametrize("part", ["xl/workbook.bin", "xl/worksheets/sheet1.bin", "xl/sharedStrings.bin"])
def test_a_part_that_is_cut_off_is_corrupt(part):
    content = SOURCE.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        whole = package.read(part)
    with pytest.raises(Failed, match="corrupt"):
        FORMAT.read(Blob(with_part(content, part, whole[:-3]), "a.xlsb"))


def test_only_binary_workbooks_are_recognised():
    content = SOURCE.read_bytes()
    assert FORMAT.sniff(Blob(content, "이름.doc")) == 1.0
    assert FORMAT.sniff(Blob(content[:100], "a.xlsb")) == 0.0
    assert FORMAT.sniff(Blob((SOURCE.parent / "xlsx_budget.xlsx").read_bytes(), "a.xlsb")) == 0.0
