"""Precision and recall of cell → amount: on labelled cells of real tables, and on the sample ministry's truth.

    python benchmarks/records.py --budget FOLDER --corpus FOLDER [--labels CSV] [--sample] [--errors]

A cell counts as right if it is an amount on both sides with the same amount, currency, state and fiscal year, and with the
same stage where the label has one; on the sample what it is an amount of must agree too, unless the forms name nothing.
Precision is over the labelled cells that the forms make an amount of, recall over the labelled cells that are one. Labels hold
digests and no figures, so an error is shown with what was found alone.
"""

import argparse
import csv
import hashlib
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.records_draw import Place, label_digest
from connectors.extraction import extract
from connectors.reading import read_blob
from connectors.tables.subjects import NAMELESS
from connectors.tools import Toolbox
from pipelines.cli.records import extracted
from pipelines.sample.ministry import make_sample
from pipelines.sample.truth import AmountTruth, FileTruth, ReadingTruth
from schemas.budget import Declared, FormDocument, FoundAmount, name_hints
from schemas.elements import Reading

LABELS = Path(__file__).with_name("records_labels.csv")
_TRUE_STAGES = {
    "본예산": {"ENACTED"}, "국회확정": {"ENACTED"}, "요구안": {"REQUEST"}, "정부안": {"GOV_PROPOSAL"}, "증감": {"CHANGE"},
    "집행": {"EXEC_YTD"}, "예산현액": {"CURRENT"}, "이월": {"CARRYOVER_OUT"}, "불용": {"LAPSED"}, "전년이월": {"CARRYOVER_IN"},
    "국회증감": {"COMMITTEE_CHANGE"}, "본예산 대비 증감": {"CHANGE"}, "정부안 증감": {"CHANGE"}, "지출한도": {"CEILING"},
}  # fmt: skip
_TRUE_STATES = {
    "value": "VALUE",
    "zero": "ZERO_PRINTED",
    "dash": "DASH",
    "blank": "BLANK",
    "not_decided": "NOT_DECIDED",
}
_BLANKS = "BLANK"


@dataclass
class Tally:
    """Counts of one layout."""

    n: int = 0
    wanted: int = 0
    found: int = 0
    right: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found and is right."""
        return self.right / self.wanted if self.wanted else 1.0


def labelled(labels: Path, folders: list[Path]) -> dict[str, Tally]:
    """Tallies by layout over the labelled cells."""
    rows = list(csv.DictReader(labels.open(encoding="utf-8")))
    wanted = {row["file_sha256"] for row in rows}
    files = {digest: path for folder in folders for path in _files(folder) if (digest := _digest(path)) in wanted}
    tallies: dict[str, Tally] = defaultdict(Tally)
    by_file: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_file[row["file_sha256"]].append(row)
    for digest, own in sorted(by_file.items()):
        if digest not in files:
            print(f"not here: {digest[:12]}, {len(own)} labels", file=sys.stderr)
            continue
        found = _found_cells(files[digest])
        for row in own:
            key = (row["sheet"], int(row["table"]), int(row["row"]), int(row["col"]), row["line"])
            _judge(tallies[row["layout"]], row, found.get(key), files[digest].name)
    return dict(tallies)


def _judge(tally: Tally, row: dict[str, str], amount: FoundAmount | None, name: str) -> None:
    place = Place(
        row["layout"], row["file_sha256"], row["sheet"], int(row["table"]), int(row["row"]), int(row["col"]),
        int(row["line"]) if row["line"] else None,
    )  # fmt: skip
    is_amount = row["is_amount"] == "1"
    tally.n += 1
    tally.wanted += is_amount
    tally.found += amount is not None
    where = f"{name} {row['sheet']} t{row['table']} r{row['row']} c{row['col']} l{row['line']}"
    if amount is None:
        if is_amount:
            tally.errors.append(f"missed  {where}: {row['value_state']} {row['fiscal_year']} {row['stage']}")
        return
    value = f"{amount.amount_minor} {amount.value_state}"
    said = f"「{amount.raw_text[:24]}」 {amount.fiscal_year} {amount.stage} {value} {amount.form}"
    if not is_amount:
        tally.errors.append(f"no such {where}: {said}")
        return
    wrong = []
    if label_digest(place, amount.amount_minor, amount.currency) != row["digest"]:
        wrong.append("amount")
    if amount.value_state != row["value_state"]:
        wrong.append(f"state {row['value_state']}")
    if str(amount.fiscal_year) != row["fiscal_year"]:
        wrong.append(f"year {row['fiscal_year']}")
    if row["stage"] and amount.stage.value != row["stage"]:
        wrong.append(f"stage {row['stage']}")
    if wrong:
        tally.errors.append(f"wrong   {where}: {said}; label: {', '.join(wrong)}")
    else:
        tally.right += 1


def _found_cells(path: Path) -> dict[tuple[str, int, int, int, str], FoundAmount]:
    readings = _readings(path)
    found = {}
    for amount in extracted(readings[0], path).amounts:
        place = amount.place
        row, col = place.sheet_row or place.row, place.sheet_col or place.col
        found[place.sheet or "", place.table, row, col, str(place.line or "")] = amount
    return found


def _readings(path: Path) -> list[Reading]:
    return read_blob(path.read_bytes(), path.name, toolbox=Toolbox().model_dump())


def sample() -> Tally:
    """The tally over the truth of the sample ministry; blank cells are amounts there only where the truth says so."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "share"
        truth = make_sample(root)
        for file in truth.files:
            if file.outcome == "kept" and (file.tables or any(member.tables for member in file.members)):
                _judge_file(tally, root, file)
    return tally


def _judge_file(tally: Tally, root: Path, file: FileTruth) -> None:
    readings = _readings(root / file.path)
    own: list[tuple[Reading, ReadingTruth]] = [(readings[0], file)]
    by_member = {reading.member_path: reading for reading in readings[1:]}
    own += [(by_member[member.path], member) for member in file.members if member.path in by_member]
    for reading, told in own:
        name = file.path.rpartition("/")[2]
        year, month = name_hints([name])
        document = FormDocument(
            reading.title, reading.format, reading.elements, Declared(fiscal_year=year, month=month)
        )
        found = extract(document).amounts
        numbers = [place for place, element in enumerate(reading.elements) if element.table is not None]
        for table in told.tables:
            index = next(
                (
                    at
                    for at in numbers
                    if (own_grid := reading.elements[at].table) and own_grid.cells == table.grid.cells
                ),
                None,
            )
            here = [amount for amount in found if amount.place.ordinal == index]
            _judge_table(tally, f"{file.path} {getattr(told, 'path', '')}", here, table.amounts)


def _judge_table(tally: Tally, name: str, found: list[FoundAmount], told: tuple[AmountTruth, ...]) -> None:
    by_cell = {(amount.place.row, amount.place.col, amount.place.line): amount for amount in found}
    tally.n += len(told)
    tally.wanted += len(told)
    tally.found += len(found)
    for amount in told:
        mine = by_cell.pop((amount.row, amount.col, amount.line), None)
        if mine is None:
            tally.errors.append(
                f"missed  {name} r{amount.row} c{amount.col}: {amount.raw_text} {amount.fiscal_year} {amount.stage}"
            )
            continue
        stages = _TRUE_STAGES.get(amount.stage)
        wrong = []
        if mine.amount_minor != amount.amount_won:
            wrong.append(f"amount {amount.amount_won}")
        if mine.value_state != _TRUE_STATES[amount.value_state]:
            wrong.append(f"state {amount.value_state}")
        if mine.fiscal_year != amount.fiscal_year:
            wrong.append(f"year {amount.fiscal_year}")
        if stages is not None and mine.stage not in stages:
            wrong.append(f"stage {amount.stage}")
        if not amount.is_total and mine.subject.name != NAMELESS and not _is_of(mine, amount):
            wrong.append(f"subject {amount.subject} {amount.subject_name}")
        if wrong:
            said = f"{mine.fiscal_year} {mine.stage} {mine.amount_minor} {mine.value_state} {mine.subject.name}/{mine.subject.code}"
            tally.errors.append(f"wrong   {name} r{amount.row} c{amount.col}: {said}; truth: {', '.join(wrong)}")
        else:
            tally.right += 1
    tally.errors += [f"no such {name} r{row} c{col}: {mine.raw_text}" for (row, col, _), mine in by_cell.items()]


def _is_of(found: FoundAmount, told: AmountTruth) -> bool:
    names = {"".join(name.split()) for name in (*found.subject.names.values(), found.subject.name)}
    codes = set(found.subject.codes.values())
    return (
        told.subject in codes or "".join(told.subject_name.split()) in names or "".join(told.subject.split()) in names
    )


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _print(title: str, tally: Tally) -> None:
    print(
        f"{title:<22}{tally.n:>7}{tally.wanted:>9}{tally.found:>8}{tally.right:>8}"
        f"{tally.precision:>11.4f}{tally.recall:>9.4f}"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--errors", action="store_true")
    given = parser.parse_args()
    began, cpu = time.perf_counter(), time.process_time()
    print(f"{'layout':<22}{'cells':>7}{'amounts':>9}{'found':>8}{'right':>8}{'precision':>11}{'recall':>9}")
    tallies: dict[str, Tally] = {}
    folders = [folder for folder in (given.budget, given.corpus) if folder]
    if folders:
        tallies = labelled(given.labels, folders)
        whole = Tally()
        for layout, tally in sorted(tallies.items()):
            _print(layout, tally)
            whole.n, whole.wanted = whole.n + tally.n, whole.wanted + tally.wanted
            whole.found, whole.right = whole.found + tally.found, whole.right + tally.right
        _print("all labelled", whole)
    if given.sample:
        tallies["sample ministry"] = sample()
        _print("sample ministry", tallies["sample ministry"])
    print(f"wall {time.perf_counter() - began:.1f} s, CPU {time.process_time() - cpu:.1f} s")
    if given.errors:
        for layout, tally in sorted(tallies.items()):
            kinds = Counter(error.split()[0] for error in tally.errors)
            print(f"\n{layout}: {dict(kinds)}")
            print("\n".join(f"  {error}" for error in tally.errors))


if __name__ == "__main__":
    main()
