"""The one loop: rows that should exist minus rows that do, worked on in bounded batches, each committed.

State lives in the tables themselves. A step is a name, a query for what is missing and what is surplus, a pure function,
and a sink. So a rerun with nothing changed does nothing, a killed run goes on where it stopped, and a deletion is the
same difference the other way round.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import Protocol

import pyarrow as pa

from schemas.ports import Progress
from schemas.record import Record
from warehouse.clock import Clock
from warehouse.faults import fault_point
from warehouse.lake import Lake


@dataclass(frozen=True)
class Produced:
    """What the work made of `n_inputs` inputs: rows by table, and bytes to keep before the rows are committed."""

    n_inputs: int
    rows: dict[type[Record], pa.Table] = field(default_factory=dict)
    originals: tuple[tuple[str, bytes], ...] = ()

    @property
    def n_bytes(self) -> int:
        """Memory that it holds, for bounding a batch."""
        return sum(table.nbytes for table in self.rows.values()) + sum(len(content) for _, content in self.originals)


class Sink(Protocol):
    """Where a step's rows go, and how its inputs' rows are removed."""

    def add(self, produced: list[Produced], batch: "BatchMark") -> None:
        """Commit the rows of a batch, with its mark; rows of the same keys are replaced."""
        ...

    def remove(self, keys: pa.Table, batch: "BatchMark") -> None:
        """Remove the rows of the given keys, with the batch's mark."""
        ...


@dataclass(frozen=True)
class BatchMark:
    """Says in `ops.batch` that a step committed something."""

    run_id: str
    step: str
    n_added: int
    n_removed: int

    def write(self, lake: Lake, clock: Clock) -> None:
        """Insert the mark; called inside the transaction of the rows that it stands for."""
        from schemas.arrow import to_table
        from schemas.records.batch import Batch

        mark = Batch(
            batch_id=clock.new_id(),
            run_id=self.run_id,
            step=self.step,
            n_added=self.n_added,
            n_removed=self.n_removed,
            committed_at=clock.now(),
        )
        lake.insert(Batch, to_table(Batch, [mark]))


@dataclass(frozen=True)
class Step:
    """A step of the flow. `work` must be pure: the same keys give the same rows."""

    name: str
    missing: Callable[[], pa.Table]
    surplus: Callable[[], pa.Table]
    work: Callable[[pa.Table], Iterable[Produced]]
    sink: Sink
    batch_inputs: int = 5_000
    batch_bytes: int = 256 << 20


@dataclass
class StepCount:
    """What a step did."""

    name: str
    n_missing: int = 0
    n_added: int = 0
    n_removed: int = 0
    n_batches: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything was committed."""
        return self.n_batches > 0

    def __add__(self, other: "StepCount") -> "StepCount":
        """Both together, of one step that went twice."""
        pairs = ((getattr(self, one.name), getattr(other, one.name)) for one in fields(self)[1:])
        return StepCount(self.name, *(one + more for one, more in pairs))


def run_step(step: Step, run_id: str, progress: Progress) -> StepCount:
    """Do what is missing, then remove what is surplus; returns the counts."""
    count = StepCount(step.name)
    missing = step.missing()
    count.n_missing = missing.num_rows
    if missing.num_rows:
        progress(step.name, 0, missing.num_rows)
        for batch in _batches(step, step.work(missing)):
            n_inputs = sum(part.n_inputs for part in batch)
            fault_point(f"{step.name}:before-commit")
            step.sink.add(batch, BatchMark(run_id, step.name, n_inputs, 0))
            fault_point(f"{step.name}:after-commit")
            count.n_added += n_inputs
            count.n_batches += 1
            progress(step.name, count.n_added, missing.num_rows)
    surplus = step.surplus()
    for start in range(0, surplus.num_rows, step.batch_inputs):
        keys = surplus.slice(start, step.batch_inputs)
        fault_point(f"{step.name}:before-remove")
        step.sink.remove(keys, BatchMark(run_id, step.name, 0, keys.num_rows))
        count.n_removed += keys.num_rows
        count.n_batches += 1
    return count


def _batches(step: Step, produced: Iterable[Produced]) -> Iterator[list[Produced]]:
    batch: list[Produced] = []
    n_inputs = n_bytes = 0
    for part in produced:
        batch.append(part)
        n_inputs += part.n_inputs
        n_bytes += part.n_bytes
        if n_inputs >= step.batch_inputs or n_bytes >= step.batch_bytes:
            yield batch
            batch, n_inputs, n_bytes = [], 0, 0
    if batch:
        yield batch


def no_rows(*columns: str) -> pa.Table:
    """An empty table of keys, for a step that never has surplus."""
    return pa.table({name: pa.array([], pa.string()) for name in columns})


def combined(produced: Iterable[Produced], record: type[Record]) -> pa.Table | None:
    """The rows of one table over a whole batch, or None if there are none."""
    tables = [part.rows[record] for part in produced if record in part.rows]
    return pa.concat_tables(tables) if tables else None


@dataclass(frozen=True)
class LakeSink:
    """Commits rows to the lake: `tables` says by which columns each table's rows belong to an input.

    Replaced rows go first, so that an input worked on twice has its rows once. Originals are kept before the rows that
    name them; what a kill leaves between the two is an original that nothing names, and is collected later.
    """

    lake: Lake
    clock: Clock
    tables: dict[type[Record], tuple[str, ...]]
    keep_originals: Callable[[Iterable[tuple[str, bytes]]], int] | None = None

    def add(self, produced: list[Produced], batch: BatchMark) -> None:
        """Replace the inputs' rows in every table, in one transaction with the mark."""
        originals = [original for part in produced for original in part.originals]
        if originals and self.keep_originals:
            self.keep_originals(originals)
            fault_point(f"{batch.step}:originals-kept")
        keys = self._owner_keys(produced)

        def work(_: object) -> None:
            for record, columns in self.tables.items():
                if keys is not None:
                    self.lake.delete(record, keys.rename_columns(list(columns)))
                rows = combined(produced, record)
                if rows is not None:
                    self.lake.insert(record, rows)
            batch.write(self.lake, self.clock)

        self.lake.commit(work)

    def _owner_keys(self, produced: list[Produced]) -> pa.Table | None:
        # The first table is the marker: it has a row for every input, also for one that yields nothing else.
        marker, columns = next(iter(self.tables.items()))
        rows = combined(produced, marker)
        if rows is None:
            return None
        return rows.select(list(columns)).group_by(list(columns)).aggregate([])

    def remove(self, keys: pa.Table, batch: BatchMark) -> None:
        """Delete the keys' rows from every table, in one transaction with the mark."""

        def work(_: object) -> None:
            for record, columns in self.tables.items():
                self.lake.delete(record, keys.select(range(len(columns))).rename_columns(list(columns)))
            batch.write(self.lake, self.clock)

        self.lake.commit(work)
