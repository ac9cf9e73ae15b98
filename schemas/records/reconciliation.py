"""`core.reconciliation`: every identity that could be checked, with what came of it."""

from schemas.record import Record, field


class Reconciliation(Record):
    """An identity over amounts, such as a total against the sum of its parts. A break is shown, never smoothed."""

    layer = "core"
    key = ("reconciliation_id",)
    label = "정합성 검산"

    reconciliation_id: str = field("검산 ID", "id of the rule and of what it was applied to")
    rule: str = field("규칙", "code of the identity, as `schemas.identities`")
    scope: str = field("범위", "what it was applied to, in words")
    content_id: str | None = field(
        "내용 ID", "content, where all amounts are of one", origin=("core.budget_amount.content_id",)
    )
    fiscal_year: int = field("회계연도", "year")
    stage: str | None = field("예산 단계", "stage of the sum")
    basis: str | None = field("기준", "basis of the sum")
    lhs_minor: int = field("왼쪽", "what is printed", unit="minor")
    rhs_minor: int = field("오른쪽", "what the parts come to", unit="minor")
    difference_minor: int = field("차이", "left minus right", unit="minor")
    tolerance_minor: int = field("허용", "what rounding of the addends can explain", unit="minor")
    currency: str = field("통화", "ISO 4217")
    n_terms: int = field("항 수", "addends on the right", unit="amounts")
    status: str = field("판정", "PASSED, ROUNDING, BREAK, or EXPLAINED where the cause is in the data")
    cause: str | None = field("원인", "row or cell that causes a break, in words, where that can be known")
    lhs_amount_id: str | None = field(
        "왼쪽 금액", "the amount that is printed", origin=("core.budget_amount.amount_id",)
    )
    culprit_ids: list[str] = field(
        "원인 금액", "amounts that cause the break", origin=("core.budget_amount.amount_id",)
    )
