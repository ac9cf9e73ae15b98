import io

import pytest
from PIL import Image, ImageDraw

from connectors.contract import Blob
from connectors.formats import image
from connectors.formats.image import FORMAT
from connectors.ocr import RecognisedLine
from connectors.tools import NeedsTool, Toolbox, using
from schemas.elements import Flag
from schemas.outcome import Failed

HERE = Toolbox(ocr="/bin/false", ocr_version="tesseract 5", languages="kor+eng")


def encode(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, format=kind, **options)
    return buffer.getvalue()


def blank(width=1200, height=300, mode="L"):
    return Image.new(mode, (width, height), "white")


@pytest.fixture
def sizes(monkeypatch):
    """What is recognised is but the size of the picture."""
    seen = []

    def recognise_picture(picture, *, dots_per_inch):
        seen.append((picture.size, dots_per_inch))
        return [RecognisedLine("예산을 알리는 글", 0, 0, 100, 20, 1, 1, 0.9)]

    monkeypatch.setattr(image.ocr, "recognise_picture", recognise_picture)
    return seen


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_pictures_are_known_by_their_first_bytes(kind):
    assert FORMAT.sniff(Blob(encode(blank(40, 40), kind), "a.txt")) >= 0.9


@pytest.mark.parametrize("content", [b"", b"BM is not a picture but a text of its own", b"RIFF....WAVE", b"GIF"])
def test_other_things_are_no_pictures(content):
    assert FORMAT.sniff(Blob(content, "a.png")) == 0.0


def test_without_a_program_it_says_so():
    with pytest.raises(Failed) as failure:
        FORMAT.read(Blob(encode(blank(), "PNG"), "a.png"))
    assert failure.value.reason == "ocr_unavailable"
    with using(HERE.model_copy(update={"place": "elsewhere"})), pytest.raises(NeedsTool):
        FORMAT.read(Blob(encode(blank(), "PNG"), "a.png"))


def test_every_page_of_a_tiff_is_read(sizes):
    content = encode(blank(), "TIFF", save_all=True, append_images=[blank(), blank()], dpi=(200, 200))
    with using(HERE):
        document = FORMAT.read(Blob(content, "a.tif"))
    assert [element.page for element in document.elements] == [1, 2, 3]
    assert document.flags == [Flag.OCR]
    assert {item.name: item.value for item in document.properties} == {"ocr_confidence": "0.9", "pages": "3"}
    assert sizes[0] == ((1200, 300), 200)


def test_small_pictures_are_made_larger_and_turned_ones_upright(sizes):
    tags = Image.Exif()
    tags[274] = 6
    with using(HERE):
        FORMAT.read(Blob(encode(blank(400, 100), "JPEG", exif=tags), "a.jpg"))
    assert sizes[0][0] == (200, 800)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_kind_of_colour_is_read(sizes, mode):
    picture = Image.new(mode, (1200, 300))
    with using(HERE):
        FORMAT.read(Blob(encode(picture, "TIFF" if mode in ("CMYK", "I;16") else "PNG"), "a"))
    assert len(sizes) == 1


def test_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(image, "MAX_POINTS", 1000)
    with using(HERE), pytest.raises(Failed) as failure:
        FORMAT.read(Blob(encode(blank(), "PNG"), "a.png"))
    assert failure.value.reason == "too_large"


def test_what_is_cut_off_is_corrupt(sizes):
    picture = blank()
    ImageDraw.Draw(picture).text((10, 10), "budget", fill=0)
    content = encode(picture, "PNG")
    with using(HERE), pytest.raises(Failed) as failure:
        FORMAT.read(Blob(content[: len(content) // 2], "a.png"))
    assert failure.value.reason == "corrupt"


def test_a_picture_without_text_is_told(monkeypatch):
    monkeypatch.setattr(image.ocr, "recognise_picture", lambda picture, *, dots_per_inch: [])
    with using(HERE), pytest.raises(Failed) as failure:
        FORMAT.read(Blob(encode(blank(), "PNG"), "a.png"))
    assert failure.value.reason == "no_text"
