"""Nights change the disk and the truth alike, and every machine plays the same ones."""

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.permissions import Accounts, PosixRule
from connectors.reading import read_blob
from connectors.secrecy import secrecy_mark_in_name
from connectors.sources.folder import FolderSource
from connectors.sources.inbox import InboxSource
from pipelines.sample.item import Item, kept, text_of
from pipelines.sample.manuscript import compose
from pipelines.sample.ministry import make_sample, sample_items, unlock
from pipelines.sample.nights import Nights, NightTruth
from pipelines.sample.share import Share
from pipelines.sample.truth import SourceTruth, Truth
from pipelines.sample.writers.text import write_txt
from schemas.access import Access, Principal
from schemas.outcome import Outcome
from schemas.records import discover_records
from warehouse.blobs import Sealer, make_home_key
from warehouse.clock import Clock
from warehouse.lake import Lake, local_place
from warehouse.layout import Home
from warehouse.migration import migrate
from warehouse.placements import DeletionRule, Receiver, display_path

N_NIGHTS = 9

Entry = tuple[str | None, int, int]
"""What lies somewhere: the digest (None for a link), the mode, and when it was modified in nanoseconds."""


def lying(root: Path) -> dict[str, Entry]:
    """Path in NFC → what lies there, links included."""
    found: dict[str, Entry] = {}
    for folder, folders, names in os.walk(root):
        for name in [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]:
            path = Path(folder) / name
            status = path.lstat()
            digest = None if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
            relative = unicodedata.normalize("NFC", str(path.relative_to(root)))
            found[relative] = (digest, status.st_mode & 0o777, status.st_mtime_ns)
    return found


def gathered(root: Path, truth: Truth) -> dict[str, Entry]:
    hidden = tuple(f"{folder}/" for folder in truth.unlisted)
    return {path: entry for path, entry in lying(root).items() if not path.startswith(hidden)}


class Play:
    """The whole sample, played for some nights; what lay there and was told after each of them is remembered."""

    def __init__(self, folder: Path) -> None:
        self.root, self.truth_path = folder / "share", folder / "truth.json"
        first = make_sample(self.root, self.truth_path)
        self.items = sample_items()
        nights = Nights(self.root, first, self.items, self.truth_path)
        self.told: list[NightTruth] = [nights.first()]
        self.truths, self.disks = [first], [gathered(self.root, first)]
        for _ in range(N_NIGHTS - 1):
            self.told.append(nights.advance())
            self.truths.append(Truth.model_validate_json(self.truth_path.read_bytes()))
            self.disks.append(gathered(self.root, first))

    def steps(self) -> Iterator[tuple[NightTruth, dict[str, Entry], dict[str, Entry], Truth, Truth]]:
        """For every night but the first: what was told, the disk before and after it, the truth before and after."""
        for at in range(1, N_NIGHTS):
            yield self.told[at], self.disks[at - 1], self.disks[at], self.truths[at - 1], self.truths[at]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    played = Play(tmp_path_factory.mktemp("nights"))
    yield played
    unlock(played.root)


@pytest.mark.long
def test_the_truth_says_what_lies_on_the_disk_after_every_night(play):
    for truth, disk in zip(play.truths, play.disks, strict=True):
        assert {file.path: file.sha256 for file in truth.files} == {path: entry[0] for path, entry in disk.items()}
        assert [file.path for file in truth.files] == sorted(file.path for file in truth.files)
        for file in truth.files:
            if file.sha256 is not None:
                assert file.copies == tuple(
                    sorted(path for path, entry in disk.items() if entry[0] == file.sha256 and path != file.path)
                )
    assert [truth.night for truth in play.truths] == list(range(1, N_NIGHTS + 1))


@pytest.mark.long
def test_what_is_told_of_a_night_is_the_difference_of_the_disks(play):
    for told, before, after, _, _ in play.steps():
        old_places, new_places = {old for old, _ in told.moved}, {new for _, new in told.moved}
        assert set(after) - set(before) == {*told.added, *new_places, *told.returned}
        gone = set(before) - set(after) - old_places
        assert gone == set(told.absent) & set(before)
        changed = {path for path in set(before) & set(after) if before[path][0] != after[path][0]}
        assert changed == set(told.changed)
        closed = {path for path in set(before) & set(after) if before[path][1] != after[path][1]}
        assert closed == set(told.closed)
        for old, new in told.moved:
            assert before[old] == after[new]
            assert old.split("/")[0] == new.split("/")[0]
        for path in (*told.added, *told.changed):
            assert after[path][2] > max(entry[2] for entry in play.disks[0].values())
        assert told.is_quiet == (before == after)


@pytest.mark.long
def test_what_returns_is_what_was_there(play):
    last: dict[str, Entry] = {}
    for told, before, after, _, _ in play.steps():
        last |= before
        for path in told.returned:
            assert after[path] == last[path]
    assert sum(bool(told.returned) for told in play.told) >= 2


@pytest.mark.long
def test_the_first_seven_nights_are_as_promised(play):
    first, work, outage, recovery, vanishing, comeback, quiet = play.told[:7]
    assert len(first.added) == len(play.truths[0].files)
    assert len(work.added) == 6
    assert len(work.changed) == len(work.moved) == 1
    assert any(path.startswith("접수함/") for path in work.added)
    assert any("KakaoTalk_" in path for path in work.added)
    [away] = outage.unreachable
    assert sum(path.startswith(f"{away}/") for path in outage.absent) == len(outage.absent) - 1
    assert (len(outage.changed), len(outage.closed), sum(outage.missing.values())) == (1, 1, 1)
    assert len(recovery.moved) >= 4
    assert set(recovery.removed) == {path for path in outage.absent if not path.startswith(f"{away}/")}
    [held] = vanishing.held
    n_known = sum(file.source == held for file in play.truths[3].files)
    assert vanishing.missing == {held: len(vanishing.absent)}
    assert len(vanishing.absent) > max(20, n_known // 5)
    assert set(comeback.returned) == set(vanishing.absent)
    assert len(comeback.moved) == 1
    assert quiet.is_quiet
    assert not quiet.absent


@pytest.mark.long
def test_nothing_is_deleted_or_moved_where_a_walk_is_never_complete_or_in_the_inbox(play):
    left_alone = {folder.split("/")[0] for folder in play.truths[0].unlisted} | {"접수함"}
    touched = {path.split("/")[0] for told in play.told for path in (*told.removed, *told.absent, *dict(told.moved))}
    assert left_alone == {"공용자료실", "접수함"}
    assert not touched & left_alone


@pytest.mark.long
def test_access_follows_the_mode(play):
    for told, _, after, truth, later in play.steps():
        for path in told.closed:
            assert after[path][1] == 0o600
            assert set(later.file(path).readers) < set(truth.file(path).readers)
        for path in told.added:
            if not path.startswith("접수함/"):
                assert later.file(path).readers
            assert later.file(path).source == path.split("/")[0]


@pytest.mark.long
def test_one_draft_counts_in_every_family_after_every_night(play):
    for truth in play.truths:
        families: dict[str, list[tuple[int, bool]]] = {}
        for file in truth.files:
            if file.version:
                families.setdefault(file.version.family, []).append((file.version.number, file.version.is_final))
        away = {path.split("/")[0] for told in play.told if told.night == truth.night for path in told.absent}
        for family, drafts in families.items():
            if not away:
                assert [is_final for _, is_final in sorted(drafts)].count(True) == 1, family
                assert sorted(drafts)[-1][1], family


@pytest.mark.long
def test_questions_are_answered_by_what_is_there_or_still_held(play):
    for told, truth in zip(play.told, play.truths, strict=True):
        known = {file.path for file in truth.files} | set(told.absent)
        assert len(truth.questions) == len(play.truths[0].questions)
        assert all(set(question.paths) <= known for question in truth.questions)
        assert all(known.issuperset(pair.paths) for pair in truth.contradictions)
        assert all(known.issuperset(story.evidence) for story in truth.successions)


@pytest.mark.long
def test_what_was_written_at_night_reads_as_the_truth_says(play, judge):
    files = {file.path: file for file in play.truths[-1].files}
    moved = dict(pair for told in play.told for pair in told.moved)
    new = {path for told in play.told[1:] for path in (*told.added, *told.changed)}
    places = {moved.get(path, path) for path in new} & files.keys()
    items = [Item(files[path], (play.root / path).read_bytes()) for path in sorted(places)]
    assert len(items) >= 10
    assert [wrong for item in items for wrong in judge(item)] == []


@pytest.mark.long
def test_another_play_is_the_same_to_the_byte(play, tmp_path):
    again = Play(tmp_path)
    assert again.told == play.told
    assert again.disks == play.disks
    assert again.truth_path.read_bytes() == play.truth_path.read_bytes()
    unlock(again.root)


def bound(root: Path, source: SourceTruth) -> FolderSource | InboxSource:
    """The source as its settings would bind it: whoever wrote the share owns its files."""
    access, folder = Access(allow=source.access), root / source.folder
    if source.kind == "inbox":
        return InboxSource(source.name, folder, access)
    status = folder.stat()
    accounts = {f"uid:{status.st_uid}": source.owner, f"gid:{status.st_gid}": source.group}
    known = Accounts({number: token for number, token in accounts.items() if token is not None})
    return FolderSource(source.name, folder, access, PosixRule(access, known) if source.has_permissions else None)


@pytest.mark.long
def test_the_store_sees_of_every_night_what_is_told_of_it(tmp_path):
    """The real walk and the real placements, a day apart, without reading a document."""
    root, home = tmp_path / "share", Home(tmp_path / "home")
    truth = make_sample(root)
    nights = Nights(root, truth, sample_items())
    told = nights.first()
    home.make_folders()
    make_home_key(home)
    sources = [bound(root, source) for source in truth.sources]
    hidden = tuple(f"{folder}/" for folder in truth.unlisted)
    with Lake.open(local_place(home.catalog_file, home.data_folder)) as lake:
        migrate(lake, discover_records().values())
        for night in range(1, N_NIGHTS + 1):
            receiver = Receiver(
                lake, Clock(timedelta(days=night)), Sealer(home), secrecy_mark_in_name, 1 << 30, DeletionRule()
            )
            seen, due = {}, {}
            for source in sources:
                walk = receiver.receive(source, f"run{night}", lambda *_: None)
                if any(folder.startswith(source.name) for folder in hidden):
                    continue  # an account that may do everything lists that folder all the same
                seen[source.name] = (
                    walk.n_new,
                    walk.n_changed,
                    walk.n_moved,
                    walk.n_missing,
                    walk.n_deleted,
                    walk.state,
                )
                due[source.name] = expected(told, source.name)
            assert seen == due, night
            rows = lake.rows("SELECT source_name || '/' || path AS path, access_id FROM lake.raw.placement")
            found = {row["path"]: row["access_id"] for row in rows if not row["path"].startswith(hidden)}
            assert {
                display_path(file.path): file.access.access_id for file in nights.truth.files
            }.items() <= found.items()
            known = {*(file.path for file in nights.truth.files), *told.absent}
            assert found.keys() == {display_path(path) for path in known}
            if night < N_NIGHTS:
                told = nights.advance()
    unlock(root)


def expected(told: NightTruth, source: str) -> tuple[int, int, int, int, int, str]:
    """New, changed, moved, missing and deleted files of a source, and the state of its walk."""
    state = "unreachable" if source in told.unreachable else "held" if source in told.held else "complete"
    lists = (told.added, told.changed, [old for old, _ in told.moved], told.removed)
    new, changed, moved, gone = (sum(path.startswith(f"{source}/") for path in paths) for paths in lists)
    return new, changed, moved, told.missing.get(source, 0), gone, state


OFFICES = ("가과", "나과", "다과")


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Truth, list[Item]]:
    """Three offices with a few notes each, written as they are."""
    sources = tuple(
        SourceTruth(
            name=office, folder=office, access=(f"group:{office}",), has_permissions=True, owner=f"user:{office}담당"
        )
        for office in OFFICES
    )
    people = tuple(Principal(name=f"{office}담당", groups=(office,)) for office in OFFICES)
    items = []
    for office in OFFICES:
        for number in range(6):
            note = compose(f"○ {office}에서 {number}번째로 적은 짧은 글이다.", title=f"{number}번 글")
            path = f"{office}/메모/{number}번 글.txt"
            item = kept(path, write_txt(note), "plain", text_of(note), 2026, has_tables=False)
            item = item.with_truth(source=office, access=Access(allow=(f"group:{office}",)), readers=(f"{office}담당",))
            target = tmp_path / "share" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(item.content)
            os.utime(target, ns=(number, 1_000 + number))
            items.append(item)
    truth = Truth(sources=sources, principals=people, files=tuple(item.truth for item in items), questions=())
    return tmp_path / "share", truth, items


def test_every_change_of_a_share_is_on_the_disk_and_in_its_truth(small):
    root, truth, items = small
    share = Share(root, truth, items)
    new = replace(items[0], content=b"", truth=items[0].truth.model_copy(update={"path": "가과/새/새 글.txt"}))
    share.add(new, 5_000)
    share.edit("나과/메모/0번 글.txt", "○ 고친 글\r\n".encode(), 6_000, must_find=("고친 글",))
    share.move("나과/메모/1번 글.txt", "나과/보관/1번 글(확인).txt")
    share.take_off(["나과/메모/2번 글.txt"])
    share.close("다과/메모/3번 글.txt", 0o600)
    share.move_folder("가과/메모", "가과/메모(정리)")
    after = share.truth(2)
    assert {file.path for file in after.files} == set(lying(root))
    assert after.file("다과/메모/3번 글.txt").readers == ("다과담당",)
    assert after.file("다과/메모/3번 글.txt").access.within == (("group:다과",),)
    assert after.file("나과/보관/1번 글(확인).txt").sha256 == truth.file("나과/메모/1번 글.txt").sha256
    edited = after.file("나과/메모/0번 글.txt")
    [reading] = read_blob((root / edited.path).read_bytes(), "0번 글.txt")
    assert reading.outcome is Outcome.KEPT
    assert (root / edited.path).stat().st_size == edited.size_bytes


def test_a_source_that_is_away_is_held_and_comes_back_untouched(small):
    root, truth, items = small
    share = Share(root, truth, items)
    before = lying(root)
    away = share.take_away("나과")
    assert len(away) == 6
    assert set(share.absent) == set(away)
    assert not any(path.startswith("나과/") for path in lying(root))
    assert share.bring_back("나과") == away
    assert lying(root) == before
    assert [path.name for path in root.parent.iterdir()] == ["share"]


def test_offices_that_are_too_small_have_no_mass_of_files_to_vanish(small):
    root, truth, items = small
    nights = Nights(root, truth, items)
    with pytest.raises(ValueError, match="enough files"):
        nights._to_vanish()


def test_a_truth_of_files_that_were_not_written_is_refused(small):
    root, truth, items = small
    with pytest.raises(KeyError):
        Share(root, truth, items[1:])
