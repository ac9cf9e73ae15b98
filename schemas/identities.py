"""The identities that budget amounts must satisfy, and the rule that tells rounding from a break. Pure facts, no storage."""

from collections.abc import Iterable
from enum import StrEnum

from schemas.fiscal import Stage

RULES_VERSION = 1
"""Raised whenever an identity, or how one is looked for, changes."""


class Rule(StrEnum):
    """Code of an identity; `RULE_LABELS` says it in Korean."""

    ROW_SUM = "ROW_SUM"
    COLUMN_SUM = "COLUMN_SUM"
    HIERARCHY = "HIERARCHY"
    REGION_NATION = "REGION_NATION"
    REGION_PROVINCE = "REGION_PROVINCE"
    CLASSIFICATION = "CLASSIFICATION"
    CURRENT_BUDGET = "CURRENT_BUDGET"
    SETTLEMENT = "SETTLEMENT"
    SUPPLEMENTARY = "SUPPLEMENTARY"
    CHANGE = "CHANGE"
    TRANSFER = "TRANSFER"
    MONTHS = "MONTHS"
    YEAR_END = "YEAR_END"
    BASIS_ORDER = "BASIS_ORDER"


RULE_LABELS: dict[Rule, str] = {
    Rule.ROW_SUM: "합계 열 = 그 행의 다른 열들의 합",
    Rule.COLUMN_SUM: "합계 행 = 그 열의 다른 행들의 합",
    Rule.HIERARCHY: "위 단계 = 아래 단계의 합",
    Rule.REGION_NATION: "전국계 = 시도계의 합",
    Rule.REGION_PROVINCE: "시도계 = 본청과 시군구의 합",
    Rule.CLASSIFICATION: "기능별 합계 = 성질별 합계",
    Rule.CURRENT_BUDGET: "예산현액 = 예산 + 전년도이월 + 예비비 ± 이용·전용·이체 + 초과지출승인",
    Rule.SETTLEMENT: "예산현액 = 집행 + 다음연도이월 + 불용",
    Rule.SUPPLEMENTARY: "추경 = 본예산 + 추경증감",
    Rule.CHANGE: "증감 = 견준 두 금액의 차이",
    Rule.TRANSFER: "주는 쪽의 이·전용 = 받는 쪽의 이·전용",
    Rule.MONTHS: "집행 누계 = 월 집행의 합",
    Rule.YEAR_END: "12월 집행 누계 = 그 해의 집행",
    Rule.BASIS_ORDER: "총계 ≥ 순계 ≥ 총지출",
}

ACROSS_CONTENTS = frozenset({Rule.CLASSIFICATION, Rule.TRANSFER, Rule.YEAR_END})
"""Identities whose right side may be of another content; `culprit_ids` then names it, whatever came of the check."""


class Verdict(StrEnum):
    """What came of a check."""

    PASSED = "PASSED"
    ROUNDING = "ROUNDING"
    BREAK = "BREAK"
    EXPLAINED = "EXPLAINED"


VERDICT_LABELS: dict[Verdict, str] = {
    Verdict.PASSED: "맞음",
    Verdict.ROUNDING: "반올림 안에서 맞음",
    Verdict.BREAK: "맞지 않음",
    Verdict.EXPLAINED: "맞지 않으나 까닭이 자료에 있음",
}

DASH_MEANS_OTHER = frozenset({Stage.SUPP_ENACTED, Stage.SUPP_PROPOSAL})
"""Stages in which a dash is not nothing: "no supplementary budget", so that the budget before it stands.

In every other column a dash says that there is nothing, and adds nothing to a sum.
"""


def tolerance(printed_halves: int, addend_halves: Iterable[int]) -> int:
    """What rounding can explain, in minor units: with n addends and the sum printed in steps of u, u·⌈(n+1)/2⌉.

    Args:
        printed_halves: half of the least printed step of the sum itself; 0 for an exact amount.
        addend_halves: the same of each addend that is not zero. Steps may differ: errors add up and are rounded up to
            whole steps of the coarsest.
    """
    halves = [printed_halves, *addend_halves]
    step = 2 * max(halves)
    return -(-sum(halves) // step) * step if step else 0


def verdict(difference: int, allowed: int) -> Verdict:
    """PASSED where the sides agree, ROUNDING where rounding can explain the difference, else BREAK."""
    if difference == 0:
        return Verdict.PASSED
    return Verdict.ROUNDING if abs(difference) <= allowed else Verdict.BREAK
