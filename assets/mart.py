"""Mart: answers. One asset a mart, and the serving file that makes a night visible."""

import dagster as dg

from assets import pictures
from assets.layers import Guide, layer_asset
from schemas.record import Record
from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.budget_line import BudgetLine
from schemas.records.document import DocumentRecord
from schemas.records.indicator import Indicator
from schemas.records.link import Link
from schemas.records.org_unit import OrgUnit
from schemas.records.project import ProjectRecord
from schemas.records.publication import Publication
from schemas.records.receipt import Receipt
from schemas.records.reconciliation import Reconciliation
from schemas.records.run import Run
from schemas.records.succession import Succession
from schemas.records.walk import WalkRecord
from schemas.records.withdrawal import Withdrawal
from warehouse.marts import Mart, discover_marts
from warehouse.night import Night

_SERVING = Guide(
    purpose="밤의 결과를 한 번에 보이게 한다: 레이크 스냅숏, 벡터 버전, 분석가용 DuckDB 파일을 한 행이 가리킨다. "
    "새것이 없으면 아무것도 공개하지 않는다.",
    readers="검색·인용·SQL의 모든 이용자와 그 위의 AI 서비스. 요청 하나는 한 공개만 본다.",
    when_red="앞선 검사가 막았다면 그 검사의 설명을 먼저 본다. 아니면 `gotgan doctor`로 디스크를 확인하고 `gotgan run`을 다시 "
    "실행한다. 무엇이 일어나도 지난 공개는 그대로 읽힌다.",
    query="SHOW ALL TABLES",
    pages=("home", "adr/0004-the-store", "adr/0006-serving-files-by-clearance"),
)

# The asset that fills a mart's input, where it is not that of the reading.
_FILLED_BY: dict[type[Record], str] = {
    **dict.fromkeys((BudgetAmount, Withdrawal, Adjustment, Indicator), "budget_amount"),
    **dict.fromkeys((OrgUnit, ProjectRecord, BudgetLine, DocumentRecord), "project"),
    Reconciliation: "reconciliation",
    Succession: "succession",
    Link: "link",
}


def mart_assets() -> list[dg.AssetsDefinition]:
    """An asset for each mart, then the publication that depends on them all."""
    marts = [_built(mart) for mart in discover_marts().values()]
    return [*marts, _published(marts)]


def _built(mart: Mart) -> dg.AssetsDefinition:
    @layer_asset(
        "mart",
        mart.name,
        Guide(
            purpose=f"{mart.record.label} — {mart.question}",
            readers="분석가(`gotgan sql`과 분석가용 DuckDB 파일). 파일에는 그 사람이 볼 수 있는 파일에서 나온 행만 들어간다.",
            when_red="마트는 통째로 다시 계산되므로 잃는 것이 없다. `gotgan run`을 다시 실행하고, 또 빨갛다면 아래 SQL과 실행의 "
            "기록을 개발자에게 알린다.",
            query=f"SELECT * FROM mart.{mart.name} LIMIT 20",
            pages=("dictionary",),
        ),
        kinds=["ducklake", "sql"],
        deps=[["core", name] for name in sorted({_FILLED_BY.get(record, "reading") for record in mart.inputs})],
        records=[mart.record],
        metadata={
            "SQL": dg.MetadataValue.md(f"```sql\n{mart.sql}\n```"),
            **{f"SQL {name}": dg.MetadataValue.md(f"```sql\n{text}\n```") for name, text in mart.shared_sql.items()},
        },
    )
    def built(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        night.build(mart)
        shown = {"dagster/row_count": night.count_rows(mart.record), **pictures.of_mart(night, mart.record)}
        return dg.MaterializeResult(metadata=shown)

    return built


def _published(marts: list[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    @layer_asset(
        "mart",
        "serving_file",
        _SERVING,
        kinds=["duckdb"],
        deps=[["index", "passage"], *marts],
        records=[Publication, Run, WalkRecord, Receipt],
    )
    def serving_file(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        current, is_new = night.publish()
        return dg.MaterializeResult(
            metadata={
                **pictures.of_night(night),
                "파일": night.count_files(),
                "공개": current.publication_id,
                "새로 공개함": is_new,
                "스냅숏": current.snapshot_id,
                "분석가용 파일": dg.MetadataValue.path(str(night.home.serving_file(current.publication_id))),
            }
        )

    return serving_file
