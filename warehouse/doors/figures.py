"""Figures and passages: which passage prints a cell, and which amounts stand in the rows that a passage shows."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from schemas.names import folded
from warehouse.doors.routing import Cell
from warehouse.doors.session import Pinned
from warehouse.doors.versions import holds
from warehouse.lake import CATALOG

_MOST_AMOUNTS = 100


def chunks_of_cells(pinned: Pinned, cells: Sequence[Cell]) -> list[str]:
    """Ids of the passages that print some cells, in the order of the cells, each once."""
    if not cells:
        return []
    asked = pa.table(
        {
            "number": pa.array(range(len(cells)), pa.int64()),
            "content_id": pa.array([cell.content_id for cell in cells], pa.string()),
            "at": pa.array([cell.ordinal for cell in cells], pa.int64()),
        }
    )
    with pinned.lake.registered(asked_cells=asked):
        rows = pinned.lake.rows(
            f"""SELECT a.number, c.passage_id, c.text FROM asked_cells a
                JOIN {CATALOG}.core.reading r ON r.content_id = a.content_id AND r.outcome = 'kept'
                JOIN {CATALOG}.index.chunk c ON c.text_id = r.text_id AND a.at BETWEEN c.first_ordinal AND c.last_ordinal
                ORDER BY a.number, c.ordinal"""
        )
    first: dict[int, str] = {}
    for row in rows:
        cell = cells[row["number"]]
        if _prints(row["text"], cell.raw_text, cell.subject):
            first.setdefault(row["number"], row["passage_id"])
    return list(dict.fromkeys(first.values()))


def amounts_of(pinned: Pinned, chunks: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Ids of the current amounts in the rows that passages show, by chunk id, in the order of the cells.

    Args:
        pinned: the publication.
        chunks: rows of `index.chunk` with the `content_id` that each is shown of.
    """
    if not chunks or not holds(pinned, "budget_amount"):
        return {}
    asked = pa.table(
        {
            "chunk_id": pa.array([chunk["chunk_id"] for chunk in chunks], pa.string()),
            "content_id": pa.array([chunk["content_id"] for chunk in chunks], pa.string()),
            "first_at": pa.array([chunk["first_ordinal"] for chunk in chunks], pa.int64()),
            "last_at": pa.array([chunk["last_ordinal"] for chunk in chunks], pa.int64()),
        }
    )
    with pinned.lake.registered(asked_chunks=asked):
        rows = pinned.lake.rows(
            f"""SELECT DISTINCT k.chunk_id, a.amount_id, a.raw_text, a.subject_name, a.ordinal, a."row", a.col, a.line
                FROM {CATALOG}.core.budget_amount a
                JOIN asked_chunks k ON k.content_id = a.content_id AND a.ordinal BETWEEN k.first_at AND k.last_at
                ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = a.amount_id
                ANTI JOIN {CATALOG}.core.budget_amount later
                    ON later.supersedes_id = a.amount_id AND later.content_id = a.content_id
                ORDER BY k.chunk_id, a.ordinal, a."row", a.col, a.line, a.amount_id"""
        )
    texts = {chunk["chunk_id"]: chunk["text"] for chunk in chunks}
    found: dict[str, list[str]] = {}
    for row in rows:
        own = found.setdefault(row["chunk_id"], [])
        if len(own) < _MOST_AMOUNTS and _prints(texts[row["chunk_id"]], row["raw_text"], row["subject_name"]):
            own.append(row["amount_id"])
    return found


def _prints(text: str, raw_text: str, subject: str) -> bool:
    """Whether a passage shows the amount and what it is of; of a long table a passage is a part."""
    return raw_text in text and (not subject or folded(subject) in folded(text))
