"""From passages that were found to what is shown of them: the best document of each that the asker may read, drafts made one.

Of versions of one document that say nearly the same, the final one is shown and the others are named beside it. Nothing is
taken from a draft for a final one that lacks what was asked for: a figure that only the draft holds stays the draft's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from schemas.access import Principal
from warehouse.doors.conversations import Said, find_said
from warehouse.doors.eligible import Eligible
from warehouse.doors.session import Pinned, Place
from warehouse.doors.versions import Version, Versions, best_of, find_versions
from warehouse.fusion import Hit
from warehouse.lake import CATALOG

LEAST_ALIKE = 0.5
"""Share of character groups that two passages have in common from which they say nearly the same, 0 to 1."""

NEAR_SCORE = 0.2
"""How far a hit may be behind another and still count as equal to it, on the scale of `warehouse.fusion`."""

_BETTER_VERSIONS = 3
_GROUP = 4
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found, in the document or session that is shown for it.

    `places` are those of the document, newest first; `others` are places of other documents and versions that hold it too.
    """

    score: float
    chunk: dict[str, Any]
    places: tuple[Place, ...]
    others: tuple[Place, ...] = ()
    version: Version | None = None
    said: Said | None = None
    title: str | None = None
    reranked: float | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What is shown only once: a session, or a passage of a text."""
        return self.said.session.place if self.said else (self.chunk["text_id"], self.chunk["ordinal"])

    @property
    def standing(self) -> int:
        """Final over draft over message, as 2, 1 and 0."""
        if self.said:
            return 0
        return 1 if self.version is not None and self.version.status == "draft" else 2


def resolve(
    pinned: Pinned, principal: Principal, ranked: Sequence[Hit], sieve: Eligible | None, question: str
) -> list[Candidate]:
    """What is shown for passages, best first, each document's passage and each session once.

    Args:
        pinned: the publication.
        principal: who asks.
        ranked: passages, best first.
        sieve: what filters let through, if there are any; only places that pass are shown.
        question: its plain text, whose figures no final version may lose.
    """
    ids = [hit.passage_id for hit in ranked]
    documents = _Documents(pinned, principal, ids, sieve)
    said: dict[str, Said] = {}
    keep = sieve.keep_said if sieve else None
    for passage_id, window in find_said(pinned, principal, passage_ids=ids, keep=keep):
        said.setdefault(passage_id, window)
    found: dict[tuple[Any, ...], Candidate] = {}
    for hit in ranked:
        candidate = documents.candidate(hit, question)
        if candidate is None and hit.passage_id in said:
            window = said[hit.passage_id]
            candidate = Candidate(
                hit.score, {"chunk_id": window.chunk_id}, window.places[:1], window.places[1:], said=window
            )
        if candidate is None:
            continue
        first = found.get(candidate.key)
        if first is None:
            found[candidate.key] = candidate
        elif candidate.said is None:
            more = _others((*first.others, *candidate.places, *candidate.others), first.places)
            found[candidate.key] = replace(first, others=more)
    return prefer(list(found.values()))


def prefer(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best first; among hits whose scores are nearly equal final over draft over message, then newer over older.

    Only neighbours are compared: whatever is behind the first of a group by more than `NEAR_SCORE` stays behind it.
    """
    settled: list[Candidate] = []
    group: list[Candidate] = []
    for candidate in candidates:
        if group and group[0].score - candidate.score > NEAR_SCORE:
            settled += _by_standing(group)
            group = []
        group.append(candidate)
    return settled + _by_standing(group)


def _by_standing(group: list[Candidate]) -> list[Candidate]:
    ordered = sorted(group, key=lambda one: one.chunk["chunk_id"])
    return sorted(ordered, key=lambda one: (one.standing, str(one.places[0].modified_at), one.score), reverse=True)


def _others(places: Iterable[Place], shown: Sequence[Place]) -> tuple[Place, ...]:
    """The places but the first of those that are shown, each once, the newest first."""
    others = dict.fromkeys(place for place in places if place not in shown[:1])
    return tuple(sorted(others, key=lambda place: (str(place.modified_at), place.shown), reverse=True))


@dataclass
class _Documents:
    """The documents that hold some passages, as far as the asker may read them."""

    pinned: Pinned
    principal: Principal
    passage_ids: Sequence[str]
    sieve: Eligible | None
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _places: dict[str, list[Place]] = field(default_factory=dict)
    _versions: Versions = field(default_factory=lambda: Versions({}, {}))
    _chunks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _groups: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = of_contents(self.pinned, self.pinned.chunks.of_passages(self.passage_ids))
        rows.sort(key=lambda row: (row["passage_id"], row["content_id"], row["ordinal"]))
        self._places = self._readable([row["content_id"] for row in rows])
        self._versions = find_versions(self.pinned, self.principal, self._places)
        self._chunks = self._passages_of_better(set(self._places))
        for row in rows:
            if row["content_id"] in self._places:
                self._rows.setdefault(row["passage_id"], []).append(row)

    def _readable(self, content_ids: Sequence[str]) -> dict[str, list[Place]]:
        places = self.pinned.places(content_ids, self.principal)
        return self.sieve.keep_places(places) if self.sieve else places

    def candidate(self, hit: Hit, question: str) -> Candidate | None:
        """What is shown for a passage; None if the asker may read no document that holds it."""
        rows = self._rows.get(hit.passage_id)
        if not rows:
            return None
        rows = sorted(rows, key=lambda row: (row["content_id"], row["ordinal"]))
        best = rows[best_of([(self._version(row), self._places[row["content_id"]]) for row in rows])]
        holders = [place for row in rows for place in self._places[row["content_id"]]]
        shown = self._better(best, question) or best
        places = self._places[shown["content_id"]]
        return Candidate(
            score=hit.score,
            chunk=shown,
            places=tuple(places),
            others=_others((*places, *holders), places),
            version=self._version(shown),
            title=shown["title"],
        )

    def _version(self, row: dict[str, Any]) -> Version | None:
        return self._versions.by_content.get(row["content_id"])

    def _better(self, row: dict[str, Any], question: str) -> dict[str, Any] | None:
        """The passage of a better version that says nearly the same, if one does."""
        own = self._version(row)
        if own is None or own.status == "final":
            return None
        for rival in self._rivals(own):
            alike = [(self._likeness(row, other), -other["ordinal"], other) for other in self._chunks.get(rival, ())]
            alike = [
                one for one in alike if one[0] >= LEAST_ALIKE and not _loses(question, row["text"], one[2]["text"])
            ]
            if alike:
                return max(alike, key=lambda one: one[:2])[2]
        return None

    def _likeness(self, row: dict[str, Any], other: dict[str, Any]) -> float:
        if not 0.5 <= (len(row["text"]) + 1) / (len(other["text"]) + 1) <= 2:
            return 0.0
        one, groups = self._groups_of(row["text"]), self._groups_of(other["text"])
        return _share(one, groups)

    def _groups_of(self, text: str) -> set[str]:
        if text not in self._groups:
            self._groups[text] = _groups(text)
        return self._groups[text]

    def _rivals(self, own: Version) -> list[str]:
        """Better versions of a document than one of them, the best first."""
        ids = [version.content_id for version in self._versions.best_first(own.family_id)[:_BETTER_VERSIONS]]
        return ids[: ids.index(own.content_id)] if own.content_id in ids else ids

    def _passages_of_better(self, content_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """Content → its passages, of every better version that the asker may be shown of some contents, all at once."""
        own = (self._versions.by_content.get(content_id) for content_id in content_ids)
        wanted = {one for version in own if version and version.status != "final" for one in self._rivals(version)}
        if new := sorted(wanted - set(self._places)):
            self._places |= self._readable(new)
        readable = sorted(wanted & set(self._places))
        if not readable:
            return {}
        asked = pa.table({"content_id": pa.array(readable, pa.string())})
        with self.pinned.lake.registered(better_versions=asked):
            texts = self.pinned.lake.rows(
                f"SELECT DISTINCT text_id FROM {CATALOG}.core.reading SEMI JOIN better_versions USING (content_id)"
            )
        rows = of_contents(self.pinned, self.pinned.chunks.of_texts(row["text_id"] for row in texts if row["text_id"]))
        rows.sort(key=lambda row: (row["content_id"], row["ordinal"]))
        kept = set(readable)
        found: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            if row["content_id"] in kept:
                found.setdefault(row["content_id"], []).append(row)
        return found


def of_contents(pinned: Pinned, chunks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `index.chunk`, each with `content_id` and `title` of every kept content that has its text; none of talk."""
    asked = pa.table({"text_id": pa.array(sorted({chunk["text_id"] for chunk in chunks}), pa.string())})
    with pinned.lake.registered(asked_texts=asked):
        rows = pinned.lake.rows(
            f"""SELECT text_id, content_id, title FROM {CATALOG}.core.reading SEMI JOIN asked_texts USING (text_id)
                WHERE outcome = 'kept'"""
        )
    holders: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        holders.setdefault(row["text_id"], []).append(row)
    return [{**chunk, **row} for chunk in chunks for row in holders.get(chunk["text_id"], ())]


def likeness(first: str, second: str) -> float:
    """Share of groups of four characters that two texts have in common, 0 to 1; white space apart."""
    return _share(_groups(first), _groups(second))


def _share(one: set[str], other: set[str]) -> float:
    n_common = len(one & other)
    n_all = len(one) + len(other) - n_common
    return n_common / n_all if n_all else 1.0


def _groups(text: str) -> set[str]:
    solid = "".join(text.split())
    return {solid[start : start + _GROUP] for start in range(max(1, len(solid) - _GROUP + 1))}


def _loses(question: str, text: str, other: str) -> bool:
    """Whether a figure of the question stands in the one text and not in the other."""
    asked, own, others = (
        {number.replace(",", "").strip(".") for number in _NUMBER.findall(written)}
        for written in (question, text, other)
    )
    return bool((asked & own) - others)
