"""Identities between stages of one subject in one table: the build-up of the current budget, its use, and printed changes."""

import duckdb

from schemas.fiscal import Stage
from schemas.identities import Rule
from warehouse.reconcile_terms import stages, step_up

_MAX_LEVEL_COLUMNS = 10
# Sums and differences of these are what a change is of; a change is never one of changes.
_CHANGES = stages(Stage.CHANGE, Stage.SUPP_CHANGE, Stage.COMMITTEE_CHANGE)
_SPENT = stages(Stage.EXEC_YTD, Stage.SETTLED)
_ADDED = (
    Stage.CARRYOVER_IN,
    Stage.ADJ_RESERVE,
    Stage.ADJ_TRANSFER_TITLE,
    Stage.ADJ_TRANSFER_PROGRAM,
    Stage.ADJ_SEMOK,
    Stage.ADJ_REORG,
    Stage.ADJ_EXCESS,
)
# Where one of these is not printed, a current budget other than the budget is no break but a thing not said.
_NEEDED = stages(Stage.CARRYOVER_IN, Stage.ADJ_RESERVE, Stage.ADJ_TRANSFER_TITLE, Stage.ADJ_TRANSFER_PROGRAM)


def check_stages(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of CURRENT_BUDGET, SETTLEMENT and SUPPLEMENTARY, along rows and, where stages are rows, along columns."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE recon_said AS
        WITH kept AS (
            SELECT * EXCLUDE (stage), CASE WHEN stage IN ({_SPENT}) THEN 'SPENT' ELSE stage END AS stage
            FROM recon_amount
            WHERE NOT is_revenue AND stage NOT IN ({stages(Stage.CHANGE, Stage.COMMITTEE_CHANGE, Stage.EXEC_MONTH)})
              AND (period IS NULL OR period LIKE '%12')
              AND t IN (SELECT t FROM recon_amount WHERE stage IN ('{Stage.CURRENT}', '{Stage.SUPP_ENACTED}'))
        ),
        one_stage_a_row AS (
            SELECT t FROM (SELECT t, spot, count(DISTINCT stage) AS n FROM kept GROUP BY t, spot) GROUP BY t HAVING max(n) = 1),
        grouped AS (
            SELECT hash('row', t, spot, target_id, fiscal_year, basis, currency) AS g, * FROM kept
            UNION ALL
            SELECT hash('col', t, col, target_id, fiscal_year, basis, currency) AS g, * FROM kept
            SEMI JOIN one_stage_a_row USING (t)
        )
        SELECT g, stage, stage_no, min(term) AS term, count(*) = count(term) AND min(term) = max(term) AS is_sure,
               max(half) AS half, min(amount_id) AS amount_id, any_value(v) AS v
        FROM grouped GROUP BY ALL""")
    _check_settlement(connection)
    _check_current_budget(connection)
    _check_supplementary(connection)
    connection.execute("DROP TABLE recon_said")


def _insert(rule: Rule, parts: str) -> str:
    """The checks of `parts`: (amount_id, s, c, h, coarsest) of sums whose printed amount is `amount_id`."""
    return f"""
        INSERT INTO recon_check
        SELECT '{rule}', '', amount_id, NULL, a.t, a.spot, a.col, a.slice, a.v, s,
               {step_up("h + a.half", "greatest(coarsest, a.half)")}, c, false
        FROM ({parts}) JOIN recon_amount a USING (amount_id) WHERE a.v IS NOT NULL"""


_HALF = "CASE WHEN p.term <> 0 THEN p.half ELSE 0 END"


def _check_settlement(connection: duckdb.DuckDBPyConnection) -> None:
    used = f"('SPENT', '{Stage.CARRYOVER_OUT}', '{Stage.LAPSED}')"
    connection.execute(
        _insert(
            Rule.SETTLEMENT,
            f"""SELECT c.amount_id, sum(p.term) AS s, count(*) AS c, sum({_HALF}) AS h, max(p.half) AS coarsest
            FROM recon_said c JOIN recon_said p ON p.g = c.g AND p.stage IN {used}
            WHERE c.stage = '{Stage.CURRENT}' AND c.is_sure GROUP BY ALL HAVING bool_and(p.is_sure) AND count(*) = 3""",
        )
    )


def _check_current_budget(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        _insert(
            Rule.CURRENT_BUDGET,
            f"""WITH budget AS (
                SELECT * FROM recon_said
                WHERE v IS NOT NULL AND is_sure AND stage IN ({stages(Stage.SUPP_ENACTED, Stage.ENACTED, Stage.BUDGET)})
                QUALIFY row_number() OVER (
                    PARTITION BY g ORDER BY stage = '{Stage.SUPP_ENACTED}' DESC, stage_no DESC, stage = '{Stage.ENACTED}' DESC) = 1
            )
            SELECT c.amount_id, b.term + sum(p.term) AS s, count(*) + 1 AS c, any_value(b.half) + sum({_HALF}) AS h,
                   greatest(any_value(b.half), max(p.half)) AS coarsest
            FROM recon_said c JOIN budget b USING (g) JOIN recon_said p ON p.g = c.g AND p.stage IN ({stages(*_ADDED)})
            WHERE c.stage = '{Stage.CURRENT}' AND c.is_sure
            GROUP BY c.amount_id, b.term
            HAVING bool_and(p.is_sure) AND count(DISTINCT p.stage) FILTER (p.stage IN ({_NEEDED})) = 4""",
        )
    )


def _check_supplementary(connection: duckdb.DuckDBPyConnection) -> None:
    # The second supplementary budget adds to what the first one made; a number that is not printed means the first.
    connection.execute(
        _insert(
            Rule.SUPPLEMENTARY,
            f"""SELECT e.amount_id, b.term + p.term AS s, 2 AS c, b.half + {_HALF} AS h, greatest(b.half, p.half) AS coarsest
            FROM recon_said e
            JOIN recon_said p ON p.g = e.g AND p.stage = '{Stage.SUPP_CHANGE}' AND p.stage_no = e.stage_no
            JOIN recon_said b ON b.g = e.g AND b.v IS NOT NULL AND CASE
                WHEN e.stage_no <= 1 THEN b.stage = '{Stage.ENACTED}'
                ELSE b.stage = '{Stage.SUPP_ENACTED}' AND b.stage_no = e.stage_no - 1 END
            WHERE e.stage = '{Stage.SUPP_ENACTED}' AND e.is_sure AND p.is_sure AND b.is_sure""",
        )
    )


def check_changes(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of CHANGE: a printed difference against two columns of its row.

    Which two is not taken from their headings: the pair that the column keeps to in most rows is what it is a difference
    of. 국회증감 has its pair by definition.
    """
    committee = Stage.COMMITTEE_CHANGE
    connection.execute(f"""
        INSERT INTO recon_check
        WITH changes AS (
            SELECT *, any_value(compared) OVER (PARTITION BY t, col) IS NOT NULL AS is_said
            FROM recon_amount WHERE stage IN ('{Stage.CHANGE}', '{committee}') AND v IS NOT NULL
        ),
        plain AS (
            SELECT * FROM recon_amount a SEMI JOIN changes USING (t) WHERE stage NOT IN ({_CHANGES})
            QUALIFY dense_rank() OVER (PARTITION BY t ORDER BY col) + dense_rank() OVER (PARTITION BY t ORDER BY col DESC) - 1
                    <= {_MAX_LEVEL_COLUMNS}
        ),
        tried AS (
            SELECT c.amount_id, c.t, c.spot, c.col, c.slice, c.v, c.half AS c_half, c.stage, c.is_said,
                   b.col AS b_col, a.col AS a_col, b.term - a.term AS s, b.half + a.half AS h, greatest(b.half, a.half) AS coarsest,
                   b.fiscal_year = c.fiscal_year AND (a.fiscal_year < b.fiscal_year OR a.col < b.col) AS is_usual
            FROM changes c
            JOIN plain b ON b.t = c.t AND b.spot = c.spot AND b.is_revenue = c.is_revenue AND b.currency = c.currency
            JOIN plain a ON a.t = c.t AND a.spot = c.spot AND a.is_revenue = c.is_revenue AND a.currency = c.currency
            WHERE a.col <> b.col AND a.target_id = c.target_id AND b.target_id = c.target_id
              AND a.term IS NOT NULL AND b.term IS NOT NULL
              AND a.fiscal_year <= b.fiscal_year
              AND (c.stage = '{Stage.CHANGE}' OR b.fiscal_year = a.fiscal_year
                   AND b.stage = '{Stage.ENACTED}' AND a.stage = '{Stage.GOV_PROPOSAL}')
        ),
        checked AS (
            SELECT *, abs(v - s) <= allowed AS fits FROM (
                SELECT *, {step_up("h + c_half", "greatest(coarsest, c_half)")} AS allowed FROM tried)
        ),
        judged AS (
            SELECT t, col, a_col, b_col, count(*) FILTER (v <> 0) AS n_told, count(*) FILTER (v <> 0 AND fits) AS n_fit,
                   bool_and(is_usual) AS is_usual, bool_and(is_said) AS is_said, bool_and(stage = '{committee}') AS is_defined
            FROM checked GROUP BY ALL
        ),
        chosen AS (
            SELECT *, count(*) FILTER (is_usual) OVER (PARTITION BY t, col) AS n_usual FROM judged
            QUALIFY row_number() OVER (
                PARTITION BY t, col ORDER BY n_fit DESC, n_told, is_usual DESC, abs(b_col - a_col), a_col, b_col) = 1
        )
        SELECT '{Rule.CHANGE}', '', amount_id, NULL, t, spot, col, slice, v, s, allowed, 2, false
        FROM checked JOIN chosen USING (t, col, a_col, b_col)
        WHERE n_fit > 0 AND 2 * n_fit >= n_told OR chosen.is_defined
           OR n_told <= 1 AND chosen.is_said AND chosen.is_usual AND n_usual = 1""")
