"""The tables of 사업설명자료, whose unit is fixed where none is printed."""

import pytest

from tests.connectors.tables.drawing import MILLION, THOUSAND, Layout, Want, check

LAYOUTS = (
    Layout(
        "설명-총괄",
        (
            "하천 정비 (3133-301)",
            "1. 예산 총괄표",
            """
사업명|2024년⏎결산|2025년|<|2026년|<|증감|<
^|^|본예산|추경(A)|요구안|정부안(B)|(B-A)|(B-A)/A
하천 정비|100|110|115|150|140|25|21.7
""",
        ),
        (
            Want("3", "2", 2024, "SETTLED", MILLION),
            Want("3", "3", 2025, "ENACTED", MILLION),
            Want("3", "4", 2025, "SUPP_ENACTED", MILLION),
            Want("3", "5", 2026, "REQUEST", MILLION),
            Want("3", "6", 2026, "GOV_PROPOSAL", MILLION),
            Want("3", "7", 2026, "CHANGE", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
        subjects={(3, 2): ("PROJECT", "하천 정비", "3133-301")},
    ),
    Layout(
        "설명-최근집행",
        (
            "하천 정비 (3133-301)",
            "□ 최근 3년간 집행실적",
            """
연도|예산액|<|<|전년도⏎이월액|이·전용 등|예비비|예산현액(B)|집행액(C)|집행률(C/A)|집행률(C/B)|다음연도⏎이월액|불용액
^|본예산|추경증감|추경(A)|^|^|^|^|^|^|^|^|^
2023|100|-|100|10|△2|-|108|100|100.0|92.6|5|3
2024|110|5|115|5|-|-|120|115|100.0|95.8|5|-
2025.6월말|120|-|120|5|-|-|125|60|50.0|48.0|-|-
""",
        ),
        (
            Want("3", "2", 2023, "ENACTED", MILLION),
            Want("3", "3", 2023, "SUPP_CHANGE", MILLION),
            Want("3", "4", 2023, "SUPP_ENACTED", MILLION),
            Want("3", "5", 2023, "CARRYOVER_IN", MILLION),
            Want("3", "7", 2023, "ADJ_RESERVE", MILLION),
            Want("3", "8", 2023, "CURRENT", MILLION),
            Want("3", "9", 2023, "EXEC_YTD", MILLION),
            Want("3", "12", 2023, "CARRYOVER_OUT", MILLION),
            Want("3", "13", 2023, "LAPSED", MILLION),
            Want("4", "2", 2024, "ENACTED", MILLION),
            Want("4", "3", 2024, "SUPP_CHANGE", MILLION),
            Want("4", "4", 2024, "SUPP_ENACTED", MILLION),
            Want("4", "5", 2024, "CARRYOVER_IN", MILLION),
            Want("4", "7", 2024, "ADJ_RESERVE", MILLION),
            Want("4", "8", 2024, "CURRENT", MILLION),
            Want("4", "9", 2024, "EXEC_YTD", MILLION),
            Want("4", "12", 2024, "CARRYOVER_OUT", MILLION),
            Want("4", "13", 2024, "LAPSED", MILLION),
            Want("5", "2", 2025, "ENACTED", MILLION),
            Want("5", "3", 2025, "SUPP_CHANGE", MILLION),
            Want("5", "4", 2025, "SUPP_ENACTED", MILLION),
            Want("5", "5", 2025, "CARRYOVER_IN", MILLION),
            Want("5", "7", 2025, "ADJ_RESERVE", MILLION),
            Want("5", "8", 2025, "CURRENT", MILLION),
            Want("5", "9", 2025, "EXEC_YTD", MILLION),
            Want("5", "12", 2025, "CARRYOVER_OUT", MILLION),
            Want("5", "13", 2025, "LAPSED", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-기능별",
        (
            "하천 정비 (3133-301)",
            """
|2024|<|<|<|<|2025(’25.6월말)|<|<|<|<|2026 예산
^|예산액(추경)|예산현액|집행액|이월액|불용액|예산액(추경)|예산현액|집행액|이월액|불용액|^
○ 하천 정비⏎- 설계⏎- 공사|100⏎30⏎70|110⏎33⏎77|100⏎30⏎70|5⏎3⏎2|5⏎-⏎5|120⏎40⏎80|125⏎42⏎83|60⏎20⏎40|-⏎-⏎-|-⏎-⏎-|150⏎50⏎100
""",
        ),
        (
            Want("3", "2", 2024, "SUPP_ENACTED", MILLION),
            Want("3", "3", 2024, "CURRENT", MILLION),
            Want("3", "4", 2024, "EXEC_YTD", MILLION),
            Want("3", "5", 2024, "CARRYOVER_OUT", MILLION),
            Want("3", "6", 2024, "LAPSED", MILLION),
            Want("3", "7", 2025, "SUPP_ENACTED", MILLION),
            Want("3", "8", 2025, "CURRENT", MILLION),
            Want("3", "9", 2025, "EXEC_YTD", MILLION),
            Want("3", "12", 2026, "ENACTED", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-연도사업비",
        (
            "하천 정비 (3133-301)",
            """
연도|2022|2023|2024|2025|2026
사업비|100|110|120|130|140
""",
        ),
        (
            Want("2", "2", 2022, "BUDGET", MILLION),
            Want("2", "3", 2023, "BUDGET", MILLION),
            Want("2", "4", 2024, "BUDGET", MILLION),
            Want("2", "5", 2025, "BUDGET", MILLION),
            Want("2", "6", 2026, "BUDGET", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-중기",
        (
            "하천 정비 (3133-301)",
            """
중기재정계획|’24|’25|’26|’27|’28|’29
’24∼’28|100|110|120|130|140|
’25∼’29||112|125|135|145|150
""",
        ),
        (
            Want("2", "2", 2024, "PLAN", MILLION),
            Want("2", "3", 2025, "PLAN", MILLION),
            Want("2", "4", 2026, "PLAN", MILLION),
            Want("2", "5", 2027, "PLAN", MILLION),
            Want("2", "6", 2028, "PLAN", MILLION),
            Want("3", "3", 2025, "PLAN", MILLION),
            Want("3", "4", 2026, "PLAN", MILLION),
            Want("3", "5", 2027, "PLAN", MILLION),
            Want("3", "6", 2028, "PLAN", MILLION),
            Want("3", "7", 2029, "PLAN", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-재원",
        (
            "하천 정비 (3133-301)",
            """
구분|총사업비|’24까지|’25|’26예산|’27 이후
계|1,000|300|100|200|400
국고|500|150|50|100|200
지방비|500|150|50|100|200
""",
        ),
        (
            Want("2-4", "4", 2025, "BUDGET/PLAN", MILLION),
            Want("2-4", "5", 2026, "ENACTED", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-BC",
        (
            "하천 정비 (3133-301)",
            "□ 예비타당성조사 결과",
            """
구분|비용(억원)|편익(억원)|B/C
결과|1,000|1,100|1.1
""",
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-산출",
        (
            "하천 정비 (3133-301)",
            """
’25년 예산|<|’26년 예산|<
예산|산출내역|예산|산출내역
120|○ 설계비 12식×10백만원=120백만원|140|○ 설계비 14식×10백만원=140백만원
""",
        ),
        (
            Want("3", "1", 2025, "ENACTED", MILLION),
            Want("3", "3", 2026, "ENACTED", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-지원",
        (
            "하천 정비 (3133-301)",
            """
내역사업명|구분|피보조 기관명|지원 금액(2026예산)|지원 비율(%)|보조율 법적근거
설계|보조|새벽시|120|50|하천법 제1조
""",
        ),
        (Want("2", "4", 2026, "ENACTED", MILLION),),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-목별",
        (
            "하천 정비 (3133-301)",
            """
목명|2024년 결산|2025년 예산|2026년 예산안|증감
일반수용비(210-01)|10|12|14|2
시설비(420-03)|90|100|120|20
합계|100|112|134|22
""",
        ),
        (
            Want("2-4", "2", 2024, "SETTLED", MILLION),
            Want("2-4", "3", 2025, "ENACTED", MILLION),
            Want("2-4", "4", 2026, "GOV_PROPOSAL", MILLION),
            Want("2-4", "5", 2026, "CHANGE", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
        subjects={(2, 2): ("SEMOK", "일반수용비", "210-01")},
    ),
    Layout(
        "설명-지원형태",
        (
            """
구분|직접|출자|출연|보조|융자|국고보조율(%)|융자율(%)
하천 정비|○||||||
""",
            """
구분|2024|2025
사업물량(km)|10|20
수혜인원(명)|100|200
""",
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-단위천원",
        (
            "하천 정비 (3133-301)",
            "(단위: 천원)",
            """
구분|2025예산|2026예산
설계|10,000|12,000
""",
        ),
        (
            Want("2", "2", 2025, "ENACTED", THOUSAND),
            Want("2", "3", 2026, "ENACTED", THOUSAND),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-명",
        (
            "하천 정비 (3133-301)",
            "(단위: 명)",
            """
구분|2025예산|2026예산
채용|10,000|12,000
""",
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "설명-가구당",
        (
            "하천 정비 (3133-301)",
            "□ 사업 집행절차별 지원 단가",
            """
구분|2025|2026
1인 가구|120|130
2인 가구|140|150
""",
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_layouts(layout: Layout):
    check(layout)
