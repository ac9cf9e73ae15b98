"""Any sentence-transformers folder, loaded by path and without a network."""

import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from schemas.identity import fingerprint
from warehouse.model_folder import digest_folder, set_environment

# A batch of one is as fast as any on a processor, and lets a vector depend on its text alone: padding to a neighbour's
# length changes the last bits, and a rerun after a kill would not equal an uninterrupted run.
_TOKENS_A_BATCH_CPU = 1
_TOKENS_A_BATCH_GPU = 65_536
_PASSAGE_PROMPTS = ("document", "passage", "corpus")


class SentenceTransformerEmbedder:
    """A loaded model. Prompts, pooling and length are those of its own configuration."""

    def __init__(self, folder: Path) -> None:
        self._digest = digest_folder(folder)
        set_environment()
        # Read when torch is first imported. Threads that spin while they wait cost four times the processor time on a busy
        # machine, and the small matrices of one passage leave much to wait for.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
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
            model_kwargs={"dtype": torch.float32},
        )
        self._model.eval()
        self.dimension = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length)

    @property
    def fingerprint(self) -> str:
        """Changes with the weights, the settings, the prompts and the length that is read."""
        prompts = self._model.prompts
        passage = next((prompts[name] for name in _PASSAGE_PROMPTS if name in prompts), "")
        return fingerprint(
            model=self._digest, query=prompts.get("query", ""), passage=passage, max_tokens=self.max_tokens
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text with the model's own marks around it, without the prompt."""
        if not texts:
            return []
        encoded = self._model.tokenizer(_composed(texts), truncation=False, padding=False, verbose=False)
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
        composed = _composed(texts)
        for places in self._batches(composed):
            batch = [composed[place] for place in places]
            vectors[places] = encode(batch, batch_size=len(batch), show_progress_bar=False)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and (lengths > 0).all()):
            raise ValueError("모형이 방향이 없는 벡터(NaN, 무한대 또는 영벡터)를 냈습니다.")
        return vectors / lengths

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


def _composed(texts: Sequence[str]) -> list[str]:
    return [unicodedata.normalize("NFC", text) for text in texts]


class SentenceTransformerPlugin:
    """Recognises and loads a sentence-transformers folder."""

    name = "sentence-transformer"

    def recognises(self, folder: Path) -> bool:
        """Whether `folder` names its modules the way sentence-transformers does."""
        return (folder / "modules.json").is_file()

    def load(self, folder: Path) -> SentenceTransformerEmbedder:
        """Load the model; costs seconds.

        Raises:
            FileNotFoundError: there is no such folder, or nothing in it.
        """
        return SentenceTransformerEmbedder(folder)


EMBEDDER = SentenceTransformerPlugin()
