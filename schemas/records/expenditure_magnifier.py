"""`mart.expenditure_magnifier`: how a project's money was spent in a year, and what of it wants an explanation."""

from pydantic import BaseModel

from schemas.record import Record, field

_AMOUNT = "core.budget_amount"
_ADJUSTMENT = "core.adjustment"


class SimilarProject(BaseModel):
    """A project of the same year whose name shares words: a candidate for a person to look at, nothing more."""

    name: str
    office: str | None
    score: float
    shared_words: list[str]


class ExpenditureMagnifier(Record):
    """A project in a year: what was granted, moved, spent, carried over and left, and sentences that say what is to explain.

    Amounts of different bases stand in rows of their own. Nothing here is a verdict: `to_explain` names what an answer is
    wanted for, `similar_projects` are candidates (후보) by the words of their names.
    """

    layer = "mart"
    key = ("project_id", "fiscal_year", "basis")
    label = "지출 돋보기"

    project_id: str = field("사업 ID", "target of the amounts", origin=(f"{_AMOUNT}.target_id",))
    fiscal_year: int = field("회계연도", "year", origin=(f"{_AMOUNT}.fiscal_year",))
    basis: str | None = field("기준", "as `schemas.fiscal.Basis`", origin=(f"{_AMOUNT}.basis",))
    name: str = field("세부사업", "name as printed", origin=(f"{_AMOUNT}.subject_name",))
    code: str | None = field("코드", "code, text", origin=(f"{_AMOUNT}.project_code",))
    org_name: str | None = field("소관", "ministry or office", origin=(f"{_AMOUNT}.org_name",))
    enacted_won: int | None = field("본예산", "as enacted", unit="won", origin=(f"{_AMOUNT}.amount_won",))
    budget_won: int | None = field(
        "예산(본예산·추경 미상)", "what is only called a budget", unit="won", origin=(f"{_AMOUNT}.amount_won",)
    )
    supplementary_won: int | None = field(
        "추경(최종예산)", "after the last supplementary budget", unit="won", origin=(f"{_AMOUNT}.amount_won",)
    )
    supplementary_change_won: int | None = field(
        "추경 증감",
        "as printed, else last supplementary budget minus enacted",
        unit="won",
        origin=(f"{_AMOUNT}.amount_won",),
    )
    current_won: int | None = field("예산현액", "current budget", unit="won", origin=(f"{_AMOUNT}.amount_won",))
    executed_won: int | None = field(
        "집행", "settled, else spent until the last month held", unit="won", origin=(f"{_AMOUNT}.amount_won",)
    )
    executed_until: str | None = field(
        "집행 기준 월", "yyyymm; empty for the whole year", origin=(f"{_AMOUNT}.period",)
    )
    execution_rate: float | None = field(
        "집행률", "spent over `rate_base`, of the whole year only", unit="ratio", origin=(f"{_AMOUNT}.amount_won",)
    )
    rate_base: str | None = field(
        "집행률의 분모", "CURRENT, else SUPP_ENACTED, BUDGET or ENACTED", origin=(f"{_AMOUNT}.stage",)
    )
    carry_over_won: int | None = field("다음연도 이월", "carried over", unit="won", origin=(f"{_AMOUNT}.amount_won",))
    lapsed_won: int | None = field("불용", "lapsed", unit="won", origin=(f"{_AMOUNT}.amount_won",))
    program_in_won: int | None = field(
        "이용 증", "이용 received", unit="won", origin=(f"{_ADJUSTMENT}.amount_won", f"{_ADJUSTMENT}.kind")
    )
    program_out_won: int | None = field(
        "이용 감", "이용 given", unit="won", origin=(f"{_ADJUSTMENT}.amount_won", f"{_ADJUSTMENT}.kind")
    )
    title_in_won: int | None = field(
        "전용 증", "전용 received", unit="won", origin=(f"{_ADJUSTMENT}.amount_won", f"{_ADJUSTMENT}.kind")
    )
    title_out_won: int | None = field(
        "전용 감", "전용 given", unit="won", origin=(f"{_ADJUSTMENT}.amount_won", f"{_ADJUSTMENT}.kind")
    )
    semok_moved_won: int | None = field(
        "세목조정",
        "moved between 세목 of a 목; no 전용",
        unit="won",
        origin=(f"{_ADJUSTMENT}.amount_won", f"{_ADJUSTMENT}.kind"),
    )
    december_share: float | None = field(
        "12월 집행 비중",
        "spent in December over spent in the year, where months are held",
        unit="ratio",
        origin=(f"{_AMOUNT}.amount_won", f"{_AMOUNT}.period"),
    )
    n_contradictions: int = field(
        "어긋나는 금액 수",
        "amounts of it that another content prints otherwise",
        unit="amounts",
        origin=(f"{_AMOUNT}.amount_minor",),
    )
    n_breaks: int = field(
        "설명되지 않은 검산 차이",
        "checks with it that do not come out",
        unit="checks",
        origin=("core.reconciliation.status",),
    )
    similar_projects: list[SimilarProject] = field(
        "비슷한 사업 후보",
        "at most three of the same year, by shared words of the name; 후보",
        origin=(f"{_AMOUNT}.subject_name",),
    )
    to_explain: list[str] = field(
        "설명이 필요한 것",
        "sentences, each with its numbers",
        origin=(f"{_AMOUNT}.amount_won", f"{_ADJUSTMENT}.amount_won"),
    )
