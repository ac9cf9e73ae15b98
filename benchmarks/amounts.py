"""A million amounts: found in tables, loaded append-only, reconciled; beside plain DuckDB keeping and summing the same rows.

    python benchmarks/amounts.py [--amounts 1000000]

The tables are invented yearbooks: local governments by row, classified columns with a total, a few of them wrong on purpose.
Both sides run in one process after one another, so peak memory is that of the process up to the end of each line.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa

from connectors.extraction import extract
from schemas.arrow import arrow_schema, to_table
from schemas.budget import FormDocument, FoundAmount
from schemas.elements import Cell, Element, ElementKind, Grid
from schemas.identity import make_id
from schemas.provenance import Locator
from schemas.records import discover_records
from schemas.records.budget_amount import BudgetAmount
from schemas.records.extraction import ExtractionRecord
from warehouse.amount_rows import amount_table
from warehouse.amount_sink import AmountSink
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake, local_place
from warehouse.migration import migrate
from warehouse.reconcile import reconcile
from warehouse.steps import BatchMark, Produced

_STEMS = ("가람", "나래", "다솜", "라온", "마루", "보람", "새벽", "아람", "자람", "하늘")
_CITIES = 24
_SECTORS = 40


def yearbook(year: int, random_state: random.Random) -> Element:
    """An invented yearbook: 전국계, ten provinces with their towns, forty coded columns and their total, in thousands."""
    fields = [f"{10 * (1 + index // 4):03d}" for index in range(_SECTORS)]
    heads = [f"{fields[index]} 분야{fields[index]}" for index in range(_SECTORS)]
    subs = [f"{int(fields[index]) + 1 + index % 4:03d} 부문{index}" for index in range(_SECTORS)]
    rows = [["자치단체", "합계", *heads], ["", "", *subs]]
    towns: dict[str, list[list[int]]] = {
        stem: [[random_state.randrange(0, 9_000_000) for _ in range(_SECTORS)] for _ in range(_CITIES)]
        for stem in _STEMS
    }
    sums = {stem: [sum(column) for column in zip(*values, strict=True)] for stem, values in towns.items()}
    whole = [sum(column) for column in zip(*sums.values(), strict=True)]
    rows.append(["전국계", str(sum(whole)), *map(str, whole)])
    for stem, values in towns.items():
        rows.append([f"{stem}계", str(sum(sums[stem])), *map(str, sums[stem])])
        for number, town in enumerate(values):
            # One town in a hundred states a total that is not the sum of its columns.
            slip = 700_000 if random_state.random() < 0.01 else 0
            rows.append([f"{stem}{number:02d}시", str(sum(town) + slip), *map(str, town)])
    title = [f"{year} 지방재정연감(최종예산/결산)"] + [""] * (_SECTORS + 1)
    cells = [
        Cell(row=row, col=col, text=text)
        for row, texts in enumerate([title, *rows], start=1)
        for col, text in enumerate(texts, start=1)
    ]
    grid = Grid(n_rows=len(rows) + 1, n_cols=_SECTORS + 2, cells=cells)
    return Element(kind=ElementKind.TABLE, text="", sheet="자료", locator=Locator(cells="A1"), table=grid)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(label: str, work: Callable[[], int]) -> None:
    """Run the work and print its line."""
    wall, cpu = time.perf_counter(), time.process_time()
    n = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{label:<44}{n:>12,}{wall:>9.1f}{cpu:>9.1f}{n / cpu if cpu else 0:>13,.0f}{_peak_mb():>10,.0f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--amounts", type=int, default=1_000_000)
    wanted = parser.parse_args().amounts
    print(f"{'':<44}{'rows':>12}{'wall s':>9}{'CPU s':>9}{'rows/CPU s':>13}{'peak MB':>10}")
    random_state = random.Random(20261128)
    found: list[tuple[str, list[FoundAmount]]] = []

    def extracted() -> int:
        n = year = 0
        while n < wanted:
            element = yearbook(1990 + year % 60, random_state)
            amounts = extract(FormDocument(None, "xlsx", [element])).amounts
            found.append((make_id("content", str(year)) * 2, amounts))
            n, year = n + len(amounts), year + 1
        return n

    tables: list[pa.Table] = []

    def as_rows() -> int:
        clock = Clock()
        tables.extend(amount_table(content_id, amounts, clock.now()) for content_id, amounts in found)
        return sum(table.num_rows for table in tables)

    with tempfile.TemporaryDirectory() as folder:
        measured("forms: find them in the tables", extracted)
        measured("forms: key them, as Arrow", as_rows)
        found.clear()
        with Lake.open(local_place(Path(folder) / "catalog.sqlite", Path(folder) / "data")) as lake:
            migrate(lake, discover_records().values())
            clock = Clock()
            measured("lake: append with markers", lambda: _load(lake, clock, tables))
            measured("lake: reconcile", lambda: _reconcile(lake, clock))
            measured("lake: append again, nothing new", lambda: _load(lake, clock, tables))
            measured("lake: reconcile again, nothing new", lambda: _reconcile(lake, clock))
            for row in lake.rows(
                f"SELECT rule, status, count(*) AS n FROM {CATALOG}.core.reconciliation GROUP BY ALL ORDER BY ALL"
            ):
                print(f"    {row['rule']:<20}{row['status']:<12}{row['n']:>10,}")
        whole = pa.concat_tables(tables)
        connection = duckdb.connect(str(Path(folder) / "plain.duckdb"))
        measured("plain DuckDB: insert", lambda: _plain_insert(connection, whole))
        measured("plain DuckDB: the same sums", lambda: _plain_sums(connection))
        connection.close()


def _load(lake: Lake, clock: Clock, tables: list[pa.Table]) -> int:
    sink = AmountSink(lake, clock)
    for start in range(0, len(tables), 8):
        produced = []
        for table in tables[start : start + 8]:
            content_id = table["content_id"][0].as_py()
            marker = ExtractionRecord(
                content_id=content_id, step_fingerprint="benchmark", kind="지방재정연감", org_name=None, fiscal_years=[],
                n_tables=1, n_amounts=table.num_rows, n_left=0, replaces=[], extracted_at=clock.now(),
            )  # fmt: skip
            rows = {
                ExtractionRecord: to_table(ExtractionRecord, [marker]),
                BudgetAmount: table.cast(arrow_schema(BudgetAmount)),
            }
            produced.append(Produced(n_inputs=1, rows=rows))
        sink.add(produced, BatchMark("run", "core/budget_amount", len(produced), 0))
    return int(lake.value(f"SELECT count(*) FROM {CATALOG}.core.budget_amount"))


def _reconcile(lake: Lake, clock: Clock) -> int:
    reconcile(lake, clock, "run", lambda step, done, total: None)
    return int(lake.value(f"SELECT count(*) FROM {CATALOG}.core.reconciliation"))


def _plain_insert(connection: duckdb.DuckDBPyConnection, whole: pa.Table) -> int:
    connection.register("given", whole)
    connection.execute("CREATE TABLE amount AS FROM given")
    return whole.num_rows


def _plain_sums(connection: duckdb.DuckDBPyConnection) -> int:
    """The sums behind the identities: rows against their total, provinces against towns, the whole against provinces."""
    n = 0
    for group in ("content_id, row", "content_id, col, left(org_name, 2)", "content_id, col"):
        found = connection.execute(
            f"""SELECT count(*) FROM (SELECT {group}, sum(amount_minor) FILTER (NOT is_total) AS parts,
                max(amount_minor) FILTER (is_total) AS printed FROM amount GROUP BY ALL)"""
        ).fetchone()
        n += found[0] if found else 0
    return n


if __name__ == "__main__":
    main()
