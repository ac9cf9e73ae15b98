"""Retrieval quality on judged questions: `python benchmarks/retrieval.py PREFIX… [--model FOLDER] [--write docs/retrieval.md]`.

The same as `gotgan eval`, for any model folder and without a home.
"""

import argparse
import time
from pathlib import Path

from warehouse.analyser import Analyser
from warehouse.default_model import prepare
from warehouse.embedders import load_model
from warehouse.evaluation import evaluate
from warehouse.evaluation_page import write_page
from warehouse.judged import load_set
from warehouse.layout import default_model_folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefix", nargs="+", type=Path, help="PREFIX of PREFIX.corpus.jsonl and PREFIX.queries.jsonl")
    parser.add_argument("--model", type=Path, help="a model folder; else the embedded default model")
    parser.add_argument("--ablations", action="store_true", help="with each option switched off, too")
    parser.add_argument("--write", type=Path, help="write the figures into this page")
    given = parser.parse_args()
    embedder = load_model(given.model or prepare(default_model_folder()))
    analyser = Analyser()
    sets = []
    for prefix in given.prefix:
        start = time.process_time()
        measured = evaluate(load_set(prefix), embedder, analyser, is_ablated=given.ablations)
        sets.append(measured)
        print(f"\n{prefix.name} ({time.process_time() - start:.0f} s of processor time)\n")
        print("| system | recall@10 | MRR | nDCG@10 | 95 % |\n|---|---|---|---|---|")
        for system, values in measured["systems"].items():
            low, high = measured["intervals"][system]["ndcg@10"]
            figures = " | ".join(f"{values[name]:.3f}" for name in ("recall@10", "mrr", "ndcg@10"))
            print(f"| {system} | {figures} | {low:.3f}–{high:.3f} |")
    if given.write:
        write_page(given.write, sets)


if __name__ == "__main__":
    main()
