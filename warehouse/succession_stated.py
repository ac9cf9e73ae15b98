"""Candidates that documents state, each with its document: who it is that they speak of is looked up in what is held."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from schemas.names import folded
from schemas.targets import org_id_of, project_id_of
from warehouse.lake import CATALOG, Lake
from warehouse.succession_candidate import ORG, PROJECT, STATED, Candidate, End
from warehouse.succession_series import HeldProject, HeldSeries
from warehouse.succession_statements import (
    SENTENCE_FILTER,
    TABLE_FILTER,
    Statement,
    statements_in,
    statements_in_table,
)

_STATED_SCORE = 0.9
_LONGEST_QUOTE = 160
_YEAR = re.compile(r"(20\d{2})년")
_OFFICE_END = re.compile(r"(?:부|처|청|위원회|원|실|국|과|팀|본부|센터|단)$")
_MOST_TABLE_CELLS = 400

_SPOKEN = f"""
    SELECT e.content_id, e.kind, e.text, e.table, r.title FROM {CATALOG}.core.element e
    JOIN {CATALOG}.core.reading r USING (content_id)
    WHERE r.outcome = 'kept' AND (
        (e.kind <> 'table' AND length(e.text) < 4000 AND regexp_matches(e.text, $sentence))
        OR (e.kind = 'table' AND len(e.table.cells) <= $cells AND regexp_matches(left(e.text, 400), $table)))
    ORDER BY e.content_id, e.ordinal"""


def stated_candidates(lake: Lake, held: HeldSeries) -> Iterator[Candidate]:
    """Every succession that an element of a kept document states, of projects and offices that can be told."""
    known = _Known(held)
    parameters = {"sentence": SENTENCE_FILTER, "table": TABLE_FILTER, "cells": _MOST_TABLE_CELLS}
    for row in lake.rows(_SPOKEN, parameters):
        title = row["title"] or ""
        named = _YEAR.search(title)
        year = int(named.group(1)) if named else None
        if row["kind"] == "table":
            rows, header_rows = _dense(row["table"])
            found = statements_in_table(rows, year, header_rows=header_rows)
        else:
            found = statements_in(row["text"], year)
        for statement in found:
            candidate = known.candidate(statement, row["content_id"], title)
            if candidate is not None:
                yield candidate


def _dense(table: dict[str, Any]) -> tuple[list[list[str]], int]:
    rows = [[""] * table["n_cols"] for _ in range(table["n_rows"])]
    header_rows = 1
    for cell in table["cells"]:
        if cell["row"] == 1 and cell["col_span"] > 1 and table["n_rows"] > 2 and cell["col_span"] < table["n_cols"]:
            header_rows = 2
        for row in range(cell["row"], min(cell["row"] + cell["row_span"], table["n_rows"] + 1)):
            for col in range(cell["col"], min(cell["col"] + cell["col_span"], table["n_cols"] + 1)):
                rows[row - 1][col - 1] = cell["text"]
    return rows, header_rows


class _Known:
    """Held projects by name, to find those that a statement speaks of."""

    def __init__(self, held: HeldSeries) -> None:
        self._by_name: dict[str, list[HeldProject]] = defaultdict(list)
        for project in held.projects:
            for name in {folded(name) for name in project.names.values()}:
                self._by_name[name].append(project)
        self._won = {project.project_id: max(project.won.values(), default=0) for project in held.projects}

    def candidate(self, said: Statement, content_id: str, title: str) -> Candidate | None:
        """The statement as a candidate; None where it cannot be told whom it speaks of."""
        quote = said.said if len(said.said) <= _LONGEST_QUOTE else f"{said.said[:_LONGEST_QUOTE]}…"
        evidence = f"문서 「{title or content_id[:12]}」: {quote}"
        before, after = self._project(said.before, said.year - 1), self._project(said.after, said.year)
        what = PROJECT
        won = 0
        if before is None or after is None:
            if (
                said.before[1]
                or said.after[1]
                or not all(_OFFICE_END.search(end[0]) for end in (said.before, said.after))
            ):
                return None
            what, (before, after) = ORG, (_office(said.before[0]), _office(said.after[0]))
        else:
            won = max(self._won.get(before.id, 0), self._won.get(after.id, 0))
        if (before.id, folded(before.name)) == (after.id, folded(after.name)):
            return None
        return Candidate(
            what=what,
            kind=said.kind,
            before=before,
            after=after,
            fiscal_year=said.year,
            methods=frozenset({STATED}),
            score=_STATED_SCORE,
            evidence=(evidence,),
            content_ids=(content_id,),
            won=won,
        )

    def _project(self, printed: tuple[str, str | None], year: int) -> End | None:
        name, code = printed
        same = self._by_name.get(folded(name), [])
        found = [project for project in same if code is None or project.code in (None, code)]
        if code and any(project.code == code for project in found):
            found = [project for project in found if project.code == code]
        offices = {project.office for project in found if project.office}
        if len(offices) > 1 or (not found and not code):
            return None
        if not found:
            key = project_id_of(name, code, None, None, None, None)
            return End(key.project_id, name, code) if key else None
        # Of one project that is printed with its office and without it, the one that says more.
        best = max(found, key=lambda project: (project.code is not None, bool(project.office), project.project_id))
        return End(best.project_id, best.name_in(year), best.code, best.org_name or "")


def _office(name: str) -> End:
    return End(org_id_of(name, None) or "", " ".join(name.split()))
