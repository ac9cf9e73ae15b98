"""Record classes → the data dictionary that people read (Markdown) and the JSON schema that programs read.

Only text and plain values are made here; `pipelines.pages` writes them.
"""

import typing
from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from schemas.arrow import arrow_type, is_struct, struct_fields
from schemas.record import LAYERS, Layer, Record, extra, origins, unwrap_optional
from schemas.sql import sql_type

_LAYER_HEADINGS: dict[Layer, str] = {
    "raw": "raw — 들어온 것 (bronze)",
    "core": "core — 읽고 확인한 것 (silver)",
    "index": "index — 찾기 위한 것 (다시 만들 수 있음, gold)",
    "mart": "mart — 답 (gold)",
    "ops": "ops — 실행, 공개, 격리",
}
_COLUMN_HEADER = "| 열 | 형 | 용어 | 뜻 | 단위 | 빈 값 | 온 곳 |\n| --- | --- | --- | --- | --- | --- | --- |"
_LINEAGE_HEADER = "| 열 | 용어 | 온 곳 |\n| --- | --- | --- |"
_PART_HEADER = "| 값 | 형 | 빈 값 |\n| --- | --- | --- |"


class _RowSchema(GenerateJsonSchema):
    """Requires every field: a default fills a value in when a row is made, and a row that is held has it."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True


def dictionary_page(records: Iterable[type[Record]]) -> str:
    """The whole dictionary: a section a layer, a section a table, and the structs that columns hold."""
    listed = list(records)
    parts = ["# 데이터 사전"]
    for layer in LAYERS:
        members = [record for record in listed if record.layer == layer]
        if members:
            parts.append(f"## {_LAYER_HEADINGS[layer]}")
            parts += [table_section(record) for record in members]
    structs = _structs(listed)
    if structs:
        parts.append("## 구조체")
        parts += [_struct_section(struct) for struct in structs]
    return "\n\n".join(parts) + "\n"


def table_section(record: type[Record]) -> str:
    """A table's section: qualified name, Korean label, purpose, key and columns."""
    key = ", ".join(f"`{name}`" for name in record.key)
    return "\n\n".join(
        [
            f"### `{record.qualified_name()}` {record.label}",
            _one_line(record.__doc__),
            f"열쇠: {key}",
            column_table(record),
        ]
    )


def column_table(record: type[Record]) -> str:
    """A table's columns with type, Korean term, meaning, unit, nullability and origin, as a Markdown table."""
    return "\n".join([_COLUMN_HEADER, *(_column_row(record, name) for name in record.columns())])


def lineage_table(record: type[Record]) -> str:
    """Where each column of a table comes from, as a Markdown table; what comes from outside the lake says so."""
    rows = [
        _row([f"`{name}`", info.title or "", _named(origins(info)) or "파일·설정·실행 (레이크 밖)"])
        for name, info in record.model_fields.items()
    ]
    return "\n".join([_LINEAGE_HEADER, *rows])


def json_schema(record: type[Record]) -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a row as the lake holds it: every column present, nulls where they are allowed.

    `x-table`, `x-label` and `x-key` carry what JSON schema has no word for; a column's `unit`, `previously` and `origin` are
    there where the record declares them.
    """
    made = record.model_json_schema(mode="serialization", schema_generator=_RowSchema)
    for column in made["properties"].values():
        for name in ("volatile", "previously", "unit", "origin"):
            if not column.get(name):
                column.pop(name, None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "x-table": record.qualified_name(),
        "x-label": record.label,
        "x-key": list(record.key),
    }


def type_name(annotation: Any) -> str:
    """A column's type for people: DuckDB's name for it, and a struct by the name of its class."""
    inner, _ = unwrap_optional(annotation)
    if typing.get_origin(inner) in (list, tuple):
        return f"{type_name(typing.get_args(inner)[0])}[]"
    if is_struct(inner):
        return inner.__name__
    return sql_type(arrow_type(inner))


def _column_row(record: type[Record], name: str) -> str:
    info = record.model_fields[name]
    previously = extra(info, "previously")
    meaning = (info.description or "") + (f" (전 이름 `{previously}`)" if previously else "")
    cells = [
        f"`{name}`",
        f"`{type_name(info.annotation)}`",
        info.title or "",
        meaning,
        extra(info, "unit") or "",
        _nullable(info.annotation),
        _named(origins(info)),
    ]
    return _row(cells)


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


def _struct_section(struct: type) -> str:
    rows = [
        _row([f"`{name}`", f"`{type_name(annotation)}`", _nullable(annotation)])
        for name, annotation in struct_fields(struct).items()
    ]
    return "\n\n".join([f"### {struct.__name__}", _one_line(struct.__doc__), "\n".join([_PART_HEADER, *rows])])


def _structs(records: Iterable[type[Record]]) -> list[type]:
    """Every struct class that a column of `records` holds, at any depth, by name."""
    found: dict[str, type] = {}
    waiting = [info.annotation for record in records for info in record.model_fields.values()]
    while waiting:
        inner, _ = unwrap_optional(waiting.pop())
        if typing.get_origin(inner) in (list, tuple):
            waiting.append(typing.get_args(inner)[0])
        elif is_struct(inner) and inner.__name__ not in found:
            found[inner.__name__] = inner
            waiting += struct_fields(inner).values()
    return [found[name] for name in sorted(found)]


def _nullable(annotation: Any) -> str:
    return "예" if unwrap_optional(annotation)[1] else ""


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
