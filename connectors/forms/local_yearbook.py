"""지방재정연감: local governments by row, classified headings with codes in two to four rows, in thousands of won.

The publisher fixes what the sheets do not print: the unit (천원) and, for the sheets called 최종예산/결산, the settlement. Their
revenues exceed their expenditures by the surplus of the year in every year, which only a settlement does; amounts are gross.
"""

import re
from dataclasses import dataclass

from connectors.forms.contract import Around, Found
from connectors.tables import words
from connectors.tables.headings import Headings, find_headings
from connectors.tables.reading import report_left
from connectors.tables.view import TableView
from schemas.budget import FoundAmount, Subject
from schemas.fiscal import Basis, Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, parse_amount, units_in

_TITLE = re.compile(r"((?:19|20)[0-9]{2})\s*년?도?\s*지방재정연감")
_CODED = re.compile(r"^\s*([0-9]{3,5})\s+(\S.*)$", re.DOTALL)
_UNIT = Unit("천원", 1_000)
_REVENUE_ROOTS = re.compile(r"지방세수입|세외수입|지방교부세|보조금|지방채|보전수입")


@dataclass(frozen=True, slots=True)
class _Yearbook:
    name: str = "local_yearbook"
    label: str = "지방재정연감"
    version: int = 2

    def recognises(self, view: TableView, around: Around) -> float:
        """By the title row or the title, and headings that are codes with names."""
        if view.n_cols < 3 or view.n_rows < 4:
            return 0.0
        if _year(view, around) is None:
            return 0.0
        heads = [view.own(row, col) for row in range(1, min(5, view.n_rows) + 1) for col in range(2, view.n_cols + 1)]
        coded = sum(bool(_CODED.match(text)) for text in heads)
        return 0.95 if coded >= 2 else 0.0

    def read(self, view: TableView, around: Around) -> Found:
        """Every cell below a coded heading, of the local government of its row."""
        headings = find_headings(view)
        year = _year(view, around)
        if headings is None or year is None:
            return Found(reason="header_unknown", detail="지방재정연감의 머리 행을 찾지 못했습니다")
        terms = _terms(view, around)
        if terms is None:
            return Found(
                reason="unit_unknown",
                detail=f"「{view.grid.unit or around.unit}」",
                proposals=("unit=천원", "unit=백만원"),
                is_question=True,
            )
        subjects = [_classified(headings, col) for col in range(1, view.n_cols + 1)]
        is_revenue = any(_REVENUE_ROOTS.search(text) for path in headings.paths for text in path[:1])
        found = Found()
        for row in range(headings.first_body, view.n_rows + 1):
            org = " ".join(view.text(row, 1).split())
            if not org:
                continue
            for col in range(2, view.n_cols + 1):
                subject = subjects[col - 1]
                if subject is not None:
                    _add(found, view, row, col, year, org, subject, terms, is_revenue=is_revenue)
        return found


@dataclass(frozen=True, slots=True)
class _Terms:
    unit: Unit
    unit_from: TakenFrom
    stage: Stage
    stage_from: TakenFrom
    basis: Basis


def _terms(view: TableView, around: Around) -> _Terms | None:
    """What the publisher fixes, as far as the sheet prints nothing else; None where it prints a unit that is none of money."""
    printed = view.grid.unit or around.unit
    found = units_in(f"(단위: {printed})") if printed else []
    if printed and not found:
        return None
    unit, unit_from = (found[0], TakenFrom.TEXT) if found else (_UNIT, TakenFrom.FORM)
    texts = [*(view.own(row, 1) for row in range(1, min(3, view.n_rows) + 1)), view.element.sheet or "", *around.lines]
    said = "".join(texts)
    is_first = "당초" in said and not re.search(r"최종|결산", said)
    is_net = "순계" in said and "총계" not in said
    return _Terms(
        unit,
        unit_from,
        Stage.ENACTED if is_first else Stage.SETTLED,
        TakenFrom.TEXT if is_first else TakenFrom.FORM,
        Basis.NET if is_net else Basis.GROSS,
    )


def _year(view: TableView, around: Around) -> int | None:
    for text in (view.own(1, 1), *around.lines, *around.headings, around.title or ""):
        match = _TITLE.search(text)
        if match:
            return int(match.group(1))
    return None


def _classified(headings: Headings, col: int) -> Subject | None:
    """What a column is of: its codes and names from top to bottom; None for one that is no money."""
    path = headings.path(col)
    if not path:
        return None
    is_coded = any(_CODED.match(text) for text in path)
    if words.is_total(path[-1]) and not is_coded:
        return Subject(Level.TOTAL, "합계")
    names: dict[Level, str] = {}
    codes: dict[Level, str] = {}
    lowest = Level.TOTAL
    for text in path:
        match = _CODED.match(text)
        if match is None:
            continue
        code, name = match.group(1), " ".join(match.group(2).split())
        level = _level(code, len(path))
        if level in names:
            # Of revenue three levels have codes of three digits; the outer ones are what the inner ones are part of.
            names[Level.FIELD], codes[Level.FIELD] = (
                names.get(Level.FIELD, names[level]),
                codes.get(Level.FIELD, codes[level]),
            )
        names[level], codes[level] = name, code
        lowest = level
    return Subject(lowest, names[lowest], codes[lowest], names, codes) if names else None


def _level(code: str, depth: int) -> Level:
    if len(code) == 5:
        return Level.SEMOK
    if depth > 2:
        return Level.MOK
    return Level.FIELD if code.endswith("0") else Level.SECTOR


def _add(
    found: Found,
    view: TableView,
    row: int,
    col: int,
    year: int,
    org: str,
    column: Subject,
    terms: _Terms,
    *,
    is_revenue: bool,
) -> None:
    text = view.own(row, col).strip()
    printed = parse_amount(text, terms.unit)
    if printed.state is ValueState.PARSE_FAILED:
        report_left(found, "unreadable_amount", f"{row}행 {col}열 「{text[:30]}」")
        return
    if printed.state is ValueState.BLANK:
        return
    names = {Level.ORG: org, **column.names}
    subject = Subject(column.level, column.name, column.code, names, column.codes)
    found.amounts.append(
        FoundAmount(
            place=view.place(row, col),
            raw_text=text,
            amount_minor=printed.amount_minor,
            currency=terms.unit.currency,
            value_state=printed.state,
            unit_raw=terms.unit.raw,
            unit_multiplier=terms.unit.multiplier,
            unit_from=terms.unit_from,
            precision_minor=printed.precision_minor,
            fiscal_year=year,
            stage=terms.stage,
            stage_no=0,
            stage_from=terms.stage_from,
            period=None,
            basis=terms.basis,
            subject=subject,
            is_revenue=is_revenue,
            is_total=column.level is Level.TOTAL,
            compared=None,
            form="local_yearbook",
            confidence=1.0,
        )
    )


FORM = _Yearbook()
