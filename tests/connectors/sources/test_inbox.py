"""What lies in a person's drop folder is that person's; receipts are written where nothing else can be hit."""

import contextlib
import stat
import unicodedata
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors.sources.inbox import RECEIPT_FOLDER, SOURCE, InboxSource
from schemas.access import Access
from schemas.ports import Acknowledging, Sighting, Walk


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "접수함"
    folder.mkdir()
    return folder


@pytest.fixture
def inbox(root) -> InboxSource:
    return SOURCE.bind("접수함", Access(allow=("group:접수담당",), deny=("user:가",)), {"path": str(root)})


def walked(inbox) -> tuple[dict[str, Sighting], Walk]:
    *items, end = inbox.walk()
    return {item.raw_path: item for item in items}, end


def test_a_drop_is_its_persons_and_of_whom_the_settings_name(root, inbox):
    (root / "총괄담당" / "요구").mkdir(parents=True)
    (root / "총괄담당" / "요구" / "요구서.hwpx").write_bytes(b"x")
    found, end = walked(inbox)
    assert end.state == "complete"
    access = found["총괄담당/요구/요구서.hwpx"].access
    assert access == Access(allow=("group:접수담당", "user:총괄담당"), deny=("user:가",))


def test_a_persons_folder_in_nfd_is_the_same_persons(root, inbox):
    folder = root / unicodedata.normalize("NFD", "총괄담당")
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"x")
    found, _ = walked(inbox)
    assert [item.access.allow for item in found.values()] == [("group:접수담당", "user:총괄담당")]


def test_a_file_beside_the_folders_is_nobodys_and_says_so(root, inbox):
    (root / "누구 것인가.txt").write_bytes(b"x")
    (root / "Thumbs.db").write_bytes(b"x")
    found, _ = walked(inbox)
    assert found["누구 것인가.txt"].reason == "no_recipient"
    assert found["누구 것인가.txt"].access.allow == ("group:접수담당",)
    assert (found["Thumbs.db"].reason, found["Thumbs.db"].skip_rule) == (None, "system_file")


def test_receipts_are_never_collected(root, inbox):
    (root / "총괄담당").mkdir()
    inbox.acknowledge("총괄담당", "접수증-1.txt", b"one")
    assert (root / "총괄담당" / RECEIPT_FOLDER / "접수증-1.txt").read_bytes() == b"one"
    found, end = walked(inbox)
    assert (found, end.state) == ({}, "complete")


def test_a_dropped_folder_that_is_called_so_is_collected_all_the_same(root, inbox):
    (root / "총괄담당" / "옛 자료" / RECEIPT_FOLDER).mkdir(parents=True)
    (root / "총괄담당" / "옛 자료" / RECEIPT_FOLDER / "2019년 접수증.hwp").write_bytes(b"x")
    found, _ = walked(inbox)
    assert list(found) == [f"총괄담당/옛 자료/{RECEIPT_FOLDER}/2019년 접수증.hwp"]


def test_the_same_receipt_again_replaces_it_and_leaves_nothing_half_written(root, inbox):
    (root / "총괄담당").mkdir()
    receipts = root / "총괄담당" / RECEIPT_FOLDER
    receipts.mkdir()
    # as a run leaves it that was killed while it wrote
    (receipts / ".접수증-1.txt.part").write_bytes(b"ha")
    inbox.acknowledge("총괄담당", "접수증-1.txt", b"half")
    inbox.acknowledge("총괄담당", "접수증-1.txt", b"whole")
    assert {path.name: path.read_bytes() for path in receipts.iterdir()} == {"접수증-1.txt": b"whole"}
    assert stat.S_IMODE((receipts / "접수증-1.txt").stat().st_mode) & 0o044


@pytest.mark.parametrize("place", ["접수증", "접수증/접수증-1.txt", "접수증/.접수증-1.txt.part", "."])
def test_a_link_in_the_way_leads_nowhere(root, inbox, tmp_path, place):
    elsewhere = tmp_path / "다른 곳"
    elsewhere.mkdir()
    (elsewhere / "소중한 것.txt").write_bytes(b"precious")
    drop = root / "총괄담당"
    if place == ".":
        drop.symlink_to(elsewhere)
    else:
        (drop / place).parent.mkdir(parents=True)
        target = elsewhere if place == RECEIPT_FOLDER else elsewhere / "소중한 것.txt"
        (drop / place).symlink_to(target)
    with contextlib.suppress(OSError):
        inbox.acknowledge("총괄담당", "접수증-1.txt", b"receipt")
    assert [path.name for path in elsewhere.iterdir()] == ["소중한 것.txt"]
    assert (elsewhere / "소중한 것.txt").read_bytes() == b"precious"


def test_a_drop_folder_that_has_gone_is_an_error_and_is_not_made_again(root, inbox):
    with pytest.raises(FileNotFoundError):
        inbox.acknowledge("총괄담당", "접수증-1.txt", b"receipt")
    assert list(root.iterdir()) == []


def test_an_inbox_keeps_what_was_taken_out_and_can_give_receipts(inbox):
    assert inbox.keeps_missing
    assert isinstance(inbox, Acknowledging)


def test_an_inbox_needs_a_path_and_knows_its_options(root):
    with pytest.raises(ValidationError, match="path"):
        SOURCE.bind("접수함", Access(), {})
    with pytest.raises(ValidationError, match="permissions"):
        SOURCE.bind("접수함", Access(), {"path": str(root), "permissions": "posix"})


def test_no_descriptor_is_left_open(root, inbox):
    (root / "총괄담당").mkdir()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        inbox.acknowledge("총괄담당", f"접수증-{number}.txt", b"x")
        list(inbox.walk())
    assert len(list(Path("/proc/self/fd").iterdir())) == before
