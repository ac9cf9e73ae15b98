"""`core.budget_amount`: one printed amount with its cell, what it says, and when we learnt it."""

from datetime import date, datetime

from schemas.record import Record, field

_TABLE = "core.element.table"


class BudgetAmount(Record):
    """An amount as one cell prints it: the fact of all budget records, append-only.

    A correction is a new row with `supersedes_id`; until when a row was current is derived (`core.amount`). Empty, dash, zero and
    not yet decided are four states; only a value and a printed zero carry an amount.
    """

    layer = "core"
    key = ("amount_id",)
    label = "금액"

    amount_id: str = field("금액 ID", "id of the cell and of all that it is taken to say", origin=(_TABLE,))
    content_id: str = field("내용 ID", "SHA-256 of the source's bytes", origin=("core.element.content_id",))
    target_kind: str = field(
        "대상 종류", "LINE, PROJECT, AGGREGATE, or NAME where only a name is printed and nothing is keyed by it"
    )
    target_id: str = field("대상 ID", "core.budget_line, core.project or an aggregate, by `target_kind`")
    level: str = field("단계", "what it is an amount of, as `schemas.fiscal.Level`")
    fiscal_year: int = field("회계연도", "year that it is of")
    stage: str = field("예산 단계", "as `schemas.fiscal.Stage`")
    stage_no: int = field("차수", "number of the supplementary budget or review, 0 where none is printed")
    stage_from: str = field("단계의 출처", "cell, text, form or source")
    period: str | None = field("기간", "yyyymm to the end of which it was counted; empty for a whole year")
    basis: str | None = field("기준", "총지출, 총계, 순계 or 통합재정, as `schemas.fiscal.Basis`")
    is_revenue: bool = field("세입 여부", "money that comes in")
    is_total: bool = field("합계 여부", "a sum of other cells of its table")
    amount_won: int | None = field(
        "금액(원)", "exact; empty unless the currency is KRW and a number is printed", unit="won"
    )
    amount_minor: int | None = field("금액(최소 단위)", "exact, in the currency's minor unit", unit="minor")
    currency: str = field("통화", "ISO 4217")
    value_state: str = field("값의 상태", "VALUE, ZERO_PRINTED, DASH, BLANK, MASKED, NOT_DECIDED, NOT_APPLICABLE")
    precision_minor: int = field("정밀도", "half of the least printed step", unit="minor")
    unit_raw: str | None = field("단위", "as printed or declared, such as 백만원")
    unit_multiplier: int | None = field("단위 배수", "minor units in one printed unit", unit="minor")
    unit_from: str | None = field("단위의 출처", "cell, text, form or source")
    raw_text: str = field("적힌 글", "as printed, sign included", origin=(_TABLE,))
    subject_name: str = field("대상 이름", "name of the lowest level that is printed")
    subject_code: str | None = field("대상 코드", "its code, text with leading zeros")
    org_name: str | None = field("소관·단체", "ministry, office or local government")
    org_code: str | None = field("소관 코드", "its code")
    account_name: str | None = field("회계", "account or fund")
    account_code: str | None = field("회계 코드", "its code")
    field_name: str | None = field("분야", "field")
    field_code: str | None = field("분야 코드", "its code")
    sector_name: str | None = field("부문", "sector")
    sector_code: str | None = field("부문 코드", "its code")
    program_name: str | None = field("프로그램", "program")
    program_code: str | None = field("프로그램 코드", "its code")
    activity_name: str | None = field("단위사업", "activity")
    activity_code: str | None = field("단위사업 코드", "its code")
    project_name: str | None = field("세부사업", "project")
    project_code: str | None = field("세부사업 코드", "as printed, such as 7033-300")
    subproject_name: str | None = field("내역사업", "part of a project; has no code")
    mok_name: str | None = field("목", "item; of revenue 세입목")
    mok_code: str | None = field("목 코드", "its code")
    semok_name: str | None = field("세목", "item's part; of local budgets 통계목")
    semok_code: str | None = field("세목 코드", "its code, such as 210-14 or 10101")
    compared: str | None = field("견준 것", "of a difference what it is between, as printed")
    ordinal: int = field("요소", "ordinal of the table's element", origin=("core.element.ordinal",))
    table_no: int = field("표 번호", "number of the table in its document, from 1")
    page: int | None = field("쪽", "page, from 1", origin=("core.element.page",))
    sheet: str | None = field("시트", "sheet of a workbook", origin=("core.element.sheet",))
    row: int = field("행", "row of the table's grid, from 1")
    col: int = field("열", "column of the table's grid, from 1")
    line: int | None = field("칸 안의 줄", "which of several values stacked in the cell, from 1")
    cell: str | None = field("셀 주소", "address in the sheet, such as C5", origin=("core.element.locator",))
    form: str = field("서식", "form that found it")
    confidence: float = field("확신도", "0 to 1; 1 only where a form knows each column")
    effective_on: date | None = field("효력일", "day from which it holds, where one is printed", default=None)
    as_of: date | None = field("자료 기준일", "day that the document says it is of", default=None)
    recorded_at: datetime = field("기록 시각", "when it was first recorded here", volatile=True)
    supersedes_id: str | None = field(
        "고친 금액 ID",
        "amount that this one corrects or replaces",
        default=None,
        origin=("core.budget_amount.amount_id",),
    )
