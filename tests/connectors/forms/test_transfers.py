"""Tables of transfers."""

import pytest

from tests.connectors.tables.drawing import MILLION, THOUSAND, Layout, Want, check

LAYOUTS = (
    Layout(
        "설명-이전용",
        (
            """
구분(날짜)|⏎에서|<|금액|⏎으로|<|사유
^|세부사업명(코드)|목-세목|^|세부사업명(코드)|목-세목|^
전용⏎(’24.3.5)|하천 정비(3133-301)|210-01|15|하천 정비(3133-301)|220-01|여비 부족
세목조정('24.5.6)|하천 정비(3133-301)|210-01|3|하천 정비(3133-301)|210-14|용역
""",
        ),
        (
            Want("3", "4", 2024, "ADJ_TRANSFER_TITLE", MILLION),
            Want("4", "4", 2024, "ADJ_SEMOK", MILLION),
        ),
        title="2026년도 예산 및 기금운용계획 사업설명자료",
    ),
    Layout(
        "이전용-다른표",
        (
            "2024년 전용 현황",
            "(단위: 천원)",
            """
일자|주는 과목|<|전용 금액|받는 과목|<|사유
^|세부사업|목-세목|^|세부사업|목-세목|^
2024.3.5|하천 정비(3133-301)|210-01|15,000|하천 정비(3133-301)|220-01|여비 부족
""",
        ),
        (Want("3", "4", 2024, "ADJ_TRANSFER_TITLE", THOUSAND),),
    ),
    Layout(
        "이전용-감증",
        (
            "2024년 이·전용 내역 (단위: 천원)",
            """
구분|감액|<|증액|<
^|과목|금액|과목|금액
전용(2024.3.5)|210-01|15,000|220-01|15,000
""",
        ),
        (Want("3", "3", 2024, "ADJ_TRANSFER_TITLE", THOUSAND),),
    ),
    Layout(
        "이전용-이름뿐인 과목",
        (
            "2024년 예산 전용 내역 (단위: 천원)",
            """
부서|전용일|감액과목|<|증액과목|<|사유
^|^|과목|금액|과목|금액|^
푸른과|2024.5.1|사무관리비|△500|공공운영비|500|요금 인상
""",
        ),
        (Want("3", "4", 2024, "ADJ_TRANSFER_TITLE", THOUSAND),),
        subjects={(3, 4): ("OTHER", "사무관리비→공공운영비 #3", None)},
    ),
)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_layouts(layout: Layout):
    check(layout)
