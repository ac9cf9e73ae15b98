"""The four layers as decorators: one word is an asset's key prefix, its group, its folder in the lake and its schema."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from schemas.dictionary import column_table, lineage_table, type_name
from schemas.record import Layer, Record, extra, unwrap_optional

OWNER = "team:gotgan"
FILLS = "채우는 테이블"


@dataclass(frozen=True, slots=True)
class Guide:
    """What somebody who opens an asset's page asks first, in Korean; Markdown.

    Attributes:
        purpose: what it is for.
        readers: who reads what it makes.
        when_red: what to do when it has failed.
        query: an SQL statement that shows what it made, for `gotgan sql`.
        pages: names of pages of the documentation.
    """

    purpose: str
    readers: str
    when_red: str
    query: str | None = None
    pages: tuple[str, ...] = ()

    def text(self, records: Sequence[type[Record]]) -> str:
        """The whole description, with the tables that the asset fills."""
        parts = [self.purpose, f"**누가 읽나**: {self.readers}", f"**빨갛게 되면**: {self.when_red}"]
        if records:
            tables = [f"- `{record.qualified_name()}` {record.label}" for record in records]
            parts.append("**채우는 테이블**\n\n" + "\n".join(tables))
        if self.query:
            parts.append(f'**들여다보기**\n\n```sh\ngotgan sql "{self.query}"\n```')
        if self.pages:
            parts.append("**문서**: " + ", ".join(f"`docs/{page}.md`" for page in self.pages))
        return "\n\n".join(parts)


def layer_asset(
    layer: Layer,
    name: str,
    guide: Guide,
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
        guide: what it is for, who reads it, what to do when it is red.
        kinds: technologies shown as badges.
        deps: assets that it reads.
        ins: the same for assets whose keys are no names in Dagster's sense, each under a name of its own.
        records: tables that it fills; the first gives the column schema, the others a table in the metadata.
        metadata: further metadata of the definition.
    """
    tables = list(records)
    return dg.asset(
        key=[layer, name],
        group_name=layer,
        description=guide.text(tables),
        kinds=set(kinds),
        owners=[OWNER],
        deps=list(deps),
        ins=dict(ins) if ins else None,
        metadata=table_metadata(tables) | dict(metadata or {}),
        pool="lake_writer",
    )


def table_metadata(records: Sequence[type[Record]]) -> dict[str, Any]:
    """What an asset's page shows of the tables that it fills: names, columns of each, and where each column comes from."""
    if not records:
        return {}
    first, *others = records
    shown: dict[str, Any] = {
        "dagster/column_schema": column_schema(first),
        "dagster/table_name": first.qualified_name(),
        FILLS: ", ".join(record.qualified_name() for record in records),
    }
    for record in others:
        shown[f"열 {record.qualified_name()}"] = dg.MetadataValue.md(column_table(record))
    lineage = [f"**`{record.qualified_name()}`** {record.label}\n\n{lineage_table(record)}" for record in records]
    return shown | {"열 계보": dg.MetadataValue.md("\n\n".join(lineage))}


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
