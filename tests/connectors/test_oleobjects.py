"""Objects in documents are taken out of their OLE wrapping, by their own name where they have one."""

import struct

import pytest

from connectors.oleobjects import unwrap_object
from pipelines.sample.writers.compound_file import write_compound_file


def packaged(name, content):
    raw = name.encode("cp949")
    path = rb"C:\temp" + b"\\" + raw + b"\0"
    body = b"\x02\x00" + raw + b"\0" + path + struct.pack("<HHI", 0, 3, len(path)) + path
    body += struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("streams", "path", "content"),
    [
        ({"\x01Ole10Native": packaged("붙임.txt", b"text")}, "word/embeddings/oleObject1.bin/붙임.txt", b"text"),
        ({"Package": b"PK\x03\x04 a workbook"}, "word/embeddings/oleObject1.bin", b"PK\x03\x04 a workbook"),
        ({"CONTENTS": b"%PDF-1.4"}, "word/embeddings/oleObject1.bin", b"%PDF-1.4"),
        ({"Equation Native": b"\x1c\x00"}, "word/embeddings/oleObject1.bin", b""),
    ],
)
def test_the_file_inside_comes_out(streams, path, content):
    assert unwrap_object("word/embeddings/oleObject1.bin", write_compound_file(streams)) == (path, content)


@pytest.mark.parametrize("size", [0, 3, 6, 20, 40])
def test_a_wrapping_that_ends_too_early_gives_what_there_is(size):
    whole = packaged("붙임.txt", b"0123456789")[:size]
    path, content = unwrap_object("a.bin", write_compound_file({"\x01Ole10Native": whole}))
    assert (path, content in whole) == ("a.bin", True)


def test_what_is_no_such_object_stays_as_it_is():
    workbook = write_compound_file({"Workbook": bytes(600)})
    for content in (workbook, b"PK\x03\x04", workbook[:700], b""):
        assert unwrap_object("a.bin", content) == ("a.bin", content)
    broken = write_compound_file({"\x01Ole10Native": struct.pack("<I", 4) + b"\x02\x00ab"})
    assert unwrap_object("a.bin", broken)[1] == b"\x02\x00ab"
