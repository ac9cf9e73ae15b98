"""Record class → DuckDB text: column types, CREATE TABLE, a view with the columns in order, and comments.

Only text is made here; `warehouse` runs it.
"""

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.record import Record, extra


def quote(name: str) -> str:
    """An SQL identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string literal; for statements that take no parameters, such as COMMENT and ATTACH."""
    return "'" + text.replace("'", "''") + "'"


def sql_type(column: pa.DataType) -> str:
    """The DuckDB type of an Arrow type.

    Raises:
        TypeError: DuckDB has no such type.
    """
    if pa.types.is_list(column):
        return f"{sql_type(column.value_type)}[]"
    if pa.types.is_struct(column):
        inner = ", ".join(f"{quote(column.field(i).name)} {sql_type(column.field(i).type)}" for i in range(len(column)))
        return f"STRUCT({inner})"
    if pa.types.is_decimal(column):
        return f"DECIMAL({column.precision},{column.scale})"
    names = {
        pa.string(): "VARCHAR",
        pa.int64(): "BIGINT",
        pa.float64(): "DOUBLE",
        pa.bool_(): "BOOLEAN",
        pa.binary(): "BLOB",
        pa.date32(): "DATE",
        pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
    }
    if column not in names:
        raise TypeError(f"no DuckDB type for {column}")
    return names[column]


def column_types(record: type[Record]) -> dict[str, str]:
    """Column → DuckDB type, in declared order."""
    return {item.name: sql_type(item.type) for item in arrow_schema(record)}


def create_table(record: type[Record], catalog: str) -> str:
    """CREATE TABLE IF NOT EXISTS for the record's table in `catalog`."""
    columns = ", ".join(f"{quote(name)} {kind}" for name, kind in column_types(record).items())
    return f"CREATE TABLE IF NOT EXISTS {table(record, catalog)} ({columns})"


def create_view(record: type[Record], catalog: str, source: str) -> str:
    """CREATE OR REPLACE VIEW that shows `source` as the record's table, columns in declared order."""
    columns = ", ".join(quote(name) for name in record.columns())
    return f"CREATE OR REPLACE VIEW {table(record, catalog)} AS SELECT {columns} FROM {source}"


def table(record: type[Record], catalog: str) -> str:
    """The record's table with catalog and schema, quoted."""
    return ".".join(quote(part) for part in (catalog, record.layer, record.table_name()))


def comments(record: type[Record], catalog: str) -> list[str]:
    """COMMENT ON statements: the table's title and purpose, and each column's title, meaning and unit."""
    name = table(record, catalog)
    purpose = " ".join((record.__doc__ or "").split())
    statements = [f"COMMENT ON TABLE {name} IS {literal(f'{record.label}: {purpose}')}"]
    for column, info in record.model_fields.items():
        unit = extra(info, "unit")
        text = f"{info.title}: {info.description}" + (f" [{unit}]" if unit else "")
        statements.append(f"COMMENT ON COLUMN {name}.{quote(column)} IS {literal(text)}")
    return statements
