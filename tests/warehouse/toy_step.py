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


def declare(table: str, key: str, *others: str) -> type[Record]:
    """A record of whole numbers."""
    namespace = {
        "__module__": f"records.{table}",
        "__qualname__": "Declared",
        "__doc__": "A table of a test.",
        "__annotations__": dict.fromkeys((key, *others), int),
        "layer": "core",
        "key": (key,),
        "label": "시험",
        **{name: field("수", "a number") for name in (key, *others)},
    }
    return type(Record)("Declared", (Record,), namespace)


INPUT = declare("toy_input", "n")
MARK = declare("toy_mark", "n", "n_rows")
ROW = declare("toy_row", "n", "doubled")


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
            rows = [ROW(n=n, doubled=2 * n + i) for i in range(n % 10)]
            yield Produced(1, {MARK: to_table(MARK, [MARK(n=n, n_rows=len(rows))]), ROW: to_table(ROW, rows)})

    sink = LakeSink(lake, Clock(), {MARK: ("n",), ROW: ("n",)})
    return Step("toy", missing, surplus, work, sink, batch_inputs=inputs, batch_bytes=size)


def fill(lake: Lake, *numbers: int) -> None:
    """Add inputs."""
    lake.commit(lambda _: lake.insert(INPUT, to_table(INPUT, [INPUT(n=n) for n in numbers])))


def run(lake: Lake, step: Step) -> StepCount:
    """Run the step with nobody watching."""
    return run_step(step, "run", lambda *_: None)


def main() -> None:
    """Run the step on the home, killed at the given point, and print what came of it if it was not."""
    home = Home(Path(sys.argv[1]))
    faults.arm(sys.argv[2] or None, None)
    with Lake.open(local_place(home.catalog_file, home.data_folder)) as lake:
        migration.migrate(lake, [INPUT, MARK, ROW])
        run(lake, toy_step(lake))
        print(digest(lake, [MARK, ROW]))


if __name__ == "__main__":
    main()
