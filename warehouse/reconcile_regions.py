"""Sums over regions in yearbooks: 전국계 over 시도계, 시도계 over the rows of its own 본청, 시, 군 and 구.

Which rows a sum is of is said by names and order alone: the rows after `경기계` that begin with `경기`. A row that stands below
no such sum (세종본청 before there was a 세종계) is an orphan, which explains what a sum lacks.
"""

import duckdb

from schemas.identities import Rule
from warehouse.reconcile_terms import allowed_for

_NATION = "('전국계', '전국', '전국합계', '전국총계')"
_NO_REGION = "('합계', '소계', '총계', '누계', '계', '중계', '순계', '통계', '회계', '집계')"


def find_regions(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `recon_region`: row of a yearbook → `kind` (NATION, PROVINCE, PART, ORPHAN) and `block`, the row of its 시도계."""
    connection.execute(f"""
        CREATE TEMP TABLE recon_region AS
        WITH named AS (
            SELECT t, row, any_value(org) AS org, any_value(content_id) AS content_id,
                   coalesce(any_value(org) LIKE '_%계' AND any_value(org) NOT IN {_NATION}
                            AND any_value(org) NOT IN {_NO_REGION}, false) AS is_sum,
                   coalesce(any_value(org) IN {_NATION}, false) AS is_nation
            FROM recon_amount WHERE t IN (SELECT DISTINCT t FROM recon_amount WHERE org LIKE '_%계')
            GROUP BY t, row HAVING count(DISTINCT org) <= 1
        ),
        blocked AS (
            SELECT *, last_value(CASE WHEN is_sum THEN row END IGNORE NULLS) OVER w AS block,
                   last_value(CASE WHEN is_sum THEN left(org, -1) END IGNORE NULLS) OVER w AS stem
            FROM named WINDOW w AS (PARTITION BY t ORDER BY row ROWS UNBOUNDED PRECEDING)
        ),
        told AS (
            SELECT t, row, org, CASE WHEN is_nation THEN 'NATION' WHEN is_sum THEN 'PROVINCE'
                                WHEN starts_with(org, stem) THEN 'PART' ELSE 'ORPHAN' END AS kind,
                   CASE WHEN NOT is_nation AND (is_sum OR starts_with(org, stem)) THEN block END AS block
            FROM blocked
        )
        SELECT * FROM told
        SEMI JOIN (SELECT t FROM told GROUP BY t
                   HAVING count(*) FILTER (kind = 'PROVINCE') >= 2 AND count(*) FILTER (kind = 'PART') >= 2) USING (t)""")


def check_regions(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of REGION_NATION and REGION_PROVINCE, a column at a time."""
    for rule, above, part, link in (
        (Rule.REGION_NATION, "NATION", "PROVINCE", "true"),
        (Rule.REGION_PROVINCE, "PROVINCE", "PART", "above.block = part.block"),
    ):
        connection.execute(f"""
            INSERT INTO recon_check
            SELECT '{rule}', '', p.amount_id, NULL, p.t, p.spot, p.col, p.slice, p.v, sum(a.term),
                   {allowed_for("a", "p")},
                   count(*), false
            FROM recon_amount p
            JOIN recon_region above ON above.t = p.t AND above.row = p.row AND above.kind = '{above}'
            JOIN recon_region part ON part.t = p.t AND part.kind = '{part}' AND {link}
            JOIN recon_amount a ON a.t = part.t AND a.row = part.row AND a.col = p.col AND a.slice = p.slice AND a.line = p.line
            WHERE p.v IS NOT NULL
            GROUP BY ALL HAVING bool_and(a.term IS NOT NULL)""")
