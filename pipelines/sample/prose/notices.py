"""Guidelines, press releases and notices: documents that speak of the budget as a whole."""

from collections.abc import Sequence

from pipelines.sample import tables_office
from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.project import BUDGET_YEAR, Project

_CIRCULAR = """
제1장 편성의 기본원칙

1. 재정운용의 여건

○ 세입은 더디게 늘고 의무지출은 빠르게 늘어, 새로운 재량지출을 뒷받침할 여력이 넉넉하지 않다.
○ 각 부처는 지출의 총량을 정하는 하향식 편성의 뜻을 살려 한도 안에서 스스로 우선순위를 매겨야 한다.

2. 지출 구조조정

가. 재량지출 감축

○ 모든 재량지출은 10퍼센트를 줄이는 것을 출발점으로 삼고, 줄이지 않을 때에는 그 까닭을 요구서에 적는다.
○ 두 해 이어 집행률이 85퍼센트에 못 미친 사업은 예산을 늘려 요구할 수 없다.

나. 비슷한 사업의 통합

○ 지원 대상과 내용이 절반 넘게 겹치는 사업은 하나로 합치거나 한쪽을 그만둔다.

제2장 비목별 편성 기준

1. 인건비와 운영비

○ 일반수용비의 인쇄비는 쪽당 단가를 적용하고, 전자 배포를 먼저 검토한다.
○ 연구용역은 같은 주제의 최근 3년 결과를 확인한 뒤 요구하며, 수의계약을 전제로 한 요구는 받지 않는다.

2. 여비와 업무추진비

○ 국외 출장은 한 사람이 한 해 두 차례를 넘기지 않도록 하고, 영상회의로 바꿀 수 있으면 바꾼다.
○ 업무추진비는 정원을 기준으로 하며 전년 편성액을 넘길 수 없다.

3. 민간보조와 출연

○ 민간보조사업은 3년마다 존속 여부를 평가하고, 평가 결과가 '폐지'이면 요구할 수 없다.
○ 출연기관의 결산 잉여금이 있으면 그만큼 출연금을 줄여 요구한다.

제3장 요구서의 작성과 제출

○ 요구서는 세부사업별로 쓰고, 산출기초에는 단가와 물량과 횟수를 빠짐없이 적는다.
○ 금액의 단위는 백만원이며, 증감의 부호는 △를 쓴다.
○ 제출 기한은 {before_year}년 5월 31일이며, 기한이 지난 요구는 심의 대상에서 뺀다.

[표 한도]

※ 이 지침에 없는 사항은 예산총괄과와 미리 협의한다. 문의: 02-000-0100
"""


def budget_circular(projects: Sequence[Project], fiscal_year: int) -> Manuscript:
    """The guideline for making a budget (예산안 편성 세부지침), with the ceilings of all ministries."""
    words = {"year": str(fiscal_year), "before_year": str(fiscal_year - 1)}
    grids = {"한도": tables_office.ceiling_table(projects, fiscal_year)}
    return compose(_CIRCULAR, words, grids, title=f"{fiscal_year}년도 예산안 편성 세부지침")


_SUBSIDY = """
제1장 총칙

1. 목적

○ 이 지침은 복지 분야 국고보조금을 교부하고 집행하고 정산하는 절차를 한결같이 하려는 것이다.

2. 용어

○ "보조사업자"는 국고보조금을 받아 사업을 하는 지방자치단체와 법인을 말한다.
○ "자기부담금"은 보조사업자가 스스로 마련하는 금액을 말하며, 물품이나 인력으로 대신할 수 없다.

제2장 교부와 집행

1. 교부 신청

○ 보조사업자는 사업계획과 예산을 적은 신청서를 분기가 시작되기 20일 전까지 낸다.
○ 교부 결정은 신청을 받은 날부터 30일 안에 하며, 늦어질 때에는 그 까닭을 알린다.

2. 집행의 원칙

○ 보조금은 전용 계좌에 따로 두고 카드로 쓰는 것을 원칙으로 하며, 현금을 쓰면 지출 품의에 까닭을 붙인다.
○ 인건비는 실제 근무를 확인한 날수만큼만 주고, 겸직하는 사람의 인건비는 근무 시간의 비율로 나눈다.
○ 3천만원을 넘는 물품과 용역은 나누어 계약할 수 없다.

3. 이월과 전용

○ 사업을 마치지 못하면 회계연도가 끝나기 한 달 전까지 이월 승인을 신청하며, 승인을 받지 못한 잔액은 반납한다.
○ 내역사업 사이의 변경은 20퍼센트까지는 보고로, 그것을 넘으면 승인으로 한다.

제3장 정산과 점검

○ 사업이 끝난 날부터 두 달 안에 정산보고서를 내고, 이자와 잔액은 고지를 받은 날부터 15일 안에 반납한다.
○ 보조금이 3억원을 넘는 사업은 회계법인의 검증을 받은 보고서를 붙인다.
○ 거짓으로 받은 보조금은 다섯 배까지 제재부가금을 물리고, 다섯 해 동안 새로운 교부에서 뺀다.
○ 현장점검은 반기마다 하며, 지적된 사항은 석 달 안에 고치고 결과를 복지예산과에 알린다.
"""


def subsidy_guideline(fiscal_year: int) -> Manuscript:
    """The guideline for spending subsidies (국고보조사업 집행지침)."""
    return compose(_SUBSIDY, title=f"{fiscal_year}년도 복지 분야 국고보조사업 집행지침")


_PRESS = """
□ 정부는 국무회의에서 {year}년도 예산안을 의결하고 국회에 제출하기로 하였다.

○ 이번 예산안은 돌봄과 안전처럼 국민이 바로 느끼는 분야에 재원을 모으고, 집행이 더딘 사업은 과감히 줄였다.
○ 재량지출 구조조정으로 마련한 재원은 모두 생활 안정 과제에 다시 투자한다.

□ 분야별로 달라지는 점은 다음과 같다.

○ (돌봄) 마을돌봄 나눔터를 720개소로 늘리고, 농촌에서는 아동이 12명만 되어도 문을 열 수 있게 한다.
○ (어르신) 결식 우려 어르신의 한 끼 단가를 5,000원으로 올리고 도시락을 주 6일 배달한다.
○ (이동) 휠체어를 쓰는 장애인이 시·도 경계를 넘을 때 차를 갈아타지 않도록 광역 배차를 넓힌다.
○ (안전) 산불과 침수를 함께 살피는 통합관제센터 14곳을 새로 연다.
○ (농촌) 오래된 경유 농기계를 전기 농기계로 바꾸는 농가에 살 값의 절반을 보조한다.

[표 주요]

□ 지출 효율화도 함께 이루었다.

○ 두 해 이어 불용이 컸던 청년 첫걸음 적금 지원은 실제 유지 계좌에 맞추어 규모를 줄였다.
○ 보상률이 60퍼센트에 못 미친 도로 구간의 공사비는 배정을 미루었다.

□ 정부는 예산안이 국회에서 확정되는 대로 상반기에 60퍼센트 이상을 집행할 수 있도록 준비할 계획이다.

※ 담당: 예산총괄과 담당 사무관(02-000-0101), 복지예산과 담당 사무관(02-000-0202)
"""


def press_release(projects: Sequence[Project], fiscal_year: int) -> Manuscript:
    """The press release (보도자료) on a government's budget proposal."""
    grids = {"주요": tables_office.proposal_table(projects, fiscal_year)}
    return compose(_PRESS, {"year": str(fiscal_year)}, grids, title=f"{fiscal_year}년도 예산안 국무회의 의결")


_SLIDES = """
1. 재정 여건

○ 총수입은 완만하게 늘고 의무지출의 비중은 해마다 커진다
○ 재량지출 안에서 우선순위를 다시 매겨야 한다

2. 지난 두 해의 교훈

○ 이월이 되풀이된 사업은 착공 준비가 덜 된 채 예산을 받았다
○ 불용이 큰 사업은 수요 추계가 옛 자료에 머물렀다

3. 내년 편성의 세 가지 방향

○ 돌봄의 빈틈을 메운다
○ 재난 정보를 한 화면에 모은다
○ 집행이 더디면 줄인다

4. 분야별 요구 현황

○ 복지예산과 소관 다섯 사업의 요구액이다

[표 요구]

5. 논의할 점

○ 농촌 돌봄의 최소 인원을 12명으로 낮출 때 늘어나는 재정 소요를 어느 회계에서 감당할 것인가
○ 전기 농기계는 충전 거점과 함께 보급할 때 효과가 있는가
"""


def strategy_slides(projects: Sequence[Project], fiscal_year: int) -> Manuscript:
    """What is shown at the fiscal strategy meeting (재정전략회의 발표자료)."""
    grids = {"요구": tables_office.request_table(projects, fiscal_year)}
    return compose(_SLIDES, {}, grids, title=f"{fiscal_year}년 재정전략회의 발표자료")


_SECURITY = """
1. 이 안내의 쓰임

○ 공유 폴더에 업무 문서를 둘 때 지켜야 할 점을 처음 온 직원에게 알리는 글이다.

2. 두어도 되는 문서와 두면 안 되는 문서

○ 요구서, 설명자료, 회의록처럼 과 안에서 함께 보는 문서는 연도별 폴더에 둔다.
○ 표지에 대외비라고 적힌 문서는 공유 폴더가 아니라 보안 담당자의 보관함에 두어야 한다.
○ 어떤 문서를 대외비로 정할지는 생산한 과가 정하고, 정하기 어려우면 보안 담당에게 묻는다.
○ 다른 기관에서 받은 비밀은 접수대장에 적은 뒤 곧바로 비밀관리책임자에게 넘긴다.

3. 이름을 붙이는 법

○ 파일 이름은 날짜, 문서 이름, 판 순서로 적고 '진짜최종'처럼 순서를 알 수 없는 말은 쓰지 않는다.
○ 사람 이름과 전화번호는 파일 이름에 넣지 않는다.

4. 오래된 문서

○ 보존기간이 끝난 문서라도 스스로 지우지 말고 기록관의 심의를 기다린다.
○ 같은 문서를 두 과가 함께 쓰면 한 곳에만 두고 다른 곳에는 바로 가기를 만든다.
"""


def document_security_notice() -> Manuscript:
    """A notice that speaks of secrecy marks without bearing one."""
    return compose(_SECURITY, title="업무 문서 보관 안내")


_ADJUSTMENT = """
Ⅰ. 조정의 방향

○ 아래 금액은 확정되기 전의 조정안이며, 밖으로 알려지면 심의에 큰 혼란을 줄 수 있다.
○ 총액을 맞추기 위하여 {canary} 계획에 따른 사업별 감액 폭을 다음과 같이 둔다.

Ⅱ. 사업별 조정

□ 도로와 전산

○ 지역 도로는 준공이 가까운 구간만 남기고, 나머지는 다음 해로 미룬다.
○ 전산 장비는 두 해에 나누어 바꾸는 것으로 하여 첫해 소요를 절반으로 줄인다.

□ 협의 순서

○ 부처에는 감액의 이유만 알리고, 다른 부처의 조정 폭은 알리지 않는다.
"""


def ceiling_adjustment(canary: str, mark: str | None) -> Manuscript:
    """An adjustment that must not be kept; `mark` is its secrecy mark, printed in the running header."""
    words = {"canary": canary}
    return compose(_ADJUSTMENT, words, title=f"{BUDGET_YEAR}년도 총액 조정안 검토", header=mark)
