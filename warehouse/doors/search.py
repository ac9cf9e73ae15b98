"""Search: passages that a principal may read, words and meaning together, each with its citation.

Access and filters apply before anything is ranked; afterwards only places that the asker may read are shown, so that neither a
path nor a title of another place leaks through a passage that stands in both. Text of documents is data: it is quoted, and
instructions that were found in it are named beside it.
"""

import threading
import weakref
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.provenance import Locator
from warehouse.chunking import passage_text
from warehouse.doors.candidates import NEAR_SCORE, Candidate, resolve
from warehouse.doors.conversations import Said
from warehouse.doors.eligible import MOST_PREFILTERED, Eligible, eligible
from warehouse.doors.figures import amounts_of, chunks_of_cells
from warehouse.doors.question import Filters, Question, Status, parse_question
from warehouse.doors.reranking import MOST_RERANKED, Reranker
from warehouse.doors.routing import Figure, NotHeld, find_figures, find_not_held, wanted_of
from warehouse.doors.section import Surroundings, surroundings_of
from warehouse.doors.session import Pinned, Place, Session
from warehouse.doors.wording import cite_words, opening_words, version_words
from warehouse.fusion import Hit, order
from warehouse.hybrid import find
from warehouse.yardstick import spread_of

MOST_HITS = 100
_CANDIDATES = 50
_DEEPEST = 3_200
_MOST_ALSO = 20
_MOST_PROMOTED = 3
_locks: weakref.WeakKeyDictionary[Session, threading.Lock] = weakref.WeakKeyDictionary()


class SearchHit(BaseModel):
    """One passage, as `gotgan search --json` prints it.

    `text` is quoted from the document with its headings, `section` is what stands around it below the same headings. `also` are
    other places that hold the same passage or a version of it, `also_in` their number, as far as the asker may read them.
    `amounts` are ids of the amounts in the rows shown, `cautions` what in the text reads like an instruction to a machine.
    """

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
    also: list[str] = []
    status: Status = "final"
    version: str = ""
    how_to_open: str = ""
    section: str = ""
    before: list[str] = []
    after: list[str] = []
    amounts: list[str] = []
    cautions: list[str] = []
    rerank_score: float | None = None


class SearchAnswer(BaseModel):
    """What a question brings: passages, best first, and the figures of the records where it asks for one."""

    model_config = ConfigDict(frozen=True)

    question: str
    """Its plain text."""
    filters: Filters
    """What the question itself said of where to look."""
    hits: list[SearchHit]
    figures: list[Figure] = []
    not_held: list[NotHeld] = []
    """What it asks of a project that no readable record has; a figure beside it is of another year or stage that it asks for."""
    candidates: list[str] = []
    """Names of projects, ten at most, of which its words could mean any; none of them is answered."""
    n_candidates: int = 0
    reranker: str | None = None
    """Fingerprint of the cross-encoder that ordered the first hits."""


def search(
    session: Session,
    principal: Principal,
    text: str,
    limit: int = 10,
    *,
    filters: Filters | None = None,
    n_neighbours: int = 0,
    reranker: Reranker | None = None,
) -> list[SearchHit]:
    """The best passages for a question, best first; empty if nothing matches or nothing may be read. As `answer`."""
    found = answer(session, principal, text, limit, filters=filters, n_neighbours=n_neighbours, reranker=reranker)
    return found.hits


def answer(
    session: Session,
    principal: Principal,
    text: str,
    limit: int = 10,
    *,
    filters: Filters | None = None,
    n_neighbours: int = 0,
    reranker: Reranker | None = None,
) -> SearchAnswer:
    """The best passages for a question and the figures that it asks for.

    Args:
        session: the session.
        principal: who asks.
        text: the question; parts such as `연도:2026` say where to look (`warehouse.doors.question`).
        limit: passages wanted, `MOST_HITS` at most.
        filters: where to look; what the question itself says must hold besides, and widens nothing.
        n_neighbours: passages before and after each hit that are wanted too.
        reranker: reads the first hits again and orders them.

    Raises:
        warehouse.doors.question.QuestionRefused: the question is too long, or a filter in it says nothing.
        ValueError: the limit is out of bounds.
        warehouse.doors.reranking.BrokenReranker: the cross-encoder gives no scores.
        warehouse.vector_search.WrongTable: the session's model is another than made the publication's vectors.
    """
    if not 1 <= limit <= MOST_HITS:
        raise ValueError(f"a search gives 1 to {MOST_HITS} passages, not {limit}")
    asked = parse_question(text)
    # One request at a time: tables of one asker on the connection must never answer another's.
    with _locks.setdefault(session, threading.Lock()):
        return _answer(session, principal, asked, filters or Filters(), limit, n_neighbours, reranker)


def _answer(
    session: Session,
    principal: Principal,
    question: Question,
    confined: Filters,
    limit: int,
    n_neighbours: int,
    reranker: Reranker | None,
) -> SearchAnswer:
    pinned = session.pinned()
    text, where = question
    if pinned.vectors is None or not pinned.readable_access(principal) or not text:
        return SearchAnswer(question=text, filters=where, hits=[])
    with eligible(pinned, principal, [where, confined]) as sieve:
        wanted = wanted_of(pinned, principal, text, [*where.year, *confined.year], sieve)
        figures = find_figures(pinned, principal, wanted, sieve)
        not_held = find_not_held(pinned, principal, wanted, sieve, [figure for figure, _ in figures])
        cells = [cell for _, cell in figures[:_MOST_PROMOTED]] if wanted.is_exact else []
        promoted = chunks_of_cells(pinned, cells)
        wide = max(limit, MOST_RERANKED) if reranker else limit
        candidates = _candidates(session, pinned, principal, text, wide, sieve, promoted)
    if reranker:
        candidates = _rerank(reranker, text, candidates)
    candidates = candidates[:limit]
    documents = [one.chunk for one in candidates if one.said is None]
    around = surroundings_of(pinned, documents, n_neighbours) if documents else {}
    amounts = amounts_of(pinned, documents)
    hits = [
        _said_hit(pinned, one, one.said)
        if one.said
        else _hit(pinned, one, around[one.chunk["chunk_id"]], amounts.get(one.chunk["chunk_id"], []))
        for one in candidates
    ]
    return SearchAnswer(
        question=text,
        filters=where,
        hits=hits,
        figures=[figure for figure, _ in figures],
        not_held=not_held,
        candidates=list(wanted.naming.candidates),
        n_candidates=wanted.naming.n_candidates,
        reranker=reranker.fingerprint if reranker else None,
    )


def _candidates(
    session: Session,
    pinned: Pinned,
    principal: Principal,
    text: str,
    limit: int,
    sieve: Eligible | None,
    promoted: Sequence[str],
) -> list[Candidate]:
    """What is shown, best first: looks deeper while drafts that were made one, or filters, leave too few, and there is more."""
    vectors = pinned.vectors
    ids = sieve.passages() if sieve else None
    if vectors is None or ids == []:
        return []
    readable = pinned.readable_access(principal)
    model = session.embedder(pinned)
    morphemes, vector, spread = session.analyse_query(text), model.embed_queries([text])[0], spread_of(model)

    def ask(k: int, among: Sequence[str] | None) -> list[Hit]:
        return find(
            vectors, morphemes, vector, readable, k, passage_ids=among, embedder=model.fingerprint, spread=spread
        )

    def shown(ranked: list[Hit]) -> list[Candidate]:
        return resolve(pinned, principal, _promote(ranked, promoted), sieve, text)

    depth, n_before = max(_CANDIDATES, limit), -1
    while True:
        ranked = ask(depth, ids)
        kept = _kept(ranked, sieve) if sieve and ids is None else ranked
        found = shown(kept)
        is_all = len(ranked) < depth or len(ranked) == n_before
        if len(found) >= limit or is_all:
            return found
        if depth >= _DEEPEST:
            break
        depth, n_before = depth * 4, len(ranked)
    if sieve is None or ids is not None:
        return found
    # A passage's score hangs on question and passage alone, so that what is found part by part can be put in one order.
    wanted = sieve.all_passages()
    parts = (wanted[start : start + MOST_PREFILTERED] for start in range(0, len(wanted), MOST_PREFILTERED))
    return shown(order([hit for part in parts for hit in ask(depth, part)])[:_DEEPEST])


def _kept(ranked: Sequence[Hit], sieve: Eligible) -> list[Hit]:
    passed = sieve.keep([hit.passage_id for hit in ranked])
    return [hit for hit in ranked if hit.passage_id in passed]


def _promote(ranked: list[Hit], promoted: Sequence[str]) -> list[Hit]:
    """The passages with the very cells that were asked for go first."""
    best = ranked[0].score if ranked else 0.0
    # Further apart than what counts as nearly equal, so that nothing changes their order.
    first = [Hit(one, best + 2 * NEAR_SCORE * (len(promoted) - n)) for n, one in enumerate(promoted)]
    return [*first, *(hit for hit in ranked if hit.passage_id not in set(promoted))]


def _rerank(reranker: Reranker, text: str, candidates: list[Candidate]) -> list[Candidate]:
    read, rest = candidates[:MOST_RERANKED], candidates[MOST_RERANKED:]
    texts = [one.said.text if one.said else passage_text(one.chunk["headings"], one.chunk["text"]) for one in read]
    scored = [replace(one, reranked=score) for one, score in zip(read, reranker.scores(text, texts), strict=True)]
    # Equal scores keep the order that they had.
    return [*sorted(scored, key=lambda one: -(one.reranked or 0.0)), *rest]


def _also(others: Sequence[Place]) -> list[str]:
    return list(dict.fromkeys(place.shown for place in others))[:_MOST_ALSO]


def _hit(pinned: Pinned, one: Candidate, around: Surroundings, amounts: list[str]) -> SearchHit:
    chunk, place = one.chunk, one.places[0]
    locator = str(Locator(**chunk["locator"]))
    version = version_words(place, one.version)
    return SearchHit(
        chunk_id=chunk["chunk_id"],
        document_id=chunk["content_id"],
        path=place.shown,
        title=one.title or (place.member_path or place.name).rsplit("/", 1)[-1].rsplit(".", 1)[0],
        text="\n".join([*chunk["headings"], chunk["text"]]),
        score=round(one.score, 6),
        locator=locator,
        citation=cite_words(place.shown, locator, pinned.current.publication_id, version),
        also_in=len(one.others),
        also=_also(one.others),
        status=one.version.status if one.version else "final",
        version=version,
        how_to_open=opening_words(place, locator),
        section=around.section,
        before=list(around.before),
        after=list(around.after),
        amounts=amounts,
        # A publication from before cautions has no such column.
        cautions=list(chunk.get("cautions") or ()),
        rerank_score=one.reranked,
    )


def _said_hit(pinned: Pinned, one: Candidate, said: Said) -> SearchHit:
    place = said.places[0]
    return SearchHit(
        chunk_id=said.chunk_id,
        document_id=place.content_id,
        path=place.shown,
        title=said.session.headings[0],
        text=said.text,
        score=round(one.score, 6),
        locator=said.where,
        citation=cite_said(said, pinned.current.publication_id),
        also_in=len(said.places) - 1,
        also=_also(said.places[1:]),
        status="message",
        version=version_words(place),
        how_to_open=opening_words(place, said.where),
        section=said.text,
        cautions=list(said.cautions),
        rerank_score=one.reranked,
    )


def cite_said(said: Said, publication_id: str) -> str:
    """A citation of what was said in one line: room, time and speaker, then export and line, and the publication."""
    return f"{said.words} · {cite_words(said.places[0].shown, said.where, publication_id)}"
