"""What differs between two drafts: paragraph by paragraph, table rows as paragraphs, and amount by amount. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from schemas.names import folded

MOST_UNITS = 6_000
"""Paragraphs and rows of a draft that are compared; what lies beyond is said to be left out."""
MOST_CHANGES = 500
"""Changes that are told."""

_LEAST_RATIO = 0.5
_LONGEST = 4_000
_MOST_PAIRED = 60


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, or a row of a table, and where it stands, in words."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A paragraph or row that is not what it was: `added`, `removed` or `changed`; what a side has not is None."""

    kind: str
    before: str | None
    after: str | None
    where_before: str | None
    where_after: str | None


@dataclass(frozen=True, slots=True)
class AmountChange:
    """A figure that is not what it was.

    Attributes:
        kind: `added`, `removed` or `changed`.
        subject: what it is an amount of, as printed; `org_name` its office.
        fiscal_year: year; `stage_label` the stage in Korean.
        before_won: exact, in won; None where that side has no such figure or another currency; `after_won` likewise.
        delta_won: after less before, None unless both are there.
        before_text: as printed with its unit; `after_text` likewise.
        before_id: amount that `gotgan cite` takes; `after_id` likewise.
    """

    kind: str
    subject: str
    org_name: str | None
    fiscal_year: int
    stage_label: str
    before_won: int | None
    after_won: int | None
    delta_won: int | None
    before_text: str | None
    after_text: str | None
    before_id: str | None
    after_id: str | None


def units_of(elements: Iterable[tuple[str, str, str]]) -> tuple[list[Unit], int]:
    """Elements as units, and how many units were left out.

    Args:
        elements: (kind, text, where in words) in reading order; the rows of a table's text are its lines.
    """
    found: list[Unit] = []
    n_left = 0
    for kind, text, where in elements:
        for part in text.split("\n") if kind == "table" else [text]:
            if not part.strip():
                continue
            if len(found) < MOST_UNITS:
                found.append(Unit(" ".join(part.replace("\t", " | ").split())[:_LONGEST], where))
            else:
                n_left += 1
    return found, n_left


def text_changes(before: Sequence[Unit], after: Sequence[Unit]) -> list[TextChange]:
    """What was added, removed and changed, in the order of the later draft; a paragraph that moved goes and comes."""
    start, ends = _common(before, after)
    here, there = before[start : len(before) - ends], after[start : len(after) - ends]
    matcher = SequenceMatcher(None, [unit.text for unit in here], [unit.text for unit in there], autojunk=False)
    found: list[TextChange] = []
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what != "equal":
            found += _replaced(here[i1:i2], there[j1:j2])
    return found


def _common(before: Sequence[Unit], after: Sequence[Unit]) -> tuple[int, int]:
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start].text == after[start].text:
        start += 1
    ends = 0
    while ends < shorter - start and before[-1 - ends].text == after[-1 - ends].text:
        ends += 1
    return start, ends


def _replaced(gone: Sequence[Unit], come: Sequence[Unit]) -> list[TextChange]:
    """Pairs of the most alike units in order, what is left over removed or added."""
    found: list[TextChange] = []
    left = list(gone)
    for unit in come:
        best, ratio = None, _LEAST_RATIO
        for position, other in enumerate(left[:_MOST_PAIRED]):
            matcher = SequenceMatcher(None, other.text, unit.text, autojunk=False)
            if matcher.real_quick_ratio() > ratio and matcher.quick_ratio() > ratio and matcher.ratio() > ratio:
                best, ratio = position, matcher.ratio()
        if best is None:
            found.append(TextChange("added", None, unit.text, None, unit.where))
            continue
        found += [_removed(other) for other in left[:best]]
        found.append(TextChange("changed", left[best].text, unit.text, left[best].where, unit.where))
        del left[: best + 1]
    return found + [_removed(other) for other in left]


def _removed(unit: Unit) -> TextChange:
    return TextChange("removed", unit.text, None, unit.where, None)


def amount_changes(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> list[AmountChange]:
    """Figures of the same thing, year and stage that differ, and figures that only one draft prints.

    Args:
        before: rows of `core.amount`'s columns with `stage_label`, in the order of their cells.
        after: likewise of the later draft.
    """
    here, there = _by_key(before), _by_key(after)
    found: list[AmountChange] = []
    for key in {**here, **there}:
        old, new = here.get(key, []), there.get(key, [])
        # What both print somewhere has not changed, however often either prints it.
        said = {_value(row) for row in old} & {_value(row) for row in new}
        old = [row for row in old if _value(row) not in said]
        new = [row for row in new if _value(row) not in said]
        found += [_change(one, other) for one, other in zip(old, new, strict=False)]
        rest = min(len(old), len(new))
        # A value that is gone beside one that stands was a repetition, and is told as well.
        found += [_change(one, None) for one in old[rest:]]
        found += [_change(None, other) for other in new[rest:]]
    return found


_KEY = (
    "level",
    "fiscal_year",
    "stage",
    "stage_no",
    "period",
    "basis",
    "is_revenue",
    "is_total",
    "subproject_name",
    "mok_code",
    "semok_code",
    "compared",
    "currency",
)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    # A sum's target is that of its own document: it is known again by what it is called.
    own = row["target_id"] if row["target_kind"] in ("PROJECT", "LINE") else folded(row["subject_name"])
    return row["target_kind"], own, row["org_name"], *(row[name] for name in _KEY)


def _by_key(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], list[Mapping[str, Any]]]:
    found: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        own = found.setdefault(_key(row), [])
        if all(_value(row) != _value(other) for other in own):
            own.append(row)
    return found


def _value(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["amount_minor"], row["value_state"]


def _change(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> AmountChange:
    row = new or old or {}
    before, after = (old or {}).get("amount_won"), (new or {}).get("amount_won")
    return AmountChange(
        kind="added" if old is None else "removed" if new is None else "changed",
        subject=row["subject_name"],
        org_name=row["org_name"],
        fiscal_year=row["fiscal_year"],
        stage_label=row["stage_label"],
        before_won=before,
        after_won=after,
        delta_won=after - before if before is not None and after is not None else None,
        before_text=_printed(old),
        after_text=_printed(new),
        before_id=old["amount_id"] if old else None,
        after_id=new["amount_id"] if new else None,
    )


def _printed(row: Mapping[str, Any] | None) -> str | None:
    if row is None:
        return None
    return f"{row['raw_text']} ({row['unit_raw']})" if row["unit_raw"] else row["raw_text"]
