"""A home of its own for each test, on a real lake, with stand-ins for what other packages bring."""

import importlib.util
import shutil
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access
from schemas.record import Record
from schemas.records import discover_records
from warehouse import migration
from warehouse.blobs import make_home_key
from warehouse.clock import Clock
from warehouse.lake import Lake, LakePlace, local_place
from warehouse.layout import Home

EVERYONE = Access(allow=("group:all",))


class SteppingClock(Clock):
    """A clock that stands until it is told to go on, so that hours pass in no time."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """One second later at each look, so that what follows has a later time."""
        self.instant += timedelta(seconds=1)
        return self.instant

    def advance(self, hours: float) -> None:
        """Let time pass."""
        self.instant += timedelta(hours=hours)


@dataclass
class CountingSource:
    """A folder whose fetches are counted, and whose walks can be made to say something else."""

    source: FolderSource
    fetched: list[str] = field(default_factory=list)
    walk_with: Callable[[Any], Any] | None = None

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def kind(self) -> str:
        return self.source.kind

    @property
    def keeps_missing(self) -> bool:
        return self.source.keeps_missing

    def walk(self) -> Iterator[Any]:
        """The folder's walk, each item passed through `walk_with` if that is set."""
        for item in self.source.walk():
            yield self.walk_with(item) if self.walk_with else item

    def fetch(self, raw_path: str, limit_bytes: int) -> bytes:
        """The folder's bytes, with the path noted."""
        self.fetched.append(raw_path)
        return self.source.fetch(raw_path, limit_bytes)


@pytest.fixture(scope="session")
def small_night() -> types.ModuleType:
    """The night of the kill tests, loaded by its path since tests are no packages."""
    path = Path(__file__).parent.parent / "faults" / "small_night.py"
    spec = importlib.util.spec_from_file_location("small_night", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["small_night"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session", autouse=True)
def one_thread(small_night: types.ModuleType) -> Iterator[None]:
    """DuckDB on one thread: on a handful of rows more threads only wait for each other, which doubles the CPU time."""
    with pytest.MonkeyPatch.context() as patch:
        small_night.use_one_thread(patch.setattr)
        yield


@pytest.fixture(scope="session")
def talking() -> types.ModuleType:
    """Writers of exports of messengers, and nights over them."""
    path = Path(__file__).with_name("talks.py")
    spec = importlib.util.spec_from_file_location("talks", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["talks"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def home_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with its tables made, to be copied: making it costs more than a test."""
    home = Home(tmp_path_factory.mktemp("template") / "home")
    home.make_folders()
    make_home_key(home)
    with Lake.open(local_place(home.catalog_file, home.data_folder)) as lake:
        migration.migrate(lake, discover_records().values())
    return home.root


@pytest.fixture
def home(tmp_path: Path, home_template: Path) -> Home:
    """An empty home with all tables."""
    shutil.copytree(home_template, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def place(home: Home) -> LakePlace:
    """Where the home's lake is."""
    return local_place(home.catalog_file, home.data_folder)


@pytest.fixture
def lake(place: LakePlace) -> Iterator[Lake]:
    """The home's lake, opened by its writer."""
    with Lake.open(place) as opened:
        yield opened


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that the test moves."""
    return SteppingClock()


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """The folder that is collected."""
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def source(share: Path) -> CountingSource:
    """The folder as a source that counts."""
    return CountingSource(FolderSource("share", share, EVERYONE))


@pytest.fixture
def night(small_night: types.ModuleType, home: Home, lake: Lake, clock: SteppingClock, source: CountingSource) -> Any:
    """A night on the open lake, over the counting source."""
    made = small_night.SmallNight(home, [source], clock=clock, rule=small_night.AT_ONCE)
    made.lake = lake
    return made


@pytest.fixture
def talks(talking: types.ModuleType, home: Home, lake: Lake, clock: SteppingClock, source: CountingSource) -> Any:
    """Nights on the open lake over the counting source, with one room registered for everybody."""
    return talking.Talks(home, lake, clock, [source], talking.register_of(예산협의=()))


@pytest.fixture
def declare() -> Callable[..., type[Record]]:
    """Make a record class: `declare("thing", year=(int, field(…)))` is the table `core.thing`, keyed by its first column."""

    def make(table: str, **columns: tuple[Any, Any]) -> type[Record]:
        namespace: dict[str, Any] = {
            "__module__": f"records.{table}",
            "__qualname__": "Declared",
            "__doc__": "A table of a test.",
            "__annotations__": {name: kind for name, (kind, _) in columns.items()},
            "layer": "core",
            "key": (next(iter(columns)),),
            "label": "시험",
            **{name: info for name, (_, info) in columns.items()},
        }
        return cast(type[Record], types.new_class("Declared", (Record,), {}, lambda body: body.update(namespace)))

    return make


@pytest.fixture
def fill() -> Callable[..., None]:
    """Append rows, given as columns, to a record's table in one commit."""

    def do(lake: Lake, record: type[Record], **columns: list[Any]) -> None:
        from schemas.arrow import arrow_schema

        table = pa.table(columns, schema=pa.schema([arrow_schema(record).field(name) for name in columns]))
        lake.commit(lambda _: lake.insert(record, table))

    return do
