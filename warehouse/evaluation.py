"""How well passages are found: word search, vector search and both, on judged questions, and what each option is worth.

Documents go the way of the platform: cut into passages, analysed, embedded, kept in a vector table, searched, fused. A
document stands where its best passage stands. Passages and questions are embedded once; only words are analysed again for
an option that is switched off.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from schemas.elements import ElementKind
from schemas.identity import make_id
from schemas.ports import Embedder
from schemas.provenance import Locator
from schemas.records.element import ElementRecord
from warehouse import chunking, fusion
from warehouse.analyser import Analyser, Options, terms_version
from warehouse.fusion import Hit, fuse, fuse_ranks
from warehouse.hybrid import candidates
from warehouse.judged import CUT_OFF, RECALL_AT, JudgedSet, interval, judge, means
from warehouse.vector_search import PinnedTable
from warehouse.vectors import VectorTable, table_name
from warehouse.yardstick import spread_of

DEPTH = 50
MAIN = f"ndcg@{CUT_OFF}"
_PASSAGES_A_TIME = 256
_EVERYONE = [make_id("access", "evaluation")]

_Figures = dict[str, np.ndarray]


class _Found(NamedTuple):
    """What the two sides say of the candidates for one question of so many distinct tokens."""

    lexical: list[Hit]
    dense: list[Hit]
    n_words: int


def evaluate(
    judged: JudgedSet,
    embedder: Embedder,
    analyser: Analyser,
    *,
    recall_at: Sequence[int] = RECALL_AT,
    is_ablated: bool = False,
) -> dict[str, Any]:
    """Measure the three ways to search on a set of judged questions.

    Args:
        judged: the set, as `warehouse.judged.load_set` reads it.
        embedder: the model.
        analyser: the words' analyser; its words of the house are kept when an option is switched off.
        recall_at: depths of recall, besides 10.
        is_ablated: measure with each option switched off, too.

    Returns:
        `systems` {"lexical" | "dense" | "hybrid": {"recall@10", "mrr", "ndcg@10", …}}, `intervals` (the same with lower
        and upper bounds), `differences` (hybrid minus the better part and minus the words, nDCG@10, with bounds), with
        `is_ablated` `ablations` {option: lexical and hybrid nDCG@10 and what the option adds to hybrid, with bounds}, and
        `settings` (sizes, model, spread, fingerprints).
    """
    with tempfile.TemporaryDirectory(prefix="gotgan-eval-") as folder:
        bench = _Bench(Path(folder), judged, embedder, max([*recall_at, CUT_OFF]))
        found = bench.search(analyser)
        rankings = {
            "lexical": bench.by_words(found),
            "dense": bench.by_meaning(found),
            "hybrid": bench.both(found),
        }
        figures = {system: judge(ranked, bench.relevant, recall_at) for system, ranked in rankings.items()}
        ablations = dict(_ablate(bench, analyser, found, figures["hybrid"])) if is_ablated else {}
    measured: dict[str, Any] = {
        "systems": {system: means(own) for system, own in figures.items()},
        "intervals": {
            system: {name: interval(values) for name, values in own.items()} for system, own in figures.items()
        },
        "differences": _differences(figures),
        "settings": {
            "set": judged.name,
            "documents": len(judged.documents),
            "passages": len(bench.passages),
            "questions": len(judged.questions),
            "embedder": embedder.fingerprint,
            "spread": bench.spread,
            "dense_weight": fusion.DENSE_WEIGHT,
            "analyser": analyser.fingerprint,
            "terms": terms_version(),
            "fusion": fusion.fingerprint(),
            "depth": DEPTH,
        },
    }
    return measured | ({"ablations": ablations} if is_ablated else {})


class _Bench:
    """The passages of a set with their vectors, searched in tables of whatever analyser is tried."""

    def __init__(self, folder: Path, judged: JudgedSet, embedder: Embedder, deepest: int) -> None:
        self._folder = folder
        self._deepest = deepest
        self._questions = [question.text for question in judged.questions]
        self.relevant = [question.rel for question in judged.questions]
        self._embedder = embedder
        self.spread = spread_of(embedder)
        self._holders: dict[str, list[str]] = {}
        self.passages: dict[str, tuple[str, bool]] = {}
        for document in judged.documents:
            for chunk in chunking.cut(document.id, list(_elements(document.id, document.text))):
                self._holders.setdefault(chunk.passage_id, []).append(document.id)
                text = chunking.passage_text(chunk.headings, chunk.text)
                self.passages[chunk.passage_id] = (text, chunk.is_lexical)
        wordy = sorted(held for held, (_, is_lexical) in self.passages.items() if not is_lexical)
        rows = embedder.embed_passages([self.passages[held][0] for held in wordy]).tolist() if wordy else []
        self._vectors = dict(zip(wordy, rows, strict=True))
        self._query_vectors = embedder.embed_queries(self._questions)

    def search(self, analyser: Analyser) -> list[_Found]:
        """Both rankings of every question, each passage scored by both sides."""
        table = self._table(analyser)
        asked = [analyser.analyse_query(text) for text in self._questions]
        return [
            _Found(
                *candidates(table, words, vector, _EVERYONE, DEPTH, embedder=self._embedder.fingerprint),
                len(words.split()),
            )
            for words, vector in zip(asked, self._query_vectors, strict=True)
        ]

    def by_words(self, found: Sequence[_Found]) -> list[list[str]]:
        """Documents by words alone."""
        return [self._documents(fusion.order(one.lexical)) for one in found]

    def by_meaning(self, found: Sequence[_Found]) -> list[list[str]]:
        """Documents by meaning alone."""
        return [self._documents(fusion.order(one.dense)) for one in found]

    def both(self, found: Sequence[_Found], dense_weight: float = fusion.DENSE_WEIGHT) -> list[list[str]]:
        """Documents by both, fused as the doors fuse them."""
        return [
            self._documents(
                fuse(one.lexical, one.dense, n_words=one.n_words, spread=self.spread, dense_weight=dense_weight)
            )
            for one in found
        ]

    def both_by_rank(self, found: Sequence[_Found]) -> list[list[str]]:
        """Documents by both, fused by rank, neither side asked for what the other found."""
        return [
            self._documents(fuse_ranks(fusion.order(one.lexical)[:DEPTH], fusion.order(one.dense)[:DEPTH]))
            for one in found
        ]

    def _documents(self, hits: Sequence[Hit]) -> list[str]:
        found = dict.fromkeys(document for hit in hits for document in self._holders[hit.passage_id])
        return list(found)[: self._deepest]

    def _table(self, analyser: Analyser) -> PinnedTable:
        name = table_name(self._embedder.fingerprint, analyser.fingerprint)
        dimension, model = self._embedder.dimension, self._embedder.fingerprint
        table = VectorTable(self._folder, name, dimension, embedder=model, analyser=analyser.fingerprint)
        ids = sorted(self.passages)
        for start in range(0, len(ids), _PASSAGES_A_TIME):
            batch = ids[start : start + _PASSAGES_A_TIME]
            texts = [self.passages[held][0] for held in batch]
            table.add(
                pa.table(
                    {
                        "passage_id": batch,
                        "text": texts,
                        "morphemes": analyser.analyse(texts),
                        "vector": pa.array([self._vectors.get(held) for held in batch], pa.list_(pa.float32())),
                        "access": [_EVERYONE] * len(batch),
                    }
                )
            )
        table.index()
        table.optimise()
        return table.at(table.version)


def _ablate(
    bench: _Bench, analyser: Analyser, found: Sequence[_Found], whole: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each option adds: everything as it is but for that one."""
    yield "fusion", _without(None, judge(bench.both_by_rank(found), bench.relevant), whole)
    for option in Options._fields:
        if not getattr(analyser.options, option):
            continue
        less = bench.search(analyser.without(option))
        words = judge(bench.by_words(less), bench.relevant)
        yield option, _without(words, judge(bench.both(less), bench.relevant), whole)


def _without(
    words: Mapping[str, np.ndarray] | None, both: Mapping[str, np.ndarray], whole: Mapping[str, np.ndarray]
) -> dict[str, Any]:
    gained = whole[MAIN] - both[MAIN]
    return {
        "lexical": None if words is None else float(words[MAIN].mean()),
        "hybrid": float(both[MAIN].mean()),
        "adds": float(gained.mean()),
        "interval": interval(gained),
    }


def _differences(figures: Mapping[str, _Figures]) -> dict[str, dict[str, Any]]:
    hybrid = figures["hybrid"][MAIN]
    better = max(("lexical", "dense"), key=lambda system: figures[system][MAIN].mean())
    pairs = {"hybrid-better": better, "hybrid-lexical": "lexical", "hybrid-dense": "dense"}
    return {
        name: {
            "part": part,
            "mean": float((hybrid - figures[part][MAIN]).mean()),
            "interval": interval(hybrid - figures[part][MAIN]),
        }
        for name, part in pairs.items()
    }


def _elements(document_id: str, text: str) -> Iterator[ElementRecord]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for ordinal, line in enumerate(lines):
        yield ElementRecord(
            content_id=document_id,
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
