"""History: the versions of one document as one person may see them, and what differs between two of them.

Families are made anew from what the asker may read: his contents, their places that he may read, the mails and messages that he
may read. So no version that is hidden from him joins two others, sets their order or makes one of them the final one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.fiscal import STAGE_LABELS, Stage
from schemas.provenance import Locator
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.doors.carriers import Carrier, carriers_of
from warehouse.doors.cite import NotHeld
from warehouse.doors.session import Pinned, Place, Session
from warehouse.draft_changes import MOST_CHANGES, AmountChange, TextChange, amount_changes, text_changes, units_of
from warehouse.draft_likeness import compare
from warehouse.draft_signatures import shingled, texts_of
from warehouse.drafts import CONTENTS, contents_of, final_answers, project_facts
from warehouse.families import Content, Family, Spot, make_families
from warehouse.lake import CATALOG

_SHORTEST = 8
_ALL_PAIRS = 24
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


@dataclass(frozen=True)
class _Seen:
    """What the asker may read of some contents."""

    contents: list[Content]
    places: Mapping[str, Sequence[Place]]
    carriers: Mapping[str, Sequence[Carrier]]


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
    places = _own_first(pinned.places(ends, principal))
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
    seen = _seen(pinned, principal, _siblings(pinned, document_id))
    family = next((one for one in _families(pinned, seen) if _holds(one, document_id)), None)
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


def _siblings(pinned: Pinned, document_id: str) -> list[str]:
    # A publication from before there were families has no such table.
    if ("core", "draft") not in pinned.lake.tables():
        return [document_id]
    rows = pinned.lake.rows(
        f"""SELECT content_id FROM {CATALOG}.core.draft WHERE family_id IN (
                SELECT family_id FROM {CATALOG}.core.draft WHERE content_id = $document) ORDER BY ordinal, content_id""",
        {"document": document_id},
    )
    return [row["content_id"] for row in rows] or [document_id]


def _seen(pinned: Pinned, principal: Principal, content_ids: Sequence[str]) -> _Seen:
    places = _own_first(pinned.places(content_ids, principal))
    carriers = carriers_of(pinned, principal, places)
    if ("core", "signature") not in pinned.lake.tables():
        return _Seen([], places, carriers)
    asked = pa.table({"content_id": pa.array(sorted(places), pa.string())})
    with pinned.lake.registered(readable_drafts=asked):
        rows = pinned.lake.rows(f"FROM ({CONTENTS}) SEMI JOIN readable_drafts USING (content_id) ORDER BY content_id")
        facts = project_facts(pinned.lake, "readable_drafts")
    spots = {key: [_spot(place) for place in held] for key, held in places.items()}
    sent = {
        key: [datetime.fromisoformat(carrier.sent_at) for carrier in held if carrier.sent_at]
        for key, held in carriers.items()
    }
    return _Seen(contents_of(rows, facts, spots, sent, _replaced(pinned, principal, places)), places, carriers)


def _own_first(places: Mapping[str, list[Place]]) -> dict[str, list[Place]]:
    """Places where a file lies by itself before those inside archives and mails."""
    return {key: sorted(held, key=lambda place: place.member_path is not None) for key, held in places.items()}


def _spot(place: Place) -> Spot:
    folder, _, name = place.shown.rpartition("/")
    return Spot(
        folder, name, place.modified_at if not place.member_path and isinstance(place.modified_at, datetime) else None
    )


def _replaced(pinned: Pinned, principal: Principal, places: Mapping[str, Sequence[Place]]) -> dict[str, set[str]]:
    """Content → contents that stood at a place of it, where the asker may read the place as it is and as it was."""
    readable = set(pinned.readable_access(principal))
    own = {place.placement_id for held in places.values() for place in held if not place.member_path}
    asked = pa.table({"placement_id": pa.array(sorted(own), pa.string())})
    with pinned.lake.registered(readable_spots=asked):
        rows = pinned.lake.rows(
            f"""SELECT content_id, earlier_contents FROM {CATALOG}.raw.placement SEMI JOIN readable_spots USING (placement_id)
                WHERE len(earlier_contents) > 0"""
        )
    found: dict[str, set[str]] = {}
    for row in rows:
        earlier = {one["content_id"] for one in row["earlier_contents"] if one["access_id"] in readable}
        found.setdefault(row["content_id"], set()).update(earlier)
    return found


def _families(pinned: Pinned, seen: _Seen) -> list[Family]:
    # A publication from before there were families has none of the tables below.
    if len(seen.contents) < 2:
        return []
    texts = sorted({content.text_id for content in seen.contents})
    pairs = [
        (one, other)
        for number, one in enumerate(texts)
        for other in texts[number + 1 : None if len(texts) <= _ALL_PAIRS else number + 1 + _NEAREST]
    ]
    made = {key: shingled(text or "") for key, text in texts_of(pinned.lake, pa.array(texts, pa.string())).items()}
    alike = {(one, other): compare(made[one], made[other]) for one, other in pairs if one in made and other in made}
    ids = [content.content_id for content in seen.contents]
    answers = final_answers(pinned.lake, ids)
    # "None yet" was said of the family under the id that it has for everybody together.
    none_yet = [answers[key] for key in _everybodys_family(pinned, ids) if key in answers]
    for answer in none_yet:
        for key in ids:
            if key not in answers or answers[key].decided_at < answer.decided_at:
                answers[key] = answer
    return make_families(seen.contents, alike, answers)


def _everybodys_family(pinned: Pinned, content_ids: Sequence[str]) -> list[str]:
    asked = pa.table({"content_id": pa.array(sorted(content_ids), pa.string())})
    with pinned.lake.registered(readable_drafts=asked):
        rows = pinned.lake.rows(
            f"SELECT DISTINCT family_id FROM {CATALOG}.core.draft SEMI JOIN readable_drafts USING (content_id) ORDER BY 1"
        )
    return [row["family_id"] for row in rows]


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
