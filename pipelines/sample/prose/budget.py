"""What the office that oversees the budget writes itself: minutes on cash, a letter, the notice on closing the year."""

from pipelines.sample.figures import Figure, Subject
from pipelines.sample.manuscript import LEFT, UP, Manuscript, Table, compose, grid_of
from pipelines.sample.project import BUDGET_YEAR, Project

_CASH = """
1. 회의 개요

○ 일시와 장소: {year}년 2월 25일 오전 10시, 제1회의실
○ 참석: 예산총괄과장, 국고 담당, 부처 재정담당관 여덟 명

2. 논의

가. 상반기 조기 집행

○ 국고 담당은 3월 둘째 주에 세입이 비는 나흘이 있어 하루 4,000억원까지만 내줄 수 있다고 하였다.
○ 새길교통부는 해빙기 착공 물량이 4월에 몰리므로 3월 배정을 4월로 옮기는 편이 낫다고 하였다.

나. 비상금의 쓰임

○ 목적예비비는 산불 대응이 끝나는 5월까지 쓰지 않고 남겨 두기로 뜻을 모았다.

3. 결정 사항

○ 3월 배정액의 15퍼센트를 4월로 옮기고, 옮긴 금액은 분기 안에서만 조정한다.
○ 하루 지급 한도를 넘는 교부는 사흘 전에 국고 담당에게 알린다.
"""


def cash_plan_minutes() -> Manuscript:
    """Minutes of the meeting on cash (자금계획 조정회의)."""
    return compose(_CASH, {"year": str(BUDGET_YEAR)}, title=f"{BUDGET_YEAR}년 1분기 자금계획 조정회의 회의록")


CASH_PLAN_LETTER = """총괄담당께

분기 자금계획을 조정해 주시기를 요청드립니다.

저장장치 검수가 4월 10일로 미루어져 3월에 잡아 둔 대금을 쓰지 못하게 되었습니다. 붙임 표와 같이 3월분의 절반을 4월로 옮기려 합니다.
업체가 선금을 포기하였으므로 이자 부담은 없습니다.

검수 일정이 다시 바뀌면 일주일 안에 알려 드리겠습니다.

다온행정부 재정담당 드림
"""


def cash_plan_table(project: Project) -> Table:
    """How a project's budget is to be paid out over the first quarters; the last has not been decided."""
    enacted = project.year(BUDGET_YEAR).enacted or 0
    first, second, third = enacted * 22 // 100, enacted * 31 // 100, 0
    subject = Subject(project.code, project.name)
    rows: list[list[str | Figure]] = [
        ["세부사업", f"{BUDGET_YEAR}년 분기별 배정", LEFT, LEFT, LEFT],
        [UP, "1분기", "2분기", "3분기", "4분기"],
        [
            project.name,
            subject.amount(first, BUDGET_YEAR, "1분기 배정"),
            subject.amount(second, BUDGET_YEAR, "2분기 배정"),
            subject.amount(third, BUDGET_YEAR, "3분기 배정"),
            subject.undecided(BUDGET_YEAR, "4분기 배정"),
        ],
    ]
    return grid_of(rows, "백만원")


_CLOSING = """
1. 무엇을 언제까지

○ 지출원인행위는 12월 31일까지, 지급은 다음 해 1월 20일까지 마친다.
○ 명시이월은 국회의 승인을 받은 금액을 넘길 수 없고, 사고이월은 12월 10일까지 사유서를 낸다.

2. 자주 틀리는 점

○ 반납금을 수입으로 잡지 않고 지출에서 빼는 일이 많으나, 해가 바뀐 뒤의 반납은 세입으로 넣는다.
○ 법인카드의 12월 사용분은 결제일이 1월이어도 쓴 해의 지출이다.
○ 선금은 정산하지 않으면 집행으로 보지 않으므로 12월 20일까지 정산 여부를 확인한다.

3. 묻는 곳

○ 마감에 관한 물음은 예산총괄과 담당 사무관(02-000-0104)이 받는다.
"""


def close_of_year_notice() -> Manuscript:
    """A notice on closing the books (회계연도 마감 안내)."""
    return compose(_CLOSING, title="회계연도 마감 안내")
