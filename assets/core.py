"""Core: what is in the files — read once a content, in the sandbox, screened and masked before anything is kept."""

from collections.abc import Iterable

import dagster as dg

from assets import pictures
from assets.layers import Guide, layer_asset
from assets.raw import source_inputs
from schemas.records.element import ElementRecord
from schemas.records.member import Member
from schemas.records.quarantine import Quarantine
from schemas.records.reading import ReadingRecord
from schemas.records.review import Review
from warehouse.night import Night

_READING = Guide(
    purpose="내용이 다른 파일마다 한 번씩 격리된 작업자에서 읽어 문단·제목·표로 만든다. 대외비·비밀 표시가 있으면 "
    "아무것도 남기지 않고 격리하며, 주민·외국인등록번호는 적기 전에 가린다.",
    readers="`index/chunk`와 모든 마트, 분석가(`gotgan sql`의 `core` 스키마), 격리를 맡은 담당자(`gotgan quarantine list`).",
    when_red="한 파일이 나빠서 빨개지지는 않는다(그 파일만 격리된다). `gotgan doctor`로 격리실과 메모리·디스크를 확인하고 "
    "`gotgan run`을 다시 실행하면 멈춘 곳에서 이어 읽는다. 검사 `counts_add_up`이 빨갛다면 그 설명에 적힌 파일을 "
    "개발자에게 알린다.",
    query="SELECT outcome, reason, count(*) AS n\nFROM core.reading\nGROUP BY ALL ORDER BY n DESC",
    pages=("dictionary", "reasons", "formats"),
)


def core_assets(raw: Iterable[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The reading of every distinct content."""

    @layer_asset(
        "core",
        "reading",
        _READING,
        kinds=["ducklake", "parquet"],
        ins=source_inputs(raw),
        records=[ReadingRecord, ElementRecord, Member, Quarantine, Review],
    )
    def reading(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        result, counts = night.read(), night.counts()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(ReadingRecord),
                **pictures.of_reading(night),
                "이번에 읽은 내용": result.n_parsed,
                "본 파일": counts.seen,
                "보관": counts.kept + counts.unchanged,
                "건너뜀": counts.skipped,
                "격리": counts.quarantined,
                "구성원": counts.members,
            }
        )

    return [reading]
