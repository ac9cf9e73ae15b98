"""Budget records for the analysts' files: amounts of contents that the audience may read, and only what these alone tell.

What is worked out of several contents (offices, projects, checks over contents, successions) is counted again over the
readable amounts, or stays out where another content can have a part in it.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.record import Record
from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.budget_line import BudgetLine
from schemas.records.document import DocumentRecord
from schemas.records.extraction import ExtractionRecord
from schemas.records.form_table import FormTable
from schemas.records.indicator import Indicator
from schemas.records.link import Link
from schemas.records.org_unit import OrgUnit
from schemas.records.project import ProjectRecord
from schemas.records.reconciliation import Reconciliation
from schemas.records.succession import Succession
from schemas.records.withdrawal import Withdrawal
from schemas.sql import literal
from schemas.targets import org_id_of
from warehouse.amount_view import AMOUNT_COMMENTS, AMOUNT_VIEW
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.dimensions import most_printed
from warehouse.lake import CATALOG, Lake
from warehouse.macros import macro_statements
from warehouse.outcomes import locations

BUDGET_RECORDS: list[type[Record]] = [
    DocumentRecord,
    ExtractionRecord,
    FormTable,
    BudgetAmount,
    Withdrawal,
    Adjustment,
    Indicator,
    OrgUnit,
    ProjectRecord,
    BudgetLine,
    Reconciliation,
    Succession,
    Link,
]

# Where these are empty, so is the rest.
_FIRST = ("extraction", "budget_amount", "indicator")
# A version that stands nowhere any more is for those who may read a place of it, and could when it stood there.
_AMOUNT_CONTENT = f"""
    CREATE OR REPLACE TEMP TABLE amount_content AS
    WITH placed AS (
        SELECT content_id FROM ({locations()})
        UNION SELECT content_id FROM {CATALOG}.raw.placement WHERE content_id IS NOT NULL
    ),
    stood AS (
        SELECT unnest(p.earlier_contents) AS earlier FROM {CATALOG}.raw.placement p
        SEMI JOIN readable r ON r.access_id = p.access_id SEMI JOIN readable_content c ON c.content_id = p.content_id
    )
    SELECT content_id FROM readable_content
    UNION
    SELECT s.earlier.content_id FROM stood s SEMI JOIN readable r ON r.access_id = s.earlier.access_id
    WHERE s.earlier.content_id NOT IN (SELECT content_id FROM placed)"""

_READABLE_AMOUNT = f"""
    CREATE OR REPLACE TEMP TABLE readable_amount AS
    WITH own AS (SELECT a.* FROM {CATALOG}.core.budget_amount a SEMI JOIN amount_content c ON c.content_id = a.content_id)
    SELECT a.* REPLACE (old.amount_id AS supersedes_id)
    FROM own a LEFT JOIN (SELECT amount_id FROM own) old ON old.amount_id = a.supersedes_id"""
# That an unreadable row corrects a readable one must not show; but what a version said that is no more is not current, nor is
# what its cell says anew, whoever replaced it in between.
_READABLE_WITHDRAWAL = f"""
    CREATE OR REPLACE TEMP TABLE readable_withdrawal AS
    WITH ended AS (
        SELECT a.amount_id, a.content_id, a.ordinal, a."row", a.col, a.line, a.recorded_at FROM readable_amount a
        SEMI JOIN (SELECT supersedes_id FROM {CATALOG}.core.budget_amount) x ON x.supersedes_id = a.amount_id
        ANTI JOIN readable_amount later ON later.supersedes_id = a.amount_id
        ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = a.amount_id
    ),
    said_anew AS (
        SELECT e.amount_id FROM ended e JOIN ({CURRENT_AMOUNTS}) a
            ON a.content_id = e.content_id AND a.ordinal = e.ordinal AND a."row" = e."row" AND a.col = e.col
            AND a.line IS NOT DISTINCT FROM e.line
    ),
    replaced AS (
        SELECT content_id, min(extracted_at) AS at FROM (
            SELECT unnest(replaces) AS content_id, extracted_at FROM {CATALOG}.core.extraction x
            SEMI JOIN readable_content c ON c.content_id = x.content_id) GROUP BY content_id
    )
    SELECT w.amount_id, w.content_id, w.cause, w.recorded_at FROM {CATALOG}.core.withdrawal w
    SEMI JOIN readable_amount a ON a.amount_id = w.amount_id
    UNION ALL
    SELECT e.amount_id, e.content_id, 'file_replaced', coalesce(r.at, e.recorded_at)
    FROM ended e LEFT JOIN replaced r ON r.content_id = e.content_id
    WHERE e.content_id NOT IN (SELECT content_id FROM readable_content) OR e.amount_id IN (SELECT amount_id FROM said_anew)"""
_OF_LINE = f"""
    SELECT a.*, CASE WHEN a.target_kind = 'PROJECT' THEN a.target_id ELSE l.project_id END AS project_id,
           coalesce(a.project_name, CASE WHEN a.level = 'PROJECT' THEN a.subject_name END) AS printed_name
    FROM {{amounts}} a LEFT JOIN {CATALOG}.core.budget_line l ON l.line_id = a.target_id AND a.target_kind = 'LINE'"""
_READABLE_CURRENT = f"""
    CREATE OR REPLACE TEMP TABLE readable_current AS
    {_OF_LINE.format(amounts="readable_amount")}
    ANTI JOIN readable_amount later ON later.supersedes_id = a.amount_id
    ANTI JOIN readable_withdrawal w ON w.amount_id = a.amount_id"""
_HIDDEN_AMOUNT = f"""
    CREATE OR REPLACE TEMP TABLE hidden_amount AS
    SELECT DISTINCT org_name, org_code, project_id FROM (
        {_OF_LINE.format(amounts=f"({CURRENT_AMOUNTS})")} ANTI JOIN amount_content c ON c.content_id = a.content_id)"""


def budget_tables(lake: Lake) -> dict[type[Record], str]:
    """SELECT of the rows that the audience may read, by table; `readable` and `readable_content` must be there already."""
    connection = lake.connection
    if not any(lake.value(f"SELECT count(*) FROM (FROM {CATALOG}.core.{name} LIMIT 1)") for name in _FIRST):
        return {record: f"FROM {CATALOG}.{record.qualified_name()} WHERE false" for record in BUDGET_RECORDS}
    statements = (_AMOUNT_CONTENT, _READABLE_AMOUNT, _READABLE_WITHDRAWAL, _READABLE_CURRENT, _HIDDEN_AMOUNT)
    for statement in statements:
        connection.execute(statement)
    _name_offices(lake)
    selects: dict[type[Record], str] = {
        record: f"SELECT t.* FROM {CATALOG}.{record.qualified_name()} t SEMI JOIN {readable}"
        for record, readable in (
            (DocumentRecord, "readable_content USING (content_id)"),
            (FormTable, "readable_content USING (content_id)"),
            (Indicator, "readable_content USING (content_id)"),
            (Adjustment, "readable_amount USING (amount_id)"),
        )
    }
    selects[BudgetAmount] = "FROM readable_amount"
    selects[Withdrawal] = "FROM readable_withdrawal"
    selects[ExtractionRecord] = f"""
        SELECT e.* REPLACE (
            coalesce((SELECT list(c.content_id ORDER BY c.content_id) FROM amount_content c
                      WHERE list_contains(e.replaces, c.content_id)), []) AS replaces)
        FROM {CATALOG}.core.extraction e SEMI JOIN readable_content USING (content_id)"""
    selects |= _dimensions()
    selects[Reconciliation] = _RECONCILIATIONS
    selects[Succession] = _SUCCESSIONS
    selects[Link] = _LINKS
    return {record: selects[record] for record in BUDGET_RECORDS}


def finish_file(path: Path) -> None:
    """Add the view `core.amount` and the macros to a written file. On a connection of its own, so that no name of ours is in it."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(AMOUNT_VIEW)
        for column, text in AMOUNT_COMMENTS.items():
            place = f"COLUMN core.amount.{column}" if column else "VIEW core.amount"
            connection.execute(f"COMMENT ON {place} IS {literal(text)}")
        connection.execute(";\n".join(macro_statements()))


def _name_offices(lake: Lake) -> None:
    """Temp tables of offices: `readable_office` with what readable amounts say of each, `known_office` and `hidden_office`.

    The latter two name an office also by its name alone, as successions do.
    """
    printed = lake.query(
        """SELECT org_name, org_code, min(fiscal_year) AS first_year, max(fiscal_year) AS last_year, count(*) AS n
           FROM readable_current WHERE org_name IS NOT NULL OR org_code IS NOT NULL GROUP BY ALL"""
    )
    hidden = lake.query("SELECT DISTINCT org_name, org_code FROM hidden_amount")
    with lake.registered(printed_office=_with_ids(printed), hidden_pair=_with_ids(hidden)):
        for table, source, org_id in (
            ("readable_office", "printed_office", "org_id"),
            (
                "known_office",
                "(FROM printed_office UNION ALL SELECT * REPLACE (by_name AS org_id) FROM printed_office)",
                "org_id",
            ),
        ):
            lake.connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE {table} AS
                SELECT {org_id} AS org_id,
                       arg_max(trim(regexp_replace(coalesce(org_name, org_code), '\\s+', ' ', 'g')), (n, org_name)) AS name,
                       min(first_year) AS first_year, max(last_year) AS last_year, sum(n)::BIGINT AS n_amounts
                FROM {source} WHERE {org_id} IS NOT NULL GROUP BY 1"""
            )
        lake.connection.execute(
            """CREATE OR REPLACE TEMP TABLE hidden_office AS
               SELECT org_id FROM hidden_pair UNION SELECT by_name FROM hidden_pair UNION SELECT by_code FROM hidden_pair"""
        )


def _with_ids(offices: pa.Table) -> pa.Table:
    """Offices with their ids by name and code together, and by either alone."""
    pairs = list(zip(offices["org_name"].to_pylist(), offices["org_code"].to_pylist(), strict=True))
    for column, ids in (
        ("org_id", [org_id_of(name, code) for name, code in pairs]),
        ("by_name", [org_id_of(name, None) for name, _ in pairs]),
        ("by_code", [org_id_of(None, code) for _, code in pairs]),
    ):
        offices = offices.append_column(column, pa.array(ids, pa.string()))
    return offices


def _dimensions() -> dict[type[Record], str]:
    """Offices, projects and lines with what readable amounts alone say of them."""
    parts = ("org_name", "org_code", "account_name", "field_name", "sector_name", "program_name", "activity_name")
    told = ", ".join(f"{most_printed(part)} AS {part}" for part in parts)
    return {
        OrgUnit: f"""
            SELECT u.* REPLACE (r.name AS name, r.first_year AS first_year, r.last_year AS last_year, r.n_amounts AS n_amounts)
            FROM {CATALOG}.core.org_unit u JOIN readable_office r USING (org_id)""",
        ProjectRecord: f"""
            SELECT p.* REPLACE (coalesce(r.name, p.code) AS name, r.names AS names, r.n_amounts AS n_amounts,
                                {", ".join(f"r.{part} AS {part}" for part in parts)})
            FROM {CATALOG}.core.project p
            JOIN (SELECT project_id, fiscal_year, {most_printed("printed_name")} AS name, count(*) AS n_amounts, {told},
                         coalesce(list_sort(list(DISTINCT printed_name) FILTER (printed_name IS NOT NULL)), []) AS names
                  FROM readable_current WHERE project_id IS NOT NULL GROUP BY ALL) r USING (project_id, fiscal_year)""",
        BudgetLine: f"""
            SELECT l.* REPLACE (r.mok_code AS mok_code, r.semok_code AS semok_code, r.mok_name AS mok_name,
                                r.semok_name AS semok_name, r.subproject_name AS subproject_name, r.n_amounts AS n_amounts)
            FROM {CATALOG}.core.budget_line l
            JOIN (SELECT target_id, count(*) AS n_amounts,
                         min(coalesce(mok_code, CASE WHEN level = 'MOK' THEN subject_code END)) AS mok_code,
                         min(coalesce(semok_code, CASE WHEN level = 'SEMOK' THEN subject_code END)) AS semok_code,
                         {most_printed("coalesce(mok_name, CASE WHEN level = 'MOK' THEN subject_name END)")} AS mok_name,
                         {most_printed("coalesce(semok_name, CASE WHEN level = 'SEMOK' THEN subject_name END)")} AS semok_name,
                         {most_printed("coalesce(subproject_name, CASE WHEN level = 'SUBPROJECT' THEN subject_name END)")}
                             AS subproject_name
                  FROM readable_current WHERE target_kind = 'LINE' GROUP BY ALL) r ON r.target_id = l.line_id""",
    }


# A check over several contents names the amount of each side; one that names but one is shown where nothing is hidden.
_RECONCILIATIONS = f"""
    WITH foreign_side AS (
        SELECT reconciliation_id FROM (
            SELECT reconciliation_id, unnest(culprit_ids) AS amount_id FROM {CATALOG}.core.reconciliation WHERE content_id IS NULL
        ) ANTI JOIN readable_amount USING (amount_id)
    )
    SELECT t.* FROM {CATALOG}.core.reconciliation t SEMI JOIN readable_content c ON c.content_id = t.content_id
    UNION ALL
    SELECT t.* FROM {CATALOG}.core.reconciliation t
    SEMI JOIN readable_amount a ON a.amount_id = t.lhs_amount_id
    ANTI JOIN foreign_side f ON f.reconciliation_id = t.reconciliation_id
    WHERE t.content_id IS NULL AND (len(t.culprit_ids) > 0 OR NOT EXISTS (FROM hidden_amount))"""

_FOLDED = "lower(regexp_replace({}, '\\s', '', 'g'))"
# Evidence of names and amounts is made of all amounts of both ends, and may name projects beside them. What a person confirmed
# joins series for everybody who sees both ends; how it was found only for those who see all of it.
_SUCCESSIONS = f"""
    WITH spelling AS (
        SELECT project_id AS id, list(DISTINCT coalesce(printed_name, project_code, subject_code)) AS names,
               arg_max(coalesce(printed_name, project_code, subject_code), fiscal_year) AS last_name, min(fiscal_year) AS first_year
        FROM readable_current WHERE project_id IS NOT NULL GROUP BY project_id
    ),
    known AS (
        SELECT 'project' AS what, id, names, last_name, first_year FROM spelling
        UNION ALL SELECT 'org', org_id, [name], name, first_year FROM known_office
    ),
    veiled AS (
        SELECT 'project' AS what, project_id AS id FROM hidden_amount WHERE project_id IS NOT NULL
        UNION SELECT 'org', org_id FROM hidden_office WHERE org_id IS NOT NULL
    ),
    named AS (
        SELECT DISTINCT {_FOLDED.format("unnest([printed_name, org_name])")} AS name FROM readable_current
    ),
    quoted AS (
        SELECT DISTINCT succession_id, {_FOLDED.format("unnest(regexp_extract_all(line, '「([^」]*)」', 1))")} AS name
        FROM (SELECT succession_id, unnest(evidence) AS line FROM {CATALOG}.core.succession) WHERE NOT starts_with(line, '문서 「')
    ),
    foreign_name AS (
        SELECT q.succession_id FROM (FROM quoted ANTI JOIN named USING (name)) q
        ANTI JOIN named n ON contains(n.name, q.name) WHERE EXISTS (FROM hidden_amount)
    ),
    unread AS (
        SELECT x.succession_id FROM (SELECT succession_id, unnest(content_ids) AS content_id FROM {CATALOG}.core.succession) x
        ANTI JOIN readable_content c ON c.content_id = x.content_id
    ),
    seen AS (
        SELECT t.*, f.names AS from_names, f.last_name AS from_last, o.names AS to_names, o.last_name AS to_last,
               o.first_year AS to_year, f.id IS NOT NULL AND o.id IS NOT NULL AS are_known,
               t.succession_id IN (SELECT succession_id FROM unread) AS is_unread,
               t.method <> 'stated' AND (
                   t.succession_id IN (SELECT succession_id FROM foreign_name)
                   OR EXISTS (FROM veiled v WHERE v.what = t.what AND (v.id = t.from_id OR v.id = t.to_id))) AS is_veiled
        FROM {CATALOG}.core.succession t
        LEFT JOIN known f ON f.what = t.what AND f.id = t.from_id LEFT JOIN known o ON o.what = t.what AND o.id = t.to_id
    ),
    told AS (
        SELECT *, is_unread OR is_veiled AS is_bare FROM seen
        WHERE CASE
            WHEN NOT is_unread AND NOT is_veiled
                -- An office may be told by documents alone: then the contents that say so tell it.
                THEN are_known OR (what = 'org' AND len(content_ids) > 0 AND (method = 'stated' OR from_names IS NOT NULL))
            ELSE are_known AND state = 'CONFIRMED' AND method <> 'stated' END
    )
    SELECT * EXCLUDE (from_names, from_last, to_names, to_last, to_year, are_known, is_unread, is_veiled, is_bare) REPLACE (
        -- What only others call it is not its name here.
        CASE WHEN list_contains(from_names, from_name) OR from_last IS NULL OR (what = 'org' AND NOT is_bare) THEN from_name
             ELSE from_last END AS from_name,
        CASE WHEN list_contains(to_names, to_name) OR to_last IS NULL OR (what = 'org' AND NOT is_bare) THEN to_name
             ELSE to_last END AS to_name,
        CASE WHEN is_bare AND from_id <> to_id THEN to_year ELSE fiscal_year END AS fiscal_year,
        CASE WHEN is_bare THEN 'several' ELSE method END AS method, CASE WHEN is_bare THEN 1.0 ELSE score END AS score,
        CASE WHEN is_bare THEN [] ELSE evidence END AS evidence, CASE WHEN is_bare THEN [] ELSE content_ids END AS content_ids)
    FROM told
    WHERE from_id <> to_id OR (list_contains(from_names, from_name) AND list_contains(to_names, to_name))"""

_LINKS = f"""
    WITH known AS (
        SELECT 'document' AS kind, content_id AS id FROM readable_content
        UNION ALL SELECT 'amount', amount_id FROM readable_amount
        UNION ALL SELECT DISTINCT 'project', project_id FROM readable_current WHERE project_id IS NOT NULL
    )
    SELECT t.* FROM {CATALOG}.core.link t
    SEMI JOIN known f ON f.kind = t.from_kind AND f.id = t.from_id
    SEMI JOIN known o ON o.kind = t.to_kind AND o.id = t.to_id"""
