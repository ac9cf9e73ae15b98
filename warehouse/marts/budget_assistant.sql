WITH
amount AS (
    SELECT a.*, w.label AS stage_label, lower(regexp_replace(a.subject_name, '\s+', '', 'g')) AS folded
    FROM chosen_amount AS a JOIN stage_word AS w ON w.code = a.stage
    WHERE a.level = 'PROJECT' AND a.target_kind IN ('PROJECT', 'NAME') AND NOT a.is_revenue
),
by_project AS (
    SELECT target_id, fiscal_year, any_value(target_kind) AS target_kind,
           arg_min(subject_name, CASE WHEN stage = 'ENACTED' THEN '0' ELSE '1' END || amount_id) AS name,
           arg_min(folded, CASE WHEN stage = 'ENACTED' THEN '0' ELSE '1' END || amount_id) AS folded,
           min(project_code) AS code, min(org_name) AS org_name, max(n_contradicting) AS n_contradicting,
           max(n_homonyms) AS n_homonyms,
           -- Sorted by their parts, the stage first; sorting inside of the aggregate takes ten times as long.
           list_sort(list({'stage': stage, 'stage_label': stage_label, 'stage_no': stage_no, 'period': period, 'basis': basis,
                           'amount_won': amount_won, 'value_state': value_state, 'raw_text': raw_text, 'unit_raw': unit_raw,
                           'check_status': check_status, 'n_contradicting': n_contradicting, 'amount_id': amount_id})) AS amounts
    FROM amount GROUP BY target_id, fiscal_year
),
held AS (
    SELECT target_id, list_sort(list(fiscal_year)) AS held_years FROM by_project GROUP BY target_id
),
place AS (
    SELECT target_id, fiscal_year, content_id,
           arg_min(
               CASE
                   WHEN sheet IS NOT NULL THEN format('시트 {} {}', sheet, coalesce(cell, format('{}행 {}열', row, col)))
                   WHEN page IS NOT NULL THEN format('{}쪽 표 {} {}행 {}열', page, table_no, row, col)
                   ELSE format('표 {} {}', table_no, coalesce('셀 ' || cell, format('{}행 {}열', row, col)))
               END, (ordinal * 10000000 + row) * 100000 + col) AS locator
    FROM current_amount WHERE level = 'PROJECT' AND target_kind IN ('PROJECT', 'NAME') AND NOT is_revenue
    GROUP BY ALL
    UNION ALL
    SELECT a.target_id, a.fiscal_year, k.from_id, NULL
    FROM core_link AS k JOIN current_amount AS a ON a.amount_id = k.to_id
    WHERE k.relation = 'EVIDENCES' AND k.from_kind = 'document' AND k.to_kind = 'amount' AND a.level = 'PROJECT'
),
documented AS (
    SELECT target_id, fiscal_year,
           list_sort(list({'content_id': content_id, 'title': title, 'kind': kind, 'locator': locator})) AS documents
    FROM (
        SELECT p.target_id, p.fiscal_year, p.content_id, any_value(d.title) AS title, any_value(d.kind) AS kind, min(p.locator) AS locator
        FROM place AS p LEFT JOIN core_document AS d ON d.content_id = p.content_id GROUP BY ALL
    ) GROUP BY ALL
),
moved AS (
    SELECT target_id, fiscal_year,
           list({'kind': kind, 'kind_raw': kind_raw, 'direction': direction, 'decided_on': decided_on, 'amount_won': amount_won,
                 'from_item_code': from_item_code, 'to_item_code': to_item_code, 'reason': reason, 'amount_id': amount_id}
                ORDER BY decided_on, adjustment_id, direction) AS adjustments
    FROM project_adjustment GROUP BY ALL
),
keyed AS (
    SELECT project_id, fiscal_year, any_value(keyed_by) AS keyed_by FROM core_project GROUP BY ALL
),
shared_name AS (
    SELECT folded, count(DISTINCT org_name) AS n_offices FROM by_project GROUP BY folded
)
SELECT
    b.target_id AS project_id, b.fiscal_year, b.name, b.code, b.org_name,
    coalesce(k.keyed_by, CASE WHEN b.target_kind = 'NAME' THEN 'name_only' WHEN b.code IS NOT NULL THEN 'code' ELSE 'name_and_office' END) AS keyed_by,
    b.amounts, coalesce(d.documents, []) AS documents, coalesce(m.adjustments, []) AS adjustments, h.held_years,
    list_filter([
        CASE WHEN regexp_matches(regexp_replace(b.folded, '\([^)]*\)', '', 'g'),
                                 '^(총액|비총액)?(총?인건비|기본경비|기본사업비|(기관)?운영경비|기관운영비|경상경비|예비비|내부거래지출|여유자금운용)$')
            THEN '여러 소관이 함께 쓰는 이름이다. 이름으로 합쳐진 자료에서는 여러 소관의 금액이 한 소관에 들어 있을 수 있으므로, 소관을 정해 묻고 그 소관의 것으로 말하지 않는다.' END,
        CASE WHEN s.n_offices >= 3 THEN format('같은 이름의 사업이 {}개 소관에 있다. 소관을 함께 말해야 한다.', s.n_offices) END,
        CASE WHEN b.target_kind = 'NAME' THEN '소관도 코드도 적혀 있지 않아 다른 자료와 잇지 않았다.' END,
        CASE WHEN b.n_homonyms > 0
            THEN format('한 표에 이 소관의 같은 이름이 {}줄 있다. 보인 것은 그 가운데 하나이다.', b.n_homonyms + 1) END,
        CASE WHEN b.n_contradicting > 0 THEN '자료마다 금액이 다르다. 보인 금액과 다른 금액을 함께 말해야 한다.' END
    ], sentence -> sentence IS NOT NULL) AS caveats
FROM by_project AS b
JOIN held AS h USING (target_id)
LEFT JOIN documented AS d ON d.target_id = b.target_id AND d.fiscal_year = b.fiscal_year
LEFT JOIN moved AS m ON m.target_id = b.target_id AND m.fiscal_year = b.fiscal_year
LEFT JOIN keyed AS k ON k.project_id = b.target_id AND k.fiscal_year = b.fiscal_year
LEFT JOIN shared_name AS s ON s.folded = b.folded
