"""What an embedding lane costs and loses: chunks a CPU second beside `SentenceTransformer.encode` on the same chunks.

`python benchmarks/embedding.py` measures invented Korean chunks; `--texts FILE.jsonl` those of a corpus (`text`), `--judged
PREFIX` adds nDCG@10 of the vectors alone. All sides take turns in one run and have one thread, since a processor that others
use as well is slower for all alike: what counts is the ratio. On an accelerator (`--device cuda`) batches are tried until one
fills it.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from warehouse.default_model import prepare
from warehouse.embedders import LANES, load_model, prepare_lane
from warehouse.layout import default_model_folder

MAX_TOKENS = 300
_NOUNS = [
    *("국고보조금", "집행률", "세부사업", "예산안", "성과지표", "지방비", "총사업비", "정산보고서"),
    *("보조사업자", "기금운용계획", "출연금", "이월액", "전년도 실적", "부처 의견", "심의 결과"),
]
_ENDS = [
    "교부하였다.",
    "점검한다.",
    "반영하였다.",
    "제출하여야 한다.",
    "조정할 필요가 있다.",
    "증가하였다.",
    "감액하였다.",
]


def invented(n: int) -> list[str]:
    """Texts like those of a budget ministry, from a fixed seed: of 80 to 600 characters."""
    rng = random.Random(20_261)
    texts = []
    for _ in range(n):
        length, text = rng.randint(80, 600), ""
        while len(text) < length:
            words = [rng.choice(_NOUNS) + rng.choice(("은", "를", "에", "의", "과")) for _ in range(rng.randint(4, 9))]
            amount = f"{rng.randint(1, 99_999):,}백만원을 " if rng.random() < 0.5 else ""
            text += f"{2024 + rng.randint(0, 3)}년 {' '.join(words)} {amount}{rng.choice(_ENDS)} "
        texts.append(text.strip())
    return texts


def read_texts(path: Path, n: int) -> list[str]:
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    return texts[:: max(1, len(texts) // n)][:n]


def cut(texts: list[str], folder: Path) -> list[str]:
    """The texts, each cut so that it and a prompt fit `MAX_TOKENS`: every side then reads the same tokens."""
    from tokenizers import Tokenizer

    tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    kept = []
    for text in texts:
        encoded = tokenizer.encode(text)
        is_long = len(encoded.ids) > MAX_TOKENS - 8
        kept.append(text[: encoded.offsets[MAX_TOKENS - 8][0]] if is_long else text)
    return kept


def sides(folder: Path, texts: list[str], lanes: list[str]) -> dict[str, Callable[[], np.ndarray]]:
    """Every way of embedding the texts, by name; the first is what all are compared with."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    library = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
    )

    def encode(batch: int) -> Callable[[], np.ndarray]:
        return lambda: library.encode_document(texts, batch_size=batch, show_progress_bar=False)

    def lane_of(lane: str) -> Callable[[], np.ndarray]:
        model = load_model(folder, lane)
        return lambda: model.embed_passages(texts)

    found = {"encode, batch 32": encode(32), "encode, batch 1": encode(1)}
    found |= {f"lane {lane}": lane_of(lane) for lane in lanes}
    # Loading a lane sets torch's threads to the number of processors; here every side has one.
    torch.set_num_threads(1)
    return found


def measure(folder: Path, texts: list[str], lanes: list[str], rounds: int) -> None:
    ways = sides(folder, texts, lanes)
    spent: dict[str, list[float]] = {name: [] for name in ways}
    vectors: dict[str, np.ndarray] = {}
    for _ in range(rounds):
        for name, run in ways.items():
            start = time.process_time()
            vectors[name] = run()
            spent[name].append(time.process_time() - start)
    expected = vectors["encode, batch 1"]
    first = median(spent["encode, batch 32"])
    print(f"\n{len(texts)} chunks, {rounds} rounds in turn, one thread\n")
    print("| side | chunks a CPU second | of `encode` | cosine to float32, least | mean |\n|---|---|---|---|---|")
    for name, seconds in spent.items():
        cosine = (vectors[name] * expected).sum(axis=1) / np.linalg.norm(expected, axis=1)
        rate = len(texts) / median(seconds)
        print(f"| {name} | {rate:.1f} | {first / median(seconds):.2f} | {cosine.min():.5f} | {cosine.mean():.5f} |")


_ALONE = """
import json, re, sys, time
from pathlib import Path
from warehouse.embedders import load_model
start = time.process_time()
model = load_model(Path(sys.argv[1]), sys.argv[2])
model.embed_queries(["예산"])
loaded = time.process_time() - start
texts = json.loads(sys.stdin.read())
clock, start = time.perf_counter(), time.process_time()
model.embed_passages(texts)
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps([loaded, time.process_time() - start, time.perf_counter() - clock, peak]))
"""


def alone(folder: Path, texts: list[str], lanes: list[str]) -> None:
    """Each lane in a process of its own, as the product runs it: cold start, all processors, memory."""
    processors = len(os.sched_getaffinity(0))
    print(f"\nEach lane in a process of its own, {processors} processors\n")
    print(
        "| lane | cold start, CPU s | chunks a CPU second | chunks a second of the clock | peak MB |\n|---|---|---|---|---|"
    )
    for lane in lanes:
        command = [sys.executable, "-c", _ALONE, str(folder), lane]
        told = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
        loaded, cpu, clock, peak = json.loads(told.stdout)
        print(f"| {lane} | {loaded:.1f} | {len(texts) / cpu:.1f} | {len(texts) / clock:.1f} | {peak:.0f} |")


def judge(folder: Path, prefix: Path, lanes: list[str]) -> None:
    """nDCG@10 of each lane's vectors alone on judged questions, with the half-width of its 95 % interval."""
    corpus, questions = (
        [json.loads(line) for line in Path(f"{prefix}.{part}.jsonl").read_text(encoding="utf-8").splitlines()]
        for part in ("corpus", "queries")
    )
    ids = [row["id"] for row in corpus]
    print(f"\n{prefix.name}: {len(corpus)} texts, {len(questions)} questions\n")
    print("| lane | nDCG@10 | ± | against the first |\n|---|---|---|---|")
    first: np.ndarray | None = None
    for lane in lanes:
        model = load_model(folder, lane)
        passages = model.embed_passages([row["text"] for row in corpus])
        asked = model.embed_queries([row["text"] for row in questions])
        gains = np.array(
            [
                _ndcg([ids[place] for place in np.argsort(-scores, kind="stable")[:10]], set(row["rel"]))
                for scores, row in zip(asked @ passages.T, questions, strict=True)
            ]
        )
        first = gains if first is None else first
        change = gains - first
        half, moved = (1.96 * values.std(ddof=1) / len(values) ** 0.5 for values in (gains, change))
        print(f"| {lane} | {gains.mean():.4f} | {half:.4f} | {change.mean():+.4f} ± {moved:.4f} |")


def _ndcg(found: list[str], relevant: set[str]) -> float:
    gain = sum(1 / np.log2(rank + 2) for rank, found_id in enumerate(found) if found_id in relevant)
    return float(gain / sum(1 / np.log2(rank + 2) for rank in range(min(10, len(relevant)))))


def _batches(largest: int) -> Iterator[int]:
    size = 1
    while size <= largest:
        yield size
        size *= 2


def fill(folder: Path, device: str, largest: int, dtype: str) -> None:
    """Chunks a second by batch and length of text until a larger batch is no faster or does not fit; forward pass alone."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    if not torch.cuda.is_available():
        sys.exit(
            f"--device {device}: 이 기계에서 torch가 쓸 수 있는 가속기가 없습니다 (CUDA를 지원하는 torch가 필요합니다)"
        )
    logging.disable_progress_bar()
    kind = getattr(torch, dtype)
    model = SentenceTransformer(str(folder), device=device, local_files_only=True, model_kwargs={"dtype": kind}).eval()
    print(f"\n{torch.cuda.get_device_name(device)}, {dtype}\n")
    print("| tokens | batch | chunks a second | peak GPU MB |\n|---|---|---|---|")
    for length in (64, 148, 300, 512):
        best, worse = 0.0, 0
        for batch in _batches(largest):
            tokens = torch.randint(5, 1_000, (batch, min(length, model.max_seq_length or length)), device=device)
            features = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
            torch.cuda.reset_peak_memory_stats(device)
            try:
                rate = _rate(model, features, batch)
            except torch.cuda.OutOfMemoryError:
                torch.cuda.empty_cache()
                print(f"| {length} | {batch} | does not fit | |")
                break
            peak = torch.cuda.max_memory_allocated(device) / 2**20
            print(f"| {length} | {batch} | {rate:,.0f} | {peak:,.0f} |")
            worse = worse + 1 if rate < best * 1.03 else 0
            best = max(best, rate)
            if worse == 2:
                break


def _rate(model: Any, features: dict[str, Any], batch: int) -> float:
    """Chunks a second of the clock, after a first pass that does not count."""
    import torch

    with torch.inference_mode():
        model(dict(features))
        torch.cuda.synchronize()
        start, passes = time.perf_counter(), 0
        while passes < 3 or time.perf_counter() - start < 0.5:
            model(dict(features))
            torch.cuda.synchronize()
            passes += 1
    return passes * batch / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a sentence-transformers folder; else the embedded default model")
    parser.add_argument("--texts", type=Path, help="JSON lines with `text`; else invented ones")
    parser.add_argument("--n", type=int, default=48, help="how many chunks")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lanes", nargs="*", choices=LANES, default=list(LANES))
    parser.add_argument("--judged", nargs="*", type=Path, default=[], help="PREFIX of a judged set")
    parser.add_argument("--device", default="cpu", help="cpu, or cuda to find the batch that fills an accelerator")
    parser.add_argument("--largest-batch", type=int, default=4_096)
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"), default="float32")
    given = parser.parse_args()
    folder = given.model.resolve() if given.model else prepare(default_model_folder())
    if given.device != "cpu":
        fill(folder, given.device, given.largest_batch, given.dtype)
        return
    for lane in given.lanes:
        prepare_lane(folder, lane)
    texts = cut(read_texts(given.texts, given.n) if given.texts else invented(given.n), folder)
    if given.rounds:
        measure(folder, texts, given.lanes, given.rounds)
        alone(folder, texts, given.lanes)
    for prefix in given.judged:
        judge(folder, prefix, given.lanes)


if __name__ == "__main__":
    main()
