"""Which paragraphs of an HWP 5 document are headings: by outline, by the name of their style, or by larger type."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from connectors.composition import begins_item
from connectors.hangul.hwp5_body import Paragraph
from connectors.hangul.hwp5_docinfo import DocInfo, ParaHead, ParaShape
from connectors.headings import heading_level

# From the fourth on, outline levels number the points of the text itself more often than its sections.
_DEEPEST_CERTAIN_LEVEL = 3
_DEEPEST_LEVEL = 7
_MAX_WEIGHT = 200
_MIN_PARAGRAPHS, _MIN_CHARACTERS = 3, 40
_RATIOS = ((1.5, 1), (1.25, 2), (1.1, 3))
_OTHER_NUMBER = "No"
_ASIDES = ("※", "*", "주:", "주)", "(단위", "(단 위", "<표", "<그림", "[표", "[그림")


class HeadingFinder:
    """Finds headings by what DocInfo says of paragraphs, against the size of type that most of the text is set in.

    Args:
        info: shapes and styles.
        paragraphs: the document's paragraphs outside of tables.
    """

    def __init__(self, info: DocInfo, paragraphs: Iterable[Paragraph]) -> None:
        self._info = info
        self._body_size = self._most_common_size(paragraphs)

    def level_of(self, paragraph: Paragraph) -> tuple[int, bool, bool]:
        """The level of the heading that a paragraph is, 0 if none; whether an author said so; whether it is an item."""
        shape = self._para_shape(paragraph.para_shape)
        style = self._info.styles[paragraph.style] if 0 <= paragraph.style < len(self._info.styles) else None
        named = style.level if style else 0
        if shape.head is ParaHead.BULLET:
            return 0, False, True
        if shape.head is ParaHead.OUTLINE:
            named = shape.level
        if 0 < named <= _DEEPEST_CERTAIN_LEVEL:
            return named, True, False
        is_item = shape.head is ParaHead.NUMBER
        if named:
            is_heading = named <= _DEEPEST_LEVEL and _is_short_name(paragraph.text)
            return (named, False, is_item) if is_heading else (0, False, heading_level(paragraph.text) is None)
        return self._level_by_size(paragraph), False, is_item

    def _para_shape(self, number: int) -> ParaShape:
        shapes = self._info.para_shapes
        return shapes[number] if 0 <= number < len(shapes) else ParaShape()

    def _level_by_size(self, paragraph: Paragraph) -> int:
        size = self._size(paragraph)
        if not self._body_size or not size or not _is_short_name(paragraph.text):
            return 0
        return next((level for ratio, level in _RATIOS if size / self._body_size >= ratio), 0)

    def _size(self, paragraph: Paragraph) -> int:
        sizes = self._info.char_sizes
        return sizes[paragraph.char_shape] if 0 <= paragraph.char_shape < len(sizes) else 0

    def _most_common_size(self, paragraphs: Iterable[Paragraph]) -> int:
        weights: Counter[int] = Counter()
        count = 0
        for paragraph in paragraphs:
            text = paragraph.text.strip()
            size = self._size(paragraph)
            if text and size > 0 and not text.startswith(_ASIDES):
                count += 1
                weights[size] += min(len(text), _MAX_WEIGHT)
        if count < _MIN_PARAGRAPHS or weights.total() < _MIN_CHARACTERS:
            return 0
        return min(weights, key=lambda size: (-weights[size], size))


def _is_short_name(text: str) -> bool:
    line = text.strip()
    if line.startswith("(") and line.endswith(")"):
        return False
    if not line or line.startswith(_ASIDES) or begins_item(line) or unicodedata.category(line[0]) == _OTHER_NUMBER:
        return False
    # What would be no heading behind a square, the mark that says least of what follows, is none without it either.
    return heading_level(f"□ {line}") is not None
