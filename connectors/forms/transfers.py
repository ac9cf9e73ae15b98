"""이·전용 내역: from which project and item money was moved, how much, to which, when and why, in millions of won."""

import datetime as dt
import re
from dataclasses import dataclass

from connectors.forms.contract import Around, Found
from connectors.tables import words, years
from connectors.tables.codeblock import is_transfer_table
from connectors.tables.labels import named
from connectors.tables.reading import report_left
from connectors.tables.view import TableView
from schemas.budget import FoundAdjustment, FoundAmount, Subject
from schemas.fiscal import AdjustmentKind, Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, parse_amount, parse_unit, units_in

_KINDS: tuple[tuple[re.Pattern[str], AdjustmentKind, Stage], ...] = (
    (re.compile(r"세목|목간|^조정|내역변경"), AdjustmentKind.TRANSFER_SEMOK, Stage.ADJ_SEMOK),
    (re.compile(r"전용"), AdjustmentKind.TRANSFER_TITLE, Stage.ADJ_TRANSFER_TITLE),
    (re.compile(r"이용"), AdjustmentKind.TRANSFER_PROGRAM, Stage.ADJ_TRANSFER_PROGRAM),
    (re.compile(r"이체"), AdjustmentKind.REORG, Stage.ADJ_REORG),
    (re.compile(r"예비비"), AdjustmentKind.RESERVE, Stage.ADJ_RESERVE),
)
_DAY = re.compile(r"['’‘]?((?:19|20)?[0-9]{2})\s*[.\-/년]\s*([0-9]{1,2})\s*[.\-/월]\s*([0-9]{1,2})")
_ITEM = re.compile(r"[0-9]{3}-[0-9]{2}")
_DECLARED = Unit("백만원", 1_000_000)
_HEAD_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Columns:
    kind: int
    amount: int
    from_project: int | None
    from_item: int | None
    to_project: int | None
    to_item: int | None
    reason: int | None
    first_body: int
    said: str
    unit: Unit
    unit_from: TakenFrom


@dataclass(frozen=True, slots=True)
class _Transfers:
    name: str = "transfers"
    label: str = "이·전용 내역"
    version: int = 2

    def recognises(self, view: TableView, around: Around) -> float:
        """By headings that say from where, how much and to where."""
        return 0.9 if is_transfer_table(view) and _columns(view, around) is not None else 0.0

    def read(self, view: TableView, around: Around) -> Found:
        """A transfer a row; a row without a kind or a day gives nothing and is counted as left."""
        found = Found()
        columns = _columns(view, around)
        if columns is None:
            return found
        for row in range(columns.first_body, view.n_rows + 1):
            _read_row(view, row, columns, around, found)
        return found


def _columns(view: TableView, around: Around) -> _Columns | None:
    last_head = 0
    for row in range(1, min(_HEAD_ROWS, view.n_rows) + 1):
        if any(parse_amount(text.strip(), _DECLARED).amount_minor is not None for text in view.own_row(row)):
            break
        last_head = row
    if not last_head or last_head == view.n_rows:
        return None
    heads = [
        [words.folded(view.text(row, col)) for row in range(1, last_head + 1)] for col in range(1, view.n_cols + 1)
    ]
    amount = next((col for col, path in enumerate(heads, start=1) if any("금액" in text for text in path)), None)
    if amount is None:
        return None
    items = [col for col, path in enumerate(heads, start=1) if re.search(r"목", path[-1]) and "금액" not in path[-1]]
    projects = [col for col, path in enumerate(heads, start=1) if "사업" in path[-1] and "사유" not in path[-1]]
    headings = [view.text(row, amount) for row in range(1, last_head + 1)]
    unit = next((units[0] for text in headings if (units := units_in(text))), None)
    unit_from = TakenFrom.CELL
    if unit is None:
        stated = next((text for text in (view.grid.unit, around.unit) if text), None)
        unit, unit_from = (parse_unit(stated) if stated else None), TakenFrom.TEXT
    if unit is None:
        unit, unit_from = _DECLARED, TakenFrom.FORM
    return _Columns(
        kind=1,
        amount=amount,
        from_project=_nearest(projects, amount, before=True),
        from_item=_nearest(items, amount, before=True),
        to_project=_nearest(projects, amount, before=False),
        to_item=_nearest(items, amount, before=False),
        reason=next((col for col, path in enumerate(heads, start=1) if re.search(r"사유|내용", " ".join(path))), None),
        first_body=last_head + 1,
        said=_kind_said([*headings, *around.lines]),
        unit=unit,
        unit_from=unit_from,
    )


def _kind_said(texts: list[str]) -> str:
    """The kind of all rows that a heading or a line above names: one kind alone, since 이·전용 is two."""
    for text in texts:
        folded = words.folded(text)
        if re.search(r"이[·․ㆍ・/,.]?전용|이용.{0,2}전용|전용.{0,2}이용", folded):
            return ""
        if sum(bool(pattern.search(folded)) for pattern, _, _ in _KINDS) == 1:
            return text
    return ""


def _nearest(columns: list[int], amount: int, *, before: bool) -> int | None:
    if before:
        return next((col for col in reversed(columns) if col < amount), None)
    return next((col for col in columns if col > amount), None)


def _read_row(view: TableView, row: int, columns: _Columns, around: Around, found: Found) -> None:
    text = view.own(row, columns.amount).strip()
    printed = parse_amount(text, columns.unit)
    if printed.amount_minor is None:
        if printed.state is ValueState.PARSE_FAILED:
            report_left(found, "unreadable_amount", f"{row}행 {columns.amount}열 「{text[:30]}」")
        return
    kind_text = view.text(row, columns.kind)
    kind_raw = re.split(r"[(\n]", kind_text.strip())[0].strip()
    kind, stage = next(
        (
            (kind, stage)
            for text in (kind_raw, columns.said)
            for pattern, kind, stage in _KINDS
            if pattern.search(words.folded(text))
        ),
        (AdjustmentKind.OTHER, Stage.CHANGE),
    )
    day = _day(kind_text)
    year = day.year if day is not None else years.year_in(kind_text) or around.fiscal_year
    if year is None:
        report_left(found, "year_unknown", f"{row}행 {columns.kind}열 「{' '.join(kind_text.split())[:30]}」")
        return
    from_project, to_project = _project(view, row, columns.from_project), _project(view, row, columns.to_project)
    place = view.place(row, columns.amount)
    found.adjustments.append(
        FoundAdjustment(
            place=place,
            kind=kind,
            kind_raw=kind_raw,
            on=day.isoformat() if day is not None else None,
            fiscal_year=year,
            from_project=from_project,
            from_item=_item(view, row, columns.from_item),
            to_project=to_project,
            to_item=_item(view, row, columns.to_item),
            reason="" if columns.reason is None else " ".join(view.text(row, columns.reason).split()),
        )
    )
    found.amounts.append(
        FoundAmount(
            place=place,
            raw_text=text,
            amount_minor=printed.amount_minor,
            currency=columns.unit.currency,
            value_state=printed.state,
            unit_raw=columns.unit.raw,
            unit_multiplier=columns.unit.multiplier,
            unit_from=columns.unit_from,
            precision_minor=printed.precision_minor,
            fiscal_year=year,
            stage=stage,
            stage_no=0,
            stage_from=TakenFrom.CELL,
            period=None if day is None else f"{day.year}{day.month:02d}",
            basis=None,
            subject=_subject(view, row, columns, from_project, to_project, around),
            is_revenue=False,
            is_total=False,
            compared=kind_raw if stage is Stage.CHANGE else None,
            form="transfers",
            confidence=1.0 if day is not None else 0.9,
        )
    )


def _day(text: str) -> dt.date | None:
    match = _DAY.search(text)
    if match is None:
        return None
    year = int(match.group(1))
    try:
        return dt.date(year if year > 99 else 2000 + year, int(match.group(2)), int(match.group(3)))
    except ValueError:
        return None


def _project(view: TableView, row: int, col: int | None) -> tuple[str | None, str | None]:
    if col is None:
        return None, None
    name, code = named("".join(part.strip() for part in view.text(row, col).split("\n")))
    return name or None, code


def _item(view: TableView, row: int, col: int | None) -> str | None:
    match = None if col is None else _ITEM.search(view.text(row, col))
    return match.group(0) if match else None


def _named_item(view: TableView, row: int, col: int | None) -> str | None:
    return None if col is None else " ".join(view.text(row, col).split()) or None


def _subject(
    view: TableView,
    row: int,
    columns: _Columns,
    from_project: tuple[str | None, str | None],
    to_project: tuple[str | None, str | None],
    around: Around,
) -> Subject:
    """The row itself: money that moves is of no single item, so each row is a subject of its own under the giving project."""
    names: dict[Level, str] = {}
    codes: dict[Level, str] = {}
    if around.org[0]:
        names[Level.ORG] = around.org[0]
    if from_project[0]:
        names[Level.PROJECT] = from_project[0]
    if from_project[1]:
        codes[Level.PROJECT] = from_project[1]
    from_item, to_item = _item(view, row, columns.from_item), _item(view, row, columns.to_item)
    giver = from_item or _named_item(view, row, columns.from_item) or from_project[0] or "?"
    taker = to_item or _named_item(view, row, columns.to_item) or to_project[0] or "?"
    return Subject(Level.OTHER, f"{from_project[0] or ''} {giver}→{taker} #{row}".strip(), None, names, codes)


FORM = _Transfers()
