"""Archives that are not read are named in the reason."""

import pytest

from connectors.contract import Blob
from connectors.formats.foreign_archive import FORMAT
from connectors.reading import read_blob
from schemas.outcome import Failed

HEADS = {
    "ALZ": b"ALZ\x01\x0a\x00\x00\x00",
    "EGG": b"EGGA\x00\x01" + bytes(8),
    "RAR": b"Rar!\x1a\x07\x01\x00",
    "LZH": b"\x20\x00-lh5-" + bytes(30),
}


@pytest.mark.parametrize("kind", HEADS)
def test_the_reason_names_the_archive(kind):
    content = HEADS[kind] + bytes(range(256))
    for name in ("보고.alz", "보고.hwp", "보고.txt"):
        (reading,) = read_blob(content, name)
        assert (reading.reason, kind in (reading.detail or "")) == ("unsupported_format", True)
    with pytest.raises(Failed, match="unsupported_format"):
        FORMAT.read(Blob(content, "a"))


def test_text_is_not_taken_for_one():
    for text in (b"EGGA is a word", b"ls-lh", "ALZ 파일 안내".encode()):
        assert FORMAT.sniff(Blob(text, "a.txt")) == 0.0
