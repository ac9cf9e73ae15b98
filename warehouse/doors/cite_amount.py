"""From a number back to its cell: the original is read again, and the cell says whether the amount still stands there."""

from typing import Any

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


class AmountCitation(BaseModel):
    """An amount with its cell, as `gotgan cite AMOUNT_ID --json` prints it.

    `stands` is whether the cell of the original holds the raw text today; `row_text` is the row of the original around it,
    masked. `superseded_by` is the amount that took its place, where one did.
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
        NotHeld: there is no such amount, or more than one begins so, or the principal may read no place of it.
    """
    pinned = session.pinned()
    row = _row(pinned, amount_id)
    successor = pinned.lake.rows(
        f"SELECT amount_id FROM {CATALOG}.core.budget_amount WHERE supersedes_id = $amount ORDER BY 1 LIMIT 1",
        {"amount": row["amount_id"]},
    )
    place, is_held = _place(pinned, principal, row)
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
        superseded_by=successor[0]["amount_id"] if successor else None,
        read_by=read_by,
    )


def _row(pinned: Pinned, amount_id: str) -> dict[str, Any]:
    # A publication from before there were amounts has no such table.
    if ("core", "budget_amount") not in pinned.lake.tables() or len(amount_id) < _SHORTEST:
        raise NotHeld(amount_id)
    rows = pinned.lake.rows(
        f"FROM {CATALOG}.core.budget_amount WHERE starts_with(amount_id, $amount) LIMIT 2", {"amount": amount_id}
    )
    if len(rows) != 1:
        raise NotHeld(amount_id)
    return rows[0]


def _place(pinned: Pinned, principal: Principal, row: dict[str, Any]) -> tuple[Place, bool]:
    """A place that the principal may read, and whether it holds the cell; else that of the version that replaced it."""
    content_id = row["content_id"]
    places = pinned.places([content_id], principal)
    if content_id in places:
        return places[content_id][0], True
    later = pinned.lake.rows(
        f"""WITH RECURSIVE later(content_id, depth) AS (
                SELECT x.content_id, 1 FROM {CATALOG}.core.extraction x WHERE list_contains(x.replaces, $content)
                UNION
                SELECT x.content_id, l.depth + 1 FROM later l
                JOIN {CATALOG}.core.extraction x ON list_contains(x.replaces, l.content_id))
            SELECT content_id FROM later ORDER BY depth, content_id""",
        {"content": content_id},
    )
    places = pinned.places([found["content_id"] for found in later], principal)
    for found in later:
        if found["content_id"] in places:
            return places[found["content_id"]][0], False
    raise NotHeld(row["amount_id"])


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
