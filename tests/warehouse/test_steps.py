"""The one loop: what is missing is done once, in bounded batches, and what is too much goes."""

import importlib.util
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest

from schemas.arrow import to_table
from warehouse import migration, steps
from warehouse.lake import CATALOG, digest
from warehouse.layout import Home
from warehouse.steps import LakeSink, Produced, no_rows

SCRIPT = Path(__file__).parent / "toy_step.py"


def silent(step: str, done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def toy() -> ModuleType:
    spec = importlib.util.spec_from_file_location("toy_step", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["toy_step"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def filled(lake, toy):
    migration.migrate(lake, [toy.Input, toy.Mark, toy.Row])
    toy.fill(lake, *range(1, 24))
    return lake


def marks(lake) -> list[int]:
    return [row["n"] for row in lake.rows(f"FROM {CATALOG}.core.toy_mark ORDER BY n")]


def batches(lake) -> list[tuple[int, int]]:
    rows = lake.rows(f"FROM {CATALOG}.ops.batch WHERE step = 'toy' ORDER BY committed_at")
    return [(row["n_added"], row["n_removed"]) for row in rows]


def test_everything_missing_is_done_in_batches_of_bounded_inputs_each_with_its_mark(filled, toy):
    done: list[int] = []
    count = toy.run(filled, toy.toy_step(filled, done=done))
    assert (count.n_missing, count.n_added, count.n_removed, count.n_batches) == (23, 23, 0, 5)
    assert done == marks(filled) == list(range(1, 24))
    assert batches(filled) == [(5, 0), (5, 0), (5, 0), (5, 0), (3, 0)]
    rows = filled.rows(f"SELECT n, count(*) AS rows FROM {CATALOG}.core.toy_row GROUP BY n")
    assert {row["n"]: row["rows"] for row in rows} == {n: n % 10 for n in range(1, 24) if n % 10}


def test_an_input_that_yields_nothing_has_a_mark_and_is_not_done_again(filled, toy):
    toy.run(filled, toy.toy_step(filled))
    assert {10, 20} <= set(marks(filled))
    before, head, done = digest(filled, [toy.Mark, toy.Row]), filled.head(), []
    count = toy.run(filled, toy.toy_step(filled, done=done))
    assert not count.changed
    assert (done, count.n_missing, filled.head()) == ([], 0, head)
    assert digest(filled, [toy.Mark, toy.Row]) == before


def test_only_what_is_missing_is_worked_on_and_only_what_is_too_much_goes(filled, toy):
    toy.run(filled, toy.toy_step(filled))
    toy.fill(filled, 31, 32)
    gone = pa.table({"n": pa.array([7, 10, 13], pa.int64())})
    filled.commit(lambda _: filled.delete(toy.Input, gone))
    done: list[int] = []
    count = toy.run(filled, toy.toy_step(filled, inputs=2, done=done))
    assert done == [31, 32]
    assert (count.n_added, count.n_removed, count.n_batches) == (2, 3, 3)
    assert batches(filled)[-3:] == [(2, 0), (0, 2), (0, 1)]
    kept = [n for n in (*range(1, 24), 31, 32) if n not in (7, 10, 13)]
    assert marks(filled) == kept
    with_rows = filled.rows(f"SELECT DISTINCT n FROM {CATALOG}.core.toy_row ORDER BY n")
    assert [row["n"] for row in with_rows] == [n for n in kept if n % 10]


def test_an_input_worked_on_again_has_its_rows_once(filled, toy):
    toy.run(filled, toy.toy_step(filled))
    before = digest(filled, [toy.Mark, toy.Row])
    # The mark goes, as when a reader's fingerprint has changed; its rows are still there.
    filled.commit(lambda _: filled.delete(toy.Mark, pa.table({"n": pa.array([5, 8], pa.int64())})))
    assert toy.run(filled, toy.toy_step(filled)).n_added == 2
    assert digest(filled, [toy.Mark, toy.Row]) == before


def test_a_batch_ends_when_it_holds_enough_bytes(lake, toy, monkeypatch):
    held: list[list[int]] = []

    class Sink:
        def add(self, produced, batch):
            held.append([part.n_bytes for part in produced])

        def remove(self, keys, batch):
            raise AssertionError

    def work(keys):
        for n in keys["n"].to_pylist():
            yield Produced(1, originals=((str(n), bytes(n * 1000)),))

    keys = pa.table({"n": pa.array(range(1, 11), pa.int64())})
    step = steps.Step("bytes", lambda: keys, lambda: no_rows("n"), work, Sink(), batch_inputs=100, batch_bytes=10_000)
    count = steps.run_step(step, "run", silent)
    assert [sum(batch) for batch in held] == [10_000, 11_000, 15_000, 19_000]
    assert count.n_added == 10
    for batch in held:
        assert sum(batch[:-1]) < 10_000, "no batch goes on once it has enough"


def test_work_is_never_ahead_of_its_commit_by_more_than_a_batch(filled, toy):
    done: list[int] = []
    ahead: list[int] = []
    step = toy.toy_step(filled, done=done)
    inner = step.sink.add

    class Sink(LakeSink):
        def add(self, produced, batch):
            ahead.append(len(done) - len(marks(filled)))
            inner(produced, batch)

    watched = Sink(filled, step.sink.clock, step.sink.tables)
    toy.run(filled, steps.Step("toy", step.missing, step.surplus, step.work, watched, batch_inputs=5))
    assert max(ahead) == 5


def test_originals_are_kept_before_the_rows_that_name_them(filled, toy):
    seen: list[tuple[list[str], list[int]]] = []

    def keep(originals):
        seen.append(([content_id for content_id, _ in originals], marks(filled)))
        return 1

    def work(keys):
        for n in keys["n"].to_pylist():
            mark = to_table(toy.Mark, [toy.Mark(n=n, n_rows=0)])
            yield Produced(1, {toy.Mark: mark}, originals=((f"c{n}", b"bytes"),))

    plain = toy.toy_step(filled)
    sink = LakeSink(filled, plain.sink.clock, {toy.Mark: ("n",)}, keep_originals=keep)
    steps.run_step(steps.Step("toy", plain.missing, plain.surplus, work, sink, batch_inputs=12), "run", silent)
    assert seen[0] == ([f"c{n}" for n in range(1, 13)], [])
    assert seen[1] == ([f"c{n}" for n in range(13, 24)], list(range(1, 13)))


def test_a_batch_whose_commit_fails_leaves_neither_rows_nor_mark(filled, toy):
    step = toy.toy_step(filled, inputs=4)

    def work(keys):
        for number, produced in enumerate(step.work(keys)):
            if number == 6:
                raise RuntimeError("the reader fell over")
            yield produced

    with pytest.raises(RuntimeError, match="fell over"):
        toy.run(filled, steps.Step("toy", step.missing, step.surplus, work, step.sink, batch_inputs=4))
    assert marks(filled) == [1, 2, 3, 4]
    assert batches(filled) == [(4, 0)]


def test_progress_tells_what_is_committed(filled, toy):
    told: list[tuple[str, int, int]] = []

    def note(step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    steps.run_step(toy.toy_step(filled, inputs=10), "run", note)
    assert told == [("toy", 0, 23), ("toy", 10, 23), ("toy", 20, 23), ("toy", 23, 23)]


@pytest.mark.parametrize("kill_at", ["toy:before-commit:3", pytest.param("toy:after-commit:4", marks=pytest.mark.long)])
def test_a_step_that_was_killed_goes_on_where_it_stopped(home, place, toy, tmp_path, kill_at):
    from warehouse.lake import Lake

    with Lake.open(place) as lake:
        migration.migrate(lake, [toy.Input, toy.Mark, toy.Row])
        toy.fill(lake, *range(1, 24))
    whole = Home(tmp_path / "uninterrupted")
    shutil.copytree(home.root, whole.root)

    def run(folder: Home, kill: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPT), str(folder.root), kill]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    killed = run(home, kill_at)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with Lake.open(place) as lake:
        n_done = {"toy:before-commit:3": 10, "toy:after-commit:4": 20}[kill_at]
        assert marks(lake) == list(range(1, n_done + 1))
        assert len(batches(lake)) == n_done / 5
    resumed, uninterrupted = run(home, ""), run(whole, "")
    assert resumed.returncode == uninterrupted.returncode == 0, resumed.stderr + uninterrupted.stderr
    assert resumed.stdout == uninterrupted.stdout
    assert "'core.toy_mark': (23," in resumed.stdout
