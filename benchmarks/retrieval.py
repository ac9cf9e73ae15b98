"""Retrieval quality on judged questions: `python benchmarks/retrieval.py PREFIX…` prints a table for each set."""

import argparse
import time
from pathlib import Path

from warehouse.analyser import Analyser
from warehouse.default_model import prepare
from warehouse.embedders.sentence_transformer import EMBEDDER
from warehouse.evaluation import evaluate
from warehouse.layout import default_model_folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prefix", nargs="+", type=Path, help="PREFIX of PREFIX.corpus.jsonl and PREFIX.queries.jsonl")
    parser.add_argument("--model", type=Path, help="a sentence-transformers folder; else the embedded default model")
    given = parser.parse_args()
    embedder = EMBEDDER.load(given.model or prepare(default_model_folder()))
    analyser = Analyser()
    for prefix in given.prefix:
        start = time.perf_counter()
        measured = evaluate(prefix, embedder, analyser)["systems"]
        print(f"\n{prefix.name} ({time.perf_counter() - start:.0f} s)\n")
        print("| system | recall@10 | MRR | nDCG@10 |\n|---|---|---|---|")
        for system, values in measured.items():
            print(f"| {system} | {values['recall@10']:.3f} | {values['mrr']:.3f} | {values['ndcg@10']:.3f} |")


if __name__ == "__main__":
    main()
