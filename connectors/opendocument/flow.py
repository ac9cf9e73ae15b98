"""The flow of an OpenDocument text: paragraphs, lists, exact tables, notes, frames and objects, in reading order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.composition import Composer
from connectors.grids import build_grid
from connectors.opc import local_name
from connectors.opendocument.texts import ListLevel, Numbering, OpenPackage, attribute, count_of
from schemas.elements import Cell, ElementKind, Flag

MAX_REPEATED = 1_024
"""Beyond this, repeated cells and rows are a sheet's empty rest."""

_WHITESPACE = re.compile(r"[ \t\r\n]+")
_SKIPPED = frozenset(
    {
        "tracked-changes", "forms", "sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls",
        "user-index-mark", "alphabetical-index-mark", "toc-mark", "script", "ruby-text", "page-continuation-notice",
        "index-source", "table-of-content-source", "illustration-index-source", "table-index-source", "desc",
        "alphabetical-index-source", "bibliography-source", "user-index-source", "object-index-source", "title",
        "shapes", "event-listeners", "glue-point", "soft-page-break", "number", "dde-source", "named-expressions",
    }
)  # fmt: skip
_CHANGES = frozenset({"change", "change-start", "change-end"})
_DRAWN = frozenset(
    {
        "frame", "g", "custom-shape", "rect", "ellipse", "circle", "line", "polyline", "polygon", "path", "connector",
        "caption", "measure", "regular-polygon", "control",
    }
)  # fmt: skip
_TABLE_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_MATH = "math"
_NOTE_KINDS = {"footnote": ElementKind.FOOTNOTE, "endnote": ElementKind.ENDNOTE}


@dataclass(slots=True)
class Inline:
    """A paragraph's characters, and what hangs on it without being of its text."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    attached: list[etree._Element] = field(default_factory=list)
    is_changed: bool = False
    is_hidden: bool = False


def read_inline(paragraph: etree._Element) -> Inline:
    """A paragraph with its white space as OpenDocument has it: runs collapsed, those at its ends dropped."""
    inline = Inline()
    # What comes as an element of its own (blanks, tabs, line breaks) is not collapsed with the rest.
    pieces: list[tuple[str, bool]] = []
    _collect(paragraph, pieces, inline)
    out: list[str] = []
    is_after_blank = True
    for text, is_exact in pieces:
        if is_exact:
            out.append(text)
            is_after_blank = False
            continue
        text = _WHITESPACE.sub(" ", text)
        text = text[1:] if is_after_blank and text.startswith(" ") else text
        if text:
            out.append(text)
            is_after_blank = text.endswith(" ")
    if out and is_after_blank and out[-1].endswith(" "):
        out[-1] = out[-1][:-1]
    inline.text = "".join(out)
    return inline


def _collect(element: etree._Element, pieces: list[tuple[str, bool]], inline: Inline) -> None:
    pieces.append((element.text or "", False))
    for child in element:
        name = local_name(child)
        if name == "s":
            pieces.append((" " * count_of(child, "c", 10_000), True))
        elif name == "tab":
            pieces.append(("\t", True))
        elif name == "line-break":
            pieces.append(("\n", True))
        elif name in _CHANGES:
            inline.is_changed = True
        elif name in ("note", "annotation") or name in _DRAWN:
            inline.attached.append(child)
        elif name == "hidden-text":
            inline.is_hidden = True
        elif name == "hidden-paragraph":
            inline.is_hidden = True
            _collect(child, pieces, inline)
        elif name and name not in _SKIPPED:
            if name == "a" and (address := attribute(child, "href").strip()):
                inline.links.append(address)
            _collect(child, pieces, inline)
        pieces.append((child.tail or "", False))


@dataclass(slots=True)
class _List:
    levels: dict[int, ListLevel]
    numbering: Numbering
    depth: int


@dataclass(slots=True)
class _CellContent:
    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tables: list[tuple[etree._Element, bool]] = field(default_factory=list)
    attached: list[etree._Element] = field(default_factory=list)
    is_changed: bool = False


class Flow:
    """Reads blocks into a composer; pictures and embedded documents are gathered in `parts`.

    `box_flags` is what is to be known of text that stands in a frame.
    """

    def __init__(self, opened: OpenPackage, composer: Composer, box_flags: tuple[Flag, ...] = (Flag.TEXT_BOX,)) -> None:
        self.opened = opened
        self.composer = composer
        self.box_flags = box_flags
        self.flags: list[Flag] = []
        self.parts: list[tuple[str, bytes]] = []
        self._references: set[str] = set()
        self._numberings: dict[str, Numbering] = {}
        self._outline = Numbering()

    def read_blocks(
        self, container: Iterable[etree._Element], entry: _List | None = None, flags: tuple[Flag, ...] = ()
    ) -> None:
        """Read the children of a container in order.

        Args:
            container: an element with blocks in it.
            entry: the list that they stand in.
            flags: what is to be known of them.
        """
        for child in container:
            name = local_name(child)
            if name in ("p", "h"):
                self._add_paragraph(child, entry, "", flags)
            elif name == "list":
                self._read_list(child, entry, flags)
            elif name == "numbered-paragraph":
                self.read_blocks(child, entry, flags)
            elif name == "table":
                self.add_table(child, None, flags)
            elif name == "tracked-changes":
                if any(local_name(change) == "changed-region" for change in child):
                    self._note(Flag.TRACKED_CHANGE)
            elif name == "section" and attribute(child, "display") == "none":
                self._note(Flag.HIDDEN_TEXT)
                self.read_blocks(child, entry, (*flags, Flag.HIDDEN_TEXT))
            elif name == "annotation":
                self._add_attached(child, flags)
            elif name in _DRAWN:
                self.add_drawing(child, flags)
            elif name and name not in _SKIPPED:
                # sections, indexes and whatever else only surrounds blocks
                self.read_blocks(child, entry, flags)

    def _read_list(self, element: etree._Element, outer: _List | None, flags: tuple[Flag, ...]) -> None:
        for item, entry, start in self._items(element, outer):
            is_first = True
            for child in item:
                name = local_name(child)
                if name in ("p", "h") and is_first and start is not None:
                    label = entry.numbering.next_label(entry.levels, entry.depth, start or None)
                    self._add_paragraph(child, entry, label, flags)
                    is_first = False
                elif name != "number":
                    self.read_blocks([child], entry, flags)

    def _items(
        self, element: etree._Element, outer: _List | None
    ) -> Iterable[tuple[etree._Element, _List, int | None]]:
        """A list's items with the list at their depth, and the number that each sets: 0 for none, None for a header."""
        name = attribute(element, "style-name")
        levels = self.opened.list_levels.get(name, outer.levels if outer else {})
        if outer is not None:
            entry = _List(levels, outer.numbering, outer.depth + 1)
        else:
            is_continued = attribute(element, "continue-numbering") == "true" or attribute(element, "continue-list")
            numbering = self._numberings.setdefault(name, Numbering())
            if not is_continued:
                numbering.restart()
            entry = _List(levels, numbering, 1)
        for item in element:
            if local_name(item) == "list-item":
                start = attribute(item, "start-value")
                yield item, entry, int(start) if start.isdecimal() and len(start) < 9 else 0
            elif local_name(item) == "list-header":
                yield item, entry, None

    def _add_paragraph(
        self, paragraph: etree._Element, entry: _List | None, label: str, flags: tuple[Flag, ...]
    ) -> None:
        inline = read_inline(paragraph)
        own = self._paragraph_flags(inline, flags)
        is_heading = local_name(paragraph) == "h"
        level = count_of(paragraph, "outline-level", 10) if is_heading else None
        if is_heading and not label and attribute(paragraph, "is-list-header") != "true" and inline.text.strip():
            label = self._outline.next_label(self.opened.outline, level or 1)
        text = f"{label} {inline.text.strip()}" if label and inline.text.strip() else inline.text
        self.composer.add_paragraph(
            text, level=level, is_styled=is_heading, is_item=entry is not None, flags=own, links=inline.links
        )
        for attached in inline.attached:
            self._add_attached(attached, flags)

    def _paragraph_flags(self, inline: Inline, flags: tuple[Flag, ...]) -> tuple[Flag, ...]:
        own = flags
        if inline.is_changed:
            own = (*own, Flag.TRACKED_CHANGE)
        if inline.is_hidden:
            own = (*own, Flag.HIDDEN_TEXT)
        for flag in own[len(flags) :]:
            self._note(flag)
        return own

    def _note(self, flag: Flag) -> None:
        if flag not in self.flags:
            self.flags.append(flag)

    def _add_attached(self, element: etree._Element, flags: tuple[Flag, ...]) -> None:
        name = local_name(element)
        if name == "note":
            body = next(element.iterchildren("{*}note-body"), None)
            content = self._cell_content(() if body is None else body)
            kind = _NOTE_KINDS.get(attribute(element, "note-class"), ElementKind.FOOTNOTE)
            self.composer.add_element(kind, "\n".join(content.lines), flags=flags, links=content.links)
            self._add_rest(content, None, flags)
        elif name == "annotation":
            content = self._cell_content(
                [child for child in element if local_name(child) not in ("creator", "date", "creator-initials")]
            )
            self._note(Flag.MEMO)
            self.composer.add_element(
                ElementKind.NARRATIVE_TEXT, "\n".join(content.lines), flags=(*flags, Flag.MEMO), links=content.links
            )
        else:
            self.add_drawing(element, flags)

    def add_drawing(self, element: etree._Element, flags: tuple[Flag, ...] = ()) -> None:
        """Add what a frame, shape or group of shapes holds."""
        alternatives = {local_name(child): child for child in element}
        if "object" in alternatives or "object-ole" in alternatives:
            self._add_object(alternatives.get("object", alternatives.get("object-ole")))
        elif "image" in alternatives and "table" not in alternatives:
            self._keep_part(attribute(alternatives["image"], "href"))
        for child in element:
            name = local_name(child)
            if name == "text-box":
                self.read_blocks(child, None, tuple(dict.fromkeys((*flags, *self.box_flags))))
            elif name == "table":
                self.add_table(child, None, flags)
            elif name in _DRAWN:
                self.add_drawing(child, flags)
            elif name in ("p", "list", "h"):
                self.read_blocks([child], None, tuple(dict.fromkeys((*flags, *self.box_flags))))
        if "image" in alternatives and not alternatives.keys() & {"object", "object-ole", "text-box", "table"}:
            words = [element.findtext(f"{{*}}{part}") or "" for part in ("title", "desc")]
            self.composer.add_element(ElementKind.IMAGE, "\n".join(word for word in words if word.strip()), flags=flags)

    def _add_object(self, element: etree._Element | None) -> None:
        if element is None:
            return
        reference = attribute(element, "href")
        inline_math = next(element.iterchildren(f"{{*}}{_MATH}"), None)
        root = inline_math if inline_math is not None else self.opened.object_xml(reference) if reference else None
        if root is None:
            self._keep_part(reference)
        elif local_name(root) == _MATH:
            annotation = next(root.iter("{*}annotation"), None)
            written = "" if annotation is None else annotation.text or ""
            formula = written.strip() or "".join("".join(root.itertext()).split())
            self.composer.add_element(ElementKind.FORMULA, formula)
        else:
            body = root.find("{*}body")
            kind = next((local_name(child) for child in (() if body is None else body) if local_name(child)), "")
            if kind in ("spreadsheet", "text", "presentation") and reference not in self._references:
                self._references.add(reference)
                extension = {"spreadsheet": "ods", "text": "odt", "presentation": "odp"}[kind]
                content = self.opened.object_file(reference, kind)
                self.parts.append((f"{reference.removeprefix('./').strip('/')}.{extension}", content or b""))

    def _keep_part(self, reference: str) -> None:
        if reference and reference not in self._references:
            self._references.add(reference)
            self.parts.append((reference.removeprefix("./"), self.opened.part(reference) or b""))

    def add_table(
        self, table: etree._Element, parent: tuple[int, int, int] | None, flags: tuple[Flag, ...] = ()
    ) -> None:
        """Add a table, and after it those nested in its cells and what hangs on their paragraphs."""
        cells: list[Cell] = []
        contents: list[tuple[Cell, _CellContent]] = []
        row = 1
        for element in _rows(table):
            is_filled = any(len(cell) for cell in element)
            repeated = count_of(element, "number-rows-repeated", MAX_REPEATED if is_filled else 1)
            for _ in range(repeated):
                self._read_row(element, row, cells, contents)
                row += 1
        if not cells:
            return
        links = [link for _, content in contents for link in content.links]
        if any(content.is_changed for _, content in contents):
            flags = (*flags, Flag.TRACKED_CHANGE)
        ordinal = self.composer.add_table(build_grid(cells, row - 1), parent=parent, flags=flags, links=links)
        for cell, content in contents:
            self._add_rest(content, (ordinal, cell.row, cell.col), flags)

    def _read_row(
        self, element: etree._Element, row: int, cells: list[Cell], contents: list[tuple[Cell, _CellContent]]
    ) -> None:
        col = 1
        for entry in element:
            name = local_name(entry)
            if name not in ("table-cell", "covered-table-cell"):
                continue
            repeated = count_of(entry, "number-columns-repeated", MAX_REPEATED)
            if name == "table-cell":
                content = self._cell_content(entry)
                for at in range(col, col + repeated):
                    cell = Cell(
                        row=row,
                        col=at,
                        row_span=count_of(entry, "number-rows-spanned", 65_536),
                        col_span=count_of(entry, "number-columns-spanned", MAX_REPEATED),
                        text="\n".join(content.lines),
                    )
                    cells.append(cell)
                    contents.append((cell, content))
            col += repeated

    def _cell_content(self, container: Iterable[etree._Element]) -> _CellContent:
        content = _CellContent()
        self._gather(container, content, None, "")
        return content

    def _gather(
        self, container: Iterable[etree._Element], content: _CellContent, entry: _List | None, label: str
    ) -> None:
        for child in container:
            name = local_name(child)
            if name in ("p", "h"):
                inline = read_inline(child)
                if inline.text.strip():
                    content.lines.append(f"{label} {inline.text.strip()}" if label else inline.text)
                    label = ""
                content.links.extend(inline.links)
                content.attached.extend(inline.attached)
                content.is_changed = content.is_changed or inline.is_changed
                self._paragraph_flags(inline, ())
            elif name == "list":
                for item, inner, start in self._items(child, entry):
                    number = (
                        inner.numbering.next_label(inner.levels, inner.depth, start or None)
                        if start is not None
                        else ""
                    )
                    self._gather(item, content, inner, number)
            elif name == "table":
                content.tables.append((child, True))
            elif name == "annotation" or name in _DRAWN:
                content.attached.append(child)
            elif name and name not in _SKIPPED:
                self._gather(child, content, entry, "")

    def _add_rest(self, content: _CellContent, place: tuple[int, int, int] | None, flags: tuple[Flag, ...]) -> None:
        for table, _ in content.tables:
            self.add_table(table, place, flags)
        for attached in content.attached:
            self._add_attached(attached, flags)

    def running_text(self, container: etree._Element) -> str:
        """The text of a header or footer, a line a paragraph, cells of its tables among them."""
        lines = [read_inline(paragraph).text for paragraph in container.iter("{*}p", "{*}h")]
        return "\n".join(line for line in lines if line.strip())


def _rows(table: etree._Element) -> Iterable[etree._Element]:
    for child in table:
        name = local_name(child)
        if name == "table-row":
            yield child
        elif name in _TABLE_GROUPS:
            yield from _rows(child)
