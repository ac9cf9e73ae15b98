-- A file can be quarantined for what lies elsewhere (the same bytes under a secret name), where not everybody may look.
WITH quarantined AS (
    SELECT placement_id, reason FROM ops_quarantine WHERE member_path IS NULL
),
shape AS (
    SELECT content_id, count(*) AS n_elements, count(*) FILTER (kind = 'table') AS n_tables FROM core_element GROUP BY content_id
),
filed AS (
    SELECT
        p.source_name,
        -- The first folder names the office, unless it only names a year; a file at the root is its source's.
        coalesce(
            list_filter(string_split(p.folder, '/'), part -> part <> '' AND NOT regexp_full_match(part, '(19|20)[0-9]{2}(년|년도)?'))[1],
            p.source_name
        ) AS office,
        -- A fiscal year is a four-digit number that is no part of a longer one; the file's name is nearer than its folder.
        CAST(coalesce(
            nullif(regexp_extract(p.name, '(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)', 1), ''),
            nullif(regexp_extract(p.folder, '.*(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)', 1), '')
        ) AS BIGINT) AS fiscal_year,
        coalesce(r.format, nullif(p.extension, ''), '미상') AS format,
        CASE
            WHEN p.skip_rule IS NOT NULL THEN 'skipped'
            WHEN q.placement_id IS NOT NULL THEN 'quarantined'
            ELSE coalesce(r.outcome, 'lost')
        END AS outcome,
        CASE
            WHEN p.skip_rule IS NOT NULL THEN p.skip_rule
            ELSE coalesce(q.reason, r.reason)
        END AS reason,
        p.content_id,
        p.size_bytes
    FROM raw_placement AS p
    LEFT JOIN core_reading AS r ON r.content_id = p.content_id
    LEFT JOIN quarantined AS q ON q.placement_id = p.placement_id
),
per_content AS (
    SELECT source_name, office, fiscal_year, format, outcome, reason, content_id,
           count(*) AS n_files, sum(size_bytes) AS size_bytes
    FROM filed GROUP BY ALL
)
SELECT
    c.source_name, c.office, c.fiscal_year, c.format, c.outcome, c.reason,
    CAST(sum(c.n_files) AS BIGINT) AS n_files,
    count(DISTINCT c.content_id) AS n_contents,
    CAST(coalesce(sum(s.n_elements), 0) AS BIGINT) AS n_elements,
    CAST(coalesce(sum(s.n_tables), 0) AS BIGINT) AS n_tables,
    CAST(sum(c.size_bytes) AS BIGINT) AS size_bytes
FROM per_content AS c
LEFT JOIN shape AS s ON s.content_id = c.content_id AND c.outcome = 'kept'
GROUP BY ALL
