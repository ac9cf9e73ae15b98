"""Versions of a document as one person sees them: only those that he may read count, in number, in order and in status.

Families of drafts are worked out over all contents. Told as they are, `3 of 7` or `draft` would say that something is there that
the asker may not read, and two documents that only a hidden one joins would be told as one. So everything is counted again over
what he may read, and a family of which he may read a part alone is made anew of that part: of one version alone nothing is said,
and where the final one is hidden the newest that he may read stands in its place.
"""

import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from schemas.access import Principal
from warehouse.doors.question import STATUS_LABELS, Status
from warehouse.doors.seen_families import families_of, held_alike, see
from warehouse.doors.session import EVERY_PLACE, EVERY_PLACE_WITHOUT_SCOPES, Pinned, Place
from warehouse.lake import CATALOG

_MOST_TOLD = 50_000
_tables: weakref.WeakKeyDictionary[Pinned, frozenset[tuple[str, str]]] = weakref.WeakKeyDictionary()
# By the accesses that somebody may read, and by the family of `core.draft`.
_told: weakref.WeakKeyDictionary[Pinned, dict[tuple[str, ...], dict[str, tuple["Version", ...]]]] = (
    weakref.WeakKeyDictionary()
)


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
        rows = pinned.lake.rows(
            f"""SELECT m.content_id, m.family_id, m.ordinal, m.status, m.is_confirmed FROM {CATALOG}.core.draft m
                SEMI JOIN (SELECT d.family_id FROM {CATALOG}.core.draft d SEMI JOIN asked_contents USING (content_id)) f
                USING (family_id)"""
        )
    if not rows:
        return Versions({}, {})
    places = pinned.places([row["content_id"] for row in rows], principal)
    families: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        families.setdefault(row["family_id"], []).append(row)
    return Versions(_versions_of(pinned, principal, families, places), places)


def _versions_of(
    pinned: Pinned,
    principal: Principal,
    families: Mapping[str, Sequence[dict[str, Any]]],
    places: Mapping[str, Sequence[Place]],
) -> dict[str, Version]:
    """Content → its version, of families of `core.draft` of which somebody reads `places`; each is worked out once."""
    readable = tuple(pinned.readable_access(principal))
    told = _told.setdefault(pinned, {})
    if sum(map(len, told.values())) > _MOST_TOLD:
        told.clear()
    known = told.setdefault(readable, {})
    if new := {key: rows for key, rows in families.items() if key not in known}:
        read = {key: [row for row in rows if row["content_id"] in places] for key, rows in new.items()}
        in_part = _known_in_part(
            pinned, readable, {key: rows for key, rows in new.items() if len(read[key]) > 1}, places
        )
        found = {key: tuple(_counted(rows)) for key, rows in read.items() if key not in in_part}
        found |= _made_anew(pinned, principal, {key: read[key] for key in in_part})
        known |= found
    return {version.content_id: version for key in families for version in known[key]}


def _known_in_part(
    pinned: Pinned,
    readable: Sequence[str],
    families: Mapping[str, Sequence[dict[str, Any]]],
    places: Mapping[str, Sequence[Place]],
) -> list[str]:
    """Those of some families to which something belongs, or may, that the asker may not read.

    A version, a place of one, what stood at a place before, a message that carried one: all of it joins and orders versions.
    """
    ids = [row["content_id"] for rows in families.values() for row in rows]
    if not ids:
        return []
    every_place = EVERY_PLACE if pinned.holds_conversations else EVERY_PLACE_WITHOUT_SCOPES
    asked = pa.table(
        {
            "number": pa.array(range(len(ids)), pa.int64()),
            "content_id": pa.array(ids, pa.string()),
            "scope": pa.nulls(len(ids), pa.string()),
        }
    )
    with pinned.lake.registered(asked=asked):
        counts = pinned.lake.rows(f"SELECT number, count(*) AS n FROM ({every_place}) GROUP BY number")
        hidden = pinned.lake.rows(
            f"""SELECT content_id FROM {CATALOG}.raw.placement SEMI JOIN asked USING (content_id)
                WHERE NOT list_has_all($readable, [e.access_id FOR e IN earlier_contents])""",
            {"readable": list(readable)},
        )
        if holds(pinned, "attachment_link"):
            hidden += pinned.lake.rows(
                f"SELECT content_id FROM {CATALOG}.core.attachment_link SEMI JOIN asked USING (content_id)"
            )
    n_places = {ids[row["number"]]: row["n"] for row in counts}
    unsure = {row["content_id"] for row in hidden} | {
        key for key in ids if n_places.get(key) != len(places.get(key, ()))
    }
    return [key for key, rows in families.items() if any(row["content_id"] in unsure for row in rows)]


def _made_anew(
    pinned: Pinned, principal: Principal, families: Mapping[str, Sequence[dict[str, Any]]]
) -> dict[str, tuple[Version, ...]]:
    """The versions of families that are known in part, made of what the asker may read as if there were nothing else."""
    everybodys = {row["content_id"]: key for key, rows in families.items() for row in rows}
    found: dict[str, list[Version]] = {key: [] for key in families}
    if not everybodys:
        return {}
    contents = see(pinned, principal, sorted(everybodys)).contents
    for family in families_of(pinned, contents, everybodys, held_alike(pinned, contents)):
        rows = [
            {
                "content_id": content_id,
                "family_id": family.family_id,
                "ordinal": ordinal,
                "status": "final" if standing.is_final else "draft",
                "is_confirmed": standing.is_confirmed,
            }
            for ordinal, standing in enumerate(family.standings, 1)
            for content_id in standing.version.content_ids
        ]
        found[everybodys[rows[0]["content_id"]]] += _counted(rows)
    return {key: tuple(versions) for key, versions in found.items()}


def _counted(rows: Sequence[dict[str, Any]]) -> list[Version]:
    """Versions of one document, counted among themselves; of one alone nothing is said."""
    if len(rows) < 2:
        return []
    ordered = sorted(rows, key=lambda row: (row["ordinal"], row["content_id"]))
    final = min(rows, key=lambda row: (row["status"] != "final", -row["ordinal"], row["content_id"]))
    return [
        Version(
            content_id=row["content_id"],
            family_id=row["family_id"],
            ordinal=number,
            n_versions=len(rows),
            status="final" if row is final else "draft",
            is_confirmed=row["status"] == "final" and row["is_confirmed"],
        )
        for number, row in enumerate(ordered, 1)
    ]


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
