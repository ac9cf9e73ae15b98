"""The preview that Hancom's programs store beside a document: about the first thousand characters of its text.

It is a witness of its own: where a file is damaged in such a way that a reader and the walk that measures it lose the same
text, the preview still has it.
"""

from collections import Counter
from collections.abc import Iterable

from schemas.elements import Element

MIN_SHARE = 0.5
"""Programs that fill in a form can leave the old preview behind, which still has most of the form's own words."""

_MIN_CHARACTERS = 40
_LOOKED_AT = 100_000


def has_lost_its_beginning(preview: str, elements: Iterable[Element]) -> bool:
    """Whether most of the preview's letters and digits are nowhere in the elements.

    Args:
        preview: text of the preview; too short a one tells nothing.
        elements: what was read of the document.
    """
    wanted = Counter(filter(str.isalnum, preview))
    total = wanted.total()
    if total < _MIN_CHARACTERS:
        return False
    found: Counter[str] = Counter()
    n_seen = 0
    for element in elements:
        found.update(element.text)
        n_seen += len(element.text)
        if n_seen > _LOOKED_AT:
            break
    return sum(min(number, found[character]) for character, number in wanted.items()) < MIN_SHARE * total
