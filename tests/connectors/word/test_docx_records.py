"""The walk over Word documents, and the second opinion where the first one falls short of it."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document as WordDocument

from connectors.reading import read_blob
from connectors.word import docx_records, wordprocessing
from schemas.elements import Flag


def made() -> bytes:
    document: Any = WordDocument()
    document.add_heading("1. 사업 개요", 1)
    document.add_paragraph("보육료 지원 단가를 인상한다.")
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "구분"
    table.cell(2, 2).text = "1,250"
    document.add_paragraph("끝.")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_walk_counts_what_is_in_the_document():
    expected = docx_records.expect(made())
    assert [text for text in expected.paragraphs if text] == [
        "1. 사업 개요",
        "보육료 지원 단가를 인상한다.",
        "구분",
        "1,250",
        "끝.",
    ]
    assert (expected.n_tables, expected.n_cells, expected.n_merged, expected.n_notes) == (1, 6, 1, 0)


def test_our_own_reading_is_whole_and_says_so():
    (reading,) = read_blob(made(), "a.docx")
    assert (reading.coverage, reading.flags) == (1.0, [])
    assert reading.reader is not None and reading.reader.startswith("gotgan docx")


def test_unstructured_is_asked_where_our_own_reading_falls_short(monkeypatch: pytest.MonkeyPatch):
    def read_the_tables_alone(self: Any, block: Any) -> None:
        if block.is_table:
            self._add_table(block.element)

    monkeypatch.setattr(wordprocessing._Reader, "_add_block", read_the_tables_alone)
    (reading,) = read_blob(made(), "a.docx")

    assert reading.reader is not None and reading.reader.startswith("unstructured")
    assert reading.coverage is not None and reading.coverage > 0.98
    assert [element.text for element in reading.elements if element.text.startswith("보육료")]
    grid = next(element.table for element in reading.elements if element.table)
    assert (grid.cells[0].row_span, grid.cells[0].col_span) == (2, 2)


def test_a_document_that_nobody_reads_whole_is_flagged(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wordprocessing._Reader, "_add_block", lambda self, block: None)
    monkeypatch.setattr("connectors.word.partitioned.compose", lambda partitioned: _half(partitioned))
    (reading,) = read_blob(made(), "a.docx")
    assert reading.flags == [Flag.LOW_COVERAGE]
    assert reading.coverage is not None and reading.coverage < 0.98


def _half(partitioned: list[Any]) -> Any:
    from connectors.composition import Composer

    composer = Composer()
    composer.add_paragraph(partitioned[0].text)
    return composer
