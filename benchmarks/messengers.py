"""What reading messengers' exports costs: messages a second and the most memory, beside those of an export a tenth as large.

    python -m benchmarks.messengers [--quick] [--only NAME …] [--keep FOLDER] [--no-night] [--peer PYTHON]

Exports are generated (`benchmarks/messengers_made.py`): a million messages of KakaoTalk, a Slack archive of a gigabyte when
inflated, a hundred thousand messages of the others; `--quick` takes a tenth of each. Every figure comes from a process of
its own that does nothing else. Memory is the most that it held beyond what it held after importing the reader. Rates
are per second of processor time: the wall times of a shared machine are worth little.

The second table is what a night does with an export: everything read, screened and masked, sandboxed, merged.

The peer is chat-miner, in an environment of its own whose Python is given, for the applications that both read. It holds
a whole export at once and drops notices.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.messengers_made import MADE, kakaotalk

_MILLION, _OTHERS, _NIGHT = 1_000_000, 100_000, 100_000
# as many messages as make a gigabyte of Slack's JSON
_SLACK = 840_000
_LARGE = {"slack": _SLACK, **{name: _MILLION for name in MADE if name.startswith("kakaotalk")}}
_OVERLAPS = ("windows", "android", "csv")
_PEER_READERS = {"whatsapp": "WhatsAppParser", "telegram": "TelegramJsonParser"}
_PEER = """
import json, logging, resource, sys, time
from pathlib import Path
logging.disable(logging.CRITICAL)
import chatminer.chatparsers
def peak_mb():
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) / 1024
held, began, spent = peak_mb(), time.perf_counter(), time.process_time()
reader = getattr(chatminer.chatparsers, sys.argv[1])(sys.argv[2])
reader.parse_file()
figures = {"cpu": time.process_time() - spent, "wall": time.perf_counter() - began, "beyond_mb": peak_mb() - held}
print(json.dumps({"n": len(reader.parsed_messages._parsed_messages), **figures}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--only", nargs="*", choices=list(MADE), default=[], help=f"some of: {', '.join(MADE)}")
    parser.add_argument("--no-night", action="store_true", help="without the second table")
    parser.add_argument("--keep", type=Path, help="leave the exports here, and take those that are there already")
    parser.add_argument("--peer", type=Path, help="Python of an environment with chat-miner")
    parser.add_argument("--step", choices=list(_STEPS), help=argparse.SUPPRESS)
    parser.add_argument("paths", nargs="*", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        print(json.dumps(_measured(_STEPS[chosen.step], chosen.paths)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        part = 10 if chosen.quick else 1
        reading(folder, chosen.only or list(MADE), part)
        if not chosen.no_night:
            night(folder, part)
        if chosen.peer:
            against(chosen.peer, folder, _OTHERS // part)


def reading(folder: Path, names: Sequence[str], part: int) -> None:
    """Print what it costs to go through each export, and through one a tenth as large."""
    heads = ("export", "file MB", "inflated", "messages", "wall s", "CPU s", "messages/s", "peak MB", "at a tenth")
    _row(heads, f"Reading, streamed (a process that has only imported the reader holds {_alone():.0f} MB)")
    for name in names:
        n_messages = _LARGE.get(name, _OTHERS) // part
        small, large = (_made(folder, name, n) for n in (n_messages // 10, n_messages))
        before, found = _step("read", [small]), _step("read", [large])
        if found["n"] != n_messages:
            sys.exit(f"{name}: {found['n']:,} of {n_messages:,} messages came out")
        _row((name, *_sizes(large), *_cost(found), f"{before['beyond_mb']:.0f}"))


def night(folder: Path, part: int) -> None:
    """Print what it costs to read, screen and mask an export, to do so in the sandbox, and to merge three.

    And of a gigabyte of Slack, of which one channel in forty is registered, to keep that one.
    """
    n_messages = _NIGHT // part
    heads = ("step", "file MB", "inflated", "messages", "wall s", "CPU s", "messages/s", "peak MB")
    _row(
        heads,
        "What a night does with exports (memory with all that came out; in the sandbox all that the worker holds)",
    )
    path = _made(folder, "kakaotalk windows", n_messages)
    _row(("read_blob", *_sizes(path), *_cost(_step("blob", [path]))))
    _row(("sandboxed", *_sizes(path), *_cost(_step("sandbox", [path]))))
    slack = _made(folder, "slack", _SLACK // part)
    found = _step("scoped", [slack])
    _row(("one Slack channel", *_sizes(slack), *_cost(found)))
    if not found["reason"]:
        print(f"  of {found['n']:,} messages {found['kept']:,} are kept; rate is of all, memory is the worker's")
    overlapping: list[Path] = []
    for dialect in _OVERLAPS:
        overlapping.append(folder / f"merged {dialect} {n_messages}.txt")
        kakaotalk(dialect, seed=7)(overlapping[-1], n_messages)
    found = _step("merge", overlapping)
    _row(("merge of 3", "", "", *_cost(found)))
    print(f"  3 x {n_messages:,} messages of one talk in {', '.join(_OVERLAPS)} become {found['merged']:,}")


def against(python: Path, folder: Path, n_messages: int) -> None:
    """Print what chat-miner takes for the same exports, its imports not counted."""
    heads = ("export", "file MB", "inflated", "messages", "wall s", "CPU s", "messages/s", "peak MB", "times ours")
    _row(heads, "chat-miner on the same exports")
    for name, reader in _PEER_READERS.items():
        path = _made(folder, name, n_messages)
        ours = _step("read", [path])
        done = subprocess.run([python, "-c", _PEER, reader, path], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"the peer failed with {name}:\n{done.stderr}")
        theirs = json.loads(done.stdout)
        _row((name, *_sizes(path), *_cost(theirs), f"{theirs['cpu'] / ours['cpu']:.1f}"))


def _made(folder: Path, name: str, n_messages: int) -> Path:
    ending, write = MADE[name]
    path = folder / f"{name} {n_messages}{ending}"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        write(unfinished, n_messages)
        unfinished.rename(path)
    return path


def _step(step: str, paths: Sequence[Path]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.messengers", "--step", step, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{step} of {', '.join(path.name for path in paths)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def _alone() -> float:
    found = _step("nothing", [])
    return found["peak_mb"]


def _measured(step: Callable[[Sequence[Path]], dict[str, Any]], paths: Sequence[Path]) -> dict[str, Any]:
    import connectors.reading  # noqa: F401  (what is imported later would count as memory of the export)
    from connectors.messengers.exports import discover_exports

    discover_exports()
    before, began, spent = _peak_mb(), time.perf_counter(), _cpu()
    found = step(paths)
    figures = {"cpu": _cpu() - spent, "wall": time.perf_counter() - began, "peak_mb": _peak_mb()}
    return {**figures, "beyond_mb": figures["peak_mb"] - before, **found}


def _peak_mb() -> float:
    # the peak of getrusage is handed on by the process that started this one
    status = Path("/proc/self/status")
    if status.exists():
        kilobytes = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:")).split()[1]
        return int(kilobytes) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _forgotten_peak_mb() -> float:
    """What is held now, from which the peak counts on, where the system can forget the one before."""
    forgetting = Path("/proc/self/clear_refs")
    if forgetting.exists():
        forgetting.write_text("5")
    return _peak_mb()


def _cpu() -> float:
    found = resource.getrusage(resource.RUSAGE_SELF)
    return found.ru_utime + found.ru_stime


def _nothing(_paths: Sequence[Path]) -> dict[str, Any]:
    return {}


def _read(paths: Sequence[Path]) -> dict[str, Any]:
    from connectors.messengers.contract import ExportFile
    from connectors.messengers.exports import find_export
    from schemas.conversations import Message, Understood

    (path,) = paths
    n_messages, share = 0, 0.0
    with path.open("rb") as stream:
        file = ExportFile(stream, path.name, path.stat().st_size)
        export = find_export(file)
        if export is None:
            sys.exit("nobody's export")
        for item in export.read(file):
            if isinstance(item, Message):
                n_messages += 1
            elif isinstance(item, Understood):
                share = item.share
                if item.is_backwards:
                    sys.exit("backwards")
    if share < 1:
        sys.exit(f"only {share:.1%} understood")
    return {"n": n_messages}


def _blob(paths: Sequence[Path]) -> dict[str, Any]:
    from connectors.reading import read_blob

    (path,) = paths
    own, *_ = read_blob(path.read_bytes(), path.name)
    return {"n": own.account.n_messages if own.account else 0, "reason": own.reason}


def _sandboxed(paths: Sequence[Path]) -> dict[str, Any]:
    return _in_sandbox(paths, ())


def _scoped(paths: Sequence[Path]) -> dict[str, Any]:
    return _in_sandbox(paths, ("협의-7",))


def _in_sandbox(paths: Sequence[Path], titles: Sequence[str]) -> dict[str, Any]:
    from connectors.isolation import SandboxedReader
    from schemas.identity import digest_bytes
    from schemas.ports import ReadRequest
    from schemas.scope import Register, Scope

    (path,) = paths
    content = path.read_bytes()
    register = Register(scopes=(Scope(name="협의", titles=tuple(titles)),)) if titles else None
    with SandboxedReader(n_workers=1, register=register) as reader:
        # the worker starts, and imports what it needs
        list(reader.read([ReadRequest(content_id="first", name=path.name, load=lambda: content[:2_000])]))
        began, spent = time.perf_counter(), _cpu() + reader.cpu_seconds
        request = ReadRequest(content_id=digest_bytes(content), name=path.name, load=lambda: content)
        ((_, (own, *_)),) = reader.read([request])
        kept = sum(len(transcript.messages) for transcript in own.transcripts)
        left_out = own.account.n_messages_left_out if own.account else 0
        figures = {"cpu": _cpu() + reader.cpu_seconds - spent, "wall": time.perf_counter() - began}
        figures["beyond_mb"] = reader.peak_mb
    return {"n": kept + left_out, "kept": kept, "reason": own.reason, **figures}


def _merged(paths: Sequence[Path]) -> dict[str, Any]:
    from connectors.reading import read_blob
    from warehouse.merging import Sighted, merge

    room: list[Sighted] = []
    for path in paths:
        own, *_ = read_blob(path.read_bytes(), path.name)
        (transcript,) = own.transcripts
        room.append(Sighted(own.content_id, 0, transcript))
    held = _forgotten_peak_mb()
    began, spent = time.perf_counter(), _cpu()
    merged = merge(room)
    figures = {"cpu": _cpu() - spent, "wall": time.perf_counter() - began, "beyond_mb": _peak_mb() - held}
    n_messages = sum(len(sighted.transcript.messages) for sighted in room)
    return {"n": n_messages, "merged": len(merged.messages), **figures}


_STEPS: dict[str, Callable[[Sequence[Path]], dict[str, Any]]] = {
    "nothing": _nothing,
    "read": _read,
    "blob": _blob,
    "sandbox": _sandboxed,
    "scoped": _scoped,
    "merge": _merged,
}


def _sizes(path: Path) -> tuple[str, str]:
    inflated = ""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            inflated = f"{sum(info.file_size for info in archive.infolist()) / 1e6:,.0f}"
    return f"{path.stat().st_size / 1e6:,.1f}", inflated


def _cost(found: dict[str, Any]) -> tuple[str, ...]:
    if found.get("reason"):
        return (f"refused: {found['reason']}", f"{found['wall']:.1f}", f"{found['cpu']:.1f}", "", "")
    rate = found["n"] / found["cpu"]
    return (
        f"{found['n']:,}", f"{found['wall']:.1f}", f"{found['cpu']:.1f}", f"{rate:,.0f}", f"{found['beyond_mb']:.0f}",
    )  # fmt: skip


def _row(cells: Sequence[str], title: str = "") -> None:
    widths = (18, 8, 9, 10, 7, 7, 11, 8, 10)
    line = "  ".join(
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=False))
    )
    print((f"\n{title}\n\n" if title else "") + line.rstrip(), flush=True)


if __name__ == "__main__":
    main()
