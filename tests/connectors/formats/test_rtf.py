import pytest

from connectors.contract import Blob
from connectors.formats.rtf import FORMAT
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

HEAD = rb"{\rtf1\ansi\ansicpg949\deff0{\fonttbl{\f0\fcharset129 Batang;}{\f1\fcharset0 Arial;}}"


def hexed(text, codec="cp949"):
    return "".join(f"\\'{byte:02x}" for byte in text.encode(codec)).encode()


def read(body, head=HEAD):
    return FORMAT.read(Blob(head + body + b"}", "보고.rtf"))


def texts(document):
    return [element.text for element in document.elements]


def table_of(document, index=0):
    grid = [element for element in document.elements if element.table][index].table
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in grid.cells]


def test_it_is_recognised_by_its_first_characters():
    assert FORMAT.sniff(Blob(b"\r\n" + HEAD, "보고.txt")) == 1.0
    assert FORMAT.sniff(Blob(b"rtf1", "보고.rtf")) == 0.0


def test_korean_bytes_are_read_by_the_font_s_character_set_across_pairs_and_raw_second_bytes():
    # 똠 is no KS X 1001: its second byte is an ASCII letter, which some programs write as it is.
    assert texts(read(rb"\f0 " + hexed("예산 총괄") + rb"\par " + b"\\'8cc" + rb"\par")) == ["예산 총괄", "똠"]


def test_a_western_font_in_a_korean_document_still_holds_hangul_and_accents():
    assert texts(read(rb"\f1 " + hexed("결산") + rb"\par caf\'e9\par")) == ["결산", "café"]


def test_unicode_skips_as_many_fallback_characters_as_were_announced():
    body = rb"\uc1\u50696?\u49328\'3f\uc2\u52509\'a1\'a1\u-10179??\u-8704??\par"
    assert texts(read(body)) == ["예산총\U0001f600"]


def test_tables_have_their_merges_by_edges_and_by_marks():
    body = (
        rb"\trowd\clvmgf\cellx1000\cellx3000\pard\intbl A\cell B\cell\row"
        rb"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\pard\intbl\cell C\cell D\cell\row"
        rb"\trowd\clmgf\cellx1000\clmrg\cellx2000\cellx3005\pard\intbl E\cell\cell F\cell\row\pard after\par"
    )
    document = read(body)
    assert table_of(document) == [
        (1, 1, 2, 1, "A"), (1, 2, 1, 2, "B"), (2, 2, 1, 1, "C"), (2, 3, 1, 1, "D"), (3, 1, 1, 2, "E"), (3, 3, 1, 1, "F"),
    ]  # fmt: skip
    assert texts(document)[-1] == "after"


def test_a_nested_table_names_the_cell_that_it_stands_in():
    body = (
        rb"\pard\intbl out\cell\pard\intbl\itap2 in1\nestcell in2\nestcell"
        rb"{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}{\nonesttables\par}"
        rb"\pard\intbl tail\cell\trowd\cellx1000\cellx2000\row\pard end\par"
    )
    document = read(body)
    outer, inner = (element for element in document.elements if element.table)
    assert [cell.text for cell in outer.table.cells] == ["out", "tail"]
    assert [cell.text for cell in inner.table.cells] == ["in1", "in2"]
    assert inner.parent == (0, 1, 2)


def test_two_tables_that_touch_are_told_apart_by_their_row_numbers():
    row = rb"\trowd\irow%d\cellx1000\pard\intbl %s\cell\row"
    document = read(row % (0, b"a") + row % (1, b"b") + row % (0, b"c") + rb"\pard x\par")
    assert [len(element.table.cells) for element in document.elements if element.table] == [2, 1]


def test_headings_lists_links_notes_headers_and_memos_come_out_as_what_they_are():
    body = (
        rb"{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}}"
        rb"{\header Top\par}{\footer Bottom\par}"
        rb"\pard\s1 First\par\pard\s2 Second\par"
        rb"\pard{\listtext\pard 1.\tab}\ls1 Item\par"
        rb"\pard See {\field{\*\fldinst HYPERLINK "
        rb'"https://www.example.go.kr/"}{\fldrslt here}}{\footnote\pard Note\par}{\footnote\ftnalt\pard End\par}.\par'
        rb"{\*\annotation\pard Memo}\pard Last\par"
    )
    document = read(body)
    assert [(element.kind, element.text) for element in document.elements] == [
        (ElementKind.HEADER, "Top"),
        (ElementKind.TITLE, "First"),
        (ElementKind.TITLE, "Second"),
        (ElementKind.LIST_ITEM, "1. Item"),
        (ElementKind.NARRATIVE_TEXT, "See here."),
        (ElementKind.FOOTNOTE, "Note"),
        (ElementKind.ENDNOTE, "End"),
        (ElementKind.NARRATIVE_TEXT, "Last"),
        (ElementKind.NARRATIVE_TEXT, "Memo"),
        (ElementKind.FOOTER, "Bottom"),
    ]
    assert [element.level for element in document.elements[1:3]] == [1, 2]
    assert document.elements[4].links == ["https://www.example.go.kr/"]
    assert document.flags == [Flag.MEMO]


def test_deleted_text_is_left_out_and_the_document_flagged():
    document = read(rb"\pard kept{\deleted gone}{\revised  new}\par")
    assert texts(document) == ["kept new"]
    assert document.flags == [Flag.TRACKED_CHANGE]


def test_pictures_unknown_destinations_and_binary_data_are_no_text():
    body = rb"{\*\unknown text}{\pict\wmetafile8 0102}{\*\shppict{\pict\pngblip\bin4 ab}d}}\pard Only\par"
    assert texts(read(body)) == ["Only"]


def test_the_properties_are_read_and_the_newer_author_is_the_last_one():
    body = rb"{\info{\title Budget}{\author Kim}{\creatim\yr2026\mo3\dy2\hr9\min5}{\author Lee}}\pard x\par"
    document = read(body)
    assert document.title == "Budget"
    assert {one.name: one.value for one in document.properties} == {
        "author": "Kim", "last_modified_by": "Lee", "created_at": "2026-03-02T09:05:00",
    }  # fmt: skip


def test_a_file_that_ends_early_is_read_and_flagged():
    document = FORMAT.read(Blob(HEAD + rb"\pard Half {of it", "보고.rtf"))
    assert texts(document) == ["Half of it"]
    assert document.flags == [Flag.LOW_COVERAGE]


def test_groups_without_end_are_refused_and_no_text_is_no_success():
    with pytest.raises(Failed, match="corrupt"):
        FORMAT.read(Blob(HEAD + b"{" * 5_000, "보고.rtf"))
    with pytest.raises(Failed, match="no_text"):
        read(b"")


def test_a_brace_too_many_ends_the_document_early_and_is_told():
    cut = FORMAT.read(Blob(rb"{\rtf1\ansi Total 100\par}{\b More} of it\par}", "a.rtf"))
    whole = FORMAT.read(Blob(b"{\\rtf1\\ansi Total 100\\par}\r\n\x00\x00", "a.rtf"))
    assert Flag.LOW_COVERAGE in cut.flags
    assert Flag.LOW_COVERAGE not in whole.flags
