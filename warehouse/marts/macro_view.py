"""Totals by year, stage and basis: of the whole, by field, by office, by nature."""

from schemas.records.budget_amount import BudgetAmount
from schemas.records.document import DocumentRecord
from schemas.records.macro_view import MacroView
from schemas.records.withdrawal import Withdrawal
from warehouse.marts import Mart

MART = Mart(
    record=MacroView,
    question="총지출은 해마다 얼마이고, 분야·소관·성질별로는 얼마인가? 어느 단계, 어느 기준의 합인가?",
    inputs=(BudgetAmount, Withdrawal, DocumentRecord),
    shared=("current_amount", "stage_word", "basis_word"),
    rows_of=BudgetAmount,
)
