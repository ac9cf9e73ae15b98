"""What one search costs beside the vector store: the lake's part, on an invented publication of 100,000 and more passages.

    python benchmarks/doors.py [--rows 100000 1000000] [--queries 60] [--folder FOLDER] [--with-store] [--profile]

Passages, words, vectors and readers are those of `benchmarks/search.py`. Around them stands what doors read: places (a tenth
of the documents inside archives), readings, offices and years, versions (a fifth of the documents), amounts (of a third), and
rooms (a tenth of the passages are windows of talk). Without `--with-store` no vector table is made: fifty passages drawn by
chance are what the store "found", which is the worst for the lake since no two are of one document; with it the store is asked
too, and its own share is told. Times are warm, one question after another; `first` is the very first of the session.
"""

import argparse
import cProfile
import hashlib
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
from search import (
    DIMENSION,
    GROUPS,
    PASSAGES_A_DOCUMENT,
    Made,
    Question,
    build,
    group_id,
    open_vectors,
    passage_id,
    passage_words,
    peak_mb,
    questions,
    timed,
)

from schemas import sql
from schemas.access import Principal
from schemas.records import discover_records
from warehouse import migration
from warehouse.doors.question import Filters
from warehouse.doors.search import answer
from warehouse.doors.session import IndexIdentity, Pinned, Session
from warehouse.durability import replace_file
from warehouse.fusion import Hit
from warehouse.lake import CATALOG, Lake, local_place
from warehouse.layout import Home
from warehouse.maintenance import compact
from warehouse.publication import Current

FOUND = 50
OFFICES, SOURCES, YEARS, ROOMS = 20, 10, 6, 40
_BATCH = 100_000
_DAYS = "TIMESTAMPTZ '2020-01-01 00:00:00+09'"
# document: number, content_id, text_id, group_id, place of its first passage; a tenth are exports of talk.
_FILLED = {
    "raw.placement": f"""SELECT md5('placement' || holder) AS placement_id, 'source ' || any_value(d) % {SOURCES} AS source_name,
        'folder ' || any_value(d) % 97 || '/' || holder AS path, any_value(holder) AS name, any_value(holder) AS content_id,
        any_value(group_id) AS access_id, 'folder ' || any_value(d) % 97 AS folder,
        {_DAYS} + to_days((any_value(d) % 2000)::INT) AS modified_at FROM held GROUP BY holder""",
    "core.member": "SELECT holder AS container_id, 'part ' || d AS member_path, content_id FROM held WHERE holder <> content_id",
    "core.reading": """SELECT content_id, 'kept' AS outcome, text_id, 'title ' || d AS title FROM held
        UNION ALL SELECT DISTINCT holder, 'kept', NULL, NULL FROM held WHERE holder <> content_id""",
    "core.document": f"""SELECT content_id, 'kind ' || d % 7 AS kind, '기관 ' || d % {OFFICES} AS org_name,
        [2020 + d % {YEARS}] AS fiscal_years FROM held WHERE NOT is_talk""",
    "core.draft": """SELECT content_id, md5('family' || d // 20) AS family_id, d % 20 + 1 AS ordinal, 4 AS n_versions,
        CASE WHEN d % 20 = 3 THEN 'final' ELSE 'draft' END AS status, [] AS evidence FROM held WHERE d % 20 < 4 AND NOT is_talk""",
    "core.budget_amount": """SELECT md5('amount' || d || ' ' || n) AS amount_id, content_id, 2020 + d % 6 AS fiscal_year,
        'BUDGET' AS stage, 1000 * (d + n) AS amount_won, 'VALUE' AS value_state, (1000 * (d + n))::VARCHAR AS raw_text,
        '사업 이름 ' || d % 3000 AS subject_name, '사업 이름 ' || d % 3000 AS project_name, n AS ordinal, n AS "row"
        FROM held, range(15) t(n) WHERE d % 3 = 0 AND NOT is_talk""",
    "core.scope_access": f"""SELECT 'room ' || s AS scope, group_id AS access_id, group_id AS combined_id
        FROM range({ROOMS}) t(s), (SELECT DISTINCT group_id FROM held)""",
    "index.session": f"""SELECT md5('talk' || d || ' ' || s) AS session_id, md5('room' || d % {ROOMS}) AS conversation_id,
        'room ' || d % {ROOMS} AS scope, d * 5 + s AS ordinal, ['메신저', '방 ' || d % {ROOMS}] AS headings,
        {_DAYS} + to_days((d % 2000)::INT) AS first_at, {_DAYS} + to_days((d % 2000)::INT) AS last_at, 20 AS n_messages,
        [content_id] AS content_ids, [{{'message_id': md5('message' || d || ' ' || s || ' ' || m), 'sent_at': {_DAYS},
            'utc_offset_minutes': 540, 'sender': '담당 ' || m % 3, 'kind': 'text', 'text': '말 ' || m || repeat(' 말', 40)}}
            FOR m IN range(20)] AS lines FROM held, range(5) t(s) WHERE is_talk""",
    "core.message_source": """SELECT md5('message' || d || ' ' || s || ' ' || m) AS message_id, content_id, 1 AS conversation_no,
        s * 20 + m AS ordinal, s * 20 + m AS line_start FROM held, range(5) t(s), range(20) u(m) WHERE is_talk""",
}
_CHUNKS = f"""SELECT p.passage_id, md5('chunk' || p.place) AS chunk_id, p.text, [h.title, '절 ' || n // 5] AS headings,
    CASE WHEN h.is_talk THEN md5('talk' || h.d || ' ' || n // 5) ELSE h.text_id END AS text_id,
    CASE WHEN h.is_talk THEN n % 5 ELSE n END AS ordinal, CASE WHEN h.is_talk THEN n % 5 * 4 ELSE n END AS first_ordinal,
    CASE WHEN h.is_talk THEN n % 5 * 4 + 3 ELSE n END AS last_ordinal, {{'page': n // 5 + 1}} AS locator, [] AS cautions
    FROM (SELECT *, place % {PASSAGES_A_DOCUMENT} AS n FROM passage) p JOIN (SELECT *, 'title ' || d AS title FROM held) h
    ON h.d = p.place // {PASSAGES_A_DOCUMENT} ORDER BY hash(h.d), n"""


class Drawn:
    """A model of nothing: the vector of an invented question, and directions drawn by chance for any other text."""

    fingerprint = "made"
    dimension = DIMENSION

    def __init__(self, asked: Sequence[Question]) -> None:
        self._known = {question.words: question.vector for question in asked}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(text.split()) for text in texts]

    def embed_queries(self, texts: Sequence[str]) -> Any:
        """A row a text."""
        return np.stack([self._known[text] if text in self._known else self._chance(text) for text in texts])

    embed_passages = embed_queries

    def _chance(self, text: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        drawn = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
        return drawn / np.linalg.norm(drawn)


class Store:
    """The vector store, or chance in its place, with the time that it took."""

    def __init__(self, rows: int, table: Any) -> None:
        self._rows = rows
        self._table = table
        self._chance = np.random.default_rng(41)
        self.cpu = 0.0

    def search_lexical(
        self, morphemes: str, access_ids: Sequence[str], k: int, passage_ids: Collection[str] | None = None
    ) -> list[Hit]:
        """As `PinnedTable.search_lexical`; by chance the first half of what is found."""
        return self._timed(lambda: self._found(passage_ids, k, morphemes, access_ids))

    def search_dense(
        self,
        vector: Any,
        access_ids: Sequence[str],
        k: int,
        passage_ids: Collection[str] | None = None,
        *,
        embedder: str,
    ) -> list[Hit]:
        """As `PinnedTable.search_dense`; by chance the same as the words' side."""
        if self._table is None:
            return []
        return self._timed(lambda: self._table.search_dense(vector, access_ids, k, passage_ids, embedder=embedder))

    def _found(
        self, passage_ids: Collection[str] | None, k: int, morphemes: str, access_ids: Sequence[str]
    ) -> list[Hit]:
        if self._table is not None:
            return self._table.search_lexical(morphemes, access_ids, k, passage_ids)
        if passage_ids is not None:
            listed = list(passage_ids)
            drawn = self._chance.integers(0, len(listed), min(k, FOUND, len(listed))) if listed else []
            names = dict.fromkeys(listed[number] for number in drawn)
        else:
            names = dict.fromkeys(
                passage_id(int(place)) for place in self._chance.integers(0, self._rows, min(k, FOUND))
            )
        return [Hit(name, 30.0 - number / 10) for number, name in enumerate(names)]

    def _timed(self, ask: Callable[[], list[Hit]]) -> list[Hit]:
        before = time.process_time()
        try:
            return ask()
        finally:
            self.cpu += time.process_time() - before


def fill(home: Home, rows: int) -> Current:
    """Make the lake of a publication, and say what is current."""
    made = Made.draw(rows)
    documents = pa.table(
        {
            "d": pa.array(range(len(made.topic_of)), pa.int64()),
            "group_id": [group_id(int(group)) for group in made.group_of],
        }
    )
    records = discover_records()
    with Lake.open(local_place(home.catalog_file, home.data_folder)) as lake:
        migration.migrate(lake, records.values())
        run = lake.connection.execute
        with lake.registered(document=documents):
            run(
                """CREATE TEMP TABLE held AS SELECT d, group_id, sha256('content' || d) AS content_id, d % 10 = 7 AS is_talk,
                   CASE WHEN d % 10 = 7 THEN NULL ELSE md5('text' || d) END AS text_id,
                   CASE WHEN d % 10 = 4 THEN sha256('archive' || d // 100) ELSE sha256('content' || d) END AS holder
                   FROM document"""
            )
        for name, statement in _FILLED.items():
            _insert(lake, records[name], statement)
        access = pa.table(
            {
                "access_id": [group_id(number) for number in range(GROUPS + 1)],
                "allow": [[f"group:g{number}"] for number in range(GROUPS + 1)],
            }
        )
        with lake.registered(access=access):
            _insert(lake, records["raw.access"], "SELECT *, [] AS deny FROM access")
        for start in range(0, rows, _BATCH):
            places = np.arange(start, min(start + _BATCH, rows))
            topics = made.topic_of[places // PASSAGES_A_DOCUMENT]
            texts = [
                f"{one} {more}"
                for one, more in zip(*(passage_words(topics, seed + start) for seed in (3, 4)), strict=True)
            ]
            passages = pa.table(
                {"place": places, "passage_id": [passage_id(int(place)) for place in places], "text": texts}
            )
            with lake.registered(passage=passages):
                _insert(lake, records["index.chunk"], _CHUNKS)
        compact(lake)
        snapshot = lake.head()
    current = Current(
        publication_id="p1", snapshot_id=snapshot, vector_table="passages", vector_version=1, serving_digest=""
    )
    replace_file(home.current_file, current.model_dump_json().encode())
    return current


def _insert(lake: Lake, record: Any, statement: str) -> None:
    """Insert the rows of a query; columns that it leaves out and that must hold something hold nothing of their kind."""
    given = lake.query(f"SELECT * FROM ({statement}) LIMIT 0").column_names
    empty = []
    for name, kind in sql.column_types(record).items():
        is_needed = record.model_fields[name].is_required() and type(None) not in getattr(
            record.model_fields[name].annotation, "__args__", ()
        )
        if name not in given and is_needed:
            value = (
                "''" if kind == "VARCHAR" else "'x'::BLOB" if kind == "BLOB" else "[]" if kind.endswith("[]") else None
            )
            value = value or ("false" if kind == "BOOLEAN" else _DAYS if "TIME" in kind else "0")
            empty.append(f"CAST({value} AS {kind}) AS {sql.quote(name)}")
    listed = ", ".join(["*", *empty])
    lake.commit(
        lambda connection: connection.execute(
            f"INSERT INTO {sql.table(record, CATALOG)} BY NAME SELECT {listed} FROM ({statement})"
        )
    )


@contextmanager
def opened(home: Home, rows: int, asked: Sequence[Question], *, with_store: bool) -> Iterator[tuple[Session, Store]]:
    """A session on the invented publication, and the store that it asks."""
    identity = IndexIdentity("made", "made", DIMENSION)
    session = Session(
        home,
        local_place(home.catalog_file, home.data_folder),
        lambda _: Drawn(asked),
        lambda text: text,
        lambda _: identity,
    )
    table = None
    if with_store:
        vectors = open_vectors(home.vector_folder)
        table = vectors.at(vectors.version)
    store = Store(rows, table)
    pinned: Pinned = session.pinned()
    cast("Any", pinned).vectors = store
    yield session, store
    pinned.lake.close()


def ways() -> dict[str, tuple[Principal, str, Filters]]:
    """Who asks, what is added to the question, and where to look."""
    everyone = Principal(name="all", groups=tuple(f"g{number}" for number in range(GROUPS + 1)))
    few = Principal(name="few", groups=tuple(f"g{number}" for number in (3, 50, 77, 120, 150, 180)))
    return {
        "no filter": (everyone, "", Filters()),
        "no filter, 6 groups": (few, "", Filters()),
        "office": (everyone, "", Filters(office=("기관 3",))),
        "year": (everyone, "", Filters(year=(2022,))),
        "source": (everyone, "", Filters(source=("source 4",))),
        "no messages": (everyone, "", Filters(not_kind=("메시지",))),
        "messages": (everyone, "", Filters(kind=("메시지",))),
        "a figure": (everyone, " 사업 이름 123 2025년 예산 얼마", Filters()),
    }


def measure(home: Home, rows: int, count: int, *, with_store: bool, profile: bool) -> None:
    """Ask in every way and print."""
    asked = questions(Made.draw(rows), count)
    with opened(home, rows, asked, with_store=with_store) as (session, store):
        heads = ("first ms", "p50 ms", "p95 ms", "cpu ms", "doors' cpu")
        print(f"  {'':<24}" + "".join(f"{head:>12}" for head in heads) + f"{'hits':>8}")
        for label, (person, more, filters) in ways().items():

            def ask(
                question: Question, person: Principal = person, more: str = more, filters: Filters = filters
            ) -> int:
                return len(answer(session, person, question.words + more, filters=filters).hits)

            print_way(label, ask, asked, store, profile=profile)
        print(f"  peak memory: {peak_mb():,.0f} MB", flush=True)


def print_way(
    label: str, ask: Callable[[Question], int], asked: Sequence[Question], store: Store, *, profile: bool
) -> None:
    """Ask everything after some warm questions and print the line."""
    first = timed(lambda: ask(asked[0])).wall * 1e3
    for question in asked[1:6]:
        ask(question)
    store.cpu = 0.0
    found: list[int] = []
    watching = cProfile.Profile()
    with watching if profile else nullcontext():
        took = [timed(lambda question=question: found.append(ask(question))) for question in asked]
    walls = [one.wall * 1e3 for one in took]
    cpu = sum(one.cpu for one in took) * 1e3 / len(asked)
    figures = (first, np.median(walls), np.percentile(walls, 95), cpu, cpu - store.cpu * 1e3 / len(asked))
    print(f"  {label:<24}" + "".join(f"{one:>12.1f}" for one in figures) + f"{np.mean(found):>8.1f}", flush=True)
    if profile:
        pstats.Stats(watching, stream=sys.stdout).sort_stats("tottime").print_stats(12)


def main() -> None:
    """Each size: make the home if it is not there, then measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--with-store", action="store_true", help="make the vector table too, and ask it")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        for rows in given.rows:
            home = Home((given.folder or Path(made)) / str(rows))
            print(f"{rows:,} passages", flush=True)
            if not home.current_file.exists():
                home.make_folders()
                print(f"  filled in {timed(lambda home=home, rows=rows: fill(home, rows)).cpu:.1f} cpu s", flush=True)
            if given.with_store and not any(home.vector_folder.glob("*.lance")):
                build(rows, home.vector_folder)
            measure(home, rows, given.queries, with_store=given.with_store, profile=given.profile)


if __name__ == "__main__":
    main()
