"""A small walk over the XML of a Word document, independent of the readers: what it finds, they must bring out."""

from functools import cache

import lxml.etree as etree

from connectors import opc
from connectors.expectation import Expected, TableSizes
from schemas.outcome import Failed

_PRINTED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Struck text, the same drawing again for old programs, what a field is computed from, properties, readings above words.
_LEFT_OUT = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "rPr", "pPr", "tblPr", "tcPr", "sectPr", "rt", "oMath"}
)
_MAX_SPAN = 1_000


def expect(content: bytes) -> Expected:
    """What the body holds: its paragraphs in the order of the file, cells and text boxes too, its tables, its notes.

    Raises:
        Failed: `corrupt`, `archive_bomb`.
    """
    walk = _Walk()
    with opc.open_package(content) as package:
        path = opc.main_part(package) or "word/document.xml"
        body = opc.read_xml(package, path)
        if body is None:
            raise Failed("corrupt", f"no {path}")
        walk.read(body)
        related = {kind: target for kind, target in opc.relations(package, path).values()}
        for kind in ("footnotes", "endnotes"):
            root = opc.read_xml(package, related[kind]) if kind in related else None
            for note in () if root is None else root:
                # The separators above notes are stored as notes too; so are some that nothing refers to any more.
                place = (kind.removesuffix("s"), _value(note, "id"))
                if _value(note, "type") in ("", "normal") and place in walk.references:
                    walk.read_note(note)
    sizes = walk.sizes
    return Expected(tuple(walk.texts), sizes.n_tables, sizes.n_cells, sizes.n_merged, walk.n_notes)


@cache
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: etree._Element | None, name: str = "val") -> str:
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


class _Walk:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.sizes = TableSizes()
        self.references: set[tuple[str, str]] = set()
        self.n_notes = 0

    def read_note(self, note: etree._Element) -> None:
        before = len(self.texts)
        self.read(note)
        self.n_notes += any(text.strip() for text in self.texts[before:])

    def read(self, container: etree._Element) -> None:
        """Take in what stands in a container: a table's own cells before the tables that are nested in them."""
        tables = [container]
        while tables:
            nested: list[etree._Element] = []
            self._read_flow(tables.pop(), nested)
            tables.extend(reversed(nested))

    def _read_flow(self, container: etree._Element, nested: list[etree._Element]) -> None:
        """Take in a container without recursion, so that depth costs no stack; tables inside a table go to `nested`."""
        is_table = _local(container.tag) == "tbl"
        stack = list(reversed(container))
        while stack:
            node = stack.pop()
            name = _local(node.tag)
            if name in _LEFT_OUT or (name == "tr" and _is_struck(node)):
                continue
            if name == "p":
                inner: list[etree._Element] = []
                self.texts.append(self._paragraph(node, inner))
                stack.extend(reversed(inner))
            elif name == "tbl":
                if _rows(node):
                    self.sizes.add(*_spans(node))
                if is_table:
                    nested.append(node)
                else:
                    # the cells of a table in running text, and after them what is nested in these
                    self.read(node)
            else:
                stack.extend(reversed(node))

    def _paragraph(self, paragraph: etree._Element, inner: list[etree._Element]) -> str:
        """The text of a paragraph; what stands in its text boxes goes to `inner`."""
        pieces: list[str] = []
        stack = list(reversed(paragraph))
        while stack:
            node = stack.pop()
            name = _local(node.tag)
            if name in _LEFT_OUT:
                continue
            if name == "t":
                pieces.append(node.text or "")
            elif name in _PRINTED:
                pieces.append(_PRINTED[name])
            elif name == "txbxContent":
                inner.append(node)
            elif name in ("footnoteReference", "endnoteReference"):
                self.references.add((name.removesuffix("Reference"), _value(node, "id")))
            else:
                stack.extend(reversed(node))
        return "".join(pieces)


def _rows(table: etree._Element) -> list[etree._Element]:
    """The rows of a table, those in content controls too, and none of a table inside it."""
    rows = _children(table, "tr", ("sdt", "sdtContent", "customXml", "ins"))
    return [row for row in rows if not _is_struck(row)]


def _is_struck(row: etree._Element) -> bool:
    return row.find("{*}trPr/{*}del") is not None


def _children(parent: etree._Element, wanted: str, wrappers: tuple[str, ...]) -> list[etree._Element]:
    found: list[etree._Element] = []
    stack = list(reversed(parent))
    while stack:
        node = stack.pop()
        name = _local(node.tag)
        if name == wanted:
            found.append(node)
        elif name in wrappers:
            stack.extend(reversed(node))
    return found


def _spans(table: etree._Element) -> tuple[list[tuple[int, int, int, int]], int, int]:
    """The cells' (row, column, rows, columns) from 0, and the table's rows and columns."""
    n_rows = n_cols = 0
    spans: list[list[int]] = []
    above: dict[int, list[int]] = {}
    for row, element in enumerate(_rows(table)):
        properties = element.find("{*}trPr")
        col = _number(None if properties is None else properties.find("{*}gridBefore"), 0)
        reached: dict[int, list[int]] = {}
        previous: list[int] | None = None
        for cell in _children(element, "tc", ("sdt", "sdtContent", "customXml", "ins")):
            said = {_local(entry.tag): entry for entry in cell.iterfind("{*}tcPr/*")}
            width = max(_number(said.get("gridSpan"), 1), 1)
            across, down = said.get("hMerge"), said.get("vMerge")
            if across is not None and _value(across) != "restart" and previous is not None:
                previous[3] += width
            elif down is not None and _value(down) != "restart" and col in above:
                previous = reached[col] = above[col]
                previous[2] = row - previous[0] + 1
            else:
                previous = [row, col, 1, width]
                spans.append(previous)
                if down is not None:
                    reached[col] = previous
            col += width
        after = _number(None if properties is None else properties.find("{*}gridAfter"), 0)
        n_rows, n_cols = row + 1, max(n_cols, col + after)
        above = reached
    return [(row, col, rows, cols) for row, col, rows, cols in spans], n_rows if spans else 0, n_cols if spans else 0


def _number(element: etree._Element | None, default: int) -> int:
    value = _value(element)
    return min(int(value), _MAX_SPAN) if value.isdecimal() and len(value) < 10 else default
