"""Nights over tables of money: the real readers and forms on a real lake, up to the amounts.

`conftest.py` loads this file by its path; `test_amount_kills.py` runs it as a script, which forks a process for every night
that is to be killed: a job a line on standard input, `{"home": …, "share": …, "kill_at": …}`.
"""

import importlib.util
import json
import signal
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from connectors import extraction
from connectors.forms.fiscal_package import fields_of
from connectors.sources.folder import FolderSource
from schemas.access import Access
from schemas.budget import Declared, Extraction, FormDocument
from schemas.ports import Source
from schemas.records import discover_records
from warehouse import faults
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake, digest, local_place
from warehouse.layout import Home
from warehouse.ledger import Ledger
from warehouse.night import Night
from warehouse.review import QueueItem, queue


@dataclass
class CountingForms:
    """The real forms; they count what they are given, and may be told to be others, or to read otherwise."""

    version: int = 1
    seen: list[FormDocument] = field(default_factory=list)
    change: Callable[[Extraction], Extraction] = lambda found: found

    @property
    def fingerprint(self) -> str:
        """Of the forms and of their version here."""
        return f"{extraction.fingerprint()}/{self.version}"

    def extract(self, document: FormDocument) -> Extraction:
        """What the forms find, changed as the test says."""
        self.seen.append(document)
        return self.change(extraction.extract(document))

    def described_fields(self, text: str) -> list[list[str]]:
        """As the real forms say."""
        return fields_of(text)


@dataclass
class TableNights:
    """Nights of one home, one after another on the open lake."""

    talks: Any
    lake: Lake
    home: Home
    clock: Clock
    forms: CountingForms = field(default_factory=CountingForms)
    declared: dict[str, Declared] = field(default_factory=dict)

    def run(self) -> int:
        """A night up to the amounts; returns how many contents the forms were given."""
        night = self.night()
        night.extract_amounts()
        return len(self.forms.seen)

    def night(self) -> Night:
        """A night that has read."""
        self.forms.seen.clear()
        night: Night = self.talks.night()
        night.ports = replace(night.ports, forms=self.forms, declared=self.declared)
        night.take_decisions()
        for source in self.talks.sources:
            night.receive(source)
        night.read()
        return night

    def add_source(self, source: Source) -> None:
        """Walk another source too."""
        self.talks.sources.append(source)

    def current(self) -> list[tuple[str, int, int | None]]:
        """(subject, year, millions of won) of the current amounts, in order."""
        rows = self.lake.rows(f"FROM ({CURRENT_AMOUNTS}) ORDER BY subject_name, fiscal_year, amount_won")
        return [(row["subject_name"], row["fiscal_year"], _millions(row["amount_won"])) for row in rows]

    def amounts(self, more: str = "") -> list[dict[str, Any]]:
        """Every row of amounts, in the order in which they were recorded."""
        return self.rows("core.budget_amount", f"{more} ORDER BY recorded_at, subject_name, fiscal_year, amount_id")

    def rows(self, table: str, more: str = "") -> list[dict[str, Any]]:
        """Rows of a table at the head."""
        return self.lake.rows(f"FROM {CATALOG}.{table} {more}")

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that the step writes, with its times."""
        return {name: self.rows(f"core.{name}", "ORDER BY ALL") for name in TABLES}

    def questions(self) -> list[QueueItem]:
        """The questions about tables."""
        return [item for item in queue(self.home, self.talks.night().place) if item.asked.kind == "table"]

    def answer(self, answer: str) -> None:
        """Give an answer to the one open question about tables."""
        (item,) = [item for item in self.questions() if item.is_open]
        Ledger(self.home).decide(item.asked, answer, decided_by="예산담당", note=None, now=self.clock.now())


def _millions(won: int | None) -> int | None:
    if won is None:
        return None
    assert won % 1_000_000 == 0
    return won // 1_000_000


def csv(unit: str | None = "백만원", stage: str = "예산", **rows: Any) -> str:
    """A table of projects by year: name → (2025, 2026); a single number is of 2026, and 2025 is a dash."""
    noted = f"({unit})" if unit else ""
    lines = [f"세부사업,2025년 {stage}{noted},2026년 {stage}{noted}"]
    for name, figures in rows.items():
        before, after = figures if isinstance(figures, tuple) else ("-", figures)
        lines.append(f"{name},{before},{after}")
    return "\n".join(lines) + "\n"


def descriptor(*names: str, phase: str = "approved", factor: int = 1) -> str:
    """A descriptor of a package with one table of the given fields, the last of which is money."""
    fields = [{"name": name} for name in names]
    measures = {
        names[-1]: {
            "source": names[-1],
            "currency": "KRW",
            "factor": factor,
            "phase": phase,
            "direction": "expenditure",
        }
    }
    dimensions = {
        "date": {
            "dimensionType": "datetime",
            "primaryKey": ["year"],
            "attributes": {"year": {"source": names[0]}},
        },
        "project": {
            "dimensionType": "activity",
            "primaryKey": ["name"],
            "attributes": {"name": {"source": names[1]}},
        },
    }
    resource = {"name": "budget", "path": "budget.csv", "schema": {"fields": fields}}
    model = {"measures": measures, "dimensions": dimensions}
    return json.dumps({"name": "package", "resources": [resource], "model": model}, ensure_ascii=False)


TABLES = ("budget_amount", "withdrawal", "extraction", "form_table", "adjustment", "indicator")


def loaded(path: Path) -> types.ModuleType:
    """A module by its path, since tests are no packages."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def whole_night(home: Path, share: Path, kill_at: str | None) -> dict[str, list[Any]]:
    """One night over a folder, killed at a point if one is given; returns what is in the tables, times left out."""
    talking = loaded(Path(__file__).parent.parent / "talks.py")
    opened = Home(home)
    with Lake.open(local_place(opened.catalog_file, opened.data_folder)) as lake:
        talks = talking.Talks(opened, lake, Clock(), [FolderSource("share", share, Access(allow=("group:all",)))])
        faults.arm(kill_at, None)
        TableNights(talks, lake, opened, talks.clock).run()
        records = [record for name, record in discover_records().items() if name in {f"core.{one}" for one in TABLES}]
        return {name: list(found) for name, found in digest(lake, records).items()}


def main() -> None:
    """Do the jobs on standard input."""
    small_night = loaded(Path(__file__).parents[2] / "faults" / "small_night.py")
    small_night.use_one_thread()
    for line in sys.stdin:
        job = json.loads(line)

        def run(job: dict[str, Any] = job) -> Any:
            return whole_night(Path(job["home"]), Path(job["share"]), job.get("kill_at"))

        killed_by, answer = small_night.in_child(run)
        print(json.dumps({"killed": killed_by == signal.SIGKILL, "answer": answer}), flush=True)


if __name__ == "__main__":
    main()
