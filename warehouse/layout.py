"""Every path of a home, spelled here and nowhere else.

```
HOME/
  gotgan.toml                       what is gathered, which talk is kept, who may read it
  CURRENT                           the publication that consumers read (JSON, replaced atomically)
  writer.lock                       held by the one writer
  keys/home.key                     secret that seals paths and wraps the blobs' keys
  keys/blobs.sqlite                 one key per original; destroying a key forgets its original
  blobs/ab/cd/SHA256                originals, encrypted
  lake/catalog.sqlite               DuckLake catalog (unless PostgreSQL is set)
  lake/data/LAYER/TABLE/            Parquet files of the lake
  staging/                          what workers hand to the writer; empty between runs
  vectors/TABLE.lance/              LanceDB
  serving/PUBLICATION/budget.duckdb analysts' file: rows that everyone listed may read
  serving/PUBLICATION/budget.CLEARANCE.duckdb
  serving/current                   link to the newest of them
  publications/PUBLICATION.json     manifest: every published file with size and SHA-256
  runs/RUN.json                     run reports, with RUN.md and RUN.html for people
  ledger.sqlite                     what people have decided (copied into the lake by every run)
  dagster/                          Dagster's own instance: runs, events, schedules
```
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

_SAFE_NAME = re.compile(r"[\w.\-]{1,120}")
_CONTENT_ID = re.compile(r"[0-9a-f]{64}")


def _safe(name: str) -> str:
    """A name that can be a file's: letters, digits, `_ . -`.

    Raises:
        ValueError: the name holds anything else, such as a separator.
    """
    if not _SAFE_NAME.fullmatch(name) or name in (".", ".."):
        raise ValueError(f"not usable as a file name: {name!r}")
    return name


@dataclass(frozen=True)
class Home:
    """The paths of one home."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """What is gathered, and who may read it."""
        return self.root / "gotgan.toml"

    @property
    def current_file(self) -> Path:
        """Pointer to the publication that consumers read."""
        return self.root / "CURRENT"

    @property
    def lock_file(self) -> Path:
        """Held by the one writer for the length of a run."""
        return self.root / "writer.lock"

    @property
    def key_folder(self) -> Path:
        """Secrets; readable by the operator's account alone."""
        return self.root / "keys"

    @property
    def home_key_file(self) -> Path:
        """The home's secret."""
        return self.key_folder / "home.key"

    @property
    def blob_keys_file(self) -> Path:
        """SQLite file of the originals' keys."""
        return self.key_folder / "blobs.sqlite"

    @property
    def blob_folder(self) -> Path:
        """Encrypted originals."""
        return self.root / "blobs"

    def blob_file(self, content_id: str) -> Path:
        """Where the original of `content_id` lies.

        Raises:
            ValueError: `content_id` is not a SHA-256.
        """
        if not _CONTENT_ID.fullmatch(content_id):
            raise ValueError(f"not a content id: {content_id!r}")
        return self.blob_folder / content_id[:2] / content_id[2:4] / content_id

    @property
    def lake_folder(self) -> Path:
        """Catalog and data of the lake."""
        return self.root / "lake"

    @property
    def catalog_file(self) -> Path:
        """SQLite catalog of the lake."""
        return self.lake_folder / "catalog.sqlite"

    @property
    def data_folder(self) -> Path:
        """Parquet files of the lake. Only DuckLake writes or removes anything here."""
        return self.lake_folder / "data"

    @property
    def staging_folder(self) -> Path:
        """What workers hand to the writer, outside the data folder so that clean-up never takes it for an orphan."""
        return self.root / "staging"

    @property
    def vector_folder(self) -> Path:
        """LanceDB."""
        return self.root / "vectors"

    @property
    def serving_folder(self) -> Path:
        """Analysts' files of the last publications."""
        return self.root / "serving"

    @property
    def serving_link(self) -> Path:
        """Link to the newest publication's folder of serving files."""
        return self.serving_folder / "current"

    def serving_folder_of(self, publication_id: str) -> Path:
        """Folder of one publication's serving files."""
        return self.serving_folder / _safe(publication_id)

    def serving_file(self, publication_id: str, clearance: str | None = None) -> Path:
        """The analysts' file of a publication, for everyone listed or for a clearance."""
        name = f"budget.{_safe(clearance)}.duckdb" if clearance else "budget.duckdb"
        return self.serving_folder_of(publication_id) / name

    @property
    def publication_folder(self) -> Path:
        """Manifests."""
        return self.root / "publications"

    def manifest_file(self, publication_id: str) -> Path:
        """Manifest of a publication."""
        return self.publication_folder / f"{_safe(publication_id)}.json"

    @property
    def run_folder(self) -> Path:
        """Run reports."""
        return self.root / "runs"

    def report_file(self, run_id: str) -> Path:
        """Report of a run."""
        return self.run_folder / f"{_safe(run_id)}.json"

    def report_markdown_file(self, run_id: str) -> Path:
        """Report of a run as text."""
        return self.run_folder / f"{_safe(run_id)}.md"

    def report_html_file(self, run_id: str) -> Path:
        """Report of a run as a page."""
        return self.run_folder / f"{_safe(run_id)}.html"

    @property
    def ledger_file(self) -> Path:
        """Decisions of people, outside the lake: deciding must not wait for a run, nor be a writer of the catalog."""
        return self.root / "ledger.sqlite"

    @property
    def dagster_folder(self) -> Path:
        """Dagster's instance; nothing of Dagster is written anywhere else."""
        return self.root / "dagster"

    @property
    def dagster_lock_file(self) -> Path:
        """Held by the process that makes Dagster's databases."""
        return self.dagster_folder / "instance.lock"

    @property
    def dagster_settings_file(self) -> Path:
        """Copy of the repository's `dagster.yaml`, where Dagster looks for it."""
        return self.dagster_folder / "dagster.yaml"

    def make_folders(self) -> None:
        """Make the home's folders; the folder of secrets only for its owner."""
        for folder in (
            self.lake_folder,
            self.data_folder,
            self.staging_folder,
            self.vector_folder,
            self.serving_folder,
            self.publication_folder,
            self.run_folder,
            self.dagster_folder,
            self.blob_folder,
        ):
            folder.mkdir(parents=True, exist_ok=True)
        self.key_folder.mkdir(mode=0o700, exist_ok=True)


def vector_table_folder(folder: Path, table: str) -> Path:
    """Folder of one table of the LanceDB in `folder`."""
    return folder / f"{_safe(table)}.lance"


def project_folder() -> Path:
    """The checkout that this code runs from, where `dagster.yaml` and `workspace.yaml` stand."""
    return Path(__file__).resolve().parent.parent


def docs_folder() -> Path:
    """The pages of the documentation."""
    return project_folder() / "docs"


def measured_file() -> Path:
    """What `benchmarks/reading.py` measured of each format on real files, for the formats page."""
    return docs_folder() / "measured.json"


def page_file(name: str) -> Path:
    """A page of the documentation by its name, such as `dictionary`."""
    return docs_folder() / f"{_safe(name)}.md"


def default_model_folder() -> Path:
    """The embedded default model, inside the virtual environment that `make setup` made."""
    return Path(sys.prefix) / "share" / "gotgan" / "models" / "me5-small-q4"
