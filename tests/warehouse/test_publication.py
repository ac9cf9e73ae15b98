"""One row makes a night visible; whatever dies before or after it, readers have a whole publication."""

import json
import random
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from schemas import record
from warehouse import maintenance, migration, publication
from warehouse.lake import CATALOG, Lake
from warehouse.layout import Home
from warehouse.publication import NothingPublished, read_current, verify_manifest
from warehouse.serving import audiences

BEFORE_ROW = ("publish:compacted", "publish:served", "publish:before-row")
AFTER_ROW = (
    "publish:after-row",
    "publish:current-written",
    "publish:pointed",
    "retire:untagged",
    "retire:expired",
    "retire:cleaned",
)


class Killed(BaseException):
    """Stands for the end of the process; `tests/faults` has real ones."""


@pytest.fixture
def kill_at(monkeypatch):
    """Make the publisher die at a point; called with None it lives again."""

    def arm(point: str | None) -> None:
        def passed(name: str) -> None:
            if name == point:
                raise Killed(name)

        monkeypatch.setattr(publication, "fault_point", passed)

    return arm


@pytest.fixture
def publish(night, lake, share):
    """Run a night after writing some files; returns (current, is new)."""

    def run(**files: str):
        for name, text in files.items():
            (share / f"{name}.txt").write_text(text, encoding="utf-8")
        return night.run_on(lake)

    return run


def texts(lake: Lake) -> list[str]:
    return [row["text"] for row in lake.rows(f"SELECT text FROM {CATALOG}.core.element ORDER BY text")]


def published_texts(home: Home, place) -> list[str]:
    """What a consumer sees who comes now, in the lake; the analysts' file must hold the same."""
    current = read_current(home)
    with duckdb.connect(str(home.serving_link / "budget.duckdb"), read_only=True) as served:
        in_file = [text for (text,) in served.execute("SELECT text FROM core.element ORDER BY text").fetchall()]
    with Lake.open(place, snapshot=current.snapshot_id) as reader:
        assert texts(reader) == in_file
        newest = reader.rows(f"FROM {CATALOG}.ops.publication ORDER BY published_at DESC LIMIT 1")[0]
    assert (newest["publication_id"], newest["snapshot_id"]) == (current.publication_id, current.snapshot_id)
    assert home.serving_link.readlink() == Path(current.publication_id)
    assert verify_manifest(home, current.publication_id) == []
    return in_file


def test_before_the_first_night_there_is_nothing_to_read(home):
    with pytest.raises(NothingPublished, match="gotgan run"):
        read_current(home)


def test_a_publication_names_the_snapshot_that_its_own_row_made(publish, lake, home, place):
    current, is_new = publish(a="가", b="나")
    assert is_new
    assert read_current(home) == current
    assert published_texts(home, place) == ["가", "나"]
    with Lake.open(place, snapshot=current.snapshot_id) as reader:
        (row,) = reader.rows(f"FROM {CATALOG}.ops.publication")
        (run,) = reader.rows(f"FROM {CATALOG}.ops.run")
    assert row["publication_id"] == run["publication_id"] == current.publication_id
    assert current.snapshot_id == lake.head()


def test_a_night_without_news_publishes_nothing(publish, lake, home):
    first, _ = publish(a="가")
    head, files = lake.head(), sorted(home.root.rglob("*"))
    second, is_new = publish()
    assert (second, is_new) == (first, False)
    assert lake.head() == head
    assert sorted(home.root.rglob("*")) == files


@pytest.mark.long
def test_no_delete_file_is_older_than_the_snapshot_that_readers_pin(publish, lake, share):
    publish(**{f"n{i}": f"글 {i}" for i in range(15)})
    (share / "n3.txt").unlink()
    publish(n4="바뀐 글")
    for layer, table in lake.tables():
        listed = f"ducklake_list_files('{CATALOG}', '{table}', schema => '{layer}')"
        assert lake.value(f"SELECT count(delete_file) FROM {listed}") == 0


@pytest.mark.long
def test_another_clearance_is_published_although_no_row_changed(publish, night):
    first, _ = publish(a="가")
    night.audiences = audiences({"내부": [frozenset({"user:kim", "group:all", "clearance:내부"})]})
    second, is_new = publish()
    assert is_new
    assert second.publication_id != first.publication_id
    night.audiences = audiences({"내부": [frozenset({"user:lee", "group:all", "clearance:내부"})]})
    assert publish()[1]
    assert not publish()[1]


@pytest.mark.long
def test_a_publication_whose_files_a_person_removed_is_made_again(publish, home, place):
    first, _ = publish(a="가")
    shutil.rmtree(home.serving_folder_of(first.publication_id))
    _, is_new = publish()
    assert is_new
    assert published_texts(home, place) == ["가"]


@pytest.mark.long
@pytest.mark.parametrize("point", BEFORE_ROW)
def test_a_run_that_dies_before_the_row_leaves_the_last_publication_and_the_next_run_publishes(
    publish, lake, home, place, kill_at, point
):
    first, _ = publish(a="가")
    kill_at(point)
    with pytest.raises(Killed):
        publish(b="나")
    assert read_current(home) == first
    assert published_texts(home, place) == ["가"]
    kill_at(None)
    second, is_new = publish()
    assert is_new
    assert published_texts(home, place) == ["가", "나"]
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.ops.publication") == 2
    folders = {path.name for path in home.serving_folder.iterdir() if not path.is_symlink()}
    assert folders == {first.publication_id, second.publication_id}
    assert {path.stem for path in home.publication_folder.iterdir()} == folders
    assert not list(home.staging_folder.iterdir())


@pytest.mark.long
@pytest.mark.parametrize("point", AFTER_ROW)
def test_a_run_that_dies_after_the_row_leaves_one_publication_or_the_other_and_the_next_run_mends_it(
    publish, lake, home, place, kill_at, point
):
    first, _ = publish(a="가")
    kill_at(point)
    with pytest.raises(Killed):
        publish(b="나")
    between = read_current(home)
    assert (between == first) is (point == "publish:after-row")
    with Lake.open(place, snapshot=between.snapshot_id) as reader:
        assert texts(reader) == (["가"] if between == first else ["가", "나"])
    with duckdb.connect(str(home.serving_file(between.publication_id)), read_only=True) as served:
        assert len(served.execute("FROM core.element").fetchall()) == (1 if between == first else 2)
    kill_at(None)
    second, is_new = publish()
    assert not is_new, "the row is there; nothing is published twice"
    assert second != first
    assert published_texts(home, place) == ["가", "나"]
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.ops.publication") == 2
    assert [path.name for path in home.serving_folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.long
def test_a_pointer_that_is_lost_or_old_is_mended(publish, home, place):
    first, _ = publish(a="가")
    saved, inode = home.current_file.read_bytes(), home.current_file.stat().st_ino
    second, _ = publish(b="나")
    assert home.current_file.stat().st_ino != inode, "replaced, not written into"
    home.current_file.write_bytes(saved)
    home.serving_link.unlink()
    assert publish() == (second, False)
    assert published_texts(home, place) == ["가", "나"]
    home.current_file.unlink()
    home.serving_link.unlink()
    home.serving_link.symlink_to(first.publication_id)
    assert publish() == (second, False)
    assert published_texts(home, place) == ["가", "나"]


@pytest.mark.long
def test_three_publications_are_kept_whole_and_the_others_go(publish, lake, home, place):
    made = [publish(**{f"n{night}": f"글 {night}"})[0] for night in range(4)]
    kept = made[-3:]
    names = {current.publication_id for current in kept}
    assert {path.name for path in home.serving_folder.iterdir() if not path.is_symlink()} == names
    assert {path.stem for path in home.publication_folder.iterdir()} == names
    assert set(lake.snapshots()) == {current.snapshot_id for current in kept}
    for number, current in enumerate(kept, 2):
        with Lake.open(place, snapshot=current.snapshot_id) as reader:
            assert texts(reader) == [f"글 {night}" for night in range(number)]
        assert verify_manifest(home, current.publication_id) == []
    with pytest.raises(duckdb.Error):
        Lake.open(place, snapshot=made[0].snapshot_id)


def test_the_manifest_lists_every_file_of_the_publication(publish, night, home, lake, small_night, tmp_path):
    for number in range(12):  # as many sources as make the run's own rows a file of their own
        (tmp_path / f"share{number}").mkdir()
        (tmp_path / f"share{number}" / "a.txt").write_text(f"글 {number}", encoding="utf-8")
        night.sources.append(
            small_night.FolderSource(f"share{number}", tmp_path / f"share{number}", small_night.EVERYONE)
        )
    current, _ = publish(a="가")
    listed = json.loads(home.manifest_file(current.publication_id).read_text(encoding="utf-8"))["files"]
    on_paper = {home.root / entry["path"] for entry in listed}
    needed = {Path(path) for path, _ in maintenance.files(lake, current.snapshot_id)}
    assert needed | {home.serving_file(current.publication_id)} == on_paper
    assert all(not Path(entry["path"]).is_absolute() for entry in listed), "a moved home must still verify"


def test_a_flipped_bit_in_any_listed_file_is_found_and_so_is_a_missing_or_longer_one(publish, home):
    current, _ = publish(**{f"n{i}": f"글 {i}\n" * 20 for i in range(20)})
    listed = json.loads(home.manifest_file(current.publication_id).read_text(encoding="utf-8"))["files"]
    assert len(listed) > 4
    generator = random.Random(11)
    for flip in range(40):
        entry = listed[flip % len(listed)]
        path = home.root / entry["path"]
        whole = path.read_bytes()
        bit = generator.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        assert verify_manifest(home, current.publication_id) == [{"path": entry["path"], "problem": "changed"}]
        path.write_bytes(whole)
    path = home.root / listed[0]["path"]
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0")
    assert [problem["problem"] for problem in verify_manifest(home, current.publication_id)] == ["changed"]
    path.unlink()
    assert [problem["problem"] for problem in verify_manifest(home, current.publication_id)] == ["missing"]
    path.write_bytes(whole)
    assert verify_manifest(home, current.publication_id) == []


@dataclass
class StandInVectors:
    """A store of one file a version, which notes what publishing asks of it."""

    folder: Path
    version: int = 1
    tags: dict[str, int] = field(default_factory=dict)
    name: str = "passage"

    def write(self) -> None:
        self.version += 1
        (self.folder / f"{self.version}.lance").write_text(f"version {self.version}", encoding="utf-8")

    def tag(self, name: str) -> None:
        self.tags[name] = self.version

    def retag(self, keep: Iterable[str]) -> None:
        kept = set(keep)
        self.tags = {name: version for name, version in self.tags.items() if name in kept}

    def files(self, version: int) -> list[Path]:
        return [self.folder / f"{version}.lance"]


@pytest.mark.long
def test_vectors_are_published_by_the_version_that_was_tagged(publish, night, home, kill_at):
    night.vectors = StandInVectors(home.vector_folder)
    night.vectors.write()
    first, _ = publish(a="가")
    assert (first.vector_table, first.vector_version) == ("passage", 2)
    assert night.vectors.tags == {first.publication_id: 2}
    listed = json.loads(home.manifest_file(first.publication_id).read_text(encoding="utf-8"))["files"]
    assert "vectors/2.lance" in {entry["path"] for entry in listed}
    night.vectors.write()
    kill_at("publish:tagged")
    with pytest.raises(Killed):
        publish(b="나")
    assert len(night.vectors.tags) == 2, "a tag without a row is left"
    kill_at(None)
    second, _ = publish()
    assert night.vectors.tags == {first.publication_id: 2, second.publication_id: 3}
    for number in range(3):
        night.vectors.write()
        publish(**{f"n{number}": "글"})
    assert sorted(night.vectors.tags.values()) == [4, 5, 6]


@pytest.mark.long
def test_a_vector_store_that_fails_leaves_the_last_publication(publish, night, home, place):
    publish(a="가")

    class Broken(StandInVectors):
        def tag(self, name: str) -> None:
            raise OSError("no space left on device")

    night.vectors = Broken(home.vector_folder)
    with pytest.raises(OSError, match="no space"):
        publish(b="나")
    assert published_texts(home, place) == ["가"]


@pytest.mark.long
def test_a_publication_names_its_own_snapshot_also_when_somebody_else_commits_between(
    publish, night, lake, place, declare, fill, monkeypatch
):
    thing = declare("thing", thing_id=(str, record.field("아이디", "the key")))
    migration.migrate(lake, [thing])
    note, tries = type(night)._note, 0
    with Lake.open(place) as rival:

        def note_with_rival(self, *arguments) -> None:
            nonlocal tries
            tries += 1
            note(self, *arguments)
            if tries == 1:
                fill(rival, thing, thing_id=["from the rival"])

        monkeypatch.setattr(type(night), "_note", note_with_rival)
        current, _ = publish(a="가")
    assert tries == 2
    with Lake.open(place, snapshot=current.snapshot_id) as reader:
        listed = reader.rows(f"SELECT publication_id, snapshot_id FROM {CATALOG}.ops.publication")
    assert listed == [{"publication_id": current.publication_id, "snapshot_id": current.snapshot_id}]
