"""ZIP archives: Korean names, passwords, traversal, links and bombs."""

import io
import lzma
import stat
import struct
import zipfile
from pathlib import Path

import inflate64
import pytest

from connectors import inflation
from connectors.contract import Blob, MemberFile
from connectors.formats.zip_archive import FORMAT
from connectors.inflation import neutral_path
from connectors.reading import read_blob
from schemas.outcome import Failed


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def with_raw_names(content: bytes, encoding: str) -> bytes:
    """The archive as a Korean program writes it: names in `encoding` and no flag for UTF-8. ASCII `?` stand for bytes."""
    raw = "예산안.txt".encode(encoding)
    placeholder = b"n" * len(raw)
    assert content.count(placeholder) == 2
    return content.replace(placeholder, raw)


def read(content: bytes) -> list[MemberFile]:
    return FORMAT.read(Blob(content, "a.zip")).members


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_names_without_a_flag_are_read_as_korean(encoding: str):
    length = len("예산안.txt".encode(encoding))
    content = with_raw_names(archive({"n" * length: b"x"}), encoding)

    assert [(m.path, m.content) for m in read(content)] == [("예산안.txt", b"x")]


def test_names_with_the_flag_are_utf8_and_folders_are_left_out():
    members = read(archive({"예산/": b"", "예산/안.txt": b"x", "plain.txt": b"y"}))

    assert [member.path for member in members] == ["예산/안.txt", "plain.txt"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("..\\..\\a.txt", "a.txt"),
        ("C:\\temp\\a.txt", "temp/a.txt"),
        ("a/./b//../c.txt", "a/b/c.txt"),
        ("..", "이름 없음"),
        ("a\x00b", "ab"),
    ],
)
def test_paths_stay_below_their_container(name: str, path: str):
    assert neutral_path(name) == path


def test_links_are_left_out():
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(info, "/etc/passwd")

    assert [(m.path, m.content, m.reason) for m in read(buffer.getvalue())] == [("link", b"", "symbolic_link")]


def locked(content: bytes, n_members: int) -> bytes:
    """Set the flag of encryption on the first members, in the local headers and in the directory."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = -1
        for _ in range(n_members):
            position = changed.find(signature, position + 1)
            changed[position + offset] |= 1
    return bytes(changed)


def test_passwords_are_told_for_one_member_and_for_all():
    content = archive({"a.txt": b"x", "b.txt": b"y"})

    assert [m.reason for m in read(locked(content, 1))] == ["password_archive", None]
    with pytest.raises(Failed, match="password_archive"):
        read(locked(content, 2))


def test_a_bomb_is_refused_by_its_directory(monkeypatch):
    with pytest.raises(Failed, match="archive_bomb"):
        read(archive({"zeros": b"\0" * (65 << 20)}))
    monkeypatch.setattr(inflation, "MAX_MEMBERS", 10)
    with pytest.raises(Failed, match="archive_bomb"):
        read(archive({str(number): b"" for number in range(11)}))
    monkeypatch.setattr(inflation, "MAX_INFLATED_BYTES", 100)
    with pytest.raises(Failed, match="archive_bomb"):
        read(archive({"a": b"x" * 60, "b": b"y" * 60}))


def test_members_that_share_their_bytes_are_a_bomb():
    content = archive({"a": b"x" * 1_000, "b": b"y" * 1_000}, zipfile.ZIP_STORED)
    directory = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", directory + 1)
    changed = bytearray(content)
    # both entries of the directory point at the first member, with more bytes than there are
    changed[second + 42 : second + 46] = struct.pack("<I", 0)
    for entry in (directory, second):
        changed[entry + 20 : entry + 28] = struct.pack("<II", 2_000, 2_000)

    with pytest.raises(Failed, match="archive_bomb"):
        read(bytes(changed))


def test_inflating_stops_at_the_room_that_is_left():
    content = archive({"a": b"x" * 1_000})
    with zipfile.ZipFile(io.BytesIO(content)) as opened, pytest.raises(Failed, match="archive_bomb"):
        inflation.inflate(opened, opened.infolist()[0], 999)


def test_a_member_with_a_wrong_size_or_checksum_is_corrupt_and_its_neighbour_is_not():
    content = bytearray(archive({"a.txt": b"x" * 100, "b.txt": b"y"}, zipfile.ZIP_STORED))
    position = content.find(b"x" * 100)
    content[position] = ord("z")

    assert [(m.path, m.reason) for m in read(bytes(content))] == [("a.txt", "corrupt"), ("b.txt", None)]


def test_a_broken_archive_is_corrupt_and_not_unknown():
    blob = Blob(archive({"a.txt": b"x"})[:-10], "a.zip")

    assert FORMAT.sniff(blob) > 0.1
    with pytest.raises(Failed, match="corrupt"):
        FORMAT.read(blob)


@pytest.mark.parametrize("name", ["[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"])
def test_documents_that_are_archives_inside_are_no_archives(name: str):
    assert FORMAT.sniff(Blob(archive({name: b"x"}), "a.zip")) == 0.0
    assert 0.1 < FORMAT.sniff(Blob(archive({"a.txt": b"x"}), "a.zip")) < 0.5


def recompressed(content: bytes, method: int, packed: bytes) -> bytes:
    """An archive of one stored member, its bytes replaced and its method named anew in both headers."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        (info,) = source.infolist()
        plain = source.read(info)
    local = bytearray(content[: content.index(plain)])
    struct.pack_into("<H", local, 8, method)
    struct.pack_into("<I", local, 18, len(packed))
    rest = bytearray(content[content.index(b"PK\x01\x02") :])
    struct.pack_into("<H", rest, 10, method)
    struct.pack_into("<I", rest, 20, len(packed))
    struct.pack_into("<I", rest, rest.index(b"PK\x05\x06") + 16, len(local) + len(packed))
    return bytes(local) + packed + bytes(rest)


def test_methods_that_the_standard_library_does_not_know_are_inflated():
    plain = "예산안이다. ".encode() * 50
    stored = archive({"a.txt": plain}, zipfile.ZIP_STORED)
    deflater = inflate64.Deflater()
    deflated = deflater.deflate(plain) + deflater.flush()
    for method, packed in ((9, deflated), (95, lzma.compress(plain))):
        assert [(m.content, m.reason) for m in read(recompressed(stored, method, packed))] == [(plain, None)]
    (broken,) = read(recompressed(stored, 9, deflated[:-20] + bytes(20)))
    assert broken.reason == "corrupt"
    (unknown,) = read(recompressed(stored, 98, b"????"))
    assert (unknown.reason, unknown.detail) == ("unsupported_format", "압축 방식 PPMd")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_it_knows_are_inflated_too(method: int):
    assert read(archive({"a.txt": b"text " * 90}, method))[0].content == b"text " * 90


def test_a_part_of_a_divided_archive_says_so():
    content = bytearray(archive({"a.txt": b"text"}))
    struct.pack_into("<HH", content, content.rindex(b"PK\x05\x06") + 4, 1, 1)
    for part in (bytes(content), b"\x00\x01 rest of a member" + bytes(content[40:])):
        assert FORMAT.sniff(Blob(part, "a.z01")) > 0.1
        with pytest.raises(Failed, match="한 조각"):
            read(part)


_SOURCES = Path(__file__).resolve().parents[2] / "golden" / "sources"


@pytest.mark.parametrize("is_typed", [True, False], ids=["typed", "untyped"])
@pytest.mark.parametrize(
    ("name", "main"),
    [
        ("docx_report.docx", "word/document.xml"),
        ("xlsx_budget.xlsx", "xl/workbook.xml"),
        ("xlsb_budget.xlsb", "xl/workbook.bin"),
        ("pptx_briefing.pptx", "ppt/presentation.xml"),
        ("hwpx_rich.hwpx", "Contents/header.xml"),
        ("odt_report.odt", "content.xml"),
    ],
)
def test_a_document_without_its_main_part_is_corrupt(name: str, main: str, is_typed: bool):
    gone = {main, "Contents/content.hpf"} | (set() if is_typed else {"[Content_Types].xml", "mimetype"})
    with zipfile.ZipFile(_SOURCES / name) as whole:
        rest = archive({part: whole.read(part) for part in whole.namelist() if part not in gone})

    assert [reading.reason for reading in read_blob(rest, name)] == ["corrupt"]


_DAMAGED = {
    "DOCX": ["[Content_Types].xml", "_rels/.rels", "word/styles.xml", "word/theme/theme1.xml"],
    "DOCX without its list of types": ["_rels/.rels", "word/docu?ent.xml", "word/settings.xml", "word/fontTable.xml"],
    "XLSX": ["[Content_Types].xml", "xl/worksheets/sheet1.xml", "docProps/app.xml"],
    "XLSX without its list of types": [
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/_rels/workbook.xml.rels",
    ],
    "PPTX": ["[Content_Types].xml", "ppt/slides/slide1.xml"],
    "PPTX without its list of types": ["_rels/.rels", "ppt/slides/slide1.xml", "ppt/slideMasters/slideMaster1.xml"],
    "HWPX": ["Contents/section0.xml", "version.xml", "META-INF/container.xml"],
    "ODF": ["content.xml", "META-INF/manifest.xml"],
    "ODF without its content": ["styles.xml", "meta.xml", "META-INF/manifest.xml"],
}


@pytest.mark.parametrize("names", _DAMAGED.values(), ids=_DAMAGED.keys())
def test_what_is_left_of_a_document_is_corrupt_and_no_archive(names: list[str]):
    content = archive(dict.fromkeys(names, b"<x>\xec\x98\x88\xec\x82\xb0</x>"))

    (reading,) = read_blob(content, "보고서.zip")
    assert (reading.outcome, reading.reason, reading.format) == ("quarantined", "corrupt", "zip")


def test_a_document_whose_first_member_still_says_its_type_is_corrupt_too():
    content = archive({"mimetype": b"application/hwp", "Contents/section0.xml": b"<x/>", "settings.xml": b"<x/>"})

    assert read_blob(content, "공고.hwpx")[0].reason == "corrupt"


@pytest.mark.parametrize(
    "names",
    [
        ["word/예산.txt", "word/list.txt", "xl/a.txt"],
        ["word/styles.xml", "예산.txt"],
        ["content.xml", "예산.txt"],
        ["settings.xml", "version.xml", "Contents/예산.txt"],
    ],
)
def test_an_archive_with_folders_of_such_names_stays_an_archive(names: list[str]):
    readings = read_blob(archive(dict.fromkeys(names, "예산안을 보낸다.".encode())), "자료.zip")

    assert (readings[0].outcome, readings[0].format, len(readings)) == ("kept", "zip", 1 + len(names))


@pytest.mark.parametrize(
    "members",
    [
        {"[Content_Types].xml": b"<x/>", "visio/document.xml": b"<x/>"},
        {"META-INF/MANIFEST.MF": b"", "word/styles.xml": b"<x/>", "word/settings.xml": b"<x/>", "a.rels": b""},
        {
            "mimetype": b"application/vnd.oasis.opendocument.chart",
            "content.xml": b"<x/>",
            "META-INF/manifest.xml": b"<x/>",
        },
    ],
    ids=["drawing of Visio", "program", "chart"],
)
def test_packages_of_other_kinds_stay_unknown(members: dict[str, bytes]):
    assert read_blob(archive(members, zipfile.ZIP_STORED), "a.zip")[0].reason == "unsupported_format"


def test_a_document_whose_directory_lost_its_members_is_corrupt_and_no_archive_of_the_others():
    names = ["docProps/app.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "_rels/.rels", "xl/styles.xml"]
    content = bytearray(archive(dict.fromkeys(names, b"<x/>")))
    # The first name in the directory swallows the entries behind it.
    entry = content.index(b"PK\x01\x02")
    behind = content.index(b"PK\x05\x06") - entry - 46
    struct.pack_into("<H", content, entry + 28, behind)

    assert [reading.reason for reading in read_blob(bytes(content), "예산.xlsx")] == ["corrupt"]


def test_a_stored_document_in_an_archive_that_is_whole_is_no_sign_of_damage():
    inner = archive(dict.fromkeys(["word/styles.xml", "word/document.xml", "_rels/.rels"], b"<x/>"), zipfile.ZIP_STORED)
    readings = read_blob(archive({"보고.docx": inner, "메모.txt": "예산안".encode()}, zipfile.ZIP_STORED), "자료.zip")

    assert [reading.format for reading in readings] == ["zip", "docx", "plain"]
