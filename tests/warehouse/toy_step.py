"""A step that doubles numbers, killed where it is told: `toy_step.py HOME KILL_AT`. Run as a script by `test_steps.py`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from schemas.arrow import to_table
from schemas.record import Record, field
from warehouse import faults, migration
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake, digest, local_place
from warehouse.layout import Home
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step


class Input(Record):
    """A number to be doubled."""

    __module__ = "records.toy_input"
    layer = "core"
    key = ("n",)
    label = "시험"

    n: int = field("수", "a number")


class Mark(Record):
    """A number that was doubled."""

    __module__ = "records.toy_mark"
    layer = "core"
    key = ("n",)
    label = "시험"

    n: int = field("수", "a number")
    n_rows: int = field("행 수", "rows that it gave")


class Row(Record):
    """What came of a number."""

    __module__ = "records.toy_row"
    layer = "core"
    key = ("n", "doubled")
    label = "시험"

    n: int = field("수", "a number")
    doubled: int = field("두 배", "twice the number and a bit")


def silent(step: str, done: int, total: int) -> None:
    """Nobody watches."""


def toy_step(lake: Lake, *, inputs: int = 5, size: int = 1 << 30, done: list[int] | None = None) -> Step:
    """Each number gives as many rows as its last digit says, so that 10 and 20 give none; `done` notes what was worked on."""

    def missing() -> pa.Table:
        return lake.query(f"FROM {CATALOG}.core.toy_input ANTI JOIN {CATALOG}.core.toy_mark USING (n) ORDER BY n")

    def surplus() -> pa.Table:
        return lake.query(
            f"SELECT n FROM {CATALOG}.core.toy_mark ANTI JOIN {CATALOG}.core.toy_input USING (n) ORDER BY n"
        )

    def work(keys: pa.Table) -> Iterator[Produced]:
        for n in keys["n"].to_pylist():
            if done is not None:
                done.append(n)
            rows = [Row(n=n, doubled=2 * n + i) for i in range(n % 10)]
            yield Produced(1, {Mark: to_table(Mark, [Mark(n=n, n_rows=len(rows))]), Row: to_table(Row, rows)})

    sink = LakeSink(lake, Clock(), {Mark: ("n",), Row: ("n",)})
    return Step("toy", missing, surplus, work, sink, batch_inputs=inputs, batch_bytes=size)


def fill(lake: Lake, *numbers: int) -> None:
    """Add inputs."""
    lake.commit(lambda _: lake.insert(Input, to_table(Input, [Input(n=n) for n in numbers])))


def run(lake: Lake, step: Step) -> StepCount:
    """Run the step with nobody watching."""
    return run_step(step, "run", silent)


def main() -> None:
    """Run the step on the home, killed at the given point, and print what came of it if it was not."""
    home = Home(Path(sys.argv[1]))
    faults.arm(sys.argv[2] or None, None)
    with Lake.open(local_place(home.catalog_file, home.data_folder)) as lake:
        migration.migrate(lake, [Input, Mark, Row])
        run(lake, toy_step(lake))
        print(digest(lake, [Mark, Row]))


if __name__ == "__main__":
    main()
