"""The review queue: one place for everything that a person must decide, with evidence and the effect of each answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from schemas.arrow import arrow_schema, to_table
from schemas.identity import make_id
from schemas.ports import Progress
from schemas.records.decision import Decision
from schemas.records.review import Review
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake, LakePlace
from warehouse.layout import Home
from warehouse.ledger import Ledger
from warehouse.reviews import Circumstances, Found, ReviewKind, discover_kinds
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step

_ID_CHARACTERS = 12


class NoSuchReview(LookupError):
    """There is no such question, neither open nor answered."""


@dataclass(frozen=True)
class QueueItem:
    """A question with the answer that is in force, if there is one, and whether a run has seen that answer."""

    asked: Review
    decision: Decision | None
    is_applied: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a person still has to decide."""
        return self.decision is None


def settle_reviews(
    lake: Lake,
    clock: Clock,
    circumstances: Circumstances,
    run_id: str,
    progress: Progress,
    kinds: Callable[[str], bool] = lambda kind: True,
) -> StepCount:
    """Make `ops.review` what there is to decide now: a new cause gives a question, a cause that has gone takes it along.

    Args:
        lake: the lake.
        clock: for when a question was first asked.
        circumstances: what kinds may need to know besides the lake.
        run_id: the run.
        progress: who watches.
        kinds: which kinds a step settles; it leaves the questions of all others as they are.
    """
    wanted = [
        _question(kind, found, clock)
        for kind in discover_kinds().values()
        if kinds(kind.name)
        for found in kind.find(lake, circumstances)
    ]
    held = lake.rows(f"SELECT DISTINCT kind FROM {CATALOG}.ops.review")
    settled = {"settled": [row["kind"] for row in held if kinds(row["kind"])]}
    table = to_table(Review, wanted)
    columns = [name for name in Review.columns() if name != "asked_at"]
    same = " AND ".join(f"w.{name} IS NOT DISTINCT FROM r.{name}" for name in columns)

    def missing() -> pa.Table:
        with lake.registered(wanted=table):
            # The first time that it was asked stays, although its evidence has changed.
            return lake.query(
                f"""SELECT w.* EXCLUDE (asked_at), coalesce(old.asked_at, w.asked_at) AS asked_at FROM wanted w
                    ANTI JOIN {CATALOG}.ops.review r ON {same}
                    LEFT JOIN {CATALOG}.ops.review old ON old.review_id = w.review_id ORDER BY w.review_id"""
            )

    def surplus() -> pa.Table:
        with lake.registered(wanted=table):
            return lake.query(
                f"""SELECT review_id FROM {CATALOG}.ops.review ANTI JOIN wanted USING (review_id)
                    WHERE list_contains($settled, kind) ORDER BY 1""",
                settled,
            )

    def work(keys: pa.Table) -> Iterator[Produced]:
        yield Produced(
            n_inputs=keys.num_rows, rows={Review: keys.select(arrow_schema(Review).names).cast(arrow_schema(Review))}
        )

    step = Step("ops/review", missing, surplus, work, LakeSink(lake, clock, {Review: ("review_id",)}))
    return run_step(step, run_id, progress)


def _question(kind: ReviewKind, found: Found, clock: Clock) -> Review:
    new = make_id("review", kind.name, found.subject, found.finding)[:_ID_CHARACTERS], clock.now()
    review_id, asked_at = found.answered or new
    return Review(
        review_id=review_id,
        kind=kind.name,
        subject=found.subject,
        title=found.title,
        question=kind.question,
        reason=found.reason,
        evidence=list(found.evidence),
        answers=list(found.effects),
        effects=list(found.effects.values()),
        asked_at=asked_at,
    )


def queue(home: Home, place: LakePlace) -> list[QueueItem]:
    """Every question at the head of the lake, open ones first, each with its answer in force."""
    if place.is_sqlite and not home.catalog_file.exists():
        return []
    with Lake.open(place, read_only=True) as lake:
        if ("ops", "review") not in lake.tables():
            return []
        asked = [Review(**row) for row in lake.rows(f"FROM {CATALOG}.ops.review ORDER BY kind, title, review_id")]
        seen = {row["decision_id"] for row in lake.rows(f"SELECT decision_id FROM {CATALOG}.ops.decision")}
    answers = {decision.review_id: decision for decision in Ledger(home).decisions()}
    items = [_item(one, answers.get(one.review_id), seen) for one in asked]
    return sorted(items, key=lambda item: not item.is_open)


def _item(asked: Review, decision: Decision | None, seen: set[str]) -> QueueItem:
    if decision is None or decision.asked_at < asked.asked_at:
        return QueueItem(asked, None)  # answered once before, then its cause was gone for a while
    return QueueItem(asked, decision, decision.decision_id in seen)


def find_item(home: Home, place: LakePlace, review_id: str) -> QueueItem:
    """One question by its id or the beginning of it.

    Raises:
        NoSuchReview: no question, or more than one, begins so.
    """
    found = [item for item in queue(home, place) if item.asked.review_id.startswith(review_id)]
    if len(found) != 1:
        raise NoSuchReview(review_id)
    return found[0]


def count_open(lake: Lake) -> list[dict[str, object]]:
    """[{kind, n}] of the questions without an answer, as the lake knows them."""
    return lake.rows(
        f"""SELECT r.kind, count(*) AS n FROM {CATALOG}.ops.review r
            ANTI JOIN {CATALOG}.ops.decision d ON d.review_id = r.review_id AND d.asked_at >= r.asked_at
            GROUP BY 1 ORDER BY n DESC, 1"""
    )
