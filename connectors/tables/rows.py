"""The labels of a table's rows: what each names, the year, unit and month it says, and what stands above it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.tables import words, years
from connectors.tables.books import book_columns, levels_in_book
from connectors.tables.columns import Column, Role
from connectors.tables.labels import goes_down_to_items, is_period, placed
from connectors.tables.view import TableView
from schemas.fiscal import Level
from schemas.money import Unit, parse_unit, units_in

_ORDER = list(Level)
_MAX_LABELS = 24
_NAMING = frozenset({Level.SUBPROJECT, Level.PROJECT, Level.ACTIVITY, Level.PROGRAM})
_COMES_IN = re.compile(r"^(?:(?:총|국세|조세|세외|기금)?수입|총?세입)(?:합계|계|총계|총액|예산)?$")
_GOES_OUT = re.compile(r"^(?:총지출|지출|세출|총세출)(?:합계|계|총계|총액|예산)?$|수지|채무|차입|비율|GDP")
_GOES_ON = re.compile(r"(?:\s및|·|,)$")
_FISCAL_YEAR = re.compile(r"^(?:회계|예산|결산|집행|편성|사업|학)?[연년]도$")
_SHARE = re.compile(r"^\(\s*[0-9]{1,3}(?:\.[0-9]+)?\s*[%％]?\s*\)$")
_RATE = re.compile(r"^[△▲−-]?[0-9]{1,4}\.[0-9]{1,2}[%％]?$")


@dataclass(frozen=True, slots=True)
class Row:
    """The labels of a row.

    Args:
        labels: (column, text) of the labels, from the left, blanks filled from above where the row goes on from it.
        year: year that a column of years or a label names.
        is_repeated: whether another row has the same lowest label, so that only those above it tell them apart.
        offset: years from the table's to the row's, where its label is but 전년도 or the like.
        is_total: whether the row sums up others.
        stage_text: the lowest label, which may name a stage.
        unit: unit of money that a label names: `보조금 규모(조원)`.
        is_ratio: whether a label says that the row holds rates or counts.
        month: month that a label is; `quarter` likewise.
        is_other_money: whether a label names money that is no budget, such as GDP.
        is_revenue: whether the row is of money that comes in, by its label or that of the group above it.
        is_of_no_one_year: whether its lowest label is but the name of money of several years together.
        namer: the column of labels that names each row of the table, where one does: no two rows have the same project.
        above: (level, name, code) of what stands above the row's label in the order that the labels themselves state.
    """

    labels: tuple[tuple[Column, str], ...]
    year: int | None
    is_total: bool
    stage_text: str | None
    unit: Unit | None = None
    is_ratio: bool = False
    month: years.Month | None = None
    quarter: int | None = None
    is_other_money: bool = False
    is_revenue: bool = False
    is_of_no_one_year: bool = False
    namer: Column | None = None
    offset: int | None = None
    is_repeated: bool = False
    above: tuple[tuple[Level, str, str | None], ...] = ()


class RowReader:
    """Reads the labels of a table's rows from top to bottom.

    Args:
        view: the table.
        columns: its columns.
        first_body: number of the first body row.
        above: (level, name, code) of what stands above the first row, where the table goes on from another.
    """

    def __init__(
        self,
        view: TableView,
        columns: Sequence[Column],
        first_body: int,
        above: Sequence[tuple[Level, str, str | None]] = (),
    ) -> None:
        self._view = view
        self._first_body = first_body
        self._is_revenue = False
        self._above = {level: (name, code) for level, name, code in above}
        money = [column.number for column in columns if column.role is Role.MONEY]
        first_money = min(money, default=view.n_cols + 1)
        dated = [column for column in columns if column.role is Role.YEAR]
        # behind the money only a column that says so outright tells the year of its row
        behind = [
            column.number for column in dated if column.path and _FISCAL_YEAR.match(words.folded(column.path[-1]))
        ]
        self._unit_col = next((column.number for column in columns if self._is_of_units(column)), None)
        self._labels = [
            column
            for column in columns
            if column.role in (Role.LABEL, Role.CODE, Role.YEAR)
            and (column.number < first_money or (len(dated) == 1 and column.number in behind))
            and not _is_beside(column)
        ][:_MAX_LABELS]
        book = book_columns(self._labels)
        self._in_book = levels_in_book(view, book, first_body, self._above) if book else {}
        self._book = frozenset(column.number for column in book)
        self._lowest = Counter(self._own_label(row) for row in range(first_body, view.n_rows + 1))
        # among kinds of expense 사업비 is one more, and not the stage of its row
        self._has_kinds_of_cost = any(map(words.is_kind_of_cost, self._lowest))
        self._namer = next((column for column in reversed(self._labels) if self._names_each_row(column)), None)

    @property
    def above(self) -> tuple[tuple[Level, str, str | None], ...]:
        """(level, name, code) of what would stand above a row that came after the last one read."""
        return tuple((level, *told) for level, told in self._above.items())

    @property
    def is_dated(self) -> bool:
        """Whether a column says the year of each row."""
        return any(column.role is Role.YEAR for column in self._labels)

    def rows(self) -> Iterator[tuple[int, Row]]:
        """(number, labels) of every body row."""
        last: dict[int, str] = {}
        for number in range(self._first_body, self._view.n_rows + 1):
            texts = [self._view.text(number, column.number).strip() for column in self._labels]
            if texts and _GOES_ON.search(texts[-1]) and (rest := self._rest_of_label(number)):
                texts[-1] = f"{texts[-1]} {rest}"
            for index, column in enumerate(self._labels):
                if texts[index]:
                    last[column.number] = texts[index]
                    for other in self._labels[index + 1 :]:
                        if self._view.origin(number, column.number)[0] == number:
                            last.pop(other.number, None)
                elif any(texts[index + 1 :]) and column.role is not Role.CODE:
                    texts[index] = last.get(column.number, "")
            row = self._row(texts if any(texts) else self._labels_below(number), number)
            yield number, row if self._unit_col is None else self._counted(number, row)

    def _rest_of_label(self, number: int) -> str:
        """What a row with nothing but a label adds to the label above it that ends in the middle: 정비 및 | 보수 사업."""
        if number == self._view.n_rows:
            return ""
        texts = self._view.own_row(number + 1)
        label = texts[self._labels[-1].number - 1].strip()
        return label if sum(bool(text.strip()) for text in texts) == 1 else ""

    def _own_label(self, number: int) -> str:
        """The lowest label that stands in a row itself; empty where none does."""
        texts = (self._view.own(number, column.number).strip() for column in reversed(self._labels))
        return next((text for text in texts if text), "")

    def _names_each_row(self, column: Column) -> bool:
        """Whether a column of projects has another in every row but those of sums, so that labels behind it only add to it."""
        if column.level not in _NAMING or column is self._labels[-1]:
            return False
        seen: set[str] = set()
        for row in range(self._first_body, self._view.n_rows + 1):
            texts = [self._view.text(row, label.number).strip() for label in self._labels]
            if not any(texts) or any(words.is_total(text) for text in texts):
                continue
            own = self._view.own(row, column.number).strip()
            if not own or own in seen:
                return False
            seen.add(own)
        return bool(seen)

    def _is_of_units(self, column: Column) -> bool:
        """Whether a column says in what each row is counted, not the 단위 that is a level of projects."""
        if not column.path or words.folded(column.path[-1]) != "단위":
            return False
        rows = range(self._first_body, self._view.n_rows + 1)
        return any(parse_unit(self._view.own(row, column.number).strip()) is not None for row in rows)

    def _counted(self, number: int, row: Row) -> Row:
        """A row with the unit that its cell under `단위` names; what it counts is no money where that is of none."""
        text = self._view.text(number, self._unit_col or 1).strip()
        unit = parse_unit(text)
        return replace(row, unit=unit or row.unit, is_ratio=bool(text) and unit is None)

    def _labels_below(self, number: int) -> list[str]:
        """The labels of the next row, where it has nothing else but shares in brackets: one row set in two lines."""
        none = [""] * len(self._labels)
        if number == self._view.n_rows or not self._labels:
            return none
        own = {column.number for column in self._labels}
        beside = [text.strip() for col, text in enumerate(self._view.own_row(number + 1), start=1) if col not in own]
        if not any(_SHARE.match(text) for text in beside):
            return none
        if not all(_SHARE.match(text) or _RATE.match(text) for text in beside if text):
            return none
        return [self._view.text(number + 1, column.number).strip() for column in self._labels]

    def _row(self, texts: list[str], number: int) -> Row:
        labels = tuple((column, text) for column, text in zip(self._labels, texts, strict=True) if text)
        if number in self._in_book and labels:
            labels = self._in_level(labels, self._in_book[number])
        year = None
        for column, text in labels:
            if column.role is Role.YEAR and words.is_row_of_no_one_year(text):
                continue
            found = years.year_of_row(text) if column.role is Role.YEAR else None
            found = found or years.only_year(words.folded(text)) or _year_of_stage(text)
            year = found or year
        named_labels = [text for column, text in labels if column.role is not Role.YEAR]
        is_total = any(words.is_total(text) for text in named_labels) or any(
            column.role is Role.YEAR and words.is_total(text) for column, text in labels
        )
        stage_text = named_labels[-1] if named_labels else None
        if stage_text is not None and self._has_kinds_of_cost and words.folded(stage_text) == "사업비":
            stage_text = None
        unit = next((units[0] for text in reversed(named_labels) if (units := _units_of(text))), None)
        is_ratio = unit is None and any(words.is_ratio_row(text) for text in named_labels)
        return Row(
            labels,
            year,
            is_total,
            stage_text,
            unit,
            is_ratio,
            month=_month(labels),
            quarter=next((nth for text in named_labels if (nth := years.quarter_in(text))), None),
            is_other_money=any(words.is_other_money(text) for text in named_labels),
            is_revenue=self._comes_in(labels),
            is_of_no_one_year=stage_text is not None and words.is_row_of_no_one_year(stage_text),
            namer=self._namer,
            is_repeated=bool(labels) and self._lowest[labels[-1][1]] > 1,
            offset=next(
                (back for text in named_labels if (back := years.offset_of(words.folded(text))) is not None), None
            ),
            above=self._hierarchy(labels),
        )

    def _in_level(self, labels: tuple[tuple[Column, str], ...], level: Level | None) -> tuple[tuple[Column, str], ...]:
        """The labels of a row of a book at its level, without those that only stand above it in columns to the left."""
        own = [pair for pair in labels if pair[0].number in self._book]
        others = [pair for pair in labels if pair[0].number not in self._book]
        column, text = own[-1] if own else others.pop()
        return (*others, (column if level is None else replace(column, level=level), text))

    def _comes_in(self, labels: tuple[tuple[Column, str], ...]) -> bool:
        """Whether a row is under 수입 or 총수입, and not yet under 지출 or what follows."""
        for _, text in labels:
            folded = words.folded(text).strip("○ㅇ□■●◦-·․•ⅠⅡ.[]<>()")
            if _COMES_IN.match(folded):
                self._is_revenue = True
            elif _GOES_OUT.match(folded):
                self._is_revenue = False
        return self._is_revenue

    def _hierarchy(self, labels: tuple[tuple[Column, str], ...]) -> tuple[tuple[Level, str, str | None], ...]:
        """Remember a label that says its own level, and give those above it."""
        if not labels or labels[-1][0].role is not Role.LABEL or words.is_total(labels[-1][1]):
            return ()
        level, name, code, is_said = placed(labels[-1][1], labels[-1][0], Level.OTHER)
        if not is_said and not goes_down_to_items(labels[-1][0]):
            return ()
        if level is Level.OTHER:
            return self.above
        rank = _ORDER.index(level)
        self._above = {found: told for found, told in self._above.items() if _ORDER.index(found) > rank}
        above = self.above
        self._above[level] = (name, code)
        return above


def _month(labels: Sequence[tuple[Column, str]]) -> years.Month | None:
    for column, text in labels:
        month = years.month_in(text)
        if month is not None and (is_period(text) or (column.role is Role.YEAR and month.is_end)):
            return month
    return None


def _year_of_stage(label: str) -> int | None:
    """The year of a label that names but a year and a stage: 2025년 예산."""
    year = years.year_in(label)
    return year if year and words.is_stage_alone(years.without_year(words.without_unit(label))) else None


def _units_of(label: str) -> list[Unit]:
    own = parse_unit(label)
    return [own] if own is not None else units_in(label)


def _is_beside(column: Column) -> bool:
    """Whether a column of texts explains and does not name: 산출기초, 비고, 사유."""
    heading = words.folded(column.path[-1]) if column.path else ""
    return bool(
        re.search(
            r"산출|비고|사유|설명|근거|내용$|단위$|산식|출처|기간$|위치$|목적$|담당자?$|(?:제안|신청|요청|건의|작성|대표)자$|주체$|사업량|일정$|방법$|추진(?:실적|현황|상황|계획)",
            heading,
        )
    )
