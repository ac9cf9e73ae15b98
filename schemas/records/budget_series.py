"""`mart.budget_series`: the amounts of each target over years and stages, as printed and made comparable."""

from schemas.record import Record, field

_AMOUNT = "core.budget_amount"
_SUCCESSION = "core.succession"


class BudgetSeries(Record):
    """One amount for each target, year, stage, period and basis. Differences (증감) are left out: they are no level of anything.

    Where several cells print it, the chosen one has a number, agrees with its sums (reconciliation), is printed by most
    contents, and most precisely; never an average. `n_contradicting` says how many contents print something else. The raw
    series follows `series_id`, the comparable one `comparable_id` and `comparable_org`, which only successions that a person
    confirmed join. Candidates stand beside them as words.
    """

    layer = "mart"
    key = ("series_id", "fiscal_year", "stage", "stage_no", "period", "basis", "is_revenue", "currency")
    label = "예산 시계열"

    series_id: str = field("시계열 ID", "target of the amount: the series as printed", origin=(f"{_AMOUNT}.target_id",))
    comparable_id: str = field(
        "비교 시계열 ID",
        "the same for all targets that confirmed successions join; the series' own id where there is none",
        origin=(f"{_AMOUNT}.target_id", f"{_SUCCESSION}.from_id", f"{_SUCCESSION}.to_id"),
    )
    target_kind: str = field("대상 종류", "LINE, PROJECT, AGGREGATE or NAME", origin=(f"{_AMOUNT}.target_kind",))
    level: str = field("단계", "what it is an amount of", origin=(f"{_AMOUNT}.level",))
    fiscal_year: int = field("회계연도", "year that it is of", origin=(f"{_AMOUNT}.fiscal_year",))
    stage: str = field("예산 단계", "as `schemas.fiscal.Stage`", origin=(f"{_AMOUNT}.stage",))
    stage_label: str = field("예산 단계 이름", "the stage in Korean", origin=(f"{_AMOUNT}.stage",))
    stage_no: int = field("차수", "number of the supplementary budget or review", origin=(f"{_AMOUNT}.stage_no",))
    period: str | None = field("기간", "yyyymm; empty for a whole year", origin=(f"{_AMOUNT}.period",))
    basis: str | None = field("기준", "as `schemas.fiscal.Basis`", origin=(f"{_AMOUNT}.basis",))
    is_revenue: bool = field("세입 여부", "money that comes in", origin=(f"{_AMOUNT}.is_revenue",))
    currency: str = field("통화", "ISO 4217", origin=(f"{_AMOUNT}.currency",))
    name: str = field("이름", "as the chosen cell prints it", origin=(f"{_AMOUNT}.subject_name",))
    comparable_name: str = field(
        "비교 이름", "name of the last year of the comparable series", origin=(f"{_AMOUNT}.subject_name",)
    )
    code: str | None = field("코드", "code, text", origin=(f"{_AMOUNT}.subject_code",))
    org_name: str | None = field("소관·단체", "office as printed", origin=(f"{_AMOUNT}.org_name",))
    comparable_org: str | None = field(
        "비교 소관",
        "office or offices that go on as it by confirmed successions; a split one has several, joined by +",
        origin=(f"{_AMOUNT}.org_name", f"{_SUCCESSION}.from_name", f"{_SUCCESSION}.to_name"),
    )
    account_name: str | None = field("회계", "account or fund", origin=(f"{_AMOUNT}.account_name",))
    field_name: str | None = field("분야", "field", origin=(f"{_AMOUNT}.field_name",))
    amount_won: int | None = field("금액(원)", "the chosen amount", unit="won", origin=(f"{_AMOUNT}.amount_won",))
    amount_minor: int | None = field(
        "금액(최소 단위)", "the same in the currency's minor unit", unit="minor", origin=(f"{_AMOUNT}.amount_minor",)
    )
    value_state: str = field("값의 상태", "what the chosen cell says", origin=(f"{_AMOUNT}.value_state",))
    raw_text: str = field("적힌 글", "the chosen cell as printed", origin=(f"{_AMOUNT}.raw_text",))
    unit_raw: str | None = field("단위", "its unit as printed or declared", origin=(f"{_AMOUNT}.unit_raw",))
    n_sources: int = field("출처 수", "contents that print it", unit="contents", origin=(f"{_AMOUNT}.content_id",))
    n_contradicting: int = field(
        "어긋나는 출처 수",
        "contents that print another value than the chosen one, beyond rounding",
        unit="contents",
        origin=(f"{_AMOUNT}.amount_minor", f"{_AMOUNT}.precision_minor"),
    )
    n_homonyms: int = field(
        "같은 이름의 칸 수",
        "further cells of the chosen cell's table with the same name and another value, which the table does not tell apart",
        unit="amounts",
        origin=(f"{_AMOUNT}.amount_minor", f"{_AMOUNT}.ordinal"),
    )
    check_status: str = field(
        "검산",
        "PASSED, ROUNDING, EXPLAINED, BREAK or UNCHECKED: the worst of the chosen amount's checks",
        origin=("core.reconciliation.status",),
    )
    amount_id: str = field("금액 ID", "the chosen amount", origin=(f"{_AMOUNT}.amount_id",))
    content_id: str = field("내용 ID", "content that prints the chosen amount", origin=(f"{_AMOUNT}.content_id",))
    candidate_succession: str | None = field(
        "승계 후보",
        "projects that may be the same under another name and that nobody has confirmed, best first",
        origin=(f"{_SUCCESSION}.to_name", f"{_SUCCESSION}.from_name", f"{_SUCCESSION}.state"),
    )
    candidate_org: str | None = field(
        "소관 승계 후보",
        "the same of its office",
        origin=(f"{_SUCCESSION}.to_name", f"{_SUCCESSION}.from_name", f"{_SUCCESSION}.state"),
    )
