"""`mart.macro_view`: totals by year, stage and basis, for the whole, by field, by office and by nature."""

from datetime import date, datetime

from schemas.record import Record, field

_AMOUNT = "core.budget_amount"


class MacroView(Record):
    """Sums of one content's amounts of one level, never of a project together with its items, nor of two contents.

    Which content is the widest for a year, stage and basis says `is_widest`: a question about the whole asks for it. A content
    that prints only the total has a row without a sum. `MANDATORY` has rows only where a content prints 의무지출 and 재량지출.
    """

    layer = "mart"
    key = (
        "content_id",
        "fiscal_year",
        "stage",
        "stage_no",
        "period",
        "basis",
        "is_revenue",
        "dimension",
        "member",
        "member_code",
    )
    label = "재정 총량"

    fiscal_year: int = field("회계연도", "year", origin=(f"{_AMOUNT}.fiscal_year",))
    stage: str = field("예산 단계", "as `schemas.fiscal.Stage`", origin=(f"{_AMOUNT}.stage",))
    stage_label: str = field("예산 단계 이름", "the stage in Korean", origin=(f"{_AMOUNT}.stage",))
    stage_no: int = field("차수", "number of the supplementary budget or review", origin=(f"{_AMOUNT}.stage_no",))
    period: str | None = field("기간", "yyyymm; empty for a whole year", origin=(f"{_AMOUNT}.period",))
    basis: str | None = field("기준", "as `schemas.fiscal.Basis`", origin=(f"{_AMOUNT}.basis",))
    basis_label: str | None = field("기준 이름", "the basis in Korean", origin=(f"{_AMOUNT}.basis",))
    is_revenue: bool = field("세입 여부", "money that comes in", origin=(f"{_AMOUNT}.is_revenue",))
    dimension: str = field(
        "나눔",
        "TOTAL, FIELD (분야), ORG (소관), NATURE (성질, by 목) or MANDATORY (의무·재량)",
        origin=(f"{_AMOUNT}.level",),
    )
    member: str = field(
        "구분",
        "field, office or nature; 전체 for the total, 미상 where the row does not say it",
        origin=(f"{_AMOUNT}.field_name", f"{_AMOUNT}.org_name", f"{_AMOUNT}.mok_code", f"{_AMOUNT}.semok_code"),
    )
    member_code: str | None = field(
        "구분 코드", "its code, text", origin=(f"{_AMOUNT}.field_code", f"{_AMOUNT}.org_code")
    )
    level: str = field("더한 단계", "level of the amounts that were added up", origin=(f"{_AMOUNT}.level",))
    amount_won: int | None = field(
        "금액(원)",
        "the sum; the printed total where the content prints no parts",
        unit="won",
        origin=(f"{_AMOUNT}.amount_won",),
    )
    n_amounts: int = field("금액 수", "amounts that were added up", unit="amounts", origin=(f"{_AMOUNT}.amount_id",))
    n_unstated: int = field(
        "금액이 없는 칸",
        "cells of that level without a number (not decided, masked, dash, blank)",
        unit="amounts",
        origin=(f"{_AMOUNT}.value_state",),
    )
    is_printed_total: bool = field(
        "인쇄된 합계 여부", "whether the content prints a total of the whole", origin=(f"{_AMOUNT}.is_total",)
    )
    printed_won: int | None = field(
        "인쇄된 합계", "the total that is printed", unit="won", origin=(f"{_AMOUNT}.amount_won",)
    )
    printed_amount_id: str | None = field("합계 금액 ID", "its cell", origin=(f"{_AMOUNT}.amount_id",))
    difference_won: int | None = field("차이", "sum minus printed total", unit="won", origin=(f"{_AMOUNT}.amount_won",))
    content_id: str = field("내용 ID", "content whose amounts they are", origin=(f"{_AMOUNT}.content_id",))
    title: str | None = field("문서 제목", "title of the content", origin=("core.document.title",))
    as_of: date | None = field("자료 기준일", "day that the content says it is of", origin=(f"{_AMOUNT}.as_of",))
    recorded_at: datetime = field(
        "기록 시각", "when the newest of its amounts was recorded", volatile=True, origin=(f"{_AMOUNT}.recorded_at",)
    )
    is_widest: bool = field(
        "가장 넓은 자료 여부",
        "whether no other content has more amounts for this year, stage, basis and dimension",
        origin=(f"{_AMOUNT}.amount_id",),
    )
    caveat: str | None = field(
        "주의", "what must be said with the number, in Korean", origin=(f"{_AMOUNT}.project_code",)
    )
