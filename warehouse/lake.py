"""The lake: DuckLake with a SQLite catalog (or PostgreSQL by one setting), one writer, readers on pinned snapshots.

The rules behind each option were found by trying; `docs/adr/0004-the-store.md` has them. In short: a reader never holds an
explicit transaction, orphans are removed under the writer's lock only, snapshots expire by explicit list.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from schemas import sql
from schemas.record import LAYERS, Record
from warehouse import engine

CATALOG = "lake"
_TRIES = 6
_FIRST_WAIT_SECONDS = 0.1


@dataclass(frozen=True)
class LakePlace:
    """Where a lake is: its catalog (`sqlite:FILE` or `postgres:…`) and the folder or bucket of its data."""

    catalog: str
    data: str

    @property
    def is_sqlite(self) -> bool:
        """Whether the catalog is a SQLite file on this host."""
        return self.catalog.startswith("sqlite:")

    @property
    def scanner(self) -> str:
        """The DuckDB extension that reads the catalog."""
        return "sqlite_scanner" if self.is_sqlite else "postgres_scanner"


class Lake:
    """A connection to the lake, as its writer or as a reader of one snapshot.

    Everything is qualified with the catalog's name: `USE lake` would make even `SELECT 1` touch the catalog.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, place: LakePlace, *, read_only: bool) -> None:
        self.connection = connection
        self.place = place
        self.read_only = read_only

    @classmethod
    def open(cls, place: LakePlace, *, snapshot: int | None = None, read_only: bool | None = None) -> Self:
        """Attach the lake. With a snapshot the whole catalog is pinned to it and writing is refused by DuckDB itself.

        Raises:
            duckdb.Error: the catalog cannot be attached, or the snapshot has expired.
        """
        pinned = snapshot is not None if read_only is None else read_only
        connection = engine.connect()
        engine.load_extensions(connection, place.scanner, "ducklake")
        options = [f"DATA_PATH {sql.literal(place.data)}", "OVERRIDE_DATA_PATH true"]
        if place.is_sqlite:
            options += ["META_JOURNAL_MODE 'WAL'", "META_BUSY_TIMEOUT 10000"]
        if pinned:
            options.append("READ_ONLY")
        if snapshot is not None:
            options.append(f"SNAPSHOT_VERSION {snapshot}")
        connection.execute(f"ATTACH {sql.literal('ducklake:' + place.catalog)} AS {CATALOG} ({', '.join(options)})")
        return cls(connection, place, read_only=pinned)

    def close(self) -> None:
        """Detach, so that the catalog's file has no reader left."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A second connection on the same attached lake, closed by the caller: for a result that is read bit by bit."""
        return self.connection.cursor()

    def query(self, statement: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        """Run a query in autocommit and return its rows as Arrow."""
        return self.connection.execute(statement, parameters).to_arrow_table()

    def rows(self, statement: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run a query in autocommit and return its rows as dictionaries."""
        return self.query(statement, parameters).to_pylist()

    def value(self, statement: str, parameters: dict[str, Any] | None = None) -> Any:
        """The first column of the first row, or None without a row."""
        row = self.connection.execute(statement, parameters).fetchone()
        return row[0] if row else None

    def run(self, statement: str, parameters: dict[str, Any] | None = None) -> None:
        """Run a statement in autocommit for what it does: a table of the connection's own is made or dropped."""
        self.connection.execute(statement, parameters)

    @contextmanager
    def registered(self, **tables: pa.Table) -> Iterator[None]:
        """Arrow tables visible to queries under the given names, for the length of the block."""
        for name, table in tables.items():
            self.connection.register(name, table)
        try:
            yield
        finally:
            for name in tables:
                self.connection.unregister(name)

    def commit(self, work: Callable[[duckdb.DuckDBPyConnection], object]) -> None:
        """Run `work` in one transaction; a lost race for the catalog is tried again, a bounded number of times.

        `work` must be repeatable: it sees a fresh transaction at each try.

        Raises:
            duckdb.Error: the last try failed, or `work` failed for a reason that waiting does not mend.
        """
        for attempt in range(1, _TRIES + 1):
            self.connection.execute("BEGIN")
            try:
                work(self.connection)
                self.connection.execute("COMMIT")
            except duckdb.Error as failure:
                self._roll_back()
                if attempt == _TRIES or not _is_lost_race(failure):
                    raise
                time.sleep(_FIRST_WAIT_SECONDS * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, no secret
            except BaseException:
                self._roll_back()
                raise
            else:
                return

    def _roll_back(self) -> None:
        try:
            self.connection.execute("ROLLBACK")
        except duckdb.TransactionException as failure:
            # A COMMIT that failed has already ended the transaction; any other complaint is news.
            if "no transaction is active" not in str(failure):
                raise

    def head(self) -> int:
        """The newest snapshot's id."""
        return int(self.value(f"SELECT id FROM ducklake_current_snapshot('{CATALOG}')"))

    def snapshots(self) -> list[int]:
        """Ids of all snapshots that have not expired, oldest first."""
        listed = self.connection.execute(
            f"SELECT snapshot_id FROM ducklake_snapshots('{CATALOG}') ORDER BY 1"
        ).fetchall()
        return [row[0] for row in listed]

    def tables(self) -> list[tuple[str, str]]:
        """(layer, table) of every table in the lake, sorted."""
        listed = self.connection.execute(
            f"SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = '{CATALOG}' ORDER BY 1, 2"
        ).fetchall()
        return [(layer, name) for layer, name in listed if layer in LAYERS]

    def insert(self, record: type[Record], rows: pa.Table) -> None:
        """Append rows to a record's table; call inside `commit`."""
        if rows.num_rows:
            with self.registered(new_rows=rows):
                self.connection.execute(f"INSERT INTO {sql.table(record, CATALOG)} BY NAME SELECT * FROM new_rows")

    def delete(self, record: type[Record], keys: pa.Table) -> None:
        """Delete the rows whose values equal a row of `keys` in all its columns; call inside `commit`."""
        if keys.num_rows:
            columns = ", ".join(sql.quote(name) for name in keys.column_names)
            with self.registered(old_keys=keys):
                self.connection.execute(
                    f"DELETE FROM {sql.table(record, CATALOG)} WHERE ({columns}) IN (SELECT ({columns}) FROM old_keys)"
                    if len(keys.column_names) > 1
                    else f"DELETE FROM {sql.table(record, CATALOG)} WHERE {columns} IN (SELECT {columns} FROM old_keys)"
                )


def _is_lost_race(failure: duckdb.Error) -> bool:
    text = str(failure).lower()
    return any(sign in text for sign in ("database is locked", "transaction conflict", "failed to commit", "busy"))


def local_place(catalog_file: Path, data_folder: Path) -> LakePlace:
    """The embedded default: SQLite catalog and a local folder. Absolute, since DuckLake stores the path as given."""
    return LakePlace(catalog=f"sqlite:{catalog_file.resolve()}", data=str(data_folder.resolve()))


def digest(lake: Lake, records: Iterable[type[Record]]) -> dict[str, tuple[int, str]]:
    """Row count and an order-free digest of each table's stable columns: what two equal lakes agree on."""
    found: dict[str, tuple[int, str]] = {}
    for record in records:
        columns = ", ".join(sql.quote(name) for name in record.stable_columns())
        if not columns:
            continue
        statement = (
            f"SELECT count(*), coalesce(md5(string_agg(line, '' ORDER BY line)), '') FROM "
            f"(SELECT md5(to_json(struct_pack({_packed(record)}))::VARCHAR) AS line FROM {sql.table(record, CATALOG)})"
        )
        row = lake.connection.execute(statement).fetchone()
        found[record.qualified_name()] = (row[0], row[1]) if row else (0, "")
    return found


def _packed(record: type[Record]) -> str:
    # JSON cannot hold bytes, so a binary column is compared by its hexadecimal form.
    parts = []
    for name, kind in sql.column_types(record).items():
        if name in record.stable_columns():
            value = f"hex({sql.quote(name)})" if kind == "BLOB" else sql.quote(name)
            parts.append(f"{sql.quote(name)} := {value}")
    return ", ".join(parts)
