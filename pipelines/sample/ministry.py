"""Writes the sample ministry's share and says what is true of it."""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelines.sample.item import Item
from pipelines.sample.modes import access_of, readers_of
from pipelines.sample.offices import OFFICES
from pipelines.sample.questions import questions_over
from pipelines.sample.rights import INBOX, inbox_access, principals_of, scopes_of, sources_of
from pipelines.sample.rooms import rooms_over
from pipelines.sample.shelves.budget import budget_items
from pipelines.sample.shelves.contradictions import contradicting_items, contradictions_of
from pipelines.sample.shelves.conversations import conversation_items
from pipelines.sample.shelves.drafts import draft_items
from pipelines.sample.shelves.farm import farm_items
from pipelines.sample.shelves.inbox_drops import inbox_items
from pipelines.sample.shelves.land import land_items
from pipelines.sample.shelves.restricted import folder_modes, restricted_items, unlisted_folder, unlisted_items
from pipelines.sample.shelves.standing import standing_items
from pipelines.sample.shelves.successions import notice_items, successions_of
from pipelines.sample.shelves.welfare import welfare_items
from pipelines.sample.trouble.hard_cases import hard_items
from pipelines.sample.trouble.personal import personal_items
from pipelines.sample.truth import FileTruth, SourceTruth, Truth
from pipelines.sample.world import World
from schemas.access import Access, Principal

# 2 March 2026, 09:00 in Korea; every file is an hour younger than the one before it.
_FIRST_MODIFIED_NS = 1_772_409_600 * 1_000_000_000
_HOUR_NS = 3_600 * 1_000_000_000
_FOLDER_MODE = 0o755
# Symbolic links have this mode everywhere.
_LINK_MODE = 0o777


def make_sample(root: Path, truth_path: Path | None = None, *, scale: int = 1) -> Truth:
    """Write the share below `root`, the same to the byte and to the mode on every machine.

    Args:
        root: the share's folder; made if it is not there.
        truth_path: where to write the truth as JSON, outside the share.
        scale: how many replicas of the ministry the share holds, the sample itself being the first.

    Raises:
        FileExistsError: the folder already holds something.
        ValueError: the truth would lie inside the share, or the scale is less than 1.
    """
    if scale < 1:
        raise ValueError(f"배율은 1 이상이어야 합니다: {scale}")
    if truth_path is not None and truth_path.absolute().is_relative_to(root.absolute()):
        raise ValueError(f"정답 파일은 공유 폴더 밖에 두어야 합니다: {truth_path}")
    if root.exists() and any(root.iterdir()):
        raise FileExistsError(f"비어 있지 않은 폴더에는 표본을 만들지 않습니다: {root}")
    worlds = [World(replica) for replica in range(scale)]
    items = [item for world in worlds for item in sample_items(world)]
    hidden = [item for world in worlds for item in unlisted_items(world)]
    for number, item in enumerate([*items, *hidden]):
        _write(root, item, _FIRST_MODIFIED_NS + number * _HOUR_NS)
    _set_folder_modes(root, {path: mode for world in worlds for path, mode in folder_modes(world).items()})
    truth = truth_of(items, worlds)
    if truth_path is not None:
        truth_path.parent.mkdir(parents=True, exist_ok=True)
        truth_path.write_text(truth.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return truth


def unlock(root: Path) -> None:
    """Give the owner of a share every right on its folders again, so that the tree can be copied or deleted."""
    for folder, folders, _ in os.walk(root):
        for name in folders:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o700)


def sample_items(world: World | None = None) -> list[Item]:
    """Every file and link of a replica that is gathered, in the order of their age."""
    world = world or World()
    troubled = [*hard_items(world), *personal_items(world), *conversation_items(world)]
    # There is one inbox, whatever the scale.
    dropped = [] if world.replica else inbox_items(world)
    return [*ordinary_items(world), *troubled, *dropped]


def ordinary_items(world: World) -> list[Item]:
    """The documents that offices write for one another to be read."""
    standing = [item for office in OFFICES for item in standing_items(world, office)]
    own = [*budget_items(world), *welfare_items(world), *land_items(world), *farm_items(world)]
    told = [*draft_items(world), *notice_items(world), *contradicting_items(world), *restricted_items(world)]
    return [*standing, *own, *told]


def truth_of(items: Sequence[Item], worlds: Sequence[World] = (World(),)) -> Truth:
    """What is true of a share that holds `items`.

    Args:
        items: the files and links that are gathered.
        worlds: the replicas whose people and sources there are.
    """
    by_content: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if item.truth.sha256 is not None:
            by_content[item.truth.sha256].append(item.truth.path)
    sources = tuple(source for world in worlds for source in sources_of(world))
    principals = tuple(person for world in worlds for person in principals_of(world))
    scopes = tuple(scope for world in worlds for scope in scopes_of(world))
    modes = {path: mode for world in worlds for path, mode in folder_modes(world).items()}
    files = {item.truth.path: _whole_truth(item, by_content, sources, principals, modes) for item in items}
    return Truth(
        sources=sources,
        principals=principals,
        files=tuple(files[path] for path in sorted(files)),
        questions=questions_over(items, files, scopes, principals),
        contradictions=tuple(pair for world in worlds for pair in contradictions_of(world)),
        successions=tuple(succession for world in worlds for succession in successions_of(world)),
        scopes=scopes,
        rooms=rooms_over([files[path] for path in sorted(files)], scopes, principals),
        unlisted=tuple(unlisted_folder(world) for world in worlds),
    )


def _whole_truth(
    item: Item,
    by_content: Mapping[str, Sequence[str]],
    sources: Sequence[SourceTruth],
    principals: Sequence[Principal],
    modes: Mapping[str, int],
) -> FileTruth:
    truth = item.truth
    same = by_content[truth.sha256] if truth.sha256 is not None else []
    source = next(source for source in sources if source.folder == truth.path.split("/", 1)[0])
    access = _access(item, source, modes)
    return truth.model_copy(
        update={
            "copies": tuple(sorted(path for path in same if path != truth.path)),
            "source": source.name,
            "access": access,
            "readers": readers_of(access, principals),
        }
    )


def _access(item: Item, source: SourceTruth, modes: Mapping[str, int]) -> Access:
    if source.name == INBOX:
        return inbox_access(item.truth.path)
    parts = item.truth.path.split("/")[:-1]
    folders = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    mode = _LINK_MODE if item.link_to is not None else item.mode
    return access_of(source, [modes.get(folder, _FOLDER_MODE) for folder in folders], mode)


def _write(root: Path, item: Item, modified_ns: int) -> None:
    folder, _, name = item.truth.path.rpartition("/")
    if item.is_decomposed:
        name = unicodedata.normalize("NFD", name)
    target = root / folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if item.link_to is not None:
        target.symlink_to(item.link_to)
    else:
        target.write_bytes(item.content)
        target.chmod(item.mode)
    os.utime(target, ns=(modified_ns, modified_ns), follow_symlinks=False)


def _set_folder_modes(root: Path, modes: Mapping[str, int]) -> None:
    """Every folder gets its mode, whatever the umask made of it; inner ones first, while they can be reached."""
    folders = sorted((path for path in root.rglob("*") if path.is_dir() and not path.is_symlink()), reverse=True)
    for path in [*folders, root]:
        path.chmod(modes.get(path.relative_to(root).as_posix(), _FOLDER_MODE))
