"""Why an identity breaks, where the data say it: a row that no sum holds, an error carried up, a row counted once too often.

The facts are found by SQL; only breaks come to Python, to be put into words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from schemas.identities import Rule, Verdict

CAUSES = pa.schema(
    [
        ("rule", pa.string()),
        ("amount_id", pa.string()),
        ("mark", pa.string()),
        ("status", pa.string()),
        ("cause", pa.string()),
        ("culprit_ids", pa.list_(pa.string())),
    ]
)
"""What is found: by rule, amount and mark of the check."""

# A small amount equals some row by chance; one that two columns agree on, or a large one, does not.
_LARGE_STEPS = 1_000
_LISTED = 5

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Break:
    """A check that broke, with what is needed to say so."""

    rule: str
    mark: str
    amount_id: str
    t: int
    spot: int
    col: int
    slice: int
    lhs: int
    rhs: int
    allowed: int
    row: int
    org: str | None
    subject: str
    cell: str | None
    unit_raw: str | None
    unit_multiplier: int | None
    currency: str

    @property
    def key(self) -> _Key:
        """What identifies the check."""
        return self.rule, self.amount_id, self.mark

    @property
    def difference(self) -> int:
        """Left minus right, in minor units."""
        return self.lhs - self.rhs

    @property
    def name(self) -> str:
        """The row's name: the office or region, else the subject."""
        return self.org or self.subject

    @property
    def place(self) -> str:
        """The cell, as a person looks it up."""
        return self.cell or f"{self.row}행 {self.col}열"

    def money(self, minor: int) -> str:
        """An amount in the unit that the cell is printed in, exact."""
        size = self.unit_multiplier
        if self.unit_raw and size and minor % size == 0:
            return f"{'△' if minor < 0 else ''}{abs(minor) // size:,}{self.unit_raw}"
        unit = "원" if self.currency == "KRW" else f" {self.currency}(최소 단위)"
        return f"{'△' if minor < 0 else ''}{abs(minor):,}{unit}"


def explain(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The causes of the breaks in `recon_check`, as `CAUSES`: EXPLAINED where the data hold the cause, else BREAK."""
    breaks = _breaks(connection)
    told: dict[_Key, dict[str, Any]] = {}
    for found in (
        _orphans(connection, breaks),
        _carried(connection, breaks, Rule.ROW_SUM),
        _carried(connection, breaks, Rule.COLUMN_SUM),
        _rows_between(connection, breaks),
        _own_rows(breaks),
    ):
        for key, cause in found.items():
            told.setdefault(key, {"rule": key[0], "amount_id": key[1], "mark": key[2], **cause})
    return pa.Table.from_pylist(list(told.values()), schema=CAUSES)


def _cause(status: Verdict, cause: str, culprits: Iterable[str]) -> dict[str, Any]:
    return {"status": str(status), "cause": cause, "culprit_ids": list(culprits)}


def _breaks(connection: duckdb.DuckDBPyConnection) -> list[Break]:
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE recon_break AS
        SELECT rule, mark, amount_id, t, spot, col, slice,
               lhs::BIGINT AS lhs, rhs::BIGINT AS rhs, allowed::BIGINT AS allowed
        FROM recon_check WHERE NOT is_at_least AND abs(lhs - rhs) > allowed""")
    rows = connection.execute("""
        SELECT b.*, a.row, a.org, a.subject_name AS subject, a.cell, a.unit_raw, a.unit_multiplier, a.currency
        FROM recon_break b JOIN recon_amount a USING (amount_id) ORDER BY ALL""").to_arrow_table()
    return [Break(**row) for row in rows.to_pylist()]


def _orphans(connection: duckdb.DuckDBPyConnection, breaks: Sequence[Break]) -> dict[_Key, dict[str, Any]]:
    """A sum over 시도계 that lacks exactly the row of a region without one."""
    rows = connection.execute(f"""
        SELECT b.amount_id, b.mark, r.org, a.row, a.cell, a.amount_id AS orphan_id, a.v::BIGINT AS v
        FROM recon_break b JOIN recon_region r ON r.t = b.t AND r.kind = 'ORPHAN'
        JOIN recon_amount a ON a.t = r.t AND a.row = r.row AND a.col = b.col AND a.slice = b.slice
        WHERE b.rule = '{Rule.REGION_NATION}' AND a.v <> 0 ORDER BY ALL""").to_arrow_table()
    missing: dict[_Key, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.to_pylist():
        missing[(Rule.REGION_NATION, row["amount_id"], row["mark"])].append(row)
    return {one.key: cause for one in breaks if (cause := _lacking(one, missing.get(one.key, [])))}


def _lacking(one: Break, orphans: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    named = [row for row in orphans if row["org"]]
    equal = [row for row in orphans if abs(one.difference - row["v"]) <= one.allowed]
    chosen = [row for row in equal if row["org"]][:1] or equal[:1]
    if not chosen and len(named) > 1 and abs(one.difference - sum(row["v"] for row in named)) <= one.allowed:
        chosen = named
    if not chosen:
        return None
    which = ", ".join(f"{row['org'] or '이름 없는 행'}({row['row']}행 {one.money(row['v'])})" for row in chosen)
    unnamed = [row for row in equal if not row["org"] and row not in chosen]
    beside = f" 이름이 빈 {unnamed[0]['row']}행이 같은 금액을 적고 있음." if unnamed else ""
    return _cause(
        Verdict.EXPLAINED,
        f"시도계가 없는 행이 시도계의 합에서 빠짐: {which}.{beside}",
        [row["orphan_id"] for row in chosen],
    )


def _carried(connection: duckdb.DuckDBPyConnection, breaks: Sequence[Break], rule: Rule) -> dict[_Key, dict[str, Any]]:
    """A total whose difference is that of its own parts: the error was made there and carried up."""
    of_rule = [one for one in breaks if one.rule == rule]
    if len(of_rule) < 2:
        return {}
    parents = _row_parents(connection) if rule is Rule.ROW_SUM else _column_parents(connection)
    by_line: dict[tuple[int, ...], Break] = {
        (one.t, one.spot, one.col, one.slice): one for one in of_rule
    }  # one check of a rule for a cell
    parts: dict[_Key, list[Break]] = defaultdict(list)
    for part in of_rule:
        for line in parents.get((part.t, part.spot if rule is Rule.ROW_SUM else part.col), ()):
            place = (
                (part.t, line, part.col, part.slice) if rule is Rule.ROW_SUM else (part.t, part.spot, line, part.slice)
            )
            if place in by_line and by_line[place] is not part:
                parts[by_line[place].key].append(part)
    found: dict[_Key, dict[str, Any]] = {}
    for one in of_rule:
        origins = _origins(one, parts)
        if origins and origins != [one]:
            which = ", ".join(f"{part.name}({part.place}, {part.money(part.difference)})" for part in origins[:_LISTED])
            what = "열들이 제 합계와" if rule is Rule.ROW_SUM else "행들이 제 합계와"
            found[one.key] = _cause(
                Verdict.EXPLAINED,
                f"{which}의 {what} 맞지 않고 그 차이가 위로 옮겨짐.",
                [part.amount_id for part in origins],
            )
    return found


def _origins(one: Break, parts: Mapping[_Key, Sequence[Break]]) -> list[Break]:
    """Where a difference began: the parts that come to it, each traced on; the break itself where its parts do not."""
    below = parts.get(one.key, ())
    if not below or abs(one.difference - sum(part.difference for part in below)) > one.allowed:
        return [one]
    return [origin for part in below for origin in _origins(part, parts)]


_Lines = dict[tuple[int, int], list[int]]


def _row_parents(connection: duckdb.DuckDBPyConnection) -> _Lines:
    """(table, line of the grid) → lines that are a sum over it, for the rows that break."""
    return _lines(
        connection,
        f"""WITH broken AS (SELECT DISTINCT t, spot, spot // 100000 AS row FROM recon_break WHERE rule = '{Rule.ROW_SUM}')
        SELECT low.t, low.spot AS part, up.spot AS whole FROM broken low
        JOIN recon_region low_kind ON low_kind.t = low.t AND low_kind.row = low.row
        JOIN recon_region up_kind ON up_kind.t = low.t AND (
             low_kind.kind = 'PART' AND up_kind.kind = 'PROVINCE' AND up_kind.block = low_kind.block
             OR low_kind.kind IN ('PROVINCE', 'ORPHAN') AND up_kind.kind = 'NATION')
        JOIN broken up ON up.t = low.t AND up.row = up_kind.row
        UNION ALL
        SELECT low.t, low.spot, up.spot FROM broken low ANTI JOIN recon_row USING (t, spot)
        JOIN (SELECT * FROM broken SEMI JOIN recon_row USING (t, spot)) up ON up.t = low.t""",
    )


def _column_parents(connection: duckdb.DuckDBPyConnection) -> _Lines:
    """(table, column) → columns that are a sum over it, for the columns that break."""
    return _lines(
        connection,
        f"""WITH broken AS (SELECT DISTINCT t, col FROM recon_break WHERE rule = '{Rule.COLUMN_SUM}')
        SELECT low.t, low.col AS part, up.col AS whole FROM broken low ANTI JOIN recon_col USING (t, col)
        JOIN (SELECT * FROM broken SEMI JOIN recon_col USING (t, col)) up ON up.t = low.t""",
    )


def _lines(connection: duckdb.DuckDBPyConnection, statement: str) -> _Lines:
    found: _Lines = defaultdict(list)
    for row in connection.execute(statement).to_arrow_table().to_pylist():
        found[row["t"], row["part"]].append(row["whole"])
    return found


def _rows_between(connection: duckdb.DuckDBPyConnection, breaks: Sequence[Break]) -> dict[_Key, dict[str, Any]]:
    """A total row that differs by exactly one row of its table, in every column in which it breaks."""
    rules = f"'{Rule.COLUMN_SUM}', '{Rule.REGION_PROVINCE}', '{Rule.REGION_NATION}'"
    rows = connection.execute(f"""
        WITH broken AS (
            SELECT *, count(*) OVER (PARTITION BY rule, t, spot) AS n_breaks FROM recon_break WHERE rule IN ({rules})),
        equal AS (
            SELECT b.rule, b.mark, b.amount_id, b.t, b.spot, b.n_breaks, a.spot AS other_at, a.row, a.org, a.subject_name, a.half,
                   a.amount_id AS other_id, sign(b.lhs - b.rhs) * sign(a.v) AS side, abs(b.lhs - b.rhs) AS size
            FROM broken b JOIN recon_amount a ON a.t = b.t AND a.col = b.col AND a.slice = b.slice AND a.spot <> b.spot
            WHERE abs(a.v) > 2 * b.allowed AND abs(abs(b.lhs - b.rhs) - abs(a.v)) <= 2 * a.half
        ),
        throughout AS (
            SELECT *, count(*) OVER (PARTITION BY rule, t, spot, other_at, side) AS n_equal FROM equal
        )
        SELECT * FROM throughout WHERE n_equal = n_breaks AND (n_breaks > 1 OR size >= {_LARGE_STEPS} * 2 * half)
        QUALIFY count(DISTINCT (other_at, side)) OVER (PARTITION BY rule, t, spot) = 1""").to_arrow_table()
    by_key = {one.key: one for one in breaks}
    found: dict[_Key, dict[str, Any]] = {}
    for row in rows.to_pylist():
        key = (row["rule"], row["amount_id"], row["mark"])
        one, name = by_key[key], row["org"] or row["subject_name"]
        why = "한 번 더 들어간 것으로" if row["side"] > 0 else "들어 있지 않거나 다른 행 안에 든 것으로"
        found[key] = _cause(
            Verdict.EXPLAINED,
            f"차이 {one.money(one.difference)}이 {row['row']}행 {name}의 금액과 같음: 그 행이 합계에 {why} 보임.",
            [row["other_id"]],
        )
    return found


def _own_rows(breaks: Sequence[Break]) -> dict[_Key, dict[str, Any]]:
    """A row whose columns do not come to its own total: the row is known, the cell is not."""
    return {
        one.key: _cause(
            Verdict.BREAK,
            f"이 행의 열들이 합계와 맞지 않음: 합계 칸 {one.place}에 {one.money(one.lhs)}, 열들의 합 {one.money(one.rhs)}.",
            [one.amount_id],
        )
        for one in breaks
        if one.rule == Rule.ROW_SUM
    }
