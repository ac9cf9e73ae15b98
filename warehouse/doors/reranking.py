"""A local cross-encoder that reads question and passage together, for the first hits alone: optional, slow, and often better."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from schemas.identity import digest_bytes, digest_parts

MOST_RERANKED = 30
"""Hits that are read again; the others stay behind them in their own order."""

_MAX_TOKENS = 512


class Reranker(Protocol):
    """Says how well a passage answers a question; the higher, the better, within one question."""

    @property
    def fingerprint(self) -> str:
        """Changes with the model."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """A score for each text."""
        ...


class BrokenReranker(ValueError):
    """The model gave what is no score, such as NaN: its order would mean nothing."""


class CrossEncoderReranker:
    """A CrossEncoder folder of sentence-transformers; loaded at first use, from disk alone, no code of the folder's is run.

    Args:
        folder: the folder with its `config.json`.

    Raises:
        FileNotFoundError: there is no model in it.
    """

    def __init__(self, folder: Path) -> None:
        if not (folder / "config.json").is_file():
            raise FileNotFoundError(f"교차 인코더가 없습니다: {folder}")
        self._folder = folder
        self._model: Any = None
        self._fingerprint: str | None = None

    @property
    def fingerprint(self) -> str:
        """Digest of the files in the folder, 16 hexadecimal characters."""
        if self._fingerprint is None:
            files = sorted(path for path in self._folder.rglob("*") if path.is_file())
            parts = (part for path in files for part in (path.name, digest_bytes(path.read_bytes())))
            self._fingerprint = digest_parts(parts)[:16]
        return self._fingerprint

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """A score for each text.

        Raises:
            BrokenReranker: a score is not finite.
        """
        if self._model is None:
            from sentence_transformers import CrossEncoder

            self._model = CrossEncoder(
                str(self._folder), local_files_only=True, trust_remote_code=False, max_length=_MAX_TOKENS
            )
        pairs = [(question, text) for text in texts]
        found = [float(score) for score in self._model.predict(pairs, show_progress_bar=False)] if pairs else []
        if not all(map(math.isfinite, found)):
            raise BrokenReranker(f"교차 인코더의 점수가 수가 아닙니다: {self._folder.name}")
        return found
