"""From a number back to its cell: the original is read again, and the cell says whether the amount still stands there."""

from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.elements import Element
from schemas.fiscal import BASIS_LABELS, STAGE_LABELS, Basis, Stage
from schemas.ports import Reader
from schemas.provenance import Locator
from warehouse.doors.cite import NotHeld, read_again
from warehouse.doors.search import cite_words
from warehouse.doors.session import Pinned, Place, Session
from warehouse.lake import CATALOG

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
    locator = _locator(row)
    inner = f" 안의 {place.member_path}" if place.member_path else ""
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
        stands=text is not None and _says(text, row),
        citation=cite_words(place.shown, locator, pinned.current.publication_id),
        how_to_open=f"소스 {place.source_name}의 {place.path}{inner} — {locator}",
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

    What stands somewhere is read there or not at all. What stands nowhere is read by those who may read the place at which it
    stood, and could then: the same rule as that of the analysts' files (`warehouse.serving_budget`).
    """
    places = pinned.places([content_id], principal)
    if content_id in places:
        return places[content_id][0], True
    readable = pa.table({"access_id": pa.array(pinned.readable_access(principal), pa.string())})
    with pinned.lake.registered(readable=readable):
        stood = pinned.lake.rows(
            f"""SELECT placement_id, content_id FROM (
                    SELECT p.placement_id, p.content_id, unnest(p.earlier_contents) AS earlier FROM {CATALOG}.raw.placement p
                    SEMI JOIN readable r ON r.access_id = p.access_id WHERE p.content_id IS NOT NULL) s
                SEMI JOIN readable r ON r.access_id = s.earlier.access_id
                WHERE s.earlier.content_id = $content
                    AND NOT EXISTS (FROM {CATALOG}.raw.placement p WHERE p.content_id = $content)
                    AND NOT EXISTS (FROM {CATALOG}.core.member m WHERE m.content_id = $content)
                ORDER BY placement_id""",
            {"content": content_id},
        )
    places = pinned.places([row["content_id"] for row in stood], principal)
    shown = [
        place
        for row in stood
        for place in places.get(row["content_id"], [])
        if place.placement_id == row["placement_id"] and place.member_path is None
    ]
    return (shown[0], False) if shown else None


def _cell(elements: list[Element], row: dict[str, Any]) -> tuple[str | None, str]:
    """The text of the amount's cell (of its line, where values are stacked), and its row in one line."""
    if row["ordinal"] >= len(elements) or (grid := elements[row["ordinal"]].table) is None:
        return None, ""
    cells = sorted((cell for cell in grid.cells if cell.row == row["row"]), key=lambda cell: cell.col)
    row_text = " | ".join(" ".join(cell.text.split()) for cell in cells if cell.text.strip())
    own = next((cell.text for cell in cells if cell.col == row["col"]), None)
    return own, row_text[:500]


def _says(text: str, row: dict[str, Any]) -> bool:
    if row["line"] is None:
        return text.strip() == row["raw_text"]
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    # The second of two figures may stand in square brackets, which are no part of it.
    return row["line"] <= len(lines) and lines[row["line"] - 1].strip("[] ") == row["raw_text"]


def _locator(row: dict[str, Any]) -> str:
    """The cell in words: its address in a sheet, else its row and column in the table."""
    place = Locator(page=row["page"], sheet=row["sheet"], cells=row["cell"], table=row["table_no"])
    parts = [str(place)]
    if row["cell"] is None:
        parts.append(f"{row['row']}행 {row['col']}열")
    if row["line"] is not None:
        parts.append(f"칸 안 {row['line']}째 줄")
    return " · ".join(part for part in parts if part)
