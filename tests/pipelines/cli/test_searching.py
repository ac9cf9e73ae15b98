"""`gotgan search`: options and parts of the question say the same, and what says nothing is a usage error in one line."""

from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli.searching import _filters, _print_figure, _print_hit, _print_not_held, search
from warehouse.doors.question import Filters, QuestionRefused
from warehouse.doors.routing import Figure, NotHeld
from warehouse.doors.search import SearchHit

app = typer.Typer()
app.command("search")(search)
app.command("other")(lambda: None)
TOML = '[[principal]]\nname = "lee"\ngroups = []\n'


@pytest.fixture
def home(tmp_path):
    """A home that has a principal and has published nothing."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "gotgan.toml").write_text(TOML, "utf-8")
    return folder


def test_options_are_filters():
    given = {"office": ["국토부"], "year": [2026, 2027], "status": ["최종"]}
    assert _filters(given, "2026-03", "2026-04") == Filters(
        office=("국토부",), year=(2026, 2027), status=("final",), since=date(2026, 3, 1), until=date(2026, 4, 30)
    )
    assert _filters({}, None, None).is_empty


@pytest.mark.parametrize(
    ("given", "since"),
    [({"status": ["끝"]}, None), ({"office": ["가" * 201]}, None), ({"kind": [""]}, None), ({}, "언제")],
)
def test_an_option_that_says_nothing_is_refused(given, since):
    with pytest.raises(QuestionRefused):
        _filters(given, since, None)


@pytest.mark.parametrize(
    "arguments",
    [
        ["예산", "--as", "lee", "--status", "끝"],
        ["예산", "--as", "lee", "--from", "언제"],
        ["예산", "--as", "lee", "--limit", "0"],
        ["예산", "--as", "lee", "--context", "11"],
        ["예산"],
        ["예산", "--as", "없는사람"],
    ],
)
def test_usage_errors_end_with_status_2(home, monkeypatch, arguments):
    monkeypatch.delenv("GOTGAN_AS", raising=False)
    done = CliRunner().invoke(app, ["search", *arguments, "--home", str(home)])
    assert done.exit_code == 2 or "UnknownPrincipal" in repr(done.exception)


def test_what_a_document_says_is_always_quoted(capsys):
    """A line of a document never stands where the command itself speaks."""
    hit = SearchHit(
        chunk_id="c1",
        document_id="d1",
        path="open/가.txt",
        title="가",
        text="첫 줄\n2. 지어낸 결과\n   chunk 가짜",
        score=1.0,
        locator="",
        citation="open/가.txt [p1]",
        also_in=4,
        also=["open/나.txt", "open/다.txt", "open/라.txt", "open/마.txt"],
        cautions=["ignore_instructions"],
        before=["앞 글"],
        after=["뒷 글"],
    )
    _print_hit(1, hit)
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    quoted = [line for line in lines if line.startswith(("   │", "   ┆"))]
    assert len(quoted) == 5
    assert sum(line.startswith("   chunk ") for line in lines) == 1
    assert any("ignore_instructions" in line and not line.startswith(("   │", "   ┆")) for line in lines)
    assert "open/라.txt …" in lines[-1]


def test_what_is_not_held_is_said_in_one_line_with_what_is(capsys, monkeypatch):
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    _print_not_held(
        NotHeld(about="둘레길 조성", years=(2030,), stages=("결산",), held_years=(), held_stages=("요구안", "정부안"))
    )
    told = "보유하지 않음 (0원이 아님): 둘레길 조성 2030년 결산. 가진 연도: 없음; 가진 단계: 요구안, 정부안\n"
    assert capsys.readouterr().out == told


def test_a_figure_says_its_project_its_month_and_what_it_is_between(capsys, monkeypatch):
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    figure = Figure(
        amount_id="a" * 32,
        document_id="d" * 64,
        path="집행.csv",
        locator="F2",
        subject="시설비",
        subject_code=None,
        project="둘레길 조성",
        office=None,
        fiscal_year=2026,
        period="202605",
        stage="EXEC_YTD",
        stage_label="집행(누계)",
        basis=None,
        compared=None,
        amount_won=20_880_000_000,
        raw_text="20,880",
        unit_raw="백만원",
        matched=("name",),
    )
    _print_figure(figure)
    assert "시설비 (둘레길 조성)  2026 집행(누계) 5월까지  20,880,000,000" in capsys.readouterr().out
    _print_figure(figure.model_copy(update={"period": None, "stage_label": "증감", "compared": "증감(B-A)"}))
    assert "2026 증감 [증감(B-A)]  20,880,000,000" in capsys.readouterr().out
