"""What came: compare a walk with the placements that are known, read what is new, and never take an outage for a deletion.

A file counts as gone only if its source was listed whole, no brake holds, and it was missing in a complete walk some hours
before as well. A file that turned up elsewhere with the same bytes has moved, and its old place goes at once; in a walk that
was not complete nothing counts as moved, since the old place may be where nobody could look.
"""

import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from schemas.access import Access
from schemas.arrow import to_table
from schemas.identity import digest_bytes, make_id
from schemas.masking import mask_identifiers
from schemas.outcome import QUARANTINE_REASONS, Failed
from schemas.ports import Progress, Sighting, Source, Walk
from schemas.records.access import AccessRecord, access_record
from schemas.records.placement import EarlierContent, Placement
from warehouse.blobs import Sealer
from warehouse.clock import Clock
from warehouse.faults import fault_point
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE, RELEASE
from warehouse.steps import BatchMark, LakeSink, Produced, Step, StepCount, run_step

_TRANSIENT = tuple(code for code, reason in QUARANTINE_REASONS.items() if reason.is_transient)
_ROWS_A_TIME = 256
_INT64 = 2**63 - 1
_MOST_EARLIER = 100
_SEEN = pa.schema(
    [
        ("placement_id", pa.string()),
        ("raw_path", pa.binary()),
        ("path", pa.string()),
        ("mark", pa.string()),
        ("size_bytes", pa.int64()),
        ("modified_ns", pa.int64()),
        ("changed_ns", pa.int64()),
        ("inode", pa.int64()),
        ("access_id", pa.string()),
        ("skip_rule", pa.string()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class DeletionRule:
    """When a missing file counts as gone. `accept` lets a deletion above the brake through, by a person's word."""

    grace: timedelta = timedelta(hours=20)
    brake_share: float = 0.2
    brake_files: int = 20
    accept: bool = False

    def brake(self, n_known: int) -> int:
        """How many of a source's known files may vanish at once without a person's word."""
        return max(self.brake_files, int(n_known * self.brake_share))


@dataclass(frozen=True)
class DeletionAnswers:
    """What people have answered about held deletions: by source the answer, and up to when a file was missing for it."""

    by_source: dict[str, tuple[str, datetime]]

    def answer(self, source_name: str, missing_since: datetime | None) -> str | None:
        """`accept` or `reject` if the answer in force is about a file that has been missing since then."""
        answer, until = self.by_source.get(source_name, (None, None))
        is_covered = until is not None and missing_since is not None and missing_since <= until
        return answer if is_covered else None


def deletion_answers(lake: Lake) -> DeletionAnswers:
    """The answers in force, as the run's first step has copied them into the lake."""
    rows = lake.rows(f"SELECT subject, answer, asked_at FROM ({IN_FORCE}) WHERE kind = 'held_deletion'")
    return DeletionAnswers({row["subject"]: (row["answer"], row["asked_at"]) for row in rows})


@dataclass
class WalkResult:
    """What one walk of one source saw and did."""

    source_name: str
    kind: str | None = None
    state: str = "complete"
    detail: str | None = None
    n_seen: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_moved: int = 0
    n_missing: int = 0
    n_deleted: int = 0
    received: set[str] = field(default_factory=set)
    steps: list[StepCount] = field(default_factory=list)


@dataclass(frozen=True)
class Receiver:
    """Receives one source into `raw.placement` and `raw.access`."""

    lake: Lake
    clock: Clock
    sealer: Sealer
    secret_name: Callable[[str], str | None]
    limit_bytes: int
    rule: DeletionRule
    shown_path: Callable[[str], str] = str
    """A path for people without the names of rooms that are nobody's business."""

    def receive(self, source: Source, run_id: str, progress: Progress) -> WalkResult:
        """Walk the source, read what is new or changed, mark and remove what is gone."""
        seen, accesses, walk = self._listing(source)
        result = WalkResult(source.name, source.kind, walk.state, self._words(walk.unlisted), seen.num_rows)
        if walk.state == "unreachable":
            return result
        with self.lake.registered(seen=seen):
            gone = self._gone(source.name)
            # What was handed over stays, whoever drops the same bytes again.
            movable = gone if walk.state == "complete" and not source.keeps_missing else gone.slice(0, 0)
            result.steps.append(run_step(self._placement_step(source, movable, result), run_id, progress))
            self._count_moves(source.name, gone, result)
            if walk.state == "complete":
                self._settle_missing(source, run_id, result)
        result.steps.append(run_step(self._access_step(accesses), run_id, progress))
        return result

    def _listing(self, source: Source) -> tuple[pa.Table, dict[str, Access], Walk]:
        rows: list[dict[str, object]] = []
        accesses: dict[str, Access] = {}
        walk = Walk(state="unreachable")
        for item in source.walk():
            if isinstance(item, Walk):
                walk = item
                continue
            accesses.setdefault(item.access.access_id, item.access)
            rows.append(self._seen_row(source.name, item))
        return pa.Table.from_pylist(rows, schema=_SEEN), accesses, walk

    def _seen_row(self, source_name: str, item: Sighting) -> dict[str, object]:
        path = self.shown_path(display_path(item.raw_path))
        # Path and mark are compared too, so that new rules of masking or secrecy reach files that lie there unchanged.
        mark = self.secret_name(path) if item.skip_rule is None and item.reason is None else None
        return {
            "placement_id": make_id("placement", source_name, self.sealer.seal(item.raw_path)),
            "raw_path": os.fsencode(item.raw_path),
            "path": path,
            "mark": mark,
            "size_bytes": _int64(item.size_bytes),
            "modified_ns": _int64(item.modified_ns),
            "changed_ns": _int64(item.changed_ns),
            "inode": _int64(item.inode),
            "access_id": item.access.access_id,
            "skip_rule": item.skip_rule,
            "reason": item.reason,
        }

    def _gone(self, source_name: str) -> pa.Table:
        return self.lake.query(
            f"""SELECT p.placement_id, p.path, p.content_id, p.missing_since_at, p.earlier_contents FROM {CATALOG}.raw.placement p
                ANTI JOIN seen s ON s.placement_id = p.placement_id
                WHERE p.source_name = $source ORDER BY p.path""",
            {"source": source_name},
        )

    def _placement_step(self, source: Source, gone: pa.Table, result: WalkResult) -> Step:
        """New and changed files; a reason that may pass by itself is tried again every night."""

        def missing() -> pa.Table:
            return self.lake.query(
                f"""WITH released AS (SELECT content_id FROM ({RELEASE})), compared AS (
                      SELECT s.* EXCLUDE (mark), p.first_seen_at, p.content_id AS known_content, p.moved_from AS known_from,
                             p.replaced_content_id AS known_before, p.earlier_contents AS known_earlier,
                             p.access_id AS known_access,
                             p.reason AS known_reason, p.detail AS known_detail,
                             (s.size_bytes, s.modified_ns, s.changed_ns, s.inode)
                               IS NOT DISTINCT FROM (p.size_bytes, p.modified_ns, p.changed_ns, p.inode) AS is_same_file,
                             -- What was released are those bytes; others under the same name bear its mark again.
                             CASE WHEN NOT is_same_file OR released.content_id IS NULL THEN s.mark END AS bar,
                             p.placement_id IS NULL OR p.missing_since_at IS NOT NULL OR NOT is_same_file
                               OR (s.access_id, s.path, s.skip_rule) IS DISTINCT FROM (p.access_id, p.path, p.skip_rule)
                               OR (bar IS NOT NULL) <> (p.reason IS NOT DISTINCT FROM 'secrecy_mark') AS differs
                      FROM seen s LEFT JOIN {CATALOG}.raw.placement p ON p.placement_id = s.placement_id
                      LEFT JOIN released ON released.content_id = p.content_id)
                    FROM compared WHERE differs OR list_contains($transient, known_reason) ORDER BY raw_path""",
                {"transient": list(_TRANSIENT)},
            )

        return Step(
            name=f"raw/{source.name}",
            missing=missing,
            surplus=lambda: self._left_by_moves(gone),
            work=lambda keys: self._received(source, keys, gone, result),
            sink=LakeSink(self.lake, self.clock, {Placement: ("placement_id",)}),
        )

    def _left_by_moves(self, gone: pa.Table) -> pa.Table:
        """The places of `gone` whose file has been received elsewhere."""
        with self.lake.registered(gone=gone):
            return self.lake.query(
                f"""SELECT g.placement_id FROM gone g WHERE g.content_id IS NOT NULL AND EXISTS (
                    FROM {CATALOG}.raw.placement p JOIN seen s ON s.placement_id = p.placement_id
                    WHERE p.moved_from = g.path AND p.content_id = g.content_id) ORDER BY 1"""
            )

    def _received(self, source: Source, keys: pa.Table, gone: pa.Table, result: WalkResult) -> Iterator[Produced]:
        # A run that was killed may have received a moved file already; its old place is no other file's.
        taken = set(self._left_by_moves(gone)["placement_id"].to_pylist())
        old_places: dict[str, list[dict[str, Any]]] = {}
        for row in gone.to_pylist():
            if row["content_id"] and row["placement_id"] not in taken:
                old_places.setdefault(row["content_id"], []).append(row)
        batch: list[Placement] = []
        released = {row["content_id"] for row in self.lake.rows(RELEASE)}
        for row in keys.to_pylist():
            is_new = row["first_seen_at"] is None
            placement = self._placement(source, row, released)
            known = (row["known_content"], row["known_reason"], row["known_detail"])
            if not row["differs"] and (placement.content_id, placement.reason, placement.detail) == known:
                continue  # tried again in vain: nothing to commit, so nothing to publish
            if is_new and placement.content_id in old_places and old_places[placement.content_id]:
                old = old_places[placement.content_id].pop(0)
                earlier = [EarlierContent(**one) for one in old["earlier_contents"] or ()]
                placement = placement.model_copy(update={"moved_from": old["path"], "earlier_contents": earlier})
            elif is_new:
                result.n_new += 1
                result.received.add(placement.placement_id)
            elif placement.content_id != row["known_content"]:
                result.n_changed += 1
                result.received.add(placement.placement_id)
            batch.append(placement)
            if len(batch) >= _ROWS_A_TIME:
                yield Produced(n_inputs=len(batch), rows={Placement: to_table(Placement, batch)})
                batch = []
        if batch:
            yield Produced(n_inputs=len(batch), rows={Placement: to_table(Placement, batch)})

    def _placement(self, source: Source, row: dict[str, object], released: set[str]) -> Placement:
        raw_path, path = os.fsdecode(row["raw_path"]), str(row["path"])  # type: ignore[arg-type]
        folder, _, name = path.rpartition("/")
        stem, dot, extension = name.rpartition(".")
        content_id, reason, detail, moved_from = None, row["reason"], None, None
        replaced = row["known_before"]
        earlier = [EarlierContent.model_validate(one) for one in row["known_earlier"] or ()]  # type: ignore[attr-defined]
        if row["is_same_file"] and row["known_content"] is not None:
            content_id, moved_from = row["known_content"], row["known_from"]
        elif row["skip_rule"] is None and reason is None:
            try:
                content_id = digest_bytes(source.fetch(raw_path, self.limit_bytes))
            except Failed as failure:
                reason, detail = failure.reason, failure.detail or None
        if content_id is not None and row["known_content"] not in (None, content_id):
            # Who may read the place now need not be who could when that content stood here.
            replaced = row["known_content"]
            earlier.insert(0, EarlierContent(content_id=str(replaced), access_id=str(row["known_access"])))
        if row["bar"] is not None and content_id not in released:
            reason, detail = "secrecy_mark", f"이름의 표시: {row['bar']}"
        modified_ns = int(row["modified_ns"])  # type: ignore[call-overload]
        return Placement(
            placement_id=str(row["placement_id"]),
            source_name=source.name,
            path=path,
            name=name,
            folder=folder,
            extension=extension.lower() if dot and stem else "",
            sealed_path=self.sealer.seal(raw_path),
            size_bytes=int(row["size_bytes"]),  # type: ignore[call-overload]
            modified_at=datetime.fromtimestamp(modified_ns // 10**9, UTC)
            + timedelta(microseconds=modified_ns // 1000 % 10**6),
            modified_ns=modified_ns,
            changed_ns=int(row["changed_ns"]),  # type: ignore[call-overload]
            inode=int(row["inode"]),  # type: ignore[call-overload]
            content_id=content_id,  # type: ignore[arg-type]
            access_id=str(row["access_id"]),
            skip_rule=row["skip_rule"],  # type: ignore[arg-type]
            reason=reason,  # type: ignore[arg-type]
            detail=detail,
            moved_from=moved_from,  # type: ignore[arg-type]
            first_seen_at=row["first_seen_at"] or self.clock.now(),  # type: ignore[arg-type]
            missing_since_at=None,
            replaced_content_id=replaced,  # type: ignore[arg-type]
            earlier_contents=earlier[:_MOST_EARLIER],
        )

    def _count_moves(self, source_name: str, gone: pa.Table, result: WalkResult) -> None:
        left = self._gone(source_name).num_rows
        result.n_moved = gone.num_rows - left
        result.n_missing = left

    def _settle_missing(self, source: Source, run_id: str, result: WalkResult) -> None:
        """Mark what is missing since this walk, and remove what was missing before it for long enough."""
        if result.n_missing == 0:
            return
        source_name = source.name
        known = int(
            self.lake.value(
                f"SELECT count(*) FROM {CATALOG}.raw.placement WHERE source_name = $source", {"source": source_name}
            )
        )
        gone = self._gone(source_name)
        since = gone["missing_since_at"].to_pylist()
        answers = deletion_answers(self.lake)
        answered = [answers.answer(source_name, at) for at in since]
        n_open = answered.count(None)
        brake = self.rule.brake(known)
        is_held = n_open > brake and not self.rule.accept and not source.keeps_missing
        if is_held:
            result.state = "held"
            result.detail = f"{n_open}개가 한꺼번에 사라져 삭제를 보류함 (한도 {brake}개)"
        now = self.clock.now()
        at_once = self.rule.accept or self.rule.grace == timedelta(0)
        is_doomed = [
            not source.keeps_missing
            and answer != "reject"
            and (answer == "accept" or (not is_held and (at_once or (at is not None and at <= now - self.rule.grace))))
            for at, answer in zip(since, answered, strict=True)
        ]
        doomed = gone.filter(pa.array(is_doomed, pa.bool_())).select(["placement_id"])
        staying = gone.filter(pa.array([not doom for doom in is_doomed], pa.bool_()))
        self._mark_missing(staying.filter(staying["missing_since_at"].is_null()).select(["placement_id"]), now)
        if doomed.num_rows:
            fault_point(f"raw/{source_name}:before-gone")
            sink = LakeSink(self.lake, self.clock, {Placement: ("placement_id",)})
            sink.remove(doomed, BatchMark(run_id, f"raw/{source_name}", 0, doomed.num_rows))
            result.n_deleted = doomed.num_rows
            result.steps.append(StepCount(f"raw/{source_name}", n_removed=doomed.num_rows, n_batches=1))

    def _mark_missing(self, fresh: pa.Table, now: datetime) -> None:
        if fresh.num_rows:
            with self.lake.registered(fresh=fresh):
                self.lake.commit(
                    lambda connection: connection.execute(
                        f"UPDATE {CATALOG}.raw.placement SET missing_since_at = $now "
                        "WHERE placement_id IN (SELECT placement_id FROM fresh)",
                        {"now": now},
                    )
                )

    def _access_step(self, accesses: dict[str, Access]) -> Step:
        """Distinct accesses that placements name; one that no placement names any more goes."""

        def missing() -> pa.Table:
            wanted = pa.table({"access_id": pa.array(sorted(accesses), pa.string())})
            with self.lake.registered(wanted=wanted):
                return self.lake.query(
                    f"FROM wanted ANTI JOIN {CATALOG}.raw.access USING (access_id) ORDER BY access_id"
                )

        def work(keys: pa.Table) -> Iterator[Produced]:
            rows = [access_record(accesses[key]) for key in keys["access_id"].to_pylist()]
            yield Produced(n_inputs=len(rows), rows={AccessRecord: to_table(AccessRecord, rows)})

        return Step(
            name="raw/access",
            missing=missing,
            surplus=lambda: self.lake.query(
                f"""SELECT access_id FROM {CATALOG}.raw.access ANTI JOIN {CATALOG}.raw.placement USING (access_id)
                    ANTI JOIN (SELECT unnest(earlier_contents).access_id AS access_id
                               FROM {CATALOG}.raw.placement) e USING (access_id)
                    ANTI JOIN {CATALOG}.core.scope_access s ON s.combined_id = access.access_id ORDER BY 1"""
            ),
            work=work,
            sink=LakeSink(self.lake, self.clock, {AccessRecord: ("access_id",)}),
        )

    @staticmethod
    def _words(unlisted: tuple[str, ...]) -> str | None:
        if not unlisted:
            return None
        shown = [mask_identifiers(display_path(name))[0] for name in unlisted[:5]]
        more = f" 외 {len(unlisted) - 5}곳" if len(unlisted) > 5 else ""
        return "목록을 읽지 못함: " + ", ".join(shown) + more


def _int64(number: int) -> int:
    """The nearest number that a column holds: inodes have 64 bits without a sign, and servers send dates of the year 30828."""
    return max(-_INT64, min(_INT64, number))


def display_path(raw_path: str) -> str:
    """A path for people: NFC, identifiers masked, bytes that are no UTF-8 read as CP949 or shown as escapes."""
    raw = os.fsencode(raw_path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp949", "backslashreplace")
    # Before the escapes, which would hide a separator inside a number, and after them, whose digits could imitate one.
    masked = mask_identifiers(unicodedata.normalize("NFC", text))[0]
    printable = "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in masked)
    return mask_identifiers(printable)[0]
