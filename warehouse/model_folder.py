"""A model folder: its identity, so that another model never passes for it, and whether it was copied whole."""

import functools
import hashlib
import json
import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.identity import digest_parts, fingerprint

CARD = "gotgan-model.json"
# What a person may write beside a model without changing a vector; prompts in a card are told apart by `identify`.
_REMARKS = {"README.md", "LICENSE", CARD, ".gitattributes", ".gitignore"}

_MODULES = "modules.json"
_PROMPT_FILE = "config_sentence_transformers.json"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_TOKENIZERS = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.model",
)
_PROMPT_NAMES = frozenset({"query", "document", "passage", "corpus"})
_POINTER = b"version https://git-lfs"
_AGAIN = "폴더를 다시 복사하고 `gotgan doctor`로 확인하십시오 (기본 모형은 `make setup`이 만듭니다)"

# Families whose authors ask for a prefix, and whose folders often do not say so. Without it nothing fails: the answers are
# only worse, which is why such a folder is refused and the prefix is not guessed.
_FAMILIES = (
    (re.compile(r"(?:^|[-_/])(?:ko)?e5(?:[-_]|$)", re.IGNORECASE), {"query": "query: ", "document": "passage: "}),
    (re.compile(r"arctic-(?:embed|ko)", re.IGNORECASE), {"query": "query: ", "document": ""}),
    (
        re.compile(r"qwen3-embedding", re.IGNORECASE),
        {
            "query": "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:",
            "document": "",
        },
    ),
)


class NoSuchModel(LookupError):
    """No embedder can load what lies in the folder."""


class BrokenFolder(NoSuchModel):
    """A part of the model is missing, cut off, or only a pointer to where it would be."""


class PromptsUnknown(NoSuchModel):
    """The model needs prefixes that its folder does not tell."""


def set_environment() -> None:
    """Keep model libraries off the network and their idle threads quiet; to be called before torch is first imported."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    # Threads that spin while they wait made embedding four to seven times slower on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def digest_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file that shapes the vectors of the model in `folder`, by path below it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in _REMARKS)
    return {path.relative_to(folder).as_posix(): _digest(path) for path in files}


def digest_folder(folder: Path) -> str:
    """One SHA-256 over all files of `digest_files`.

    Raises:
        FileNotFoundError: there is no such folder, or nothing in it.
    """
    files = digest_files(folder)
    if not files:
        raise FileNotFoundError(f"모형 폴더가 없거나 비어 있습니다: {folder}")
    return digest_parts(part for item in files.items() for part in item)


def identify(folder: Path) -> str:
    """The digest of the folder, and of the prompts that its card states if it does.

    Raises:
        FileNotFoundError: there is no such folder, or nothing in it.
        BrokenFolder: the card is no JSON, or its prompts are no prompts.
    """
    stated = stated_prompts(folder)
    digest = digest_folder(folder)
    return digest_parts((digest, *(part for item in sorted(stated.items()) for part in item))) if stated else digest


def fingerprint_of(embedder: str, folder: Path) -> str:
    """The one fingerprint of a model: what a publication names, what its table is for, what the loaded model says.

    Args:
        embedder: the name of the way in which it is loaded.
        folder: the model's folder, or that of its lane.

    Raises:
        FileNotFoundError: there is no such folder, or nothing in it.
        BrokenFolder: the card is no JSON, or its prompts are no prompts.
    """
    return fingerprint(plugin=embedder, model=identify(folder))


def read_card(folder: Path) -> dict[str, Any]:
    """What was written about the model beside it; empty without a card.

    Raises:
        BrokenFolder: it is no JSON object.
    """
    card = _json(folder / CARD) if (folder / CARD).is_file() else {}
    if not isinstance(card, dict):
        raise BrokenFolder(f"{folder / CARD}: JSON 객체가 아닙니다")
    return card


def stated_prompts(folder: Path) -> dict[str, str]:
    """What the card says the prefixes are, by `query` and `document`; nothing if it says nothing.

    Raises:
        BrokenFolder: the card is no JSON, or its prompts are no prompts.
    """
    prompts = read_card(folder).get("prompts", {})
    is_good = isinstance(prompts, dict) and set(prompts) <= _PROMPT_NAMES
    if not is_good or not all(isinstance(prompt, str) for prompt in prompts.values()):
        names = ", ".join(sorted(_PROMPT_NAMES))
        raise BrokenFolder(f"{folder / CARD}: prompts에는 {names}의 접두어를 문자열로 적습니다")
    return prompts


def require_prompts(folder: Path) -> None:
    """Refuse a model of a family that needs prefixes when neither its own settings nor its card tell them.

    Raises:
        PromptsUnknown: it is such a model; the message says what to write where.
    """
    told = _json(folder / _PROMPT_FILE).get("prompts", {}) if (folder / _PROMPT_FILE).is_file() else {}
    if any(told.get(name) for name in _PROMPT_NAMES) or stated_prompts(folder):
        return
    config = folder / "config.json"
    names = (folder.name, str(_json(config).get("_name_or_path", "")) if config.is_file() else "")
    for pattern, prompts in _FAMILIES:
        if any(pattern.search(name) for name in names):
            written = json.dumps({"prompts": prompts}, ensure_ascii=False)
            raise PromptsUnknown(
                f"{folder}: 질문과 문서에 접두어가 필요한 계열로 보이는데 폴더가 그것을 말하지 않습니다. {CARD}에 적으십시오. "
                f"저자들이 쓰는 것: {written} (접두어 없이 학습된 모형이면 값을 빈 문자열로)"
            )


def require_whole(folder: Path) -> None:
    """Refuse a sentence-transformers folder of which something is missing; reads names and headers, not weights.

    Raises:
        BrokenFolder: the message names the folder, what is wrong, and what to do.
    """
    for fault in _faults(folder):
        raise BrokenFolder(f"{folder}: {fault}. {_AGAIN}")


def _faults(folder: Path) -> Iterator[str]:
    for module in _json(folder / _MODULES):
        kind, place = str(module["type"]).rsplit(".", 1)[-1], folder / str(module["path"])
        if kind == "Transformer":
            yield from _transformer_faults(place)
        # A module without settings is an empty folder, which many ways of copying leave behind.
        elif kind in ("Pooling", "Dense") and not (place / "config.json").is_file():
            yield f"{module['path']}/config.json이 없습니다"


def _transformer_faults(folder: Path) -> Iterator[str]:
    if not (folder / "config.json").is_file():
        yield "config.json이 없습니다"
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        yield f"토크나이저가 없습니다 ({_TOKENIZERS[0]} 등)"
    for index in sorted(folder.glob("*.index.json")):
        for name in sorted(set(_json(index)["weight_map"].values())):
            if not (folder / name).is_file():
                yield f"가중치 조각이 없습니다: {name}"
    weights = [path for path in sorted(folder.iterdir()) if path.suffix == ".safetensors"]
    if not weights and not list(folder.glob("pytorch_model*.bin")):
        yield f"가중치 파일이 없습니다 ({' 또는 '.join(_WEIGHTS)})"
    for path in [*weights, *(folder / name for name in _TOKENIZERS if (folder / name).is_file())]:
        with path.open("rb") as file:
            start = file.read(64)
        if start.startswith(_POINTER):
            yield f"{path.name}은 Git LFS 포인터일 뿐입니다: 실제 파일을 받아 오십시오"
        elif path.suffix == ".safetensors" and not _is_complete(path):
            yield f"가중치 파일이 잘렸습니다: {path.name}"


def _is_complete(path: Path) -> bool:
    """Whether a safetensors file is as long as its header says."""
    with path.open("rb") as file:
        size = path.stat().st_size
        if size < 8:
            return False
        (length,) = struct.unpack("<Q", file.read(8))
        if length > size - 8:
            return False
        header = json.loads(file.read(length))
    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
    return size == 8 + length + max(ends, default=0)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as failure:
        raise BrokenFolder(f"{path}: JSON이 아닙니다 ({failure}). {_AGAIN}") from failure


def _digest(path: Path) -> str:
    stat = path.stat()
    return _digest_once(path, stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=1_024)
def _digest_once(path: Path, size: int, modified_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
