"""Plays nights on the written sample share: what people do to it in a day, on the disk, and what must be true afterwards.

Six kinds of night follow one another after the first: a day of work, an outage, the day after it, a mass of files that
vanishes, their return, and a quiet day. Every round picks other files and other offices, always the same ones on every
machine.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipelines.sample.day_work import (
    append_row,
    append_sentence,
    corrected_draft,
    edited_paths,
    new_documents,
    next_draft,
)
from pipelines.sample.item import Item
from pipelines.sample.rooms import RECEIVED_FOLDER
from pipelines.sample.share import Share
from pipelines.sample.shelves.conversations import longer_export
from pipelines.sample.shelves.inbox_drops import late_drop
from pipelines.sample.truth import Truth
from pipelines.sample.world import World
from schemas.outcome import Outcome

_DAY_NS = 24 * 3_600 * 1_000_000_000
_HOUR_NS = 3_600 * 1_000_000_000
_ROUND = 6
_OWNER_ALONE = 0o600
_BRAKE_FILES, _BRAKE_PARTS = 20, 5
_LEAST_IN_FOLDER = 4
_STRIDE = 7
_LONGEST_NAME = 200


class NightTruth(BaseModel):
    """What must be true after a night's run.

    Args:
        night: which night, from 1.
        what: what happened since the night before, a line each.
        added: new files.
        changed: files with other bytes.
        moved: (old path, new path) of files with the same bytes elsewhere in their source.
        removed: files that count as gone from this night on.
        returned: files that are back with the same bytes; they are neither new nor changed.
        closed: files that fewer people may read than the night before.
        unreachable: sources that are away.
        held: sources in which more is missing than may be deleted without a person's word.
        absent: files that are not on the share but must still be found: their source is away, or they may come back.
        missing: files that a walk of the source does not find though it knows them, by source.
        is_quiet: whether nothing happened, so that the run has nothing to read and nothing to publish.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    night: int
    what: tuple[str, ...]
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    missing: dict[str, int] = {}
    is_quiet: bool = False


class Nights:
    """The nights of a share, from the one that `make_sample` has written.

    Args:
        root: the share's folder.
        truth: what is true of it in its first night.
        items: what was written there.
        truth_path: where the truth is written as JSON after every night; None writes none.

    Raises:
        KeyError: the truth names a file that is not among the items.
    """

    def __init__(self, root: Path, truth: Truth, items: Sequence[Item], truth_path: Path | None = None) -> None:
        self._share = Share(root, truth, items)
        self._truth_path = truth_path
        self._began_ns = self._share.youngest_ns
        # Where a folder cannot be listed a walk is never complete: nothing can be seen to go or to move there.
        self._offices = [
            source.name
            for source in truth.sources
            if source.kind == "folder" and not any(folder.startswith(f"{source.folder}/") for folder in truth.unlisted)
        ]
        self._doomed: str | None = None
        self._away: str | None = None
        self._vanished: list[str] = []
        self.night = truth.night
        self.truth = truth

    def first(self) -> NightTruth:
        """What must be true after the first night: every file is new."""
        return NightTruth(night=1, what=("처음 수집하는 밤",), added=tuple(sorted(self._share.placed)))

    def advance(self) -> NightTruth:
        """Do on the disk what happens until the next night."""
        self.night += 1
        kinds: tuple[Callable[[], NightTruth], ...] = (
            self._work,
            self._outage,
            self._recovery,
            self._vanishing,
            self._comeback,
            self._quiet,
        )
        told = kinds[(self.night - 2) % _ROUND]()
        self.truth = self._share.truth(self.night)
        if self._truth_path is not None:
            self._truth_path.write_text(self.truth.model_dump_json(indent=2) + "\n", encoding="utf-8")
        return told

    @property
    def _round(self) -> int:
        return (self.night - 2) // _ROUND

    @property
    def _now_ns(self) -> int:
        return self._began_ns + (self.night - 1) * _DAY_NS

    def _office(self, number: int) -> str:
        """The name of an office; another one in every round."""
        return self._offices[(number + self._round) % len(self._offices)]

    def _work(self) -> NightTruth:
        """New documents, an edited table, a rename, one more draft, a longer export, a drop into the inbox."""
        share = self._share
        added = [share.add(item, self._now_ns + hour * _HOUR_NS) for hour, item in enumerate(self._new_items())]
        draft, replaced = next_draft(share, self._round, self._now_ns + 9 * _HOUR_NS)
        tables = edited_paths(share, self._office(1), "csv")
        changed = [append_row(share, self._pick(tables), self.night, self._now_ns)]
        moved = [self._rename(self._office(2))]
        what = (
            f"새 문서와 내보낸 대화와 접수 문서 {len(added)}건이 생겼다",
            f"초안이 하나 더 나와 최종본이 바뀌었다: {replaced} 대신 {draft}",
            f"표 한 건을 고쳤다: {changed[0]}",
            f"파일 한 건의 이름을 바꾸었다: {moved[0][0]} → {moved[0][1]}",
        )
        return self._told(what, added=[*added, draft], changed=changed, moved=moved)

    def _new_items(self) -> list[Item]:
        folders = [self._share.sources[self._office(number)].folder for number in (0, 1, 3)]
        return [*new_documents(folders, self.night), longer_export(World(), self._round), late_drop(self._round)]

    def _outage(self) -> NightTruth:
        """One office's share is away; elsewhere a file is deleted, one is closed and one is edited."""
        share, away = self._share, self._office(3)
        absent = share.take_away(away)
        doomed = self._pick(self._plain(self._office(0)))
        share.take_off([doomed])
        closed = [share.close(self._pick(self._plain(self._office(1))), _OWNER_ALONE)]
        texts = edited_paths(share, self._office(2), "plain")
        changed = [append_sentence(share, self._pick(texts), self.night, self._now_ns)]
        self._away, self._doomed = away, doomed
        what = (
            f"{away}의 공유가 연결되지 않아 {len(absent)}건을 볼 수 없다",
            f"파일 한 건이 지워졌으나 아직 사라진 것으로 보지 않는다: {doomed}",
            f"파일 한 건을 담당자만 읽게 하였다: {closed[0]}",
            f"파일 한 건을 고쳤다: {changed[0]}",
        )
        missing = {self._office(0): 1}
        return self._told(what, changed=changed, closed=closed, unreachable=[away], missing=missing)

    def _recovery(self) -> NightTruth:
        """The share is back, a folder was renamed, and what was deleted is gone for good."""
        assert self._away is not None
        assert self._doomed is not None
        share = self._share
        returned = share.bring_back(self._away)
        folder = self._folder_to_rename(self._office(2))
        moved = share.move_folder(folder, f"{folder}({self.night}일 정리)")
        missing = {share.source_of(self._doomed).name: 1}
        removed = [share.give_up(self._doomed)]
        what = (
            f"{self._away}의 공유가 다시 연결되었다",
            f"폴더 이름이 바뀌어 {len(moved)}건이 옮겨졌다: {folder}",
            f"지워진 지 하루가 지난 파일을 사라진 것으로 본다: {removed[0]}",
        )
        self._away = self._doomed = None
        return self._told(what, moved=moved, removed=removed, returned=returned, missing=missing)

    def _vanishing(self) -> NightTruth:
        """A third of an office's files is gone at once, more than may be deleted without a person's word."""
        share = self._share
        source, paths = self._to_vanish()
        self._vanished = share.take_off(paths)
        others = [name for name in self._offices if name != source]
        folder = share.sources[others[self._round % len(others)]].folder
        added = [share.add(item, self._now_ns) for item in new_documents([folder], self.night)]
        texts = edited_paths(share, others[(self._round + 1) % len(others)], "plain")
        changed = [append_sentence(share, self._pick(texts), self.night, self._now_ns)]
        what = (
            f"{source}의 파일 {len(self._vanished)}건이 한꺼번에 사라져 삭제를 보류해야 한다",
            f"새 문서 {len(added)}건이 생기고 한 건을 고쳤다",
        )
        missing = {source: len(self._vanished)}
        return self._told(what, added=added, changed=changed, held=[source], missing=missing)

    def _comeback(self) -> NightTruth:
        """The vanished files are back as they were, and a draft gets the name that it should have had."""
        returned = self._share.put_back(self._vanished)
        moved = [corrected_draft(self._share, self._round, returned)]
        self._vanished = []
        what = (
            f"사라졌던 파일 {len(returned)}건이 같은 내용으로 돌아왔다",
            f"이름을 잘못 붙인 초안의 이름을 바로잡았다: {moved[0][0]} → {moved[0][1]}",
        )
        return self._told(what, moved=moved, returned=returned)

    def _quiet(self) -> NightTruth:
        return self._told(("아무것도 바뀌지 않았다",), is_quiet=True)

    def _told(
        self, what: Sequence[str], *, missing: dict[str, int] | None = None, is_quiet: bool = False, **paths: Any
    ) -> NightTruth:
        lists = {name: tuple(sorted(found)) for name, found in paths.items()}
        absent = tuple(sorted(self._share.absent))
        return NightTruth(
            night=self.night, what=tuple(what), absent=absent, missing=missing or {}, is_quiet=is_quiet, **lists
        )

    def _plain(self, source: str) -> list[str]:
        """Documents that can go or be closed without making anything else untrue: no draft, evidence, answer or copy.

        Conversations and what was sent in them stay too, since their names are what they are known by.
        """
        truth = self._share.truth(self.night)
        told = {path for pair in truth.contradictions for path in pair.paths}
        told |= {path for story in truth.successions for path in story.evidence}
        told |= {path for question in truth.questions for path in question.paths}
        folder = f"{self._share.sources[source].folder}/"
        return [
            file.path
            for file in truth.files
            if file.path.startswith(folder)
            and file.path not in told
            and file.outcome is Outcome.KEPT
            and file.version is None
            and not file.copies
            and not file.conversations
            and RECEIVED_FOLDER not in file.path
            and len(file.path.rpartition("/")[2].encode()) < _LONGEST_NAME
            and self._share.is_open(self._share.placed[file.path])
        ]

    def _rename(self, source: str) -> tuple[str, str]:
        old = self._pick(self._plain(source))
        stem, _, extension = old.rpartition(".")
        return self._share.move(old, f"{stem}({self.night}일 확인).{extension}")

    def _folder_to_rename(self, source: str) -> str:
        """A folder with some files and no link, all of whose files are read: what the walk passes over cannot be moved."""
        by_folder: dict[str, list[Item]] = {}
        for item in self._share.of_source(source):
            by_folder.setdefault(item.truth.path.rpartition("/")[0], []).append(item)
        folders = [
            folder
            for folder, items in sorted(by_folder.items())
            if "/" in folder
            and len(items) >= _LEAST_IN_FOLDER
            and not any(other.startswith(f"{folder}/") for other in by_folder)
            and all(item.truth.outcome is not Outcome.SKIPPED and not item.truth.copies for item in items)
            and len({item.truth.sha256 for item in items}) == len(items)
        ]
        return self._pick(folders)

    def _to_vanish(self) -> tuple[str, list[str]]:
        """An office and more of its files than the brake on deletions lets go.

        Raises:
            ValueError: no office has so many.
        """
        choices: list[tuple[str, list[str]]] = []
        for source in self._offices:
            paths = [item.truth.path for item in self._share.of_source(source) if item.link_to is None]
            known = len(self._share.of_source(source))
            n_gone = max(-(-known // 3), max(_BRAKE_FILES, known // _BRAKE_PARTS) + 1)
            if n_gone <= len(paths) // 2:
                choices.append((source, [paths[at * len(paths) // n_gone] for at in range(n_gone)]))
        if not choices:
            raise ValueError("no office has enough files for a mass of them to vanish")
        return choices[self._round % len(choices)]

    def _pick(self, paths: Sequence[str]) -> str:
        """One of the paths, another one every night."""
        return sorted(paths)[self.night * _STRIDE % len(paths)]
