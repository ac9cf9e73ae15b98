"""Open data of local finance: 원 is fixed by its publishers for exactly these headings."""

import pytest

from connectors.contract import Blob
from connectors.formats.csv_text import FORMAT as CSV
from connectors.forms.contract import Around
from connectors.forms.local_finance import FORM
from connectors.tables.view import TableView
from schemas.fiscal import Level, Stage, TakenFrom, ValueState

LINES = (
    "region,organization,project_detail,fiscal_year,budget_type,budget_amount,budget_category,sub_category\n"
    '새벽도,새벽시,"상자(4,000원*2개*3회)",2025,본예산,"24,000",100-201,01 사무관리비\n'
    "새벽도,새벽시,정리 용역,2025,제2회추경,5000,201 일반운영비,02 공공운영비\n"
    "새벽도,새벽시,미정 사업,2025,본예산,null,null,null\n"
    "새벽도,새벽시,모름,2025,무슨예산,7,,\n"
)
PROJECTS = (
    "fyr,exe_ymd,laf_cd,laf_hg_nm,acnt_dv_nm,fld_cd,fld_nm,part_nm,dbiz_cd,dbiz_nm,bdg_cash_amt,bdg_ntep,ep_amt\n"
    "2026,20260630,4111000,새벽시,일반회계,010,일반공공행정,재정,B001,청사 정비,110000000,50000000,55000000\n"
)


def view_of(text: str) -> TableView:
    (element,) = CSV.read(Blob(text.encode(), "a.csv")).elements
    return TableView(element, 0, 1)


def test_lines_of_budgets():
    view = view_of(LINES)
    assert FORM.recognises(view, Around()) == 1.0
    found = FORM.read(view, Around())

    first, second, none = found.amounts
    assert (none.amount_minor, none.value_state) == (None, ValueState.BLANK)
    assert (first.amount_minor, first.stage, first.unit_from) == (24_000, Stage.ENACTED, TakenFrom.FORM)
    assert (first.subject.level, first.subject.name) == (Level.SUBPROJECT, "상자(4,000원*2개*3회)")
    assert first.subject.codes == {Level.MOK: "100-201", Level.SEMOK: "201-01"}
    assert first.subject.names[Level.SEMOK] == "사무관리비"
    assert (second.amount_minor, second.stage, second.stage_no) == (5_000, Stage.SUPP_ENACTED, 2)
    assert second.subject.codes == {Level.MOK: "201", Level.SEMOK: "201-02"}
    assert found.n_left == 1


def test_rows_of_the_portal():
    found = FORM.read(view_of(PROJECTS), Around())
    current, spent = found.amounts
    assert (current.stage, current.amount_minor, current.period) == (Stage.CURRENT, 110_000_000, "202606")
    assert (spent.stage, spent.amount_minor) == (Stage.EXEC_YTD, 55_000_000)
    assert current.subject.codes[Level.PROJECT] == "B001"
    assert current.subject.names[Level.SECTOR] == "재정"
    assert found.n_left == 1


def test_a_printed_unit_holds():
    text = "회계연도,자치단체코드,자치단체명,세부사업명,예산현액(천원),지출액(천원)\n2026,41,새벽시,정비,12,-\n"
    current, spent = FORM.read(view_of(text), Around()).amounts
    assert (current.amount_minor, current.unit_raw, current.unit_from) == (12_000, "천원", TakenFrom.CELL)
    assert (spent.value_state, spent.amount_minor) == (ValueState.DASH, None)


@pytest.mark.parametrize(
    "header", ["회계연도,자치단체명,세부사업명,예산현액", "fiscal_year,budget_amount,organization", "이름,금액"]
)
def test_other_headings_are_left_to_others(header: str):
    assert FORM.recognises(view_of(f"{header}\n2026,1,2,3\n"), Around()) == 0.0
