"""What rows are about: names, codes and levels."""

import pytest

from tests.connectors.tables.drawing import MILLION, THOUSAND, Layout, Want, check

LAYOUTS = (
    Layout(
        "각목",
        (
            "(단위: 천원)",
            """
과목|예산액|전년도 예산액|비교 증△감|산출기초
210-01 일반수용비|12,500|11,000|1,500|5,000원×2,500부=12,500천원
210-14 일반용역비|30,000|32,000|△2,000|
 합계|42,500|43,000|△500|
""",
        ),
        (
            Want("2-4", "2", 2026, "ENACTED", THOUSAND),
            Want("2-4", "3", 2025, "ENACTED", THOUSAND),
            Want("2-4", "4", 2026, "CHANGE", THOUSAND),
        ),
        title="2026년도 세출예산 각목명세서",
        subjects={(2, 2): ("SEMOK", "일반수용비", "210-01"), (4, 2): ("TOTAL", "합계", None)},
    ),
    Layout(
        "편성현황-들여쓰기",
        (
            "2026년도 세출예산 편성현황",
            "(단위: 백만원)",
            """
구 분|2025예산(A)|2026예산(B)|증감(B-A)|증감률(%)
[분야] 환경|3,400|3,450|50|1.5
 [부문] 물관리|3,400|3,450|50|1.5
  [프로그램] 수질개선|3,400|3,450|50|1.5
   [단위] 하천정비(3133)|3,400|3,450|50|1.5
    [세부] 도시하천 정비(3133-301)|1,200|1,350|150|12.5
     210-01 일반수용비|200|250|50|25.0
""",
        ),
        (
            Want("2-7", "2", 2025, "ENACTED/BUDGET", MILLION),
            Want("2-7", "3", 2026, "ENACTED/BUDGET", MILLION),
            Want("2-7", "4", 2026, "CHANGE", MILLION),
        ),
        subjects={
            (2, 2): ("FIELD", "환경", None),
            (6, 2): ("PROJECT", "도시하천 정비", "3133-301"),
            (7, 2): ("SEMOK", "일반수용비", "210-01"),
        },
    ),
    Layout(
        "코드열",
        (
            "2026년도 예산 (단위: 천원)",
            """
프로그램|<|단위사업|<|세부사업|<|예산액
코드|명칭|코드|명칭|코드|명칭|^
3100|수질개선|3133|하천정비|301|도시하천 정비|1,200,000
3100|수질개선|3133|하천정비|302|지방하천 정비|2,200,000
""",
        ),
        (Want("3-4", "7", 2026, "ENACTED/BUDGET", THOUSAND),),
        subjects={(3, 7): ("PROJECT", "도시하천 정비", "3133-301")},
    ),
    Layout(
        "과목 3열",
        (
            "(단위: 백만원)",
            """
항|목|세목|2025년 예산액|2026년 예산액|증감
100 인건비|110 인건비|110-01 보수|500|510|10
^|^|110-02 기타직보수|50|51|1
200 물건비|210 운영비|210-01 일반수용비|20|22|2
합계|<|<|570|583|13
""",
        ),
        (
            Want("2-5", "4", 2025, "ENACTED", MILLION),
            Want("2-5", "5", 2026, "ENACTED", MILLION),
            Want("2-5", "6", 2026, "CHANGE", MILLION),
        ),
        subjects={(3, 4): ("SEMOK", "기타직보수", "110-02"), (5, 4): ("TOTAL", "합계", None)},
    ),
    Layout(
        "코드만 열",
        (
            "2026년도 예산현황 (단위: 천원)",
            """
회계연도|소관코드|소관명|분야코드|분야명|세부사업코드|세부사업명|예산액
2026|019|맑은물부|060|환경|301|하천 정비|1,200,000
2026|019|맑은물부|060|환경|302|우물 정비|2,200,000
""",
        ),
        (Want("2-3", "8", 2026, "ENACTED", THOUSAND),),
        subjects={(2, 8): ("PROJECT", "하천 정비", "301")},
    ),
    Layout(
        "숫자만코드",
        (
            "2026년도 예산 (단위: 천원)",
            """
연번|사업번호|사업명|예산액|수량|비고
1|20261|하천 정비|1,200,000|3|-
2|20262|우물 정비|2,200,000|5|-
""",
        ),
        (Want("2-3", "4", 2026, "ENACTED", THOUSAND),),
    ),
    Layout(
        "집계표-왼쪽숫자코드",
        (
            "2026년 세출예산 (단위: 천원)",
            """
통계목|통계목명|예산액
20101|사무관리비|1,000
20102|공공운영비|2,000
""",
        ),
        (Want("2-3", "3", 2026, "ENACTED", THOUSAND),),
        subjects={(2, 3): ("SEMOK", "사무관리비", "20101")},
    ),
    Layout(
        "지방예산서",
        (
            "2026년도 본예산 일반회계 세출예산사업명세서",
            "부서: 환경과",
            "(단위: 천원)",
            """
부서·정책·단위(회계)·세부사업·편성목|예산액|전년도예산액|비교증감
환경과|900|800|100
 정책: 깨끗한 환경 조성|900|800|100
  단위: 대기질 개선|900|800|100
   미세먼지 저감|900|800|100
    201 일반운영비|500|400|100
     01 사무관리비|500|400|100
""",
        ),
        (
            Want("2-7", "2", 2026, "ENACTED", THOUSAND),
            Want("2-7", "3", 2025, "ENACTED/BUDGET", THOUSAND),
            Want("2-7", "4", 2026, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "목과 세목은 코드뿐",
        (
            "2026년 예산 (단위: 천원)",
            """
정책사업|단위사업|세부사업|목|세목|예산액
숲 보전|숲길|숲길 정비|401|01|500
||||02|50
""",
        ),
        (Want("2-3", "6", 2026, "ENACTED", THOUSAND),),
        subjects={(2, 6): ("SEMOK", "01", "01"), (3, 6): ("SEMOK", "02", "02")},
    ),
    Layout(
        "정책사업의 행",
        (
            "2026년 예산 (단위: 천원)",
            """
부서|정책사업|단위사업|세부사업|예산액
푸른과||||900
푸른과|숲 보전|||900
푸른과|숲 보전|숲길||900
푸른과|숲 보전|숲길|숲길 정비|900
""",
        ),
        (Want("2-5", "5", 2026, "ENACTED", THOUSAND),),
        subjects={
            (2, 5): ("ORG", "푸른과", None),
            (3, 5): ("PROGRAM", "숲 보전", None),
            (4, 5): ("ACTIVITY", "숲길", None),
            (5, 5): ("PROJECT", "숲길 정비", None),
        },
    ),
    Layout(
        "예산총칙소관",
        (
            "2026년도 예산 (단위: 천원)",
            """
소관|계|인건비|물건비|경상이전
맑은물부|600|300|200|100
푸른숲청|570|290|190|90
""",
        ),
        (Want("2-3", "2-5", 2026, "BUDGET/ENACTED", THOUSAND),),
        subjects={(2, 2): ("ORG", "맑은물부", None)},
    ),
    Layout(
        "사업내 연도행",
        (
            "(단위: 백만원)",
            """
사업명|연도|예산|집행|집행률
도로|2023|100|90|90.0
^|2024|110|100|90.9
하천|2023|200|190|95.0
^|2024|210|200|95.2
""",
        ),
        (
            Want("2", "3", 2023, "ENACTED/BUDGET", MILLION),
            Want("2", "4", 2023, "EXEC_YTD", MILLION),
            Want("3", "3", 2024, "ENACTED/BUDGET", MILLION),
            Want("3", "4", 2024, "EXEC_YTD", MILLION),
            Want("4", "3", 2023, "ENACTED/BUDGET", MILLION),
            Want("4", "4", 2023, "EXEC_YTD", MILLION),
            Want("5", "3", 2024, "ENACTED/BUDGET", MILLION),
            Want("5", "4", 2024, "EXEC_YTD", MILLION),
        ),
        title="2025년 사업평가",
        subjects={(3, 3): ("PROJECT", "도로", None)},
    ),
    Layout(
        "사업내 단계행",
        (
            "(단위: 백만원)",
            """
사업명|구분|2023|2024
도로|예산|100|110
^|집행|90|100
^|집행률|90.0|90.9
하천|예산|200|210
^|집행|190|200
^|집행률|95.0|95.2
""",
        ),
        (
            Want("2", "3", 2023, "ENACTED/BUDGET", MILLION),
            Want("2", "4", 2024, "ENACTED/BUDGET", MILLION),
            Want("3", "3", 2023, "EXEC_YTD", MILLION),
            Want("3", "4", 2024, "EXEC_YTD", MILLION),
            Want("5", "3", 2023, "ENACTED/BUDGET", MILLION),
            Want("5", "4", 2024, "ENACTED/BUDGET", MILLION),
            Want("6", "3", 2023, "EXEC_YTD", MILLION),
            Want("6", "4", 2024, "EXEC_YTD", MILLION),
        ),
        title="2025년 사업평가",
        subjects={(3, 3): ("PROJECT", "도로", None)},
    ),
    Layout(
        "숫자제목행",
        (
            "(단위: 백만원)",
            """
구분|2025예산|2026예산
1. 인건비|100|110
가. 보수|80|90
나. 수당|20|20
2. 물건비|50|55
""",
        ),
        (
            Want("2-5", "2", 2025, "ENACTED/BUDGET", MILLION),
            Want("2-5", "3", 2026, "ENACTED/BUDGET", MILLION),
        ),
        subjects={(2, 2): ("OTHER", "인건비", None)},
    ),
    Layout(
        "회계별",
        (
            "2026년도 세출예산 총괄 (단위: 백만원)",
            """
구분|합계|일반회계|특별회계|기금
2026예산|600|300|200|100
2025예산|570|290|190|90
증감|30|10|10|10
""",
        ),
        (
            Want("2", "2-5", 2026, "ENACTED/BUDGET", MILLION),
            Want("3", "2-5", 2025, "ENACTED/BUDGET", MILLION),
            Want("4", "2-5", 2026, "CHANGE", MILLION),
        ),
    ),
    Layout(
        "단계행",
        (
            "(단위: 백만원)",
            """
구분|2023년|2024년|2025년
본예산|1,000|1,100|1,200
추경|1,050|1,100|1,250
예산현액|1,070|1,200|1,300
집행액|900|1,000|1,100
집행률|84.1|83.3|84.6
불용액|20|10|5
""",
        ),
        (
            Want("2", "2", 2023, "ENACTED", MILLION),
            Want("3", "2", 2023, "SUPP_ENACTED", MILLION),
            Want("4", "2", 2023, "CURRENT", MILLION),
            Want("5", "2", 2023, "EXEC_YTD", MILLION),
            Want("7", "2", 2023, "LAPSED", MILLION),
            Want("2", "3", 2024, "ENACTED", MILLION),
            Want("3", "3", 2024, "SUPP_ENACTED", MILLION),
            Want("4", "3", 2024, "CURRENT", MILLION),
            Want("5", "3", 2024, "EXEC_YTD", MILLION),
            Want("7", "3", 2024, "LAPSED", MILLION),
            Want("2", "4", 2025, "ENACTED", MILLION),
            Want("3", "4", 2025, "SUPP_ENACTED", MILLION),
            Want("4", "4", 2025, "CURRENT", MILLION),
            Want("5", "4", 2025, "EXEC_YTD", MILLION),
            Want("7", "4", 2025, "LAPSED", MILLION),
        ),
        title="2026년도 도로 정비 사업설명자료",
    ),
    Layout(
        "연도행",
        (
            "최근 3년간 예산 집행 현황 (단위: 백만원)",
            """
연도|예산액|예산현액|집행액|집행률|이월액|불용액
2023|1,000|1,020|900|88.2|100|20
2024|1,100|1,200|1,100|91.7|50|50
2025|1,200|1,250|1,249|99.9|-|1
계|3,300|3,470|3,249|93.6|150|71
""",
        ),
        (
            Want("2", "2", 2023, "ENACTED/BUDGET", MILLION),
            Want("2", "3", 2023, "CURRENT", MILLION),
            Want("2", "4", 2023, "EXEC_YTD", MILLION),
            Want("2", "6", 2023, "CARRYOVER_OUT", MILLION),
            Want("2", "7", 2023, "LAPSED", MILLION),
            Want("3", "2", 2024, "ENACTED/BUDGET", MILLION),
            Want("3", "3", 2024, "CURRENT", MILLION),
            Want("3", "4", 2024, "EXEC_YTD", MILLION),
            Want("3", "6", 2024, "CARRYOVER_OUT", MILLION),
            Want("3", "7", 2024, "LAPSED", MILLION),
            Want("4", "2", 2025, "ENACTED/BUDGET", MILLION),
            Want("4", "3", 2025, "CURRENT", MILLION),
            Want("4", "4", 2025, "EXEC_YTD", MILLION),
            Want("4", "6", 2025, "CARRYOVER_OUT", MILLION),
            Want("4", "7", 2025, "LAPSED", MILLION),
        ),
        title="2026년도 도로 정비 사업설명자료",
    ),
    Layout(
        "연월행",
        (
            "2025년 월별 집행 실적 (단위: 백만원)",
            """
월|계획|집행|집행률
1월|100|90|90.0
2월|100|95|95.0
3월|100|100|100.0
계|300|285|95.0
""",
        ),
        (
            Want("2", "3", 2025, "EXEC_MONTH", MILLION, also={"period": "202501"}),
            Want("3", "3", 2025, "EXEC_MONTH", MILLION, also={"period": "202502"}),
            Want("4", "3", 2025, "EXEC_MONTH", MILLION, also={"period": "202503"}),
            Want("5", "3", 2025, "EXEC_YTD", MILLION),
        ),
    ),
    Layout(
        "소계행 수직",
        (
            "2026년 예산 (단위: 백만원)",
            """
소관|회계|2025 예산|2026 예산
맑은물부|일반회계|100|120
^|특별회계|50|60
^|소계|150|180
푸른숲청|일반회계|10|20
총계|<|160|200
""",
        ),
        (
            Want("2-6", "3", 2025, "ENACTED", MILLION),
            Want("2-6", "4", 2026, "ENACTED", MILLION),
        ),
    ),
    Layout(
        "세부 산출",
        (
            "2026년 예산안 (단위: 천원)",
            """
목|예산안|산출내역
210-01|120,000|100명×1,200천원
220-01|5,000|50천원×100회
""",
        ),
        (Want("2-3", "2", 2026, "GOV_PROPOSAL", THOUSAND),),
        subjects={(2, 2): ("SEMOK", "210-01", "210-01")},
    ),
)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_layouts(layout: Layout):
    check(layout)
