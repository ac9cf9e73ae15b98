"""Where headings end, and where another table begins in the same grid."""

import pytest

from tests.connectors.tables.drawing import EOK, MILLION, THOUSAND, WON, Layout, Want, check

LAYOUTS = (
    Layout(
        "단위행",
        (
            "2026년도 예산",
            """
구분|2025년|2026년|증감률
|(백만원)|(백만원)|(%)
도로|100|120|20.0
하천|200|220|10.0
""",
        ),
        (
            Want("3-4", "2", 2025, "ENACTED/BUDGET", MILLION),
            Want("3-4", "3", 2026, "ENACTED/BUDGET", MILLION),
        ),
    ),
    Layout(
        "단위칸오른쪽",
        (
            """
|||(단위: 천원)
사업명|2025 예산|2026 예산|증감
도로|100|120|20
하천|200|220|20
""",
        ),
        (
            Want("3-4", "2", 2025, "ENACTED/BUDGET", THOUSAND),
            Want("3-4", "3", 2026, "ENACTED/BUDGET", THOUSAND),
            Want("3-4", "4", 2026, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "번호행",
        (
            "2026년도 예산안 (단위: 억원)",
            """
구분|2025년 본예산|2026년 예산안|증감
(1)|(2)|(3)|(3-2)
도로|100|120|20
하천|200|220|20
""",
        ),
        (
            Want("3-4", "2", 2025, "ENACTED", EOK),
            Want("3-4", "3", 2026, "GOV_PROPOSAL", EOK),
            Want("3-4", "4", 2026, "CHANGE", EOK),
        ),
    ),
    Layout(
        "번호행2",
        (
            "2026년도 예산안 (단위: 억원)",
            """
구분|2025년 본예산|2026년 예산안|증감
|①|②|②-①
도로|100|120|20
하천|200|220|20
""",
        ),
        (
            Want("3-4", "2", 2025, "ENACTED", EOK),
            Want("3-4", "3", 2026, "GOV_PROPOSAL", EOK),
            Want("3-4", "4", 2026, "CHANGE", EOK),
        ),
    ),
    Layout(
        "번호행3",
        (
            "2026년도 예산안 (단위: 억원)",
            """
구분|2025년 본예산|2026년 예산안|증감
1|2|3|4
도로|100|120|20
하천|200|220|20
""",
        ),
        (
            Want("3-4", "2", 2025, "ENACTED", EOK),
            Want("3-4", "3", 2026, "GOV_PROPOSAL", EOK),
            Want("3-4", "4", 2026, "CHANGE", EOK),
        ),
    ),
    Layout(
        "각주행",
        (
            "2026년도 예산안 (단위: 억원)",
            """
구분|2025년 본예산|2026년 예산안
도로|100|120
하천|200|220
주1) 2025년 추경 10억원 제외|<|<
자료: 맑은물부, 2025.8.|<|<
""",
        ),
        (
            Want("2-3", "2", 2025, "ENACTED", EOK),
            Want("2-3", "3", 2026, "GOV_PROPOSAL", EOK),
        ),
    ),
    Layout(
        "두표",
        (
            """
2026년도 세출 (단위: 백만원)|||
사업|2025 예산|2026 예산|증감
도로|100|120|20
하천|200|220|20
|||
2026년도 세입 (단위: 억원)|||
과목|2024 결산|2025 예산|2026 예산
소득세|10|12|13
법인세|20|22|23
""",
        ),
        (
            Want("3-4", "2", 2025, "ENACTED/BUDGET", MILLION),
            Want("3-4", "3", 2026, "ENACTED/BUDGET", MILLION),
            Want("3-4", "4", 2026, "CHANGE", MILLION),
            Want("8-9", "2", 2024, "SETTLED", EOK),
            Want("8-9", "3", 2025, "ENACTED/BUDGET", EOK),
            Want("8-9", "4", 2026, "ENACTED/BUDGET", EOK),
        ),
    ),
    Layout(
        "두표b",
        (
            """
사업(백만원)|2025 예산|2026 예산|증감
도로|100|120|20
하천|200|220|20
과목(억원)|2024 결산|2025 예산|2026 예산
소득세|10|12|13
법인세|20|22|23
""",
        ),
        (
            Want("2-3", "2", 2025, "ENACTED/BUDGET", MILLION),
            Want("2-3", "3", 2026, "ENACTED/BUDGET", MILLION),
            Want("2-3", "4", 2026, "CHANGE", MILLION),
            Want("5-6", "2", 2024, "SETTLED", EOK),
            Want("5-6", "3", 2025, "ENACTED/BUDGET", EOK),
            Want("5-6", "4", 2026, "ENACTED/BUDGET", EOK),
        ),
    ),
    Layout(
        "같은머리반복",
        (
            "(단위: 백만원)",
            """
사업|2025 예산|2026 예산|증감
도로|100|120|20
사업|2025 예산|2026 예산|증감
하천|200|220|20
""",
        ),
        (
            Want("2,4", "2", 2025, "ENACTED/BUDGET", MILLION),
            Want("2,4", "3", 2026, "ENACTED/BUDGET", MILLION),
            Want("2,4", "4", 2026, "CHANGE", MILLION),
        ),
    ),
    Layout(
        "구간행",
        (
            "2026년도 예산 (단위: 백만원)",
            """
구분|2025 본예산|2026 본예산|비고
◇ 일반회계|||
도로|100|120|
하천|200|220|신규
소계|300|340|
◇ 특별회계|||
우물|1|2|
소계|1|2|
총계|301|342|
""",
        ),
        (
            Want("3-5,7-9", "2", 2025, "ENACTED", MILLION),
            Want("3-5,7-9", "3", 2026, "ENACTED", MILLION),
        ),
    ),
    Layout(
        "표안제목행",
        (
            """
2026년도 맑은물부 세출예산|<|<|<
(단위: 백만원)|<|<|<
사업|2025예산|2026예산|증감
가|1,200|1,300|100
나|2,000|2,100|100
""",
        ),
        (
            Want("4-5", "2", 2025, "ENACTED", MILLION),
            Want("4-5", "3", 2026, "ENACTED", MILLION),
            Want("4-5", "4", 2026, "CHANGE", MILLION),
        ),
    ),
    Layout(
        "이중제목",
        (
            """
세입·세출 결산|<|<|<|<|<
(단위: 원)|<|<|<|<|<
세입|<|<|세출|<|<
과목|예산액|수납액|과목|예산현액|지출액
지방세|1,000|1,100|행정|1,000|900
교부세|2,000|2,100|복지|2,000|1,900
""",
        ),
        (
            Want("5-6", "2", 2024, "ENACTED/BUDGET", WON, also={"is_revenue": True}),
            Want("5-6", "3", 2024, "SETTLED", WON, also={"is_revenue": True}),
            Want("5-6", "5", 2024, "CURRENT", WON, also={"is_revenue": False}),
            Want("5-6", "6", 2024, "EXEC_YTD", WON),
        ),
        title="2024회계연도 결산서",
    ),
    Layout(
        "빈행있는시트",
        (
            """
2026년도 예산서|||
|||
|||(단위:천원)
과목|2025|2026|비교
|||
인건비|100|110|10
|||
물건비|50|55|5
""",
        ),
        (
            Want("6,8", "2", 2025, "BUDGET/ENACTED", THOUSAND),
            Want("6,8", "3", 2026, "BUDGET/ENACTED", THOUSAND),
            Want("6,8", "4", 2026, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "제목뿐인연도",
        (
            """
맑은물부 세출예산|||단위:백만원
사업|전년예산|금년예산|증감
가|1,200|1,300|100
""",
        ),
        (
            Want("3", "2", 2025, "ENACTED", MILLION),
            Want("3", "3", 2026, "ENACTED", MILLION),
            Want("3", "4", 2026, "CHANGE", MILLION),
        ),
        title="2026년 예산서.xlsx",
    ),
    Layout(
        "단위다른두표연속",
        (
            "(단위: 억원)",
            """
구분|2025 본예산|2026 예산안
가|673|728
""",
            "나. 세부내역",
            """
구분|2025 본예산|2026 예산안
나|67,300|72,800
""",
        ),
        (
            Want("2", "2", 2025, "ENACTED", EOK, table=1),
            Want("2", "3", 2026, "GOV_PROPOSAL", EOK, table=1),
        ),
    ),
    Layout(
        "앞주석연도",
        (
            "2026년 예산안",
            """
사업|예산안(억원)
도로|100
""",
            "주) 2024년 결산 기준",
            """
사업|요구액(억원)
하천|200
""",
        ),
        (
            Want("2", "2", 2026, "GOV_PROPOSAL", EOK, table=1),
            Want("2", "2", 2026, "REQUEST", EOK, table=2),
        ),
        title="2026년도 예산안 설명",
    ),
)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_layouts(layout: Layout):
    check(layout)
