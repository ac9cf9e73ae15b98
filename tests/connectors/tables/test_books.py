"""Books of a budget whose one column goes from the office down to the items, and the levels that their order tells."""

import pytest

from connectors.extraction import extract
from schemas.budget import Extraction
from schemas.fiscal import Level
from tests.connectors.tables.drawing import document

TITLE = "2031년 세출예산사업명세서"
UNIT = "(단위: 천원)"
HEADING = "부서·정책·단위(회계)·세부사업·편성목|예산액|전년도예산액|비교증감"
SAID = f"""
{HEADING}
부서: 푸른과|1,000|900|100
정책: 숲 조성|1,000|900|100
단위: 숲길|1,000|900|100
숲길 정비|1,000|900|100
401 시설비및부대비|1,000|900|100
01 시설비|950|850|100
들길 정비|10|9|1
201 일반운영비|10|9|1
"""
UNSAID = f"""
{HEADING}
합계|2,050|1,850|200
푸른과|1,050|950|100
숲 보전|1,000|900|100
숲길 조성|1,000|900|100
숲길 정비|600|500|100
401 시설비및부대비|600|500|100
01 시설비|500|400|100
○숲길 공사|300||
○들길 공사|200||
02 감리비|100|100|0
숲길 보수|400|400|0
201 일반운영비|400|400|0
행정운영경비(푸른과)|50|50|0
기본경비|50|50|0
기본경비(총괄)|50|50|0
201 일반운영비|50|50|0
"""


def told(found: Extraction, table: int = 1) -> list[tuple[str, str, str | None, str | None]]:
    """(level, name, office, project) of the amounts of the second column, from the top."""
    return [
        (
            amount.subject.level.value,
            amount.subject.name,
            amount.subject.names.get(Level.ORG),
            amount.subject.names.get(Level.PROJECT),
        )
        for amount in found.amounts
        if (amount.place.table, amount.place.col) == (table, 2)
    ]


def test_levels_that_the_rows_say_themselves():
    found = extract(document(TITLE, UNIT, SAID))
    assert told(found) == [
        ("ORG", "푸른과", "푸른과", None),
        ("PROGRAM", "숲 조성", "푸른과", None),
        ("ACTIVITY", "숲길", "푸른과", None),
        ("PROJECT", "숲길 정비", "푸른과", "숲길 정비"),
        ("MOK", "시설비및부대비", "푸른과", "숲길 정비"),
        ("SEMOK", "시설비", "푸른과", "숲길 정비"),
        ("PROJECT", "들길 정비", "푸른과", "들길 정비"),
        ("MOK", "일반운영비", "푸른과", "들길 정비"),
    ]
    assert [a.subject.code for a in found.amounts if a.place.col == 2][4:6] == ["401", "01"]


def test_levels_that_only_the_order_tells():
    assert told(extract(document(TITLE, UNIT, UNSAID))) == [
        ("TOTAL", "합계", None, None),
        ("ORG", "푸른과", "푸른과", None),
        ("PROGRAM", "숲 보전", "푸른과", None),
        ("ACTIVITY", "숲길 조성", "푸른과", None),
        ("PROJECT", "숲길 정비", "푸른과", "숲길 정비"),
        ("MOK", "시설비및부대비", "푸른과", "숲길 정비"),
        ("SEMOK", "시설비", "푸른과", "숲길 정비"),
        ("OTHER", "숲길 공사", "푸른과", "숲길 정비"),
        ("OTHER", "들길 공사", "푸른과", "숲길 정비"),
        ("SEMOK", "감리비", "푸른과", "숲길 정비"),
        ("PROJECT", "숲길 보수", "푸른과", "숲길 보수"),
        ("MOK", "일반운영비", "푸른과", "숲길 보수"),
        ("PROGRAM", "행정운영경비(푸른과)", "푸른과", None),
        ("ACTIVITY", "기본경비", "푸른과", None),
        ("PROJECT", "기본경비(총괄)", "푸른과", "기본경비(총괄)"),
        ("MOK", "일반운영비", "푸른과", "기본경비(총괄)"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        """
부서·정책·단위(회계)·세부사업·편성목|<|<|<|<|예산액|전년도예산액
푸른과|||||900|800
|숲 보전||||900|800
||숲길 조성|||900|800
|||숲길 정비||500|400
||||401 시설비|500|400
|||숲길 보수||400|400
||||201 운영비|400|400
""",
        """
부서·정책·단위(회계)·세부사업·편성목|<|<|<|예산액|전년도예산액
푸른과|<|<|<|900|800
|숲 보전|<|<|900|800
||숲길 조성|<|900|800
|||숲길 정비|500|400
|||401 시설비|500|400
|||숲길 보수|400|400
|||201 운영비|400|400
""",
    ],
    ids=["columns", "merged"],
)
def test_levels_that_are_indented_by_columns(rows: str):
    found = extract(document(TITLE, UNIT, rows))
    got = [
        (a.subject.level.value, a.subject.name, a.subject.names.get(Level.ORG), a.subject.names.get(Level.PROJECT))
        for a in found.amounts
        if a.fiscal_year == 2031
    ]
    assert got == [
        ("ORG", "푸른과", "푸른과", None),
        ("PROGRAM", "숲 보전", "푸른과", None),
        ("ACTIVITY", "숲길 조성", "푸른과", None),
        ("PROJECT", "숲길 정비", "푸른과", "숲길 정비"),
        ("MOK", "시설비", "푸른과", "숲길 정비"),
        ("PROJECT", "숲길 보수", "푸른과", "숲길 보수"),
        ("MOK", "운영비", "푸른과", "숲길 보수"),
    ]


def test_who_pays_is_a_part_and_no_level():
    rows = "숲길 정비|600|500|100\n국|300|250|50\n도|90|75|15\n시비|210|175|35\n401 시설비|600|500|100\n"
    assert told(extract(document(TITLE, UNIT, f"{HEADING}\n{rows}"))) == [
        ("PROJECT", "숲길 정비", None, "숲길 정비"),
        ("OTHER", "국", None, "숲길 정비"),
        ("OTHER", "도", None, "숲길 정비"),
        ("OTHER", "시비", None, "숲길 정비"),
        ("MOK", "시설비", None, "숲길 정비"),
    ]


def test_projects_with_bullets_are_projects():
    rows = "○ 숲길 정비|60|50|10\n401 시설비|60|50|10\n○ 들길 정비|40|40|0\n201 일반운영비|40|40|0\n"
    found = extract(document(TITLE, UNIT, f"{HEADING}\n{rows}"))
    assert [(level, name) for level, name, _, _ in told(found)] == [
        ("PROJECT", "숲길 정비"), ("MOK", "시설비"), ("PROJECT", "들길 정비"), ("MOK", "일반운영비"),
    ]  # fmt: skip


def test_a_book_without_items_tells_no_levels():
    found = extract(document(TITLE, UNIT, f"{HEADING}\n숲길 정비|60|50|10\n들길 정비|40|40|0\n"))
    assert [level for level, *_ in told(found)] == ["PROJECT", "PROJECT"]


@pytest.mark.parametrize(
    "between", [(UNIT,), ("- 12 -", UNIT), ("부서: 푸른과\n정책: 숲 보전\n(단위: 천원)",), ("부서: 푸른과", UNIT), ()]
)
def test_a_project_goes_on_over_the_end_of_a_page(between: tuple[str, ...]):
    first = f"{HEADING}\n푸른과|600|500|100\n숲 보전|600|500|100\n숲길|600|500|100\n숲길 정비|600|500|100\n"
    first += "401 시설비및부대비|600|500|100\n01 시설비|500|400|100\n"
    second = f"{HEADING}\n○설계|50||\n02 감리비|100|100|0\n숲길 보수|400|400|0\n201 일반운영비|400|400|0\n"
    above = tuple(line for line in between if line.startswith("부서"))
    found = extract(document(TITLE, *above, UNIT, first, *between, second))
    assert told(found, 2) == [
        ("OTHER", "설계", "푸른과", "숲길 정비"),
        ("SEMOK", "감리비", "푸른과", "숲길 정비"),
        ("PROJECT", "숲길 보수", "푸른과", "숲길 보수"),
        ("MOK", "일반운영비", "푸른과", "숲길 보수"),
    ]
    assert {(a.fiscal_year, a.unit_raw) for a in found.amounts} == {(2031, "천원"), (2030, "천원")}


def test_a_page_of_another_office_goes_on_from_nothing():
    first = f"{HEADING}\n숲길 정비|600|500|100\n401 시설비및부대비|600|500|100\n"
    second = f"{HEADING}\n02 감리비|100|100|0\n"
    found = extract(document(TITLE, "부서: 푸른과", UNIT, first, "부서: 들과", UNIT, second))
    assert told(found, 2) == [("SEMOK", "감리비", None, None)]
