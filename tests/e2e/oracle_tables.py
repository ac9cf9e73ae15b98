"""The raw tables of a publication read whole, by plain Python, and the filters that a question may have, as the oracle reads them.

Nothing of the doors and none of their SQL; who may see what is in `access_oracle.py`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import Any

from warehouse.doors.session import Session

_DEEPEST = 8
SEOUL = timezone(timedelta(hours=9))
_LEAST_ALIKE, _LEAST_CONTAINED = 0.3, 0.6
Row = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """A place of a content as somebody may see it: the path shown, its source, and when the file there was changed."""

    content_id: str
    source: str
    shown: str
    modified_at: datetime
    name: str


@dataclass(frozen=True)
class Wanted:
    """Filters as the oracle understands them; values of one key are alternatives, `no` takes away."""

    office: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    kind: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    no: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def typed(self) -> str:
        """The filters as somebody types them."""
        parts = [f"{sign}{key}:{_quoted(value)}" for sign, key, value in self._values()]
        parts += [f"from:{self.since}"] if self.since else []
        parts += [f"to:{self.until}"] if self.until else []
        return " ".join(parts)

    def _values(self) -> Iterator[tuple[str, str, Any]]:
        for key in ("office", "year", "kind", "project", "source", "status"):
            yield from (("", key, value) for value in getattr(self, key))
            yield from (("-", key, value) for value in self.no.get(key, ()))


@dataclass(frozen=True)
class Facts:
    """What a content, or what was said, is by itself; compared with filters."""

    office: tuple[str, ...]
    year: tuple[int, ...]
    kind: tuple[str, ...]
    project: tuple[str, ...]


class Tables:
    """The raw tables of the publication that a session reads.

    Args:
        session: of whose current publication the tables are read.
        doors: the tokens that each registered room asks for; a room that is not among them is closed to all.
    """

    def __init__(self, session: Session, doors: Mapping[str, Sequence[str]]) -> None:
        self._pinned = session.pinned()
        self.doors = {name: frozenset(tokens) for name, tokens in doors.items()}

    def rows(self, table: str) -> list[Row]:
        """All rows of a table; none if the publication has no such table."""
        lake = self._pinned.lake
        return lake.rows(f"FROM lake.{table}") if tuple(table.split(".")) in lake.tables() else []

    @cached_property
    def accesses(self) -> dict[str, Row]:
        return {row["access_id"]: row for row in self.rows("raw.access")}

    @cached_property
    def placements(self) -> list[Row]:
        return self.rows("raw.placement")

    @cached_property
    def readings(self) -> dict[str, Row]:
        return {row["content_id"]: row for row in self.rows("core.reading")}

    @cached_property
    def members(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows("core.member"):
            found.setdefault(row["container_id"], []).append(row)
        return found

    @cached_property
    def chunks(self) -> list[Row]:
        return self.rows("index.chunk")

    @cached_property
    def sessions(self) -> dict[str, Row]:
        return {row["session_id"]: row for row in self.rows("index.session")}

    @cached_property
    def elements(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows("core.element"):
            found.setdefault(row["content_id"], []).append(row)
        return found

    @cached_property
    def drafts(self) -> dict[str, Row]:
        return {row["content_id"]: row for row in self.rows("core.draft")}

    @cached_property
    def alike(self) -> list[tuple[str, str]]:
        """Pairs of texts, each of its plain id, that may well be versions of one document."""
        plain = {row["text_id"]: row["plain_id"] for row in self.rows("core.signature")}
        return [
            (plain[row["first_id"]], plain[row["second_id"]])
            for row in self.rows("core.likeness")
            if row["jaccard"] >= _LEAST_ALIKE or row["containment"] >= _LEAST_CONTAINED
        ]

    @cached_property
    def plain(self) -> dict[str, str]:
        """content id → plain id of its text; nothing of one that is nobody's version."""
        plain = {row["text_id"]: row["plain_id"] for row in self.rows("core.signature")}
        return {key: plain[row["text_id"]] for key, row in self.readings.items() if row["text_id"] in plain}

    @cached_property
    def indexed(self) -> dict[str, Row]:
        """passage id → its row in the vector table: tokens, accesses, whether it has a vector."""
        pinned: Any = self._pinned.vectors
        rows = pinned._table.search().select(["passage_id", "morphemes", "access"]).limit(None).to_arrow().to_pylist()
        embedded = set(pinned.vectors()["passage_id"].to_pylist())
        return {row["passage_id"]: row | {"is_embedded": row["passage_id"] in embedded} for row in rows}

    @cached_property
    def secret(self) -> set[str]:
        """Contents that some place's name marks as secret: out everywhere."""
        return {row["content_id"] for row in self.placements if row["reason"] == "secrecy_mark" and row["content_id"]}

    @cached_property
    def spots(self) -> list[tuple[Spot, Row, frozenset[str]]]:
        """Every place of every kept content, with the placement's access and the rooms on the way."""
        found: list[tuple[Spot, Row, frozenset[str]]] = []
        for row in self.placements:
            if row["skip_rule"] is None and row["reason"] is None and row["content_id"] is not None:
                self._descend(row, row["content_id"], (), frozenset(), found)
        return found

    def _descend(
        self,
        placement: Row,
        content_id: str,
        inner: tuple[str, ...],
        rooms: frozenset[str],
        found: list[tuple[Spot, Row, frozenset[str]]],
    ) -> None:
        reading = self.readings.get(content_id)
        if reading is None or reading["outcome"] != "kept" or content_id in self.secret or len(inner) > _DEEPEST:
            return
        shown = "!/".join((f"{placement['source_name']}/{placement['path']}", *inner))
        name = (inner[-1] if inner else placement["name"]).rsplit("/", 1)[-1]
        spot = Spot(content_id, placement["source_name"], shown, placement["modified_at"], name)
        found.append((spot, self.accesses[placement["access_id"]], rooms))
        for member in self.members.get(content_id, ()):
            more = rooms | {member["scope"]} if member["scope"] else rooms
            self._descend(placement, member["content_id"], (*inner, member["member_path"]), more, found)

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """text id → contents that have it."""
        found: dict[str, list[str]] = {}
        for content_id, row in self.readings.items():
            if row["text_id"] and row["outcome"] == "kept":
                found.setdefault(row["text_id"], []).append(content_id)
        return found

    @cached_property
    def amounts(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows("core.budget_amount"):
            found.setdefault(row["content_id"], []).append(row)
        return found

    @cached_property
    def facts(self) -> dict[str, Facts]:
        """content id → what it is, as the document's own records say."""
        found: dict[str, Facts] = {}
        for row in self.rows("core.document"):
            projects = {
                name
                for amount in self.amounts.get(row["content_id"], ())
                for name in (amount["project_name"], amount["project_code"])
                if name
            }
            found[row["content_id"]] = Facts(
                office=tuple(filter(None, [row["org_name"]])),
                year=tuple(row["fiscal_years"] or ()),
                kind=(row["kind"],),
                project=tuple(sorted(projects)),
            )
        return found

    @cached_property
    def known_ids(self) -> set[str]:
        """Ids that say which content, passage, session or amount something is of."""
        ids = {*self.readings, *self.sessions} | {row["chunk_id"] for row in self.chunks}
        return ids | {row["amount_id"] for rows in self.amounts.values() for row in rows}


def holds(wanted: Wanted, facts: Facts, source: str, days: tuple[date, date], status: str) -> bool:
    has: dict[str, tuple[Any, ...]] = {
        "office": facts.office,
        "year": facts.year,
        "kind": facts.kind,
        "project": facts.project,
        "source": (source,),
        "status": (status,),
    }
    for key, held in has.items():
        asked = getattr(wanted, key)
        if asked and not any(_fits(key, value, held) for value in asked):
            return False
        if any(_fits(key, value, held) for value in wanted.no.get(key, ())):
            return False
    return (wanted.since is None or days[1] >= wanted.since) and (wanted.until is None or days[0] <= wanted.until)


def _fits(key: str, value: Any, held: Sequence[Any]) -> bool:
    if key in ("year", "status"):
        return value in held
    told = _bare(value)
    if key == "source":
        return any(told == _bare(name) for name in held)
    return bool(told) and any(told in _bare(name) for name in held)


def _bare(text: str) -> str:
    return re.sub(r"[\s.·․ㆍ・･‧•∙⋅ᆞ]", "", text).casefold()


def _quoted(value: Any) -> str:
    return f'"{value}"' if " " in str(value) else str(value)
