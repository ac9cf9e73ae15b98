"""DOCX: `unstructured` judges the paragraphs and numbers the lists, offline; the text and tables are the package's own."""

import os
from collections import deque
from importlib.metadata import version
from io import BytesIO
from typing import Any

import lxml.etree as etree

from connectors import opc, wordml
from connectors.composition import Composer
from connectors.contract import Blob, Document
from schemas.elements import ElementKind
from schemas.outcome import Failed

# Importing `unstructured` is enough for it to call home, and a worker imports it ahead of the first document.
os.environ.update({"SCARF_NO_ANALYTICS": "true", "DO_NOT_TRACK": "true", "UNSTRUCTURED_DISABLE_NOTICE": "1"})

_LOOK_AHEAD = 8
_NOTE_KINDS = {"footnote": ElementKind.FOOTNOTE, "endnote": ElementKind.ENDNOTE}
_RUNNING_KINDS = {"Header": ElementKind.HEADER, "Footer": ElementKind.FOOTER}


class Docx:
    """Word documents in Office Open XML, with macros or without."""

    name = "docx"
    label = "워드 문서"
    distributions = ("unstructured", "python-docx", "lxml")
    version = 1
    preload = ("unstructured.partition.docx",)

    def sniff(self, blob: Blob) -> float:
        """Certain by the document part."""
        names = opc.member_names(blob.content)
        return 1.0 if "word/document.xml" in names or "word/document2.xml" in names else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        with opc.open_package(blob.content) as package:
            plain = wordml.make_plain(package)
        composer = Composer()
        judged = deque(_partition(plain.content))
        for block in plain.blocks:
            composer.page = None
            _add_running(composer, judged)
            composer.page = block.page
            _add_block(composer, block, plain, _judgement(judged, block))
        composer.page = None
        for element in judged:
            if element.category in _RUNNING_KINDS:
                composer.add_element(_RUNNING_KINDS[element.category], element.text)
        for comment in plain.comments:
            composer.add_element(ElementKind.NARRATIVE_TEXT, comment)
        if not composer.has_text():
            raise Failed("no_text")
        reader = f"unstructured {version('unstructured')}, lxml {version('lxml')}"
        return Document(reader=reader, elements=composer.elements, title=plain.title or composer.opening_title())


def _partition(content: bytes) -> list[Any]:
    """What `unstructured` makes of the document, without the English model that it would fetch from the network."""
    import spacy
    from unstructured.nlp import tokenize
    from unstructured.partition.docx import partition_docx

    def load_blank_pipeline() -> Any:
        pipeline = spacy.blank("xx")
        pipeline.add_pipe("sentencizer")
        return pipeline

    # That model tells English verbs apart, which says nothing about a Korean document.
    tokenize._load_spacy_model = load_blank_pipeline
    elements = partition_docx(
        file=BytesIO(content), include_page_breaks=False, infer_table_structure=False, languages=["kor"]
    )
    return list(elements)


def _add_running(composer: Composer, judged: deque[Any]) -> None:
    while judged and judged[0].category in _RUNNING_KINDS:
        element = judged.popleft()
        composer.add_element(_RUNNING_KINDS[element.category], element.text)


def _judgement(judged: deque[Any], block: wordml.Block) -> Any | None:
    """The element that `unstructured` made of a block, taken from the queue; None if it made none of it.

    Both run through the body in the same order, so that it stands at the head of the queue or not far behind.
    """
    text = "".join(wordml.paragraph_text(block.element).split())
    for index in range(min(_LOOK_AHEAD, len(judged))):
        element = judged[index]
        is_same = element.category == "Table" if block.is_table else _is_of(element, text)
        if is_same and all(earlier.category not in _RUNNING_KINDS for earlier in list(judged)[:index]):
            for _ in range(index):
                judged.popleft()
            return judged.popleft()
    return None


def _is_of(element: Any, text: str) -> bool:
    # It strips bullets and puts numbers in front, but leaves the end of a paragraph as it is.
    end = "".join(element.text.split())[-30:]
    return element.category != "Table" and bool(end) and bool(text) and (text.endswith(end) or end.endswith(text))


def _add_block(composer: Composer, block: wordml.Block, plain: wordml.Plain, judgement: Any | None) -> None:
    if block.is_table:
        _add_table(composer, block.element)
    else:
        _add_paragraph(composer, block.element, plain.styles, judgement)
    for formula in wordml.formulas(block.element):
        composer.add_element(ElementKind.FORMULA, formula)
    for box in block.boxes:
        _add_flow(composer, box, plain.styles)
    for container in (block.element, *block.boxes):
        for reference in wordml.note_references(container):
            note = plain.notes.pop(reference, [])
            composer.add_element(_NOTE_KINDS[reference[0]], wordml.flow_text(note))
            for table in (table for part in note for table in part.iterchildren("{*}tbl")):
                _add_table(composer, table)


def _add_paragraph(composer: Composer, paragraph: etree._Element, styles: wordml.Styles, judgement: Any | None) -> None:
    text = wordml.paragraph_text(paragraph)
    if wordml.style_of(paragraph) in styles.captions:
        composer.add_element(ElementKind.FIGURE_CAPTION, text)
        return
    level = wordml.outline_level(paragraph, styles)
    category = "" if judgement is None else judgement.category
    if judgement is not None and level is None and category == "Title":
        level = (judgement.metadata.category_depth or 0) + 1
    composer.add_paragraph(
        _with_number(text, judgement), level=level, is_styled=level is not None, is_item=category == "ListItem"
    )


def _with_number(text: str, judgement: Any | None) -> str:
    """The text with the number that Word prints before it and does not store with it."""
    stripped = text.strip()
    if judgement is None or not stripped or not judgement.text.endswith(stripped):
        return text
    number = judgement.text[: -len(stripped)].strip()
    return f"{number} {stripped}" if number else text


def _add_flow(composer: Composer, container: etree._Element, styles: wordml.Styles) -> None:
    for child in container:
        if opc.local_name(child) == "p":
            _add_paragraph(composer, child, styles, None)
        elif opc.local_name(child) == "tbl":
            _add_table(composer, child)


def _add_table(composer: Composer, table: etree._Element, parent: tuple[int, int, int] | None = None) -> None:
    grid, nested = wordml.table_grid(table)
    if not grid.cells:
        return
    ordinal = composer.add_table(grid, parent=parent)
    for row, col, inner in nested:
        _add_table(composer, inner, (ordinal, row, col))


FORMAT = Docx()
