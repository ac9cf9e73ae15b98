"""Tables of performance indicators: which columns name, measure and weigh an indicator, and which hold targets and results."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import normalize

from connectors.tables import words, years
from connectors.tables.headings import Headings
from connectors.tables.view import TableView
from schemas.fiscal import Level
from schemas.money import units_in

_MAX_SEARCHED = 10
_NAME = re.compile(r"^(?:핵심|대표|주요|관리|단위사업|프로그램|사업)?(?:성과)?지표(?:명|내용|명칭|및단위)?$")
_NAME_UNDER = re.compile(r"^(?:명칭|명|이름|내용|지표)$")
_METHOD = re.compile(r"산식|측정(?:방법|식|기준)|산출(?:방법|식|기준)|계산(?:방법|식)")
_UNIT = re.compile(r"^(?:측정|지표)?단위$")
_WEIGHT = re.compile(r"가중치|^비중$")
_SUBJECTS: tuple[tuple[re.Pattern[str], Level], ...] = (
    (re.compile(r"^프로그램(?:명|명칭|코드)?$"), Level.PROGRAM),
    (re.compile(r"^단위사업(?:명|명칭|코드)?$"), Level.ACTIVITY),
    (re.compile(r"^(?:세부사업|재정사업|예산사업|관련사업|사업)(?:명|명칭|코드)?$"), Level.PROJECT),
)
_CODE_HEADING = re.compile(r"코드$")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_YEAR = re.compile(
    r"(?:(?:19|20)[0-9]{2}|['’‘`´′][0-9]{2})(?:[~∼\-](?:(?:19|20)?[0-9]{2}|['’‘`´′][0-9]{2}))?\.?(?:년도?)?"
)
_WHEN = r"(?:최근[0-9](?:개)?년(?:간|도)?|연도별|년도별|전년도?|당해연도|당해년도|당해|당년도?|금년도?|직전연도|연간)?"
_MEASURES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"^{_WHEN}(?:목표)?(?:치|값)?(?:대비)?(?:실적)?달성(?:률|율|도)$"), "rate"),
    (re.compile(rf"^{_WHEN}(?:성과)?목표(?:치|값|수준)$|^{_WHEN}목표$"), "target"),
    (re.compile(rf"^{_WHEN}(?:성과)?실적(?:치|값)?$|^{_WHEN}(?:성과)?결과(?:치|값)$|^{_WHEN}달성(?:치|값)$"), "actual"),
)
_NUMBER = re.compile(
    r"^(?:약)?(?P<sign>[△▲−–+-])?(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?P<unit>[%％‰]p?|[^0-9.,:/~()\s×*\-+]{1,6})?(?:이상|이하|이내|내외)?(?:\([^0-9)]*\))?[*†]*$"
)
_COMPARED = re.compile(r"(?:이상|이하|이내|내외|미만|초과)$")
_UNIT_WORD = re.compile(
    r"%p?|‰|(?:천|만|백만)?명|인|[천만]?건|개(?:소|국|사|월)?|곳|점|회|(?:천|만|백만|십억|억|조)?원|천?톤|kg|k?m2?|ha|일|시간|[분초월년]|가구|호|"
    r"대|편|종|지수|위|등급|세대|과제|기관|배|[kMG]Wh?|TOE|마리|필지|권|부|쪽|팀|社|업체|단계|순위|지역|시군"
)
_UNIT_LAST = re.compile(
    r"^(?P<name>.*\S)\s*[(（\[]\s*(?:단위\s*[:：]\s*)?(?P<unit>[^()（）\[\]]{1,10}?)\s*[)）\]]$", re.DOTALL
)
_NOTHING = re.compile(r"^[\s\-–—―─ㅡ─·.]*$")


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of targets, results or rates; None where the rows say which, or of which year.

    `is_of_last` says that the heading names no year but the one before the document's.
    """

    col: int
    measure: str | None
    year: int | None
    is_of_last: bool = False


@dataclass(frozen=True, slots=True)
class SubjectColumn:
    """A column that names a program, an activity or a project, or holds its code."""

    col: int
    level: Level
    is_code: bool


@dataclass(frozen=True, slots=True)
class IndicatorColumns:
    """What the columns of a table of indicators are, counted from 1.

    Args:
        headings: its headings; the body begins below the heading of the names.
        name: the column of names.
        method: the column of the ways of measuring, of units, of weights; None where there is none.
        subjects: columns that name what an indicator is of, from the left.
        measures: columns of values.
        years: columns that name a row's year.
        kinds: columns whose cells say 목표, 실적 or 달성률 of their row.
    """

    headings: Headings
    name: int
    method: int | None
    unit: int | None
    weight: int | None
    subjects: tuple[SubjectColumn, ...]
    measures: tuple[Measure, ...]
    years: tuple[int, ...]
    kinds: tuple[int, ...]

    @property
    def own(self) -> frozenset[int]:
        """Columns in which no money stands."""
        described = (self.method, self.unit, self.weight)
        return frozenset(
            (*(col for col in described if col is not None), *self.kinds, *(found.col for found in self.measures))
        )


def measure_of(text: str) -> str | None:
    """`target`, `actual` or `rate` if a heading or a label says no more than that, beside a year."""
    bare = _BRACKETS.sub("", words.folded(text).replace("\n", ""))
    bare = _YEAR.sub("", bare).strip("·․,:-")
    return next((measure for pattern, measure in _MEASURES if pattern.match(bare)), None)


def find_indicators(view: TableView) -> IndicatorColumns | None:
    """The columns of a table of indicators that has headings; None for any other table."""
    found = _name_heading(view)
    if found is None:
        return None
    row, col = found
    first_body = _first_body(view, row, col)
    if first_body is None:
        return None
    headings = _headings(view, row, first_body)
    return columns_of(view, headings)


def columns_of(view: TableView, headings: Headings) -> IndicatorColumns | None:
    """The columns of a table of indicators under given headings; None where they are none of such a table."""
    names = [col for col in _all(view) if _is_name(headings.path(col))]
    if not names:
        return None
    name = max(names, key=lambda col: sum(len(view.own(row, col)) for row in _body(view, headings)))
    kinds = tuple(col for col in _all(view) if col not in names and _says_kinds(view, headings, col))
    measures = tuple(
        found for col in _all(view) if col not in kinds and (found := _measure(headings.path(col), col)) is not None
    )
    yearly = tuple(col for col in _all(view) if _holds_years(view, headings, col))
    measures = _certain(found for found in measures if found.col not in yearly)
    if not any(found.measure is not None or kinds for found in measures):
        return None
    taken = {name, *kinds, *yearly, *(found.col for found in measures)}
    free = [col for col in _all(view) if col not in taken and headings.path(col)]
    lowest = {col: words.folded(headings.path(col)[-1]) for col in free}
    return IndicatorColumns(
        headings=headings,
        name=name,
        method=next((col for col in free if _METHOD.search(lowest[col])), None),
        unit=next((col for col in free if _UNIT.match(lowest[col])), None),
        weight=next((col for col in free if _WEIGHT.search(lowest[col])), None),
        subjects=tuple(found for col in free if (found := _subject(headings.path(col), col)) is not None),
        measures=measures,
        years=yearly,
        kinds=kinds,
    )


def _all(view: TableView) -> range:
    return range(1, view.n_cols + 1)


def _body(view: TableView, headings: Headings) -> range:
    return range(headings.first_body, view.n_rows + 1)


def _name_heading(view: TableView) -> tuple[int, int] | None:
    for row in range(1, min(_MAX_SEARCHED, view.n_rows) + 1):
        for col in _all(view):
            if _NAME.match(words.folded(view.own(row, col))):
                return row, col
    return None


def _first_body(view: TableView, head: int, col: int) -> int | None:
    """The first row below the headings: one with a text of its own under the names that is no second line of headings."""
    for row in range(head + 1, view.n_rows + 1):
        text = words.folded(view.own(row, col))
        if view.origin(row, col)[0] != row or not text:
            continue
        if _NAME.match(text) or _NAME_UNDER.match(text):
            continue
        return row
    return None


def _headings(view: TableView, head: int, first_body: int) -> Headings:
    titles: list[str] = []
    rows: list[int] = []
    for row in range(1, first_body):
        texts = [text for text in view.own_row(row) if text.strip()]
        if row < head and len(texts) <= 1:
            titles += texts
        else:
            rows.append(row)
    return Headings(tuple(titles), tuple(rows), first_body, tuple(_path(view, rows, col) for col in _all(view)))


def _path(view: TableView, rows: Sequence[int], col: int) -> tuple[str, ...]:
    path: list[str] = []
    for index, row in enumerate(rows):
        text = view.text(row, col).strip()
        at = col
        # What a merged cell says once stands only above its first column where a file knows no merged cells.
        while not text and at > 1 and not view.spans(row, at) and _has_below(view, rows[index + 1 :], col):
            at -= 1
            text = view.text(row, at).strip()
        if text and (not path or path[-1] != text):
            path.append(text)
    return tuple(path)


def _has_below(view: TableView, rows: Sequence[int], col: int) -> bool:
    return any(view.own(row, col).strip() for row in rows)


def _is_name(path: Sequence[str]) -> bool:
    if not path:
        return False
    lowest = words.folded(path[-1])
    return bool(_NAME.match(lowest)) or (
        bool(_NAME_UNDER.match(lowest)) and any(_NAME.match(words.folded(text)) for text in path[:-1])
    )


def _subject(path: Sequence[str], col: int) -> SubjectColumn | None:
    for text in reversed(path):
        folded = words.folded(text)
        for pattern, level in _SUBJECTS:
            if pattern.match(folded):
                is_code = any(_CODE_HEADING.search(words.folded(part)) for part in path)
                return SubjectColumn(col, level, is_code)
    return None


def _is_money(text: str) -> bool:
    return bool(units_in(text)) or (
        measure_of(text) is None and words.stage_of(text) is not None and "계획" not in text
    )


def _measure(path: Sequence[str], col: int) -> Measure | None:
    """The column as one of values, if its lowest heading says a measure or a year, and nothing above it speaks of money."""
    if not path or any(_is_money(text) for text in path):
        return None
    lowest = path[-1]
    is_dated = years.only_year(words.folded(lowest)) is not None
    if not is_dated and measure_of(lowest) is None:
        return None
    measure = next((found for text in reversed(path) if (found := measure_of(text)) is not None), None)
    year = next((at for text in reversed(path) if (at := years.year_in(text)) is not None), None)
    is_of_last = year is None and any(years.relative_year(words.folded(text), 1) == 0 for text in path)
    return Measure(col, measure, year, is_of_last)


def _certain(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The columns, less those that say the same of an unnamed year: it cannot be known which is which."""
    found = list(measures)
    undated = [(one.measure, one.is_of_last) for one in found if one.year is None]
    return tuple(one for one in found if one.year is not None or undated.count((one.measure, one.is_of_last)) == 1)


def _says_kinds(view: TableView, headings: Headings, col: int) -> bool:
    texts = [text for row in _body(view, headings) if (text := view.own(row, col).strip())]
    said = [text for text in texts if measure_of(text) is not None]
    return bool(said) and len(said) * 2 >= len(texts)


def _holds_years(view: TableView, headings: Headings, col: int) -> bool:
    if not re.search(r"연도|년도|구분|^$", words.folded(headings.path(col)[-1]) if headings.path(col) else ""):
        return False
    texts = [text for row in _body(view, headings) if (text := view.own(row, col).strip())]
    return bool(texts) and all(years.only_year(text) is not None for text in texts)


def decimal_of(text: str) -> tuple[str | None, str | None]:
    """(number as plain decimal text, unit printed beside it) of a cell; (None, None) where it holds no one number.

    Digits behind the point stay as printed. `90% 이상` is 90; a range or a second number is none.
    """
    squeezed = "".join(normalize("NFKC", text).split())
    if not squeezed or len(squeezed) > 40:
        return None, None
    found = _NUMBER.match(squeezed)
    if found is None:
        return None, None
    unit = found["unit"]
    if unit is not None:
        unit = _COMPARED.sub("", unit) or None
    number = found["number"].replace(",", "")
    number = f"0{number}" if number.startswith(".") else number
    value = format(Decimal(number), "f")
    return f"-{value}" if found["sign"] in ("△", "▲", "−", "–", "-") else value, unit


def unit_of_name(name: str) -> tuple[str, str | None]:
    """A name without the unit in brackets at its end, and that unit; None where what stands there is none."""
    found = _UNIT_LAST.match(name)
    if found is None or not _UNIT_WORD.fullmatch("".join(normalize("NFKC", found["unit"]).split())):
        return name, None
    return found["name"].strip(), found["unit"].strip()


def says_nothing(text: str) -> bool:
    """Whether a text is blank or but a dash."""
    return bool(_NOTHING.match(text))
