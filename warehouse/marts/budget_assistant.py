"""All that is held of a project in a year, in one row, with its documents."""

from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.budget_assistant import BudgetAssistant
from schemas.records.document import DocumentRecord
from schemas.records.link import Link
from schemas.records.project import ProjectRecord
from schemas.records.reconciliation import Reconciliation
from schemas.records.withdrawal import Withdrawal
from warehouse.marts import Mart

MART = Mart(
    record=BudgetAssistant,
    question="이 사업에 대해 그해의 금액, 문서, 이·전용은 무엇이 있고, 어느 해를 가지고 있는가?",
    inputs=(BudgetAmount, Withdrawal, Reconciliation, DocumentRecord, Adjustment, ProjectRecord, Link),
    shared=("current_amount", "amount_check", "chosen_amount", "project_adjustment", "stage_word"),
    rows_of=BudgetAmount,
)
