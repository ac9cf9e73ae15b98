import importlib.util
import struct
from pathlib import Path

import pytest

from connectors.composition import Composer
from connectors.hangul import hwp5_body
from connectors.hangul.hwp5_body import SectionReader
from connectors.hangul.hwp5_docinfo import DocInfo, parse_doc_info
from connectors.hangul.hwp5_elements import compose
from schemas.elements import ElementKind
from schemas.outcome import Failed

MAKER = Path(__file__).resolve().parents[2] / "golden" / "makers" / "hwp5.py"
SPEC = importlib.util.spec_from_file_location("hwp5_maker", MAKER)
hwp = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(hwp)


def read(section, changes=None, *, is_final=True):
    reader = SectionReader(changes or {}, is_final=is_final)
    return reader.read(section), reader.errors


def composed(section, info=None) -> Composer:
    return compose([read(section)[0]], info or DocInfo())


def anchored(control, *, level=0, **more):
    return hwp.paragraph(hwp.mark(11, "tbl "), level, controls=control, **more)


def nested_tables(depth, level=0):
    inner = hwp.paragraph("속", level + 2) if depth == 1 else nested_tables(depth - 1, level + 2)
    return anchored(hwp.table(1, 1, [(0, 0, [inner])], level + 1), level=level)


def test_records_that_reach_beyond_the_section_are_cut_and_noted():
    section = hwp.paragraph("앞") + hwp.paragraph("뒤에 긴 글이 있다")
    paragraphs, errors = read(section[: section.index("긴".encode("utf-16-le"))])
    assert [paragraph.text for paragraph in paragraphs] == ["앞", "뒤에 "]
    assert errors == ["HWP: a record reaches beyond its section", "HWP: a paragraph is not as long as it says"]


def test_a_paragraph_that_lost_its_text_is_noted():
    section = hwp.paragraph("앞") + hwp.paragraph("뒤에 긴 글이 있다")
    text_record = hwp.record(67, 1)[:2]
    paragraphs, errors = read(section.replace(text_record, b"\x63" + text_record[1:], 1))
    assert [paragraph.text for paragraph in paragraphs] == ["", "뒤에 긴 글이 있다"]
    assert errors == ["HWP: a paragraph is not as long as it says"]


def test_long_records_have_their_length_in_a_word_of_its_own():
    text = "예산" * 3_000
    paragraphs, errors = read(hwp.paragraph(text) + hwp.paragraph("뒤"))
    assert ([paragraph.text for paragraph in paragraphs], errors) == ([text, "뒤"], [])


def test_tables_in_tables_are_read_to_a_depth_that_nobody_needs_and_no_further():
    tables = [element for element in composed(nested_tables(20)).elements if element.table]
    assert len(tables) == 20
    assert tables[-1].text == "속"
    assert tables[1].parent == (0, 1, 1)
    with pytest.raises(Failed) as failure:
        composed(nested_tables(hwp5_body.MAX_DEPTH))
    assert failure.value.reason == "too_many_elements"


def test_more_records_than_a_document_has_are_refused(monkeypatch):
    monkeypatch.setattr(hwp5_body, "MAX_RECORDS", 100)
    with pytest.raises(Failed) as failure:
        read(hwp.paragraph("예산") * 60)
    assert failure.value.reason == "too_many_elements"


def test_grids_together_are_bounded():
    def declared(n_rows, n_cols, cells=b""):
        return anchored(hwp.control("tbl ", 1) + hwp.record(77, 2, struct.pack("<IHH", 0, n_rows, n_cols)) + cells)

    covering = hwp.cell(0, 0, [hwp.paragraph("합계", 2)], 2, row_span=900, col_span=900)
    far_off = hwp.cell(60_000, 60_000, [hwp.paragraph("합계", 2)], 2)
    assert composed(declared(900, 900, covering)).elements[0].text.strip() == "합계"
    for section in (declared(1_000, 1_000), declared(900, 900, covering) * 3, declared(1, 1, far_off)):
        with pytest.raises(Failed) as failure:
            composed(section)
        assert failure.value.reason == "too_many_elements"


def test_a_table_without_its_record_takes_its_size_from_its_cells():
    cells = hwp.cell(0, 0, [hwp.paragraph("구분", 2)], 2) + hwp.cell(1, 1, [hwp.paragraph("금액", 2)], 2)
    stray = hwp.record(77, 2, b"")
    grid = composed(anchored(hwp.control("tbl ", 1) + stray + cells)).elements[0].table
    assert (grid.n_rows, grid.n_cols) == (2, 2)


def test_a_list_that_does_not_say_where_it_stands_fills_the_rows():
    head = hwp.record(77, 2, struct.pack("<IHH", 0, 2, 2))
    cells = b"".join(hwp.record(72, 2, bytes(8)) + hwp.paragraph(text, 2) for text in "가나다라")
    assert composed(anchored(hwp.control("tbl ", 1) + head + cells)).elements[0].text == "가\t나\n다\t라"


def test_paragraphs_of_controls_that_nobody_knows_are_text_all_the_same():
    unknown = hwp.control("zzzz", 1) + hwp.text_list([hwp.paragraph("알 수 없는 개체의 글", 2)], 2)
    stray = hwp.paragraph("앞", controls=unknown) + hwp.paragraph("길 잃은 글", 3)
    assert [element.text for element in composed(stray).elements] == ["앞", "알 수 없는 개체의 글", "길 잃은 글"]


def test_a_note_in_a_cell_and_a_table_in_a_header_keep_their_kinds():
    note = hwp.note("fn  ", "추경 기준", 3)
    body = anchored(hwp.table(1, 1, [(0, 0, [hwp.paragraph("예산" + hwp.mark(17, "fn  "), 2, controls=note)])], 1))
    header = hwp.running("head", [anchored(hwp.table(1, 1, [(0, 0, "재정기획과")], 3), level=2)], 1)
    elements = composed(body + hwp.paragraph(hwp.mark(16, "head"), controls=header)).elements
    assert [(element.kind, element.text, element.table is not None) for element in elements] == [
        (ElementKind.TABLE, "예산", True),
        (ElementKind.FOOTNOTE, "추경 기준", False),
        (ElementKind.HEADER, "재정기획과", True),
    ]


def test_changes_are_taken_out_only_where_the_text_still_has_them():
    ranges = struct.pack("<III", 0, 3, 0x11 << 24 | 1) + struct.pack("<III", 3, 5, 0x02 << 24 | 9)
    section = hwp.paragraph("지움 남김", ranges=ranges)
    for is_final, text in ((True, "지움 남김"), (False, "남김")):
        (paragraph,), _ = read(section, {1: 0x11}, is_final=is_final)
        assert (paragraph.text, paragraph.is_tracked) == (text, True)
    (paragraph,), _ = read(section, {}, is_final=False)
    assert (paragraph.text, paragraph.is_tracked) == ("지움 남김", False)


def test_larger_type_makes_a_heading_and_a_bullet_an_item():
    info = parse_doc_info(hwp.doc_info())
    body = b"".join(hwp.paragraph(f"{number}차 점검에서 집행이 늦은 사업을 가려내었다.") for number in range(4))
    lines = (
        hwp.paragraph("재정 운용 방향", size=hwp.LARGE)
        + hwp.paragraph("○ 세입 기반 확충", size=hwp.LARGE)
        + hwp.paragraph("지출을 줄이고 세입을 늘린다.", size=hwp.LARGE)
        + hwp.paragraph("집행 점검", shape=hwp.BULLET, size=hwp.LARGE)
        + hwp.paragraph("(재정기획과)", size=hwp.LARGE)
    )
    elements = composed(lines + body, info).elements
    assert [(element.kind, element.level) for element in elements[:5]] == [
        (ElementKind.TITLE, 1),
        (ElementKind.LIST_ITEM, None),
        (ElementKind.NARRATIVE_TEXT, None),
        (ElementKind.LIST_ITEM, None),
        (ElementKind.NARRATIVE_TEXT, None),
    ]
