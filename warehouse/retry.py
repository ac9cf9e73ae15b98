"""Try again: take the marker of a reading away, so that the next run finds its content missing."""

from collections.abc import Iterable

import pyarrow as pa

from schemas.records.element import ElementRecord
from schemas.records.member import Member
from schemas.records.reading import ReadingRecord
from warehouse.lake import CATALOG, Lake, LakePlace
from warehouse.layout import Home
from warehouse.lock import writer_lock


def forget_readings(home: Home, place: LakePlace, placement_ids: Iterable[str]) -> int:
    """Remove the readings of the placements' contents, and of placements quarantined unread their fingerprint.

    Returns how many placements will be read again.

    Raises:
        warehouse.lock.WriterBusy: a run is in progress.
    """
    wanted = pa.table({"placement_id": pa.array(sorted(set(placement_ids)), pa.string())})
    with writer_lock(home.lock_file), Lake.open(place) as lake, lake.registered(wanted=wanted):
        contents = lake.query(
            f"SELECT DISTINCT content_id FROM {CATALOG}.raw.placement SEMI JOIN wanted USING (placement_id) "
            "WHERE content_id IS NOT NULL ORDER BY 1"
        )

        def work(_: object) -> None:
            # All that belongs to the readings: should the files be gone by the next run, nothing would be left to find it by.
            lake.delete(ReadingRecord, contents)
            lake.delete(ElementRecord, contents)
            lake.delete(Member, contents.rename_columns(["container_id"]))
            # No file has this change time, so the next walk takes the place for changed and reads it.
            lake.connection.execute(
                f"UPDATE {CATALOG}.raw.placement SET changed_ns = -1 "
                "WHERE placement_id IN (SELECT placement_id FROM wanted) AND reason IS NOT NULL"
            )

        lake.commit(work)
    return wanted.num_rows
