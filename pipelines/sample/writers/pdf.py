"""PDF files written by hand: Korean text in a composite font that is not embedded, and a page that is only a picture.

The font's codes are the characters' own UTF-16 values (`Identity-H`), and a ToUnicode map says so: a reader gets exact
text, while a viewer without the font shows a substitute.
"""

from collections.abc import Iterable, Sequence

from pipelines.sample.manuscript import Heading, Manuscript, Table, unit_line
from pipelines.sample.writers.pdf_objects import assemble, page_tree, stream
from schemas.elements import Grid

_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 595, 842, 60
_BODY, _HEADING, _TITLE, _SMALL = 10, 12, 16, 8
_LEADING = 1.6
_ROW_HEIGHT = 16
_MAP_ENTRIES_AT_ONCE = 100

_MAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_MAP_FOOT = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"


def write_pdf(manuscript: Manuscript) -> bytes:
    """The manuscript as a PDF with text; lines are broken at spaces, so that joined lines give the words back."""
    pages = _Layout()
    for number, block in enumerate(manuscript.blocks):
        if isinstance(block, Table):
            unit = unit_line(block.grid)
            if unit:
                pages.write(unit, _SMALL, indent=_PAGE_WIDTH - 2 * _MARGIN - _width(unit, _SMALL))
            pages.rule(block.grid)
        else:
            size = _TITLE if number == 0 else _HEADING if isinstance(block, Heading) else _BODY
            pages.write(block.text, size)
    characters = sorted({character for line in _texts(manuscript) for character in line})
    return _assemble(["\n".join(page).encode("ascii") for page in pages.contents], characters)


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


class _Layout:
    """Places lines and ruled tables from the top of a page downwards, and begins a new page when one is full."""

    def __init__(self) -> None:
        self.contents: list[list[str]] = []
        self._top = 0.0

    def write(self, text: str, size: int, *, indent: float = 0.0) -> None:
        for line in _broken(text, size, _PAGE_WIDTH - 2 * _MARGIN - indent):
            baseline = self._advance(size * _LEADING)
            self.contents[-1].append(_show(line, size, _MARGIN + indent, baseline))

    def rule(self, grid: Grid) -> None:
        if self._top - grid.n_rows * _ROW_HEIGHT < _MARGIN:
            self._begin_page()
        top, width = self._top - 4, (_PAGE_WIDTH - 2 * _MARGIN) / grid.n_cols
        page = self.contents[-1]
        for cell in grid.cells:
            left = _MARGIN + (cell.col - 1) * width
            upper = top - (cell.row - 1) * _ROW_HEIGHT
            height = cell.row_span * _ROW_HEIGHT
            page.append(f"{left:.2f} {upper - height:.2f} {cell.col_span * width:.2f} {height:.2f} re S")
            if cell.text:
                page.append(_show(cell.text.replace("\n", " "), _SMALL, left + 3, upper - _ROW_HEIGHT + 5))
        self._top = top - grid.n_rows * _ROW_HEIGHT - 6

    def _advance(self, height: float) -> float:
        if not self.contents or self._top - height < _MARGIN:
            self._begin_page()
        self._top -= height
        return self._top

    def _begin_page(self) -> None:
        self.contents.append([])
        self._top = float(_PAGE_HEIGHT - _MARGIN)


def _texts(manuscript: Manuscript) -> Iterable[str]:
    yield from manuscript.lines()
    for grid in manuscript.grids():
        yield unit_line(grid) or ""
        yield from (cell.text.replace("\n", " ") for cell in grid.cells)


def _width(text: str, size: float) -> float:
    return size * sum(0.5 if character < "\x7f" else 1.0 for character in text)


def _broken(text: str, size: int, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and _width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _show(text: str, size: float, left: float, baseline: float) -> str:
    return f"BT /F1 {size} Tf {left:.2f} {baseline:.2f} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def _assemble(contents: Sequence[bytes], characters: Sequence[str]) -> bytes:
    first_page = 7
    kids = [first_page + 2 * number for number in range(len(contents))]
    objects = [
        _CATALOG,
        page_tree(kids),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /MalgunGothic /Encoding /Identity-H /DescendantFonts [4 0 R] "
        b"/ToUnicode 6 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /MalgunGothic /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R /DW 1000 /W [32 126 500] /CIDToGIDMap /Identity >>",
        b"<< /Type /FontDescriptor /FontName /MalgunGothic /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
        b"/Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>",
        stream("", _unicode_map(characters).encode("ascii")),
    ]
    for kid, content in zip(kids, contents, strict=True):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_PAGE_WIDTH} {_PAGE_HEIGHT}] "
        resources = f"/Resources << /Font << /F1 3 0 R >> >> /Contents {kid + 1} 0 R >>"
        objects += [(page + resources).encode("ascii"), stream("", content)]
    return assemble(objects)


def _unicode_map(characters: Sequence[str]) -> str:
    codes = [character.encode("utf-16-be").hex().upper() for character in characters]
    parts = [_MAP_HEAD]
    for at in range(0, len(codes), _MAP_ENTRIES_AT_ONCE):
        batch = codes[at : at + _MAP_ENTRIES_AT_ONCE]
        parts.append(f"{len(batch)} beginbfchar\n" + "".join(f"<{code}> <{code}>\n" for code in batch) + "endbfchar\n")
    return "".join([*parts, _MAP_FOOT])
