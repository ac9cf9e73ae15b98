"""Kill −9 while an index is built, swapped or gone back from: consumers have a whole answer, and the next try ends it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("index_night.py")
# Consumers are moved by the row; before it they have the old index.
ROW = "publish:after-row:1"
AROUND_ROW = ("publish:tagged:1", "publish:before-row:1", ROW, "retire:untagged:1")

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def do(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., dict[str, Any]]]:
    """Do a job on a home, see `index_night.py`."""
    share = tmp_path_factory.mktemp("share")
    for number in range(3):
        lines = [f"기초연금 단가 {number}차 검토 {k}번 의견은 34만 {k}천원으로 보는 것이다. " * 5 for k in range(8)]
        (share / f"a{number}.txt").write_text("\n".join(lines), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        told, answers = process.stdin, process.stdout
        assert told is not None
        assert answers is not None

        def order(job: str, home: Path, **more: Any) -> dict[str, Any]:
            told.write(json.dumps({"do": job, "home": str(home), "share": str(share), **more}) + "\n")
            told.flush()
            line = answers.readline()
            assert line, "the job itself failed; its traceback is on standard error"
            return json.loads(line)

        yield order
        told.close()


@pytest.fixture(scope="module")
def base(do: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first night; tests copy it."""
    home = tmp_path_factory.mktemp("base") / "home"
    assert do("run", home)["answer"]
    return home


def copied(base: Path, home: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(base, home, symlinks=True)
    return home


def seen(state: dict[str, Any]) -> tuple[Any, ...]:
    """What a consumer gets."""
    return state["model"], state["hits"], state["vectors"], state["damaged"]


def without_ids(state: dict[str, Any]) -> dict[str, Any]:
    """What a killed and an uninterrupted home agree on: ids of publications are made of the clock."""
    return {name: value for name, value in state.items() if name != "publication"}


@pytest.mark.parametrize("job", ["switch", "rechunk"])
def test_a_build_that_is_killed_leaves_the_old_index_and_goes_on(do, base, tmp_path, job):
    before = do("state", base)["answer"]
    points = tmp_path / "points.txt"
    whole = copied(base, tmp_path / "whole")
    assert do(job, whole, points=str(points))["answer"] is True
    expected = do("state", whole)["answer"]
    assert expected["model"] == ("other" if job == "switch" else "words")
    passed = points.read_text(encoding="utf-8").split()
    assert ROW in passed
    assert "index/passage:after-commit:1" in passed or job == "rechunk"
    # the other points of publishing are killed at in test_kill_points.py
    for point in (one for one in passed if one.startswith("index") or one in AROUND_ROW):
        home = copied(base, tmp_path / "killed")
        assert do(job, home, kill_at=point)["killed"], point
        is_moved = passed.index(point) > passed.index(ROW)
        between = do("state", home)["answer"]
        assert seen(between) == (seen(expected) if is_moved else seen(before)), point
        assert do(job, home)["killed"] == 0, point
        found = do("state", home)["answer"]
        is_twice = job == "rechunk" and passed.index(point) >= passed.index(ROW)
        if not is_twice:
            assert without_ids(found) == without_ids(expected), point
        assert seen(found) == seen(expected), point


def test_a_night_between_a_killed_switch_and_the_next_try_keeps_what_was_built(do, base, tmp_path):
    home = copied(base, tmp_path / "home")
    assert do("switch", home, kill_at="index/passage:after-commit:1")["killed"]
    share_changed = tmp_path / "share"
    share_changed.mkdir()
    (share_changed / "b.txt").write_text("밤사이에 온 기초연금 글", encoding="utf-8")
    assert do("run", home, share=str(share_changed))["answer"]
    between = do("state", home)["answer"]
    assert between["model"] == "words"
    assert [one[3] for one in between["vector_tables"]].count(True) == 1, "the half-built table is kept"
    assert do("switch", home)["answer"] is True
    assert do("state", home)["answer"]["model"] == "other"


def test_a_way_back_that_is_killed_is_ended_by_the_next_night(do, base, tmp_path):
    switched = copied(base, tmp_path / "switched")
    assert do("switch", switched)["answer"] is True
    after = do("state", switched)["answer"]
    first = do("state", base)["answer"]
    points = tmp_path / "points.txt"
    whole = copied(switched, tmp_path / "whole")
    assert do("back", whole, points=str(points))["answer"] == first["publication"]
    assert seen(do("state", whole)["answer"]) == seen(first)
    passed = points.read_text(encoding="utf-8").split()
    assert passed[:2] == ["rollback:chosen:1", "rollback:after-row:1"]
    for point in passed:
        home = copied(switched, tmp_path / "killed")
        assert do("back", home, kill_at=point)["killed"], point
        between = do("state", home)["answer"]
        is_pointed = point not in passed[:2]
        assert seen(between) == (seen(first) if is_pointed else seen(after)), point
        do("run", home)
        ended = do("state", home)["answer"]
        assert seen(ended) == seen(first), point
        assert ended["chosen"] == "words", point
