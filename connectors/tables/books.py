"""Books of a budget: one column that goes from the office down to the items, 부서·정책·단위(회계)·세부사업·편성목."""

from collections.abc import Container

from connectors.tables import words
from connectors.tables.columns import Column
from connectors.tables.labels import goes_down_to_items, has_bullet, placed
from connectors.tables.view import TableView
from schemas.fiscal import Level

_UPWARDS = (Level.PROJECT, Level.ACTIVITY, Level.PROGRAM, Level.ORG)
_ITEMS = frozenset({Level.MOK, Level.SEMOK})


def levels_in_book(view: TableView, column: Column, first_body: int, above: Container[Level] = ()) -> dict[int, Level]:
    """The level of each row that does not say its own, by where it stands above the items: {row: level}.

    The indentation that shows the levels on paper is lost in most files. What is left is the order: the row right above
    the first item is the project, those that run up from it the activity, the policy and the office. A row with a bullet
    below an item explains that item, and is no level. A table without items tells nothing.

    Args:
        view: the table.
        column: its column of labels.
        first_body: number of the first body row.
        above: levels of what stands above that row, in a table that goes on from another.
    """
    if not goes_down_to_items(column):
        return {}
    levels: dict[int, Level] = {}
    run: list[tuple[int, Level | None]] = []
    has_items = any(level in above for level in _ITEMS)
    has_bulleted_names = False
    for number in range(first_body, view.n_rows + 1):
        text = view.own(number, column.number).strip()
        if not text or words.is_total(text) or sum(bool(cell.strip()) for cell in view.own_row(number)) < 2:
            continue
        level, _, code, is_said = placed(text, column, Level.OTHER)
        if level in _ITEMS and code is not None:
            levels |= _upwards(run)
            run, has_items = [], True
        elif has_bullet(text) and has_items and not has_bulleted_names:
            levels[number] = Level.OTHER
        else:
            has_bulleted_names = has_bulleted_names or has_bullet(text)
            run.append((number, level if is_said else None))
    return levels | _upwards(run) if has_items else {}


def _upwards(run: list[tuple[int, Level | None]]) -> dict[int, Level]:
    """The levels of rows that no item parts: from the project, which is the last, up to the office."""
    levels: dict[int, Level] = {}
    step = 0
    for number, said in reversed(run):
        if said is None:
            levels[number] = _UPWARDS[step] if step < len(_UPWARDS) else Level.OTHER
        elif said in _UPWARDS:
            step = max(step, _UPWARDS.index(said))
        step += 1
    return levels
