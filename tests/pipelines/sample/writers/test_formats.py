"""What the writers write is read back by the libraries that the platform reads with, text and spans."""

import csv
import email
import email.policy
import io
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import olefile
import pytest

from pipelines.sample import projects
from pipelines.sample.item import Item
from pipelines.sample.manuscript import LEFT, UP, Heading, Manuscript, compose, grid_of
from pipelines.sample.ministry import ordinary_items
from pipelines.sample.prose import documents as prose
from pipelines.sample.trouble.hard_cases import hard_items
from pipelines.sample.world import World
from schemas.elements import Grid
from schemas.outcome import Outcome


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return ordinary_items(World())


@pytest.fixture(scope="module")
def hard() -> list[Item]:
    return hard_items(World())


def of_format(items: list[Item], name: str) -> Iterator[Item]:
    found = [item for item in items if item.truth.format == name and item.truth.outcome is Outcome.KEPT]
    assert found
    yield from found


def named(items: list[Item], name: str) -> Item:
    [item] = [item for item in items if item.truth.path.endswith(f"/{name}")]
    return item


def collapsed(text: str) -> str:
    return " ".join(text.split())


def missing(item: Item, texts: list[str]) -> list[str]:
    return [sentence for sentence in item.truth.must_find if not any(sentence in text for text in texts)]


def spans(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in grid.cells]


def test_docx_opens_with_its_paragraphs_and_merged_cells(items):
    from docx import Document

    for item in of_format(items, "docx"):
        document = Document(io.BytesIO(item.content))
        texts = [paragraph.text for paragraph in document.paragraphs]
        assert missing(item, texts) == []
        assert len(document.tables) == item.truth.n_tables
        for table, truth in zip(document.tables, item.truth.tables, strict=True):
            shown = {
                (row, col): table.cell(row - 1, col - 1).text
                for row in range(1, truth.grid.n_rows + 1)
                for col in range(1, truth.grid.n_cols + 1)
            }
            for cell in truth.grid.cells:
                for row in range(cell.row, cell.row + cell.row_span):
                    for col in range(cell.col, cell.col + cell.col_span):
                        assert shown[row, col] == cell.text


def test_xlsx_opens_with_numbers_formats_and_merged_cells(items):
    from openpyxl import load_workbook
    from openpyxl.utils import range_boundaries

    for item in of_format(items, "xlsx"):
        workbook = load_workbook(io.BytesIO(item.content))
        assert len(workbook.sheetnames) == item.truth.n_tables
        for table in item.truth.tables:
            assert table.sheet is not None
            assert table.cells is not None
            sheet = workbook[table.sheet]
            left, top, _, _ = range_boundaries(table.cells)
            assert left is not None
            assert top is not None
            merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
            for cell in table.grid.cells:
                row, col = top + cell.row - 1, left + cell.col - 1
                value = sheet.cell(row, col).value
                assert ("" if value is None else str(value)) == cell.text
                area = merged.get((row, col))
                found = (1, 1) if area is None else (area.max_row - row + 1, area.max_col - col + 1)
                assert found == (cell.row_span, cell.col_span)


def test_a_negative_amount_in_a_sheet_is_a_number_shown_with_a_triangle(items):
    from openpyxl import load_workbook

    formats = {
        cell.number_format
        for item in of_format(items, "xlsx")
        for sheet in load_workbook(io.BytesIO(item.content))
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int) and cell.value < 0
    }
    assert formats == {'#,##0;"△"#,##0'}


def test_pptx_opens_with_its_slides_and_merged_cells(items):
    for item in of_format(items, "pptx"):
        _check_slides(item)


def _check_slides(item: Item) -> None:
    from pptx import Presentation
    from pptx.shapes.autoshape import Shape
    from pptx.shapes.graphfrm import GraphicFrame

    shapes = [shape for slide in Presentation(io.BytesIO(item.content)).slides for shape in slide.shapes]
    texts = [line for shape in shapes if isinstance(shape, Shape) for line in shape.text_frame.text.split("\n")]
    assert missing(item, texts) == []
    tables = [shape.table for shape in shapes if isinstance(shape, GraphicFrame)]
    for table, truth in zip(tables, item.truth.tables, strict=True):
        origins = [
            (row, col, cell.span_height, cell.span_width)
            for row in range(1, len(table.rows) + 1)
            for col in range(1, len(table.columns) + 1)
            if not (cell := table.cell(row - 1, col - 1)).is_spanned
        ]
        assert origins == [
            (row, col, *((down, right) if down * right > 1 else (1, 1)))
            for row, col, down, right, _ in spans(truth.grid)
        ]


def test_pdfium_reads_the_text_of_a_pdf_and_none_from_a_scan(items, hard):
    import pypdfium2

    def text_of(content: bytes) -> str:
        with pypdfium2.PdfDocument(content) as document:
            return "\n".join(page.get_textpage().get_text_range() for page in document)

    for item in of_format(items, "pdf"):
        text = collapsed(text_of(item.content))
        assert [sentence for sentence in item.truth.must_find if sentence not in text] == []
    assert text_of(named(hard, "확인서명부 스캔.pdf").content).strip() == ""


def test_text_files_decode_in_their_own_encoding_alone(items):
    encodings = set()
    for name in ("plain", "markdown", "html", "csv"):
        for item in of_format(items, name):
            encoding = "utf-8" if _is_utf8(item.content) else "cp949"
            encodings.add((name, encoding))
            text = collapsed(item.content.decode(encoding).lstrip("\ufeff"))
            assert [sentence for sentence in item.truth.must_find if sentence not in text] == [], item.truth.path
    assert encodings == {
        ("plain", "utf-8"),
        ("plain", "cp949"),
        ("markdown", "utf-8"),
        ("html", "utf-8"),
        ("csv", "utf-8"),
        ("csv", "cp949"),
    }


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_csv_cells_are_those_of_the_truth(items):
    for item in of_format(items, "csv"):
        text = item.content.decode("utf-8-sig" if _is_utf8(item.content) else "cp949")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        [table] = item.truth.tables
        assert cells == [cell.text for cell in table.grid.cells]


def payload(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_mail_has_a_korean_body_and_an_attachment_with_a_korean_name(items):
    for item in of_format(items, "eml"):
        message = email.message_from_bytes(item.content, policy=email.policy.default)
        body, *attachments = message.iter_parts()
        assert body.get_content_charset() == "ks_c_5601-1987"
        text = payload(body).decode("cp949")
        assert [sentence for sentence in item.truth.must_find if sentence not in text] == []
        assert message["Subject"] == item.passages[0]
        assert [part.get_filename() for part in attachments] == [member.path for member in item.truth.members]
        assert all(zipfile.is_zipfile(io.BytesIO(payload(part))) for part in attachments)


def test_archive_members_have_cp949_names(items):
    for item in of_format(items, "zip"):
        with zipfile.ZipFile(io.BytesIO(item.content), metadata_encoding="cp949") as archive:
            assert archive.testzip() is None
            assert archive.namelist() == [member.path for member in item.truth.members]
            assert all(not info.flag_bits & 0x800 for info in archive.infolist())


def test_the_bomb_is_small_and_inflates_more_than_two_hundredfold(hard):
    content = named(hard, "자료 모음.zip").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [info] = archive.infolist()
        assert info.file_size > 200 * len(content)
        assert len(content) < 200_000
        with archive.open(info) as member:
            assert sum(len(block) for block in iter(lambda: member.read(1 << 20), b"")) == info.file_size


def test_no_archive_is_compressed_so_that_no_zlib_shapes_the_bytes(items):
    methods = {
        info.compress_type
        for item in items
        if zipfile.is_zipfile(io.BytesIO(item.content))
        for info in zipfile.ZipFile(io.BytesIO(item.content)).infolist()
    }
    assert methods == {zipfile.ZIP_STORED}


def test_an_encrypted_archive_is_refused_without_a_password(hard):
    content = named(hard, "협의안 묶음.zip").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive, pytest.raises(RuntimeError, match="encrypted"):
        archive.read(archive.namelist()[0])


def test_an_encrypted_workbook_is_a_compound_file_with_its_two_streams(hard):
    with olefile.OleFileIO(io.BytesIO(named(hard, "인건비 산출내역.xlsx").content)) as compound:
        assert {"/".join(path) for path in compound.listdir()} == {"EncryptionInfo", "EncryptedPackage"}


def test_a_truncated_workbook_is_no_archive_any_more(hard):
    content = named(hard, "집행 내역.xlsx").content
    assert content.startswith(b"PK\x03\x04")
    assert not zipfile.is_zipfile(io.BytesIO(content))


def test_the_only_kept_file_with_canaries_holds_two_registration_numbers(items):
    [item] = [item for item in items if item.truth.outcome is Outcome.KEPT and item.truth.must_not_find]
    hyphenated, _, bare = item.truth.must_not_find
    assert item.truth.n_masked == 2
    assert item.content.count(hyphenated.encode()) == item.content.count(bare.encode()) == 1


def test_documents_are_long_enough_for_a_search_to_mean_something(items):
    for name in ("hwp5", "hwpx", "docx"):
        for item in (item for item in of_format(items, name) if item.truth.kind != "메모"):
            assert 200 <= sum(len(passage) for passage in item.passages) <= 3_000, item.truth.path


def test_amounts_of_closed_years_split_without_remainder():
    for project in projects.PROJECTS:
        for fiscal_year in (year for year in projects.CLOSED_YEARS if project.has_year(year)):
            year = project.year(fiscal_year)
            assert year.lapsed >= 0
            following = dict(project.years).get(fiscal_year + 1)
            assert following is None or following.brought_forward in (0, year.carried_over)
        for amount in (year.requested for _, year in project.years):
            assert sum(part for _, part in project.subproject_amounts(amount)) == amount
            assert sum(part for _, _, part in project.item_amounts(amount)) == amount


def test_grids_refuse_cells_that_do_not_tile():
    assert spans(grid_of([["가", LEFT], ["나", "다"], [UP, "라"]]).grid) == [
        (1, 1, 1, 2, "가"),
        (2, 1, 2, 1, "나"),
        (2, 2, 1, 1, "다"),
        (3, 2, 1, 1, "라"),
    ]
    with pytest.raises(ValueError, match="tile"):
        grid_of([["가", LEFT], [UP, "나"]])
    with pytest.raises(ValueError, match="2 positions"):
        grid_of([["가", "나"], ["다"]])


def test_prose_keeps_paragraphs_and_recognises_headings():
    manuscript = compose("1. 개요\n\n○ 첫 줄이\n이어진다.\n- 둘째", title="제목")
    assert isinstance(manuscript, Manuscript)
    assert manuscript.lines() == ["제목", "1. 개요", "○ 첫 줄이 이어진다.", "- 둘째"]
    assert [block.level for block in manuscript.blocks if isinstance(block, Heading)] == [1, 2]


def test_documents_agree_on_amounts():
    project = projects.YOUTH_SAVINGS
    enacted = f"{project.year(2026).enacted:,}"
    briefing = prose.project_briefing(project, 2026)
    answers = prose.assembly_answers("보건복지위원회", [project], 2026)
    for manuscript in (briefing, answers):
        cells = [cell.text for grid in manuscript.grids() for cell in grid.cells]
        assert enacted in cells
        assert any(f"{enacted}백만원" in line for line in manuscript.lines())


def test_nothing_of_the_sample_names_a_path_of_this_machine(items):
    here = str(Path(__file__).resolve().parents[4]).encode()
    assert not [item.truth.path for item in items if here in item.content]
