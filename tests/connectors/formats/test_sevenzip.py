"""7z is unpacked into memory: names are neutral, passwords and bombs are refused, what is whole of a broken one is had."""

import io
import os
import struct
import zlib

import py7zr
import pytest

from connectors.contract import Blob
from connectors.formats import sevenzip
from connectors.formats.sevenzip import FORMAT
from schemas.outcome import Failed


def packed(files, *, has_plain_header=False, **options):
    target = io.BytesIO()
    with py7zr.SevenZipFile(target, "w", **options) as archive:
        if has_plain_header:
            archive.set_encoded_header_mode(False)
        for name, content in files.items():
            archive.writestr(content, name)
    return target.getvalue()


def members(content):
    return [(member.path, member.content, member.reason) for member in FORMAT.read(Blob(content, "a.7z")).members]


def renamed(content, old, new):
    """The archive with a name changed in its header, and the checksums made right again."""
    changed = bytearray(content.replace(old.encode("utf-16-le"), new.encode("utf-16-le")))
    offset, size = struct.unpack_from("<QQ", changed, 12)
    struct.pack_into("<I", changed, 28, zlib.crc32(changed[32 + offset : 32 + offset + size]))
    struct.pack_into("<I", changed, 8, zlib.crc32(changed[12:32]))
    return bytes(changed)


def test_files_are_members():
    content = packed({"예산/안.txt": "예산안이다".encode(), "빈.txt": b""})
    assert FORMAT.sniff(Blob(content, "a.hwp")) == 1.0
    assert members(content) == [("예산/안.txt", "예산안이다".encode(), None), ("빈.txt", b"", None)]


@pytest.mark.parametrize(("bad", "neutral"), [("../bad.txt", "bad.txt"), ("/a/bad.txt", "a/bad.txt")])
def test_no_path_leads_out_and_costs_the_others(bad, neutral):
    content = renamed(packed({"aa/bad.txt": b"one", "b.txt": b"two"}, has_plain_header=True), "aa/bad.txt", bad)
    assert members(content) == [(neutral, b"one", None), ("b.txt", b"two", None)]


def test_two_files_of_one_name_are_two_members():
    content = renamed(packed({"a.txt": b"one", "b.txt": b"two"}, has_plain_header=True), "b.txt", "a.txt")
    assert [entry[:2] for entry in members(content)] == [("a.txt", b"one"), ("a.txt", b"two")]


def test_what_cannot_be_had_has_its_reason(monkeypatch):
    plain = packed({"a.txt": b"text"})
    for content, reason in (
        (packed({"a.txt": b"text"}, password="1234"), "password_archive"),
        (packed({"a.txt": b"text"}, password="1234", header_encryption=True), "password_archive"),
        (packed({"a.bin": bytes(70 << 20)}), "archive_bomb"),
        (plain[:50], "corrupt"),
        (plain[:32], "corrupt"),
    ):
        with pytest.raises(Failed) as failure:
            members(content)
        assert failure.value.reason == reason
    monkeypatch.setattr(sevenzip, "MAX_MEMBERS", 1)
    with pytest.raises(Failed, match="archive_bomb"):
        members(packed({"a.txt": b"one", "b.txt": b"two"}))


def test_a_broken_member_has_its_reason():
    content = bytearray(packed({"a.bin": os.urandom(4_000)}))
    content[1_000] ^= 0xFF
    assert [reason for _, _, reason in members(bytes(content))] == ["corrupt"]
