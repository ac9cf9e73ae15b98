"""SQL for analysts: on a publication's file, read-only, with every way out of that file shut.

Read-only alone is no sandbox: without the settings below a query can read any file of the host and even write some.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from schemas.access import Principal
from warehouse.layout import Home
from warehouse.publication import NothingPublished, read_current

_LOCKS = (
    "SET python_enable_replacements = false",
    "SET python_scan_all_frames = false",
    "SET temp_directory = ''",  # must come before external access is shut
    "SET allow_community_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET memory_limit = '1GB'",
    "SET TimeZone = 'Asia/Seoul'",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class QueryRefused(ValueError):
    """The query failed or ran too long; the message is DuckDB's."""


@dataclass(frozen=True)
class QueryResult:
    """Columns and rows of a query, and the publication that they are from."""

    publication_id: str
    columns: list[str]
    rows: list[tuple[Any, ...]]

    def as_dicts(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def serving_file(home: Home, principal: Principal | None, publication_id: str) -> Path:
    """The file that a principal may open: that of their clearance, else the one for everyone listed.

    Raises:
        NothingPublished: the publication's files are no longer held.
    """
    clearance = principal.clearance if principal else None
    path = home.serving_file(publication_id, clearance)
    if not path.is_file():
        raise NothingPublished(f"공개 {publication_id}의 파일이 없습니다.")
    return path


def run_query(
    home: Home,
    statement: str,
    *,
    principal: Principal | None = None,
    at: str | None = None,
    seconds: float = 60,
) -> QueryResult:
    """Run one statement on the current publication, or on an earlier one that is still kept.

    Raises:
        NothingPublished: there is no such publication.
        QueryRefused: DuckDB refused the statement, or it ran longer than `seconds`.
    """
    publication_id = at or read_current(home).publication_id
    connection = duckdb.connect(str(serving_file(home, principal, publication_id)), read_only=True)
    try:
        for lock in _LOCKS:
            connection.execute(lock)
        timer = threading.Timer(seconds, connection.interrupt)
        timer.start()
        try:
            result = connection.execute(statement)
            columns = [column[0] for column in result.description or []]
            return QueryResult(publication_id, columns, result.fetchall())
        except duckdb.InterruptException as stopped:
            raise QueryRefused(f"{seconds:.0f}초 안에 끝나지 않았습니다.") from stopped
        except duckdb.Error as failure:
            raise QueryRefused(str(failure)) from failure
        finally:
            timer.cancel()
    finally:
        connection.close()
