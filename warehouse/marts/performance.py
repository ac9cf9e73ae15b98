"""Performance indicators by year beside the money of their projects."""

from schemas.records.budget_amount import BudgetAmount
from schemas.records.document import DocumentRecord
from schemas.records.indicator import Indicator
from schemas.records.performance import Performance
from schemas.records.reconciliation import Reconciliation
from schemas.records.withdrawal import Withdrawal
from warehouse.marts import Mart

MART = Mart(
    record=Performance,
    question="성과지표의 목표와 실적은 얼마이고, 그 사업에는 얼마가 쓰였는가?",
    inputs=(Indicator, BudgetAmount, Withdrawal, Reconciliation, DocumentRecord),
    shared=("current_amount", "amount_check", "chosen_amount"),
    rows_of=Indicator,
)
