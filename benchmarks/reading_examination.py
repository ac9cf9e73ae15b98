"""Every file of a corpus read once, with the walk's verdict next to it; the benchmark prints it and the tests hold it to
limits. A corpus is a folder with one folder for each kind of file."""

import resource
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reading_oracles import Verdict, judge, locked_reason, walk
from connectors.reading import read_blob
from connectors.tools import Toolbox
from schemas.elements import Reading
from schemas.outcome import Outcome

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"


@dataclass(frozen=True, slots=True)
class Examined:
    """One file: what came of it, what it cost, and how it compares with the walk, where there is one for its kind.

    `locked` is the reason that it must bear because nobody can open it, `trouble` why the walk could not read it.
    """

    path: Path
    readings: list[Reading]
    seconds: float
    verdict: Verdict | None = None
    locked: str | None = None
    trouble: str = ""
    n_paragraphs: int | None = None
    flags: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The folder that the file lies in."""
        return self.path.parent.name

    @property
    def own(self) -> Reading:
        """The file's own reading."""
        return self.readings[0]

    @property
    def is_kept(self) -> bool:
        """Whether the file itself was kept."""
        return self.own.outcome is Outcome.KEPT

    @property
    def is_silently_empty(self) -> bool:
        """Whether it was kept although nothing came out: no text and no member."""
        return self.is_kept and len(self.readings) == 1 and not any(one.text.strip() for one in self.own.elements)


def files_of(corpus: Path, kinds: Sequence[str] = ()) -> list[Path]:
    """The corpus' files, by folder and name."""
    folders = sorted(folder for folder in corpus.iterdir() if folder.is_dir() and (not kinds or folder.name in kinds))
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def examine(paths: Sequence[Path], toolbox: Toolbox | None = None) -> Iterator[Examined]:
    """Read each file in this process, and walk over it."""
    for path in paths:
        content = path.read_bytes()
        before = spent()
        readings = read_blob(content, path.name, toolbox=toolbox.model_dump() if toolbox else None)
        seconds = spent() - before
        verdict, trouble, n_paragraphs = None, "", None
        # A walk is simple and may break on a broken file, which is no fault of the reading.
        try:
            found = walk(content)
        except Exception as error:
            found, trouble = None, f"{type(error).__name__}: {error}"
        if found is not None:
            n_paragraphs = len(found.paragraphs)
            if readings[0].outcome is Outcome.KEPT:
                verdict = judge(readings[0], found)
        flags = sorted({flag.value for one in (readings[0], *readings[0].elements) for flag in one.flags})
        yield Examined(path, readings, seconds, verdict, locked_reason(content), trouble, n_paragraphs, flags)


def spent() -> float:
    """Processor time of this process and of its children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
