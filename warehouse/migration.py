"""Bring the lake's tables to what the record classes declare: add, rename, widen; refuse whatever would lose something.

A rename cannot be told from a removal plus an addition by looking at a class, so it carries `previously=`.
"""

from collections.abc import Iterable

import duckdb

from schemas import sql
from schemas.record import LAYERS, Record, extra, unwrap_optional
from warehouse.lake import CATALOG, Lake

# What DuckLake changes as metadata alone, and no value can be lost by. Everything else is refused. A reader that is pinned
# before the change still has the old type, and DuckLake refuses it the table from the moment that a value beyond it is
# written until the next publication.
_WIDENINGS = {
    ("BIGINT", "DECIMAL(38,0)"),
    ("DATE", "TIMESTAMPTZ"),
    ("INTEGER", "BIGINT"),
    ("FLOAT", "DOUBLE"),
}


class SchemaRefused(Exception):
    """The lake's table cannot become the declared one without losing something; a new column is needed instead."""


def migrate(lake: Lake, records: Iterable[type[Record]]) -> list[str]:
    """Create and alter tables until they match, in one transaction; returns what was done, in words.

    Raises:
        SchemaRefused: a type would narrow, a column that is gone was not named by `previously=`, or a new column that must
            hold a value has no default for the rows that are there.
    """
    wanted = list(records)
    planned = plan(lake, wanted)
    if planned:
        lake.commit(lambda connection: _run(connection, planned))
    return planned


def plan(lake: Lake, records: Iterable[type[Record]]) -> list[str]:
    """The statements that `migrate` would run.

    Raises:
        SchemaRefused: see `migrate`.
    """
    existing = _existing_columns(lake)
    schemas = {layer for layer, _ in existing}
    layers = {record.layer for record in records}
    statements = [f'CREATE SCHEMA IF NOT EXISTS {CATALOG}."{layer}"' for layer in LAYERS if layer in layers - schemas]
    for record in records:
        current = existing.get((record.layer, record.table_name()))
        if current is None:
            statements.append(sql.create_table(record, CATALOG))
            statements += sql.comments(record, CATALOG)
        else:
            statements += _alterations(record, current)
    return statements


def _run(connection: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _existing_columns(lake: Lake) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    listed = lake.connection.execute(
        f"SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = '{CATALOG}'"
    ).fetchall()
    for layer, table, column, kind in listed:
        found.setdefault((layer, table), {})[column] = _normal(kind)
    return found


def _alterations(record: type[Record], current: dict[str, str]) -> list[str]:
    name = sql.table(record, CATALOG)
    statements: list[str] = []
    claimed: set[str] = set()
    for column, kind in sql.column_types(record).items():
        info = record.model_fields[column]
        old = extra(info, "previously")
        if column in current:
            source = column
        elif old in current:
            statements.append(f"ALTER TABLE {name} RENAME COLUMN {sql.quote(old)} TO {sql.quote(column)}")
            source = old
        else:
            statements += _addition(record, column, kind)
            continue
        claimed.add(source)
        if current[source] != _normal(kind):
            statements.append(_widening(record, column, current[source], _normal(kind)))
    lost = sorted(set(current) - claimed)
    if lost:
        raise SchemaRefused(
            f"{record.qualified_name()} no longer declares {', '.join(lost)}; keep the column, or name it with previously="
        )
    return statements + sql.comments(record, CATALOG) if statements else []


def _addition(record: type[Record], column: str, kind: str) -> list[str]:
    info = record.model_fields[column]
    name, quoted = sql.table(record, CATALOG), sql.quote(column)
    if info.is_required() and not unwrap_optional(info.annotation)[1]:
        raise SchemaRefused(
            f"{record.qualified_name()}.{column} is new and must hold a value; give it a default, or allow None"
        )
    added = f"ALTER TABLE {name} ADD COLUMN {quoted} {kind}"
    if info.is_required() or info.default is None:
        return [added]
    if isinstance(info.default, list | tuple):
        # DuckLake takes no default for a list, so the rows that are there get theirs by an update.
        items = ", ".join(_default(item) for item in info.default)
        return [added, f"UPDATE {name} SET {quoted} = [{items}]"]
    return [f"{added} DEFAULT {_default(info.default)}"]


def _widening(record: type[Record], column: str, old: str, new: str) -> str:
    if (old, new) not in _WIDENINGS:
        raise SchemaRefused(
            f"{record.qualified_name()}.{column} cannot go from {old} to {new}; declare a new column beside it"
        )
    return f"ALTER TABLE {sql.table(record, CATALOG)} ALTER COLUMN {sql.quote(column)} SET DATA TYPE {new}"


def _default(value: object) -> str:
    # Always in quotes: DuckLake takes nothing but a literal, and to DuckDB neither TRUE nor -1 is one.
    return sql.literal(str(value))


def _normal(kind: str) -> str:
    """One spelling for types that DuckDB prints in two ways."""
    return kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").replace('"', "").replace(", ", ",").upper()
