"""How well files are read and at what cost: each kind of file against walks of the benchmark's own, speed against other
readers in the same run, and what the sandbox adds.

    python benchmarks/reading.py [--corpus FOLDER] [--kinds hwp xlsx …] [--parts quality speed isolation]
                                 [--peers FOLDER] [--rounds 3] [--no-tools] [--write-measured]

Peers live in environments of their own, made by `python benchmarks/reading_peers.py --make FOLDER`; one that is not there
has a column that says so. Speed is in documents per second of processor time, children included, each document's cheapest
of N rounds; a pair of readers is compared on the files that both read. The wall times of a shared machine are worth little.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.reading_examination import CORPUS, Examined, examine, files_of, spent
from benchmarks.reading_oracles import kind_of
from benchmarks.reading_peers import KINDS, measure, python_of
from connectors.isolation import SandboxedReader
from connectors.reading import read_blob
from connectors.tools import find_tools
from schemas.identity import digest_bytes
from schemas.ports import ReadRequest
from warehouse.layout import measured_file

_WHOLE = 0.99
_SHOWN = 6
_WORST = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--kinds", nargs="*", default=[], help="folders of the corpus; else all")
    parser.add_argument("--parts", nargs="*", default=["quality", "speed", "isolation"])
    parser.add_argument("--peers", type=Path, help="folder of the peers' environments")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-tools", action="store_true", help="as on a machine without tesseract and LibreOffice")
    parser.add_argument("--write-measured", action="store_true", help="keep the figures for docs/formats.md")
    chosen = parser.parse_args()
    if not chosen.corpus.is_dir():
        sys.exit(f"no corpus at {chosen.corpus}")
    paths = files_of(chosen.corpus, chosen.kinds)
    if "quality" in chosen.parts:
        examined = list(examine(paths, None if chosen.no_tools else find_tools()))
        quality(examined)
        if chosen.write_measured:
            write_measured(examined)
    if "speed" in chosen.parts:
        speed(paths, chosen.peers, chosen.rounds)
    if "isolation" in chosen.parts:
        isolation(paths, chosen.rounds)


def quality(files: Sequence[Examined]) -> None:
    """Print how much of each kind of file came out, and every file that falls short of a figure."""
    rows = []
    for kind in sorted({one.kind for one in files}):
        own = [one for one in files if one.kind == kind]
        kept = [one for one in own if one.is_kept]
        reasons = Counter(one.own.reason for one in own if not one.is_kept)
        coverages = [one.own.coverage for one in kept if one.own.coverage is not None]
        recalls = [one.verdict.recall for one in kept if one.verdict and one.verdict.recall is not None]
        merged = [one.verdict for one in kept if one.verdict and max(one.verdict.merged)]
        notes = [one.verdict.notes for one in kept if one.verdict and max(one.verdict.notes)]
        rows.append([
            kind,
            len(own),
            len(kept),
            sum(one.is_silently_empty for one in own),
            *_shares(coverages),
            *_shares(recalls),
            _of(sum(one.is_exact for one in merged), len(merged)),
            _of(sum(one.is_exact_with_text for one in merged), len(merged)),
            _of(sum(ours == theirs for ours, theirs in notes), len(notes)),
            f"{sum(one.seconds for one in own):.1f}",
            ", ".join(f"{reason} {n}" for reason, n in sorted(reasons.items(), key=lambda item: str(item[0]))),
        ])  # fmt: skip
    heads = ["kind", "files", "kept", "empty", "coverage", ">=.99", "recall", ">=.99", "merged", "with text", "notes"]
    print_table("What came out (recall, merged cells, notes: against the walk)", [*heads, "CPU s", "quarantined"], rows)
    print("\nFiles that fall short:")
    for one in files:
        for fault in _faults(one):
            print(f"  {one.kind}/{one.path.name}: {fault}")


def write_measured(files: Sequence[Examined]) -> None:
    """Write what was measured of each format for the formats page; `make docs` takes it from there."""
    figures: dict[str, dict[str, float | int | None]] = {}
    for name in sorted({one.own.format for one in files if one.own.format}):
        own = [one for one in files if one.own.format == name]
        kept = [one for one in own if one.is_kept]
        coverages = [one.own.coverage for one in kept if one.own.coverage is not None]
        merged = [one.verdict for one in kept if one.verdict and max(one.verdict.merged)]
        figures[name] = {
            "files": len(own),
            "kept": len(kept),
            "coverage_mean": round(sum(coverages) / len(coverages), 4) if coverages else None,
            "with_merges": len(merged),
            "merged_exact": sum(one.is_exact for one in merged),
        }
    measured_file().write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _faults(one: Examined) -> Iterable[str]:
    if one.is_silently_empty:
        yield "SILENTLY EMPTY"
    if one.trouble:
        yield f"the walk breaks: {one.trouble}"
    if not one.is_kept and one.own.reason != one.locked:
        detail = f" ({one.own.detail})" if one.own.detail else ""
        yield f"{one.own.outcome.value} {one.own.reason}{detail}; paragraphs by the walk: {one.n_paragraphs}"
    if one.is_kept and one.locked:
        yield f"kept, although it is {one.locked}"
    if one.own.coverage is not None and one.own.coverage < _WHOLE:
        yield f"coverage {one.own.coverage:.4f} {one.own.completeness or ''}"
    verdict = one.verdict
    if verdict is None:
        return
    if not verdict.is_exact:
        spans = f"missing {_spans(verdict.missing)}, surplus {_spans(verdict.surplus)}"
        held = "" if verdict.is_exact_with_text else ", WITH TEXT"
        yield f"merged {verdict.merged[0]} of {verdict.merged[1]}{held}: {spans}"
    if verdict.notes[0] != verdict.notes[1]:
        yield f"notes {verdict.notes[0]} of {verdict.notes[1]}"
    if verdict.recall is not None and verdict.recall < _WHOLE:
        lost = "; ".join(" ".join(text.split())[:40] for text in verdict.lost[:_SHOWN])
        yield f"recall {verdict.recall:.4f}, lost {len(verdict.lost)}: {lost}"


def _spans(spans: dict[tuple[int, int], int]) -> str:
    shown = [f"{rows}x{columns}*{n}" for (rows, columns), n in list(spans.items())[:_SHOWN]]
    return " ".join(shown) or "none"


def _shares(values: Sequence[float]) -> tuple[str, str]:
    if not values:
        return "-", "-"
    return f"{sum(values) / len(values):.4f}", f"{sum(value >= _WHOLE for value in values) / len(values):.0%}"


def _of(some: int, of: int) -> str:
    return f"{some}/{of}" if of else "-"


def speed(paths: Sequence[Path], peers: Path | None, rounds: int) -> None:
    """Print documents per second of processor time, ours and each peer's, on the files that both read."""
    by_kind: dict[str, list[Path]] = {}
    for path in paths:
        kind = _kind_for_peers(path)
        if any(kind in kinds for kinds in KINDS.values()):
            by_kind.setdefault(kind, []).append(path)
    ours = {kind: measure(Path(sys.executable), "gotgan", files, rounds) for kind, files in by_kind.items()}
    rows: list[list[Any]] = []
    slower: list[str] = []
    for peer, kinds in KINDS.items():
        for kind in kinds:
            if kind not in by_kind:
                continue
            if peers is None or not python_of(peers, peer).exists():
                rows.append([kind, peer, "not installed", *[""] * 7])
                continue
            theirs = measure(python_of(peers, peer), peer, by_kind[kind], rounds)
            rows.append(_speed_row(kind, peer, ours[kind], theirs))
            slower += _slower(peer, ours[kind], theirs)
    heads = [
        "kind",
        "peer",
        "both read",
        "only ours",
        "only peer's",
        "ours/s",
        "peer/s",
        "faster",
        "chars ours",
        "chars peer",
    ]
    print_table(f"Documents per second of processor time, best of {rounds}", heads, rows)
    print("\nFiles that take us longest beyond the peer:")
    print("\n".join(slower) or "  none")


def _slower(peer: str, ours: dict[Path, Any], theirs: dict[Path, Any]) -> list[str]:
    pairs = [
        (one["seconds"], theirs[path]["seconds"], path)
        for path, one in ours.items()
        if one.get("characters") and theirs[path].get("characters")
    ]
    worst = sorted(pairs, key=lambda pair: pair[1] - pair[0])[:_WORST]
    return [
        f"  {path.parent.name}/{path.name}: {mine:.3f} s, {peer} {other:.3f} s"
        for mine, other, path in worst
        if mine > other
    ]


def _kind_for_peers(path: Path) -> str:
    # A peer goes by the file's name, so a file whose name lies about its content is no fair question.
    extension = path.suffix.lower().removeprefix(".")
    kind = kind_of(path.read_bytes()).removesuffix("_dist")
    return extension if kind == extension or (not kind and extension in ("pdf", "csv")) else ""


def _speed_row(kind: str, peer: str, ours: dict[Path, Any], theirs: dict[Path, Any]) -> list[Any]:
    def read(results: dict[Path, Any]) -> set[Path]:
        return {path for path, result in results.items() if result.get("characters")}

    both = read(ours) & read(theirs)
    row: list[Any] = [kind, peer, len(both), len(read(ours) - both), len(read(theirs) - both)]
    if not both:
        return [*row, *["-"] * 5]
    mine, other = (sum(results[path]["seconds"] for path in both) for results in (ours, theirs))
    letters = [sum(results[path]["characters"] for path in both) for results in (ours, theirs)]
    rates = [f"{len(both) / mine:.2f}", f"{len(both) / other:.2f}", f"{other / mine:.2f}x"]
    return [*row, *rates, *(f"{n:,}" for n in letters)]


def isolation(paths: Sequence[Path], rounds: int) -> None:
    """Print what reading in the sandbox costs against reading in this process, for the same files."""
    rows = []
    total_inside = total_sandboxed = 0.0
    for kind in sorted({path.parent.name for path in paths}):
        files = [(path.name, path.read_bytes()) for path in paths if path.parent.name == kind]
        with SandboxedReader(n_workers=1) as reader:
            # The first file starts the worker, the second has it import what this kind needs.
            for _ in range(2):
                _sandboxed(reader, *files[0])
                read_blob(files[0][1], files[0][0])
            inside = sum(min(_in_process(name, content) for _ in range(rounds)) for name, content in files)
            sandboxed = sum(min(_sandboxed(reader, name, content) for _ in range(rounds)) for name, content in files)
        total_inside, total_sandboxed = total_inside + inside, total_sandboxed + sandboxed
        rows.append([kind, len(files), *_cost(inside, sandboxed, len(files))])
    rows.append(["all", len(paths), *_cost(total_inside, total_sandboxed, len(paths))])
    heads = ["kind", "files", "in process s", "sandboxed s", "factor", "ms more each"]
    print_table(f"What isolation costs, seconds of processor time, best of {rounds}", heads, rows)


def _cost(inside: float, sandboxed: float, n_files: int) -> list[str]:
    return [
        f"{inside:.2f}",
        f"{sandboxed:.2f}",
        f"{sandboxed / max(inside, 1e-9):.2f}x",
        f"{1000 * (sandboxed - inside) / n_files:.1f}",
    ]


def _in_process(name: str, content: bytes) -> float:
    before = spent()
    read_blob(content, name)
    return spent() - before


def _sandboxed(reader: SandboxedReader, name: str, content: bytes) -> float:
    before, workers = spent(), reader.cpu_seconds
    request = ReadRequest(content_id=digest_bytes(content), name=name, load=lambda: content)
    list(reader.read([request]))
    return spent() - before + reader.cpu_seconds - workers


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table with columns as wide as they must be."""
    lines = [list(heads), *([str(value) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    print(f"\n{title}\n")
    for number, line in enumerate(lines):
        cells = [
            value.rjust(width) if number else value.ljust(width) for value, width in zip(line, widths, strict=True)
        ]
        print("  ".join([lines[number][0].ljust(widths[0]), *cells[1:]]).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
