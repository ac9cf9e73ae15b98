"""`core.project`: projects (세부사업) by year, as amounts key them."""

from schemas.record import Record, field


class ProjectRecord(Record):
    """A project in a year. It is keyed by its code, or by its name together with its office; never by a name alone."""

    layer = "core"
    key = ("project_id", "fiscal_year")
    label = "세부사업"

    project_id: str = field("사업 ID", "id of office, account and code, or of office and name where no code is printed")
    fiscal_year: int = field("회계연도", "year")
    name: str = field(
        "세부사업", "name as most amounts of the year print it", origin=("core.budget_amount.project_name",)
    )
    code: str | None = field("코드", "code such as 7033-300, text")
    org_name: str | None = field("소관", "ministry or office")
    org_code: str | None = field("소관 코드", "its code")
    account_name: str | None = field("회계", "account or fund")
    field_name: str | None = field("분야", "field")
    sector_name: str | None = field("부문", "sector")
    program_name: str | None = field("프로그램", "program")
    activity_name: str | None = field("단위사업", "activity")
    keyed_by: str = field("열쇠", "code or name_and_office")
    names: list[str] = field("적힌 이름들", "every name that amounts of the year print for it, in order")
    n_amounts: int = field("금액 수", "amounts of it", unit="amounts")
