"""Publish: one commit makes a night visible. Lake snapshot, vector version and serving files are named by one row.

Order: compact, serving files, vector tag, manifest, flush to disk, then the row (which names its own snapshot, asserted
after the commit), then the pointer `CURRENT`. A kill anywhere leaves the last publication readable.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
from pydantic import BaseModel, ConfigDict

from schemas.arrow import to_table
from schemas.identity import digest_parts
from schemas.records.publication import Publication
from warehouse import maintenance, vector_tables
from warehouse.clock import Clock
from warehouse.durability import replace_file, sync_file_system
from warehouse.faults import fault_point
from warehouse.lake import CATALOG, Lake
from warehouse.layout import Home
from warehouse.serving import Audience, write_serving_files

KEEP_PUBLICATIONS = 3
_ROWS_OF_A_RUN = 10_000


class NothingPublished(LookupError):
    """No publication exists yet; run the night first."""


class IndexModel(BaseModel):
    """What made an index: a question must go through the very same model and analyser, whatever the settings say by now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedder: str
    """Fingerprint of the model."""
    dimension: int
    folder: str
    """Where the model lay; another folder with the same bytes serves as well."""
    lane: str | None = None
    analyser: str
    """Fingerprint of the analyser."""


class Current(BaseModel):
    """What `CURRENT` says: the publication that a reader pins for a request.

    `index` is missing in what was published before it was kept, and where nothing is indexed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    publication_id: str
    snapshot_id: int
    vector_table: str | None
    vector_version: int | None
    serving_digest: str
    index: IndexModel | None = None


class Vectors(Protocol):
    """What publishing needs of the vector store."""

    @property
    def name(self) -> str:
        """Name of the table that is published."""
        ...

    @property
    def version(self) -> int:
        """Its newest version."""
        ...

    def tag(self, name: str) -> None:
        """Keep the newest version under a name."""
        ...

    def retag(self, keep: Iterable[str]) -> None:
        """Remove every tag but those in `keep`, and what only they needed."""
        ...

    def files(self, version: int) -> list[Path]:
        """Every file that the version consists of."""
        ...


@dataclass(frozen=True)
class Publisher:
    """Publishes the lake's head if it holds anything that is not public yet."""

    lake: Lake
    home: Home
    clock: Clock
    vectors: Vectors | None
    index_fingerprint: str
    audiences: list[Audience]
    index_model: IndexModel | None = None

    def publish(self, run_id: str, with_row: Callable[[str], Callable[[], None]]) -> tuple[Current, bool]:
        """Publish what is not public yet; returns what is current now, and whether it is new.

        Args:
            run_id: the run that publishes.
            with_row: given the publication's id, the work to do in the same transaction as its row (the run's own row).
        """
        self._repair_pointer()
        if self.is_public():
            if self._left_over():
                self._retire()
            return read_current(self.home), False
        maintenance.compact(self.lake)
        fault_point("publish:compacted")
        publication_id = f"p{self.clock.now():%Y%m%dT%H%M%SZ}{run_id[-6:]}"
        serving = write_serving_files(self.lake, self.home, publication_id, self.audiences)
        fault_point("publish:served")
        serving_digest = digest_parts(part for path in serving for part in (path.name, _sha256(path)))
        vector_version = None
        if self.vectors is not None:
            self.vectors.tag(publication_id)
            vector_version = self.vectors.version
            fault_point("publish:tagged")
        self._write_manifest(publication_id, serving, vector_version)
        sync_file_system(self.home.root)
        fault_point("publish:before-row")
        row = self._commit_row(publication_id, run_id, serving_digest, vector_version, with_row(publication_id))
        fault_point("publish:after-row")
        current = point_at(self.home, row)
        self._retire()
        return current, True

    def _repair_pointer(self) -> None:
        """Point at what stands if a kill came between the row and the pointers."""
        standing = standing_publication(self.lake)
        if standing is None:
            return
        link = self.home.serving_link
        is_linked = link.is_symlink() and link.readlink() == Path(standing.publication_id)
        is_current = (
            self.home.current_file.exists() and read_current(self.home).publication_id == standing.publication_id
        )
        if not (is_linked and is_current):
            point_at(self.home, standing)

    def is_public(self) -> bool:
        """Whether everything that was committed is in the newest publication already.

        Also after a rollback: what it went back from is not published once more for want of news.
        """
        last = newest_publication(self.lake)
        if last is None:
            return False
        n_batches = self.lake.value(f"SELECT count(*) FROM {CATALOG}.ops.batch")
        same_index = last.index_fingerprint == self._publication_fingerprint()
        return last.n_batches == n_batches and same_index and self.home.serving_folder_of(last.publication_id).is_dir()

    def _publication_fingerprint(self) -> str:
        """Index and audiences: a person who loses a clearance changes the files although no row changed."""
        people = [f"{a.clearance}:{sorted(sorted(tokens) for tokens in a.holders)}" for a in self.audiences]
        return digest_parts([self.index_fingerprint, *people])[:16]

    def _commit_row(
        self,
        publication_id: str,
        run_id: str,
        serving_digest: str,
        vector_version: int | None,
        also: Callable[[], None],
    ) -> Publication:
        written: list[Publication] = []

        def work(_: duckdb.DuckDBPyConnection) -> None:
            made_by = self.index_model if self.vectors else None
            row = Publication(
                publication_id=publication_id,
                run_id=run_id,
                snapshot_id=self.lake.head() + 1,
                vector_table=self.vectors.name if self.vectors else None,
                vector_version=vector_version,
                embedder=made_by.embedder if made_by else None,
                dimension=made_by.dimension if made_by else None,
                model_folder=made_by.folder if made_by else None,
                model_lane=made_by.lane if made_by else None,
                analyser=made_by.analyser if made_by else None,
                index_fingerprint=self._publication_fingerprint(),
                n_batches=int(self.lake.value(f"SELECT count(*) FROM {CATALOG}.ops.batch")),
                serving_digest=serving_digest,
                published_at=self.clock.now(),
            )
            written[:] = [row]
            self.lake.insert(Publication, to_table(Publication, [row]))
            also()

        with self._row_settings():
            self.lake.commit(work)
        row = written[0]
        if self.lake.head() != row.snapshot_id:
            raise RuntimeError(f"{publication_id} names snapshot {row.snapshot_id}, but the head is {self.lake.head()}")
        return row

    @contextmanager
    def _row_settings(self) -> Iterator[None]:
        settings = {
            # The manifest is written and could not name a file of this commit, so its rows stay inside the catalog.
            "ducklake_default_data_inlining_row_limit": _ROWS_OF_A_RUN,
            # After a lost race DuckLake would commit the same row again, which would then name another's snapshot.
            "ducklake_max_retry_count": 0,
        }
        for name, value in settings.items():
            self.lake.connection.execute(f"SET {name} = {value}")
        try:
            yield
        finally:
            for name in settings:
                self.lake.connection.execute(f"RESET {name}")

    def _write_manifest(self, publication_id: str, serving: Iterable[Path], vector_version: int | None) -> None:
        paths = [*serving, *self._lake_files(self.lake.head())]
        if self.vectors is not None and vector_version is not None:
            paths += self.vectors.files(vector_version)
        self._replace_manifest(publication_id, [_entry(self.home.root, path) for path in paths])

    def _replace_manifest(self, publication_id: str, entries: Iterable[dict[str, object]]) -> None:
        manifest = {"publication_id": publication_id, "files": sorted(entries, key=lambda entry: str(entry["path"]))}
        replace_file(
            self.home.manifest_file(publication_id), json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        )

    def _lake_files(self, snapshot: int) -> list[Path]:
        if self.lake.place.data.startswith(("s3://", "gs://", "r2://")):
            return []
        return [Path(path) for path, _ in maintenance.files(self.lake, snapshot)]

    def _refresh_manifest(self, publication_id: str, snapshot: int) -> None:
        """Name the files that the lake's part of an earlier publication consists of since the lake was compacted.

        A file that is still needed keeps the digest that it was published with.
        """
        path = self.home.manifest_file(publication_id)
        if not path.is_file():
            return
        entries = {entry["path"]: entry for entry in json.loads(path.read_text(encoding="utf-8"))["files"]}
        needed = {_shown(self.home.root, file): file for file in self._lake_files(snapshot)}
        data = _shown(self.home.root, Path(self.lake.place.data)) + "/"
        stale = [shown for shown in entries if shown.startswith(data) and shown not in needed]
        fresh = [file for shown, file in needed.items() if shown not in entries]
        if stale or fresh:
            kept = [entry for shown, entry in entries.items() if shown not in stale]
            self._replace_manifest(publication_id, [*kept, *(_entry(self.home.root, file) for file in fresh)])

    def _left_over(self) -> list[Path]:
        """Serving folders and manifests of no kept publication: older ones, and those of a run that was killed."""
        kept = {row.publication_id for row in kept_publications(self.lake)}
        folders = [path for path in self.home.serving_folder.iterdir() if path.is_dir() and not path.is_symlink()]
        manifests = self.home.publication_folder.glob("p*.json")
        return [path for path in folders if path.name not in kept] + [
            path for path in manifests if path.stem not in kept
        ]

    def _retire(self) -> None:
        """Keep the last publications; of the others remove tags, snapshots, serving files and manifests."""
        rows = kept_publications(self.lake)
        if self.vectors is not None:
            named: dict[str, set[str]] = {}
            for row in rows:
                if row.vector_table is not None:
                    named.setdefault(row.vector_table, set()).add(row.publication_id)
            self.vectors.retag(named.get(self.vectors.name, set()))
            vector_tables.retire_others(self.home.vector_folder, self.vectors.name, named)
        fault_point("retire:untagged")
        maintenance.expire(self.lake, keep=[row.snapshot_id for row in rows])
        # Before the clean-up, which takes the files that compaction has replaced.
        for row in rows[1:]:
            self._refresh_manifest(row.publication_id, row.snapshot_id)
        fault_point("retire:expired")
        maintenance.clean(self.lake)
        fault_point("retire:cleaned")
        for path in self._left_over():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def newest_publication(lake: Lake) -> Publication | None:
    """The newest publication, or None before the first."""
    rows = lake.rows(f"FROM {CATALOG}.ops.publication ORDER BY published_at DESC, publication_id DESC LIMIT 1")
    return Publication(**rows[0]) if rows else None


def standing_publication(lake: Lake) -> Publication | None:
    """What consumers are to read: the newest publication, unless a person has gone back since it was made."""
    newest = newest_publication(lake)
    if newest is None or ("ops", "rollback") not in lake.tables():
        return newest
    rows = lake.rows(
        f"""SELECT p.* FROM {CATALOG}.ops.publication p JOIN {CATALOG}.ops.rollback r USING (publication_id)
            WHERE r.newest_id = $newest ORDER BY r.rollback_id DESC LIMIT 1""",
        {"newest": newest.publication_id},
    )
    return Publication(**rows[0]) if rows else newest


def kept_publications(lake: Lake) -> list[Publication]:
    """The publications that can be read, newest first: the last few, and what stands if it is older."""
    rows = lake.rows(
        f"FROM {CATALOG}.ops.publication ORDER BY published_at DESC, publication_id DESC LIMIT {KEEP_PUBLICATIONS}"
    )
    kept = [Publication(**row) for row in rows]
    standing = standing_publication(lake)
    return kept if standing is None or standing in kept else [*kept, standing]


def current_of(row: Publication) -> Current:
    """A publication as `CURRENT` names it."""
    index = None
    if row.embedder is not None and row.dimension is not None and row.analyser is not None:
        index = IndexModel(
            embedder=row.embedder,
            dimension=row.dimension,
            folder=row.model_folder or "",
            lane=row.model_lane,
            analyser=row.analyser,
        )
    return Current(
        publication_id=row.publication_id,
        snapshot_id=row.snapshot_id,
        vector_table=row.vector_table,
        vector_version=row.vector_version,
        serving_digest=row.serving_digest,
        index=index,
    )


def point_at(home: Home, row: Publication) -> Current:
    """Let consumers read a publication from now on; under the writer's lock."""
    current = current_of(row)
    replace_file(home.current_file, current.model_dump_json(indent=2).encode())
    fault_point("publish:current-written")
    link = home.serving_link.with_name(".current")
    link.unlink(missing_ok=True)
    link.symlink_to(row.publication_id)
    link.replace(home.serving_link)
    fault_point("publish:pointed")
    return current


def read_current(home: Home) -> Current:
    """What consumers read now.

    Raises:
        NothingPublished: no night has been published yet.
    """
    try:
        text = home.current_file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NothingPublished("아직 공개된 것이 없습니다. 먼저 `gotgan run`을 실행하십시오.") from None
    return Current.model_validate_json(text)


def verify_manifest(home: Home, publication_id: str) -> list[dict[str, Any]]:
    """Files of a publication that are missing or whose bytes have changed: [{path, problem}], empty if all is well."""
    manifest = json.loads(home.manifest_file(publication_id).read_text(encoding="utf-8"))
    problems = []
    for entry in manifest["files"]:
        path = home.root / entry["path"]
        if not path.is_file():
            problems.append({"path": entry["path"], "problem": "missing"})
        elif path.stat().st_size != entry["bytes"] or _sha256(path) != entry["sha256"]:
            problems.append({"path": entry["path"], "problem": "changed"})
    return problems


def _shown(root: Path, path: Path) -> str:
    """A path below the home as relative, so that a moved home still verifies."""
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _entry(root: Path, path: Path) -> dict[str, object]:
    return {"path": _shown(root, path), "bytes": path.stat().st_size, "sha256": _sha256(path)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
