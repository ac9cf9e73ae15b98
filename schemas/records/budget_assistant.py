"""`mart.budget_assistant`: all that is held of a project in a year, in one row, with its documents."""

from datetime import date

from pydantic import BaseModel

from schemas.record import Record, field

_AMOUNT = "core.budget_amount"


class StageAmount(BaseModel):
    """An amount of the project, chosen as `mart.budget_series` does; changes (증감) among them."""

    stage: str
    stage_label: str
    stage_no: int
    period: str | None
    basis: str | None
    amount_won: int | None
    value_state: str
    raw_text: str
    unit_raw: str | None
    check_status: str
    n_contradicting: int
    amount_id: str


class ProjectDocument(BaseModel):
    """A document that prints figures of the project, with the first place in it, in words."""

    content_id: str
    title: str | None
    kind: str | None
    locator: str | None


class ProjectAdjustment(BaseModel):
    """A transfer that gives to the project (in), takes from it (out) or moves within it (within)."""

    kind: str
    kind_raw: str
    direction: str
    decided_on: date | None
    amount_won: int | None
    from_item_code: str | None
    to_item_code: str | None
    reason: str
    amount_id: str


class BudgetAssistant(Record):
    """A project in a year. A year that is not held has no row: `held_years` of any of its rows says which are."""

    layer = "mart"
    key = ("project_id", "fiscal_year")
    label = "예산 도우미"

    project_id: str = field("사업 ID", "target of the amounts", origin=(f"{_AMOUNT}.target_id",))
    fiscal_year: int = field("회계연도", "year", origin=(f"{_AMOUNT}.fiscal_year",))
    name: str = field("세부사업", "name as printed", origin=(f"{_AMOUNT}.subject_name",))
    code: str | None = field("코드", "code, text", origin=(f"{_AMOUNT}.project_code",))
    org_name: str | None = field("소관", "ministry or office", origin=(f"{_AMOUNT}.org_name",))
    keyed_by: str = field(
        "열쇠", "code, name_and_office, or name_only: such a row joins nothing", origin=("core.project.keyed_by",)
    )
    amounts: list[StageAmount] = field(
        "금액", "by stage", origin=(f"{_AMOUNT}.amount_won", f"{_AMOUNT}.stage", f"{_AMOUNT}.raw_text")
    )
    documents: list[ProjectDocument] = field(
        "문서", "that print its figures", origin=("core.document.title", "core.document.kind", "core.link.from_id")
    )
    adjustments: list[ProjectAdjustment] = field(
        "이·전용", "transfers of the year", origin=("core.adjustment.kind", "core.adjustment.amount_won")
    )
    held_years: list[int] = field(
        "가진 연도", "years of which amounts of it are held", origin=(f"{_AMOUNT}.fiscal_year",)
    )
    caveats: list[str] = field(
        "주의",
        "what must be said with the numbers, in Korean",
        origin=(f"{_AMOUNT}.subject_name", f"{_AMOUNT}.org_name"),
    )
