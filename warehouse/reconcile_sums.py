"""Sums inside one table: a total row or column against its parts, and a level against the level below it.

A table does not say which of its rows a total is of: all of them, those before it, those after it, or those of one level.
Each reading is tried, and the one that the table itself keeps to in most places is taken; what then does not fit is a
break. Where no reading fits anywhere nothing is claimed, except for the only 합계 of a table.
"""

import duckdb

from schemas.identities import Rule
from warehouse.reconcile_terms import DEEPEST, allowed_for, step_up

# What is summed of every reading: the terms, how many are not zero, how many there are, how many say nothing, half steps.
_MEASURES = {
    "s": "term",
    "n": "(term <> 0)::HUGEINT",
    "c": "1::HUGEINT",
    "b": "(term IS NULL)::HUGEINT",
    "h": "CASE WHEN term <> 0 THEN half ELSE 0 END",
}
_READINGS = ("all", "top", "leaf", "after", "before", "joined", "twice")
# What only says that it is a sum is one of its table; "복지 분야 의무지출 합계" may be of more than the table lists.
_PLAIN = r"^[○ㅇ□■◦·․•\s]*(총?합계|총계|계|소계|누계|전체|총액|[Tt]otal|TOTAL)$|\(합계\)$"


def mark_totals(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `recon_row` and `recon_col`: which lines of a table's grid are totals as a whole; regions are summed elsewhere."""
    connection.execute("""
        CREATE TEMP TABLE recon_row AS
        WITH lines AS (
            SELECT t, spot, any_value(row) AS row, bool_and(is_total) AS is_total FROM recon_amount GROUP BY t, spot),
        mixed AS (SELECT t FROM lines GROUP BY t HAVING bool_or(is_total) AND bool_or(NOT is_total))
        SELECT t, spot FROM lines SEMI JOIN mixed USING (t)
        ANTI JOIN recon_region USING (t, row) WHERE is_total""")
    connection.execute("""
        CREATE TEMP TABLE recon_col AS
        WITH lines AS (
            SELECT t, col, bool_and(is_total) AS is_total FROM recon_amount ANTI JOIN recon_row USING (t, spot) GROUP BY t, col),
        mixed AS (SELECT t FROM lines GROUP BY t HAVING bool_or(is_total) AND bool_or(NOT is_total))
        SELECT t, col FROM lines SEMI JOIN mixed USING (t) WHERE is_total""")


def check_totals(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of ROW_SUM and COLUMN_SUM."""
    _check_strips(connection, Rule.ROW_SUM, fixed="spot", moving="col", marks="recon_col")
    _check_strips(connection, Rule.COLUMN_SUM, fixed="col", moving="spot", marks="recon_row")


def _check_strips(connection: duckdb.DuckDBPyConnection, rule: Rule, *, fixed: str, moving: str, marks: str) -> None:
    whole = f"PARTITION BY t, {fixed}, slice"
    upto = f"{whole} ORDER BY {moving} ROWS UNBOUNDED PRECEDING"
    summed = ", ".join(
        f"coalesce(sum({what}) FILTER (NOT tot) OVER ({whole}), 0) AS all_{m}, "
        f"coalesce(sum({what}) FILTER (NOT tot AND depth = top) OVER ({whole}), 0) AS top_{m}, "
        f"coalesce(sum({what}) FILTER (NOT tot AND depth = leaf) OVER ({whole}), 0) AS leaf_{m}, "
        f"coalesce(sum({what}) FILTER (NOT tot) OVER ({upto}), 0) AS upto_{m}"
        for m, what in _MEASURES.items()
    )
    neighbours = ", ".join(
        f"upto_{m} - coalesce(lag(upto_{m}) OVER w, 0) AS before_{m}, "
        f"coalesce(lead(upto_{m}) OVER w, all_{m}) - upto_{m} AS after_{m}"
        for m in _MEASURES
    )
    # A table that goes on over a page has its total in the last part only.
    joined = ", ".join(f"all_{m} + coalesce(more.sum_{m}, 0) AS joined_{m}" for m in _MEASURES)
    # Two levels that nothing tells apart: every amount is counted in its part and in the sum of its parts.
    twice = ", ".join(f"{f'all_{m} // 2' if m == 's' else f'all_{m}'} AS twice_{m}" for m in _MEASURES)
    unpivoted = " UNION ALL ".join(
        f"SELECT amount_id, t, {fixed} AS fixed, {moving} AS moving, spot, col, slice, v, half, coarsest, is_level, is_plain, "
        f"'{reading}' AS reading, {rank} AS rank, {', '.join(f'{reading}_{m} AS {m}' for m in _MEASURES)} FROM totals"
        for rank, reading in enumerate(_READINGS)
    )
    connection.execute(f"""
        INSERT INTO recon_check
        WITH cells AS (
            SELECT a.*, marked.t IS NOT NULL AS tot FROM recon_amount a
            SEMI JOIN {marks} any_total ON any_total.t = a.t
            LEFT JOIN {marks} marked ON marked.t = a.t AND marked.{moving} = a.{moving}
        ),
        levelled AS (
            SELECT *, min(depth) FILTER (NOT tot) OVER ({whole}) AS top, max(depth) FILTER (NOT tot) OVER ({whole}) AS leaf,
                   coalesce(max(half) FILTER (NOT tot) OVER ({whole}), 0) AS parts_half
            FROM cells
        ),
        summed AS (SELECT *, {summed} FROM levelled),
        beside AS (
            SELECT *, {neighbours} FROM summed WHERE tot WINDOW w AS ({whole} ORDER BY {moving})
        ),
        earlier AS ({_EARLIER if rule is Rule.COLUMN_SUM else _NOTHING_EARLIER}),
        totals AS (
            SELECT beside.*, greatest(half, parts_half) AS coarsest, top = leaf AS is_level,
                   regexp_matches(regexp_replace(subject_name, '\\s', '', 'g'), '{_PLAIN}') AS is_plain, {joined}, {twice}
            FROM beside LEFT JOIN earlier more ON more.t = beside.t AND more.col = beside.col AND more.slice = beside.slice
        ),
        read AS (SELECT *, {step_up("h + half", "coarsest")} AS allowed FROM ({unpivoted})),
        checked AS (
            SELECT *, abs(v - s) <= allowed AS fits, v <> 0 OR s <> 0 AS is_telling FROM read
            WHERE c > 0 AND b = 0 AND v IS NOT NULL
        ),
        judged AS (
            SELECT t, moving, reading, rank, count(*) FILTER (is_telling) AS n_told,
                   count(*) FILTER (is_telling AND fits) AS n_fit, bool_and(is_level) AS is_level, bool_and(is_plain) AS is_plain
            FROM checked GROUP BY ALL
        ),
        chosen AS (
            SELECT *, n_fit > 0 AND 2 * n_fit >= n_told AS is_kept, count(DISTINCT moving) OVER (PARTITION BY t) AS n_totals
            FROM judged
            QUALIFY row_number() OVER (PARTITION BY t, moving ORDER BY n_fit DESC, n_told - n_fit, rank) = 1
        )
        SELECT '{rule}', '', amount_id, NULL, t, spot, col, slice, v, s, allowed, c, false
        FROM checked JOIN chosen USING (t, moving, reading)
        WHERE is_kept OR n_told = 0
           OR n_totals = 1 AND chosen.is_level AND chosen.is_plain AND {"n_told <= 2" if rule is Rule.ROW_SUM else "true"}""")


_NOTHING_EARLIER = (
    "SELECT NULL::UBIGINT AS t, NULL::BIGINT AS col, NULL::UBIGINT AS slice, "
    + ", ".join(f"0::HUGEINT AS sum_{m}" for m in _MEASURES)
    + " WHERE false"
)
_EARLIER = f"""
    WITH shapes AS (
        SELECT content_id, table_no, t, hash(list_sort(list(DISTINCT hash(col, slice)))) AS shape,
               t IN (SELECT t FROM recon_row) AS has_total
        FROM recon_amount WHERE content_id IN (SELECT DISTINCT content_id FROM cells)
        GROUP BY ALL
    ),
    runs AS (
        SELECT *, sum((NOT coalesce(lag_shape = shape AND lag_no = table_no - 1 AND NOT lag_total, false))::INT)
                  OVER (PARTITION BY content_id ORDER BY table_no ROWS UNBOUNDED PRECEDING) AS run
        FROM (SELECT *, lag(shape) OVER w AS lag_shape, lag(table_no) OVER w AS lag_no, lag(has_total) OVER w AS lag_total
              FROM shapes WINDOW w AS (PARTITION BY content_id ORDER BY table_no))
    ),
    pairs AS (
        SELECT last.t, first.t AS earlier_t FROM runs last
        JOIN runs first ON first.content_id = last.content_id AND first.run = last.run AND first.table_no < last.table_no
        WHERE last.has_total
    )
    SELECT pairs.t, a.col, a.slice, {", ".join(f"sum({what}) AS sum_{m}" for m, what in _MEASURES.items())}
    FROM pairs JOIN recon_amount a ON a.t = pairs.earlier_t GROUP BY ALL"""


def check_hierarchies(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of HIERARCHY: a level against the level below it in the same column, or in the same row."""
    for fixed, moving in (("col", "spot"), ("spot", "col")):
        _check_levels(connection, fixed=fixed, moving=moving)


def _check_levels(connection: duckdb.DuckDBPyConnection, *, fixed: str, moving: str) -> None:
    connection.execute(f"""
        INSERT INTO recon_check
        WITH several AS (
            SELECT t, {fixed} AS fixed, slice FROM recon_amount
            WHERE depth BETWEEN 1 AND {DEEPEST} AND t NOT IN (SELECT t FROM recon_region)
            GROUP BY ALL HAVING count(DISTINCT depth) > 1
        ),
        cells AS (
            SELECT a.*, a.{fixed} AS fixed FROM recon_amount a
            SEMI JOIN several s ON s.t = a.t AND s.fixed = a.{fixed} AND s.slice = a.slice
            WHERE a.depth BETWEEN 1 AND {DEEPEST}
        ),
        above AS (
            SELECT *, hash(chain[1:depth]) AS key FROM cells WHERE chain[depth] IS NOT NULL
            QUALIFY count(*) OVER (PARTITION BY t, fixed, slice, depth, hash(chain[1:depth])) = 1
        ),
        below AS (
            SELECT t, fixed, slice, up AS depth, hash(chain[1:up]) AS key, cells.depth AS part_depth, term, half
            FROM cells, unnest(range(1, cells.depth)) AS ups(up) WHERE NOT is_total
        ),
        summed AS (
            SELECT p.amount_id, p.t, p.spot, p.col, p.slice, p.v, p.depth, part_depth, sum(b.term) AS s, count(*) AS c,
                   {allowed_for("b", "p")} AS allowed
            FROM above p JOIN below b USING (t, fixed, slice, depth, key)
            WHERE p.v IS NOT NULL GROUP BY ALL HAVING bool_and(b.term IS NOT NULL)
        ),
        judged AS (
            SELECT *, count(*) FILTER (is_telling AND fits) OVER w AS n_fit, count(*) FILTER (is_telling) OVER w AS n_told
            FROM (SELECT *, abs(v - s) <= allowed AS fits, v <> 0 OR s <> 0 AS is_telling FROM summed)
            WINDOW w AS (PARTITION BY t, depth, part_depth)
        )
        SELECT '{Rule.HIERARCHY}', '{moving}', amount_id, NULL, t, spot, col, slice, v, s, allowed, c, false FROM judged
        WHERE n_fit > 0 AND 2 * n_fit >= n_told
        QUALIFY row_number() OVER (PARTITION BY amount_id ORDER BY part_depth) = 1""")
