"""The analysts' files: one DuckDB file a clearance and one for everyone listed, copied whole, sealed by a checksum.

A file holds only rows whose every source its reader may read, so it can be given to anybody of that clearance; marts are
built again over those rows. Tables are copied, never views over the lake: a view would show the lake's head.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas import sql
from schemas.access import Access, may_read
from schemas.record import Record
from schemas.records.access import access_of_row
from schemas.records.element import ElementRecord
from schemas.records.export import Export
from schemas.records.member import Member
from schemas.records.placement import Placement
from schemas.records.quarantine import Quarantine
from schemas.records.reading import ReadingRecord
from warehouse.durability import sync_file_system
from warehouse.lake import CATALOG, Lake
from warehouse.layout import Home
from warehouse.marts import discover_marts
from warehouse.outcomes import scoped_locations
from warehouse.serving_budget import BUDGET_RECORDS, budget_tables, finish_file
from warehouse.serving_said import HIDDEN_COLUMNS, SAID_RECORDS, said_tables

_SERVING = "serving"
# A path can be opened under the home's key only, and the sealed form is nobody's business but the writer's. Who may read a place
# says nothing of who could read the one that its file has left, or what stood there before.
_HIDDEN_COLUMNS: dict[type[Record], set[str]] = {
    Placement: {
        "sealed_path",
        "inode",
        "changed_ns",
        "modified_ns",
        "moved_from",
        "replaced_content_id",
        "earlier_contents",
    },
    **HIDDEN_COLUMNS,
}

# What came with a registered conversation is behind that door too. Of what could not be read nobody knows with which it came:
# beside registered conversations it is for those who may read all of them.
_VEILED_MEMBER = f"""
    CREATE OR REPLACE TEMP TABLE veiled_member AS
    WITH open_scope AS (
        SELECT x.scope FROM {CATALOG}.core.scope_access x JOIN readable r ON r.access_id = x.combined_id
    ),
    talk AS (
        SELECT container_id, scope FROM {CATALOG}.core.member WHERE scope IS NOT NULL
        UNION SELECT content_id, scope FROM {CATALOG}.core.export_conversation WHERE scope IS NOT NULL
        UNION SELECT m.container_id, e.scope FROM {CATALOG}.core.member m
        JOIN {CATALOG}.core.export_conversation e ON e.content_id = m.content_id WHERE e.scope IS NOT NULL
    )
    SELECT m.container_id, m.member_path, m.content_id FROM {CATALOG}.core.member m
    WHERE m.scope IS NOT NULL AND NOT EXISTS (
        FROM readable_location l WHERE l.content_id = m.content_id AND l.scope = m.scope
        AND (l.member_path = m.member_path OR ends_with(l.member_path, '!/' || m.member_path)))
    UNION ALL
    SELECT m.container_id, m.member_path, m.content_id FROM {CATALOG}.core.member m
    JOIN {CATALOG}.core.reading d ON d.content_id = m.content_id AND d.outcome <> 'kept'
    WHERE m.scope IS NULL
        AND m.container_id IN (SELECT t.container_id FROM talk t ANTI JOIN open_scope o ON o.scope = t.scope)"""


@dataclass(frozen=True)
class Audience:
    """Whom a file is for: a clearance with the tokens of each of its holders, or everyone listed (no clearance)."""

    clearance: str | None
    holders: tuple[frozenset[str], ...]

    def may_read(self, access: Access) -> bool:
        """Whether every holder may read it; a file for nobody holds nothing, and what is denied to anybody is not for everyone."""
        if self.clearance is None and access.deny:
            return False
        return bool(self.holders) and all(may_read(access, tokens) for tokens in self.holders)


def audiences(clearances: Mapping[str, Iterable[frozenset[str]]]) -> list[Audience]:
    """Everyone listed first, then each clearance in the order of its name."""
    everyone = Audience(None, (frozenset({"group:all"}),))
    return [everyone, *(Audience(name, tuple(clearances[name])) for name in sorted(clearances))]


def write_serving_files(lake: Lake, home: Home, publication_id: str, audience_list: Iterable[Audience]) -> list[Path]:
    """Write one file an audience into the publication's folder, whole or not at all; returns their paths."""
    final = home.serving_folder_of(publication_id)
    temporary = home.staging_folder / f"serving-{publication_id}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    accesses = {row["access_id"]: access_of_row(row) for row in lake.rows(f"FROM {CATALOG}.raw.access")}
    for audience in audience_list:
        readable = sorted(access_id for access_id, access in accesses.items() if audience.may_read(access))
        name = home.serving_file(publication_id, audience.clearance).name
        _write_file(lake, temporary / name, readable)
    sync_file_system(temporary)
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        shutil.rmtree(final)
    temporary.replace(final)
    return sorted(final.iterdir())


def _write_file(lake: Lake, path: Path, readable: list[str]) -> None:
    connection = lake.connection
    connection.execute(f"ATTACH {sql.literal(str(path))} AS {_SERVING}")
    try:
        with lake.registered(readable=pa.table({"access_id": pa.array(readable, pa.string())})):
            _copy_tables(lake)
    finally:
        connection.execute(f"DETACH {_SERVING}")
    _write_comments(path)
    finish_file(path)


def _write_comments(path: Path) -> None:
    """Comment on tables and columns: at once, since a transaction for each of hundreds would take longer than the rows.

    On a connection of its own: on that of the lake nobody but the lake opens a transaction.
    """
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {sql.literal(str(path))} AS {_SERVING}")
        connection.begin()
        connection.execute(";\n".join(_comments()))
        connection.commit()
        connection.execute(f"DETACH {_SERVING}")


def _copy_tables(lake: Lake) -> None:
    connection = lake.connection
    for schema in ("raw", "core", "mart", "ops"):
        connection.execute(f"CREATE SCHEMA {_SERVING}.{schema}")
    base: dict[type[Record], str] = {
        Placement: f"SELECT p.* FROM {CATALOG}.raw.placement p JOIN readable USING (access_id)",
    }
    # A content counts as readable through any place of it that may be read, a member through its container's place.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE readable_location AS SELECT l.* FROM ({scoped_locations()}) l "
        "SEMI JOIN readable ON readable.access_id = l.access_id"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE readable_content AS SELECT DISTINCT content_id FROM readable_location"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE placed_content AS SELECT DISTINCT content_id FROM "
        f"({base[Placement]}) WHERE content_id IS NOT NULL UNION SELECT content_id FROM readable_content"
    )
    base[ReadingRecord] = f"SELECT * FROM {CATALOG}.core.reading SEMI JOIN placed_content USING (content_id)"
    base[ElementRecord] = f"SELECT * FROM {CATALOG}.core.element SEMI JOIN readable_content USING (content_id)"
    connection.execute(_VEILED_MEMBER)
    base[Member] = f"""
        SELECT m.* FROM {CATALOG}.core.member m SEMI JOIN readable_content r ON r.content_id = m.container_id
        ANTI JOIN veiled_member v ON v.container_id = m.container_id AND v.member_path = m.member_path"""
    base[Quarantine] = f"""
        SELECT q.* FROM {CATALOG}.ops.quarantine q SEMI JOIN ({base[Placement]}) p ON p.placement_id = q.placement_id
        WHERE q.member_path IS NULL OR (
            EXISTS (FROM readable_location l WHERE l.placement_id = q.placement_id AND l.member_path = q.member_path)
            AND NOT EXISTS (FROM veiled_member v WHERE v.content_id = q.content_id
                            AND (v.member_path = q.member_path OR ends_with(q.member_path, '!/' || v.member_path))))"""
    base[Export] = f"SELECT * FROM {CATALOG}.raw.export SEMI JOIN placed_content USING (content_id)"
    base |= said_tables(lake) | budget_tables(lake)
    for record, select in base.items():
        _copy(lake, record, select)
    # Marts read the amounts where they were copied to: working out again who may read them would cost more than the marts.
    base |= {record: f"FROM {sql.table(record, _SERVING)}" for record in BUDGET_RECORDS}
    for mart in discover_marts().values():
        _copy(lake, mart.record, mart.select_filled(lake, {record: base[record] for record in mart.inputs}))


def _copy(lake: Lake, record: type[Record], select: str) -> None:
    hidden = _HIDDEN_COLUMNS.get(record, set())
    columns = ", ".join(sql.quote(name) for name in record.columns() if name not in hidden)
    order = ", ".join(sql.quote(name) for name in record.key)
    lake.connection.execute(
        f"CREATE TABLE {sql.table(record, _SERVING)} AS SELECT {columns} FROM ({select}) ORDER BY {order}"
    )


def served_records() -> list[type[Record]]:
    """The tables that a serving file holds."""
    marts = [mart.record for mart in discover_marts().values()]
    return [Placement, ReadingRecord, ElementRecord, Member, Quarantine, Export, *SAID_RECORDS, *BUDGET_RECORDS, *marts]


def _comments() -> list[str]:
    statements = []
    for record in served_records():
        hidden = _HIDDEN_COLUMNS.get(record, set())
        prefixes = tuple(f"COMMENT ON COLUMN {sql.table(record, _SERVING)}.{sql.quote(name)} " for name in hidden)
        statements += [text for text in sql.comments(record, _SERVING) if not prefixes or not text.startswith(prefixes)]
    return statements
