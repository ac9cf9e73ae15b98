"""A folder: any mounted share. Walked without recursion, read without following a link out of it."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from schemas.access import Access
from schemas.outcome import Failed
from schemas.ports import Sighting, Walk

_SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", ".collector-id"})
_SYSTEM_FOLDERS = frozenset({"$recycle.bin", "system volume information", ".trash", ".trashes", "lost+found"})
_TEMPORARY_SUFFIXES = (".tmp", ".crdownload", ".partial", ".part", ".download", ".asv")
_READ_BYTES = 4 << 20
_FETCH_TRIES = 3


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


@dataclass(frozen=True)
class FolderSource:
    """A folder bound to one `[[source]]`: its name, its root, and the access of everything in it."""

    name: str
    root: Path
    access: Access
    kind: str = field(default="folder", init=False)

    def walk(self) -> Iterator[Sighting | Walk]:
        """Yield every file once and a `Walk` at the end; a folder that cannot be listed makes the walk partial.

        A root that is not there, or that is empty, is unreachable: a share that was unmounted looks just like that.
        """
        unlisted: list[str] = []
        waiting = [""]
        seen_anything = False
        while waiting:
            folder = waiting.pop()
            try:
                descriptor = _open_folder(self.root, folder.split("/") if folder else [])
            except OSError as failure:
                if folder == "":
                    yield Walk(state="unreachable", unlisted=(type(failure).__name__,))
                    return
                unlisted.append(f"{folder} ({type(failure).__name__})")
                continue
            try:
                # By descriptor, since a folder swapped for a link by now would be listed by its path.
                for entry in sorted(os.scandir(descriptor), key=lambda entry: entry.name):
                    seen_anything = True
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    try:
                        if entry.is_dir(follow_symlinks=False):
                            if entry.name.lower() not in _SYSTEM_FOLDERS:
                                waiting.append(path)
                            continue
                        yield self._sighting(path, entry)
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

    def _sighting(self, path: str, entry: os.DirEntry[str]) -> Sighting:
        status = entry.stat(follow_symlinks=False)
        rule = skip_rule(entry.name)
        if stat.S_ISLNK(status.st_mode):
            rule = "symbolic_link"
        elif not stat.S_ISREG(status.st_mode):
            rule = "not_a_file"
        return Sighting(
            raw_path=path,
            size_bytes=status.st_size,
            modified_ns=status.st_mtime_ns,
            changed_ns=status.st_ctime_ns,
            inode=status.st_ino,
            access=self.access,
            skip_rule=rule,
        )

    def fetch(self, raw_path: str, limit_bytes: int) -> bytes:
        """The file's bytes; see `schemas.ports.Source.fetch`."""
        for attempt in range(_FETCH_TRIES):
            try:
                content = self._read_unchanged(raw_path, limit_bytes)
            except PermissionError as failure:
                raise Failed("permission_denied") from failure
            except OSError as failure:
                if attempt == _FETCH_TRIES - 1:
                    raise Failed("read_error", type(failure).__name__) from failure
                continue
            if content is not None:
                return content
        raise Failed("changed_while_reading")

    def _read_unchanged(self, raw_path: str, limit_bytes: int) -> bytes | None:
        descriptor = _open_file(self.root, raw_path)
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


def _open_folder(root: Path, folders: Sequence[str]) -> int:
    """Open a folder part by part without following any link below the root, so that one swapped for a link leads nowhere."""
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
    folder = _open_folder(root, folders)
    try:
        # O_NONBLOCK: a file that has become a pipe since the walk must not hang the night.
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)


@dataclass(frozen=True)
class FolderConnector:
    """Makes a `FolderSource` of a `[[source]]` table with `kind = "folder"`."""

    name: str = "folder"
    label: str = "폴더(마운트된 공유)"

    def bind(self, name: str, access: Access, options: dict[str, str]) -> FolderSource:
        """Bind the connector to a source's settings.

        Raises:
            KeyError: `path` is missing.
        """
        return FolderSource(name=name, root=Path(options["path"]).expanduser(), access=access)


SOURCE = FolderConnector()
