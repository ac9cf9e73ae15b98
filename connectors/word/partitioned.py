"""What `unstructured` makes of a document, offline and silent, as our elements: the second opinion on Word documents.

Its element types are ours by name. Its Title rule takes short Korean sentences for headings, so that only the depth that a
style gives is believed; its tables come as HTML and are read as such.
"""

import os
from importlib.metadata import version
from io import BytesIO
from typing import Any

from connectors.composition import Composer
from connectors.gate import Attempt
from connectors.markup import read_markup
from schemas.elements import Element, ElementKind

# Importing `unstructured` is enough for it to call home.
os.environ.update({"SCARF_NO_ANALYTICS": "true", "DO_NOT_TRACK": "true", "UNSTRUCTURED_DISABLE_NOTICE": "1"})

_KINDS = {
    "Header": ElementKind.HEADER,
    "Footer": ElementKind.FOOTER,
    "FigureCaption": ElementKind.FIGURE_CAPTION,
    "Formula": ElementKind.FORMULA,
    "Image": ElementKind.IMAGE,
    "EmailAddress": ElementKind.NARRATIVE_TEXT,
}


def partition_word(content: bytes) -> Attempt:
    """A Word document as `unstructured` reads it."""
    import spacy
    from unstructured.nlp import tokenize
    from unstructured.partition.docx import partition_docx

    def load_blank_pipeline() -> Any:
        pipeline = spacy.blank("xx")
        pipeline.add_pipe("sentencizer")
        return pipeline

    # The model that it would fetch from the network tells English verbs apart, which says nothing about Korean.
    tokenize._load_spacy_model = load_blank_pipeline
    partitioned = partition_docx(file=BytesIO(content), include_page_breaks=False, languages=["kor"])
    return Attempt(f"unstructured {version('unstructured')}", compose(partitioned))


def compose(partitioned: list[Any]) -> Composer:
    """Our elements from those of `unstructured`."""
    composer = Composer()
    for element in partitioned:
        composer.page = element.metadata.page_number
        if element.category == "Table" and element.metadata.text_as_html:
            _add_tables(composer, read_markup(element.metadata.text_as_html).elements)
        elif element.category in _KINDS:
            composer.add_element(_KINDS[element.category], element.text)
        else:
            depth = element.metadata.category_depth if element.category == "Title" else None
            composer.add_paragraph(
                element.text,
                level=None if depth is None else depth + 1,
                is_styled=depth is not None,
                is_item=element.category == "ListItem",
            )
    return composer


def _add_tables(composer: Composer, found: list[Element]) -> None:
    places: dict[int, int] = {}
    for ordinal, element in enumerate(found):
        if element.table is not None:
            outer, row, col = element.parent or (None, 0, 0)
            parent = None if outer is None or outer not in places else (places[outer], row, col)
            places[ordinal] = composer.add_table(element.table, parent=parent)
        else:
            composer.add_paragraph(element.text)
