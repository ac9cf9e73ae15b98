"""What stands around a passage: small passages are matched, the section around one is returned.

A section is the passage with its neighbours below the same headings, of a table the rows around, up to a bounded length. The
neighbours are of the same text, so who may read the passage may read them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.doors.session import Pinned

MAX_SECTION = 2_400
"""Characters of the longest section; a passage that is longer is its own section."""

MOST_NEIGHBOURS = 10
"""Neighbours on each side that can be asked for."""

_REACH = 8
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A passage among its neighbours: the section it is of, and the passages before and after it in reading order."""

    section: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def surroundings_of(pinned: Pinned, chunks: Sequence[_Row], n_neighbours: int = 0) -> dict[str, Surroundings]:
    """The surroundings of some chunks of documents, by chunk id.

    Args:
        pinned: the publication.
        chunks: rows of `index.chunk`.
        n_neighbours: passages before and after that are wanted besides the section.
    """
    shown = max(0, min(n_neighbours, MOST_NEIGHBOURS))
    reach = max(_REACH, shown)
    rows = pinned.chunks.around([(chunk["text_id"], chunk["ordinal"]) for chunk in chunks], reach)
    by_place = {(row["text_id"], row["ordinal"]): row for row in rows}
    found = {}
    for chunk in chunks:
        before = [by_place.get((chunk["text_id"], chunk["ordinal"] - step)) for step in range(1, reach + 1)]
        after = [by_place.get((chunk["text_id"], chunk["ordinal"] + step)) for step in range(1, reach + 1)]
        found[chunk["chunk_id"]] = Surroundings(
            section=_section(chunk, before, after),
            before=tuple(_shown(row) for row in before[:shown][::-1] if row),
            after=tuple(_shown(row) for row in after[:shown] if row),
        )
    return found


def _shown(row: _Row) -> str:
    return "\n".join([*row["headings"], row["text"]])


def _section(chunk: _Row, before: Sequence[_Row | None], after: Sequence[_Row | None]) -> str:
    """The chunk, extended to both sides in turns while the headings stay the same and the length allows."""
    parts = [chunk]
    length = len(chunk["text"])
    is_open = [True, True]
    for nearer in zip(before, after, strict=True):
        for side, row in enumerate(nearer):
            fits = row is not None and row["headings"] == chunk["headings"] and length + len(row["text"]) <= MAX_SECTION
            if row is None or not fits or not is_open[side]:
                is_open[side] = False
                continue
            parts = [*parts, row] if side else [row, *parts]
            length += len(row["text"])
    lines = list(chunk["headings"])
    for place, part in enumerate(parts):
        lines += _without_repeated_head(parts[place - 1] if place else None, part)
    return "\n".join(lines)


def _without_repeated_head(previous: _Row | None, part: _Row) -> list[str]:
    """The lines of a passage; of the next part of the same table without the header that it repeats."""
    lines = part["text"].split("\n")
    if previous is None or previous["first_ordinal"] != part["first_ordinal"]:
        return lines
    above = previous["text"].split("\n")
    n_same = 0
    while n_same < min(len(lines), len(above)) - 1 and lines[n_same] == above[n_same]:
        n_same += 1
    return lines[n_same:]
