"""Marts answer a consumer's question: `NAME.sql` beside `NAME.py`, which offers `MART`.

The SQL names its inputs as `LAYER_TABLE` (`raw_placement`), so that the same text runs over the whole lake and over the
part of it that one clearance may read. What several marts need stands once, in `shared/NAME.sql`, and is named by `NAME`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

import pyarrow as pa

from schemas import discovery
from schemas.arrow import arrow_schema
from schemas.fiscal import ADJUSTMENT_LABELS, BASIS_LABELS, STAGE_LABELS
from schemas.ports import Progress
from schemas.record import Record
from schemas.sql import column_types, literal, quote
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.steps import BatchMark, Produced, Step, StepCount, no_rows, run_step


def _words(labels: Mapping[Any, str]) -> str:
    rows = ", ".join(f"({literal(str(code))}, {literal(label)})" for code, label in labels.items())
    return f"FROM (VALUES {rows}) AS word(code, label)"


def _kept(source: str) -> str:
    """A whole table is read through; what takes joins to find is worked out once."""
    return "NOT MATERIALIZED " if source.startswith("FROM ") else ""


# Read again where it is named again, by the columns that are asked for: all columns of all amounts would fill the memory.
_READ_THROUGH = ("current_amount",)
_MADE = "temp.made_mart"
# Korean terms of codes, for marts that name them among `shared`.
_WORDS = {
    "stage_word": _words(STAGE_LABELS),
    "basis_word": _words(BASIS_LABELS),
    "adjustment_word": _words(ADJUSTMENT_LABELS),
}


@dataclass(frozen=True)
class Mart:
    """A mart: the table it fills, the question it answers in a person's words, and the tables it reads.

    `shared` are the SELECTs of `shared/NAME.sql` (or the terms of `_WORDS`) that its SQL names, each after what it names itself.
    `rows_of` is the input without whose rows the mart has none, so that its SQL need not run where there are none.
    """

    record: type[Record]
    question: str
    inputs: tuple[type[Record], ...]
    shared: tuple[str, ...] = ()
    rows_of: type[Record] | None = None

    @property
    def name(self) -> str:
        """The mart's name, its table's and its module's."""
        return self.record.table_name()

    @cached_property
    def sql(self) -> str:
        """The text of `NAME.sql`."""
        return (resources.files("warehouse.marts") / f"{self.name}.sql").read_text(encoding="utf-8")

    @cached_property
    def shared_sql(self) -> dict[str, str]:
        """The texts of `shared`, by name."""
        folder = resources.files("warehouse.marts") / "shared"
        return {
            name: _WORDS[name] if name in _WORDS else (folder / f"{name}.sql").read_text(encoding="utf-8")
            for name in self.shared
        }

    def select(self, sources: dict[type[Record], str]) -> str:
        """The mart's SELECT over the given inputs, columns in the record's order."""
        parts = [
            f"{record.layer}_{record.table_name()} AS {_kept(sources[record])}({sources[record]})"
            for record in self.inputs
        ]
        parts += [
            f"{name} AS {'NOT MATERIALIZED ' if name in _READ_THROUGH else ''}({text})"
            for name, text in self.shared_sql.items()
        ]
        columns = ", ".join(self.record.columns())
        return f"WITH {', '.join(parts)} SELECT {columns} FROM ({self.sql})"

    def select_filled(self, lake: Lake, sources: dict[type[Record], str]) -> str:
        """As `select`, or a SELECT of no row where `rows_of` has none: planning dozens of joins over nothing takes long too."""
        if self.rows_of is None or lake.value(f"SELECT count(*) FROM ({sources[self.rows_of]} LIMIT 1)"):
            return self.select(sources)
        columns = (f"CAST(NULL AS {kind}) AS {quote(name)}" for name, kind in column_types(self.record).items())
        return f"SELECT {', '.join(columns)} WHERE false"


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
    select = mart.select_filled(lake, {record: f"FROM {CATALOG}.{record.qualified_name()}" for record in mart.inputs})
    existing = f"SELECT {', '.join(mart.record.columns())} FROM {CATALOG}.{mart.record.qualified_name()}"

    def missing() -> pa.Table:
        # Worked out once: comparing both ways and writing read it three times.
        lake.connection.execute(f"CREATE OR REPLACE TEMP TABLE {_MADE} AS {select}")
        differing = lake.value(
            f"SELECT (SELECT count(*) FROM ((FROM {_MADE}) EXCEPT ALL ({existing}))) "
            f"+ (SELECT count(*) FROM (({existing}) EXCEPT ALL (FROM {_MADE})))"
        )
        return pa.table({"mart": pa.array([mart.name] if differing else [], pa.string())})

    def work(_: pa.Table) -> Iterator[Produced]:
        rows = lake.query(f"FROM {_MADE} ORDER BY ALL").cast(arrow_schema(mart.record))
        yield Produced(n_inputs=1, rows={mart.record: rows})

    step = Step(f"mart/{mart.name}", missing, lambda: no_rows("mart"), work, _Replace(lake, clock, mart.record))
    try:
        return run_step(step, run_id, progress)
    finally:
        lake.connection.execute(f"DROP TABLE IF EXISTS {_MADE}")
