"""Local finance as open data: 지방재정365's rows by project, and lines of budgets collected by one row each.

Their units stand nowhere in the files. The publishers fix 원 for exactly these columns, so a table is known by its exact
headings alone; any other table of a local government is left to the general form, which asks for the unit.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.forms.contract import Around, Found
from connectors.tables.rowwise import Headings, Money, amount_in, body_rows, find_headings, subject_of
from connectors.tables.view import TableView
from connectors.tables.years import only_year
from schemas.budget import FoundAmount, Subject
from schemas.fiscal import Level, Stage, TakenFrom
from schemas.money import Unit, looks_like_amount, units_in

_WON = Unit("원", 1)
_CODE_AND_NAME = re.compile(r"(\d{2,3}(?:-\d{2,3})?)(?:\s+(\S.*))?")
_SUPPLEMENTARY = re.compile(r"(?:제?\s*(\d{1,2})\s*(?:회|차)\s*)?추가?경정?(?:예산)?")
_DAY = re.compile(r"((?:19|20)\d{2})-?(\d{2})-?\d{2}")

_LINE_HEADINGS = frozenset(
    {"organization", "project_detail", "fiscal_year", "budget_type", "budget_amount", "budget_category", "sub_category"}
)

_KEYS = {
    "fyr": "year",
    "회계연도": "year",
    "exe_ymd": "day",
    "집행일자": "day",
    "laf_hg_nm": "org",
    "자치단체명": "org",
    "laf_cd": "org_code",
    "자치단체코드": "org_code",
    "acnt_dv_nm": "account",
    "회계구분명": "account",
    "acnt_dv_cd": "account_code",
    "회계구분코드": "account_code",
    "fld_nm": "field",
    "분야명": "field",
    "fld_cd": "field_code",
    "분야코드": "field_code",
    "sect_nm": "sector",
    "part_nm": "sector",
    "부문명": "sector",
    "sect_cd": "sector_code",
    "ane_part_cd": "sector_code",
    "부문코드": "sector_code",
    "dbiz_nm": "project",
    "세부사업명": "project",
    "dbiz_cd": "project_code",
    "세부사업코드": "project_code",
}
_PORTAL_AMOUNTS = {
    "bdg_cash_amt": Stage.CURRENT,
    "예산현액": Stage.CURRENT,
    "ep_amt": Stage.EXEC_YTD,
    "지출액": Stage.EXEC_YTD,
}
# national, provincial and own shares of the budget, which are no amounts of their own; and one that is described in two ways
_SHARES = frozenset(
    {"bdg_ntep", "capep", "sggep", "etc_amt", "cpl_amt", "국비", "시도비", "시군구비", "기타", "편성액"}
)
_PORTAL_LEVELS = {
    "org": Level.ORG,
    "account": Level.ACCOUNT,
    "field": Level.FIELD,
    "sector": Level.SECTOR,
    "project": Level.PROJECT,
}
_PORTAL_LEAST = frozenset({"year", "org", "org_code", "project"})


@dataclass(frozen=True, slots=True)
class _LocalFinance:
    name: str = "local_finance"
    label: str = "지방재정 공개 자료"
    version: int = 1

    def recognises(self, view: TableView, around: Around) -> float:
        """By the exact headings."""
        return 0.0 if find_headings(view, around, _is_heading) is None else 1.0

    def read(self, view: TableView, around: Around) -> Found:
        """An amount a cell of the money columns."""
        headings = find_headings(view, around, _is_heading)
        if headings is None:
            return Found(reason="header_unknown")
        if set(headings.names) >= _LINE_HEADINGS:
            return self._lines(view, headings)
        return self._projects(view, headings)

    def _lines(self, view: TableView, headings: Headings) -> Found:
        found = Found()
        col = headings.column("budget_amount") or 0
        for row in body_rows(view, headings):
            text = _Texts(view, row, {name: number for number, name in enumerate(headings.names, start=1)})
            year, stage = only_year(text["fiscal_year"]), _stage_of(text["budget_type"])
            amount = None
            if year is not None and stage is not None:
                money = Money(col, _WON, TakenFrom.FORM, stage[0], TakenFrom.CELL, stage[1])
                amount = amount_in(view, row, money, year, _line_subject(text), self.name)
            _keep(found, amount, view.own(row, col))
        if not found.amounts and found.n_left:
            return Found(reason="stage_unknown", detail="budget_type", is_question=True, n_left=found.n_left)
        return found

    def _projects(self, view: TableView, headings: Headings) -> Found:
        found = Found()
        keys = {_KEYS[name]: number for number, name in enumerate(headings.names, start=1) if name in _KEYS}
        amounts = [(number, name) for number, name in enumerate(map(_bare, headings.names), start=1)]
        for row in body_rows(view, headings):
            text = _Texts(view, row, keys)
            year, period = only_year(text["year"]), _period(text["day"])
            subject = _project_subject(text)
            for col, name in amounts:
                if name in _SHARES:
                    found.n_left += looks_like_amount(view.own(row, col))
                    continue
                stage = _PORTAL_AMOUNTS.get(name)
                if stage is None:
                    continue
                printed = units_in(headings.names[col - 1])
                unit, unit_from = (printed[0], TakenFrom.CELL) if len(printed) == 1 else (_WON, TakenFrom.FORM)
                money = Money(col, unit, unit_from, stage, TakenFrom.CELL)
                amount = None
                if year is not None:
                    amount = amount_in(view, row, money, year, subject, self.name, period=period)
                _keep(found, amount, view.own(row, col))
        if not found.amounts and found.n_left:
            return Found(reason="year_unknown", detail="회계연도", is_question=True, n_left=found.n_left)
        return found


class _Texts:
    """The texts of a row by what they are; empty for what the table does not have, and for `null`."""

    def __init__(self, view: TableView, row: int, columns: Mapping[str, int]) -> None:
        self._view, self._row, self._columns = view, row, columns

    def __getitem__(self, name: str) -> str:
        col = self._columns.get(name)
        text = self._view.text(self._row, col).strip() if col is not None else ""
        return "" if text == "null" else text


def _is_heading(names: Sequence[str]) -> bool:
    if set(names) >= _LINE_HEADINGS:
        return True
    keys = {_KEYS[name] for name in names if name in _KEYS}
    return keys >= _PORTAL_LEAST and any(_bare(name) in _PORTAL_AMOUNTS for name in names)


def _bare(name: str) -> str:
    return re.sub(r"\s*[(\[][^)\]]*[)\]]$", "", name).strip()


def _keep(found: Found, amount: FoundAmount | None, raw: str) -> None:
    if amount is not None:
        found.amounts.append(amount)
    else:
        found.n_left += looks_like_amount(raw)


def _stage_of(text: str) -> tuple[Stage, int] | None:
    """Stage and number of the supplementary budget that a kind of budget stands for."""
    kind = "".join(text.split())
    if kind in ("본예산", "당초예산", "당초"):
        return Stage.ENACTED, 0
    match = _SUPPLEMENTARY.fullmatch(kind)
    return (Stage.SUPP_ENACTED, int(match[1] or 0)) if match else None


def _line_subject(text: _Texts) -> Subject:
    """The line itself is what the amount is of, under its office and its items."""
    names: dict[Level, str] = {}
    codes: dict[Level, str] = {}
    if org := text["organization"]:
        names[Level.ORG] = org
    detail = text["project_detail"]
    if detail:
        names[Level.SUBPROJECT] = detail
    mok = _coded(text["budget_category"], names, codes, Level.MOK)
    semok = _coded(text["sub_category"], names, codes, Level.SEMOK)
    if mok and semok and len(semok) == 2:
        codes[Level.SEMOK] = f"{mok.rsplit('-', 1)[-1]}-{semok}"
    if not detail:
        return subject_of(names, codes)
    return Subject(Level.SUBPROJECT, detail, None, names, codes)


def _coded(text: str, names: dict[Level, str], codes: dict[Level, str], level: Level) -> str | None:
    """Take `01 사무관리비` apart; returns the code."""
    match = _CODE_AND_NAME.fullmatch(text)
    if match is None:
        if text:
            names[level] = text
        return None
    codes[level] = match[1]
    if match[2]:
        names[level] = match[2]
    return match[1]


def _project_subject(text: _Texts) -> Subject:
    names = {level: found for key, level in _PORTAL_LEVELS.items() if (found := text[key])}
    codes = {level: found for key, level in _PORTAL_LEVELS.items() if (found := text[f"{key}_code"])}
    return subject_of(names, codes)


def _period(text: str) -> str | None:
    match = _DAY.fullmatch(text)
    return f"{match[1]}{match[2]}" if match and 1 <= int(match[2]) <= 12 else None


FORM = _LocalFinance()
