"""Who may be shown what, worked out from the raw tables by plain Python: nothing of the doors, none of their SQL.

`Oracle` reads whole tables of a publication. `Oracle.view(principal)` is all that this person may be shown; `View.wrong_in(hit)`
says what a hit shows beyond that, whichever field it stands in, and `View.matching(…)` which passages a question with filters
may and must find. A person may read a content if one of its places is open to him: the place's own access, the room that an
attachment on the way came through (what came through two different rooms is nobody's), and every container's being kept. What
a filter says must hold of one such place.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import Any

import numpy as np

from schemas.access import Principal
from warehouse.doors.session import Session

_DEEPEST = 8
SEOUL = timezone(timedelta(hours=9))
_IDS = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])")
_SHORTEST_SECRET = 12
# No digits: of a figure with commas an analyser makes one word, and its parts find nothing.
_WORD = re.compile(r"[^\W\d_]{2,}")
Row = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """A place of a content as somebody may see it: the path shown, its source, and when the file there was changed."""

    content_id: str
    source: str
    shown: str
    modified_at: datetime
    name: str


@dataclass(frozen=True)
class Wanted:
    """Filters as the oracle understands them; values of one key are alternatives, `no` takes away."""

    office: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    kind: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    no: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def typed(self) -> str:
        """The filters as somebody types them."""
        parts = [f"{sign}{key}:{_quoted(value)}" for sign, key, value in self._values()]
        parts += [f"from:{self.since}"] if self.since else []
        parts += [f"to:{self.until}"] if self.until else []
        return " ".join(parts)

    def _values(self) -> Iterator[tuple[str, str, Any]]:
        for key in ("office", "year", "kind", "project", "source", "status"):
            yield from (("", key, value) for value in getattr(self, key))
            yield from (("-", key, value) for value in self.no.get(key, ()))


@dataclass(frozen=True)
class Facts:
    """What a content, or what was said, is by itself; compared with filters."""

    office: tuple[str, ...]
    year: tuple[int, ...]
    kind: tuple[str, ...]
    project: tuple[str, ...]


class Oracle:
    """The raw tables of the publication that a session reads.

    Args:
        session: of whose current publication the tables are read.
        doors: the tokens that each registered room asks for; a room that is not among them is closed to all.
    """

    def __init__(self, session: Session, doors: Mapping[str, Sequence[str]]) -> None:
        self._pinned = session.pinned()
        self.doors = {name: frozenset(tokens) for name, tokens in doors.items()}
        self._views: dict[str, View] = {}

    def rows(self, table: str) -> list[Row]:
        """All rows of a table; none if the publication has no such table."""
        lake = self._pinned.lake
        return lake.rows(f"FROM lake.{table}") if tuple(table.split(".")) in lake.tables() else []

    def view(self, principal: Principal) -> "View":
        """What a person may be shown."""
        if principal.name not in self._views:
            self._views[principal.name] = View(self, principal)
        return self._views[principal.name]

    @cached_property
    def accesses(self) -> dict[str, Row]:
        return {row["access_id"]: row for row in self.rows("raw.access")}

    @cached_property
    def placements(self) -> list[Row]:
        return self.rows("raw.placement")

    @cached_property
    def readings(self) -> dict[str, Row]:
        return {row["content_id"]: row for row in self.rows("core.reading")}

    @cached_property
    def members(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows("core.member"):
            found.setdefault(row["container_id"], []).append(row)
        return found

    @cached_property
    def chunks(self) -> list[Row]:
        return self.rows("index.chunk")

    @cached_property
    def sessions(self) -> dict[str, Row]:
        return {row["session_id"]: row for row in self.rows("index.session")}

    @cached_property
    def elements(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows("core.element"):
            found.setdefault(row["content_id"], []).append(row)
        return found

    @cached_property
    def drafts(self) -> dict[str, Row]:
        return {row["content_id"]: row for row in self.rows("core.draft")}

    @cached_property
    def indexed(self) -> dict[str, Row]:
        """passage id → its row in the vector table: tokens, accesses, whether it has a vector."""
        pinned: Any = self._pinned.vectors
        rows = pinned._table.search().select(["passage_id", "morphemes", "access"]).limit(None).to_arrow().to_pylist()
        embedded = set(pinned.vectors()["passage_id"].to_pylist())
        return {row["passage_id"]: row | {"is_embedded": row["passage_id"] in embedded} for row in rows}

    @cached_property
    def secret(self) -> set[str]:
        """Contents that some place's name marks as secret: out everywhere."""
        return {row["content_id"] for row in self.placements if row["reason"] == "secrecy_mark" and row["content_id"]}

    @cached_property
    def spots(self) -> list[tuple[Spot, Row, frozenset[str]]]:
        """Every place of every kept content, with the placement's access and the rooms on the way."""
        found: list[tuple[Spot, Row, frozenset[str]]] = []
        for row in self.placements:
            if row["skip_rule"] is None and row["reason"] is None and row["content_id"] is not None:
                self._descend(row, row["content_id"], (), frozenset(), found)
        return found

    def _descend(
        self,
        placement: Row,
        content_id: str,
        inner: tuple[str, ...],
        rooms: frozenset[str],
        found: list[tuple[Spot, Row, frozenset[str]]],
    ) -> None:
        reading = self.readings.get(content_id)
        if reading is None or reading["outcome"] != "kept" or content_id in self.secret or len(inner) > _DEEPEST:
            return
        shown = "!/".join((f"{placement['source_name']}/{placement['path']}", *inner))
        name = (inner[-1] if inner else placement["name"]).rsplit("/", 1)[-1]
        spot = Spot(content_id, placement["source_name"], shown, placement["modified_at"], name)
        found.append((spot, self.accesses[placement["access_id"]], rooms))
        for member in self.members.get(content_id, ()):
            more = rooms | {member["scope"]} if member["scope"] else rooms
            self._descend(placement, member["content_id"], (*inner, member["member_path"]), more, found)

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """text id → contents that have it."""
        found: dict[str, list[str]] = {}
        for content_id, row in self.readings.items():
            if row["text_id"] and row["outcome"] == "kept":
                found.setdefault(row["text_id"], []).append(content_id)
        return found

    @cached_property
    def amounts(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows("core.budget_amount"):
            found.setdefault(row["content_id"], []).append(row)
        return found

    @cached_property
    def facts(self) -> dict[str, Facts]:
        """content id → what it is, as the document's own records say."""
        found: dict[str, Facts] = {}
        for row in self.rows("core.document"):
            projects = {
                name
                for amount in self.amounts.get(row["content_id"], ())
                for name in (amount["project_name"], amount["project_code"])
                if name
            }
            found[row["content_id"]] = Facts(
                office=tuple(filter(None, [row["org_name"]])),
                year=tuple(row["fiscal_years"] or ()),
                kind=(row["kind"],),
                project=tuple(sorted(projects)),
            )
        return found

    @cached_property
    def known_ids(self) -> set[str]:
        """Ids that say which content, passage, session or amount something is of."""
        ids = {*self.readings, *self.sessions} | {row["chunk_id"] for row in self.chunks}
        return ids | {row["amount_id"] for rows in self.amounts.values() for row in rows}


class View:
    """All that one person may be shown."""

    def __init__(self, oracle: Oracle, principal: Principal) -> None:
        self.oracle = oracle
        self.principal = principal
        groups = {name if ":" in name or name.startswith("S-1-") else f"group:{name}" for name in principal.groups}
        own = {f"user:{principal.name}", "group:all"}
        self.tokens = groups | own | ({f"clearance:{principal.clearance}"} if principal.clearance else set())
        self._verdicts: dict[tuple[str, str], list[str]] = {}

    def is_open(self, access: Row) -> bool:
        """Something allowed, nothing denied, every further door open; a person of no token is nobody."""
        if self.tokens & set(access["deny"]):
            return False
        doors = [access["allow"], *(access.get("within") or ())]
        return all(self.tokens & set(door) for door in doors)

    def is_room_open(self, room: str) -> bool:
        """A room that asks for nothing is open to whoever may read the export."""
        tokens = self.oracle.doors.get(room)
        return tokens is not None and (not tokens or bool(self.tokens & tokens))

    @cached_property
    def spots(self) -> dict[str, list[Spot]]:
        """Readable content → its readable places."""
        found: dict[str, list[Spot]] = {}
        for spot, access, rooms in self.oracle.spots:
            if self.is_open(access) and len(rooms) < 2 and all(map(self.is_room_open, rooms)):
                found.setdefault(spot.content_id, []).append(spot)
        return found

    @cached_property
    def said_at(self) -> dict[str, list[Spot]]:
        """Session → the readable places of exports that hold all of it; of none that came through another room."""
        found: dict[str, list[Spot]] = {}
        for session_id, row in self.oracle.sessions.items():
            for spot, access, rooms in self.oracle.spots:
                is_its_own = rooms <= {row["scope"]}
                if spot.content_id in row["content_ids"] and is_its_own and self.is_open(access):
                    found.setdefault(session_id, []).append(spot)
        return {session_id: spots for session_id, spots in found.items() if self._is_room_of_open(session_id)}

    def _is_room_of_open(self, session_id: str) -> bool:
        return self.is_room_open(self.oracle.sessions[session_id]["scope"])

    @property
    def sessions(self) -> dict[str, Row]:
        """The sessions that may be read."""
        return {session_id: self.oracle.sessions[session_id] for session_id in self.said_at}

    @cached_property
    def holders(self) -> dict[str, list[Spot]]:
        """Text or session → the readable places of what holds it."""
        found = {
            text_id: [spot for content_id in contents for spot in self.spots.get(content_id, ())]
            for text_id, contents in self.oracle.texts.items()
        }
        found |= self.said_at
        return {text_id: spots for text_id, spots in found.items() if spots}

    @cached_property
    def chunks(self) -> list[Row]:
        """Every chunk that may be shown."""
        return [row for row in self.oracle.chunks if row["text_id"] in self.holders]

    @cached_property
    def passages(self) -> dict[str, list[Row]]:
        """Readable passage → its readable chunks."""
        found: dict[str, list[Row]] = {}
        for row in self.chunks:
            found.setdefault(row["passage_id"], []).append(row)
        return found

    @cached_property
    def lines(self) -> set[str]:
        """Every line of text that may be shown."""
        found: set[str] = set()
        for row in self.chunks:
            found.update(row["text"].split("\n"), row["headings"], [" > ".join(row["headings"])])
        for session in self.sessions.values():
            found.add(" > ".join(session["headings"]))
            for line in session["lines"]:
                found.update(_said(line).split("\n"))
        for content_id in self.spots:
            for element in self.oracle.elements.get(content_id, ()):
                found.update(element["text"].split("\n"), element["section_path"])
        return found

    @cached_property
    def ids(self) -> set[str]:
        """Ids that may be shown."""
        found = {*self.spots, *self.sessions} | {row["chunk_id"] for row in self.chunks}
        return found | {
            row["amount_id"] for content_id in self.spots for row in self.oracle.amounts.get(content_id, ())
        }

    @cached_property
    def paths(self) -> set[str]:
        """Every path that may be shown."""
        return {spot.shown for spots in self.spots.values() for spot in spots}

    @cached_property
    def titles(self) -> set[str]:
        """Titles and names that may be shown."""
        own = {self.oracle.readings[content_id]["title"] for content_id in self.spots}
        names = {spot.name.rsplit(".", 1)[0] for spots in self.spots.values() for spot in spots}
        return {title for title in own if title} | names | {row["headings"][0] for row in self.sessions.values()}

    @cached_property
    def _known(self) -> str:
        return "\n".join([*self.lines, *self.paths, *self.titles])

    @cached_property
    def secrets(self) -> list[str]:
        """Paths, names, titles and lines of what he may not read, as far as nothing that he may read says the same."""
        hidden: set[str] = set()
        for spot, _, _ in self.oracle.spots:
            if spot.shown not in self.paths:
                hidden |= {spot.shown, spot.name, spot.name.rsplit(".", 1)[0]}
            if spot.content_id not in self.spots:
                hidden.add(self.oracle.readings[spot.content_id]["title"] or "")
                for element in self.oracle.elements.get(spot.content_id, ()):
                    hidden.update(element["text"].split("\n"))
        for session_id, row in self.oracle.sessions.items():
            if session_id not in self.sessions:
                hidden.update(line["text"] for line in row["lines"])
        long_enough = {text.strip() for text in hidden if len(text.strip()) >= _SHORTEST_SECRET}
        return sorted(text for text in long_enough if text not in self._known)

    def wrong_in(self, hit: Mapping[str, Any]) -> list[str]:
        """What is wrong with a hit; nothing, if all that it shows may be shown to this person."""
        wrong = self.wrong_strings(hit)
        spots = self.spots.get(hit["document_id"], [])
        if hit["path"] not in {spot.shown for spot in spots}:
            wrong.append(f"path: {hit['path']} is no readable place of {hit['document_id'][:8]}")
        if hit["title"] not in self.titles:
            wrong.append(f"title: {hit['title']!r} is of nothing readable")
        wrong += [
            f"{name}: {line!r}"
            for name in ("text", "section", "before", "after")
            for _, text in _strings(hit.get(name, ""))
            for line in text.split("\n")
            if line and line not in self.lines
        ]
        others = {spot.shown for chunk in self._same(hit) for spot in self.holders[chunk["text_id"]]} - {hit["path"]}
        if hit["also_in"] > len(others):
            wrong.append(f"also_in: {hit['also_in']} of {len(others)} readable")
        return wrong + [f"also: {path}" for path in hit.get("also", ()) if path not in others]

    def wrong_figure(self, figure: Mapping[str, Any]) -> list[str]:
        """What is wrong with a figure of the records."""
        wrong = self.wrong_strings(figure)
        own = self.oracle.amounts.get(figure["document_id"], ())
        if figure["document_id"] not in self.spots:
            wrong.append(f"figure: of {figure['document_id'][:8]}, which may not be read")
        if figure["amount_id"] not in {row["amount_id"] for row in own}:
            wrong.append(f"figure: {figure['amount_id']} is of another document")
        if figure["path"] not in {spot.shown for spot in self.spots.get(figure["document_id"], ())}:
            wrong.append(f"figure: {figure['path']} is no readable place of it")
        return wrong

    def wrong_strings(self, shown: Mapping[str, Any]) -> list[str]:
        """Paths, names, texts and ids of what may not be read, in whichever field."""
        return [problem for where, text in _strings(shown) for problem in self._wrong_text(where, text)]

    def _same(self, hit: Mapping[str, Any]) -> list[Row]:
        """Readable chunks of the hit's passage, of versions of its document, and of the same stretch of talk."""
        own = [row for row in self.chunks if row["chunk_id"] == hit["chunk_id"]]
        passages = {row["passage_id"] for row in own}
        families = {self._family(spot.content_id) for row in own for spot in self.holders[row["text_id"]]} - {None}
        talks = {_talk(self.sessions.get(row["text_id"])) for row in own} - {None}
        return [
            row
            for row in self.chunks
            if row["passage_id"] in passages
            or _talk(self.sessions.get(row["text_id"])) in talks
            or families & {self._family(spot.content_id) for spot in self.holders[row["text_id"]]}
        ]

    def _family(self, content_id: str) -> str | None:
        row = self.oracle.drafts.get(content_id)
        return row["family_id"] if row else None

    def _wrong_text(self, where: str, text: str) -> list[str]:
        key = where, text
        if key not in self._verdicts:
            wrong = [
                f"{where}: id {found}"
                for found in _IDS.findall(text)
                if found in self.oracle.known_ids and found not in self.ids
            ]
            wrong += [f"{where}: {secret!r}" for secret in self.secrets if secret in text]
            self._verdicts[key] = wrong
        return self._verdicts[key]

    def status_of(self, content_id: str) -> str:
        """Of a readable content, as far as this person can know: of the versions that he may read one is the final one."""
        row = self.oracle.drafts.get(content_id)
        if row is None:
            return "final"
        known = [
            other
            for other in self.oracle.drafts.values()
            if other["family_id"] == row["family_id"] and other["content_id"] in self.spots
        ]
        known.sort(key=lambda other: (other["status"] != "final", -other["ordinal"], other["content_id"]))
        return "final" if known[0]["content_id"] == content_id else "draft"

    def spot_matches(self, spot: Spot, wanted: Wanted) -> bool:
        """Whether a filter holds of a document at one place."""
        facts = self.oracle.facts.get(spot.content_id, Facts((), (), (), ()))
        day = spot.modified_at.astimezone(SEOUL).date()
        status = self.status_of(spot.content_id)
        return _holds(wanted, facts, spot.source, (day, day), status)

    def said_matches(self, session: Row, spot: Spot, wanted: Wanted) -> bool:
        """Whether a filter holds of what was said, in an export at one place."""
        first, last = (session[name].astimezone(SEOUL).date() for name in ("first_at", "last_at"))
        is_mail = session["headings"][0].startswith("메일")
        years = tuple(range(first.year, last.year + 1))
        facts = Facts(office=(), year=years, kind=("메일" if is_mail else "메시지",), project=())
        return _holds(wanted, facts, spot.source, (first, last), "message")

    def matching(self, wanted: Wanted) -> set[str]:
        """Passages that may be found with these filters, and must be if the question fits."""
        return {row["passage_id"] for row in self.chunks if self._lets_through(row, wanted)}

    def _lets_through(self, row: Row, wanted: Wanted) -> bool:
        spots = self.holders[row["text_id"]]
        session = self.sessions.get(row["text_id"])
        if session is not None:
            return any(self.said_matches(session, spot, wanted) for spot in spots)
        return any(self.spot_matches(spot, wanted) for spot in spots)

    def hit_matches(self, hit: Mapping[str, Any], wanted: Wanted) -> bool:
        """Whether the filters hold of the very place that a hit shows."""
        spots = [spot for spot in self.spots.get(hit["document_id"], ()) if spot.shown == hit["path"]]
        texts = {row["text_id"] for row in self.chunks if row["chunk_id"] == hit["chunk_id"]}
        sessions = [self.sessions[text_id] for text_id in texts if text_id in self.sessions]
        if sessions:
            return any(self.said_matches(sessions[0], spot, wanted) for spot in spots)
        return any(self.spot_matches(spot, wanted) for spot in spots)

    def is_shown(self, passage_id: str, hits: Iterable[Mapping[str, Any]], wanted: Wanted | None = None) -> bool:
        """Whether hits show a passage: itself, another version's of the same document, or the talk that it is of.

        Args:
            passage_id: a passage that may be read.
            hits: what was shown.
            wanted: filters under which it was; of the passage's holders those count that they let through.
        """
        chunks = [row for row in self.passages[passage_id] if wanted is None or self._lets_through(row, wanted)]
        ids = {row["chunk_id"] for row in chunks}
        families = {self._family(spot.content_id) for row in chunks for spot in self.holders[row["text_id"]]} - {None}
        talks = {_talk(self.sessions.get(row["text_id"])) for row in chunks} - {None}
        lines = [set(filter(str.strip, row["text"].split("\n"))) for row in chunks]
        by_chunk = {row["chunk_id"]: row for row in self.chunks}
        for hit in hits:
            row = by_chunk.get(hit["chunk_id"])
            if hit["chunk_id"] in ids or (row is not None and row["passage_id"] == passage_id):
                return True
            if families and self._family(hit["document_id"]) in families:
                return True
            if row is not None and _talk(self.sessions.get(row["text_id"])) in talks:
                return True
            shown = set(hit["text"].split("\n"))
            if any(own and own <= shown for own in lines):
                return True
        return False

    def indexed(self) -> dict[str, Row]:
        """Rows of the vector table that this person may find: by the lake's tables, not by the accesses written there."""
        return {passage_id: row for passage_id, row in self.oracle.indexed.items() if passage_id in self.passages}


def rare_words(oracle: Oracle, row: Row, n: int = 4) -> str:
    """A question of a passage's own rarest words; nothing if it has none."""
    counts = _document_frequencies(oracle)
    words = set(_WORD.findall(row["text"]))
    return " ".join(sorted(words, key=lambda word: (counts.get(word, 0), word))[:n])


def n_rivals(oracle: Oracle, row: Row) -> int:
    """How many passages hold one of the words of `rare_words`, this one included."""
    counts = _document_frequencies(oracle)
    return sum(counts.get(word, 0) for word in rare_words(oracle, row).split()) or len(oracle.chunks)


_FREQUENCIES: dict[int, dict[str, int]] = {}


def _document_frequencies(oracle: Oracle) -> dict[str, int]:
    if id(oracle) not in _FREQUENCIES:
        counts: dict[str, int] = {}
        for text in {row["text"] for row in oracle.chunks}:
            for word in set(_WORD.findall(text)):
                counts[word] = counts.get(word, 0) + 1
        _FREQUENCIES[id(oracle)] = counts
    return _FREQUENCIES[id(oracle)]


def _holds(wanted: Wanted, facts: Facts, source: str, days: tuple[date, date], status: str) -> bool:
    has: dict[str, tuple[Any, ...]] = {
        "office": facts.office,
        "year": facts.year,
        "kind": facts.kind,
        "project": facts.project,
        "source": (source,),
        "status": (status,),
    }
    for key, held in has.items():
        asked = getattr(wanted, key)
        if asked and not any(_fits(key, value, held) for value in asked):
            return False
        if any(_fits(key, value, held) for value in wanted.no.get(key, ())):
            return False
    return (wanted.since is None or days[1] >= wanted.since) and (wanted.until is None or days[0] <= wanted.until)


def _fits(key: str, value: Any, held: Sequence[Any]) -> bool:
    if key in ("year", "status"):
        return value in held
    told = _bare(value)
    if key == "source":
        return any(told == _bare(name) for name in held)
    return bool(told) and any(told in _bare(name) for name in held)


def _bare(text: str) -> str:
    return re.sub(r"[\s.·․ㆍ・･‧•∙⋅ᆞ]", "", text).casefold()


def _quoted(value: Any) -> str:
    return f'"{value}"' if " " in str(value) else str(value)


def _talk(session: Row | None) -> tuple[str, int] | None:
    return (session["conversation_id"], session["ordinal"]) if session else None


def _said(line: Row) -> str:
    zone = timezone(timedelta(minutes=line["utc_offset_minutes"]))
    when = f"{line['sent_at'].astimezone(zone):%Y-%m-%d %H:%M}"
    return f"[{' '.join(filter(None, (when, line['sender'])))}] {line['text']}"


def _strings(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """(field, text) of every text inside."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings(inner, f"{where}.{key}" if where else str(key))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner, where)


class Remembering:
    """A model that embeds each question once, however many people ask it."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._rows: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def embed_queries(self, texts: Sequence[str]) -> Any:
        """A row a text."""
        new = [text for text in texts if text not in self._rows]
        if new:
            self._rows |= zip(new, self._model.embed_queries(new), strict=True)
        return np.stack([self._rows[text] for text in texts])
