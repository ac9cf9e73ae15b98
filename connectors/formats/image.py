"""Pictures of text: PNG, JPEG, TIFF with all its pages, BMP, GIF and WEBP, recognised by tesseract."""

import io
from collections.abc import Iterator
from typing import Any

from connectors import ocr, tools
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.ocr import RecognisedLine
from connectors.tools import Tool
from schemas.elements import Flag, Property
from schemas.outcome import Failed

MAX_PAGES = 300
MAX_POINTS = 50_000_000
MAX_DRAFTED_POINTS = 400_000_000

_MAGIC = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"GIF87a",
    b"GIF89a",
)
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "MPO")
_BITMAP_HEAD_BYTES = 26
_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_SMALL, _MAGNIFIED = 1_000, 2
_LEAST_SIDE = 16
_USUAL_RESOLUTION = (70, 1200)
_GUESSED_RESOLUTION = 150
_CREATED, _AUTHOR, _SOFTWARE = 306, 315, 305


class Image:
    """Pictures; the text in them is recognised."""

    name = "image"
    label = "그림"
    distributions = ("pillow",)
    version = 1
    preload = ("PIL.Image", "PIL.ImageOps", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.TiffImagePlugin")
    keeps = ("그림 속의 글(글자 인식)", "여러 쪽의 TIFF", "인식의 확신도", "옆으로 누운 그림의 글")
    loses = ("표의 격자", "글자의 크기와 색", "손글씨", "움직이는 그림의 둘째 장면부터")

    def sniff(self, blob: Blob) -> float:
        """Certain by the first bytes."""
        content = blob.content
        if content.startswith(_MAGIC) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
            return 1.0
        return 0.9 if _is_bitmap(content) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            connectors.tools.NeedsTool: it is to be read where OCR may be started.
            Failed: `ocr_unavailable`, `no_text`, `corrupt`, `too_large`.
        """
        import PIL
        from PIL import Image as pillow
        from PIL import UnidentifiedImageError

        tools.require(Tool.OCR)
        composer = Composer()
        recognised: list[RecognisedLine] = []
        is_cut = False
        try:
            with pillow.open(io.BytesIO(blob.content), formats=_FORMATS) as picture:
                properties = _properties(picture)
                n_pages = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
                is_cut = n_pages > MAX_PAGES
                for number, page in enumerate(_pages(picture, min(n_pages, MAX_PAGES)), start=1):
                    composer.page = number if n_pages > 1 else None
                    lines = ocr.recognise_picture(page, dots_per_inch=_resolution(picture, page))
                    ocr.add_recognised(composer, lines)
                    recognised += lines
        except pillow.DecompressionBombError as error:
            raise Failed("too_large", str(error)) from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
            raise Failed("corrupt", str(error)) from error
        if not composer.has_text():
            raise Failed("no_text")
        properties.append(Property(name="ocr_confidence", value=str(ocr.mean_confidence(recognised))))
        if n_pages > 1:
            properties.append(Property(name="pages", value=str(n_pages)))
        return Document(
            reader=f"tesseract {tools.current().ocr_version.removeprefix('tesseract ')} · pillow {PIL.__version__}",
            elements=composer.elements,
            title=composer.opening_title(),
            flags=[Flag.OCR, Flag.PAGES_WITHOUT_TEXT] if is_cut else [Flag.OCR],
            properties=properties,
        )


def _pages(picture: Any, n_pages: int) -> Iterator[Any]:
    """The pages upright, in grey, small ones made larger."""
    from PIL import ImageOps

    for index in range(n_pages):
        if n_pages > 1:
            picture.seek(index)
        points = picture.width * picture.height
        if points > MAX_POINTS and picture.format == "JPEG" and points <= MAX_DRAFTED_POINTS:
            # A JPEG is decoded at half or a quarter of its size, at less cost than the whole.
            picture.draft("L", (picture.width // 2, picture.height // 2))
            points = picture.width * picture.height
        if points > MAX_POINTS:
            raise Failed("too_large", f"{picture.width:,} x {picture.height:,}")
        page = _grey(ImageOps.exif_transpose(picture))
        if min(page.size) < _LEAST_SIDE:
            continue
        if max(page.size) < _SMALL:
            page = page.resize((page.width * _MAGNIFIED, page.height * _MAGNIFIED))
        yield page


def _grey(picture: Any) -> Any:
    """The picture in grey, on white where it lets the ground through."""
    from PIL import Image as pillow

    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if picture.mode in ("I;16", "I;16B", "I"):
        return picture.point(lambda value: value / 256).convert("L")
    if picture.mode in ("LA", "RGBA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = pillow.new("RGBA", picture.size, "white")
        return pillow.alpha_composite(ground, picture).convert("L")
    return picture.convert("L")


def _resolution(picture: Any, page: Any) -> int:
    """Dots per inch that the picture says of itself, if that can be; else what makes it about a page."""
    said = picture.info.get("dpi", (0, 0))
    dots = int(said[0]) if isinstance(said, tuple) and said else 0
    factor = _MAGNIFIED if page.width >= _MAGNIFIED * picture.width else 1
    if _USUAL_RESOLUTION[0] <= dots <= _USUAL_RESOLUTION[1]:
        return dots * factor
    return _GUESSED_RESOLUTION * factor


def _properties(picture: Any) -> list[Property]:
    found: list[Property] = []
    tags = picture.getexif()
    created = str(tags.get(_CREATED, "")).strip("\0 ")
    date, _, moment = created.partition(" ")
    if len(date) == 10 and date[:4].isdigit() and date[:4] != "0000":
        found.append(Property(name="created_at", value=f"{date.replace(':', '-')}T{moment or '00:00:00'}"))
    for tag, name in ((_AUTHOR, "author"), (_SOFTWARE, "application")):
        value = str(tags.get(tag, "")).strip("\0 ")
        if value:
            found.append(Property(name=name, value=value))
    return found


def _is_bitmap(content: bytes) -> bool:
    """Whether it is a BMP: two letters alone could begin any text."""
    if content[:2] != b"BM" or len(content) < _BITMAP_HEAD_BYTES:
        return False
    start = int.from_bytes(content[10:14], "little")
    return int.from_bytes(content[14:18], "little") in _BITMAP_HEADERS and start < len(content)


FORMAT = Image()
