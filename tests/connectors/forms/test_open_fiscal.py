"""열린재정's rows: field codes fix unit and stage, the service decides what a field means, and undecided is not zero."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from connectors.contract import Blob
from connectors.formats.csv_text import FORMAT as CSV
from connectors.formats.json_rows import FORMAT as JSON
from connectors.forms.contract import Around, Found
from connectors.forms.open_fiscal import FORM
from connectors.tables.view import TableView
from schemas.budget import FoundAmount
from schemas.fiscal import Basis, Level, Stage, TakenFrom, ValueState
from schemas.money import Unit, parse_amount

KEYS = {
    "FSCL_YY": "2026",
    "OFFC_CD": "019",
    "OFFC_NM": "숲청",
    "FSCL_CD": "110",
    "FSCL_NM": "일반회계",
    "FLD_CD": "010",
    "FLD_NM": "일반·지방행정",
    "SECT_NM": "일반행정",
    "PGM_CD": "1000",
    "PGM_NM": "숲길",
    "ACTV_CD": "7033",
    "ACTV_NM": "숲길 관리",
    "SACTV_CD": "300",
    "SACTV_NM": "숲길 정비",
}


def asked(rows: Sequence[Mapping[str, object]], service: str = "TotalExpenditure5") -> tuple[TableView, Around]:
    head = [{"list_total_count": len(rows)}, {"RESULT": {"CODE": "INFO-000", "MESSAGE": "정상"}}]
    text = json.dumps({service: [{"head": head}, {"row": rows}]}, ensure_ascii=False)
    elements = JSON.read(Blob(text.encode(), "a.json")).elements
    (place,) = [place for place, element in enumerate(elements) if element.table]
    headings = tuple(reversed(elements[place].section_path))
    lines = tuple(element.text for element in reversed(elements[:place]))
    return TableView(elements[place], place, 1), Around(headings=headings, lines=lines)


def filed(text: str, **around: object) -> tuple[TableView, Around]:
    elements = CSV.read(Blob(text.encode(), "a.csv")).elements
    return TableView(elements[-1], 0, 1), replace(Around(), **around)


def read(view: TableView, around: Around) -> Found:
    found = FORM.read(view, around)
    for amount in found.amounts:
        if amount.amount_minor is not None:
            unit = Unit(amount.unit_raw or "", amount.unit_multiplier or 0, amount.currency)
            assert parse_amount(amount.raw_text, unit).amount_minor == amount.amount_minor
    return found


def brief(amounts: Sequence[FoundAmount]) -> list[tuple[str, int, int | None]]:
    return [(str(amount.stage), amount.fiscal_year, amount.amount_minor) for amount in amounts]


BUDGET = {
    "Y_PREY_FIRST_KCUR_AMT": 900,
    "Y_PREY_FNL_FRC_AMT": 950,
    "Y_YY_MEDI_KCUR_AMT": 1000,
    "Y_YY_DFN_MEDI_KCUR_AMT": 980,
}


def test_the_budget_as_proposed_and_enacted():
    view, around = asked([{**KEYS, **BUDGET}])
    assert FORM.recognises(view, around) == 1.0
    amounts = read(view, around).amounts

    assert brief(amounts) == [
        ("ENACTED", 2025, 900_000),
        ("SUPP_ENACTED", 2025, 950_000),
        ("GOV_PROPOSAL", 2026, 1_000_000),
        ("ENACTED", 2026, 980_000),
    ]
    amount = amounts[-1]
    assert (amount.unit_raw, amount.unit_from, amount.basis) == ("천원", TakenFrom.FORM, Basis.TOTAL_EXPENDITURE)
    subject = amount.subject
    assert (subject.level, subject.name, subject.code) == (Level.PROJECT, "숲길 정비", "7033-300")
    assert subject.codes[Level.ORG] == "019"
    assert subject.names[Level.SECTOR] == "일반행정"
    assert (subject.codes[Level.ACTIVITY], subject.codes[Level.PROGRAM]) == ("7033", "1000")


def test_the_service_with_the_supplementary_budget_means_its_stages():
    row = {**KEYS, "Y_YY_DFN_KCUR_AMT": 1, "Y_YY_MEDI_KCUR_AMT": 2, "Y_YY_DFN_MEDI_KCUR_AMT": 3}
    expected = [("ENACTED", 2026, 1_000), ("SUPP_PROPOSAL", 2026, 2_000), ("SUPP_ENACTED", 2026, 3_000)]
    assert brief(read(*asked([row], "BudgetAddService5")).amounts) == expected
    assert brief(read(*asked([row], "다른이름")).amounts) == expected


def test_a_field_of_two_meanings_is_asked_about_and_answered():
    row = {**KEYS, "Y_YY_MEDI_KCUR_AMT": 2, "Y_YY_DFN_MEDI_KCUR_AMT": 3}
    view, around = asked([row], "알수없는서비스")
    found = read(view, around)
    assert (found.amounts, found.reason, found.is_question, found.n_left) == ([], "stage_unknown", True, 2)
    for answer in found.proposals:
        key, _, value = answer.partition("=")
        amounts = read(view, replace(around, answers={key: value})).amounts
        assert amounts[-1].stage == value


def test_zero_before_the_decision_is_no_zero():
    rows = [{**KEYS, **BUDGET, "FSCL_YY": year, "Y_YY_DFN_MEDI_KCUR_AMT": 0} for year in ("2027", "2027", "2026")]
    rows.append({**KEYS, **BUDGET})
    decided = [amount for amount in read(*asked(rows)).amounts if amount.place.col == len(KEYS) + 4]
    assert [(amount.fiscal_year, amount.value_state, amount.amount_minor) for amount in decided] == [
        (2027, ValueState.NOT_DECIDED, None),
        (2027, ValueState.NOT_DECIDED, None),
        (2026, ValueState.ZERO_PRINTED, 0),
        (2026, ValueState.VALUE, 980_000),
    ]


def test_a_finished_project_alone_has_a_printed_zero():
    row = {**KEYS, "Y_PREY_FIRST_KCUR_AMT": 5, "Y_YY_MEDI_KCUR_AMT": 0, "Y_YY_DFN_MEDI_KCUR_AMT": 0}
    states = [amount.value_state for amount in read(*asked([row])).amounts]
    assert states == [ValueState.VALUE, ValueState.ZERO_PRINTED, ValueState.ZERO_PRINTED]


def test_masked_and_unreadable_amounts():
    rows = [{**KEYS, **BUDGET, "Y_YY_MEDI_KCUR_AMT": "***"}, {**KEYS, **BUDGET, "Y_YY_MEDI_KCUR_AMT": "1 2 3,4"}]
    found = read(*asked(rows))
    masked = [amount for amount in found.amounts if amount.stage is Stage.GOV_PROPOSAL]
    assert [(amount.value_state, amount.amount_minor) for amount in masked] == [(ValueState.MASKED, None)]


SETTLED = {
    "CITM_CD": "210",
    "CITM_NM": "운영비",
    "ANEXP_BDGAMT_F": 100,
    "ANEXP_BDGAMT_M": 110,
    "PREY_BFWAMT": 5,
    "RSVF_EP_DCS_IAMT": 1,
    "BDTR_IAMT": 2,
    "BDTR_MAMT": 3,
    "ANEXP_BDG_CAMT": 115,
    "EP_AMT": 90,
    "EP_NAMT": 88,
    "NEXT_YY_BFWAMT": 20,
    "DUSEAMT": 5,
}


def test_the_settled_account_is_in_won():
    amounts = read(*asked([{**KEYS, **SETTLED}], "ExpendituresSettlement")).amounts
    assert [(str(amount.stage), amount.amount_minor, amount.compared) for amount in amounts] == [
        ("ENACTED", 100, None),
        ("SUPP_ENACTED", 110, None),
        ("CARRYOVER_IN", 5, None),
        ("ADJ_RESERVE", 1, "증액"),
        ("ADJ_TRANSFER_TITLE", 2, "증액"),
        ("ADJ_TRANSFER_TITLE", 3, "감액"),
        ("CURRENT", 115, None),
        ("SETTLED", 90, None),
        ("SETTLED", 88, None),
        ("CARRYOVER_OUT", 20, None),
        ("LAPSED", 5, None),
    ]
    assert [amount.basis for amount in amounts if amount.stage is Stage.SETTLED] == [Basis.GROSS, Basis.NET]
    assert (amounts[0].subject.level, amounts[0].subject.code) == (Level.MOK, "210")


@pytest.mark.parametrize("month", ["5", "05", "202605", "5월"])
def test_monthly_execution(month: str):
    row = {**KEYS, "EXE_M": month, "ANEXP_BDG_CAMT": 10, "EP_AMT": 2, "THISM_AGGR_EP_AMT": 7, "THISM_AGGR_EP_NAMT": 6}
    amounts = read(*asked([row], "VWFOEM")).amounts
    assert [(str(amount.stage), amount.period, amount.amount_minor) for amount in amounts] == [
        ("CURRENT", "202605", 10),
        ("EXEC_MONTH", "202605", 2),
        ("EXEC_YTD", "202605", 7),
        ("EXEC_YTD", "202605", 6),
    ]


def test_what_is_counted_by_months_without_a_month_is_no_year():
    found = read(*asked([{**KEYS, "THISM_AGGR_EP_AMT": 7}], "VWFOEM"))
    assert (found.amounts, found.n_left, found.is_question) == ([], 1, True)


def test_the_basis_of_a_row_and_the_account_of_a_fund():
    row = {**KEYS, "ACCT_CD": "10", "ACCT_NM": "도로계정", "ANEXP_INQ_STND_CD": "2", "ANEXP_BDGAMT_F": 1}
    (amount,) = read(*asked([row], "ExpenditureBudgetInit5")).amounts
    assert amount.basis is Basis.NET
    assert amount.subject.names[Level.ACCOUNT] == "일반회계 도로계정"
    assert amount.subject.codes[Level.ACCOUNT] == "110-10"


FILE = (
    "회계연도,소관명,회계명,분야명,부문명,프로그램명,단위사업명,세부사업명,정부안금액{u},국회확정금액{u}\n"
    "2026,숲청,일반회계,행정,일반행정,숲길,관리,정비,10,8\n"
)


def test_the_labels_of_a_file_with_its_unit():
    view, around = filed(FILE.format(u="(천원)"))
    assert FORM.recognises(view, around) > 0.9
    amounts = read(view, around).amounts
    assert brief(amounts) == [("GOV_PROPOSAL", 2026, 10_000), ("ENACTED", 2026, 8_000)]
    assert amounts[0].unit_from is TakenFrom.CELL
    around_it = read(*filed(FILE.format(u=""), unit="원")).amounts
    assert [(amount.amount_minor, amount.unit_from) for amount in around_it] == [
        (10, TakenFrom.TEXT),
        (8, TakenFrom.TEXT),
    ]


def test_a_file_without_a_unit_is_asked_about():
    found = read(*filed(FILE.format(u="")))
    assert (found.amounts, found.reason, found.proposals) == ([], "unit_unknown", ("unit=원", "unit=천원"))


def test_code_and_name_under_bare_labels():
    text = (
        "회계연도,소관,소관명,회계,회계명,분야,분야명,프로그램,프로그램명,지출액(원),불용액(원)\n"
        "2023,019,숲청,110,일반,010,행정,1000,숲길,7,3\n"
    )
    view, around = filed(text)
    amounts = read(view, around).amounts
    assert brief(amounts) == [("SETTLED", 2023, 7), ("LAPSED", 2023, 3)]
    assert amounts[0].subject.codes == {
        Level.ORG: "019",
        Level.ACCOUNT: "110",
        Level.FIELD: "010",
        Level.PROGRAM: "1000",
    }
    assert amounts[0].subject.names[Level.ORG] == "숲청"


@pytest.mark.parametrize("header", ["구분,금액", "소관명,회계명,금액", "OFFC_NM,FSCL_YY,이름"])
def test_other_tables_are_left_to_others(header: str):
    assert FORM.recognises(*filed(f"{header}\n가,1,2\n")) == 0.0
