"""The amounts of each target over years and stages: as printed, and joined by what people confirmed."""

from schemas.records.budget_amount import BudgetAmount
from schemas.records.budget_series import BudgetSeries
from schemas.records.project import ProjectRecord
from schemas.records.reconciliation import Reconciliation
from schemas.records.succession import Succession
from schemas.records.withdrawal import Withdrawal
from warehouse.marts import Mart

MART = Mart(
    record=BudgetSeries,
    question="이 사업(소관, 분야…)의 금액은 해마다, 단계마다 얼마이고, 이름이 바뀐 것까지 이으면 얼마인가?",
    inputs=(BudgetAmount, Withdrawal, Reconciliation, Succession, ProjectRecord),
    shared=("current_amount", "amount_check", "chosen_amount", "stage_word"),
    rows_of=BudgetAmount,
)
