"""What stands in the cells of a column, which tells what the column is where its headings do not."""

import re
from dataclasses import dataclass

from connectors.tables import words, years
from connectors.tables.headings import is_code, is_stack, is_value
from connectors.tables.view import TableView

_SAMPLE_ROWS = 200
_MAX_DATED = 16
_CODE_DIGITS = range(3, 6)
_DIGIT = re.compile(r"[0-9]")


@dataclass(slots=True)
class Counts:
    """How many of a column's cells are filled, and with what; `years` say a year and nothing else, `dated` one among else."""

    filled: int = 0
    values: int = 0
    years: int = 0
    dated: int = 0
    codes: int = 0
    alike: int = 0
    """Cells of as many digits as the first and nothing else: codes, where the heading names a level."""


def count_cells(view: TableView, first_body: int, col: int) -> Counts:
    """Look at the cells of a column from its first body row, of a long table at every nth."""
    counts = Counts()
    n_digits = 0
    step = max(1, (view.n_rows - first_body + 1) // _SAMPLE_ROWS)
    for row in range(first_body, view.n_rows + 1, step):
        text = view.own(row, col).strip()
        if not text:
            continue
        counts.filled += 1
        if years.only_year(text) is not None or (_DIGIT.search(text) and words.is_row_of_no_one_year(text)):
            counts.years += 1
            counts.dated += 1
        elif len(text) <= _MAX_DATED and years.year_in(text) is not None:
            counts.dated += 1
        if text.isdecimal() and text.isascii() and len(text) in _CODE_DIGITS:
            n_digits = n_digits or len(text)
            counts.alike += len(text) == n_digits
        if is_code(text):
            counts.codes += 1
        elif is_value(text) or is_stack(text):
            counts.values += 1
    return counts
