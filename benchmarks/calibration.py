"""Calibrate the fusion of words and meaning on any folder of documents: `python benchmarks/calibration.py FOLDER [--most 600]`.

No judged question is needed. Three kinds are made of the documents themselves, and the sample ministry's own are asked besides:

- *heading*: the heading above passages is the question, and is left out of what is searched (said otherwise);
- *cloze*: a sentence is taken out of its passage and asks for it (about the same, in other words);
- *keyword*: half the words of a sentence that stands in the passage (word for word).

For each weight of the meaning nDCG@10 is printed by kind; the weight to take is the one with the best mean over kinds, among
equals the one in the middle. The sets that a figure is reported on have no place in FOLDER.
"""

import argparse
import hashlib
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.ports import Parts
from pipelines.settings import Settings
from schemas.elements import Element
from schemas.identity import digest_bytes, make_id
from schemas.ports import ReadRequest
from schemas.records.element import ElementRecord
from warehouse import chunking
from warehouse.fusion import fuse, fuse_ranks, order
from warehouse.hybrid import candidates
from warehouse.judged import judge
from warehouse.vectors import VectorTable, table_name
from warehouse.yardstick import spread_of

KINDS = ("heading", "cloze", "keyword")
WEIGHTS = (0.0, 0.5, 1.0, 1.4, 1.8, 2.2, 2.6, 3.0, 3.5, 4.5, 6.0, 9.0)
A_FILE = 14
A_KIND = 150
DEPTH = 50
_EVERYONE = [make_id("access", "calibration")]
_SENTENCE = re.compile(r"(?<=[다요음함임됨])\.\s+|\n")
_NUMBERING = re.compile(r"^[\dⅠ-Ⅹ가-하A-Z]{1,3}[.)]\s*")
_HANGUL = re.compile(r"[가-힣]")
_MOST_BYTES = 3_000_000


class Passage(NamedTuple):
    """A passage of a file, with the headings above it apart."""

    passage_id: str
    file: str
    headings: list[str]
    text: str


class Asked(NamedTuple):
    """A made question."""

    kind: str
    text: str
    right: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=600, help="passages at most")
    given = parser.parse_args()
    settings = Settings(Path(tempfile.mkdtemp(prefix="gotgan-calibration-")))
    parts = Parts(settings)
    try:
        passages = sample(list(read_passages(parts, given.folder)), given.most)
        indexed, questions = make_questions(passages)
        report(parts, indexed, questions)
    finally:
        parts.close()


def read_passages(parts: Parts, folder: Path) -> Iterator[Passage]:
    """Korean passages of prose from every file of the folder that can be read, each once."""
    seen: set[str] = set()
    for content_id, readings in parts.reader().read(requests(folder)):
        for number, reading in enumerate(readings):
            text_id = f"{content_id}.{number}"
            for chunk in chunking.cut(text_id, [record(text_id, *one) for one in enumerate(reading.elements)]):
                hangul = len(_HANGUL.findall(chunk.text))
                if chunk.is_lexical or hangul < max(60, 0.35 * len(chunk.text)) or chunk.passage_id in seen:
                    continue
                seen.add(chunk.passage_id)
                yield Passage(chunk.passage_id, content_id, chunk.headings, chunk.text)


def requests(folder: Path) -> Iterator[ReadRequest]:
    """The distinct files of a folder."""
    seen: set[str] = set()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            continue
        content_id = digest_bytes(path.read_bytes())
        if content_id not in seen:
            seen.add(content_id)
            yield ReadRequest(content_id=content_id, name=path.name, load=path.read_bytes)


def record(text_id: str, ordinal: int, element: Element) -> ElementRecord:
    """An element as the lake keeps it."""
    parent = element.parent or (None, None, None)
    return ElementRecord(
        content_id=text_id,
        ordinal=ordinal,
        kind=element.kind,
        text=element.text,
        level=element.level,
        page=element.page,
        sheet=element.sheet,
        section_path=list(element.section_path),
        locator=element.locator,
        table=element.table,
        parent_ordinal=parent[0],
        parent_row=parent[1],
        parent_col=parent[2],
    )


def sample(passages: Sequence[Passage], most: int) -> list[Passage]:
    """Some passages, the same ones each time, no file with more than its share."""
    per_file: Counter[str] = Counter()
    kept = []
    for passage in sorted(passages, key=lambda one: drawn(one.passage_id)):
        if per_file[passage.file] < A_FILE and len(kept) < most:
            per_file[passage.file] += 1
            kept.append(passage)
    return kept


def drawn(text: str) -> str:
    """A place in a fixed shuffling."""
    return hashlib.sha256(text.encode()).hexdigest()


def make_questions(passages: Sequence[Passage]) -> tuple[dict[str, str], list[Asked]]:
    """What is searched, by id, and what is asked."""
    chance = random.Random(7)
    indexed: dict[str, str] = {}
    asked: dict[str, list[Asked]] = {kind: [] for kind in KINDS}
    below: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for passage in passages:
        text = passage.text
        lines = [line.strip() for line in _SENTENCE.split(text) if line.strip()]
        whole = [line for line in lines if len(_HANGUL.findall(line)) >= 20 and len(line) < 200]
        if len(lines) >= 4 and len(whole) >= 3:
            taken = chance.choice(whole)
            whole.remove(taken)
            text = text.replace(taken, " ", 1)
            asked["cloze"].append(Asked("cloze", taken, [passage.passage_id]))
        if whole:
            words = [word for word in chance.choice(whole).split() if chance.random() < 0.5]
            if len(words) >= 3:
                asked["keyword"].append(Asked("keyword", " ".join(words), [passage.passage_id]))
        if passage.headings and len(_HANGUL.findall(passage.headings[-1])) >= 6:
            below[passage.file, passage.headings[-1]].append(passage.passage_id)
        indexed[passage.passage_id] = text
    asked["heading"] = [
        Asked("heading", _NUMBERING.sub("", heading), ids)
        for (_, heading), ids in sorted(below.items())
        if len(ids) <= 3
    ]
    return indexed, [one for kind in KINDS for one in sorted(asked[kind], key=lambda one: drawn(one.text))[:A_KIND]]


def report(parts: Parts, indexed: dict[str, str], questions: Sequence[Asked]) -> None:
    """Print nDCG@10 by kind for words, meaning, ranks and every weight."""
    embedder, analyser = parts.embedder(), parts.analyser
    ids = sorted(indexed)
    with tempfile.TemporaryDirectory() as folder:
        name = table_name(embedder.fingerprint, analyser.fingerprint)
        table = VectorTable(
            Path(folder), name, embedder.dimension, embedder=embedder.fingerprint, analyser=analyser.fingerprint
        )
        texts = [indexed[held] for held in ids]
        table.add(
            pa.table(
                {
                    "passage_id": ids,
                    "text": texts,
                    "morphemes": analyser.analyse(texts),
                    "vector": pa.array(embedder.embed_passages(texts).tolist(), pa.list_(pa.float32())),
                    "access": [_EVERYONE] * len(ids),
                }
            )
        )
        table.index()
        pinned = table.at(table.version)
        vectors = embedder.embed_queries([one.text for one in questions])
        words = [analyser.analyse_query(one.text) for one in questions]
        found = [
            candidates(pinned, morphemes, vector, _EVERYONE, DEPTH, embedder=embedder.fingerprint)
            for morphemes, vector in zip(words, vectors, strict=True)
        ]
    spread = spread_of(embedder)
    kinds = np.asarray([one.kind for one in questions])
    print(f"{len(ids)} passages, {dict(Counter(kinds.tolist()))}, spread {spread:.4f}\n")
    print("| | " + " | ".join(KINDS) + " | mean |\n|---|" + "---|" * (len(KINDS) + 1))

    def row(name: str, rankings: list[list[str]]) -> None:
        figures = judge(rankings, [one.right for one in questions])["ndcg@10"]
        means = [float(figures[kinds == kind].mean()) for kind in KINDS]
        print(f"| {name} | " + " | ".join(f"{mean:.4f}" for mean in [*means, float(np.mean(means))]) + " |")

    row("words", [[hit.passage_id for hit in order(lexical)] for lexical, _ in found])
    row("meaning", [[hit.passage_id for hit in order(dense)] for _, dense in found])
    row("ranks", [[hit.passage_id for hit in fuse_ranks(order(a)[:DEPTH], order(b)[:DEPTH])] for a, b in found])
    for weight in WEIGHTS:
        fused = [
            fuse(lexical, dense, n_words=len(morphemes.split()), spread=spread, dense_weight=weight)
            for (lexical, dense), morphemes in zip(found, words, strict=True)
        ]
        row(f"weight {weight:g}", [[hit.passage_id for hit in hits] for hits in fused])


if __name__ == "__main__":
    main()
