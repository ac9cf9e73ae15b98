"""Writes the sample ministry's share and says what is true of it."""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from pipelines.sample.budget_shelf import budget_items
from pipelines.sample.hard_cases import hard_items
from pipelines.sample.item import Item
from pipelines.sample.questions import PRINCIPALS, SOURCES, questions_over
from pipelines.sample.truth import FileTruth, Truth
from pipelines.sample.welfare_shelf import welfare_items

# 2 March 2026, 09:00 in Korea; every file is an hour younger than the one before it.
_FIRST_MODIFIED_NS = 1_772_409_600 * 1_000_000_000
_HOUR_NS = 3_600 * 1_000_000_000


def make_sample(root: Path, truth_path: Path | None = None) -> Truth:
    """Write the share below `root`, the same to the byte on every machine.

    Args:
        root: the share's folder; made if it is not there.
        truth_path: where to write the truth as JSON, outside the share.

    Raises:
        FileExistsError: the folder already holds something.
        ValueError: the truth would lie inside the share.
    """
    if truth_path is not None and truth_path.absolute().is_relative_to(root.absolute()):
        raise ValueError(f"정답 파일은 공유 폴더 밖에 두어야 합니다: {truth_path}")
    if root.exists() and any(root.iterdir()):
        raise FileExistsError(f"비어 있지 않은 폴더에는 표본을 만들지 않습니다: {root}")
    items = sample_items()
    for number, item in enumerate(items):
        _write(root, item, _FIRST_MODIFIED_NS + number * _HOUR_NS)
    truth = truth_of(items)
    if truth_path is not None:
        truth_path.parent.mkdir(parents=True, exist_ok=True)
        truth_path.write_text(truth.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return truth


def sample_items() -> list[Item]:
    """Every file and link of the share, in the order of their age."""
    return [*budget_items(), *welfare_items(), *hard_items()]


def truth_of(items: Sequence[Item]) -> Truth:
    """What is true of a share that holds `items`."""
    by_content: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if item.truth.sha256 is not None:
            by_content[item.truth.sha256].append(item.truth.path)
    files = [_with_copies(item.truth, by_content) for item in items]
    return Truth(
        sources=SOURCES,
        principals=PRINCIPALS,
        files=tuple(sorted(files, key=lambda truth: truth.path)),
        questions=questions_over(items),
    )


def _with_copies(truth: FileTruth, by_content: dict[str, list[str]]) -> FileTruth:
    same = by_content[truth.sha256] if truth.sha256 is not None else []
    return truth.model_copy(update={"copies": tuple(sorted(path for path in same if path != truth.path))})


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
    os.utime(target, ns=(modified_ns, modified_ns), follow_symlinks=False)
