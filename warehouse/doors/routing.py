"""Questions for a figure go to the records too: by code, by exact amount, or by name with year and stage.

A question is never answered from the records alone: what is found there stands beside the passages, each figure with the cell
that it was printed in. Only amounts of contents that the asker may read are looked at.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from typing import Any

from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.fiscal import STAGE_LABELS, Stage
from schemas.names import folded, is_generic
from warehouse.clock import Clock
from warehouse.doors.eligible import Eligible
from warehouse.doors.naming import Naming, is_said, known_codes, naming_of, office_words, own_amounts
from warehouse.doors.phrases import CHANGES, phrases_of
from warehouse.doors.session import Pinned, Place
from warehouse.doors.versions import holds
from warehouse.doors.wording import cell_words
from warehouse.lake import CATALOG

MOST_FIGURES = 10
_MOST_ROWS = 5_000
_OFFICES = ("ORG", "ACCOUNT")
_KOREAN_TIME = timezone(timedelta(hours=9))
# Of amounts that answer alike the one that the word means most often goes first.
_FIRST_STAGES = (Stage.ENACTED, Stage.SUPP_ENACTED, Stage.EXEC_YTD, Stage.CARRYOVER_OUT)


class Figure(BaseModel):
    """An amount of the records that a question asks for, with the cell that it was printed in.

    `matched` says by what it was found: `code`, `name`, `part_of_name`, `year`, `stage`, `office`, `amount`.
    """

    model_config = ConfigDict(frozen=True)

    amount_id: str
    document_id: str
    path: str
    locator: str
    subject: str
    subject_code: str | None
    project: str | None
    """The project, where the amount is of a part or an item of one."""
    office: str | None
    fiscal_year: int
    period: str | None
    """Month (yyyymm) to the end of which it was counted; None for a whole year."""
    stage: str
    stage_label: str
    basis: str | None
    compared: str | None
    """Of a difference what it is between, as printed."""
    amount_won: int | None
    raw_text: str
    unit_raw: str | None
    matched: tuple[str, ...]
    n_cells: int = 1
    """Cells that print the same figure, this one among them, as far as the asker may read them."""


class NotHeld(BaseModel):
    """What a question asks of a project that no record has which the asker may read: no figure, and never zero.

    `years` and `stages` are those of the question that are missing, `held_years` the years that have the stages asked for, or any
    amount where they name none, `held_stages` the stages of the years asked for, or of all years where those have none.
    """

    model_config = ConfigDict(frozen=True)

    about: str
    years: tuple[int, ...]
    stages: tuple[str, ...]
    held_years: tuple[int, ...]
    held_stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a question the records can answer."""

    codes: tuple[str, ...]
    naming: Naming
    won: tuple[int, ...]
    near: tuple[tuple[int, int], ...]
    """Least and greatest of what is rounded to an amount that it says."""
    printed: tuple[str, ...]
    years: tuple[int, ...]
    groups: tuple[tuple[str, frozenset[Stage]], ...]
    """The stages that it names, as they are called, each with those that answer it."""
    asks_amount: bool
    asks_change: bool = False
    key: str = ""
    """The question as a key, for what is only compared: offices."""
    offices: tuple[str, ...] = ()
    """What in it may be an office's short name."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what it asks for, as amounts print them."""
        return (*self.naming.whole, *self.naming.partly)

    @property
    def stages(self) -> frozenset[Stage]:
        """All stages that would answer."""
        return frozenset(stage for _, of in self.groups for stage in of)

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing in it but these."""
        return self.naming.is_bare

    @property
    def is_for_records(self) -> bool:
        """Whether the records are asked at all."""
        has_amount = bool(self.won or self.printed)
        says_which = self.asks_amount or bool(self.groups) or (self.is_bare and bool(self.years))
        return bool(self.codes) or has_amount or (bool(self.names) and says_which)

    @property
    def is_exact(self) -> bool:
        """Whether an amount is what is asked for or asked about, so that its cell is the best answer."""
        about = bool(self.codes or self.names)
        is_asked = self.asks_amount or (self.is_bare and bool(self.groups))
        return about and (is_asked or bool(self.won or self.printed))


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell of a figure: where in its content it was printed."""

    content_id: str
    ordinal: int
    raw_text: str
    subject: str
    address: str | None = None
    """In a sheet, such as `C7`; None elsewhere."""


def wanted_of(
    pinned: Pinned,
    principal: Principal,
    text: str,
    years: Sequence[int] = (),
    sieve: Eligible | None = None,
    today: date | None = None,
) -> Wanted:
    """What of a question the records can answer: codes, amounts, years, stages and names of projects in it.

    Args:
        pinned: the publication.
        principal: who asks; names of projects are those that contents print which he may read.
        text: the question without its filters.
        years: years of the filters.
        sieve: what the filters let through.
        today: the day of asking in Korean time, from which `내년` is counted; now if None.
    """
    said = phrases_of(text, today or Clock().now().astimezone(_KOREAN_TIME).date())
    loose = known_codes(pinned, principal, said.loose_codes, sieve)
    # What is a code is no amount.
    digits = {part for code in loose for part in (code.replace("-", ""), *code.split("-"))}
    names_amount = said.asks_amount or bool(said.stages) or bool(said.years or years)
    naming = naming_of(
        pinned, principal, said.rest, sieve, in_part=names_amount and not (said.codes or loose or said.printed)
    )
    return Wanted(
        codes=(*said.codes, *loose),
        naming=naming,
        won=said.won,
        near=said.near,
        printed=tuple(number for number in said.printed if number not in digits),
        years=tuple(dict.fromkeys((*years, *said.years))),
        groups=said.stages,
        asks_amount=said.asks_amount,
        asks_change=said.asks_change,
        key=folded(text),
        offices=office_words(said.rest),
    )


def find_figures(
    pinned: Pinned, principal: Principal, wanted: Wanted, sieve: Eligible | None
) -> list[tuple[Figure, Cell]]:
    """The current amounts that a question asks for, best first, `MOST_FIGURES` at most, each with its cell.

    What was asked for must hold: an amount that is named, a year, a stage; and of code and name one.
    """
    if not wanted.is_for_records or not holds(pinned, "budget_amount"):
        return []
    conditions, values = _condition(wanted)
    rows = pinned.lake.rows(
        f"""SELECT a.* FROM {_current(pinned, principal, sieve)} a
            WHERE a.value_state IN ('VALUE', 'ZERO_PRINTED') AND {conditions}
            ORDER BY a.amount_id LIMIT {_MOST_ROWS}""",
        values,
    )
    places = pinned.places([row["content_id"] for row in rows], principal)
    if sieve is not None:
        places = sieve.keep_places(places)
    return _best(rows, places, wanted)


def find_not_held(
    pinned: Pinned, principal: Principal, wanted: Wanted, sieve: Eligible | None, figures: Sequence[Figure]
) -> list[NotHeld]:
    """What the question asks of a code or a name for which there is no figure: which years and stages, and which there are."""
    about = (*wanted.codes, *wanted.names)
    is_asked = wanted.is_exact or (wanted.is_bare and wanted.is_for_records)
    if not is_asked or wanted.won or wanted.printed or not (wanted.years or wanted.groups or not figures):
        return []
    shown = {(figure.fiscal_year, Stage(figure.stage)) for figure in figures}
    if len(about) == 1 and _missing(about[0], shown, wanted) is None:
        return []
    condition, values = _about(wanted)
    rows = pinned.lake.rows(
        f"""SELECT DISTINCT a.subject_name, a.subject_code, a.project_name, a.project_code, a.semok_code, a.activity_code,
                   a.fiscal_year, a.stage, a.level
            FROM {_current(pinned, principal, sieve)} a WHERE a.value_state IN ('VALUE', 'ZERO_PRINTED') AND {condition}""",
        values,
    )
    told = []
    for one in about:
        of_it = [row for row in rows if one in _called(row)]
        if of_it and all(row["level"] in _OFFICES for row in of_it):
            # What it spends is in its projects' amounts.
            continue
        itself = [row for row in of_it if one in (row["subject_name"], row["subject_code"])]
        if missing := _missing(one, {(row["fiscal_year"], Stage(row["stage"])) for row in itself or of_it}, wanted):
            told.append(missing)
    return told


def _missing(about: str, held: Iterable[tuple[int, Stage]], wanted: Wanted) -> NotHeld | None:
    pairs = set(held)
    any_stage = (("", frozenset(Stage)),)
    lacking = [
        (year, label)
        for year in wanted.years or (None,)
        for label, stages in wanted.groups or any_stage
        if not any((year is None or year == own) and stage in stages for own, stage in pairs)
    ]
    if not lacking:
        return None
    of_stage = {year for year, stage in pairs if not wanted.groups or stage in wanted.stages}
    of_year = {stage for year, stage in pairs if year in wanted.years} or {stage for _, stage in pairs}
    return NotHeld(
        about=about,
        years=tuple(sorted({year for year, _ in lacking if year is not None})),
        stages=tuple(dict.fromkeys(label for _, label in lacking if label)),
        held_years=tuple(sorted(of_stage)),
        held_stages=tuple(STAGE_LABELS[stage] for stage in Stage if stage in of_year),
    )


def _current(pinned: Pinned, principal: Principal, sieve: Eligible | None) -> str:
    # What filters take away still supersedes.
    later = own_amounts(pinned, principal, None)
    return f"""(SELECT a.* FROM {own_amounts(pinned, principal, sieve)} a
                ANTI JOIN {later} later ON later.supersedes_id = a.amount_id
                ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = a.amount_id)"""


def _about(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    about = []
    if wanted.codes:
        about.append("list_has_any($codes, [a.subject_code, a.project_code, a.semok_code, a.activity_code])")
        values["codes"] = list(wanted.codes)
    if wanted.names:
        about.append("(list_contains($names, a.subject_name) OR list_contains($names, a.project_name))")
        values["names"] = list(wanted.names)
    return f"({' OR '.join(about)})" if about else "true", values


def _condition(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    about, values = _about(wanted)
    conditions = [about]
    if wanted.won or wanted.printed:
        same = [
            "list_contains($won, abs(a.amount_won))",
            "list_contains($printed, regexp_replace(a.raw_text, '[^0-9.]', '', 'g'))",
        ]
        values |= {"won": list(wanted.won), "printed": list(wanted.printed)}
        for number, (least, greatest) in enumerate(wanted.near):
            same.append(f"abs(a.amount_won) BETWEEN $least_{number} AND $greatest_{number}")
            values |= {f"least_{number}": least, f"greatest_{number}": greatest}
        conditions.append(f"({' OR '.join(same)})")
    if wanted.years:
        conditions.append("list_contains($years, a.fiscal_year)")
        values["years"] = list(wanted.years)
    if wanted.stages and not (wanted.won or wanted.printed):
        conditions.append("list_contains($stages, a.stage)")
        values["stages"] = [str(stage) for stage in wanted.stages]
    return " AND ".join(conditions), values


def _best(rows: Sequence[dict[str, Any]], places: dict[str, list[Place]], wanted: Wanted) -> list[tuple[Figure, Cell]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    told: dict[str, set[tuple[Any, ...]]] = {}
    for row in _as_said(_of_item(rows, wanted), wanted):
        if row["content_id"] in places:
            told.setdefault(row["content_id"], set()).add((row["fiscal_year"] if wanted.years else None, row["stage"]))
            subject = (folded(row["subject_name"]), folded(_project_of(row)))
            key = (*subject, row["fiscal_year"], row["stage"], row["amount_won"], row["basis"])
            groups.setdefault(key, []).append(row)
    ranked = []
    for own in groups.values():
        # The newest document first, so that the figure is shown where it was printed last; before it one that prints more of
        # what was asked for.
        own.sort(key=lambda row: row["amount_id"])
        own.sort(key=lambda row: str(places[row["content_id"]][0].modified_at), reverse=True)
        own.sort(key=lambda row: len(told[row["content_id"]]), reverse=True)
        row = own[0]
        is_itself = row["subject_code"] in wanted.codes or row["subject_name"] in wanted.names
        newest = str(places[row["content_id"]][0].modified_at)
        rank = (is_itself, len(_matched(row, wanted)), *_nearness(row, wanted), len(own), row["period"] or "", newest)
        ranked.append((rank, row["amount_id"], own))
    if any(rank[0] for rank, *_ in ranked):
        # Of a project that is asked for, its parts are no answer.
        ranked = [one for one in ranked if one[0][0]]
    ranked.sort(key=lambda one: one[1])
    ranked.sort(key=lambda one: one[0], reverse=True)
    return [(_figure(own, places, wanted), _cell_of(own[0])) for *_, own in ranked[:MOST_FIGURES]]


def _of_item(rows: Sequence[dict[str, Any]], wanted: Wanted) -> Sequence[dict[str, Any]]:
    """Where a question asks for an item of a project, the amounts of that item alone, and none where no row says both."""
    if not wanted.naming.items:
        return rows
    items = {folded(item) for item in wanted.naming.items}
    return [row for row in rows if folded(row["subject_name"]) in items]


def _as_said(rows: Sequence[dict[str, Any]], wanted: Wanted) -> Sequence[dict[str, Any]]:
    """Of amounts those that are the very one that was said; what is rounded to it where there is none."""
    said = [row for row in rows if abs(row["amount_won"] or 0) in wanted.won or _digits(row) in wanted.printed]
    return said or rows


def _digits(row: dict[str, Any]) -> str:
    return re.sub(r"[^0-9.]", "", row["raw_text"])


def _project_of(row: dict[str, Any]) -> str | None:
    project = row["project_name"]
    return project if row["level"] != "PROJECT" and folded(project) != folded(row["subject_name"]) else None


def _office_of(row: dict[str, Any]) -> str | None:
    """The office; None of running costs that were merged by name, which stand below the first office alone."""
    return None if is_generic(row["subject_name"]) and not row["subject_code"] else row["org_name"]


def _nearness(row: dict[str, Any], wanted: Wanted) -> tuple[int, int, int, int]:
    """Of amounts that match alike: of a name in the question, of more of its stages, of the later year, of the usual stage."""
    stage = Stage(row["stage"])
    n_named = sum(stage in of for _, of in wanted.groups) + (wanted.asks_change and stage in CHANGES)
    year = row["fiscal_year"] if wanted.groups or wanted.years else 0
    is_in_it = folded(row["subject_name"]) in wanted.key
    return int(is_in_it), n_named, year, int(stage in _FIRST_STAGES)


def _called(row: dict[str, Any]) -> set[str | None]:
    codes = ("subject_code", "project_code", "semok_code", "activity_code")
    return {row[name] for name in ("subject_name", "project_name", *codes)}


def _matched(row: dict[str, Any], wanted: Wanted) -> tuple[str, ...]:
    called = _called(row)
    amount = abs(row["amount_won"] or 0)
    is_near = any(least <= amount <= greatest for least, greatest in wanted.near)
    said = {
        "code": not called.isdisjoint(wanted.codes),
        "name": not called.isdisjoint(wanted.naming.whole),
        "part_of_name": not called.isdisjoint(wanted.naming.partly),
        "year": row["fiscal_year"] in wanted.years,
        "stage": row["stage"] in wanted.stages,
        "office": is_said(_office_of(row), wanted.key, wanted.offices),
        "amount": amount in wanted.won or is_near or _digits(row) in wanted.printed,
    }
    return tuple(name for name, holds in said.items() if holds)


def _cell_of(row: dict[str, Any]) -> Cell:
    return Cell(row["content_id"], row["ordinal"], row["raw_text"], row["subject_name"], row["cell"])


def _figure(own: Sequence[dict[str, Any]], places: dict[str, list[Place]], wanted: Wanted) -> Figure:
    row = own[0]
    return Figure(
        amount_id=row["amount_id"],
        document_id=row["content_id"],
        path=places[row["content_id"]][0].shown,
        locator=cell_words(row),
        subject=row["subject_name"],
        subject_code=row["subject_code"],
        project=_project_of(row),
        office=_office_of(row),
        fiscal_year=row["fiscal_year"],
        period=row["period"],
        stage=row["stage"],
        stage_label=STAGE_LABELS[Stage(row["stage"])],
        basis=row["basis"],
        compared=row["compared"],
        amount_won=row["amount_won"],
        raw_text=row["raw_text"],
        unit_raw=row["unit_raw"],
        matched=_matched(row, wanted),
        n_cells=len(own),
    )
