"""DuckDB as we open it everywhere: extensions loaded by path from their wheels, nothing ever fetched.

The wheels come from a repackager; DuckDB checks each file's signature at load, which is why unsigned extensions stay
forbidden although loading would be faster with them.
"""

from importlib import resources
from pathlib import Path

import duckdb


def connect(
    database: Path | None = None, *, read_only: bool = False, memory_limit: str | None = None
) -> duckdb.DuckDBPyConnection:
    """Open DuckDB, in memory unless a file is named, with all installing and autoloading off."""
    connection = duckdb.connect(str(database) if database else ":memory:", read_only=read_only)
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET TimeZone = 'Asia/Seoul'")
    # Long statements would draw DuckDB's own bar over the report.
    connection.execute("SET enable_progress_bar = false")
    if memory_limit:
        connection.execute("SET memory_limit = ?", [memory_limit])
    return connection


def extension_file(name: str, version: str) -> Path:
    """The extension's file inside its wheel `duckdb-extension-NAME`.

    Raises:
        FileNotFoundError: the wheel is not installed, or is not for this version of DuckDB.
    """
    try:
        package = resources.files(f"duckdb_extension_{name}")
    except ModuleNotFoundError as missing:
        raise FileNotFoundError(f"the wheel duckdb-extension-{name.replace('_', '-')} is not installed") from missing
    path = Path(str(package / "extensions" / version / f"{name}.duckdb_extension"))
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist; DuckDB is {version} and the wheel is not for it")
    return path


def load_extensions(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Load signed extensions from their wheels, in the order given (DuckLake's catalogs need their scanner first)."""
    row = connection.execute("PRAGMA version").fetchone()
    version = row[0] if row else ""
    for name in names:
        path = str(extension_file(name, version)).replace("'", "''")
        connection.execute(f"LOAD '{path}'")
