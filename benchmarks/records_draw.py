"""The draw of the gold set for cell → amount extraction: which cells a labeller reads, with the table around each.

    python benchmarks/records_draw.py --budget FOLDER --corpus FOLDER [--seed 20261128] [--layouts local_object …] [--check FILE]

Cells are drawn by seed, so that a labeller and a reviewer see the same ones. A layout is a kind of table; each has so many
figures and so many traps (years, rates, codes, counts, headings, text with numbers), and each file of a layout gets an equal
share of them. The grids are those of `gotgan read FILE --json`, so that a label's place is one that the product can name;
tables are numbered from 1 in the order of the elements that hold one. Rows and columns are those of the sheet for
spreadsheets and comma separated files (A1 is 1,1), else those of the table. The budget totals in JSON have no table: theirs
is the one that a header of four names and a row for each item and year would make.

What is printed is source text and stays with the labeller. `records_labels.csv` keeps neither text nor figures of a source: an
amount is there only as a digest (`label_digest`). `--check` says of every label whether its place exists in what is read now.
"""

import argparse
import csv
import hashlib
import json
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SEED = 20261128
LABELS = Path(__file__).with_name("records_labels.csv")
SHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv"})
READABLE = SHEETS | {".hwp", ".hwpx", ".hml", ".doc", ".docx", ".odt", ".rtf", ".pdf", ".html", ".htm"}

SHARES: dict[str, tuple[int, int]] = {
    "local_sector": (34, 6),
    "local_revenue": (34, 6),
    "local_object": (34, 6),
    "local_index": (0, 5),
    "project_history": (50, 4),
    "project_functional": (70, 4),
    "project_years": (15, 4),
    "project_transfer": (7, 6),
    "project_other": (0, 9),
    "local_lines": (38, 8),
    "local_efforts": (8, 1),
    "field_labels": (0, 4),
    "central_json": (38, 4),
    "package_au": (34, 3),
    "package_al": (28, 2),
    "package_eu": (8, 0),
    "corpus_pdf": (180, 8),
    "corpus_hwp": (60, 3),
    "corpus_hwpx": (16, 2),
    "corpus_sheet": (15, 5),
    "corpus_text": (4, 2),
}
"""For each layout, how many cells that look like a figure of money and how many that look like something else."""

BLANKS = {"local_lines": 5, "package_au": 4, "corpus_pdf": 10, "corpus_hwp": 3}
"""How many empty cells of columns that hold figures: a few, or they would fill the draw."""

_PER_TABLE = 14
_MONEY = re.compile(
    r"예산|결산|세입|세출|사업비|집행액|통합재정|총지출|교부세|보조금|budget|revenue|expenditure|appropriation",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"[\[(]?[△▲+\-–−]?\s*[$€£₩]?\s*\d[\d,]*(\.\d+)?\s*[\])]?\s*(조\s*[\d,]+억원|천원|백만원|억원?|조원?|원)?"
)
_YEARISH = re.compile(r"['’‘`]\d{2}년?|\d{2}년|(19|20)\d{2}(\.0)?\s*년?도?")
_BLANK = frozenset({"", "null"})
_UNSAID = frozenset({"-", "–", "−", "△", "미정", "***", "해당없음", "N/A", "nfp"})


@dataclass(frozen=True)
class Place:
    """Where a cell is: all that a label's digest is made of, but the amount. `line` is 1-based, or None for a whole cell."""

    layout: str
    file_sha256: str
    sheet: str
    table: int
    row: int
    col: int
    line: int | None = None


@dataclass
class Grid:
    """A table as the product reads it; `texts` by (row, column), numbered as labels number them."""

    layout: str
    path: Path
    file_sha256: str
    sheet: str
    table: int
    title: str
    near: list[str]
    unit: str
    texts: dict[tuple[int, int], str]
    figures: list[Place] = field(default_factory=list)
    blanks: list[Place] = field(default_factory=list)
    traps: list[Place] = field(default_factory=list)


def label_digest(place: Place, amount_minor: int | None, currency: str) -> str:
    """The first 16 hex digits that stand for an amount at a place; `amount_minor` in won or the currency's minor unit."""
    line = "" if place.line is None else place.line
    minor = "" if amount_minor is None else amount_minor
    said = f"{place.file_sha256}|{place.sheet}|{place.table}|{place.row}|{place.col}|{line}|{minor}|{currency}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def main() -> None:
    """Draw and print, or check; `records_labels.md` has the rules that a label follows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=Path, required=True, help="folder of budget tables")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of office files of any subject")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--layouts", nargs="*", default=[], help="else all")
    parser.add_argument("--kept", type=Path, help="folder that keeps what was read, so that a second draw is quick")
    parser.add_argument("--places", type=Path, help="write the drawn places there as JSON lines")
    parser.add_argument("--check", type=Path, nargs="?", const=LABELS, help="instead: does every label's place exist?")
    chosen = parser.parse_args()
    grids = list(grids_of(chosen.budget, chosen.corpus, chosen.kept))
    if chosen.check:
        sys.exit(check(chosen.check, grids))
    wanted = chosen.layouts or list(SHARES)
    drawn = {layout: draw(layout, grids, chosen.seed) for layout in wanted}
    for layout, places in drawn.items():
        show(layout, places, grids)
    if chosen.places:
        lines = [json.dumps(vars(place), ensure_ascii=False) for places in drawn.values() for place in places]
        chosen.places.write_text("\n".join(lines) + "\n")


def grids_of(budget: Path, corpus: Path, kept: Path | None) -> Iterator[Grid]:
    """Every table of both folders that a layout claims, in a fixed order, with its cells sorted into figures and traps.

    Raises:
        OSError: a folder cannot be listed.
    """
    seen: set[str] = set()
    for root in (budget, corpus):
        for path in sorted(root.rglob("*")):
            if not path.is_file() or path.name.startswith("manifest"):
                continue
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest in seen:
                continue
            seen.add(digest)
            if path.suffix == ".json" and "items" in path.read_text()[:4000]:
                yield sorted_cells(flattened(path, digest))
            elif path.suffix.lower() in READABLE:
                for grid in read_grids(path, digest, kept, corpus=root == corpus):
                    if grid.layout:
                        yield sorted_cells(grid)


def read_grids(path: Path, digest: str, kept: Path | None, *, corpus: bool) -> Iterator[Grid]:
    """The tables of one file, as `gotgan read` prints them; none where it reads nothing in two minutes."""
    answer = answer_of(path, digest, kept)
    near: list[str] = []
    number = 0
    for element in answer.get("elements", []):
        table: dict[str, Any] | None = element.get("table")
        if table is None:
            near.append(str(element["text"])[:160])
            continue
        number += 1
        down, across = corner(str(element.get("locator") or "")) if path.suffix.lower() in SHEETS else (0, 0)
        texts = {(cell["row"] + down, cell["col"] + across): str(cell["text"]) for cell in table["cells"]}
        yield Grid(
            layout=layout_of_any(path) * is_of_money(texts, near, table) if corpus else layout_of(path, texts),
            path=path,
            file_sha256=digest,
            sheet=str(element.get("sheet") or ""),
            table=number,
            title=str(answer.get("title") or ""),
            near=near[-4:],
            unit=str(table.get("unit") or ""),
            texts=texts,
        )


def answer_of(path: Path, digest: str, kept: Path | None) -> dict[str, Any]:
    """What `gotgan read FILE --json` says of a file, read once if there is a folder to keep it in."""
    note = kept / f"{digest[:16]}.json" if kept else None
    if note and note.is_file() and note.stat().st_size:
        return json.loads(note.read_text())
    command = [str(Path(sys.executable).with_name("gotgan")), "read", str(path), "--json"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stdout
    except subprocess.TimeoutExpired:
        return {}
    if note:
        note.write_text(said)
    return json.loads(said) if said.strip() else {}


def corner(locator: str) -> tuple[int, int]:
    """How far below and right of A1 a sheet's range begins, by its locator (`… · B3:K40 · …` is 2, 1)."""
    found = re.search(r"\b([A-Z]{1,3})(\d+):[A-Z]{1,3}\d+", locator)
    if not found:
        return 0, 0
    across = 0
    for letter in found[1]:
        across = across * 26 + ord(letter) - 64
    return int(found[2]) - 1, across - 1


def flattened(path: Path, digest: str) -> Grid:
    """The central totals as the table of four columns that a reader makes of them; the year and the amount are digits."""
    texts = {(1, col): name for col, name in enumerate(("name", "ministry", "year", "amount"), 1)}
    row = 1
    for item in json.loads(path.read_text())["items"]:
        for entry in item["series"]:
            row += 1
            values = (item["name"], item["ministry"], entry["year"], entry["amount"])
            texts.update({(row, col): str(value) for col, value in enumerate(values, 1)})
    return Grid("central_json", path, digest, "", 1, path.stem, [], "", texts)


def layout_of(path: Path, texts: dict[tuple[int, int], str]) -> str:
    """The layout of a table of the budget folder, by its file's name and its first cells; empty for none."""
    for word, layout in (
        ("부문별", "local_sector"),
        ("목차", "local_index"),
        ("세입목별", "local_revenue"),
        ("통계목별", "local_object"),
        ("records_management", "local_lines"),
        ("fiscal_efforts", "local_efforts"),
        ("field_labels", "field_labels"),
        ("budget1516", "package_au"),
        ("treasury", "package_al"),
        ("eu_allocations", "package_eu"),
    ):
        if word in path.name and path.suffix in SHEETS:
            return layout
    if "project_tables" not in path.name:
        return ""
    head = " ".join(text for (row, _), text in texts.items() if row <= 2)
    if "본예산" in head:
        return "project_history"
    if "2026" in head and "불용액" in head:
        return "project_functional"
    if any(text == "사업비" for text in texts.values()):
        return "project_years"
    return "project_transfer" if "~에서" in head else "project_other"


def layout_of_any(path: Path) -> str:
    """The layout of a table of an office file of any subject: by its kind of file, since nothing else is known of it."""
    kind = path.suffix.lower()
    if kind in SHEETS:
        return "corpus_sheet"
    return f"corpus_{kind[1:]}" if kind in {".pdf", ".hwp", ".hwpx"} else "corpus_text"


def is_of_money(texts: dict[tuple[int, int], str], near: Sequence[str], table: dict[str, Any]) -> bool:
    """Whether a table of any office file may state money: a word of money in or just above it and three figures."""
    said = " ".join([*texts.values(), *near[-2:], str(table.get("unit") or "")])
    return bool(_MONEY.search(said)) and sum(looks_like_figure(text) for text in texts.values()) >= 3


def looks_like_figure(text: str) -> bool:
    """Whether a text is digits alone, with a sign, separators or a unit of money; a year is none."""
    text = text.strip()
    return bool(_FIGURE.fullmatch(text)) and not _YEARISH.fullmatch(text)


def sorted_cells(grid: Grid) -> Grid:
    """The grid with its cells sorted: figures, what stands for one in a column of figures, and traps; text is neither."""
    columns: Counter[int] = Counter(
        col
        for (_, col), text in grid.texts.items()
        if any(looks_like_figure(line) or line.strip() in _UNSAID for line in text.split("\n"))
    )
    rows = max(row for row, _ in grid.texts)
    for (row, col), text in sorted(grid.texts.items()):
        lines = text.split("\n")
        stacked = len(lines) > 1 and all(looks_like_figure(line) or line.strip() in _UNSAID for line in lines)
        for number, line in enumerate(lines if stacked else [text], 1):
            place = Place(grid.layout, grid.file_sha256, grid.sheet, grid.table, row, col, number if stacked else None)
            numeric = columns[col] >= min(3, max(rows - 2, 1))
            if looks_like_figure(line) or (numeric and line.strip() in _UNSAID):
                grid.figures.append(place)
            elif numeric and line.strip() in _BLANK:
                grid.blanks.append(place)
            elif re.search(r"\d", line):
                grid.traps.append(place)
    return grid


def draw(layout: str, grids: Sequence[Grid], seed: int) -> list[Place]:
    """The cells of a layout: turn by turn through its files and their tables, so that a large one does not crowd out others."""
    figures, traps = SHARES[layout]
    own = [grid for grid in grids if grid.layout == layout]
    places = [
        *_in_turn([grid.figures for grid in own], figures, random.Random(f"{seed}/{layout}/figures")),
        *_in_turn([grid.traps for grid in own], traps, random.Random(f"{seed}/{layout}/traps")),
        *_in_turn([grid.blanks for grid in own], BLANKS.get(layout, 0), random.Random(f"{seed}/{layout}/blanks")),
    ]
    return sorted(places, key=lambda place: (place.file_sha256, place.table, place.row, place.col, place.line or 0))


def _in_turn(pools: Sequence[Sequence[Place]], wanted: int, chance: random.Random) -> list[Place]:
    queues: dict[str, list[list[Place]]] = defaultdict(list)
    for pool in pools:
        if pool:
            queues[pool[0].file_sha256].append(chance.sample(list(pool), min(len(pool), max(_PER_TABLE, wanted))))
    drawn: list[Place] = []
    files = list(queues.values())
    chance.shuffle(files)
    while len(drawn) < wanted and files:
        for tables in list(files):
            turn = tables.pop(0)
            drawn.append(turn.pop())
            if turn:
                tables.append(turn)
            if not tables:
                files.remove(tables)
    return drawn[:wanted]


def show(layout: str, places: Sequence[Place], grids: Sequence[Grid]) -> None:
    """Print each table that cells were drawn from: what stands near it, its first rows, and each cell's row and column."""
    by_table = {(grid.file_sha256, grid.table): grid for grid in grids}
    rows: dict[int, list[str]] = {}
    told: tuple[str, int] | None = None
    print(f"===== {layout}: {len(places)} cells")
    for place in places:
        grid = by_table[place.file_sha256, place.table]
        if told != (place.file_sha256, place.table):
            told = place.file_sha256, place.table
            rows = rows_of(grid)
            print(f"\n## {grid.path.name} · {grid.sheet} · table {grid.table} · {grid.title} · unit {grid.unit!r}")
            for near in grid.near:
                print(f"   near: {near!r}")
            for row in range(1, 6):
                print(f"   {row}: {rows.get(row, [])}")
        text = grid.texts[place.row, place.col]
        line = text.split("\n")[place.line - 1] if place.line else text
        above = [grid.texts.get((row, place.col), "")[:24] for row in range(1, min(place.row, 7))]
        print(f"  r{place.row} c{place.col} l{place.line or ''} {line!r} | above {above} | row {rows[place.row]}")


def rows_of(grid: Grid) -> dict[int, list[str]]:
    """The first texts of each row, shortened for a labeller's eye."""
    rows: dict[int, list[str]] = {}
    for row, col in sorted(grid.texts):
        rows.setdefault(row, []).append(grid.texts[row, col][:28])
    return {row: texts[:14] for row, texts in rows.items()}


def check(labels: Path, grids: Sequence[Grid]) -> int:
    """Say of every label whether its place exists in what the product reads now; the number of those that do not."""
    texts = {(grid.file_sha256, grid.table): grid for grid in grids}
    missing = 0
    counts: Counter[tuple[str, str]] = Counter()
    with labels.open(newline="") as file:
        for label in csv.DictReader(file):
            grid = texts.get((label["file_sha256"], int(label["table"])))
            text = grid.texts.get((int(label["row"]), int(label["col"]))) if grid else None
            lines = (text or "").split("\n")
            if text is None or (label["line"] and int(label["line"]) > len(lines)):
                missing += 1
                print("no such cell:", label)
            counts[label["layout"], label["is_amount"]] += 1
    for (layout, is_amount), n in sorted(counts.items()):
        print(f"{layout:20} {'amount' if is_amount == '1' else 'other':8} {n:4}")
    print(f"{sum(counts.values())} labels, {missing} without a cell")
    return missing


if __name__ == "__main__":
    main()
