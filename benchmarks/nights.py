"""What nights cost: the first one over given folders, one without news, one after moving and renaming a third of the files,
and optionally ten kills at random instants of the first, each compared with the uninterrupted run.

    python benchmarks/nights.py FOLDER [FOLDER …] [--kills 10] [--tiny-model] [--keep HOME]

`--tiny-model` embeds with a model of random weights and two small layers, for when the flow is measured and not the model.

Figures are the run reports' own (CPU with all workers); wall times of a shared machine are not worth much.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pipelines.settings import Settings
from schemas.identity import digest_parts
from schemas.records import discover_records
from warehouse.lake import Lake, digest
from warehouse.layout import default_model_folder
from warehouse.publication import read_current

_RENAMED = "이름바꿈_"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--keep", type=Path, help="leave the home and the copied shares here")
    parser.add_argument("--tiny-model", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = chosen.keep or Path(temporary)
        root.mkdir(parents=True, exist_ok=True)
        shares = [_copied(folder, root / "shares" / folder.name) for folder in chosen.folders]
        home = root / "home"
        if chosen.tiny_model:
            os.environ["GOTGAN_MODEL"] = str(tiny_model(root / "model"))
        _init(home, shares)
        untouched = root / "untouched"
        if chosen.kills:
            shutil.copytree(home, untouched)
        first, seconds = _night(home)
        _row("first night", first)
        same, _ = _night(home)
        _row("nothing changed", same)
        if chosen.kills:
            whole = digest_home(home)
            _kill_and_compare(untouched, root, chosen.kills, seconds, whole, random.Random(chosen.seed))
        moved = sum(_move_a_third(share) for share in shares)
        after, _ = _night(home)
        _row(f"{moved} files moved or renamed", after)
        for row in first["quarantine"]:
            print(f"    quarantined {row['n']:>4}  {row['reason']}")


def _copied(folder: Path, to: Path) -> Path:
    if not to.exists():
        shutil.copytree(folder, to, symlinks=True)
    for path in [to, *to.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o700)
    return to


def _init(home: Path, shares: list[Path]) -> None:
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "init", "--home", str(home)], check=True, capture_output=True
    )
    tables = [
        f'[[source]]\nname = "{share.name}"\nkind = "folder"\npath = "{share.resolve()}"\naccess = ["group:all"]\n'
        for share in shares
    ]
    with (home / "gotgan.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join([*tables, '[[principal]]\nname = "analyst"\n']))


def _night(home: Path) -> tuple[dict[str, Any], float]:
    began = time.monotonic()
    command = [sys.executable, "-m", "pipelines.cli", "run", "--json", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the night failed:\n{done.stdout}\n{done.stderr}")
    return json.loads(done.stdout), time.monotonic() - began


def _row(name: str, report: dict[str, Any]) -> None:
    counts = report["counts"]
    print(
        f"{name:<32} seen {counts['seen']:>5} = kept {counts['kept']:>5} + unchanged {counts['unchanged']:>5} + skipped "
        f"{counts['skipped']:>3} + quarantined {counts['quarantined']:>4}; parsed {report['parsed']:>5}, embedded "
        f"{report['embedded']:>6}; CPU {report['cpu_seconds']:>8.1f} s, wall {report['seconds']:>7.1f} s, peak "
        f"{report['peak_mb']:>6.0f} MB, {report['outcome']}",
        flush=True,
    )


def _move_a_third(share: Path) -> int:
    files = sorted(path for path in share.rglob("*") if path.is_file())
    for number, path in enumerate(files[::3]):
        if number % 2:
            path.rename(path.with_name(_RENAMED + path.name))
        else:
            folder = share / "옮긴 것"
            folder.mkdir(exist_ok=True)
            path.rename(folder / f"{number}_{path.name}")
    return len(files[::3])


def tiny_model(folder: Path) -> Path:
    """The default model's tokenizer with two random layers of 32 numbers."""
    if not folder.exists():
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
        from transformers import AutoTokenizer, BertConfig, BertModel

        torch.manual_seed(1)
        parts = folder.with_name("model-parts")
        tokenizer = AutoTokenizer.from_pretrained(default_model_folder())
        config = BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
        )
        BertModel(config).save_pretrained(parts)
        tokenizer.save_pretrained(parts)
        modules = [Transformer(str(parts), max_seq_length=512), Pooling(32, pooling_mode="mean"), Normalize()]
        SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    return folder


def digest_home(home: Path) -> dict[str, tuple[int, str]]:
    """Every table's stable columns, and every passage with its words, access and exact vector."""
    import lancedb

    settings = Settings(home)
    with Lake.open(settings.place, read_only=True) as lake:
        found = digest(lake, discover_records().values())
    current = read_current(settings.home)
    table = lancedb.connect(str(settings.home.vector_folder)).open_table(current.vector_table or "")
    rows = sorted(str(sorted(row.items())) for row in table.to_arrow().to_pylist())
    return found | {"vectors": (len(rows), digest_parts(rows))}


def _kill_and_compare(
    untouched: Path, root: Path, kills: int, seconds: float, whole: dict[str, tuple[int, str]], chance: random.Random
) -> None:
    for number in range(1, kills + 1):
        home = root / f"killed{number}"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(untouched, home)
        instant = chance.uniform(0.05, 0.95) * seconds
        command = [sys.executable, "-m", "pipelines.cli", "run", "--home", str(home)]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(timeout=instant)
            met = "ended before"
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            met = "killed"
        report, _ = _night(home)
        differing = sorted(name for name, value in digest_home(home).items() if whole[name] != value)
        verdict = "equal" if not differing else f"DIFFERS in {', '.join(differing)}"
        print(
            f"  {met} at {instant:6.1f} s, then parsed {report['parsed']:>5}, {report['outcome']}: {verdict}",
            flush=True,
        )
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
