"""The ledger: what people decide, appended to a SQLite file of its own and never changed.

A decision must not wait for a run, and must not be a writer of the lake's catalog. Every run copies what is new into
`ops.decision` before its first step, so that all its steps see the same decisions and the lake says which.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

import pyarrow as pa

from schemas.arrow import to_table
from schemas.masking import mask_identifiers
from schemas.ports import Progress
from schemas.records.decision import Decision
from schemas.records.review import Review
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.layout import Home
from warehouse.steps import LakeSink, Produced, Step, StepCount, no_rows, run_step

_TABLE = """
    CREATE TABLE IF NOT EXISTS decision (
        number INTEGER PRIMARY KEY AUTOINCREMENT, review_id TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
        answer TEXT NOT NULL, asked_at TEXT NOT NULL, decided_at TEXT NOT NULL, decided_by TEXT NOT NULL, note TEXT)"""

# Of several answers to the same question about the same thing the last one counts.
IN_FORCE = f"""
    SELECT * FROM {CATALOG}.ops.decision
    QUALIFY row_number() OVER (PARTITION BY kind, subject ORDER BY decision_id DESC) = 1"""

# Contents that a person has released from quarantine, and by which decision.
RELEASE = f"""
    SELECT subject AS content_id, decision_id, review_id, asked_at, decided_by FROM ({IN_FORCE})
    WHERE kind = 'quarantine' AND answer = 'release'"""


class Ledger:
    """Appends and reads decisions."""

    def __init__(self, home: Home) -> None:
        self._file = home.ledger_file

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=10)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            with connection:
                connection.execute(_TABLE)
                yield connection

    def decide(self, asked: Review, answer: str, *, decided_by: str, note: str | None, now: datetime) -> Decision:
        """Append an answer to a question.

        Raises:
            ValueError: the question does not take this answer.
        """
        if answer not in asked.answers:
            raise ValueError(f"{asked.review_id}: {answer} ({', '.join(asked.answers)})")
        masked = mask_identifiers(note)[0] if note else None
        row = (asked.review_id, asked.kind, asked.subject, answer, asked.asked_at.isoformat(), now.isoformat())
        with self._open() as connection:
            cursor = connection.execute(
                "INSERT INTO decision (review_id, kind, subject, answer, asked_at, decided_at, decided_by, note) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, mask_identifiers(decided_by)[0], masked),
            )
            number = cursor.lastrowid
        return next(decision for decision in self.decisions() if decision.decision_id == _id(number, asked.review_id))

    def decisions(self) -> list[Decision]:
        """Every decision, oldest first; none before the first was taken."""
        if not self._file.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(
                "SELECT number, review_id, kind, subject, answer, asked_at, decided_at, decided_by, note "
                "FROM decision ORDER BY number"
            ).fetchall()
        return [
            Decision(
                decision_id=_id(number, review_id),
                review_id=review_id,
                kind=kind,
                subject=subject,
                answer=answer,
                asked_at=datetime.fromisoformat(asked_at),
                decided_at=datetime.fromisoformat(decided_at),
                decided_by=decided_by,
                note=note,
            )
            for number, review_id, kind, subject, answer, asked_at, decided_at, decided_by, note in rows
        ]


def _id(number: int | None, review_id: str) -> str:
    return f"{number:08d}-{review_id}"


def copy_decisions(lake: Lake, clock: Clock, ledger: Ledger, run_id: str, progress: Progress) -> StepCount:
    """Bring `ops.decision` to what the ledger says. Nothing is ever taken away: a ledger that was lost forgets nothing."""
    known = {decision.decision_id: decision for decision in ledger.decisions()}
    listed = pa.table({"decision_id": pa.array(sorted(known), pa.string())})

    def missing() -> pa.Table:
        with lake.registered(listed=listed):
            return lake.query(f"FROM listed ANTI JOIN {CATALOG}.ops.decision USING (decision_id) ORDER BY 1")

    def work(keys: pa.Table) -> Iterator[Produced]:
        rows = [known[key] for key in keys["decision_id"].to_pylist()]
        yield Produced(n_inputs=len(rows), rows={Decision: to_table(Decision, rows)})

    sink = LakeSink(lake, clock, {Decision: ("decision_id",)})
    step = Step("ops/decision", missing, lambda: no_rows("decision_id"), work, sink)
    return run_step(step, run_id, progress)
