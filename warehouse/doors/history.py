"""History: the versions of one document as one person may see them, and what differs between two of them.

Families are those of `warehouse.doors.seen_families`, made anew from what the asker may read.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.fiscal import STAGE_LABELS, Stage
from schemas.provenance import Locator
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.doors.carriers import Carrier
from warehouse.doors.cite import NotHeld
from warehouse.doors.seen_families import families_of, held_alike, own_first, see
from warehouse.doors.session import Pinned, Session
from warehouse.doors.versions import holds
from warehouse.draft_changes import MOST_CHANGES, AmountChange, TextChange, amount_changes, text_changes, units_of
from warehouse.draft_likeness import Alike, compare
from warehouse.draft_signatures import shingled, texts_of
from warehouse.families import ALL_PAIRS, Content, Family
from warehouse.lake import CATALOG

_SHORTEST = 8
_NEAREST = 8


class VersionShown(BaseModel):
    """A version of a document; `document_ids` are all contents with its text that the asker may read, `paths` their places."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    document_ids: list[str]
    ordinal: int
    status: str
    is_confirmed: bool
    similarity: float | None
    title: str | None
    paths: list[str]
    modified_at: str | None
    reasons: list[str]
    doubt: str | None
    carried_by: list[Carrier]


class History(BaseModel):
    """The versions of a document, oldest first, as `gotgan history --json` prints them."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    publication: str
    versions: list[VersionShown]

    def position(self, document_id: str) -> int:
        """Which of the versions a content is, from 0.

        Raises:
            NotHeld: it is none of them.
        """
        for number, version in enumerate(self.versions):
            if document_id in version.document_ids:
                return number
        raise NotHeld(document_id)


class Differences(BaseModel):
    """What differs between two documents, as `gotgan history A --diff B --json` prints it."""

    model_config = ConfigDict(frozen=True)

    before_id: str
    after_id: str
    before_path: str
    after_path: str
    paragraphs: list[TextChange]
    amounts: list[AmountChange]
    n_left_out: int
    """Paragraphs and changes that are not told because there are too many."""


def history(session: Session, principal: Principal, document: str) -> History:
    """The versions of a document that the principal may read.

    Args:
        session: the session.
        principal: who asks.
        document: a content's id or the beginning of it (8 characters at least), a chunk's id, or a path as `search` shows it.

    Raises:
        NotHeld: among what the principal may read nothing is so called, or several documents are.
    """
    pinned = session.pinned()
    return _history(pinned, principal, find_document(pinned, principal, document))


def differences(session: Session, principal: Principal, document: str, other: str | None = None) -> Differences:
    """What differs between two documents, or between a version and the one before it (of the first: the one after it).

    Args:
        session: the session.
        principal: who asks.
        document: as in `history`; the later of the two where both are given and are versions of one document.
        other: as in `history`.

    Raises:
        NotHeld: as in `history`, or there is no other version.
    """
    pinned = session.pinned()
    one = find_document(pinned, principal, document)
    if other is not None:
        ends = _in_order(_history(pinned, principal, one), one, find_document(pinned, principal, other))
    else:
        told = _history(pinned, principal, one)
        if len(told.versions) < 2:
            raise NotHeld(document)
        number = max(told.position(one), 1)
        ends = [told.versions[number - 1].document_id, told.versions[number].document_id]
        if told.position(one) == number:
            ends[1] = one
    before, after = ends
    places = own_first(pinned.places(ends, principal))
    (first, n_first), (second, n_second) = (units_of(_elements(pinned, content_id)) for content_id in ends)
    paragraphs = text_changes(first, second)
    amounts = amount_changes(*(_amounts(pinned, content_id) for content_id in ends))
    n_more = max(0, len(paragraphs) - MOST_CHANGES) + max(0, len(amounts) - MOST_CHANGES)
    return Differences(
        before_id=before,
        after_id=after,
        before_path=places[before][0].shown,
        after_path=places[after][0].shown,
        paragraphs=paragraphs[:MOST_CHANGES],
        amounts=amounts[:MOST_CHANGES],
        n_left_out=n_first + n_second + n_more,
    )


def find_document(pinned: Pinned, principal: Principal, document: str) -> str:
    """The one content that is meant; what the principal may not read counts for nothing.

    Raises:
        NotHeld: nothing that he may read is so called, or several documents are.
    """
    statements = [
        f"SELECT content_id FROM {CATALOG}.core.reading WHERE outcome = 'kept' AND length($asked) >= {_SHORTEST} "
        "AND starts_with(content_id, $asked)",
        f"""SELECT r.content_id FROM {CATALOG}.index.chunk c JOIN {CATALOG}.core.reading r USING (text_id)
            WHERE c.chunk_id = $asked AND r.outcome = 'kept'""",
        f"""SELECT content_id FROM {CATALOG}.raw.placement WHERE content_id IS NOT NULL
            AND (path = $asked OR source_name || '/' || path = $asked)
            UNION SELECT content_id FROM {CATALOG}.core.member
            WHERE contains($asked, '!/') AND member_path = regexp_extract($asked, '!/([^!]*)$', 1)""",
    ]
    for statement in statements:
        ids = [row["content_id"] for row in pinned.lake.rows(statement, {"asked": document})]
        places = pinned.places(ids, principal)
        if "/" in document:
            named = {document}
            places = {key: held for key, held in places.items() if any({one.shown, one.path} & named for one in held)}
        if len(places) == 1 or (places and statement is statements[1]):
            return min(places)
    raise NotHeld(document)


def _in_order(told: History, one: str, other: str) -> list[str]:
    numbers = {key: number for number, version in enumerate(told.versions) for key in version.document_ids}
    if other in numbers and numbers[other] > numbers[one]:
        return [one, other]
    return [other, one]


def _history(pinned: Pinned, principal: Principal, document_id: str) -> History:
    publication = pinned.current.publication_id
    family_id, siblings = _siblings(pinned, document_id)
    seen = see(pinned, principal, siblings)
    made = families_of(pinned, seen.contents, dict.fromkeys(siblings, family_id), _alike(pinned, seen.contents))
    family = next((one for one in made if _holds(one, document_id)), None)
    if family is None:
        place = seen.places[document_id]
        alone = VersionShown(
            document_id=document_id,
            document_ids=[document_id],
            ordinal=1,
            status="final",
            is_confirmed=False,
            similarity=None,
            title=_title(pinned, document_id),
            paths=[one.shown for one in place],
            modified_at=str(place[0].modified_at),
            reasons=[],
            doubt=None,
            carried_by=list(seen.carriers.get(document_id, ())),
        )
        return History(document_id=document_id, publication=publication, versions=[alone])
    versions = [
        VersionShown(
            document_id=document_id if document_id in ids else ids[0],
            document_ids=list(ids),
            ordinal=ordinal,
            status="final" if standing.is_final else "draft",
            is_confirmed=standing.is_confirmed,
            similarity=similarity,
            title=_title(pinned, ids[0]),
            paths=[place.shown for key in ids for place in seen.places[key]],
            modified_at=standing.version.modified_at.isoformat() if standing.version.modified_at else None,
            reasons=list(standing.evidence),
            doubt=standing.doubt,
            carried_by=[carrier for key in ids for carrier in seen.carriers.get(key, ())],
        )
        for ordinal, (standing, similarity) in enumerate(zip(family.standings, family.similarities, strict=True), 1)
        for ids in [standing.version.content_ids]
    ]
    return History(document_id=document_id, publication=publication, versions=versions)


def _holds(family: Family, document_id: str) -> bool:
    return any(document_id in standing.version.content_ids for standing in family.standings)


def _siblings(pinned: Pinned, document_id: str) -> tuple[str, list[str]]:
    """The family of a document for everybody together, and what is in it; no family's id and the document where it has none."""
    # A publication from before there were families has no such table.
    if not holds(pinned, "draft"):
        return "", [document_id]
    rows = pinned.lake.rows(
        f"""SELECT content_id, family_id FROM {CATALOG}.core.draft WHERE family_id IN (
                SELECT family_id FROM {CATALOG}.core.draft WHERE content_id = $document) ORDER BY ordinal, content_id""",
        {"document": document_id},
    )
    return (rows[0]["family_id"], [row["content_id"] for row in rows]) if rows else ("", [document_id])


def _alike(pinned: Pinned, contents: Sequence[Content]) -> dict[tuple[str, str], Alike]:
    """How alike texts are: as the night has compared them, and now where it had no reason to."""
    if len(contents) < 2:
        return {}
    held = held_alike(pinned, contents)
    texts = sorted({content.text_id for content in contents})
    wanted = [
        (one, other)
        for number, one in enumerate(texts)
        for other in texts[number + 1 : None if len(texts) <= ALL_PAIRS else number + 1 + _NEAREST]
        if (one, other) not in held
    ]
    asked = pa.array(sorted({end for pair in wanted for end in pair}), pa.string())
    made = {key: shingled(text or "") for key, text in texts_of(pinned.lake, asked).items()} if wanted else {}
    return held | {pair: compare(made[pair[0]], made[pair[1]]) for pair in wanted if made.keys() >= set(pair)}


def _title(pinned: Pinned, content_id: str) -> str | None:
    rows = pinned.lake.rows(
        f"SELECT title FROM {CATALOG}.core.reading WHERE content_id = $content", {"content": content_id}
    )
    return rows[0]["title"] if rows else None


def _elements(pinned: Pinned, content_id: str) -> list[tuple[str, str, str]]:
    rows = pinned.lake.rows(
        f"SELECT kind, text, locator FROM {CATALOG}.core.element WHERE content_id = $content ORDER BY ordinal",
        {"content": content_id},
    )
    return [(row["kind"], row["text"], str(Locator(**row["locator"]))) for row in rows]


def _amounts(pinned: Pinned, content_id: str) -> list[dict[str, Any]]:
    if ("core", "budget_amount") not in pinned.lake.tables():
        return []
    rows = pinned.lake.rows(
        f"SELECT * FROM ({CURRENT_AMOUNTS}) WHERE content_id = $content ORDER BY ordinal, row, col, line",
        {"content": content_id},
    )
    return [{**row, "stage_label": STAGE_LABELS[Stage(row["stage"])]} for row in rows]
