"""`gotgan records`: the amounts of one file with their cells, in text and in JSON, with nothing stored."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli import records

TABLE = "세부사업,2025년 예산(백만원),2026년 예산안(백만원)\n마을길,500,△600\n하천(7031-302),-,미정\n"
BARE = "세부사업,2025년 예산,2026년 예산안\n마을길,500,600\n"


@pytest.fixture
def ask(tmp_path):
    """Run `gotgan records` on bytes under a name; returns its output."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "gotgan.toml").write_text('[limits]\nocr = "off"\noffice = "off"\nsandbox = "process"\n', encoding="utf-8")
    app = typer.Typer()
    app.command()(records.records)

    def run(content: bytes | str | None, name: str, *words: str, status: int = 0, language: str = "ko_KR.UTF-8") -> str:
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        done = CliRunner().invoke(app, [str(file), *words, "--home", str(home)], env={"LANG": language, "LC_ALL": ""})
        assert done.exit_code == status, done.output
        assert [path.name for path in home.iterdir()] == ["gotgan.toml"], "nothing is stored"
        return done.output

    return run


def test_an_item_is_shown_below_its_project(ask):
    book = (
        "2031년 세출예산 (단위: 천원),\n부서·정책·단위·세부사업·편성목,예산액,전년도예산액\n"
        "숲길 정비,600,500\n401 시설비,600,500\n들길 정비,40,30\n201 일반운영비,40,30\n"
    )
    lines = ask(book, "예산.csv").splitlines()
    assert "600,000 KRW  숲길 정비  [" in lines[1]
    assert "600,000 KRW  숲길 정비 › 시설비  [" in lines[3]
    assert "40,000 KRW  들길 정비 › 일반운영비  [" in lines[7]


def test_amounts_are_shown_with_their_cells(ask):
    lines = ask(TABLE, "예산.csv").splitlines()
    assert lines[0].startswith("예산.csv: ")
    assert lines[0].endswith("금액 4, 남긴 칸 0")
    assert len(lines) == 5
    assert "2025 본예산(국회확정)" in lines[1]
    assert "500,000,000 KRW  마을길  [표 1 2행 2열] 「500」" in lines[1]
    assert "-600,000,000 KRW  마을길  [표 1 2행 3열] 「△600」" in lines[2]
    assert "DASH KRW  하천  [표 1 3행 2열] 「-」" in lines[3]
    assert "NOT_DECIDED" in lines[4]
    assert "4 amounts, 0 left" in ask(TABLE, "예산.csv", language="en_US.UTF-8")


def test_json_is_a_contract(ask, tmp_path):
    first, second, dash, _ = json.loads(ask(TABLE, "예산.csv", "--json"))
    assert first == {
        "fiscal_year": 2025,
        "stage": "ENACTED",
        "stage_no": 0,
        "stage_from": "cell",
        "basis": None,
        "period": None,
        "amount_won": 500_000_000,
        "amount_minor": 500_000_000,
        "currency": "KRW",
        "value_state": "VALUE",
        "unit_raw": "백만원",
        "unit_multiplier": 1_000_000,
        "unit_from": "cell",
        "precision_minor": 500_000,
        "subject": {"level": "PROJECT", "name": "마을길", "code": None, "names": {"project": "마을길"}, "codes": {}},
        "is_revenue": False,
        "is_total": False,
        "compared": None,
        "form": "general",
        "confidence": 0.9,
        "provenance": {
            "file": str(tmp_path / "예산.csv"),
            "member": None,
            "page": None,
            "sheet": None,
            "table": 1,
            "row": 2,
            "col": 2,
            "table_row": 2,
            "table_col": 2,
            "line": None,
            "raw_text": "500",
        },
    }
    assert (second["stage"], second["amount_won"]) == ("GOV_PROPOSAL", -600_000_000)
    assert (dash["value_state"], dash["amount_won"], dash["subject"]["code"]) == ("DASH", None, "7031-302")


def test_a_unit_that_is_nowhere_is_asked_for_and_can_be_given(ask):
    lines = ask(BARE, "예산.csv").splitlines()
    assert lines[0].endswith("금액 0, 남긴 칸 2")
    assert lines[1].startswith("  ! 표 1: 돈의 단위가 표에도 둘레의 글에도 적혀 있지 않음 — 2행 2열")
    found = json.loads(ask(BARE, "예산.csv", "--json", "--unit", "천원"))
    assert [(one["amount_won"], one["unit_from"]) for one in found] == [(500_000, "source"), (600_000, "source")]


def test_the_files_name_and_the_descriptor_beside_it_count(ask, tmp_path):
    text = "세부사업,예산(백만원)\n마을길,500\n"
    assert json.loads(ask(text, "예산.csv", "--json")) == []
    assert [one["fiscal_year"] for one in json.loads(ask(text, "2026년 예산.csv", "--json"))] == [2026]


def test_members_of_an_archive_are_looked_through_too(ask):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a/2026.csv", TABLE)
        archive.writestr("b/글.txt", "길을 잇는다")
    found = json.loads(ask(buffer.getvalue(), "묶음.zip", "--json"))
    assert {one["provenance"]["member"] for one in found} == {"a/2026.csv"}
    assert len(found) == 4


def test_what_cannot_be_read_is_said_in_words(ask):
    assert "(no_text)" in ask(b"", "빈.csv") or "(empty_file)" in ask(b"", "빈.csv")
    assert "없는.csv" in ask(None, "없는.csv", status=2)


def test_a_unit_that_is_none_is_refused(ask):
    output = ask(BARE, "예산.csv", "--unit", "명", status=2)
    assert "명" in output


def test_the_descriptor_of_the_nearest_folder_counts_if_it_is_the_only_one(tmp_path: Path):
    text = json.dumps({"resources": [{"name": "a", "schema": {"fields": [{"name": "year"}, {"name": "approved"}]}}]})
    table = tmp_path / "data" / "a.csv"
    table.parent.mkdir()
    table.write_text("year,approved\n", encoding="utf-8")
    assert records._descriptor_beside(table) is None
    (tmp_path / "DataPackage.json").write_text(text, encoding="utf-8")
    assert records._descriptor_beside(table) == text
    (tmp_path / "data" / "x-datapackage.json").write_text("{}", encoding="utf-8")
    assert records._descriptor_beside(table) == text, "what describes nothing is no descriptor"
    (tmp_path / "old-datapackage.json").write_text(text.replace("year", "fyr"), encoding="utf-8")
    assert records._descriptor_beside(table) is None, "of two none is believed, as in a night"
    near = tmp_path / "data" / "datapackage.json"
    near.write_text(text.replace("year", "jahr"), encoding="utf-8")
    assert records._descriptor_beside(table) == near.read_text(encoding="utf-8")
    assert records._descriptor_beside(near) is None, "the file itself is none, and two lie above"
