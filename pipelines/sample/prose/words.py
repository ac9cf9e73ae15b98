"""The sentences that documents on a project draw from, and how they are written down."""

import re
from dataclasses import dataclass, fields

_LABEL = re.compile(r"^\s*([a-z]+): ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences on one project, each complete in itself."""

    purpose: str
    background: str
    target: str
    method: str
    problem: str
    remedy: str
    plan: str
    effect: str
    question: str
    answer: str

    def labelled(self, place: str = "") -> dict[str, str]:
        """The sentences by label, each led by the place that it speaks of, where there is one."""
        lead = f"({place}) " if place else ""
        return {field.name: lead + getattr(self, field.name) for field in fields(self)}


def words_in(text: str) -> Words:
    """Sentences written as `label: sentence`, with line breaks where they suit."""
    _, *parts = _LABEL.split(text)
    return Words(**{label: " ".join(words.split()) for label, words in zip(parts[::2], parts[1::2], strict=True)})
