WITH
told AS (
    SELECT i.*, d.org_name,
           -- Nothing is joined by the name of an indicator alone.
           CASE WHEN coalesce(i.project_code, i.project_name, i.program_name) IS NULL THEN i.content_id END AS alone
    FROM core_indicator AS i LEFT JOIN core_document AS d USING (content_id)
),
chosen AS (
    SELECT name, unit, project_code, project_name, program_name, alone, fiscal_year, measure,
           arg_min(value, indicator_id) AS value, arg_min(indicator_id, indicator_id) FILTER (value IS NOT NULL) AS indicator_id,
           count(DISTINCT value) AS n_values
    FROM told GROUP BY ALL
),
sourced AS (
    SELECT name, unit, project_code, project_name, program_name, alone, fiscal_year, count(DISTINCT content_id) AS n_sources,
           min(org_name) AS org_name, count(DISTINCT org_name) AS n_offices
    FROM told GROUP BY ALL
),
measured AS (
    SELECT name, unit, project_code, project_name, program_name, alone, fiscal_year,
           max(value) FILTER (measure = 'target') AS target, max(value) FILTER (measure = 'actual') AS actual,
           max(value) FILTER (measure = 'rate') AS rate, CAST(sum(greatest(n_values - 1, 0)) AS BIGINT) AS n_contradicting,
           coalesce(list(indicator_id ORDER BY indicator_id) FILTER (indicator_id IS NOT NULL), []) AS indicator_ids
    FROM chosen GROUP BY ALL
),
project AS (
    SELECT target_id, fiscal_year, min(project_code) AS code, min(org_name) AS org_name,
           min(lower(regexp_replace(subject_name, '\s+', '', 'g'))) AS folded,
           arg_min(amount_won, (basis IS NOT NULL, stage_no)) FILTER (stage = 'ENACTED' AND period IS NULL) AS enacted_won,
           arg_min(amount_won, (basis IS NOT NULL, stage_no)) FILTER (stage = 'SETTLED' OR (stage = 'EXEC_YTD' AND period IS NULL)) AS executed_won
    FROM chosen_amount WHERE level = 'PROJECT' AND target_kind = 'PROJECT' AND NOT is_revenue AND currency = 'KRW'
    GROUP BY ALL
),
met AS (
    SELECT s.name, s.unit, s.project_code, s.project_name, s.program_name, s.alone, s.fiscal_year,
           min(p.target_id) AS target_id, min(p.enacted_won) AS enacted_won, min(p.executed_won) AS executed_won
    FROM sourced AS s JOIN project AS p ON p.fiscal_year = s.fiscal_year
        AND (p.code = s.project_code OR (s.project_code IS NULL AND p.folded = lower(regexp_replace(s.project_name, '\s+', '', 'g'))))
        -- An office of its own document settles which; without one, a code must be the only one of the year.
        AND (s.org_name IS NULL OR p.org_name IS NULL OR s.n_offices > 1
             OR regexp_replace(p.org_name, '\s+', '', 'g') = regexp_replace(s.org_name, '\s+', '', 'g'))
    GROUP BY ALL HAVING count(*) = 1
)
SELECT
    m.name, m.unit, m.project_code, m.project_name, m.program_name, m.alone AS content_id, m.fiscal_year, m.target, m.actual,
    m.rate,
    round(100 * TRY_CAST(m.actual AS DOUBLE) / nullif(TRY_CAST(m.target AS DOUBLE), 0), 1) AS computed_rate,
    s.n_sources, m.n_contradicting, m.indicator_ids, t.target_id AS project_id, t.enacted_won, t.executed_won
FROM measured AS m
JOIN sourced AS s ON (s.name, s.unit, s.project_code, s.project_name, s.program_name, s.alone, s.fiscal_year)
    IS NOT DISTINCT FROM (m.name, m.unit, m.project_code, m.project_name, m.program_name, m.alone, m.fiscal_year)
LEFT JOIN met AS t ON (t.name, t.unit, t.project_code, t.project_name, t.program_name, t.alone, t.fiscal_year)
    IS NOT DISTINCT FROM (m.name, m.unit, m.project_code, m.project_name, m.program_name, m.alone, m.fiscal_year)
