"""What texts are compared by: shingles of five characters, their MinHash, and the step that keeps it for every text.

Shingles ignore spaces, case and middle dots, and keep digits: figures tell two filled forms apart, and a changed amount
moves a draft by no more than a few shingles. All of it is arithmetic on arrays; a text of 600 characters takes about
0.1 ms, so no index of its own has to be kept.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas import identity
from schemas.arrow import to_table
from schemas.ports import Progress
from schemas.records.signature import Signature
from warehouse.clock import Clock
from warehouse.draft_facts import date_at_head, facts_of_text
from warehouse.lake import CATALOG, Lake
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step

Hashes = npt.NDArray[np.uint64]

WIDTH = 5
"""Characters of a shingle."""
N_MINIMA = 128
"""Minima of a signature."""
LEAST_SHINGLES = 40
"""A text with fewer distinct shingles is too short to tell a draft from a form, and has no signature."""
MOST_CHARACTERS = 400_000
"""What lies beyond is not compared: long lists differ in their first rows already."""

FINGERPRINT = identity.fingerprint(version=1, width=WIDTH, minima=N_MINIMA, least=LEAST_SHINGLES, most=MOST_CHARACTERS)

# Mails quote each other and exports grow at their end: neither is anybody's draft.
_NEVER = "'eml', 'msg', 'mbox', 'pst', 'ics'"
COMPARED = f"""
    SELECT r.content_id, r.text_id FROM {CATALOG}.core.reading r
    WHERE r.outcome = 'kept' AND r.text_id IS NOT NULL AND r.n_elements > 0 AND r.format NOT IN ({_NEVER})
        AND r.content_id NOT IN (SELECT content_id FROM {CATALOG}.raw.export)"""
"""SELECT of (content_id, text_id) of every content that may be a draft of something."""

_BATCH = 400
_SLICE = 1 << 10
_NOT_COMPARED = re.compile(r"[\s\u200b\ufeff\u00ad·・ㆍ･•‧∙⋅]+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Shingled:
    """A text's distinct shingles as sorted hashes, its pairs of neighbouring syllables, and those that it says often."""

    shingles: Hashes
    pairs: Hashes
    often: Hashes


def plain(text: str) -> str:
    """The characters that are compared: NFC, lower case, without spaces and middle dots."""
    return _NOT_COMPARED.sub("", unicodedata.normalize("NFC", text[:MOST_CHARACTERS])).casefold()


def shingles_of(text: str) -> Hashes:
    """Hashes of the distinct shingles of a text, sorted; none of a text shorter than one."""
    codes = _codes(plain(text))
    if len(codes) < WIDTH:
        return np.empty(0, np.uint64)
    hashes = codes[: len(codes) - WIDTH + 1].copy()
    for offset in range(1, WIDTH):
        hashes = hashes * _MULTIPLIER + codes[offset : len(codes) - WIDTH + 1 + offset]
    return np.unique(_mixed(hashes))


def shingled(text: str, often: int = 3) -> Shingled:
    """What two texts are compared by; `often` is how many times a pair of syllables must stand in a text."""
    codes = _codes(unicodedata.normalize("NFC", text[:MOST_CHARACTERS]))
    is_hangul = (codes >= 0xAC00) & (codes <= 0xD7A3)
    both = is_hangul[:-1] & is_hangul[1:]
    pairs, counts = np.unique((codes[:-1] << np.uint64(16) | codes[1:])[both], return_counts=True)
    return Shingled(shingles_of(text), pairs, pairs[counts >= often])


def minhash_of(shingles: Hashes) -> npt.NDArray[np.uint32]:
    """The least of 128 permutations of the shingles, in 32-bit arithmetic, which fits the processor's vectors best."""
    factors, summands = _permutations()
    least = np.full(N_MINIMA, np.iinfo(np.uint32).max, np.uint32)
    short = (shingles >> np.uint64(32)).astype(np.uint32)
    for start in range(0, len(short), _SLICE):
        part = short[start : start + _SLICE]
        np.minimum(least, (factors[:, None] * part[None, :] + summands[:, None]).min(axis=1), out=least)
    return least.astype("<u4")


@lru_cache(maxsize=1)
def _permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    drawn = np.random.Generator(np.random.PCG64(20_261_128)).integers(0, 1 << 32, (2, N_MINIMA), np.uint32)
    return drawn[0] | np.uint32(1), drawn[1]


def _codes(text: str) -> Hashes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)


def _mixed(hashes: Hashes) -> Hashes:
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def signature_of(text_id: str, text: str) -> Signature:
    """The row of a text."""
    shingles = shingles_of(text)
    is_compared = len(shingles) >= LEAST_SHINGLES
    return Signature(
        text_id=text_id,
        step_fingerprint=FINGERPRINT,
        plain_id=identity.make_id("plain", plain(text)),
        n_shingles=len(shingles),
        minhash=minhash_of(shingles).tobytes() if is_compared else b"",
        facts=sorted(facts_of_text(text)) if is_compared else [],
        dated_on=date_at_head(text) if is_compared else None,
    )


def texts_of(lake: Lake, text_ids: pa.Array | pa.ChunkedArray) -> dict[str, str]:
    """text_id → its elements' text in reading order, a line each, as long as it is compared."""
    with lake.registered(asked_texts=pa.table({"text_id": text_ids})):
        rows = lake.query(
            f"""WITH one AS (
                    SELECT text_id, min(content_id) AS content_id FROM {CATALOG}.core.reading
                    SEMI JOIN asked_texts USING (text_id) WHERE outcome = 'kept' GROUP BY text_id)
                SELECT o.text_id, left(string_agg(e.text, chr(10) ORDER BY e.ordinal), {MOST_CHARACTERS}) AS text
                FROM one o JOIN {CATALOG}.core.element e USING (content_id) GROUP BY o.text_id"""
        )
    return dict(zip(rows["text_id"].to_pylist(), rows["text"].to_pylist(), strict=True))


def sign_texts(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> StepCount:
    """Bring `core.signature` to the texts that there are: each is read once, whatever documents hold it."""
    wanted = f"SELECT DISTINCT text_id FROM ({COMPARED})"

    def missing() -> pa.Table:
        return lake.query(
            f"""SELECT text_id FROM ({wanted}) ANTI JOIN (
                    SELECT text_id FROM {CATALOG}.core.signature WHERE step_fingerprint = '{FINGERPRINT}')
                USING (text_id) ORDER BY 1"""
        )

    def surplus() -> pa.Table:
        return lake.query(
            f"SELECT text_id FROM {CATALOG}.core.signature ANTI JOIN ({wanted}) USING (text_id) ORDER BY 1"
        )

    def work(keys: pa.Table) -> Iterator[Produced]:
        for start in range(0, keys.num_rows, _BATCH):
            asked = keys["text_id"].slice(start, _BATCH)
            texts = texts_of(lake, asked)
            rows = [signature_of(text_id, texts.get(text_id) or "") for text_id in asked.to_pylist()]
            yield Produced(n_inputs=len(rows), rows={Signature: to_table(Signature, rows)})

    sink = LakeSink(lake, clock, {Signature: ("text_id",)})
    return run_step(Step("core/signature", missing, surplus, work, sink), run_id, progress)
