"""`core.adjustment`: transfers of money within a budget: 이용, 전용, 세목조정, 이체, 예비비."""

from datetime import date

from schemas.record import Record, field


class Adjustment(Record):
    """A row of a table of transfers. Moving between 세목 of one 목 (세목조정) is no 전용, and is kept apart from it."""

    layer = "core"
    key = ("adjustment_id",)
    label = "이·전용 내역"

    adjustment_id: str = field("조정 ID", "id of the cell and what it says")
    content_id: str = field("내용 ID", "SHA-256 of the source's bytes", origin=("core.element.content_id",))
    amount_id: str = field("금액 ID", "its amount", origin=("core.budget_amount.amount_id",))
    kind: str = field("종류", "as `schemas.fiscal.AdjustmentKind`")
    kind_raw: str = field("적힌 종류", "as printed")
    decided_on: date | None = field("날짜", "day of the transfer")
    fiscal_year: int = field("회계연도", "year")
    from_project_name: str | None = field("주는 사업", "project that gives")
    from_project_code: str | None = field("주는 사업 코드", "its code")
    from_item_code: str | None = field("주는 목-세목", "item that gives, such as 210-14")
    to_project_name: str | None = field("받는 사업", "project that takes")
    to_project_code: str | None = field("받는 사업 코드", "its code")
    to_item_code: str | None = field("받는 목-세목", "item that takes, such as 260-01")
    amount_won: int | None = field("금액(원)", "exact", unit="won")
    reason: str = field("사유", "as printed, masked")
