"""kill -9 while amounts are written or removed leaves no half: the next night's result is that of one that nobody interrupted."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def night(tmp_path: Path, home_template: Path, put) -> Iterator[Any]:
    """Run a night of a home in a process of its own: `night(name, kill_at)`; returns whether it was killed, and the tables."""
    script = Path(__file__).with_name("tabled.py")
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def do(home: Path, kill_at: str | None = None) -> dict[str, Any]:
            if not home.exists():
                shutil.copytree(home_template, home)
            stdin.write(json.dumps({"home": str(home), "share": str(tmp_path / "share"), "kill_at": kill_at}) + "\n")
            stdin.flush()
            line = stdout.readline()
            assert line, "the night itself failed; its traceback is on standard error"
            return json.loads(line)

        yield do
        stdin.close()


@pytest.mark.long
def test_a_night_that_is_killed_leaves_no_half(night, put, made, tmp_path):
    put("예산.csv", made.csv(마을길=(500, 600), 하천=70))
    put("다른.csv", made.csv(쉼터=(1, 2)))
    put("남는.csv", made.csv(다리=(7, 8)))
    start = tmp_path / "start"
    night(start)
    put("예산.csv", made.csv(마을길=(500, 650), 나루=4))
    (tmp_path / "share" / "다른.csv").unlink()
    points = [f"core/budget_amount:{point}:1" for point in ("before-commit", "after-commit", "before-remove")]
    expected: Any = None
    for number, kill_at in enumerate([None, *points]):
        home = tmp_path / f"home{number}"
        shutil.copytree(start, home)
        assert night(home, kill_at)["killed"] == (kill_at is not None), kill_at
        found = night(home)["answer"]
        expected = expected or found
        assert found == expected, kill_at
    assert expected["core.budget_amount"][0] == 10
    assert expected["core.extraction"][0] == 3
