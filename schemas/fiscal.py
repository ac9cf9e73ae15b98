"""The words of a budget's life: stages, bases, what a printed value says, and from where a unit or a stage was taken."""

from enum import StrEnum, auto


class Stage(StrEnum):
    """At which point of a budget's life an amount was stated; `STAGE_LABELS` has the Korean terms.

    `BUDGET` is an amount that is called a budget, of which nothing says whether it is the one first enacted or a
    supplementary one. `CHANGE` is a difference that a table prints between two of its own columns, `SUPP_CHANGE` what a
    supplementary budget adds or cuts, `COMMITTEE_CHANGE` what parliament does to the proposal; none of them adds up with
    the levels.
    """

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        """A stage is called in the data as it is here."""
        return name

    REQUEST = auto()
    CEILING = auto()
    MOF_REVIEW = auto()
    GOV_PROPOSAL = auto()
    COMMITTEE = auto()
    COMMITTEE_CHANGE = auto()
    ENACTED = auto()
    SUPP_PROPOSAL = auto()
    SUPP_CHANGE = auto()
    SUPP_ENACTED = auto()
    BUDGET = auto()
    PLAN = auto()
    ALLOTMENT = auto()
    CARRYOVER_IN = auto()
    ADJ_RESERVE = auto()
    ADJ_TRANSFER_TITLE = auto()
    ADJ_TRANSFER_PROGRAM = auto()
    ADJ_SEMOK = auto()
    ADJ_REORG = auto()
    ADJ_EXCESS = auto()
    CURRENT = auto()
    EXEC_MONTH = auto()
    EXEC_YTD = auto()
    SETTLED = auto()
    CARRYOVER_OUT = auto()
    LAPSED = auto()
    CHANGE = auto()


STAGE_LABELS: dict[Stage, str] = {
    Stage.REQUEST: "요구안",
    Stage.CEILING: "지출한도",
    Stage.MOF_REVIEW: "심의",
    Stage.GOV_PROPOSAL: "정부안",
    Stage.COMMITTEE: "위원회 심사",
    Stage.COMMITTEE_CHANGE: "국회증감",
    Stage.ENACTED: "본예산(국회확정)",
    Stage.SUPP_PROPOSAL: "추경 정부안",
    Stage.SUPP_CHANGE: "추경 증감",
    Stage.SUPP_ENACTED: "추경(최종예산)",
    Stage.BUDGET: "예산(본예산·추경 미상)",
    Stage.PLAN: "중기계획",
    Stage.ALLOTMENT: "배정",
    Stage.CARRYOVER_IN: "전년도 이월",
    Stage.ADJ_RESERVE: "예비비",
    Stage.ADJ_TRANSFER_TITLE: "전용",
    Stage.ADJ_TRANSFER_PROGRAM: "이용",
    Stage.ADJ_SEMOK: "세목조정",
    Stage.ADJ_REORG: "이체",
    Stage.ADJ_EXCESS: "초과지출승인",
    Stage.CURRENT: "예산현액",
    Stage.EXEC_MONTH: "월 집행",
    Stage.EXEC_YTD: "집행(누계)",
    Stage.SETTLED: "결산",
    Stage.CARRYOVER_OUT: "다음연도 이월",
    Stage.LAPSED: "불용",
    Stage.CHANGE: "증감",
}

CHANGE_STAGES = frozenset({Stage.CHANGE, Stage.SUPP_CHANGE, Stage.COMMITTEE_CHANGE})
"""Differences: they are no level of anything and must never be added to one."""

ADJUSTMENT_STAGES = frozenset(
    {
        Stage.CARRYOVER_IN,
        Stage.ADJ_RESERVE,
        Stage.ADJ_TRANSFER_TITLE,
        Stage.ADJ_TRANSFER_PROGRAM,
        Stage.ADJ_SEMOK,
        Stage.ADJ_REORG,
        Stage.ADJ_EXCESS,
    }
)
"""What leads from the budget to the current budget (예산현액)."""


class Basis(StrEnum):
    """By which rule amounts were summed; amounts of different bases are never compared."""

    TOTAL_EXPENDITURE = "TOTAL_EXPENDITURE"
    GROSS = "GROSS"
    NET = "NET"
    CONSOLIDATED = "CONSOLIDATED"


BASIS_LABELS: dict[Basis, str] = {
    Basis.TOTAL_EXPENDITURE: "총지출",
    Basis.GROSS: "총계",
    Basis.NET: "순계",
    Basis.CONSOLIDATED: "통합재정",
}


class ValueState(StrEnum):
    """What a printed value says. Only `VALUE` and `ZERO_PRINTED` carry an amount; none of the others is zero."""

    VALUE = "VALUE"
    ZERO_PRINTED = "ZERO_PRINTED"
    DASH = "DASH"
    BLANK = "BLANK"
    MASKED = "MASKED"
    NOT_DECIDED = "NOT_DECIDED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    PARSE_FAILED = "PARSE_FAILED"


class TakenFrom(StrEnum):
    """From where a unit or a stage was taken.

    The cell and its headings, the text around the table, the form that the publisher fixes, or what `gotgan.toml` says of
    the source.
    """

    CELL = "cell"
    TEXT = "text"
    FORM = "form"
    SOURCE = "source"


class Level(StrEnum):
    """What an amount is an amount of, from the leaf to the whole."""

    SEMOK = "SEMOK"
    MOK = "MOK"
    SUBPROJECT = "SUBPROJECT"
    PROJECT = "PROJECT"
    ACTIVITY = "ACTIVITY"
    PROGRAM = "PROGRAM"
    SECTOR = "SECTOR"
    FIELD = "FIELD"
    ORG = "ORG"
    ACCOUNT = "ACCOUNT"
    TOTAL = "TOTAL"
    OTHER = "OTHER"


class AdjustmentKind(StrEnum):
    """Kinds of moving money within a budget. Moving between 세목 of one 목 is no 전용, and is not called so."""

    TRANSFER_PROGRAM = "TRANSFER_PROGRAM"
    TRANSFER_TITLE = "TRANSFER_TITLE"
    TRANSFER_SEMOK = "TRANSFER_SEMOK"
    REORG = "REORG"
    RESERVE = "RESERVE"
    OTHER = "OTHER"


ADJUSTMENT_LABELS: dict[AdjustmentKind, str] = {
    AdjustmentKind.TRANSFER_PROGRAM: "이용",
    AdjustmentKind.TRANSFER_TITLE: "전용",
    AdjustmentKind.TRANSFER_SEMOK: "세목조정",
    AdjustmentKind.REORG: "이체",
    AdjustmentKind.RESERVE: "예비비",
    AdjustmentKind.OTHER: "기타",
}
