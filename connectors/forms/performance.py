"""성과계획서와 성과보고서: indicators with their targets, results and rates by year, and the money beside them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.forms.contract import Around, Found
from connectors.forms.general import read_table
from connectors.tables import words, years
from connectors.tables.headings import find_headings, stacked
from connectors.tables.indicators import (
    IndicatorColumns,
    Measure,
    columns_of,
    decimal_of,
    find_indicators,
    measure_of,
    says_nothing,
    unit_of_name,
)
from connectors.tables.labels import items_of, named
from connectors.tables.view import TableView
from schemas.budget import FoundIndicator, Subject
from schemas.elements import Cell
from schemas.fiscal import Level
from schemas.money import Unit, looks_like_amount

_LEVELS = (Level.PROJECT, Level.ACTIVITY, Level.PROGRAM)
_WORDS = {"프로그램": Level.PROGRAM, "단위사업": Level.ACTIVITY, "세부사업": Level.PROJECT}
_STATED = re.compile(r"(프로그램|단위사업|세부사업)(?:명)?\s*[:：]\s*([^:：\n]{2,60})$")
_BY_LEVEL = re.compile(r"(프로그램|단위사업|세부사업)\s*별")
_BULLET = re.compile(r"^[\s□■○●ㅇ◦·\-※]*(?:[0-9]{1,2}[.)]|[가-하][.)]|[①-⑳]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+[.\-])?\s*")
_DIVIDED = re.compile(r"\s+[-–—]\s+")
_CODED = re.compile(r"^(?P<name>.+?)\s*[(（]\s*(?P<code>[0-9]{4}(?:-[0-9]{3})?)\s*[)）]$")
_MARK = " (성과지표)"
_UNIT_OF_EXPLANATIONS = Unit("백만원", 1_000_000)


@dataclass(frozen=True, slots=True)
class _Performance:
    name: str = "performance"
    label: str = "성과계획서·보고서"
    version: int = 1

    def recognises(self, view: TableView, around: Around) -> float:
        """By a heading 성과지표 and columns or rows of targets, results or rates."""
        return 0.0 if _columns(view, around) is None else 0.8

    def read(self, view: TableView, around: Around) -> Found:
        """An indicator a cell; money beside it as any table's."""
        columns = _columns(view, around)
        if columns is None:
            return Found()
        reader = _Reader(view, columns, around)
        found = _money(view, columns, around, reader, self.name)
        taken = {(one.place.row, one.place.col) for one in reader.indicators}
        found.amounts = [one for one in found.amounts if (one.place.row, one.place.col) not in taken]
        found.indicators = reader.indicators
        if reader.ragged is not None and found.reason is None:
            found.reason, found.detail = "ragged_stack", reader.ragged
        return found


def _columns(view: TableView, around: Around) -> IndicatorColumns | None:
    """The columns by the table's own headings, or by those of the table before it where it goes on from that one."""
    before = around.before
    is_like = before is not None and before.n_cols == view.n_cols
    known = find_indicators(before) if before is not None and is_like else None
    if known is None or not around.is_part:
        own = find_indicators(view)
        if own is not None or known is None or around.lines or find_headings(view) is not None:
            return own
    return columns_of(view, replace(known.headings, rows=(), first_body=1, titles=()))


@dataclass(slots=True)
class _Row:
    """What a row says before its values."""

    number: int
    name: str = ""
    subject: dict[int, str] = field(default_factory=dict)
    has_own_subject: bool = False


class _Reader:
    """Reads the indicators of a table; `ragged` tells of the first cell whose stack does not fit its names."""

    def __init__(self, view: TableView, columns: IndicatorColumns, around: Around) -> None:
        self._view = view
        self._columns = columns
        self._around = around
        self._stated = _stated(around, columns.headings.titles)
        self._year = _year_of_table(columns, around)
        self.indicators: list[FoundIndicator] = []
        self.ragged: str | None = None
        self.rows = list(self._rows())
        for row in self.rows:
            self._read(row)

    def _rows(self) -> Iterator[_Row]:
        """The body's rows; names and subjects of rows that leave them blank are those of the row that they go on from."""
        view, columns = self._view, self._columns
        last = _Row(0)
        for number in range(columns.headings.first_body, view.n_rows + 1):
            row = _Row(number)
            for subject in columns.subjects:
                text = view.text(number, subject.col).strip()
                if text:
                    row.subject[subject.col] = text
                    row.has_own_subject |= bool(view.own(number, subject.col).strip())
            own_name = view.text(number, columns.name).strip()
            if not row.has_own_subject:
                row.subject = {**last.subject, **row.subject}
            elif row.subject:
                # A level that is named anew ends those below it, and goes on under those above it.
                first = min(col for col in row.subject if view.own(number, col).strip())
                row.subject = {**{c: t for c, t in last.subject.items() if c < first}, **row.subject}
            is_on = not row.has_own_subject and not own_name
            row.name = last.name if is_on else own_name
            yield row
            last = row

    def _read(self, row: _Row) -> None:
        view, columns = self._view, self._columns
        name = row.name
        if (
            says_nothing(name)
            or words.is_total(name)
            or measure_of(name) is not None
            or name in columns.headings.path(columns.name)
        ):
            return
        if any(words.is_total(text) for text in row.subject.values()):
            return
        said = next((found for col in columns.kinds if (found := measure_of(view.text(row.number, col)))), None)
        if (
            columns.kinds
            and said is None
            and any(not says_nothing(view.text(row.number, col)) for col in columns.kinds)
        ):
            return
        year = next((at for col in columns.years if (at := years.only_year(view.text(row.number, col).strip()))), None)
        for column in columns.measures:
            measure, at = column.measure or said, column.year or self._undated(column, year)
            if measure is None or at is None or self._is_wide(row.number, column.col):
                continue
            self._cell(row, column.col, measure, at)

    def _undated(self, column: Measure, year: int | None) -> int | None:
        at = year or self._year
        return at - 1 if at is not None and column.is_of_last else at

    def _is_wide(self, row: int, col: int) -> bool:
        """Whether a cell lies over several columns, so that it is of no one year or measure."""
        origin = self._view.origin(row, col)
        return any(
            self._view.origin(row, other) == origin for other in (col - 1, col + 1) if 1 <= other <= self._view.n_cols
        )

    def _cell(self, row: _Row, col: int, measure: str, year: int) -> None:
        text = self._view.own(row.number, col).strip()
        if not text:
            return
        names, lines = items_of(row.name), stacked(text)
        if len(lines) > 1 and all(decimal_of(line)[0] is not None or says_nothing(line) for line in lines):
            if len(names) != len(lines):
                where = f"{row.number}행 {col}열 「{' '.join(lines)[:30]}」: 값 {len(lines)}개, 이름 {len(names)}개"
                self.ragged = self.ragged or where
                return
            for line, (name, value) in enumerate(zip(names, lines, strict=True), start=1):
                self._add(row, col, measure, year, name, value, line, len(names))
            return
        self._add(row, col, measure, year, " ".join(row.name.split()), text, None, 1)

    def _add(
        self, row: _Row, col: int, measure: str, year: int, name: str, text: str, line: int | None, n_lines: int
    ) -> None:
        value, unit = decimal_of(text)
        name, unit_of = unit_of_name(_BULLET.sub("", name) if line is not None else name)
        if measure == "rate":
            unit = None
        self.indicators.append(
            FoundIndicator(
                place=self._view.place(row.number, col, line),
                raw_text=text,
                value=value,
                measure=measure,
                fiscal_year=year,
                name=name,
                unit=self._beside(row, self._columns.unit, line, n_lines) or unit_of or unit,
                method=self._beside(row, self._columns.method, line, n_lines),
                weight=self._beside(row, self._columns.weight, line, n_lines),
                subject=self._subject(row),
            )
        )

    def _beside(self, row: _Row, col: int | None, line: int | None, n_lines: int) -> str | None:
        """What another column says of an indicator; of stacked ones its own line, where there are as many."""
        if col is None:
            return None
        text = self._view.text(row.number, col)
        if not text.strip() and not row.has_own_subject:
            text = self._above(row, col)
        if line is not None and len(lines := stacked(text)) == n_lines:
            text = lines[line - 1]
        return None if says_nothing(text) else " ".join(text.split())

    def _above(self, row: _Row, col: int) -> str:
        """The text of the row that a row goes on from, whose name it shares."""
        for number in range(row.number - 1, self._columns.headings.first_body - 1, -1):
            if self._view.text(number + 1, self._columns.name).strip():
                return ""
            if text := self._view.text(number, col).strip():
                return text
        return ""

    def _subject(self, row: _Row) -> Subject | None:
        """What an indicator is of: as its row says, and around it as far as that is not of another project."""
        names: dict[Level, str] = {}
        codes: dict[Level, str] = {}
        for column in self._columns.subjects:
            text = row.subject.get(column.col, "")
            if says_nothing(text):
                continue
            if column.is_code:
                codes[column.level] = " ".join(text.split())
                continue
            name, code = _named(text)
            names[column.level] = name
            if code:
                codes[column.level] = code
        around = self._around.subject
        own = {level: text for level, text in names.items() if level in _LEVELS}
        outer, outer_codes = dict(self._stated[0]), dict(self._stated[1])
        if around is not None:
            outer = {**outer, **around.names}
            outer_codes = {**outer_codes, **around.codes}
        if all(outer.get(level) in (None, text) for level, text in own.items()):
            lowest = next((level for level in _LEVELS if level in own), None)
            # Around a program's indicator a project that was named before says nothing.
            kept = _LEVELS if lowest is None else _LEVELS[_LEVELS.index(lowest) :]
            wide = {level: text for level, text in outer.items() if level in kept or level not in _LEVELS}
            names = {**wide, **names}
            codes = {**{level: code for level, code in outer_codes.items() if level in wide}, **codes}
        lowest = next((level for level in _LEVELS if level in names), None)
        return None if lowest is None else Subject(lowest, names[lowest], codes.get(lowest), names, codes)


def _named(text: str) -> tuple[str, str | None]:
    coded = _CODED.match(" ".join(text.split()))
    return (coded["name"], coded["code"]) if coded else named(text)


def _year_of_table(columns: IndicatorColumns, around: Around) -> int | None:
    own = (years.year_in(text) for text in columns.headings.titles)
    return next((year for year in own if year is not None), None) or around.fiscal_year


def _stated(around: Around, titles: Sequence[str]) -> tuple[Mapping[Level, str], Mapping[Level, str]]:
    """Names and codes of the levels that texts around the table state, nearest first.

    `프로그램명: …` states one; so does the heading `1. 가 - 나` under another that says 프로그램별, with a project behind the dash.
    """
    names: dict[Level, str] = {}
    codes: dict[Level, str] = {}
    for text in (*titles, *around.lines, *around.headings):
        stated = _STATED.search(" ".join(text.split()))
        if stated and _WORDS[stated[1]] not in names:
            _take(_WORDS[stated[1]], stated[2], names, codes)
    for inner, outer in zip(around.headings, around.headings[1:], strict=False):
        by = _BY_LEVEL.search(outer)
        if by is None:
            continue
        level = _WORDS[by[1]]
        parts = _DIVIDED.split(_BULLET.sub("", inner))
        if level in names or len(parts) > 2 or not parts[0]:
            continue
        _take(level, parts[0], names, codes)
        if len(parts) == 2 and level is not Level.PROJECT and Level.PROJECT not in names:
            _take(Level.PROJECT, parts[1], names, codes)
    return names, codes


def _take(level: Level, text: str, names: dict[Level, str], codes: dict[Level, str]) -> None:
    name, code = _named(text.strip())
    names[level] = name
    if code:
        codes[level] = code


def _money(view: TableView, columns: IndicatorColumns, around: Around, reader: _Reader, form: str) -> Found:
    """The amounts of the other columns. What describes an indicator is left out, so that it names no money.

    Where one amount stands beside the indicators of a project it is the project's; where each has its own, they are theirs.
    """
    left_out = set(columns.own)
    money = [col for col in range(1, view.n_cols + 1) if col not in left_out and col != columns.name]
    blank = {(number, col) for number in range(columns.headings.first_body, view.n_rows + 1) for col in left_out}
    blank -= {
        (row.number, col) for row in reader.rows for col in columns.own if _is_money_row(view, columns, row.number)
    }
    for rows in _by_subject(reader.rows):
        paid = [row for row in rows if any(looks_like_amount(view.own(row.number, col)) for col in money)]
        if len(paid) <= 1:
            blank |= {(row.number, columns.name) for row in rows}
    cells = [_unlike_a_rate(cell, columns) for cell in view.grid.cells if (cell.row, cell.col) not in blank]
    element = view.element.model_copy(update={"table": view.grid.model_copy(update={"cells": cells})})
    rest = TableView(element, view.ordinal, view.number)
    declared = _UNIT_OF_EXPLANATIONS if around.kind == "사업설명자료" else None
    found = read_table(rest, around, form, declared_unit=declared, headings=columns.headings)
    found.amounts = [replace(one, subject=_as_printed(one.subject)) for one in found.amounts]
    return found


def _unlike_a_rate(cell: Cell, columns: IndicatorColumns) -> Cell:
    """A name that elsewhere would say that its row holds rates says so no more: here the row's money is money."""
    is_name = cell.col == columns.name and cell.row >= columns.headings.first_body
    return cell.model_copy(update={"text": cell.text + _MARK}) if is_name and words.is_ratio_row(cell.text) else cell


def _as_printed(subject: Subject) -> Subject:
    if _MARK not in subject.name:
        return subject
    names = {level: text.replace(_MARK, "") for level, text in subject.names.items()}
    return replace(subject, name=subject.name.replace(_MARK, ""), names=names)


def _is_money_row(view: TableView, columns: IndicatorColumns, number: int) -> bool:
    """Whether a row among 목표 and 실적 is one of money: 예산액, 집행액."""
    return any(
        measure_of(text) is None and words.stage_of(text) is not None
        for col in columns.kinds
        if (text := view.text(number, col).strip())
    )


def _by_subject(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows next to each other that are of the same project; a row that names none stands for itself, its name kept."""
    group: list[_Row] = []
    for row in rows:
        if group and row.subject != group[-1].subject:
            yield group
            group = []
        if not row.subject:
            continue
        group.append(row)
    if group:
        yield group


FORM = _Performance()
