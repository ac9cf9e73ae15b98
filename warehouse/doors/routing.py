"""Questions for a figure go to the records too: by code, by exact amount, or by name with year and stage.

A question is never answered from the records alone: what is found there stands beside the passages, each figure with the cell
that it was printed in. Only amounts of contents that the asker may read are looked at.
"""

import re
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.fiscal import STAGE_LABELS, Stage, ValueState
from schemas.money import parse_amount
from schemas.names import folded, is_generic, is_total_word
from warehouse.doors.eligible import Eligible, readable_contents
from warehouse.doors.session import Pinned, Place
from warehouse.doors.versions import holds
from warehouse.doors.wording import cell_words
from warehouse.lake import CATALOG

MOST_FIGURES = 10
_MOST_ROWS = 5_000
_LEAST_NAME = 4
_STAGES: tuple[tuple[str, frozenset[Stage]], ...] = (
    (r"요구", frozenset({Stage.REQUEST})),
    (r"한도", frozenset({Stage.CEILING})),
    (r"정부안", frozenset({Stage.GOV_PROPOSAL})),
    (r"본예산|당초\s*예산|확정|편성", frozenset({Stage.ENACTED, Stage.BUDGET})),
    (r"추경|추가경정", frozenset({Stage.SUPP_PROPOSAL, Stage.SUPP_CHANGE, Stage.SUPP_ENACTED})),
    (r"결산", frozenset({Stage.SETTLED})),
    (r"집행|지출액", frozenset({Stage.EXEC_YTD, Stage.EXEC_MONTH})),
    (r"현액", frozenset({Stage.CURRENT})),
    (r"이월", frozenset({Stage.CARRYOVER_IN, Stage.CARRYOVER_OUT})),
    (r"불용", frozenset({Stage.LAPSED})),
    (r"증감|증액|감액", frozenset({Stage.CHANGE, Stage.SUPP_CHANGE, Stage.COMMITTEE_CHANGE})),
)
_PLAIN_BUDGET = frozenset({Stage.ENACTED, Stage.BUDGET})
_ASKS_AMOUNT = re.compile(
    r"얼마|금액|[가-힣]액(?:은|이|을|의|\W|$)|몇\s*(?:천|백|십)?\s*(?:조|억|만|원)|규모|how much", re.IGNORECASE
)
# What is left of a question that says nothing but which amount it wants.
_ABOUT_AMOUNTS = re.compile(
    r"세부사업|사업|당초|본예산|추가경정|추경|예산|편성|확정|정부안|요구|한도|결산|집행|지출|현액|이월|불용|증감|증액|감액|금액|총액|내역|"
    r"얼마|[액안률]|(?:회계)?연도|년도?|입니까|인가요?|이야|[은는이가을를의도로]|원"
)
_CODE = re.compile(r"(?<![\d-])(?:\d{4}-\d{3}|\d{3}-\d{2})(?![\d-])")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d\s*[.\-/년]\s*\d{1,2}\s*(?:[.\-/월]\s*\d{1,2}\s*일?|월)")
_YEAR = re.compile(r"(?<![\d,.-])((?:19|20)\d\d)(?![\d,-]|\.\d|\s*(?:만|억|조|천|백|원))|['’‘](\d\d)\s*년")
_AMOUNT = re.compile(
    r"(?<![\d,.-])\d[\d,]*(?:\.\d+)?\s*(?:[십백천]?\s*[만억조])?(?:\s*\d[\d,]*(?:\.\d+)?\s*[십백천]?\s*[만억조])*\s*(?:(?:십|백|천)?(?:만|억|조)?\s*원|달러)?"
)
_BARE = re.compile(r"(?<![\d,.-])(?:\d{1,3}(?:,\d{3})+|\d{4,})(?![\d,-]|\.\d)")


class Figure(BaseModel):
    """An amount of the records that a question asks for, with the cell that it was printed in.

    `matched` says by what it was found: `code`, `name`, `year`, `stage`, `office`, `amount`.
    """

    model_config = ConfigDict(frozen=True)

    amount_id: str
    document_id: str
    path: str
    locator: str
    subject: str
    subject_code: str | None
    office: str | None
    fiscal_year: int
    stage: str
    stage_label: str
    basis: str | None
    amount_won: int | None
    raw_text: str
    unit_raw: str | None
    matched: tuple[str, ...]
    n_cells: int = 1
    """Cells that print the same figure, this one among them, as far as the asker may read them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a question the records can answer."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    won: tuple[int, ...]
    printed: tuple[str, ...]
    years: tuple[int, ...]
    stages: frozenset[Stage]
    asks_amount: bool
    is_bare: bool = False
    """Whether there is nothing in it but these."""
    key: str = ""
    """The question as a key, for what is only compared: offices."""

    @property
    def is_for_records(self) -> bool:
        """Whether the records are asked at all."""
        has_amount = bool(self.won or self.printed)
        return bool(self.codes) or has_amount or (bool(self.names) and (self.asks_amount or bool(self.stages)))

    @property
    def is_exact(self) -> bool:
        """Whether an amount is what is asked for or asked about, so that its cell is the best answer."""
        about = bool(self.codes or self.names)
        is_asked = self.asks_amount or (self.is_bare and bool(self.years) and bool(self.stages))
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


_names: weakref.WeakKeyDictionary[Pinned, dict[str, set[str]]] = weakref.WeakKeyDictionary()


def wanted_of(pinned: Pinned, principal: Principal, text: str, years: Sequence[int] = ()) -> Wanted:
    """What of a question the records can answer: codes, amounts, years, stages and names of projects in it.

    Args:
        pinned: the publication.
        principal: who asks; names of projects are those that contents print which he may read.
        text: the question without its filters.
        years: years of the filters.
    """
    plain = _DATE.sub(" ", text)
    codes = tuple(dict.fromkeys(_CODE.findall(plain)))
    plain = _CODE.sub(" ", plain)
    found = [int(full or f"20{short}") for full, short in _YEAR.findall(plain)]
    plain = _YEAR.sub(" ", plain)
    won, printed = [], []
    for match in _AMOUNT.finditer(plain):
        amount = parse_amount(match[0].strip())
        if (
            amount.state == ValueState.VALUE
            and amount.is_unit_in_text
            and amount.unit
            and amount.unit.currency == "KRW"
        ):
            won.append(amount.amount_minor or 0)
        else:
            printed += [number.replace(",", "") for number in _BARE.findall(match[0])]
    stages = frozenset(stage for words, of in _STAGES if re.search(words, text) for stage in of)
    if not stages and "예산" in text:
        stages = _PLAIN_BUDGET
    names = tuple(_names_in(pinned, principal, text))
    return Wanted(
        codes=codes,
        names=names,
        won=tuple(dict.fromkeys(won)),
        printed=tuple(dict.fromkeys(printed)),
        years=tuple(dict.fromkeys((*years, *found))),
        stages=stages,
        asks_amount=bool(_ASKS_AMOUNT.search(text)),
        is_bare=_is_bare(plain, names),
        key=folded(text),
    )


def _is_bare(plain: str, names: Sequence[str]) -> bool:
    key = folded(plain)
    for name in names:
        key = key.replace(folded(name), " ")
    return not re.search(r"\w", _ABOUT_AMOUNTS.sub(" ", key))


def _names_in(pinned: Pinned, principal: Principal, text: str) -> list[str]:
    """Names of projects that stand in a text, as amounts print them; of one within another the longer alone."""
    if pinned not in _names:
        _names[pinned] = _all_names(pinned)
    key = folded(text)
    inside = sorted(value for name, values in _names[pinned].items() if name in key for value in values)
    if not inside:
        return []
    # A name that only others may read must not even take the place of a shorter one.
    with pinned.lake.registered(names_inside=pa.table({"name": pa.array(inside, pa.string())})):
        rows = pinned.lake.rows(
            f"""WITH own AS (SELECT DISTINCT a.subject_name, a.project_name FROM {CATALOG}.core.budget_amount a
                             SEMI JOIN temp.{readable_contents(pinned, principal)} r ON r.content_id = a.content_id)
                SELECT name FROM names_inside SEMI JOIN own ON own.subject_name = name
                UNION SELECT name FROM names_inside SEMI JOIN own ON own.project_name = name ORDER BY name"""
        )
    keys = {row["name"]: folded(row["name"]) for row in rows}
    return [name for name, own in keys.items() if not any(own != other and own in other for other in keys.values())]


def _all_names(pinned: Pinned) -> dict[str, set[str]]:
    if not holds(pinned, "budget_amount"):
        return {}
    rows = pinned.lake.rows(
        f"""SELECT DISTINCT subject_name AS name FROM {CATALOG}.core.budget_amount
            UNION SELECT DISTINCT project_name FROM {CATALOG}.core.budget_amount WHERE project_name IS NOT NULL"""
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        key = folded(row["name"])
        if len(key) >= _LEAST_NAME and not is_generic(row["name"]) and not is_total_word(row["name"]):
            found.setdefault(key, set()).add(row["name"])
    return found


def find_figures(
    pinned: Pinned, principal: Principal, wanted: Wanted, sieve: Eligible | None
) -> list[tuple[Figure, Cell]]:
    """The current amounts that a question asks for, best first, `MOST_FIGURES` at most, each with its cell.

    What was asked for must hold: an amount that is named, a year, a stage; and of code and name one.
    """
    if not wanted.is_for_records or not holds(pinned, "budget_amount"):
        return []
    base = readable_contents(pinned, principal)
    passed = "SEMI JOIN temp.eligible_place e ON e.content_id = a.content_id" if sieve else ""
    conditions, values = _condition(wanted)
    rows = pinned.lake.rows(
        f"""WITH own AS (SELECT a.* FROM {CATALOG}.core.budget_amount a
                         SEMI JOIN temp.{base} r ON r.content_id = a.content_id)
            SELECT a.* FROM own a {passed}
            ANTI JOIN own later ON later.supersedes_id = a.amount_id
            ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = a.amount_id
            WHERE a.value_state IN ('VALUE', 'ZERO_PRINTED') AND {conditions}
            ORDER BY a.amount_id LIMIT {_MOST_ROWS}""",
        values,
    )
    places = pinned.places([row["content_id"] for row in rows], principal)
    if sieve is not None:
        places = sieve.keep_places(places)
    return _best(rows, places, wanted)


def _condition(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    about, conditions = [], []
    if wanted.codes:
        about.append("list_has_any($codes, [a.subject_code, a.project_code, a.semok_code, a.activity_code])")
        values["codes"] = list(wanted.codes)
    if wanted.names:
        about.append("(list_contains($names, a.subject_name) OR list_contains($names, a.project_name))")
        values["names"] = list(wanted.names)
    if about:
        conditions.append(f"({' OR '.join(about)})")
    if wanted.won or wanted.printed:
        conditions.append(
            """(list_contains($won, abs(a.amount_won))
                OR list_contains($printed, regexp_replace(a.raw_text, '[^0-9.]', '', 'g')))"""
        )
        values |= {"won": list(wanted.won), "printed": list(wanted.printed)}
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
    for row in rows:
        if row["content_id"] in places:
            told.setdefault(row["content_id"], set()).add((row["fiscal_year"] if wanted.years else None, row["stage"]))
            key = (folded(row["subject_name"]), row["fiscal_year"], row["stage"], row["amount_won"], row["basis"])
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
        ranked.append((is_itself, len(_matched(row, wanted)), len(own), newest, row["amount_id"], own))
    if any(one[0] for one in ranked):
        # Of a project that is asked for, its parts are no answer.
        ranked = [one for one in ranked if one[0]]
    ranked.sort(key=lambda one: one[4])
    ranked.sort(key=lambda one: one[:4], reverse=True)
    return [(_figure(own, places, wanted), _cell_of(own[0])) for *_, own in ranked[:MOST_FIGURES]]


def _matched(row: dict[str, Any], wanted: Wanted) -> tuple[str, ...]:
    codes = {row["subject_code"], row["project_code"], row["semok_code"], row["activity_code"]}
    digits = re.sub(r"[^0-9.]", "", row["raw_text"])
    said = {
        "code": not codes.isdisjoint(wanted.codes),
        "name": row["subject_name"] in wanted.names or row["project_name"] in wanted.names,
        "year": row["fiscal_year"] in wanted.years,
        "stage": row["stage"] in wanted.stages,
        "office": bool(row["org_name"]) and folded(row["org_name"]) in wanted.key,
        "amount": abs(row["amount_won"] or 0) in wanted.won or digits in wanted.printed,
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
        office=row["org_name"],
        fiscal_year=row["fiscal_year"],
        stage=row["stage"],
        stage_label=STAGE_LABELS[Stage(row["stage"])],
        basis=row["basis"],
        amount_won=row["amount_won"],
        raw_text=row["raw_text"],
        unit_raw=row["unit_raw"],
        matched=_matched(row, wanted),
        n_cells=len(own),
    )
