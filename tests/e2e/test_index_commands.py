"""The index by its commands: another model, other chunks and the way back, each one command on a home that serves."""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.nights import tiny_model
from warehouse.chunking import TOKEN_LIMIT, passage_text
from warehouse.lake import CATALOG, Lake, local_place
from warehouse.layout import Home
from warehouse.token_sizes import default_sizes

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models of random weights that differ."""
    import numpy as np
    from safetensors.numpy import load_file, save_file

    one = tiny_model(tmp_path_factory.mktemp("models") / "one")
    two = one.with_name("two")
    shutil.copytree(one, two)
    weights = load_file(two / "model.safetensors")
    generator = np.random.default_rng(5)
    name = next(name for name, values in weights.items() if values.ndim == 2)
    weights[name] = generator.normal(0, 0.02, weights[name].shape).astype(weights[name].dtype)
    save_file(weights, two / "model.safetensors", metadata={"format": "pt"})
    return one, two


@pytest.fixture
def gotgan(gotgan_of: Any, models: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command on a home that was published once with the first model, named by its settings."""
    monkeypatch.delenv("GOTGAN_MODEL", raising=False)
    share = tmp_path / "share"
    share.mkdir()
    for number in range(3):
        lines = [f"도로 보수 단가 {number}차 검토 {k}번 의견은 34만 {k}천원으로 보는 것이다. " * 4 for k in range(6)]
        (share / f"a{number}.txt").write_text("\n".join(lines), encoding="utf-8")
    command = gotgan_of(tmp_path / "home")
    command("init")
    with (command.home / "gotgan.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[source]]\nname = "팀"\nkind = "folder"\npath = "{share}"\naccess = ["group:all"]\n')
        file.write('\n[[principal]]\nname = "kim"\n\n[model]\n')
        file.write(f"folder = {json.dumps(str(models[0]))}\n")
    command("run")
    return command


def found(gotgan: Any) -> list[dict[str, Any]]:
    """What a consumer is shown."""
    hits = gotgan.json("search", "도로 보수 단가", "--as", "kim")
    assert hits
    return [{"text": hit["text"], "score": hit["score"], "citation": hit["citation"]} for hit in hits]


def test_switch_serve_roll_back_and_rechunk(gotgan: Any, models: tuple[Path, Path]) -> None:
    one, two = models
    first, before = gotgan.json("index", "status"), found(gotgan)
    assert first["model"]["folder"] == str(one)
    switched = gotgan.json("index", "switch", str(two))
    assert switched["is_new"]
    assert switched["embedded"] == first["passages"]
    assert switched["model"]["folder"] == str(two)
    assert tomllib.loads((gotgan.home / "gotgan.toml").read_text(encoding="utf-8"))["model"]["folder"] == str(two)
    assert {hit["text"] for hit in found(gotgan)} == {hit["text"] for hit in before}
    status = gotgan.json("index", "status")
    assert {table["name"] for table in status["tables"]} == {first["table"], status["table"]}
    gotgan("index", "status")
    gone_back = gotgan.json("rollback", "--note", "시험")
    assert gone_back == {"before": switched["publication"], "publication": first["publication"]}
    again = found(gotgan)
    assert [hit["citation"] for hit in again] == [hit["citation"] for hit in before]
    # a score follows the day as well, by how recent a document is
    assert [hit["score"] for hit in again] == pytest.approx([hit["score"] for hit in before], rel=1e-3)
    settings = tomllib.loads((gotgan.home / "gotgan.toml").read_text(encoding="utf-8"))
    assert settings["model"]["folder"] == str(one)
    # nothing is new but the way back: the night publishes with the first model again, and embeds nothing
    report = json.loads(gotgan("run", "--json").stdout)
    assert report["embedded"] == 0
    assert gotgan.json("index", "status")["model"]["folder"] == str(one)
    rechunked = gotgan.json("index", "rechunk")
    assert (rechunked["is_new"], rechunked["embedded"]) == (True, 0)
    assert [hit["text"] for hit in found(gotgan)] == [hit["text"] for hit in before]
    two.rename(two.with_name("away"))
    gotgan("index", "switch", str(two), status=1)
    two.with_name("away").rename(two)
    assert gotgan("rollback", "p0", status=1)


def test_the_environment_names_another_model_and_the_public_index_is_served_by_its_own(
    gotgan: Any, models: tuple[Path, Path]
) -> None:
    before = found(gotgan)
    hits = gotgan.json("search", "도로 보수 단가", "--as", "kim", GOTGAN_MODEL=str(models[1]))
    assert [hit["citation"] for hit in hits] == [hit["citation"] for hit in before]
    assert [hit["score"] for hit in hits] == pytest.approx([hit["score"] for hit in before], rel=1e-3)
    weights = models[0] / "model.safetensors"
    kept = weights.read_bytes()
    weights.write_bytes((models[1] / "model.safetensors").read_bytes())
    try:
        refused = gotgan("search", "도로 보수 단가", "--as", "kim", status=1)
        assert "gotgan index switch" in refused.stderr
    finally:
        weights.write_bytes(kept)


def test_no_embedded_chunk_of_the_sample_is_longer_than_a_model_reads(whole: Any) -> None:
    home = Home(whole.gotgan.home)
    with Lake.open(local_place(home.catalog_file, home.data_folder), read_only=True) as lake:
        rows = lake.rows(f"SELECT headings, text FROM {CATALOG}.index.chunk WHERE NOT is_lexical")
    assert len(rows) > 500
    assert max(default_sizes().count([passage_text(row["headings"], row["text"]) for row in rows])) <= TOKEN_LIMIT
