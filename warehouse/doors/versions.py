"""Versions of a document as one person sees them: only those that he may read count, in number, in order and in status.

Families of drafts are worked out over all contents. Told as they are, `3 of 7` or `draft` would say that something is there that
the asker may not read. So everything is counted again over what he may read: of one version alone nothing is said, and where
the final one is hidden the newest that he may read stands in its place.
"""

import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from schemas.access import Principal
from warehouse.doors.question import STATUS_LABELS, Status
from warehouse.doors.session import Pinned, Place
from warehouse.lake import CATALOG

VERSIONS = f"""
    SELECT d.content_id, d.family_id,
           row_number() OVER (PARTITION BY d.family_id ORDER BY d.ordinal, d.content_id) AS ordinal,
           count(*) OVER (PARTITION BY d.family_id) AS n_versions,
           CASE WHEN row_number() OVER (PARTITION BY d.family_id ORDER BY d.status = 'final' DESC, d.ordinal DESC, d.content_id) = 1
                THEN 'final' ELSE 'draft' END AS status,
           d.status = 'final' AND d.is_confirmed AS is_confirmed
    FROM {CATALOG}.core.draft d SEMI JOIN {{readable}} r ON r.content_id = d.content_id
    QUALIFY n_versions > 1"""
"""Versions among the contents of the relation `readable`; a document of which one version is among them has no row."""

_tables: weakref.WeakKeyDictionary[Pinned, frozenset[tuple[str, str]]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Version:
    """A content as a version of a document, counted over what the asker may read."""

    content_id: str
    family_id: str
    ordinal: int
    n_versions: int
    status: Status
    is_confirmed: bool

    @property
    def words(self) -> str:
        """`판 3/4 최종`, with `확정` where a person confirmed it."""
        confirmed = " 확정" if self.is_confirmed else ""
        return f"판 {self.ordinal}/{self.n_versions} {STATUS_LABELS[self.status]}{confirmed}"


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions that the asker may read of some documents, and where they lie."""

    by_content: dict[str, Version]
    places: dict[str, list[Place]]

    def best_first(self, family_id: str) -> list[Version]:
        """The versions of a document: the final one, then the others, the newest first."""
        own = (version for version in self.by_content.values() if version.family_id == family_id)
        return sorted(own, key=lambda version: (version.status != "final", -version.ordinal, version.content_id))


def holds(pinned: Pinned, table: str) -> bool:
    """Whether the publication has the table of that name in `core`; one from an earlier time may lack it."""
    if pinned not in _tables:
        _tables[pinned] = frozenset(pinned.lake.tables())
    return ("core", table) in _tables[pinned]


def find_versions(pinned: Pinned, principal: Principal, content_ids: Iterable[str]) -> Versions:
    """The versions of the documents that some contents are versions of, as far as the principal may read them."""
    if not holds(pinned, "draft"):
        return Versions({}, {})
    asked = pa.table({"content_id": pa.array(sorted(set(content_ids)), pa.string())})
    with pinned.lake.registered(asked_contents=asked):
        members = pinned.lake.rows(
            f"""SELECT DISTINCT m.content_id FROM {CATALOG}.core.draft m
                SEMI JOIN (SELECT d.family_id FROM {CATALOG}.core.draft d SEMI JOIN asked_contents USING (content_id)) f
                USING (family_id)"""
        )
    if not members:
        return Versions({}, {})
    places = pinned.places([row["content_id"] for row in members], principal)
    readable = pa.table({"content_id": pa.array(sorted(places), pa.string())})
    with pinned.lake.registered(readable_versions=readable):
        rows = pinned.lake.rows(VERSIONS.format(readable="readable_versions"))
    return Versions({row["content_id"]: Version(**row) for row in rows}, places)


def best_of(contents: Sequence[tuple[Version | None, Sequence[Place]]]) -> int:
    """Which of several contents that say the same is shown: a final one, then the later version or the newer file.

    Args:
        contents: each with its version and its places, newest first.

    Returns:
        Its position; of equal ones that of the last path.
    """
    families = {version.family_id if version else None for version, _ in contents}
    is_one_document = len(families) == 1 and None not in families

    def order(number: int) -> tuple[bool, int, str, str]:
        version, places = contents[number]
        ordinal = version.ordinal if version and is_one_document else 0
        is_draft = version is not None and version.status == "draft"
        return not is_draft, ordinal, str(places[0].modified_at), places[0].path

    return max(range(len(contents)), key=order)
