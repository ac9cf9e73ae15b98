import struct
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from connectors.hangul.hwp5_container import (
    decrypt_distribution,
    inflate_leniently,
    open_container,
    read_embedded,
    read_flags,
    read_properties,
)
from connectors.ole import open_compound
from pipelines.sample.writers.compound_file import write_compound_file
from pipelines.sample.writers.summary import summary_information
from schemas.outcome import Failed


def deflate(content):
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(content) + compressor.flush()


def file_header(flags):
    return b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05010001, flags)


def packed(flags, **streams):
    return write_compound_file({"FileHeader": file_header(flags), **streams})


def record(tag, payload):
    return struct.pack("<I", tag | len(payload) << 20) + payload


def test_flags_say_how_to_read_the_rest_or_why_not():
    assert read_flags(file_header(0b1)).is_compressed
    assert read_flags(file_header(0b100)).is_distribution
    assert read_flags(file_header(1 << 14)).is_tracked
    for flags, reason in ((0b10, "password_hwp"), (0b10000, "drm_hwp")):
        with pytest.raises(Failed) as failure:
            read_flags(file_header(flags))
        assert failure.value.reason == reason
    with pytest.raises(Failed):
        read_flags(b"HWP Document File")


def test_a_stream_inflates_up_to_the_room_and_up_to_its_damage():
    content = bytes(range(256)) * 400
    stream = deflate(content)
    assert inflate_leniently(stream, len(content)) == (content, None)
    assert inflate_leniently(stream + b"behind", len(content)) == (content, None)
    part, error = inflate_leniently(stream[: len(stream) // 2], len(content))
    assert content.startswith(part)
    assert error == "the compressed stream is cut off"
    assert inflate_leniently(b"\xff\xff\xff", 100)[1] is not None
    with pytest.raises(Failed) as failure:
        inflate_leniently(stream, len(content) - 1)
    assert failure.value.reason == "archive_bomb"


def test_a_checksum_that_does_not_agree_tells_of_a_changed_figure():
    content = "4,780백만원".encode("utf-16-le")
    trailer = struct.pack("<II", zlib.crc32(content), len(content))
    changed = "4,180백만원".encode("utf-16-le")
    assert inflate_leniently(deflate(content) + trailer, 1_000) == (content, None)
    assert inflate_leniently(deflate(changed) + bytes(8), 1_000) == (changed, None)
    altered = packed(1, DocInfo=b"", **{"BodyText/Section0": deflate(changed) + trailer})
    with open_compound(altered) as compound, pytest.raises(Failed) as failure:
        open_container(compound)
    assert failure.value.reason == "corrupt"


def test_sections_come_in_the_order_of_their_numbers_and_a_broken_one_is_noted():
    content = packed(
        1,
        DocInfo=deflate(b"info"),
        **{f"BodyText/Section{number}": deflate(str(number).encode()) for number in (10, 2, 0)},
        **{"BodyText/Section11": b"\xfe" * 100},
    )
    with open_compound(content) as compound:
        container = open_container(compound)
    assert container.doc_info == b"info"
    assert container.sections == [b"0", b"2", b"10", b""]
    assert [error.partition(":")[0] for error in container.errors] == ["BodyText/Section11"]


def test_a_section_that_is_not_compressed_though_the_flag_says_so_is_read_as_it_is():
    section = record(66, bytes(24))
    with open_compound(packed(1, DocInfo=b"", **{"BodyText/Section0": section})) as compound:
        container = open_container(compound)
    assert (container.sections, container.errors) == ([section], [])


def test_a_document_without_sections_is_corrupt():
    with open_compound(packed(1, DocInfo=b"")) as compound, pytest.raises(Failed) as failure:
        open_container(compound)
    assert failure.value.reason == "corrupt"


def test_a_distribution_section_is_read_back_whatever_its_tail():
    state = seed = 0x2345BCDE
    noise = bytearray()
    while len(noise) < 256:
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        value = state >> 16 & 0xFF
        state = (state * 214013 + 2531011) & 0xFFFFFFFF
        noise += bytes([value]) * ((state >> 16 & 0xF) + 1)
    key = b"fedcba9876543210"
    plain = bytearray(256)
    offset = 4 + (seed & 0xF)
    plain[offset : offset + 16] = key
    hidden = bytes(left ^ right for left, right in zip(plain, noise[:256], strict=True))
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    body = "배포용 문서".encode("utf-16-le").ljust(32, b"\0")
    stream = record(28, struct.pack("<I", seed) + hidden[4:]) + encryptor.update(body) + encryptor.finalize()
    assert decrypt_distribution(stream) == body
    assert decrypt_distribution(stream + b"odd") == body
    with pytest.raises(Failed):
        decrypt_distribution(bytes(300))


def test_embedded_parts_are_inflated_as_each_of_them_says():
    picture = b"\x89PNG" + bytes(600)
    content = packed(
        1,
        **{
            "BinData/BIN0001.png": deflate(picture),
            "BinData/BIN000A.jpg": b"\xff\xd8raw",
            "BinData/BIN0003.bmp": b"BM as it is",
        },
    )
    with open_compound(content) as compound:
        parts = dict(read_embedded(compound, read_flags(file_header(1)), {10: False}))
    assert parts == {
        "BinData/BIN0001.png": picture,
        "BinData/BIN0003.bmp": b"BM as it is",
        "BinData/BIN000A.jpg": b"\xff\xd8raw",
    }


def test_properties_are_read_and_a_broken_summary_has_none():
    name = "\x05HwpSummaryInformation"
    with open_compound(packed(0, **{name: summary_information("예산안", "김예산")})) as compound:
        assert [(entry.name, entry.value) for entry in read_properties(compound)] == [("author", "김예산")]
    with open_compound(packed(0, **{name: b"\xfe\xff" * 30})) as compound:
        assert read_properties(compound) == []
    with open_compound(packed(0)) as compound:
        assert read_properties(compound) == []
