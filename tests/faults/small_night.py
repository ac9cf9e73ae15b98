"""A night over text files, with a stand-in for the reader and without vectors, on a real lake.

`tests/warehouse/conftest.py` loads this file by its path; `test_kill_points.py` runs it as a script, which imports the
store once and then forks a process for every night that is to be killed.
"""

import hashlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from connectors.sources.folder import FolderSource
from connectors.sources.inbox import InboxSource
from schemas.access import Access
from schemas.elements import Element, ElementKind, Reading
from schemas.identity import digest_bytes
from schemas.masking import mask_identifiers
from schemas.outcome import Failed, Outcome
from schemas.ports import Acknowledging, ReadRequest, Source
from schemas.provenance import Locator
from schemas.records import discover_records
from schemas.records.run import Run
from warehouse import engine, faults, maintenance, marts, migration, outcomes
from warehouse.accounting import insert_run
from warehouse.blobs import BlobStore, Sealer, make_home_key
from warehouse.clock import Clock
from warehouse.contents import ContentReader, ReadResult, collect_originals
from warehouse.lake import Lake, digest, local_place
from warehouse.layout import Home
from warehouse.ledger import Ledger, copy_decisions
from warehouse.lock import writer_lock
from warehouse.placements import DeletionRule, Receiver, WalkResult
from warehouse.publication import Current, Publisher, read_current, verify_manifest
from warehouse.receipts import ReceiptClerk
from warehouse.review import queue, settle_reviews
from warehouse.reviews import Circumstances
from warehouse.serving import Audience, audiences

LIMIT_BYTES = 1 << 20
AT_ONCE = DeletionRule(grace=timedelta(0))
EVERYONE = Access(allow=("group:all",))


def silent(step: str, done: int, total: int) -> None:
    """Nobody watches."""


def secret_name(path: str) -> str | None:
    """A name that holds the word is marked."""
    return "대외비" if "대외비" in path else None


@dataclass
class TextReader:
    """Reads `.txt` into a paragraph a line and `.box`, a JSON object of path to text, into members; all else is refused."""

    fingerprint: str = "stand-in-1"
    read_names: list[str] = field(default_factory=list)

    def read(self, requests: Iterable[ReadRequest]) -> Iterator[tuple[str, list[Reading]]]:
        """Yield each request's readings, its own first."""
        for request in requests:
            self.read_names.append(request.name)
            try:
                content = request.load()
                yield (
                    request.content_id,
                    self._read(content, request.name, request.content_id, is_released=request.is_released),
                )
            except Failed as failure:
                yield request.content_id, [_refused(request.content_id, request.name, 0, failure.reason)]

    def _read(self, content: bytes, name: str, content_id: str, *, is_released: bool = False) -> list[Reading]:
        if name.endswith(".box"):
            inner = [
                reading.model_copy(update={"container_id": content_id, "member_path": mask_identifiers(path)[0]})
                for path, text in json.loads(content).items()
                for reading in self._read(text.encode(), path, digest_bytes(text.encode()), is_released=is_released)[:1]
            ]
            own = Reading(
                content_id=content_id,
                name=name,
                size_bytes=len(content),
                outcome=Outcome.KEPT,
                format="box",
                reader="-",
            )
            return [own, *inner]
        if not name.endswith(".txt"):
            return [_refused(content_id, name, len(content), "unsupported_format")]
        lines = content.decode("utf-8").splitlines()
        if not is_released and any("대외비" in line for line in lines):
            return [_refused(content_id, name, len(content), "secrecy_mark")]
        if not lines:
            return [_refused(content_id, name, len(content), "no_text")]
        masked = [mask_identifiers(line) for line in lines]
        elements = [
            Element(kind=ElementKind.NARRATIVE_TEXT, text=text, locator=Locator(paragraph=number))
            for number, (text, _) in enumerate(masked, 1)
        ]
        return [
            Reading(
                content_id=content_id,
                name=name,
                size_bytes=len(content),
                outcome=Outcome.KEPT,
                format="text",
                reader="-",
                n_masked=sum(count for _, count in masked),
                elements=elements,
            )
        ]


def _refused(content_id: str, name: str, size: int, reason: str) -> Reading:
    return Reading(content_id=content_id, name=name, size_bytes=size, outcome=Outcome.QUARANTINED, reason=reason)


@dataclass
class SmallNight:
    """The store's steps in the order in which a night takes them; every part can be called by itself."""

    home: Home
    sources: list[Source]
    clock: Clock = field(default_factory=Clock)
    rule: DeletionRule = AT_ONCE
    reader: TextReader = field(default_factory=TextReader)
    audiences: list[Audience] = field(default_factory=lambda: audiences({}))
    vectors: Any = None
    lake: Lake | None = None
    walks: dict[str, WalkResult] = field(default_factory=dict)
    reading: ReadResult = field(default_factory=ReadResult)

    def run(self) -> tuple[Current, bool]:
        """One night, from the lock to the publication."""
        self.home.make_folders()
        with writer_lock(self.home.lock_file):
            make_home_key(self.home)
            with Lake.open(local_place(self.home.catalog_file, self.home.data_folder)) as lake:
                migration.migrate(lake, discover_records().values())
                return self.run_on(lake)

    def run_on(self, lake: Lake) -> tuple[Current, bool]:
        """One night on a lake that is open."""
        self.lake = lake
        run_id, started = self.clock.new_id(), self.clock.now()
        copy_decisions(lake, self.clock, Ledger(self.home), run_id, silent)
        for source in self.sources:
            self.receive(source, run_id)
        self.read(run_id)
        for mart in marts.discover_marts().values():
            marts.build_mart(lake, self.clock, mart, run_id, silent)
        received = {placement for walk in self.walks.values() for placement in walk.received}
        away = {name for name, walk in self.walks.items() if walk.state == "unreachable"}
        counts = outcomes.count_outcomes(lake, started, received, away)
        if not counts.add_up:
            raise AssertionError(f"{counts} do not add up")
        self.give_receipts(run_id)
        publisher = Publisher(lake, self.home, self.clock, self.vectors, "no index", self.audiences)
        current, is_new = publisher.publish(
            run_id, lambda publication: lambda: self._note(run_id, started, publication)
        )
        collect_originals(lake, BlobStore(self.home))
        return current, is_new

    def receive(self, source: Source, run_id: str = "run") -> WalkResult:
        """Receive one source."""
        assert self.lake is not None
        receiver = Receiver(self.lake, self.clock, Sealer(self.home), secret_name, LIMIT_BYTES, self.rule)
        self.walks[source.name] = receiver.receive(source, run_id, silent)
        return self.walks[source.name]

    def read(self, run_id: str = "run") -> ReadResult:
        """Read what has not been read and settle the quarantine."""
        assert self.lake is not None
        by_name = {source.name: source for source in self.sources}
        reader = ContentReader(
            self.lake,
            self.clock,
            BlobStore(self.home),
            Sealer(self.home),
            self.reader,
            lambda name, raw_path: by_name[name].fetch(raw_path, LIMIT_BYTES),
        )
        _, self.reading = reader.read(run_id, silent)
        outcomes.settle_quarantine(self.lake, self.clock, run_id, silent)
        keeping = frozenset(source.name for source in self.sources if source.keeps_missing)
        settle_reviews(self.lake, self.clock, Circumstances(self.rule, keeping), run_id, silent)
        return self.reading

    def give_receipts(self, run_id: str = "run") -> dict[str, int]:
        """Tell the people of the inboxes; returns how many folders of each could not be written to."""
        assert self.lake is not None
        inboxes = {source.name: source for source in self.sources if isinstance(source, Acknowledging)}
        _, refused = ReceiptClerk(self.lake, self.clock, Sealer(self.home), inboxes).issue(run_id, silent)
        return refused

    def _note(self, run_id: str, started: Any, publication_id: str) -> None:
        assert self.lake is not None
        zeros = dict.fromkeys(
            ("n_seen", "n_kept", "n_unchanged", "n_skipped", "n_quarantined", "n_parsed", "n_embedded"), 0
        )
        row = Run(
            run_id=run_id,
            started_at=started,
            ended_at=self.clock.now(),
            outcome="published",
            publication_id=publication_id,
            cpu_seconds=0.0,
            peak_mb=0.0,
            **zeros,
        )
        insert_run(self.lake, row, self.walks.values(), self.clock.now())


def state(home: Home) -> dict[str, Any]:
    """What an interrupted and an uninterrupted home must agree on: stable columns of every table, originals, what is public."""
    current = read_current(home)
    with Lake.open(local_place(home.catalog_file, home.data_folder)) as lake:
        tables = digest(lake, discover_records().values())
        disk = {str(path) for path in home.data_folder.rglob("*.parquet")}
        needed = {path for snapshot in lake.snapshots() for path, _ in maintenance.files(lake, snapshot)}
    return {
        "tables": {name: list(found) for name, found in tables.items()},
        "originals": sorted(BlobStore(home).held()),
        "public": look(home),
        "orphans": len(disk - needed),
        "damaged": verify_manifest(home, current.publication_id),
        "link": home.serving_link.readlink() == Path(current.publication_id),
        "serving_folders": len([path for path in home.serving_folder.iterdir() if not path.is_symlink()]),
    }


def look(home: Home) -> dict[str, list[Any]] | None:
    """What a consumer of the current publication sees, in the lake and in the analysts' file; None before the first."""
    if not home.current_file.exists():
        return None
    current = read_current(home)
    place = local_place(home.catalog_file, home.data_folder)
    with Lake.open(place, snapshot=current.snapshot_id) as lake:
        seen = {name: list(found) for name, found in digest(lake, discover_records().values()).items()}
    with duckdb.connect(str(home.serving_file(current.publication_id)), read_only=True) as served:
        for schema, table in served.execute(
            "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL"
        ).fetchall():
            volatile = discover_records()[f"{schema}.{table}"]
            columns = {name for name, *_ in served.execute(f"DESCRIBE {schema}.{table}").fetchall()}
            stable = ", ".join(f'"{name}"' for name in volatile.stable_columns() if name in columns)
            rows = served.execute(f"SELECT {stable} FROM {schema}.{table}").fetchall()
            lines = "\n".join(sorted(repr(row) for row in rows))
            seen[f"served {schema}.{table}"] = [len(rows), hashlib.sha256(lines.encode()).hexdigest()]
    return seen


def night_of(home: Path, share: Path) -> SmallNight:
    """The night over one folder, and over an inbox if one lies beside it."""
    inbox = share.with_name("inbox")
    sources: list[Source] = [FolderSource("share", share, EVERYONE)]
    if inbox.is_dir():
        sources.append(InboxSource("inbox", inbox, Access()))
    return SmallNight(Home(home), sources)


def decide(home: Home, answer: str) -> int:
    """Give the same answer to every open question that takes it; returns to how many."""
    place = local_place(home.catalog_file, home.data_folder)
    asked = [item.asked for item in queue(home, place) if item.is_open and answer in item.asked.answers]
    for one in asked:
        Ledger(home).decide(one, answer, decided_by="시험", note=None, now=one.asked_at)
    return len(asked)


def in_child(work: Callable[[], Any]) -> tuple[int, Any]:
    """Run `work` in a forked process; returns (signal that killed it or 0, what it returned).

    The caller must not have opened a lake: its threads would not be in the child.
    """
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        status = 1
        try:
            with os.fdopen(writable, "w", encoding="utf-8") as answer:
                json.dump(work(), answer)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writable)
    with os.fdopen(readable, encoding="utf-8") as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status), None
    if status:
        raise RuntimeError(f"a night failed with status {os.waitstatus_to_exitcode(status)}")
    return 0, json.loads(text)


def use_one_thread(replace: Callable[[Any, str, Any], None] = setattr) -> None:
    """Let every connection run on one thread: on a handful of rows more only wait for each other; `replace` may take it back."""
    connect = engine.connect

    def connect_with_one_thread(*arguments: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*arguments, **options)
        connection.execute("SET threads = 1")
        return connection

    replace(engine, "connect", connect_with_one_thread)


def main() -> None:
    """Do the jobs on standard input, one JSON object a line, and answer each with a line.

    A job says what to `do` (`make` an empty home, `run` a night, `look` as a consumer, tell the `state`) and names `home`
    and `share`; a night can be given `kill_at` and `points`, a file for the list of points passed.
    """
    use_one_thread()
    for line in sys.stdin:
        job = json.loads(line)
        home, share = Path(job["home"]), Path(job["share"])

        def run(job: dict[str, Any] = job, home: Path = home, share: Path = share) -> Any:
            if job["do"] == "make":
                Home(home).make_folders()
                return make_home_key(Home(home))
            if job["do"] == "look":
                return look(Home(home))
            if job["do"] == "decide":
                return decide(Home(home), job["answer"])
            if job["do"] == "state":
                return state(Home(home))
            faults.arm(job.get("kill_at"), Path(job["points"]) if job.get("points") else None)
            _, is_new = night_of(home, share).run()
            return {"is_new": is_new}

        killed_by, answer = in_child(run)
        print(json.dumps({"killed": killed_by == signal.SIGKILL, "answer": answer}), flush=True)


if __name__ == "__main__":
    main()
