"""Judged questions and the figures of a ranking: recall, reciprocal rank, nDCG, and how sure they are."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

CUT_OFF = 10
RECALL_AT = (1, 5, 10, 20)
RESAMPLES = 2_000
SEED = 20_260_101
_COVERED = (2.5, 97.5)


class Document(BaseModel):
    """A line of `PREFIX.corpus.jsonl`."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str


class Question(BaseModel):
    """A line of `PREFIX.queries.jsonl`: a question and the ids of the documents that answer it."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    rel: list[str]


class JudgedSet(BaseModel):
    """A set of documents and of questions about them."""

    model_config = ConfigDict(frozen=True)

    name: str
    documents: list[Document]
    questions: list[Question]


def load_set(prefix: Path) -> JudgedSet:
    """Read `PREFIX.corpus.jsonl` and `PREFIX.queries.jsonl`.

    Raises:
        FileNotFoundError: one of the files is not there.
        ValueError: a line is not a document or a question, a question has no answer, or there is no question.
    """
    documents = [Document.model_validate_json(line) for line in _lines(prefix, "corpus")]
    questions = [Question.model_validate_json(line) for line in _lines(prefix, "queries")]
    if not questions:
        raise ValueError(f"질의가 없습니다: {prefix}.queries.jsonl")
    unanswered = next((question.id for question in questions if not question.rel), None)
    if unanswered is not None:
        raise ValueError(f"정답이 없는 질의입니다: {unanswered} ({prefix}.queries.jsonl)")
    return JudgedSet(name=prefix.name, documents=documents, questions=questions)


def judge(
    rankings: Sequence[Sequence[str]], relevant: Sequence[Sequence[str]], recall_at: Sequence[int] = RECALL_AT
) -> dict[str, np.ndarray]:
    """Figures of each question (float arrays of its number): recall at each depth, MRR (0 beyond rank 10), nDCG@10."""
    figures: dict[str, list[float]] = {f"recall@{depth}": [] for depth in sorted({*recall_at, CUT_OFF})}
    figures |= {"mrr": [], f"ndcg@{CUT_OFF}": []}
    for ranking, wanted in zip(rankings, relevant, strict=True):
        right = set(wanted)
        ranks = [rank for rank, found in enumerate(ranking, start=1) if found in right]
        near = [rank for rank in ranks if rank <= CUT_OFF]
        ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(CUT_OFF, len(right)) + 1))
        for depth in {*recall_at, CUT_OFF}:
            figures[f"recall@{depth}"].append(sum(rank <= depth for rank in ranks) / len(right))
        figures["mrr"].append(1 / near[0] if near else 0.0)
        figures[f"ndcg@{CUT_OFF}"].append(sum(1 / math.log2(rank + 1) for rank in near) / ideal)
    return {name: np.asarray(values) for name, values in figures.items()}


def means(figures: Mapping[str, np.ndarray]) -> dict[str, float]:
    """The mean of each figure over the questions."""
    return {name: float(values.mean()) for name, values in figures.items()}


def interval(values: np.ndarray) -> list[float]:
    """Lower and upper bound of the mean, 95 %: percentiles of its bootstrap over questions, always drawn alike."""
    drawn = np.random.default_rng(SEED).integers(0, len(values), size=(RESAMPLES, len(values)))
    lower, upper = np.percentile(values[drawn].mean(axis=1), _COVERED)
    return [float(lower), float(upper)]


def _lines(prefix: Path, part: str) -> Iterator[str]:
    path = prefix.with_name(f"{prefix.name}.{part}.jsonl")
    return (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
