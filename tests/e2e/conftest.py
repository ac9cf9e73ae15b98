"""A sample ministry, a home and a published night, made once for all tests of this folder.

The nights of the quick tests embed with a model of random weights: what becomes of every file, and who may read it, does
not hang on the model. Tests that ask questions take `asked`, the same night with the model that the project brings.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benchmarks.nights import tiny_model
from pipelines.sample.comparison import shown_path
from pipelines.sample.ministry import unlock
from pipelines.sample.rooms import rooms_over, text_readers
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
            timeout=3_000,
            # the trace of a native crash, also of one before the command itself asks for it
            env=os.environ | {"LANG": "ko_KR.UTF-8", "PYTHONFAULTHANDLER": "1"} | self.environment | environment,
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

    def shown(self, path: str) -> str:
        """A path of the truth as the platform shows it."""
        return shown_path(self.truth, path)

    def text_readers(self) -> dict[str, set[str]]:
        """Path as it is shown → who may read what the file says."""
        truth = self.truth
        return {self.shown(item.path): set(text_readers(item, truth.scopes, truth.principals)) for item in truth.files}

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
def gotgan_of() -> type[Gotgan]:
    """Makes the command for a home and an environment."""
    return Gotgan


@pytest.fixture(scope="session")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which a command embeds with random weights."""
    return {"GOTGAN_MODEL": str(tiny_model(tmp_path_factory.mktemp("tiny") / "model"))}


@pytest.fixture(scope="session")
def whole(
    fresh_ministry: Ministry, random_model: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ministry]:
    """One night over the whole ministry has been run and published; tests read it and leave it as it is."""
    copied = fresh_ministry.copy(tmp_path_factory.mktemp("ran") / "ministry")
    ran = Ministry(copied.root, copied.truth, Gotgan(copied.gotgan.home, random_model))
    ran.gotgan("run")
    yield ran
    unlock(ran.root)


@pytest.fixture(scope="session")
def one_office(
    fresh_ministry: Ministry, random_model: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ministry]:
    """The same over the sources of one office and those that all share, which a home may gather alone."""
    copied = fresh_ministry.copy(tmp_path_factory.mktemp("office") / "ministry")
    chosen = [source for source in copied.truth.sources if source.name in ("예산총괄과", "공용자료실", "접수함")]
    _drop_other_sources(copied.gotgan.home / "gotgan.toml", {source.name for source in chosen})
    files = tuple(item for item in copied.truth.files if item.source in {source.name for source in chosen})
    rooms = rooms_over(files, copied.truth.scopes, copied.truth.principals)
    truth = copied.truth.model_copy(update={"sources": tuple(chosen), "files": files, "rooms": rooms})
    ran = Ministry(copied.root, truth, Gotgan(copied.gotgan.home, random_model))
    ran.gotgan("run")
    yield ran
    unlock(ran.root)


def _drop_other_sources(settings: Path, names: set[str]) -> None:
    head, *tables = settings.read_text(encoding="utf-8").split("\n[[")
    kept = [
        table
        for table in tables
        if not table.startswith("source]]\nname") or any(f'name = "{name}"' in table for name in names)
    ]
    settings.write_text("\n[[".join([head, *kept]), encoding="utf-8")


@pytest.fixture(scope="session")
def asked(fresh_ministry: Ministry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """The same night with the model that the project brings, for questions."""
    ran = fresh_ministry.copy(tmp_path_factory.mktemp("asked") / "ministry")
    ran.gotgan("run")
    yield ran
    unlock(ran.root)


@pytest.fixture(scope="session")
def find_leaks() -> Callable[[Path, Iterable[str]], list[tuple[str, str]]]:
    """(where, word) of each word that stands in a file of a home, or as text in a table, an index or an analysts' file."""
    return _find_leaks


def _find_leaks(home: Path, words: Iterable[str]) -> list[tuple[str, str]]:
    import duckdb
    import lancedb

    from pipelines.settings import Settings
    from warehouse.lake import Lake

    listed = list(words)
    leaks = []
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            leaks += [(str(path.relative_to(home)), word) for word in listed if word.encode() in content]
    # Parquet, Lance and DuckDB compress what they hold, so every table is looked at as text as well.
    settings = Settings(home)
    with Lake.open(settings.place, read_only=True) as lake:
        for layer, table in lake.tables():
            text = str(lake.rows(f'FROM lake."{layer}"."{table}"'))
            leaks += [(f"{layer}.{table}", word) for word in listed if word in text]
    database = lancedb.connect(str(settings.home.vector_folder))
    for table in database.list_tables().tables:
        text = str(database.open_table(table).to_arrow().drop_columns(["vector"]).to_pylist())
        leaks += [(f"lance:{table}", word) for word in listed if word in text]
    for path in sorted((home / "serving").glob("p*/*.duckdb")):
        with duckdb.connect(str(path), read_only=True) as connection:
            for schema, table in connection.sql("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
                text = str(connection.sql(f'FROM "{schema}"."{table}"').fetchall())
                leaks += [(f"{path.name}:{schema}.{table}", word) for word in listed if word in text]
    return leaks
