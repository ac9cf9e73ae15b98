"""Over the real files beside the project: every cell and merged range that other libraries see, at its address."""

import datetime
import io
import warnings
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
import xlrd
from openpyxl.utils import range_boundaries

from connectors.contract import Blob
from connectors.formats import ods, xls, xlsb, xlsx
from schemas.outcome import Failed

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
FORMATS = {"xlsx": xlsx.FORMAT, "xlsm": xlsx.FORMAT, "xls": xls.FORMAT, "xlsb": xlsb.FORMAT, "ods": ods.FORMAT}

pytestmark = pytest.mark.long


def files_of(*kinds):
    found = [path for kind in kinds for path in sorted((CORPUS / kind).glob("*")) if path.is_file()]
    if not found:
        pytest.skip(f"no corpus at {CORPUS}")
    return found


def read(path):
    """The file's elements; None if it is of another format or quarantined for a reason that this test does not judge."""
    blob = Blob(path.read_bytes(), path.name)
    offered = FORMATS[path.parent.name]
    if not offered.sniff(blob):
        return None
    try:
        return offered.read(blob).elements
    except Failed as failure:
        assert failure.reason in ("no_text", "password_ooxml", "password_odf"), path.name
        return None


def laid_out(elements):
    texts, merged, lines = {}, Counter(), Counter()
    for element in elements:
        if not element.locator.cells:
            continue
        left, top, right, bottom = range_boundaries(element.locator.cells)
        if element.table is None:
            texts.setdefault((element.sheet, top, left), []).append(element.text)
            lines[element.sheet, top, left, bottom, right] += 1
            continue
        for cell in element.table.cells:
            row, col = top + cell.row - 1, left + cell.col - 1
            texts.setdefault((element.sheet, row, col), []).append(cell.text)
            if cell.row_span * cell.col_span > 1:
                merged[element.sheet, row, col, row + cell.row_span - 1, col + cell.col_span - 1] += 1
    return texts, merged, lines


def flat(value):
    return " ".join(str(value).replace("_x000D_", " ").split())


def is_same(value, text):
    if isinstance(value, bool):
        return text == str(value).upper()
    if isinstance(value, int | float):
        try:
            return float(text) == float(value)
        except ValueError:
            return False
    if isinstance(value, datetime.timedelta):
        return ":" in text
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat() in (text, f"{text}T00:00:00")
    return flat(value) == flat(text)


def check_merges(path, expected, texts, merged, lines):
    assert not merged - expected, f"{path.name}: merged cells that the file does not have"
    for place in expected - merged - lines:
        # A merged range that touches nothing and holds nothing is no part of any table.
        assert not any(texts.get((place[0], place[1], place[2]), [])), f"{path.name}: {place}"


def test_every_cell_and_merged_range_that_openpyxl_sees():
    for path in files_of("xlsx", "xlsm"):
        elements = read(path)
        if elements is None:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(path, data_only=True)
        texts, merged, lines = laid_out(elements)
        expected = Counter()
        for sheet in workbook.worksheets:
            for area in sheet.merged_cells.ranges:
                expected[sheet.title, area.min_row, area.min_col, area.max_row, area.max_col] += 1
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if cell.value is not None and flat(cell.value) and type(cell).__name__ != "MergedCell":
                    found = texts.get((sheet.title, cell.row, cell.column), [])
                    assert any(is_same(cell.value, text) for text in found), f"{path.name}: {cell.coordinate}"
        check_merges(path, expected, texts, merged, lines)


def test_every_cell_and_merged_range_that_xlrd_sees():
    for path in files_of("xls"):
        elements = read(path)
        if elements is None:
            continue
        book = xlrd.open_workbook(path, formatting_info=True, logfile=io.StringIO())
        texts, merged, lines = laid_out(elements)
        expected = Counter()
        for sheet in book.sheets():
            for top, bottom, left, right in sheet.merged_cells:
                expected[sheet.name, top + 1, left + 1, bottom, right] += 1
            for row in range(sheet.nrows):
                for col, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
                    if kind in (1, 2) and flat(value):
                        found = texts.get((sheet.name, row + 1, col + 1), [])
                        assert any(is_same(value, text) for text in found), f"{path.name}: {row + 1}, {col + 1}"
        check_merges(path, expected, texts, merged, lines)


def test_binary_and_open_workbooks_are_kept():
    kept = [path.name for path in files_of("xlsb", "ods") if read(path)]
    assert len(kept) == len(files_of("xlsb", "ods"))
