"""Which rows of a table are its headings, and what stands above each column, through merged and divided cells."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from connectors.tables import years
from connectors.tables.view import TableView
from schemas.fiscal import ValueState
from schemas.identity import make_id
from schemas.money import looks_like_amount, parse_amount

_MAX_HEADING_ROWS = 10
_CODE = re.compile(r"^\(?[0-9]{3,5}(?:-[0-9]{2,3})+\)?$|^0[0-9]{1,4}$")
_STATES = frozenset({ValueState.DASH, ValueState.NOT_DECIDED, ValueState.MASKED, ValueState.NOT_APPLICABLE})
_PART_OF_YEAR = re.compile(r"^(?:(?:19|20)[0-9]|[0-9]\s*년?)$")
_BRACKETED = re.compile(r"^\[\s*(.+?)\s*\]$")
_DIGIT = re.compile(r"[0-9]")
_NUMBERING = re.compile(r"^[(\[]?\s*([1-9][0-9]?)\s*[)\]]?$")
_FORMULA = re.compile(r"^\(?[0-9]{1,2}(?:\s*[-+/=−÷×*]\s*[0-9]{1,3})+\)?(?:\s*/\s*[0-9]{1,2})?$")
_LEAST_NUMBERED = 3


def is_code(text: str) -> bool:
    """Whether a text is a code such as 7033-300, 210-14 or 010, and no number."""
    return bool(_CODE.match(text.strip()))


def is_value(text: str) -> bool:
    """Whether a cell of that text could hold an amount, or say that there is none: a number, a dash, 미정, a mask."""
    text = text.strip()
    if not text or len(text) > 64:
        return False
    if looks_like_amount(text):
        return not is_code(text)
    return not _DIGIT.search(text) and parse_amount(text).state in _STATES


def is_stack(text: str) -> bool:
    """Whether a cell holds several values, each on a line of its own."""
    lines = stacked(text)
    return len(lines) > 1 and all(is_value(bracketed(line) or line) for line in lines)


def bracketed(text: str) -> str | None:
    """What stands in the square brackets that are all of a text, such as the second figure of `집행액 [실집행액]`."""
    match = _BRACKETED.match(text.strip())
    return match.group(1) if match else None


def stacked(text: str) -> list[str]:
    """The lines of a cell that hold something."""
    return [line.strip() for line in text.split("\n") if line.strip()]


@dataclass(frozen=True)
class Headings:
    """Where the body of a table begins, and the headings above its columns.

    Args:
        titles: texts of rows that stand above the headings and are none.
        rows: numbers of the heading rows.
        first_body: number of the first row of the body.
        paths: for each column, from the left, the headings above it from top to bottom.
    """

    titles: tuple[str, ...]
    rows: tuple[int, ...]
    first_body: int
    paths: tuple[tuple[str, ...], ...]

    def path(self, col: int) -> tuple[str, ...]:
        """The headings above a column, counted from 1."""
        return self.paths[col - 1]

    @cached_property
    def shape_id(self) -> str:
        """Id of the headings: years are left out, so that next year's table has the same shape."""
        words = [re.sub(r"[0-9]{2,4}", "#", " / ".join(path)) for path in self.paths]
        return make_id("shape", *words)[:16]


def find_headings(view: TableView) -> Headings | None:
    """The headings of a table; None where it has no body of values, or nothing above it."""
    titles: list[str] = []
    rows: list[int] = []
    first_body: int | None = None
    for row in view.rows():
        texts = [(col, text) for col, text in enumerate(view.own_row(row), start=1) if text.strip()]
        if not texts or (rows and _is_numbering(texts)):
            continue
        if _is_body(view, texts, is_first=not rows):
            first_body = row
            break
        if len(texts) == 1 and texts[0][0] == 1 and (not rows) and _is_alone(view, row):
            titles.append(texts[0][1])
            continue
        if len(texts) == 1 and texts[0][0] == 1 and rows and not _covers_less(view, row):
            continue
        rows.append(row)
        if len(rows) > _MAX_HEADING_ROWS:
            return None
    if first_body is None or not rows:
        return None
    return Headings(tuple(titles), tuple(rows), first_body, _paths(view, rows))


def _is_numbering(texts: list[tuple[int, str]]) -> bool:
    """Whether a row below the headings only numbers the columns: 1, 2, 3, (3-2)."""
    found = [_NUMBERING.match(text.strip()) for _, text in texts]
    run = list(itertools.takewhile(lambda match: match is not None, found))
    numbers = [int(match[1]) for match in run if match is not None]
    if texts[0][0] > 1 and len(numbers) < len(texts) and not numbers:
        return False
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        return False
    rest = [text.strip() for _, text in texts[len(numbers) :]]
    return len(numbers) + len(rest) >= _LEAST_NUMBERED and all(_FORMULA.match(text) for text in rest)


def _is_alone(view: TableView, row: int) -> bool:
    """Whether the only text of a row holds for the whole table: no other cell of the row belongs to a heading below."""
    covered = [view.text(row, col) for col in range(2, view.n_cols + 1)]
    first = view.text(row, 1)
    return view.n_cols > 1 and all(not text.strip() or text == first for text in covered)


def _covers_less(view: TableView, row: int) -> bool:
    """Whether a merged cell from above reaches into the row, so that its one text is a second line of headings."""
    return any(view.origin(row, col)[0] < row for col in range(1, view.n_cols + 1))


def _divides_years(texts: list[str], *, is_first: bool) -> bool:
    """Whether a row divides years over two cells, as 202 | 5년; below other headings 200 | 5 may be money."""
    pairs = [pair for pair in itertools.pairwise(texts) if years.joined_year(*pair) is not None]
    return bool(pairs) and (is_first or any("년" in second for _, second in pairs))


def _is_body(view: TableView, texts: list[tuple[int, str]], *, is_first: bool) -> bool:
    others = [text for col, text in texts if col > 1] or ([texts[0][1]] if view.n_cols == 1 else [])
    values = [text for text in others if is_value(text) or is_stack(text)]
    if not values:
        return False
    dated = [years.only_year(text) for text in values]
    found = [year for year in dated if year is not None]
    has_century = _divides_years([text for _, text in texts], is_first=is_first)
    plain = [
        text
        for text, year in zip(values, dated, strict=True)
        if year is None and not (has_century and _PART_OF_YEAR.match(text.strip()))
    ]
    # Years alone, below other headings and without a label of their own, divide what those say.
    divide = not is_first and texts[0][0] > 1 and len(found) > 1
    if not plain and (has_century or divide or _are_headings(found)):
        return False
    return bool(plain) or bool(found)


def _are_headings(found: list[int]) -> bool:
    """Whether the years of a row stand above columns: several near each other, each once or once under every heading above."""
    times = Counter(found)
    is_even = len(set(times.values())) == 1 and (len(times) > 1 or len(found) == 1)
    return is_even and max(found) - min(found) <= 2 * len(times) + 10


def _paths(view: TableView, rows: list[int]) -> tuple[tuple[str, ...], ...]:
    grid = [[view.text(row, col).strip() for col in range(1, view.n_cols + 1)] for row in rows]
    for texts in grid:
        _join_divided_years(texts)
    for index, texts in enumerate(grid[:-1]):
        below = grid[index + 1 :]
        for col in range(1, view.n_cols):
            has_own = any(lower[col] for lower in below)
            if not texts[col] and texts[col - 1] and has_own and not view.spans(rows[index], col + 1):
                texts[col] = texts[col - 1]
    paths = []
    for col in range(view.n_cols):
        path: list[str] = []
        for texts in grid:
            if texts[col] and (not path or path[-1] != texts[col]):
                path.append(texts[col])
        paths.append(tuple(path))
    return tuple(paths)


def _join_divided_years(texts: list[str]) -> None:
    filled = [col for col, text in enumerate(texts) if text]
    for left, right in itertools.pairwise(filled):
        year = years.joined_year(texts[left], texts[right])
        if year is not None:
            for col in range(left, right + 1):
                texts[col] = f"{year}년"
