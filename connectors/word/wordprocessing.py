"""Reading Word documents in Office Open XML, also those that LibreOffice made of old binary ones."""

import zipfile
from collections.abc import Iterator
from importlib.metadata import version

import lxml.etree as etree

from connectors import drawingml, gate, opc
from connectors.composition import Composer
from connectors.contract import Document
from connectors.embedded import embedded_members
from connectors.headings import heading_level
from connectors.officeproperties import read_properties
from connectors.oleobjects import unwrap_object
from connectors.word import docx_records, wordml
from connectors.word.wordml import Block, Body, Relations
from connectors.word.wordnumbering import ListLabels, attribute, value_of
from schemas.elements import ElementKind, Flag

_NOTE_KINDS = {
    "footnote": ElementKind.FOOTNOTE,
    "endnote": ElementKind.ENDNOTE,
    "comment": ElementKind.NARRATIVE_TEXT,
}
_RUNNING_KINDS = {"header": ElementKind.HEADER, "footer": ElementKind.FOOTER}
_MEMBER_FOLDERS = ("/media/", "/embeddings/")
_CHUNK = "aFChunk"
# Levels whose number says by itself that it is a heading's: 편, 장, 절 and Ⅰ; and □ below them.
_TELLING_LEVELS = (1, 2, 3, 6)


def read_docx(content: bytes) -> Document:
    """Read a Word document in Office Open XML, transitional or strict, with macros or without.

    Raises:
        Failed: `corrupt`, `no_text`, `ocr_unavailable`, `archive_bomb`, `too_many_elements`.
    """
    with opc.open_package(content) as package:
        body = wordml.read_body(package)
        members, is_left_out = embedded_members(_embedded(package, body.relations))
        properties, title = read_properties(package)
        attempt = _choose(content, package, body)
    flags = [flag for flag in Flag if any(flag in element.flags for element in attempt.composer.elements)]
    return gate.to_document(
        attempt,
        members=members,
        are_pictures_left_out=is_left_out,
        title=title,
        flags=flags,
        properties=properties,
    )


def _choose(content: bytes, package: zipfile.ZipFile, body: Body) -> gate.Attempt:
    """Our own reading if it brings out all that an independent walk finds, else what `unstructured` makes of it if more."""

    def read_ourselves() -> gate.Attempt:
        reader = _Reader(package, body)
        reader.read()
        return gate.Attempt(f"gotgan docx, lxml {version('lxml')}", reader.composer)

    def read_otherwise() -> gate.Attempt:
        from connectors.word.partitioned import partition_word

        return partition_word(content)

    return gate.choose([read_ourselves, read_otherwise], docx_records.expect(content))


def _embedded(package: zipfile.ZipFile, related: Relations) -> Iterator[tuple[str, bytes]]:
    chunks = {path for kind, path in related.inside.values() if kind == _CHUNK}
    drawn = drawingml.chart_workbooks(package)
    for name in package.namelist():
        is_part = any(folder in f"/{name}" for folder in _MEMBER_FOLDERS) and not name.endswith("/")
        if name in chunks or (is_part and name not in drawn):
            yield unwrap_object(name, opc.read_part(package, name) or b"")


class _Reader:
    """Composes a document from its parts, with the counters of its lists."""

    def __init__(self, package: zipfile.ZipFile, body: Body) -> None:
        self.package = package
        self.body = body
        self.composer = Composer()
        self._labels = ListLabels(self.body.numbering)
        self._links = self.body.relations.links
        self._ran: set[tuple[str, str]] = set()

    def read(self) -> None:
        """Compose the body section by section, each between its headers and its footers."""
        sections = self._sections()
        for blocks, section in sections:
            self.composer.page = None
            self._add_running(section, "header")
            for block in blocks:
                self.composer.page = block.page
                self._add_block(block)
            self.composer.page = None
            self._add_running(section, "footer")
        # Comments on what is not in the body, such as a header.
        for (kind, note_id), note in list(self.body.notes.items()):
            if kind == "comment":
                self._add_note((kind, note_id), note)

    def _sections(self) -> list[tuple[list[Block], etree._Element | None]]:
        sections: list[tuple[list[Block], etree._Element | None]] = []
        blocks: list[Block] = []
        for block in self.body.blocks:
            blocks.append(block)
            end = None if block.is_table else block.element.find("{*}pPr/{*}sectPr")
            if end is not None:
                sections.append((blocks, end))
                blocks = []
        return [*sections, (blocks, self.body.last_section)]

    def _add_running(self, section: etree._Element | None, kind: str) -> None:
        """Add a section's headers or footers; what an earlier section had already is not said again."""
        if section is None:
            return
        first = section.find("{*}titlePg")
        is_shown = {
            "default": True,
            "first": first is not None and value_of(first) not in ("0", "false", "off"),
            "even": self.body.has_even_pages,
        }
        for reference in section.iterchildren(f"{{*}}{kind}Reference"):
            _, path = self.body.relations.inside.get(attribute(reference, "id") or "", ("", ""))
            root = opc.read_xml(self.package, path) if path else None
            if root is None or not is_shown.get(attribute(reference, "type") or "default", True):
                continue
            wordml.simplify(root)
            paragraphs = (wordml.paragraph_text(paragraph) for paragraph in root.iter("{*}p"))
            text = "\n".join(text for text in paragraphs if text.strip())
            if (kind, text) not in self._ran:
                self._ran.add((kind, text))
                self.composer.add_element(_RUNNING_KINDS[kind], text)

    def _add_block(self, block: Block) -> None:
        if block.is_table:
            self._add_table(block.element)
        else:
            self._add_paragraph(block.element)
        for formula in wordml.formulas(block.element):
            self.composer.add_element(ElementKind.FORMULA, formula)
        outside = self.composer.flags
        self.composer.flags = [*outside, Flag.TEXT_BOX]
        for box in block.boxes:
            self._add_flow(box)
        self.composer.flags = outside
        for container in (block.element, *block.boxes):
            self._add_drawings(container)
            for reference in wordml.note_references(container):
                self._add_note(reference, self.body.notes.pop(reference, []))

    def _add_flow(self, container: etree._Element) -> None:
        for child in container:
            if opc.local_name(child) == "p":
                self._add_paragraph(child)
            elif opc.local_name(child) == "tbl":
                self._add_table(child)
            for formula in wordml.formulas(child):
                self.composer.add_element(ElementKind.FORMULA, formula)

    def _add_note(self, reference: tuple[str, str], note: list[etree._Element]) -> None:
        flags = [Flag.MEMO] if reference[0] == "comment" else []
        self.composer.add_element(
            _NOTE_KINDS[reference[0]],
            wordml.flow_text(note),
            flags=[*flags, *(flag for part in note for flag in _flags(part))],
        )
        for table in (table for part in note for table in part.iterchildren("{*}tbl")):
            self._add_table(table)

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        style = self.body.styles.of(paragraph)
        text, label = self._labelled(paragraph)
        links = wordml.link_targets(paragraph, self._links)
        flags = _flags(paragraph)
        if style.is_caption:
            self.composer.add_element(ElementKind.FIGURE_CAPTION, text, links=links, flags=flags)
            return
        level = self.body.styles.level_of(paragraph)
        is_item = label is not None or style.is_list
        if level is None and is_item and text.strip():
            is_item = heading_level(text) not in _TELLING_LEVELS
        self.composer.add_paragraph(
            text, level=level, is_styled=level is not None, is_item=is_item, flags=flags, links=links
        )

    def _labelled(self, paragraph: etree._Element) -> tuple[str, str | None]:
        """A paragraph's text with the number that Word prints before it, and that number."""
        text = wordml.paragraph_text(paragraph)
        numbering, style_id = self.body.styles.numbering_of(paragraph)
        if numbering.list_id in (None, "0"):
            return text, None
        if not text.strip() and paragraph.find("{*}pPr/{*}sectPr") is not None:
            return text, None
        label = self._labels.label(numbering, style_id)
        return (f"{label} {text.strip()}" if label and text.strip() else text), label

    def _add_table(self, table: etree._Element, parent: tuple[int, int, int] | None = None) -> None:
        grid, nested = wordml.table_grid(table, lambda paragraph: self._labelled(paragraph)[0])
        if not grid.cells:
            return
        flags = [Flag.TRACKED_CHANGE] if wordml.is_changed(table) else []
        links = wordml.link_targets(table, self._links)
        ordinal = self.composer.add_table(grid, parent=parent, flags=flags, links=links)
        for row, col, inner in nested:
            self._add_table(inner, (ordinal, row, col))

    def _add_drawings(self, container: etree._Element) -> None:
        """Add the words of diagrams and the numbers of charts, which stand in parts of their own."""
        for reference in container.iter("{*}relIds", "{*}chart"):
            is_chart = opc.local_name(reference) == "chart"
            relation = attribute(reference, "id" if is_chart else "dm") or ""
            _, path = self.body.relations.inside.get(relation, ("", ""))
            content = opc.read_part(self.package, path) if path else None
            if content is None:
                continue
            if is_chart:
                title, grid = drawingml.read_chart(content)
                self.composer.add_element(ElementKind.FIGURE_CAPTION, title)
                if grid is not None:
                    self.composer.add_table(grid)
            else:
                for text in drawingml.diagram_texts(content):
                    self.composer.add_element(ElementKind.NARRATIVE_TEXT, text)


def _flags(paragraph: etree._Element) -> list[Flag]:
    flags = [Flag.TRACKED_CHANGE] if wordml.is_changed(paragraph) else []
    return [*flags, Flag.HIDDEN_TEXT] if wordml.has_hidden_text(paragraph) else flags
