"""The index built anew while the present one serves: for another model, or by new rules of cutting; and the way back.

Nothing here reads a source or a document: a switch embeds the chunks that are stored, a re-cut cuts the texts that are
stored. Consumers read the last publication until the new one is whole, and going back lets them read an earlier one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from schemas.arrow import to_table
from schemas.masking import mask_identifiers
from schemas.records import discover_records
from schemas.records.publication import Publication
from schemas.records.rollback import Rollback
from warehouse import migration, vector_tables
from warehouse.clock import Clock
from warehouse.faults import fault_point
from warehouse.lake import CATALOG, Lake, LakePlace
from warehouse.layout import Home
from warehouse.lock import writer_lock
from warehouse.night import Night
from warehouse.publication import (
    Current,
    current_of,
    kept_publications,
    newest_publication,
    point_at,
    standing_publication,
    verify_manifest,
)
from warehouse.vector_tables import TableState


class NightUnfinished(RuntimeError):
    """The lake holds what no night has checked and published yet; an index must not make it public."""


class IndexBlocked(RuntimeError):
    """The new index did not pass its checks; the present one goes on serving."""


class CannotGoBack(LookupError):
    """There is no such kept publication, consumers read it already, or it is no longer whole."""


def switch_index(night: Night, settle: Callable[[], None]) -> tuple[Current, bool]:
    """Embed the stored chunks with the night's model into a table of their own, then publish it.

    A killed switch goes on where it stopped when it is called again.

    Args:
        night: a night whose ports have the new model; its sources are not walked.
        settle: called when all is well and before consumers are moved: writes the choice down.

    Returns:
        What is current, and whether it is new.

    Raises:
        NightUnfinished: a night must run to its end first.
        IndexBlocked: a check failed.
        ValueError: the model gives vectors that are no directions, or of another length than it says.
    """
    refuse_unfinished(night.lake)
    with _building(night):
        night.embed()
        _check(night)
    settle()
    fault_point("index:chosen")
    vector_tables.unmark_building(night.home.vector_folder, night.vectors.name)
    return night.publish()


def rechunk_index(night: Night) -> tuple[Current, bool]:
    """Cut every stored text and session by the present rules, embed what is new by them, and publish.

    Args:
        night: a night; its sources are not walked.

    Returns:
        What is current, and whether it is new.

    Raises:
        NightUnfinished: a night must run to its end first.
        IndexBlocked: a check failed.
    """
    refuse_unfinished(night.lake)
    with _building(night):
        night.chunk(anew=True)
        night.embed()
        with night.timed("index/rebuild"):
            night.vectors.index(replace=True)
        _check(night)
    vector_tables.unmark_building(night.home.vector_folder, night.vectors.name)
    return night.publish()


@contextmanager
def _building(night: Night) -> Iterator[None]:
    """Keep the table that is being built also where a night comes between a kill and the next try."""
    folder, name = night.home.vector_folder, night.vectors.name
    vector_tables.mark_building(folder, name)
    fault_point("index:marked")
    try:
        yield
    except Exception:
        # A kill leaves the mark, so that the next try goes on; what failed would fail again.
        vector_tables.unmark_building(folder, name)
        raise


def _check(night: Night) -> None:
    """What an index can break: lake and vectors agree, nothing unmasked stands in it, nothing is lost."""
    for check in (night.check_counts, night.check_unmasked, night.check_agreement):
        result = check()
        if not result.passed:
            raise IndexBlocked(result.description)


def refuse_unfinished(lake: Lake) -> None:
    """Refuse to publish what a night has left unfinished.

    Raises:
        NightUnfinished: there is such a thing, or nothing was published yet.
    """
    newest = newest_publication(lake)
    if newest is None:
        raise NightUnfinished("아직 공개된 것이 없습니다. 먼저 `gotgan run`을 실행하십시오.")
    n_open = lake.value(
        f"""SELECT count(*) FROM {CATALOG}.ops.batch
            WHERE committed_at > $published AND step NOT LIKE 'index/%' AND step <> 'ops/decision'""",
        {"published": newest.published_at},
    )
    if n_open:
        raise NightUnfinished("끝나지 않은 밤이 있습니다. 먼저 `gotgan run`을 실행해 공개하십시오.")


def roll_back(
    home: Home,
    place: LakePlace,
    clock: Clock,
    settle: Callable[[Current], None],
    *,
    to: str | None = None,
    decided_by: str,
    note: str | None = None,
) -> tuple[Current, Current]:
    """Let consumers read an earlier publication: its lake, its chunks, its vectors, through its model.

    The next nights leave it so until one of them has news to publish.

    Args:
        home: the home.
        place: where its lake is.
        clock: the clock.
        settle: called before consumers are moved: sees to it that the publication's model is there, and writes it down.
        to: id of a kept publication; without it the one before that which consumers read.
        decided_by: who goes back.
        note: why; identifiers in it are masked.

    Returns:
        What consumers read before, and what they read now.

    Raises:
        CannotGoBack: there is no such publication, consumers read it already, or its files have changed.
        warehouse.lock.WriterBusy: a run is in progress.
    """
    home.make_folders()
    with writer_lock(home.lock_file), Lake.open(place) as lake:
        migration.migrate(lake, discover_records().values())
        newest, standing = newest_publication(lake), standing_publication(lake)
        if newest is None or standing is None:
            raise CannotGoBack("아직 공개된 것이 없습니다. 먼저 `gotgan run`을 실행하십시오.")
        target = _target(kept_publications(lake), standing, to)
        damaged = verify_manifest(home, target.publication_id)
        if damaged:
            listed = ", ".join(one["path"] for one in damaged[:3])
            raise CannotGoBack(f"{target.publication_id}의 파일 {len(damaged)}개가 없거나 바뀌었습니다: {listed}")
        settle(current_of(target))
        fault_point("rollback:chosen")
        row = Rollback(
            rollback_id=clock.new_id(),
            newest_id=newest.publication_id,
            from_id=standing.publication_id,
            publication_id=target.publication_id,
            decided_by=mask_identifiers(decided_by)[0],
            note=mask_identifiers(note)[0] if note else None,
            rolled_at=clock.now(),
        )
        lake.commit(lambda _: lake.insert(Rollback, to_table(Rollback, [row])))
        fault_point("rollback:after-row")
        return current_of(standing), point_at(home, target)


def _target(kept: list[Publication], standing: Publication, to: str | None) -> Publication:
    names = ", ".join(row.publication_id for row in kept)
    if to is None:
        place = kept.index(standing) + 1
        if place == len(kept):
            raise CannotGoBack(f"앞선 공개가 남아 있지 않습니다. 남아 있는 공개: {names}")
        return kept[place]
    found = next((row for row in kept if row.publication_id == to), None)
    if found is None:
        raise CannotGoBack(f"남아 있지 않은 공개입니다: {to}. 남아 있는 공개: {names}")
    if found.publication_id == standing.publication_id:
        raise CannotGoBack(f"이미 공개되어 있습니다: {to}")
    return found


@dataclass(frozen=True)
class IndexStatus:
    """What is served and what lies beside it.

    `kept` are the publications that can be gone back to, newest first; `rollback` is the way back that is in force.
    """

    current: Current | None
    kept: list[Publication]
    tables: list[TableState]
    n_chunks: int
    n_passages: int
    rollback: dict[str, Any] | None


def index_status(home: Home, place: LakePlace) -> IndexStatus:
    """Look at the index: tables, models, versions, sizes. Reads only."""
    if not home.current_file.exists():
        return IndexStatus(None, [], vector_tables.table_states(home.vector_folder), 0, 0, None)
    with Lake.open(place, read_only=True) as lake:
        newest, standing = newest_publication(lake), standing_publication(lake)
        rollback = None
        if newest is not None and standing is not None and newest.publication_id != standing.publication_id:
            rollback = lake.rows(
                f"FROM {CATALOG}.ops.rollback WHERE newest_id = $newest ORDER BY rollback_id DESC LIMIT 1",
                {"newest": newest.publication_id},
            )[0]
        counts = lake.rows(
            f"SELECT count(*) AS n_chunks, count(DISTINCT passage_id) AS n_passages FROM {CATALOG}.index.chunk"
        )[0]
        return IndexStatus(
            current_of(standing) if standing else None,
            kept_publications(lake),
            vector_tables.table_states(home.vector_folder),
            counts["n_chunks"],
            counts["n_passages"],
            rollback,
        )
