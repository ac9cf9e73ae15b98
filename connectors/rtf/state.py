"""What RTF keeps while it is read: the state of a group, and the flows that are open."""

from dataclasses import dataclass, field

from connectors.word.doc_flow import Attachment, Flow, RowShape
from schemas.elements import Flag


@dataclass(slots=True)
class State:
    """What a group may change and gives back at its end."""

    target: str = "text"
    font: int = -1
    far_east_font: int = -1
    script: str = ""
    fallback: int = 1
    is_starred: bool = False
    is_deleted: bool = False
    is_revised: bool = False
    is_hidden: bool = False
    depth: int = 0
    level: int | None = None
    style: int = 0
    is_item: bool = False
    shape: RowShape = field(default_factory=RowShape)
    outer_target: str = "text"
    at_close: str = ""


@dataclass(slots=True)
class OpenFlow:
    """A flow that is being filled, with its paragraph so far."""

    flow: Flow
    name: str = ""
    is_endnote: bool = False
    runs: list[str] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    instruction: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


def join_surrogates(text: str) -> str:
    """The text with pairs of surrogates made the characters that they stand for."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
