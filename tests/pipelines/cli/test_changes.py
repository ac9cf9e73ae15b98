"""`gotgan changes` says what became of figures, and which publications are still there."""

import json
from pathlib import Path

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli.changes import changes
from schemas import sql
from schemas.records.budget_amount import BudgetAmount
from warehouse.amount_view import AMOUNT_VIEW
from warehouse.layout import Home
from warehouse.publication import Current, NothingPublished
from warehouse.serving import served_records

app = typer.Typer()
app.command("changes")(changes)
app.command("other")(lambda: None)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two publications: a figure of 5 won becomes 7 won."""
    made = Home(tmp_path / "home")
    made.root.mkdir()
    made.make_folders()
    for publication, won in (("p1", 5), ("p2", 7)):
        path = made.serving_file(publication)
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(path)) as connection:
            name = str(connection.execute("SELECT current_database()").fetchall()[0][0])
            for record in served_records():
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {record.layer}")
                connection.execute(sql.create_table(record, name))
            given = {
                "amount_id": f"a{won}",
                "content_id": "c",
                "target_id": "t",
                "fiscal_year": 2026,
                "stage": "ENACTED",
                "amount_won": won,
                "amount_minor": won,
                "currency": "KRW",
                "value_state": "VALUE",
                "raw_text": str(won),
                "unit_raw": "원",
                "subject_name": "도로건설",
                "org_name": "국토부",
                "table_no": 1,
                "ordinal": 0,
                "row": 2,
                "col": 3,
                "supersedes_id": "a5" if won == 7 else None,
            }
            assert given.keys() <= BudgetAmount.model_fields.keys()
            columns, marks = ", ".join(f'"{name}"' for name in given), ", ".join("?" for _ in given)
            connection.execute(f"INSERT INTO core.budget_amount ({columns}) VALUES ({marks})", list(given.values()))
            if won == 7:
                older = {**given, "amount_id": "a5", "supersedes_id": None}
                connection.execute(
                    f"INSERT INTO core.budget_amount ({columns}, recorded_at) VALUES ({marks}, now())",
                    list(older.values()),
                )
                connection.execute("UPDATE core.budget_amount SET recorded_at = now()")
            connection.execute(AMOUNT_VIEW)
    current = Current(publication_id="p2", snapshot_id=1, vector_table=None, vector_version=None, serving_digest="-")
    made.current_file.write_text(current.model_dump_json(), encoding="utf-8")
    return made


def test_it_shows_the_old_and_the_new_value_with_the_cause(home: Home):
    result = CliRunner().invoke(app, ["changes", "--since", "p1", "--home", str(home.root)])
    assert result.exit_code == 0, result.output
    assert "p1 → p2" in result.output
    assert "[고쳐짐] 국토부 도로건설 2026 본예산(국회확정)" in result.output
    assert "5 (원) = 5원 → 7 (원) = 7원" in result.output


def test_json_has_every_change(home: Home):
    result = CliRunner().invoke(app, ["changes", "--since", "p1", "--home", str(home.root), "--json"])
    (row,) = json.loads(result.stdout)["rows"]
    assert (row["kind"], row["old_won"], row["new_won"], row["new_id"]) == ("revised", 5, 7, "a7")


def test_a_publication_that_is_gone_is_said(home: Home):
    result = CliRunner().invoke(app, ["changes", "--since", "p0", "--home", str(home.root)])
    assert isinstance(result.exception, NothingPublished)
    assert "p1, p2" in str(result.exception)
