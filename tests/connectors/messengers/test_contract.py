"""An export's file: its beginning, its encoding and its lines, however large, with every byte in some line."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.messengers.contract import HEAD_BYTES, ExportFile
from schemas.outcome import Failed

TEXT = "총괄담당 : 자료\r\n복지담당 : 봄\n끝"


def lines(content: bytes) -> list[tuple[int, str]]:
    return [(line.number, line.text) for line in ExportFile.of(content, "a.txt").lines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_text_in_every_encoding_has_its_lines_and_all_its_bytes(encoding: str):
    content = TEXT.encode(encoding)
    file = ExportFile.of(content, "a.txt")
    assert [line.text for line in file.lines()] == ["총괄담당 : 자료", "복지담당 : 봄", "끝"]
    assert (file.head or "").startswith("총괄담당 : 자료"), "without a byte order mark"
    mark = {"utf-8-sig": 3, "utf-16": 2}.get(encoding, 0)
    assert sum(line.n_bytes for line in file.lines()) == len(content) - mark


def test_what_people_paste_into_messages_ends_no_line():
    assert lines("가\x0b나\u2028다\r라\x85마\x0c바\n둘".encode()) == [
        (1, "가\x0b나\u2028다\r라\x85마\x0c바"),
        (2, "둘"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"", []), (b"\n", [(1, "")]), (b"a\n", [(1, "a")]), (b"a\r\r\n\nb", [(1, "a\r"), (2, ""), (3, "b")])],
)
def test_ends_of_lines(content: bytes, expected: list[tuple[int, str]]):
    assert lines(content) == expected


@given(
    st.text(
        st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=["Cc", "Cs"])
        | st.sampled_from("\r\n\t"),
        max_size=300,
    )
)
def test_lines_put_together_are_the_file(text: str):
    content = text.encode()
    file = ExportFile.of(content, "a.txt")
    found = list(file.lines())
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    assert sum(line.n_bytes for line in found) == len(content)
    assert "".join(line.text for line in found) == "".join(part.removesuffix("\r") for part in text.split("\n"))


def test_korean_that_comes_late_decides_the_encoding_of_the_whole():
    ascii_head = b"a line without Korean\n" * 5_000
    assert ExportFile.of(ascii_head + "한글".encode("cp949"), "a.txt").encoding == "cp949"
    assert ExportFile.of(ascii_head + "한글".encode(), "a.txt").encoding in ("utf-8", "utf-8-sig")
    assert lines(ascii_head + "한글".encode("cp949"))[-1] == (5_001, "한글")


def test_text_in_no_encoding_is_refused():
    head = "한글\n".encode() * 20_000
    with pytest.raises(Failed, match="undecodable_text"):
        list(ExportFile.of(head + b"\xff\xfe\xfd", "a.txt").lines())


def test_a_head_is_cut_at_a_whole_letter():
    file = ExportFile.of(b"a" + "가".encode() * HEAD_BYTES, "a.txt")
    assert file.head is not None
    assert set(file.head) == {"a", "가"}
    assert len(file.start) == HEAD_BYTES + 1


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03" * 100, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_what_is_no_text_has_no_head(content: bytes):
    assert ExportFile.of(content, "a.txt").head is None


def test_an_archive_is_told_by_its_beginning_and_a_broken_one_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("가.json", "[]")
    file = ExportFile.of(buffer.getvalue(), "a.txt")
    assert file.is_zip
    assert file.archive().read("가.json") == b"[]"
    assert not ExportFile.of(TEXT.encode(), "a.zip").is_zip
    for broken in (b"PK\x03\x04", buffer.getvalue()[:-5], b""):
        with pytest.raises(Failed, match="corrupt"):
            ExportFile.of(broken, "a.zip").archive()


def test_two_readers_begin_anew():
    file = ExportFile.of(TEXT.encode(), "a.txt")
    first = file.lines()
    assert next(first).text == "총괄담당 : 자료"
    first.close()  # type: ignore[attr-defined]
    assert [line.number for line in file.lines()] == [1, 2, 3]
    assert file.open().read() == TEXT.encode()
