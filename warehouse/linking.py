"""Links: which documents print a figure, which figures contradict one another, and which keys stand for one project.

A figure is matched by project code, or by name, year, office, stage and amount together; never without the stage. Two
contents contradict each other where both print an amount of the same thing, year and stage, and the two differ by more than
their printing explains; both are kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.fiscal import CHANGE_STAGES
from schemas.identity import make_id
from schemas.names import folded, is_division, is_generic, is_total_word
from schemas.ports import Progress
from schemas.records.link import Link
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.clock import Clock
from warehouse.dimensions import settle_rows
from warehouse.drafts import families
from warehouse.lake import Lake
from warehouse.steps import StepCount

EVIDENCES, CONTRADICTS, SAME_AS = "EVIDENCES", "CONTRADICTS", "SAME_AS"
BY_CODE, BY_NAME = "code", "name_year_office_stage_amount"

_CHANGES = ", ".join(f"'{stage}'" for stage in sorted(CHANGE_STAGES))
_LEAST_NAME = 5
_DETAIL = "{}: {}년 {} {:,} (내용 {}) ≠ {} {:,} (내용 {}), {}"
_COARSE = 0.05
# More contents than this print a figure only where it is in everything; pairs of all of them help nobody.
_MOST_CONTENTS = 60

# A year with a supplementary budget has two budgets; in any other "budget" and "enacted budget" are the same amount.
_FIGURES = f"""
    WITH current_amounts AS ({CURRENT_AMOUNTS}),
    supplemented AS (SELECT DISTINCT fiscal_year FROM current_amounts WHERE stage LIKE 'SUPP_%'),
    projects AS (
        SELECT *, coalesce(project_name, CASE WHEN level = 'PROJECT' THEN subject_name END) AS printed_name,
               coalesce(project_code, CASE WHEN level = 'PROJECT' THEN subject_code END) AS code
        FROM current_amounts
        WHERE amount_minor IS NOT NULL AND stage NOT IN ({_CHANGES}) AND value_state IN ('VALUE', 'ZERO_PRINTED'))
    SELECT a.amount_id, a.content_id, coalesce(d.family, a.content_id) AS family,
           a.target_kind, a.target_id, a.level, a.fiscal_year, a.stage, a.stage_no,
           CASE WHEN a.period = a.fiscal_year || '12' THEN NULL ELSE a.period END AS period,
           CASE WHEN a.stage = 'BUDGET' AND s.fiscal_year IS NULL THEN 'ENACTED' ELSE a.stage END AS said_stage,
           a.basis, a.is_revenue, a.is_total, a.currency, a.amount_minor, a.precision_minor, a.confidence,
           a.printed_name, n.folded AS name, a.code, o.folded AS office,
           coalesce(c.folded, '#' || a.account_code, '') AS account, coalesce(n.is_weak, true) AS is_weak,
           coalesce(nullif(concat_ws('/', a.semok_code, a.mok_code, i.folded,
               CASE WHEN a.target_kind = 'LINE' AND a.semok_code IS NULL AND a.mok_code IS NULL AND i.folded IS NULL
                    THEN a.target_id END), ''), '') AS item,
           coalesce(a.field_code, a.sector_code, a.program_code, a.activity_code, a.mok_code, a.semok_code, a.subject_code)
               AS own_code
    FROM projects a LEFT JOIN supplemented s USING (fiscal_year)
    LEFT JOIN families d ON d.content_id = a.content_id
    LEFT JOIN folded_names n ON n.printed = a.printed_name
    LEFT JOIN folded_names c ON c.printed = a.account_name
    LEFT JOIN folded_names i ON i.printed = a.subproject_name
    LEFT JOIN folded_offices o ON o.org_name IS NOT DISTINCT FROM a.org_name AND o.org_code IS NOT DISTINCT FROM a.org_code"""

_NAMES = f"""
    SELECT DISTINCT unnest([project_name, subject_name, account_name, subproject_name]) AS printed
    FROM ({CURRENT_AMOUNTS})"""
_OFFICES = f"SELECT DISTINCT org_name, org_code FROM ({CURRENT_AMOUNTS})"

# By what an amount can be met: its own key, its code with its name, its name with its office.
_IDENTITIES = """
    WITH idents AS (
        SELECT f.*, 't:' || target_id AS ident, CASE WHEN code IS NULL THEN $by_name ELSE $by_code END AS method
        FROM figures f WHERE target_kind IN ('PROJECT', 'LINE') AND (code IS NOT NULL OR is_weak)
        UNION ALL BY NAME
        SELECT f.*, concat_ws('|', 'c:', code, name, item) AS ident, $by_code AS method
        FROM figures f WHERE target_kind IN ('PROJECT', 'LINE') AND code IS NOT NULL AND name <> ''
        UNION ALL BY NAME
        SELECT f.*, concat_ws('|', 'n:', office, name, item) AS ident, $by_name AS method
        FROM figures f WHERE target_kind IN ('PROJECT', 'LINE') AND office <> '' AND name <> '' AND NOT is_weak),
    spread AS (
        SELECT ident, count(DISTINCT nullif(office, '')) AS n_offices, count(DISTINCT nullif(account, '')) AS n_accounts,
               count(DISTINCT code) AS n_codes
        FROM idents GROUP BY ident)
    SELECT i.* FROM idents i JOIN spread USING (ident)
    WHERE (n_offices <= 1 OR office <> '') AND (n_accounts <= 1 OR account <> '') AND (n_codes <= 1 OR code IS NOT NULL)"""

_COMPATIBLE = """
    (a.office = b.office OR a.office = '' OR b.office = '') AND (a.account = b.account OR a.account = '' OR b.account = '')
    AND (a.code = b.code OR a.code IS NULL OR b.code IS NULL)"""
_SAME_FIGURE = """
    a.ident = b.ident AND a.level = b.level AND a.fiscal_year = b.fiscal_year AND a.stage_no = b.stage_no
    AND a.period IS NOT DISTINCT FROM b.period AND a.is_revenue = b.is_revenue AND a.currency = b.currency"""

# The most exact amount of a figure is its hub; every other content that prints the same is a document for it.
_EVIDENCE = f"""
    WITH once AS (
        SELECT ident, content_id, level, fiscal_year, stage, stage_no, period, is_revenue, currency, basis, office, account,
               code, amount_minor, min(precision_minor) AS precision_minor, min(amount_id) AS amount_id,
               max(confidence) AS confidence, min(method) AS method
        FROM identities WHERE amount_minor <> 0 AND precision_minor <= {_COARSE} * abs(amount_minor) GROUP BY ALL),
    hubs AS (
        SELECT * FROM once QUALIFY row_number() OVER (
            PARTITION BY ident, level, fiscal_year, stage, stage_no, period, is_revenue, currency, basis, office, account,
                         code, amount_minor
            ORDER BY precision_minor, confidence DESC, amount_id) = 1),
    met AS (
        SELECT a.content_id, a.amount_id AS own_id, b.amount_id AS hub_id, a.method, b.precision_minor,
               1 - (a.precision_minor + b.precision_minor) / abs(b.amount_minor) AS score
        FROM once a JOIN hubs b ON {_SAME_FIGURE} AND a.stage = b.stage AND a.content_id <> b.content_id
            AND {_COMPATIBLE} AND (a.basis = b.basis OR a.basis IS NULL OR b.basis IS NULL)
            AND abs(a.amount_minor - b.amount_minor) <= a.precision_minor + b.precision_minor
            AND (b.precision_minor, b.amount_id) < (a.precision_minor, a.amount_id)),
    nearest AS (
        SELECT * FROM met QUALIFY row_number() OVER (PARTITION BY own_id ORDER BY precision_minor, hub_id, method, score) = 1)
    SELECT content_id AS from_id, hub_id AS to_id, min(method) AS method, max(score) AS score FROM nearest GROUP BY ALL"""

# What one document prints in two ways, or its drafts do, says nothing about another document.
_ONCE = """
    SELECT ident, family, arg_min(content_id, amount_id) AS content_id, level,
           fiscal_year, said_stage, stage_no, period, is_revenue, currency, basis, office, account,
           code, min(amount_minor) AS amount_minor, max(precision_minor) AS precision_minor, min(amount_id) AS amount_id,
           arg_min(stage, amount_id) AS stage, arg_min_null(printed_name, amount_id) AS printed_name, min(method) AS method
    FROM {source} GROUP BY ALL HAVING min(amount_minor) = max(amount_minor)"""
_DISPUTED = f"""
    SELECT * FROM once
    WINDOW figure AS (PARTITION BY ident, level, fiscal_year, said_stage, stage_no, period, is_revenue, currency, basis)
    QUALIFY max(amount_minor) OVER figure > min(amount_minor) OVER figure AND count(*) OVER figure <= {_MOST_CONTENTS}"""
_DIFFERENT = f"""
    {_SAME_FIGURE} AND a.said_stage = b.said_stage AND a.basis IS NOT DISTINCT FROM b.basis
    AND a.family <> b.family AND a.amount_id < b.amount_id AND {_COMPATIBLE}
    AND abs(a.amount_minor - b.amount_minor) > a.precision_minor + b.precision_minor"""
_ENDS = """
    a.amount_id AS from_id, b.amount_id AS to_id, a.method, a.fiscal_year, a.stage AS from_stage, b.stage AS to_stage,
    coalesce(a.printed_name, b.printed_name) AS name, a.currency, a.amount_minor AS from_minor, b.amount_minor AS to_minor,
    a.content_id AS from_content, b.content_id AS to_content"""
_BY_KEY = f"""
    WITH told AS (SELECT * FROM identities WHERE NOT is_total AND (NOT is_weak OR code IS NOT NULL)),
    once AS ({_ONCE.format(source="told")}), disputed AS ({_DISPUTED})
    SELECT {_ENDS} FROM disputed a JOIN disputed b ON {_DIFFERENT}"""

# Sums are the same thing only where office and code say so; the total of a list is that list's own.
_AGGREGATES = f"""
    WITH told AS (
        SELECT *, 'a:' || target_id AS ident, $by_code AS method FROM figures
        WHERE target_kind = 'AGGREGATE' AND NOT is_total AND office <> '' AND own_code IS NOT NULL
          AND level IN ('FIELD', 'SECTOR', 'PROGRAM', 'ACTIVITY', 'MOK', 'SEMOK')),
    once AS ({_ONCE.format(source="told")}), disputed AS ({_DISPUTED})
    SELECT {_ENDS} FROM disputed a JOIN disputed b ON {_DIFFERENT}"""

# Rows of a name alone: the same project where another stage of the same row has the same amount, and the name is one's own.
_BY_ROW = f"""
    WITH named AS (
        SELECT *, 'r:' || name AS ident, $by_name AS method FROM figures
        WHERE level = 'PROJECT' AND NOT is_total AND NOT is_weak AND length(name) >= {_LEAST_NAME}),
    told AS (
        SELECT * FROM named SEMI JOIN (
            SELECT ident FROM named GROUP BY ident
            HAVING count(DISTINCT code) <= 1 AND count(DISTINCT nullif(office, '')) <= 1
               AND count(DISTINCT nullif(account, '')) <= 1) USING (ident)),
    once AS ({_ONCE.format(source="told")}), disputed AS ({_DISPUTED}),
    pairs AS (SELECT {_ENDS}, a.ident, a.family AS from_family, b.family AS to_family
              FROM disputed a JOIN disputed b ON {_DIFFERENT}),
    agreed AS (
        SELECT DISTINCT a.ident, a.fiscal_year, a.family AS from_family, b.family AS to_family
        FROM once a JOIN once b ON {_SAME_FIGURE} AND a.said_stage = b.said_stage AND a.family <> b.family
            AND a.amount_minor = b.amount_minor AND a.amount_minor <> 0 AND a.basis IS NOT DISTINCT FROM b.basis
        WHERE a.ident IN (SELECT ident FROM pairs))
    SELECT p.* EXCLUDE (ident, from_family, to_family) FROM pairs p
    SEMI JOIN agreed USING (ident, fiscal_year, from_family, to_family)"""

# A project that some documents print with its office or account and others without: one, where only one is so called.
_SAME = """
    WITH keys AS (
        SELECT DISTINCT code, name, target_id, office, account FROM figures
        WHERE target_kind = 'PROJECT' AND code IS NOT NULL AND name <> ''),
    one AS (
        SELECT code, name FROM keys GROUP BY ALL
        HAVING count(DISTINCT target_id) > 1 AND count(DISTINCT nullif(office, '')) <= 1
           AND count(DISTINCT nullif(account, '')) <= 1),
    ranked AS (
        SELECT k.*, first_value(target_id) OVER (
                   PARTITION BY code, name ORDER BY (office <> '')::INT + (account <> '')::INT DESC, target_id) AS fullest
        FROM keys k SEMI JOIN one USING (code, name))
    SELECT DISTINCT target_id AS from_id, fullest AS to_id FROM ranked WHERE target_id <> fullest"""


def link_figures(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> StepCount:
    """Bring `core.link` to what the current amounts say."""
    with _figures(lake):
        evidence = _links(lake.query(_EVIDENCE), EVIDENCES, "document", "amount")
        contradictions = _links(_contradictions(lake), CONTRADICTS, "amount", "amount")
        same = lake.query(_SAME)
        same = same.append_column("method", pa.array([BY_CODE] * same.num_rows, pa.string()))
        same = _links(same.append_column("score", pa.array([1.0] * same.num_rows)), SAME_AS, "project", "project")
    return settle_rows(lake, clock, Link, pa.concat_tables([evidence, contradictions, same]), run_id, progress)


@contextmanager
def _figures(lake: Lake) -> Iterator[None]:
    """`figures` and `identities` as temporary tables: current amounts with folded names, and by what each can be met."""
    printed = [name for name in lake.query(_NAMES)["printed"].to_pylist() if name is not None]
    weak = [is_total_word(name) or is_generic(name) for name in printed]
    names = pa.table(
        {
            "printed": pa.array(printed, pa.string()),
            "folded": pa.array([folded(name) for name in printed], pa.string()),
            "is_weak": pa.array(weak, pa.bool_()),
        }
    )
    offices = lake.query(_OFFICES)
    pairs = zip(offices["org_name"].to_pylist(), offices["org_code"].to_pylist(), strict=True)
    offices = offices.append_column("folded", pa.array([_office(name, code) for name, code in pairs], pa.string()))
    with lake.registered(folded_names=names, folded_offices=offices, families=families(lake)):
        lake.connection.execute(f"CREATE OR REPLACE TEMP TABLE figures AS {_FIGURES}")
    try:
        parameters = {"by_code": BY_CODE, "by_name": BY_NAME}
        lake.connection.execute(f"CREATE OR REPLACE TEMP TABLE identities AS {_IDENTITIES}", parameters)
        yield
    finally:
        lake.connection.execute("DROP TABLE IF EXISTS identities")
        lake.connection.execute("DROP TABLE IF EXISTS figures")


def _office(name: str | None, code: str | None) -> str:
    if name and not is_division(name) and not is_total_word(name):
        return folded(name)
    return f"#{code}" if code else ""


def _contradictions(lake: Lake) -> pa.Table:
    found = pa.concat_tables(
        [
            lake.query(_BY_KEY),
            lake.query(_AGGREGATES, {"by_code": BY_CODE}),
            lake.query(_BY_ROW, {"by_name": BY_NAME}),
        ],
        promote_options="permissive",
    )
    with lake.registered(found_pairs=found):
        return lake.query(
            f"""SELECT from_id, to_id, min(method) AS method, max(CASE method WHEN '{BY_CODE}' THEN 1.0 ELSE 0.9 END) AS score,
                       min(format('{_DETAIL}', coalesce(name, '이름 없음'), fiscal_year, from_stage, from_minor, from_content,
                                  to_stage, to_minor, to_content, currency)) AS detail
                FROM found_pairs GROUP BY from_id, to_id"""
        )


def _links(rows: pa.Table, relation: str, from_kind: str, to_kind: str) -> pa.Table:
    ends = list(zip(rows["from_id"].to_pylist(), rows["to_id"].to_pylist(), strict=True))
    made = {
        "link_id": [make_id("link", relation, from_kind, first, to_kind, second) for first, second in ends],
        "relation": [relation] * len(ends),
        "from_kind": [from_kind] * len(ends),
        "to_kind": [to_kind] * len(ends),
    }
    columns = {name: pa.array(values, pa.string()) for name, values in made.items()}
    columns |= {name: rows[name] for name in ("from_id", "to_id", "method", "score")}
    is_told = "detail" in rows.column_names
    columns["detail"] = rows["detail"] if is_told else pa.nulls(len(ends), pa.string())
    schema = arrow_schema(Link)
    return pa.table(columns).select(schema.names).cast(schema)
