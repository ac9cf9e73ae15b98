"""Plain text in its encodings; what is no text, or text for programs, is left to others."""

import pytest

from connectors.contract import Blob
from connectors.formats.plain import FORMAT
from schemas.outcome import Failed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_korean_text_is_read_in_each_encoding(encoding: str):
    blob = Blob("1. 사업개요\n똠방각하 사업이다.\n".encode(encoding), "사업.txt")

    assert FORMAT.sniff(blob) == 0.5
    document = FORMAT.read(blob)
    assert [(e.kind.value, e.text) for e in document.elements] == [
        ("title", "1. 사업개요"),
        ("narrative_text", "똠방각하 사업이다."),
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"{\\rtf1 text}", "a.rtf"),
        (b"<?xml version='1.0'?><a/>", "a.xml"),
        (b'{"a": 1}', "a.json"),
        (b"PK\x03\x04 text", "a.txt"),
        (b"%PDF-1.4 text", "a.txt"),
        (b"\x00\x01\x02", "a.bin"),
        (b"\xff\xd8\xff", "a.txt"),
    ],
)
def test_other_content_is_not_taken_for_text(content: bytes, name: str):
    assert FORMAT.sniff(Blob(content, name)) == 0.0


def test_a_text_file_in_an_unknown_encoding_says_so():
    blob = Blob("naïve café résumé".encode("latin-1"), "a.txt")

    assert 0.1 < FORMAT.sniff(blob) < 0.2
    with pytest.raises(Failed, match="undecodable_text"):
        FORMAT.read(blob)


def test_a_circle_typed_as_a_letter_begins_an_item():
    read = FORMAT.read(Blob("재정을 정비한다.\n ㅇ 핵심지표를 둔다.\n".encode(), "a.txt"))
    assert [element.kind.value for element in read.elements] == ["narrative_text", "list_item"]


@pytest.mark.parametrize(
    "content",
    [bytes(4_000), b"text\x00more text", bytes(range(256)) * 20, b"\x01\x00\x02\x00" * 500, b"\x89PNG\r\n\x1a\n"],
)
def test_what_is_no_text_is_left_out(content: bytes):
    assert FORMAT.sniff(Blob(content, "a.dat")) == 0.0
