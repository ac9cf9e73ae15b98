"""열린재정: rows of its OpenAPI and of the files that it exports, by field code or Korean label.

The codes fix the unit (천원 for what is proposed and enacted, 원 for what is executed) and the stage; a Korean label fixes the
stage alone, since the portal's files come in both units. In the services that include a supplementary budget the same
codes mean its stages. What parliament has not decided yet is printed as 0 there, and is no zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from connectors.forms.contract import Around, Found
from connectors.tables.openfields import (
    AMOUNT_FIELDS,
    BASIS,
    KEY_LEVELS,
    MONTH,
    SUPPLEMENTARY_FIELDS,
    YEAR,
    AmountField,
    code_of,
    field_of_label,
)
from connectors.tables.rowwise import Headings, Money, amount_in, body_rows, find_headings, subject_of
from connectors.tables.view import TableView
from connectors.tables.years import only_year
from schemas.budget import Subject
from schemas.fiscal import Basis, Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, looks_like_amount, parse_amount, parse_unit

_LEAST_KEYS = 2
_LEAST_LABELS = 4
_SUPPLEMENTARY_SERVICES = ("BudgetAdd", "AddBudget", "추경", "추가경정")
_PLAIN_SERVICES = ("TotalExpenditure", "ExpenditureBudgetInit", "본예산", "예산편성현황")
_TOTAL_EXPENDITURE_SERVICES = ("TotalExpenditure", "총지출")
_BASES = {"1": Basis.GROSS, "총계": Basis.GROSS, "2": Basis.NET, "순계": Basis.NET}
_TWO_MEANINGS = tuple(name for name, found in AMOUNT_FIELDS.items() if found.supplementary)


@dataclass(slots=True)
class _Layout:
    """Which column holds which field, and the unit that the headings print."""

    fields: dict[str, int] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    is_coded: bool = True
    is_supplementary_label: bool = False

    def amounts(self) -> dict[str, int]:
        """The fields of money."""
        return {name: col for name, col in self.fields.items() if name in AMOUNT_FIELDS}


@dataclass(frozen=True, slots=True)
class _OpenFiscal:
    name: str = "open_fiscal"
    label: str = "열린재정 예산편성·결산·집행"
    version: int = 1

    def recognises(self, view: TableView, around: Around) -> float:
        """By field codes for certain; by the Korean labels of the keys and of an amount nearly so."""
        headings = find_headings(view, around, _is_heading)
        if headings is None:
            return 0.0
        return 1.0 if _layout(headings.names).is_coded else 0.95

    def read(self, view: TableView, around: Around) -> Found:
        """An amount a cell of the money columns; a question where the same field may mean two stages."""
        headings = find_headings(view, around, _is_heading)
        if headings is None:
            return Found(reason="header_unknown")
        layout = _layout(headings.names)
        is_supplementary = _is_supplementary(layout, around)
        if is_supplementary is None:
            return _question(
                view,
                headings,
                layout,
                "stage_unknown",
                "본예산 서비스의 자료인지 추경 서비스의 자료인지 알 수 없음",
                ("stage=ENACTED", "stage=SUPP_ENACTED"),
            )
        columns: dict[str, Money] = {}
        for name, col in layout.amounts().items():
            money = _money(name, col, layout, around, is_supplementary=is_supplementary)
            if money is None:
                detail = f"{headings.names[col - 1]}: 파일에 단위가 없음"
                return _question(view, headings, layout, "unit_unknown", detail, ("unit=원", "unit=천원"))
            columns[name] = money
        return self._amounts(view, around, headings, layout, columns)

    def _amounts(
        self, view: TableView, around: Around, headings: Headings, layout: _Layout, columns: dict[str, Money]
    ) -> Found:
        found = Found()
        undecided = _undecided_years(view, headings, layout, around)
        is_whole_year = MONTH not in layout.fields
        for row in body_rows(view, headings):
            year = _row_year(view, row, layout, around)
            month = _month(view, row, layout)
            subject = _subject(view, row, layout)
            basis = _row_basis(view, row, layout)
            for name, money in columns.items():
                known = AMOUNT_FIELDS[name]
                if year is None or (
                    known.needs_month and month is None and not (is_whole_year and _is_settled(layout))
                ):
                    found.n_left += looks_like_amount(view.own(row, money.col))
                    continue
                amount = amount_in(
                    view,
                    row,
                    _of_row(money, known, basis, is_settled=is_whole_year),
                    year + known.year_offset,
                    subject,
                    self.name,
                    period=None if month is None else f"{year}{month:02}",
                    is_undecided=known.is_decision and year in undecided,
                )
                if amount is None:
                    found.n_left += looks_like_amount(view.own(row, money.col))
                else:
                    found.amounts.append(amount)
        if not found.amounts and found.n_left:
            reason = "year_unknown" if YEAR not in layout.fields and around.fiscal_year is None else "stage_unknown"
            return Found(reason=reason, detail="회계연도나 집행월이 없는 행뿐임", is_question=True, n_left=found.n_left)
        return found


def _is_heading(names: Sequence[str]) -> bool:
    layout = _layout(names)
    if not layout.amounts():
        return False
    keys = {name.rsplit("_", 1)[0] for name in layout.fields if name.rsplit("_", 1)[0] in KEY_LEVELS}
    if layout.is_coded:
        return len(keys) + (YEAR in layout.fields) >= _LEAST_KEYS
    return YEAR in layout.fields and {"OFFC", "FSCL"} <= keys and len(keys) >= _LEAST_LABELS


def _layout(names: Sequence[str]) -> _Layout:
    layout = _Layout()
    for col, name in enumerate(names, start=1):
        if code := code_of(name):
            layout.fields.setdefault(code, col)
    if layout.fields:
        return layout
    layout.is_coded = False
    for col, name in enumerate(names, start=1):
        layout.is_supplementary_label |= "추경" in name or "추가경정" in name
        if known := field_of_label(name):
            code, unit = known
            if code.endswith("_NM") and code in layout.fields:
                # 소관 and 소관명 stand side by side: the bare word is then the code
                code = _place_code(layout, code, names, col)
            layout.fields.setdefault(code, col)
            if unit is not None:
                layout.units[code] = unit
    return layout


def _place_code(layout: _Layout, code: str, names: Sequence[str], col: int) -> str:
    other = f"{code.removesuffix('_NM')}_CD"
    if names[col - 1].strip().endswith("명"):
        layout.fields.setdefault(other, layout.fields.pop(code))
        return code
    return other


def _is_supplementary(layout: _Layout, around: Around) -> bool | None:
    """Whether the rows are of a service with the supplementary budget; None if that cannot be known and matters."""
    if not any(name in layout.fields for name in _TWO_MEANINGS):
        return False
    said = around.answers.get("stage") or around.declared.stage
    if said in (Stage.ENACTED, Stage.SUPP_ENACTED):
        return said == Stage.SUPP_ENACTED
    for text in (*around.headings, *around.lines, around.title or ""):
        if any(word in text for word in _SUPPLEMENTARY_SERVICES):
            return True
        if any(word in text for word in _PLAIN_SERVICES):
            return False
    if layout.is_supplementary_label or SUPPLEMENTARY_FIELDS & layout.fields.keys():
        return True
    if not layout.is_coded or "Y_PREY_FIRST_KCUR_AMT" in layout.fields or "Y_PREY_FNL_FRC_AMT" in layout.fields:
        # only the services of the first budget print the year before beside it
        return False
    return None


def _money(name: str, col: int, layout: _Layout, around: Around, *, is_supplementary: bool) -> Money | None:
    known = AMOUNT_FIELDS[name]
    stage = known.supplementary if is_supplementary and known.supplementary else known.stage
    unit, unit_from = known.unit, TakenFrom.FORM
    if not layout.is_coded:
        printed = layout.units.get(name)
        around_unit = parse_unit(around.unit) if around.unit else None
        said = around.answers.get("unit") or around.declared.unit
        if printed is not None:
            unit, unit_from = printed, TakenFrom.CELL
        elif around_unit is not None:
            unit, unit_from = around_unit, TakenFrom.TEXT
        elif said and (declared := parse_unit(said)):
            unit, unit_from = declared, TakenFrom.SOURCE
        else:
            return None
    basis = known.basis
    if any(word in text for text in (*around.headings, *around.lines) for word in _TOTAL_EXPENDITURE_SERVICES):
        basis = Basis.TOTAL_EXPENDITURE
    return Money(col, unit, unit_from, stage, TakenFrom.FORM, basis=basis, compared=known.compared)


def _of_row(money: Money, known: AmountField, basis: Basis | None, *, is_settled: bool) -> Money:
    """A column as one row states it: with the row's basis, and settled where it is of a whole year."""
    if known.needs_month and is_settled:
        money = replace(money, stage=Stage.SETTLED)
    return money if known.basis is not None or basis is None else replace(money, basis=basis)


def _is_settled(layout: _Layout) -> bool:
    """Whether the rows are those of the settled account: what was carried over and lapsed is known then."""
    return "NEXT_YY_BFWAMT" in layout.fields or "DUSEAMT" in layout.fields


def _undecided_years(view: TableView, headings: Headings, layout: _Layout, around: Around) -> set[int]:
    """The years of which every decided amount is 0, though something was proposed."""
    decided: set[int] = set()
    printed: set[int] = set()
    proposed: set[int] = set()
    decisions = [
        col for name, col in layout.fields.items() if name in AMOUNT_FIELDS and AMOUNT_FIELDS[name].is_decision
    ]
    proposals = [
        col for name, col in layout.fields.items() if name in AMOUNT_FIELDS and AMOUNT_FIELDS[name].is_proposal
    ]
    views = [(view, headings.first)]
    if headings.first == 1 and around.before is not None:
        views.append((around.before, 1))
    for part, first in views:
        for row in range(first, part.n_rows + 1):
            year = _row_year(part, row, layout, around)
            if year is None:
                continue
            for col in decisions:
                state = parse_amount(part.own(row, col), Unit("원", 1)).state
                printed |= {year} if state is ValueState.ZERO_PRINTED else set()
                decided |= {year} if state is ValueState.VALUE else set()
            if any(parse_amount(part.own(row, col), Unit("원", 1)).state is ValueState.VALUE for col in proposals):
                proposed.add(year)
    return {year for year in printed - decided if not proposals or year in proposed}


def _row_year(view: TableView, row: int, layout: _Layout, around: Around) -> int | None:
    col = layout.fields.get(YEAR)
    return around.fiscal_year if col is None else only_year(view.text(row, col))


def _month(view: TableView, row: int, layout: _Layout) -> int | None:
    col = layout.fields.get(MONTH)
    if col is None:
        return None
    # some months are printed with their year before them
    digits = view.text(row, col).strip().removesuffix("월").strip()
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in (1, 2, 6):
        return None
    month = int(digits[-2:])
    return month if 1 <= month <= 12 else None


def _row_basis(view: TableView, row: int, layout: _Layout) -> Basis | None:
    for end in ("CD", "NM"):
        col = layout.fields.get(f"{BASIS}_{end}")
        if col is not None and (basis := _BASES.get(view.text(row, col).strip())):
            return basis
    return None


def _subject(view: TableView, row: int, layout: _Layout) -> Subject:
    names: dict[Level, str] = {}
    codes: dict[Level, str] = {}
    printed: dict[str, str] = {}
    for stem, level in KEY_LEVELS.items():
        name = _text(view, row, layout, f"{stem}_NM")
        code = printed[stem] = _text(view, row, layout, f"{stem}_CD")
        if stem == "ACCT":
            # a fund's accounts are parts of it and have no level of their own
            name = " ".join(part for part in (names.get(level, ""), name) if part)
            code = "-".join(part for part in (codes.get(level, ""), code) if part)
        elif stem == "SACTV" and code:
            code = f"{printed['ACTV']}-{code}" if printed["ACTV"] else code
        elif stem == "EITM" and code:
            code = f"{printed['CITM']}-{code}" if printed["CITM"] else code
        if name:
            names[level] = name
        if code:
            codes[level] = code
    return subject_of(names, codes, "합계")


def _text(view: TableView, row: int, layout: _Layout, name: str) -> str:
    col = layout.fields.get(name)
    return view.text(row, col).strip() if col is not None else ""


def _question(
    view: TableView, headings: Headings, layout: _Layout, reason: str, detail: str, proposals: tuple[str, ...]
) -> Found:
    cols = layout.amounts().values()
    n_left = sum(looks_like_amount(view.own(row, col)) for row in body_rows(view, headings) for col in cols)
    return Found(reason=reason, detail=detail, proposals=proposals, is_question=True, n_left=n_left)


FORM = _OpenFiscal()
