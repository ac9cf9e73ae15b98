"""The written share as it lies on the disk, changed file by file, with the truth of every file kept in step."""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.sample.item import Item
from pipelines.sample.modes import access_of, readers_of
from pipelines.sample.rooms import rooms_over, text_readers
from pipelines.sample.truth import FileTruth, QuestionTruth, SourceTruth, Truth
from schemas.identity import digest_bytes
from schemas.outcome import Outcome

_FOLDER_MODE = 0o755
_WORD = re.compile(r"\w+")


class Share:
    """A share that `make_sample` has written.

    Args:
        root: its folder.
        truth: what is true of it.
        items: what was written there; every file of the truth is among them.

    Raises:
        KeyError: the truth names a file that is not among the items.
    """

    def __init__(self, root: Path, truth: Truth, items: Sequence[Item]) -> None:
        by_path = {item.truth.path: item for item in items}
        self.root = root
        self.sources = {source.name: source for source in truth.sources}
        self.unlisted = truth.unlisted
        self.placed = {file.path: replace(by_path[file.path], truth=file) for file in truth.files}
        self.absent: dict[str, Item] = {}
        """Files that are not on the disk but that the platform still holds: their source is away, or they may come back."""
        self._truth = truth
        self._principals = truth.principals
        self._modified = {path: self._disk_path(item).lstat().st_mtime_ns for path, item in self.placed.items()}

    @property
    def youngest_ns(self) -> int:
        """When the youngest file was modified, in nanoseconds since 1970."""
        return max(self._modified.values())

    def of_source(self, source: str) -> list[Item]:
        """The files of a source that lie on the disk, in the order of their paths."""
        folder = f"{self.sources[source].folder}/"
        return [item for path, item in sorted(self.placed.items()) if path.startswith(folder)]

    def source_of(self, path: str) -> SourceTruth:
        """The source that gathers a path.

        Raises:
            KeyError: no source does.
        """
        top = path.split("/", 1)[0]
        for source in self.sources.values():
            if source.folder == top:
                return source
        raise KeyError(path)

    def add(self, item: Item, modified_ns: int) -> str:
        """Write a new file, readable for everybody of its source unless it says so itself; its path."""
        source = self.source_of(item.truth.path)
        access = item.truth.access if item.truth.access.allow else access_of(source, (), item.mode)
        readers = readers_of(access, self._principals)
        complete = item.with_truth(source=source.name, access=access, readers=readers)
        self._put(complete, modified_ns)
        return item.truth.path

    def edit(self, path: str, content: bytes, modified_ns: int, *, passages: Sequence[str] = (), **changes: Any) -> str:
        """Give a file other bytes, and its truth what they change; its path.

        Args:
            path: which file.
            content: its new bytes.
            modified_ns: when they were written.
            passages: what it says beside what it said.
            changes: fields of its truth.
        """
        old = self.placed[path]
        item = replace(old, content=content, passages=(*old.passages, *passages))
        self._put(item.with_truth(size_bytes=len(content), sha256=digest_bytes(content), **changes), modified_ns)
        return path

    def move(self, old: str, new: str, **changes: Any) -> tuple[str, str]:
        """Rename or move a file, which keeps its bytes and its time; its old and its new path."""
        item = self.placed.pop(old)
        name = new.rpartition("/")[2]
        words = tuple(word for word in item.truth.title_words if word in _WORD.findall(name) or word in name)
        moved = item.with_truth(path=new, title_words=words, **changes)
        target = self._disk_path(moved)
        self._make_folder(target.parent)
        self._disk_path(item).rename(target)
        self.placed[new] = moved
        self._modified[new] = self._modified.pop(old)
        self._follow(old, new)
        return old, new

    def move_folder(self, old: str, new: str) -> list[tuple[str, str]]:
        """Rename a folder; the old and new paths of everything in it."""
        moved = [path for path in sorted(self.placed) if path.startswith(f"{old}/")]
        (self.root / old).rename(self.root / new)
        pairs = [(path, new + path.removeprefix(old)) for path in moved]
        for before, after in pairs:
            self.placed[after] = self.placed.pop(before).with_truth(path=after)
            self._modified[after] = self._modified.pop(before)
            self._follow(before, after)
        return pairs

    def take_off(self, paths: Iterable[str]) -> list[str]:
        """Delete files, of which the platform does not know yet whether they are gone for good."""
        taken = sorted(paths)
        for path in taken:
            item = self.placed.pop(path)
            self._disk_path(item).unlink()
            self.absent[path] = item
        return taken

    def put_back(self, paths: Iterable[str]) -> list[str]:
        """Write absent files again, with the same bytes and times."""
        returned = sorted(paths)
        for path in returned:
            self._put(self.absent.pop(path), self._modified[path])
        return returned

    def give_up(self, path: str) -> str:
        """An absent file is gone for good."""
        self.absent.pop(path)
        self._modified.pop(path)
        return path

    def close(self, path: str, mode: int) -> str:
        """Change the mode of a file in folders that are open; its path."""
        item = self.placed[path]
        access = access_of(self.source_of(path), (), mode)
        readers = readers_of(access, self._principals)
        self.placed[path] = item.with_mode(mode).with_truth(access=access, readers=readers)
        self._disk_path(item).chmod(mode)
        return path

    def is_open(self, item: Item) -> bool:
        """Whether neither the file's mode nor a folder above it keeps anybody out whom its source lets in."""
        return item.truth.access == access_of(self.source_of(item.truth.path), (), 0o644)

    def take_away(self, source: str) -> list[str]:
        """Move a source's folder out of the share, as an outage does; the paths that are away."""
        folder = self.sources[source].folder
        aside = self._aside(folder)
        aside.parent.mkdir(exist_ok=True)
        (self.root / folder).rename(aside)
        away = [path for path in sorted(self.placed) if path.startswith(f"{folder}/")]
        self.absent |= {path: self.placed.pop(path) for path in away}
        return away

    def bring_back(self, source: str) -> list[str]:
        """Move the folder back to its place."""
        folder = self.sources[source].folder
        aside = self._aside(folder)
        aside.rename(self.root / folder)
        aside.parent.rmdir()
        back = [path for path in sorted(self.absent) if path.startswith(f"{folder}/")]
        self.placed |= {path: self.absent.pop(path) for path in back}
        return back

    def truth(self, night: int) -> Truth:
        """What is true now. `files` are those on the disk; questions and rooms go by what the platform still holds as well."""
        by_content: dict[str, list[str]] = defaultdict(list)
        for path, item in self.placed.items():
            if item.truth.sha256 is not None:
                by_content[item.truth.sha256].append(path)
        files = [_with_copies(item.truth, by_content) for _, item in sorted(self.placed.items())]
        held = {**self.placed, **self.absent}
        known = held.keys()
        update = {
            "files": tuple(files),
            "questions": tuple(self._questions(held)),
            "rooms": rooms_over([item.truth for _, item in sorted(held.items())], self._truth.scopes, self._principals),
            "contradictions": tuple(pair for pair in self._truth.contradictions if known >= set(pair.paths)),
            "night": night,
        }
        return self._truth.model_copy(update=update)

    def _questions(self, held: Mapping[str, Item]) -> Iterator[QuestionTruth]:
        for question in self._truth.questions:
            paths = [
                path
                for path, item in sorted(held.items())
                if item.truth.outcome is Outcome.KEPT and _answers(item, question.must_contain)
            ]
            readers = {
                reader
                for path in paths
                for reader in text_readers(held[path].truth, self._truth.scopes, self._principals)
            }
            if paths:
                yield question.model_copy(update={"paths": tuple(paths), "readers": tuple(sorted(readers))})

    def _follow(self, old: str, new: str) -> None:
        """Write the new path wherever the truth names the old one."""

        def renamed(paths: Iterable[str]) -> tuple[str, ...]:
            return tuple(new if path == old else path for path in paths)

        contradictions = [pair.model_copy(update={"paths": renamed(pair.paths)}) for pair in self._truth.contradictions]
        successions = [
            story.model_copy(update={"evidence": renamed(story.evidence)}) for story in self._truth.successions
        ]
        update = {"contradictions": tuple(contradictions), "successions": tuple(successions)}
        self._truth = self._truth.model_copy(update=update)

    def _put(self, item: Item, modified_ns: int) -> None:
        target = self._disk_path(item)
        self._make_folder(target.parent)
        if item.link_to is not None:
            target.symlink_to(item.link_to)
        else:
            target.write_bytes(item.content)
            target.chmod(item.mode)
        os.utime(target, ns=(modified_ns, modified_ns), follow_symlinks=False)
        self.placed[item.truth.path] = item
        self._modified[item.truth.path] = modified_ns

    def _make_folder(self, folder: Path) -> None:
        if not folder.exists():
            self._make_folder(folder.parent)
            folder.mkdir()
            folder.chmod(_FOLDER_MODE)

    def _disk_path(self, item: Item) -> Path:
        folder, _, name = item.truth.path.rpartition("/")
        return self.root / folder / (unicodedata.normalize("NFD", name) if item.is_decomposed else name)

    def _aside(self, folder: str) -> Path:
        return self.root.parent / f"{self.root.name} (연결 끊김)" / folder


def _answers(item: Item, words: Sequence[str]) -> bool:
    return any(all(word in passage for word in words) for passage in item.passages)


def _with_copies(truth: FileTruth, by_content: dict[str, list[str]]) -> FileTruth:
    same = by_content[truth.sha256] if truth.sha256 is not None else []
    return truth.model_copy(update={"copies": tuple(sorted(path for path in same if path != truth.path))})
