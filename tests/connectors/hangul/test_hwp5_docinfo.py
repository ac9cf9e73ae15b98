import struct

import pytest

from connectors.hangul.hwp5_docinfo import ParaHead, ParaShape, heading_level_of_style, parse_doc_info


def record(tag, payload):
    return struct.pack("<I", tag | len(payload) << 20) + payload


def counted(text):
    return struct.pack("<H", len(text)) + text.encode("utf-16-le")


def test_what_paragraphs_refer_to_keeps_its_number():
    style = counted("개요 2") + counted("Outline 2") + struct.pack("<BBHHH", 0, 0, 1042, 7, 0)
    info = parse_doc_info(
        record(16, struct.pack("<H", 3) + bytes(24))
        + record(21, bytes(42) + struct.pack("<i", 1500) + bytes(28))
        + record(21, b"short")
        + record(25, struct.pack("<I", 1 << 23 | 2 << 25) + bytes(20))
        + record(25, b"")
        + record(26, style)
        + record(18, struct.pack("<HHH", 0x0021, 1, 0))
        + record(18, struct.pack("<HH", 0x0002, 2))
        + record(96, struct.pack("<I", 0x10) + bytes(22))
        + record(96, b"")
        + record(96, struct.pack("<I", 0x11) + bytes(22))
    )
    assert info.n_sections == 3
    assert info.char_sizes == [1500, 0]
    assert info.para_shapes == [ParaShape(ParaHead.OUTLINE, 3), ParaShape()]
    assert [(style.name, style.level, style.para_shape) for style in info.styles] == [("개요 2", 2, 7)]
    assert info.compression == {1: False}
    assert info.changes == {1: 0x10, 3: 0x11}


def test_a_stream_that_breaks_off_gives_what_came_before():
    whole = record(21, bytes(74))
    assert len(parse_doc_info(whole + whole[:-1]).char_sizes) == 1
    assert parse_doc_info(struct.pack("<I", 21 | 0xFFF << 20)).char_sizes == []
    assert parse_doc_info(b"").styles == []


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("개요 1", 1), ("개요 7", 7), ("Outline 3", 3), ("heading 2", 2), ("제목", 1), ("제목 2", 2), ("큰 제목", 1),
        ("별표 제목", 1), ("중제목", 2), ("부제목", 2), ("소제목", 3), ("Title", 1), ("표 제목", 0), ("그림 제목", 0),
        ("차례 2", 0), ("1.1.제목", 0), ("① 제목", 0), ("바탕글", 0), ("사업개요", 0),
    ],
)  # fmt: skip
def test_names_of_styles_tell_headings_from_captions(name, level):
    assert heading_level_of_style(name) == level
