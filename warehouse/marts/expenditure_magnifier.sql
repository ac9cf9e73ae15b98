WITH
spent AS (
    SELECT * FROM chosen_amount
    WHERE level = 'PROJECT' AND target_kind IN ('PROJECT', 'NAME') AND NOT is_revenue AND currency = 'KRW'
),
staged AS (
    SELECT target_id, fiscal_year, basis,
           arg_min(subject_name, CASE WHEN stage = 'ENACTED' THEN '0' ELSE '1' END || amount_id) AS name, min(project_code) AS code, min(org_name) AS org_name,
           arg_max(amount_won, stage_no) FILTER (stage = 'ENACTED' AND period IS NULL) AS enacted_won,
           arg_max(amount_won, stage_no) FILTER (stage = 'BUDGET' AND period IS NULL) AS budget_won,
           arg_max(amount_won, stage_no) FILTER (stage = 'SUPP_ENACTED' AND period IS NULL) AS supplementary_won,
           sum(amount_won) FILTER (stage = 'SUPP_CHANGE') AS printed_change_won,
           arg_max(amount_won, stage_no) FILTER (stage = 'CURRENT' AND period IS NULL) AS current_won,
           arg_max(amount_won, stage_no) FILTER (stage = 'SETTLED') AS settled_won,
           arg_max(amount_won, period) FILTER (stage = 'EXEC_YTD' AND period IS NOT NULL) AS spent_won,
           max(period) FILTER (stage = 'EXEC_YTD' AND period IS NOT NULL AND amount_won IS NOT NULL) AS spent_until,
           max(amount_won) FILTER (stage = 'EXEC_YTD' AND period IS NULL) AS spent_in_year_won,
           arg_max(amount_won, stage_no) FILTER (stage = 'CARRYOVER_OUT') AS carry_over_won,
           arg_max(amount_won, stage_no) FILTER (stage = 'LAPSED') AS lapsed_won,
           max(amount_won) FILTER (stage = 'EXEC_YTD' AND period = fiscal_year || '11') AS until_november_won,
           max(amount_won) FILTER (stage = 'EXEC_YTD' AND period = fiscal_year || '12') AS until_december_won,
           max(amount_won) FILTER (stage = 'EXEC_MONTH' AND period = fiscal_year || '12') AS december_won,
           sum(amount_won) FILTER (stage = 'EXEC_MONTH') AS months_won,
           count(amount_won) FILTER (stage = 'EXEC_MONTH') AS n_months,
           count(*) FILTER (n_contradicting > 0) AS n_contradictions
    FROM spent GROUP BY ALL
),
broken AS (
    SELECT a.target_id, a.fiscal_year, a.basis, count(DISTINCT r.reconciliation_id) AS n_breaks
    FROM (
        SELECT reconciliation_id, lhs_amount_id AS amount_id FROM core_reconciliation WHERE status = 'BREAK'
        UNION ALL
        SELECT reconciliation_id, unnest(culprit_ids) FROM core_reconciliation WHERE status = 'BREAK'
    ) AS r JOIN current_amount AS a USING (amount_id)
    WHERE a.level = 'PROJECT' GROUP BY ALL
),
moved AS (
    SELECT target_id, fiscal_year,
           sum(amount_won) FILTER (kind = 'TRANSFER_PROGRAM' AND direction IN ('in', 'within')) AS program_in_won,
           sum(amount_won) FILTER (kind = 'TRANSFER_PROGRAM' AND direction IN ('out', 'within')) AS program_out_won,
           sum(amount_won) FILTER (kind = 'TRANSFER_TITLE' AND direction IN ('in', 'within')) AS title_in_won,
           sum(amount_won) FILTER (kind = 'TRANSFER_TITLE' AND direction IN ('out', 'within')) AS title_out_won,
           sum(amount_won) FILTER (kind = 'TRANSFER_SEMOK') AS semok_moved_won
    FROM project_adjustment GROUP BY ALL
),
-- Words of two letters and more; what many projects of the year say tells nothing.
worded AS (
    SELECT fiscal_year, target_id, min(name) AS name, min(org_name) AS org_name,
           lower(regexp_replace(min(name), '\s+', '', 'g')) AS folded, row_number() OVER (ORDER BY fiscal_year, target_id) AS number,
           list_distinct(list_filter(
               regexp_split_to_array(lower(min(name)), '[^0-9a-z가-힣]+'),
               -- Running costs are called alike everywhere.
               word -> length(word) >= 2 AND NOT regexp_matches(word, '(기본경비|인건비|기관운영|운영경비|운영비|정보화)$')
           )) AS words
    FROM staged GROUP BY fiscal_year, target_id
),
word AS (
    SELECT fiscal_year, number, unnest(words) AS word FROM worded
),
telling AS (
    SELECT fiscal_year, number, word FROM word QUALIFY count(*) OVER (PARTITION BY fiscal_year, word) BETWEEN 2 AND 30
),
pair AS (
    SELECT one.number, other.number AS other_number, count(*) AS n_shared
    FROM telling AS one JOIN telling AS other
        ON other.fiscal_year = one.fiscal_year AND other.word = one.word AND other.number <> one.number
    GROUP BY ALL
),
scored AS (
    SELECT a.fiscal_year, a.target_id, b.name, b.org_name, list_sort(list_intersect(a.words, b.words)) AS shared_words,
           round(p.n_shared / (length(a.words) + length(b.words) - p.n_shared), 3) AS score
    FROM pair AS p JOIN worded AS a ON a.number = p.number JOIN worded AS b ON b.number = p.other_number
    WHERE p.n_shared >= 0.3 * (length(a.words) + length(b.words) - p.n_shared)
        -- The same name at the same office, or where no office is printed, is the same project keyed otherwise.
        AND NOT (a.folded = b.folded AND (a.org_name IS NULL OR b.org_name IS NULL OR a.org_name = b.org_name))
    QUALIFY row_number() OVER (PARTITION BY p.number ORDER BY score DESC, b.name, b.org_name, b.number) <= 3
),
similar_to AS (
    SELECT fiscal_year, target_id,
           list({'name': name, 'office': org_name, 'score': score, 'shared_words': shared_words}
                ORDER BY score DESC, name, org_name) AS similar_projects
    FROM scored GROUP BY ALL
),
told AS (
    SELECT s.*, m.* EXCLUDE (target_id, fiscal_year), coalesce(b.n_breaks, 0) AS n_breaks, k.similar_projects,
           coalesce(s.printed_change_won, s.supplementary_won - s.enacted_won) AS supplementary_change_won,
           coalesce(s.settled_won, s.spent_in_year_won, s.spent_won) AS executed_won,
           CASE WHEN s.settled_won IS NULL AND s.spent_in_year_won IS NULL THEN s.spent_until END AS executed_until,
           coalesce(s.current_won, s.supplementary_won, s.budget_won, s.enacted_won) AS base_won,
           CASE
               WHEN s.current_won IS NOT NULL THEN 'CURRENT' WHEN s.supplementary_won IS NOT NULL THEN 'SUPP_ENACTED'
               WHEN s.budget_won IS NOT NULL THEN 'BUDGET' WHEN s.enacted_won IS NOT NULL THEN 'ENACTED'
           END AS base_stage,
           round(CASE
               WHEN s.n_months = 12 THEN s.december_won / nullif(s.months_won, 0)
               ELSE (s.until_december_won - s.until_november_won) / nullif(s.until_december_won, 0)
           END, 4) AS december_share
    FROM staged AS s
    LEFT JOIN moved AS m USING (target_id, fiscal_year)
    LEFT JOIN similar_to AS k USING (target_id, fiscal_year)
    LEFT JOIN broken AS b ON b.target_id = s.target_id AND b.fiscal_year = s.fiscal_year AND b.basis IS NOT DISTINCT FROM s.basis
),
rated AS (
    SELECT *, CASE WHEN coalesce(executed_until, fiscal_year || '12') = fiscal_year || '12' AND base_won > 0
        THEN round(executed_won / base_won, 4) END AS execution_rate
    FROM told
)
SELECT
    target_id AS project_id, fiscal_year, basis, name, code, org_name, enacted_won, budget_won, supplementary_won,
    CAST(supplementary_change_won AS BIGINT) AS supplementary_change_won, current_won, executed_won, executed_until,
    execution_rate, CASE WHEN execution_rate IS NOT NULL THEN base_stage END AS rate_base, carry_over_won, lapsed_won,
    CAST(program_in_won AS BIGINT) AS program_in_won, CAST(program_out_won AS BIGINT) AS program_out_won,
    CAST(title_in_won AS BIGINT) AS title_in_won, CAST(title_out_won AS BIGINT) AS title_out_won,
    CAST(semok_moved_won AS BIGINT) AS semok_moved_won, december_share, n_contradictions, n_breaks,
    coalesce(similar_projects, []) AS similar_projects,
    list_filter([
        CASE WHEN execution_rate < 0.8 THEN format('집행률이 {:.1f}%이다 (집행 {:,}원 / 분모 {:,}원).', 100 * execution_rate, executed_won, base_won) END,
        CASE WHEN execution_rate > 1 THEN format('집행 {:,}원이 {:,}원보다 많다.', executed_won, base_won) END,
        CASE WHEN current_won < coalesce(supplementary_won, budget_won, enacted_won)
            THEN format('예산현액 {:,}원이 예산 {:,}원보다 △{:,}원 적다.', current_won, coalesce(supplementary_won, budget_won, enacted_won),
                        coalesce(supplementary_won, budget_won, enacted_won) - current_won) END,
        CASE WHEN carry_over_won > 0.1 * base_won THEN format('다음연도로 {:,}원({:.1f}%)이 이월되었다.', carry_over_won, 100 * carry_over_won / base_won) END,
        CASE WHEN lapsed_won > 0.1 * base_won THEN format('{:,}원({:.1f}%)이 불용되었다.', lapsed_won, 100 * lapsed_won / base_won) END,
        CASE WHEN program_in_won > 0 OR program_out_won > 0
            THEN format('이용이 있다 (증 {:,}원, 감 {:,}원).', CAST(coalesce(program_in_won, 0) AS BIGINT), CAST(coalesce(program_out_won, 0) AS BIGINT)) END,
        CASE WHEN title_in_won > 0 OR title_out_won > 0
            THEN format('전용이 있다 (증 {:,}원, 감 {:,}원).', CAST(coalesce(title_in_won, 0) AS BIGINT), CAST(coalesce(title_out_won, 0) AS BIGINT)) END,
        CASE WHEN december_share > 0.3 THEN format('12월에 한 해 집행의 {:.1f}%가 몰렸다.', 100 * december_share) END,
        CASE WHEN n_contradictions > 0 THEN format('금액 {}건을 다른 자료가 다르게 적고 있다.', n_contradictions) END,
        CASE WHEN n_breaks > 0 THEN format('합이나 항등식이 맞지 않는 검산이 {}건이다.', n_breaks) END
    ], sentence -> sentence IS NOT NULL) AS to_explain
FROM rated
