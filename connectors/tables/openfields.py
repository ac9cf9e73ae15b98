"""The fields of 열린재정: what each code or its Korean label means, in which unit, at which stage."""

import re
import unicodedata
from dataclasses import dataclass

from schemas.fiscal import Basis, Level, Stage
from schemas.money import Unit, units_in

WON = Unit("원", 1)
THOUSAND_WON = Unit("천원", 1_000)
YEAR, MONTH, BASIS = "FSCL_YY", "EXE_M", "ANEXP_INQ_STND"
INCREASE, DECREASE = "증액", "감액"

KEY_LEVELS: dict[str, Level] = {
    "OFFC": Level.ORG,
    "FSCL": Level.ACCOUNT,
    "ACCT": Level.ACCOUNT,
    "FLD": Level.FIELD,
    "SECT": Level.SECTOR,
    "PGM": Level.PROGRAM,
    "ACTV": Level.ACTIVITY,
    "SACTV": Level.PROJECT,
    "CITM": Level.MOK,
    "EITM": Level.SEMOK,
}
"""Stems of the key fields, each with a name (`_NM`) and a code (`_CD`)."""


@dataclass(frozen=True, slots=True)
class AmountField:
    """What a field of money means.

    Args:
        stage: its stage; `supplementary` that in the services that include the supplementary budget, where it differs.
        unit: the unit that the service fixes.
        year_offset: -1 for the year before.
        basis: 총계 or 순계, where the field itself says so.
        compared: 증액 or 감액, both of which are printed without a sign.
        is_decision: whether it is decided by parliament, and 0 until then.
        is_proposal: whether it stands beside such a field and is known earlier.
        needs_month: whether it is counted by months, and of the whole year only where no month is named.
    """

    stage: Stage
    unit: Unit
    supplementary: Stage | None = None
    year_offset: int = 0
    basis: Basis | None = None
    compared: str | None = None
    is_decision: bool = False
    is_proposal: bool = False
    needs_month: bool = False


def _moved(stage: Stage) -> tuple[AmountField, AmountField]:
    return AmountField(stage, WON, compared=INCREASE), AmountField(stage, WON, compared=DECREASE)


_RESERVE, _TITLE = _moved(Stage.ADJ_RESERVE), _moved(Stage.ADJ_TRANSFER_TITLE)
_PROGRAM, _REORG = _moved(Stage.ADJ_TRANSFER_PROGRAM), _moved(Stage.ADJ_REORG)

AMOUNT_FIELDS: dict[str, AmountField] = {
    "Y_PREY_FIRST_KCUR_AMT": AmountField(Stage.ENACTED, THOUSAND_WON, year_offset=-1),
    "Y_PREY_FNL_FRC_AMT": AmountField(Stage.SUPP_ENACTED, THOUSAND_WON, year_offset=-1),
    "Y_YY_MEDI_KCUR_AMT": AmountField(
        Stage.GOV_PROPOSAL, THOUSAND_WON, supplementary=Stage.SUPP_PROPOSAL, is_proposal=True
    ),
    "Y_YY_DFN_MEDI_KCUR_AMT": AmountField(
        Stage.ENACTED, THOUSAND_WON, supplementary=Stage.SUPP_ENACTED, is_decision=True
    ),
    "Y_YY_DFN_KCUR_AMT": AmountField(Stage.ENACTED, THOUSAND_WON),
    "ANEXP_BDGAMT_F": AmountField(Stage.ENACTED, WON),
    "ANEXP_BDGAMT_M": AmountField(Stage.SUPP_ENACTED, WON),
    "ANEXP_BDGAMT": AmountField(Stage.BUDGET, WON),
    "PREY_BFWAMT": AmountField(Stage.CARRYOVER_IN, WON),
    "OVR_EP_AMT": AmountField(Stage.ADJ_EXCESS, WON),
    "RSVF_EP_DCS_IAMT": _RESERVE[0],
    "RSVF_EP_DCS_MAMT": _RESERVE[1],
    "BDTR_IAMT": _TITLE[0],
    "BDTR_MAMT": _TITLE[1],
    "AVDV_IAMT": _PROGRAM[0],
    "AVDV_MAMT": _PROGRAM[1],
    "FNT_IAMT": _REORG[0],
    "FNT_MAMT": _REORG[1],
    "ANEXP_BDG_CAMT": AmountField(Stage.CURRENT, WON),
    "EP_AMT": AmountField(Stage.EXEC_MONTH, WON, basis=Basis.GROSS, needs_month=True),
    "EP_NAMT": AmountField(Stage.EXEC_MONTH, WON, basis=Basis.NET, needs_month=True),
    "THISM_AGGR_EP_AMT": AmountField(Stage.EXEC_YTD, WON, basis=Basis.GROSS, needs_month=True),
    "THISM_AGGR_EP_NAMT": AmountField(Stage.EXEC_YTD, WON, basis=Basis.NET, needs_month=True),
    "NEXT_YY_BFWAMT": AmountField(Stage.CARRYOVER_OUT, WON),
    "DUSEAMT": AmountField(Stage.LAPSED, WON),
}

SUPPLEMENTARY_FIELDS = frozenset({"Y_YY_DFN_KCUR_AMT"})
"""Fields that only the services with the supplementary budget have: beside them the others mean its stages."""

_CODES = frozenset(
    {*AMOUNT_FIELDS, YEAR, MONTH, *(f"{stem}_{end}" for stem in (*KEY_LEVELS, BASIS) for end in ("NM", "CD"))}
)
_SAME_CODES = {"EXE_MM": MONTH, "OJ_M": MONTH, "EXEC_M": MONTH, "OJ_YY": YEAR, "ANEXP_BDG_AMT": "ANEXP_BDGAMT"}

_KOREAN_KEYS = {
    "소관": "OFFC",
    "회계": "FSCL",
    "계정": "ACCT",
    "분야": "FLD",
    "부문": "SECT",
    "프로그램": "PGM",
    "단위사업": "ACTV",
    "세부사업": "SACTV",
    "지출목": "CITM",
    "지출세목": "EITM",
}
_KOREAN_FIELDS = {
    "회계연도": YEAR,
    "회계년도": YEAR,
    "집행월": MONTH,
    "조회기준": f"{BASIS}_NM",
    "세출조회기준": f"{BASIS}_NM",
    "정부안금액": "Y_YY_MEDI_KCUR_AMT",
    "금년도정부안금액": "Y_YY_MEDI_KCUR_AMT",
    "금년도조정원화금액": "Y_YY_MEDI_KCUR_AMT",
    "국회확정금액": "Y_YY_DFN_MEDI_KCUR_AMT",
    "금년도국회확정금액": "Y_YY_DFN_MEDI_KCUR_AMT",
    "금년도확정조정원화금액": "Y_YY_DFN_MEDI_KCUR_AMT",
    "전년도국회확정금액": "Y_PREY_FIRST_KCUR_AMT",
    "전년도본예산금액": "Y_PREY_FIRST_KCUR_AMT",
    "전년도최종금액": "Y_PREY_FNL_FRC_AMT",
    "세출예산액/당초지출계획액": "ANEXP_BDGAMT_F",
    "세출예산액/수정지출계획액": "ANEXP_BDGAMT_M",
    "전년도이월액": "PREY_BFWAMT",
    "초과지출승인액": "OVR_EP_AMT",
    "예비비지출결정증액": "RSVF_EP_DCS_IAMT",
    "예비비지출결정감액": "RSVF_EP_DCS_MAMT",
    "전용증액": "BDTR_IAMT",
    "전용감액": "BDTR_MAMT",
    "이용증액": "AVDV_IAMT",
    "이용감액": "AVDV_MAMT",
    "이체증액": "FNT_IAMT",
    "이체감액": "FNT_MAMT",
    "세출예산현액/지출계획현액": "ANEXP_BDG_CAMT",
    "지출액": "EP_AMT",
    "지출순액": "EP_NAMT",
    "당월누계지출액": "THISM_AGGR_EP_AMT",
    "당월누계지출순액": "THISM_AGGR_EP_NAMT",
    "다음년도이월액": "NEXT_YY_BFWAMT",
    "다음연도이월액": "NEXT_YY_BFWAMT",
    "불용액": "DUSEAMT",
}
_BRACKETS = re.compile(r"[(\[（［][^)\]）］]*[)\]）］]\s*$")


def code_of(heading: str) -> str | None:
    """The field whose code a heading is, or None."""
    text = unicodedata.normalize("NFKC", heading).strip().upper()
    return _SAME_CODES.get(text, text if text in _CODES else None)


def field_of_label(heading: str) -> tuple[str, Unit | None] | None:
    """The field whose Korean label a heading is, with the unit that it prints; None for anything else.

    `소관` beside `소관명` is the code; that is for the caller to see, who is given the name's field for both.
    """
    text = unicodedata.normalize("NFKC", heading).strip()
    units = units_in(text)
    label = "".join(_BRACKETS.sub("", text).split())
    if label in _KOREAN_FIELDS:
        return _KOREAN_FIELDS[label], units[0] if len(units) == 1 else None
    for end, kind in (("코드", "CD"), ("명", "NM"), ("", "NM")):
        stem = _KOREAN_KEYS.get(label.removesuffix(end) if end else label)
        if stem is not None and label.endswith(end):
            return f"{stem}_{kind}", None
    return None
