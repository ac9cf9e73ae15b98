"""Passages in LanceDB: what is embedded and searched, with the accesses that may see it.

The writer works on the newest version; a reader pins one version and asks that. A search filters by access before it
ranks, so that nothing is found that would have to be hidden afterwards. Rows are deleted by opaque ids alone, because
Lance keeps every delete's condition word for word until it is cleaned.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.identity import digest_parts
from warehouse.layout import vector_table_folder
from warehouse.vector_search import METRIC, PARTITION_ROWS, PinnedTable, WrongTable, checked_ids

ANN_ROWS = 50_000
MOST_SEGMENTS = 8
IDS_A_STATEMENT = 1_000
_EMBEDDER, _ANALYSER = b"gotgan.embedder", b"gotgan.analyser"
_UNIT_TOLERANCE = 1e-3
# Longer than any version is kept: compaction must not clean up, because cleaning fails on tagged versions there.
_NEVER = timedelta(days=36_500)
_AT_ONCE = timedelta(microseconds=1)
_MAX_VERSION = 2**64 - 1


class MissingTable(LookupError):
    """There is no such table, or no such version of it."""


def table_name(embedder: str, analyser: str) -> str:
    """The name of the table for a model and an analyser, by their fingerprints."""
    return f"passage_{digest_parts((embedder, analyser))[:12]}"


class VectorTable:
    """The table as its one writer uses it.

    Args:
        folder: folder of the database.
        name: name of the table, see `table_name`.
        dimension: length of a vector.
        embedder: fingerprint of the model.
        analyser: fingerprint of the analyser.
        create: make the table if it is not there.

    Raises:
        WrongTable: it is there with another dimension, model or analyser.
        MissingTable: it is not there and shall not be made.
    """

    def __init__(
        self, folder: Path, name: str, dimension: int, *, embedder: str, analyser: str, create: bool = True
    ) -> None:
        # A night that adds to some of the index's partitions alone is nothing to warn an operator of, once for each of the
        # others; LanceDB reads this when it is loaded.
        os.environ.setdefault("LANCEDB_LOG", "error")
        import lancedb

        self.folder = folder
        self.name = name
        self.dimension = dimension
        self.embedder = embedder
        self._database: Any = lancedb.connect(str(folder))
        if name in self._database.list_tables().tables:
            self._table: Any = self._database.open_table(name)
        elif create:
            self._table = self._database.create_table(name, schema=_schema(dimension, embedder, analyser))
        else:
            raise MissingTable(f"벡터 표가 없습니다: {name}")
        self._check(embedder, analyser)

    def _check(self, embedder: str, analyser: str) -> None:
        schema = self._table.schema
        metadata = schema.metadata or {}
        if schema.field("vector").type != pa.list_(pa.float32(), self.dimension):
            raise WrongTable(f"{self.name}: 벡터 차원이 {self.dimension}이(가) 아닙니다: {schema.field('vector').type}")
        for key, wanted, word in ((_EMBEDDER, embedder, "임베딩 모형"), (_ANALYSER, analyser, "형태소 분석기")):
            held = metadata.get(key, b"").decode()
            if held != wanted:
                raise WrongTable(f"{self.name}: 다른 {word}(으)로 만든 표입니다 ({held} ≠ {wanted}).")

    def ids(self) -> pa.Table:
        """(passage_id, access sorted) of every row."""
        self._table.checkout_latest()
        return self._table.search().select(["passage_id", "access"]).to_arrow()

    def unembedded(self) -> pa.Table:
        """(passage_id) of every row without a vector."""
        self._table.checkout_latest()
        return self._table.search().where("vector IS NULL").select(["passage_id"]).to_arrow()

    def texts(self) -> pa.Table:
        """(text, morphemes) of every row."""
        self._table.checkout_latest()
        return self._table.search().select(["text", "morphemes"]).to_arrow()

    def count(self) -> int:
        """Rows of the newest version."""
        self._table.checkout_latest()
        return self._table.count_rows()

    def add(self, rows: pa.Table) -> None:
        """Insert rows (passage_id, text, morphemes, vector or null, access) whose passage is not there yet.

        Raises:
            ValueError: an id is malformed or doubled, or a vector is no unit vector of the table's dimension.
        """
        if not rows.num_rows:
            return
        ids = checked_ids(rows["passage_id"].to_pylist())
        batch = pa.table(
            {
                "passage_id": pa.array(ids, pa.string()),
                "text": rows["text"].cast(pa.string()),
                "morphemes": rows["morphemes"].cast(pa.string()),
                "vector": _vector_array(rows["vector"], self.dimension),
                "access": _access_array(rows["access"]),
            },
            schema=self._table.schema,
        )
        # The vectors have been looked at above; to LanceDB a missing one would count as broken.
        merge = self._table.merge_insert("passage_id").when_not_matched_insert_all()
        merge.execute(batch, on_bad_vectors="null")

    def set_access(self, rows: pa.Table) -> None:
        """Replace the access of existing rows (passage_id, access); nothing else of a row is touched or rewritten.

        Raises:
            ValueError: an id is malformed or doubled.
        """
        if not rows.num_rows:
            return
        ids = checked_ids(rows["passage_id"].to_pylist())
        update = pa.table({"passage_id": pa.array(ids, pa.string()), "access": _access_array(rows["access"])})
        self._table.merge_insert("passage_id").when_matched_update_all().execute(update)

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Delete rows by id.

        Raises:
            ValueError: an id is malformed or doubled.
        """
        from lancedb.expr import col

        ids = checked_ids(passage_ids)
        for start in range(0, len(ids), IDS_A_STATEMENT):
            self._table.delete(col("passage_id").isin(ids[start : start + IDS_A_STATEMENT]))

    def index(self, *, replace: bool = False, ann_rows: int = ANN_ROWS) -> None:
        """Make the indices that are missing or worn, or all anew with `replace`; vectors get one from `ann_rows` rows on.

        Worn is the index of the vectors after `MOST_SEGMENTS` nights that each added a part of their own, which every
        search visits beside the first, and when as much as half of what it holds is not in it yet.
        """
        from lancedb.index import FTS, BTree, LabelList

        self._table.checkout_latest()
        if self._table.count_rows() == 0:
            return
        words = FTS(
            base_tokenizer="whitespace",
            stem=False,
            remove_stop_words=False,
            lower_case=False,
            ascii_folding=False,
            max_token_length=None,
            with_position=False,
        )
        wanted: dict[str, Any] = {"passage_id": BTree(), "access": LabelList(), "morphemes": words}
        n_vectors = self._table.count_rows("vector IS NOT NULL")
        if n_vectors >= ann_rows:
            wanted["vector"] = _ann(self.dimension, n_vectors)
        held = {index.columns[0]: index.name for index in self._table.list_indices()}
        if "vector" in held and "vector" not in wanted and (replace or 2 * n_vectors < ann_rows):
            # It would go on holding rows that were removed.
            self._table.drop_index(held["vector"])
        for column, config in wanted.items():
            is_worn = column == "vector" and column in held and self._is_worn(held[column])
            if replace or column not in held or is_worn:
                self._table.create_index(column, config=config, replace=True)

    def _is_worn(self, index: str) -> bool:
        stats = self._table.index_stats(index)
        is_behind = 2 * stats.num_unindexed_rows > stats.num_indexed_rows
        return is_behind or (stats.num_indices or 1) > MOST_SEGMENTS

    def optimise(self) -> None:
        """Merge small files and bring new rows into the indices; old versions stay."""
        self._table.checkout_latest()
        self._table.optimize(cleanup_older_than=_NEVER)

    @property
    def version(self) -> int:
        """The newest version."""
        self._table.checkout_latest()
        return self._table.version

    def tag(self, name: str) -> None:
        """Keep the newest version under a name.

        Raises:
            ValueError: the name already keeps another version.
        """
        version = self.version
        held = self.tags().get(name)
        if held is None:
            self._table.tags.create(name, version)
        elif held != version:
            raise ValueError(f"{name} already keeps version {held}, not {version}")

    def tags(self) -> dict[str, int]:
        """The version that each name keeps."""
        return {name: int(kept["version"]) for name, kept in self._table.tags.list().items()}

    def remove_tag(self, name: str) -> None:
        """Give a name up; its version goes with the next cleaning. A name that is not there is given up already."""
        if name in self.tags():
            self._table.tags.delete(name)

    def retag(self, keep: Iterable[str]) -> None:
        """Give up every name but those in `keep`, and remove the versions that only they kept."""
        kept = set(keep)
        for name in self.tags():
            if name not in kept:
                self.remove_tag(name)
        self.clean(_AT_ONCE)

    def clean(self, older_than: timedelta = timedelta(days=7), *, delete_unverified: bool = False) -> None:
        """Remove versions older than `older_than` that no tag keeps; the newest always stays.

        Args:
            older_than: age from which versions go.
            delete_unverified: remove files of killed writes too. Only under the writer's lock.
        """
        self._dataset().cleanup_old_versions(
            max(older_than, _AT_ONCE), delete_unverified=delete_unverified, error_if_tagged_old_versions=False
        )
        self._table.checkout_latest()

    def rewrite(self) -> None:
        """Write every file anew that holds a removed row, and all indices, so that the newest version knows it no more.

        Older versions still do. To forget: remove, rewrite, tag the new version, `retag` to it alone, and `clean` with
        no age and `delete_unverified`, under the writer's lock.
        """
        dataset = self._dataset()
        dataset.optimize.compact_files(materialize_deletions=True, materialize_deletions_threshold=0.0)
        self.index(replace=True)

    def at(self, version: int) -> PinnedTable:
        """A version pinned for reading, by a handle of its own.

        Raises:
            MissingTable: the version is gone.
        """
        table = self._database.open_table(self.name)
        try:
            table.checkout(version)
        except (ValueError, RuntimeError) as error:
            raise MissingTable(f"{self.name}의 {version}판이 없습니다.") from error
        return PinnedTable(table, self.dimension, version, self.embedder)

    def files(self, version: int) -> list[Path]:
        """Every file that a version consists of; these alone, copied elsewhere, are that version."""
        root = vector_table_folder(self.folder, self.name)
        dataset = self._dataset(version)
        names = {f"_versions/{_MAX_VERSION - version:020d}.manifest"}
        for fragment in dataset.get_fragments():
            names |= {f"data/{file.path}" for file in fragment.data_files()}
            deletions = fragment.deletion_file()
            if deletions:
                names.add(deletions)
        uuids = {segment.uuid for index in dataset.describe_indices() for segment in index.segments}
        folders = (root / "_indices" / uuid for uuid in uuids)
        indices = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
        return sorted({root / name for name in names} | indices)

    def _dataset(self, version: int | None = None) -> Any:
        import lance

        return lance.dataset(str(vector_table_folder(self.folder, self.name)), version=version)


def _schema(dimension: int, embedder: str, analyser: str) -> pa.Schema:
    return pa.schema(
        [
            pa.field("passage_id", pa.string(), nullable=False),
            pa.field("text", pa.string()),
            pa.field("morphemes", pa.string()),
            pa.field("vector", pa.list_(pa.float32(), dimension)),
            pa.field("access", pa.list_(pa.string())),
        ],
        metadata={_EMBEDDER: embedder.encode(), _ANALYSER: analyser.encode()},
    )


def _ann(dimension: int, n_vectors: int) -> Any:
    """Four bits a number, ranked again by the true vectors: half of eight bits' disk, as quick to build, as exact."""
    from lancedb.index import IvfRq, IvfSq

    partitions = max(1, n_vectors // PARTITION_ROWS)
    if dimension % 8:
        return IvfSq(distance_type=METRIC, num_partitions=partitions)
    return IvfRq(distance_type=METRIC, num_partitions=partitions, num_bits=4)


def _access_array(access: pa.ChunkedArray) -> pa.Array:
    held = [sorted(set(ids or ())) for ids in access.to_pylist()]
    for ids in held:
        checked_ids(ids)
    return pa.array(held, pa.list_(pa.string()))


def _vector_array(vectors: pa.ChunkedArray, dimension: int) -> pa.Array:
    """The vectors as the table holds them, looked at one by one; a passage that is not embedded has none."""
    held: Any = pa.concat_arrays(vectors.chunks) if vectors.num_chunks else pa.array([], vectors.type)
    if pa.types.is_null(held.type):
        return pa.nulls(len(held), pa.list_(pa.float32(), dimension))
    given = held.drop_null()
    if pa.types.is_fixed_size_list(held.type):
        fits = held.type.list_size == dimension or not len(given)
    else:
        fits = all(length == dimension for length in given.value_lengths().to_pylist())
    if not fits:
        raise ValueError(f"a vector is not of dimension {dimension}")
    # A number that is missing inside a vector counts as no number.
    rows = given.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False).reshape(-1, dimension)
    lengths = np.linalg.norm(rows, axis=1)
    if not (np.abs(lengths - 1.0) <= _UNIT_TOLERANCE).all():
        raise ValueError("a vector is not of length 1 (NaN, infinite, zero or not normalised)")
    return held.cast(pa.list_(pa.float32(), dimension))
