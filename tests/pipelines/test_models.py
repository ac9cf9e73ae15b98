"""Which model is used: written into the settings without touching the rest, and found again by what it is."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines import models
from pipelines.models import ChoiceNotWritten, ChosenModel, ModelGone, find_model, write_choice
from pipelines.settings import Settings, SettingsRefused
from warehouse.publication import IndexModel

COMMENTED = """\
# 머리말
[limits]
# max_file_mb = 512

[model]
# 골라 둔 모형
folder = "/old"   # 옛것
lane = "onnx"

[[source]]
name = "a"
path = "[model]"
"""


def test_the_choice_is_written_into_its_table_and_everything_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "gotgan.toml"
    path.write_text(COMMENTED, encoding="utf-8")
    write_choice(path, Path("/새 모형/e5"), "int8")
    text = path.read_text(encoding="utf-8")
    parsed = tomllib.loads(text)
    assert parsed["model"] == {"folder": "/새 모형/e5", "lane": "int8"}
    assert parsed["source"] == [{"name": "a", "path": "[model]"}]
    assert "# 머리말" in text
    assert "# 골라 둔 모형" in text
    write_choice(path, Path("/둘째"), None)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["model"] == {"folder": "/둘째"}


@pytest.mark.parametrize(
    "before", ["", "# 아무것도\n", '[[source]]\nname = "a"\npath = "/x"', "[limits]\nworkers = 2\n"]
)
def test_a_table_is_added_where_there_is_none_and_more_can_be_appended(tmp_path: Path, before: str) -> None:
    path = tmp_path / "gotgan.toml"
    if before:
        path.write_text(before, encoding="utf-8")
    write_choice(path, Path("/m"), None)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(before)
    with path.open("a", encoding="utf-8") as file:
        file.write('[[principal]]\nname = "kim"\n')
    parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    assert parsed["model"] == {"folder": "/m"}
    assert parsed["principal"] == [{"name": "kim"}]
    assert {name for name in parsed if name not in ("model", "principal")} == set(tomllib.loads(before))


@pytest.mark.parametrize("before", ['model = { folder = "/a" }\n', 'note = """\n[model]\n"""\n'])
def test_what_cannot_be_written_safely_is_refused_with_what_to_write(tmp_path: Path, before: str) -> None:
    path = tmp_path / "gotgan.toml"
    path.write_text(before, encoding="utf-8")
    with pytest.raises(ChoiceNotWritten, match='folder = "/m"'):
        write_choice(path, Path("/m"), "int8")
    assert path.read_text(encoding="utf-8") == before


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOTGAN_MODEL", raising=False)
    home = tmp_path / "home"
    home.mkdir()
    default = Settings(home).model
    (home / "gotgan.toml").write_text(
        '[model]\nfolder = "models/one"\nlane = "int8"\n[search]\nreranker = "/r"\n', encoding="utf-8"
    )
    settings = Settings(home)
    assert settings.model == ChosenModel(home / "models" / "one", "int8")
    assert settings.reranker_folder == Path("/r")
    assert default != settings.model
    monkeypatch.setenv("GOTGAN_MODEL", str(tmp_path / "two"))
    assert Settings(home).model == ChosenModel(tmp_path / "two", None)
    other = ChosenModel(tmp_path / "three")
    assert Settings(home).with_model(other).model == other
    (home / "gotgan.toml").write_text('[model]\nfolders = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsRefused, match="folders"):
        _ = Settings(home).file


def test_a_model_is_found_by_its_bytes_wherever_it_lies_and_missed_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {tmp_path / "moved": "right", tmp_path / "here": "changed"}

    def describe(folder: Path, lane: str | None = None) -> tuple[str, int]:
        if folder not in known:
            raise models.NoSuchModel(str(folder))
        return f"{known[folder]}/{lane}", 4

    monkeypatch.setattr(models, "describe_model", describe)
    index = IndexModel(embedder="right/int8", dimension=4, folder=str(tmp_path / "here"), lane="int8", analyser="a")
    found = find_model(index, [ChosenModel(tmp_path / "gone"), ChosenModel(tmp_path / "moved", "onnx")])
    assert found == ChosenModel(tmp_path / "moved", "int8")
    with pytest.raises(ModelGone, match=r"here.*gotgan index switch"):
        find_model(index, [ChosenModel(tmp_path / "gone")])


def test_a_model_whose_files_change_after_it_was_described_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night has opened the table of the model that was there; the vectors would be another's."""
    loaded = SimpleNamespace(fingerprint="as described")
    monkeypatch.setattr(models, "describe_model", lambda folder, lane: ("as described", 4))
    monkeypatch.setattr(models, "load_model", lambda folder, lane: loaded)
    chosen = ChosenModel(tmp_path)
    assert chosen.load() is loaded
    loaded.fingerprint = "another"
    with pytest.raises(ModelGone, match="바뀌었습니다"):
        chosen.load()
