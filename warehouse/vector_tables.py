"""The tables of the vector store side by side: which are there, which is being built, and which nobody needs any more.

There is a table for every model and analyser. One that a kept publication names stays, so that it can be served and gone
back to; one that is being built stays as well, so that a night between two tries does not undo the first.
"""

from collections.abc import Mapping, Set
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from warehouse.layout import vector_table_folder

BUILDING = "building"
_AT_ONCE = timedelta(microseconds=1)
_SUFFIX = ".lance"


class TableState(NamedTuple):
    """A table as it lies on the disk: `is_building` where a switch to it has begun and not ended."""

    name: str
    n_rows: int
    n_bytes: int
    tags: dict[str, int]
    is_building: bool


def table_names(folder: Path) -> list[str]:
    """Names of the tables in the database's folder, sorted; read off the disk, so that it costs no start of the engine."""
    if not folder.is_dir():
        return []
    return sorted(path.name.removesuffix(_SUFFIX) for path in folder.glob(f"*{_SUFFIX}") if path.is_dir())


def table_states(folder: Path) -> list[TableState]:
    """Every table with its rows, bytes and tags."""
    states = []
    for name in table_names(folder):
        dataset = _dataset(folder, name)
        tags = _tags(dataset)
        n_bytes = sum(path.stat().st_size for path in vector_table_folder(folder, name).rglob("*") if path.is_file())
        is_building = tags.pop(BUILDING, None) is not None
        states.append(TableState(name, dataset.count_rows(), n_bytes, tags, is_building))
    return states


def mark_building(folder: Path, name: str) -> None:
    """Say that a table is being built: it stays until `unmark_building`, though no publication names it yet."""
    dataset = _dataset(folder, name)
    if BUILDING not in _tags(dataset):
        dataset.tags.create(BUILDING, dataset.version)


def unmark_building(folder: Path, name: str) -> None:
    """Say that a table is no longer being built; without the mark nothing happens."""
    if name in table_names(folder):
        dataset = _dataset(folder, name)
        if BUILDING in _tags(dataset):
            dataset.tags.delete(BUILDING)


def retire_others(folder: Path, own: str, named: Mapping[str, Set[str]]) -> list[str]:
    """Of all tables but the writer's own: drop what no publication names, and the versions that none names of the others.

    Args:
        folder: folder of the database.
        own: the writer's table, which looks after its own versions.
        named: table -> ids of the kept publications that name it.

    Returns:
        Names of the dropped tables.
    """
    dropped = []
    for name in table_names(folder):
        if name == own:
            continue
        dataset = _dataset(folder, name)
        tags = _tags(dataset)
        if name not in named:
            if BUILDING not in tags:
                _drop(folder, name)
                dropped.append(name)
            continue
        gone = [tag for tag in tags if tag != BUILDING and tag not in named[name]]
        for tag in gone:
            dataset.tags.delete(tag)
        if gone:
            dataset.cleanup_old_versions(_AT_ONCE, error_if_tagged_old_versions=False)
    return dropped


def _dataset(folder: Path, name: str) -> Any:
    import lance

    return lance.dataset(str(vector_table_folder(folder, name)))


def _tags(dataset: Any) -> dict[str, int]:
    return {name: int(kept["version"]) for name, kept in dataset.tags.list().items()}


def _drop(folder: Path, name: str) -> None:
    import lancedb

    lancedb.connect(str(folder)).drop_table(name)
