"""GZ, BZ2 and XZ hold one file: its name is that in the header or the archive's own, and a bomb is refused."""

import bz2
import gzip
import lzma

import pytest

from connectors.contract import Blob
from connectors.formats.gzip_file import FORMAT
from schemas.outcome import Failed


def only(content, name):
    (member,) = FORMAT.read(Blob(content, name)).members
    return member.path, member.content


def named(content, name):
    packed = gzip.compress(content)
    return packed[:3] + b"\x08" + packed[4:10] + name + b"\0" + packed[10:]


@pytest.mark.parametrize(
    ("compress", "name"),
    [(gzip.compress, "예산.csv.gz"), (bz2.compress, "예산.csv.BZ2"), (lzma.compress, "예산.csv.xz")],
)
def test_the_name_is_the_archives_without_its_ending(compress, name):
    content = compress("가,나".encode())
    assert FORMAT.sniff(Blob(content, "a.txt")) == 0.8
    assert only(content, name) == ("예산.csv", "가,나".encode())


@pytest.mark.parametrize(
    ("raw", "name"),
    [("계획서.txt".encode("cp949"), "계획서.txt"), ("계획서.txt".encode(), "계획서.txt"), (b"../../a\\b.txt", "b.txt")],
)
def test_the_name_in_the_header_comes_first_and_leads_nowhere(raw, name):
    assert only(named(b"text", raw), "x.gz")[0] == name


def test_several_streams_are_one_file():
    assert only(gzip.compress(b"one ") + gzip.compress(b"two"), "a.gz")[1] == b"one two"


def test_bombs_and_broken_streams_have_their_reason():
    for content, reason in (
        (gzip.compress(bytes(80 << 20)), "archive_bomb"),
        (gzip.compress(b"text" * 100)[:-9], "corrupt"),
        (lzma.compress(b"text" * 100)[:-20], "corrupt"),
        (gzip.compress(b""), "empty_file"),
    ):
        with pytest.raises(Failed) as failure:
            FORMAT.read(Blob(content, "a.gz"))
        assert failure.value.reason == reason


def test_text_that_begins_alike_is_not_taken():
    assert FORMAT.sniff(Blob(b"BZh means something else here", "a.txt")) == 0.0
