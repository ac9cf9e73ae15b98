"""From a number back to its cell: the original is read again, and the cell says whether the amount still stands there."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.elements import Element
from schemas.fiscal import BASIS_LABELS, STAGE_LABELS, Basis, Stage
from schemas.ports import Reader
from warehouse.doors.cite import NotHeld, read_again
from warehouse.doors.session import Pinned, Place, Session
from warehouse.doors.standing import stood_at
from warehouse.doors.wording import cell_words, cite_words, opening_words
from warehouse.lake import CATALOG

_REMARK = re.compile(r"\s*[(（].*[)）]", re.DOTALL)
_SHORTEST = 8
_MOST_ALIKE = 50


class AmountCitation(BaseModel):
    """An amount with its cell, as `gotgan cite AMOUNT_ID --json` prints it.

    `stands` is whether the cell of the original holds the raw text today; `row_text` is the row of the original around it,
    masked. `superseded_by` is the amount that took its place, where one did that the principal may read.
    """

    model_config = ConfigDict(frozen=True)

    amount_id: str
    content_id: str
    path: str
    locator: str
    subject: str
    fiscal_year: int
    stage: str
    stage_label: str
    basis: str | None
    basis_label: str | None
    amount_won: int | None
    amount_minor: int | None
    currency: str
    value_state: str
    raw_text: str
    unit_raw: str | None
    unit_from: str | None
    row_text: str
    stands: bool
    citation: str
    how_to_open: str
    recorded_at: str
    superseded_by: str | None = None
    read_by: str | None = None


def cite_amount(session: Session, reader: Reader, principal: Principal, amount_id: str) -> AmountCitation:
    """Look an amount up in its original.

    Args:
        session: the session.
        reader: reads the original again.
        principal: who asks.
        amount_id: the id or the beginning of it, eight characters at least.

    Raises:
        NotHeld: among the amounts that the principal may read none begins so, or more than one does; all alike.
    """
    pinned = session.pinned()
    row, place, is_held = _found(pinned, principal, amount_id)
    text, row_text, read_by = None, "", None
    if is_held:
        reading = read_again(session, reader, place)
        text, row_text = _cell(reading.elements, row)
        read_by = reading.reader
    locator = cell_words(row)
    basis = row["basis"]
    return AmountCitation(
        amount_id=row["amount_id"],
        content_id=row["content_id"],
        path=place.shown,
        locator=locator,
        subject=row["subject_name"],
        fiscal_year=row["fiscal_year"],
        stage=row["stage"],
        stage_label=STAGE_LABELS[Stage(row["stage"])],
        basis=basis,
        basis_label=BASIS_LABELS[Basis(basis)] if basis else None,
        amount_won=row["amount_won"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        value_state=row["value_state"],
        raw_text=row["raw_text"],
        unit_raw=row["unit_raw"],
        unit_from=row["unit_from"],
        row_text=row_text,
        stands=text is not None and prints(text, row["raw_text"], row["line"]),
        citation=cite_words(place.shown, locator, pinned.current.publication_id),
        how_to_open=opening_words(place, locator),
        recorded_at=row["recorded_at"].isoformat(),
        superseded_by=_successor(pinned, principal, row["amount_id"]),
        read_by=read_by,
    )


def _found(pinned: Pinned, principal: Principal, amount_id: str) -> tuple[dict[str, Any], Place, bool]:
    """The one amount that begins so among those that the principal may read, with its place; see `_place`.

    What the principal may not read counts for nothing: it must not even make the beginning of an id ambiguous.
    """
    # A publication from before there were amounts has no such table.
    if ("core", "budget_amount") not in pinned.lake.tables() or len(amount_id) < _SHORTEST:
        raise NotHeld(amount_id)
    rows = pinned.lake.rows(
        f"FROM {CATALOG}.core.budget_amount WHERE starts_with(amount_id, $amount) ORDER BY amount_id LIMIT {_MOST_ALIKE}",
        {"amount": amount_id},
    )
    found = [(row, *place) for row in rows if (place := _place(pinned, principal, row["content_id"])) is not None]
    if len(found) != 1:
        raise NotHeld(amount_id)
    return found[0]


def _successor(pinned: Pinned, principal: Principal, amount_id: str) -> str | None:
    rows = pinned.lake.rows(
        f"SELECT amount_id, content_id FROM {CATALOG}.core.budget_amount WHERE supersedes_id = $amount ORDER BY 1",
        {"amount": amount_id},
    )
    return next((row["amount_id"] for row in rows if _place(pinned, principal, row["content_id"]) is not None), None)


def _place(pinned: Pinned, principal: Principal, content_id: str) -> tuple[Place, bool] | None:
    """A place of the content that the principal may read, and whether it is there; else one at which it stood.

    What stands somewhere is read there or not at all; of what stands nowhere see `warehouse.doors.standing.stood_at`.
    """
    places = pinned.places([content_id], principal)
    if content_id in places:
        return places[content_id][0], True
    shown = stood_at(pinned, principal, content_id)
    return (shown[0], False) if shown else None


def _cell(elements: list[Element], row: dict[str, Any]) -> tuple[str | None, str]:
    """The text of the amount's cell (of its line, where values are stacked), and its row in one line."""
    if row["ordinal"] >= len(elements) or (grid := elements[row["ordinal"]].table) is None:
        return None, ""
    cells = sorted((cell for cell in grid.cells if cell.row == row["row"]), key=lambda cell: cell.col)
    row_text = " | ".join(" ".join(cell.text.split()) for cell in cells if cell.text.strip())
    own = next((cell.text for cell in cells if cell.col == row["col"]), None)
    return own, row_text[:500]


def prints(text: str, raw_text: str, line: int | None = None) -> bool:
    """Whether a cell, or its line, prints an amount: brackets around it and a remark in brackets behind it are no part.

    Args:
        text: of the cell.
        raw_text: of the amount.
        line: number of the line, from 1, of those that hold something; None for the whole cell.
    """
    lines = [text.strip()] if line is None else [part.strip() for part in text.split("\n") if part.strip()]
    if (line or 1) > len(lines):
        return False
    said = lines[(line or 1) - 1]
    if raw_text in (said, said.strip("[]()（） ")):
        return True
    return said.startswith(raw_text) and _REMARK.fullmatch(said[len(raw_text) :]) is not None
