"""How a project's money was spent in a year, and what of it wants an explanation."""

from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.expenditure_magnifier import ExpenditureMagnifier
from schemas.records.reconciliation import Reconciliation
from schemas.records.withdrawal import Withdrawal
from warehouse.marts import Mart

MART = Mart(
    record=ExpenditureMagnifier,
    question="이 사업의 돈은 얼마나 쓰이고 옮겨지고 넘어가고 남았으며, 무엇에 설명이 필요한가?",
    inputs=(BudgetAmount, Withdrawal, Reconciliation, Adjustment),
    shared=("current_amount", "amount_check", "chosen_amount", "project_adjustment"),
    rows_of=BudgetAmount,
)
