"""Books of a budget: labels that go from the office down to the items, under one heading 부서·정책·단위(회계)·세부사업·편성목."""

from collections.abc import Container, Sequence

from connectors.tables import words
from connectors.tables.columns import Column
from connectors.tables.labels import ITEM_LEVELS, goes_down_to_items, has_bullet, placed
from connectors.tables.view import TableView
from schemas.fiscal import Level

_UPWARDS = (Level.PROJECT, Level.ACTIVITY, Level.PROGRAM, Level.ORG)
# Who pays for the row above, as books abbreviate it: 국 300, 도 90, 시 210.
_SHORT_PAYERS = frozenset("국도시군구기특균지교")


def book_columns(columns: Sequence[Column]) -> list[Column]:
    """The columns of labels under such a heading: one, or as many as the labels are indented by."""
    return [column for column in columns if goes_down_to_items(column)]


def levels_in_book(
    view: TableView, columns: Sequence[Column], first_body: int, above: Container[Level] = ()
) -> dict[int, Level | None]:
    """The level of each row by where it stands above the items: {row: level}, None for one that says its own.

    The indentation that shows the levels on paper is lost in most files. What is left is the order: the row right above
    the first item is the project, those that run up from it the activity, the policy and the office. A row with a bullet
    below an item explains that item, one of who pays is a part of the row above; neither is a level. A table without items
    tells nothing.

    Args:
        view: the table.
        columns: its columns of such labels.
        first_body: number of the first body row.
        above: levels of what stands above that row, in a table that goes on from another.
    """
    levels: dict[int, Level | None] = {}
    run: list[tuple[int, Level | None]] = []
    has_items = any(level in above for level in ITEM_LEVELS)
    has_bulleted_names = False
    for number in range(first_body, view.n_rows + 1):
        said = [(column, text) for column in columns if (text := view.own(number, column.number).strip())]
        if not said or sum(bool(cell.strip()) for cell in view.own_row(number)) < 2:
            continue
        column, text = said[-1]
        if words.is_total(text):
            continue
        level, _, code, is_said = placed(text, column, Level.OTHER)
        if level in ITEM_LEVELS and code is not None:
            levels |= {**_upwards(run), number: None}
            run, has_items = [], True
        elif (
            text in _SHORT_PAYERS
            or words.is_funding(text)
            or (has_bullet(text) and has_items and not has_bulleted_names)
        ):
            levels[number] = Level.OTHER
        else:
            has_bulleted_names = has_bulleted_names or has_bullet(text)
            run.append((number, level if is_said else None))
    return levels | _upwards(run) if has_items else {}


def _upwards(run: list[tuple[int, Level | None]]) -> dict[int, Level | None]:
    """The levels of rows that no item parts: from the project, which is the last, up to the office."""
    levels: dict[int, Level | None] = {}
    step = 0
    for number, said in reversed(run):
        if said is None:
            levels[number] = _UPWARDS[step] if step < len(_UPWARDS) else Level.OTHER
        else:
            levels[number] = None
            step = max(step, _UPWARDS.index(said)) if said in _UPWARDS else step
        step += 1
    return levels
