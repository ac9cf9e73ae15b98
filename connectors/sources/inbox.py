"""An inbox: a drop folder per person, for PCs that no share reaches. Who drops a file gets a receipt.

A file belongs to the person whose folder it lies in. It was handed over: once received it stays held although its owner
clears the folder. Receipts lie in a folder of their own beside the files and are never collected.
"""

import contextlib
import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from connectors.walking import fetch_file, open_folder, walk_tree
from schemas.access import Access
from schemas.ports import Sighting, Walk

RECEIPT_FOLDER = "접수증"


class InboxOptions(BaseModel):
    """What a `[[source]]` of this kind says besides its name; `access` names those who may read every drop."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path


@dataclass(frozen=True, slots=True)
class PersonRule:
    """The person whose folder it is may read, and whoever the source's settings name besides."""

    access: Access

    def enter(self, above: str | None, folder: str, descriptor: int) -> str | None:
        """The person: the first folder on the way."""
        return above or (person_of(folder) if folder else None)

    def access_of(self, above: str | None, path: str, status: os.stat_result, descriptor: int) -> Access:
        """The person's own, if there is one."""
        own = (f"user:{above}",) if above else ()
        return Access(allow=tuple(sorted({*own, *self.access.allow})), deny=self.access.deny)


def person_of(raw_path: str) -> str:
    """The name of the person in whose folder a path lies, in NFC as it is written in `gotgan.toml`."""
    return unicodedata.normalize("NFC", raw_path.split("/", 1)[0])


def _holds_receipts(path: str) -> bool:
    """Whether a folder is a person's folder of receipts; one of that name further down is a drop like any other."""
    _, _, inner = unicodedata.normalize("NFC", path).partition("/")
    return inner == RECEIPT_FOLDER


@dataclass(frozen=True)
class InboxSource:
    """An inbox bound to one `[[source]]`."""

    name: str
    root: Path
    access: Access
    kind: str = field(default="inbox", init=False)
    keeps_missing: bool = field(default=True, init=False)

    def walk(self) -> Iterator[Sighting | Walk]:
        """Every dropped file once, then a `Walk`. A file beside the folders is nobody's and quarantined."""
        for item in walk_tree(self.root, PersonRule(self.access), passes_over=_holds_receipts):
            if isinstance(item, Sighting) and "/" not in item.raw_path and item.skip_rule is None:
                yield item.model_copy(update={"reason": "no_recipient"})
            else:
                yield item

    def fetch(self, raw_path: str, limit_bytes: int) -> bytes:
        """The file's bytes; see `schemas.ports.Source.fetch`."""
        return fetch_file(self.root, raw_path, limit_bytes)

    def acknowledge(self, folder: str, name: str, content: bytes) -> None:
        """Write a receipt into the drop folder; see `schemas.ports.Acknowledging`."""
        # By descriptors, since the folder's owner could put a link in the way of what is written here.
        drop = open_folder(self.root, [folder])
        try:
            receipts = _open_or_make(drop, RECEIPT_FOLDER)
        finally:
            os.close(drop)
        try:
            # Whole or not at all: a run that is killed here writes the same receipt again.
            temporary = f".{name}.part"
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=receipts)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=receipts)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(temporary, name, src_dir_fd=receipts, dst_dir_fd=receipts)
        finally:
            os.close(receipts)


def _open_or_make(parent: int, name: str) -> int:
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, 0o755, dir_fd=parent)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)


@dataclass(frozen=True)
class InboxConnector:
    """Makes an `InboxSource` of a `[[source]]` table with `kind = "inbox"`."""

    name: str = "inbox"
    label: str = "접수함(사람마다 놓는 폴더)"

    def bind(self, name: str, access: Access, options: Mapping[str, Any]) -> InboxSource:
        """Bind the connector to a source's settings.

        Raises:
            pydantic.ValidationError: `path` is missing, or an option is unknown.
        """
        chosen = InboxOptions.model_validate(dict(options))
        return InboxSource(name=name, root=chosen.path.expanduser(), access=access)


SOURCE = InboxConnector()
