"""Mart: answers. One asset a mart, and the serving file that makes a night visible."""

import dagster as dg

from assets.layers import layer_asset
from warehouse.marts import Mart, discover_marts
from warehouse.night import Night


def mart_assets() -> list[dg.AssetsDefinition]:
    """An asset for each mart, then the publication that depends on them all."""
    marts = [_built(mart) for mart in discover_marts().values()]
    return [*marts, _published(marts)]


def _built(mart: Mart) -> dg.AssetsDefinition:
    @layer_asset(
        "mart",
        mart.name,
        f"{mart.record.label} — {mart.question}",
        kinds=["ducklake", "sql"],
        deps=[["core", "reading"]],
        records=[mart.record],
        metadata={"SQL": dg.MetadataValue.md(f"```sql\n{mart.sql}\n```")},
    )
    def built(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        night.build(mart)
        return dg.MaterializeResult(metadata={"dagster/row_count": night.count_rows(mart.record)})

    return built


def _published(marts: list[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    @layer_asset(
        "mart",
        "serving_file",
        "밤의 결과를 한 번에 보이게 한다: 레이크 스냅숏, 벡터 버전, 분석가용 DuckDB 파일을 한 행이 가리킨다. "
        "새것이 없으면 아무것도 공개하지 않는다.",
        kinds=["duckdb"],
        deps=[["index", "passage"], *marts],
    )
    def serving_file(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        current, is_new = night.publish()
        return dg.MaterializeResult(
            metadata={
                "파일": night.count_files(),
                "공개": current.publication_id,
                "새로 공개함": is_new,
                "스냅숏": current.snapshot_id,
                "분석가용 파일": dg.MetadataValue.path(str(night.home.serving_file(current.publication_id))),
            }
        )

    return serving_file
