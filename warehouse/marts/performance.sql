WITH
told AS (
    SELECT i.*, d.org_name, lower(regexp_replace(i.project_name, '\s+', '', 'g')) AS folded_project,
           lower(regexp_replace(i.program_name, '\s+', '', 'g')) AS folded_program
    FROM core_indicator AS i LEFT JOIN core_document AS d USING (content_id)
),
-- One document prints a project's code and another only its name: the same, where the indicator's rows of the year have one code.
coded AS (
    SELECT name, unit, fiscal_year, folded_project, min(project_code) AS project_code FROM told
    WHERE folded_project IS NOT NULL GROUP BY ALL HAVING count(DISTINCT project_code) = 1
),
-- The program does not tell a project apart, since many reports leave it out; but where several programs have the name, it does.
-- Nothing is joined by the name of an indicator alone.
keyed AS (
    SELECT t.*, CASE
               WHEN coalesce(t.project_code, c.project_code) IS NOT NULL THEN 'code|' || coalesce(t.project_code, c.project_code)
               WHEN t.folded_project IS NOT NULL THEN 'name|' || t.folded_project
                   || CASE WHEN count(DISTINCT t.folded_program) OVER (
                          PARTITION BY t.name, t.unit, t.fiscal_year, t.folded_project) > 1
                      THEN '|' || coalesce(t.folded_program, '') ELSE '' END
               WHEN t.folded_program IS NOT NULL THEN 'program|' || t.folded_program
               ELSE 'content|' || t.content_id
           END AS key
    FROM told AS t LEFT JOIN coded AS c ON (c.name, c.unit, c.fiscal_year, c.folded_project)
        IS NOT DISTINCT FROM (t.name, t.unit, t.fiscal_year, t.folded_project)
),
chosen AS (
    SELECT name, unit, key, fiscal_year, measure, arg_min(value, indicator_id) AS value,
           arg_min(indicator_id, indicator_id) FILTER (value IS NOT NULL) AS indicator_id, count(DISTINCT value) AS n_values
    FROM keyed GROUP BY ALL
),
sourced AS (
    SELECT name, unit, key, fiscal_year, min(project_code) AS project_code, min(project_name) AS project_name,
           min(program_name) AS program_name, CASE WHEN starts_with(key, 'content|') THEN min(content_id) END AS alone,
           count(DISTINCT content_id) AS n_sources, min(org_name) AS org_name, count(DISTINCT org_name) AS n_offices
    FROM keyed GROUP BY name, unit, key, fiscal_year
),
measured AS (
    SELECT name, unit, key, fiscal_year,
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
    SELECT s.name, s.unit, s.key, s.fiscal_year,
           min(p.target_id) AS target_id, min(p.enacted_won) AS enacted_won, min(p.executed_won) AS executed_won
    FROM sourced AS s JOIN project AS p ON p.fiscal_year = s.fiscal_year
        AND (p.code = s.project_code OR (s.project_code IS NULL AND p.folded = lower(regexp_replace(s.project_name, '\s+', '', 'g'))))
        -- An office of its own document settles which; without one, a code must be the only one of the year.
        AND (s.org_name IS NULL OR p.org_name IS NULL OR s.n_offices > 1
             OR regexp_replace(p.org_name, '\s+', '', 'g') = regexp_replace(s.org_name, '\s+', '', 'g'))
    GROUP BY ALL HAVING count(*) = 1
)
SELECT
    m.name, m.unit, s.project_code, s.project_name, s.program_name, s.alone AS content_id, m.fiscal_year, m.target, m.actual,
    m.rate,
    round(100 * TRY_CAST(m.actual AS DOUBLE) / nullif(TRY_CAST(m.target AS DOUBLE), 0), 1) AS computed_rate,
    s.n_sources, m.n_contradicting, m.indicator_ids, t.target_id AS project_id, t.enacted_won, t.executed_won
FROM measured AS m
JOIN sourced AS s ON (s.name, s.unit, s.key, s.fiscal_year) IS NOT DISTINCT FROM (m.name, m.unit, m.key, m.fiscal_year)
LEFT JOIN met AS t ON (t.name, t.unit, t.key, t.fiscal_year) IS NOT DISTINCT FROM (m.name, m.unit, m.key, m.fiscal_year)
