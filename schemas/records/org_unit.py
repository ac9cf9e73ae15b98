"""`core.org_unit`: ministries, offices and local governments that amounts are of."""

from schemas.record import Record, field


class OrgUnit(Record):
    """An office as amounts name it, with the years in which they do. Another name is another unit until a succession joins them."""

    layer = "core"
    key = ("org_id",)
    label = "소관·기관"

    org_id: str = field("기관 ID", "id of code and name")
    name: str = field("이름", "as printed, spaces folded", origin=("core.budget_amount.org_name",))
    code: str | None = field("코드", "code where one is printed, text")
    kind: str = field("종류", "CENTRAL, LOCAL or OTHER")
    first_year: int = field("첫 연도", "first fiscal year of an amount of it")
    last_year: int = field("마지막 연도", "last fiscal year of an amount of it")
    n_amounts: int = field("금액 수", "amounts of it", unit="amounts")
