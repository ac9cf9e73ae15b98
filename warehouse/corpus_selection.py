"""What goes into a corpus: decided in the lake for one audience, and copied in the order in which it is written.

Only what the audience may read has a part in anything: in the choice, in the counts, in what is a version of what. Each
passage that may be read ends in exactly one way, with the best that any of its readable places allows.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas import sql
from schemas.access import Access, Principal
from schemas.corpus import SourceTerms
from warehouse import engine
from warehouse.doors.eligible import eligible, readable_versions
from warehouse.doors.question import Filters
from warehouse.doors.session import IndexIdentity, Pinned
from warehouse.lake import CATALOG, Lake, LakePlace
from warehouse.layout import Home
from warehouse.outcomes import locations, scoped_locations
from warehouse.publication import Current, NothingPublished

_WORK, _FILE = "work", "selection"
_NOBODY = Principal(name="-")
_MOST_ROUNDS = 50
_ROWS_A_TIME = 1_000
_MEMORY, _MEMORY_OF_READING = "1GB", "256MB"
_NO_INDEX = IndexIdentity("", "", 0)
_DOCUMENT_ENDS = ("filter", "unlicensed", "older_draft")
_SAID_ENDS = ("filter", "unlicensed", "unregistered_room")
_TAKEN = 3
_PLACE_COLUMNS = "p.source_name, p.path, p.folder, p.name, p.modified_at"
_TERMS = "t.licence, t.retention, coalesce(t.is_licensed, {unknown}) AS is_licensed"
_OFFICE = """coalesce(list_filter(string_split(folder, '/'),
    part -> part <> '' AND NOT regexp_full_match(part, '(19|20)[0-9]{2}(년|년도)?'))[1], source_name)"""


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a publication."""

    may_read: Callable[[Access], bool]
    terms: Mapping[str, SourceTerms]
    rooms: Collection[str]
    filters: Filters = field(default_factory=Filters)
    all_drafts: bool = False
    unlicensed: bool = False
    seed: int | None = None


class _AudiencePinned(Pinned):
    """A publication as an audience sees it, which may be several people at once."""

    def __init__(self, home: Home, place: LakePlace, current: Current, may_read: Callable[[Access], bool]) -> None:
        # Every row is gone through once: nothing to keep at hand.
        super().__init__(home, place, current, _NO_INDEX, Lake.open)
        self._may_read = may_read

    def readable_access(self, principal: Principal) -> list[str]:
        """Ids of the accesses under which the whole audience may read."""
        return sorted(access_id for access_id, access in self.accesses.items() if self._may_read(access))


@dataclass(frozen=True)
class Selection:
    """What was selected: rows in order in a file of their own, and how all others ended."""

    file: Path
    n_readable: int
    n_selected: int
    left_out: dict[str, int]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The selected rows in order, a bounded number of them in memory."""
        with engine.connect(self.file, read_only=True, memory_limit=_MEMORY_OF_READING) as connection:
            # page by page: the rows lie in order, and sorting them again would take all of them at once
            for start in range(0, self.n_selected, _ROWS_A_TIME):
                page = "FROM selected WHERE n > $start AND n <= $start + $length ORDER BY n"
                asked = connection.execute(page, {"start": start, "length": _ROWS_A_TIME})
                yield from asked.to_arrow_table().to_pylist()


def select(home: Home, place: LakePlace, current: Current, wanted: Wanted, folder: Path) -> Selection:
    """Select the rows of a corpus into a file of `folder`, which takes what does not fit into memory as well.

    Raises:
        NothingPublished: the publication is from before conversations were kept.
    """
    pinned = _AudiencePinned(home, place, current, wanted.may_read)
    try:
        if not pinned.holds_conversations:
            raise NothingPublished("이 공개는 예전 판으로 만든 것입니다. `gotgan run`으로 다시 공개하십시오.")
        run = pinned.lake.connection.execute
        run("SET memory_limit = $limit", {"limit": _MEMORY})
        run(f"SET temp_directory = {sql.literal(str(folder / 'spill'))}")
        run(f"ATTACH {sql.literal(str(folder / _FILE))} AS {_WORK}")
        with _conditions(pinned, wanted):
            _place_documents(pinned, wanted)
            _place_talks(pinned, wanted)
        _settle_groups(pinned)
        _write_selected(pinned, wanted)
        counts = _count(pinned)
        run(f"DETACH {_WORK}")
    finally:
        pinned.lake.close()
    left_out = {reason: n for reason, n in counts.items() if reason and n}
    return Selection(folder / _FILE, sum(counts.values()), counts.get("", 0), left_out)


@contextmanager
def _conditions(pinned: Pinned, wanted: Wanted) -> Iterator[None]:
    """Tables that say what the audience may read, on which terms, and what passes the filter."""
    stated = sorted(wanted.terms.items())
    terms = pa.table(
        {
            "source_name": pa.array([name for name, _ in stated], pa.string()),
            "licence": pa.array([one.licence for _, one in stated], pa.string()),
            "retention": pa.array([one.retention for _, one in stated], pa.string()),
            "is_licensed": pa.array([one.is_licensed or wanted.unlicensed for _, one in stated], pa.bool_()),
        }
    )
    readable = pa.table({"access_id": pa.array(pinned.readable_access(_NOBODY), pa.string())})
    rooms = pa.table({"scope": pa.array(sorted(wanted.rooms), pa.string())})
    with (
        pinned.lake.registered(source_terms=terms, audience_access=readable, open_rooms=rooms),
        eligible(pinned, _NOBODY, [wanted.filters]),
    ):
        yield


def _terms(wanted: Wanted) -> str:
    """Columns of the terms of a place; a source that `gotgan.toml` does not name any more states none."""
    return _TERMS.format(unknown="true" if wanted.unlicensed else "false")


def _place_documents(pinned: Pinned, wanted: Wanted) -> None:
    """`place`: readable places; `content`: readable documents with the best place of each and how far it may go."""
    create = pinned.lake.connection.execute
    versions = readable_versions(pinned, _NOBODY)
    passes = (
        "true"
        if wanted.filters.is_empty
        else "(l.content_id, l.placement_id) IN (SELECT (content_id, placement_id) FROM temp.eligible_place)"
    )
    create(
        f"""CREATE TABLE {_WORK}.place AS
            SELECT l.content_id, l.placement_id, l.member_path, {_PLACE_COLUMNS}, {_terms(wanted)}, {passes} AS passes
            FROM ({scoped_locations()}) l SEMI JOIN audience_access a ON a.access_id = l.access_id
            JOIN {CATALOG}.raw.placement p ON p.placement_id = l.placement_id
            LEFT JOIN source_terms t ON t.source_name = p.source_name"""
    )
    # an older version stays one, whatever holds of the final one's licence
    is_older = "false" if wanted.all_drafts else "coalesce(v.status = 'draft', false)"
    tables = pinned.lake.tables()
    document = (
        f"{CATALOG}.core.document"
        if ("core", "document") in tables
        else "(SELECT '' AS content_id, '' AS kind, ''::VARCHAR AS org_name, []::BIGINT[] AS fiscal_years WHERE false)"
    )
    create(
        f"""CREATE TABLE {_WORK}.content AS
            WITH best AS (
                SELECT *, bool_or(passes) OVER own AS any_passes, bool_or(passes AND is_licensed) OVER own AS any_licensed
                FROM {_WORK}.place WINDOW own AS (PARTITION BY content_id)
                QUALIFY row_number() OVER (PARTITION BY content_id ORDER BY (passes AND is_licensed) DESC, modified_at DESC,
                                           source_name, path, member_path) = 1)
            SELECT b.*, r.text_id, r.title, r.reader, r.step_fingerprint AS reading_fingerprint,
                   coalesce(d.kind, '기타') AS document_kind, d.org_name, coalesce(d.fiscal_years, []) AS fiscal_years,
                   v.family_id, b.content_id AS group_id,
                   CASE WHEN NOT any_passes THEN 0 WHEN NOT any_licensed THEN 1 WHEN {is_older} THEN 2 ELSE {_TAKEN} END AS level
            FROM best b JOIN {CATALOG}.core.reading r ON r.content_id = b.content_id AND r.outcome = 'kept'
            LEFT JOIN {document} d ON d.content_id = b.content_id
            LEFT JOIN {versions} v ON v.content_id = b.content_id
            WHERE r.text_id IS NOT NULL"""
    )


def _place_talks(pinned: Pinned, wanted: Wanted) -> None:
    """`talk`: readable sessions, of those that say the same in other names the best one, with its place and how far it may go."""
    passes = (
        "true"
        if wanted.filters.is_empty
        else "(s.session_id, l.placement_id) IN (SELECT (session_id, placement_id) FROM temp.eligible_said)"
    )
    pinned.lake.connection.execute(
        f"""CREATE TABLE {_WORK}.talk AS
            WITH shown AS (
                SELECT s.session_id, s.conversation_id, s.ordinal, l.content_id, l.member_path, {_PLACE_COLUMNS}, {_terms(wanted)},
                       {passes} AS passes, s.scope IN (SELECT scope FROM open_rooms) AS is_registered
                FROM (SELECT session_id, conversation_id, ordinal, scope, unnest(content_ids) AS content_id
                      FROM {CATALOG}.index.session) s
                JOIN ({locations()}) l ON l.content_id = s.content_id AND (l.scope IS NULL OR l.scope = s.scope)
                JOIN {CATALOG}.raw.placement p ON p.placement_id = l.placement_id
                JOIN {CATALOG}.core.scope_access x ON x.scope = s.scope AND x.access_id = p.access_id
                SEMI JOIN audience_access a ON a.access_id = x.combined_id
                LEFT JOIN source_terms t ON t.source_name = p.source_name)
            SELECT *, CASE WHEN NOT passes THEN 0 WHEN NOT is_licensed THEN 1 WHEN NOT is_registered THEN 2 ELSE {_TAKEN} END
                      AS level
            FROM shown
            QUALIFY row_number() OVER (PARTITION BY conversation_id, ordinal ORDER BY level DESC, modified_at DESC, source_name,
                                       path, member_path, session_id) = 1"""
    )


def _settle_groups(pinned: Pinned) -> None:
    """Give all readable versions of a document, and all contents with the same elements, one group: its first content's id.

    The family's own id is not used: it may be made of contents that nobody of the audience may know of.
    """
    run = pinned.lake.connection.execute
    for _ in range(_MOST_ROUNDS):
        changed = run(
            f"""UPDATE {_WORK}.content SET group_id = n.group_id FROM (
                    SELECT content_id, least(min(group_id) OVER (PARTITION BY coalesce(family_id, content_id)),
                                             min(group_id) OVER (PARTITION BY text_id)) AS group_id FROM {_WORK}.content) n
                WHERE n.content_id = content.content_id AND n.group_id <> content.group_id"""
        ).fetchone()
        if not changed or not changed[0]:
            return


def _write_selected(pinned: Pinned, wanted: Wanted) -> None:
    """`passage`: how far each passage may go; `selected`: the rows in order, with their texts."""
    run = pinned.lake.connection.execute
    run(
        f"""CREATE TABLE {_WORK}.passage AS
            SELECT c.passage_id, k.level, c.chunk_id, k.content_id FROM {CATALOG}.index.chunk c
            JOIN {_WORK}.content k ON k.text_id = c.text_id
            QUALIFY row_number() OVER (PARTITION BY c.passage_id ORDER BY k.level DESC, k.modified_at DESC, k.source_name, k.path,
                                       k.member_path, k.content_id, c.ordinal) = 1"""
    )
    key = "id" if wanted.seed is None else f"md5('{int(wanted.seed)}:' || id)"
    run(
        f"""CREATE TABLE {_WORK}.selected AS
            WITH passages AS (
                SELECT g.passage_id AS id, [g.chunk_id] AS chunk_ids, [g.passage_id] AS passage_ids, c.text_id, c.headings, c.text,
                       c.locator, c.step_fingerprint AS chunking_fingerprint, k.content_id, k.group_id, k.title, k.document_kind,
                       k.org_name, k.fiscal_years, k.reader, k.reading_fingerprint, {_OFFICE} AS office, k.source_name, k.path,
                       k.member_path, k.modified_at, k.licence, k.retention
                FROM {_WORK}.passage g JOIN {CATALOG}.index.chunk c ON c.chunk_id = g.chunk_id
                JOIN {_WORK}.content k ON k.content_id = g.content_id WHERE g.level = {_TAKEN}),
            windows AS (
                SELECT c.text_id AS session_id, list(c.chunk_id ORDER BY c.ordinal) AS chunk_ids,
                       list(c.passage_id ORDER BY c.ordinal) AS passage_ids, any_value(c.step_fingerprint) AS chunking_fingerprint
                FROM {CATALOG}.index.chunk c SEMI JOIN {_WORK}.talk t ON t.session_id = c.text_id GROUP BY c.text_id),
            spans AS (
                SELECT t.session_id, min(m.line_start) AS line_start, max(coalesce(m.line_end, m.line_start)) AS line_end
                FROM (SELECT t.session_id, t.content_id, unnest(s.lines).message_id AS message_id FROM {_WORK}.talk t
                      JOIN {CATALOG}.index.session s ON s.session_id = t.session_id WHERE t.level = {_TAKEN}) t
                JOIN {CATALOG}.core.message_source m ON m.message_id = t.message_id AND m.content_id = t.content_id
                GROUP BY t.session_id),
            talks AS (
                SELECT s.session_id AS id, coalesce(w.chunk_ids, []) AS chunk_ids, coalesce(w.passage_ids, []) AS passage_ids,
                       s.session_id AS text_id, s.headings, s.lines, s.first_at, s.last_at, p.line_start, p.line_end,
                       coalesce(w.chunking_fingerprint, '') AS chunking_fingerprint, t.content_id, s.conversation_id AS group_id,
                       s.headings[1] AS title, r.reader, r.step_fingerprint AS reading_fingerprint, {_OFFICE} AS office,
                       t.source_name, t.path, t.member_path, t.modified_at, t.licence, t.retention
                FROM {_WORK}.talk t JOIN {CATALOG}.index.session s ON s.session_id = t.session_id
                JOIN {CATALOG}.core.reading r ON r.content_id = t.content_id
                LEFT JOIN spans p ON p.session_id = t.session_id
                LEFT JOIN windows w ON w.session_id = t.session_id WHERE t.level = {_TAKEN})
            SELECT row_number() OVER (ORDER BY {key}, id) AS n, * FROM (FROM passages UNION ALL BY NAME FROM talks) ORDER BY n"""
    )


def _count(pinned: Pinned) -> dict[str, int]:
    """End → passages and sessions that come to it; those that are taken so far under the empty name."""
    counts: dict[str, int] = {}
    for table, ends in (("passage", _DOCUMENT_ENDS), ("talk", _SAID_ENDS)):
        rows = pinned.lake.rows(f"SELECT level, count(*) AS n FROM {_WORK}.{table} GROUP BY level ORDER BY level")
        for row in rows:
            end = "" if row["level"] == _TAKEN else ends[row["level"]]
            counts[end] = counts.get(end, 0) + row["n"]
    return counts
