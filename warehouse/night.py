"""A night: the one writer's session on a home, from the first walk to the publication and the report.

Assets call its methods in order; each is a step of the flow. It holds the writer's lock, opens the lake, and closes both
whatever happens, leaving a report of a failed night too.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from schemas import sql
from schemas.ports import Acknowledging, Source
from schemas.record import Record
from schemas.records import discover_records
from schemas.records.run import Run
from warehouse import (
    accounting,
    attachments,
    conversations,
    derived,
    marts,
    migration,
    outcomes,
    passages,
    review,
    scoped,
)
from warehouse.blobs import BlobStore, Sealer, make_home_key
from warehouse.clock import Clock
from warehouse.contents import ContentReader, ReadResult, collect_originals
from warehouse.faults import fault_point
from warehouse.figures import Figures
from warehouse.lake import CATALOG, Lake, LakePlace
from warehouse.layout import Home
from warehouse.ledger import Ledger, copy_decisions
from warehouse.lock import writer_lock
from warehouse.night_budget import BUDGET_KINDS, NightBudget
from warehouse.night_checks import NightChecks
from warehouse.night_drafts import DRAFT_KINDS, NightDrafts
from warehouse.night_ports import NightPorts
from warehouse.placements import Receiver, WalkResult
from warehouse.publication import Current, NothingPublished, Publisher, read_current
from warehouse.receipts import ReceiptClerk
from warehouse.report import (
    CheckReport,
    FileCounts,
    RunReport,
    SlowFile,
    StepReport,
    history,
    write_report,
)
from warehouse.reviews import Circumstances
from warehouse.steps import StepCount
from warehouse.timing import Timing
from warehouse.vectors import VectorTable, table_name

_PAST_NIGHTS = 30
# Kinds of questions that a later step than the reading settles.
_LATER_KINDS = frozenset({conversations.SAME_ROOM, *BUDGET_KINDS, *DRAFT_KINDS})


@dataclass
class Night(NightChecks, NightBudget, NightDrafts):
    """One run. Use `open_night`."""

    home: Home
    place: LakePlace
    ports: NightPorts
    clock: Clock
    lake: Lake
    run_id: str
    started_at: datetime
    walks: dict[str, WalkResult] = field(default_factory=dict)
    _sources: dict[str, Source] = field(default_factory=dict)
    reading: ReadResult = field(default_factory=ReadResult)
    n_embedded: int = 0
    published: Current | None = None
    is_new: bool = False
    failure: str | None = None
    """Why the night failed, in words that quote no document."""
    dagster_run_id: str | None = None
    report: RunReport | None = None
    """What `finish` wrote; None until then."""
    verdicts: list[CheckReport] = field(default_factory=list)
    _vectors: VectorTable | None = None
    _counts: outcomes.Counts | None = None
    _sandbox: str | None = None
    _past: list[RunReport] | None = None

    def __post_init__(self) -> None:
        """Time runs from here."""
        self._timing = Timing(self.ports.children_usage)

    @property
    def steps(self) -> list[StepReport]:
        """What the steps so far did and cost."""
        return self._timing.steps

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

    def take_decisions(self) -> StepCount:
        """Copy what people have decided into the lake, before any step asks for it."""
        with self.timed("ops/decision") as counts:
            ledger = Ledger(self.home)
            count = copy_decisions(self.lake, self.clock, ledger, self.run_id, self.ports.progress)
            counts.append(count)
        return count

    def receive(self, source: Source) -> WalkResult:
        """Walk one source and receive what is new."""
        receiver = Receiver(
            self.lake,
            self.clock,
            Sealer(self.home),
            self.ports.secret_name,
            self.ports.limit_bytes,
            self.ports.deletion,
            self.ports.shown_path,
        )
        with self.timed(f"raw/{source.name}") as counts:
            result = receiver.receive(source, self.run_id, self.ports.progress)
            counts.extend(result.steps)
        self.walks[source.name] = result
        self._sources[source.name] = source
        return result

    def read(self) -> ReadResult:
        """Read every content that has no reading yet, then settle the quarantine and the review queue."""
        reader = self.ports.reader()
        self._sandbox = getattr(reader, "level", None)
        content_reader = ContentReader(
            self.lake,
            self.clock,
            BlobStore(self.home),
            Sealer(self.home),
            reader,
            self.ports.fetch,
            self.ports.register.fingerprint,
        )
        with self.timed("core/reading") as counts:
            count, self.reading = content_reader.read(self.run_id, self.ports.progress)
            counts.append(count)
            counts.append(outcomes.settle_quarantine(self.lake, self.clock, self.run_id, self.ports.progress))
            counts.append(self.settle_reviews(lambda kind: kind not in _LATER_KINDS))
        return self.reading

    def converse(self) -> StepCount:
        """Merge what exports of messengers show, and settle who may read it."""
        register, progress = self.ports.register, self.ports.progress
        with self.timed("core/conversation") as counts:
            counts += scoped.settle_scopes(self.lake, self.clock, register, self.run_id, progress)
            count = conversations.merge_conversations(self.lake, self.clock, self.run_id, progress)
            counts.append(count)
        return count

    def link_attachments(self) -> StepCount:
        """Link attachments to the files that they are, and ask about rooms that may be the same one."""
        with self.timed("core/message") as counts:
            count = attachments.link_attachments(self.lake, self.clock, self.run_id, self.ports.progress)
            counts.append(count)
            counts.append(self.settle_reviews(lambda kind: kind == conversations.SAME_ROOM))
        return count

    def settle_reviews(self, kinds: Callable[[str], bool]) -> StepCount:
        """Make the review queue what there is to decide now, as far as the kinds go that a step settles."""
        keeping = frozenset(name for name, source in self._sources.items() if source.keeps_missing)
        circumstances = Circumstances(self.ports.deletion, keeping)
        return review.settle_reviews(self.lake, self.clock, circumstances, self.run_id, self.ports.progress, kinds)

    def give_receipts(self) -> StepCount:
        """Tell the people who handed files over what became of them."""
        inboxes = {
            name: source
            for name, source in self._sources.items()
            if isinstance(source, Acknowledging) and self.walks[name].state != "unreachable"
        }
        clerk = ReceiptClerk(self.lake, self.clock, Sealer(self.home), inboxes)
        with self.timed("raw/receipt") as counts:
            count, refused = clerk.issue(self.run_id, self.ports.progress)
            counts.append(count)
        for name, n_folders in refused.items():
            self.walks[name].detail = f"접수증을 쓰지 못한 폴더 {n_folders}곳"
        return count

    def chunk(self, *, anew: bool = False) -> StepCount:
        """Cut every text that has not been cut yet; with `anew` every text."""
        with self.timed("index/chunk") as counts:
            count = passages.chunk_texts(self.lake, self.clock, self.run_id, self.ports.progress, anew=anew)
            counts.append(count)
        return count

    def embed(self) -> passages.IndexResult:
        """Bring the vector store to what the lake says, and its indices up to date."""
        with self.timed("index/passage") as counts:
            store = self.vectors
            indexer = passages.PassageIndexer(self.lake, self.clock, store, self.ports.embedder, self.ports.analyse)
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
        with self.timed(f"mart/{mart.name}") as counts:
            if self.is_settled:
                return StepCount(f"mart/{mart.name}")
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
        # No step, no change; and checks, pictures, the run's row and its report all ask.
        if self._counts is None:
            self._counts = self._count()
        return self._counts

    def _count(self) -> outcomes.Counts:
        received = {placement_id for walk in self.walks.values() for placement_id in walk.received}
        away = {name for name, walk in self.walks.items() if walk.state == "unreachable"}
        return outcomes.count_outcomes(self.lake, self.started_at, received, away)

    def has_news(self) -> bool:
        """Whether this run committed anything, or a killed one left something that is not public."""
        return any(step.added or step.removed for step in self.steps) or not self._publisher().is_public()

    @property
    def is_settled(self) -> bool:
        """Whether nothing was committed since the last publication, so that what is derived from the lake's rows stands."""
        return not self.has_news()

    @property
    def figures(self) -> Figures:
        """Counts over what is held."""
        return Figures(self.lake)

    @property
    def past(self) -> list[RunReport]:
        """The reports of the nights before this one, oldest first."""
        if self._past is None:
            self._past = history(self.home, _PAST_NIGHTS).reports
        return self._past

    @property
    def slowest(self) -> list[SlowFile]:
        """The files whose reading took longest in this run, longest first."""
        return self.figures.slow_files(self.reading.seconds)

    def publish(self) -> tuple[Current, bool]:
        """Make the night visible, if it has anything new; the run's own rows go into the same commit."""
        if self.failure:
            raise RuntimeError(f"검사를 통과하지 못해 공개하지 않습니다: {self.failure}")
        self.give_receipts()
        with self.timed("publish"):
            self.published, self.is_new = self._publisher().publish(
                self.run_id, lambda publication_id: lambda: self._insert_run("published", publication_id)
            )
            # Also without news: a run that was killed after its publication has not come to this.
            collect_originals(self.lake, BlobStore(self.home))
        return self.published, self.is_new

    def _publisher(self) -> Publisher:
        fingerprint = f"{self.ports.model_fingerprint()}/{self.ports.analyser_fingerprint()}/{derived.fingerprint()}"
        return Publisher(
            self.lake, self.home, self.clock, self.vectors, fingerprint, self.ports.audiences, self.ports.index_model()
        )

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
        self.report = report
        return report

    def _insert_run(self, outcome: str, publication_id: str | None) -> None:
        counts = self.counts()
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
            cpu_seconds=self._timing.cpu_seconds,
            peak_mb=self._timing.peak_mb,
        )
        accounting.insert_run(self.lake, run, self.walks.values(), self.clock.now())

    def _report(self, outcome: str, publication_id: str | None) -> RunReport:
        counts = self.counts()
        own = RunReport(
            run_id=self.run_id,
            outcome=outcome,
            publication=publication_id,
            started_at=self.started_at.isoformat(),
            ended_at=self.clock.now().isoformat(),
            seconds=self._timing.seconds,
            cpu_seconds=self._timing.cpu_seconds,
            peak_mb=self._timing.peak_mb,
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
            sources=[],
            steps=self.steps,
            quarantine=[],
            sandbox=self._sandbox,
            failure=self.failure,
            slowest=self.slowest,
            checks=self.verdicts,
            dagster_run_id=self.dagster_run_id,
        )
        accounts = accounting.Accounts(self.lake, self.home, self.clock, self.started_at)
        last = self.past[-1] if self.past else None
        return accounting.completed(own, accounts, self.walks.values(), last)

    @contextmanager
    def timed(self, name: str) -> Iterator[list[StepCount]]:
        """Account for a step: its time, its counts, and why it failed."""
        fault_point(f"{name}:begin")
        try:
            with self._timing.step(name) as counts:
                yield counts
        except BaseException as failure:
            # Never the message of an exception from a reader or a driver: it may quote a document.
            self.failure = f"{name}: {type(failure).__name__}"
            raise
        finally:
            self._counts = None


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
            night.take_decisions()
            yield night
        except BaseException as failure:
            night.failure = night.failure or type(failure).__name__
            raise
        finally:
            night.finish()
