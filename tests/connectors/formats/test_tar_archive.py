"""TAR, plain and compressed: links and devices are named and not followed, no path leads out, bombs are refused."""

import bz2
import gzip
import io
import lzma
import tarfile

import pytest

from connectors.contract import Blob
from connectors.formats import tar_archive
from connectors.formats.tar_archive import FORMAT
from schemas.outcome import Failed


def packed(*entries, encoding="utf-8", **options):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", encoding=encoding, **options) as archive:
        for name, content, kind in entries:
            entry = tarfile.TarInfo(name)
            entry.type, entry.size = kind, len(content)
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                entry.linkname = "/etc/passwd"
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def file(name, content=b"text"):
    return (name, content, tarfile.REGTYPE)


def members(content, name="묶음.tar"):
    return [(member.path, member.content, member.reason) for member in FORMAT.read(Blob(content, name)).members]


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_files_are_members_however_the_archive_is_compressed(compress):
    content = compress(packed(("예산", b"", tarfile.DIRTYPE), file("예산/안.txt", "예산안이다".encode())))
    assert FORMAT.sniff(Blob(content, "a.hwp")) == 0.9
    assert members(content) == [("예산/안.txt", "예산안이다".encode(), None)]


def test_no_path_leads_out_and_links_and_devices_are_not_followed():
    content = packed(
        file("../../밖.txt"), file("/etc/절대.txt"), ("바로가기", b"", tarfile.SYMTYPE), ("같은것", b"", tarfile.LNKTYPE),
        ("장치", b"", tarfile.CHRTYPE), ("관", b"", tarfile.FIFOTYPE),
    )  # fmt: skip
    assert members(content) == [
        ("밖.txt", b"text", None),
        ("etc/절대.txt", b"text", None),
        ("바로가기", b"", "symbolic_link"),
        ("같은것", b"", "symbolic_link"),
        ("장치", b"", "not_a_file"),
        ("관", b"", "not_a_file"),
    ]


def test_names_in_cp949_are_read():
    content = packed(file("예산안.txt"), encoding="cp949", format=tarfile.GNU_FORMAT)
    assert members(content)[0][0] == "예산안.txt"


def test_too_much_is_a_bomb(monkeypatch):
    many = packed(*(file(f"{number}.txt", b"") for number in range(30)))
    monkeypatch.setattr(tar_archive, "MAX_MEMBERS", 20)
    with pytest.raises(Failed, match="archive_bomb"):
        members(many)
    monkeypatch.setattr(tar_archive, "MAX_INFLATED_BYTES", 1_000)
    with pytest.raises(Failed, match="archive_bomb"):
        members(packed(file("큰것.txt", bytes(2_000))))
    with pytest.raises(Failed, match="archive_bomb"):
        members(gzip.compress(bytes(80 << 20), mtime=0))


def test_a_broken_archive_gives_what_is_whole():
    content = packed(file("앞.txt", b"a" * 600), file("뒤.txt", b"b" * 9_000))
    whole, broken = members(content[:4_000])
    assert whole == ("앞.txt", b"a" * 600, None)
    assert broken[2] == "corrupt"
    with pytest.raises(Failed, match="corrupt"):
        members(gzip.compress(content, mtime=0)[:60])


@pytest.mark.parametrize(
    "content", [b"", bytes(1_024), b"a" * 2_000, b"\x1f\x8b\x08\x00", gzip.compress(b"only text", mtime=0)]
)
def test_what_is_no_tar_is_not_taken(content):
    assert FORMAT.sniff(Blob(content, "a.tar")) == 0.0


def test_a_size_beyond_any_number_is_corrupt():
    record = b"29 size=99999999999999999999\n"
    pax = tarfile.TarInfo("pax")
    pax.type, pax.size = tarfile.XHDTYPE, len(record)
    entry = tarfile.TarInfo("a.txt")
    entry.size = 2
    content = pax.tobuf() + record.ljust(512, b"\0") + entry.tobuf() + b"hi".ljust(512, b"\0") + bytes(1_024)
    members = FORMAT.read(Blob(content, "a.tar")).members
    assert {member.reason for member in members} == {"corrupt"}
