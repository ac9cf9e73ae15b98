import importlib.util
import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from connectors import tools
from connectors.contract import Blob
from connectors.formats.hwp5 import FORMAT
from connectors.tools import Toolbox
from pipelines.sample.writers.compound_file import write_compound_file
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

MAKER = Path(__file__).resolve().parents[2] / "golden" / "makers" / "hwp5.py"


def load_maker():
    spec = importlib.util.spec_from_file_location("hwp5_maker", MAKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hwp = load_maker()


def read(content):
    return FORMAT.read(Blob(content, "요구서.hwp"))


def texts(document, kind):
    return [element.text for element in document.elements if element.kind is kind]


@pytest.fixture(scope="module")
def rich():
    return read(hwp.rich())


def test_only_a_compound_file_that_names_itself_hwp_is_recognised():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert FORMAT.sniff(Blob(hwp.rich(), "a.bin")) == 1.0
    assert FORMAT.sniff(Blob(b"HWP Document File V3.00 \x1a", "a.hwp")) == 0.0
    assert FORMAT.sniff(Blob(ole + b"\0" * 600, "a.hwp")) == 0.0
    assert FORMAT.sniff(Blob(ole + b"\0" * 600 + b"HWP Document File", "a.hwp")) == 0.5


def test_a_torn_compound_file_is_corrupt():
    with pytest.raises(Failed) as failure:
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert failure.value.reason == "corrupt"


@pytest.mark.parametrize(("flag", "reason"), [(hwp.PASSWORD, "password_hwp"), (hwp.DRM, "drm_hwp")])
def test_a_locked_document_says_what_locks_it(flag, reason):
    with pytest.raises(Failed) as failure:
        read(hwp.document(hwp.paragraph("예산"), flags=hwp.COMPRESSED | flag))
    assert failure.value.reason == reason


def test_our_own_reader_brings_everything_out(rich):
    assert rich.reader == "gotgan hwp5"
    assert rich.coverage == 1.0
    assert rich.title == "2026년도 세입세출예산 요구서"


def test_headings_come_from_outlines_and_styles(rich):
    headings = [(element.level, element.text) for element in rich.elements if element.kind is ElementKind.TITLE]
    assert headings == [(1, "2026년도 세입세출예산 요구서"), (1, "총괄"), (2, "세부 내역")]


def test_headers_footers_and_master_pages_are_elements_of_their_own(rich):
    assert texts(rich, ElementKind.HEADER) == ["내부 검토용", "2026년도 예산요구서"]
    assert texts(rich, ElementKind.FOOTER) == ["재정기획과"]


def test_a_table_has_its_spans_its_caption_its_unit_and_the_table_inside_it(rich):
    tables = [(number, element) for number, element in enumerate(rich.elements) if element.table]
    number, outer = tables[0]
    assert [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in outer.table.cells][:5] == [
        (1, 1, 2, 1, "세부사업"),
        (1, 2, 2, 1, "2025년 예산"),
        (1, 3, 1, 2, "2026년 요구"),
        (2, 3, 1, 1, "요구액"),
        (2, 4, 1, 1, "증감"),
    ]
    assert (outer.table.n_rows, outer.table.n_cols, outer.table.unit) == (4, 4, "백만원")
    assert outer.table.cells[8].text == "630\n(15.2%)"
    nested = tables[1][1]
    assert nested.parent == (number, 3, 1)
    assert nested.text == "장비\t1,200\n용역\t△340"
    order = [element.text for element in rich.elements]
    assert order[number - 1] == "<표 1> 세부사업별 요구 현황"
    below = order.index("자료: 재정정보원 (단위: 억원)")
    assert rich.elements[below - 1].table.unit == "억원"


def test_notes_equations_and_memos_are_elements_of_their_own(rich):
    assert texts(rich, ElementKind.FOOTNOTE) == ["추가경정예산을 뺀 본예산 기준이다."]
    assert texts(rich, ElementKind.ENDNOTE) == ["국가재정법 제29조.\n예산안 편성지침 붙임 3."]
    assert texts(rich, ElementKind.FORMULA) == ["{4780 - 4150} over 4150 times 100"]
    memos = [element.text for element in rich.elements if Flag.MEMO in element.flags]
    assert memos == ["과장 보고 뒤에 고칠 것", "4,780은 가내시액이다."]


def test_text_boxes_groups_and_word_art_are_flagged(rich):
    boxes = [element.text for element in rich.elements if Flag.TEXT_BOX in element.flags]
    assert boxes == ["제출 기한은 5월 31일이다.", "담당\t재정기획과", "요구", "심사", "예산은 국민의 것"]


def test_small_controls_are_printed_where_they_stand(rich):
    running = texts(rich, ElementKind.NARRATIVE_TEXT)
    assert "내년 요구액은 4,780백만원으로 올해보다 15.2% 늘었다.\n구분\t금액\t2025-2026" in running
    assert "증가율은  로 셈하고 1번 서식을 쓴다." in running
    assert "동의함 확인" in running
    linked = next(element for element in rich.elements if element.links)
    assert linked.text == "열린재정에서 歲出(세출)을 본다. 담당: 이하늘"
    assert linked.links == ["https://www.openfiscaldata.go.kr/op?id=1"]


def test_a_chart_gives_its_numbers_and_the_summary_its_author(rich):
    assert rich.elements[-2].text == "총수입 추이(조원)"
    assert rich.elements[-1].text == "\t총수입\n2024년\t612.2\n2025년\t642.4\n2026년\t682.9"
    assert [(entry.name, entry.value) for entry in rich.properties] == [("author", "김예산")]
    assert rich.members == []


def test_a_distribution_document_gives_its_text_with_changes_accepted_and_not_the_notice_for_old_viewers():
    document = read(hwp.distribution())
    changed = document.elements[2]
    assert (changed.text, changed.flags) == ("총지출은 677.4조원으로 늘린다.", [Flag.TRACKED_CHANGE])
    assert Flag.TRACKED_CHANGE in document.flags
    assert not any("상위 버전" in element.text for element in document.elements)
    assert document.coverage == 1.0


def test_a_document_without_text_has_none():
    with pytest.raises(Failed) as failure:
        read(hwp.document(hwp.paragraph("", is_last=True)))
    assert failure.value.reason == "no_text"


def test_a_document_of_nothing_but_a_chart_or_a_scanned_page_is_not_empty():
    empty = hwp.paragraph("", is_last=True)
    document = read(hwp.document(empty, embedded={"BIN0001.OLE": hwp.chart_object()}))
    assert [element.kind for element in document.elements] == [ElementKind.FIGURE_CAPTION, ElementKind.TABLE]
    page = io.BytesIO()
    Image.new("L", (1200, 1600), 255).save(page, "PNG")
    scanned = hwp.document(empty, embedded={"BIN0001.png": page.getvalue()})
    with pytest.raises(Failed) as failure:
        read(scanned)
    assert failure.value.reason == "ocr_unavailable"
    with tools.using(Toolbox(ocr="/usr/bin/tesseract", languages="kor", place="elsewhere")):
        document = read(scanned)
    assert [(member.path, member.is_embedded) for member in document.members] == [("BinData/BIN0001.png", True)]


def test_pictures_that_nothing_can_read_are_flagged_and_files_inside_objects_are_members():
    page = io.BytesIO()
    Image.new("L", (1200, 1600), 255).save(page, "PNG")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    package = write_compound_file({"Package": archive.getvalue()})
    document = read(
        hwp.document(
            hwp.paragraph("붙임의 표를 본다.", is_last=True),
            embedded={"BIN0001.png": page.getvalue(), "BIN0002.OLE": struct.pack("<I", len(package)) + package},
        )
    )
    assert Flag.PICTURES_NOT_READ in document.flags
    assert [member.content for member in document.members] == [archive.getvalue()]


def test_a_section_cut_off_in_the_middle_is_no_whole_document():
    section = b"".join(hwp.paragraph(f"{number}번째 사업은 계속한다.") for number in range(200))
    whole = hwp.document(section, flags=0)
    assert len(read(whole).elements) == 200
    with pytest.raises(Failed) as failure:
        read(hwp.document(section[: len(section) // 2 + 3], flags=0))
    assert failure.value.reason == "corrupt"


def test_every_byte_of_a_document_may_be_wrong_without_a_hang_or_an_empty_success():
    content = hwp.rich()
    started = time.monotonic()
    for step, at in enumerate(range(512, len(content), 101)):
        broken = bytearray(content)
        broken[at] ^= 1 << step % 8
        try:
            assert any(element.text.strip() for element in read(bytes(broken)).elements)
        except Failed:
            continue
    assert time.monotonic() - started < 60
