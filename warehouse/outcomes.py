"""The end of every file: one row a placement with its outcome and reason, the counts, and the quarantine that follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from schemas.arrow import to_table
from schemas.identity import make_id
from schemas.ports import Progress
from schemas.records.quarantine import Quarantine
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step


def room_of(inner: str, outer: str) -> str:
    """SQL of the conversation that something came through, of two expressions that are NULL where there is none.

    What came through two different ones, an export attached in another room, is nobody's: no conversation is called ''.
    """
    return (
        f"CASE WHEN {inner} IS NULL OR {outer} IS NULL OR {inner} = {outer} THEN coalesce({inner}, {outer}) ELSE '' END"
    )


def placement_outcomes(catalog: str = CATALOG) -> str:
    """SELECT of one row a placement: its outcome, reason and detail, its format, when its content was read.

    `lost` is the outcome that must never be there: a file that is neither skipped nor quarantined and has no reading.
    """
    return f"""
    SELECT p.placement_id, p.source_name, p.path, p.content_id, p.size_bytes, r.format, r.read_at, p.missing_since_at,
        CASE WHEN p.skip_rule IS NOT NULL THEN 'skipped'
             WHEN p.reason IS NOT NULL OR secret.content_id IS NOT NULL THEN 'quarantined'
             ELSE coalesce(r.outcome, 'lost') END AS outcome,
        CASE WHEN p.skip_rule IS NOT NULL THEN p.skip_rule
             WHEN p.reason IS NOT NULL THEN p.reason
             WHEN secret.content_id IS NOT NULL THEN 'secrecy_mark'
             ELSE r.reason END AS reason,
        CASE WHEN secret.content_id IS NOT NULL AND p.reason IS NULL THEN '같은 내용이 다른 곳에 대외비 이름으로 있음'
             ELSE coalesce(p.detail, r.detail) END AS detail
    FROM {catalog}.raw.placement p
    LEFT JOIN {catalog}.core.reading r ON r.content_id = p.content_id
    LEFT JOIN (SELECT DISTINCT content_id FROM {catalog}.raw.placement
               WHERE reason = 'secrecy_mark' AND content_id IS NOT NULL) secret ON secret.content_id = p.content_id"""


def locations(catalog: str = CATALOG) -> str:
    """SELECT of (content_id, placement_id, member_path, scope): every place of every kept content, members through containers.

    `scope` is the registered conversation that a member was attached to, see `room_of`.
    """
    return f"""
    WITH RECURSIVE location(content_id, placement_id, member_path, scope, depth) AS (
        SELECT p.content_id, p.placement_id, NULL::VARCHAR, NULL::VARCHAR, 0 FROM {catalog}.raw.placement p
        JOIN {catalog}.core.reading r ON r.content_id = p.content_id
        WHERE p.skip_rule IS NULL AND p.reason IS NULL AND r.outcome = 'kept'
        UNION ALL
        SELECT m.content_id, l.placement_id, coalesce(l.member_path || '!/', '') || m.member_path,
               {room_of("m.scope", "l.scope")}, l.depth + 1
        FROM location l JOIN {catalog}.core.member m ON m.container_id = l.content_id WHERE l.depth < 8)
    SELECT content_id, placement_id, member_path, scope FROM location"""


def scoped_locations(catalog: str = CATALOG) -> str:
    """SELECT of (content_id, placement_id, member_path, scope, access_id): places with the access that counts there."""
    return f"""
    SELECT l.*, CASE WHEN l.scope IS NULL THEN p.access_id ELSE x.combined_id END AS access_id
    FROM ({locations(catalog)}) l JOIN {catalog}.raw.placement p ON p.placement_id = l.placement_id
    LEFT JOIN {catalog}.core.scope_access x ON x.scope = l.scope AND x.access_id = p.access_id"""


@dataclass(frozen=True)
class Counts:
    """Files by outcome, as they are said of one run; members are counted apart."""

    seen: int
    kept: int
    unchanged: int
    skipped: int
    quarantined: int
    lost: int
    members: int
    held_unseen: int

    @property
    def add_up(self) -> bool:
        """Promise 1: every file seen has exactly one end."""
        return self.lost == 0 and self.seen == self.kept + self.unchanged + self.skipped + self.quarantined


def count_outcomes(lake: Lake, started_at: datetime, received: set[str], unreachable: set[str]) -> Counts:
    """Count the ends of the files that this run saw.

    A kept file counts as `kept` in the run that read its content or first met its place, and as `unchanged` afterwards;
    files of a source that could not be reached are not seen.
    """
    new = pa.table({"placement_id": pa.array(sorted(received), pa.string())})
    away = pa.table({"source_name": pa.array(sorted(unreachable), pa.string())})
    with lake.registered(received_places=new, away=away):
        row = lake.rows(
            f"""WITH ends AS (
                  SELECT o.*, (o.missing_since_at IS NULL AND a.source_name IS NULL) AS is_seen,
                         coalesce(o.read_at >= $started, false) OR n.placement_id IS NOT NULL AS is_new
                  FROM ({placement_outcomes()}) o
                  LEFT JOIN received_places n ON n.placement_id = o.placement_id
                  LEFT JOIN away a ON a.source_name = o.source_name)
                SELECT count(*) FILTER (is_seen) AS seen,
                       count(*) FILTER (is_seen AND outcome = 'kept' AND is_new) AS kept,
                       count(*) FILTER (is_seen AND outcome = 'kept' AND NOT is_new) AS unchanged,
                       count(*) FILTER (is_seen AND outcome = 'skipped') AS skipped,
                       count(*) FILTER (is_seen AND outcome = 'quarantined') AS quarantined,
                       count(*) FILTER (outcome = 'lost') AS lost,
                       count(*) FILTER (NOT is_seen) AS held_unseen FROM ends""",
            {"started": started_at},
        )[0]
    members = int(lake.value(f"SELECT count(*) FROM ({locations()}) WHERE member_path IS NOT NULL"))
    return Counts(**row, members=members)


def quarantine_by_reason(lake: Lake) -> list[dict[str, object]]:
    """[{reason, n}] over files in quarantine (members apart), most frequent first."""
    return lake.rows(
        f"""SELECT reason, count(*) AS n FROM ({placement_outcomes()}) WHERE outcome = 'quarantined'
            GROUP BY reason ORDER BY n DESC, reason"""
    )


def settle_quarantine(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> StepCount:
    """Make `ops.quarantine` what the outcomes say: a new cause gives a row, a cause that has gone takes its row along."""
    wanted = f"""
        SELECT o.placement_id, o.source_name, o.path, NULL::VARCHAR AS member_path, o.content_id, o.reason, o.detail,
               o.format, o.size_bytes
        FROM ({placement_outcomes()}) o WHERE o.outcome = 'quarantined'
        UNION ALL
        SELECT p.placement_id, p.source_name, p.path, l.member_path, l.content_id, r.reason, r.detail, r.format, r.size_bytes
        FROM ({locations()}) l JOIN {CATALOG}.raw.placement p USING (placement_id)
        JOIN {CATALOG}.core.reading r ON r.content_id = l.content_id
        WHERE l.member_path IS NOT NULL AND r.outcome = 'quarantined'"""
    same = (
        "w.placement_id = q.placement_id AND w.member_path IS NOT DISTINCT FROM q.member_path AND w.reason = q.reason"
    )
    unchanged = (
        "w.path = q.path AND w.size_bytes = q.size_bytes AND (w.content_id, w.detail, w.format) "
        "IS NOT DISTINCT FROM (q.content_id, q.detail, q.format)"
    )

    def missing() -> pa.Table:
        return lake.query(
            f"""SELECT w.*, old.first_seen_at FROM ({wanted}) w
                ANTI JOIN {CATALOG}.ops.quarantine q ON {same} AND {unchanged}
                LEFT JOIN {CATALOG}.ops.quarantine old ON {same.replace("q.", "old.")}
                ORDER BY w.source_name, w.path, w.member_path, w.reason"""
        )

    def surplus() -> pa.Table:
        return lake.query(
            f"SELECT q.quarantine_id FROM {CATALOG}.ops.quarantine q ANTI JOIN ({wanted}) w ON {same} ORDER BY 1"
        )

    def work(keys: pa.Table) -> Iterator[Produced]:
        rows = []
        for row in keys.to_pylist():
            row["first_seen_at"] = row["first_seen_at"] or clock.now()
            quarantine_id = make_id("quarantine", row["placement_id"], row["member_path"], row["reason"])[:12]
            rows.append(Quarantine(quarantine_id=quarantine_id, **row))
        yield Produced(n_inputs=len(rows), rows={Quarantine: to_table(Quarantine, rows)})

    step = Step("ops/quarantine", missing, surplus, work, LakeSink(lake, clock, {Quarantine: ("quarantine_id",)}))
    return run_step(step, run_id, progress)
