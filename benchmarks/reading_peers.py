"""Readers that we compare ourselves with, each in a virtual environment of its own, and the script that runs inside one.

    python benchmarks/reading_peers.py --make FOLDER      makes the environments (needs a package index)

The benchmark runs this file with the peer's own Python: it takes paths on standard input, reads each N times and says how
much processor time the cheapest took, with child processes. Imports and the first file, read once for warming, are not
counted. It uses the standard library alone, and the peer's package where it is that peer.
"""

import argparse
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import types
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PACKAGES = {
    "unstructured": (
        [
            "unstructured[xlsx,docx,csv]==0.27.32",
            *("pdfminer.six", "pi-heif", "pypdf", "pikepdf", "pdf2image"),
            *("opencv-python-headless", "scipy", "matplotlib", "rapidfuzz"),
        ],
        # partition_pdf imports it where it begins, whatever the strategy; with all that it asks for, it would bring torch.
        ["unstructured-inference==1.6.14"],
    ),
    "kreuzberg": (["kreuzberg==4.10.4"], []),
    "dochan": (["dochan==1.15.0"], []),
}
KINDS = {
    "unstructured": ("xlsx", "pdf", "docx", "html", "csv"),
    "kreuzberg": ("xlsx", "pdf"),
    "dochan": ("hwp", "hwpx"),
}
_SECONDS_PER_FILE = 60

# unstructured downloads a language model for its sentences at first use; this stand-in keeps it off the network.
_STAND_IN = """
import json, shutil, sysconfig
from pathlib import Path
import spacy
folder = Path(sysconfig.get_paths()["purelib"])
package = folder / "en_core_web_sm"
shutil.rmtree(package, ignore_errors=True)
pipeline = spacy.blank("xx")
pipeline.add_pipe("sentencizer")
pipeline.max_length = 10_000_000
pipeline.meta.update(name="core_web_sm", version="3.8.0")
pipeline.to_disk(package)
meta = json.loads((package / "meta.json").read_text())
data = package / f"{meta['lang']}_{meta['name']}-{meta['version']}"
data.mkdir()
for one in list(package.iterdir()):
    if one.name == "meta.json":
        shutil.copy(one, data)
    elif one != data:
        shutil.move(one, data)
(package / "__init__.py").write_text(
    "from spacy.util import load_model_from_init_py\\n"
    "def load(**options):\\n    return load_model_from_init_py(__file__, **options)\\n"
)
known = folder / "en_core_web_sm-3.8.0.dist-info"
known.mkdir(exist_ok=True)
(known / "METADATA").write_text("Metadata-Version: 2.1\\nName: en-core-web-sm\\nVersion: 3.8.0\\n")
"""
_QUIET = {
    "SCARF_NO_ANALYTICS": "true",
    "DO_NOT_TRACK": "1",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
    "HF_HUB_OFFLINE": "1",
    "NO_PROXY": "",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", type=Path, metavar="FOLDER")
    parser.add_argument("--serve", choices=[*PACKAGES, "gotgan"])
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.make:
        for name in PACKAGES:
            make(chosen.make, name)
    if chosen.serve:
        serve(chosen.serve, chosen.rounds)


def make(folder: Path, name: str) -> None:
    """Make a peer's environment, and refuse to leave one that brought torch."""
    place = folder / name
    if python_of(folder, name).exists():
        print(f"{name}: is there already")
        return
    print(f"{name}: installing", flush=True)
    venv.create(place, with_pip=True, clear=True)
    python = str(python_of(folder, name))
    packages, alone = PACKAGES[name]
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *packages], check=True)
    if alone:
        subprocess.run([*install, "--no-deps", *alone], check=True)
    if name == "unstructured":
        subprocess.run([python, "-c", _STAND_IN], check=True)
    listed = subprocess.run([python, "-m", "pip", "list"], check=True, capture_output=True, text=True).stdout
    if "\ntorch " in listed:
        sys.exit(f"{name}: brought torch, which it must not")


def python_of(folder: Path, name: str) -> Path:
    """The Python of a peer's environment, whether it is there or not."""
    return folder / name / "bin" / "python"


def measure(python: Path, name: str, paths: list[Path], rounds: int) -> dict[Path, dict[str, Any]]:
    """Have a peer read the files in one process.

    Returns:
        For each file: `seconds` of the cheapest round and `characters` without white space, or `error`. A file that took
        the process with it has the error `died`, and the others go on in a new one.
    """
    results: dict[Path, dict[str, Any]] = {}
    left = list(paths)
    while left:
        process = subprocess.run(
            [str(python), str(Path(__file__).resolve()), "--serve", name, "--rounds", str(rounds)],
            input="\n".join(str(path.resolve()) for path in left),
            capture_output=True,
            text=True,
            env={**os.environ, **_QUIET} if name == "gotgan" else {**_bare_environment(), **_QUIET},
        )
        lines = [line for line in process.stdout.splitlines() if line.startswith("{")]
        for path, line in zip(left, lines, strict=False):
            results[path] = json.loads(line)
        left = left[len(lines) :]
        if left:
            results[left.pop(0)] = {"error": "died", "detail": process.stderr[-300:]}
    return results


def _bare_environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
    return {name: value for name, value in os.environ.items() if name in kept}


def serve(name: str, rounds: int) -> None:
    """Read the paths on standard input with the reader `name`, and print a line of JSON for each."""
    paths = [Path(line) for line in sys.stdin.read().splitlines() if line]
    # Whatever the readers print goes to the other stream.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    read = _READERS[name]()
    seen: set[str] = set()
    for path in paths:
        try:
            if path.suffix not in seen:
                seen.add(path.suffix)
                with _at_most(_SECONDS_PER_FILE):
                    read(path)
            best, characters = float("inf"), 0
            for _ in range(rounds):
                before = _spent()
                with _at_most(_SECONDS_PER_FILE):
                    characters = read(path)
                best = min(best, _spent() - before)
            answer: dict[str, Any] = {"seconds": best, "characters": characters}
        except BaseException as error:
            answer = {"error": type(error).__name__, "detail": str(error)[:200]}
        print(json.dumps(answer), file=out, flush=True)


def _spent() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(number: int, frame: object) -> None:
        raise TimeoutError(f"{seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _gotgan() -> Callable[[Path], int]:
    from connectors.reading import read_blob

    def read(path: Path) -> int:
        readings = read_blob(path.read_bytes(), path.name)
        if readings[0].outcome != "kept":
            raise ValueError(readings[0].reason)
        # What is in members is theirs; a peer does not read those.
        return sum(_letters(element.text) for element in readings[0].elements)

    return read


def _unstructured() -> Callable[[Path], int]:
    # Models of layout, which want torch; the fast strategy uses none, but imports them.
    models = types.ModuleType("unstructured_inference.models.base")
    models.__dict__.update(
        get_model=None, DEFAULT_MODEL="", UnknownModelException=type("UnknownModel", (Exception,), {})
    )
    sys.modules[models.__name__] = models
    from unstructured.partition.csv import partition_csv
    from unstructured.partition.docx import partition_docx
    from unstructured.partition.html import partition_html
    from unstructured.partition.pdf import partition_pdf
    from unstructured.partition.xlsx import partition_xlsx

    partitioners: dict[str, Callable[..., Any]] = {
        ".xlsx": partition_xlsx,
        ".xlsm": partition_xlsx,
        ".docx": partition_docx,
        ".html": partition_html,
        ".csv": partition_csv,
        ".pdf": partition_pdf,
    }

    def read(path: Path) -> int:
        options = {"strategy": "fast"} if path.suffix == ".pdf" else {}
        elements = partitioners[path.suffix](filename=str(path), languages=["kor"], **options)
        return sum(_letters(str(element)) for element in elements)

    return read


def _kreuzberg() -> Callable[[Path], int]:
    kreuzberg = importlib.import_module("kreuzberg")

    def read(path: Path) -> int:
        return _letters(kreuzberg.extract_file_sync(str(path)).content)

    return read


def _dochan() -> Callable[[Path], int]:
    from dochan import Dochan

    def read(path: Path) -> int:
        document = Dochan(str(path), revision_mode="final")
        if document.errors:
            raise ValueError(str(document.errors[0]))
        return _letters(json.dumps(document.to_dict(), ensure_ascii=False, default=str))

    return read


_READERS: dict[str, Callable[[], Callable[[Path], int]]] = {
    "gotgan": _gotgan,
    "unstructured": _unstructured,
    "kreuzberg": _kreuzberg,
    "dochan": _dochan,
}


if __name__ == "__main__":
    main()
