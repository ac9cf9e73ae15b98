"""A night: the one writer's session on a home, from the first walk to the publication and the report.

Assets call its methods in order; each is a step of the flow. It holds the writer's lock, opens the lake, and closes both
whatever happens, leaving a report of a failed night too.
"""

import contextlib
import resource
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from schemas import sql
from schemas.arrow import to_table
from schemas.ports import Embedder, Progress, Reader, Source
from schemas.record import Record
from schemas.records import discover_records
from schemas.records.run import Run
from schemas.records.walk import WalkRecord
from warehouse import checks, marts, migration, outcomes, passages
from warehouse.blobs import BlobStore, Sealer, make_home_key
from warehouse.clock import Clock
from warehouse.contents import ContentReader, ReadResult, collect_originals
from warehouse.faults import fault_point
from warehouse.lake import CATALOG, Lake, LakePlace
from warehouse.layout import Home
from warehouse.lock import writer_lock
from warehouse.placements import DeletionRule, Receiver, WalkResult
from warehouse.publication import Current, NothingPublished, Publisher, read_current
from warehouse.report import FileCounts, RunReport, SourceReport, StepReport, write_report
from warehouse.serving import Audience
from warehouse.steps import StepCount
from warehouse.vectors import VectorTable, table_name


@dataclass(frozen=True)
class NightPorts:
    """What a night is given from outside the warehouse, and what the settings say."""

    reader: Callable[[], Reader]
    """Starts the sandboxed workers at first use."""
    embedder: Callable[[], Embedder]
    """Loads the model at first use."""
    model_fingerprint: Callable[[], str]
    """The model's fingerprint and dimension are known without loading it."""
    dimension: Callable[[], int]
    analyse: Callable[[Sequence[str]], list[str]]
    analyser_fingerprint: Callable[[], str]
    secret_name: Callable[[str], str | None]
    fetch: Callable[[str, str], bytes]
    audiences: list[Audience]
    limit_bytes: int
    deletion: DeletionRule
    progress: Progress
    children_usage: Callable[[], tuple[float, float]]
    """CPU seconds and peak MB of workers that are not this process's reaped children."""


@dataclass
class Night:
    """One run. Use `open_night`."""

    home: Home
    place: LakePlace
    ports: NightPorts
    clock: Clock
    lake: Lake
    run_id: str
    started_at: datetime
    walks: dict[str, WalkResult] = field(default_factory=dict)
    reading: ReadResult = field(default_factory=ReadResult)
    n_embedded: int = 0
    steps: list[StepReport] = field(default_factory=list)
    published: Current | None = None
    is_new: bool = False
    failure: str | None = None
    """Why the night failed, in words that quote no document."""
    _vectors: VectorTable | None = None
    _sandbox: str | None = None
    _began: float = field(default_factory=time.monotonic)
    _cpu_before: float = field(default_factory=lambda: _cpu_seconds())

    @property
    def vectors(self) -> VectorTable:
        """The table of the configured model and analyser, made if it is not there."""
        if self._vectors is None:
            model, analyser = self.ports.model_fingerprint(), self.ports.analyser_fingerprint()
            self._vectors = VectorTable(
                self.home.vector_folder,
                table_name(model, analyser),
                self.ports.dimension(),
                embedder=model,
                analyser=analyser,
            )
        return self._vectors

    def receive(self, source: Source) -> WalkResult:
        """Walk one source and receive what is new."""
        receiver = Receiver(
            self.lake,
            self.clock,
            Sealer(self.home),
            self.ports.secret_name,
            self.ports.limit_bytes,
            self.ports.deletion,
        )
        with self._timed(f"raw/{source.name}") as counts:
            result = receiver.receive(source, self.run_id, self.ports.progress)
            counts.extend(result.steps)
        self.walks[source.name] = result
        return result

    def read(self) -> ReadResult:
        """Read every content that has no reading yet, then settle the quarantine."""
        reader = self.ports.reader()
        self._sandbox = getattr(reader, "level", None)
        content_reader = ContentReader(
            self.lake, self.clock, BlobStore(self.home), Sealer(self.home), reader, self.ports.fetch
        )
        with self._timed("core/reading") as counts:
            count, self.reading = content_reader.read(self.run_id, self.ports.progress)
            counts.append(count)
            counts.append(outcomes.settle_quarantine(self.lake, self.clock, self.run_id, self.ports.progress))
        return self.reading

    def chunk(self) -> StepCount:
        """Cut every text that has not been cut yet."""
        with self._timed("index/chunk") as counts:
            count = passages.chunk_texts(self.lake, self.clock, self.run_id, self.ports.progress)
            counts.append(count)
        return count

    def embed(self) -> passages.IndexResult:
        """Bring the vector store to what the lake says, and its indices up to date."""
        indexer = passages.PassageIndexer(self.lake, self.clock, self.vectors, self.ports.embedder, self.ports.analyse)
        with self._timed("index/passage") as counts:
            result = indexer.index(self.run_id, self.ports.progress)
            counts.extend(result.steps)
            fault_point("index:before-optimise")
            self.vectors.index()
            if any(step.changed for step in result.steps):
                self.vectors.optimise()
        self.n_embedded = result.n_embedded
        return result

    def build(self, mart: marts.Mart) -> StepCount:
        """Bring one mart up to date."""
        with self._timed(f"mart/{mart.name}") as counts:
            count = marts.build_mart(self.lake, self.clock, mart, self.run_id, self.ports.progress)
            counts.append(count)
        return count

    def count_rows(self, record: type[Record]) -> int:
        """Rows of a table at the head."""
        return int(self.lake.value(f"SELECT count(*) FROM {sql.table(record, CATALOG)}"))

    def count_files(self) -> int:
        """Files on the sources, whatever came of them."""
        return self.counts().seen

    def counts(self) -> outcomes.Counts:
        """The ends of the files that this run saw."""
        received = {placement_id for walk in self.walks.values() for placement_id in walk.received}
        away = {name for name, walk in self.walks.items() if walk.state == "unreachable"}
        return outcomes.count_outcomes(self.lake, self.started_at, received, away)

    def has_news(self) -> bool:
        """Whether this run committed anything, or a killed one left something that is not public."""
        return any(step.added or step.removed for step in self.steps) or not self._publisher().is_public()

    def check_counts(self) -> checks.CheckResult:
        """Nothing lost."""
        return self._checked(checks.check_counts(self.lake, self.counts()))

    def check_unmasked(self) -> checks.CheckResult:
        """No unmasked identifier; what is public already was looked through before it became so."""
        if not self.has_news():
            return checks.CheckResult(True, "지난 공개 뒤 바뀐 것이 없습니다.")
        return self._checked(checks.check_unmasked(self.lake, self.vectors))

    def check_agreement(self) -> checks.CheckResult:
        """Lake and vectors agree."""
        return self._checked(checks.check_agreement(self.lake, self.vectors))

    def _checked(self, result: checks.CheckResult) -> checks.CheckResult:
        if not result.passed:
            self.failure = result.description
        return result

    def publish(self) -> tuple[Current, bool]:
        """Make the night visible, if it has anything new; the run's own rows go into the same commit."""
        if self.failure:
            raise RuntimeError(f"검사를 통과하지 못해 공개하지 않습니다: {self.failure}")
        with self._timed("publish"):
            self.published, self.is_new = self._publisher().publish(
                self.run_id, lambda publication_id: lambda: self._insert_run("published", publication_id)
            )
            # Also without news: a run that was killed after its publication has not come to this.
            collect_originals(self.lake, BlobStore(self.home))
        return self.published, self.is_new

    def _publisher(self) -> Publisher:
        fingerprint = f"{self.ports.model_fingerprint()}/{self.ports.analyser_fingerprint()}"
        return Publisher(self.lake, self.home, self.clock, self.vectors, fingerprint, self.ports.audiences)

    def finish(self) -> RunReport:
        """Write the report, and the run's row unless the publication already brought it."""
        if self.failure is not None:
            outcome = "failed"
        elif self.published is None:
            outcome = "partial"
        else:
            outcome = "published" if self.is_new else "unchanged"
        publication_id = self.published.publication_id if self.published else _current_id(self.home)
        if not self.is_new:
            self.lake.commit(lambda _: self._insert_run(outcome, publication_id))
        report = self._report(outcome, publication_id)
        write_report(self.home, report)
        return report

    def _insert_run(self, outcome: str, publication_id: str | None) -> None:
        counts = self.counts()
        cpu, peak = self._usage()
        run = Run(
            run_id=self.run_id,
            started_at=self.started_at,
            ended_at=self.clock.now(),
            outcome=outcome,
            publication_id=publication_id,
            n_seen=counts.seen,
            n_kept=counts.kept,
            n_unchanged=counts.unchanged,
            n_skipped=counts.skipped,
            n_quarantined=counts.quarantined,
            n_parsed=self.reading.n_parsed,
            n_embedded=self.n_embedded,
            cpu_seconds=cpu,
            peak_mb=peak,
        )
        self.lake.insert(Run, to_table(Run, [run]))
        self.lake.insert(WalkRecord, to_table(WalkRecord, [self._walk_row(walk) for walk in self.walks.values()]))

    def _walk_row(self, walk: WalkResult) -> WalkRecord:
        return WalkRecord(
            run_id=self.run_id,
            source_name=walk.source_name,
            state=walk.state,
            detail=walk.detail,
            n_seen=walk.n_seen,
            n_new=walk.n_new,
            n_changed=walk.n_changed,
            n_moved=walk.n_moved,
            n_missing=walk.n_missing,
            n_deleted=walk.n_deleted,
            walked_at=self.clock.now(),
        )

    def _report(self, outcome: str, publication_id: str | None) -> RunReport:
        counts = self.counts()
        cpu, peak = self._usage()
        ended = self.clock.now()
        return RunReport(
            run_id=self.run_id,
            outcome=outcome,
            publication=publication_id,
            started_at=self.started_at.isoformat(),
            ended_at=ended.isoformat(),
            seconds=round(time.monotonic() - self._began, 2),
            cpu_seconds=cpu,
            peak_mb=peak,
            counts=FileCounts(
                seen=counts.seen,
                kept=counts.kept,
                unchanged=counts.unchanged,
                skipped=counts.skipped,
                quarantined=counts.quarantined,
            ),
            members=counts.members,
            parsed=self.reading.n_parsed,
            embedded=self.n_embedded,
            passages=self._vectors.count() if self._vectors else 0,
            sources=[
                SourceReport(
                    name=walk.source_name,
                    state=walk.state,
                    detail=walk.detail,
                    seen=walk.n_seen,
                    new=walk.n_new,
                    changed=walk.n_changed,
                    moved=walk.n_moved,
                    missing=walk.n_missing,
                    deleted=walk.n_deleted,
                )
                for walk in self.walks.values()
            ],
            steps=self.steps,
            quarantine=outcomes.quarantine_by_reason(self.lake),
            sandbox=self._sandbox,
            failure=self.failure,
        )

    @contextmanager
    def _timed(self, name: str) -> Iterator[list[StepCount]]:
        began = time.monotonic()
        counts: list[StepCount] = []
        fault_point(f"{name}:begin")
        try:
            yield counts
        except BaseException as failure:
            # Never the message of an exception from a reader or a driver: it may quote a document.
            self.failure = f"{name}: {type(failure).__name__}"
            raise
        self.steps.append(
            StepReport(
                name=name,
                added=sum(count.n_added for count in counts),
                removed=sum(count.n_removed for count in counts),
                seconds=round(time.monotonic() - began, 2),
            )
        )

    def _usage(self) -> tuple[float, float]:
        cpu, peak = self.ports.children_usage()
        own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return round(_cpu_seconds() - self._cpu_before + cpu, 2), round(max(own_peak, peak), 1)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _current_id(home: Home) -> str | None:
    try:
        return read_current(home).publication_id
    except NothingPublished:
        return None


@contextmanager
def open_night(home: Home, place: LakePlace, ports: NightPorts, clock: Clock | None = None) -> Iterator[Night]:
    """Open a home for one run: take the lock, clear what a killed run left in staging, bring the tables up to date.

    Raises:
        warehouse.lock.WriterBusy: another run is in progress.
    """
    clock = clock or Clock()
    home.make_folders()
    with contextlib.ExitStack() as stack:
        stack.enter_context(writer_lock(home.lock_file))
        shutil.rmtree(home.staging_folder, ignore_errors=True)
        home.staging_folder.mkdir(parents=True)
        make_home_key(home)
        lake = stack.enter_context(Lake.open(place))
        migration.migrate(lake, discover_records().values())
        night = Night(home, place, ports, clock, lake, clock.new_id(), clock.now())
        try:
            yield night
        except BaseException as failure:
            night.failure = night.failure or type(failure).__name__
            raise
        finally:
            night.finish()
