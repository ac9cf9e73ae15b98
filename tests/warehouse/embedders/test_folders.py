"""Any sentence-transformers folder: its own prompts and pooling, and a clear refusal of what is not whole."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from schemas.identity import fingerprint
from warehouse.embedders import NoSuchModel, describe_model, load_model
from warehouse.embedders.sentence_transformer import (
    EMBEDDER,
    SentenceTransformerEmbedder,
    SentenceTransformerPlugin,
)
from warehouse.model_folder import CARD, BrokenFolder, PromptsUnknown, identify, require_whole
from warehouse.vectors import VectorTable, WrongTable

TEXTS = ["국고보조금 교부 절차", "예산", " 앞뒤에 빈칸 ", "성과 평가 결과를 예산에 반영한다. " * 20, "The budget."]
Tiny = Callable[[str], Path]


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to))


@pytest.mark.parametrize("architecture", ["bert", "qwen3", "xlm-roberta"])
def test_vectors_are_exactly_those_of_the_library_with_the_folders_own_prompts_and_pooling(
    tiny: Tiny, architecture: str
) -> None:
    from sentence_transformers import SentenceTransformer

    folder = tiny(architecture)
    embedder = EMBEDDER.load(folder)
    library = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    prompts = {name: prompt for name, prompt in library.prompts.items() if prompt}
    if architecture == "bert":
        assert prompts == {}
    else:
        assert prompts["query"].startswith(("query: ", "Instruct: "))
    query, passage = library.prompts.get("query", ""), library.prompts.get("document", "")
    for text in TEXTS:
        asked = library.encode([query + text], batch_size=1)
        kept = library.encode([passage + text], batch_size=1)
        assert embedder.embed_queries([text]) == pytest.approx(asked, abs=1e-6)
        assert embedder.embed_passages([text]) == pytest.approx(kept, abs=1e-6)
    assert describe_model(folder) == (embedder.fingerprint, embedder.dimension) == (embedder.fingerprint, 32)


def test_what_a_folder_is_described_as_is_what_its_model_says_and_what_homes_hold(tmp_path: Path, tiny: Tiny) -> None:
    folder = copied(tiny("bert"), tmp_path / "model")
    described = [describe_model(folder)[0]]
    # Written into every publication so far: another value would have every home embed everything again.
    assert described == [fingerprint(plugin="sentence-transformer", model=identify(folder))]
    for name, key, value in (
        ("sentence_bert_config.json", "max_seq_length", 64),
        ("config_sentence_transformers.json", "prompts", {"query": "찾기: ", "document": ""}),
    ):
        changed = json.loads((folder / name).read_text()) | {key: value}
        (folder / name).write_text(json.dumps(changed))
        described.append(describe_model(folder)[0])
        assert load_model(folder).fingerprint == described[-1]
    assert len(set(described)) == 3


def test_a_model_that_calls_itself_something_else_is_refused(
    tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its vectors would go into the table of one model, and its questions be refused there."""
    load = SentenceTransformerPlugin.load

    def load_another(plugin: SentenceTransformerPlugin, folder: Path) -> SentenceTransformerEmbedder:
        made = load(plugin, folder)
        made.fingerprint = "another"
        return made

    monkeypatch.setattr(SentenceTransformerPlugin, "load", load_another)
    with pytest.raises(BrokenFolder, match="지문"):
        load_model(tiny("bert"))


def test_a_model_of_a_family_with_prefixes_is_refused_until_somebody_states_them(tmp_path: Path, tiny: Tiny) -> None:
    folder = copied(tiny("xlm-roberta"), tmp_path / "multilingual-e5-tiny")
    settings = folder / "config_sentence_transformers.json"
    told = json.loads(settings.read_text()) | {"prompts": {"query": "", "document": ""}}
    settings.write_text(json.dumps(told))
    with pytest.raises(PromptsUnknown, match='"query": "query: ", "document": "passage: "'):
        EMBEDDER.load(folder)
    with pytest.raises(NoSuchModel, match="접두어"):
        describe_model(folder)
    (folder / CARD).write_text(json.dumps({"prompts": {"query": "query: ", "document": "passage: "}}))
    stated, first = EMBEDDER.load(folder), describe_model(folder)
    assert stated.embed_queries(TEXTS) == pytest.approx(
        EMBEDDER.load(tiny("xlm-roberta")).embed_queries(TEXTS), abs=1e-6
    )
    (folder / CARD).write_text(json.dumps({"prompts": {"query": "", "document": ""}}))
    other, second = EMBEDDER.load(folder), describe_model(folder)
    assert other.fingerprint != stated.fingerprint
    assert first[0] != second[0]
    assert not np.allclose(other.embed_queries(TEXTS), stated.embed_queries(TEXTS), atol=1e-3)
    (folder / CARD).write_text('{"prompts": {"question": "query: "}}')
    with pytest.raises(BrokenFolder, match="prompts"):
        EMBEDDER.load(folder)


@pytest.mark.parametrize(
    "name", ["KoE5", "multilingual-e5-large", "snowflake-arctic-embed-l-v2.0-ko", "Qwen3-Embedding-0.6B"]
)
def test_families_are_known_by_the_names_that_their_authors_gave(tmp_path: Path, name: str) -> None:
    from warehouse.model_folder import require_prompts

    for folder in (tmp_path / name, tmp_path / "renamed"):
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps({"_name_or_path": f"somebody/{name}"}))
        with pytest.raises(PromptsUnknown):
            require_prompts(folder)


@pytest.mark.parametrize("name", ["bge-m3", "KURE-v1", "me5-small-q4", "model-e512"])
def test_models_without_prefixes_are_taken_as_they_are(tmp_path: Path, name: str) -> None:
    from warehouse.model_folder import require_prompts

    (tmp_path / name).mkdir()
    require_prompts(tmp_path / name)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def point(path: Path) -> None:
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")


@pytest.mark.parametrize(
    ("name", "damage", "says"),
    [
        ("model.safetensors", cut, "잘렸습니다"),
        ("model.safetensors", Path.unlink, "가중치 파일이 없습니다"),
        ("model.safetensors", point, "LFS"),
        ("tokenizer.json", Path.unlink, "토크나이저가 없습니다"),
        ("tokenizer.json", point, "LFS"),
        ("config.json", Path.unlink, "config.json이 없습니다"),
        ("1_Pooling/config.json", Path.unlink, "1_Pooling/config.json"),
        ("modules.json", cut, "JSON이 아닙니다"),
        ("modules.json", Path.unlink, "modules.json이 없어"),
    ],
)
def test_a_folder_that_was_half_copied_is_refused_by_name(
    tiny: Tiny, tmp_path: Path, name: str, damage: Callable[[Path], None], says: str
) -> None:
    folder = copied(tiny("xlm-roberta"), tmp_path / "model")
    require_whole(folder)
    damage(folder / name)
    for use in (load_model, describe_model):
        with pytest.raises(NoSuchModel, match=says) as refused:
            use(folder)
        assert str(folder) in str(refused.value)


def test_a_missing_shard_of_the_weights_is_noticed(tiny: Tiny, tmp_path: Path) -> None:
    folder = copied(tiny("xlm-roberta"), tmp_path / "model")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(BrokenFolder, match="model-00001-of-00002"):
        load_model(folder)


def test_weights_that_are_no_numbers_give_no_vector(tiny: Tiny, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = copied(tiny("bert"), tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    name = next(name for name in weights if name.endswith("LayerNorm.weight"))
    weights[name][:] = np.nan
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match="방향"):
        EMBEDDER.load(folder).embed_passages(["예산"])


def test_vectors_of_another_model_do_not_get_into_a_table(tiny: Tiny, tmp_path: Path) -> None:
    (one, dimension), (other, _) = describe_model(tiny("bert")), describe_model(tiny("xlm-roberta"))
    VectorTable(tmp_path / "vectors", "passages", dimension, embedder=one, analyser="a")
    with pytest.raises(WrongTable):
        VectorTable(tmp_path / "vectors", "passages", dimension, embedder=other, analyser="a")


@pytest.mark.long
def test_loading_a_model_says_nothing(tiny: Tiny) -> None:
    program = (
        "import sys; from pathlib import Path; from warehouse.embedders import load_model; "
        "load_model(Path(sys.argv[1])).embed_queries(['예산'])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tiny("bert"))], capture_output=True, text=True, check=True
    )
    assert (told.stdout, told.stderr) == ("", "")
