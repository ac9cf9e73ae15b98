"""A sample ministry, a home and a published night, made once for all tests of this folder."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.sample.truth import Truth


@dataclass(frozen=True)
class Gotgan:
    """The command as a user runs it, in a process of its own, on one home."""

    home: Path

    def __call__(self, *words: str, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipelines.cli", *words, "--home", str(self.home)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=280, env=os.environ | {"LANG": "ko_KR.UTF-8"} | environment
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
        shutil.copytree(self.root, to, symlinks=True)
        settings = to / "home" / "gotgan.toml"
        settings.write_text(settings.read_text(encoding="utf-8").replace(str(self.root), str(to)), encoding="utf-8")
        return Ministry(to, self.truth, Gotgan(to / "home"))


@pytest.fixture(scope="session")
def fresh_ministry(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """Made, never run; tests copy it."""
    root = tmp_path_factory.mktemp("fresh")
    gotgan = Gotgan(root / "home")
    gotgan("sample", str(root))
    return Ministry(root, Truth.model_validate_json((root / "truth.json").read_text(encoding="utf-8")), gotgan)


@pytest.fixture(scope="session")
def ministry(fresh_ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """One night has been run and published; tests read it and leave it as it is."""
    ran = fresh_ministry.copy(tmp_path_factory.mktemp("ran") / "ministry")
    ran.gotgan("run")
    return ran
