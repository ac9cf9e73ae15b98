"""Keep the lake small before each publication: flush inlined rows, rewrite deletes away, merge, expire, clean.

Everything here runs under the writer's lock. Snapshots expire by an explicit list, never by age: a publication that is
still read must not die because it is old. Orphans are removed under the lock alone: without it the file of another
process's open transaction would be taken for one.
"""

from collections.abc import Iterable

from schemas.record import LAYERS
from warehouse.lake import CATALOG, Lake


def compact(lake: Lake) -> None:
    """Write inlined rows and delete files away, so that no delete file predates the snapshot that readers will pin."""
    for statement in (
        f"CALL ducklake_flush_inlined_data('{CATALOG}')",
        f"CALL ducklake_rewrite_data_files('{CATALOG}', delete_threshold => 0.0)",
        f"CALL ducklake_merge_adjacent_files('{CATALOG}')",
    ):
        lake.connection.execute(statement)


def expire(lake: Lake, keep: Iterable[int]) -> int:
    """Expire every snapshot but the head and those in `keep`; returns how many went."""
    kept = {*keep, lake.head()}
    doomed = [snapshot for snapshot in lake.snapshots() if snapshot not in kept]
    if doomed:
        listed = ", ".join(str(snapshot) for snapshot in doomed)
        lake.connection.execute(f"CALL ducklake_expire_snapshots('{CATALOG}', versions => [{listed}])")
    return len(doomed)


def clean(lake: Lake) -> None:
    """Delete files that no snapshot needs, and orphans of runs that were killed. Only under the writer's lock."""
    lake.connection.execute(f"CALL ducklake_cleanup_old_files('{CATALOG}', cleanup_all => true)")
    lake.connection.execute(f"CALL ducklake_delete_orphaned_files('{CATALOG}', cleanup_all => true)")


def files(lake: Lake, snapshot: int) -> list[tuple[str, int]]:
    """(path, bytes) of every file that the snapshot's tables consist of, delete files too."""
    found: set[tuple[str, int]] = set()
    for layer, table in _tables_of(lake, snapshot):
        listed = lake.connection.execute(
            "SELECT data_file, data_file_size_bytes, delete_file, delete_file_size_bytes "
            f"FROM ducklake_list_files('{CATALOG}', '{table}', schema => '{layer}', snapshot_version => {snapshot})"
        ).fetchall()
        for data_file, data_bytes, delete_file, delete_bytes in listed:
            found.add((data_file, data_bytes))
            if delete_file:
                found.add((delete_file, delete_bytes))
    return sorted(found)


def _tables_of(lake: Lake, snapshot: int) -> list[tuple[str, str]]:
    """(layer, table) of every table that the snapshot has: one made since must not be asked for its files of then."""
    lives = "begin_snapshot <= $snapshot AND (end_snapshot IS NULL OR end_snapshot > $snapshot)"
    metadata = f"__ducklake_metadata_{CATALOG}"
    listed = lake.connection.execute(
        f"""SELECT s.schema_name, t.table_name
            FROM (FROM {metadata}.ducklake_table WHERE {lives}) t
            JOIN (FROM {metadata}.ducklake_schema WHERE {lives}) s ON s.schema_id = t.schema_id ORDER BY 1, 2""",
        {"snapshot": snapshot},
    ).fetchall()
    return [(layer, table) for layer, table in listed if layer in LAYERS]
