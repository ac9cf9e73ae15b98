"""Compaction, expiry and clean-up keep what a publication needs, however old, and nothing else."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from schemas.record import Record, field
from warehouse import maintenance, migration
from warehouse.lake import CATALOG, Lake, digest, local_place
from warehouse.layout import Home


@pytest.fixture
def home(tmp_path):
    """Without the store's own tables, which would make every compaction longer."""
    made = Home(tmp_path / "home")
    made.make_folders()
    return made


@pytest.fixture
def thing(declare) -> type[Record]:
    return declare("thing", thing_id=(str, field("아이디", "the key")), n=(int, field("수", "a number")))


@pytest.fixture
def grow(lake, thing, fill) -> Callable[[int, int], int]:
    """Append rows `start` to `stop` in one commit; returns the snapshot."""
    migration.migrate(lake, [thing])

    def do(start: int, stop: int) -> int:
        numbers = list(range(start, stop))
        fill(lake, thing, thing_id=[f"t{n:04}" for n in numbers], n=numbers)
        return lake.head()

    return do


def shrink(lake: Lake, thing: type[Record], *numbers: int) -> int:
    keys = pa.table({"n": pa.array(numbers, pa.int64())})
    lake.commit(lambda _: lake.delete(thing, keys))
    return lake.head()


def delete_files(lake: Lake) -> int:
    return sum(
        lake.value(f"SELECT count(delete_file) FROM ducklake_list_files('{CATALOG}', '{table}', schema => '{layer}')")
        for layer, table in lake.tables()
    )


def on_disk(home) -> set[str]:
    return {str(path) for path in home.data_folder.rglob("*") if path.is_file()}


def test_compaction_writes_inlined_rows_and_deletes_away_and_changes_nothing_that_is_read(lake, thing, grow, home):
    grow(0, 200)
    grow(200, 204)  # few enough to be kept inside the catalog
    shrink(lake, thing, *range(0, 60, 3))
    shrink(lake, thing, 201)
    assert delete_files(lake) > 0
    before, pin = digest(lake, [thing]), lake.head()
    maintenance.compact(lake)
    assert delete_files(lake) == 0
    assert digest(lake, [thing]) == before
    assert before["core.thing"][0] == 183
    listed = [path for path, _ in maintenance.files(lake, lake.head()) if "/thing/" in path]
    assert len(listed) == 1
    with Lake.open(lake.place, snapshot=pin) as reader:
        assert digest(reader, [thing]) == before


def test_compaction_of_a_lake_without_news_commits_nothing(lake, grow):
    grow(0, 50)
    maintenance.compact(lake)
    head = lake.head()
    maintenance.compact(lake)
    assert lake.head() == head


def test_expiry_keeps_the_listed_snapshots_however_old_and_the_head(lake, thing, grow):
    wanted = {}
    for night in range(4):
        grow(night * 100, night * 100 + 100)
        shrink(lake, thing, night * 100)
        maintenance.compact(lake)
        if night in (0, 3):
            wanted[lake.head()] = digest(lake, [thing])
    head = lake.head()
    maintenance.expire(lake, keep=list(wanted))
    maintenance.clean(lake)
    assert lake.snapshots() == sorted({*wanted, head})
    for snapshot, before in wanted.items():
        with Lake.open(lake.place, snapshot=snapshot) as reader:
            assert digest(reader, [thing]) == before


def test_nothing_expires_by_age(lake, grow):
    """A setting of that kind would make `CHECKPOINT` expire a publication that is still read."""
    grow(0, 50)
    before = lake.snapshots()
    lake.connection.execute(f"CHECKPOINT {CATALOG}")
    assert set(before) <= set(lake.snapshots())


def test_clean_up_takes_orphans_and_files_of_expired_snapshots_and_no_others(lake, thing, grow, home):
    grow(0, 100)
    shrink(lake, thing, 1)
    kept = lake.head()
    before = digest(lake, [thing])
    maintenance.compact(lake)
    grow(100, 200)
    maintenance.compact(lake)
    folder = next(home.data_folder.rglob("*.parquet")).parent
    orphan = folder / "ducklake-00000000-0000-7000-8000-000000000000.parquet"
    shutil.copy(next(folder.glob("*.parquet")), orphan)
    maintenance.expire(lake, keep=[kept])
    maintenance.clean(lake)
    assert not orphan.exists()
    needed = {path for snapshot in (kept, lake.head()) for path, _ in maintenance.files(lake, snapshot)}
    assert on_disk(home) == needed
    with Lake.open(lake.place, snapshot=kept) as reader:
        assert digest(reader, [thing]) == before
    maintenance.expire(lake, keep=[])
    maintenance.clean(lake)
    assert on_disk(home) == {path for path, _ in maintenance.files(lake, lake.head())}


def test_staging_is_outside_the_reach_of_clean_up(lake, grow, home):
    grow(0, 50)
    handed = home.staging_folder / "run" / "part.parquet"
    handed.parent.mkdir()
    handed.write_bytes(b"handed to the writer")
    maintenance.clean(lake)
    assert handed.read_bytes() == b"handed to the writer"


@pytest.mark.parametrize("is_compacted", [True, False])
def test_the_listed_files_and_the_catalog_are_all_that_a_snapshot_needs(
    lake, thing, grow, home, tmp_path, is_compacted
):
    grow(0, 100)
    grow(100, 180)
    shrink(lake, thing, *range(0, 100, 7))
    if is_compacted:
        maintenance.compact(lake)
    snapshot, before = lake.head(), digest(lake, [thing])
    grow(180, 300)
    maintenance.compact(lake)
    listed = maintenance.files(lake, snapshot)
    lake.close()
    copy = Home(tmp_path / "copy")
    copy.lake_folder.mkdir(parents=True)
    shutil.copy(home.catalog_file, copy.catalog_file)
    for path, size in listed:
        assert Path(path).stat().st_size == size
        there = copy.data_folder / Path(path).relative_to(home.data_folder)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, there)
    shutil.rmtree(home.root)
    with Lake.open(local_place(copy.catalog_file, copy.data_folder), snapshot=snapshot) as reader:
        assert digest(reader, [thing]) == before
    # And none of them is idle: without any one the snapshot cannot be read whole.
    for path, _ in listed:
        if "/thing/" not in path:
            continue
        file = copy.data_folder / Path(path).relative_to(home.data_folder)
        hidden = file.rename(file.with_suffix(".away"))
        with (
            Lake.open(local_place(copy.catalog_file, copy.data_folder), snapshot=snapshot) as reader,
            pytest.raises(Exception, match=file.name),
        ):
            digest(reader, [thing])
        hidden.rename(file)


def test_files_of_a_snapshot_before_a_table_was_made_are_those_of_its_own_tables(lake, thing, grow, declare, fill):
    before = grow(0, 100)
    listed = maintenance.files(lake, before)
    other = declare("other", other_id=(str, field("아이디", "the key")))
    migration.migrate(lake, [other])
    fill(lake, other, other_id=[f"o{i}" for i in range(100)])
    assert maintenance.files(lake, before) == listed
    assert len(maintenance.files(lake, lake.head())) == len(listed) + 1
    assert maintenance.files(lake, 0) == []
