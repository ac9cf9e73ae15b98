"""Whether a passage still stands in the newest version of its document that the asker may read, and where it stands there.

The newest version is the final one among the drafts that he may read, else what stands now at the place where the content stood.
A citation from an earlier publication is followed too: what was replaced since is told with what took its place.
"""

from typing import Any, Literal, NamedTuple

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.provenance import Locator
from warehouse.doors.candidates import LEAST_ALIKE, likeness
from warehouse.doors.session import Pinned, Place
from warehouse.doors.versions import find_versions
from warehouse.doors.wording import version_words
from warehouse.lake import CATALOG, Lake

InNewest = Literal["newest", "stands", "changed", "gone"]
_MOST_EARLIER = 5
_CHUNK = f"""
    SELECT c.*, r.content_id, r.title FROM {CATALOG}.index.chunk c
    JOIN {CATALOG}.core.reading r ON r.text_id = c.text_id AND r.outcome = 'kept'"""


class Newest(BaseModel):
    """The newest version of a document that the asker may read, and what became of a passage in it.

    `state` is `newest` where the passage is of that version itself, `stands` where it says the same, `changed` where something
    like it stands there, `gone` where nothing does. `text` is what the newest version says, where it says anything like it.
    """

    model_config = ConfigDict(frozen=True)

    state: InNewest
    document_id: str
    path: str
    version: str
    chunk_id: str | None = None
    locator: str | None = None
    text: str | None = None


class Earlier(NamedTuple):
    """A passage of an earlier publication whose content stands nowhere any more, and a place at which it stood."""

    chunk: dict[str, Any]
    place: Place
    publication_id: str


def newest_of(pinned: Pinned, principal: Principal, chunk: dict[str, Any], place: Place) -> Newest:
    """What became of a passage in the newest version of its document.

    Args:
        pinned: the publication.
        principal: who asks.
        chunk: a row of `index.chunk` with the `content_id` that it is cited of.
        place: a place of that content, or one at which it stood, where another content stands now.
    """
    if place.content_id != chunk["content_id"]:
        return _compared(pinned, principal, chunk, place.content_id, place)
    versions = find_versions(pinned, principal, [chunk["content_id"]])
    own = versions.by_content.get(chunk["content_id"])
    if own is None:
        return Newest(state="newest", document_id=chunk["content_id"], path=place.shown, version=version_words(place))
    best = versions.best_first(own.family_id)[0]
    if best.content_id == own.content_id:
        version = version_words(place, own)
        return Newest(state="newest", document_id=own.content_id, path=place.shown, version=version)
    return _compared(pinned, principal, chunk, best.content_id, versions.places[best.content_id][0])


def _compared(pinned: Pinned, principal: Principal, chunk: dict[str, Any], content_id: str, place: Place) -> Newest:
    rows = pinned.lake.rows(f"{_CHUNK} WHERE r.content_id = $content ORDER BY c.ordinal", {"content": content_id})
    version = find_versions(pinned, principal, [content_id]).by_content.get(content_id)
    shown = {"document_id": content_id, "path": place.shown, "version": version_words(place, version)}
    same = next((row for row in rows if row["passage_id"] == chunk["passage_id"]), None)
    if same is None:
        squeezed = "".join(chunk["text"].split())
        same = next((row for row in rows if squeezed in "".join(row["text"].split())), None)
    if same is not None:
        return _found("stands", same, shown)
    alike = max(
        ((likeness(chunk["text"], row["text"]), -row["ordinal"], row) for row in rows),
        key=lambda one: one[:2],
        default=None,
    )
    if alike is None or alike[0] < LEAST_ALIKE:
        return Newest(state="gone", **shown)
    return _found("changed", alike[2], shown)


def _found(state: InNewest, row: dict[str, Any], shown: dict[str, str]) -> Newest:
    locator = str(Locator(**row["locator"]))
    return Newest(state=state, chunk_id=row["chunk_id"], locator=locator, text=row["text"], **shown)


def stood_at(pinned: Pinned, principal: Principal, content_id: str) -> list[Place]:
    """Places at which a content stood that stands nowhere now, as they are today.

    What stands somewhere is read there or not at all. What stands nowhere is read by those who may read the place at which it
    stood, and could then: the same rule as that of the analysts' files (`warehouse.serving_budget`).
    """
    readable = pa.table({"access_id": pa.array(pinned.readable_access(principal), pa.string())})
    with pinned.lake.registered(readable=readable):
        stood = pinned.lake.rows(
            f"""SELECT placement_id, content_id FROM (
                    SELECT p.placement_id, p.content_id, unnest(p.earlier_contents) AS earlier FROM {CATALOG}.raw.placement p
                    SEMI JOIN readable r ON r.access_id = p.access_id WHERE p.content_id IS NOT NULL) s
                SEMI JOIN readable r ON r.access_id = s.earlier.access_id
                WHERE s.earlier.content_id = $content
                    AND NOT EXISTS (FROM {CATALOG}.raw.placement p WHERE p.content_id = $content)
                    AND NOT EXISTS (FROM {CATALOG}.core.member m WHERE m.content_id = $content)
                ORDER BY placement_id""",
            {"content": content_id},
        )
    places = pinned.places([row["content_id"] for row in stood], principal)
    return [
        place
        for row in stood
        for place in places.get(row["content_id"], [])
        if place.placement_id == row["placement_id"] and place.member_path is None
    ]


def find_earlier(pinned: Pinned, principal: Principal, chunk_id: str) -> Earlier | None:
    """A passage that an earlier publication cited, if that is kept and the principal may read what stands in its place.

    Of a document alone: what was said is withdrawn with its conversation.
    """
    listed = pinned.lake.rows(
        f"""SELECT publication_id, snapshot_id FROM {CATALOG}.ops.publication WHERE publication_id < $current
            ORDER BY published_at DESC, publication_id DESC LIMIT {_MOST_EARLIER}""",
        {"current": pinned.current.publication_id},
    )
    for row in listed:
        try:
            earlier = Lake.open(pinned.lake.place, snapshot=row["snapshot_id"])
        except duckdb.Error:
            # The snapshot has expired with its publication.
            continue
        with earlier:
            try:
                chunks = earlier.rows(f"{_CHUNK} WHERE c.chunk_id = $chunk ORDER BY r.content_id", {"chunk": chunk_id})
            except duckdb.Error:
                # Its files were cleaned up, or it is from before there were chunks.
                continue
        for chunk in chunks:
            if places := stood_at(pinned, principal, chunk["content_id"]):
                return Earlier(chunk, places[0], row["publication_id"])
    return None
