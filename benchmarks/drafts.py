"""What finding drafts costs and finds: synthetic drafts of known families, beside forms that only look like drafts.

    python benchmarks/drafts.py [--texts 50000] [--peers 2000]

Every document has one to five versions; each version edits a part of the sentences of the one before it. A fifth of the texts
are forms that many offices filled, of which no two belong together. Printed: CPU seconds of each part, peak memory, recall of
consecutive versions by how alike they are, precision of the families; and on a subset an exact comparison of all pairs and, where
they are installed, rensa and datasketch (the project needs neither).
"""

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, combinations, pairwise
from typing import Any

import numpy as np

from schemas.identity import make_id
from warehouse.draft_facts import facts_of_text
from warehouse.draft_likeness import Alike, compare, likely_pairs
from warehouse.draft_signatures import minhash_of, plain, shingled, shingles_of
from warehouse.families import Content, Spot, make_families, name_pairs

_EDITS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
_BINS = ((0.3, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))
_START = datetime(2026, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Text:
    """A text with what is true of it: its document, which version it is, and the name and folder of its file."""

    document: int
    version: int
    text: str
    folder: str
    name: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=50_000)
    parser.add_argument("--peers", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=20261128)
    chosen = parser.parse_args()
    made = list(_made(chosen.texts, random.Random(chosen.seed)))
    print(f"{len(made):,} texts, mean {np.mean([len(one.text) for one in made]):.0f} characters")
    _measure(made)
    if chosen.peers:
        _peers(made[: chosen.peers])


def _made(n_texts: int, draw: random.Random) -> Iterator[Text]:
    syllables = [chr(0xAC00 + code) for code in draw.sample(range(11_172), 900)]
    words = ["".join(draw.choices(syllables, k=draw.choice((2, 2, 3, 3, 4)))) for _ in range(12_000)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    usual = [" ".join(draw.choices(words, cum_weights=weights, k=8)) for _ in range(200)]
    forms = [[" ".join(draw.choices(words, cum_weights=weights, k=9)) for _ in range(16)] for _ in range(40)]

    def sentence() -> str:
        if draw.random() < 0.1:
            return draw.choice(usual) + "."
        return " ".join([*draw.choices(words, cum_weights=weights, k=7), f"{draw.randrange(1, 99_999):,}백만원"]) + "."

    number = n_done = 0
    while n_done < n_texts:
        number += 1
        subject = f"{draw.choice(words)} {draw.choice(words)}"
        if draw.random() < 0.2 / 1.6:
            form = draw.choice(forms)
            lines = [line if k % 4 else f"{subject} {line} {subject}에" for k, line in enumerate(form)]
            name = f"설명자료 ({draw.randrange(1, 40)}).hwpx" if draw.random() < 0.5 else f"{subject} 설명자료.hwpx"
            yield Text(number, 0, "\n".join(lines), f"제출/{draw.randrange(200)}", name)
            n_done += 1
            continue
        sentences = [f"{subject} 검토 결과를 보고한다.", *(sentence() for _ in range(14))]
        for version in range(draw.choice((1, 2, 3, 4, 5))):
            if version:
                share = draw.choice(_EDITS)
                for place in range(1, len(sentences)):
                    if draw.random() < share:
                        sentences[place] = sentence()
                    elif draw.random() < share:
                        parts = sentences[place].split(" ")
                        parts[draw.randrange(len(parts))] = draw.choice(words)
                        sentences[place] = " ".join(parts)
            # A third of the versions lie elsewhere, under a name that says little.
            moved = version and draw.random() < 0.33
            folder = f"보낸 것/{draw.randrange(500)}" if moved else f"과/{number}"
            mark = draw.choice((f"_v{version + 1}", "_수정", "_최종", ""))
            yield Text(number, version, "\n".join(sentences), folder, f"{subject} 검토{mark}.hwpx")
            n_done += 1


@contextmanager
def _timed(label: str, costs: dict[str, float]) -> Iterator[None]:
    start = time.process_time()
    yield
    costs[label] = time.process_time() - start


def _measure(made: list[Text]) -> None:
    costs: dict[str, float] = {}
    with _timed("shingles and MinHash", costs):
        shingles = [shingles_of(one.text) for one in made]
        rows = np.stack([minhash_of(one) for one in shingles])
    with _timed("facts of the text", costs):
        facts = [frozenset(facts_of_text(one.text)) for one in made]
    with _timed("likely pairs (32 bands of 4)", costs):
        likely = {(int(one), int(other)) for one, other in likely_pairs(rows)}
    contents = [
        Content(
            content_id=f"{number:064x}",
            text_id=f"{number:032x}",
            plain_id=make_id("plain", plain(one.text)),
            format="hwpx",
            title=None,
            n_shingles=len(shingles[number]),
            minhash=rows[number].tobytes(),
            facts=facts[number],
            spots=(Spot(one.folder, one.name, _START + timedelta(hours=one.version)),),
        )
        for number, one in enumerate(made)
    ]
    with _timed("pairs by name", costs):
        named = {(int(one, 16), int(other, 16)) for one, other in name_pairs(contents)}
    pairs = sorted(likely | {(min(pair), max(pair)) for pair in named})
    with _timed(f"exact comparison of {len(pairs):,} pairs", costs):
        alike = _compared(made, pairs)
    with _timed("families", costs):
        families = make_families(
            contents, {(f"{one:032x}", f"{other:032x}"): found for (one, other), found in alike.items()}
        )
    for label, seconds in costs.items():
        print(f"  {label}: {seconds:.1f} CPU s")
    print(
        f"  together: {sum(costs.values()):.1f} CPU s, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"
    )
    group = {
        int(key, 16): n for n, one in enumerate(families) for row in one.standings for key in row.version.content_ids
    }
    _print_recall(made, shingles, likely, group)
    _print_precision(made, likely, alike, families)


def _compared(made: list[Text], pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Alike]:
    held: dict[int, Any] = {}

    def of(number: int) -> Any:
        if number not in held:
            held[number] = shingled(made[number].text)
        return held[number]

    return {(one, other): compare(of(one), of(other)) for one, other in pairs}


def _jaccard(one: Any, other: Any) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def _print_recall(made: list[Text], shingles: list[Any], likely: set[tuple[int, int]], group: dict[int, int]) -> None:
    versions: dict[int, list[int]] = {}
    for number, one in enumerate(made):
        versions.setdefault(one.document, []).append(number)
    found: dict[tuple[float, float], list[tuple[bool, bool]]] = {bounds: [] for bounds in _BINS}
    for numbers in versions.values():
        for one, other in pairwise(numbers):
            jaccard = _jaccard(shingles[one], shingles[other])
            for bounds in _BINS:
                if bounds[0] <= jaccard < bounds[1]:
                    found[bounds].append(((one, other) in likely, one in group and group.get(one) == group.get(other)))
    print("\n| consecutive versions that share | pairs | found by MinHash alone | in one family |\n|---|---|---|---|")
    for (low, high), told in found.items():
        if told:
            by_hash, by_all = (np.mean([one[n] for one in told]) for n in (0, 1))
            print(f"| {low:.1f}-{min(high, 1):.1f} | {len(told):,} | {by_hash:.3f} | {by_all:.3f} |")
    every = [one for told in found.values() for one in told]
    print(
        f"| all | {len(every):,} | {np.mean([one[0] for one in every]):.3f} | {np.mean([one[1] for one in every]):.3f} |"
    )


def _print_precision(
    made: list[Text], likely: set[tuple[int, int]], alike: dict[tuple[int, int], Alike], families: list[Any]
) -> None:
    def share(pairs: Iterable[tuple[int, int]]) -> tuple[float, int]:
        right = [made[one].document == made[other].document for one, other in pairs]
        return (float(np.mean(right)) if right else 1.0), len(right)

    verified = [pair for pair in likely if alike[pair].jaccard >= 0.6]
    joined = [
        pair
        for family in families
        for pair in combinations([int(key, 16) for row in family.standings for key in row.version.content_ids], 2)
    ]
    in_order = [
        made[int(one.version.content_ids[0], 16)].version < made[int(other.version.content_ids[0], 16)].version
        for family in families
        for one, other in pairwise(family.standings)
    ]
    print("\n| pairs | precision | n |\n|---|---|---|")
    for label, pairs in (("likely by MinHash", likely), ("of them 0.6 alike", verified), ("in one family", joined)):
        precision, n = share(pairs)
        print(f"| {label} | {precision:.4f} | {n:,} |")
    print(f"\n{len(families):,} families; neighbours in the true order: {np.mean(in_order):.4f}")


def _peers(made: list[Text]) -> None:
    print(f"\n{len(made):,} texts: shingles, signatures and candidate pairs, CPU s")
    truth = _exact(made)
    peers: dict[str, Callable[[list[Text]], set[tuple[int, int]]]] = {
        "gotgan": _ours,
        "rensa": _rensa,
        "datasketch": _datasketch,
    }
    print("| | CPU s | recall of pairs 0.6 alike |\n|---|---|---|")
    for name, find in peers.items():
        start = time.process_time()
        try:
            found = find(made)
        except ImportError:
            print(f"| {name} | not installed | |")
            continue
        print(f"| {name} | {time.process_time() - start:.1f} | {len(truth & found) / max(1, len(truth)):.4f} |")


def _exact(made: list[Text]) -> set[tuple[int, int]]:
    """Every pair of 0.6 or more, by an inverted index of shingles: no estimate."""
    start = time.process_time()
    shingles = [shingles_of(one.text) for one in made]
    keys = np.concatenate(shingles)
    owners = np.repeat(np.arange(len(made)), [len(one) for one in shingles])
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    counts: dict[tuple[int, int], int] = {}
    for first, last in pairwise([*starts.tolist(), len(keys)]):
        members = owners[first:last].tolist()
        for pair in combinations(members, 2):
            counts[pair] = counts.get(pair, 0) + 1
    found = {
        pair
        for pair, shared in counts.items()
        if shared / (len(shingles[pair[0]]) + len(shingles[pair[1]]) - shared) >= 0.6
    }
    print(f"exact comparison of all pairs: {time.process_time() - start:.1f} CPU s, {len(found):,} pairs")
    return found


def _ours(made: list[Text]) -> set[tuple[int, int]]:
    rows = np.stack([minhash_of(shingles_of(one.text)) for one in made])
    return {(int(one), int(other)) for one, other in likely_pairs(rows)}


def _tokens(text: str) -> list[str]:
    compact = plain(text)
    return [compact[start : start + 5] for start in range(len(compact) - 4)]


def _rensa(made: list[Text]) -> set[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH  # pyright: ignore[reportMissingImports]

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    sketches = []
    for number, one in enumerate(made):
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(_tokens(one.text))
        index.insert(number, sketch)
        sketches.append(sketch)
    return {(one, other) for one, sketch in enumerate(sketches) for other in index.query(sketch) if one < other}


def _datasketch(made: list[Text]) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH  # pyright: ignore[reportMissingImports]

    index = MinHashLSH(num_perm=128, params=(32, 4))
    sketches = []
    for number, one in enumerate(made):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([token.encode() for token in _tokens(one.text)])
        index.insert(number, sketch)
        sketches.append(sketch)
    return {(one, other) for one, sketch in enumerate(sketches) for other in index.query(sketch) if one < other}


if __name__ == "__main__":
    main()
