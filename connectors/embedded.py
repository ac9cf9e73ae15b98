"""Pictures and objects that stand in a document: which of them are worth to be read in turn, as members of it."""

import io
from collections.abc import Iterable

from connectors import tools
from connectors.contract import MemberFile
from connectors.tools import Tool

MAX_PICTURES = 20
MIN_LONG_SIDE, MIN_SHORT_SIDE = 800, 400
"""Pixels below which a picture is a logo, a stamp or an ornament, and not a page or table that somebody pasted."""

_MAX_SIDE = 20_000
PICTURE_EXTENSIONS = frozenset({"png", "jpg", "jpeg", "jpe", "jfif", "bmp", "gif", "tif", "tiff", "webp"})
_DRAWING_EXTENSIONS = frozenset({"wmf", "emf", "svg", "pcx", "wdp", "ole", "eps"})


def embedded_members(parts: Iterable[tuple[str, bytes]]) -> tuple[list[MemberFile], bool]:
    """The parts that may hold text of their own, each content once.

    Documents and objects always do. A picture does if it is large enough to be read and there is something to read it
    with; drawings in vector formats and small pictures are left to the document's own text.

    Args:
        parts: (path inside the document, bytes).

    Returns:
        The members, and whether pictures that could hold text had to be left out for want of OCR or for their number.
    """
    members: list[MemberFile] = []
    seen: set[bytes] = set()
    n_pictures = 0
    is_left_out = False
    for path, content in parts:
        extension = path.rpartition(".")[2].lower()
        if not content or content in seen or extension in _DRAWING_EXTENSIONS:
            continue
        seen.add(content)
        if extension in PICTURE_EXTENSIONS:
            if not _is_readable_size(content):
                continue
            if n_pictures >= MAX_PICTURES or not tools.is_available(Tool.OCR):
                is_left_out = True
                continue
            n_pictures += 1
        members.append(MemberFile(path, content, is_embedded=True))
    return members, is_left_out


def _is_readable_size(content: bytes) -> bool:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    is_large = max(width, height) >= MIN_LONG_SIDE and min(width, height) >= MIN_SHORT_SIDE
    return is_large and max(width, height) <= _MAX_SIDE
