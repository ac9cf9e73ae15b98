"""Who may be shown what, worked out from the raw tables by plain Python: nothing of the doors, none of their SQL.

`Oracle` reads whole tables of a publication. `Oracle.view(principal)` is all that this person may be shown; `View.wrong_in(hit)`
says what a hit shows beyond that, whichever field it stands in, and `View.matching(…)` which passages a question with filters
may and must find. A person may read a content if one of its places is open to him: the place's own access, the room that an
attachment on the way came through (what came through two different rooms is nobody's), and every container's being kept. What
a filter says must hold of one such place.
"""

import importlib.util
import re
import sys
import types
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from schemas.access import Principal
from warehouse.doors.session import Session


def load(path: Path) -> types.ModuleType:
    """A module beside the tests, loaded by its path since tests are no packages."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


tables: Any = load(Path(__file__).with_name("oracle_tables.py"))
_IDS = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])")
_SHORTEST_SECRET = 12
Row = dict[str, Any]


class Oracle(tables.Tables):
    """The raw tables of the publication that a session reads, and what anybody may be shown of them."""

    def __init__(self, session: Session, doors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(session, doors)
        self._views: dict[str, View] = {}

    def view(self, principal: Principal) -> "View":
        """What a person may be shown."""
        if principal.name not in self._views:
            self._views[principal.name] = View(self, principal)
        return self._views[principal.name]


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
    def spots(self) -> dict[str, list[Any]]:
        """Readable content → its readable places."""
        found: dict[str, list[Any]] = {}
        for spot, access, rooms in self.oracle.spots:
            if self.is_open(access) and len(rooms) < 2 and all(map(self.is_room_open, rooms)):
                found.setdefault(spot.content_id, []).append(spot)
        return found

    @cached_property
    def said_at(self) -> dict[str, list[Any]]:
        """Session → the readable places of exports that hold all of it; of none that came through another room."""
        found: dict[str, list[Any]] = {}
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
    def holders(self) -> dict[str, list[Any]]:
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
        return self._families.get(content_id)

    @cached_property
    def _families(self) -> dict[str, str]:
        """Readable content → one of the readable versions of its document: those that readable ones join to it."""
        of_text: dict[tuple[str, str], list[str]] = {}
        for key, row in self.oracle.drafts.items():
            if key in self.spots:
                of_text.setdefault((self.oracle.plain[key], row["family_id"]), []).append(key)
        families: dict[str, set[str]] = {}
        for plain, family_id in of_text:
            families.setdefault(plain, set()).add(family_id)
        own = {key: min(keys) for keys in of_text.values() for key in keys}
        links = [
            of_text[first, family_id] + of_text[second, family_id]
            for first, second in self.oracle.alike
            for family_id in families.get(first, set()) & families.get(second, set())
        ]
        while True:
            before = dict(own)
            for keys in links:
                own |= dict.fromkeys(keys, min(own[key] for key in keys))
            if own == before:
                break
        sizes = Counter(own.values())
        return {key: first for key, first in own.items() if sizes[first] > 1}

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
        own = self._family(content_id)
        if own is None:
            return "final"
        known = [other for key, other in self.oracle.drafts.items() if key in self.spots and self._family(key) == own]
        known.sort(key=lambda other: (other["status"] != "final", -other["ordinal"], other["content_id"]))
        return "final" if known[0]["content_id"] == content_id else "draft"

    def spot_matches(self, spot: Any, wanted: Any) -> bool:
        """Whether a filter holds of a document at one place."""
        facts = self.oracle.facts.get(spot.content_id, tables.Facts((), (), (), ()))
        day = spot.modified_at.astimezone(tables.SEOUL).date()
        status = self.status_of(spot.content_id)
        return tables.holds(wanted, facts, spot.source, (day, day), status)

    def said_matches(self, session: Row, spot: Any, wanted: Any) -> bool:
        """Whether a filter holds of what was said, in an export at one place."""
        first, last = (session[name].astimezone(tables.SEOUL).date() for name in ("first_at", "last_at"))
        is_mail = session["headings"][0].startswith("메일")
        years = tuple(range(first.year, last.year + 1))
        facts = tables.Facts(office=(), year=years, kind=("메일" if is_mail else "메시지",), project=())
        return tables.holds(wanted, facts, spot.source, (first, last), "message")

    def matching(self, wanted: Any) -> set[str]:
        """Passages that may be found with these filters, and must be if the question fits."""
        return {row["passage_id"] for row in self.chunks if self._lets_through(row, wanted)}

    def _lets_through(self, row: Row, wanted: Any) -> bool:
        spots = self.holders[row["text_id"]]
        session = self.sessions.get(row["text_id"])
        if session is not None:
            return any(self.said_matches(session, spot, wanted) for spot in spots)
        return any(self.spot_matches(spot, wanted) for spot in spots)

    def hit_matches(self, hit: Mapping[str, Any], wanted: Any) -> bool:
        """Whether the filters hold of the very place that a hit shows."""
        spots = [spot for spot in self.spots.get(hit["document_id"], ()) if spot.shown == hit["path"]]
        texts = {row["text_id"] for row in self.chunks if row["chunk_id"] == hit["chunk_id"]}
        sessions = [self.sessions[text_id] for text_id in texts if text_id in self.sessions]
        if sessions:
            return any(self.said_matches(sessions[0], spot, wanted) for spot in spots)
        return any(self.spot_matches(spot, wanted) for spot in spots)

    def is_shown(self, passage_id: str, hits: Iterable[Mapping[str, Any]], wanted: Any | None = None) -> bool:
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
