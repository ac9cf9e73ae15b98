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
from warehouse.dimensions import most_printed
from warehouse.lake import CATALOG, Lake
from warehouse.macros import macro_statements
from warehouse.outcomes import locations, scoped_locations

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
# The version before a file's present one lies nowhere now. Those may read it who may read a place at which it stood; the
# versions before that one only where every place of the present one may be read, since no place remembers them.
_AMOUNT_CONTENT = f"""
    CREATE OR REPLACE TEMP TABLE amount_content AS
    WITH RECURSIVE
    placed AS (
        SELECT content_id FROM ({locations()})
        UNION SELECT content_id FROM {CATALOG}.raw.placement WHERE content_id IS NOT NULL
    ),
    hidden AS (
        SELECT l.content_id FROM ({scoped_locations()}) l ANTI JOIN readable r ON r.access_id = l.access_id
        UNION
        SELECT p.content_id FROM {CATALOG}.raw.placement p ANTI JOIN readable r ON r.access_id = p.access_id
        WHERE p.content_id IS NOT NULL
    ),
    replaced AS (
        SELECT unnest(replaces) AS before, content_id AS after FROM {CATALOG}.core.extraction
        UNION
        SELECT old.content_id, new.content_id FROM {CATALOG}.core.budget_amount new
        JOIN {CATALOG}.core.budget_amount old ON old.amount_id = new.supersedes_id WHERE old.content_id <> new.content_id
    ),
    past AS (
        SELECT p.replaced_content_id AS content_id, h.content_id IS NULL AS is_open
        FROM {CATALOG}.raw.placement p SEMI JOIN readable r ON r.access_id = p.access_id
        SEMI JOIN readable_content c ON c.content_id = p.content_id
        LEFT JOIN (SELECT DISTINCT content_id FROM hidden) h ON h.content_id = p.content_id
        WHERE p.replaced_content_id NOT IN (SELECT content_id FROM placed)
        UNION
        SELECT r.before, true FROM past JOIN replaced r ON r.after = past.content_id
        ANTI JOIN placed p ON p.content_id = r.before WHERE past.is_open
    )
    SELECT content_id FROM readable_content UNION SELECT content_id FROM past"""

_READABLE_AMOUNT = f"""
    CREATE OR REPLACE TEMP TABLE readable_amount AS
    SELECT a.* FROM {CATALOG}.core.budget_amount a SEMI JOIN amount_content c ON c.content_id = a.content_id"""
# Current among what the audience sees: that an unreadable row corrects a readable one must not show.
_READABLE_CURRENT = f"""
    CREATE OR REPLACE TEMP TABLE readable_current AS
    SELECT a.*, CASE WHEN a.target_kind = 'PROJECT' THEN a.target_id ELSE l.project_id END AS project_id,
           coalesce(a.project_name, CASE WHEN a.level = 'PROJECT' THEN a.subject_name END) AS printed_name
    FROM readable_amount a
    ANTI JOIN readable_amount later ON later.supersedes_id = a.amount_id
    ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = a.amount_id
    LEFT JOIN {CATALOG}.core.budget_line l ON l.line_id = a.target_id AND a.target_kind = 'LINE'"""
_HIDDEN_AMOUNT = f"""
    CREATE OR REPLACE TEMP TABLE hidden_amount AS
    SELECT DISTINCT a.fiscal_year, regexp_replace(a.org_name, '\\s', '', 'g') AS org_name, a.org_code,
           CASE WHEN a.target_kind = 'PROJECT' THEN a.target_id ELSE l.project_id END AS project_id
    FROM {CATALOG}.core.budget_amount a ANTI JOIN amount_content c ON c.content_id = a.content_id
    LEFT JOIN {CATALOG}.core.budget_line l ON l.line_id = a.target_id AND a.target_kind = 'LINE'"""


def budget_tables(lake: Lake) -> dict[type[Record], str]:
    """SELECT of the rows that the audience may read, by table; `readable` and `readable_content` must be there already."""
    connection = lake.connection
    if not any(lake.value(f"SELECT count(*) FROM (FROM {CATALOG}.core.{name} LIMIT 1)") for name in _FIRST):
        return {record: f"FROM {CATALOG}.{record.qualified_name()} WHERE false" for record in BUDGET_RECORDS}
    for statement in (_AMOUNT_CONTENT, _READABLE_AMOUNT, _READABLE_CURRENT, _HIDDEN_AMOUNT):
        connection.execute(statement)
    _name_offices(lake)
    selects: dict[type[Record], str] = {
        record: f"SELECT t.* FROM {CATALOG}.{record.qualified_name()} t SEMI JOIN {readable}"
        for record, readable in (
            (DocumentRecord, "readable_content USING (content_id)"),
            (FormTable, "readable_content USING (content_id)"),
            (Indicator, "readable_content USING (content_id)"),
            (Adjustment, "readable_amount USING (amount_id)"),
            (Withdrawal, "readable_amount USING (amount_id)"),
        )
    }
    selects[BudgetAmount] = "FROM readable_amount"
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
    """Temp table `readable_office`: each office of readable amounts with its id, spelling, years and number of amounts."""
    printed = lake.query(
        """SELECT org_name, org_code, min(fiscal_year) AS first_year, max(fiscal_year) AS last_year, count(*) AS n
           FROM readable_current WHERE org_name IS NOT NULL OR org_code IS NOT NULL GROUP BY ALL"""
    )
    pairs = zip(printed["org_name"].to_pylist(), printed["org_code"].to_pylist(), strict=True)
    printed = printed.append_column("org_id", pa.array([org_id_of(name, code) for name, code in pairs], pa.string()))
    with lake.registered(printed_office=printed):
        lake.connection.execute(
            """CREATE OR REPLACE TEMP TABLE readable_office AS
               SELECT org_id, arg_max(trim(regexp_replace(coalesce(org_name, org_code), '\\s+', ' ', 'g')), (n, org_name)) AS name,
                      min(first_year) AS first_year, max(last_year) AS last_year, sum(n)::BIGINT AS n_amounts
               FROM printed_office GROUP BY org_id"""
        )


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
            SELECT l.* REPLACE (r.mok_name AS mok_name, r.semok_name AS semok_name, r.subproject_name AS subproject_name,
                                r.n_amounts AS n_amounts)
            FROM {CATALOG}.core.budget_line l
            JOIN (SELECT target_id, count(*) AS n_amounts,
                         {most_printed("coalesce(mok_name, CASE WHEN level = 'MOK' THEN subject_name END)")} AS mok_name,
                         {most_printed("coalesce(semok_name, CASE WHEN level = 'SEMOK' THEN subject_name END)")} AS semok_name,
                         {most_printed("coalesce(subproject_name, CASE WHEN level = 'SUBPROJECT' THEN subject_name END)")}
                             AS subproject_name
                  FROM readable_current WHERE target_kind = 'LINE' GROUP BY ALL) r ON r.target_id = l.line_id""",
    }


# A check over several contents names only one side: it is shown where no content can be the other side that is not readable.
_RECONCILIATIONS = f"""
    SELECT t.* FROM {CATALOG}.core.reconciliation t SEMI JOIN readable_content c ON c.content_id = t.content_id
    UNION ALL
    SELECT t.* FROM {CATALOG}.core.reconciliation t
    JOIN readable_amount a ON a.amount_id = t.lhs_amount_id
    ANTI JOIN hidden_amount h ON h.fiscal_year = t.fiscal_year
        AND (a.org_name IS NULL OR h.org_name IS NULL OR h.org_name = regexp_replace(a.org_name, '\\s', '', 'g'))
    WHERE t.content_id IS NULL
        AND len(t.culprit_ids) = (SELECT count(*) FROM readable_amount r WHERE list_contains(t.culprit_ids, r.amount_id))"""

# Evidence of names and amounts is made of all amounts of both ends. What a person confirmed joins series for everybody who sees
# both ends; its evidence only for those who see all of it.
_SUCCESSIONS = f"""
    WITH known AS (
        SELECT 'project' AS what, project_id AS id FROM readable_current WHERE project_id IS NOT NULL
        UNION SELECT 'org', org_id FROM readable_office
    ),
    veiled AS (
        SELECT 'project' AS what, project_id AS id FROM hidden_amount WHERE project_id IS NOT NULL
        UNION
        SELECT 'org', u.org_id FROM {CATALOG}.core.org_unit u
        JOIN hidden_amount h ON regexp_replace(u.name, '\\s', '', 'g') = h.org_name OR u.code = h.org_code
    ),
    seen AS (
        SELECT t.*, t.method <> 'stated' AND EXISTS (
                   SELECT 1 FROM veiled v WHERE v.what = t.what AND (v.id = t.from_id OR v.id = t.to_id)) AS is_veiled
        FROM {CATALOG}.core.succession t
        SEMI JOIN known f ON f.what = t.what AND f.id = t.from_id
        LEFT JOIN known o ON o.what = t.what AND o.id = t.to_id
        ANTI JOIN (
            SELECT x.succession_id FROM (
                SELECT succession_id, unnest(content_ids) AS content_id FROM {CATALOG}.core.succession
            ) x ANTI JOIN readable_content c ON c.content_id = x.content_id
        ) unreadable ON unreadable.succession_id = t.succession_id
        -- An office may be told by the names of projects alone (in brackets): then the contents that say so tell it.
        WHERE o.id IS NOT NULL OR (t.what = 'org' AND len(t.content_ids) > 0)
    )
    SELECT * EXCLUDE (is_veiled) REPLACE (CASE WHEN is_veiled THEN [] ELSE evidence END AS evidence)
    FROM seen WHERE NOT is_veiled OR state = 'CONFIRMED'"""

_LINKS = f"""
    WITH known AS (
        SELECT 'document' AS kind, content_id AS id FROM readable_content
        UNION ALL SELECT 'amount', amount_id FROM readable_amount
        UNION ALL SELECT DISTINCT 'project', project_id FROM readable_current WHERE project_id IS NOT NULL
    )
    SELECT t.* FROM {CATALOG}.core.link t
    SEMI JOIN known f ON f.kind = t.from_kind AND f.id = t.from_id
    SEMI JOIN known o ON o.kind = t.to_kind AND o.id = t.to_id"""
