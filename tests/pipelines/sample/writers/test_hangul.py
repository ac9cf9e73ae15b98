"""Hangul documents are read back by dochan and unhwp with all their text and every span."""

import io
import json
import zlib
from collections.abc import Iterator

import olefile
import pytest

from pipelines.sample.item import Item
from pipelines.sample.manuscript import compose
from pipelines.sample.ministry import ordinary_items
from pipelines.sample.trouble.hard_cases import hard_items
from pipelines.sample.world import World
from pipelines.sample.writers.compound_file import write_compound_file
from pipelines.sample.writers.deflate import store, zeros
from pipelines.sample.writers.hwp5 import write_hwp5
from pipelines.sample.writers.hwpx import write_hwpx
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


def missing(item: Item, texts: list[str]) -> list[str]:
    return [sentence for sentence in item.truth.must_find if not any(sentence in text for text in texts)]


def spans(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in grid.cells]


def dochan_tables(document: dict) -> list[list[tuple[int, int, int, int, str]]]:
    """Cells at their upper left corners; dochan fills the positions that a merged cell covers with empty cells."""
    tables = []
    for element in (element for section in document["sections"] for element in section["elements"]):
        if element["type"] != "table":
            continue
        covered: set[tuple[int, int]] = set()
        cells = []
        for row, found in enumerate(element["rows"], start=1):
            for col, cell in enumerate(found, start=1):
                if (row, col) in covered:
                    continue
                down, right = cell["row_span"], cell["col_span"]
                covered |= {(row + i, col + j) for i in range(down) for j in range(right)}
                cells.append((row, col, down, right, cell["text"]))
        tables.append(cells)
    return tables


def unhwp_tables(document: dict) -> list[list[tuple[int, int, int, int, str]]]:
    """Cells at their upper left corners; unhwp lists a row's own cells from left to right."""
    tables = []
    for block in (block for section in document["sections"] for block in section["content"]):
        if "Table" not in block:
            continue
        covered: set[tuple[int, int]] = set()
        cells = []
        for row, found in enumerate(block["Table"]["rows"], start=1):
            col = 1
            for cell in found["cells"]:
                while (row, col) in covered:
                    col += 1
                down, right = cell["rowspan"], cell["colspan"]
                covered |= {(row + i, col + j) for i in range(down) for j in range(right)}
                text = "\n".join(
                    "".join(piece["Text"]["text"] for piece in paragraph["content"]) for paragraph in cell["content"]
                )
                cells.append((row, col, down, right, text))
        tables.append(cells)
    return tables


@pytest.mark.parametrize("name", ["hwp5", "hwpx"])
def test_dochan_reads_all_text_and_every_span(items, name, tmp_path):
    from dochan import Dochan

    for number, item in enumerate(of_format(items, name)):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(item.content)
        reader = Dochan(str(path))
        assert reader.doc.errors == []
        document = reader.to_dict()
        elements = [element for section in document["sections"] for element in section["elements"]]
        texts = [element["text"] for element in elements if element["type"] == "paragraph"]
        headings_and_paragraphs = [text for text in texts if not text.startswith("(단위: ")]
        assert headings_and_paragraphs == list(item.passages[: len(headings_and_paragraphs)])
        assert dochan_tables(document) == [spans(table.grid) for table in item.truth.tables]
        assert missing(item, texts) == []


@pytest.mark.parametrize("name", ["hwp5", "hwpx"])
def test_unhwp_reads_all_text_and_every_span(items, name):
    import unhwp

    for item in of_format(items, name):
        with unhwp.parse_bytes(item.content) as result:
            lines, document, title = result.text.split("\n"), json.loads(result.json), result.title
        expected = [passage for passage in item.passages if "\t" not in passage]
        assert [passage for passage in expected if passage not in lines] == []
        assert unhwp_tables(document) == [spans(table.grid) for table in item.truth.tables]
        assert title == item.passages[0]


@pytest.mark.parametrize("write", [write_hwp5, write_hwpx])
def test_dochan_reads_a_running_header(write, tmp_path):
    from dochan import Dochan

    path = tmp_path / "document"
    path.write_bytes(write(compose("○ 본문이다.", title="제목", header="머리말에만 있는 말")))
    elements = Dochan(str(path)).to_dict()["sections"][0]["elements"]
    assert [element["text"] for element in elements if element["type"] == "header"] == ["머리말에만 있는 말"]


def test_hwp5_streams_open_without_a_defect_and_carry_the_flags(items, hard):
    plain = next(of_format(items, "hwp5")).content
    locked = named(hard, "협의안(암호).hwp").content
    for content, flags in ((plain, 0b01), (locked, 0b11)):
        with olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_UNSURE) as compound:
            header = compound.openstream("FileHeader").read()
        assert (len(header), header[:17]) == (256, b"HWP Document File")
        assert int.from_bytes(header[36:40], "little") == flags


def test_a_damaged_hwp5_opens_but_its_body_does_not_inflate(hard):
    content = named(hard, "협의 결과(복사본).hwp").content
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        body = compound.openstream("BodyText/Section0").read()
    with pytest.raises(zlib.error):
        zlib.decompress(body, -15)


def test_compound_files_hold_small_large_and_empty_streams():
    streams = {f"폴더{number % 3}/스트림 {number}": bytes([number]) * size for number, size in enumerate((0, 1, 4095))}
    streams |= {f"큰 것 {number}": bytes([number]) * (4096 + 65537 * number) for number in range(7)}
    content = write_compound_file(streams)
    with olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_UNSURE) as compound:
        assert {"/".join(path) for path in compound.listdir()} == set(streams)
        assert {path: compound.openstream(path).read() for path in streams} == streams


def test_compound_files_refuse_what_they_have_no_room_for():
    with pytest.raises(ValueError, match="no room"):
        write_compound_file({"가" * 32: b""})
    with pytest.raises(ValueError, match="DIFAT"):
        write_compound_file({"큰 것": bytes(7_500_000)})


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_001])
def test_stored_deflate_inflates_to_its_content(size):
    content = bytes(number % 251 for number in range(size))
    assert zlib.decompress(store(content), -15) == content


def test_zero_segments_inflate_to_zeros():
    assert zlib.decompress(zeros(3), -15) == bytes(3 * 65_536)
