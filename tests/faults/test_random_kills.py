"""Kill -9 at random instants of the real command over the sample ministry, then run again: equal to an uninterrupted run.

`tests/faults/test_kill_points.py` kills at every named point; this one kills where nobody thought of a point.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from benchmarks.nights import digest_home, tiny_model

_TRIALS = 3
_SEED = random.SystemRandom().randrange(10**6)


def _gotgan(*words, model) -> None:
    """Run the command to its end; what it said, and the trace of a native crash, are told if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *words],
        capture_output=True,
        text=True,
        env=os.environ | {"GOTGAN_MODEL": str(model), "PYTHONFAULTHANDLER": "1"},
    )
    assert done.returncode == 0, f"seed {_SEED}, {words}: status {done.returncode}\n{done.stdout}\n{done.stderr}"


@pytest.mark.long
def test_a_run_killed_anywhere_ends_like_one_that_was_not(tmp_path):
    model = tiny_model(tmp_path / "model")
    _gotgan("sample", str(tmp_path), "--home", str(tmp_path / "fresh"), model=model)
    whole = tmp_path / "whole"
    shutil.copytree(tmp_path / "fresh", whole)
    began = time.monotonic()
    _gotgan("run", "--home", str(whole), model=model)
    seconds = time.monotonic() - began
    expected = digest_home(whole)
    chance = random.Random(_SEED)
    met = []
    for trial in range(_TRIALS):
        home = tmp_path / f"killed{trial}"
        shutil.copytree(tmp_path / "fresh", home)
        instant = chance.uniform(0.1, 0.9) * seconds
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"GOTGAN_MODEL": str(model)},
            start_new_session=True,
        )
        try:
            process.wait(timeout=instant)
            # the first run had a busier machine, or a colder one
            seconds = time.monotonic() - began
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            met.append(instant)
        _gotgan("run", "--home", str(home), model=model)
        assert digest_home(home) == expected, f"seed {_SEED}, trial {trial} at {instant:.2f} s"
    print(f"seed {_SEED}: {len(met)} of {_TRIALS} killed in mid-run, all equal")
    assert met
