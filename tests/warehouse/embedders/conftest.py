"""Tiny model folders of several architectures with random weights, written by sentence-transformers itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROMPTS = {
    "xlm-roberta": {"query": "query: ", "document": "passage: "},
    "bert": {},
    "qwen3": {"query": "Instruct: Given a question, retrieve passages\nQuery:", "document": ""},
}
ARCHITECTURES = sorted(PROMPTS)
MAX_TOKENS = 96


def _tokenizer(*, is_left: bool) -> Any:
    """Bytes as tokens, with marks around the text (`is_left`: only one at its end, padding before it)."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    marks = ["<s>", "<pad>", "</s>", "<unk>"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: place for place, piece in enumerate([*marks, *alphabet])}
    tokenizer: Any = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    template = "$A </s>" if is_left else "<s> $A </s>"
    tokenizer.post_processor = processors.TemplateProcessing(
        single=template, pair=template + " $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        padding_side="left" if is_left else "right",
        model_max_length=MAX_TOKENS,
    )


def _network(architecture: str) -> Any:
    import torch
    from transformers import BertConfig, BertModel, Qwen3Config, Qwen3Model, XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(7)
    sizes: dict[str, Any] = {
        "vocab_size": 260,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "initializer_range": 0.3,
        "pad_token_id": 1,
    }
    if architecture == "qwen3":
        plan = Qwen3Config(**sizes, num_key_value_heads=2, head_dim=8, max_position_embeddings=512)
        return Qwen3Model(plan)
    if architecture == "bert":
        return BertModel(BertConfig(**sizes, max_position_embeddings=512))
    return XLMRobertaModel(XLMRobertaConfig(**sizes, max_position_embeddings=514))


def write_folder(folder: Path, architecture: str, prompts: dict[str, str] | None = None) -> Path:
    """Write a folder as its authors would: weights, tokenizer, pooling, prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    plain = folder.with_name(f"{folder.name}-plain")
    _network(architecture).save_pretrained(plain)
    _tokenizer(is_left=architecture == "qwen3").save_pretrained(plain)
    pooling = {"qwen3": "lasttoken", "bert": "cls", "xlm-roberta": "mean"}[architecture]
    modules: list[Any] = [
        Transformer(str(plain), max_seq_length=MAX_TOKENS),
        Pooling(32, pooling_mode=pooling),
        Normalize(),
    ]
    told = PROMPTS[architecture] if prompts is None else prompts
    SentenceTransformer(modules=modules, prompts=told or None, device="cpu").save(str(folder), create_model_card=False)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A folder by architecture, written once a session; not to be changed."""
    root, made = tmp_path_factory.mktemp("tiny-models"), {}

    def of(architecture: str) -> Path:
        if architecture not in made:
            made[architecture] = write_folder(root / f"tiny-{architecture}", architecture)
        return made[architecture]

    return of
