"""The same store on a PostgreSQL catalog, against a server that the test starts for itself."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from schemas.record import field
from schemas.records import discover_records
from warehouse import lake as lake_module
from warehouse import maintenance, migration
from warehouse.lake import CATALOG, Lake, LakePlace, digest
from warehouse.layout import Home
from warehouse.publication import read_current, verify_manifest

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def server() -> Iterator[Callable[[str], str]]:
    """A server of our own on a free port of the loopback, run by nobody since it refuses to be root's.

    Called with a name it makes a database, and returns the words to connect with.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("no PostgreSQL server under /usr/lib/postgresql")
    if os.getuid() != 0:
        pytest.skip("starting a server as another user needs root")
    binaries, nobody = found[-1].parent, pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp(prefix="gotgan-postgres-"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir(mode=0o700)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)

    def command(program: str, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(binaries / program), *words],
            cwd=folder,
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    made = command("initdb", "-D", str(data), "-U", "gotgan", "--auth=trust", "-E", "UTF8", "--no-sync")
    if made.wait(timeout=120):
        shutil.rmtree(folder)
        pytest.skip(f"initdb of {binaries} failed with status {made.returncode}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = command(
        "postgres",
        *("-D", str(data), "-p", str(port)),
        *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}", "-c", "fsync=off"),
    )
    try:
        for _ in range(600):
            ready = command("pg_isready", "-h", "127.0.0.1", "-p", str(port))
            if ready.wait(timeout=30) == 0:
                break
            time.sleep(0.2)
        else:
            pytest.fail("the server did not come up")

        def make_database(name: str) -> str:
            made = command("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "gotgan", name)
            assert made.wait(timeout=60) == 0
            return f"dbname={name} host=127.0.0.1 port={port} user=gotgan"

        yield make_database
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(timeout=60)
        shutil.rmtree(folder)


@pytest.fixture
def place(server: Callable[[str], str], home: Home) -> LakePlace:
    """A database of its own for each test, and the data folder of the test's home."""
    return LakePlace(catalog=f"postgres:{server(f'lake_{uuid.uuid4().hex}')}", data=str(home.data_folder))


@pytest.fixture
def lake(place: LakePlace) -> Iterator[Lake]:
    with Lake.open(place) as opened:
        migration.migrate(opened, discover_records().values())
        yield opened


@pytest.fixture
def thing(lake, declare):
    record = declare("thing", thing_id=(str, field("아이디", "the key")), n=(int, field("수", "a number")))
    migration.migrate(lake, [record])
    return record


def numbers(*values: int) -> pa.Table:
    return pa.table({"n": pa.array(values, pa.int64())})


def count(lake: Lake) -> int:
    return int(lake.value(f"SELECT count(*) FROM {CATALOG}.core.thing"))


def test_tables_are_made_and_a_second_migration_does_nothing(lake):
    assert len(lake.tables()) == len(discover_records())
    head = lake.head()
    assert migration.migrate(lake, discover_records().values()) == []
    assert lake.head() == head


def test_a_pinned_reader_keeps_its_snapshot_and_is_refused_writes(lake, place, thing, fill):
    fill(lake, thing, thing_id=[f"t{i}" for i in range(100)], n=list(range(100)))
    pin = lake.head()
    with Lake.open(place, snapshot=pin) as reader:
        before = digest(reader, [thing])
        for start in range(0, 60, 20):
            lake.commit(lambda _, start=start: lake.delete(thing, numbers(*range(start, start + 20))))
            assert digest(reader, [thing]) == before
        maintenance.compact(lake)
        maintenance.expire(lake, keep=[pin])
        maintenance.clean(lake)
        assert digest(reader, [thing]) == before
        with pytest.raises(duckdb.Error, match="read-only"):
            reader.connection.execute(f"DELETE FROM {CATALOG}.core.thing")
    assert count(lake) == 40
    assert lake.snapshots() == [pin, lake.head()]
    maintenance.expire(lake, keep=[])
    maintenance.clean(lake)
    with pytest.raises(duckdb.Error):
        Lake.open(place, snapshot=pin)


def test_clean_up_leaves_exactly_the_files_that_live_snapshots_need(lake, home, thing, fill):
    for start in range(0, 300, 100):
        fill(lake, thing, thing_id=[f"t{i}" for i in range(start, start + 100)], n=list(range(start, start + 100)))
    lake.commit(lambda _: lake.delete(thing, numbers(*range(0, 300, 7))))
    maintenance.compact(lake)
    maintenance.expire(lake, keep=[])
    maintenance.clean(lake)
    on_disk = {str(path) for path in home.data_folder.rglob("*") if path.is_file()}
    assert on_disk == {path for path, _ in maintenance.files(lake, lake.head())}
    assert count(lake) == 300 - 43


def test_a_lost_race_is_tried_again(lake, place, thing, fill, monkeypatch):
    monkeypatch.setattr(lake_module, "_FIRST_WAIT_SECONDS", 0.01)
    fill(lake, thing, thing_id=[f"t{i}" for i in range(10)], n=list(range(10)))
    tries = 0
    with Lake.open(place) as rival:

        def work(_):
            nonlocal tries
            tries += 1
            lake.delete(thing, numbers(0))
            if tries == 1:
                rival.commit(lambda _: rival.delete(thing, numbers(1)))

        lake.commit(work)
    assert tries == 2
    assert count(lake) == 8


def test_two_writers_at_once_lose_no_commit(lake, place, thing, monkeypatch):
    monkeypatch.setattr(lake_module, "_FIRST_WAIT_SECONDS", 0.02)
    monkeypatch.setattr(lake_module, "_TRIES", 20)
    failures: list[BaseException] = []

    def write(name: int) -> None:
        try:
            with Lake.open(place) as writer:
                for batch in range(8):
                    ids = [f"w{name} b{batch} {i}" for i in range(20)]
                    rows = pa.table({"thing_id": ids, "n": pa.array([name] * 20, pa.int64())})

                    def work(_, rows=rows, ids=ids, writer=writer) -> None:
                        # Replaced as a step does it, so that the two meet in deletes as well as in inserts.
                        writer.delete(thing, pa.table({"thing_id": ids}))
                        writer.insert(thing, rows)

                    writer.commit(work)
        except BaseException as failure:
            failures.append(failure)

    writers = [threading.Thread(target=write, args=(name,)) for name in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert count(lake) == 2 * 8 * 20
    assert lake.value(f"SELECT count(DISTINCT thing_id) FROM {CATALOG}.core.thing") == 320


def test_a_night_is_received_read_published_and_changed(lake, place, home, night, share):
    for number in range(15):
        (share / f"n{number}.txt").write_text(f"글 {number}", encoding="utf-8")
    first, is_new = night.run_on(lake)
    assert is_new
    assert night.run_on(lake) == (first, False)
    (share / "n3.txt").unlink()
    (share / "n4.txt").write_text("바뀐 글", encoding="utf-8")
    with Lake.open(place, snapshot=first.snapshot_id) as reader:
        second, is_new = night.run_on(lake)
        assert is_new
        assert reader.value(f"SELECT count(*) FROM {CATALOG}.core.element") == 15
    with Lake.open(place, snapshot=second.snapshot_id) as reader:
        assert reader.value(f"SELECT count(*) FROM {CATALOG}.core.element") == 14
        newest = reader.value(f"SELECT max(publication_id) FROM {CATALOG}.ops.publication")
    assert newest == second.publication_id == read_current(home).publication_id
    for current in (first, second):
        assert verify_manifest(home, current.publication_id) == []


def test_a_publication_names_its_own_snapshot_also_when_another_writer_comes_between(
    lake, place, home, night, share, thing, fill, monkeypatch
):
    monkeypatch.setattr(lake_module, "_FIRST_WAIT_SECONDS", 0.01)
    (share / "a.txt").write_text("가", encoding="utf-8")
    note, tries = type(night)._note, 0
    with Lake.open(place) as rival:

        def note_with_rival(self, *arguments) -> None:
            nonlocal tries
            tries += 1
            note(self, *arguments)
            if tries == 1:
                fill(rival, thing, thing_id=["from the rival"], n=[1])

        monkeypatch.setattr(type(night), "_note", note_with_rival)
        current, _ = night.run_on(lake)
    assert tries == 2
    with Lake.open(place, snapshot=current.snapshot_id) as reader:
        assert reader.rows(f"SELECT publication_id, snapshot_id FROM {CATALOG}.ops.publication") == [
            {"publication_id": current.publication_id, "snapshot_id": current.snapshot_id}
        ]
        assert count(reader) == 1
