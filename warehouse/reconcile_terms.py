"""What the identities are checked over: the current amounts as terms of sums, and the table that collects the checks.

Everything here lives in temporary tables of the writer's connection and is made anew at each run: a million amounts are
read and summed faster than a record of what changed could be kept.
"""

import duckdb

from schemas.fiscal import Level, Stage
from schemas.identities import DASH_MEANS_OTHER
from warehouse.amounts import CURRENT_AMOUNTS

TEMPORARY = (
    "recon_amount",
    "recon_check",
    "recon_row",
    "recon_col",
    "recon_region",
    "recon_break",
    "recon_wanted",
    "recon_said",
)
"""Tables that a run leaves to `drop`."""

# From the whole to the leaf; 소관 and 회계 cross the functional levels, and a chain has them first as budgets print them.
_CHAIN = (
    (Level.ACCOUNT, "account"),
    (Level.ORG, "org"),
    (Level.FIELD, "field"),
    (Level.SECTOR, "sector"),
    (Level.PROGRAM, "program"),
    (Level.ACTIVITY, "activity"),
    (Level.PROJECT, "project"),
    (Level.SUBPROJECT, "subproject"),
    (Level.MOK, "mok"),
    (Level.SEMOK, "semok"),
)
DEEPEST = len(_CHAIN)
_OTHER = DEEPEST + 1


def _key(column: str) -> str:
    return "subproject_name" if column == "subproject" else f"coalesce({column}_code, {column}_name)"


def _depth() -> str:
    cases = " ".join(f"WHEN '{level}' THEN {depth}" for depth, (level, _) in enumerate(_CHAIN, 1))
    return f"CASE level WHEN '{Level.TOTAL}' THEN 0 {cases} ELSE {_OTHER} END"


def stages(*names: Stage) -> str:
    """Stages as the inside of an SQL IN list."""
    return ", ".join(f"'{name}'" for name in names)


def step_up(halves: str, coarsest: str) -> str:
    """SQL of `schemas.identities.tolerance`: half steps summed up, and the greatest of them."""
    return f"CASE WHEN {coarsest} > 0 THEN (({halves}) + 2 * {coarsest} - 1) // (2 * {coarsest}) * 2 * {coarsest} ELSE 0 END"


def allowed_for(part: str, whole: str) -> str:
    """SQL of the tolerance of a grouped sum: alias of its parts and of the printed amount. Zeros bring no error."""
    return step_up(
        f"sum(CASE WHEN {part}.term <> 0 THEN {part}.half ELSE 0 END) + any_value({whole}.half)",
        f"greatest(max({part}.half), any_value({whole}.half))",
    )


def _term(stage: str) -> str:
    """SQL of what an amount adds to a sum; NULL where nothing can be said of it."""
    other = stages(*sorted(DASH_MEANS_OTHER))
    return (
        f"CASE WHEN amount_minor IS NOT NULL THEN amount_minor::HUGEINT "
        f"WHEN value_state = 'DASH' AND {stage} NOT IN ({other}) THEN 0 END"
    )


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `recon_amount` with the current amounts and make the empty `recon_check`.

    `recon_amount` has for each amount its table `t`, its line in the grid `spot` (row and line of the cell), its `slice` (year,
    stage and all else that addends of one sum share), `depth` of its level, `term` (what it adds to a sum, NULL where
    nothing can be said), `v` (the printed amount), and `half` (half of its least printed step, 0 where nothing is added).
    """
    drop(connection)
    chain = ", ".join(f"{_key(column)}" for _, column in _CHAIN)
    connection.execute(f"""
        CREATE TEMP TABLE recon_amount AS
        SELECT amount_id, content_id, table_no, hash(content_id, table_no) AS t, row, col, coalesce(line, 0) AS line,
               row * 100000 + coalesce(line, 0) AS spot, target_kind, target_id, level, {_depth()} AS depth,
               fiscal_year, stage, stage_no, period, basis, is_revenue, is_total, compared, currency, value_state,
               hash(fiscal_year, stage, stage_no, period, basis, is_revenue, currency, compared) AS slice,
               amount_minor::HUGEINT AS v, {_term("stage")} AS term, precision_minor::HUGEINT AS half,
               nullif(regexp_replace(org_name, '\\s', '', 'g'), '') AS org, account_code, account_name, subject_name,
               cell, unit_raw, unit_multiplier,
               [{chain}] AS chain
        FROM ({CURRENT_AMOUNTS})""")
    # A column or row in which nothing is printed at all is no part of anything.
    for line in ("col", "spot"):
        connection.execute(f"""
            DELETE FROM recon_amount USING (
                SELECT t, {line} AS gone FROM recon_amount GROUP BY ALL HAVING bool_and(value_state = 'BLANK')) blank
            WHERE recon_amount.t = blank.t AND recon_amount.{line} = blank.gone""")
    connection.execute("""
        CREATE TEMP TABLE recon_check (
            rule VARCHAR, mark VARCHAR, amount_id VARCHAR, other_id VARCHAR, t UBIGINT, spot BIGINT, col BIGINT,
            slice UBIGINT, lhs HUGEINT, rhs HUGEINT, allowed HUGEINT, n_terms BIGINT, is_at_least BOOLEAN)""")


def drop_unstorable(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove checks whose sums are beyond 64 bits, which no real money is and no column holds."""
    most = 2**62
    connection.execute(f"DELETE FROM recon_check WHERE abs(lhs) > {most} OR abs(rhs) > {most} OR allowed > {most}")


def drop(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the temporary tables."""
    for name in TEMPORARY:
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
