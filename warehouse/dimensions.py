"""Offices, projects, lines and documents, worked out from the current amounts: what there is to name in the budget records.

The ids are those that the amounts bear (`schemas.targets`), so that a figure and what it is of always find each other.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from schemas import sql
from schemas.arrow import arrow_schema
from schemas.names import folded
from schemas.ports import Progress
from schemas.record import Record
from schemas.records.budget_line import BudgetLine
from schemas.records.document import DocumentRecord
from schemas.records.org_unit import OrgUnit
from schemas.records.project import ProjectRecord
from schemas.targets import org_id_of, project_id_of
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step

_LOCAL_ENDS = ("시", "군", "구", "도", "본청", "계", "교육청")
_CENTRAL_ENDS = (
    "부",
    "처",
    "청",
    "위원회",
    "감사원",
    "정보원",
    "국회",
    "대법원",
    "재판소",
    "비서실",
    "조정실",
    "안보실",
    "회의",
)

# What the key of a project is made of, as the row prints it.
_PROJECT_PARTS = ("name", "code", "org_name", "org_code", "account_name", "account_code")
_OF_PROJECT = """
    coalesce(project_name, CASE WHEN level = 'PROJECT' THEN subject_name END) AS name,
    coalesce(project_code, CASE WHEN level = 'PROJECT' THEN subject_code END) AS code,
    org_name, org_code, account_name, account_code"""


def settle_dimensions(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> list[StepCount]:
    """Bring `core.org_unit`, `core.project`, `core.budget_line` and `core.document` to what the current amounts say."""
    wanted: list[tuple[type[Record], pa.Table]] = [
        (OrgUnit, _offices(lake)),
        *_projects_and_lines(lake),
        (DocumentRecord, _documents(lake)),
    ]
    return [settle_rows(lake, clock, record, rows, run_id, progress) for record, rows in wanted]


def settle_rows(
    lake: Lake, clock: Clock, record: type[Record], wanted: pa.Table, run_id: str, progress: Progress
) -> StepCount:
    """Bring a whole table to `wanted` by the difference: what is new or changed in any column, and what is no more."""
    schema = arrow_schema(record)
    wanted = wanted.select(schema.names).cast(schema)
    table, key = sql.table(record, CATALOG), list(record.key)
    same = " AND ".join(
        f"w.{sql.quote(name)} IS NOT DISTINCT FROM r.{sql.quote(name)}" for name in record.stable_columns()
    )
    keys = ", ".join(sql.quote(name) for name in key)

    def missing() -> pa.Table:
        with lake.registered(wanted_rows=wanted):
            return lake.query(f"SELECT w.* FROM wanted_rows w ANTI JOIN {table} r ON {same} ORDER BY {keys}")

    def surplus() -> pa.Table:
        with lake.registered(wanted_rows=wanted):
            return lake.query(f"SELECT {keys} FROM {table} ANTI JOIN wanted_rows USING ({keys}) ORDER BY {keys}")

    def work(rows: pa.Table) -> Iterator[Produced]:
        yield Produced(n_inputs=rows.num_rows, rows={record: rows.cast(schema)})

    sink = LakeSink(lake, clock, {record: tuple(key)})
    return run_step(Step(f"{record.layer}/{record.table_name()}", missing, surplus, work, sink), run_id, progress)


def most_printed(column: str, where: str = "") -> str:
    """SQL for the value that most rows of a group have, the greatest of them where several do; NULL where none has one."""
    counted = f"histogram({column}){f' FILTER ({where})' if where else ''}"
    return f"(list_max(list_transform(map_entries({counted}), lambda e: {{'n': e.value, 'text': e.key}}))).text"


def _offices(lake: Lake) -> pa.Table:
    printed = lake.query(
        f"""SELECT org_name, org_code, min(fiscal_year) AS first_year, max(fiscal_year) AS last_year,
                   count(*) AS n_amounts
            FROM ({CURRENT_AMOUNTS}) WHERE org_name IS NOT NULL OR org_code IS NOT NULL GROUP BY ALL"""
    )
    pairs = zip(printed["org_name"].to_pylist(), printed["org_code"].to_pylist(), strict=True)
    found = [(org_id_of(name, code), _one_line(name or code or ""), kind_of_office(name)) for name, code in pairs]
    for position, column in enumerate(("org_id", "name", "kind")):
        printed = printed.append_column(column, pa.array([row[position] for row in found], pa.string()))
    with lake.registered(printed_offices=printed):
        return lake.query(
            """SELECT org_id, arg_max(name, (n_amounts, name)) AS name, nullif(max(org_code), '') AS code, min(kind) AS kind,
                      min(first_year) AS first_year, max(last_year) AS last_year, sum(n_amounts)::BIGINT AS n_amounts
               FROM printed_offices GROUP BY org_id"""
        )


def kind_of_office(name: str | None) -> str:
    """CENTRAL, LOCAL or OTHER, by how the name ends; a name that says neither is OTHER."""
    key = folded(name)
    if key.endswith(_CENTRAL_ENDS) and not key.endswith("교육청"):
        return "CENTRAL"
    return "LOCAL" if key.endswith(_LOCAL_ENDS) else "OTHER"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _projects_and_lines(lake: Lake) -> list[tuple[type[Record], pa.Table]]:
    keyed = f"SELECT {_OF_PROJECT} FROM ({CURRENT_AMOUNTS}) WHERE target_kind IN ('PROJECT', 'LINE') GROUP BY ALL"
    keys = mapped(lake.query(keyed), _PROJECT_PARTS, ("project_id", "keyed_by"), project_id_of)
    same = " AND ".join(f"k.{part} IS NOT DISTINCT FROM a.{part}" for part in _PROJECT_PARTS)
    columns = "target_kind, target_id, fiscal_year, field_name, sector_name, program_name, activity_name"
    items = "mok_code, mok_name, semok_code, semok_name, is_revenue, subproject_name, level, subject_name, subject_code"
    of_projects = f"""
        WITH a AS (SELECT {columns}, {items}, {_OF_PROJECT} FROM ({CURRENT_AMOUNTS})
                   WHERE target_kind IN ('PROJECT', 'LINE'))
        SELECT a.*, k.project_id, k.keyed_by FROM a JOIN project_keys k ON {same}"""
    with lake.registered(project_keys=keys):
        lake.connection.execute(f"CREATE OR REPLACE TEMP TABLE keyed_amounts AS {of_projects}")
    try:
        return [(ProjectRecord, lake.query(_PROJECTS)), (BudgetLine, lake.query(_LINES))]
    finally:
        lake.connection.execute("DROP TABLE keyed_amounts")


_PROJECTS = f"""
    SELECT project_id, fiscal_year, coalesce({most_printed("name")}, min(code)) AS name, min(code) AS code,
           {", ".join(f"{most_printed(part)} AS {part}" for part in _PROJECT_PARTS[2:5])},
           {most_printed("field_name")} AS field_name, {most_printed("sector_name")} AS sector_name,
           {most_printed("program_name")} AS program_name, {most_printed("activity_name")} AS activity_name,
           min(keyed_by) AS keyed_by,
           coalesce(list_sort(list(DISTINCT name) FILTER (name IS NOT NULL)), []) AS names, count(*) AS n_amounts
    FROM keyed_amounts GROUP BY project_id, fiscal_year"""

_LINES = f"""
    SELECT target_id AS line_id, min(project_id) AS project_id,
           min(coalesce(mok_code, CASE WHEN level = 'MOK' THEN subject_code END)) AS mok_code,
           {most_printed("coalesce(mok_name, CASE WHEN level = 'MOK' THEN subject_name END)")} AS mok_name,
           min(coalesce(semok_code, CASE WHEN level = 'SEMOK' THEN subject_code END)) AS semok_code,
           {most_printed("coalesce(semok_name, CASE WHEN level = 'SEMOK' THEN subject_name END)")} AS semok_name,
           {most_printed("coalesce(subproject_name, CASE WHEN level = 'SUBPROJECT' THEN subject_name END)")}
               AS subproject_name,
           bool_or(is_revenue) AS is_revenue, count(*) AS n_amounts
    FROM keyed_amounts WHERE target_kind = 'LINE' GROUP BY target_id"""


def mapped(
    rows: pa.Table, given: Sequence[str], made: Sequence[str], make: Callable[..., Sequence[Any] | None]
) -> pa.Table:
    """Append the columns that a pure function makes of others, for distinct rows only; rows that it makes nothing of go."""
    columns = [rows[name].to_pylist() for name in given]
    found = [make(*values) for values in zip(*columns, strict=True)]
    kept = rows.filter(pa.array([one is not None for one in found], pa.bool_()))
    for position, name in enumerate(made):
        kept = kept.append_column(name, pa.array([one[position] for one in found if one is not None], pa.string()))
    return kept


def _documents(lake: Lake) -> pa.Table:
    return lake.query(
        f"""SELECT e.content_id, r.title, e.kind, e.org_name, e.fiscal_years, e.n_amounts
            FROM {CATALOG}.core.extraction e JOIN {CATALOG}.core.reading r USING (content_id)"""
    )
