"""A folder: any mounted share. Walked without recursion, read without following a link out of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from connectors.permissions import Accounts, PosixRule
from connectors.walking import AccessRule, FixedAccess, fetch_file, walk_tree
from schemas.access import Access
from schemas.ports import Sighting, Walk


class FolderOptions(BaseModel):
    """What a `[[source]]` of this kind says besides its name and access.

    With `permissions = "posix"` the modes and access lists of files and folders decide inside the share, `access` says who
    is on the share at all, and `accounts` says what users and groups stand for (`"uid:1000" = "user:kim"`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    permissions: Literal["source", "posix"] = "source"
    accounts: dict[str, str] = {}


@dataclass(frozen=True)
class FolderSource:
    """A folder bound to one `[[source]]`: its name, its root, and the access of what is in it."""

    name: str
    root: Path
    access: Access
    rule: AccessRule | None = None
    kind: str = field(default="folder", init=False)
    keeps_missing: bool = field(default=False, init=False)

    def walk(self) -> Iterator[Sighting | Walk]:
        """Every file once, then a `Walk`; see `connectors.walking.walk_tree`."""
        return walk_tree(self.root, self.rule or FixedAccess(self.access))

    def fetch(self, raw_path: str, limit_bytes: int) -> bytes:
        """The file's bytes; see `schemas.ports.Source.fetch`."""
        return fetch_file(self.root, raw_path, limit_bytes)


@dataclass(frozen=True)
class FolderConnector:
    """Makes a `FolderSource` of a `[[source]]` table with `kind = "folder"`."""

    name: str = "folder"
    label: str = "폴더(마운트된 공유)"

    def bind(self, name: str, access: Access, options: Mapping[str, Any]) -> FolderSource:
        """Bind the connector to a source's settings.

        Raises:
            pydantic.ValidationError: `path` is missing, or an option is unknown or wrong.
        """
        chosen = FolderOptions.model_validate(dict(options))
        rule = PosixRule(access, Accounts(chosen.accounts)) if chosen.permissions == "posix" else None
        return FolderSource(name=name, root=chosen.path.expanduser(), access=access, rule=rule)


SOURCE = FolderConnector()
