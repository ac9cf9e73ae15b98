"""A model made ready for processors by `warehouse.model_lanes`: one graph from tokens to the vector, run by onnxruntime.

Neither torch nor sentence-transformers is loaded, so a question is answered in a fraction of a second after a cold start.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from warehouse.directions import as_directions, composed
from warehouse.lane_folder import GRAPH, TOKENIZER, LaneSettings, require_lane_whole
from warehouse.model_folder import fingerprint_of

_NAME = "onnx-lane"


class LaneEmbedder:
    """A loaded lane. One text a run, one thread a run: a vector depends on its text alone, to the last bit."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        require_lane_whole(folder)
        # Before anything is loaded: what changes meanwhile is told by it.
        self.fingerprint = fingerprint_of(_NAME, folder)
        self._settings = LaneSettings.read(folder)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._longest = self._settings.max_tokens - self._tokenizer.num_special_tokens_to_add(False)
        options: Any = onnxruntime.SessionOptions()
        # The texts are spread over threads and not the matrices of one text: small matrices leave threads waiting, and how a
        # sum is split among threads shows in its last bits.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        self._n_threads = len(os.sched_getaffinity(0))
        self.dimension = self._settings.dimension
        self.max_tokens = self._settings.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text with the model's own marks around it, without the prompt."""
        return [len(self._tokenizer.encode(text).ids) for text in composed(texts)]

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """float32 array of shape (len(texts), dimension), rows of length 1.

        Raises:
            ValueError: the model gave a vector that is not a direction.
        """
        return self._embed(texts, self._settings.passage)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 array of shape (len(texts), dimension), rows of length 1.

        Raises:
            ValueError: the model gave a vector that is not a direction.
        """
        return self._embed(texts, self._settings.query)

    def _tokens(self, text: str) -> np.ndarray:
        """Of shape (1, n), cut at the model's length, with its own marks."""
        plain = self._tokenizer.encode(text, add_special_tokens=False)
        plain.truncate(self._longest)
        return np.array([self._tokenizer.post_process(plain).ids], np.int64)

    def _embed(self, texts: Sequence[str], prompt: str) -> np.ndarray:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        tokens = [self._tokens(prompt + text) for text in composed(texts)]

        def run(place: int) -> None:
            (vectors[place],) = self._session.run(None, {"tokens": tokens[place]})[0]

        if len(texts) > 1 and self._n_threads > 1:
            with ThreadPoolExecutor(min(self._n_threads, len(texts))) as threads:
                list(threads.map(run, range(len(texts))))
        else:
            for place in range(len(texts)):
                run(place)
        return as_directions(vectors)


class LanePlugin:
    """Recognises and loads what `warehouse.model_lanes` made."""

    name = _NAME

    def recognises(self, folder: Path) -> bool:
        """Whether `folder` holds a lane."""
        return LaneSettings.is_in(folder)

    def load(self, folder: Path) -> LaneEmbedder:
        """Load the lane; costs tenths of a second.

        Raises:
            warehouse.model_folder.BrokenFolder: a file of it is missing or another than was written.
        """
        return LaneEmbedder(folder)


EMBEDDER = LanePlugin()
