"""Marts answer a consumer's question: `NAME.sql` beside `NAME.py`, which offers `MART`.

The SQL names its inputs as `LAYER_TABLE` (`raw_placement`), so that the same text runs over the whole lake and over the
part of it that one clearance may read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import pyarrow as pa

from schemas import discovery
from schemas.arrow import arrow_schema
from schemas.ports import Progress
from schemas.record import Record
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.steps import BatchMark, Produced, Step, StepCount, no_rows, run_step


@dataclass(frozen=True)
class Mart:
    """A mart: the table it fills, the question it answers in a person's words, and the tables it reads."""

    record: type[Record]
    question: str
    inputs: tuple[type[Record], ...]

    @property
    def name(self) -> str:
        """The mart's name, its table's and its module's."""
        return self.record.table_name()

    @cached_property
    def sql(self) -> str:
        """The text of `NAME.sql`."""
        return (resources.files("warehouse.marts") / f"{self.name}.sql").read_text(encoding="utf-8")

    def select(self, sources: dict[type[Record], str]) -> str:
        """The mart's SELECT over the given inputs, columns in the record's order."""
        parts = ", ".join(f"{record.layer}_{record.table_name()} AS ({sources[record]})" for record in self.inputs)
        columns = ", ".join(self.record.columns())
        return f"WITH {parts} SELECT {columns} FROM ({self.sql})"


def discover_marts() -> dict[str, Mart]:
    """Every mart by name."""
    import warehouse.marts as package

    return discovery.discover(package, "MART")


@dataclass(frozen=True)
class _Replace:
    """Marts are small: a mart that differs is replaced whole, in one transaction."""

    lake: Lake
    clock: Clock
    record: type[Record]

    def add(self, produced: list[Produced], batch: BatchMark) -> None:
        """Replace the mart's rows."""

        def work(_: object) -> None:
            self.lake.connection.execute(f"DELETE FROM {CATALOG}.{self.record.qualified_name()}")
            for part in produced:
                self.lake.insert(self.record, part.rows[self.record])
            batch.write(self.lake, self.clock)

        self.lake.commit(work)

    def remove(self, keys: pa.Table, batch: BatchMark) -> None:
        """Never called: replacing removes."""
        raise AssertionError(f"{batch.step} has no surplus of its own")


def build_mart(lake: Lake, clock: Clock, mart: Mart, run_id: str, progress: Progress) -> StepCount:
    """Bring a mart's table to what its SELECT says, if it says something else."""
    select = mart.select({record: f"FROM {CATALOG}.{record.qualified_name()}" for record in mart.inputs})
    existing = f"SELECT {', '.join(mart.record.columns())} FROM {CATALOG}.{mart.record.qualified_name()}"

    def missing() -> pa.Table:
        differing = lake.value(
            f"SELECT (SELECT count(*) FROM (({select}) EXCEPT ALL ({existing}))) "
            f"+ (SELECT count(*) FROM (({existing}) EXCEPT ALL ({select})))"
        )
        return pa.table({"mart": pa.array([mart.name] if differing else [], pa.string())})

    def work(_: pa.Table) -> Iterator[Produced]:
        rows = lake.query(f"{select} ORDER BY ALL").cast(arrow_schema(mart.record))
        yield Produced(n_inputs=1, rows={mart.record: rows})

    step = Step(f"mart/{mart.name}", missing, lambda: no_rows("mart"), work, _Replace(lake, clock, mart.record))
    return run_step(step, run_id, progress)
