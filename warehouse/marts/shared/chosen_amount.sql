-- One current amount for each target, year, stage, period and basis: with a number, checked, printed by most contents, exact.
WITH keyed AS (
    SELECT a.amount_id, a.content_id, a.table_no, a.amount_minor, a.precision_minor, coalesce(c.check_rank, 2) AS check_rank,
           concat_ws('|', a.target_id, a.fiscal_year, a.stage, a.stage_no, coalesce(a.period, ''), coalesce(a.basis, ''),
                     a.is_revenue, a.currency, coalesce(a.compared, '')) AS key
    FROM current_amount AS a LEFT JOIN amount_check AS c USING (amount_id)
),
source AS (
    SELECT key, count(DISTINCT content_id) AS n_sources FROM keyed GROUP BY key
),
-- Agreement is asked for only where several contents print several values.
printed AS (
    SELECT k.key, k.amount_minor, max(k.precision_minor) AS precision_minor, count(DISTINCT k.content_id) AS n
    FROM keyed AS k SEMI JOIN (FROM source WHERE n_sources > 1) AS s ON s.key = k.key
    WHERE k.amount_minor IS NOT NULL GROUP BY ALL
),
agreeing AS (
    SELECT one.key, one.amount_minor, sum(other.n) AS n_agreeing
    FROM printed AS one JOIN printed AS other ON other.key = one.key
        AND abs(other.amount_minor - one.amount_minor) <= one.precision_minor + other.precision_minor
    GROUP BY ALL
),
first AS (
    SELECT k.* FROM keyed AS k LEFT JOIN agreeing AS a ON a.key = k.key AND a.amount_minor = k.amount_minor
    QUALIFY row_number() OVER (
        PARTITION BY k.key
        -- A rounding is as good as a pass; what was not checked stands before what does not come out. A name that goes on in
        -- another spelling leaves a zero under the old one.
        ORDER BY k.amount_minor IS NULL, greatest(k.check_rank, 1), coalesce(a.n_agreeing, 1) DESC, k.amount_minor = 0, k.precision_minor, k.amount_id
    ) = 1
),
-- Rows of one table that print the same name are several things that it does not tell apart, and contradict nothing.
other AS (
    SELECT amount_id,
           count(DISTINCT content_id) FILTER (NOT is_same_table) AS n_contradicting, count(*) FILTER (is_same_table) AS n_homonyms
    FROM (
        SELECT f.amount_id, k.content_id, k.content_id = f.content_id AND k.table_no = f.table_no AS is_same_table
        FROM first AS f JOIN keyed AS k ON k.key = f.key
            AND abs(k.amount_minor - f.amount_minor) > k.precision_minor + f.precision_minor
    )
    GROUP BY ALL
)
SELECT a.*, s.n_sources, coalesce(o.n_contradicting, 0) AS n_contradicting, coalesce(o.n_homonyms, 0) AS n_homonyms,
       ['PASSED', 'ROUNDING', 'UNCHECKED', 'EXPLAINED', 'BREAK'][f.check_rank + 1] AS check_status
FROM first AS f
JOIN current_amount AS a USING (amount_id)
JOIN source AS s ON s.key = f.key
LEFT JOIN other AS o ON o.amount_id = f.amount_id
