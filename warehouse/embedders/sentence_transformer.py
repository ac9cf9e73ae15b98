"""Any sentence-transformers folder, loaded by path and without a network."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from warehouse.directions import as_directions, composed
from warehouse.model_folder import fingerprint_of, require_prompts, require_whole, set_environment, stated_prompts

# A batch of one is as fast as any on a processor, and lets a vector depend on its text alone: padding to a neighbour's
# length changes the last bits, and a rerun after a kill would not equal an uninterrupted run.
_TOKENS_A_BATCH_CPU = 1
_TOKENS_A_BATCH_GPU = 65_536
_NAME = "sentence-transformer"
_PASSAGE_PROMPTS = ("document", "passage", "corpus")


class SentenceTransformerEmbedder:
    """A loaded model. Prompts, pooling and length are those of its own configuration."""

    def __init__(self, folder: Path) -> None:
        # Before anything is loaded: what changes meanwhile is told by it.
        self.fingerprint = fingerprint_of(_NAME, folder)
        require_whole(folder)
        require_prompts(folder)
        set_environment()
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self._is_gpu = torch.cuda.is_available()
        if not self._is_gpu:
            torch.set_num_threads(len(os.sched_getaffinity(0)))
        self._model: Any = SentenceTransformer(
            str(folder),
            device="cuda" if self._is_gpu else "cpu",
            local_files_only=True,
            prompts=stated_prompts(folder) or None,
            model_kwargs={"dtype": torch.float32},
        )
        self._model.eval()
        self.dimension = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length)

    @property
    def prompts(self) -> tuple[str, str]:
        """What is put before a question and before a passage."""
        known = self._model.prompts
        otherwise = known.get(self._model.default_prompt_name, "") if self._model.default_prompt_name else ""
        passage = next((known[name] for name in _PASSAGE_PROMPTS if name in known), otherwise)
        return known.get("query", otherwise), passage

    @property
    def model(self) -> Any:
        """The `SentenceTransformer` itself, for what is made from it."""
        return self._model

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text with the model's own marks around it, without the prompt."""
        if not texts:
            return []
        encoded = self._model.tokenizer(composed(texts), truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """float32 array of shape (len(texts), dimension), rows of length 1.

        Raises:
            ValueError: the model gave a vector that is not a direction.
        """
        return self._embed(texts, self._model.encode_document)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 array of shape (len(texts), dimension), rows of length 1.

        Raises:
            ValueError: the model gave a vector that is not a direction.
        """
        return self._embed(texts, self._model.encode_query)

    def _embed(self, texts: Sequence[str], encode: Any) -> np.ndarray:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        plain = composed(texts)
        for places in self._batches(plain):
            batch = [plain[place] for place in places]
            vectors[places] = encode(batch, batch_size=len(batch), show_progress_bar=False)
        return as_directions(vectors)

    def _batches(self, texts: list[str]) -> Iterator[list[int]]:
        """Places of texts of about the same length whose tokens, padded to the longest, fit the budget."""
        budget = _TOKENS_A_BATCH_GPU if self._is_gpu else _TOKENS_A_BATCH_CPU
        if budget == 1:
            yield from ([place] for place in range(len(texts)))
            return
        counts = [min(count, self.max_tokens) for count in self.count_tokens(texts)]
        batch: list[int] = []
        for place in sorted(range(len(texts)), key=lambda place: (counts[place], place)):
            if batch and (len(batch) + 1) * counts[place] > budget:
                yield batch
                batch = []
            batch.append(place)
        if batch:
            yield batch


class SentenceTransformerPlugin:
    """Recognises and loads a sentence-transformers folder."""

    name = _NAME

    def recognises(self, folder: Path) -> bool:
        """Whether `folder` names its modules the way sentence-transformers does."""
        return (folder / "modules.json").is_file()

    def load(self, folder: Path) -> SentenceTransformerEmbedder:
        """Load the model; costs seconds.

        Raises:
            FileNotFoundError: there is no such folder, or nothing in it.
            warehouse.model_folder.NoSuchModel: a part is missing or cut off, or it needs prefixes that nobody states.
        """
        return SentenceTransformerEmbedder(folder)


EMBEDDER = SentenceTransformerPlugin()
