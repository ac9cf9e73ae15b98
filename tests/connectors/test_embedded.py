"""Which pictures and objects inside a document become members of it."""

import io

import pytest

from connectors.embedded import MAX_PICTURES, embedded_members
from connectors.tools import Toolbox, using

OCR = Toolbox(ocr="/usr/bin/tesseract", ocr_version="5", languages="kor+eng")


def picture(width: int, height: int, kind: str = "PNG", shade: int = 255) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (width, height), shade).save(out, kind)
    return out.getvalue()


def test_objects_are_members_and_drawings_are_not():
    members, is_left_out = embedded_members(
        [("BinData/표.xlsx", b"PK\x03\x04"), ("media/그림.wmf", b"\xd7\xcd"), ("a", b"")]
    )
    assert [(member.path, member.is_embedded) for member in members] == [("BinData/표.xlsx", True)]
    assert not is_left_out


def test_the_same_bytes_twice_are_one_member():
    members, _ = embedded_members([("a.xlsx", b"x"), ("b.xlsx", b"x"), ("c.xlsx", b"y")])
    assert [member.path for member in members] == ["a.xlsx", "c.xlsx"]


@pytest.mark.parametrize(
    ("size", "is_read"),
    [((1_200, 900), True), ((900, 1_200), True), ((1_200, 300), False), ((120, 120), False), ((800, 400), True)],
)
def test_a_picture_is_read_if_it_is_large_enough_to_hold_text(size: tuple[int, int], is_read: bool):
    with using(OCR):
        members, is_left_out = embedded_members([("image1.png", picture(*size))])
    assert bool(members) is is_read
    assert not is_left_out


def test_without_recognition_a_large_picture_is_left_out_and_a_small_one_is_not_missed():
    assert embedded_members([("image1.png", picture(1_200, 900))]) == ([], True)
    assert embedded_members([("image1.png", picture(64, 64))]) == ([], False)


def test_what_only_calls_itself_a_picture_is_no_member():
    with using(OCR):
        assert embedded_members([("image1.png", b"no picture at all")]) == ([], False)


def test_the_number_of_pictures_is_bounded():
    pictures = [(f"image{number}.png", picture(900, 500, shade=number)) for number in range(MAX_PICTURES + 3)]
    with using(OCR):
        members, is_left_out = embedded_members(pictures)
    assert (len(members), is_left_out) == (MAX_PICTURES, True)
