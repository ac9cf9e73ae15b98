"""The four layers as decorators: one word is an asset's key prefix, its group, its folder in the lake and its schema."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import dagster as dg

from schemas.dictionary import type_name
from schemas.record import Layer, Record, extra, unwrap_optional

OWNER = "team:gotgan"


def layer_asset(
    layer: Layer,
    name: str,
    description: str,
    *,
    kinds: Iterable[str],
    deps: Iterable[Any] = (),
    ins: Mapping[str, dg.AssetIn] | None = None,
    records: Iterable[type[Record]] = (),
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset of a layer. Its columns come from the records that it fills.

    Args:
        layer: raw, core, index or mart.
        name: noun, the table's name where the asset is a table.
        description: what it is for, in a person's words (Markdown).
        kinds: technologies shown as badges.
        deps: assets that it reads.
        ins: the same for assets whose keys are no names in Dagster's sense, each under a name of its own.
        records: tables that it fills; the first gives the column schema, all are listed in the description.
        metadata: further metadata of the definition.
    """
    tables = list(records)
    return dg.asset(
        key=[layer, name],
        group_name=layer,
        description=with_tables(description, tables),
        kinds=set(kinds),
        owners=[OWNER],
        deps=list(deps),
        ins=dict(ins) if ins else None,
        metadata=table_metadata(tables) | dict(metadata or {}),
        pool="lake_writer",
    )


def table_metadata(records: Iterable[type[Record]]) -> dict[str, Any]:
    """What an asset's page shows of the tables that it fills: name and columns of the first."""
    for record in records:
        return {"dagster/column_schema": column_schema(record), "dagster/table_name": record.qualified_name()}
    return {}


def column_schema(record: type[Record]) -> dg.TableSchema:
    """A record's columns as Dagster shows them: type, Korean term, meaning, unit."""
    columns = []
    for name, info in record.model_fields.items():
        unit = extra(info, "unit")
        columns.append(
            dg.TableColumn(
                name=name,
                type=type_name(info.annotation),
                description=f"{info.title} — {info.description}" + (f" [{unit}]" if unit else ""),
                constraints=dg.TableColumnConstraints(
                    nullable=not info.is_required() or unwrap_optional(info.annotation)[1]
                ),
            )
        )
    return dg.TableSchema(columns=columns)


def with_tables(description: str, records: list[type[Record]]) -> str:
    """A description with the tables that the asset fills."""
    if not records:
        return description
    lines = [f"- `{record.qualified_name()}` {record.label}" for record in records]
    return description + "\n\n채우는 테이블:\n" + "\n".join(lines)
