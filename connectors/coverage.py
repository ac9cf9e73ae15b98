"""How much of a document's text a reader brought out, by an independent walk over its raw paragraphs."""

from collections import Counter
from collections.abc import Iterable, Iterator

from schemas.elements import Element


def measure_coverage(paragraphs: Iterable[str], elements: Iterable[Element]) -> float | None:
    """Share of the paragraphs' characters (white space aside) that occur in the elements, 0 to 1.

    A paragraph counts if it stands in the elements as a whole line, each line answering for one paragraph, so that a
    repeated paragraph must come out as often as it went in; or else unbroken inside an element's or a cell's text, as a
    paragraph with line breaks does.

    Args:
        paragraphs: raw paragraphs from the walk.
        elements: what the reader made of the document.

    Returns:
        None if the document has no text by the walk either.
    """
    texts = list(_texts(elements))
    available = Counter(_squeeze(line) for text in texts for line in text.split("\n"))
    unmatched: list[str] = []
    total = found = 0
    for paragraph in map(_squeeze, paragraphs):
        if not paragraph:
            continue
        total += len(paragraph)
        if available[paragraph] > 0:
            available[paragraph] -= 1
            found += len(paragraph)
        else:
            unmatched.append(paragraph)
    if not total:
        return None
    if unmatched:
        whole = "\n".join(map(_squeeze, texts))
        found += sum(len(paragraph) for paragraph in unmatched if paragraph in whole)
    return found / total


def _texts(elements: Iterable[Element]) -> Iterator[str]:
    for element in elements:
        if element.table is None:
            yield element.text
        else:
            yield from (cell.text for cell in element.table.cells if cell.text)


def _squeeze(text: str) -> str:
    return "".join(text.split())
