"""Labels of rows: kinds of expense, years that are open to one side, people who ask."""

import pytest

from connectors.extraction import extract
from connectors.tables import words
from tests.connectors.tables.drawing import MILLION, Layout, Want, check, document

LAYOUTS = (
    Layout(
        "사업비라는 성질",
        (
            "2031년 성질별 세출예산 (단위: 백만원)",
            """
구분|2030|2031
인건비|100|110
사업비|300|330
예비비|10|10
""",
        ),
        (Want("2-4", "2", 2030, "BUDGET", MILLION), Want("2-4", "3", 2031, "BUDGET", MILLION)),
        subjects={(3, 2): ("OTHER", "사업비", None), (3, 3): ("OTHER", "사업비", None)},
    ),
    Layout(
        "사업비라는 단계",
        (
            "숲길 정비 투자계획 (단위: 백만원)",
            """
구분|2030|2031
사업비|300|330
국비|150|160
""",
        ),
        (Want("2-3", "2", 2030, "BUDGET", MILLION), Want("2-3", "3", 2031, "BUDGET", MILLION)),
        subjects={(2, 2): ("PROJECT", "숲길 정비", None)},
    ),
    Layout(
        "앞뒤로 열린 연도",
        (
            "숲길 정비 투자계획 (단위: 백만원)",
            """
연도|계|국비
~2029|300|150
2030|100|50
2031|100|50
2032~|200|100
""",
        ),
        (Want("3", "2-3", 2030, "BUDGET", MILLION), Want("4", "2-3", 2031, "BUDGET", MILLION)),
        subjects={(3, 2): ("PROJECT", "숲길 정비", None), (3, 3): ("OTHER", "숲길 정비 · 국비", None)},
    ),
    Layout(
        "전년도와 금년도의 행",
        (
            "2031년도 숲길 예산 (단위: 백만원)",
            """
구분|금액
전년도 예산액|100
금년도 예산액|120
증감|20
""",
        ),
        (
            Want("2", "2", 2030, "ENACTED", MILLION),
            Want("3", "2", 2031, "ENACTED", MILLION),
            Want("4", "2", 2031, "CHANGE", MILLION),
        ),
        subjects={(2, 2): ("PROJECT", "숲길", None)},
    ),
    Layout(
        "사업마다 전년도와 금년도",
        (
            "2031년도 예산 (단위: 백만원)",
            """
사업|구분|예산
숲길|전년도|100
^|금년도|120
들길|전전년도|50
""",
        ),
        (
            Want("2", "3", 2030, "ENACTED", MILLION),
            Want("3", "3", 2031, "ENACTED", MILLION),
            Want("4", "3", 2029, "ENACTED", MILLION),
        ),
        subjects={(2, 3): ("PROJECT", "숲길", None), (4, 3): ("PROJECT", "들길", None)},
    ),
    Layout(
        "전년도 이월액은 올해의 것",
        (
            "2031년도 숲길 결산 (단위: 백만원)",
            """
구분|금액
예산액|100
전년도 이월액|10
예산현액|110
""",
        ),
        (
            Want("2", "2", 2031, "ENACTED", MILLION),
            Want("3", "2", 2031, "CARRYOVER_IN", MILLION),
            Want("4", "2", 2031, "CURRENT", MILLION),
        ),
        subjects={(3, 2): ("PROJECT", "숲길", None)},
    ),
    Layout(
        "세입결산액은 세입의 모두",
        (
            "2030년도 결산 재정공시 (단위: 백만원)",
            """
구분|2029년|2030년
세입결산액|1,150|1,200
일반회계|1,050|1,100
""",
        ),
        (Want("2-3", "2", 2029, "SETTLED", MILLION), Want("2-3", "3", 2030, "SETTLED", MILLION)),
        subjects={(2, 2): ("TOTAL", "세입결산액", None), (3, 3): ("OTHER", "일반회계", None)},
    ),
    Layout(
        "같은 이름은 위의 이름으로 가른다",
        (
            "2031년 예산 (단위: 백만원)",
            """
구분|<|2030|2031
총계|<|300|330
본청|소계|200|220
^|인건비|120|130
^|출장비|80|90
사업소|소계|100|110
^|인건비|100|110
""",
        ),
        (Want("2-7", "3", 2030, "BUDGET", MILLION), Want("2-7", "4", 2031, "BUDGET", MILLION)),
        subjects={
            (2, 3): ("TOTAL", "총계", None),
            (3, 3): ("TOTAL", "본청 · 소계", None),
            (4, 3): ("OTHER", "본청 · 인건비", None),
            (5, 3): ("OTHER", "출장비", None),
            (6, 4): ("TOTAL", "사업소 · 소계", None),
            (7, 4): ("OTHER", "사업소 · 인건비", None),
        },
    ),
    Layout(
        "제안한 사람은 이름이 아니다",
        (
            "2031년 주민참여예산 신청 (단위: 백만원)",
            """
연번|제안명|제안자|요구액
1|숲길 의자|가*나|30
""",
        ),
        (Want("2", "4", 2031, "REQUEST", MILLION),),
        subjects={(2, 4): ("OTHER", "숲길 의자", None)},
    ),
    Layout(
        "두 줄에 걸친 이름과 각주",
        (
            "2031년 예산 (단위: 백만원)",
            """
사업명|2030|2031
숲길 정비 및|100|120
보수 사업||
들길¹⁾|50|60
산길*|50|60
""",
        ),
        (Want("2,4,5", "2", 2030, "BUDGET", MILLION), Want("2,4,5", "3", 2031, "BUDGET", MILLION)),
        subjects={
            (2, 2): ("PROJECT", "숲길 정비 및 보수 사업", None),
            (4, 2): ("PROJECT", "들길", None),
            (5, 2): ("PROJECT", "산길", None),
        },
    ),
    Layout(
        "학교회계의 세부항목",
        (
            "2031학년도 학교회계 세출예산 (단위: 백만원)",
            """
정책사업|단위사업|세부항목|예산액
인적자원 운용|급여|교직원급여|10
""",
        ),
        (Want("2", "4", 2031, "ENACTED", MILLION),),
        subjects={(2, 4): ("SUBPROJECT", "교직원급여", None)},
    ),
)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_layouts(layout: Layout):
    check(layout)


def test_what_is_of_open_years_is_counted_as_left():
    (verdict,) = extract(document(*LAYOUTS[2].parts)).tables
    assert verdict.n_left == 4


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("~2029", True), ("∼'29", True), ("2032~", True), ("'32~", True), ("'32+", True), ("'29년까지", True),
        ("2032년 이후", True), ("2030", False), ("2030~2032 숲길", False), ("~ 숲길", False),
        ("30~", False), ("65+", False), ("~29년", True),
    ],
)  # fmt: skip
def test_open_years(label: str, expected: bool):
    assert words.is_row_of_no_one_year(label) is expected
