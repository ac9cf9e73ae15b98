"""A reader's lake that answers from memory what is asked again and again.

Each statement on DuckLake costs tens of milliseconds of planning whatever it reads, and a search is a dozen statements. A
publication never changes, so that a table which was asked twice is copied into the connection's memory once, and later
statements read the copy. What is too large for that stays where it is; single passages are found by `warehouse.doors.shelf`
however many there are.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from schemas.sql import quote
from warehouse.lake import CATALOG, Lake, LakePlace

MOST_BYTES = 128 * 2**20
"""Bytes of Parquet that are copied at most, all tables together; in memory they take three to five times as much."""

NEARBY = "nearby"
_USES = 2
_NAME = re.compile(rf'\b{CATALOG}\."?(\w+)"?\."?(\w+)"?')
# What doors ask of every question, with the columns by which rows are looked up, and lie in order. Elements and messages are
# asked for by one document, and would be most of the lake.
_ORDER = {
    ("raw", "access"): "access_id",
    ("raw", "placement"): "content_id",
    ("core", "reading"): "text_id",
    ("core", "member"): "content_id",
    ("core", "scope_access"): "scope",
    ("core", "draft"): "family_id",
    ("core", "document"): "content_id",
    ("core", "budget_amount"): "content_id, ordinal",
    ("core", "withdrawal"): "amount_id",
    ("core", "link"): "to_id",
    ("core", "message_source"): "content_id, message_id",
    ("index", "session"): "session_id",
    ("index", "chunk"): "text_id, ordinal",
}


class NearbyLake(Lake):
    """A lake pinned to a snapshot, whose small tables come nearer when they are asked again; safe for several threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, place: LakePlace, *, read_only: bool) -> None:
        super().__init__(connection, place, read_only=read_only)
        # On a handful of rows more threads only wait for each other: a third of the time of a search was that.
        connection.execute("SET threads = 1")
        self._lock = threading.RLock()
        self._uses: dict[tuple[str, str], int] = {}
        self._copied: set[tuple[str, str]] = set()
        self._bytes_left = MOST_BYTES
        self._sizes: dict[str, int] | None = None
        self._tables: list[tuple[str, str]] | None = None

    def query(self, statement: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        """As `Lake.query`, of the copies where there are some."""
        with self._lock:
            return super().query(self.nearest(statement), parameters)

    def value(self, statement: str, parameters: dict[str, Any] | None = None) -> Any:
        """As `Lake.value`, of the copies where there are some."""
        with self._lock:
            return super().value(self.nearest(statement), parameters)

    def run(self, statement: str, parameters: dict[str, Any] | None = None) -> None:
        """As `Lake.run`, of the copies where there are some."""
        with self._lock:
            super().run(self.nearest(statement), parameters)

    def tables(self) -> list[tuple[str, str]]:
        """As `Lake.tables`, asked once: a publication has the tables that it has."""
        with self._lock:
            if self._tables is None:
                self._tables = super().tables()
            return list(self._tables)

    @contextmanager
    def registered(self, **tables: pa.Table) -> Iterator[None]:
        """As `Lake.registered`; no other thread's tables of the same names come between."""
        with self._lock, super().registered(**tables):
            yield

    def nearest(self, statement: str) -> str:
        """The statement with the copies' names in the place of the tables'; a table that is named again is copied first.

        No word of an asker is ever part of a statement, so that what looks like a table's name is one.
        """
        return _NAME.sub(self._name_of, statement)

    def _name_of(self, found: re.Match[str]) -> str:
        key = found[1], found[2]
        if key not in _ORDER:
            return found[0]
        if key not in self._copied:
            self._uses[key] = self._uses.get(key, 0) + 1
            if self._uses[key] != _USES or not self._copy(*key):
                return found[0]
        return f"{NEARBY}.{quote(key[0])}.{quote(key[1])}"

    def _copy(self, layer: str, name: str) -> bool:
        """Copy a table, if it fits."""
        if self._sizes is None:
            self._sizes = self._file_sizes()
            self.connection.execute(f"ATTACH ':memory:' AS {NEARBY}")
        size = self._sizes.get(name, 0)
        if size > self._bytes_left:
            return False
        self._bytes_left -= size
        self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {NEARBY}.{quote(layer)}")
        self.connection.execute(
            f"""CREATE TABLE {NEARBY}.{quote(layer)}.{quote(name)} AS
                FROM {CATALOG}.{quote(layer)}.{quote(name)} ORDER BY {_ORDER[layer, name]}"""
        )
        self._copied.add((layer, name))
        return True

    def _file_sizes(self) -> dict[str, int]:
        listed = self.connection.execute(
            f"SELECT table_name, sum(file_size_bytes)::BIGINT FROM ducklake_table_info('{CATALOG}') GROUP BY table_name"
        )
        return {name: int(size or 0) for name, size in listed.fetchall()}
