"""The parts of a Word document as they stand in the package, made plain: final text, whole paragraphs, exact tables.

`unstructured` judges what a paragraph is and numbers lists, but it passes over content controls, insertions, text boxes,
notes and comments, cuts a paragraph where a page ends, and flattens cells. It is therefore given a plainer package, and
the text itself is taken from the blocks here.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.grids import build_grid
from connectors.opc import local_name, main_part, parse_xml, read_part, read_xml, relations
from schemas.elements import Cell, Grid
from schemas.outcome import Failed

_WRAPPERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "fldSimple", "dir", "bdo"})
_STRUCK = frozenset({"del", "moveFrom", "sdtPr", "sdtEndPr"})
_UNPRINTED = frozenset({"pPr", "rPr", "rt", "oMath", "oMathPara", "instrText"})
_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_BLOCKS = ("p", "tbl")
_SYMBOL = re.compile(r"[0-9A-CE-Fa-ce-f][0-9A-Fa-f]{3}")
_MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHER_MAIN_TYPES = re.compile(
    rb"application/vnd\.(?:ms-word\.(?:document|template)\.macroEnabled\w*"
    rb"|openxmlformats-officedocument\.wordprocessingml\.template)\.main\+xml"
)


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
class Styles:
    """What the styles say, by style id: the level of a heading (1 the highest), and which are for captions."""

    levels: dict[str, int] = field(default_factory=dict)
    captions: set[str] = field(default_factory=set)


@dataclass
class Plain:
    """A document made plain: the package for `unstructured`, and its blocks, notes by (kind, id) and comments."""

    content: bytes
    blocks: list[Block]
    notes: dict[tuple[str, str], list[etree._Element]]
    comments: list[str]
    styles: Styles
    title: str | None


def make_plain(package: zipfile.ZipFile) -> Plain:
    """Make a document plain.

    Raises:
        Failed: `corrupt` if there is no body, and whatever the parts raise.
    """
    path = main_part(package) or "word/document.xml"
    root = read_xml(package, path)
    body = None if root is None else root.find("{*}body")
    if root is None or body is None:
        raise Failed("corrupt", f"no body in {path}")
    related = list(relations(package, path).values())
    _simplify(root)
    blocks = _blocks(body)
    changed = {path: root}
    for kind, target in related:
        if kind in ("header", "footer") and (running := read_xml(package, target)) is not None:
            _simplify(running)
            for box in _pull_boxes(running):
                running.extend(box)
            changed[target] = running
    parts = {kind: target for kind, target in related if kind in ("styles", "footnotes", "endnotes", "comments")}
    notes = {**_notes(package, parts.get("footnotes"), "footnote"), **_notes(package, parts.get("endnotes"), "endnote")}
    return Plain(
        content=_repack(package, {name: etree.tostring(tree) for name, tree in changed.items()}),
        blocks=blocks,
        notes=notes,
        comments=_comments(package, parts.get("comments")),
        styles=_styles(package, parts.get("styles")),
        title=_title(package),
    )


def _simplify(root: etree._Element) -> None:
    """Keep the final text alone: deletions go, insertions and controls give way to what they hold."""
    for alternate in list(root.iter("{*}AlternateContent")):
        for other in list(alternate)[1:]:
            alternate.remove(other)
        for choice in list(alternate):
            _unwrap(choice)
        _unwrap(alternate)
    for element in list(root.iter()):
        name = local_name(element)
        if name in _STRUCK and element.getparent() is not None:
            element.getparent().remove(element)
        elif name in _WRAPPERS:
            _unwrap(element)


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
        breaks_before_text, breaks = _page_breaks(element)
        blocks.append(Block(element, page + breaks_before_text if has_pages else None, _pull_boxes(element)))
        page += breaks
    for mark in list(body.iter("{*}lastRenderedPageBreak")):
        mark.getparent().remove(mark)
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


def _pull_boxes(element: etree._Element) -> list[etree._Element]:
    """Take the text boxes out of a block, outer ones before those inside them, and return them."""
    boxes = list(element.iter("{*}txbxContent"))
    for box in boxes:
        box.getparent().remove(box)
    return boxes


def _repack(package: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    """The package with changed parts, as a plain document and without its pictures, which nobody looks at."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as plain:
        for name in dict.fromkeys(package.namelist()):
            if name.endswith("/"):
                continue
            is_needed = name.endswith((".xml", ".rels")) and name not in changed
            content = changed.get(name) or (read_part(package, name) if is_needed else b"") or b""
            if name == "[Content_Types].xml":
                content = _OTHER_MAIN_TYPES.sub(_MAIN_TYPE, content)
            plain.writestr(name, content)
    return target.getvalue()


def _notes(package: zipfile.ZipFile, path: str | None, kind: str) -> dict[tuple[str, str], list[etree._Element]]:
    root = read_xml(package, path) if path else None
    notes: dict[tuple[str, str], list[etree._Element]] = {}
    if root is not None:
        _simplify(root)
        for note in root.iter(f"{{*}}{kind}"):
            if attribute(note, "type") in (None, "normal"):
                notes[kind, attribute(note, "id") or ""] = [note]
    return notes


def _comments(package: zipfile.ZipFile, path: str | None) -> list[str]:
    root = read_xml(package, path) if path else None
    return [] if root is None else [text for comment in root.iter("{*}comment") if (text := flow_text([comment]))]


def _styles(package: zipfile.ZipFile, path: str | None) -> Styles:
    root = read_xml(package, path) if path else None
    own: dict[str, tuple[str | None, int | None]] = {}
    styles = Styles()
    for style in () if root is None else root.iter("{*}style"):
        name, style_id = _value(style.find("{*}name")), attribute(style, "styleId")
        if style_id:
            level = _value(style.find("{*}pPr/{*}outlineLvl"))
            own[style_id] = (_value(style.find("{*}basedOn")), int(level) if level and level.isdecimal() else None)
            if name and name.lower() in ("caption", "캡션"):
                styles.captions.add(style_id)
    for style_id in own:
        seen: set[str] = set()
        at: str | None = style_id
        while at in own and at not in seen:
            seen.add(at)
            at, level = own[at]
            if level is not None:
                if level < 9:
                    styles.levels[style_id] = level + 1
                break
    return styles


def _title(package: zipfile.ZipFile) -> str | None:
    content = read_part(package, "docProps/core.xml")
    title = None if content is None else parse_xml(content).findtext("{*}title")
    return title.strip() or None if title else None


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by its name without namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def _value(element: etree._Element | None) -> str | None:
    return None if element is None else attribute(element, "val")


def style_of(paragraph: etree._Element) -> str:
    """The id of a paragraph's style, empty for the default one."""
    return _value(paragraph.find("{*}pPr/{*}pStyle")) or ""


def outline_level(paragraph: etree._Element, styles: Styles) -> int | None:
    """The level of a paragraph that its style or itself makes a heading, 1 the highest."""
    own = _value(paragraph.find("{*}pPr/{*}outlineLvl"))
    if own and own.isdecimal():
        return int(own) + 1 if int(own) < 9 else None
    return styles.levels.get(style_of(paragraph))


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
    """The equations of a block as the characters that they are set from, in order."""
    return ["".join(text.text or "" for text in math.iter("{*}t")) for math in element.iter("{*}oMath")]


def note_references(element: etree._Element) -> list[tuple[str, str]]:
    """(kind, id) of the notes that a block refers to, in order."""
    marks = element.iter("{*}footnoteReference", "{*}endnoteReference")
    return [(local_name(mark).removesuffix("Reference"), attribute(mark, "id") or "") for mark in marks]


def flow_text(containers: Iterable[etree._Element]) -> str:
    """The paragraphs directly inside containers, a line each, blank ones left out."""
    texts = (paragraph_text(paragraph) for container in containers for paragraph in container.iterchildren("{*}p"))
    return "\n".join(text for text in texts if text.strip())


def table_grid(table: etree._Element) -> tuple[Grid, list[tuple[int, int, etree._Element]]]:
    """A table's exact grid, and the tables nested in it with the row and column of their cell."""
    cells: list[Cell] = []
    nested: list[tuple[int, int, etree._Element]] = []
    open_merges: dict[int, int] = {}
    rows = table.findall("{*}tr")
    for row, element in enumerate(rows, start=1):
        col = 1 + _count(element.find("{*}trPr/{*}gridBefore"), 0)
        for cell in element.iterchildren("{*}tc"):
            width = max(_count(cell.find("{*}tcPr/{*}gridSpan"), 1), 1)
            merge = cell.find("{*}tcPr/{*}vMerge")
            is_continued = merge is not None and _value(merge) in (None, "continue") and col in open_merges
            text = flow_text([cell])
            if is_continued:
                above = cells[open_merges[col]]
                joined = "\n".join(filter(None, (above.text, text)))
                cells[open_merges[col]] = above.model_copy(update={"row_span": row - above.row + 1, "text": joined})
            else:
                cells.append(Cell(row=row, col=col, col_span=width, text=text))
                open_merges[col] = len(cells) - 1
            nested.extend((row, col, inner) for inner in cell.iterchildren("{*}tbl"))
            col += width
    return build_grid(cells, len(rows)), nested


def _count(element: etree._Element | None, default: int) -> int:
    value = _value(element)
    return min(int(value), 10_000) if value and value.isdecimal() else default
