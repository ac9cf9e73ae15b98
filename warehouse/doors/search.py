"""Search: passages that a principal may read, words and meaning together, each with its citation.

Access filters before anything is ranked; afterwards only places that the asker may read are shown, so that neither a
path nor a title of another place leaks through a passage that stands in both.
"""

from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.provenance import Locator
from warehouse.doors.conversations import Said, find_said
from warehouse.doors.session import Pinned, Place, Session
from warehouse.fusion import fuse
from warehouse.lake import CATALOG

_CANDIDATES = 50


class SearchHit(BaseModel):
    """One passage, as `gotgan search --json` prints it."""

    model_config = ConfigDict(frozen=True)

    chunk_id: str
    document_id: str
    path: str
    title: str
    text: str
    score: float
    locator: str
    citation: str
    also_in: int = 0


def search(session: Session, principal: Principal, text: str, limit: int = 10) -> list[SearchHit]:
    """The best passages for a question, best first; empty if nothing matches or nothing may be read."""
    pinned = session.pinned()
    vectors = pinned.vectors
    readable = pinned.readable_access(principal)
    if vectors is None or not readable or not text.strip():
        return []
    lexical = vectors.search_lexical(session.analyse_query(text), readable, _CANDIDATES)
    dense = vectors.search_dense(session.embedder().embed_queries([text])[0], readable, _CANDIDATES)
    ranked = fuse(lexical, dense)
    passage_ids = [hit.passage_id for hit in ranked]
    shown = _resolve(pinned, principal, passage_ids)
    said = dict(find_said(pinned, principal, passage_ids=passage_ids))
    hits: list[SearchHit] = []
    sessions: set[tuple[str, int]] = set()
    for hit in ranked:
        if hit.passage_id in shown:
            hits.append(_hit(pinned, shown[hit.passage_id], hit.score))
        elif hit.passage_id in said and said[hit.passage_id].session.place not in sessions:
            # The whole session is shown, so that its other windows, and other exports' names, would only show it again.
            sessions.add(said[hit.passage_id].session.place)
            hits.append(_said_hit(pinned, said[hit.passage_id], hit.score))
        if len(hits) == limit:
            break
    return hits


def _resolve(
    pinned: Pinned, principal: Principal, passage_ids: list[str]
) -> dict[str, tuple[dict[str, Any], list[Place]]]:
    """For each passage its chunk in the newest document that the principal may read, with that document's places."""
    asked = pa.table({"passage_id": pa.array(sorted(set(passage_ids)), pa.string())})
    with pinned.lake.registered(hits=asked):
        chunks = pinned.lake.rows(
            f"""SELECT c.passage_id, c.chunk_id, c.text, c.headings, c.locator, r.content_id, r.title
                FROM {CATALOG}.index.chunk c SEMI JOIN hits USING (passage_id)
                JOIN {CATALOG}.core.reading r ON r.text_id = c.text_id AND r.outcome = 'kept'
                ORDER BY c.passage_id, r.content_id, c.ordinal"""
        )
    places = pinned.places([chunk["content_id"] for chunk in chunks], principal)
    found: dict[str, tuple[dict[str, Any], list[Place]]] = {}
    others: dict[str, list[Place]] = {}
    for chunk in chunks:
        own = places.get(chunk["content_id"])
        if not own:
            continue
        passage_id = chunk["passage_id"]
        others.setdefault(passage_id, []).extend(place for place in own if place not in others.get(passage_id, []))
        best = found.get(passage_id)
        if best is None or (str(own[0].modified_at), own[0].path) > (str(best[1][0].modified_at), best[1][0].path):
            found[passage_id] = (chunk, own)
    return {
        passage_id: (chunk, [own[0], *(place for place in others[passage_id] if place != own[0])])
        for passage_id, (chunk, own) in found.items()
    }


def _hit(pinned: Pinned, resolved: tuple[dict[str, Any], list[Place]], score: float) -> SearchHit:
    chunk, places = resolved
    place = places[0]
    locator = str(Locator(**chunk["locator"]))
    return SearchHit(
        chunk_id=chunk["chunk_id"],
        document_id=chunk["content_id"],
        path=place.shown,
        title=chunk["title"] or (place.member_path or place.name).rsplit("/", 1)[-1].rsplit(".", 1)[0],
        text="\n".join([*chunk["headings"], chunk["text"]]),
        score=round(score, 6),
        locator=locator,
        citation=cite_words(place.shown, locator, pinned.current.publication_id),
        also_in=len(places) - 1,
    )


def _said_hit(pinned: Pinned, said: Said, score: float) -> SearchHit:
    place = said.places[0]
    return SearchHit(
        chunk_id=said.chunk_id,
        document_id=place.content_id,
        path=place.shown,
        title=said.session.headings[0],
        text=said.text,
        score=round(score, 6),
        locator=said.where,
        citation=cite_said(said, pinned.current.publication_id),
        also_in=len(said.places) - 1,
    )


def cite_said(said: Said, publication_id: str) -> str:
    """A citation of what was said in one line: room, time and speaker, then export and line, and the publication."""
    return f"{said.words} · {cite_words(said.places[0].shown, said.where, publication_id)}"


def cite_words(path: str, locator: str, publication_id: str) -> str:
    """A citation in one line: file, place in it, and the publication that it was read from."""
    return f"{path}{' · ' + locator if locator else ''} [{publication_id}]"
