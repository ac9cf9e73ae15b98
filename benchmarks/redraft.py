"""What a redraft costs: passages that are new after an edit, for each paragraph or row that was edited.

    python benchmarks/redraft.py --documents 40 --seed 7

Invented documents of many shapes are edited at random, one place at a time: a number, a word, a new, a deleted or a replaced
paragraph, one moved elsewhere (which edits two places). Printed for each shape and edit: mean and most new passages, and how
many edits gave more than the passages that hold the edited text and one neighbour.

No rule escapes such edits. Let a passage hold three paragraphs, and let the middle one grow until it fills a passage alone:
the first and the last then stand in new passages too; only rules that never join three paragraphs, or that tear them, know
no such edit. So their share is what is measured.
"""

import argparse
import random
import statistics
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from schemas.elements import Cell, Grid, grid_text
from schemas.provenance import Locator
from schemas.records.chunk import Chunk
from schemas.records.element import ElementRecord
from warehouse.chunking import cut

EDITS = ("number", "word", "insert", "delete", "replace", "move")
NOUNS = [
    "예산",
    "보조금",
    "기금",
    "세입",
    "사업",
    "계획",
    "집행",
    "성과",
    "지침",
    "심의",
    "결산",
    "재정",
    "부처",
    "지방",
]
_VERBS = ["편성하였다", "교부한다", "점검함", "보고하였음", "조정된다", "확정하였다", "통보하였음", "검토 중임"]
_HEADER = ["사업명", "예산액", "비고"]


class Part(NamedTuple):
    """A paragraph below its headings, or a row of the document's one table."""

    path: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraph."""
        return self.cells[0]


class Redraft(NamedTuple):
    """What an edit did: new passages, and how many of them hold the edited text."""

    n_new: int
    n_holding: int

    @property
    def is_local(self) -> bool:
        """Whether only passages that hold the edited text are new, and one neighbour (of a place that holds no text, two)."""
        return self.n_new <= max(self.n_holding, 1) + 1


def _words(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.choices(NOUNS, k=chance.randint(least, most)))


def sentence(chance: random.Random) -> str:
    """An invented sentence of three to nine nouns and a verb."""
    return f"{_words(chance, 3, 9)}을(를) {chance.choice(_VERBS)}."


def paragraph(chance: random.Random, most: int = 5) -> str:
    """An invented paragraph of one to so many sentences."""
    return " ".join(sentence(chance) for _ in range(chance.randint(1, most)))


def _plain(text: str, *path: str) -> Part:
    return Part(path, (text,))


def _flat(chance: random.Random) -> list[Part]:
    return [_plain(paragraph(chance)) for _ in range(chance.randint(20, 80))]


def _lines(chance: random.Random) -> list[Part]:
    signs = ("○ ", "- ", "- ", "* ")
    return [_plain(chance.choice(signs) + sentence(chance)) for _ in range(chance.randint(30, 120))]


def _outline(chance: random.Random) -> list[Part]:
    parts = []
    for _ in range(chance.randint(2, 5)):
        parts.append(_plain(f"□ {_words(chance, 2, 4)}"))
        for _ in range(chance.randint(1, 5)):
            parts.append(_plain(f"○ {sentence(chance)}"))
            parts += [_plain(f"- {paragraph(chance, 2)}") for _ in range(chance.randint(0, 4))]
    return parts


def _sections(chance: random.Random, most_parts: int, most_paragraphs: int, most_sentences: int) -> list[Part]:
    parts = []
    for chapter in range(chance.randint(1, 5)):
        outer = f"제{chapter + 1}장 {_words(chance, 1, 3)}"
        for section in range(chance.randint(1, most_parts)):
            inner = f"{section + 1}. {_words(chance, 1, 3)}"
            count = chance.randint(1, most_paragraphs)
            parts += [_plain(paragraph(chance, most_sentences), outer, inner) for _ in range(count)]
    return parts


def _rows(chance: random.Random) -> list[Part]:
    return [
        Part((), (f"{_words(chance, 2, 4)} {number}", f"{chance.randint(1, 99_999):,}", chance.choice(_VERBS)))
        for number in range(chance.randint(40, 150))
    ]


SHAPES: dict[str, Callable[[random.Random], list[Part]]] = {
    "flat": _flat,
    "lines": _lines,
    "outline": _outline,
    "sections": lambda chance: _sections(chance, 6, 7, 3),
    "small sections": lambda chance: _sections(chance, 25, 1, 1),
    "long table": _rows,
}


def elements_of(parts: list[Part]) -> list[ElementRecord]:
    """A document as it is read: its headings, paragraphs, or its table."""
    if parts and len(parts[0].cells) > 1:
        rows = [_HEADER, *(part.cells for part in parts)]
        cells = [
            Cell(row=row, col=col, text=text, row_span=1, col_span=1)
            for row, texts in enumerate(rows, 1)
            for col, text in enumerate(texts, 1)
        ]
        grid = Grid(n_rows=len(rows), n_cols=len(_HEADER), unit="백만원", cells=cells)
        return [_element(0, "table", grid_text(grid), (), grid)]
    elements: list[ElementRecord] = []
    last: tuple[str, ...] = ()
    for part in parts:
        if part.path and part.path != last:
            elements.append(_element(len(elements), "title", part.path[-1], part.path[:-1]))
            last = part.path
        elements.append(_element(len(elements), "narrative_text", part.text, part.path))
    return elements


def _element(ordinal: int, kind: str, text: str, path: tuple[str, ...], grid: Grid | None = None) -> ElementRecord:
    return ElementRecord(
        content_id="0" * 64,
        ordinal=ordinal,
        kind=kind,
        text=text,
        level=None,
        page=None,
        sheet=None,
        section_path=list(path),
        locator=Locator(paragraph=ordinal + 1),
        table=grid,
        parent_ordinal=None,
        parent_row=None,
        parent_col=None,
    )


def edited(chance: random.Random, parts: list[Part], kind: str) -> tuple[list[Part], list[str]]:
    """The document with one edit of a kind, and the edited text; a deleted paragraph has none."""
    after = list(parts)
    place = chance.randrange(len(after))
    path, (first, *rest) = after[place]
    if kind == "delete":
        del after[place]
        return after, []
    if kind == "move":
        moved = after.pop(place)
        goal = chance.randrange(len(after) + 1)
        beside = after[min(goal, len(after) - 1)] if after else moved
        after.insert(goal, moved._replace(path=beside.path))
        return after, [first]
    if kind == "number":
        amount = f"{chance.randint(1, 10**6):,}"
        cells = (first, amount, *rest[1:]) if rest else (f"{first} ({amount}원)",)
    elif kind == "word":
        words = first.split(" ")
        words.insert(chance.randrange(len(words)), "변경된")
        cells = (" ".join(words), *rest)
    else:
        text = f"{_words(chance, 2, 4)} 신규 {place}" if rest else paragraph(chance, 3 if kind == "insert" else 4)
        cells = (text, *rest)
    if kind == "insert":
        after.insert(place, Part(path, cells))
    else:
        after[place] = Part(path, cells)
    return after, [cells[0]]


def redraft(chance: random.Random, parts: list[Part], kind: str, before: set[str]) -> Redraft:
    """Edit a document once and compare its passages with those of before."""
    after, texts = edited(chance, parts, kind)
    fresh = [chunk for chunk in cut("t", elements_of(after)) if chunk.passage_id not in before]
    return Redraft(len(fresh), sum(_holds(chunk, texts) for chunk in fresh))


def _holds(chunk: Chunk, texts: list[str]) -> bool:
    """Whether a passage holds edited text, or a part of it where that was longer than a passage."""
    return any(text in chunk.text or any(line and line in text for line in chunk.text.split("\n")) for text in texts)


def passage_ids(parts: list[Part]) -> set[str]:
    """Ids of the passages of a document."""
    return {chunk.passage_id for chunk in cut("t", elements_of(parts))}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=40, help="documents of each shape")
    parser.add_argument("--edits", type=int, default=3, help="edits of each kind in each document")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    found: dict[tuple[str, str], list[Redraft]] = defaultdict(list)
    for number, (shape, make) in enumerate(SHAPES.items()):
        for document in range(given.documents):
            chance = random.Random(given.seed * 1_000_003 + document * 101 + number)
            parts = make(chance)
            before = passage_ids(parts)
            for kind in EDITS:
                found[shape, kind] += [redraft(chance, parts, kind, before) for _ in range(given.edits)]
    print("| document | edit | edits | new passages, mean | most | beyond one neighbour |")
    print("|---|---|---:|---:|---:|---:|")
    everything: list[Redraft] = []
    for (shape, kind), redrafts in found.items():
        print(_line(shape, kind, redrafts, n_places=2 if kind == "move" else 1))
        if kind != "move":
            everything += redrafts
    print(_line("all", "but moves", everything, n_places=1))


def _line(shape: str, kind: str, redrafts: list[Redraft], *, n_places: int) -> str:
    counts = [one.n_new / n_places for one in redrafts]
    beyond = sum(not one.is_local for one in redrafts) if n_places == 1 else sum(count > 2 for count in counts)
    share = f"{beyond} ({beyond / len(redrafts):.1%})"
    return f"| {shape} | {kind} | {len(redrafts)} | {statistics.mean(counts):.2f} | {max(counts):g} | {share} |"


if __name__ == "__main__":
    main()
