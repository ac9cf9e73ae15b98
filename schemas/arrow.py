"""Record class → pyarrow schema; records → pyarrow table. Arrow is the currency between steps."""

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pydantic import BaseModel

from schemas.record import Record, unwrap_optional

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
    Decimal: pa.decimal128(38, 0),
}


def is_struct(annotation: Any) -> bool:
    """Whether a column of that type holds parts with names: a pydantic model or a dataclass."""
    return isinstance(annotation, type) and (issubclass(annotation, BaseModel) or dataclasses.is_dataclass(annotation))


def struct_fields(struct: type) -> dict[str, Any]:
    """The parts of a struct: name → annotation, in declared order."""
    if issubclass(struct, BaseModel):
        return {name: info.annotation for name, info in struct.model_fields.items()}
    hints = typing.get_type_hints(struct)
    return {part.name: hints[part.name] for part in dataclasses.fields(struct)}


def arrow_type(annotation: Any) -> pa.DataType:
    """The Arrow type of a field's annotation; nested models and dataclasses become structs, literals strings, tuples lists.

    Raises:
        TypeError: the annotation has no column type.
    """
    annotation, _ = unwrap_optional(annotation)
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return arrow_type(typing.get_args(annotation)[0])
    arguments = typing.get_args(annotation)
    if origin is list or (origin is tuple and set(arguments[1:]) <= {..., arguments[0]}):
        return pa.list_(arrow_type(arguments[0]))
    if origin is typing.Literal and all(isinstance(choice, str) for choice in arguments):
        return pa.string()
    if isinstance(annotation, types.GenericAlias):
        raise TypeError(f"no column type for {annotation}")
    if isinstance(annotation, type):
        if issubclass(annotation, enum.StrEnum):
            return pa.string()
        if is_struct(annotation):
            return pa.struct([pa.field(name, arrow_type(part)) for name, part in struct_fields(annotation).items()])
        if annotation in _SCALARS:
            return _SCALARS[annotation]
    raise TypeError(f"no column type for {annotation}")


@functools.cache
def arrow_schema(record: type[Record]) -> pa.Schema:
    """The Arrow schema of a record's table; a column is nullable where its annotation allows None."""
    return pa.schema(
        [
            pa.field(name, arrow_type(info.annotation), nullable=unwrap_optional(info.annotation)[1])
            for name, info in record.model_fields.items()
        ]
    )


def to_table(record: type[Record], rows: Iterable[Record]) -> pa.Table:
    """Records → Arrow table of the record's schema, columns in declared order."""
    return pa.Table.from_pylist([row.model_dump(mode="python") for row in rows], schema=arrow_schema(record))
