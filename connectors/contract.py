"""What a format is: it sniffs a head, reads a blob, and says what it found or why it could not.

Formats run inside the sandbox, on bytes. They know no path, no storage and no neighbour; an archive or a mail hands its
members back and `connectors.reading` reads them in turn.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from schemas.conversations import Transcript
from schemas.elements import Completeness, Element, Flag, Property


@dataclass(frozen=True, slots=True)
class Blob:
    """A file's bytes with its name, which is a hint for text formats and never decides more than that."""

    content: bytes
    name: str

    @property
    def extension(self) -> str:
        """Lower-case extension without the dot, empty if there is none."""
        stem, dot, extension = self.name.rpartition(".")
        return extension.lower() if dot and stem else ""


@dataclass(frozen=True, slots=True)
class MemberFile:
    """A file inside a container: its path there, and its bytes or the quarantine reason for which they are not had.

    `is_embedded` tells a picture or object that stands in a document's text from a file that somebody attached: one
    without text to read is passed over by a rule, and is nobody's trouble.
    """

    path: str
    content: bytes
    reason: str | None = None
    detail: str = ""
    is_embedded: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """What a format read. Element text is as printed; NFC, screening and masking are done by the caller.

    `reader` names the library and version whose result this is; `coverage` is the share of the content brought out (0 to
    1), where the format can measure it, and `completeness` what that is made of. `flags` holds for the whole document.
    """

    reader: str
    elements: list[Element] = field(default_factory=list)
    members: list[MemberFile] = field(default_factory=list)
    title: str | None = None
    coverage: float | None = None
    completeness: Completeness | None = None
    flags: list[Flag] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)
    converse: Callable[[], Transcript] | None = None
    """What a mail says as a conversation, made for those who ask for it."""


class Format(Protocol):
    """What a module of `connectors/formats` offers as `FORMAT`."""

    name: str
    """Name of the format, such as `hwpx`."""

    label: str
    """Korean term for people."""

    distributions: tuple[str, ...]
    """Distributions whose version is part of the reader's fingerprint, such as ("openpyxl",)."""

    version: int
    """Raised by hand whenever this module's own code changes what it reads."""

    preload: tuple[str, ...]
    """Modules that a worker imports before it forks for the next document of this format."""

    keeps: tuple[str, ...]
    """What it brings out, in Korean, a few words each; for docs/formats.md."""

    loses: tuple[str, ...]
    """What it leaves behind, in Korean, a few words each; for docs/formats.md."""

    def sniff(self, blob: Blob) -> float:
        """How surely the content is of this format, 0 (not) to 1 (certain). Cheap, never raises, never trusts the name."""
        ...

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            schemas.outcome.Failed: with the reason for which the file must be quarantined. Anything else that it raises
                becomes `corrupt` or `reader_failed`.
        """
        ...
