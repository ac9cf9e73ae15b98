"""Core, second half: budget records — what the tables say in money, checked, keyed and linked, each amount with its cell."""

import dagster as dg

from assets import budget_pictures as pictures
from assets.layers import Guide, layer_asset
from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.budget_line import BudgetLine
from schemas.records.document import DocumentRecord
from schemas.records.extraction import ExtractionRecord
from schemas.records.form_table import FormTable
from schemas.records.indicator import Indicator
from schemas.records.link import Link
from schemas.records.org_unit import OrgUnit
from schemas.records.project import ProjectRecord
from schemas.records.reconciliation import Reconciliation
from schemas.records.succession import Succession
from schemas.records.withdrawal import Withdrawal
from warehouse.night import Night

_AMOUNT = Guide(
    purpose="읽은 문서의 표에서 금액을 셀 하나에 하나씩 뽑는다: 원 단위의 정확한 값, 적힌 글, 단위와 "
    "단계와 그것을 어디서 알았는지. "
    "단위를 모르면 짐작하지 않고 격리하거나 묻는다. 빈칸·줄표·0·미정은 서로 다른 값이다. 고쳐진 "
    "금액은 새 행이 되고 앞의 행은 남는다.",
    readers="정합성 검산과 모든 예산 마트, 분석가(`gotgan sql`의 `core.amount`), 인용(`gotgan cite 금액 ID`).",
    when_red="`gotgan run`을 다시 실행하면 멈춘 곳에서 이어 뽑는다. 검사 `amounts_reparse`가 빨갛다면 "
    "적힌 글과 값이 다른 금액이 있다는 "
    "뜻이니 설명에 적힌 금액을 개발자에게 알린다. 지난 공개는 그대로 보인다.",
    query="SELECT fiscal_year, stage_label, subject_name, amount_won, raw_text, unit_raw, cell\nFROM core.amount LIMIT 20",
    pages=("dictionary", "budget-records"),
)
_PROJECT = Guide(
    purpose="금액이 말하는 소관·세부사업·과목과, 어떤 종류의 문서가 무엇에 관한 것인지 적는다. 코드나 "
    "이름과 소관을 함께 열쇠로 삼고, "
    "이름 하나만으로는 잇지 않는다.",
    readers="승계와 연결, 예산 마트, 분석가.",
    when_red="금액에서 다시 만들 수 있으므로 잃는 것이 없다. `gotgan run`을 다시 실행하고, 또 빨갛다면 "
    "개발자에게 알린다.",
    query="SELECT fiscal_year, org_name, name, code, n_amounts\nFROM core.project ORDER BY n_amounts DESC LIMIT 20",
    pages=("dictionary", "budget-records"),
)
_RECONCILIATION = Guide(
    purpose="합계와 부분의 합, 예산현액과 집행·이월·불용, 증감과 그 두 항 등 맞아야 할 식을 모두 "
    "검산한다. 어긋난 것은 고치지 않고 그대로 "
    "보이며, 원인인 행이나 셀을 알 수 있으면 적는다.",
    readers="분석가, 예산 담당자, `mart/expenditure_magnifier`.",
    when_red="어긋난 금액이 있다고 빨개지지는 않는다. `gotgan run`을 다시 실행하고, 또 빨갛다면 개발자에게 알린다.",
    query="SELECT rule, scope, lhs_minor, rhs_minor, difference_minor, cause\n"
    "FROM core.reconciliation WHERE status = 'BREAK' ORDER BY abs(difference_minor) DESC LIMIT 20",
    pages=("dictionary", "budget-records"),
)
_SUCCESSION = Guide(
    purpose="이름이나 코드가 바뀌거나 나뉘거나 합친 사업과 기관의 후보를 문서의 말, 코드, 이름, 금액에서 "
    "찾는다. 사람이 확정한 것만 시계열을 잇는다.",
    readers="검토 대기열을 맡은 담당자(`gotgan review list --kind succession`), 시계열을 보는 분석가.",
    when_red="`gotgan run`을 다시 실행하고, 또 빨갛다면 개발자에게 알린다. 확정해 둔 승계는 그대로 남는다.",
    query="SELECT what, kind, from_name, to_name, fiscal_year, score, state\nFROM core.succession ORDER BY score DESC LIMIT 20",
    pages=("dictionary", "budget-records"),
)
_LINK = Guide(
    purpose="어느 문서가 어느 금액을 말하는지 코드로, 코드가 없으면 이름·연도·소관·단계·금액이 모두 같을 "
    "때만 잇는다. 서로 다른 금액을 말하는 두 "
    "자료는 둘 다 남기고 모순으로 잇는다.",
    readers="`mart/budget_assistant`, 분석가, 인용.",
    when_red="금액에서 다시 만들 수 있으므로 잃는 것이 없다. `gotgan run`을 다시 실행하고, 또 빨갛다면 "
    "개발자에게 알린다.",
    query="SELECT relation, method, detail\nFROM core.link WHERE relation = 'CONTRADICTS' LIMIT 20",
    pages=("dictionary", "budget-records"),
)


def budget_assets() -> list[dg.AssetsDefinition]:
    """Amounts, what they are of, whether they agree, what goes on as what, and which document says what."""

    @layer_asset(
        "core",
        "budget_amount",
        _AMOUNT,
        kinds=["ducklake", "parquet"],
        deps=[["core", "reading"]],
        records=[BudgetAmount, ExtractionRecord, FormTable, Adjustment, Indicator, Withdrawal],
    )
    def budget_amount(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        count = night.extract_amounts()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(BudgetAmount),
                **pictures.of_amounts(night),
                "이번에 살펴본 문서": count.n_added,
                "뺀 문서": count.n_removed,
            }
        )

    @layer_asset(
        "core",
        "project",
        _PROJECT,
        kinds=["ducklake", "parquet"],
        deps=[budget_amount],
        records=[ProjectRecord, OrgUnit, BudgetLine, DocumentRecord],
    )
    def project(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        counts = night.settle_dimensions()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(ProjectRecord),
                **pictures.of_projects(night),
                "이번에 바뀐 행": sum(count.n_added for count in counts),
            }
        )

    @layer_asset(
        "core",
        "reconciliation",
        _RECONCILIATION,
        kinds=["ducklake", "parquet"],
        deps=[budget_amount],
        records=[Reconciliation],
    )
    def reconciliation(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        count = night.reconcile()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(Reconciliation),
                **pictures.of_reconciliations(night),
                "이번에 바뀐 검산": count.n_added,
            }
        )

    @layer_asset(
        "core",
        "succession",
        _SUCCESSION,
        kinds=["ducklake", "parquet"],
        deps=[project],
        records=[Succession],
    )
    def succession(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        count = night.find_successions()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(Succession),
                **pictures.of_successions(night),
                "이번에 찾은 후보": count.n_added,
            }
        )

    @layer_asset(
        "core",
        "link",
        _LINK,
        kinds=["ducklake", "parquet"],
        deps=[project, ["core", "draft"]],
        records=[Link],
    )
    def link(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        count = night.link_figures()
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": night.count_rows(Link),
                **pictures.of_links(night),
                "이번에 이은 것": count.n_added,
            }
        )

    return [budget_amount, project, reconciliation, succession, link]
