"""Which passages filters let through for one asker: decided in the lake, before anything is ranked.

A passage passes through a place of its content that the asker may read and that itself matches every part of the filters,
never through the office of one file and the date of another. What he may not read has no part in it: neither as a place, nor
through the project of its amounts, nor as the final version that would make another a draft.
"""

import itertools
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from schemas.access import Principal
from schemas.names import folded
from warehouse.doors.question import Filters
from warehouse.doors.session import Pinned, Place
from warehouse.doors.versions import find_versions, holds
from warehouse.lake import CATALOG
from warehouse.sessions import MAIL

MOST_PREFILTERED = 20_000
"""Passages up to which their ids are given to the vector store; of more, what it finds is asked of the lake."""

MESSAGE_KIND, MAIL_KIND = "메시지", "메일"
_MOST_ASKERS = 8
_DAY = "make_timestamp(epoch_us({0}) + 32400000000)::DATE"

_DOWN = f"""
    WITH RECURSIVE down(content_id, scope, placement_id, access_id, source_name, modified_at, depth) AS (
        SELECT p.content_id, NULL::VARCHAR, p.placement_id, p.access_id, p.source_name, p.modified_at, 0
        FROM {CATALOG}.raw.placement p JOIN {CATALOG}.core.reading t ON t.content_id = p.content_id AND t.outcome = 'kept'
        WHERE p.skip_rule IS NULL AND p.reason IS NULL
        UNION
        SELECT m.content_id,
               -- Two rooms on one way must both be open: '' is no room, and nobody reads it.
               CASE WHEN {{scope}} IS NULL OR d.scope IS NULL OR {{scope}} = d.scope THEN coalesce({{scope}}, d.scope) ELSE '' END,
               d.placement_id, d.access_id, d.source_name, d.modified_at, d.depth + 1
        FROM down d JOIN {CATALOG}.core.member m ON m.container_id = d.content_id WHERE d.depth < 8)"""
_PLACES = f"""
    SELECT DISTINCT d.content_id, d.placement_id, d.source_name, {_DAY.format("d.modified_at")} AS day FROM down d
    {{door}}"""
_SCOPED_DOOR = f"""LEFT JOIN {CATALOG}.core.scope_access x ON x.scope = d.scope AND x.access_id = d.access_id
    SEMI JOIN readable ON readable.access_id = CASE WHEN d.scope IS NULL THEN d.access_id ELSE x.combined_id END"""
_OPEN_DOOR = "SEMI JOIN readable ON readable.access_id = d.access_id"
_SAID = f"""
    SELECT DISTINCT s.session_id, d.content_id, d.placement_id, d.source_name, s.is_mail, s.first_day, s.last_day
    FROM (SELECT session_id, scope, unnest(content_ids) AS content_id, starts_with(headings[1], $mail) AS is_mail,
                 {_DAY.format("first_at")} AS first_day, {_DAY.format("last_at")} AS last_day FROM {CATALOG}.index.session) s
    JOIN down d ON d.content_id = s.content_id AND (d.scope IS NULL OR d.scope = s.scope)
    JOIN {CATALOG}.core.scope_access x ON x.scope = s.scope AND x.access_id = d.access_id
    SEMI JOIN readable ON readable.access_id = x.combined_id"""


class _Seen:
    """What was worked out for one publication: tables of what an asker may read, and the names that documents carry."""

    def __init__(self) -> None:
        self.number = itertools.count()
        self.askers: dict[tuple[str, ...], str] = {}
        self.with_versions: set[str] = set()
        self.names: dict[str, dict[str, str]] = {}


_seen: weakref.WeakKeyDictionary[Pinned, _Seen] = weakref.WeakKeyDictionary()


def readable_contents(pinned: Pinned, principal: Principal) -> str:
    """The name of a table (content_id, placement_id, source_name, day) of all that the principal may read in the publication.

    With the suffix `_said` it is that of (session_id, content_id, placement_id, source_name, is_mail, first_day, last_day). Each is
    worked out once for a publication and a set of accesses.
    """
    seen = _seen.setdefault(pinned, _Seen())
    readable = tuple(pinned.readable_access(principal))
    if readable in seen.askers:
        # the one asked last goes last
        seen.askers[readable] = seen.askers.pop(readable)
        return seen.askers[readable]
    while len(seen.askers) >= _MOST_ASKERS:
        oldest = seen.askers.pop(next(iter(seen.askers)))
        for suffix in ("", "_said", "_version"):
            pinned.lake.run(f"DROP TABLE IF EXISTS temp.{oldest}{suffix}")
    name = f"asker_{next(seen.number)}"
    has_talks = pinned.holds_conversations
    down = _DOWN.format(scope="m.scope" if has_talks else "NULL::VARCHAR")
    door = _SCOPED_DOOR if has_talks else _OPEN_DOOR
    said = f"{down} {_SAID}" if has_talks else _NOTHING_SAID
    mail = {"mail": _mail_label()} if has_talks else None
    with pinned.lake.registered(readable=pa.table({"access_id": pa.array(list(readable), pa.string())})):
        create = pinned.lake.run
        create(f"CREATE TEMP TABLE {name} AS {down} {_PLACES.format(door=door)}")
        create(f"CREATE TEMP TABLE {name}_said AS {said}", mail)
    seen.askers[readable] = name
    return name


_NOTHING_SAID = """SELECT ''::VARCHAR AS session_id, '' AS content_id, '' AS placement_id, '' AS source_name, false AS is_mail,
    DATE '2000-01-01' AS first_day, DATE '2000-01-01' AS last_day WHERE false"""
_NO_VERSIONS = "(SELECT ''::VARCHAR AS content_id, 'final' AS status WHERE false)"


def readable_versions(pinned: Pinned, principal: Principal) -> str:
    """The name of a table (content_id, family_id, status) of the versions of documents as the principal sees them.

    Worked out at first use, once for a publication and a set of accesses: it costs more than all that he may read.
    """
    base = readable_contents(pinned, principal)
    seen = _seen[pinned]
    if base not in seen.with_versions:
        readable = pinned.lake.rows(f"SELECT DISTINCT content_id FROM temp.{base}")
        told = list(find_versions(pinned, principal, (row["content_id"] for row in readable)).by_content.values())
        columns = {
            name: pa.array([getattr(version, name) for version in told], pa.string())
            for name in ("content_id", "family_id", "status")
        }
        with pinned.lake.registered(told_versions=pa.table(columns)):
            pinned.lake.run(f"CREATE OR REPLACE TEMP TABLE {base}_version AS FROM told_versions")
        seen.with_versions.add(base)
    return f"temp.{base}_version"


def _mail_label() -> str:
    from warehouse.sessions import application_label

    return application_label(MAIL)


def names_like(pinned: Pinned, column: str, wanted: Iterable[str]) -> list[str]:
    """The values of a column of names that hold one of the wanted ones, spaces and dots apart.

    Args:
        pinned: the publication.
        column: `org_name` or `kind` of documents, `project` of amounts.
        wanted: as the asker wrote them.
    """
    keys = [key for key in map(folded, wanted) if key]
    return sorted(value for value, key in _names(pinned, column).items() if any(one in key for one in keys))


def _names(pinned: Pinned, column: str) -> dict[str, str]:
    seen = _seen.setdefault(pinned, _Seen())
    if column not in seen.names:
        seen.names[column] = {value: folded(value) for value in _values(pinned, column)}
    return seen.names[column]


def _values(pinned: Pinned, column: str) -> Iterator[str]:
    table, columns = ("budget_amount", _PROJECT_COLUMNS) if column == "project" else ("document", (column,))
    if holds(pinned, table):
        for name in columns:
            rows = pinned.lake.rows(
                f"SELECT DISTINCT {name} AS value FROM {CATALOG}.core.{table} WHERE {name} IS NOT NULL"
            )
            yield from (row["value"] for row in rows)


_PROJECT_COLUMNS = (
    "project_name",
    "project_code",
    "CASE WHEN level = 'PROJECT' THEN subject_name END",
    "CASE WHEN level = 'PROJECT' THEN subject_code END",
)


class Eligible:
    """What filters let through for one asker; made by `eligible`."""

    def __init__(self, pinned: Pinned) -> None:
        self._pinned = pinned

    def passages(self) -> list[str] | None:
        """All passages that pass, or None if there are more than `MOST_PREFILTERED`."""
        rows = self._pinned.lake.rows(f"{_PASSAGES.format(only='')} LIMIT {MOST_PREFILTERED + 1}")
        return [row["passage_id"] for row in rows] if len(rows) <= MOST_PREFILTERED else None

    def all_passages(self) -> list[str]:
        """All passages that pass, however many."""
        return [row["passage_id"] for row in self._pinned.lake.rows(_PASSAGES.format(only=""))]

    def keep(self, passage_ids: Sequence[str]) -> set[str]:
        """Those of some passages that pass."""
        asked = pa.table({"passage_id": pa.array(sorted(set(passage_ids)), pa.string())})
        with self._pinned.lake.registered(asked_passages=asked):
            rows = self._pinned.lake.rows(_PASSAGES.format(only="SEMI JOIN asked_passages USING (passage_id)"))
        return {row["passage_id"] for row in rows}

    def keep_said(self, places: dict[str, tuple[Place, ...]]) -> dict[str, tuple[Place, ...]]:
        """Of places of sessions' exports, by the sessions' ids, those through which the sessions pass."""
        asked = pa.table({"session_id": pa.array(sorted(places), pa.string())})
        with self._pinned.lake.registered(asked_sessions=asked):
            rows = self._pinned.lake.rows("FROM temp.eligible_said SEMI JOIN asked_sessions USING (session_id)")
        passed = {(row["session_id"], row["content_id"], row["placement_id"]) for row in rows}
        return {
            session_id: tuple(one for one in own if (session_id, one.content_id, one.placement_id) in passed)
            for session_id, own in places.items()
        }

    def keep_places(self, places: dict[str, list[Place]]) -> dict[str, list[Place]]:
        """Of places of documents those that pass; a content without one is left out."""
        asked = pa.table({"content_id": pa.array(sorted(places), pa.string())})
        with self._pinned.lake.registered(asked_contents=asked):
            rows = self._pinned.lake.rows("FROM temp.eligible_place SEMI JOIN asked_contents USING (content_id)")
        passed = {(row["content_id"], row["placement_id"]) for row in rows}
        kept = {
            content_id: [place for place in own if (content_id, place.placement_id) in passed]
            for content_id, own in places.items()
        }
        return {content_id: own for content_id, own in kept.items() if own}


_PASSAGES = f"""
    SELECT DISTINCT passage_id FROM (
        SELECT c.passage_id FROM {CATALOG}.index.chunk c
        JOIN {CATALOG}.core.reading r ON r.text_id = c.text_id AND r.outcome = 'kept'
        SEMI JOIN temp.eligible_place e ON e.content_id = r.content_id
        UNION ALL
        SELECT c.passage_id FROM {CATALOG}.index.chunk c SEMI JOIN temp.eligible_said e ON e.session_id = c.text_id)
    {{only}}"""


@contextmanager
def eligible(pinned: Pinned, principal: Principal, filters: Sequence[Filters]) -> Iterator[Eligible | None]:
    """What all of the filters let through for the principal, for the length of the block; None where nothing is filtered.

    Every word of the asker goes in as a bound value or as a row of a table, none as SQL.
    """
    given = [one for one in filters if not one.is_empty]
    if not given:
        yield None
        return
    base = readable_contents(pinned, principal)
    places, said, names = _Condition(), _Condition(), dict[str, pa.Table]()
    for number, one in enumerate(given):
        names |= _wanted_names(pinned, one, number)
        _add_document(places, pinned, one, base, number)
        _add_said(said, one)
    execute = pinned.lake.run
    has_status = any(one.status or one.not_status for one in given)
    versions = readable_versions(pinned, principal) if has_status else _NO_VERSIONS
    with pinned.lake.registered(**names):
        execute(
            f"""CREATE OR REPLACE TEMP TABLE eligible_place AS SELECT DISTINCT f.content_id, f.placement_id FROM temp.{base} f
                LEFT JOIN {versions} v ON v.content_id = f.content_id
                {_document_join(pinned)} WHERE {places.text}""",
            places.values,
        )
        execute(
            f"""CREATE OR REPLACE TEMP TABLE eligible_said AS SELECT DISTINCT s.session_id, s.content_id, s.placement_id
                FROM temp.{base}_said s WHERE {said.text}""",
            said.values,
        )
    try:
        yield Eligible(pinned)
    finally:
        execute("DROP TABLE IF EXISTS temp.eligible_place")
        execute("DROP TABLE IF EXISTS temp.eligible_said")


class _Condition:
    """A condition in SQL that grows part by part, with the values that are bound to it."""

    def __init__(self) -> None:
        self.parts = ["true"]
        self.values: dict[str, Any] = {}

    @property
    def text(self) -> str:
        """All parts together."""
        return " AND ".join(self.parts)

    def add(self, part: str, **values: Any) -> None:
        """One more part that must hold; `$name` in it is bound to a value under a name of its own."""
        for name in sorted(values, key=len, reverse=True):
            own = f"value_{len(self.values)}"
            part = part.replace(f"${name}", f"${own}")
            self.values[own] = values[name]
        self.parts.append(part)


def _document_join(pinned: Pinned) -> str:
    if holds(pinned, "document"):
        return f"LEFT JOIN {CATALOG}.core.document d ON d.content_id = f.content_id"
    return "LEFT JOIN (SELECT '' AS content_id, '' AS kind, '' AS org_name, []::INTEGER[] AS fiscal_years) d ON false"


def _wanted_names(pinned: Pinned, filters: Filters, number: int) -> dict[str, pa.Table]:
    """Tables of the values that stand in the lake for the names that the asker wrote."""
    found: dict[str, pa.Table] = {}
    for no in ("", "not_"):
        for name, column in (("office", "org_name"), ("kind", "kind"), ("project", "project")):
            values = names_like(pinned, column, getattr(filters, f"{no}{name}"))
            found[f"wanted_{no}{name}_{number}"] = pa.table({"value": pa.array(values, pa.string())})
    return found


def _add_document(condition: _Condition, pinned: Pinned, filters: Filters, base: str, number: int) -> None:
    for no, word in (("", ""), ("not_", "NOT ")):
        for name, column in (("office", "d.org_name"), ("kind", "d.kind")):
            if getattr(filters, f"{no}{name}"):
                listed = f"SELECT value FROM wanted_{no}{name}_{number}"
                condition.add(f"{word}coalesce({column} IN ({listed}), false)")
        if getattr(filters, f"{no}project"):
            condition.add(f"{word}{_of_project(pinned, base, f'wanted_{no}project_{number}')}")
        if years := getattr(filters, f"{no}year"):
            condition.add(f"{word}coalesce(list_has_any(d.fiscal_years, $years), false)", years=list(years))
        if sources := getattr(filters, f"{no}source"):
            lowered = [source.lower() for source in sources]
            condition.add(f"{word}list_contains($sources, lower(f.source_name))", sources=lowered)
        if statuses := getattr(filters, f"{no}status"):
            condition.add(f"{word}list_contains($statuses, coalesce(v.status, 'final'))", statuses=list(statuses))
    if filters.since:
        condition.add("f.day >= $since", since=filters.since)
    if filters.until:
        condition.add("f.day <= $until", until=filters.until)


def _of_project(pinned: Pinned, base: str, wanted: str) -> str:
    """That a content prints an amount of a wanted project, or is linked with one that the asker may read."""
    if not holds(pinned, "budget_amount"):
        return "false"
    printed = " OR ".join(f"{column} IN (SELECT value FROM {wanted})" for column in _PROJECT_COLUMNS)
    amounts = f"SELECT amount_id, content_id FROM {CATALOG}.core.budget_amount WHERE {printed}"
    linked = ""
    if holds(pinned, "link"):
        linked = f"""UNION ALL SELECT k.from_id FROM {CATALOG}.core.link k JOIN ({amounts}) a ON a.amount_id = k.to_id
            SEMI JOIN temp.{base} r ON r.content_id = a.content_id WHERE k.from_kind = 'document' AND k.to_kind = 'amount'"""
    return f"f.content_id IN (SELECT content_id FROM ({amounts}) {linked})"


def _add_said(condition: _Condition, filters: Filters) -> None:
    """Messages have no office and no project: what asks for one finds none of them."""
    if filters.office or filters.project:
        condition.add("false")
    for no, word in (("", ""), ("not_", "NOT ")):
        if kinds := getattr(filters, f"{no}kind"):
            own = f"CASE WHEN s.is_mail THEN '{MAIL_KIND}' ELSE '{MESSAGE_KIND}' END"
            condition.add(f"{word}list_contains($kinds, {own})", kinds=[folded(kind) for kind in kinds])
        if years := getattr(filters, f"{no}year"):
            condition.add(f"{word}list_has_any($years, [year(s.first_day), year(s.last_day)])", years=list(years))
        if sources := getattr(filters, f"{no}source"):
            lowered = [source.lower() for source in sources]
            condition.add(f"{word}list_contains($sources, lower(s.source_name))", sources=lowered)
        if statuses := getattr(filters, f"{no}status"):
            condition.add("true" if ("message" in statuses) != bool(no) else "false")
    if filters.since:
        condition.add("s.last_day >= $since", since=filters.since)
    if filters.until:
        condition.add("s.first_day <= $until", until=filters.until)
