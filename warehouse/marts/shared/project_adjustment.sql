-- Transfers by project and direction. A code counts within the content that prints both, or where one office alone has it.
WITH project AS (
    SELECT DISTINCT target_id, fiscal_year, content_id, project_code, org_name,
           lower(regexp_replace(subject_name, '\s+', '', 'g')) AS folded
    FROM current_amount WHERE level = 'PROJECT' AND target_kind IN ('PROJECT', 'NAME') AND NOT is_revenue
),
owner AS (
    SELECT project_code, min(target_id) AS target_id FROM project
    WHERE project_code IS NOT NULL GROUP BY project_code HAVING count(DISTINCT target_id) = 1
),
moved AS (
    SELECT j.* FROM core_adjustment AS j SEMI JOIN current_amount AS a ON a.amount_id = j.amount_id
),
side AS (
    SELECT adjustment_id, content_id, fiscal_year, 'out' AS direction, from_project_code AS code,
           lower(regexp_replace(from_project_name, '\s+', '', 'g')) AS folded
    FROM moved
    UNION ALL
    SELECT adjustment_id, content_id, fiscal_year, 'in', to_project_code, lower(regexp_replace(to_project_name, '\s+', '', 'g'))
    FROM moved
),
met AS (
    SELECT s.adjustment_id, s.fiscal_year, s.direction, p.target_id
    FROM side AS s JOIN project AS p ON p.content_id = s.content_id AND p.project_code = s.code
    UNION
    SELECT s.adjustment_id, s.fiscal_year, s.direction, p.target_id
    FROM side AS s JOIN project AS p ON p.content_id = s.content_id AND p.folded = s.folded
    WHERE s.code IS NULL OR p.project_code IS NULL
    UNION
    SELECT s.adjustment_id, s.fiscal_year, s.direction, o.target_id FROM side AS s JOIN owner AS o ON o.project_code = s.code
)
SELECT m.target_id, m.fiscal_year, j.* EXCLUDE (fiscal_year),
       CASE WHEN count(DISTINCT m.direction) > 1 THEN 'within' ELSE min(m.direction) END AS direction
FROM met AS m JOIN moved AS j USING (adjustment_id) GROUP BY ALL
