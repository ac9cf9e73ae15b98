"""Layouts of offices that nobody tuned to: versions of a stage, years beside each other, units and stages in rows."""

import pytest

from connectors.extraction import extract
from connectors.tables import words, years
from connectors.tables.labels import is_day
from tests.connectors.tables.drawing import EOK, JO, MILLION, THOUSAND, WON, Layout, Want, check, document

LAYOUTS = (
    Layout(
        "경정예산액",
        (
            "예산구분 : 추경4회",
            "2031학년도 (단위 : 천원)",
            """
사업|경정 예산액|기정 예산액|비교 증감
교직원보수|796|810|△14
교원보수|649|664|△15
""",
        ),
        (
            Want("2-3", "2", 2031, "SUPP_ENACTED", THOUSAND, also={"stage_no": 4}),
            Want("2-3", "3", 2031, "SUPP_ENACTED", THOUSAND, also={"stage_no": 3}),
            Want("2-3", "4", 2031, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "경정예산액, 제목 없음",
        (
            "2031년 (단위 : 천원)",
            """
사업|경정예산액|기정예산액
교직원보수|796|810
""",
        ),
        (Want("2", "2-3", 2031, "SUPP_ENACTED", THOUSAND),),
    ),
    Layout(
        "요구안의 당초와 조정",
        (
            "(단위: 백만원)",
            """
구분|2030년|2031년|<|<
^|본예산|요구안|<|정부안
^|^|당초|수정|^
가 사업|10|15|14|13
""",
        ),
        (
            Want("4", "2", 2030, "ENACTED", MILLION),
            Want("4", "3-4", 2031, "REQUEST", MILLION),
            Want("4", "5", 2031, "GOV_PROPOSAL", MILLION),
        ),
    ),
    Layout(
        "정부안의 당초와 국회 최종",
        (
            "(단위: 백만원)",
            """
구분|2031년 예산안|<
^|당초|최종
가 사업|15|14
""",
        ),
        (Want("3", "2", 2031, "GOV_PROPOSAL", MILLION), Want("3", "3", 2031, "ENACTED", MILLION)),
    ),
    Layout(
        "결산상 잉여금",
        (
            "2031회계연도 결산 (단위 : 원)",
            """
구분|예산현액|결산|<|<|결산상 잉여금 세부내역|<|<
^|^|세입⏎(수납액)㉮|세출⏎(지출액)㉯|결산상⏎잉여금⏎㉰=㉮-㉯|다음연도⏎이월액|보조금⏎반납금|순세계⏎잉여금
일반회계|100|110|90|20|5|3|12
""",
        ),
        (
            Want("3", "2", 2031, "CURRENT", WON),
            Want("3", "3", 2031, "SETTLED", WON),
            Want("3", "4", 2031, "SETTLED/EXEC_YTD", WON),
            Want("3", "6", 2031, "CARRYOVER_OUT", WON),
        ),
    ),
    Layout(
        "연차별 투자계획",
        (
            "(단위: 백만원)",
            """
사업명|총사업비|기투자|연차별 투자계획|<|<|향후
^|^|^|2031년|2032년|2033년|^
가 도로|500|120|50|60|70|200
""",
        ),
        (
            Want("3", "4", 2031, "PLAN", MILLION),
            Want("3", "5", 2032, "PLAN", MILLION),
            Want("3", "6", 2033, "PLAN", MILLION),
        ),
    ),
    Layout(
        "차년도 계획과 비교증감",
        (
            "2031년도 예산 (단위: 천원)",
            """
과목|전년도 예산액|금년도 예산액|차년도 계획|비교증감
인건비|100|110|120|10
""",
        ),
        (
            Want("2", "2", 2030, "ENACTED", THOUSAND),
            Want("2", "3", 2031, "ENACTED", THOUSAND),
            Want("2", "4", 2032, "PLAN", THOUSAND),
            Want("2", "5", 2031, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "표 안 제목의 연도와 전년도",
        (
            """
2031년도 세출예산 각목명세서 (단위: 천원)|<|<|<
과목|예산액|전년도예산액|비교증△감
운영비|500|450|50
""",
        ),
        (
            Want("3", "2", 2031, "ENACTED", THOUSAND),
            Want("3", "3", 2030, "ENACTED", THOUSAND),
            Want("3", "4", 2031, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "행마다 연도가 있는 표의 전년도",
        (
            """
회계연도|세부사업명|예산액(천원)|전년도예산액(천원)|증감액(천원)
2029|가 도로|1,000|900|100
2031|가 도로|1,100|1,000|100
""",
        ),
        (
            Want("2", "3", 2029, "ENACTED", THOUSAND),
            Want("2", "4", 2028, "ENACTED", THOUSAND),
            Want("2", "5", 2029, "CHANGE", THOUSAND),
            Want("3", "3", 2031, "ENACTED", THOUSAND),
            Want("3", "4", 2030, "ENACTED", THOUSAND),
            Want("3", "5", 2031, "CHANGE", THOUSAND),
        ),
        title="2031년 자료",
    ),
    Layout(
        "돈 뒤의 회계년도",
        (
            "2031년 보조금 현황",
            """
소관|사업명|미수령액|예산액(천원)|<|회계년도
^|^|(예산액-수령액)|합계|국비|^
가나부|농로 포장|20|100|70|2029
다라부|둑 보수|0|50|25|2030
""",
        ),
        (Want("3", "4-5", 2029, "ENACTED", THOUSAND), Want("4", "4-5", 2030, "ENACTED", THOUSAND)),
    ),
    Layout(
        "설립연도",
        (
            "2031년 출연기관 (단위: 백만원)",
            """
기관명|설립연도|예산액
가 재단|1998|120
나 재단|2005|80
""",
        ),
        (Want("2-3", "3", 2031, "ENACTED", MILLION),),
    ),
    Layout(
        "해에 붙은 안",
        (
            "(단위: 억원)",
            """
구분|'30예산(A)|'31안(B)|'32(안)|증감(B-A)
가|10|12|13|2
""",
        ),
        (
            Want("2", "2", 2030, "ENACTED", EOK),
            Want("2", "3", 2031, "GOV_PROPOSAL", EOK),
            Want("2", "4", 2032, "GOV_PROPOSAL", EOK),
            Want("2", "5", 2031, "CHANGE", EOK),
        ),
    ),
    Layout(
        "국회 증감의 증액과 감액",
        (
            "2031년 (단위: 백만원)",
            """
사업명|정부안(A)|국회 증감|<|최종(B)
^|^|증액|감액|^
가|100|10|△5|105
""",
        ),
        (
            Want("3", "2", 2031, "GOV_PROPOSAL", MILLION),
            Want("3", "3-4", 2031, "COMMITTEE_CHANGE", MILLION),
            Want("3", "5", 2031, "ENACTED", MILLION),
        ),
    ),
    Layout(
        "분기별 배정계획",
        (
            "2031년 (단위: 백만원)",
            """
부서|예산액|1/4분기|2/4분기
가|100|40|30
""",
        ),
        (Want("2", "2", 2031, "ENACTED", MILLION), Want("2", "3-4", 2031, "ALLOTMENT", MILLION)),
        title="예산 배정계획",
    ),
    Layout(
        "분기만",
        (
            "2031년 (단위: 백만원)",
            """
부서|예산액|1/4분기|2/4분기
가|100|40|30
""",
        ),
        (Want("2", "2", 2031, "ENACTED", MILLION),),
    ),
    Layout(
        "월별과 누계",
        (
            "2031년 월별 예산 집행실적 (단위: 백만원)",
            """
사업명|예산현액|1월|2월|누계
가|120|10|11|21
""",
        ),
        (
            Want("2", "2", 2031, "CURRENT", MILLION),
            Want("2", "3-4", 2031, "EXEC_MONTH", MILLION),
            Want("2", "5", 2031, "EXEC_YTD", MILLION),
        ),
    ),
    Layout(
        "건수와 금액",
        (
            "보조금 예산 지원 현황",
            """
(단위: 건, 백만원)|<|<|<|<
구분|2030년|<|2031년|<
^|건수|금액|건수|금액
민간|12|560|13|610
""",
        ),
        (Want("4", "3", 2030, "BUDGET", MILLION), Want("4", "5", 2031, "BUDGET", MILLION)),
    ),
    Layout(
        "전년도 실적의 제목",
        (
            "다. 전년도 집행 실적",
            "(단위: 백만원)",
            """
부서|예산현액|집행액
가|100|90
""",
            "전년도 대비 증감 (단위: 백만원)",
            """
부서|예산현액|집행액
가|100|90
""",
        ),
        (
            Want("2", "2", 2030, "CURRENT", MILLION),
            Want("2", "3", 2030, "EXEC_YTD", MILLION),
            Want("2", "2", 2031, "CURRENT", MILLION, table=2),
            Want("2", "3", 2031, "EXEC_YTD", MILLION, table=2),
        ),
        title="2031년도 업무보고",
    ),
    Layout(
        "계약금액과 낙찰차액",
        (
            "2031년 용역 예산 (단위: 백만원)",
            """
용역명|예산액|계약금액|낙찰차액
가 용역|110|100|10
""",
        ),
        (Want("2", "2", 2031, "ENACTED", MILLION),),
    ),
    Layout(
        "돈과 섞인 지표의 행",
        (
            """
재정 현황 (단위: %, 천원)|<|<
구분|2030|2031
재정자립도|25.1|24.8
지방채 의존율|0.5|1.5
기본 예산|3,400|3,500
1인당 세출액|340|350
""",
        ),
        (Want("5", "2", 2030, "BUDGET", THOUSAND), Want("5", "3", 2031, "BUDGET", THOUSAND)),
    ),
    Layout(
        "반기와 분기의 집행",
        (
            "2031년 (단위: 백만원)",
            """
부서|예산액|상반기 집행액|하반기 집행액|3/4분기 집행액|3분기 누계 집행액
가|100|60|20|10|70
""",
        ),
        (Want("2", "2", 2031, "ENACTED", MILLION), Want("2", "3,6", 2031, "EXEC_YTD", MILLION)),
    ),
    Layout(
        "인원과 재원",
        (
            "2031년 예산",
            """
(단위: 명, 천원)|<|<|<|<|<
사업명|인원|1인당 지원액|예산액|국비|도비
가|120|500|60|30|30
""",
        ),
        (Want("3", "4-6", 2031, "ENACTED/BUDGET", THOUSAND),),
    ),
    Layout(
        "한 열에만 단위",
        (
            "2031년도 본예산",
            """
세부사업|예산액(천원)|전년도|증감
가 운영|300|320|△20
""",
        ),
        (
            Want("2", "2", 2031, "ENACTED", THOUSAND),
            Want("2", "3", 2030, "ENACTED", THOUSAND),
            Want("2", "4", 2031, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "한 열에만 단위, 증감은 비율",
        (
            "2031년도 본예산",
            """
세부사업|예산액(천원)|증감
가 운영|300|△6.3
""",
        ),
        (Want("2", "2", 2031, "ENACTED", THOUSAND),),
    ),
    Layout(
        "쪽마다 되풀이되는 머리글",
        (
            """
2031년도 세출예산 (단위: 천원)|<|<
세부사업|예산액|전년도예산액
가|100|90
세부사업|예산액|전년도예산액
나|300|290
""",
        ),
        (Want("3,5", "2", 2031, "ENACTED", THOUSAND), Want("3,5", "3", 2030, "ENACTED", THOUSAND)),
    ),
    Layout(
        "긴 꼴의 결산",
        (
            """
회계연도|지역|항목구분|금액(원)
2029|가도|세출결산액|12,345
2030|가도|세입결산액|13,345
2030|가도|주민 1인당 세출액|13
""",
        ),
        (Want("2", "4", 2029, "SETTLED", WON), Want("3", "4", 2030, "SETTLED", WON)),
    ),
    Layout(
        "단위 열",
        (
            "연도별 예산 및 지원 현황",
            """
구분|단위|2030년|2031년
지원 예산|백만원|12|13
지원 인원|명|340|360
집행액|천원|11|12
""",
        ),
        (
            Want("2", "3", 2030, "BUDGET", MILLION),
            Want("2", "4", 2031, "BUDGET", MILLION),
            Want("4", "3", 2030, "EXEC_YTD", THOUSAND),
            Want("4", "4", 2031, "EXEC_YTD", THOUSAND),
        ),
    ),
    Layout(
        "칸마다 원",
        (
            "2031년 예산 편성내역",
            """
항목|금액|비고
인건비|1,200,000원|
운영비|3,400,000원|증원
""",
        ),
        (Want("2-3", "2", 2031, "BUDGET", WON),),
    ),
    Layout(
        "개요의 짝",
        (
            """
사업명|가 지역 정비|사업기간|2029~2032
총사업비|12,500백만원|2031년 예산|3,200백만원
담당부서|하수과|2030년 집행액|2,750백만원
""",
        ),
        (Want("2", "4", 2031, "BUDGET", MILLION), Want("3", "4", 2030, "EXEC_YTD", MILLION)),
        subjects={(2, 4): ("PROJECT", "가 지역 정비", None)},
    ),
    Layout(
        "증감 열의 괄호",
        (
            """
(단위: 백만원, %)|<|<|<|<
사업명|2030예산(A)|2031예산안(B)|증감(B-A)|증감률(%)
가|100|50|(50)|(50.0)
나|100|120|20|20.0
""",
        ),
        (
            Want("3-4", "2", 2030, "ENACTED", MILLION),
            Want("3-4", "3", 2031, "GOV_PROPOSAL", MILLION),
            Want("3-4", "4", 2031, "CHANGE", MILLION),
        ),
    ),
    Layout(
        "전용등 증감",
        (
            "2031회계연도 결산 (단위: 천원)",
            """
과목|예산액|전년도⏎이월액|전용등⏎증감|예산현액
도로과|100|10|△5|105
""",
        ),
        (
            Want("2", "2", 2031, "ENACTED", THOUSAND),
            Want("2", "3", 2031, "CARRYOVER_IN", THOUSAND),
            Want("2", "4", 2031, "ADJ_TRANSFER_TITLE", THOUSAND),
            Want("2", "5", 2031, "CURRENT", THOUSAND),
        ),
    ),
    Layout(
        "변경계획",
        (
            "2031년 기금운용 (단위: 백만원)",
            """
구분|당초계획(A)|변경계획(B)|증감(B-A)
사업비|100|120|20
""",
        ),
        (
            Want("2", "2", 2031, "ENACTED", MILLION),
            Want("2", "3", 2031, "SUPP_ENACTED", MILLION),
            Want("2", "4", 2031, "CHANGE", MILLION),
        ),
    ),
    Layout(
        "여러 해의 행",
        (
            "2031년 예산 사업비 현황 (단위: 백만원)",
            """
구분|금액
총사업비|500
기투자|100
2031년 예산|30
2032년 이후|370
""",
        ),
        (Want("4", "2", 2031, "ENACTED/BUDGET", MILLION),),
    ),
    Layout(
        "총사업비가 재원의 합인 행",
        (
            "연도별 사업비 (단위: 백만원)",
            """
구분|2030년|2031년
총사업비|100|110
국비|50|55
""",
        ),
        (Want("2-3", "2", 2030, "BUDGET", MILLION), Want("2-3", "3", 2031, "BUDGET", MILLION)),
    ),
    Layout(
        "기금의 계획과 실적",
        (
            "2031년 나래기금 (단위: 백만원)",
            """
구분|수입|<|지출|<
^|계획|실적|계획|실적
가 계정|100|105|100|90
""",
        ),
        (Want("3", "2,4", 2031, "ENACTED", MILLION), Want("3", "3,5", 2031, "EXEC_YTD", MILLION)),
    ),
    Layout(
        "이월금 곁의 수입과 지출",
        (
            "2031년 기금 현황 (단위: 백만원)",
            """
구분|전년도 이월금(A)|수입(B)|지출(C)|잔액
가 기금|100|50|30|120
""",
        ),
        (Want("2", "2", 2031, "CARRYOVER_IN", MILLION),),
    ),
    Layout(
        "아무도 말하지 않은 괄호",
        (
            "2031년도 (단위: 백만원)",
            """
사업|본예산|집행액|증감
숲길|1,200|1,100|(100)
 |(500)|(400)|
""",
        ),
        (
            Want("2", "2", 2031, "ENACTED", MILLION),
            Want("2", "3", 2031, "EXEC_YTD", MILLION),
            Want("2", "4", 2031, "CHANGE", MILLION),
        ),
    ),
    Layout(
        "제목 끝의 단위는 기관이 아니다",
        (
            "숲길 정비 예산 (백만원)",
            """
연도|계|국비|시비
2030|100|50|50
2031|200|90|110
""",
        ),
        (
            Want("2", "2-4", 2030, "BUDGET", MILLION),
            Want("3", "2-4", 2031, "BUDGET", MILLION),
        ),
    ),
    Layout(
        "이 달과 누계",
        ("2031년 8월 집행실적 (단위: 백만원)", "\n사업|예산현액|8월|누계|집행률\n숲길|100|8|60|60.0\n"),
        (
            Want("2", "2", 2031, "CURRENT", MILLION),
            Want("2", "3", 2031, "EXEC_MONTH", MILLION, also={"period": "203108"}),
            Want("2", "4", 2031, "EXEC_YTD", MILLION),
        ),
    ),
    Layout(
        "해의 끝에 있던 돈",
        (
            "2030회계연도 기금 결산 (단위: 백만원)",
            "\n구분|2029년말|증가|감소액|2030년말 현재\n조성액|1,000|200|100|1,100\n",
        ),
    ),
    Layout(
        "연말의 집행액은 있던 돈이 아니다",
        ("집행 현황 (단위: 백만원)", "\n사업|2030년 예산|2030년말 집행액\n숲길|100|90\n"),
        (Want("2", "2", 2030, "ENACTED", MILLION), Want("2", "3", 2030, "EXEC_YTD", MILLION)),
    ),
    Layout(
        "수지는 괄호 안에서 음수다",
        (
            "재정수지 전망 (단위: 조원)",
            "\n구분|2030|2031\n총수입|600|620\n관리재정수지|(80)|(75)\nGDP대비(%)|(3.5)|(3.2)\n",
        ),
        (Want("2-3", "2", 2030, "BUDGET", JO), Want("2-3", "3", 2031, "BUDGET", JO)),
    ),
    Layout(
        "추경액, 기정액 옆",
        ("2031년도 제2회 추가경정예산안 (단위: 천원)", "\n사업|기정액|추경액|증감액\n숲길|1,000|1,500|500\n"),
        (
            Want("2", "2", 2031, "SUPP_ENACTED", THOUSAND, also={"stage_no": 1}),
            Want("2", "3", 2031, "SUPP_PROPOSAL", THOUSAND, also={"stage_no": 2}),
            Want("2", "4", 2031, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "제1회의 기정은 본예산이다",
        ("2031년도 제1회 추가경정예산안 (단위: 천원)", "\n사업|기정예산|제1회 추경안\n숲길|1,000|1,500\n"),
        (Want("2", "2", 2031, "ENACTED", THOUSAND), Want("2", "3", 2031, "SUPP_PROPOSAL", THOUSAND)),
    ),
    Layout(
        "증과 감, 부호 없이",
        (
            "(단위: 천원)",
            "\n과목|2030 예산액|2031 요구액|비교|<\n^|^|^|증|감\n인건비|1,000|1,200|200|\n물건비|500|400||100\n",
        ),
        (
            Want("3-4", "2", 2030, "ENACTED", THOUSAND),
            Want("3-4", "3", 2031, "REQUEST", THOUSAND),
            Want("3", "4", 2031, "CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "이월의 종류",
        (
            "2030년도 이월사업 (단위: 천원)",
            "\n사업명|예산현액|이월액|<|<\n^|^|계|명시이월|사고이월\n숲길|1,000|200|150|50\n",
        ),
        (Want("3", "2", 2030, "CURRENT", THOUSAND), Want("3", "3-5", 2030, "CARRYOVER_OUT", THOUSAND)),
        subjects={(3, 3): ("PROJECT", "숲길", None), (3, 4): ("OTHER", "숲길 · 명시이월", None)},
    ),
    Layout(
        "소요예산과 목표대비",
        ("2031년 신속집행 현황 (단위: 백만원)", "\n과정|소요예산|집행액|목표대비\n초급|100|55|91.7\n"),
        (Want("2", "2", 2031, "BUDGET", MILLION), Want("2", "3", 2031, "EXEC_YTD", MILLION)),
    ),
    Layout(
        "한 분기의 집행은 누계가 아니다",
        ("2031년 2분기 업무추진비", "\n구분|예산액(천원)|집행액(천원)|집행누계(천원)\n기관장|10,000|2,500|5,000\n"),
        (Want("2", "2", 2031, "ENACTED", THOUSAND), Want("2", "4", 2031, "EXEC_YTD", THOUSAND)),
    ),
    Layout(
        "2분기 말의 집행은 누계다",
        ("2031년 2분기 말 집행 현황 (단위: 천원)", "\n구분|예산액|집행액\n기관장|10,000|2,500\n"),
        (Want("2", "2", 2031, "ENACTED", THOUSAND), Want("2", "3", 2031, "EXEC_YTD", THOUSAND)),
    ),
    Layout(
        "한 단계 아래의 재원",
        ("□ 세부 내역 (단위: 천원)", "\n내역사업|2031예산|<|<\n^|계|국비|지방비\n숲길 조성|1,000|500|500\n"),
        (Want("3", "2-4", 2031, "ENACTED", THOUSAND),),
        subjects={
            (3, 2): ("SUBPROJECT", "숲길 조성", None),
            (3, 3): ("OTHER", "숲길 조성 · 국비", None),
        },
    ),
    Layout(
        "칸마다 적힌 단위",
        ("'31년 예산안 규모", "\n구분|'30|'31안|증가율\n총지출|656.6조원|677.4조원|3.2%\n"),
        (Want("2", "2", 2030, "BUDGET", JO), Want("2", "3", 2031, "GOV_PROPOSAL", JO)),
    ),
    Layout(
        "쌓은 비율의 행",
        ("최근 집행 현황 (단위: 백만원)", "\n구분|2030|2031\n예산액|1,200|1,300\n집행률(%)|91.7⏎90.2|96.2⏎95.0\n"),
        (Want("2", "2", 2030, "ENACTED", MILLION), Want("2", "3", 2031, "ENACTED", MILLION)),
    ),
    Layout(
        "나란한 세입과 세출",
        (
            "2031년도 특별회계 예산 (단위: 천원)",
            """
세 입|<|세 출|<
과목|예산액|과목|예산액
사용료|1,000|인건비|1,000
""",
        ),
        (
            Want("3", "2", 2031, "ENACTED", THOUSAND, also={"is_revenue": True}),
            Want("3", "4", 2031, "ENACTED", THOUSAND, also={"is_revenue": False}),
        ),
    ),
    Layout(
        "나란한 수입계획과 지출계획",
        (
            "2031년도 기금 (단위: 천원)",
            """
수입계획|<|지출계획|<
항목|금액|항목|금액
융자금 회수|1,000|융자|1,000
""",
        ),
        (
            Want("3", "2", 2031, "BUDGET", THOUSAND, also={"is_revenue": True}),
            Want("3", "4", 2031, "BUDGET", THOUSAND, also={"is_revenue": False}),
        ),
        subjects={(3, 2): ("OTHER", "융자금 회수", None)},
    ),
    Layout(
        "부서가 요구하고 예산부서가 조정",
        (
            "2032 예산 편성 (단위: 천원)",
            """
사업|2031본예산|2032년|<|<
^|^|부서요구|예산부서 조정|확정
숲길|100|150|130|120
""",
        ),
        (
            Want("3", "2", 2031, "ENACTED", THOUSAND),
            Want("3", "3", 2032, "REQUEST", THOUSAND),
            Want("3", "4", 2032, "MOF_REVIEW", THOUSAND),
            Want("3", "5", 2032, "ENACTED", THOUSAND),
        ),
    ),
    Layout(
        "국세수입은 들어오는 돈",
        ("재정전망 (단위: 조원)", "\n구분|2031|2032\n국세수입|382|390\n총지출|400|410\n"),
        (
            Want("2", "2", 2031, "BUDGET", JO, also={"is_revenue": True}),
            Want("2", "3", 2032, "BUDGET", JO, also={"is_revenue": True}),
            Want("3", "2", 2031, "BUDGET", JO, also={"is_revenue": False}),
            Want("3", "3", 2032, "BUDGET", JO, also={"is_revenue": False}),
        ),
    ),
    Layout(
        "단계마다 되풀이되는 해",
        (
            "예산편성 현황 (단위: 천원)",
            """
구분|본예산|<|<|추경예산|<|<
^|2030|2031|증감|2030|2031|증감
숲길|100|120|20|110|130|20
""",
        ),
        (
            Want("3", "2", 2030, "ENACTED", THOUSAND),
            Want("3", "3", 2031, "ENACTED", THOUSAND),
            Want("3", "4", 2031, "CHANGE", THOUSAND),
            Want("3", "5", 2030, "SUPP_ENACTED", THOUSAND),
            Want("3", "6", 2031, "SUPP_ENACTED", THOUSAND),
            Want("3", "7", 2031, "SUPP_CHANGE", THOUSAND),
        ),
    ),
    Layout(
        "단계를 나누는 해, 고르지 않게",
        (
            "2031년 (단위: 백만원)",
            "\n구분|결산|<|<|예산|<\n^|2028|2029|2030|2030|2031\n숲길|80|90|95|100|110\n",
        ),
        (
            Want("3", "2", 2028, "SETTLED", MILLION),
            Want("3", "3", 2029, "SETTLED", MILLION),
            Want("3", "4", 2030, "SETTLED", MILLION),
            Want("3", "5", 2030, "ENACTED", MILLION),
            Want("3", "6", 2031, "ENACTED", MILLION),
        ),
    ),
    Layout(
        "단위의 행",
        ("2031년 예산", "\n구분|예산액|집행액|집행률\n |백만원|백만원|%\n숲길|100|60|60.0\n"),
        (Want("3", "2", 2031, "ENACTED", MILLION), Want("3", "3", 2031, "EXEC_YTD", MILLION)),
        subjects={(3, 2): ("OTHER", "숲길", None)},
    ),
    Layout(
        "어느 날 현재의 해",
        ("2031. 6. 30. 현재 예산집행 (단위: 천원)", "\n과목|예산액|지출액\n여비|1,000|700\n"),
        (Want("2", "2", 2031, "ENACTED", THOUSAND), Want("2", "3", 2031, "EXEC_YTD", THOUSAND)),
    ),
    Layout(
        "결산의 해와 그것을 센 날",
        ("2030년 결산 ('31.3.31 기준, 단위: 천원)", "\n과목|예산액|결산액\n여비|1,000|700\n"),
        (Want("2", "2", 2030, "ENACTED", THOUSAND), Want("2", "3", 2030, "SETTLED", THOUSAND)),
    ),
    Layout(
        "누가 얼마만큼 내는가",
        ("2031년 예산 (단위: 천원)", "\n사업|보조율(%)|예산액|국비(50%)|시비(50%)|국비(%)\n숲길|50|1,000|500|500|50\n"),
        (Want("2", "3", 2031, "ENACTED", THOUSAND), Want("2", "4-5", 2031, "BUDGET", THOUSAND)),
    ),
    Layout(
        "▼가 감소면 ▲는 증가다",
        ("2031년 예산 (단위: 백만원)", "\n구분|2030|2031|증감\n숲길|100|80|▼20\n들길|100|120|▲20\n"),
        (
            Want("2-3", "2", 2030, "BUDGET", MILLION),
            Want("2-3", "3", 2031, "BUDGET", MILLION),
            Want("2", "4", 2031, "CHANGE", MILLION),
        ),
    ),
    Layout(
        "집행실적과 균특",
        ("2031년 예산 (단위: 천원)", "\n사업|예산액|균특|도비|집행실적\n숲길|1,000|500|500|700\n"),
        (
            Want("2", "2", 2031, "ENACTED", THOUSAND),
            Want("2", "3-4", 2031, "BUDGET", THOUSAND),
            Want("2", "5", 2031, "EXEC_YTD", THOUSAND),
        ),
    ),
    Layout(
        "계획의 행과 집행의 행",
        ("2031년 월별 집행 (단위: 백만원)", "\n구분|1월|2월\n계획|10|10\n집행|9|11\n"),
        (
            Want("3", "2", 2031, "EXEC_MONTH", MILLION, also={"period": "203101"}),
            Want("3", "3", 2031, "EXEC_MONTH", MILLION, also={"period": "203102"}),
        ),
    ),
    Layout("몇 개씩 세는지 알 수 없는 통화", ("2031년 예산 (단위: USD 1,000)", "\n사업|예산액\n숲길|100\n")),
    Layout(
        "총액만 돈",
        ("2031년 급식비 예산", "\n학교|학생수|1인당 단가(원)|총액(천원)\n가초|100|5,000|500\n"),
        (Want("2", "4", 2031, "BUDGET", THOUSAND),),
        subjects={(2, 4): ("OTHER", "가초", None)},
    ),
    Layout(
        "수를 세는 행",
        (
            "□ 연도별 예산 (단위: 백만원)",
            """
구분|2030|2031
가로수 정비|1,200|1,300
이용자 수(명)|2,200|2,300
정비 면적(㎡)|500|600
보급 대수(대)|70|80
""",
        ),
        (Want("2", "2", 2030, "BUDGET", MILLION), Want("2", "3", 2031, "BUDGET", MILLION)),
    ),
    Layout(
        "단위가 표 아래에",
        (
            "2031년도 예산",
            """
사업명|본예산|집행액
가로수 정비|1,200|1,100
""",
            "※ 단위: 백만원",
        ),
        (Want("2", "2", 2031, "ENACTED", MILLION), Want("2", "3", 2031, "EXEC_YTD", MILLION)),
    ),
    Layout(
        "아래의 단위가 다음 표의 것일 수도",
        (
            "2031년도 예산",
            """
사업명|본예산|집행액
가로수 정비|1,200|1,100
""",
            "※ 단위: 백만원",
            """
사업명|2031년 본예산|2031년 집행액
보도 정비|1,400|1,300
""",
        ),
        (
            Want("2", "2", 2031, "ENACTED", MILLION, table=2),
            Want("2", "3", 2031, "EXEC_YTD", MILLION, table=2),
        ),
    ),
    Layout(
        "아래의 단위와 다음 표의 제목",
        (
            "2031년도 예산",
            """
사업명|본예산|집행액
가로수 정비|1,200|1,100
""",
            "* 금액 단위 : 천원",
            "2031년도 결산 (단위: 백만원)",
            """
사업명|결산액
보도 정비|1,400
""",
        ),
        (
            Want("2", "2", 2031, "ENACTED", THOUSAND),
            Want("2", "3", 2031, "EXEC_YTD", THOUSAND),
            Want("2", "2", 2031, "SETTLED", MILLION, table=2),
        ),
    ),
)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_layouts(layout: Layout):
    check(layout)


@pytest.mark.parametrize(
    ("label", "is_ratio"),
    [
        ("시설비및부대비", False), ("재난 대비", False), ("한파대비 물품", False), ("대비", True), ("전년 대비", True),
        ("전년도대비", True), ("예산액 대비", True), ("(GDP 대비)", True), ("2030년 대비", True), ("이용자 수(명)", True),
        ("보급 대수(대)", True), ("하수(국비)", False), ("제3회 마을축제(개최)", False),
    ],
)  # fmt: skip
def test_rows_of_rates_and_counts(label: str, is_ratio: bool):
    assert words.is_ratio_row(label) is is_ratio


def test_a_period_a_place_and_a_purpose_are_no_names():
    found = extract(
        document(
            "2031년 주요사업 (단위: 백만원)",
            "\n연번|사업명|위치|사업기간|목적|2031년 예산\n1|숲길|가동|'30~'32|쉼터|100\n2|들길|나동|'31|운동|50\n",
        )
    )
    assert [amount.subject.name for amount in found.amounts] == ["숲길", "들길"]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("사업명|담당부서|예산액\n숲길|푸른과|100\n들길|맑은과|50", ["숲길", "들길"]),
        ("사업명|시군|예산액\n숲길|가시|100\n들길|나시|50\n합계||150", ["숲길", "들길", "합계"]),
        # one project of two offices: each amount is of the office's part
        ("사업명|담당부서|예산액\n숲길|푸른과|100\n^|맑은과|50", ["푸른과", "맑은과"]),
        ("부서명|사업명|예산액\n푸른과|숲길|100\n^|들길|50", ["숲길", "들길"]),
    ],
)  # fmt: skip
def test_what_stands_beside_a_project_is_not_its_name(table: str, names: list[str]):
    found = extract(document("2031년 예산 (단위: 백만원)", f"\n{table}\n"))
    assert [amount.subject.name for amount in found.amounts] == names


def test_who_pays_is_money_and_asks_for_its_unit():
    found = extract(document("숲길 정비 사업", "\n연도|계|국비|시비\n2030|100|50|50\n2031|200|90|110\n"))
    assert not found.amounts
    assert (found.tables[0].reason, found.tables[0].n_left) == ("unit_unknown", 4)


def test_who_pays_without_a_year_or_stage_above_is_a_question():
    found = extract(
        document(
            "2031년 보조사업 (단위: 천원)",
            "\n시군|사업명|보조율|국비|시군비\n가시|숲길|50%|500|500\n나시|들길|50%|90|90\n",
        )
    )
    verdict = found.tables[0]
    assert not found.amounts
    assert (verdict.outcome, verdict.reason, verdict.n_left) == ("question", "stage_unknown", 4)


def test_single_payments_are_no_execution_so_far_and_are_counted():
    found = extract(
        document(
            "2031년 8월 부서장 업무추진비 집행내역",
            """
연번|집행일자|집행목적|집행금액(원)
1|2031. 8. 3.|직원 격려|126,000
2|2031. 8. 9.|현안 협의|88,000
""",
        )
    )
    assert not found.amounts
    assert (found.tables[0].reason, found.tables[0].n_left) == ("stage_unknown", 2)


def test_columns_that_are_not_trusted_are_counted_beside_those_that_are():
    found = extract(
        document(
            "(단위: 백만원)",
            """
사업명|2030년 예산|2031년|<
^|^|요구|협의
가|10|15|12
나|20|25|22
""",
        )
    )
    assert {amount.place.col for amount in found.amounts} == {2, 3}
    assert found.tables[0].n_left == 2


def test_a_day_names_nothing():
    found = extract(
        document(
            "2031년 예비비 (단위: 백만원)",
            """
부처|결정일|지출액
가나부|2031.3.2.|900
""",
        )
    )
    assert [amount.subject.name for amount in found.amounts] == ["가나부"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2031. 8. 3.", True), ("'31.8.3.(월)", True), ("2031-08-03 12:10", True), ("2031년 8월 3일", True),
        ("2031.8.", False), ("1,234", False), ("3.5", False), ("2031.8.3. 개통", False),
    ],
)  # fmt: skip
def test_days(text: str, expected: bool):
    assert is_day(text) is expected


@pytest.mark.parametrize(
    ("heading", "stage", "number"),
    [
        ("경정예산액", "SUPP_ENACTED", 0), ("추경(2회)", "SUPP_ENACTED", 2), ("제3회 추경", "SUPP_ENACTED", 3),
        ("변경계획(안)", "SUPP_PROPOSAL", 0), ("지원 금액(2031 계획안)", "GOV_PROPOSAL", 0), ("방안", None, 0),
        ("미수령액", None, 0), ("예산실안", "MOF_REVIEW", 0), ("예산부서 조정", "MOF_REVIEW", 0),
        ("예결위 조정", "COMMITTEE", 0), ("시설비 및 부대비", None, 0), ("전년 대비", "CHANGE", 0),
        ("소요예산", "BUDGET", 0),
    ],
)  # fmt: skip
def test_stages(heading: str, stage: str | None, number: int):
    found = words.stage_of(heading)
    assert (found.value if found else None, words.stage_number(heading)) == (stage, number)


def test_bare_relative_years():
    assert [years.is_relative(text) for text in ("전년도", "금년", "내년도", "전년도예산", "2031년")] == [
        True, True, True, False, False,
    ]  # fmt: skip
