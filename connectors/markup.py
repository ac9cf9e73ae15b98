"""HTML to elements, for HTML files, mails and the HTML inside Markdown: blocks, lists, and tables with exact spans."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.composition import begins_item
from connectors.grids import MAX_POSITIONS_IN_ALL, build_grid, find_unit
from connectors.headings import SectionPath, paragraph_kind
from schemas.elements import Cell, Element, ElementKind, grid_text
from schemas.outcome import Failed
from schemas.provenance import Locator

_DROPPED = frozenset([
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "embed", "audio", "video",
    "canvas", "select", "datalist", "map",
])  # fmt: skip
_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption",
])  # fmt: skip
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_KEEPING = _HEADINGS | {"li", "pre", "figcaption", "caption"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WHITESPACE = re.compile(r"[ \t\n\r\f]+")
_BLANKS = " \t\n\r\f"
_ADDRESS = re.compile(r"(?:https?|ftp|mailto|file):", re.IGNORECASE)
_MAX_ADDRESS_CHARACTERS = 2_000
_UNIT_LINE_CHARACTERS = 80
_SPAN = re.compile(r"\s*(\d{1,6})")
_MAX_COL_SPAN = 1_000
_MAX_STEPS = 5_000_000
_MAX_ROW_SPAN = 65_534


@dataclass(frozen=True, slots=True)
class Page:
    """What an HTML page holds: its elements and the title in its head."""

    elements: list[Element]
    title: str | None


def read_markup(text: str, *, first_ordinal: int = 0) -> Page:
    """Read HTML, broken or not; a page without any element gives none.

    Args:
        text: the page, decoded.
        first_ordinal: position that the first element will have in its document, for nested tables to name their outer.

    Raises:
        Failed: `too_many_elements` for tags two thousand deep, or tables beyond two million positions together.
    """
    # bytes with the encoding given, since lxml refuses text that carries a declaration of its own
    # and with the larger of the parser's two depths, since tags that nobody closed go deep
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        # nothing but white space and comments
        root = None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        # what stands deeper is dropped without a word
        raise Failed("too_many_elements", "태그가 너무 깊이 들어 있음")
    if root is None:
        return Page([], None)
    heading = next(root.iter("title"), None)
    title = _collapse("".join(heading.itertext())).strip() if heading is not None else ""
    has_headings = next(root.iter(*_HEADINGS), None) is not None
    composer = _Composer(first_ordinal, has_headings)
    composer.walk(root)
    return Page(composer.elements, title or None)


@dataclass(slots=True)
class _Composer:
    """Elements as they are found in a walk over the page, with the inline text that is still open."""

    first_ordinal: int
    has_headings: bool
    elements: list[Element] = field(default_factory=list)
    sections: SectionPath = field(default_factory=SectionPath)
    inline: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    unit_above: str | None = None
    n_paragraphs: int = 0
    n_tables: int = 0
    n_positions: int = 0

    def walk(self, root: etree._Element) -> None:
        """Walk the page without recursion, so that depth costs no stack."""
        # (node, kind of the block that its text belongs to, whether this is its end)
        stack: list[tuple[etree._Element, str, bool]] = [(root, "", False)]
        while stack:
            node, owner, is_end = stack.pop()
            tag = node.tag
            if not is_end:
                if tag in _DROPPED or _is_hidden(node):
                    self.add_text(node.tail, owner)
                    continue
                if tag == "table" and not _is_layout(node):
                    self.flush(owner)
                    self.add_table(node, None)
                    self.add_text(node.tail, owner)
                    continue
                if tag == "br":
                    self.inline.append("\n")
                elif tag == "img":
                    self.alternatives.append(_collapse(node.get("alt", "")).strip())
                elif tag in _BLOCKS:
                    self.flush(owner, is_preformatted=owner == "pre")
                elif tag == "a":
                    self.links.extend(_addresses([node]))
                inner = _owner_of(tag, owner)
                self.add_text(node.text, inner)
                if len(node):
                    stack.append((node, owner, True))
                    stack.extend([(child, inner, False) for child in reversed(node)])
                    continue
            if tag in _BLOCKS:
                self.flush(_owner_of(tag, owner), is_preformatted=owner == "pre" or tag == "pre")
            self.add_text(node.tail, owner)
        self.flush("")

    def add_text(self, text: str | None, owner: str) -> None:
        if text:
            self.inline.append(text if owner == "pre" else _spaced(text))

    def flush(self, owner: str, *, is_preformatted: bool = False) -> None:
        """End the open paragraph as an element of its owner's kind."""
        if self.inline:
            text = "".join(self.inline)
            self.inline.clear()
            text = text.strip("\n") if is_preformatted else _tidy(text)
            if text.strip():
                self.n_paragraphs += 1
                self.elements.append(self._paragraph(text, owner))
        self.links.clear()
        for alternative in self.alternatives:
            if alternative:
                self.elements.append(Element(kind=ElementKind.IMAGE, text=alternative, section_path=self.sections.path))
        self.alternatives.clear()

    def _paragraph(self, text: str, owner: str) -> Element:
        locator = Locator(paragraph=self.n_paragraphs)
        if owner in _HEADINGS:
            kind, level = ElementKind.TITLE, int(owner[1])
        elif owner == "li":
            kind, level = ElementKind.LIST_ITEM, None
        elif owner in ("figcaption", "caption"):
            kind, level = ElementKind.FIGURE_CAPTION, None
        elif self.has_headings or owner == "pre":
            # numbered lines of a page with real headings are items below them
            kind, level = (ElementKind.LIST_ITEM if begins_item(text) else ElementKind.NARRATIVE_TEXT), None
        else:
            kind, level = paragraph_kind(text)
        path = self.sections.push(level, text) if level is not None else self.sections.path
        self.unit_above = find_unit(text) if len(text) <= _UNIT_LINE_CHARACTERS and "위" in text else None
        links = list(dict.fromkeys(self.links))
        # lists given cost less than defaults, which are copied deeply
        return Element(
            kind=kind, text=text, level=level, section_path=path, locator=locator, links=links, flags=[], marks=[]
        )

    def add_table(self, table: etree._Element, parent: tuple[int, int, int] | None) -> None:
        """Add a table's caption, the table, and the tables nested in its cells after it."""
        for caption in table.iterchildren("caption"):
            self.inline.append(_cell_text(caption))
            self.flush("caption")
        cells, n_rows, n_cols = _place_cells(table)
        rich = [(node, cell) for node, cell in cells if len(node)]
        nested = [(inner, cell) for node, cell in rich for inner in _outermost_tables(node)]
        # mails are full of tables that are nothing but distance
        if not nested and not any(cell.text for _, cell in cells):
            return
        self.n_tables += 1
        self.n_positions += n_rows * n_cols
        if self.n_positions > MAX_POSITIONS_IN_ALL:
            raise Failed("too_many_elements", f"tables of more than {MAX_POSITIONS_IN_ALL:,} positions")
        ordinal = self.first_ordinal + len(self.elements)
        grid = build_grid((cell for _, cell in cells), n_rows, n_cols)
        own_unit = grid.unit
        if own_unit is None and self.unit_above and parent is None:
            grid = grid.model_copy(update={"unit": self.unit_above})
        # A table of one row is often but a line with the unit, above the table that it holds for.
        self.unit_above = own_unit if grid.n_rows == 1 else None
        self.elements.append(
            Element(
                kind=ElementKind.TABLE,
                text=grid_text(grid),
                section_path=self.sections.path,
                locator=Locator(table=self.n_tables),
                table=grid,
                parent=parent,
                links=list(dict.fromkeys(_addresses(anchor for node, _ in rich for anchor in _own_anchors(node)))),
            )
        )
        for inner, cell in nested:
            self.add_table(inner, (ordinal, cell.row, cell.col))


def _place_cells(table: etree._Element) -> tuple[list[tuple[etree._Element, Cell]], int, int]:
    """Each cell with its place, by the rules of HTML: at the first column that no cell from above reaches into."""
    placed: list[tuple[etree._Element, Cell]] = []
    n_rows = n_cols = n_steps = 0
    for group in _row_groups(table):
        reaching: dict[int, int] = {}
        for index, row in enumerate(group):
            n_rows += 1
            rows_left = len(group) - index
            col = 1
            reached = {col: rows - 1 for col, rows in reaching.items() if rows > 1}
            n_steps += len(reached)
            for node in row.iterchildren("td", "th"):
                while reaching and reaching.get(col, 0) > 0:
                    col += 1
                col_span, row_span = node.get("colspan"), node.get("rowspan")
                text = _cell_text(node) if len(node) else _collapse(node.text or "")
                if col_span is None and row_span is None:
                    placed.append((node, Cell(row=n_rows, col=col, text=text)))
                    col += 1
                    continue
                width = _span(col_span, 1, _MAX_COL_SPAN)
                height = min(_span(row_span, rows_left, _MAX_ROW_SPAN), rows_left)
                placed.append((node, Cell(row=n_rows, col=col, row_span=height, col_span=width, text=text)))
                n_steps += width
                if n_steps > _MAX_STEPS:
                    raise Failed("too_many_elements", "칸을 걸친 셀이 너무 많음")
                if height > 1:
                    reached.update(dict.fromkeys(range(col, col + width), height - 1))
                col += width
            n_cols = max(n_cols, col - 1)
            reaching = reached
    return placed, n_rows, n_cols


def _row_groups(table: etree._Element) -> Iterator[list[etree._Element]]:
    loose: list[etree._Element] = []
    for child in table:
        tag = child.tag
        if tag == "tr":
            loose.append(child)
        elif tag in ("thead", "tbody", "tfoot"):
            if loose:
                yield loose
                loose = []
            yield list(child.iterchildren("tr"))
    if loose:
        yield loose


def _span(value: str | None, if_zero: int, most: int) -> int:
    digits = _SPAN.match(value) if value else None
    if digits is None:
        return 1
    return min(int(digits[1]), most) or if_zero


def _cell_text(cell: etree._Element) -> str:
    parts: list[str] = [_spaced(cell.text)]
    # nodes still to come, and between them the text that follows the ones before
    stack: list[etree._Element | str] = list(reversed(cell))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag
        if node.tail:
            stack.append(_spaced(node.tail))
        if tag == "table":
            parts.append("\n")
            continue
        if tag in _DROPPED or _is_hidden(node):
            continue
        if tag in _BLOCKS:
            parts.append("\n")
            stack.append("\n")
        elif tag == "br":
            parts.append("\n")
        parts.append(_spaced(node.text))
        stack.extend(reversed(node))
    return _tidy("".join(parts))


def _addresses(anchors: Iterable[etree._Element]) -> Iterator[str]:
    for anchor in anchors:
        address = anchor.get("href", "").strip()
        # A place on the same page is no address, and a script is none either.
        if _ADDRESS.match(address):
            yield address[:_MAX_ADDRESS_CHARACTERS]


def _own_anchors(cell: etree._Element) -> Iterator[etree._Element]:
    """The anchors of a cell that are not those of a table inside it, which has them itself."""
    stack = list(reversed(cell))
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag == "a":
            yield node
        if tag != "table" and len(node) and tag not in _DROPPED and not _is_hidden(node):
            stack.extend(reversed(node))


def _outermost_tables(cell: etree._Element) -> Iterator[etree._Element]:
    stack = list(reversed(cell))
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag == "table":
            yield node
        elif len(node) and tag not in _DROPPED and not _is_hidden(node):
            stack.extend(reversed(node))


def _is_layout(table: etree._Element) -> bool:
    """Whether a table only arranges a page: it says so, or it holds other tables and is one cell or without own words."""
    if table.get("role") in ("presentation", "none"):
        return True
    if next(table.iterdescendants("table"), None) is None:
        return False
    cells = [cell for group in _row_groups(table) for row in group for cell in row.iterchildren("td", "th")]
    if not any(next(_outermost_tables(cell), None) is not None for cell in cells):
        return False
    return len(cells) == 1 or not any(_cell_text(cell) for cell in cells)


def _owner_of(tag: str, owner: str) -> str:
    """The block that text inside `tag` belongs to: headings, items and captions keep it over the blocks in them."""
    if tag in _KEEPING:
        return tag
    if tag not in _BLOCKS or owner == "pre" or tag in ("p", "div", "center"):
        return owner
    return ""


def _is_hidden(node: etree._Element) -> bool:
    style = node.get("style")
    return (style is not None and _HIDDEN.search(style) is not None) or node.get("hidden") is not None


def _spaced(text: str | None) -> str:
    if not text:
        return ""
    # most of what stands between tags is nothing but their indentation
    return _WHITESPACE.sub(" ", text) if text.strip(_BLANKS) else " "


def _collapse(text: str) -> str:
    # To look for what there is to replace costs less than to replace it, and words without any are the rule.
    text = text.strip(_BLANKS)
    is_clean = "  " not in text and "\n" not in text and "\t" not in text and "\r" not in text and "\f" not in text
    return text if is_clean else _WHITESPACE.sub(" ", text)


def _tidy(text: str) -> str:
    """Blanks round line breaks go, and so do empty lines."""
    if "\n" not in text:
        return _collapse(text)
    return "\n".join([line for line in map(_collapse, text.split("\n")) if line])
