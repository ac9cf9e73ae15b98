"""The package that is written holds what the person may query, follows the specification, and reads back to the same amounts."""

import csv
import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from connectors.contract import Blob
from connectors.formats.csv_text import FORMAT as CSV
from connectors.forms.contract import Around
from connectors.forms.fiscal_package import FORM, fields_of, is_descriptor
from connectors.tables.view import TableView
from schemas import sql
from schemas.access import Principal
from schemas.arrow import arrow_schema
from schemas.budget import FoundAmount
from schemas.fiscal import Level, Stage
from schemas.records.budget_amount import BudgetAmount
from schemas.records.withdrawal import Withdrawal
from warehouse.exporting import BUDGET_TAXONOMY, COLUMNS, FolderInUse, export_fiscal_package
from warehouse.layout import Home
from warehouse.publication import Current, NothingPublished

NOW = datetime(2026, 11, 28, tzinfo=UTC)
TYPES = frozenset(
    {
        "string",
        "number",
        "integer",
        "boolean",
        "object",
        "array",
        "date",
        "time",
        "datetime",
        "year",
        "yearmonth",
        "any",
    }
)


def amount(number: int, **said: Any) -> dict[str, Any]:
    empty = dict.fromkeys(BudgetAmount.columns())
    return {
        **empty,
        "amount_id": f"{number:032}",
        "content_id": "c" * 64,
        "target_kind": "NAME",
        "target_id": "t",
        "level": "PROJECT",
        "fiscal_year": 2026,
        "stage": "ENACTED",
        "stage_no": 0,
        "stage_from": "cell",
        "is_revenue": False,
        "is_total": False,
        "amount_won": number,
        "amount_minor": number,
        "currency": "KRW",
        "value_state": "VALUE",
        "precision_minor": 500,
        "unit_raw": "천원",
        "unit_multiplier": 1000,
        "unit_from": "cell",
        "raw_text": f"{number}",
        "subject_name": "숲길 정비",
        "subject_code": "7033-300",
        "project_name": "숲길 정비",
        "project_code": "7033-300",
        "org_name": "숲청",
        "org_code": "019",
        "ordinal": 0,
        "table_no": 1,
        "sheet": "표",
        "row": number,
        "col": 3,
        "cell": f"C{number}",
        "form": "general",
        "confidence": 1.0,
        "recorded_at": NOW,
        **said,
    }


ROWS = [
    amount(1, amount_minor=76_900_550_000_000),
    amount(2, amount_minor=-5, stage="SUPP_ENACTED", stage_no=2, basis="TOTAL_EXPENDITURE", is_total=True),
    amount(3, amount_minor=0, value_state="ZERO_PRINTED", fiscal_year=2025),
    amount(4, amount_minor=None, value_state="DASH", raw_text="-"),
    amount(
        5, amount_minor=123_456, currency="EUR", is_revenue=True, project_name='여럿,\n"줄"', subject_name='여럿,\n"줄"'
    ),
    amount(
        6,
        amount_minor=7,
        stage="EXEC_YTD",
        period="202605",
        level="SUBPROJECT",
        subproject_name="내역",
        subject_name="내역",
    ),
    amount(7, amount_minor=8, stage="ADJ_TRANSFER_TITLE", compared="감액", mok_code="210", mok_name="운영비"),
]
SUPERSEDED = [amount(8), amount(9, supersedes_id=f"{8:032}"), amount(10)]


def home_with(
    tmp_path: Path, rows: list[dict[str, Any]], withdrawn: int | None = None, clearance: str | None = None
) -> Home:
    home = Home(tmp_path / "home")
    home.make_folders()
    path = home.serving_file("p1", clearance)
    path.parent.mkdir(exist_ok=True, parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA core; CREATE SCHEMA raw")
        given = pa.Table.from_pylist(rows, arrow_schema(BudgetAmount))
        connection.register("given", given)
        connection.execute(f"CREATE TABLE {sql.quote('core')}.budget_amount AS SELECT * FROM given")
        gone = [] if withdrawn is None else [withdrawn]
        lost = [
            {"amount_id": f"{number:032}", "content_id": "c" * 64, "cause": "file_replaced", "recorded_at": NOW}
            for number in gone
        ]
        connection.register("lost", pa.Table.from_pylist(lost, arrow_schema(Withdrawal)))
        connection.execute("CREATE TABLE core.withdrawal AS SELECT * FROM lost")
        connection.execute(f"CREATE TABLE raw.placement AS SELECT '{'c' * 64}' AS content_id, '예산서.xlsx' AS name")
    current = Current(publication_id="p1", snapshot_id=1, vector_table=None, vector_version=None, serving_digest="-")
    home.current_file.write_text(current.model_dump_json(), encoding="utf-8")
    return home


def read_back(folder: Path) -> list[FoundAmount]:
    descriptor = (folder / "datapackage.json").read_text("utf-8")
    (element,) = CSV.read(Blob((folder / "amounts.csv").read_bytes(), "amounts.csv")).elements
    around = Around(descriptor=descriptor)
    view = TableView(element, 0, 1)
    assert FORM.recognises(view, around) == 1.0
    return FORM.read(view, around).amounts


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "amounts.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_what_is_written_reads_back_to_the_same_amounts(tmp_path: Path):
    done = export_fiscal_package(home_with(tmp_path, ROWS), tmp_path / "out")
    found = read_back(tmp_path / "out")

    assert done.n_amounts == len(found) == len(ROWS)
    for row, back in zip(ROWS, found, strict=True):
        said = (
            row["amount_minor"],
            row["currency"],
            row["value_state"],
            row["fiscal_year"],
            row["stage"],
            row["stage_no"],
        )
        assert said == (back.amount_minor, back.currency, back.value_state, back.fiscal_year, back.stage, back.stage_no)
        assert (row["period"], row["basis"], row["is_revenue"]) == (back.period, back.basis, back.is_revenue)
        assert (row["is_total"], row["compared"]) == (back.is_total, back.compared)
        assert (row["level"], row["subject_name"]) == (back.subject.level, " ".join(back.subject.name.split(" ")))
        assert back.subject.names[Level.ORG] == row["org_name"]
        assert back.subject.codes[Level.PROJECT] == row["project_code"]


def test_each_amount_carries_its_citation(tmp_path: Path):
    export_fiscal_package(home_with(tmp_path, ROWS), tmp_path / "out")
    row = rows_of(tmp_path / "out")[3]
    cited = [
        row[f"source_{name}"] for name in ("content_id", "sheet", "cell", "table", "row", "col", "raw_text", "unit")
    ]
    assert cited == ["c" * 64, "표", "C4", "1", "4", "3", "-", "천원"]
    assert (row["value"], row["value_state"], row["stage_label"]) == ("", "DASH", "본예산(국회확정)")


def test_the_descriptor_follows_the_specification(tmp_path: Path):
    export_fiscal_package(home_with(tmp_path, ROWS), tmp_path / "out", years=[2025, 2026])
    text = (tmp_path / "out" / "datapackage.json").read_text("utf-8")
    descriptor = json.loads(text)
    (resource,) = descriptor["resources"]
    table = tmp_path / "out" / resource["path"]

    assert (descriptor["profile"], resource["profile"]) == ("tabular-data-package", "tabular-data-resource")
    assert re.fullmatch(r"[-a-z0-9._/]+", descriptor["name"])
    assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
    assert all(source["title"] for source in descriptor["sources"])
    assert descriptor["sources"] == [{"title": "예산서.xlsx", "contentId": "c" * 64}]
    assert resource["bytes"] == table.stat().st_size
    assert resource["hash"] == f"sha256:{hashlib.sha256(table.read_bytes()).hexdigest()}"
    fields = resource["schema"]["fields"]
    assert [field["name"] for field in fields] == list(rows_of(tmp_path / "out")[0])
    assert {field["type"] for field in fields} <= TYPES
    assert all(re.search("[가-힣]", field["title"]) for field in fields)
    kinds = [field["columnType"] for field in fields]
    assert len(set(kinds)) == len(kinds)
    by_kind = {field["columnType"]: field["type"] for field in fields}
    assert (by_kind["value"], by_kind["date:fiscal-year"], by_kind["phase:id"]) == ("number", "integer", "string")
    taxonomy, own = descriptor["columnTypes"]
    assert taxonomy == BUDGET_TAXONOMY
    assert {kind["name"]: kind["dataType"] for kind in own} == {
        k: t for k, t in by_kind.items() if k.startswith("gotgan:")
    }
    assert set(resource["schema"]["primaryKey"]) <= {field["name"] for field in fields}
    assert is_descriptor(text)
    assert fields_of(text) == [[column.name for column in COLUMNS]]


def test_only_current_amounts_of_the_asked_years_and_stages(tmp_path: Path):
    home = home_with(tmp_path, [*ROWS, *SUPERSEDED], withdrawn=10)
    export_fiscal_package(home, tmp_path / "all")
    numbers = [int(row["amount_id"]) for row in rows_of(tmp_path / "all")]
    assert numbers == [1, 2, 3, 4, 5, 6, 7, 9]
    export_fiscal_package(home, tmp_path / "some", years=[2025])
    assert [row["amount_id"][-1] for row in rows_of(tmp_path / "some")] == ["3"]
    export_fiscal_package(home, tmp_path / "some", stages=[Stage.EXEC_YTD])
    assert [row["amount_id"][-1] for row in rows_of(tmp_path / "some")] == ["6"]


def test_many_amounts_go_into_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("warehouse.exporting.ROWS_PER_FILE", 3)
    home, out = home_with(tmp_path, ROWS), tmp_path / "out"
    done = export_fiscal_package(home, out)
    assert [path.name for path in done.tables] == ["amounts.csv", "amounts-2.csv", "amounts-3.csv"]
    assert done.n_amounts == len(ROWS)
    descriptor = json.loads((out / "datapackage.json").read_text("utf-8"))
    assert [resource["path"] for resource in descriptor["resources"]] == [path.name for path in done.tables]
    export_fiscal_package(home, out, years=[2025])
    assert sorted(path.name for path in out.iterdir()) == ["amounts.csv", "datapackage.json"]


def test_a_person_gets_the_file_of_his_clearance(tmp_path: Path):
    home = home_with(tmp_path, ROWS, clearance="내부")
    done = export_fiscal_package(home, tmp_path / "out", principal=Principal(name="kim", clearance="내부"))
    assert done.n_amounts == len(ROWS)
    with pytest.raises(NothingPublished):
        export_fiscal_package(home, tmp_path / "other")


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "보고서.hwp").write_text("글")
    with pytest.raises(FolderInUse):
        export_fiscal_package(home_with(tmp_path, ROWS), tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["보고서.hwp"]


def test_a_publication_without_amounts_is_said_to_have_none(tmp_path: Path):
    home = home_with(tmp_path, ROWS)
    with duckdb.connect(str(home.serving_file("p1"))) as connection:
        connection.execute("DROP TABLE core.budget_amount")
    with pytest.raises(NothingPublished, match="예산 금액이 없습니다"):
        export_fiscal_package(home, tmp_path / "out")
