WITH
whole AS (
    -- Contents with a row for the country: there, offices whose names end in 계 are sums of other rows.
    SELECT DISTINCT content_id FROM current_amount WHERE regexp_full_match(replace(org_name, ' ', ''), '(전국|총|합|누)?(합)?계')
),
told AS (
    SELECT a.amount_id, a.content_id, a.table_no, a.target_id, a.target_kind, a.level, a.fiscal_year, a.stage, a.stage_no,
           a.period, a.basis, a.is_revenue, a.is_total, a.amount_won, a.as_of, a.recorded_at, a.subject_name, a.project_code,
           a.field_name, a.field_code, a.org_name, a.org_code,
           -- The item of an item's part (210-14, 10101) are its first digits.
           coalesce(nullif(regexp_extract(a.mok_code, '^[0-9]{3}$'), ''), nullif(regexp_extract(a.semok_code, '^[0-9]{3}'), '')) AS item,
           coalesce(regexp_full_match(a.semok_code, '[0-9]{5}'), false) AS is_local_item,
           concat_ws('|', a.content_id, a.fiscal_year, a.stage, a.stage_no, coalesce(a.period, ''), coalesce(a.basis, ''),
                     a.is_revenue) AS sum_key,
           w.content_id IS NOT NULL AND right(rtrim(a.org_name), 1) = '계' AS is_region
    FROM current_amount AS a LEFT JOIN whole AS w ON w.content_id = a.content_id
    WHERE a.currency = 'KRW' AND a.stage NOT IN ('CHANGE', 'SUPP_CHANGE', 'COMMITTEE_CHANGE')
),
-- A document prints a project again in further tables: the first that does so counts, with all its rows of it. The parts of a
-- long table are one table.
leaf AS (
    SELECT *,
           CASE level WHEN 'PROJECT' THEN 1 WHEN 'ACTIVITY' THEN 2 WHEN 'PROGRAM' THEN 3 WHEN 'SEMOK' THEN 4 WHEN 'MOK' THEN 5
               WHEN 'SECTOR' THEN 6 WHEN 'FIELD' THEN 7 WHEN 'ACCOUNT' THEN 8 WHEN 'ORG' THEN 9 END AS level_rank
    FROM told
    WHERE NOT is_total AND NOT is_region AND target_kind <> 'NAME' AND level NOT IN ('TOTAL', 'OTHER', 'SUBPROJECT')
    QUALIFY table_no = min(table_no) OVER (PARTITION BY sum_key, target_id)
),
chosen_level AS (
    SELECT sum_key, min(level_rank) AS of_total, min(level_rank) FILTER (field_name IS NOT NULL) AS of_field,
           min(level_rank) FILTER (org_name IS NOT NULL) AS of_org,
           min(level_rank) FILTER (level IN ('SEMOK', 'MOK') AND item IS NOT NULL AND NOT is_revenue) AS of_nature
    FROM leaf GROUP BY sum_key
),
divided AS (
    SELECT l.*, 'TOTAL' AS dimension, '전체' AS member, NULL AS member_code
    FROM leaf AS l JOIN chosen_level AS c ON c.sum_key = l.sum_key AND c.of_total = l.level_rank
    UNION ALL
    SELECT l.*, 'FIELD', coalesce(field_name, '미상'), field_code
    FROM leaf AS l JOIN chosen_level AS c ON c.sum_key = l.sum_key AND c.of_field = l.level_rank
    UNION ALL
    SELECT l.*, 'ORG', coalesce(org_name, '미상'), org_code
    FROM leaf AS l JOIN chosen_level AS c ON c.sum_key = l.sum_key AND c.of_org = l.level_rank
    UNION ALL
    SELECT l.*, 'NATURE',
           -- Items of the central government are tens (110, 210…); those of local budgets are none, and group by their first digit.
           CASE
               WHEN item IS NULL THEN '미상'
               WHEN is_local_item OR right(item, 1) <> '0' THEN
                   ['인건비', '물건비', '경상이전', '자본지출', '융자및출자', '보전재원', '내부거래', '예비비및기타'][CAST(left(item, 1) AS INT)]
               WHEN item = '110' THEN '인건비'
               WHEN item BETWEEN '210' AND '260' THEN '물건비'
               WHEN item BETWEEN '310' AND '360' THEN '이전지출'
               WHEN item BETWEEN '410' AND '480' THEN '자산취득'
               WHEN item = '510' THEN '상환지출'
               WHEN item = '610' THEN '전출금등'
               WHEN item = '710' THEN '예비비및기타'
           END, NULL
    FROM leaf AS l JOIN chosen_level AS c ON c.sum_key = l.sum_key AND c.of_nature = l.level_rank
    UNION ALL
    SELECT t.*, 0, 'MANDATORY', replace(subject_name, ' ', ''), NULL
    FROM told AS t
    WHERE replace(subject_name, ' ', '') IN ('의무지출', '재량지출') AND NOT is_region
    QUALIFY row_number() OVER (PARTITION BY sum_key, replace(subject_name, ' ', '') ORDER BY amount_won IS NULL, amount_id) = 1
),
-- The total of the whole: of nobody, of the country, or of the only office that the content names; the largest, since 소계 are less.
office AS (
    SELECT sum_key, count(DISTINCT org_name) AS n_offices FROM told WHERE level = 'TOTAL' AND NOT is_region GROUP BY sum_key
),
printed AS (
    SELECT t.sum_key, max(t.amount_won) AS printed_won, arg_max(t.amount_id, (t.amount_won, t.amount_id)) AS printed_amount_id
    FROM told AS t LEFT JOIN whole AS w USING (content_id) LEFT JOIN office AS o USING (sum_key)
    WHERE t.level = 'TOTAL' AND t.amount_won IS NOT NULL AND (
        t.org_name IS NULL OR regexp_full_match(replace(t.org_name, ' ', ''), '(전국|총|합|누)?(합)?계')
        OR (w.content_id IS NULL AND o.n_offices = 1)
    )
    GROUP BY t.sum_key
),
summed AS (
    SELECT sum_key, content_id, fiscal_year, stage, stage_no, period, basis, is_revenue, dimension, coalesce(member, '미상') AS member,
           member_code, any_value(level) AS level, CAST(sum(amount_won) AS BIGINT) AS amount_won, count(amount_won) AS n_amounts,
           count(*) - count(amount_won) AS n_unstated, max(as_of) AS as_of, max(recorded_at) AS recorded_at,
           bool_and(project_code IS NULL) AND any_value(level) = 'PROJECT' AS is_by_name
    FROM divided GROUP BY ALL
    UNION ALL
    SELECT t.sum_key, t.content_id, t.fiscal_year, t.stage, t.stage_no, t.period, t.basis, t.is_revenue, 'TOTAL', '전체', NULL,
           'TOTAL', t.amount_won, 0, 0, t.as_of, t.recorded_at, false
    FROM told AS t JOIN printed AS p ON p.printed_amount_id = t.amount_id
    ANTI JOIN chosen_level AS c ON c.sum_key = t.sum_key
),
widest AS (
    SELECT sum_key, dimension FROM summed
    GROUP BY sum_key, dimension, content_id, fiscal_year, stage, stage_no, period, basis, is_revenue
    QUALIFY row_number() OVER (
        PARTITION BY fiscal_year, stage, stage_no, period, basis, is_revenue, dimension ORDER BY sum(n_amounts) DESC, content_id
    ) = 1
)
SELECT
    s.fiscal_year, s.stage, w.label AS stage_label, s.stage_no, s.period, s.basis, b.label AS basis_label, s.is_revenue,
    s.dimension, s.member, s.member_code, s.level, s.amount_won, s.n_amounts, s.n_unstated,
    p.sum_key IS NOT NULL AS is_printed_total, p.printed_won, p.printed_amount_id,
    CASE WHEN s.dimension = 'TOTAL' AND s.n_amounts > 0 THEN s.amount_won - p.printed_won END AS difference_won,
    s.content_id, d.title, s.as_of, s.recorded_at,
    v.sum_key IS NOT NULL AS is_widest,
    CASE WHEN s.is_by_name AND s.dimension = 'ORG'
        THEN '사업이 코드 없이 이름으로 합쳐진 자료라, 여러 소관이 함께 쓰는 이름(인건비 등)은 첫 소관에 들어 있다. 소관별 합으로 믿지 않는다.'
    END AS caveat
FROM summed AS s
JOIN stage_word AS w ON w.code = s.stage
LEFT JOIN basis_word AS b ON b.code = s.basis
LEFT JOIN printed AS p ON p.sum_key = s.sum_key
LEFT JOIN widest AS v ON v.sum_key = s.sum_key AND v.dimension = s.dimension
LEFT JOIN core_document AS d ON d.content_id = s.content_id
