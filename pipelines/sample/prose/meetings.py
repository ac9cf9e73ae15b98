"""Minutes, reviews and letters: what offices write to one another about the budget."""

from collections.abc import Sequence

from pipelines.sample import tables, tables_office
from pipelines.sample.figures import amount
from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, REQUEST_YEAR, Project

MANDATORY_WELFARE_WON = 8_503_151_203_000
"""An amount of thirteen digits whose digits would pass for a resident registration number; it must stay as it is."""

_COUNCIL = """
1. 회의 개요

○ 일시와 장소: {year}년 4월 9일 오후 2시, 제3회의실
○ 참석: 예산총괄과장, 복지예산과장, 온누리복지부 재정담당관, 담당 사무관 4명

2. 안건과 논의

가. 농촌 나눔터의 최소 인원

○ 온누리복지부는 기준 인원을 12명으로 낮추면 나눔터 53곳이 새로 문을 열 수 있다고 설명하였다.
○ 예산총괄과는 인원이 줄어도 인건비는 줄지 않으므로 아동 한 명에 드는 비용이 1.6배가 된다고 지적하였다.
○ 복지예산과는 이동 돌봄 차량을 함께 쓰면 늘어나는 비용의 3분의 1을 아낄 수 있다는 계산을 내놓았다.

나. 도시락 배달 횟수

○ 주 6일 배달의 추가 소요는 인건비가 대부분이며, 자원봉사로 메우는 것은 오래갈 수 없다는 데 뜻을 같이하였다.
○ 마을회관 냉장 보관함을 먼저 놓고 배달 동선을 다시 짠 뒤 횟수를 정하기로 하였다.

다. 장려금의 규모

○ 청년 적금은 최근 12개월의 해지율로 다시 추계하고, 그 결과를 5월 말까지 내기로 하였다.

3. 결정 사항

○ 최소 인원 12명은 인구감소지역에 한하여 {year}년 시범으로 하고, 한 해 뒤 평가한다.
○ 냉장 보관함 420개의 설치비를 요구에 담되 운영비는 지방이 부담한다.
○ 해지율 추계는 외부 기관의 검증을 거쳐 다음 회의에 올린다.

4. 다음 회의

○ {year}년 5월 14일 오후 2시에 열고, 복지예산과가 자료를 사흘 전까지 돌린다.
"""


def council_minutes() -> Manuscript:
    """Minutes of the council that tunes the welfare request (예산협의회 회의록)."""
    return compose(_COUNCIL, {"year": str(BUDGET_YEAR)}, title=f"{REQUEST_YEAR}년도 예산협의회 회의록")


_REVIEW = """
1. 점검 개요

○ {year}년 5월 말까지의 집행을 과별로 살피고, 더딘 사업의 까닭과 대책을 적었다.
○ 집행률은 예산현액에 대한 집행누계의 비율이다.

2. 사업별 집행

[표 집행]

3. 더딘 사업의 까닭

가. 재난안전 통합관제 구축

○ 두 곳에서 부지의 지하수 처리 공법을 바꾸느라 설계가 석 달 늦어졌다.
○ 하반기 공정을 당겨도 9월 이전에는 착공할 수 없으므로 이월을 줄이려면 교부 순서를 바꾸어야 한다.

나. 지역상생 교통망 확충

○ 보상 협의가 끝나지 않은 구간이 9개이며, 그 가운데 4개는 재결을 신청하였다.

4. 총계에 관한 참고

○ 복지 분야 의무지출의 예산현액은 모두 {mandatory}원이며, 이 가운데 다섯 달 동안 42.3퍼센트를 집행하였다.
○ 이 금액은 이전지출을 포함한 총계이므로 세부사업의 합과 바로 견줄 수 없다.

5. 할 일

- 통합관제 교부 순서 변경안: 예산총괄과, 6월 20일까지
- 보상률이 낮은 구간의 공사비 재배정: 새길교통부, 6월 30일까지
- 다음 점검: 8월 말 기준으로 9월 둘째 주에 연다
"""


def execution_review(projects: Sequence[Project]) -> Manuscript:
    """Minutes of the review of execution (집행 점검회의 결과), with the execution of `projects`."""
    words = {"year": str(BUDGET_YEAR), "mandatory": f"{MANDATORY_WELFARE_WON:,}"}
    grids = {"집행": tables_office.execution_table(projects, BUDGET_YEAR, 5)}
    return compose(_REVIEW, words, grids, title=f"{BUDGET_YEAR}년 5월 집행 점검회의 결과")


_SETTLEMENT = """
Ⅰ. 결산의 개요

○ {year} 회계연도 복지 분야 다섯 사업의 집행을 마감하고, 남은 금액의 까닭을 사업별로 적었다.
○ 예산현액은 본예산에 전년이월을 더한 금액이며, 집행액과 이월액과 불용액의 합과 같다.

Ⅱ. 불용의 원인

1. 청년 첫걸음 적금 지원

○ 불용액이 {savings_lapsed}백만원으로 다섯 사업의 불용 가운데 가장 크다.
○ 가입 계좌의 31퍼센트가 열두 달 안에 해지되어 장려금이 나가지 않았다.
○ 해지 사유는 이직과 실직이 절반, 주거비 부담이 3분의 1이었다.

2. 아이키움 바우처 지원

○ 제공기관이 없는 시·군의 바우처가 쓰이지 못한 채 남았다.

Ⅲ. 이월의 원인

○ 청년 적금의 운영기관을 다시 정하는 공고가 유찰되어 위탁비 {savings_carried}백만원을 넘겼다.
○ 어르신 안심식사 지원은 연말에 결정된 냉장 보관함 구매가 해를 넘겼다.

[표 이력]

Ⅳ. 다음 해에 반영할 점

○ 추계의 근거 자료를 해마다 새로 하고, 검증한 기관의 이름을 요구서에 적는다.
○ 제공기관이 없는 시·군에는 바우처 대신 찾아가는 돌봄을 시범으로 한다.
"""


def settlement_report(savings: Project) -> Manuscript:
    """An explanation of what was left unspent of welfare (결산 설명자료), above all of `savings`."""
    fiscal_year = CLOSED_YEARS[-1]
    year = savings.year(fiscal_year)
    words = {
        "year": str(fiscal_year),
        "savings_lapsed": amount(year.lapsed),
        "savings_carried": amount(year.carried_over),
    }
    return compose(
        _SETTLEMENT, words, {"이력": tables.history_table(savings)}, title=f"{fiscal_year}년도 결산 설명자료"
    )


REQUEST_LETTER = f"""복지예산과 담당 사무관께

{REQUEST_YEAR}년도 예산요구서 제출과 관련하여 알려 드립니다.

첫째, 요구서의 금액은 백만원 단위로 적고 끝수는 버리지 말고 반올림하여 주십시오.
둘째, 붙임 서식의 산출기초 칸에 단가와 물량을 나누어 적어 주십시오. 지난해에는 합계만 적은 부처가 여섯 곳이었습니다.
셋째, 제출 기한은 5월 31일 오후 6시이며, 기한을 넘기면 심의 대상에서 빠집니다.

나눔터의 최소 인원을 낮추는 건은 예산협의회에서 정한 대로 시범사업으로 나누어 요구해 주시기 바랍니다.
궁금한 점은 02-000-0100으로 연락 주십시오.

예산총괄과 총괄담당 드림
"""

SITE_VISIT_LETTER = """총괄담당께

지난주 다녀온 산간 지역 도시락 배달 현장점검 결과를 보내 드립니다.

배달원 한 사람이 하루에 맡는 길이가 94킬로미터에 이르러, 점심 도시락이 오후 3시가 넘어 닿는 집이 있었습니다.
냉장 보관함을 놓은 마을 세 곳에서는 배달 시간이 평균 1시간 20분 줄었습니다.
다만 마을회관의 전기 요금을 누가 낼지 정해지지 않아 이장들이 곤란해하고 있습니다.

전기 요금은 시·군이 부담하는 것으로 집행지침에 적어 주시면 좋겠습니다. 자세한 수치는 붙임 표에 있습니다.

복지예산과 담당 사무관 드림
"""

_MEMO = """
1. 협의 경과

○ 시·도 재정담당자 간담회에서 국고보조율 인상 건의가 다시 나왔다.
○ 건의의 요지는 노인과 장애인 사업의 기준보조율을 10퍼센트포인트 올려 달라는 것이다.

2. 검토 의견

○ 보조율을 올리면 사업량이 그대로일 때에도 국비가 한 해 1,900억원가량 더 든다.
○ 재정 여건이 어려운 군 지역에 한하여 차등 보조율을 적용하는 방안이 현실에 맞는다.
○ 차등의 기준은 재정자립도보다 노인 인구의 비율이 낫다는 것이 연구기관의 의견이다.

3. 다음 할 일

○ 차등 보조율을 적용할 군의 명단을 7월까지 만들고, 소요액을 세 가지 경우로 나누어 셈한다.
○ 시·도의 의견은 공문으로 다시 받아 협의회에 올린다.
"""


def subsidy_rate_memo() -> Manuscript:
    """A memo on subsidy rates (검토 메모)."""
    return compose(_MEMO, title="국고보조율 건의 검토 메모")
