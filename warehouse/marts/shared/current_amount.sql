-- Current until another row supersedes it or it is withdrawn, among the rows that this reader may see.
SELECT a.* FROM core_budget_amount AS a
ANTI JOIN core_budget_amount AS later ON later.supersedes_id = a.amount_id
ANTI JOIN core_withdrawal AS w ON w.amount_id = a.amount_id
