"""`gotgan eval` prints what it measured, as a table and as JSON, and writes the page."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app

QUESTIONS = (("a", "산간 마을의 도시락 배달은 얼마나 자주 하나", "b"), ("b", "국고보조금 정산 기한", "c"))
TEXTS = {
    "a": "청사 조명을 바꾸어 전기를 아낀다.",
    "b": "외딴 산골에는 이틀에 한 번 끼니를 날라 준다.",
    "c": "國庫補助金은 사업이 끝난 뒤 두 달 안에 精算한다.",
}


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    corpus = [json.dumps({"id": name, "text": text}) for name, text in TEXTS.items()]
    queries = [json.dumps({"id": name, "text": text, "rel": [right]}) for name, text, right in QUESTIONS]
    (tmp_path / "made.corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (tmp_path / "made.queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    return tmp_path / "made"


def run(*words: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["eval", *map(str, words)])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.long
def test_one_set_is_the_contract_and_several_are_a_list(prefix: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    status, printed, _ = run(prefix, "--home", tmp_path / "home", "--json", "--no-ablations", "--k", 3, "--write", page)
    assert status == 0
    measured = json.loads(printed)
    assert set(measured["systems"]) == {"lexical", "dense", "hybrid"}
    assert set(measured["systems"]["hybrid"]) == {"recall@3", "recall@10", "mrr", "ndcg@10"}
    assert measured["systems"]["hybrid"]["ndcg@10"] == 1.0
    assert "## made" in page.read_text("utf-8")
    status, printed, _ = run(prefix, prefix, "--home", tmp_path / "home", "--json", "--no-ablations")
    assert status == 0
    assert [one["systems"]["hybrid"]["ndcg@10"] for one in json.loads(printed)["sets"]] == [1.0, 1.0]


@pytest.mark.long
def test_the_table_names_every_system_and_every_option(prefix: Path, tmp_path: Path) -> None:
    status, printed, _ = run(prefix, "--home", tmp_path / "home")
    assert status == 0
    for name in ("lexical", "dense", "hybrid", "fusion", "compounds", "readings", "codes", "terms", "ndcg@10"):
        assert name in printed


def test_a_set_that_is_not_there_is_a_wrong_command(tmp_path: Path) -> None:
    status, _, complaint = run(tmp_path / "none", "--home", tmp_path / "home")
    assert status == 2
    assert "none.corpus.jsonl" in complaint


def test_what_is_measured_must_be_said_and_only_one_of_them(prefix: Path, tmp_path: Path) -> None:
    assert run("--home", tmp_path / "home")[0] == 2
    assert run(prefix, "--golden", tmp_path / "truth.json", "--home", tmp_path / "home")[0] == 2
    status, _, complaint = run("--golden", tmp_path / "truth.json", "--home", tmp_path / "home")
    assert status == 2
    assert "truth.json" in complaint
