"""A consumer's session: one publication, pinned and kept warm, and everything seen through one principal's rights.

Readers never hold an explicit transaction on the catalog and never see the head: the lake is attached at the publication's
snapshot, the vectors are checked out at its version, and questions go through the model that made them, whatever the
settings name by now.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from schemas.access import Access, Principal, may_read
from schemas.ports import Embedder
from schemas.records.access import access_of_row
from warehouse.doors.nearby import NearbyLake
from warehouse.doors.shelf import Shelf
from warehouse.lake import CATALOG, Lake, LakePlace
from warehouse.layout import Home
from warehouse.outcomes import room_of
from warehouse.publication import Current, read_current
from warehouse.vector_search import PinnedTable
from warehouse.vectors import VectorTable, WrongTable

# Up from contents through their containers to the places that the asker may read. Down from all places, as the writer
# does it, would touch the whole lake for ten hits.
_UP = f"""
    WITH RECURSIVE up(number, content_id, top_id, member_path, scope, depth) AS (
        SELECT number, content_id, content_id, NULL::VARCHAR, scope, 0 FROM asked
        UNION ALL
        SELECT u.number, u.content_id, m.container_id, m.member_path || coalesce('!/' || u.member_path, ''),
               {room_of("u.scope", "{scope}")}, u.depth + 1
        FROM up u JOIN {CATALOG}.core.member m ON m.content_id = u.top_id WHERE u.depth < 8)
    SELECT u.number, u.content_id, u.top_id AS container_id, u.member_path, p.placement_id, p.source_name, p.path, p.name,
           p.modified_at
    FROM up u JOIN {CATALOG}.raw.placement p ON p.content_id = u.top_id
    JOIN {CATALOG}.core.reading t ON t.content_id = u.top_id AND t.outcome = 'kept'
    {{door}}
    WHERE p.skip_rule IS NULL AND p.reason IS NULL"""

# What was said is behind two doors: the export's place, and the registered conversation.
READABLE_PLACES = _UP.format(
    scope="m.scope",
    door=f"""LEFT JOIN {CATALOG}.core.scope_access x ON x.scope = u.scope AND x.access_id = p.access_id
    SEMI JOIN readable ON readable.access_id = CASE WHEN u.scope IS NULL THEN p.access_id ELSE x.combined_id END""",
)
# Of a publication from before there were conversations.
PLACES_WITHOUT_SCOPES = _UP.format(scope="NULL::VARCHAR", door="SEMI JOIN readable ON readable.access_id = p.access_id")
# To know whether somebody may read all places of a content.
EVERY_PLACE = _UP.format(scope="m.scope", door="")
EVERY_PLACE_WITHOUT_SCOPES = _UP.format(scope="NULL::VARCHAR", door="")
# Places that are remembered for a publication: of a content, for a set of accesses. A kilobyte each, or less.
_MOST_REMEMBERED = 20_000
_MOST_ASKERS = 64


@dataclass(frozen=True)
class Place:
    """Where a content lies, as far as the asker may see it."""

    content_id: str
    container_id: str
    source_name: str
    path: str
    member_path: str | None
    placement_id: str
    name: str
    modified_at: object

    @property
    def shown(self) -> str:
        """Path for people: source, path, and the path inside an archive or mail."""
        inner = f"!/{self.member_path}" if self.member_path else ""
        return f"{self.source_name}/{self.path}{inner}"


@dataclass(frozen=True)
class IndexIdentity:
    """The model and the analyser that questions go through: fingerprints, and the length of a vector."""

    embedder: str
    analyser: str
    dimension: int


class Pinned:
    """One publication: its lake snapshot and its vectors."""

    def __init__(
        self,
        home: Home,
        place: LakePlace,
        current: Current,
        index: IndexIdentity | Callable[[], IndexIdentity],
        open_lake: Callable[..., Lake] = NearbyLake.open,
    ) -> None:
        self.current = current
        self.lake = open_lake(place, snapshot=current.snapshot_id)
        self._home = home
        self._index = index
        self._readable: dict[frozenset[str], list[str]] = {}
        self._remembered: dict[tuple[tuple[str, ...], str, str | None], tuple[Place, ...]] = {}

    @cached_property
    def accesses(self) -> dict[str, Access]:
        """Every access that a placement names."""
        rows = self.lake.rows(f"FROM {CATALOG}.raw.access")
        return {row["access_id"]: access_of_row(row) for row in rows}

    @cached_property
    def vectors(self) -> PinnedTable | None:
        """The passages, or None if nothing was indexed.

        Raises:
            warehouse.vectors.WrongTable: the publication was indexed with another model or analyser than questions go through.
            warehouse.vectors.MissingTable: the table or its version is gone.
            warehouse.embedders.NoSuchModel: the model that made the vectors is gone, or its files have changed.
        """
        if self.current.vector_table is None or self.current.vector_version is None:
            return None
        # Asked for here and not before: what stands in the lake is cited also where the model is gone.
        index = self._index if isinstance(self._index, IndexIdentity) else self._index()
        made_by = self.current.index
        if made_by is not None and made_by.analyser != index.analyser:
            raise WrongTable(
                f"{self.current.publication_id}의 색인은 다른 판의 형태소 분석기로 만들었습니다. 이 판의 프로그램으로 "
                "`gotgan run`이나 `gotgan index rechunk`를 실행해 새로 공개하십시오."
            )
        table = VectorTable(
            self._home.vector_folder,
            self.current.vector_table,
            index.dimension,
            embedder=index.embedder,
            analyser=index.analyser,
            create=False,
        )
        return table.at(self.current.vector_version)

    @cached_property
    def chunks(self) -> Shelf:
        """Every passage, found by its id."""
        return Shelf(self.lake)

    @cached_property
    def holds_conversations(self) -> bool:
        """Whether the publication is from a time when conversations were kept."""
        return ("core", "scope_access") in self.lake.tables()

    def readable_access(self, principal: Principal) -> list[str]:
        """Ids of the accesses under which the principal may read."""
        tokens = principal.tokens
        if tokens not in self._readable:
            held = sorted(access_id for access_id, access in self.accesses.items() if may_read(access, tokens))
            self._readable = {**dict(list(self._readable.items())[-_MOST_ASKERS:]), tokens: held}
        return list(self._readable[tokens])

    def places(
        self, content_ids: Sequence[str], principal: Principal, scope: str | None = None
    ) -> dict[str, list[Place]]:
        """For each content the places that the principal may read, newest first; a content without one is left out.

        Args:
            content_ids: what is looked for.
            principal: who asks.
            scope: the registered conversation that something was said in; its access is needed as well.
        """
        found = self.places_in_rooms([(content_id, scope) for content_id in content_ids], principal)
        return {content_id: places for (content_id, _), places in found.items()}

    def places_in_rooms(
        self, asked: Iterable[tuple[str, str | None]], principal: Principal
    ) -> dict[tuple[str, str | None], list[Place]]:
        """As `places`, for contents each with a registered conversation of its own, or none."""
        pairs = sorted(set(asked), key=lambda pair: (pair[0], pair[1] or ""))
        readable = self.readable_access(principal)
        key = tuple(readable)
        known = {pair: self._remembered.get((key, *pair)) for pair in pairs}
        if new := [pair for pair, places in known.items() if places is None]:
            known |= self._look_up(new, readable)
            if len(self._remembered) + len(new) > _MOST_REMEMBERED:
                self._remembered = {}
            self._remembered |= {(key, *pair): known[pair] or () for pair in new}
        return {pair: list(places) for pair, places in known.items() if places}

    def _look_up(
        self, pairs: Sequence[tuple[str, str | None]], readable: Sequence[str]
    ) -> dict[tuple[str, str | None], tuple[Place, ...]]:
        asked = pa.table(
            {
                "number": pa.array(range(len(pairs)), pa.int64()),
                "content_id": pa.array([content_id for content_id, _ in pairs], pa.string()),
                "scope": pa.array([scope for _, scope in pairs], pa.string()),
            }
        )
        query = READABLE_PLACES if self.holds_conversations else PLACES_WITHOUT_SCOPES
        accesses = pa.table({"access_id": pa.array(readable, pa.string())})
        with self.lake.registered(asked=asked, readable=accesses):
            rows = self.lake.rows(f"{query} ORDER BY modified_at DESC, path, member_path")
        found: dict[tuple[str, str | None], list[Place]] = {}
        for row in rows:
            found.setdefault(pairs[row.pop("number")], []).append(Place(**row))
        return {pair: tuple(places) for pair, places in found.items()}


class Session:
    """Opens the current publication at each request and keeps it warm until another one is current; for several threads.

    Args:
        home: the home.
        place: where its lake is.
        embedder: loads the model that made a publication's vectors.
        analyse_query: the words of a question, as the analyser gives them.
        index: what questions to a publication go through.
    """

    def __init__(
        self,
        home: Home,
        place: LakePlace,
        embedder: Callable[[Current], Embedder],
        analyse_query: Callable[[str], str],
        index: Callable[[Current], IndexIdentity],
    ) -> None:
        self.home = home
        self.analyse_query = analyse_query
        self._embedder = embedder
        self._index = index
        self._place = place
        self._pinned: Pinned | None = None
        self._lock = threading.Lock()

    def pinned(self) -> Pinned:
        """The current publication; ask once a request and hand it on, since another one can be current by the next call.

        Raises:
            warehouse.publication.NothingPublished: there is none yet.
        """
        current = read_current(self.home)
        with self._lock:
            if self._pinned is None or self._pinned.current != current:
                # The one before is not closed here: another thread may be in the middle of it, and it closes when the last
                # request lets it go.
                self._pinned = Pinned(self.home, self._place, current, lambda: self._index(current))
            return self._pinned

    def embedder(self, pinned: Pinned | None = None) -> Embedder:
        """The model that made a publication's vectors, loaded; without one that of the publication that was pinned last."""
        return self._embedder((pinned or self._pinned or self.pinned()).current)
