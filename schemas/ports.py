"""What must cross the wall between connectors and warehouse, as protocols; `pipelines` binds the real parts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from schemas.access import Access
from schemas.budget import Extraction, FormDocument
from schemas.elements import Reading


class Sighting(BaseModel):
    """A file seen on a source in one walk: what the directory says of it, before a byte of it is read.

    `raw_path` is the path below the source's root exactly as the file system gives it (undecodable bytes as surrogates),
    `skip_rule` and `reason` are set when the walk itself decides the file's end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    raw_path: str
    size_bytes: int
    modified_ns: int
    changed_ns: int
    inode: int
    access: Access
    skip_rule: str | None = None
    reason: str | None = None


class Walk(BaseModel):
    """The end of a walk: whether every folder could be listed, and which could not (with the error's name).

    `state` is `complete`, `partial` or `unreachable`. Only a complete walk may make anything count as gone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    unlisted: tuple[str, ...] = ()


class Source(Protocol):
    """A place that files are pulled from, bound to one `[[source]]` table of `gotgan.toml`."""

    @property
    def name(self) -> str:
        """The source's name in `gotgan.toml`."""
        ...

    @property
    def kind(self) -> str:
        """The connector's name, such as `folder`."""
        ...

    @property
    def keeps_missing(self) -> bool:
        """Whether a file that is no longer there stays held, since it was handed over and not shared."""
        ...

    def walk(self) -> Iterator[Sighting | Walk]:
        """Yield every file once, then one `Walk` as the last thing. Never raises for one bad file or folder."""
        ...

    def fetch(self, raw_path: str, limit_bytes: int) -> bytes:
        """The file's bytes, read so that a change during the read is noticed.

        Raises:
            schemas.outcome.Failed: with `permission_denied`, `read_error`, `changed_while_reading` or `too_large`.
        """
        ...


@runtime_checkable
class Acknowledging(Protocol):
    """A source that can tell people what became of the files which they handed over."""

    def acknowledge(self, folder: str, name: str, content: bytes) -> None:
        """Leave a receipt for the person of a drop folder; the same name again replaces it.

        Args:
            folder: the first folder of the raw paths that it is about.
            name: file name of the receipt.
            content: what it says.

        Raises:
            OSError: it cannot be written there.
        """
        ...


class ReadRequest(BaseModel):
    """A file to read: its content id, a name as a hint for text formats, and how to get at the bytes when it is its turn.

    `is_released` is a person's word that a secrecy mark in it, or in its name, is none: it is read and kept all the same.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    content_id: str
    name: str
    load: Callable[[], bytes]
    is_released: bool = False


class Reader(Protocol):
    """Reads files in sandboxed workers. One bad file costs one quarantined reading and never a neighbour."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a reading could come out differently (formats, libraries, screening rules, limits)."""
        ...

    def read(self, requests: Iterable[ReadRequest]) -> Iterator[tuple[str, list[Reading]]]:
        """Yield (content id of the request, its readings, the file's own first) in any order, each request once."""
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors. Query and passage prefixes are its own business."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a vector could come out differently (weights, prefixes, pooling, length)."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as the model counts them, without the prefix."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Any:
        """float32 array of shape (len(texts), dimension), rows of length 1."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Any:
        """float32 array of shape (len(texts), dimension), rows of length 1."""
        ...


class EmbedderPlugin(Protocol):
    """What a module of `warehouse/embedders` offers as `EMBEDDER`: a name and how to load a model folder."""

    name: str

    def recognises(self, folder: Path) -> bool:
        """Whether this embedder can load the model in `folder`."""
        ...

    def load(self, folder: Path) -> Embedder:
        """Load the model; expensive, so done once and late."""
        ...


class FormReader(Protocol):
    """Finds amounts in documents by the forms of `connectors/forms`; pure and in this process, on what was read and masked."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever an extraction could come out differently."""
        ...

    def extract(self, document: FormDocument) -> Extraction:
        """Everything that the forms find in a document."""
        ...

    def described_fields(self, text: str) -> list[list[str]]:
        """Field names of each table that a text describes as the descriptor of a Data Package; none for any other text."""
        ...


class Progress(Protocol):
    """Somebody who wants to see a step move: the command's progress bar, Dagster's log, or nobody."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """`done` of `total` inputs of `step` are committed."""
        ...
