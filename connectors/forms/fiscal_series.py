"""The central government's budget by project and year, as series that were built from the portal's files of each year.

The portal's files (공공데이터포털 15083329, 세목 예산편성현황(총지출)) are fixed as what parliament enacted, on the basis of
총지출, and sum up to it. Names were merged across ministries, so a row's ministry is that of the first file's row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.forms.contract import Around, Found
from connectors.tables.rowwise import Headings, Money, amount_in, body_rows, find_headings
from connectors.tables.view import TableView
from connectors.tables.years import only_year
from schemas.budget import Subject
from schemas.fiscal import Basis, Level, Stage, TakenFrom
from schemas.money import Unit, looks_like_amount, parse_unit

_HEADINGS = frozenset({"name", "ministry", "year", "amount"})
_BUILT = re.compile(r"\bfiscal_by_project_\d{4}\.csv\b")
_UNIT_LINE = re.compile(r"^\s*unit\s*[:=]\s*(\S.*?)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _FiscalSeries:
    name: str = "fiscal_series"
    label: str = "중앙정부 세부사업 연도별 예산(총지출)"
    version: int = 1

    def recognises(self, view: TableView, around: Around) -> float:
        """By the four headings together with the list of files that the series were built from."""
        if view.n_cols != len(_HEADINGS) or not any(map(_BUILT.search, around.lines)):
            return 0.0
        return 0.0 if _headings(view, around) is None else 1.0

    def read(self, view: TableView, around: Around) -> Found:
        """An amount a row, of a project in a year."""
        headings = _headings(view, around)
        if headings is None:
            return Found(reason="header_unknown")
        columns = [headings.column(name) for name in ("name", "ministry", "year", "amount")]
        name_col, org_col, year_col, amount_col = (col or 0 for col in columns)
        found = Found()
        unit, unit_from = _unit(around)
        if unit is None:
            n_left = sum(looks_like_amount(view.own(row, amount_col)) for row in body_rows(view, headings))
            detail = f"{headings.first}행 {amount_col}열의 금액에 단위가 없음"
            proposals = ("unit=원", "unit=천원", "unit=백만원")
            return Found(reason="unit_unknown", detail=detail, proposals=proposals, is_question=True, n_left=n_left)
        money = Money(amount_col, unit, unit_from, Stage.ENACTED, TakenFrom.FORM, basis=Basis.TOTAL_EXPENDITURE)
        for row in body_rows(view, headings):
            year = only_year(view.text(row, year_col))
            project, org = view.text(row, name_col).strip(), view.text(row, org_col).strip()
            names = {Level.PROJECT: project, **({Level.ORG: org} if org else {})}
            amount = None
            if year is not None and project:
                amount = amount_in(view, row, money, year, Subject(Level.PROJECT, project, None, names), self.name)
            if amount is not None:
                found.amounts.append(amount)
            elif looks_like_amount(view.own(row, amount_col)):
                found.n_left += 1
        return found


def _headings(view: TableView, around: Around) -> Headings | None:
    return find_headings(view, around, _is_heading)


def _is_heading(names: Sequence[str]) -> bool:
    return len(names) == len(_HEADINGS) and set(names) == _HEADINGS


def _unit(around: Around) -> tuple[Unit | None, TakenFrom]:
    for line in around.lines:
        match = _UNIT_LINE.match(line)
        unit = parse_unit(match[1]) if match else None
        if unit is not None:
            return unit, TakenFrom.TEXT
    if around.unit and (unit := parse_unit(around.unit)):
        return unit, TakenFrom.TEXT
    said = around.answers.get("unit") or around.declared.unit
    return (parse_unit(said) if said else None), TakenFrom.SOURCE


FORM = _FiscalSeries()
