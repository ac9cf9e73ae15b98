"""Old workbooks come out as new ones do; a password, a wrong name or a wrong encoding is seen by the content."""

import struct
from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.formats.xls import FORMAT
from connectors.sheets import biff
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

SOURCES = Path(__file__).resolve().parents[2] / "golden" / "sources"


def record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def biff5(*sheet_records, code_page=None, globals_=b""):
    """A workbook of Excel 5 without the compound file around it."""
    beginning = struct.pack("<HHHH", 0x500, 5, 4, 1996)
    page = record(0x42, struct.pack("<H", code_page)) if code_page else b""
    name = "세출".encode("cp949")
    head = record(0x809, beginning) + page + globals_
    offset = len(head) + 4 + 7 + len(name) + 4
    head += record(0x85, struct.pack("<IHB", offset, 0, len(name)) + name) + record(0x0A)
    return head + record(0x809, struct.pack("<HHHH", 0x500, 0x10, 4, 1996)) + b"".join(sheet_records) + record(0x0A)


def label(row, col, text):
    raw = text.encode("cp949")
    return record(0x204, struct.pack("<HHHH", row, col, 0, len(raw)) + raw)


def read(content):
    return FORMAT.read(Blob(content, "a.xls"))


def test_a_workbook_reads_like_its_xml_twin():
    document = read((SOURCES / "xls_budget.xls").read_bytes())
    kinds = [(element.kind, element.sheet, element.locator.cells) for element in document.elements]
    assert kinds[:5] == [
        (ElementKind.HEADER, "총괄", None),
        (ElementKind.NARRATIVE_TEXT, "총괄", "A1:E1"),
        (ElementKind.NARRATIVE_TEXT, "총괄", "E3"),
        (ElementKind.TABLE, "총괄", "A4:E8"),
        (ElementKind.TABLE, "총괄", "G4:I6"),
    ]
    table = document.elements[3]
    assert table.table.unit == "백만원"
    assert [(c.row, c.col, c.row_span, c.col_span) for c in table.table.cells if c.row_span * c.col_span > 1] == [
        (1, 1, 2, 1), (1, 2, 1, 2), (1, 4, 2, 1), (1, 5, 2, 1), (4, 5, 2, 1),
    ]  # fmt: skip
    assert table.flags == [Flag.HIDDEN_CELLS]
    assert {mark.number_format for mark in table.marks} == {"#,##0", "0.0%", None}
    assert document.elements[4].text.endswith("특별회계\t21\t2026-12-31")
    assert document.elements[5].links == ["https://www.openfiscaldata.go.kr/"]
    assert [element.flags for element in document.elements[6:]] == [[Flag.MEMO], [Flag.HIDDEN_SHEET]]
    assert ("author", "예산총괄과") in [(found.name, found.value) for found in document.properties]


@pytest.mark.parametrize("code_page", [None, 949])
def test_texts_of_excel_5_are_cp949(code_page):
    (table,) = read(biff5(label(0, 0, "똠방각하"), label(0, 1, "기본경비"), code_page=code_page)).elements
    assert (table.sheet, table.text) == ("세출", "똠방각하\t기본경비")


def test_formulas_are_marked():
    number = record(0x06, struct.pack("<HHHdHIH", 0, 1, 0, 1234.5, 0, 0, 0))
    (table,) = read(biff5(label(0, 0, "합계"), number)).elements
    assert table.text == "합계\t1234.5"
    assert [(mark.row, mark.col, mark.is_formula) for mark in table.marks] == [(1, 2, True)]


def test_a_password_is_named():
    with pytest.raises(Failed, match="password_ooxml"):
        read(biff5(label(0, 0, "가"), globals_=record(0x2F, bytes(6))))


def test_pictures_are_found_in_the_records_of_drawings():
    picture = struct.pack("<HHI", 0x6E0 << 4, 0xF01E, 17 + 4) + bytes(17) + b"\x89PNG"
    entry = struct.pack("<HHI", 2, 0xF007, 36 + len(picture)) + bytes(36) + picture
    store = struct.pack("<HHI", 0x1F, 0xF001, len(entry)) + entry
    content = record(0xEB, struct.pack("<HHI", 0xF, 0xF000, len(store)) + store[:20]) + record(0x3C, store[20:])
    found = list(biff.pictures(bytes(biff.walk(content).drawings)))
    assert [(name.rpartition(".")[2], data) for name, data in found] == [("png", b"\x89PNG")]


def test_only_old_workbooks_are_recognised():
    assert FORMAT.sniff(Blob((SOURCES / "xls_budget.xls").read_bytes(), "a.doc")) == 1.0
    assert FORMAT.sniff(Blob(biff5(), "a")) > 0.5
    for content in (b"<html><table></table></html>", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        assert FORMAT.sniff(Blob(content, "a.xls")) == 0.0


def test_a_workbook_that_is_cut_off_is_no_empty_success():
    content = (SOURCES / "xls_budget.xls").read_bytes()
    for size in (600, 2_000, 4_000):
        with pytest.raises(Exception):  # noqa: B017 - xlrd raises whatever it meets; reading.py names it
            read(content[:size])
