"""Macros that answer a question whole: also with what is not held, what is not decided yet, and what must not be said.

An answer without a figure is a row as well, so that an empty result never has to be read as one. They stand after the
macros of `warehouse.macros`, which they use.
"""

from collections.abc import Mapping
from typing import Any

from schemas.fiscal import ADJUSTMENT_LABELS, BASIS_LABELS, Level
from schemas.sql import literal
from warehouse.macro import Macro

_LEVEL_LABELS = {
    Level.TOTAL: "합계",
    Level.ORG: "소관",
    Level.ACCOUNT: "회계",
    Level.FIELD: "분야",
    Level.SECTOR: "부문",
    Level.PROGRAM: "프로그램",
    Level.ACTIVITY: "단위사업",
    Level.PROJECT: "세부사업",
    Level.SUBPROJECT: "내역사업",
    Level.MOK: "목",
    Level.SEMOK: "세목",
    Level.OTHER: "그 밖",
}
_KIND_LABELS = {"RENAME": "이름이 바뀜", "SPLIT": "나뉨", "MERGE": "합쳐짐", "TRANSFER": "옮겨짐"}
_STATE_LABELS = {"CANDIDATE": "후보 (사람이 확인하지 않음)", "CONFIRMED": "사람이 확인함", "REJECTED": "아니라고 함"}
_STATUS_LABELS = {"BREAK": "어긋남 (원인을 찾지 못함)", "EXPLAINED": "어긋남 (원인을 자료 안에서 찾음)"}
_METHOD_LABELS = {"stated": "문서의 말", "code": "코드", "name": "이름", "amount": "금액", "several": "여러 가지"}


def _word(column: str, labels: Mapping[Any, str]) -> str:
    cases = " ".join(f"WHEN {literal(str(code))} THEN {literal(label)}" for code, label in labels.items())
    return f"CASE {column} {cases} ELSE {column} END"


# The beginning of the caveat by which `mart.budget_assistant` says that a name is that of several offices.
_SHARED_NAME = "여러 소관이 함께 쓰는 이름%"

_ANSWER = f"""
    WITH own AS (
        SELECT s.*, a.address, a.basis_label, b.caveats,
               len(list_filter(coalesce(b.caveats, []), c -> c LIKE {literal(_SHARED_NAME)})) > 0 AS is_shared
        FROM mart.budget_series s JOIN core.amount a USING (amount_id)
        LEFT JOIN mart.budget_assistant b ON b.project_id = s.series_id AND b.fiscal_year = s.fiscal_year
        WHERE folded(s.name) = folded(project)
    ),
    about AS (SELECT coalesce(list(DISTINCT fiscal_year ORDER BY fiscal_year), []) AS years FROM own),
    beside AS (
        SELECT count(*) > 0 AS has_year FROM mart.budget_series s
        WHERE s.fiscal_year = asked_year AND s.content_id IN (SELECT content_id FROM own)
    )
    SELECT '있음' AS answer, o.name, CASE WHEN NOT o.is_shared THEN o.org_name END AS office, o.org_name AS printed_office,
           o.fiscal_year, o.stage, o.stage_label, o.basis, o.basis_label, level_name(o.level) AS level_label, o.amount_won,
           o.value_state, o.raw_text, o.unit_raw, o.n_contradicting, a.years AS held_years,
           nullif(array_to_string(o.caveats, ' '), '') AS remark, o.amount_id, o.address
    FROM own o, about a WHERE o.fiscal_year = asked_year
    UNION ALL
    SELECT CASE WHEN has_year THEN '없음' ELSE '보유하지 않음' END, project, NULL, NULL, asked_year, NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL, a.years,
           CASE
               WHEN len(a.years) = 0 THEN '이 이름의 금액을 가지고 있지 않다.'
               WHEN has_year THEN format('같은 자료에 {{}}년은 있으나 이 이름의 행이 없다. 0원이라는 뜻이 아니다.', asked_year)
               ELSE format('보유 자료에 {{}}년이 없다.', asked_year)
           END || CASE WHEN len(a.years) > 0 THEN format(' 가진 연도: {{}}', array_to_string(a.years, ', ')) ELSE '' END,
           NULL, NULL
    FROM about a, beside WHERE NOT list_contains(a.years, asked_year)
    ORDER BY ALL"""

_NAMES = "s.name, s.org_name, s.account_name, s.field_name, s.stage_label, s.stage"
_HELD = f"""
    WITH told AS (
        SELECT s.fiscal_year, s.stage_label, level_name(s.level) AS level_label, basis_name(s.basis) AS basis_label,
               about IS NULL OR list_contains(
                   list_transform([{_NAMES}, level_name(s.level), basis_name(s.basis)], w -> folded(w)), folded(about)) AS is_about,
               (asked_year IS NULL OR s.fiscal_year = asked_year)
                   AND (asked_stage IS NULL OR folded(asked_stage) IN (folded(s.stage), folded(s.stage_label))) AS is_then
        FROM mart.budget_series s
    ),
    filed AS (
        SELECT kind, list_contains(list_transform([kind, title, org_name], w -> folded(w)), folded(about))
                   AND (asked_year IS NULL OR list_contains(fiscal_years, asked_year)) AND asked_stage IS NULL AS is_about
        FROM core.document
    ),
    scope AS (
        SELECT coalesce(bool_or(is_about), false) AS has_subject,
               coalesce(bool_or(is_about AND is_then), false)
                   OR (SELECT coalesce(bool_or(is_about), false) FROM filed) AS is_held
        FROM told
    )
    SELECT CASE WHEN c.is_held THEN '보유함' ELSE '보유하지 않음' END AS answer,
           concat_ws(' ', about, asked_year || '년', asked_stage) AS asked,
           CASE WHEN c.has_subject AND about IS NOT NULL THEN format('「{{}}」에 대해 가진 것', about) ELSE '가진 것 모두' END
               AS scope,
           array_to_string(list(DISTINCT t.fiscal_year ORDER BY t.fiscal_year), ', ') AS years,
           array_to_string(list(DISTINCT t.stage_label ORDER BY t.stage_label), ', ') AS stages,
           array_to_string(list(DISTINCT t.level_label ORDER BY t.level_label), ', ') AS levels,
           array_to_string(list(DISTINCT t.basis_label ORDER BY t.basis_label) FILTER (t.basis_label IS NOT NULL), ', ') AS bases,
           (SELECT array_to_string(list(DISTINCT kind ORDER BY kind), ', ') FROM filed) AS document_kinds,
           array_to_string([
               CASE WHEN EXISTS (FROM core.adjustment) THEN '이용·전용·조정 내역' END,
               CASE WHEN EXISTS (FROM core.indicator) THEN '성과지표' END,
               CASE WHEN EXISTS (FROM core.message) THEN '메신저 대화' END
           ], ', ') AS other_records
    FROM scope c LEFT JOIN told t ON t.is_about OR NOT c.has_subject GROUP BY c.is_held, c.has_subject"""

_TRANSFERS = f"""
    SELECT j.fiscal_year, j.decided_on, j.kind, {_word("j.kind", ADJUSTMENT_LABELS)} AS kind_label, j.kind_raw,
           coalesce(j.from_project_code, j.to_project_code) AS project_code, j.from_project_name, j.from_item_code,
           j.to_project_name, j.to_item_code, j.amount_won, j.reason, j.amount_id, a.address
    FROM core.adjustment j JOIN core.amount a USING (amount_id)
    WHERE j.fiscal_year = asked_year AND a.recorded_to IS NULL ORDER BY j.decided_on, j.adjustment_id"""

# Of an office the sum of its projects, whose offices' names a file merged by name does not tell for certain.
_GOES_ON = f"""
    WITH one AS (
        SELECT s.*, CASE s.what WHEN 'org' THEN folded(s.from_name) ELSE s.from_id END AS before_key,
               CASE s.what WHEN 'org' THEN folded(s.to_name) ELSE s.to_id END AS after_key
        FROM core.succession s WHERE s.state <> 'REJECTED' AND folded(subject) IN (folded(s.from_name), folded(s.to_name))
    ),
    figure AS (
        SELECT 'project' AS what, s.series_id AS key, s.fiscal_year, s.amount_won, s.amount_id FROM mart.budget_series s
        WHERE s.level = 'PROJECT' AND s.stage = 'ENACTED' AND s.amount_won IS NOT NULL
        UNION ALL
        SELECT 'org', folded(m.member), m.fiscal_year, m.amount_won, NULL FROM mart.macro_view m
        WHERE m.dimension = 'ORG' AND m.stage = 'ENACTED' AND m.is_widest AND NOT m.is_revenue
    ),
    before AS (
        SELECT o.succession_id, max(f.fiscal_year) AS fiscal_year, arg_max(f.amount_won, f.fiscal_year) AS won,
               arg_max(f.amount_id, f.fiscal_year) AS amount_id
        FROM one o JOIN figure f ON f.what = o.what AND f.key = o.before_key AND f.fiscal_year < o.fiscal_year GROUP BY ALL
    ),
    after AS (
        SELECT o.succession_id, min(f.fiscal_year) AS fiscal_year, arg_min(f.amount_won, f.fiscal_year) AS won,
               arg_min(f.amount_id, f.fiscal_year) AS amount_id
        FROM one o JOIN figure f ON f.what = o.what AND f.key = o.after_key AND f.fiscal_year >= o.fiscal_year GROUP BY ALL
    )
    SELECT CASE o.what WHEN 'org' THEN '기관' ELSE '세부사업' END AS what_label, {_word("o.kind", _KIND_LABELS)} AS kind_label,
           o.kind, o.from_name, b.fiscal_year AS before_year, b.won AS before_won, o.to_name, n.fiscal_year AS after_year,
           n.won AS after_won, {_word("o.method", _METHOD_LABELS)} AS method_label, o.score,
           {_word("o.state", _STATE_LABELS)} AS state_label, o.state, array_to_string(o.evidence, ' / ') AS evidence,
           (SELECT a.address FROM core.amount a WHERE a.amount_id = b.amount_id) AS before_address,
           (SELECT a.address FROM core.amount a WHERE a.amount_id = n.amount_id) AS after_address
    FROM one o LEFT JOIN before b USING (succession_id) LEFT JOIN after n USING (succession_id)
    ORDER BY o.score DESC, o.succession_id"""

_OFFICE_SERIES = f"""
    WITH candidate AS (
        SELECT from_name, to_name, format('{{}} → {{}}: {{}}, {{}}년부터, 점수 {{:.2f}}, {{}}', from_name, to_name,
                   {_word("kind", _KIND_LABELS)}, fiscal_year, score, {_word("state", _STATE_LABELS)}) AS words
        FROM core.succession
        WHERE what = 'org' AND state <> 'REJECTED' AND folded(office) IN (folded(from_name), folded(to_name))
    ),
    near AS (
        SELECT folded(office) AS name UNION SELECT folded(from_name) FROM candidate UNION SELECT folded(to_name) FROM candidate
    ),
    joined AS (
        SELECT DISTINCT folded(org_name) AS name, comparable_org FROM mart.budget_series WHERE org_name IS NOT NULL
    ),
    raw AS (
        SELECT m.*, coalesce(j.comparable_org, m.member) AS comparable_office
        FROM mart.macro_view m JOIN near n ON n.name = folded(m.member) LEFT JOIN joined j ON j.name = folded(m.member)
        WHERE m.dimension = 'ORG' AND m.is_widest AND NOT m.is_revenue AND m.period IS NULL
    )
    SELECT r.fiscal_year, r.stage, r.stage_label, r.basis_label, r.member AS office, r.amount_won, r.n_amounts,
           r.comparable_office,
           CAST(sum(r.amount_won) OVER (
               PARTITION BY r.comparable_office, r.fiscal_year, r.stage, r.stage_no, r.basis) AS BIGINT) AS comparable_won,
           (SELECT string_agg(c.words, '; ' ORDER BY c.words) FROM candidate c
            WHERE folded(r.member) IN (folded(c.from_name), folded(c.to_name))) AS succession,
           r.caveat, (SELECT min(p.source_name || '/' || p.path) FROM raw.placement p WHERE p.content_id = r.content_id) AS path
    FROM raw r ORDER BY r.fiscal_year, r.stage, r.stage_no, r.basis, r.member"""

# Two offices are the same thing where their names are, or where a person confirmed that one was renamed to the other; and
# neither was split, merged or robbed of a part in between.
_COMPARED = f"""
    WITH changed AS (
        SELECT s.* FROM core.succession s
        WHERE s.what = 'org' AND s.state <> 'REJECTED'
            AND (folded(s.from_name) IN (folded(office), folded(other)) OR folded(s.to_name) IN (folded(office), folded(other)))
            AND s.fiscal_year > least(its_year, other_year) AND s.fiscal_year <= greatest(its_year, other_year)
    ),
    verdict AS (
        SELECT folded(office) = folded(other) OR coalesce(bool_or(
                   state = 'CONFIRMED' AND kind = 'RENAME' AND folded(office) IN (folded(from_name), folded(to_name))
                   AND folded(other) IN (folded(from_name), folded(to_name))), false) AS is_same,
               coalesce(bool_or(kind <> 'RENAME'), false) AS is_divided,
               string_agg(format('{{}}년 「{{}}」 → 「{{}}」 {{}}, {{}} [{{}}]', fiscal_year, from_name, to_name,
                                 {_word("kind", _KIND_LABELS)}, {_word("state", _STATE_LABELS)}, array_to_string(evidence, ' / ')),
                          '; ' ORDER BY from_name, to_name) AS words
        FROM changed
    ),
    told AS (
        SELECT m.member, m.fiscal_year, m.basis, m.amount_won, m.stage_label, m.basis_label, m.caveat FROM mart.macro_view m
        WHERE m.dimension = 'ORG' AND m.stage = 'ENACTED' AND m.is_widest AND NOT m.is_revenue AND m.basis IS NOT NULL
    )
    SELECT office AS office, its_year AS fiscal_year, a.amount_won AS amount_won, other AS other_office,
           other_year AS other_fiscal_year, b.amount_won AS other_won, coalesce(a.stage_label, b.stage_label) AS stage_label,
           coalesce(a.basis_label, b.basis_label) AS basis_label,
           CASE WHEN v.is_same AND NOT v.is_divided THEN growth(b.amount_won, a.amount_won) END AS growth_percent,
           CASE WHEN v.is_same AND NOT v.is_divided THEN '견줄 수 있음' ELSE '직접 비율을 내지 않음' END AS verdict,
           concat_ws(' ',
               CASE WHEN v.is_divided THEN '기관이 나뉘거나 합쳐지거나 일이 옮겨져 두 금액의 범위가 다르다.'
                    WHEN NOT v.is_same THEN '두 기관이 같은 것이라고 사람이 확인하지 않았다.' END,
               CASE WHEN a.amount_won IS NULL THEN format('「{{}}」 이름의 {{}}년 금액은 보유하지 않는다.', office, its_year) END,
               CASE WHEN b.amount_won IS NULL THEN format('「{{}}」 이름의 {{}}년 금액은 보유하지 않는다.', other, other_year) END,
               v.words, coalesce(a.caveat, b.caveat)) AS reason
    FROM verdict v
    LEFT JOIN told a ON folded(a.member) = folded(office) AND a.fiscal_year = its_year
    LEFT JOIN told b ON folded(b.member) = folded(other) AND b.fiscal_year = other_year
        AND (a.basis IS NULL OR b.basis = a.basis)"""

_SIMILAR = """
    WITH named AS (
        SELECT m.fiscal_year, m.name, m.org_name, m.enacted_won, unnest(m.similar_projects) AS near
        FROM mart.expenditure_magnifier m WHERE m.fiscal_year = asked_year
    ),
    pair AS (
        SELECT fiscal_year, name, org_name, enacted_won, near.name AS other_name, near.office AS other_org_name,
               near.score AS score, near.shared_words AS shared_words
        FROM named
    ),
    -- Each of the two may name the other.
    once AS (
        SELECT * FROM pair
        QUALIFY row_number() OVER (
            PARTITION BY least(concat_ws('|', name, org_name), concat_ws('|', other_name, other_org_name)),
                         greatest(concat_ws('|', name, org_name), concat_ws('|', other_name, other_org_name))
            ORDER BY name, org_name) = 1
    ),
    sized AS (
        SELECT m.name, m.org_name, max(m.enacted_won) AS enacted_won, min(s.amount_id) AS amount_id
        FROM mart.expenditure_magnifier m LEFT JOIN mart.budget_series s
            ON s.series_id = m.project_id AND s.fiscal_year = m.fiscal_year AND s.stage = 'ENACTED' AND s.level = 'PROJECT'
        WHERE m.fiscal_year = asked_year GROUP BY ALL
    )
    SELECT '후보, 사람 확인 필요' AS label, o.*, s.enacted_won AS other_won, one.address, two.address AS other_address
    FROM once o LEFT JOIN sized s ON s.name = o.other_name AND s.org_name IS NOT DISTINCT FROM o.other_org_name
    LEFT JOIN sized f ON f.name = o.name AND f.org_name IS NOT DISTINCT FROM o.org_name
    LEFT JOIN core.amount one ON one.amount_id = f.amount_id LEFT JOIN core.amount two ON two.amount_id = s.amount_id
    ORDER BY o.score DESC, len(o.shared_words) DESC, o.name, o.other_name, o.org_name, o.other_org_name"""

_UNEQUAL = f"""
    SELECT r.fiscal_year, r.rule, r.scope, r.status,
           {_word("r.status", _STATUS_LABELS)} AS status_label, r.lhs_minor AS printed_minor, r.rhs_minor AS summed_minor,
           r.difference_minor, r.tolerance_minor, r.currency, r.cause, p.address AS printed_address, c.org_name AS culprit_office,
           c.amount_won AS culprit_won, c.raw_text AS culprit_text, c.unit_raw AS culprit_unit, c.address AS culprit_address
    FROM (SELECT *, unnest(CASE WHEN len(culprit_ids) > 0 THEN culprit_ids ELSE [NULL] END) AS culprit_id FROM core.reconciliation
          WHERE fiscal_year = asked_year AND status IN ('BREAK', 'EXPLAINED')) r
    LEFT JOIN core.amount p ON p.amount_id = r.lhs_amount_id LEFT JOIN core.amount c ON c.amount_id = r.culprit_id
    ORDER BY abs(r.difference_minor) DESC, r.reconciliation_id, c.address"""

# A cell is told by its address in the sheet where its table begins in the first column of one, which nearly all do.
_QUOTES = """
    WITH cell AS (
        SELECT e.content_id, e.ordinal, e.page, e.sheet, e.locator."table" AS table_no, unnest(e."table".cells) AS c,
               TRY_CAST(nullif(regexp_extract(e.locator.cells, '^A([0-9]+)', 1), '') AS BIGINT) AS first_row
        FROM core.element e WHERE e."table" IS NOT NULL AND contains(e.text, phrase)
    ),
    said AS (
        SELECT c.content_id, c.ordinal, c.page, c.sheet, c.c.text AS text, h.c.text AS row_head,
               CASE WHEN c.sheet IS NULL OR c.first_row IS NULL THEN format('표 {} ', c.table_no) ELSE '' END
               || CASE
                   WHEN c.first_row IS NULL THEN format('{}행 {}열', c.c."row", c.c.col)
                   ELSE '셀 ' || CASE WHEN c.c.col > 26 THEN chr((64 + (c.c.col - 1) // 26)::INT) ELSE '' END
                       || chr((65 + (c.c.col - 1) % 26)::INT) || (c.first_row + c.c."row" - 1)
               END AS spot
        FROM cell c
        LEFT JOIN cell h ON h.content_id = c.content_id AND h.ordinal = c.ordinal AND h.c."row" = c.c."row" AND h.c.col = 1
        WHERE contains(c.c.text, phrase)
        UNION ALL
        SELECT e.content_id, e.ordinal, e.page, e.sheet, e.text, NULL, e.locator.paragraph || '째 문단'
        FROM core.element e WHERE e."table" IS NULL AND contains(e.text, phrase)
    ),
    place AS (SELECT content_id, min(source_name || '/' || path) AS path FROM raw.placement GROUP BY content_id)
    SELECT s.content_id, s.ordinal, s.text, s.row_head,
           concat_ws(' ', p.path, '시트 ' || s.sheet, s.page || '쪽', s.spot) AS address
    FROM said s LEFT JOIN place p USING (content_id) ORDER BY p.path, s.ordinal, s.spot"""

QUESTION_MACROS: tuple[Macro, ...] = (
    Macro(
        "level_name",
        ("code",),
        _word("code", _LEVEL_LABELS),
        "수준의 한국어 이름 (PROJECT → 세부사업)",
        "SELECT level_name('PROJECT')",
    ),
    Macro(
        "basis_name",
        ("code",),
        _word("code", BASIS_LABELS),
        "기준의 한국어 이름 (TOTAL_EXPENDITURE → 총지출)",
        "SELECT basis_name('TOTAL_EXPENDITURE')",
    ),
    Macro(
        "gap_years",
        ("years",),
        "list_filter(range(list_min(years), list_max(years) + 1), y -> NOT list_contains(years, y))",
        "해의 목록에서 첫 해와 끝 해 사이에 빠진 해",
        "SELECT gap_years([2020, 2021, 2023, 2026])",
    ),
    Macro(
        "answer",
        ("project", "asked_year"),
        _ANSWER,
        "그 이름의 그 해 금액과 주소. 없으면 금액 없는 한 행: 「없음」(그 해 자료는 있으나 이 이름의 행이 없음, 0원이 아님)이나 "
        "「보유하지 않음」과 가진 연도. office는 그 소관의 것이라고 말할 수 없는 이름이면 비고, 까닭은 remark에 있다",
        "FROM answer('구직급여', 2024)",
        is_table=True,
    ),
    Macro(
        "held",
        ("about", "asked_year", "asked_stage"),
        _HELD,
        "가지고 있는가, 무엇을 가지고 있는가: 이름·소관·분야·수준·단계·기준·문서 종류로 묻고(NULL은 아무거나) "
        "해·단계·수준·기준·문서 종류로 답한다. 금액은 답하지 않는다",
        "FROM held('총지출', 2027, NULL)",
        is_table=True,
    ),
    Macro(
        "transfers",
        ("asked_year",),
        _TRANSFERS,
        "그 해의 이용·전용·세목조정 내역과 칸의 주소. 세목조정은 전용이 아니다 (kind_label)",
        "FROM transfers(2025) WHERE kind_label = '전용'",
        is_table=True,
    ),
    Macro(
        "goes_on",
        ("subject",),
        _GOES_ON,
        "그 이름의 사업이나 기관이 무엇을 잇거나 무엇으로 이어지는가: 찾은 법, 점수, 근거, 사람이 확인했는지, 앞뒤의 본예산",
        "FROM goes_on('특허청')",
        is_table=True,
    ),
    Macro(
        "office_series",
        ("office",),
        _OFFICE_SERIES,
        "기관과 그것을 잇는다는(후보 포함) 기관의 해마다의 합: 적힌 이름대로(amount_won), 확인된 승계로 이은 것(comparable_won)",
        "FROM office_series('특허청')",
        is_table=True,
    ),
    Macro(
        "compared",
        ("office", "its_year", "other", "other_year"),
        _COMPARED,
        "두 기관의 두 해 본예산을 견준다. 같은 기관이라고 말할 수 없으면 비율(growth_percent)이 비고 까닭을 말한다",
        "FROM compared('기획재정부', 2023, '기획예산처', 2026)",
        is_table=True,
    ),
    Macro(
        "similar_pairs",
        ("asked_year",),
        _SIMILAR,
        "이름의 말이 겹치는 두 사업과 겹치는 말, 점수(0~1). 중복이라는 뜻이 아니라 사람이 볼 후보이다",
        "FROM similar_pairs(2026) LIMIT 20",
        is_table=True,
    ),
    Macro(
        "unequal_sums",
        ("asked_year",),
        _UNEQUAL,
        "그 해에 맞지 않는 합과 항등식: 적힌 값, 부분의 합, 차이, 자료 안에서 찾은 원인의 행",
        "FROM unequal_sums(2012)",
        is_table=True,
    ),
    Macro(
        "quotes",
        ("phrase",),
        _QUOTES,
        "그 말이 적힌 칸과 문단, 그 행의 첫 칸(row_head), 주소",
        "FROM quotes('이용')",
        is_table=True,
    ),
)
"""In the order in which they are made: one that is used stands before the one that uses it."""
