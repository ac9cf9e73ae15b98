"""Core: which contents are drafts of one document, in what order, and which is the final one."""

from collections.abc import Iterable

import dagster as dg

from assets.layers import Guide, layer_asset
from assets.pictures import image, shown
from assets.plots import bars
from schemas.records.draft import Draft
from schemas.records.likeness import Likeness
from schemas.records.signature import Signature
from warehouse.night import Night

_DRAFT = Guide(
    purpose="같은 문서의 판들을 글이 닮은 정도(MinHash로 추리고 정확히 센다), 이름, 놓인 자리로 묶고, 이름의 번호와 "
    "날짜, 고친 때, 보낸 때로 차례를 정해 최종 판을 제안한다. 다른 해·다른 기관·다른 사업의 같은 서식은 묶지 "
    "않는다. 판은 잇기만 하고 버리지 않는다.",
    readers="검색(같은 문서의 판을 하나로 보임), `gotgan history`, `core/link`, 검토 대기열의 담당자"
    "(`gotgan review list --kind final_draft`). 분석가용 파일에는 없다: 볼 수 없는 판이 있다는 것도 알리지 않는다.",
    when_red="글에서 다시 만들 수 있으므로 잃는 것이 없다. `gotgan run`을 다시 실행하면 멈춘 곳에서 이어 견주고, "
    "또 빨갛다면 개발자에게 알린다. 사람이 확인한 최종은 그대로 남는다.",
    pages=("dictionary", "cli"),
)


@shown
def of_drafts(night: Night) -> Iterable[str]:
    """The documents by their number of versions, and the contents by status."""
    sizes = night.figures.totals(Draft, "n_versions", measure=None, where="status = 'final'")
    states = night.figures.totals(Draft, "status", measure=None)
    by_size = sorted(sizes.items(), key=lambda size: int(size[0]))
    names = {"final": "최종", "draft": "초안"}
    return [
        image(bars, "판 수별 최종 파일", [(f"{n}판", parts[""]) for n, parts in by_size[:12]], "개"),
        image(bars, "상태별 파일", [(names.get(name, name), parts[""]) for name, parts in states.items()], "개"),
    ]


def draft_assets() -> list[dg.AssetsDefinition]:
    """The families of drafts."""

    @layer_asset(
        "core",
        "draft",
        _DRAFT,
        kinds=["ducklake", "parquet"],
        deps=[["core", "reading"], ["core", "message"], ["core", "budget_amount"]],
        records=[Draft, Signature, Likeness],
    )
    def draft(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        counts = night.find_drafts()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(Draft),
                **of_drafts(night),
                "이번에 바뀐 행": sum(count.n_added for count in counts),
            }
        )

    return [draft]
