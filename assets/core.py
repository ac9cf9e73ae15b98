"""Core: what is in the files — read once a content, in the sandbox, screened and masked before anything is kept."""

from collections.abc import Iterable

import dagster as dg

from assets.layers import layer_asset
from assets.raw import source_inputs
from schemas.records.element import ElementRecord
from schemas.records.member import Member
from schemas.records.quarantine import Quarantine
from schemas.records.reading import ReadingRecord
from warehouse.night import Night


def core_assets(raw: Iterable[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The reading of every distinct content."""

    @layer_asset(
        "core",
        "reading",
        "내용이 다른 파일마다 한 번씩 격리된 작업자에서 읽어 문단·제목·표로 만든다. 대외비·비밀 표시가 있으면 아무것도 남기지 않고 "
        "격리하며, 주민·외국인등록번호는 적기 전에 가린다.",
        kinds=["ducklake", "parquet"],
        ins=source_inputs(raw),
        records=[ReadingRecord, ElementRecord, Member, Quarantine],
    )
    def reading(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        result, counts = night.read(), night.counts()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(ReadingRecord),
                "이번에 읽은 내용": result.n_parsed,
                "본 파일": counts.seen,
                "보관": counts.kept + counts.unchanged,
                "건너뜀": counts.skipped,
                "격리": counts.quarantined,
                "구성원": counts.members,
            }
        )

    return [reading]
