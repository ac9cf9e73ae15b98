import struct
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from connectors.hangul import hwp_records
from connectors.hangul.hwp_records import _Walk, paragraph_pieces
from connectors.hangul.hwp_streams import decrypt_distribution, inflate, parse_file_header, read_records
from schemas.outcome import Failed


def record(tag, payload=b"", level=0):
    size = len(payload)
    if size < 0xFFF:
        return struct.pack("<I", tag | level << 10 | size << 20) + payload
    return struct.pack("<II", tag | level << 10 | 0xFFF << 20, size) + payload


def wide(code, name=b"\1\0\2\0"):
    return struct.pack("<H", code) + name + struct.pack("<4H", 3, 4, 5, 6) + struct.pack("<H", code)


def utf16(text):
    return text.encode("utf-16-le")


def paragraph(text, level=0, *controls):
    body = record(66, b"\0" * 22, level) + (record(67, utf16(text) + b"\r\0", level + 1) if text else b"")
    return body + b"".join(controls)


def cell(row, col, text, level, row_span=1, col_span=1):
    head = struct.pack("<HIH4H", 1, 0, 0, col, row, col_span, row_span)
    return record(72, head, level) + (paragraph(text, level) if isinstance(text, str) else text)


def table(level, n_rows, n_cols, *cells, caption=b""):
    sizes = record(77, struct.pack("<IHH", 0, n_rows, n_cols), level + 1)
    return record(71, b" lbt" + b"\0" * 20, level) + caption + sizes + b"".join(cells)


def contained(name, level, text):
    return record(71, name[::-1] + b"\0" * 8, level) + record(72, b"\0" * 16, level + 1) + paragraph(text, level + 1)


def walk(section, deletions=frozenset()):
    one = _Walk(deletions)
    one.read(section)
    return one


def test_records_long_and_short_follow_each_other():
    long = utf16("예산") * 2_000
    section = record(66, b"ab") + record(67, long, level=1)
    assert list(read_records(section)) == [(66, 0, b"ab"), (67, 1, long)]
    assert list(read_records(section, {67})) == [(67, 1, long)]


def test_a_record_that_reaches_beyond_its_section_is_corrupt():
    with pytest.raises(Failed) as failure:
        list(read_records(record(67, b"abcd")[:-1]))
    assert failure.value.reason == "corrupt"


def test_text_is_read_past_controls_up_to_the_paragraphs_end():
    payload = (
        utf16("세입")
        + wide(11)
        + utf16("△1,234")
        + wide(9)
        + struct.pack("<3H", 24, 30, 10)
        + utf16("🏛 \u1112\u1161\u11ab")
        + struct.pack("<H", 13)
        + utf16("뒤")
    )
    assert paragraph_pieces(payload) == ["세입△1,234\t- \n🏛 \u1112\u1161\u11ab"]
    assert paragraph_pieces(utf16("총계🏛") + b"\r\0") == ["총계🏛"]


def test_what_readers_write_out_in_their_own_ways_parts_the_text():
    assert paragraph_pieces(utf16("앞") + wide(23, b"spct") + utf16("뒤")) == ["앞", "뒤"]


def test_removed_units_are_left_out():
    assert paragraph_pieces(utf16("가나다") + wide(11) + utf16("라마"), [(1, 3), (12, 99)]) == ["가라"]


def test_a_paragraph_comes_before_what_is_anchored_in_it_and_cells_before_what_stands_in_them():
    inner = table(3, 1, 1, cell(0, 0, "안쪽", 4))
    note = contained(b"fn  ", 3, "각주")
    section = paragraph(
        "본문",
        0,
        contained(b"head", 1, "머리말"),
        table(
            1,
            2,
            2,
            cell(0, 0, paragraph("첫 칸", 2, inner, note), 2, col_span=2),
            cell(1, 0, "둘째 칸", 2),
            cell(1, 1, "셋째 칸", 2),
            caption=record(72, b"\0" * 8 + b"\3\0\0\0", 2) + paragraph("캡션", 2),
        ),
    ) + paragraph("다음")
    found = walk(section)
    assert found.texts == ["본문", "머리말", "첫 칸", "둘째 칸", "셋째 칸", "안쪽", "각주", "캡션", "다음"]
    assert (found.sizes.n_tables, found.sizes.n_cells, found.sizes.n_merged, found.n_notes) == (2, 4, 1, 1)


def test_a_caption_above_stands_before_and_an_empty_note_is_none():
    caption = record(72, b"\0" * 8 + b"\2\0\0\0", 2) + paragraph("위 캡션", 2, contained(b"atno", 3, ""))
    section = paragraph("", 0, table(1, 1, 1, cell(0, 0, "칸", 2), caption=caption), contained(b"fn  ", 1, " "))
    found = walk(section)
    assert [text for text in found.texts if text.strip()] == ["위 캡션", "칸"]
    assert (found.sizes.n_cells, found.n_notes) == (1, 0)


def test_a_memo_stands_beside_its_paragraph():
    memo = record(93, b"\0" * 4, 1) + record(72, b"\0" * 8, 1) + paragraph("메모", 1)
    section = paragraph("본문", 0, memo, table(1, 1, 1, cell(0, 0, "칸", 2))) + paragraph("뒤")
    assert walk(section).texts == ["본문", "메모", "칸", "뒤"]


def test_text_boxes_are_read_paragraph_by_paragraph():
    box = record(71, b" osg" + b"\0" * 20, 1) + record(76, b"", 2) + record(72, b"\0" * 20, 3)
    box += paragraph("첫 줄", 3, contained(b"fn  ", 4, "상자 각주")) + paragraph("둘째 줄", 3)
    assert walk(paragraph("본문", 0, box)).texts == ["본문", "첫 줄", "상자 각주", "둘째 줄"]


def test_deletions_of_a_distribution_document_are_left_out():
    ranges = struct.pack("<6I", 0, 2, 0x11 << 24 | 1, 3, 4, 0x11 << 24 | 2)
    section = record(66, b"\0" * 22) + record(67, utf16("가나다라") + b"\r\0", 1) + record(70, ranges, 1)
    assert walk(section + paragraph("뒤"), frozenset({1})).texts == ["다라", "뒤"]
    assert walk(section, frozenset({2})).texts == ["가나다"]
    assert walk(section).texts == ["가나다라"]


def test_lists_in_lists_without_end_are_refused():
    section = b"".join(record(71, b" osg", level) for level in range(1, 300))
    with pytest.raises(Failed) as failure:
        walk(section)
    assert failure.value.reason == "too_many_elements"


def test_a_file_that_is_none_is_corrupt():
    for content in (b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600):
        with pytest.raises(Failed) as failure:
            hwp_records.expect(content)
        assert failure.value.reason == "corrupt"


def test_flags_of_the_file_header():
    def header(flags):
        return b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05010001, flags)

    assert parse_file_header(header(0b1)).is_compressed
    assert parse_file_header(header(0b10)).has_password
    assert parse_file_header(header(0b100)).is_distribution
    assert parse_file_header(header(0b10000)).has_drm
    with pytest.raises(Failed):
        parse_file_header(b"HWP Document File")


def test_a_section_inflates_up_to_the_limit_and_no_further():
    compressor = zlib.compressobj(wbits=-15)
    stream = compressor.compress(b"a" * 10_000) + compressor.flush()
    assert inflate(stream, 10_000) == b"a" * 10_000
    for broken, reason in ((stream, "archive_bomb"), (b"\xff\xff\xff", "corrupt")):
        with pytest.raises(Failed) as failure:
            inflate(broken, 100)
        assert failure.value.reason == reason


def test_a_distribution_section_is_read_back():
    state = seed = 0x1234ABCD
    mask = bytearray()
    while len(mask) < 256:
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        value = state >> 16 & 0xFF
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        mask += bytes([value]) * ((state >> 16 & 0xF) + 1)
    key = b"0123456789abcdef"
    plain = bytearray(256)
    offset = 4 + (seed & 0xF)
    plain[offset : offset + 16] = key
    scrambled = bytes(left ^ right for left, right in zip(plain, mask[:256], strict=True))
    scrambled = struct.pack("<I", seed) + scrambled[4:]
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    body = record(67, "배포용 문서".encode("utf-16-le")).ljust(32, b"\0")
    stream = record(28, scrambled) + encryptor.update(body) + encryptor.finalize()
    assert decrypt_distribution(stream) == body


def test_a_distribution_section_without_its_key_is_corrupt():
    with pytest.raises(Failed) as failure:
        decrypt_distribution(b"\0" * 300)
    assert failure.value.reason == "corrupt"


def test_no_room_left_does_not_mean_room_without_end():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = packer.compress(bytes(1 << 20)) + packer.flush()
    with pytest.raises(Failed) as failure:
        inflate(stream, 0)
    assert failure.value.reason == "archive_bomb"
