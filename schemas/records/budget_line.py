"""`core.budget_line`: the leaves of a budget: a project's items (목-세목) and parts (내역사업)."""

from schemas.record import Record, field


class BudgetLine(Record):
    """A leaf: a project together with an item or a part of it."""

    layer = "core"
    key = ("line_id",)
    label = "예산 과목"

    line_id: str = field("과목 ID", "id of project, item and part")
    project_id: str = field("사업 ID", "project that it belongs to", origin=("core.project.project_id",))
    mok_code: str | None = field("목 코드", "item")
    mok_name: str | None = field("목", "its name")
    semok_code: str | None = field("세목 코드", "item's part, such as 210-14")
    semok_name: str | None = field("세목", "its name")
    subproject_name: str | None = field("내역사업", "part of the project")
    is_revenue: bool = field("세입 여부", "money that comes in")
    n_amounts: int = field("금액 수", "amounts of it", unit="amounts")
