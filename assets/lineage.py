"""Column lineage between assets, from what the records say of their columns' origins."""

from collections.abc import Iterable, Mapping

import dagster as dg

from assets.layers import FILLS
from schemas.record import Record, origins
from schemas.records import discover_records


def with_lineage(assets: Iterable[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The same assets, each with the lineage of its first table's columns. A table of several assets points to each."""
    listed = list(assets)
    fillers: dict[str, list[dg.AssetKey]] = {}
    for spec in (spec for asset in listed for spec in asset.specs):
        for table in str(spec.metadata.get(FILLS, "")).split(", "):
            fillers.setdefault(table, []).append(spec.key)
    return [asset.map_asset_specs(lambda spec: _traced(spec, fillers)) for asset in listed]


def column_lineage(
    key: dg.AssetKey, record: type[Record], fillers: Mapping[str, list[dg.AssetKey]]
) -> dg.TableColumnLineage:
    """The columns of other assets that each column is derived from.

    Args:
        key: the asset itself; what comes from a table that it fills too is left out, Dagster knows one table an asset.
        record: the table.
        fillers: table (`core.element`) → assets that fill it; an origin in a table that no asset fills is left out.
    """
    deps = {}
    for name, info in record.model_fields.items():
        pairs = [origin.rsplit(".", 1) for origin in origins(info)]
        # Two tables of one asset may have columns of the same name, and Dagster wants each pair once.
        found = dict.fromkeys((filler, column) for table, column in pairs for filler in fillers.get(table, []))
        others = [(filler, column) for filler, column in found if filler != key]
        if others:
            deps[name] = [dg.TableColumnDep(asset_key=filler, column_name=column) for filler, column in others]
    return dg.TableColumnLineage(deps_by_column=deps)


def _traced(spec: dg.AssetSpec, fillers: Mapping[str, list[dg.AssetKey]]) -> dg.AssetSpec:
    table = spec.metadata.get("dagster/table_name")
    if table is None:
        return spec
    lineage = column_lineage(spec.key, discover_records()[str(table)], fillers)
    return spec.merge_attributes(metadata={"dagster/column_lineage": lineage})
