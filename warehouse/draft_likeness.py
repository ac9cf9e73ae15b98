"""Which texts are near-duplicates: pairs that MinHash makes likely, that one name makes likely, each then counted exactly.

A pair is compared once and its likeness kept (`core.likeness`), so that a night compares only pairs with a new text.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas import identity
from schemas.arrow import to_table
from schemas.ports import Progress
from schemas.records.likeness import Likeness
from warehouse.clock import Clock
from warehouse.draft_signatures import FINGERPRINT as SIGNED
from warehouse.draft_signatures import N_MINIMA, Shingled, shingled, texts_of
from warehouse.lake import CATALOG, Lake
from warehouse.steps import LakeSink, Produced, Step, StepCount, no_rows, run_step

Matrix = npt.NDArray[np.uint32]
Pair = tuple[str, str]

N_BANDS = 32
"""Bands of four minima: two texts that share 50 % of their shingles meet in one with 87 %, 60 % with 99 %."""
NEAREST = 8
"""In a bucket each text is compared with so many that follow; a form of a thousand offices makes no million pairs."""
LEAST_ESTIMATE = 0.35
"""Pairs that share fewer minima are not counted exactly."""

FINGERPRINT = identity.fingerprint(version=1, signed=SIGNED)

_BATCH = 500
_CHUNK = 1 << 16
_OFTEN_BOTH = 2


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike two texts are; the columns of `core.likeness`."""

    jaccard: float
    containment: float
    is_replaced: bool


def compare(first: Shingled, second: Shingled) -> Alike:
    """Count two texts' shared shingles, and whether each says again and again what the other never says."""
    n_first, n_second = len(first.shingles), len(second.shingles)
    if not n_first or not n_second:
        return Alike(0.0, 0.0, False)
    shared = len(np.intersect1d(first.shingles, second.shingles, assume_unique=True))
    own = len(np.setdiff1d(first.often, second.pairs, assume_unique=True))
    others = len(np.setdiff1d(second.often, first.pairs, assume_unique=True))
    return Alike(
        jaccard=round(shared / (n_first + n_second - shared), 4),
        containment=round(shared / min(n_first, n_second), 4),
        is_replaced=min(own, others) >= _OFTEN_BOTH,
    )


def likely_pairs(signatures: Matrix) -> npt.NDArray[np.int64]:
    """Pairs of rows (n × 2, the lesser first) that share a band and enough minima.

    Args:
        signatures: a row of 128 minima for each text; rows that stand near each other are compared first where many meet.
    """
    n_rows = len(signatures)
    width = N_MINIMA // N_BANDS
    found: list[npt.NDArray[np.int64]] = []
    for band in range(N_BANDS):
        keys = _band_keys(signatures[:, band * width : (band + 1) * width])
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        for distance in range(1, min(NEAREST, n_rows - 1) + 1):
            met = np.flatnonzero(ordered[:-distance] == ordered[distance:])
            if not len(met):
                break
            found.append(np.stack((order[met], order[met + distance])))
    if not found:
        return np.empty((0, 2), np.int64)
    ends = np.concatenate(found, axis=1)
    codes = np.unique(ends.min(axis=0) * n_rows + ends.max(axis=0))
    pairs = np.stack((codes // n_rows, codes % n_rows), axis=1)
    kept = [
        part[(signatures[part[:, 0]] == signatures[part[:, 1]]).mean(axis=1) >= LEAST_ESTIMATE]
        for part in np.array_split(pairs, max(1, len(pairs) // _CHUNK))
    ]
    return np.concatenate(kept)


def _band_keys(columns: Matrix) -> npt.NDArray[np.uint64]:
    key = np.zeros(len(columns), np.uint64)
    for column in columns.T:
        key = (key ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key


def compare_texts(
    lake: Lake, clock: Clock, pairs: Collection[Pair], run_id: str, progress: Progress, *, is_all: bool = True
) -> StepCount:
    """Bring `core.likeness` to the pairs that are to be compared now.

    Args:
        lake: the lake, its signatures settled.
        clock: the clock.
        pairs: pairs of text ids with a signature, the lesser first.
        run_id: the run.
        progress: who watches.
        is_all: whether every other pair goes.
    """
    ordered = sorted(pairs)
    ends = [pa.array([pair[end] for pair in ordered], pa.string()) for end in (0, 1)]
    wanted = pa.table(dict(zip(("first_id", "second_id"), ends, strict=True)))
    table = f"{CATALOG}.core.likeness"

    def missing() -> pa.Table:
        with lake.registered(wanted_pairs=wanted):
            return lake.query(
                f"""FROM wanted_pairs ANTI JOIN (SELECT * FROM {table} WHERE step_fingerprint = '{FINGERPRINT}')
                    USING (first_id, second_id) ORDER BY first_id, second_id"""
            )

    def surplus() -> pa.Table:
        if not is_all:
            return no_rows("first_id", "second_id")
        with lake.registered(wanted_pairs=wanted):
            return lake.query(
                f"SELECT first_id, second_id FROM {table} ANTI JOIN wanted_pairs USING (first_id, second_id) ORDER BY ALL"
            )

    def work(keys: pa.Table) -> Iterator[Produced]:
        for start in range(0, keys.num_rows, _BATCH):
            part = keys.slice(start, _BATCH)
            ends = list(zip(part["first_id"].to_pylist(), part["second_id"].to_pylist(), strict=True))
            texts = texts_of(lake, pa.array(sorted({end for pair in ends for end in pair}), pa.string()))
            made = {text_id: shingled(text or "") for text_id, text in texts.items()}
            rows = [_row(first, second, compare(made[first], made[second])) for first, second in ends]
            yield Produced(n_inputs=len(rows), rows={Likeness: to_table(Likeness, rows)})

    sink = LakeSink(lake, clock, {Likeness: ("first_id", "second_id")})
    return run_step(Step("core/likeness", missing, surplus, work, sink), run_id, progress)


def _row(first: str, second: str, alike: Alike) -> Likeness:
    return Likeness(
        first_id=first,
        second_id=second,
        step_fingerprint=FINGERPRINT,
        jaccard=alike.jaccard,
        containment=alike.containment,
        is_replaced=alike.is_replaced,
    )


def pairs_to_compare(lake: Lake, near: Mapping[str, str], pairs: Iterable[Pair]) -> set[Pair]:
    """The pairs of text ids, the lesser first, that are likely to be near-duplicates by their signatures, and the given ones.

    Args:
        lake: the lake, its signatures settled.
        near: text id → what texts are put in order by before they are compared, such as a name; only these are compared.
        pairs: pairs of them that are to be compared whatever their signatures say.
    """
    rows = lake.query(f"SELECT text_id, minhash FROM {CATALOG}.core.signature WHERE octet_length(minhash) > 0")
    signed = {
        text_id: raw
        for text_id, raw in zip(rows["text_id"].to_pylist(), rows["minhash"].to_pylist(), strict=True)
        if text_id in near
    }
    ids = sorted(signed, key=lambda text_id: (near[text_id], text_id))
    matrix = np.frombuffer(b"".join(signed[text_id] for text_id in ids), "<u4").reshape(len(ids), N_MINIMA)
    found = {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1] and signed.keys() >= set(pair)}
    for first, second in likely_pairs(matrix):
        here, there = ids[first], ids[second]
        found.add((min(here, there), max(here, there)))
    return found


def held_likeness(lake: Lake) -> dict[Pair, Alike]:
    """Every pair that was compared."""
    rows = lake.rows(f"SELECT first_id, second_id, jaccard, containment, is_replaced FROM {CATALOG}.core.likeness")
    return {
        (row["first_id"], row["second_id"]): Alike(row["jaccard"], row["containment"], row["is_replaced"])
        for row in rows
    }


def likeness_among(lake: Lake, plain: Mapping[str, str]) -> dict[Pair, Alike]:
    """The likeness of some texts to one another, as far as it was compared.

    Args:
        lake: the lake.
        plain: the plain id of each text's signature → the text id that the pairs are wanted under. Which text of one plain
            id was compared hangs on all that there are, so that the pairs are found by the plain ids.
    """
    asked = pa.table({"plain_id": pa.array(plain, pa.string()), "text_id": pa.array(plain.values(), pa.string())})
    with lake.registered(asked_plain=asked):
        rows = lake.rows(
            f"""WITH kin AS (SELECT s.text_id AS held_id, a.text_id FROM {CATALOG}.core.signature s
                             JOIN asked_plain a USING (plain_id))
                SELECT least(a.text_id, b.text_id) AS first_id, greatest(a.text_id, b.text_id) AS second_id,
                       l.jaccard, l.containment, l.is_replaced FROM {CATALOG}.core.likeness l
                JOIN kin a ON a.held_id = l.first_id JOIN kin b ON b.held_id = l.second_id
                WHERE a.text_id <> b.text_id ORDER BY ALL"""
        )
    return {
        (row["first_id"], row["second_id"]): Alike(row["jaccard"], row["containment"], row["is_replaced"])
        for row in rows
    }
