"""Rows of budget records as the forms would write them, and marts over them; loaded by its path, since tests are no packages."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa

from connectors.sources.folder import FolderSource
from schemas.access import Access
from schemas.arrow import arrow_schema
from schemas.budget import Subject
from schemas.fiscal import Level
from schemas.record import Record
from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.extraction import ExtractionRecord
from schemas.records.indicator import Indicator
from schemas.records.project import ProjectRecord
from schemas.records.reconciliation import Reconciliation
from schemas.records.succession import Succession
from schemas.records.withdrawal import Withdrawal
from schemas.targets import target_of
from warehouse.lake import Lake
from warehouse.layout import Home
from warehouse.marts import build_mart, discover_marts
from warehouse.publication import Current
from warehouse.serving import audiences, write_serving_files

OPEN, INNER = Access(allow=("group:all",)), Access(allow=("clearance:내부",))
OLD = "0" * 64
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_LEVEL_COLUMNS = {
    Level.ORG: "org",
    Level.ACCOUNT: "account",
    Level.FIELD: "field",
    Level.SECTOR: "sector",
    Level.PROGRAM: "program",
    Level.ACTIVITY: "activity",
    Level.PROJECT: "project",
    Level.MOK: "mok",
    Level.SEMOK: "semok",
}


class Ledger:
    """Collects rows and inserts them; ids count up, so that the first of two equals is known."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.n = 0

    def insert(self, record: type[Record], **columns: Any) -> dict[str, Any]:
        """One row; what is not given is empty (None, or nothing of its kind)."""
        row = {name: columns.get(name) for name in record.columns()}
        assert columns.keys() <= row.keys()
        table = pa.Table.from_pylist([row], schema=arrow_schema(record))
        self.lake.commit(lambda _: self.lake.insert(record, table))
        return row

    def amount(
        self,
        won: int | None,
        name: str = "도로건설",
        *,
        year: int = 2026,
        stage: str = "ENACTED",
        org: str | None = "국토부",
        code: str | None = None,
        level: Level = Level.PROJECT,
        content: str = "c1",
        **more: Any,
    ) -> str:
        """A current amount; returns its id."""
        self.n += 1
        names = {level: name, **({Level.ORG: org} if org else {}), **more.pop("names", {})}
        codes = {**({level: code} if code else {}), **more.pop("codes", {})}
        subject = Subject(level, name, code, names, codes)
        content_id = content * (64 // len(content))
        revenue = more.get("is_revenue", False)
        kind, target = target_of(subject, year, revenue, content_id)
        printed: dict[str, Any] = {}
        for one, column in _LEVEL_COLUMNS.items():
            printed[f"{column}_name"] = names.get(one)
            printed[f"{column}_code"] = codes.get(one)
        row = {
            "amount_id": f"amount{self.n:04}",
            "content_id": content_id,
            "target_kind": kind,
            "target_id": target,
            "level": str(level),
            "fiscal_year": year,
            "stage": stage,
            "stage_no": 0,
            "stage_from": "cell",
            "is_revenue": False,
            "is_total": False,
            "amount_won": won,
            "amount_minor": won,
            "currency": "KRW",
            "value_state": "DASH" if won is None else "VALUE",
            "precision_minor": 0,
            "unit_raw": "원",
            "unit_multiplier": 1,
            "unit_from": "text",
            "raw_text": "-" if won is None else f"{won:,}",
            "subject_name": name,
            "subject_code": code,
            "ordinal": 0,
            "table_no": 1,
            "row": self.n,
            "col": 2,
            "form": "general",
            "confidence": 1.0,
            "recorded_at": NOW,
            **{key: value for key, value in printed.items() if key in BudgetAmount.model_fields},
            **more,
        }
        return self.insert(BudgetAmount, **row)["amount_id"]

    def withdraw(self, amount_id: str) -> None:
        """An amount is no longer said."""
        self.insert(Withdrawal, amount_id=amount_id, content_id="c", cause="read_again", recorded_at=NOW)

    def target(self, amount_id: str) -> str:
        """Target of an amount."""
        return self.lake.value("SELECT target_id FROM lake.core.budget_amount WHERE amount_id = $id", {"id": amount_id})

    def check(self, amount_id: str, status: str) -> None:
        """A check whose printed side the amount is."""
        self.n += 1
        self.insert(
            Reconciliation,
            reconciliation_id=f"r{self.n}",
            rule="I1",
            scope="표 1",
            fiscal_year=2026,
            lhs_minor=1,
            rhs_minor=1,
            difference_minor=0,
            tolerance_minor=0,
            currency="KRW",
            n_terms=2,
            status=status,
            lhs_amount_id=amount_id,
            culprit_ids=[],
        )

    def succession(self, what: str, before: tuple[str, str], after: tuple[str, str], **more: Any) -> None:
        """A succession from (id, name) to (id, name)."""
        self.n += 1
        row = {
            "succession_id": f"s{self.n}",
            "what": what,
            "kind": "RENAME",
            "from_id": before[0],
            "from_name": before[1],
            "to_id": after[0],
            "to_name": after[1],
            "fiscal_year": 2026,
            "method": "name",
            "score": 0.9,
            "evidence": ["이름이 같다"],
            "content_ids": [],
            "state": "CONFIRMED",
        }
        self.insert(Succession, **(row | more))

    def project(self, amount_id: str, **more: Any) -> None:
        """The dimension's row of an amount's project."""
        row = self.lake.rows("FROM lake.core.budget_amount WHERE amount_id = $id", {"id": amount_id})[0]
        told = {
            "project_id": row["target_id"],
            "fiscal_year": row["fiscal_year"],
            "name": row["subject_name"],
            "code": row["project_code"],
            "org_name": row["org_name"],
            "account_name": row["account_name"],
            "keyed_by": "code" if row["project_code"] else "name_and_office",
            "names": [row["subject_name"]],
            "n_amounts": 1,
        }
        self.insert(ProjectRecord, **(told | more))

    def transfer(self, won: int, kind: str, **more: Any) -> None:
        """A row of a table of transfers, with its amount."""
        content = more.get("content", "c1")
        amount_id = self.amount(won, "조정", org=None, level=Level.OTHER, content=content, stage="ADJ_TRANSFER_TITLE")
        self.n += 1
        row = {
            "adjustment_id": f"j{self.n}",
            "content_id": content * (64 // len(content)),
            "amount_id": amount_id,
            "kind": kind,
            "kind_raw": kind,
            "fiscal_year": 2026,
            "amount_won": won,
            "reason": "까닭",
        }
        self.insert(Adjustment, **(row | {key: value for key, value in more.items() if key != "content"}))

    def indicator(self, value: str | None, measure: str, **more: Any) -> None:
        """A cell of a table of indicators."""
        self.n += 1
        row = {
            "indicator_id": f"i{self.n:03}",
            "content_id": "d" * 64,
            "name": "만족도",
            "fiscal_year": 2026,
            "measure": measure,
            "value": value,
            "raw_text": value or "",
            "ordinal": 0,
            "row": self.n,
            "col": 1,
        }
        self.insert(Indicator, **(row | more))

    def mart(self, name: str, where: str = "true") -> list[dict[str, Any]]:
        """Build a mart and return its rows."""
        build_mart(self.lake, _clock(), discover_marts()[name], "run", lambda *_: None)
        return self.lake.rows(f"FROM lake.mart.{name} WHERE {where} ORDER BY ALL")


def _clock() -> Any:
    from warehouse.clock import Clock

    return Clock()


def two_sources(small_night: Any, home: Home, lake: Lake, clock: Any, tmp_path: Path) -> SimpleNamespace:
    """Two sources, one open and one for a clearance, and a way to write and open the files of a publication."""
    sources = []
    for name, access in (("open", OPEN), ("inner", INNER)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(f"{name}의 예산", encoding="utf-8")
        sources.append(FolderSource(name, tmp_path / name, access))
    night = small_night.SmallNight(home, sources, clock=clock, rule=small_night.AT_ONCE)
    night.lake = lake
    for source in sources:
        night.receive(source)
    night.read()
    ledger = Ledger(lake)
    contents = {row["name"][:-4]: row["content_id"] for row in lake.rows("FROM lake.raw.placement")}
    for content_id in contents.values():
        ledger.insert(
            ExtractionRecord,
            content_id=content_id,
            step_fingerprint="f",
            kind="기타",
            fiscal_years=[2026],
            n_tables=1,
            n_amounts=1,
            n_left=0,
            replaces=[OLD] if content_id == contents["open"] else [],
            extracted_at=NOW,
        )
    people = audiences({"내부": [frozenset({"group:all", "clearance:내부"})]})

    def write(publication: str = "p1") -> None:
        write_serving_files(lake, home, publication, people)
        home.current_file.write_text(
            Current(
                publication_id=publication, snapshot_id=1, vector_table=None, vector_version=None, serving_digest="d"
            ).model_dump_json(),
            encoding="utf-8",
        )

    def opened(clearance: str | None = None, publication: str = "p1") -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(home.serving_file(publication, clearance)), read_only=True)

    return SimpleNamespace(ledger=ledger, write=write, opened=opened, home=home, lake=lake, **contents)
