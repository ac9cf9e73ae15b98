"""Text is decoded strictly: UTF-8, CP949 or UTF-16 with its mark; anything else is refused and nothing is replaced."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.decoding import codec_of, decode_declared, decode_text, decode_with_encoding, is_binary, text_head
from schemas.outcome import Failed

# 똠 and 펲 are in CP949 but not in KS X 1001, and Python's euc_kr loses them
KOREAN = "똠방각하 펲시 2026년 예산"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp949", "cp949"), ("utf-16", "utf-16")],
)
def test_korean_text_is_decoded(encoding: str, found: str):
    assert decode_with_encoding(KOREAN.encode(encoding)) == (KOREAN, found)
    assert text_head(KOREAN.encode(encoding)) == KOREAN


def test_utf16_of_either_order_is_read_with_its_mark_and_without():
    assert decode_text(b"\xfe\xff" + KOREAN.encode("utf-16-be")) == KOREAN
    for encoding in ("utf-16-le", "utf-16-be"):
        assert decode_text(KOREAN.encode(encoding)) == KOREAN
        assert decode_text("Budget of 2026, in millions.\n".encode(encoding)) == "Budget of 2026, in millions.\n"


def test_utf32_is_read_by_its_mark():
    assert decode_text(KOREAN.encode("utf-32")) == KOREAN


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\xfd", "naïve café".encode("latin-1"), b"abc\x00def", bytes(range(32)) * 4, b"\x81"]
)
def test_what_is_in_no_known_encoding_is_refused(content: bytes):
    with pytest.raises(Failed) as failure:
        decode_text(content)
    assert failure.value.reason == "undecodable_text"


@pytest.mark.parametrize(
    "label", ["euc-kr", "EUC_KR", "ks_c_5601-1987", "KSC5601", "ks_c_5601-1989", "windows-949", "cp949"]
)
def test_every_korean_label_means_cp949(label: str):
    assert codec_of(label) == "cp949"
    assert decode_declared(KOREAN.encode("cp949"), label) == KOREAN


def test_a_wrong_or_unknown_label_does_no_harm():
    assert decode_declared(KOREAN.encode("utf-8"), "euc-kr") == KOREAN
    assert decode_declared(KOREAN.encode("cp949"), "utf-8") == KOREAN
    assert decode_declared(KOREAN.encode("cp949"), "no-such-charset") == KOREAN
    assert decode_declared("日本".encode("shift_jis"), "shift_jis") == "日本"
    assert codec_of("base64") is None
    assert codec_of("rot13") is None


def test_a_head_that_ends_inside_a_character_is_still_text():
    for encoding in ("utf-8", "cp949"):
        content = ("가" * 65_537).encode(encoding)
        head = text_head(content)
        assert head is not None
        assert set(head) == {"가"}
        assert len(head) >= 20_000


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_decode_without_replacement_or_are_refused(content: bytes):
    try:
        text, encoding = decode_with_encoding(content)
    except Failed as failure:
        assert failure.reason == "undecodable_text"
    else:
        assert "\ufffd" not in text or "\ufffd".encode() in content
        assert not is_binary(text)
        assert encoding in ("utf-8-sig", "cp949", "utf-16")
