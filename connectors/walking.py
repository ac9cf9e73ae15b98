"""Walking a folder tree and reading its files: without recursion, by descriptors, without following a link out of it.

What a file's place allows is asked of an `AccessRule` on the way, so that a source with permissions of its own and one
without walk the same way.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from schemas.access import Access
from schemas.outcome import Failed
from schemas.ports import Sighting, Walk

_SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", ".collector-id"})
_SYSTEM_FOLDERS = frozenset({"$recycle.bin", "system volume information", ".trash", ".trashes", "lost+found"})
_TEMPORARY_SUFFIXES = (".tmp", ".crdownload", ".partial", ".part", ".download", ".asv")
_READ_BYTES = 4 << 20
_FETCH_TRIES = 3


class AccessRule(Protocol):
    """Who may read what lies in a tree. What it learns of a folder is handed back to it for everything below."""

    def enter(self, above: Any, folder: str, descriptor: int) -> Any:
        """What is known below a folder that has been opened; `above` is None for the root.

        Raises:
            OSError: the folder's permissions cannot be read; it then counts as not listed.
        """
        ...

    def access_of(self, above: Any, path: str, status: os.stat_result, descriptor: int) -> Access:
        """The access of a file in the folder that `descriptor` is open on.

        Raises:
            OSError: the file's permissions cannot be read; it then counts as not listed.
        """
        ...


@dataclass(frozen=True, slots=True)
class FixedAccess:
    """Every file has the access that the source's settings say."""

    access: Access

    def enter(self, above: Any, folder: str, descriptor: int) -> None:
        """Nothing is learnt on the way."""

    def access_of(self, above: Any, path: str, status: os.stat_result, descriptor: int) -> Access:
        """The same for all."""
        return self.access


def skip_rule(name: str) -> str | None:
    """The rule by which a file of this name is not collected, or None."""
    lower = name.lower()
    if lower.startswith("~$") or (lower.startswith(".~lock.") and lower.endswith("#")):
        return "office_owner_file"
    if lower in _SYSTEM_NAMES or lower.startswith(("._", ".nfs", ".fuse_hidden")):
        return "system_file"
    if lower.endswith(_TEMPORARY_SUFFIXES) or lower.startswith("~wrl"):
        return "temporary_file"
    return None


def walk_tree(
    root: Path, rule: AccessRule, *, passes_over: Callable[[str], bool] = lambda path: False
) -> Iterator[Sighting | Walk]:
    """Yield every file once and a `Walk` at the end; a folder that cannot be listed makes the walk partial.

    A root that is not there, or that is empty, is unreachable: a share that was unmounted looks just like that.

    Args:
        root: the tree's root.
        rule: decides who may read each file.
        passes_over: tells of a folder's path below the root whether it is left out, besides those of the system.
    """
    unlisted: list[str] = []
    waiting: list[tuple[str, Any]] = [("", None)]
    seen_anything = False
    while waiting:
        folder, above = waiting.pop()
        try:
            descriptor = open_folder(root, folder.split("/") if folder else [])
        except OSError as failure:
            if folder == "":
                yield Walk(state="unreachable", unlisted=(type(failure).__name__,))
                return
            unlisted.append(f"{folder} ({type(failure).__name__})")
            continue
        try:
            known = rule.enter(above, folder, descriptor)
            # By descriptor, since a folder swapped for a link by now would be listed by its path.
            for entry in sorted(os.scandir(descriptor), key=lambda entry: entry.name):
                seen_anything = True
                path = f"{folder}/{entry.name}" if folder else entry.name
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name.lower() not in _SYSTEM_FOLDERS and not passes_over(path):
                            waiting.append((path, known))
                        continue
                    yield _sighting(path, entry, rule, known, descriptor)
                except FileNotFoundError:
                    continue  # deleted between the listing and the look: it was never there
                except OSError as failure:
                    unlisted.append(f"{path} ({type(failure).__name__})")
        except OSError as failure:
            unlisted.append(f"{folder or '.'} ({type(failure).__name__})")
        finally:
            os.close(descriptor)
    if not seen_anything:
        yield Walk(state="unreachable", unlisted=("빈 폴더",))
        return
    yield Walk(state="partial" if unlisted else "complete", unlisted=tuple(unlisted))


def _sighting(path: str, entry: "os.DirEntry[str]", rule: AccessRule, known: Any, descriptor: int) -> Sighting:
    status = entry.stat(follow_symlinks=False)
    skipped_by = skip_rule(entry.name)
    if stat.S_ISLNK(status.st_mode):
        skipped_by = "symbolic_link"
    elif not stat.S_ISREG(status.st_mode):
        skipped_by = "not_a_file"
    return Sighting(
        raw_path=path,
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        inode=status.st_ino,
        access=rule.access_of(known, path, status, descriptor),
        skip_rule=skipped_by,
    )


def fetch_file(root: Path, raw_path: str, limit_bytes: int) -> bytes:
    """The file's bytes; see `schemas.ports.Source.fetch`."""
    for attempt in range(_FETCH_TRIES):
        try:
            content = _read_unchanged(root, raw_path, limit_bytes)
        except PermissionError as failure:
            raise Failed("permission_denied") from failure
        except OSError as failure:
            if attempt == _FETCH_TRIES - 1:
                raise Failed("read_error", type(failure).__name__) from failure
            continue
        if content is not None:
            return content
    raise Failed("changed_while_reading")


def _read_unchanged(root: Path, raw_path: str, limit_bytes: int) -> bytes | None:
    descriptor = _open_file(root, raw_path)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise Failed("read_error", "not a regular file any more")
        file = os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
    with file:
        if before.st_size > limit_bytes:
            raise Failed("too_large", f"{before.st_size:,} bytes")
        content = bytearray()
        while block := file.read(_READ_BYTES):
            content += block
            if len(content) > limit_bytes:
                raise Failed("too_large", f"> {limit_bytes:,} bytes")
        after = os.fstat(file.fileno())
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return bytes(content) if same and len(content) == after.st_size else None


def open_folder(root: Path, folders: Sequence[str]) -> int:
    """Open a folder part by part without following any link below the root, so that one swapped for a link leads nowhere.

    Raises:
        OSError: a part is not there, is no folder or is a link.
    """
    current = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for folder in folders:
        try:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=current)
        finally:
            os.close(current)
        current = inner
    return current


def _open_file(root: Path, raw_path: str) -> int:
    *folders, name = parts = raw_path.split("/")
    if not {"", ".", ".."}.isdisjoint(parts):
        raise Failed("read_error", "not a path below the root")
    folder = open_folder(root, folders)
    try:
        # O_NONBLOCK: a file that has become a pipe since the walk must not hang the night.
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
