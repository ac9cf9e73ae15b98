"""PDF with a text layer: pages and paragraphs put together from pdfium's lines. Tables are read as lines of text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from connectors.composition import Composer, begins_item
from connectors.contract import Blob, Document
from connectors.headings import heading_level
from schemas.elements import ElementKind
from schemas.outcome import Failed

MAX_PAGES = 5_000
_HEAD_BYTES = 1024
_PASSWORD_ERRORS = (4, 5)

# A wrapped line reaches about as far right as the next one, and lies close above it at the same margin.
_RAGGED_EMS = 2.0
_LINE_PITCH_EMS = 2.4
_INDENT_EMS = 5.0
_WRAPPED_WIDTH = 0.4
_TEXT_DENSITY = 0.8
_COLUMN_QUANTILE = 0.8
_SAME_SIZE = 1.35

_PAGE_NUMBER = re.compile(r"\s*[-–—]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*(?:/\s*\d{1,4})?\s*[-–—]?\s*")
# The end of a sentence that was carried over, 다. as in 하였다., and not the third item after 가. and 나.
_SENTENCE_TAIL = re.compile(r"다\.(?:\s|$)")
_LEADERS = re.compile(r"(?:[·.…‥・⋯]\s?){5}")
_HANGUL_END = re.compile(r"\S*[가-힣]$")
_HANGUL_START = re.compile(r"^[가-힣]\S*")
_HYPHEN_UNIT = 0x02
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page with its box, in points from the page's lower left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def em(self) -> float:
        """Height of the line, for want of its type's size."""
        return max(self.top - self.bottom, 1.0)

    @property
    def density(self) -> float:
        """How tightly the line is set: about 1 and more for running text, less where it is cells with gaps between."""
        ems = sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in self.text)
        return ems * self.em / max(self.right - self.left, 1.0)


class Pdf:
    """PDF documents; one without a text layer, such as a scan, is told from one that has it."""

    name = "pdf"
    label = "PDF 문서"
    distributions = ("pypdfium2",)
    version = 1
    preload = ("pypdfium2",)

    def sniff(self, blob: Blob) -> float:
        """Certain by the marker, which may stand a little way into the file."""
        at = blob.content.find(b"%PDF-", 0, _HEAD_BYTES)
        return 1.0 if at == 0 else 0.8 if at > 0 else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `password_pdf`, `corrupt`, `no_text`, `too_many_elements`.
        """
        import pypdfium2

        try:
            document = pypdfium2.PdfDocument(blob.content)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) in _PASSWORD_ERRORS:
                raise Failed("password_pdf") from error
            raise Failed("corrupt", str(error)) from error
        try:
            if len(document) > MAX_PAGES:
                raise Failed("too_many_elements", f"{len(document):,} pages")
            pages = [_page_lines(document, number) for number in range(len(document))]
            title = document.get_metadata_dict().get("Title", "").strip()
        except pypdfium2.PdfiumError as error:
            raise Failed("corrupt", str(error)) from error
        finally:
            document.close()
        words = Counter(word for lines in pages for line in lines for word in line.text.split()[1:-1])
        composer = Composer()
        for number, lines in enumerate(pages, start=1):
            composer.page = number
            for paragraph in _paragraphs(lines):
                if len(paragraph) == 1 and _PAGE_NUMBER.fullmatch(paragraph[0].text):
                    composer.add_element(ElementKind.FOOTER, paragraph[0].text)
                else:
                    composer.add_paragraph(_joined(paragraph, words))
        if not composer.has_text():
            raise Failed("no_text")
        return Document(
            reader=f"pypdfium2 {version('pypdfium2')}",
            elements=composer.elements,
            title=composer.opening_title() or title or None,
        )


def _page_lines(document: Any, number: int) -> list[Line]:
    """The lines of a page in the order of its content, each with the box of its printed characters."""
    page = document[number]
    text_page = page.get_textpage()
    try:
        return list(_lines(text_page))
    finally:
        text_page.close()
        page.close()


def _lines(text_page: Any) -> Iterator[Line]:
    import pypdfium2.raw as pdfium

    units: list[int] = []
    printed: list[int] = []
    count = text_page.count_chars()
    for index in range(count + 1):
        unit = pdfium.FPDFText_GetUnicode(text_page.raw, index) if index < count else 0x0A
        if unit != 0x0A:
            units.append(unit)
            if unit > 0x20 or unit == _HYPHEN_UNIT:
                printed.append(index)
            continue
        text = _decoded(units)
        if text.strip() and printed:
            first, last = (text_page.get_charbox(at, loose=True) for at in (printed[0], printed[-1]))
            middle = text_page.get_charbox(printed[len(printed) // 2], loose=True)
            tops, bottoms = zip(*((box[3], box[1]) for box in (first, middle, last)), strict=True)
            yield Line(text, min(first[0], last[0]), min(bottoms), max(first[2], last[2]), max(tops))
        units.clear()
        printed.clear()


def _decoded(units: list[int]) -> str:
    text = "".join(map(chr, units)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", text.replace(chr(_HYPHEN_UNIT), "-"))


def _paragraphs(lines: list[Line]) -> Iterator[list[Line]]:
    widths = sorted(line.right - line.left for line in lines)
    width = widths[int(_COLUMN_QUANTILE * len(widths))] if widths else 0.0
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and not _is_wrapped(paragraph[-1], line, width):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _is_wrapped(line: Line, following: Line, width: float) -> bool:
    """Whether a line goes on in the following one, in a column of about that width."""
    is_begun = begins_item(following.text) or heading_level(following.text) is not None
    if is_begun and not (_SENTENCE_TAIL.match(following.text) and _HANGUL_END.search(line.text)):
        return False
    if heading_level(line.text) is not None or _PAGE_NUMBER.fullmatch(line.text) or _LEADERS.search(line.text):
        return False
    em = max(line.em, following.em)
    return (
        0 < line.top - following.top <= _LINE_PITCH_EMS * em
        and abs(line.left - following.left) <= _INDENT_EMS * em
        and em <= _SAME_SIZE * min(line.em, following.em)
        and line.right >= following.right - _RAGGED_EMS * em
        and line.right - line.left >= _WRAPPED_WIDTH * width
        and line.density >= _TEXT_DENSITY
    )


def _joined(lines: list[Line], words: Counter[str]) -> str:
    text = lines[0].text
    for line in lines[1:]:
        text += _gap(text, line.text, words) + line.text.lstrip()
    return text


def _gap(text: str, following: str, words: Counter[str]) -> str:
    """What stood between two lines: nothing where a word was cut, which stands whole elsewhere, else a space."""
    if text.endswith((" ", "-")):
        return ""
    end, start = _HANGUL_END.search(text), _HANGUL_START.search(following.lstrip())
    if end and start:
        whole = words[end.group() + start.group()]
        return "" if whole > min(words[end.group()], words[start.group()]) else " "
    return " "


FORMAT = Pdf()
