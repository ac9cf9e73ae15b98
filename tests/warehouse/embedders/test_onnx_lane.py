"""Lanes of tiny models: the same vectors as the model, each by its text alone, and made anew when the model changed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from warehouse import model_lanes
from warehouse.embedders import LANES, NoSuchModel, default_lane, describe_model, load_model, prepare_lane
from warehouse.lane_folder import GRAPH, LaneNotPrepared, UnknownLane, lane_folder
from warehouse.model_folder import CARD, BrokenFolder, digest_files
from warehouse.model_lanes import LaneRefused, lane_loss
from warehouse.vectors import VectorTable, WrongTable

TEXTS = ["국고보조금 교부 절차", "예산", " 앞뒤에 빈칸 ", "성과 평가 결과를 예산에 반영한다. " * 20, "The budget.", ""]
Tiny = Callable[[str], Path]


@pytest.fixture(scope="module")
def folder(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with all its lanes."""
    place = Path(shutil.copytree(tiny("xlm-roberta"), tmp_path_factory.mktemp("lanes") / "tiny-model"))
    for lane in LANES:
        prepare_lane(place, lane)
    return place


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """The same for one test alone, to be damaged."""
    for lane in LANES:
        shutil.copytree(lane_folder(folder, lane), lane_folder(tmp_path / "tiny-model", lane))
    return tmp_path / "tiny-model"


@pytest.mark.parametrize("architecture", ["bert", "qwen3", "xlm-roberta"])
def test_the_float_lane_gives_the_vectors_of_the_model_itself(tiny: Tiny, tmp_path: Path, architecture: str) -> None:
    folder = Path(shutil.copytree(tiny(architecture), tmp_path / "model"))
    prepare_lane(folder, "onnx")
    lane, model = load_model(folder, "onnx"), load_model(folder, "torch")
    assert type(lane) is not type(model)
    assert lane.embed_passages(TEXTS) == pytest.approx(model.embed_passages(TEXTS), abs=2e-5)
    assert lane.embed_queries(TEXTS) == pytest.approx(model.embed_queries(TEXTS), abs=2e-5)
    assert lane.count_tokens(TEXTS) == model.count_tokens(TEXTS)
    assert lane.dimension == model.dimension == describe_model(folder, "onnx")[1]


def test_eight_bits_are_near_and_not_the_same(folder: Path) -> None:
    model, lane = load_model(folder, "torch").embed_passages(TEXTS), load_model(folder, "int8").embed_passages(TEXTS)
    cosines = (model * lane).sum(axis=1)
    assert cosines.min() > 0.97
    assert np.abs(model - lane).max() > 1e-4
    told = json.loads((lane_folder(folder, "int8") / CARD).read_text())
    assert f"{told['checked_cosine']:.4f}" in lane_loss(folder, "int8")
    assert lane_loss(folder, "torch") == ""


@pytest.mark.parametrize("lane", LANES)
def test_a_vector_depends_on_its_text_alone_to_the_last_bit(folder: Path, lane: str) -> None:
    model = load_model(folder, lane)
    together = model.embed_passages(TEXTS)
    assert all((model.embed_passages([text])[0] == together[place]).all() for place, text in enumerate(TEXTS))
    assert (model.embed_passages(TEXTS[::-1])[::-1] == together).all()
    assert (load_model(folder, lane).embed_passages(TEXTS) == together).all()


def test_threads_that_ask_at_once_get_what_they_would_get_alone(folder: Path) -> None:
    model = load_model(folder, "int8")
    alone = model.embed_queries(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: model.embed_queries(TEXTS), range(16)))
    assert all((answer == alone).all() for answer in answers)


def test_each_lane_is_another_model_to_the_index(folder: Path, tmp_path: Path) -> None:
    described = {lane: describe_model(folder, lane) for lane in LANES}
    assert len(set(described.values())) == len(LANES)
    assert {lane: load_model(folder, lane).fingerprint for lane in LANES} == {
        lane: known for lane, (known, _) in described.items()
    }
    known, dimension = described["onnx"]
    VectorTable(tmp_path / "vectors", "passages", dimension, embedder=known, analyser="a")
    with pytest.raises(WrongTable):
        VectorTable(tmp_path / "vectors", "passages", dimension, embedder=described["int8"][0], analyser="a")


def test_a_lane_is_made_once_and_its_files_are_the_same_when_it_is_made_again(own: Path) -> None:
    made = lane_folder(own, "int8")
    before = {path: path.stat().st_mtime_ns for path in made.iterdir()}
    assert prepare_lane(own, "int8") == made
    assert {path: path.stat().st_mtime_ns for path in made.iterdir()} == before
    files = digest_files(made)
    shutil.rmtree(made)
    prepare_lane(own, "int8")
    assert digest_files(made) == files
    assert sorted(path.name for path in own.parent.iterdir()) == ["tiny-model", "tiny-model.int8", "tiny-model.onnx"]


def test_a_lane_that_was_not_made_is_not_made_in_passing(tiny: Tiny, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny("bert"), tmp_path / "model"))
    for use in (load_model, describe_model):
        with pytest.raises(LaneNotPrepared, match=f"python -m warehouse.model_lanes {folder} int8"):
            use(folder, "int8")
        with pytest.raises(UnknownLane, match="torch, onnx, int8"):
            use(folder, "int3")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("changed", ["weights", "prompts"])
def test_a_lane_of_what_the_model_was_before_is_refused_and_made_anew(own: Path, changed: str) -> None:
    if changed == "weights":
        from safetensors.numpy import load_file, save_file

        weights = load_file(own / "model.safetensors")
        name = next(name for name in weights if name.endswith("word_embeddings.weight"))
        weights[name] = weights[name][::-1].copy()
        save_file(weights, own / "model.safetensors", metadata={"format": "pt"})
    else:
        (own / CARD).write_text(json.dumps({"prompts": {"query": "Q: ", "document": "D: "}}))
    with pytest.raises(LaneNotPrepared, match="지금의 모형에서"):
        load_model(own, "onnx")
    prepare_lane(own, "onnx")
    model, lane = load_model(own, "torch"), load_model(own, "onnx")
    assert lane.embed_queries(TEXTS) == pytest.approx(model.embed_queries(TEXTS), abs=2e-5)


@pytest.mark.parametrize("damage", ["flip", "remove", "card"])
def test_a_damaged_lane_is_refused_and_made_anew(own: Path, damage: str) -> None:
    made = lane_folder(own, "onnx")
    if damage == "flip":
        content = bytearray((made / GRAPH).read_bytes())
        content[len(content) // 2] ^= 1
        (made / GRAPH).write_bytes(content)
    elif damage == "remove":
        (made / "tokenizer.json").unlink()
    else:
        (made / CARD).write_text("{")
    with pytest.raises(BrokenFolder, match=r"model_lanes .*tiny-model onnx"):
        load_model(own, "onnx")
    prepare_lane(own, "onnx")
    load_model(own, "onnx")


def test_weights_too_large_for_one_message_stand_beside_the_graph(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {lane: load_model(own, lane).embed_passages(TEXTS) for lane in ("onnx", "int8")}
    monkeypatch.setattr(model_lanes, "LARGEST_MESSAGE", 1_000)
    for lane in ("onnx", "int8"):
        shutil.rmtree(lane_folder(own, lane))
        made = prepare_lane(own, lane)
        assert f"{GRAPH}.data" in {path.name for path in made.iterdir()}
        assert load_model(own, lane).embed_passages(TEXTS) == pytest.approx(expected[lane], abs=1e-6)


def test_a_graph_with_other_vectors_is_not_installed(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse import lane_graph

    folder = Path(shutil.copytree(tiny("bert"), tmp_path / "model"))
    tokens = np.arange(4, 40)[None]
    monkeypatch.setattr(lane_graph, "halve_tables", lambda path, _: lane_graph.quantise(path, 10**9, [tokens]))
    with pytest.raises(LaneRefused, match="코사인"):
        prepare_lane(folder, "onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_moving_scales_into_the_matrices_changes_no_product(own: Path) -> None:
    from onnxruntime import InferenceSession

    from warehouse.lane_graph import smooth

    graph, tokens = lane_folder(own, "onnx") / GRAPH, np.arange(4, 60)[None]

    def computed() -> np.ndarray:
        return np.asarray(
            InferenceSession(str(graph), providers=["CPUExecutionProvider"]).run(None, {"tokens": tokens})[0]
        )

    before, content = computed(), graph.read_bytes()
    smooth(graph, 10**9, [tokens])
    assert graph.read_bytes() != content
    assert computed() == pytest.approx(before, abs=1e-5)


def test_pooling_that_leaves_the_prompt_out_has_no_lane(tiny: Tiny, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny("bert"), tmp_path / "model"))
    config = folder / "1_Pooling" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"include_prompt": False}))
    with pytest.raises(LaneRefused, match="prompt"):
        prepare_lane(folder, "onnx")


def test_the_card_names_the_lane_that_a_model_is_served_in(own: Path) -> None:
    assert default_lane(own) == "torch"
    assert describe_model(own) == describe_model(own, "torch")
    (own / CARD).write_text('{"lane": "onnx"}')
    assert default_lane(own) == "onnx"
    assert describe_model(own) == describe_model(own, "onnx")
    assert describe_model(lane_folder(own, "int8")) == describe_model(own, "int8")


@pytest.mark.long
def test_the_command_prepares_a_lane_and_neither_it_nor_loading_says_more_than_it_should(
    tiny: Tiny, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny("bert"), tmp_path / "model"))
    command = [sys.executable, "-m", "warehouse.model_lanes"]
    told = subprocess.run([*command, str(folder), "onnx"], capture_output=True, text=True, check=True)
    assert told.stderr == ""
    assert told.stdout.splitlines() == [f"{folder}.onnx onnx: float32 벡터와의 코사인 최저 1.0000"]
    program = (
        "import sys; from pathlib import Path; from warehouse.embedders import load_model; "
        "load_model(Path(sys.argv[1]), 'onnx').embed_queries(['예산']); print('torch' in sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True)
    assert (loaded.stdout, loaded.stderr) == ("False\n", "")
    wrong = subprocess.run([*command, str(tmp_path / "none"), "onnx"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "none" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_an_unknown_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(NoSuchModel, match="make setup"):
        load_model(tmp_path / "none")
