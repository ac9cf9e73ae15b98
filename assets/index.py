"""Index: passages and vectors. Rebuildable from core, never a source of truth."""

import dagster as dg

from assets.layers import layer_asset
from schemas.records.chunk import Chunk
from schemas.records.chunking import Chunking
from warehouse.night import Night


@layer_asset(
    "index",
    "chunk",
    "본문을 제목과 표의 짜임을 따라 검색 단위로 나눈다. 같은 본문은 한 번만 나눈다.",
    kinds=["ducklake", "parquet"],
    deps=[["core", "reading"]],
    records=[Chunk, Chunking],
)
def chunk(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
    """Cut texts into chunks."""
    count = night.chunk()
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": night.count_rows(Chunk),
            "이번에 나눈 본문": count.n_added,
            "뺀 본문": count.n_removed,
        }
    )


@layer_asset(
    "index",
    "passage",
    "서로 다른 구절마다 한 번씩 형태소와 벡터를 만들어 LanceDB에 둔다. 구절마다 볼 수 있는 권한이 함께 있어 "
    "순위를 매기기 전에 거른다.",
    kinds=["lancedb", "python"],
    deps=[chunk],
)
def passage(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
    """Embed passages and settle their access."""
    result = night.embed()
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": night.vectors.count(),
            "이번에 임베딩": result.n_embedded,
            "테이블": night.vectors.name,
        }
    )


INDEX_ASSETS = [chunk, passage]
