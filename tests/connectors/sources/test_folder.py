"""A folder is walked whole and without recursion, and nothing outside it is ever read."""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import unicodedata
from pathlib import Path

import pytest
from pydantic import ValidationError

import connectors
from connectors.sources.folder import SOURCE, FolderSource
from connectors.walking import skip_rule
from schemas.access import Access
from schemas.outcome import SKIP_RULES, Failed
from schemas.ports import Sighting, Walk

ACCESS = Access(allow=("group:예산실",), deny=("user:kim",))
LIMIT = 1 << 20
NOBODY = 65534


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def source(root: Path) -> FolderSource:
    return FolderSource("share", root, ACCESS)


def walk(source: FolderSource) -> tuple[dict[str, Sighting], Walk]:
    *sightings, end = source.walk()
    assert isinstance(end, Walk)
    found = [item for item in sightings if isinstance(item, Sighting)]
    assert len(found) == len(sightings), "a walk ends once"
    by_path = {item.raw_path: item for item in found}
    assert len(by_path) == len(found), "no file is seen twice"
    return by_path, end


def reason_of(source: FolderSource, path: str, limit: int = LIMIT) -> str:
    with pytest.raises(Failed) as failure:
        source.fetch(path, limit)
    return failure.value.reason


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_every_file_is_seen_once_as_the_directory_says_it_is(root, source):
    (root / "예산" / "2026").mkdir(parents=True)
    (root / "예산" / "2026" / "요구서.xlsx").write_bytes(b"12345")
    (root / "빈 파일.txt").touch()
    found, end = walk(source)
    assert end == Walk(state="complete")
    assert set(found) == {"예산/2026/요구서.xlsx", "빈 파일.txt"}
    status = (root / "예산/2026/요구서.xlsx").stat()
    assert found["예산/2026/요구서.xlsx"] == Sighting(
        raw_path="예산/2026/요구서.xlsx",
        size_bytes=5,
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        inode=status.st_ino,
        access=ACCESS,
    )
    assert source.fetch("예산/2026/요구서.xlsx", LIMIT) == b"12345"
    assert source.fetch("빈 파일.txt", LIMIT) == b""


def test_a_walk_goes_the_same_way_every_time(root, source):
    for name in ("나", "가", "다/마", "다/라", "b", "A"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    assert [item.raw_path for item in source.walk() if isinstance(item, Sighting)] == [
        item.raw_path for item in source.walk() if isinstance(item, Sighting)
    ]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("~$요구서.docx", "office_owner_file"),
        (".~lock.요구서.odt#", "office_owner_file"),
        ("Thumbs.db", "system_file"),
        ("desktop.ini", "system_file"),
        (".DS_Store", "system_file"),
        ("._요구서.docx", "system_file"),
        (".nfs0001", "system_file"),
        ("요구서.hwp.TMP", "temporary_file"),
        ("받는중.crdownload", "temporary_file"),
        ("~WRL0001.doc", "temporary_file"),
        ("요구서.hwp", None),
        ("template.tmpl", None),
        ("Thumbs.db.hwp", None),
        ("~요구서.hwp", None),
    ],
)
def test_files_of_the_system_and_half_files_are_skipped_by_their_names(root, source, name, rule):
    assert skip_rule(name) == rule
    assert rule is None or rule in SKIP_RULES
    (root / name).write_bytes(b"x")
    found, _ = walk(source)
    assert found[name].skip_rule == rule


def test_folders_of_the_system_are_not_entered(root, source):
    for name in ("$RECYCLE.BIN", "System Volume Information", ".Trash", "lost+found", "예산"):
        (root / name).mkdir()
        (root / name / "a.txt").touch()
    assert set(walk(source)[0]) == {"예산/a.txt"}


def test_links_are_seen_and_skipped_wherever_they_point(root, source, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_bytes(b"secret")
    (root / "inside.txt").write_bytes(b"inside")
    (root / "to_file_outside.txt").symlink_to(outside / "secret.txt")
    (root / "to_folder_outside").symlink_to(outside)
    (root / "to_file_inside.txt").symlink_to(root / "inside.txt")
    (root / "loop").symlink_to(root)
    (root / "to_itself").symlink_to(root / "to_itself")
    (root / "to_nothing").symlink_to(root / "nothing")
    found, end = walk(source)
    assert end.state == "complete"
    links = {"to_file_outside.txt", "to_folder_outside", "to_file_inside.txt", "loop", "to_itself", "to_nothing"}
    assert {path for path, item in found.items() if item.skip_rule == "symbolic_link"} == links
    assert set(found) == links | {"inside.txt"}
    for path in (*links, "to_folder_outside/secret.txt", "loop/inside.txt", "../outside/secret.txt"):
        assert reason_of(source, path) == "read_error"


def test_a_file_or_folder_that_becomes_a_link_after_the_walk_leads_nowhere(root, source, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_bytes(b"secret")
    (root / "folder").mkdir()
    (root / "folder" / "a.txt").write_bytes(b"a")
    (root / "b.txt").write_bytes(b"b")
    assert set(walk(source)[0]) == {"folder/a.txt", "b.txt"}
    shutil.rmtree(root / "folder")
    (root / "folder").symlink_to(outside)
    (root / "b.txt").unlink()
    (root / "b.txt").symlink_to(outside / "a.txt")
    assert reason_of(source, "folder/a.txt") == "read_error"
    assert reason_of(source, "b.txt") == "read_error"


def test_a_root_that_is_itself_a_link_is_walked(root, tmp_path):
    (root / "a.txt").write_bytes(b"a")
    (tmp_path / "mount").symlink_to(root)
    linked = FolderSource("share", tmp_path / "mount", ACCESS)
    assert set(walk(linked)[0]) == {"a.txt"}
    assert linked.fetch("a.txt", LIMIT) == b"a"


def test_a_pipe_is_skipped_and_one_that_appears_after_the_walk_does_not_hang_the_fetch(root, source):
    os.mkfifo(root / "pipe")
    (root / "a.txt").write_bytes(b"a")
    found, end = walk(source)
    assert (end.state, found["pipe"].skip_rule) == ("complete", "not_a_file")
    (root / "a.txt").unlink()
    os.mkfifo(root / "a.txt")
    before = open_descriptors()
    assert reason_of(source, "a.txt") == "read_error"
    assert open_descriptors() == before


def test_a_file_that_becomes_a_folder_or_vanishes_after_the_walk_is_a_read_error(root, source):
    (root / "a.txt").mkdir()
    before = open_descriptors()
    assert reason_of(source, "a.txt") == "read_error"
    assert reason_of(source, "gone.txt") == "read_error"
    assert reason_of(source, "gone/gone.txt") == "read_error"
    assert open_descriptors() == before


def test_a_file_beyond_the_limit_is_too_large_and_one_at_the_limit_is_not(root, source):
    (root / "a.bin").write_bytes(bytes(100))
    assert source.fetch("a.bin", 100) == bytes(100)
    assert reason_of(source, "a.bin", 99) == "too_large"
    with (root / "sparse.bin").open("wb") as file:
        file.truncate(1 << 40)
    assert reason_of(source, "sparse.bin") == "too_large"


def test_a_file_that_changes_at_every_look_is_not_taken(root, source, monkeypatch):
    (root / "log.txt").write_bytes(b"start")
    real = os.fstat
    looks = 0

    def fstat(descriptor: int) -> os.stat_result:
        nonlocal looks
        looks += 1
        with (root / "log.txt").open("ab") as file:
            file.write(b"more")
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", fstat)
    assert reason_of(source, "log.txt") == "changed_while_reading"
    assert looks == 6, "three tries, each looked at before and after"


def test_a_file_that_changes_once_is_read_again_and_taken_whole(root, source, monkeypatch):
    (root / "a.txt").write_bytes(b"old")
    real = os.fstat
    looks = 0

    def fstat(descriptor: int) -> os.stat_result:
        nonlocal looks
        looks += 1
        if looks == 2:
            (root / "a.txt").write_bytes(b"the new words")
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", fstat)
    assert source.fetch("a.txt", LIMIT) == b"the new words"


def test_a_file_replaced_while_it_is_read_gives_the_one_or_the_other_never_a_mixture(root, source):
    wholes = {bytes([number]) * 600_000 for number in range(4)}
    (root / "a.bin").write_bytes(bytes([0]) * 600_000)
    stop = threading.Event()

    def replace() -> None:
        while not stop.is_set():
            for whole in sorted(wholes):
                (root / "next.bin").write_bytes(whole)
                (root / "next.bin").replace(root / "a.bin")

    writer = threading.Thread(target=replace)
    writer.start()
    try:
        for _ in range(50):
            try:
                assert source.fetch("a.bin", LIMIT) in wholes
            except Failed as failure:
                assert failure.reason == "changed_while_reading"
    finally:
        stop.set()
        writer.join()


def test_a_root_that_is_gone_empty_or_no_folder_is_unreachable(root, source, tmp_path):
    assert walk(source) == ({}, Walk(state="unreachable", unlisted=("빈 폴더",)))
    root.rmdir()
    assert walk(source) == ({}, Walk(state="unreachable", unlisted=("FileNotFoundError",)))
    root.write_bytes(b"a file")
    assert walk(source) == ({}, Walk(state="unreachable", unlisted=("NotADirectoryError",)))


def test_two_hundred_folders_deep_is_walked_and_read(root, source):
    deep = root
    for _ in range(200):
        deep = deep / "깊은곳"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_bytes(b"deep")
    found, end = walk(source)
    path = "/".join(["깊은곳"] * 200) + "/a.txt"
    assert (end.state, set(found)) == ("complete", {path})
    assert source.fetch(path, LIMIT) == b"deep"


def test_a_tree_deeper_than_a_path_can_be_long_is_walked_and_read(root, source):
    descriptor = os.open(root, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("n" * 100, dir_fd=descriptor)
        inner = os.open("n" * 100, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    with os.fdopen(os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=descriptor), "wb") as file:
        file.write(b"deep")
    os.close(descriptor)
    path = "/".join(["n" * 100] * 60) + "/a.txt"
    try:
        found, end = walk(source)
        assert (end.state, set(found)) == ("complete", {path})
        assert source.fetch(path, LIMIT) == b"deep"
    finally:
        shutil.rmtree(root / ("n" * 100))


def test_a_folder_that_becomes_a_link_during_the_walk_is_not_listed(root, source, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").touch()
    (root / "a.txt").touch()
    (root / "folder").mkdir()
    walking = source.walk()
    first = next(walking)
    assert isinstance(first, Sighting)
    assert first.raw_path == "a.txt"
    (root / "folder").rmdir()
    (root / "folder").symlink_to(outside)
    assert list(walking) == [Walk(state="partial", unlisted=("folder (NotADirectoryError)",))]


def test_a_walk_that_is_given_up_leaves_no_descriptor_open(root, source):
    for name in ("a.txt", "b.txt"):
        (root / name).touch()
    before = open_descriptors()
    walking = source.walk()
    next(walking)
    walking.close()
    walk(source)
    assert open_descriptors() == before


@pytest.mark.parametrize(
    "name",
    [
        "줄\n바꿈.txt",
        "\u202ecod.exe",
        "탭\t과 '따옴표\".txt",
        unicodedata.normalize("NFD", "한글 이름.txt"),
        os.fsdecode("한글.txt".encode("cp949")),
        os.fsdecode(b"\xff\xfe\x80.txt"),
        " 앞뒤 공백 ",
        "\\..\\a.txt",
        "-rf",
        "가" * 80 + ".txt",
    ],
)
def test_a_name_is_told_and_read_exactly_as_the_file_system_has_it(root, source, name):
    (root / name).write_bytes(b"text")
    found, end = walk(source)
    assert end.state == "complete"
    assert [os.fsencode(path) for path in found] == [os.fsencode(name)]
    assert source.fetch(name, LIMIT) == b"text"


def test_names_that_differ_only_in_composition_are_two_files(root, source):
    for form in ("NFC", "NFD"):
        (root / unicodedata.normalize(form, "한글.txt")).write_bytes(form.encode())
    found, _ = walk(source)
    assert len(found) == 2
    assert {source.fetch(path, LIMIT) for path in found} == {b"NFC", b"NFD"}


AS_NOBODY = (
    f"""
import json, os, sys
from pathlib import Path
from connectors.sources.folder import FolderSource
from schemas.access import Access
from schemas.outcome import Failed
if os.getuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
"""
    + """
source = FolderSource("share", Path(sys.argv[1]), Access())
*seen, end = source.walk()
reasons = {}
for path in ("locked/inner.txt", "locked.txt", "open.txt"):
    try:
        source.fetch(path, 1000)
        reasons[path] = None
    except Failed as failure:
        reasons[path] = failure.reason
print(json.dumps({"seen": sorted(item.raw_path for item in seen), "state": end.state, "unlisted": end.unlisted,
                  "reasons": reasons}))
"""
)


def test_what_may_not_be_listed_makes_the_walk_partial_and_what_may_not_be_read_says_so():
    # Not under pytest's folder, which nobody else may enter.
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        (root / "locked").mkdir()
        for name in ("locked/inner.txt", "locked.txt", "open.txt"):
            (root / name).write_bytes(b"x")
        (root / "locked.txt").chmod(0)
        (root / "locked").chmod(0)
        try:
            # Root may read everything, so the walk is done by nobody; Python itself may lie where only root can enter.
            answer = subprocess.run(
                [sys.executable, "-c", AS_NOBODY, folder],
                cwd=Path(connectors.__file__).parent.parent,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            (root / "locked").chmod(stat.S_IRWXU)
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout) == {
            "seen": ["locked.txt", "open.txt"],
            "state": "partial",
            "unlisted": ["locked (PermissionError)"],
            "reasons": {"locked/inner.txt": "permission_denied", "locked.txt": "permission_denied", "open.txt": None},
        }


def test_a_source_is_bound_from_its_settings_and_needs_a_path(root):
    bound = SOURCE.bind("공유", ACCESS, {"path": str(root)})
    assert (bound.name, bound.kind, bound.root, bound.access) == ("공유", "folder", root, ACCESS)
    with pytest.raises(ValidationError, match="path"):
        SOURCE.bind("공유", ACCESS, {})


def test_an_option_that_is_not_known_is_refused_and_not_passed_over(root):
    with pytest.raises(ValidationError, match="permission"):
        SOURCE.bind("공유", ACCESS, {"path": str(root), "permission": "posix"})
    with pytest.raises(ValidationError, match="permissions"):
        SOURCE.bind("공유", ACCESS, {"path": str(root), "permissions": "ntfs"})
