"""What tokens say of a file is what the kernel says of it: checked against the kernel itself, for every mode."""

import errno
import itertools
import json
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from connectors.permissions import Accounts, BrokenAccessList, PosixRule, parse_access_list
from connectors.sources.folder import SOURCE, FolderSource
from schemas.access import Access, may_read
from schemas.ports import Sighting

OWNER, MEMBER, STRANGER, NAMED = 41_001, 41_002, 41_003, 41_004
TEAM, OTHER_TEAM = 42_001, 42_002
TOKENS = {
    f"uid:{OWNER}": "user:owner",
    f"uid:{NAMED}": "user:named",
    f"gid:{TEAM}": "group:team",
    f"gid:{OTHER_TEAM}": "group:other",
}
SHARE = Access(allow=("group:share",))
PEOPLE: dict[str, tuple[int, tuple[int, ...], frozenset[str]]] = {
    "owner": (OWNER, (), frozenset({"user:owner", "group:share"})),
    "member": (MEMBER, (TEAM,), frozenset({"user:member", "group:team", "group:share"})),
    "stranger": (STRANGER, (), frozenset({"user:stranger", "group:share"})),
    "named": (NAMED, (), frozenset({"user:named", "group:share"})),
    "other": (STRANGER, (OTHER_TEAM,), frozenset({"user:stranger", "group:other", "group:share"})),
    "owner_in_team": (OWNER, (TEAM,), frozenset({"user:owner", "group:team", "group:share"})),
    "named_in_team": (NAMED, (TEAM,), frozenset({"user:named", "group:team", "group:share"})),
}
# Tokens cannot say that the owner passes although a group of theirs does not; there fewer may read than the kernel lets.
MAY_BE_STRICTER = {"owner_in_team", "named_in_team"}

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask the kernel as other users")


@pytest.fixture
def share() -> Iterator[Path]:
    # Not under pytest's folder, which nobody else may enter.
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "share"
        root.mkdir()
        Path(folder).chmod(0o755)
        root.chmod(0o755)
        yield root
        for place in [root, *root.rglob("*")]:
            place.chmod(0o700, follow_symlinks=False) if not place.is_symlink() else None


def access_list(entries: Mapping[tuple[int, int], int]) -> bytes:
    packed = b"".join(struct.pack("<HHI", tag, bits, number) for (tag, number), bits in sorted(entries.items()))
    return struct.pack("<I", 2) + packed


def seen(root: Path) -> dict[str, Access]:
    source = FolderSource("share", root, SHARE, PosixRule(SHARE, Accounts(TOKENS)))
    return {item.raw_path: item.access for item in source.walk() if isinstance(item, Sighting)}


ASK_THE_KERNEL = """
import json, os, sys
root, uid, groups, paths = json.load(sys.stdin)
os.setgroups(groups)
os.setgid(groups[0] if groups else 65534)
os.setuid(uid)
opened = []
for path in paths:
    try:
        os.close(os.open(f"{root}/{path}", os.O_RDONLY))
        opened.append(path)
    except PermissionError:
        pass
print(json.dumps(opened))
"""


def kernel_lets(uid: int, groups: tuple[int, ...], root: Path, paths: Iterable[str]) -> set[str]:
    """The files that a process of this user and these groups can open."""
    asked = json.dumps([str(root), uid, groups, list(paths)])
    # Isolated, since what Python would import from may lie where only root can enter.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ASK_THE_KERNEL], input=asked, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def disagreements(root: Path) -> list[str]:
    wrong = []
    accesses = seen(root)
    for name, (uid, groups, tokens) in PEOPLE.items():
        is_let = kernel_lets(uid, groups, root, accesses)
        for path, access in accesses.items():
            said = may_read(access, tokens)
            if said != (path in is_let) and not (path in is_let and name in MAY_BE_STRICTER):
                wrong.append(f"{path}: {name} {'may' if said else 'may not'} by {access}, the kernel says otherwise")
    return wrong


@needs_root
def test_every_mode_of_a_file_means_what_the_kernel_means(share):
    for mode in {u << 6 | g << 3 | o for u, g, o in itertools.product((0, 4, 7), repeat=3)}:
        path = share / f"{mode:03o}.txt"
        path.write_bytes(b"x")
        os.chown(path, OWNER, TEAM)
        path.chmod(mode)
    assert disagreements(share) == []


@needs_root
def test_every_mode_of_a_folder_is_a_door_on_the_way(share):
    for mode in {u << 6 | g << 3 | o for u, g, o in itertools.product((4, 5), repeat=3)}:
        folder = share / f"{mode:03o}" / "안쪽"
        folder.mkdir(parents=True)
        for name, file_mode in (("모두.txt", 0o644), ("팀.txt", 0o640), ("나만.txt", 0o600)):
            (folder / name).write_bytes(b"x")
            os.chown(folder / name, OWNER, TEAM)
            (folder / name).chmod(file_mode)
        os.chown(folder, OWNER, TEAM)
        folder.chmod(0o751)
        os.chown(folder.parent, OWNER, TEAM)
        folder.parent.chmod(mode)
    assert len(seen(share)) == 24
    assert disagreements(share) == []


@needs_root
def test_access_lists_mean_what_the_kernel_means(share):
    for number, (mask, named, team, other_team, others) in enumerate(itertools.product((0, 4), repeat=5)):
        path = share / f"{number}.txt"
        path.write_bytes(b"x")
        os.chown(path, OWNER, TEAM)
        entries = {
            (0x01, 0xFFFFFFFF): 6,
            (0x02, NAMED): named,
            (0x04, 0xFFFFFFFF): team,
            (0x08, OTHER_TEAM): other_team,
            (0x10, 0xFFFFFFFF): mask,
            (0x20, 0xFFFFFFFF): others,
        }
        try:
            os.setxattr(path, "system.posix_acl_access", access_list(entries))
        except OSError as failure:
            assert failure.errno == errno.EOPNOTSUPP
            pytest.skip("the file system of the temporary folder has no access lists")
    assert disagreements(share) == []


def test_a_file_for_everyone_has_exactly_the_access_of_the_share(share):
    (share / "공개.txt").write_bytes(b"x")
    (share / "공개.txt").chmod(0o644)
    assert seen(share) == {"공개.txt": SHARE}


def test_who_is_not_on_the_share_reads_nothing_whatever_the_file_says(share):
    (share / "내 것.txt").write_bytes(b"x")
    (share / "내 것.txt").chmod(0o600)
    owner = Accounts({f"uid:{os.getuid()}": "user:owner"}).user(os.getuid())
    source = FolderSource("share", share, SHARE, PosixRule(SHARE, Accounts({f"uid:{os.getuid()}": "user:owner"})))
    (access,) = [item.access for item in source.walk() if isinstance(item, Sighting)]
    assert access == Access(allow=(owner,), within=(("group:share",),))
    assert may_read(access, {"user:owner", "group:share"})
    assert not may_read(access, {"user:owner"})


def test_a_source_without_access_stays_nobodys(share):
    (share / "공개.txt").write_bytes(b"x")
    (share / "공개.txt").chmod(0o644)
    source = SOURCE.bind("share", Access(), {"path": str(share), "permissions": "posix"})
    (access,) = [item.access for item in source.walk() if isinstance(item, Sighting)]
    assert not may_read(access, {"group:all", "user:root", "group:share"})


def test_the_sources_own_denials_stay(share):
    (share / "공개.txt").write_bytes(b"x")
    given = Access(allow=("group:share",), deny=("user:kim",))
    source = SOURCE.bind("share", given, {"path": str(share), "permissions": "posix"})
    (access,) = [item.access for item in source.walk() if isinstance(item, Sighting)]
    assert "user:kim" in access.deny


def test_accounts_without_a_name_stay_numbers_that_a_principal_can_be_given():
    accounts = Accounts()
    assert accounts.user(4_000_123) == "uid:4000123"
    assert accounts.group(4_000_124) == "gid:4000124"
    assert accounts.user(0) == "user:root"


def test_a_changed_mode_changes_the_access_and_a_link_is_not_followed(share):
    path = share / "문서.txt"
    path.write_bytes(b"x")
    path.chmod(0o644)
    (share / "바로 가기").symlink_to("/etc/passwd")
    before = seen(share)
    path.chmod(0o600)
    after = seen(share)
    assert before["문서.txt"].access_id != after["문서.txt"].access_id
    assert before["바로 가기"] == after["바로 가기"]


@pytest.mark.parametrize("raw", [b"", b"\x02", struct.pack("<I", 1), struct.pack("<I", 2) + b"\x01"])
def test_an_access_list_that_is_none_is_refused(raw):
    with pytest.raises(BrokenAccessList):
        parse_access_list(raw)
