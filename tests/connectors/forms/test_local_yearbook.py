"""지방재정연감: what its publisher fixes holds, unless the sheet prints something else."""

from dataclasses import replace

from connectors.extraction import extract
from schemas.budget import Extraction, FoundAmount
from schemas.fiscal import Basis, Level, Stage, TakenFrom, ValueState
from tests.connectors.tables.drawing import document

SHEET = """
2031년도 지방재정연감|<|<|<|<
자치단체|합계|010 일반공공행정|<|020 공공질서및안전
^|^|011 입법|소계|025 재난방재
전국계|600|100|100|500
가도계|600|100|100|-
나시|3|1|1|
"""


def amounts_of(*parts: str) -> dict[tuple[int, int], FoundAmount]:
    found = extract(document(*parts))
    return {(amount.place.row, amount.place.col): amount for amount in found.amounts}


def verdict_of(found: Extraction) -> tuple[str, str | None]:
    return found.tables[0].outcome, found.tables[0].reason


def test_what_the_publisher_fixes():
    amounts = amounts_of(SHEET)
    assert {amount.form for amount in amounts.values()} == {"local_yearbook"}
    total = amounts[4, 2]
    assert (total.amount_minor, total.unit_from, total.fiscal_year) == (600_000, TakenFrom.FORM, 2031)
    assert (total.stage, total.basis, total.is_total) == (Stage.SETTLED, Basis.GROSS, True)
    assert total.subject.names == {Level.ORG: "전국계"}
    assert (amounts[5, 5].value_state, amounts[5, 5].amount_minor) == (ValueState.DASH, None)
    assert (6, 5) not in amounts


def test_codes_and_names_of_columns():
    amounts = amounts_of(SHEET)
    sector = amounts[6, 3].subject
    assert (sector.level, sector.name, sector.code) == (Level.SECTOR, "입법", "011")
    assert sector.names == {Level.ORG: "나시", Level.FIELD: "일반공공행정", Level.SECTOR: "입법"}
    field = amounts[6, 4].subject
    assert (field.level, field.name, field.code) == (Level.FIELD, "일반공공행정", "010")


def test_a_printed_unit_wins():
    amount = amounts_of("(단위: 백만원)", SHEET)[4, 2]
    assert (amount.amount_minor, amount.unit_from) == (600_000_000, TakenFrom.TEXT)


def test_a_unit_that_is_none_of_money_stops_it():
    found = extract(document(SHEET.replace("2031년도 지방재정연감", "2031년도 지방재정연감 (단위: 명)")))
    assert verdict_of(found) == ("question", "unit_unknown")
    assert not found.amounts


def test_a_first_budget_is_no_settlement():
    amount = amounts_of("당초예산 순계", SHEET)[4, 2]
    assert (amount.stage, amount.stage_from, amount.basis) == (Stage.ENACTED, TakenFrom.TEXT, Basis.NET)


def test_another_table_is_not_taken_for_it():
    found = extract(document(SHEET.replace("지방재정연감", "지방재정 현황")))
    assert all(amount.form != "local_yearbook" for amount in found.amounts)
    assert replace(found.tables[0], ordinal=0).n_amounts == 0
