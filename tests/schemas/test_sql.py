"""Arrow schema, DuckDB table, view, comments and JSON schema come from one class and agree, in a real DuckDB."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from schemas import sql
from schemas.arrow import arrow_schema, to_table
from schemas.dictionary import json_schema
from schemas.elements import Cell, Grid
from schemas.provenance import Locator
from schemas.record import Record, extra, field
from schemas.records import discover_records
from schemas.records.element import ElementRecord

RECORDS = list(discover_records().values())


class Awkward(Record):
    """Holds a 'quoted' word, and a column that is a word of SQL."""

    layer = "core"
    key = ("select",)
    label = "말썽'꾼"

    select: str = field("고름", 'a word of SQL; it\'s "quoted"')
    order: int | None = field("차례", "another", unit="files")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'Asia/Seoul'")
        for layer in {record.layer for record in RECORDS}:
            opened.execute(f"CREATE SCHEMA memory.{sql.quote(layer)}")
        yield opened


def described(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {relation}").fetchall()}


def normal(kind: str) -> str:
    return kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").replace('"', "").replace(", ", ",")


@pytest.mark.parametrize("record", [*RECORDS, Awkward], ids=lambda record: record.qualified_name())
def test_table_view_arrow_and_json_schema_agree(connection: duckdb.DuckDBPyConnection, record: type[Record]) -> None:
    connection.execute(sql.create_table(record, "memory"))
    made = described(connection, sql.table(record, "memory"))
    assert list(made) == list(record.columns())
    assert {name: normal(kind) for name, kind in made.items()} == {
        name: normal(kind) for name, kind in sql.column_types(record).items()
    }

    connection.execute("ATTACH ':memory:' AS shown")
    connection.execute(f"CREATE SCHEMA shown.{sql.quote(record.layer)}")
    connection.execute(sql.create_view(record, "shown", sql.table(record, "memory")))
    assert described(connection, sql.table(record, "shown")) == made

    schema = arrow_schema(record)
    empty = connection.execute(f"FROM {sql.table(record, 'memory')}").to_arrow_table()
    assert empty.schema.names == schema.names
    assert [sql.sql_type(item.type) for item in empty.cast(schema).schema] == list(sql.column_types(record).values())

    properties = json_schema(record)["properties"]
    assert list(properties) == schema.names
    assert {name for name, column in properties.items() if "null" in str(column.get("anyOf"))} == {
        item.name for item in schema if item.nullable
    }


def test_a_view_shows_the_declared_columns_in_the_declared_order(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute('CREATE TABLE wide AS SELECT 1 AS extra_column, 2::BIGINT AS "order", \'x\' AS "select"')
    connection.execute(sql.create_view(Awkward, "memory", "wide"))
    assert connection.execute(f"FROM {sql.table(Awkward, 'memory')}").fetchall() == [("x", 2)]


def test_nested_records_and_nulls_survive_a_real_table(connection: duckdb.DuckDBPyConnection) -> None:
    full = ElementRecord(
        content_id="가",
        ordinal=0,
        kind="table",
        text="목\t1,200",
        level=None,
        page=2,
        sheet="총괄 '26",
        section_path=["1. 총괄", ""],
        locator=Locator(member="붙임.zip!/요구서.xlsx", cells="B3:F20"),
        table=Grid(
            n_rows=1,
            n_cols=2,
            unit="백만원",
            cells=[Cell(row=1, col=1, text="목\n(目)"), Cell(row=1, col=2, col_span=2, text="△1,200")],
        ),
        parent_ordinal=7,
        parent_row=1,
        parent_col=2,
    )
    bare = full.model_copy(
        update={
            "ordinal": 1,
            "page": None,
            "sheet": None,
            "section_path": [],
            "locator": Locator(),
            "table": None,
            "parent_ordinal": None,
        }
    )
    connection.execute(sql.create_table(ElementRecord, "memory"))
    connection.register("new_rows", to_table(ElementRecord, [full, bare]))
    connection.execute(f"INSERT INTO {sql.table(ElementRecord, 'memory')} BY NAME SELECT * FROM new_rows")
    table = connection.execute(f"FROM {sql.table(ElementRecord, 'memory')} ORDER BY ordinal").to_arrow_table()
    back = [ElementRecord.model_validate(row) for row in table.cast(arrow_schema(ElementRecord)).to_pylist()]
    assert back == [full, bare]
    assert connection.execute(
        f'SELECT count(*) FILTER ("table" IS NULL), max("table".cells[2].text) FROM {sql.table(ElementRecord, "memory")}'
    ).fetchone() == (1, "△1,200")


def test_comments_say_what_the_record_says(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(sql.create_table(Awkward, "memory"))
    for statement in sql.comments(Awkward, "memory"):
        connection.execute(statement)
    shown = dict(
        connection.execute("SELECT column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL").fetchall()
    )
    assert shown == {"select": '고름: a word of SQL; it\'s "quoted"', "order": "차례: another [files]"}
    assert connection.execute("SELECT comment FROM duckdb_tables()").fetchall() == [
        ("말썽'꾼: Holds a 'quoted' word, and a column that is a word of SQL.",)
    ]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.qualified_name())
def test_every_comment_of_ours_is_accepted_by_the_engine(
    connection: duckdb.DuckDBPyConnection, record: type[Record]
) -> None:
    connection.execute(sql.create_table(record, "memory"))
    for statement in sql.comments(record, "memory"):
        connection.execute(statement)
    found = connection.execute("SELECT count(*) FROM duckdb_columns() WHERE comment IS NOT NULL").fetchone()
    assert found == (len(record.columns()),)
    units = [extra(info, "unit") for info in record.model_fields.values() if extra(info, "unit")]
    assert sum(statement.endswith("]'") for statement in sql.comments(record, "memory")) >= len(units)


@pytest.mark.parametrize("text", ["it's", "''; DROP TABLE x; --", "", "가\n나", 'a"b'])
def test_a_literal_and_an_identifier_are_taken_as_they_stand(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert connection.execute(f"SELECT {sql.literal(text)}").fetchall() == [(text,)]
    if text:
        connection.execute(f"SELECT 1 AS {sql.quote(text)}")
        assert connection.description is not None
        assert connection.description[0][0] == text


@pytest.mark.parametrize("kind", [pa.int32(), pa.timestamp("us"), pa.timestamp("ms", tz="UTC"), pa.large_string()])
def test_an_arrow_type_that_we_do_not_use_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError, match="no DuckDB type"):
        sql.sql_type(kind)


def test_an_instant_is_the_same_instant_after_the_table(connection: duckdb.DuckDBPyConnection) -> None:
    class Moment(Record):
        """An instant."""

        layer = "ops"
        key = ("at",)
        label = "때"
        at: dt.datetime = field("때", "an instant")

    moment = dt.datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=dt.UTC)
    connection.execute(sql.create_table(Moment, "memory"))
    connection.register("new_rows", to_table(Moment, [Moment(at=moment)]))
    connection.execute(f"INSERT INTO {sql.table(Moment, 'memory')} FROM new_rows")
    table = connection.execute(f"FROM {sql.table(Moment, 'memory')}").to_arrow_table()
    assert table.cast(arrow_schema(Moment)).to_pylist() == [{"at": moment}]
