"""Identities between what several contents state, and between bases: each side is an amount, never a sum over contents."""

import duckdb

from schemas.fiscal import Basis, Level, Stage
from schemas.identities import Rule
from warehouse.lake import CATALOG
from warehouse.reconcile_terms import allowed_for, stages, step_up

_KEYED = "target_kind <> 'NAME'"


def check_classifications(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of CLASSIFICATION: one office's money by function and by nature comes to the same total.

    Only totals that a table prints beside all of their parts: the total of a list need not be the total of an office.
    """
    functional = f"'{Level.FIELD}', '{Level.SECTOR}'"
    natural = f"'{Level.MOK}', '{Level.SEMOK}'"
    connection.execute(f"""
        INSERT INTO recon_check
        WITH totals AS (
            SELECT a.*, CASE WHEN bool_and(p.level IN ({functional})) THEN 'function'
                             WHEN bool_and(p.level IN ({natural})) THEN 'nature' END AS by_what
            FROM recon_amount a
            SEMI JOIN recon_col c ON c.t = a.t AND c.col = a.col
            JOIN recon_amount p ON p.t = a.t AND p.spot = a.spot AND p.slice = a.slice
            ANTI JOIN recon_col pc ON pc.t = p.t AND pc.col = p.col
            WHERE a.level = '{Level.TOTAL}' AND a.org IS NOT NULL AND a.basis IS NOT NULL AND a.v IS NOT NULL
            GROUP BY ALL HAVING count(*) >= 2
        ),
        -- An office that stands twice in a table is not one office.
        once AS (SELECT * FROM totals QUALIFY count(*) OVER (PARTITION BY t, org, slice) = 1),
        sides AS (
            SELECT org, coalesce(account_code, account_name) AS account, fiscal_year, stage, stage_no, period, basis, is_revenue,
                   currency, by_what, v, min(amount_id) AS amount_id, any_value(half) AS half
            FROM once WHERE by_what IS NOT NULL GROUP BY ALL
        )
        SELECT '{Rule.CLASSIFICATION}', r.amount_id, l.amount_id, r.amount_id, a.t, a.spot, a.col, a.slice, l.v, r.v,
               {step_up("l.half + r.half", "greatest(l.half, r.half)")}, 1, false
        FROM sides l JOIN sides r ON r.org = l.org AND r.account IS NOT DISTINCT FROM l.account
             AND r.fiscal_year = l.fiscal_year AND r.stage = l.stage AND r.stage_no = l.stage_no
             AND r.period IS NOT DISTINCT FROM l.period AND r.basis = l.basis AND r.is_revenue = l.is_revenue
             AND r.currency = l.currency AND l.by_what = 'function' AND r.by_what = 'nature'
        JOIN recon_amount a ON a.amount_id = l.amount_id""")


def check_months(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of MONTHS (in one content) and of YEAR_END (December against the year, over contents)."""
    same = "target_id, fiscal_year, basis, is_revenue, currency"
    connection.execute(f"""
        INSERT INTO recon_check
        WITH monthly AS (
            SELECT content_id, {same}, period, min(term) AS term, max(half) AS half
            FROM recon_amount WHERE stage = '{Stage.EXEC_MONTH}' AND period IS NOT NULL AND NOT is_total
            GROUP BY ALL HAVING count(term) = count(*) AND min(term) = max(term)
        )
        SELECT '{Rule.MONTHS}', '', y.amount_id, NULL, y.t, y.spot, y.col, y.slice, y.v, sum(m.term),
               {allowed_for("m", "y")},
               count(*), false
        FROM recon_amount y JOIN monthly m
             ON m.content_id = y.content_id AND m.target_id = y.target_id AND m.fiscal_year = y.fiscal_year
             AND m.basis IS NOT DISTINCT FROM y.basis AND m.is_revenue = y.is_revenue AND m.currency = y.currency
             AND left(m.period, 4) = left(y.period, 4) AND m.period <= y.period
        WHERE y.stage = '{Stage.EXEC_YTD}' AND y.v IS NOT NULL AND NOT y.is_total
        GROUP BY ALL HAVING count(*) = TRY_CAST(right(y.period, 2) AS INTEGER)""")
    connection.execute(f"""
        INSERT INTO recon_check
        WITH spent AS (
            SELECT {same}, level, (stage = '{Stage.EXEC_YTD}' AND period IS NOT NULL) AS is_december, v,
                   min(amount_id) AS amount_id, max(half) AS half
            FROM recon_amount
            WHERE stage IN ({stages(Stage.EXEC_YTD, Stage.SETTLED)}) AND v IS NOT NULL AND {_KEYED}
              AND level NOT IN ('{Level.TOTAL}', '{Level.OTHER}') AND (period IS NULL OR right(period, 2) = '12')
            GROUP BY ALL
        )
        SELECT '{Rule.YEAR_END}', r.amount_id, l.amount_id, r.amount_id, a.t, a.spot, a.col, a.slice, l.v, r.v,
               {step_up("l.half + r.half", "greatest(l.half, r.half)")}, 1, false
        FROM spent l JOIN spent r
             ON r.target_id = l.target_id AND r.fiscal_year = l.fiscal_year AND r.level = l.level AND r.currency = l.currency
             AND r.basis IS NOT DISTINCT FROM l.basis AND r.is_revenue = l.is_revenue AND l.is_december AND NOT r.is_december
        JOIN recon_amount a ON a.amount_id = l.amount_id""")


def check_bases(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of BASIS_ORDER: 총계 ≥ 순계 ≥ 총지출 of one subject in one content."""
    order = (
        f"CASE basis WHEN '{Basis.GROSS}' THEN 1 WHEN '{Basis.NET}' THEN 2 WHEN '{Basis.TOTAL_EXPENDITURE}' THEN 3 END"
    )
    connection.execute(f"""
        INSERT INTO recon_check
        WITH stated AS (
            SELECT *, {order} AS place FROM recon_amount
            WHERE basis IS NOT NULL AND v IS NOT NULL AND stage NOT IN
                  ({stages(Stage.CHANGE, Stage.SUPP_CHANGE, Stage.COMMITTEE_CHANGE)}) AND {order} IS NOT NULL
        ),
        once AS (
            SELECT * FROM stated QUALIFY count(*) OVER (
                PARTITION BY t, target_id, level, fiscal_year, stage, stage_no, period, is_revenue, currency, basis) = 1
        )
        SELECT '{Rule.BASIS_ORDER}', r.amount_id, l.amount_id, r.amount_id, l.t, l.spot, l.col, l.slice, l.v, r.v,
               {step_up("l.half + r.half", "greatest(l.half, r.half)")}, 1, true
        FROM once l JOIN once r
             ON r.t = l.t AND r.target_id = l.target_id AND r.level = l.level AND r.fiscal_year = l.fiscal_year
             AND r.stage = l.stage AND r.stage_no = l.stage_no AND r.period IS NOT DISTINCT FROM l.period
             AND r.is_revenue = l.is_revenue AND r.currency = l.currency AND r.place > l.place
        QUALIFY row_number() OVER (PARTITION BY l.amount_id ORDER BY r.place) = 1""")


def check_transfers(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the checks of TRANSFER: what one content says that an item gave is what another says that the other took.

    A transfer names both sides, so each row balances by itself; two contents that print the same transfer (kind, day,
    giver and taker) must print the same money.
    """
    same = "kind, decided_on, fiscal_year, from_project_code, from_item_code, to_project_code, to_item_code"
    connection.execute(f"""
        INSERT INTO recon_check
        WITH moved AS (
            SELECT m.content_id, {same}, sum(m.amount_won)::HUGEINT AS v, min(m.amount_id) AS amount_id, sum(a.half) AS half
            FROM {CATALOG}.core.adjustment m JOIN (SELECT amount_id, half FROM recon_amount) a USING (amount_id)
            WHERE m.amount_won IS NOT NULL AND decided_on IS NOT NULL AND from_project_code IS NOT NULL
              AND from_item_code IS NOT NULL AND to_project_code IS NOT NULL AND to_item_code IS NOT NULL
            GROUP BY m.content_id, {same}
        ),
        several AS (SELECT {same} FROM moved GROUP BY ALL HAVING count(*) > 1)
        SELECT '{Rule.TRANSFER}', r.amount_id, l.amount_id, r.amount_id, a.t, a.spot, a.col, a.slice, l.v, r.v,
               {step_up("l.half + r.half", "greatest(l.half, r.half)")}, 1, false
        FROM (SELECT * FROM moved SEMI JOIN several USING ({same})
              QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY amount_id) = 1) l
        JOIN moved r USING ({same}) JOIN recon_amount a ON a.amount_id = l.amount_id
        WHERE r.amount_id <> l.amount_id""")
