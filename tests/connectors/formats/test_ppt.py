import struct
from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.formats.ppt import FORMAT
from pipelines.sample.writers.compound_file import write_compound_file
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

SOURCE = Path(__file__).resolve().parents[2] / "golden" / "sources" / "ppt_briefing.ppt"


def record(kind, data, *, instance=0, is_container=False):
    return struct.pack("<HHI", instance << 4 | (0xF if is_container else 0), kind, len(data)) + data


def presentation(stream, token=0xE391C05F):
    user = struct.pack("<HHIIII", 0, 4086, 20, 20, token, 0)
    return Blob(write_compound_file({"PowerPoint Document": stream, "Current User": user}), "설명.ppt")


def test_without_libreoffice_slides_tables_and_notes_come_from_the_records():
    blob = Blob(SOURCE.read_bytes(), "설명.doc")
    assert FORMAT.sniff(blob) == 1.0
    document = FORMAT.read(blob)
    assert [(element.kind, element.page, element.text) for element in document.elements if not element.table] == [
        (ElementKind.TITLE, 1, "2026년 예산안 설명"),
        (ElementKind.NARRATIVE_TEXT, 1, "총지출은 전년보다 3.1% 늘어난다."),
        (ElementKind.NARRATIVE_TEXT, 1, "민생 안정"),
        (ElementKind.NARRATIVE_TEXT, 1, "미래 투자"),
        (ElementKind.NARRATIVE_TEXT, 1, "상임위 설명용 원고이다."),
        (ElementKind.TITLE, 2, "회계별 규모"),
        (ElementKind.NARRATIVE_TEXT, 2, "(단위: 억원)"),
        (ElementKind.TITLE, 3, "예비 쪽"),
        (ElementKind.NARRATIVE_TEXT, 3, "질의가 있을 때만 보인다."),
    ]
    grid = next(element.table for element in document.elements if element.table)
    assert (grid.n_rows, grid.n_cols, grid.unit) == (4, 4, "억원")
    spans = {(cell.row, cell.col): (cell.row_span, cell.col_span) for cell in grid.cells}
    assert {place for place, span in spans.items() if span != (1, 1)} == {(1, 1), (1, 2)}
    assert document.elements[-1].flags == [Flag.HIDDEN_SLIDE]
    assert set(document.flags) == {Flag.TEXT_ONLY, Flag.HIDDEN_SLIDE}


def test_slides_without_shapes_give_the_outline_s_text():
    text = "예산 총괄\r둘째 줄".encode("utf-16-le")
    listing = (
        record(1011, struct.pack("<IIIII", 9, 0, 1, 256, 0)) + record(3999, struct.pack("<I", 1)) + record(4000, text)
    )
    document = record(1000, record(4080, listing, is_container=True), is_container=True)
    read = FORMAT.read(presentation(document))
    assert [element.text for element in read.elements] == ["예산 총괄", "둘째 줄"]


def test_a_file_without_document_gives_every_text_in_it():
    stream = record(1006, record(1036, record(4008, b"Budget"), is_container=True), is_container=True)
    with pytest.raises(Failed, match="no_text"):
        FORMAT.read(presentation(stream))
    assert FORMAT.read(presentation(record(4008, b"Budget"))).elements[0].text == "Budget"


def test_encrypted_and_broken_files_have_their_reasons():
    with pytest.raises(Failed, match="password_ooxml"):
        FORMAT.read(presentation(record(4008, b"x"), token=0xF3D1C4DF))
    with pytest.raises(Failed, match="no_text"):
        FORMAT.read(presentation(b"\xff" * 600))
    with pytest.raises(Failed, match="corrupt"):
        FORMAT.read(Blob(SOURCE.read_bytes()[:3_000], "a.ppt"))
