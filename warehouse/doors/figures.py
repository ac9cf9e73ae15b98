"""Figures and passages: which passage prints a cell, and which amounts stand in the rows that a passage shows."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

from schemas.names import folded
from warehouse.doors.routing import Cell
from warehouse.doors.session import Pinned
from warehouse.doors.versions import holds
from warehouse.lake import CATALOG

_MOST_AMOUNTS = 100
_CELL = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


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
            f"""SELECT a.number, c.passage_id, c.headings, c.text, c.locator.cells AS cells,
                       count(*) OVER (PARTITION BY a.number) AS n_parts
                FROM asked_cells a
                JOIN {CATALOG}.core.reading r ON r.content_id = a.content_id AND r.outcome = 'kept'
                JOIN {CATALOG}.index.chunk c ON c.text_id = r.text_id AND a.at BETWEEN c.first_ordinal AND c.last_ordinal
                ORDER BY a.number, c.ordinal"""
        )
    best: dict[int, tuple[int, str]] = {}
    for row in rows:
        cell, number = cells[row["number"]], row["number"]
        shown = _shows(row, cell.raw_text, cell.subject, cell.address, row["n_parts"])
        if shown and (number not in best or shown > best[number][0]):
            best[number] = shown, row["passage_id"]
    return list(dict.fromkeys(passage_id for _, (_, passage_id) in sorted(best.items())))


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
            "text_id": pa.array([chunk["text_id"] for chunk in chunks], pa.string()),
            "content_id": pa.array([chunk["content_id"] for chunk in chunks], pa.string()),
            "first_at": pa.array([chunk["first_ordinal"] for chunk in chunks], pa.int64()),
            "last_at": pa.array([chunk["last_ordinal"] for chunk in chunks], pa.int64()),
        }
    )
    with pinned.lake.registered(asked_chunks=asked):
        rows = pinned.lake.rows(
            f"""WITH printed AS (
                    SELECT DISTINCT k.chunk_id, k.text_id, a.amount_id, a.raw_text, a.subject_name, a.ordinal, a."row", a.col,
                           a.line, a.cell
                    FROM {CATALOG}.core.budget_amount a
                    JOIN asked_chunks k ON k.content_id = a.content_id AND a.ordinal BETWEEN k.first_at AND k.last_at
                    ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = a.amount_id
                    ANTI JOIN {CATALOG}.core.budget_amount later
                        ON later.supersedes_id = a.amount_id AND later.content_id = a.content_id),
                parts AS (
                    SELECT o.text_id, o.ordinal, count(*) AS n_parts
                    FROM (SELECT DISTINCT text_id, ordinal FROM printed) o JOIN {CATALOG}.index.chunk c
                        ON c.text_id = o.text_id AND o.ordinal BETWEEN c.first_ordinal AND c.last_ordinal
                    GROUP BY ALL)
                SELECT p.*, n_parts FROM printed p JOIN parts USING (text_id, ordinal)
                ORDER BY p.chunk_id, p.ordinal, p."row", p.col, p.line, p.amount_id"""
        )
    shown = {chunk["chunk_id"]: {**chunk, "cells": chunk["locator"]["cells"]} for chunk in chunks}
    found: dict[str, list[str]] = {}
    for row in rows:
        own = found.setdefault(row["chunk_id"], [])
        passage = shown[row["chunk_id"]]
        if len(own) < _MOST_AMOUNTS and _shows(
            passage, row["raw_text"], row["subject_name"], row["cell"], row["n_parts"]
        ):
            own.append(row["amount_id"])
    return found


def _shows(passage: Mapping[str, Any], raw_text: str, subject: str, address: str | None, n_parts: int) -> int:
    """How surely a passage shows an amount: 0 not at all, 3 if it says itself what the amount is of.

    Of a long table a passage is a part. What an amount is of may stand above the table alone, or nowhere but in the file's
    name; then the cell's place tells, or that the table is in one piece.
    """
    if not _prints(passage["text"], raw_text):
        return 0
    if n_parts > 1 and _is_within(address, passage["cells"]) is False:
        return 0
    key = folded(subject)
    if not key or key in _folded(passage["text"]):
        return 3
    if key in _folded(" ".join(passage["headings"])):
        return 2
    return int(n_parts == 1 or _is_within(address, passage["cells"]) is True)


def _prints(text: str, raw_text: str) -> bool:
    """Whether a text prints an amount, and not a longer one with it inside."""
    printed = r"\s+".join(re.escape(part) for part in raw_text.split())
    return bool(printed) and bool(re.search(rf"(?<![\d.,]){printed}(?!\d|[.,]\d)", text))


@lru_cache(maxsize=256)
def _folded(text: str) -> str:
    return folded(text)


def _is_within(address: str | None, cells: str | None) -> bool | None:
    """Whether a cell of a sheet is in a range; None if one of them is not known."""
    one, many = _CELL.fullmatch(address or ""), _CELL.fullmatch(cells or "")
    if one is None or many is None:
        return None
    top, bottom = int(many[2]), int(many[4] or many[2])
    return top <= int(one[2]) <= bottom
