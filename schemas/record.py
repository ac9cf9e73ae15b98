"""One declaration a table: a subclass of `Record` gives its Arrow schema, DuckDB table and view, JSON schema and page.

What does not belong here: how a record is stored (`warehouse`) and which records exist (`schemas/records`).
"""

import re
import types
import typing
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Layer = Literal["raw", "core", "index", "mart", "ops"]
LAYERS: tuple[Layer, ...] = typing.get_args(Layer)

_COLUMN_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_QUALIFIED_COLUMN = re.compile(rf"^(?:{'|'.join(LAYERS)})(?:\.[a-z][a-z0-9_]*){{2}}$")


def field(
    title: str,
    description: str,
    *,
    default: Any = ...,
    volatile: bool = False,
    previously: str | None = None,
    unit: str | None = None,
    origin: tuple[str, ...] = (),
) -> Any:
    """Declare a column.

    Args:
        title: the Korean term, shown as the column's label.
        description: what the value is, in one sentence.
        default: value for rows that were written before the column existed.
        volatile: differs between two runs over the same input (run ids, instants, snapshot ids); comparisons leave it out.
        previously: the column's earlier name. A rename cannot be told from a removal by looking, so it is said here.
        unit: unit of a number, such as "bytes" or "won".
        origin: columns that it is derived from, as `layer.table.column`; none for what comes from outside.
    """
    extra = {"volatile": volatile, "previously": previously, "unit": unit, "origin": list(origin)}
    return Field(default, title=title, description=description, json_schema_extra=extra)


class Record(BaseModel):
    """A row of a table. Subclasses declare `layer`, `key`, `label` (the Korean term) and their columns with `field`.

    The table is named by the subclass's module, so that `core.element` is `schemas/records/element.py`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    layer: ClassVar[Layer]
    key: ClassVar[tuple[str, ...]]
    label: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a declaration that could not become a table, at import and not in the night."""
        for attribute in ("layer", "key", "label"):
            if not hasattr(cls, attribute):
                raise TypeError(f"{cls.__name__} declares no {attribute}")
        if cls.layer not in LAYERS:
            raise TypeError(f"{cls.__name__}.layer {cls.layer!r} is none of {', '.join(LAYERS)}")
        if not cls.key or not cls.label or not cls.__doc__ or cls.__doc__ == Record.__doc__:
            raise TypeError(f"{cls.__name__} needs a key, a label and a docstring of its own")
        unknown = [name for name in cls.key if name not in cls.model_fields]
        if unknown:
            raise TypeError(f"{cls.__name__}.key names columns that do not exist: {unknown}")
        for name, info in cls.model_fields.items():
            if not _COLUMN_NAME.match(name):
                raise TypeError(f"{cls.__name__}.{name} is not a column name")
            if not info.title or not info.description:
                raise TypeError(f"{cls.__name__}.{name} has no title or no description")
            strange = [origin for origin in origins(info) if not _QUALIFIED_COLUMN.match(origin)]
            if strange:
                raise TypeError(f"{cls.__name__}.{name} comes from what is no layer.table.column: {strange}")

    @classmethod
    def table_name(cls) -> str:
        """The table's name inside its layer, such as `element`."""
        return cls.__module__.rsplit(".", 1)[-1]

    @classmethod
    def qualified_name(cls) -> str:
        """The table's name with its layer, such as `core.element`."""
        return f"{cls.layer}.{cls.table_name()}"

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The columns' names in the order in which they were declared."""
        return tuple(cls.model_fields)

    @classmethod
    def stable_columns(cls) -> tuple[str, ...]:
        """The columns that two runs over the same input must agree on."""
        return tuple(name for name, info in cls.model_fields.items() if not extra(info, "volatile"))


def extra(info: FieldInfo, name: str) -> Any:
    """What `field` was told of a column beyond pydantic's own attributes."""
    given = info.json_schema_extra
    return given.get(name) if isinstance(given, dict) else None


def origins(info: FieldInfo) -> tuple[str, ...]:
    """The columns that a column is derived from, as `layer.table.column`."""
    return tuple(extra(info, "origin") or ())


def unwrap_optional(annotation: Any) -> tuple[Any, bool]:
    """Split `T | None` into (T, True) and anything else into (itself, False).

    Raises:
        TypeError: a union of two real types, which no column can hold.
    """
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(annotation) if member is not type(None)]
        if len(members) != 1:
            raise TypeError(f"a column holds one type, not {annotation}")
        return members[0], True
    return annotation, False
