from pathlib import Path

import pytest

from connectors import hancom
from connectors.composition import Composer
from connectors.contract import Blob
from connectors.formats.hwp5 import FORMAT
from connectors.hancom import Attempt, compose_dochan, compose_unhwp, read_best
from schemas.elements import ElementKind
from schemas.outcome import Failed

CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus"


def corpus(folder):
    files = sorted((CORPUS / folder).glob("*")) if (CORPUS / folder).is_dir() else []
    if not files:
        pytest.skip(f"no documents at {CORPUS / folder}")
    return files


def attempt(reader, *texts, errors=()):
    composer = Composer()
    for text in texts:
        composer.add_paragraph(text)
    return lambda: Attempt(reader, composer, list(errors))


def broken():
    raise ValueError("unexpected record")


def test_only_a_compound_file_that_names_itself_hwp_is_recognised():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert FORMAT.sniff(Blob(b"HWP Document File V3.00 \x1a", "a.hwp")) == 0.0
    assert FORMAT.sniff(Blob(ole + b"\0" * 600, "a.hwp")) == 0.0
    assert FORMAT.sniff(Blob(ole + b"\0" * 600 + b"HWP Document File", "a.hwp")) == 0.5


def test_a_torn_compound_file_is_corrupt():
    with pytest.raises(Failed) as failure:
        FORMAT.read(Blob(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.hwp"))
    assert failure.value.reason == "corrupt"


def test_a_clean_and_complete_first_reader_is_believed():
    document = read_best(attempt("first", "예산안"), attempt("second", "예산안 총괄"), ["예산안"])
    assert (document.reader, document.coverage) == ("first", 1.0)


def test_the_more_complete_reader_is_kept():
    paragraphs = ["가나다라", "마바사아"]
    assert read_best(attempt("first", "가나다라"), attempt("second", *paragraphs), paragraphs).reader == "second"
    assert read_best(attempt("first", "가나다라"), attempt("second", "마바"), paragraphs).reader == "first"
    assert read_best(attempt("first", "가나다라"), None, paragraphs).coverage == pytest.approx(0.5)


def test_a_first_reader_that_fails_gives_way_and_errors_of_both_quarantine():
    assert read_best(broken, attempt("second", "예산안"), ["예산안"]).reader == "second"
    assert (
        read_best(attempt("first", "예산안", errors=["ERR"]), attempt("second", "예산"), ["예산안"]).reader == "first"
    )
    with pytest.raises(Failed) as failure:
        read_best(attempt("first", "예산안", errors=["ERR: 섹션"]), broken, ["예산안"])
    assert (failure.value.reason, failure.value.detail) == ("corrupt", "ERR: 섹션")


def test_text_that_no_reader_finds_is_not_taken_for_none():
    with pytest.raises(Failed) as failure:
        read_best(attempt("first"), attempt("second"), ["예산안"])
    assert failure.value.reason == "reader_failed"
    with pytest.raises(Failed) as failure:
        read_best(attempt("first"), attempt("second"), [" "])
    assert failure.value.reason == "no_text"


def run(text, **marks):
    return {"text": text, **marks}


def paragraph(*runs, level=0):
    return {"type": "paragraph", "runs": list(runs), "heading_level": level}


def test_marks_that_the_first_reader_puts_into_the_text_are_taken_out_again():
    blocks = [
        paragraph(
            run("[bookmark: 참조] "),
            run("세입은"),
            run("[1]", note_ref=1),
            run("x=1", equation={"script": "x=1", "latex": "x=1"}),
            run(" 늘었다."),
        ),
        {"type": "footnote", "elements": [paragraph(run("추경 기준"))]},
        {"type": "comment", "elements": [paragraph(run("확인 요망"))]},
    ]
    elements = compose_dochan({"sections": [{"elements": blocks}]}).elements
    assert [(element.kind, element.text) for element in elements] == [
        (ElementKind.NARRATIVE_TEXT, "세입은 늘었다."),
        (ElementKind.FORMULA, "x=1"),
        (ElementKind.FOOTNOTE, "추경 기준"),
        (ElementKind.NARRATIVE_TEXT, "확인 요망"),
    ]


def test_a_table_in_a_header_is_an_element_of_the_header():
    table = {
        "type": "table",
        "row_count": 1,
        "col_count": 1,
        "rows": [[{"row_span": 1, "col_span": 1, "paragraphs": [paragraph(run("재정경제부"))]}]],
    }
    elements = compose_dochan({"sections": [{"elements": [{"type": "header", "elements": [table]}]}]}).elements
    assert [(element.kind, element.text) for element in elements] == [(ElementKind.HEADER, "재정경제부")]
    assert elements[0].table is not None


def test_a_block_of_an_unknown_kind_is_not_passed_over():
    with pytest.raises(Failed) as failure:
        compose_dochan({"sections": [{"elements": [{"type": "unknown"}]}]})
    assert failure.value.reason == "reader_failed"


def test_the_second_readers_rows_become_an_exact_grid():
    def entry(text, rowspan=1, colspan=1):
        return {
            "content": [{"content": [{"Text": {"text": text}}, "LineBreak"]}],
            "rowspan": rowspan,
            "colspan": colspan,
        }

    rows = [{"cells": [entry("구분", 2), entry("예산", 1, 2)]}, {"cells": [entry("2024"), entry("△2025")]}]
    section = {"header": None, "footer": None, "content": [{"Table": {"rows": rows}}]}
    grid = compose_unhwp({"sections": [section]}).elements[0].table
    assert grid is not None
    assert [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text.strip()) for cell in grid.cells] == [
        (1, 1, 2, 1, "구분"),
        (1, 2, 1, 2, "예산"),
        (2, 2, 1, 1, "2024"),
        (2, 3, 1, 1, "△2025"),
    ]


def test_every_real_document_comes_out_whole():
    short = {}
    for file in corpus("hwp"):
        blob = Blob(file.read_bytes(), file.name)
        assert FORMAT.sniff(blob) == 1.0
        coverage = FORMAT.read(blob).coverage
        if coverage is not None and coverage < hancom.SUFFICIENT_COVERAGE:
            short[file.name] = coverage
    assert short == {}


def test_real_distribution_documents_give_their_text_and_not_the_notice_for_old_viewers():
    for file in corpus("hwp_dist"):
        document = FORMAT.read(Blob(file.read_bytes(), file.name))
        assert document.reader.startswith("dochan ")
        assert document.coverage is not None
        assert document.coverage > hancom.SUFFICIENT_COVERAGE
