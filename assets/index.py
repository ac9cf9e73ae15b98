"""Index: passages and vectors. Rebuildable from core, never a source of truth."""

import dagster as dg

from assets import pictures
from assets.layers import Guide, layer_asset
from schemas.records.chunk import Chunk
from schemas.records.chunking import Chunking
from schemas.records.session import Session
from warehouse.night import Night

_CHUNK = Guide(
    purpose="본문을 제목과 표의 짜임을 따라 검색 단위로 나눈다. 같은 본문은 한 번만 나눈다.",
    readers="`index/passage`가 여기서 구절을 가져가고, 인용(`gotgan cite`)이 글과 자리를 여기서 찾는다.",
    when_red="`core`에서 언제든 다시 만들 수 있으니 잃는 것은 없다. `gotgan doctor`로 디스크를 확인하고 `gotgan run`을 다시 "
    "실행한다. 같은 곳에서 또 멈추면 실행의 기록을 개발자에게 알린다.",
    pages=("dictionary", "adr/0003-an-asset-is-a-set-difference"),
)
_PASSAGE = Guide(
    purpose="서로 다른 구절마다 한 번씩 형태소와 벡터를 만들어 LanceDB에 둔다. 구절마다 볼 수 있는 권한이 함께 있어 "
    "순위를 매기기 전에 거른다.",
    readers="검색(`gotgan search`)과 그 위의 AI 서비스.",
    when_red="모델 폴더가 있는지 `gotgan doctor`로 확인하고 `gotgan run`을 다시 실행한다. 검사 `no_unmasked_number`나 "
    "`lake_and_vectors_agree`가 빨갛다면 이 밤은 공개되지 않으며 지난 공개가 그대로 보인다.",
    pages=("dictionary", "adr/0004-the-store", "adr/0005-access-by-class"),
)


@layer_asset(
    "index",
    "chunk",
    _CHUNK,
    kinds=["ducklake", "parquet"],
    deps=[["core", "reading"], ["core", "message"]],
    records=[Chunk, Chunking, Session],
)
def chunk(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
    """Cut texts into chunks."""
    count = night.chunk()
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": night.count_rows(Chunk),
            **pictures.of_chunking(night),
            "이번에 나눈 본문": count.n_added,
            "뺀 본문": count.n_removed,
        }
    )


@layer_asset("index", "passage", _PASSAGE, kinds=["lancedb", "python"], deps=[chunk])
def passage(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
    """Embed passages and settle their access."""
    result = night.embed()
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": night.vectors.count(),
            **pictures.of_index(night),
            "이번에 임베딩": result.n_embedded,
            "테이블": night.vectors.name,
        }
    )


INDEX_ASSETS = [chunk, passage]
