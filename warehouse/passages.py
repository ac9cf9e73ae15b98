"""From texts to an index: cut into chunks, and keep one row a distinct passage in the vector store.

A passage is embedded once however many drafts hold it. Its row carries the ids of the accesses of all its places, so
that a search filters before it ranks; when an access changes, that column changes and no vector does.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from schemas.arrow import to_table
from schemas.ports import Embedder, Progress
from schemas.records.chunk import Chunk
from schemas.records.chunking import Chunking
from schemas.records.element import ElementRecord
from schemas.records.session import Session
from warehouse import chunking, sessions
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import locations, scoped_locations
from warehouse.steps import BatchMark, LakeSink, Produced, Step, StepCount, no_rows, run_step
from warehouse.token_sizes import default_sizes

_TEXTS_A_TIME = 64
_PASSAGES_A_TIME = 256

_OF_KIND = "CASE t.kind WHEN 'text' THEN $text ELSE $session END"

# Texts with the accesses of all places where they stand: of a document its places, of a session the places of the exports
# that hold all of it, each together with the access of the registered conversation.
PLACED_TEXTS = f"""
    SELECT r.text_id, l.access_id FROM {CATALOG}.core.reading r JOIN ({scoped_locations()}) l USING (content_id)
    WHERE r.text_id IS NOT NULL AND l.access_id IS NOT NULL
    UNION
    SELECT s.session_id, x.combined_id FROM (SELECT session_id, scope, unnest(content_ids) AS content_id
                                             FROM {CATALOG}.index.session) s
    JOIN ({locations()}) l ON l.content_id = s.content_id AND (l.scope IS NULL OR l.scope = s.scope)
    JOIN {CATALOG}.raw.placement p ON p.placement_id = l.placement_id
    JOIN {CATALOG}.core.scope_access x ON x.scope = s.scope AND x.access_id = p.access_id"""

# Every passage with the accesses of all places of all texts that hold it.
WANTED_PASSAGES = f"""
    SELECT c.passage_id, any_value(c.headings) AS headings, any_value(c.text) AS text,
           bool_and(c.is_lexical) AS is_lexical, list_sort(list(DISTINCT t.access_id)) AS access
    FROM {CATALOG}.index.chunk c JOIN ({PLACED_TEXTS}) t USING (text_id)
    GROUP BY c.passage_id"""


class PassageStore(Protocol):
    """The vector store as the writer uses it; `warehouse.vectors.VectorTable` is one."""

    def ids(self) -> pa.Table:
        """(passage_id, access) of every row."""
        ...

    def unembedded(self) -> pa.Table:
        """(passage_id) of every row without a vector."""
        ...

    def texts(self) -> pa.Table:
        """(text, morphemes) of every row."""
        ...

    def add(self, rows: pa.Table) -> None:
        """Insert rows whose passage is not there yet."""
        ...

    def set_access(self, rows: pa.Table) -> None:
        """Replace the access of existing rows (passage_id, access)."""
        ...

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Delete rows by id."""
        ...


def chunk_texts(lake: Lake, clock: Clock, run_id: str, progress: Progress, *, anew: bool = False) -> StepCount:
    """Cut every text, and every session of a conversation, that has not been cut by these rules into `index.chunk`.

    Args:
        lake: the lake.
        clock: the clock.
        run_id: the run.
        progress: who watches.
        anew: cut also what has been cut by these rules already.

    Raises:
        warehouse.token_sizes.NoTokenizer: passages cannot be measured, since `make setup` has not been run.
    """
    sizes = default_sizes()
    tokens = sizes.fingerprint
    fingerprints = {"text": chunking.fingerprint(tokens), "session": sessions.window_fingerprint(tokens)}
    cut_already = "false" if anew else "c.text_id = t.text_id AND c.step_fingerprint = " + _OF_KIND
    texts = f"""
        SELECT DISTINCT text_id, 'text' AS kind FROM {CATALOG}.core.reading
        WHERE text_id IS NOT NULL AND outcome = 'kept'
        UNION ALL SELECT session_id, 'session' FROM {CATALOG}.index.session"""

    def missing() -> pa.Table:
        return lake.query(
            f"""SELECT t.text_id, t.kind FROM ({texts}) t ANTI JOIN {CATALOG}.index.chunking c
                ON {cut_already} ORDER BY 1""",
            None if anew else fingerprints,
        )

    def surplus() -> pa.Table:
        return lake.query(
            f"SELECT text_id FROM {CATALOG}.index.chunking ANTI JOIN ({texts}) USING (text_id) ORDER BY 1"
        )

    def work(keys: pa.Table) -> Iterator[Produced]:
        for start in range(0, keys.num_rows, _TEXTS_A_TIME):
            part = keys.slice(start, _TEXTS_A_TIME)
            cut = {
                text_id: chunking.cut(text_id, elements, sizes.count, step_fingerprint=fingerprints["text"])
                for text_id, elements in _elements_of(lake, part)
            }
            windows = {
                session.session_id: sessions.cut_windows(session, fingerprints["session"], sizes.count)
                for session in _sessions_of(lake, part)
            }
            marks = [
                Chunking(text_id=text_id, step_fingerprint=fingerprints[kind], n_chunks=len(chunks))
                for kind, found in (("text", cut), ("session", windows))
                for text_id, chunks in found.items()
            ]
            chunks = [chunk for found in (cut, windows) for chunks in found.values() for chunk in chunks]
            rows = {Chunking: to_table(Chunking, marks), Chunk: to_table(Chunk, chunks)}
            yield Produced(n_inputs=part.num_rows, rows=rows)

    sink = LakeSink(lake, clock, {Chunking: ("text_id",), Chunk: ("text_id",)})
    return run_step(Step("index/chunk", missing, surplus, work, sink), run_id, progress)


def _sessions_of(lake: Lake, keys: pa.Table) -> Iterator[Session]:
    with lake.registered(wanted=keys):
        rows = lake.rows(
            f"SELECT s.* FROM {CATALOG}.index.session s SEMI JOIN wanted w ON w.text_id = s.session_id ORDER BY session_id"
        )
    yield from (Session.model_validate(row) for row in rows)


def _elements_of(lake: Lake, keys: pa.Table) -> Iterator[tuple[str, list[ElementRecord]]]:
    """(text id, its elements): of contents with the same elements, those of the first."""
    with lake.registered(wanted=keys):
        rows = lake.rows(
            f"""SELECT first.text_id AS owner, e.* FROM {CATALOG}.core.element e JOIN
                (SELECT text_id, min(content_id) AS content_id FROM {CATALOG}.core.reading SEMI JOIN wanted USING (text_id)
                 GROUP BY text_id) first ON first.content_id = e.content_id ORDER BY owner, e.ordinal"""
        )
    current: str | None = None
    elements: list[ElementRecord] = []
    for row in rows:
        owner = row.pop("owner")
        if owner != current and current is not None:
            yield current, elements
            elements = []
        current = owner
        elements.append(ElementRecord.model_validate(row))
    if current is not None:
        yield current, elements


@dataclass(frozen=True)
class PassageSink:
    """Writes to the vector store, then marks the batch in the lake; a kill between the two costs a second look, no more."""

    store: PassageStore
    lake: Lake
    clock: Clock

    def add(self, produced: list[Produced], batch: BatchMark) -> None:
        """Insert new passages."""
        self.store.add(pa.concat_tables([part.rows[Chunk] for part in produced]))
        self.lake.commit(lambda _: batch.write(self.lake, self.clock))

    def remove(self, keys: pa.Table, batch: BatchMark) -> None:
        """Delete passages that no chunk holds any more."""
        self.store.remove(keys["passage_id"].to_pylist())
        self.lake.commit(lambda _: batch.write(self.lake, self.clock))


@dataclass(frozen=True)
class AccessSink:
    """Replaces the access of passages, vectors untouched."""

    store: PassageStore
    lake: Lake
    clock: Clock

    def add(self, produced: list[Produced], batch: BatchMark) -> None:
        """Set the new access."""
        self.store.set_access(pa.concat_tables([part.rows[Chunk] for part in produced]))
        self.lake.commit(lambda _: batch.write(self.lake, self.clock))

    def remove(self, keys: pa.Table, batch: BatchMark) -> None:
        """Never called: a passage without access goes with its chunks."""
        raise AssertionError(f"{batch.step} has no surplus of its own")


@dataclass
class IndexResult:
    """What indexing did."""

    n_embedded: int = 0
    steps: list[StepCount] = field(default_factory=list)


@dataclass(frozen=True)
class PassageIndexer:
    """Keeps the vector store equal to what the lake's chunks and placements say."""

    lake: Lake
    clock: Clock
    store: PassageStore
    embedder: Callable[[], Embedder]
    """Loads the model at first use: a night without news never pays for it."""
    analyse: Callable[[Sequence[str]], list[str]]

    def index(self, run_id: str, progress: Progress) -> IndexResult:
        """Embed what is missing, remove what is surplus, then settle accesses."""
        result = IndexResult()
        self._drop_unembedded()
        sink = PassageSink(self.store, self.lake, self.clock)
        step = Step(
            "index/passage",
            missing=lambda: self._compared(
                "SELECT w.* FROM wanted_passages w ANTI JOIN held USING (passage_id) ORDER BY passage_id"
            ),
            surplus=lambda: self._compared(
                "SELECT passage_id FROM held ANTI JOIN wanted_passages USING (passage_id) ORDER BY passage_id"
            ),
            work=lambda keys: self._embedded(keys, result),
            sink=sink,
            batch_inputs=512,
        )
        result.steps.append(run_step(step, run_id, progress))
        access = Step(
            "index/access",
            missing=lambda: self._compared(
                "SELECT w.passage_id, w.access FROM wanted_passages w JOIN held USING (passage_id) "
                "WHERE w.access IS DISTINCT FROM list_sort(held.access) ORDER BY passage_id"
            ),
            surplus=lambda: no_rows("passage_id"),
            work=_unchanged_batches,
            sink=AccessSink(self.store, self.lake, self.clock),
        )
        result.steps.append(run_step(access, run_id, progress))
        return result

    def _drop_unembedded(self) -> None:
        """Give up rows without a vector whose passage some text wants embedded by now; they are missing then."""
        with self.lake.registered(unembedded=self.store.unembedded()):
            wanted = self.lake.query(
                f"""WITH wanted_passages AS ({WANTED_PASSAGES}) SELECT passage_id FROM wanted_passages
                    SEMI JOIN unembedded USING (passage_id) WHERE NOT is_lexical"""
            )
        self.store.remove(wanted["passage_id"].to_pylist())

    def _compared(self, query: str) -> pa.Table:
        with self.lake.registered(held=self.store.ids()):
            return self.lake.query(f"WITH wanted_passages AS ({WANTED_PASSAGES}) {query}")

    def _embedded(self, keys: pa.Table, result: IndexResult) -> Iterator[Produced]:
        for start in range(0, keys.num_rows, _PASSAGES_A_TIME):
            part = keys.slice(start, _PASSAGES_A_TIME)
            texts = [chunking.passage_text(row["headings"], row["text"]) for row in part.to_pylist()]
            wordy = [text for text, numeric in zip(texts, part["is_lexical"].to_pylist(), strict=True) if not numeric]
            vectors = iter(self.embedder().embed_passages(wordy)) if wordy else iter(())
            result.n_embedded += len(wordy)
            rows = pa.table(
                {
                    "passage_id": part["passage_id"],
                    "text": pa.array(texts, pa.string()),
                    "morphemes": pa.array(self.analyse(texts), pa.string()),
                    "vector": pa.array(
                        [None if numeric else next(vectors) for numeric in part["is_lexical"].to_pylist()],
                        pa.list_(pa.float32()),
                    ),
                    "access": part["access"],
                }
            )
            yield Produced(n_inputs=part.num_rows, rows={Chunk: rows})


def _unchanged_batches(keys: pa.Table) -> Iterable[Produced]:
    yield Produced(n_inputs=keys.num_rows, rows={Chunk: keys})


def disagreements(lake: Lake, store: PassageStore) -> list[str]:
    """Passages on which lake and vectors differ, in words; empty when both hold the same with the same access."""
    with lake.registered(held=store.ids()):
        rows = lake.rows(
            f"""WITH wanted_passages AS ({WANTED_PASSAGES})
                SELECT coalesce(w.passage_id, h.passage_id) AS passage_id,
                       CASE WHEN h.passage_id IS NULL THEN '벡터에 없음' WHEN w.passage_id IS NULL THEN '레이크에 없음'
                            ELSE '접근 권한이 다름' END AS problem
                FROM wanted_passages w FULL JOIN held h ON h.passage_id = w.passage_id
                WHERE h.passage_id IS NULL OR w.passage_id IS NULL OR w.access IS DISTINCT FROM list_sort(h.access)
                ORDER BY 1 LIMIT 100"""
        )
    return [f"{row['passage_id']}: {row['problem']}" for row in rows]
