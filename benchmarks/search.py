"""Searching 100,000 and 1,000,000 passages: how long an answer takes, what the approximate index misses, what it costs.

    python benchmarks/search.py [--rows 100000 1000000] [--queries 200] [--folder FOLDER] [--nights]

Everything is invented. Vectors: 384 numbers, length 1, with the mean cosine (0.85), its spread, the number of directions
that count and the distance of questions that the default model's vectors of real passages have; topics, documents of 25
passages. Words: 60 a passage by Zipf's law, a quarter of them from the topic's own. Readers: 200 groups, half of whose
documents are of their own topics, and a small circle. A step runs in a process of its own: its peak memory is its own,
and with --folder a table that is there is measured again. Times are warm, one question after another. "exact" is plain
LanceDB that looks at every vector; recall@10 is against it under the same filter.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from schemas.identity import make_id
from warehouse.hybrid import find
from warehouse.vector_search import PinnedTable
from warehouse.vectors import VectorTable

DIMENSION = 384
WORDS_A_PASSAGE = 60
VOCABULARY = 60_000
PASSAGES_A_DOCUMENT = 25
TOPICS = 400
GROUPS = 200
BATCH = 20_000
CANDIDATES = 50
_COMMON, _TOPIC, _DOCUMENT, _PASSAGE = 2.6, 0.7, 0.5, 0.7
_ASKED_DOCUMENT, _ASKED_PASSAGE = 0.25, 0.9
_SPREAD = (1 + np.arange(DIMENSION) / 8) ** -0.5
_TURN = np.linalg.qr(np.random.default_rng(13).standard_normal((DIMENSION, DIMENSION)))[0]
_SYLLABLES = [chr(code) for code in range(0xAC00, 0xAC00 + 2_350)]


class Made(NamedTuple):
    """The invented rows of one size: everything about passage i follows from the seed and i."""

    rows: int
    common: np.ndarray
    topics: np.ndarray
    topic_of: np.ndarray
    group_of: np.ndarray

    @classmethod
    def draw(cls, rows: int, seed: int = 7) -> "Made":
        """Topics and groups of the documents of `rows` passages; document d has passages 25 d to 25 d + 24."""
        generator = np.random.default_rng(seed)
        documents = -(-rows // PASSAGES_A_DOCUMENT)
        topic_of = np.minimum(generator.zipf(1.3, documents) - 1, TOPICS - 1) + generator.integers(0, 20, documents)
        topic_of %= TOPICS
        group_of = np.where(
            generator.random(documents) < 0.5, topic_of % GROUPS, generator.integers(0, GROUPS, documents)
        )
        return cls(rows, directions(generator, 1)[0], directions(generator, TOPICS), topic_of, group_of)

    def vectors(self, documents: np.ndarray, seed: int, own: float = _DOCUMENT, free: float = _PASSAGE) -> np.ndarray:
        """A unit vector for a passage of each document; a question is nearer to the topic than to the document."""
        kinds, places = np.unique(documents, return_inverse=True)
        of_documents = np.stack([directions(np.random.default_rng((11, int(kind))), 1)[0] for kind in kinds])[places]
        mixed = _COMMON * self.common + _TOPIC * self.topics[self.topic_of[documents]] + own * of_documents
        mixed += free * directions(np.random.default_rng(seed), len(documents))
        return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)

    def batches(self) -> Iterator[pa.Table]:
        """The rows of the table, `BATCH` at a time."""
        for start in range(0, self.rows, BATCH):
            places = np.arange(start, min(start + BATCH, self.rows))
            documents = places // PASSAGES_A_DOCUMENT
            texts = passage_words(self.topic_of[documents], 3 + start)
            access = [self.accesses(document) for document in documents.tolist()]
            vectors = self.vectors(documents, 5 + start)
            yield pa.table(
                {
                    "passage_id": [passage_id(place) for place in places.tolist()],
                    "text": texts,
                    "morphemes": texts,
                    "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), DIMENSION),
                    "access": pa.array(access, pa.list_(pa.string())),
                }
            )

    def accesses(self, document: int) -> list[str]:
        """The document's group; one document in a thousand is of the small circle too."""
        few = [group_id(GROUPS)] if document % 1_000 == 17 else []
        return [group_id(int(self.group_of[document])), *few]


def directions(generator: np.random.Generator, count: int) -> np.ndarray:
    """Random unit vectors, one a row, most of whose length lies in few of the directions, as in models' vectors."""
    drawn = (generator.standard_normal((count, DIMENSION)) * _SPREAD) @ _TURN
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def group_id(number: int) -> str:
    """The access id of a group of readers."""
    return make_id("access", number)


def passage_id(place: int) -> str:
    """The id of a passage."""
    return make_id("passage", place)


def word(rank: int) -> str:
    """An invented word of two syllables: rank 0 is the commonest."""
    return _SYLLABLES[(rank * 7) % len(_SYLLABLES)] + _SYLLABLES[rank // 26 % len(_SYLLABLES)]


def word_ranks(generator: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Ranks by Zipf's law with exponent 1 over the vocabulary."""
    return np.minimum(np.exp(generator.random(shape) * np.log(VOCABULARY)).astype(np.int64), VOCABULARY) - 1


def passage_words(topics: np.ndarray, seed: int) -> list[str]:
    """Sixty words a passage: three quarters from the common law, one quarter from the words of its topic."""
    ranks = word_ranks(np.random.default_rng(seed), (len(topics), WORDS_A_PASSAGE))
    own = WORDS_A_PASSAGE // 4
    ranks[:, :own] = (ranks[:, :own] * 31 + topics[:, None] * 149) % VOCABULARY
    words = np.array([word(rank) for rank in range(VOCABULARY)], dtype=object)
    return [" ".join(row) for row in words[ranks]]


class Timed(NamedTuple):
    """What a piece of work took."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Timed:
    """Run the work; seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Timed(time.perf_counter() - wall, time.process_time() - cpu)


def peak_mb() -> float:
    """Peak memory of this process until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def open_vectors(folder: Path) -> VectorTable:
    """The table of a folder."""
    return VectorTable(folder, "passages", DIMENSION, embedder="made", analyser="made")


def build(rows: int, folder: Path) -> None:
    """Fill and index a table, and print what each part cost."""
    table = open_vectors(folder)
    spent = [0.0, 0.0]
    for batch in Made.draw(rows).batches():
        took = timed(lambda batch=batch: table.add(batch))
        spent = [spent[0] + took.wall, spent[1] + took.cpu]
    print_build("rows added, 20,000 at a time", Timed(*spent), table)
    print_build("ids, accesses, words indexed", timed(lambda: table.index(ann_rows=rows + 1)), table)
    print_build("vectors indexed", timed(table.index), table)
    print_build("optimised", timed(table.optimise), table)
    table.clean(delete_unverified=True)


def print_build(label: str, took: Timed, table: VectorTable) -> None:
    """One line: seconds, peak memory, and what the newest version takes on disk, rows and indices."""
    files = table.files(table.version)
    indices = sum(file.stat().st_size for file in files if "_indices" in file.parts) / 1e6
    whole = sum(file.stat().st_size for file in files) / 1e6
    print(
        f"  {label:<32}{took.wall:>9.1f} s{took.cpu:>9.1f} cpu s{peak_mb():>9,.0f} MB peak"
        f"{whole - indices:>9,.0f} MB rows{indices:>7,.0f} MB indices",
        flush=True,
    )


class Question(NamedTuple):
    """Words and vector of an invented question."""

    words: str
    vector: np.ndarray


def questions(made: Made, count: int) -> list[Question]:
    """Questions about documents of the table: six words of such a passage, and a vector farther off than a passage's."""
    documents = np.random.default_rng(17).integers(0, len(made.topic_of), count)
    vectors = made.vectors(documents, 19, _ASKED_DOCUMENT, _ASKED_PASSAGE)
    texts = passage_words(made.topic_of[documents], 23)
    return [Question(" ".join(text.split()[12:18]), vector) for text, vector in zip(texts, vectors, strict=True)]


class Filter(NamedTuple):
    """Who asks, and among which passages."""

    label: str
    access: list[str]
    ids: list[str] | None = None


def filters(rows: int) -> list[Filter]:
    """Everybody's passages, a few groups', the small circle's, and those of some documents."""
    everyone = [group_id(number) for number in range(GROUPS + 1)]
    chance = np.random.default_rng(29)
    drawn = chance.permutation(rows // PASSAGES_A_DOCUMENT)
    found = [
        Filter("all", everyone),
        Filter("6 groups", [group_id(number) for number in (3, 50, 77, 120, 150, 180)]),
        Filter("the circle", [group_id(GROUPS)]),
    ]
    for count in (100, 5_000, 20_000):
        places = (
            drawn[: count // PASSAGES_A_DOCUMENT, None] * PASSAGES_A_DOCUMENT + np.arange(PASSAGES_A_DOCUMENT)
        ).ravel()
        found.append(Filter(f"{count:,} ids", everyone, [passage_id(place) for place in places.tolist()]))
    return found


class Asking:
    """Every way to ask one table under one filter."""

    def __init__(self, folder: Path, pinned: PinnedTable, held: Filter) -> None:
        import lancedb

        readable = f"array_has_any(access, {held.access})"
        self.condition = readable if held.ids is None else f"passage_id IN {tuple(held.ids)} AND {readable}"
        self.plain: Any = lancedb.connect(str(folder)).open_table("passages")
        self.rows = self.plain.count_rows(self.condition)
        self.pinned = pinned
        self.held = held

    def exact(self, question: Question) -> set[str]:
        """The nearest ten, by plain LanceDB without the index."""
        search: Any = self.plain.search(question.vector, vector_column_name="vector")
        search = search.distance_type("cosine").where(self.condition, prefilter=True).bypass_vector_index()
        return set(search.select(["passage_id", "_distance"]).limit(10).to_arrow()["passage_id"].to_pylist())

    def dense(self, question: Question) -> set[str]:
        """The nearest ten."""
        return {
            hit[0]
            for hit in self.pinned.search_dense(question.vector, self.held.access, 10, self.held.ids, embedder="made")
        }

    def lexical(self, question: Question) -> set[str]:
        """The best ten by words."""
        return {hit[0] for hit in self.pinned.search_lexical(question.words, self.held.access, 10, self.held.ids)}

    def hybrid(self, question: Question) -> set[str]:
        """The best by words and vectors, from fifty each."""
        hits = find(
            self.pinned, question.words, question.vector, self.held.access, CANDIDATES, self.held.ids, embedder="made"
        )
        return {hit.passage_id for hit in hits}


def measure(rows: int, folder: Path, count: int) -> None:
    """Ask and print; plain LanceDB, recall and long lists of ids for the first quarter of the questions."""
    table = open_vectors(folder)
    pinned = table.at(table.version)
    asked = questions(Made.draw(rows), count)
    few = asked[: max(10, count // 4)]
    print(f"  {'':<28}{'rows':>10}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}{'recall@10':>11}")
    for held in filters(rows):
        asking = Asking(folder, pinned, held)
        some = few if len(held.ids or ()) >= 5_000 else asked
        best = print_times("exact vector", asking, few, asking.exact)
        print_times("vector", asking, some, asking.dense, best)
        print_times("words", asking, some, asking.lexical)
        print_times("hybrid", asking, some, asking.hybrid)
    print(f"  peak memory of searching: {peak_mb():,.0f} MB", flush=True)


def print_times(
    label: str,
    asking: Asking,
    asked: Sequence[Question],
    ask: Callable[[Question], set[str]],
    best: Sequence[set[str]] = (),
) -> list[set[str]]:
    """Ask everything after some warm questions, print the line, and give what was found."""
    for question in asked[:5]:
        ask(question)
    found: list[set[str]] = []
    walls, cpu = [], 0.0
    for question in asked:
        took = timed(lambda question=question: found.append(ask(question)))
        walls.append(took.wall * 1e3)
        cpu += took.cpu * 1e3 / len(asked)
    shares = [len(mine & true) / len(true) for mine, true in zip(found, best, strict=False) if true]
    recall = f"{np.mean(shares):>11.3f}" if shares else ""
    label = f"{label}, {asking.held.label}"
    p50, p95 = np.median(walls), np.percentile(walls, 95)
    print(f"  {label:<28}{asking.rows:>10,}{p50:>9.1f}{p95:>9.1f}{cpu:>9.1f}{recall}", flush=True)
    return found


def nights(rows: int, folder: Path, count: int) -> None:
    """Sixteen nights that each add 2.5 % of the rows, of topics that were not there before, and remove some."""
    made = Made.draw(rows)
    made = made._replace(topic_of=np.sort(made.topic_of))
    table = open_vectors(folder)
    everyone = filters(rows)[0]
    whole = pa.concat_tables(made.batches())
    first, part = rows * 6 // 10, rows // 40
    table.add(whole.slice(0, first))
    print(f"  {'':<28}{'rows':>10}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}{'recall@10':>11}")
    for night in range(17):
        if night:
            table.add(whole.slice(first + (night - 1) * part, part))
            table.remove(whole["passage_id"].slice(night * part, part // 10).to_pylist())
        table.index()
        table.optimise()
        held = first + night * part
        documents = np.random.default_rng(night).integers(held * 8 // 10, held, count // 4) // PASSAGES_A_DOCUMENT
        vectors = made.vectors(documents, 31 + night, _ASKED_DOCUMENT, _ASKED_PASSAGE)
        asked = [Question("", vector) for vector in vectors]
        asking = Asking(folder, table.at(table.version), everyone)
        best = [asking.exact(question) for question in asked]
        print_times(f"night {night}, newest fifth", asking, asked, asking.dense, best)


def main() -> None:
    """Each size: build, then measure, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--nights", action="store_true", help="instead: how the index ages, night after night")
    parser.add_argument("--step", choices=("build", "measure", "nights"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        for rows in given.rows:
            folder = (given.folder or Path(made)) / str(rows)
            if given.step == "build":
                build(rows, folder)
            elif given.step == "measure":
                measure(rows, folder, given.queries)
            elif given.step == "nights":
                nights(rows, folder, given.queries)
            else:
                print(f"{rows:,} passages", flush=True)
                steps = ("nights",) if given.nights else ("measure",) if folder.exists() else ("build", "measure")
                for step in steps:
                    shared = ["--rows", str(rows), "--queries", str(given.queries), "--folder", str(folder.parent)]
                    subprocess.run([sys.executable, __file__, "--step", step, *shared], check=True)


if __name__ == "__main__":
    main()
