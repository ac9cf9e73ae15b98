"""How well passages are found: recall, MRR and nDCG of word search, vector search and both, on a set of judged questions.

Documents go the way of the platform: cut into passages, analysed, embedded, kept in a vector table, searched, fused. A
document stands where its best passage stands.
"""

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.elements import ElementKind
from schemas.identity import make_id
from schemas.ports import Embedder
from schemas.provenance import Locator
from schemas.records.element import ElementRecord
from warehouse import chunking
from warehouse.analyser import Analyser
from warehouse.fusion import Hit, fuse
from warehouse.vectors import VectorTable, table_name

CUT_OFF = 10
DEPTH = 50
_PASSAGES_A_TIME = 256

Ranker = Callable[[str, Sequence[float]], list[Hit]]


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


def evaluate(prefix: Path, embedder: Embedder, analyser: Analyser) -> dict[str, dict[str, dict[str, float]]]:
    """Measure the three ways to search on `PREFIX.corpus.jsonl` and `PREFIX.queries.jsonl`.

    Returns:
        `{"systems": {"lexical" | "dense" | "hybrid": {"recall@10", "mrr", "ndcg@10"}}}`.

    Raises:
        FileNotFoundError: one of the files is not there.
        ValueError: a line is not a document or a question, or there is no question.
    """
    documents = [Document.model_validate_json(line) for line in _lines(prefix, "corpus")]
    questions = [Question.model_validate_json(line) for line in _lines(prefix, "queries")]
    if not questions:
        raise ValueError(f"질의가 없습니다: {prefix}.queries.jsonl")
    with tempfile.TemporaryDirectory(prefix="gotgan-eval-") as folder:
        return {"systems": _measure(Path(folder), documents, questions, embedder, analyser)}


def score(rankings: Iterable[Sequence[str]], relevant: Iterable[Sequence[str]]) -> dict[str, float]:
    """Mean recall@10, reciprocal rank (0 beyond rank 10) and nDCG@10 of rankings of document ids."""
    recalls, reciprocals, gains = [], [], []
    for ranking, wanted in zip(rankings, relevant, strict=True):
        right = set(wanted)
        ranks = [rank for rank, found in enumerate(ranking[:CUT_OFF], start=1) if found in right]
        ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(CUT_OFF, len(right)) + 1))
        recalls.append(len(ranks) / len(right))
        reciprocals.append(1 / ranks[0] if ranks else 0.0)
        gains.append(sum(1 / math.log2(rank + 1) for rank in ranks) / ideal)
    measured = {"recall@10": recalls, "mrr": reciprocals, "ndcg@10": gains}
    return {name: sum(values) / len(values) for name, values in measured.items()}


def _lines(prefix: Path, part: str) -> Iterator[str]:
    path = prefix.with_name(f"{prefix.name}.{part}.jsonl")
    return (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _measure(
    folder: Path, documents: Sequence[Document], questions: Sequence[Question], embedder: Embedder, analyser: Analyser
) -> dict[str, dict[str, float]]:
    name = table_name(embedder.fingerprint, analyser.fingerprint)
    table = VectorTable(folder, name, embedder.dimension, embedder=embedder.fingerprint, analyser=analyser.fingerprint)
    everyone = [make_id("access", "evaluation")]
    holders = _fill(table, documents, embedder, analyser, everyone)
    pinned = table.at(table.version)
    vectors = embedder.embed_queries([question.text for question in questions])
    rankings: dict[str, list[list[str]]] = {"lexical": [], "dense": [], "hybrid": []}
    for question, vector in zip(questions, vectors, strict=True):
        lexical = pinned.search_lexical(analyser.analyse_query(question.text), everyone, DEPTH)
        dense = pinned.search_dense(vector, everyone, DEPTH)
        for system, hits in (("lexical", lexical), ("dense", dense), ("hybrid", fuse(lexical, dense))):
            rankings[system].append(_documents_of(hits, holders))
    relevant = [question.rel for question in questions]
    return {system: score(ranked, relevant) for system, ranked in rankings.items()}


def _fill(
    table: VectorTable, documents: Sequence[Document], embedder: Embedder, analyser: Analyser, access: list[str]
) -> Mapping[str, list[str]]:
    """Index the documents; returns which documents hold a passage."""
    holders: dict[str, list[str]] = {}
    shown: dict[str, tuple[str, bool]] = {}
    for document in documents:
        for chunk in chunking.cut(document.id, _elements(document)):
            holders.setdefault(chunk.passage_id, []).append(document.id)
            shown[chunk.passage_id] = (chunking.passage_text(chunk.headings, chunk.text), chunk.is_lexical)
    ids = sorted(shown)
    for start in range(0, len(ids), _PASSAGES_A_TIME):
        batch = ids[start : start + _PASSAGES_A_TIME]
        texts = [shown[passage_id][0] for passage_id in batch]
        wordy = [
            text for text, (_, is_lexical) in zip(texts, map(shown.__getitem__, batch), strict=True) if not is_lexical
        ]
        vectors = iter(embedder.embed_passages(wordy).tolist())
        table.add(
            pa.table(
                {
                    "passage_id": batch,
                    "text": texts,
                    "morphemes": analyser.analyse(texts),
                    "vector": pa.array(
                        [None if shown[passage_id][1] else next(vectors) for passage_id in batch],
                        pa.list_(pa.float32()),
                    ),
                    "access": [access] * len(batch),
                }
            )
        )
    table.index()
    table.optimise()
    return holders


def _elements(document: Document) -> list[ElementRecord]:
    lines = [line.strip() for line in document.text.splitlines() if line.strip()]
    return [
        ElementRecord(
            content_id=document.id,
            ordinal=ordinal,
            kind=ElementKind.NARRATIVE_TEXT,
            text=line,
            level=None,
            page=None,
            sheet=None,
            section_path=[],
            locator=Locator(paragraph=ordinal + 1),
            table=None,
            parent_ordinal=None,
            parent_row=None,
            parent_col=None,
        )
        for ordinal, line in enumerate(lines)
    ]


def _documents_of(hits: Sequence[Hit], holders: Mapping[str, list[str]]) -> list[str]:
    return list(dict.fromkeys(document for hit in hits for document in holders[hit.passage_id]))
