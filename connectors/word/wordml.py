"""The parts of a Word document as they stand in the package: final text, whole paragraphs, exact tables.

Content controls, insertions and alternatives give way to what they hold, deletions go, and text boxes are taken out of
the paragraphs that they hang on, so that what is left is paragraphs and tables alone.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.grids import build_grid
from connectors.opc import local_name, main_part, read_xml
from connectors.word.officemath import linear
from connectors.word.wordnumbering import attribute, value_of
from connectors.word.wordstyles import Styles, read_styles
from schemas.elements import Cell, Grid
from schemas.outcome import Failed

_WRAPPERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "fldSimple", "dir", "bdo"})
_STRUCK = frozenset({"del", "moveFrom", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr"})
_CHANGES = frozenset({"ins", "del", "moveTo", "moveFrom"})
_UNPRINTED = frozenset({"pPr", "rPr", "rt", "oMath", "oMathPara", "instrText", "del", "moveFrom", "txbxContent"})
_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_BLOCKS = ("p", "tbl", "altChunk")
_CHANGED = "changed"
_SYMBOL = re.compile(r"[0-9A-CE-Fa-ce-f][0-9A-Fa-f]{3}")
_LINK_FIELD = re.compile(r'HYPERLINK\s+"([^"]+)"')
_TRANSITIONAL_LINK = "hyperlink"
_MAX_SPAN = 10_000
_MAX_BLOCKS = 250_000


@dataclass
class Block:
    """A paragraph or table of the body, the page that it begins on (where Word noted pages), and its text boxes."""

    element: etree._Element
    page: int | None = None
    boxes: list[etree._Element] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """Whether it is a table."""
        return local_name(self.element) == "tbl"


@dataclass
class Relations:
    """What a part relates to: (last word of the type, path) by id, and the addresses outside the package by id."""

    inside: dict[str, tuple[str, str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def path_of(self, kind: str) -> str | None:
        """The first part of a kind, such as `styles`."""
        return next((path for name, path in self.inside.values() if name == kind), None)


@dataclass
class Body:
    """A document's blocks, notes and comments by (kind, id), its styles, numbering, and what it relates to."""

    blocks: list[Block]
    notes: dict[tuple[str, str], list[etree._Element]]
    styles: Styles
    numbering: etree._Element | None
    relations: Relations
    last_section: etree._Element | None
    has_even_pages: bool


def read_body(package: zipfile.ZipFile) -> Body:
    """Take a document apart.

    Raises:
        Failed: `corrupt` if there is no body, `too_many_elements`, and whatever the parts raise.
    """
    path = main_part(package) or "word/document.xml"
    root = read_xml(package, path)
    body = None if root is None else root.find("{*}body")
    if root is None or body is None:
        raise Failed("corrupt", f"no body in {path}")
    related = read_relations(package, path)
    simplify(root)
    numbering = _part(package, related.path_of("numbering"))
    if numbering is not None:
        _choose_alternatives(numbering)
    settings = _part(package, related.path_of("settings"))
    even = None if settings is None else settings.find("{*}evenAndOddHeaders")
    return Body(
        blocks=_blocks(body),
        notes={
            key: note
            for kind in ("footnote", "endnote", "comment")
            for key, note in _notes(_part(package, related.path_of(f"{kind}s")), kind).items()
        },
        styles=read_styles(_part(package, related.path_of("styles"))),
        numbering=numbering,
        relations=related,
        last_section=body.find("{*}sectPr"),
        has_even_pages=even is not None and value_of(even) not in ("0", "false", "off"),
    )


def read_relations(package: zipfile.ZipFile, source: str) -> Relations:
    """What a part relates to, inside the package and outside it."""
    folder, name = posixpath.split(source)
    root = read_xml(package, posixpath.join(folder, "_rels", f"{name}.rels"))
    found = Relations()
    for relation in () if root is None else root.iter("{*}Relationship"):
        relation_id, target = relation.get("Id", ""), relation.get("Target", "")
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.inside[relation_id] = (kind, path)
        elif kind == _TRANSITIONAL_LINK:
            found.links[relation_id] = target
    return found


def simplify(root: etree._Element) -> None:
    """Keep the final text alone, noting at each paragraph and table whether somebody's changes were taken into it."""
    _choose_alternatives(root)
    for element in list(root.iter(*(f"{{*}}{name}" for name in sorted(_WRAPPERS | _STRUCK)))):
        name = local_name(element)
        parent = element.getparent()
        if parent is None:
            continue
        if name in _CHANGES:
            _note_change(element, parent)
        if name in _STRUCK:
            row = parent.getparent() if local_name(parent) == "trPr" else None
            # A deletion in a row's properties is that of the row, one in a paragraph mark's is that of the mark.
            if row is not None and row.getparent() is not None:
                row.getparent().remove(row)
            elif local_name(parent) != "rPr":
                parent.remove(element)
        elif local_name(parent) not in ("rPr", "trPr"):
            _unwrap(element)
    _join_across_deleted_marks(root)


def _note_change(element: etree._Element, parent: etree._Element) -> None:
    if local_name(parent) == "rPr" and len(element) == 0 and local_name(element) in ("ins", "moveTo"):
        # Somebody pressed the return key: the paragraph is in the final text as it stands.
        return
    for ancestor in element.iterancestors("{*}p", "{*}tbl"):
        ancestor.set(_CHANGED, "1")
    for inner in element.iter("{*}p"):
        inner.set(_CHANGED, "1")


def _join_across_deleted_marks(root: etree._Element) -> None:
    marks = [mark for mark in root.iter("{*}rPr") if local_name(mark.getparent()) == "pPr" and _is_deleted(mark)]
    for mark in reversed(marks):
        paragraph = mark.getparent().getparent()
        following = None if paragraph is None else paragraph.getnext()
        if paragraph is None or following is None or local_name(following) != "p":
            continue
        at = next((index + 1 for index, child in enumerate(following) if local_name(child) == "pPr"), 0)
        following[at:at] = [child for child in paragraph if local_name(child) != "pPr"]
        following.set(_CHANGED, "1")
        paragraph.getparent().remove(paragraph)


def _is_deleted(mark: etree._Element) -> bool:
    return mark.find("{*}del") is not None or mark.find("{*}moveFrom") is not None


def _choose_alternatives(root: etree._Element) -> None:
    for alternate in list(root.iter("{*}AlternateContent")):
        chosen = next(iter(alternate), None)
        parent = alternate.getparent()
        if parent is not None:
            at = parent.index(alternate)
            parent[at : at + 1] = [] if chosen is None else list(chosen)


def _unwrap(element: etree._Element) -> None:
    """Put an element's children in its place."""
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = list(element)


def _blocks(body: etree._Element) -> list[Block]:
    has_pages = next(body.iter("{*}lastRenderedPageBreak"), None) is not None
    page = 1
    blocks: list[Block] = []
    for element in body:
        if local_name(element) not in _BLOCKS:
            continue
        if len(blocks) >= _MAX_BLOCKS:
            # empty paragraphs come to no element, so that nothing else would stop a million of them
            raise Failed("too_many_elements", f"more than {_MAX_BLOCKS:,} paragraphs")
        breaks_before_text, breaks = _page_breaks(element) if has_pages else (0, 0)
        blocks.append(Block(element, page + breaks_before_text if has_pages else None, pull_boxes(element)))
        page += breaks
    return blocks


def _page_breaks(element: etree._Element) -> tuple[int, int]:
    before_text, breaks, has_text = 0, 0, False
    for child in element.iter("{*}lastRenderedPageBreak", "{*}t"):
        if local_name(child) == "t":
            has_text = has_text or bool(child.text)
        else:
            breaks += 1
            before_text += not has_text
    return before_text, breaks


def pull_boxes(element: etree._Element) -> list[etree._Element]:
    """Take the text boxes out of a block, outer ones before those inside them, and return them."""
    boxes = list(element.iter("{*}txbxContent"))
    for box in boxes:
        box.getparent().remove(box)
    return boxes


def _part(package: zipfile.ZipFile, path: str | None) -> etree._Element | None:
    return read_xml(package, path) if path else None


def _notes(root: etree._Element | None, kind: str) -> dict[tuple[str, str], list[etree._Element]]:
    notes: dict[tuple[str, str], list[etree._Element]] = {}
    if root is not None:
        simplify(root)
        for note in root.iter(f"{{*}}{kind}"):
            if attribute(note, "type") in (None, "normal"):
                notes[kind, attribute(note, "id") or ""] = [note]
    return notes


def is_changed(element: etree._Element) -> bool:
    """Whether somebody's tracked changes were taken into a paragraph or table."""
    return element.get(_CHANGED) is not None


def has_hidden_text(paragraph: etree._Element) -> bool:
    """Whether part of a paragraph is set as hidden, which Word neither shows nor prints."""
    marks = (mark for run in paragraph.iter("{*}r") for mark in run.iterfind("{*}rPr/{*}vanish"))
    return any(value_of(mark) not in ("0", "false", "off") for mark in marks)


def paragraph_text(paragraph: etree._Element) -> str:
    """The characters of a paragraph, without equations, note marks and field codes."""
    return "".join(_characters(paragraph))


def _characters(element: etree._Element) -> Iterator[str]:
    for child in element:
        name = local_name(child)
        if name == "t":
            yield child.text or ""
        elif name == "br":
            yield "" if attribute(child, "type") in ("page", "column") else "\n"
        elif name in _CHARACTERS:
            yield _CHARACTERS[name]
        elif name == "sym":
            code = attribute(child, "char") or ""
            yield chr(int(code, 16)) if _SYMBOL.fullmatch(code) else ""
        elif name and name not in _UNPRINTED:
            yield from _characters(child)


def formulas(element: etree._Element) -> list[str]:
    """The equations of a block, each on a line, in order."""
    return [linear(math) for math in element.iter("{*}oMath")]


def note_references(element: etree._Element) -> list[tuple[str, str]]:
    """(kind, id) of the notes and comments that a block refers to, in order."""
    marks = element.iter("{*}footnoteReference", "{*}endnoteReference", "{*}commentReference")
    return [(local_name(mark).removesuffix("Reference"), attribute(mark, "id") or "") for mark in marks]


def link_targets(element: etree._Element, addresses: dict[str, str]) -> list[str]:
    """The addresses that a block's text points to, by relation or by field."""
    found: list[str] = []
    for link in element.iter("{*}hyperlink", "{*}instrText"):
        if local_name(link) == "instrText":
            found.extend(_LINK_FIELD.findall(link.text or ""))
        elif address := addresses.get(attribute(link, "id") or ""):
            found.append(address)
    return found


def flow_text(containers: Iterable[etree._Element], text_of: Callable[[etree._Element], str] = paragraph_text) -> str:
    """The paragraphs directly inside containers, a line each, blank ones left out."""
    texts = (text_of(paragraph) for container in containers for paragraph in container.iterchildren("{*}p"))
    return "\n".join(text for text in texts if text.strip())


def table_grid(
    table: etree._Element, text_of: Callable[[etree._Element], str] = paragraph_text
) -> tuple[Grid, list[tuple[int, int, etree._Element]]]:
    """A table's exact grid, and the tables nested in it with the row and column of their cell.

    Args:
        table: a table without wrappers.
        text_of: gives a paragraph's text, with its number where it has one.
    """
    cells: list[Cell] = []
    nested: list[tuple[int, int, etree._Element]] = []
    open_merges: dict[int, int] = {}
    n_cols = 0
    rows = table.findall("{*}tr")
    for row, element in enumerate(rows, start=1):
        col = 1 + _count(element.find("{*}trPr/{*}gridBefore"), 0)
        still_open: dict[int, int] = {}
        last: int | None = None
        for cell in element.iterchildren("{*}tc"):
            properties = {local_name(entry): entry for entry in cell.iterfind("{*}tcPr/*")}
            width = max(_count(properties.get("gridSpan"), 1), 1)
            text = flow_text([cell], text_of)
            down, across = _merge(properties.get("vMerge")), _merge(properties.get("hMerge"))
            if across == "continue" and last is not None:
                cells[last] = _grown(cells[last], text, cols=width)
            elif down == "continue" and col in open_merges:
                last = still_open[col] = open_merges[col]
                cells[last] = _grown(cells[last], text, rows=1)
            else:
                cells.append(Cell(row=row, col=col, col_span=width, text=text))
                last = len(cells) - 1
                if down:
                    still_open[col] = last
            place = cells[last]
            nested.extend((place.row, place.col, inner) for inner in cell.iterchildren("{*}tbl"))
            col += width
        open_merges = still_open
        n_cols = max(n_cols, col - 1 + _count(element.find("{*}trPr/{*}gridAfter"), 0))
    return build_grid(cells, len(rows) if cells else 0, n_cols if cells else 0), nested


def _merge(entry: etree._Element | None) -> str:
    return "" if entry is None else value_of(entry) or "continue"


def _grown(cell: Cell, text: str, *, rows: int = 0, cols: int = 0) -> Cell:
    joined = "\n".join(filter(None, (cell.text, text)))
    spans = {"row_span": cell.row_span + rows, "col_span": cell.col_span + cols}
    return cell.model_copy(update={**spans, "text": joined})


def _count(element: etree._Element | None, default: int) -> int:
    value = value_of(element)
    return min(int(value), _MAX_SPAN) if value and value.isdecimal() and len(value) < 10 else default
