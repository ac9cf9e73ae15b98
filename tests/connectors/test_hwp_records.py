import struct
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from connectors.hwp_records import decrypt_distribution, inflate, paragraph_text, parse_file_header, read_records
from schemas.outcome import Failed


def record(tag, payload, level=0):
    size = len(payload)
    if size < 0xFFF:
        return struct.pack("<I", tag | level << 10 | size << 20) + payload
    return struct.pack("<II", tag | level << 10 | 0xFFF << 20, size) + payload


def wide(code):
    return struct.pack("<8H", code, 1, 2, 3, 4, 5, 6, code)


def test_records_long_and_short_follow_each_other():
    long = "예산".encode("utf-16-le") * 2_000
    assert list(read_records(record(66, b"ab") + record(67, long, level=1))) == [(66, b"ab"), (67, long)]


def test_a_record_that_reaches_beyond_its_section_is_corrupt():
    with pytest.raises(Failed) as failure:
        list(read_records(record(67, b"abcd")[:-1]))
    assert failure.value.reason == "corrupt"


def test_text_is_read_past_controls_up_to_the_paragraphs_end():
    payload = (
        "세입".encode("utf-16-le")
        + wide(11)
        + "△1,234".encode("utf-16-le")
        + wide(9)
        + struct.pack("<3H", 24, 30, 10)
        + "🏛 \u1112\u1161\u11ab".encode("utf-16-le")
        + struct.pack("<H", 13)
        + "뒤".encode("utf-16-le")
    )
    assert paragraph_text(payload) == "세입△1,234\t- \n🏛 \u1112\u1161\u11ab"


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
