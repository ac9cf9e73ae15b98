"""`gotgan report` in each of its forms."""

import json

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli import running
from pipelines.reporting.wording import display_width
from warehouse.layout import Home
from warehouse.report import SlowFile, write_report


@pytest.fixture
def home(tmp_path, make_report) -> Home:
    made = Home(tmp_path)
    for number in range(4):
        write_report(made, make_report(number))
    names = {
        "예산총괄과": "complete",
        "복지 NAS 2": "unreachable",
        "아주아주아주 긴 이름을 가진 부서의 공유 폴더": "held",
    }
    slowest = [
        SlowFile(source="예산총괄과", path=f"{'깊은/' * 40}결산\x1b[31m보고.hwp", seconds=12.5 - n) for n in range(5)
    ]
    last = make_report(4, sources=names, reasons_new={"password_hwp": 2}, slowest=slowest)
    write_report(made, last)
    return made


@pytest.fixture
def ask(home):
    app = typer.Typer()
    app.command()(running.report)

    def run(*words: str, status: int = 0, language: str = "ko_KR.UTF-8") -> str:
        done = CliRunner().invoke(app, [*words, "--home", str(home.root)], env={"LANG": language, "LC_ALL": ""})
        assert done.exit_code == status, done.output
        return done.stdout

    return run


def test_one_screen(ask):
    text = ask()
    lines = text.splitlines()
    assert len(lines) <= 45
    assert "본 100 = 새로 보관 10 + 그대로 70 + 건너뜀 7 + 격리 13" in text
    assert "공유가 연결되어 있는지 보십시오" in text
    assert "새로 2" in text
    assert sum("결산" in line for line in lines) == 3
    assert "\x1b" not in text


def test_columns_stand_under_each_other(ask):
    lines = ask().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("소스 "))
    header, rows = lines[start], lines[start + 1 : start + 4]
    column = display_width(header[: header.index("마지막으로")])
    assert len(rows) == 3
    for row in rows:
        at = max(row.rfind("11-"), row.rfind("없음"))
        assert display_width(row[:at]) == column


def test_the_page_is_named_once_it_is_there(ask, home):
    assert "화면" not in ask()
    path = ask("--html").strip()
    assert path.endswith(".html")
    assert "<!doctype html>" in home.report_html_file(path.rsplit("/", 1)[1][:-5]).read_text(encoding="utf-8")
    assert path in ask()


def test_a_page_that_is_there_stays(ask, home):
    page = home.report_html_file(json.loads(ask("--json"))["run_id"])
    page.write_text("as it was", encoding="utf-8")
    ask("--html")
    assert page.read_text(encoding="utf-8") == "as it was"


def test_json_is_the_report(ask, home, make_report):
    found = json.loads(ask("--json", "--run", make_report(2).run_id))
    assert found == json.loads(make_report(2).model_dump_json())


def test_markdown(ask):
    assert ask("--markdown").startswith("# 곳간 밤 보고서")


def test_the_last_runs_a_line_each(ask, home):
    lines = ask("--last", "3").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("2026-11-25 02:14")
    assert "다 읽지 못한 소스 2" in lines[0]
    assert [one["run_id"][:8] for one in json.loads(ask("--last", "2", "--json"))] == ["20261124", "20261123"]


def test_a_report_that_cannot_be_read_is_named_and_passed_over(ask, home):
    (home.run_folder / "20270101T000000Zaaaaaaaaaa.json").write_text("{")
    assert len(ask("--last", "9").splitlines()) == 5
    assert "밤      2026-11-25" in ask()


def test_english_where_the_locale_says_so(ask):
    text = ask(language="en_US.UTF-8")
    assert "seen 100 = kept 10 + unchanged 70 + skipped 7 + quarantined 13" in text
    assert "last complete" in text


@pytest.mark.parametrize("words", [("--html", "--json"), ("--markdown", "--last", "2"), ("--html", "--markdown")])
def test_one_form_at_a_time(ask, words):
    ask(*words, status=2)


@pytest.mark.parametrize("run_id", ["20200101T000000Z0000000000", "../../keys/home"])
def test_a_run_that_is_not_there(ask, run_id):
    ask("--run", run_id, status=1)


def test_no_report_at_all(ask, home):
    for path in home.run_folder.iterdir():
        path.unlink()
    ask(status=1)
    ask("--last", "3", status=1)
