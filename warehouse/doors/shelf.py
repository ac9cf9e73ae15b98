"""The passages of a publication at hand: found by their ids without a scan, however many there are.

Parquet is no store of single rows: ten passages among a million cost as much as all of them. So a long-lived reader goes
through `index.chunk` once and lays its rows out as Arrow, where a row is reached by its number: in memory, and what is more
than `MOST_BYTES` in a file without a name, which is mapped and is gone with the process. By a 64-bit key of each id the
numbers of its rows are looked up; 36 bytes a row for the three ids.
"""

import mmap
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.lake import CATALOG, Lake

MOST_BYTES = 256 * 2**20
"""Bytes of rows that are kept in memory; the file for more lies in the folder for temporary files (`TMPDIR`)."""

_BATCH_ROWS = 65_536
_ID_BYTES = 32
# Odd, so that no digit of an id is lost; ids are digests, so that nothing more is needed to spread them.
_MIXERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)
_KEYS = ("passage_id", "chunk_id", "text_id")


class Shelf:
    """Every row of `index.chunk` in one snapshot, found by the ids of passages, chunks and texts; safe for several threads.

    Args:
        lake: pinned to the snapshot.
        most_bytes: bytes of rows from which they go to a file.
        batch_rows: rows that lie together.
    """

    def __init__(self, lake: Lake, most_bytes: int = MOST_BYTES, batch_rows: int = _BATCH_ROWS) -> None:
        found: dict[str, list[np.ndarray]] = {name: [] for name in (*_KEYS, "ordinal")}

        def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                for name in _KEYS:
                    found[name].append(_keys(batch.column(name).to_numpy(zero_copy_only=False)))
                found["ordinal"].append(batch.column("ordinal").to_numpy(zero_copy_only=False).astype(np.int32))
                yield batch

        # On a connection of its own over the same lake, so that nobody's question waits in the middle of a result.
        with lake.cursor() as cursor:
            reader = cursor.execute(f"FROM {CATALOG}.index.chunk").to_arrow_reader(batch_rows)
            self._batches = _laid_out(reader.schema, rows(reader), most_bytes)
        starts = [0, *np.cumsum([len(batch) for batch in self._batches], dtype=np.int64).tolist()]
        self._starts = np.array(starts, np.int64)
        self._ordinal = _joined(found["ordinal"], np.int32)
        self._order: dict[str, np.ndarray] = {}
        self._sorted: dict[str, np.ndarray] = {}
        for name in _KEYS:
            keys_of = _joined(found[name], np.uint64)
            order = np.argsort(keys_of, kind="stable").astype(np.uint32)
            self._order[name], self._sorted[name] = order, keys_of[order]

    def of_passages(self, passage_ids: Iterable[str]) -> list[dict[str, Any]]:
        """The rows of some passages, in no order."""
        return self._rows("passage_id", passage_ids)

    def of_chunks(self, chunk_ids: Iterable[str]) -> list[dict[str, Any]]:
        """The rows of some chunks, in no order."""
        return self._rows("chunk_id", chunk_ids)

    def of_texts(self, text_ids: Iterable[str]) -> list[dict[str, Any]]:
        """The rows of some texts or sessions, in no order."""
        return self._rows("text_id", text_ids)

    def around(self, places: Sequence[tuple[str, int]], reach: int) -> list[dict[str, Any]]:
        """The rows of some (text id, position) and those up to `reach` before and after each, each once, in no order."""
        near: dict[str, list[int]] = {}
        for text_id, at in places:
            near.setdefault(text_id, []).append(at)

        def is_near(text_id: str, numbers: np.ndarray) -> np.ndarray:
            apart = np.abs(self._ordinal[numbers][:, None] - np.array(near[text_id])[None, :])
            return numbers[(apart <= reach).any(axis=1)]

        return self._rows("text_id", near, is_near)

    def _rows(
        self,
        name: str,
        ids: Iterable[str],
        only: Callable[[str, np.ndarray], np.ndarray] = lambda _, numbers: numbers,
    ) -> list[dict[str, Any]]:
        wanted = sorted(set(ids))
        if not wanted or not self._batches:
            return []
        keys = _keys(wanted)
        first = np.searchsorted(self._sorted[name], keys, "left")
        last = np.searchsorted(self._sorted[name], keys, "right")
        numbers = [
            only(one, self._order[name][start:end].astype(np.int64))
            for one, start, end in zip(wanted, first, last, strict=True)
        ]
        # Two ids can have one key.
        held = set(wanted)
        return [row for row in self._taken(np.unique(np.concatenate(numbers))) if row[name] in held]

    def _taken(self, numbers: np.ndarray) -> Iterator[dict[str, Any]]:
        of_batch = np.searchsorted(self._starts, numbers, "right") - 1
        for batch in np.unique(of_batch).tolist():
            within = numbers[of_batch == batch] - self._starts[batch]
            yield from pc.take(self._batches[batch], pa.array(within)).to_pylist()


def _keys(ids: Any) -> np.ndarray:
    """A number of 64 bits for each id, the same for the same id."""
    parts = np.asarray(ids, dtype=f"S{_ID_BYTES}").view(np.uint64).reshape(-1, len(_MIXERS))
    return (parts * _MIXERS).sum(axis=1, dtype=np.uint64)


def _joined(parts: Sequence[np.ndarray], kind: Any) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _laid_out(schema: pa.Schema, batches: Iterable[pa.RecordBatch], most_bytes: int) -> list[pa.RecordBatch]:
    """The batches in memory, or all of them in a mapped file without a name if they are too large."""
    kept: list[pa.RecordBatch] = []
    left = most_bytes
    source = iter(batches)
    for batch in source:
        kept.append(batch)
        left -= batch.nbytes
        if left < 0:
            break
    else:
        return kept
    with tempfile.TemporaryFile(prefix="gotgan-") as file:
        with pa.ipc.new_file(pa.PythonFile(file, "w"), schema) as writer:
            for batch in kept:
                writer.write_batch(batch)
            kept.clear()
            for batch in source:
                writer.write_batch(batch)
        file.flush()
        # The mapping outlives the file's handle; nothing of it is read before a row is asked for.
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    reader = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped)))
    return [reader.get_batch(number) for number in range(reader.num_record_batches)]
