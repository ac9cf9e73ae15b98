"""The lake opens without a network, moves with its home, keeps readers on their snapshot and writers out of each other's way."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from schemas.record import field
from warehouse import lake as lake_module
from warehouse import maintenance, migration
from warehouse.lake import CATALOG, Lake, LakePlace, digest, local_place
from warehouse.layout import Home

PROBE = """
import json, sys
from pathlib import Path
from warehouse.lake import Lake, local_place
with Lake.open(local_place(Path(sys.argv[1]), Path(sys.argv[2]))) as lake:
    lake.connection.execute("CREATE TABLE lake.probe AS SELECT 7 AS n")
    print(json.dumps({
        "rows": lake.rows("FROM lake.probe"),
        "extensions": lake.connection.execute(
            "SELECT extension_name, install_mode FROM duckdb_extensions() WHERE loaded ORDER BY 1").fetchall(),
        "settings": [lake.value(f"SELECT current_setting('{name}')") for name in
                     ("autoinstall_known_extensions", "autoload_known_extensions", "allow_unsigned_extensions")]}))
"""


@pytest.fixture
def home(tmp_path):
    """Without the store's own tables, which these tests do not need."""
    made = Home(tmp_path / "home")
    made.make_folders()
    return made


@pytest.fixture
def thing(declare):
    return declare(
        "thing",
        thing_id=(str, field("아이디", "the key")),
        n=(int | None, field("수", "a number")),
        seen=(str, field("본 때", "differs every run", volatile=True)),
    )


@pytest.fixture
def filled(lake, thing, fill):
    migration.migrate(lake, [thing])
    fill(lake, thing, thing_id=[f"t{i:03}" for i in range(100)], n=list(range(100)), seen=["first"] * 100)
    return lake


def count(lake: Lake) -> int:
    return int(lake.value(f"SELECT count(*) FROM {CATALOG}.core.thing"))


def keys(*names: str) -> pa.Table:
    return pa.table({"thing_id": pa.array(names, pa.string())})


def test_extensions_load_from_their_wheels_with_no_network_and_nothing_installed(tmp_path):
    no_network = ["unshare", "--net"]
    if subprocess.run([*no_network, "true"], capture_output=True).returncode:
        no_network = []  # the settings below are looked at all the same
    (tmp_path / "empty").mkdir()
    answer = subprocess.run(
        [*no_network, sys.executable, "-c", PROBE, str(tmp_path / "catalog.sqlite"), str(tmp_path / "data")],
        env={"HOME": str(tmp_path / "empty"), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        cwd=Path(lake_module.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(answer.stdout)
    assert said["rows"] == [{"n": 7}]
    assert said["settings"] == [False, False, False]
    modes = dict(said["extensions"])
    assert modes["ducklake"] == modes["sqlite_scanner"] == "NOT_INSTALLED"
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_sqlite_catalog_is_in_wal_mode(home, lake):
    with sqlite3.connect(home.catalog_file) as catalog:
        assert catalog.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_pinned_reader_is_refused_every_write(filled, place, thing):
    with Lake.open(place, snapshot=filled.head()) as reader:
        for statement in (
            f"DELETE FROM {CATALOG}.core.thing",
            f"INSERT INTO {CATALOG}.core.thing VALUES ('new', 1, 'x')",
            f"UPDATE {CATALOG}.core.thing SET n = 0",
            f"DROP TABLE {CATALOG}.core.thing",
        ):
            with pytest.raises(duckdb.Error, match="read-only"):
                reader.connection.execute(statement)
    assert count(filled) == 100


def test_a_pinned_reader_keeps_its_snapshot_while_the_writer_deletes_compacts_and_cleans(filled, place, thing):
    pin = filled.head()
    with Lake.open(place, snapshot=pin) as reader:
        before = digest(reader, [thing])
        for start in range(0, 90, 10):
            names = [f"t{i:03}" for i in range(start, start + 10)]
            filled.commit(lambda _, names=names: filled.delete(thing, keys(*names)))
            assert digest(reader, [thing]) == before
            assert count(reader) == 100
        maintenance.compact(filled)
        maintenance.expire(filled, keep=[pin])
        maintenance.clean(filled)
        assert count(filled) == 10
        assert digest(reader, [thing]) == before
    with Lake.open(place, snapshot=pin) as fresh:
        assert digest(fresh, [thing]) == before


def test_a_reader_cannot_pin_a_snapshot_that_has_expired(filled, place, thing):
    old = filled.head()
    filled.commit(lambda _: filled.delete(thing, keys("t000")))
    maintenance.expire(filled, keep=[])
    with pytest.raises(duckdb.Error, match="snapshot"):
        Lake.open(place, snapshot=old)


def test_a_lost_race_is_tried_again_and_both_writers_rows_are_there(filled, place, thing, monkeypatch):
    monkeypatch.setattr(lake_module, "_FIRST_WAIT_SECONDS", 0.01)
    tries = 0
    with Lake.open(place) as rival:

        def work(_):
            nonlocal tries
            tries += 1
            filled.delete(thing, keys("t000"))
            if tries == 1:
                rival.commit(lambda _: rival.delete(thing, keys("t001")))

        filled.commit(work)
    assert tries == 2
    left = {row["thing_id"] for row in filled.rows(f"FROM {CATALOG}.core.thing")}
    assert len(left) == 98
    assert not left & {"t000", "t001"}


def test_a_race_that_is_always_lost_ends_after_a_bounded_number_of_tries(filled, place, thing, monkeypatch):
    monkeypatch.setattr(lake_module, "_FIRST_WAIT_SECONDS", 0.0)
    tries = 0
    with Lake.open(place) as rival:

        def work(_):
            nonlocal tries
            tries += 1
            filled.delete(thing, keys("t099"))
            rival.commit(lambda _: rival.delete(thing, keys(f"t{tries:03}")))

        with pytest.raises(duckdb.Error):
            filled.commit(work)
    assert tries == lake_module._TRIES
    assert count(filled) == 100 - tries


def test_an_error_that_waiting_does_not_mend_is_not_tried_again_and_leaves_nothing(filled, thing):
    tries = 0

    def work(connection):
        nonlocal tries
        tries += 1
        filled.delete(thing, keys("t000"))
        connection.execute("SELECT * FROM no_such_table")

    with pytest.raises(duckdb.CatalogException):
        filled.commit(work)
    assert tries == 1
    assert count(filled) == 100


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ValueError])
def test_work_that_fails_outside_the_database_is_rolled_back(filled, thing, failure):
    def work(_):
        filled.delete(thing, keys("t000"))
        raise failure

    with pytest.raises(failure):
        filled.commit(work)
    assert count(filled) == 100
    filled.commit(lambda _: filled.delete(thing, keys("t000")))
    assert count(filled) == 99


def test_a_home_that_was_moved_opens_reads_and_writes_where_it_is_now(home, place, thing, fill, tmp_path):
    with Lake.open(place) as lake:
        migration.migrate(lake, [thing])
        fill(lake, thing, thing_id=[f"t{i}" for i in range(50)], n=[1] * 50, seen=[""] * 50)
        before = digest(lake, [thing])
    moved = Home(tmp_path / "elsewhere" / "홈")
    moved.root.parent.mkdir()
    shutil.move(home.root, moved.root)
    with Lake.open(local_place(moved.catalog_file, moved.data_folder)) as lake:
        assert digest(lake, [thing]) == before
        fill(lake, thing, thing_id=[f"u{i}" for i in range(50)], n=[2] * 50, seen=[""] * 50)
        assert count(lake) == 100
        for path, size in maintenance.files(lake, lake.head()):
            assert Path(path).is_relative_to(moved.data_folder)
            assert Path(path).stat().st_size == size
    assert not home.root.exists()


def test_a_relative_path_is_stored_as_an_absolute_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = local_place(Path("a/catalog.sqlite"), Path("a/data"))
    assert made == LakePlace(f"sqlite:{tmp_path}/a/catalog.sqlite", f"{tmp_path}/a/data")


def test_a_digest_ignores_order_batches_and_volatile_columns_and_nothing_else(lake, thing, fill):
    migration.migrate(lake, [thing])
    ids, numbers = [f"t{i}" for i in range(40)], [None, *range(39)]

    def refilled(order: list[int], seen: str, batch: int) -> dict[str, tuple[int, str]]:
        lake.connection.execute(f"DELETE FROM {CATALOG}.core.thing")
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            fill(lake, thing, thing_id=[ids[i] for i in part], n=[numbers[i] for i in part], seen=[seen] * len(part))
        return digest(lake, [thing])

    forwards = refilled(list(range(40)), "monday", 40)
    assert forwards["core.thing"][0] == 40
    assert refilled(list(reversed(range(40))), "tuesday", 7) == forwards
    numbers[0] = 0
    assert refilled(list(range(40)), "monday", 40) != forwards, "NULL is not zero"
    numbers[0] = None
    assert refilled([*range(40), 5], "monday", 41) != forwards, "a row too many must show"


def test_delete_takes_whole_keys_of_several_columns(lake, thing, fill):
    migration.migrate(lake, [thing])
    fill(lake, thing, thing_id=["a", "a", "b", "b"], n=[1, 2, 1, 2], seen=["x"] * 4)
    wanted = pa.table({"thing_id": ["a", "b"], "n": pa.array([2, 1], pa.int64())})
    lake.commit(lambda _: lake.delete(thing, wanted))
    left = sorted((row["thing_id"], row["n"]) for row in lake.rows(f"FROM {CATALOG}.core.thing"))
    assert left == [("a", 1), ("b", 2)]
