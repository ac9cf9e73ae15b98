WITH RECURSIVE
-- Offices go on by name, since most tables print no code; spaces do not tell two offices apart.
org_edge AS (
    SELECT lower(regexp_replace(from_name, '\s+', '', 'g')) AS one, lower(regexp_replace(to_name, '\s+', '', 'g')) AS other,
           to_name, kind
    FROM core_succession WHERE what = 'org' AND state = 'CONFIRMED'
),
org_pair AS (
    SELECT one, other FROM org_edge UNION SELECT other, one FROM org_edge
),
org_reach AS (
    SELECT one, one AS other FROM org_pair
    UNION
    SELECT r.one, p.other FROM org_reach AS r JOIN org_pair AS p ON p.one = r.other
),
org_group AS (
    SELECT r.one AS folded, string_agg(DISTINCT e.to_name, ' + ' ORDER BY e.to_name) AS comparable_org
    FROM org_reach AS r JOIN org_edge AS e ON e.other = r.other ANTI JOIN org_edge AS onward ON onward.one = e.other
    GROUP BY r.one
),
project AS (
    SELECT project_id, lower(regexp_replace(org_name, '\s+', '', 'g')) AS org, account_name, code,
           lower(regexp_replace(name, '\s+', '', 'g')) AS folded
    FROM core_project GROUP BY ALL
),
-- A renamed office keeps its projects: the same code, else the same name, is the same project. Of a split one nothing is known.
project_edge AS (
    SELECT from_id AS one, to_id AS other FROM core_succession WHERE what = 'project' AND state = 'CONFIRMED'
    UNION
    SELECT a.project_id, b.project_id
    FROM org_edge AS e JOIN project AS a ON a.org = e.one JOIN project AS b ON b.org = e.other
        AND a.account_name IS NOT DISTINCT FROM b.account_name
        AND (a.code = b.code OR ((a.code IS NULL OR b.code IS NULL) AND a.folded = b.folded))
    WHERE e.kind = 'RENAME' AND a.project_id <> b.project_id
),
project_pair AS (
    SELECT one, other FROM project_edge UNION SELECT other, one FROM project_edge
),
project_reach AS (
    SELECT one, one AS other FROM project_pair
    UNION
    SELECT r.one, p.other FROM project_reach AS r JOIN project_pair AS p ON p.one = r.other
),
project_group AS (
    SELECT one AS project_id, min(other) AS comparable_id FROM project_reach GROUP BY one
),
candidate AS (
    SELECT what, from_id AS id, lower(regexp_replace(from_name, '\s+', '', 'g')) AS folded, score,
           format('{} 뒤: {} ({}년부터, {}, {:.2f})', from_name, to_name, fiscal_year, kind, score) AS words
    FROM core_succession WHERE state = 'CANDIDATE'
    UNION ALL
    SELECT what, to_id, lower(regexp_replace(to_name, '\s+', '', 'g')), score,
           format('{} 앞: {} ({}년부터, {}, {:.2f})', to_name, from_name, fiscal_year, kind, score)
    FROM core_succession WHERE state = 'CANDIDATE'
),
project_candidate AS (
    SELECT id, array_to_string(list(words ORDER BY score DESC, words)[1:3], '; ') AS words
    FROM candidate WHERE what = 'project' GROUP BY id
),
org_candidate AS (
    SELECT folded, array_to_string(list(words ORDER BY score DESC, words)[1:3], '; ') AS words
    FROM (SELECT DISTINCT folded, words, score FROM candidate WHERE what = 'org') GROUP BY folded
),
level_amount AS (
    SELECT a.*, w.label AS stage_label, g.comparable_org AS joined_org, oc.words AS candidate_org,
           pc.words AS candidate_succession,
           CASE
               WHEN p.comparable_id IS NOT NULL THEN p.comparable_id
               -- The whole of an office goes on with the office.
               WHEN a.target_kind = 'AGGREGATE' AND a.level = 'ORG' AND g.comparable_org IS NOT NULL
                   THEN 'org:' || g.comparable_org || '|' || coalesce(a.account_name, '') || '|' || a.is_revenue
               ELSE a.target_id
           END AS comparable_id
    FROM chosen_amount AS a
    JOIN stage_word AS w ON w.code = a.stage
    LEFT JOIN project_group AS p ON p.project_id = a.target_id AND a.target_kind = 'PROJECT'
    LEFT JOIN org_group AS g ON g.folded = lower(regexp_replace(a.org_name, '\s+', '', 'g'))
    LEFT JOIN org_candidate AS oc ON oc.folded = lower(regexp_replace(a.org_name, '\s+', '', 'g'))
    LEFT JOIN project_candidate AS pc ON pc.id = a.target_id AND a.target_kind = 'PROJECT'
    WHERE a.stage NOT IN ('CHANGE', 'SUPP_CHANGE', 'COMMITTEE_CHANGE')
),
last_name AS (
    SELECT comparable_id, arg_max(subject_name, (fiscal_year, amount_id)) AS comparable_name FROM level_amount GROUP BY comparable_id
)
SELECT
    a.target_id AS series_id, a.comparable_id, a.target_kind, a.level, a.fiscal_year, a.stage, a.stage_label, a.stage_no,
    a.period, a.basis, a.is_revenue, a.currency, a.subject_name AS name, n.comparable_name,
    coalesce(CASE WHEN a.level = 'PROJECT' THEN a.project_code END, a.subject_code) AS code, a.org_name,
    coalesce(a.joined_org, a.org_name) AS comparable_org, a.account_name, a.field_name, a.amount_won, a.amount_minor,
    a.value_state, a.raw_text, a.unit_raw, a.n_sources, a.n_contradicting, a.n_homonyms, a.check_status, a.amount_id, a.content_id,
    a.candidate_succession, a.candidate_org
FROM level_amount AS a JOIN last_name AS n USING (comparable_id)
