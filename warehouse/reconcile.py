"""Brings `core.reconciliation` to what the current amounts say: every identity that can be checked, with what came of it.

All checks are made anew at each run, by SQL over sets, and only what differs is written, so that a rerun changes nothing.
"""

from collections.abc import Iterator

import pyarrow as pa

from schemas import identities
from schemas.arrow import arrow_schema
from schemas.fiscal import STAGE_LABELS
from schemas.identities import ACROSS_CONTENTS, RULE_LABELS, Rule, Verdict
from schemas.identity import fingerprint as make_fingerprint
from schemas.ports import Progress
from schemas.records.reconciliation import Reconciliation
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.reconcile_across import check_bases, check_classifications, check_months, check_transfers
from warehouse.reconcile_causes import explain
from warehouse.reconcile_regions import check_regions, find_regions
from warehouse.reconcile_stages import check_changes, check_stages
from warehouse.reconcile_sums import check_hierarchies, check_totals, mark_totals
from warehouse.reconcile_terms import drop, drop_unstorable, prepare
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step

STEP = "core/reconciliation"
_ROWS_A_COMMIT = 50_000

_CHECKS = (
    find_regions,
    mark_totals,
    check_totals,
    check_hierarchies,
    check_regions,
    check_stages,
    check_changes,
    check_classifications,
    check_months,
    check_bases,
    check_transfers,
)


def rules_fingerprint() -> str:
    """What shapes the checks besides the amounts."""
    return make_fingerprint(step=STEP, rules=identities.RULES_VERSION)


def reconcile(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> StepCount:
    """Check every identity over the current amounts, and write what differs from the checks of the run before."""
    try:
        _check(lake)
        same = " AND ".join(f"w.{name} IS NOT DISTINCT FROM r.{name}" for name in Reconciliation.columns())
        step = Step(
            STEP,
            missing=lambda: lake.query(f"""
                SELECT w.* FROM recon_wanted w ANTI JOIN {CATALOG}.core.reconciliation r
                ON w.reconciliation_id = r.reconciliation_id AND {same} ORDER BY w.reconciliation_id"""),
            surplus=lambda: lake.query(f"""
                SELECT reconciliation_id FROM {CATALOG}.core.reconciliation
                ANTI JOIN recon_wanted USING (reconciliation_id) ORDER BY 1"""),
            work=_parts,
            sink=LakeSink(lake, clock, {Reconciliation: ("reconciliation_id",)}),
            batch_inputs=_ROWS_A_COMMIT,
        )
        return run_step(step, run_id, progress)
    finally:
        drop(lake.connection)


def _parts(rows: pa.Table) -> Iterator[Produced]:
    schema = arrow_schema(Reconciliation)
    for start in range(0, rows.num_rows, _ROWS_A_COMMIT):
        part = rows.slice(start, _ROWS_A_COMMIT).select(schema.names).cast(schema)
        yield Produced(n_inputs=part.num_rows, rows={Reconciliation: part})


def _check(lake: Lake) -> None:
    """Fill `recon_wanted` with the rows that `core.reconciliation` should have."""
    connection = lake.connection
    prepare(connection)
    for check in _CHECKS:
        check(connection)
    drop_unstorable(connection)
    labels = pa.table(
        {"rule": [str(rule) for rule in RULE_LABELS], "rule_label": list(RULE_LABELS.values())},
    )
    stage_labels = pa.table(
        {"stage": [str(stage) for stage in STAGE_LABELS], "stage_label": list(STAGE_LABELS.values())}
    )
    across = ", ".join(f"'{rule}'" for rule in sorted(ACROSS_CONTENTS))
    with lake.registered(recon_cause=explain(connection), rule_labels=labels, stage_labels=stage_labels):
        connection.execute(f"""
            CREATE TEMP TABLE recon_wanted AS
            WITH judged AS (
                SELECT c.*, lhs - rhs AS difference,
                       CASE WHEN lhs = rhs OR is_at_least AND lhs > rhs THEN '{Verdict.PASSED}'
                            WHEN abs(lhs - rhs) <= allowed THEN '{Verdict.ROUNDING}' ELSE '{Verdict.BREAK}' END AS verdict
                FROM recon_check c
                QUALIFY row_number() OVER (PARTITION BY rule, amount_id, mark ORDER BY abs(lhs - rhs), n_terms DESC) = 1
            )
            SELECT {_id("'reconciliation'", "j.rule", "j.amount_id", "j.mark")} AS reconciliation_id, j.rule,
                   {_SCOPE} AS scope,
                   CASE WHEN j.rule NOT IN ({across}) OR other.content_id = a.content_id THEN a.content_id END AS content_id,
                   a.fiscal_year, a.stage, a.basis, j.lhs::BIGINT AS lhs_minor, j.rhs::BIGINT AS rhs_minor,
                   j.difference::BIGINT AS difference_minor, j.allowed::BIGINT AS tolerance_minor, a.currency,
                   j.n_terms, coalesce(cause.status, j.verdict) AS status, cause.cause, j.amount_id AS lhs_amount_id,
                   coalesce(cause.culprit_ids, [j.other_id]).list_filter(lambda one: one IS NOT NULL) AS culprit_ids
            FROM judged j JOIN recon_amount a USING (amount_id)
            JOIN rule_labels ON rule_labels.rule = j.rule JOIN stage_labels ON stage_labels.stage = a.stage
            LEFT JOIN recon_amount other ON other.amount_id = j.other_id
            LEFT JOIN recon_cause cause ON cause.rule = j.rule AND cause.amount_id = j.amount_id AND cause.mark = j.mark""")


_SCOPE = f"""concat_ws(' · ',
    a.org, CASE WHEN a.subject_name IS DISTINCT FROM a.org THEN a.subject_name END,
    a.fiscal_year || '년 ' || stage_label || CASE WHEN a.stage_no > 0 THEN ' ' || a.stage_no || '차' ELSE '' END
        || CASE WHEN a.period IS NOT NULL THEN ' ' || a.period ELSE '' END,
    '표 ' || a.table_no || ' ' || coalesce(a.cell, a.row || '행 ' || a.col || '열'),
    CASE WHEN j.rule = '{Rule.BASIS_ORDER}' THEN a.basis || ' ≥ ' || other.basis ELSE rule_label END)"""


def _id(*parts: str) -> str:
    """SQL of `schemas.identity.make_id` over SQL expressions of text that is not NULL."""
    framed = " || ".join(f"'s' || strlen({part}) || chr(31) || {part}" for part in parts)
    return f"left(sha256({framed}), 32)"
