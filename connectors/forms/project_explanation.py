"""사업설명자료: a project's code block, its budget by part and by year, its execution; in millions of won where none is printed."""

import re
from dataclasses import dataclass, replace

from connectors.forms.contract import Around, Found
from connectors.forms.general import read_table
from connectors.tables import words
from connectors.tables.codeblock import project_of_block
from connectors.tables.headings import Headings, find_headings, is_stack, is_value
from connectors.tables.view import TableView
from schemas.money import Unit

_UNIT = Unit("백만원", 1_000_000)
_PARTS = ("예산액(추경)", "예산현액", "집행액", "이월액", "불용액")
_GLUED = re.compile(r"예산액.*집행액.*이월액.*불용액.*현액", re.DOTALL)
_BOUGHT = re.compile(r"사업비|예산|집행|결산|현액|이월|불용|기능별|요구|중기재정계획|투자계획|총사업비")


@dataclass(frozen=True, slots=True)
class _ProjectExplanation:
    name: str = "project_explanation"
    label: str = "사업설명자료"
    version: int = 2

    def recognises(self, view: TableView, around: Around) -> float:
        """Tables that speak of budgets, in a document of that kind; its code block too."""
        if around.kind != "사업설명자료":
            return 0.0
        if project_of_block(view) is not None:
            return 0.5
        cols = range(1, min(view.n_cols, 20) + 1)
        heads = " ".join(view.text(row, col) for row in range(1, min(3, view.n_rows) + 1) for col in cols)
        labels = " ".join(view.own(row, 1) for row in range(1, min(6, view.n_rows) + 1))
        return 0.5 if _BOUGHT.search(words.folded(heads[:400]) + words.folded(labels[:200])) else 0.0

    def read(self, view: TableView, around: Around) -> Found:
        """As any table, with the publisher's unit; headings that a converter glued into one cell are parted."""
        if project_of_block(view) is not None:
            return Found()
        headings = find_headings(view)
        parted = None if headings is None else _parted(view, headings)
        return read_table(view, around, self.name, declared_unit=_UNIT, headings=parted, confidence=0.95)


def _parted(view: TableView, headings: Headings) -> Headings:
    """Headings whose five words stand in the first cell of their group, dealt to the columns that hold values.

    Only where there are as many such columns as words: anything else would be a guess.
    """
    paths = list(headings.paths)
    row = headings.rows[-1]
    starts = [col for col in range(1, view.n_cols + 1) if _GLUED.search(view.own(row, col))]
    ends = [*starts[1:], view.n_cols + 1] if starts else []
    for start, end in zip(starts, ends, strict=True):
        outer = paths[start - 1][:-1]
        columns = [col for col in range(start, end) if _has_values(view, headings.first_body, col)]
        columns = [col for col in columns if not _is_other_year(headings, start, col)]
        if len(columns) == len(_PARTS):
            for col, part in zip(columns, _PARTS, strict=True):
                paths[col - 1] = (*outer, part)
    return replace(headings, paths=tuple(paths))


def _has_values(view: TableView, first_body: int, col: int) -> bool:
    texts = [view.own(row, col).strip() for row in range(first_body, view.n_rows + 1)]
    return any(is_value(text) or is_stack(text) for text in texts if text)


def _is_other_year(headings: Headings, start: int, col: int) -> bool:
    """Whether a column stands under a year of its own (`2026 예산`) behind the group."""
    own, group = headings.path(col), headings.path(start)
    return bool(own) and own[0] != group[0] and words.stage_of(own[0]) is not None


FORM = _ProjectExplanation()
