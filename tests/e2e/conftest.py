"""A sample ministry, a home and a published night, made once for all tests of this folder.

The nights of the quick tests embed with a model of random weights: what becomes of every file, and who may read it, does
not hang on the model. Tests that ask questions take `asked`, the same night with the model that the project brings.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benchmarks.nights import tiny_model
from pipelines.sample.ministry import unlock
from pipelines.sample.truth import Truth


def as_owner() -> list[str]:
    """What to start a command with so that root sees no more than the owner of its files; nothing for anybody else."""
    if os.geteuid() != 0:
        return []
    assert shutil.which("setpriv"), "root sees through every mode; setpriv (util-linux) is needed to run as an owner"
    dropped = "-dac_override,-dac_read_search"
    return ["setpriv", "--bounding-set", dropped, "--inh-caps", dropped]


@dataclass(frozen=True)
class Gotgan:
    """The command as a user runs it, in a process of its own, on one home."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [*as_owner(), sys.executable, "-m", "pipelines.cli", *words, "--home", str(self.home)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=900,
            env=os.environ | {"LANG": "ko_KR.UTF-8"} | self.environment | environment,
        )
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
        return done

    def json(self, *words: str, **environment: str) -> Any:
        return json.loads(self(*words, "--json", **environment).stdout)


@dataclass(frozen=True)
class Ministry:
    """A share with its truth, and the home that gathers it."""

    root: Path
    truth: Truth
    gotgan: Gotgan

    @property
    def share(self) -> Path:
        return self.root / "share"

    def copy(self, to: Path) -> "Ministry":
        """The same ministry elsewhere, its home pointing at the copied share."""
        unlock(self.share)
        shutil.copytree(self.root, to, symlinks=True)
        for root in (self.root, to):
            for folder in self.truth.unlisted:
                (root / "share" / folder).chmod(0)
        settings = to / "home" / "gotgan.toml"
        settings.write_text(settings.read_text(encoding="utf-8").replace(str(self.root), str(to)), encoding="utf-8")
        return Ministry(to, self.truth, Gotgan(to / "home", self.gotgan.environment))


@pytest.fixture(scope="session")
def fresh_ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """Made, never run; tests copy it."""
    root = tmp_path_factory.mktemp("fresh")
    gotgan = Gotgan(root / "home")
    gotgan("sample", str(root))
    yield Ministry(root, Truth.model_validate_json((root / "truth.json").read_text(encoding="utf-8")), gotgan)
    unlock(root)


@pytest.fixture(scope="session")
def owner_command() -> list[str]:
    """See `as_owner`."""
    return as_owner()


@pytest.fixture(scope="session")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which a command embeds with random weights."""
    return {"GOTGAN_MODEL": str(tiny_model(tmp_path_factory.mktemp("tiny") / "model"))}


@pytest.fixture(scope="session")
def ministry(
    fresh_ministry: Ministry, random_model: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ministry]:
    """One night has been run and published; tests read it and leave it as it is."""
    copied = fresh_ministry.copy(tmp_path_factory.mktemp("ran") / "ministry")
    ran = Ministry(copied.root, copied.truth, Gotgan(copied.gotgan.home, random_model))
    ran.gotgan("run")
    yield ran
    unlock(ran.root)


@pytest.fixture(scope="session")
def asked(fresh_ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """The same night with the model that the project brings, for questions."""
    ran = fresh_ministry.copy(tmp_path_factory.mktemp("asked") / "ministry")
    ran.gotgan("run")
    yield ran
    unlock(ran.root)
