"""`gotgan export` says what it wrote, and refuses what it must not touch."""

import json
from pathlib import Path

import duckdb
import typer
from typer.testing import CliRunner

from pipelines.cli.exporting import app as exporting
from pipelines.cli.exporting import export
from pipelines.settings import Settings
from warehouse.layout import Home
from warehouse.publication import Current, NothingPublished

app = typer.Typer()
app.command("export")(export)
app.command("other")(lambda: None)
COLUMNS = (
    "SELECT 'a' AS amount_id, 'c' AS content_id, 2026 AS fiscal_year, 'ENACTED' AS stage, false AS is_revenue, 5::BIGINT AS "
    "amount_minor, 'KRW' AS currency, NULL AS supersedes_id"
)


def home_with_amounts(tmp_path: Path) -> Home:
    from schemas.records.budget_amount import BudgetAmount

    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.make_folders()
    path = home.serving_file("p1")
    path.parent.mkdir(parents=True, exist_ok=True)
    known = (
        "amount_id",
        "content_id",
        "fiscal_year",
        "stage",
        "is_revenue",
        "amount_minor",
        "currency",
        "supersedes_id",
    )
    others = ", ".join(f'NULL AS "{name}"' for name in BudgetAmount.columns() if name not in known)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE SCHEMA core; CREATE TABLE core.budget_amount AS {COLUMNS}, {others}")
    current = Current(publication_id="p1", snapshot_id=1, vector_table=None, vector_version=None, serving_digest="-")
    home.current_file.write_text(current.model_dump_json(), encoding="utf-8")
    return home


def test_it_says_what_it_wrote(tmp_path: Path):
    home, out = home_with_amounts(tmp_path), tmp_path / "out"
    given = [
        "export",
        str(out),
        "--format",
        "fiscal-data-package",
        "--year",
        "2026",
        "--home",
        str(home.root),
        "--json",
    ]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["amounts"], said["publication"]) == (1, "p1")
    assert Path(said["descriptor"]).is_file()


def test_what_it_refuses(tmp_path: Path):
    home = home_with_amounts(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "글.txt").write_text("글")
    assert CliRunner().invoke(app, ["export", str(tmp_path / "out"), "--home", str(home.root)]).exit_code == 2
    assert (
        CliRunner().invoke(app, ["export", str(tmp_path / "o"), "--format", "xml", "--home", str(home.root)]).exit_code
        == 2
    )


def test_the_earlier_form_still_exports_amounts(tmp_path: Path):
    home = home_with_amounts(tmp_path)
    for number, given in enumerate(([], ["amounts"], ["--format", "fiscal-data-package"])):
        out = tmp_path / f"out{number}"
        result = CliRunner().invoke(exporting, [*given, str(out), "--home", str(home.root), "--json"])
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout)["amounts"] == 1
        assert (out / "datapackage.json").is_file()
    assert "corpus" in CliRunner().invoke(exporting, ["--help"]).stdout


SETTINGS = """
[[source]]
name = "common"
kind = "folder"
path = "{path}"
access = ["group:all"]
licence = "공공누리 제1유형"
retention = "10년"

[[source]]
name = "other"
path = "{path}"

[[principal]]
name = "kim"
"""


def test_terms_are_what_the_settings_say_of_a_source(tmp_path: Path):
    (tmp_path / "gotgan.toml").write_text(SETTINGS.format(path=tmp_path), encoding="utf-8")
    settings = Settings(tmp_path)
    assert settings.terms["common"].model_dump() == {"licence": "공공누리 제1유형", "retention": "10년"}
    assert settings.terms["common"].is_licensed
    assert not settings.terms["other"].is_licensed
    assert [source.name for source in settings.sources()] == ["common", "other"]


def test_who_asks_for_a_corpus_must_be_said_once(tmp_path: Path):
    (tmp_path / "gotgan.toml").write_text(SETTINGS.format(path=tmp_path), encoding="utf-8")
    for given in ([], ["--as", "kim", "--audience", "everyone"], ["--as", "kim", "--split", "90/20/5"]):
        words = ["corpus", str(tmp_path / "out"), "--home", str(tmp_path), *given]
        assert CliRunner().invoke(exporting, words, env={"GOTGAN_AS": ""}).exit_code == 2
    assert not (tmp_path / "out").exists()


def test_the_one_named_by_the_environment_gives_way_to_everyone(tmp_path: Path):
    (tmp_path / "gotgan.toml").write_text(SETTINGS.format(path=tmp_path), encoding="utf-8")
    words = ["corpus", str(tmp_path / "out"), "--home", str(tmp_path), "--audience", "everyone"]
    result = CliRunner().invoke(exporting, words, env={"GOTGAN_AS": "kim"})
    # nothing is published in this home, which is what it comes to
    assert isinstance(result.exception, NothingPublished)
