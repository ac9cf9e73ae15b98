-- The worst that the checks say of an amount, as the printed side or as the cause. An amount that no check names is UNCHECKED.
SELECT amount_id,
       max(CASE status WHEN 'PASSED' THEN 0 WHEN 'ROUNDING' THEN 1 WHEN 'EXPLAINED' THEN 3 WHEN 'BREAK' THEN 4 ELSE 2 END) AS check_rank
FROM (
    SELECT lhs_amount_id AS amount_id, status FROM core_reconciliation
    UNION ALL
    SELECT unnest(culprit_ids) AS amount_id, status FROM core_reconciliation
)
WHERE amount_id IS NOT NULL GROUP BY ALL
